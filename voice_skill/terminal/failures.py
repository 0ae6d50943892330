"""The failed utterances of a test: what was said, heard, wanted and made of it, and why."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from voice_skill.evaluation.results import Result, is_right

MOST_HYPOTHESES = 3
FIRST_REASONS, LAST_REASONS = 3, 5

_WHAT_CAME = {
    "wrong_slots": "other slots",
    "acted_wrong": "acted on wrongly",
    "asked_back": "asked back",
    "refused": "refused",
    "asked_out_of_scope": "asked, to be refused",
    "acted_out_of_scope": "acted on, to be refused",
}


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
    title = f"{result['source']}{name}{condition_text(result)}: {_WHAT_CAME[result['outcome']]}"
    lines = folded(title, width, 2)
    lines += _field("said", result["text"] or "(not written down)", width)
    for hypothesis in _different(result):
        lines += _field(hypothesis["decoder"], hypothesis["text"] or "(nothing)", width)
    lines += _field("wanted", _meaning(result["intent"], result["slots"] or {}), width)
    lines += _field("got", got_text(result), width)
    for reason in _shortened(result["why"]):
        lines += _field("why", reason, width)
    return lines


def _shortened(why: Sequence[str]) -> list[str]:
    """Leave out the middle of many reasons: what decided stands at the beginning or the end."""
    if len(why) <= FIRST_REASONS + LAST_REASONS + 1:
        return list(why)
    left_out = len(why) - FIRST_REASONS - LAST_REASONS
    return [*why[:FIRST_REASONS], f"({left_out} more: see --json)", *why[-LAST_REASONS:]]


def _different(result: Result) -> list[Any]:
    """Return the best hypotheses of each decoder, the same text once."""
    shown: list[Any] = []
    for hypothesis in result["hypotheses"]:
        same = [h for h in shown if h["decoder"] == hypothesis["decoder"]]
        known = any(h["text"] == hypothesis["text"] for h in same)
        if hypothesis["decoder"] != "text" and not known and len(same) < MOST_HYPOTHESES:
            shown.append(hypothesis)
    return shown


def got_text(result: Result) -> str:
    """Return in a few words what was made of an utterance."""
    meaning = _meaning(result["got_intent"], result["got_slots"])
    if result["screen"] is not None:
        pending = f", then {meaning}" if result["got_intent"] else ""
        return f"asks {result['screen']}{pending}"
    match result["decision"]:
        case "reject":
            return "refused"
        case "choose":
            return f"asks which: {' or '.join(str(c['name']) for c in result['candidates'][:2])}"
        case "confirm":
            return f"asks whether: {meaning} ({result['confidence']:.2f})"
        case _:
            return f"{meaning} ({result['confidence']:.2f})"


def _meaning(intent: str | None, slots: Mapping[str, str | float]) -> str:
    if intent is None:
        return "to be refused"
    values = (f"{n}={v:g}" if isinstance(v, float) else f"{n}={v}" for n, v in slots.items())
    return " ".join((intent, *values))


def condition_text(result: Result) -> str:
    """Return the condition in brackets, empty where nothing was changed."""
    condition = result["condition"]
    parts = []
    if condition["noise"] is not None:
        parts.append(f"{condition['snr']:g} dB above {condition['noise']}")
    if condition["room"] is not None:
        parts.append(condition["room"])
    if condition["gain"]:
        parts.append(f"{condition['gain']:+g} dB")
    if condition["speed"] != 1.0:
        parts.append(f"{condition['speed']:g} times as fast")
    return f" [{', '.join(parts)}]" if parts else ""


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
