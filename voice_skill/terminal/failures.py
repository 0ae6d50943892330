"""The failed utterances of a test: what was said, heard, wanted and made of it, and why."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from voice_skill.evaluation.phrasing import (
    OUTCOMES,
    condition_text,
    different,
    got_text,
    meaning_text,
)
from voice_skill.evaluation.results import HypothesisEntry, Result, is_right

MOST_HYPOTHESES = 3
FIRST_REASONS, LAST_REASONS = 3, 5


def failure_lines(results: Sequence[Result], width: int, most: int) -> list[str]:
    """Return the failed utterances, at most so many: first what was acted on wrongly."""
    failed = sorted(
        (result for result in results if not is_right(result)),
        key=lambda result: "acted" not in result["outcome"],
    )
    if not failed or not most:
        return []
    shown = failed[:most]
    lines = ["", f"failed: {len(failed)}"]
    for result in shown:
        lines += ["", *_failure(result, width)]
    if len(failed) > len(shown):
        lines += ["", f"({len(failed) - len(shown)} more: --failures {len(failed)}, or --json)"]
    return lines


def _failure(result: Result, width: int) -> list[str]:
    name = f" {result['audio']}" if result["audio"] and result["audio_seconds"] else ""
    title = f"{result['source']}{name}{condition_note(result)}: {OUTCOMES[result['outcome']]}"
    lines = folded(title, width, 2)
    lines += _field("said", result["text"] or "(not written down)", width)
    for hypothesis in _different(result):
        lines += _field(hypothesis["decoder"], hypothesis["text"] or "(nothing)", width)
    lines += _field("wanted", meaning_text(result["intent"], result["slots"] or {}), width)
    lines += _field("got", got_text(result), width)
    for reason in _shortened(result["why"]):
        lines += _field("why", reason, width)
    return lines


def condition_note(result: Result) -> str:
    """Return the condition in brackets, empty where nothing was changed."""
    condition = condition_text(result["condition"])
    return f" [{condition}]" if condition else ""


def _shortened(why: Sequence[str]) -> list[str]:
    """Leave out the middle of many reasons: what decided stands at the beginning or the end."""
    if len(why) <= FIRST_REASONS + LAST_REASONS + 1:
        return list(why)
    left_out = len(why) - FIRST_REASONS - LAST_REASONS
    return [*why[:FIRST_REASONS], f"({left_out} more: see --json)", *why[-LAST_REASONS:]]


def _different(result: Result) -> list[HypothesisEntry]:
    """Return the best few hypotheses of each decoder, the same text once."""
    shown: dict[str, list[HypothesisEntry]] = {}
    for hypothesis in different(result["hypotheses"]):
        shown.setdefault(hypothesis["decoder"], []).append(hypothesis)
    return [hypothesis for same in shown.values() for hypothesis in same[:MOST_HYPOTHESES]]


def _field(name: str, text: str, width: int) -> list[str]:
    return folded(f"  {name:<8}{text}", width, 10)


def folded(text: str, width: int, indent: int) -> list[str]:
    """Break a text at its spaces; from the second line on it is indented.

    What a manifest holds goes to a terminal here: no control characters.
    """
    plain = "".join(letter if letter.isprintable() else " " for letter in text)
    return textwrap.wrap(
        plain, width, subsequent_indent=" " * indent, break_long_words=False, break_on_hyphens=False
    )
