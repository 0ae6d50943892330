"""The upper part of the report: what was tested, the figures, by noise and by tag."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from voice_skill.evaluation.charts import Bar, Segment, bar, stack
from voice_skill.evaluation.phrasing import OUTCOMES
from voice_skill.evaluation.results import Outcome, Result, in_scope
from voice_skill.evaluation.summary import RATIOS, measured

MOST_TAGS = 40
"""A group of tags (all speakers, say) shows so many at most."""

QUIET = "no noise added"

_SHARES = (
    ("intent_accuracy", "intent right", "right"),
    ("intent_slot_accuracy", "intent and slots right", "right"),
    ("right_after_question", "right, or after one question", "right"),
    ("acted_wrong", "acted on wrongly", "wrong"),
    ("out_of_scope_acted", "to be refused, but acted on", "wrong"),
    ("out_of_scope_asked", "to be refused, but asked", "asked_back"),
    ("asked_back", "asked back", "asked_back"),
    ("refused", "refused", "refused"),
    ("word_error_rate", "word errors, open decoder", "wrong"),
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A share as text and as a bar."""

    text: str
    spread: str
    bar: Bar


@dataclass(frozen=True, slots=True)
class Card:
    """One headline figure; `kind` is the colour of its bar."""

    name: str
    value: str
    unit: str = ""
    spread: str = ""
    bar: Bar | None = None
    kind: str = "right"


@dataclass(frozen=True, slots=True)
class BarRow:
    """The two figures that matter most of some results; None where they cannot be measured."""

    name: str
    count: int
    right: Figure | None
    acted: Figure | None


@dataclass(frozen=True, slots=True)
class TagGroup:
    """Tags of one prefix (`voice:`), without it."""

    name: str
    rows: tuple[BarRow, ...]


@dataclass(frozen=True, slots=True)
class Stack:
    """What came of all results of one scope."""

    title: str
    count: int
    segments: tuple[Segment, ...]


def heading(summary: Mapping[str, Any]) -> dict[str, object]:
    """Return name, first sentence and remarks of the page."""
    results: Sequence[Result] = summary["results"]
    recorded = [r["audio_seconds"] for r in results if r["audio_seconds"] > 0]
    utterances = _count(summary["utterances"], "utterance")
    line = (
        f"Tested with {utterances}: {summary['in_scope']} to be understood,"
        f" {summary['out_of_scope']} to be refused."
    )
    if recorded:
        line += f" {_count(len(recorded), 'recording')}, {sum(recorded) / 60:.1f} minutes."
    return {
        "skill": summary["skill"],
        "utterances": utterances,
        "line": line,
        "notes": list(_notes(summary)),
    }


def _notes(summary: Mapping[str, Any]) -> Iterable[str]:
    results: Sequence[Result] = summary["results"]
    missing = summary["planned"] - len(results) - len(summary["unheard"])
    if missing > 0:
        yield f"The test ended early: {missing} of {summary['planned']} were not tested."
    derived = [r for r in results if r["label"] == "templates"]
    if derived:
        refused = sum(r["intent"] is None for r in derived)
        yield (
            f"{len(derived)} of them carry no intent: what the templates of the skill make of their"
            f" text was expected ({refused} that they do not know: to be refused)."
        )


def cards(summary: Mapping[str, Any]) -> list[Card]:
    """Return the headline figures that could be measured."""
    found = []
    for key, name, kind in _SHARES:
        share = figure(summary, key)
        if share is not None:
            number, unit = share.text.split(" ", 1)
            spread = f"{share.spread}; {_counted(summary['results'], key)}"
            found.append(Card(name, number, unit, spread, share.bar, kind))
    cost = summary["cost_per_second"]
    if cost is not None:
        low, high = summary["intervals"]["cost_per_second"]
        spread = f"{low:.2f} to {high:.2f}"
        found.append(Card("processor time a second of audio", f"{cost:.2f}", "s", spread))
        p50, p95 = summary["latency_p50"], summary["latency_p95"]
        worst = f"95 % take at most {1000 * p95:.0f} ms"
        found.append(Card("from the last sample on", f"{1000 * p50:.0f}", "ms, median", worst))
    return found


def figure(figures: Mapping[str, Any], key: str) -> Figure | None:
    """Return one share of a summary; None where there was nothing to measure it on."""
    value, interval = figures[key], figures["intervals"][key]
    drawn = bar(value, interval)
    if drawn is None:
        return None
    low, high = interval or (value, value)
    return Figure(f"{100 * value:.1f} %", f"{100 * low:.0f} to {100 * high:.0f}", drawn)


def _counted(results: Sequence[Result], key: str) -> str:
    parts = [RATIOS[key](result) for result in results]
    above, below = (round(sum(part[side] for part in parts)) for side in (0, 1))
    words = " words" if key == "word_error_rate" else ""
    return f"{above} of {below}{words}"


def stacks(results: Sequence[Result]) -> list[Stack]:
    """Return what came of all that was to be understood, and of all that was to be refused."""
    inside = [result for result in results if in_scope(result)]
    outside = [result for result in results if not in_scope(result)]
    asked_right = sum(r["outcome"] == "asked_back" and r["right_after_question"] for r in inside)
    counts = _outcomes(inside, ("right", "wrong_slots", "asked_back", "refused", "acted_wrong"))
    kind, _, asked = counts[2]
    counts[2:3] = [
        ("asked_right", "asked, the right question", asked_right),
        (kind, "asked, another question", asked - asked_right),
    ]
    refusals: tuple[Outcome, ...] = ("refused_rightly", "asked_out_of_scope", "acted_out_of_scope")
    both = [
        Stack("To be understood", len(inside), stack(counts)),
        Stack("To be refused", len(outside), stack(_outcomes(outside, refusals))),
    ]
    return [each for each in both if each.count]


def _outcomes(results: Sequence[Result], names: Sequence[Outcome]) -> list[tuple[str, str, int]]:
    return [(name, OUTCOMES[name], sum(r["outcome"] == name for r in results)) for name in names]


# ------------------------------------------------------------------ by noise and by tag


def noise_levels(results: Sequence[Result], seed: int) -> list[BarRow]:
    """Return the figures at each ratio of speech to noise; empty where there is but one."""
    levels: dict[float | None, list[Result]] = defaultdict(list)
    for result in results:
        if result["audio_seconds"] > 0:
            levels[_ratio(result)].append(result)
    if len(levels) < 2:
        return []
    ordered = sorted(levels, key=lambda ratio: (ratio is not None, -(ratio or 0.0)))
    rows = []
    for ratio in ordered:
        found = measured(levels[ratio], seed)
        figures = {**found["figures"], "intervals": found["intervals"]}
        name = QUIET if ratio is None else f"{ratio:g} dB"
        rows.append(_bar_row(name, found["utterances"], figures))
    return rows


def _ratio(result: Result) -> float | None:
    """Return the ratio under test, else the one that the recording was made at, by its tag."""
    if result["condition"]["noise"] is not None:
        return result["condition"]["snr"]
    for tag in result["tags"]:
        prefix, _, value = tag.partition(":")
        if prefix == "snr":
            try:
                return float(value)
            except ValueError:
                continue
    return None


def tag_groups(by_tag: Mapping[str, Mapping[str, Any]], *, with_noise: bool) -> list[TagGroup]:
    """Return the figures by tag: plain tags first, then those of each prefix.

    `with_noise`: the levels of noise stand elsewhere, so their tags are left out.
    """
    groups: dict[str, list[BarRow]] = defaultdict(list)
    for tag, figures in by_tag.items():
        prefix, colon, name = tag.partition(":")
        if with_noise and (prefix == "snr" or tag == "clean"):
            continue
        row = _bar_row(name if colon else tag, figures["utterances"], figures)
        groups[prefix if colon else ""].append(row)
    return [TagGroup(_title(name, groups[name]), _first(groups[name])) for name in sorted(groups)]


def _title(prefix: str, rows: Sequence[BarRow]) -> str:
    left_out = len(rows) - MOST_TAGS
    return f"{prefix} ({left_out} more: see --json)" if left_out > 0 else prefix


def _first(rows: Sequence[BarRow]) -> tuple[BarRow, ...]:
    return tuple(sorted(rows, key=lambda row: row.name)[:MOST_TAGS])


def _bar_row(name: str, count: int, figures: Mapping[str, Any]) -> BarRow:
    right = figure(figures, "intent_accuracy")
    return BarRow(name, count, right, figure(figures, "out_of_scope_acted"))


def _count(number: int, name: str) -> str:
    return f"{number} {name}{'' if number == 1 else 's'}"
