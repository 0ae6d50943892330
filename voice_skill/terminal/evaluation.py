"""A test of recordings for a person: figures, tags, confusions, what changed."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from voice_skill.evaluation.baseline import Comparison, Flip
from voice_skill.evaluation.phrasing import got_text
from voice_skill.evaluation.results import Result, Summary
from voice_skill.terminal.failures import condition_note, failure_lines, folded

NARROWEST = 72
"""Columns of the table of figures; a terminal that has less breaks its lines."""
MOST_TAGS = 40
MOST_CONFUSIONS = 10

NAMES = {
    "intent_accuracy": "intent right",
    "intent_slot_accuracy": "intent and slots right",
    "right_after_question": "right after one question",
    "acted_wrong": "acted on wrongly",
    "asked_back": "asked back",
    "refused": "refused",
    "out_of_scope_acted": "out of scope: acted on",
    "out_of_scope_asked": "out of scope: asked",
    "word_error_rate": "word errors",
}
"""The shares of the table, in their order."""

_OUT_OF_SCOPE = ("out_of_scope_acted", "out_of_scope_asked")
_COLUMNS = (
    ("intent_accuracy", "intent right"),
    ("intent_slot_accuracy", "and slots"),
    ("acted_wrong", "wrong"),
    ("out_of_scope_acted", "out: acted"),
    ("word_error_rate", "word err."),
    ("right_after_question", "after ask"),
    ("refused", "refused"),
    ("out_of_scope_asked", "out: asked"),
)
"""What the tags' table shows; the last ones only where the terminal is wide enough."""
_CELL = 13


def summary_lines(summary: Summary, *, width: int, failures: int) -> list[str]:
    """Return the whole report in lines of at most `width` columns (but for longer single words)."""
    width = max(width, NARROWEST)
    lines = [*_head(summary, width), "", *_figures(summary), *_cost(summary, width)]
    if summary["by_tag"]:
        lines += ["", *_tags(summary["by_tag"], width)]
    if summary["confusions"]:
        lines += ["", *_confusions(summary["confusions"], width)]
    lines += failure_lines(summary["results"], width, failures)
    return [line.rstrip() for line in lines]


# ------------------------------------------------------------------ figures


def _head(summary: Summary, width: int) -> list[str]:
    results: list[Result] = summary["results"]
    recordings = [r for r in results if r["audio_seconds"] > 0]
    minutes = sum(r["audio_seconds"] for r in recordings) / 60
    heard = f"{_count(len(recordings), 'recording')} ({minutes:.1f} minutes)"
    head = (
        f"{summary['skill']}: {_count(summary['utterances'], 'utterance')}, of which"
        f" {summary['in_scope']} to be understood and {summary['out_of_scope']} to be refused;"
        f" {heard if recordings else 'text alone'}"
    )
    derived = [r for r in results if r["label"] == "templates"]
    lines = textwrap.wrap(head, width)
    if derived:
        refused = sum(r["intent"] is None for r in derived)
        note = (
            f"{len(derived)} of them carry no intent: what the templates of the skill make of"
            f" their text was expected ({refused} that they do not know: to be refused)"
        )
        lines += textwrap.wrap(note, width)
    return lines


def _figures(summary: Summary) -> list[str]:
    lines = [f"{'':<26}{'share':>8}   95 % interval    count"]
    for key, name in NAMES.items():
        value = summary[key]
        if value is None:
            lines.append(f"{name:<26}{'-':>8}")
            continue
        low, high = summary["intervals"][key]
        interval = f"{_percent(low):>6} to {_percent(high):<6}"
        lines.append(f"{name:<26}{_percent(value) + ' %':>8}   {interval} {_of(summary, key)}")
    return lines


def _of(summary: Summary, key: str) -> str:
    if key == "word_error_rate":
        counted = [r for r in summary["results"] if r["words"] is not None]
        errors = sum(r["word_errors"] for r in counted)
        return f"{errors:>5} of {sum(r['words'] for r in counted)} words"
    total = summary["out_of_scope" if key in _OUT_OF_SCOPE else "in_scope"]
    return f"{round(summary[key] * total):>5} of {total}"


def _cost(summary: Summary, width: int) -> list[str]:
    if summary["cost_per_second"] is None:
        return []
    text = (
        f"processor time: {summary['cost_per_second']:.3f} s a second of audio; from the last"
        f" sample to the decision {1000 * summary['latency_p50']:.0f} ms (median),"
        f" {1000 * summary['latency_p95']:.0f} ms (95th percentile)"
    )
    return textwrap.wrap(text, width)


def _tags(by_tag: Mapping[str, Mapping[str, Any]], width: int) -> list[str]:
    shown = sorted(by_tag)[:MOST_TAGS]
    longest = min(max(map(len, (*shown, "by tag"))), 24) + 1
    room = (width - longest - 6) // _CELL
    columns = _COLUMNS[: max(room, 1)]
    heads = "".join(f"{head:>{_CELL}}" for _, head in columns)
    lines = [f"{'by tag':<{longest}}{'count':>6}{heads}"]
    for tag in shown:
        figures = by_tag[tag]
        cells = "".join(f"{_cell(figures, key):>{_CELL}}" for key, _ in columns)
        lines.append(f"{tag[: longest - 1]:<{longest}}{figures['utterances']:>6}{cells}")
    if len(by_tag) > len(shown):
        lines.append(f"({len(by_tag) - len(shown)} more tags: see --json)")
    return lines


def _cell(figures: Mapping[str, Any], key: str) -> str:
    value, interval = figures[key], figures["intervals"][key]
    if value is None or interval is None:
        return "-"
    return f"{100 * value:.0f} ({100 * interval[0]:.0f}-{100 * interval[1]:.0f})"


# ------------------------------------------------------------------ what went wrong


def _confusions(confusions: Sequence[Mapping[str, Any]], width: int) -> list[str]:
    lines = ["taken for something else"]
    for each in confusions[:MOST_CONFUSIONS]:
        expected = each["expected"] or "(to be refused)"
        verb = "taken for" if each["kind"] == "acted" else "asked about"
        lines += folded(f"{each['count']:>5}  {expected} {verb} {each['got']}", width, 7)
    if len(confusions) > MOST_CONFUSIONS:
        lines.append(f"       ({len(confusions) - MOST_CONFUSIONS} more: see --json)")
    return lines


# ------------------------------------------------------------------ what changed


def comparison_lines(comparison: Comparison, *, width: int, most: int) -> list[str]:
    """Return what got better and worse since the baseline."""
    width = max(width, NARROWEST)
    lines = [f"{'since the baseline':<26}{'before':>9}{'now':>9}{'change':>9}"]
    for change in comparison.changes:
        name = NAMES.get(change.name)
        if name is None or change.before is None or change.after is None:
            continue
        gain = 100 * (change.after - change.before)
        verdict = "" if abs(gain) < 0.05 else "  worse" if change.loss > 0 else "  better"
        figures = f"{_percent(change.before):>9}{_percent(change.after):>9}{gain:>+9.1f}"
        lines.append(f"{name:<26}{figures}{verdict if change.name != 'asked_back' else ''}")
    for title, worse in (("got worse", True), ("got better", False)):
        flips = [flip for flip in comparison.flips if flip.is_worse is worse]
        lines += ["", f"{title}: {len(flips)}", *_flips(flips[:most], width)]
        if len(flips) > most:
            lines.append(f"  ({len(flips) - most} more)")
    for count, which in (
        (comparison.only_before, "only in the baseline"),
        (comparison.only_after, "not in the baseline"),
    ):
        if count:
            lines.append(f"{_count(count, 'utterance')} {which}")
    return [line.rstrip() for line in lines]


def _flips(flips: Iterable[Flip], width: int) -> list[str]:
    lines = []
    for flip in flips:
        after = flip.after
        what = f"{got_text(flip.before)} -> {got_text(after)}"
        text = f"  {after['source']}{condition_note(after)} {after['text']!r}: {what}"
        lines += folded(text, width, 4)
    return lines


# ------------------------------------------------------------------ small things


def _percent(value: float) -> str:
    return f"{100 * value:.1f}"


def _count(number: int, name: str) -> str:
    return f"{number} {name}{'' if number == 1 else 's'}"
