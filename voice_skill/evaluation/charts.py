"""The geometry of the report's charts: numbers in, places out; the page's templates draw them.

Horizontal places are per cent of the chart's width, so that a chart fits any page; heights are
0..1 of the chart's height.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from voice_skill.evaluation.results import Interval, Result, in_scope
from voice_skill.evaluation.statistics import percentile

_WIDTHS = (1.0, 2.0, 2.5, 5.0, 10.0)
_LATENCY_BINS = 30
_SCORE_BINS = 20
_NEARLY = 5e-4


@dataclass(frozen=True, slots=True)
class Bar:
    """A share with its 95 % interval, all in per cent."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a stacked bar; `kind` is the outcome it stands for."""

    kind: str
    name: str
    count: int
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class Bin:
    """A column of a histogram, from `low` up to `high` in the chart's unit."""

    low: float
    high: float
    count: int
    start: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A tick of the axis, or a line across the chart."""

    place: float
    text: str


@dataclass(frozen=True, slots=True)
class Histogram:
    """Columns, ticks of the axis and marked values; `beyond` values lie above the axis' end."""

    name: str
    bins: tuple[Bin, ...]
    ticks: tuple[Mark, ...]
    marks: tuple[Mark, ...]
    count: int
    beyond: int = 0

    @property
    def highest(self) -> int:
        """The count of the fullest column."""
        return max((each.count for each in self.bins), default=0)


@dataclass(frozen=True, slots=True)
class Scores:
    """Confidence scores of one kind of result; those at the very ends stand apart."""

    histogram: Histogram
    kind: str
    at_none: int
    at_one: int

    @property
    def count(self) -> int:
        """How many results there are in all."""
        return self.histogram.count + self.at_none + self.at_one


def bar(value: float | None, interval: Interval | None) -> Bar | None:
    """Return a share as a bar, None where there is none; a share beyond 1 fills the chart."""
    if value is None:
        return None
    low, high = interval or (value, value)
    return Bar(*(_per_cent(each) for each in (value, low, high)))


def stack(counts: Sequence[tuple[str, str, int]]) -> tuple[Segment, ...]:
    """Return (kind, name, count) as parts of one bar, the empty ones left out."""
    whole = sum(count for _, _, count in counts)
    done = 0
    segments = []
    for kind, name, count in counts:
        if count:
            segments.append(
                Segment(kind, name, count, _per_cent(done / whole), _per_cent(count / whole))
            )
        done += count
    return tuple(segments)


def histogram(
    name: str, values: Sequence[float], edges: Sequence[float], marks: Sequence[tuple[float, str]]
) -> Histogram:
    """Count values between rising, evenly spaced edges.

    A value at an edge belongs to the column above it. A value above the last edge is `beyond`, one
    below the first counts as the first. Marks beyond the axis are left out.
    """
    first, last = edges[0], edges[-1]
    columns = len(edges) - 1
    counts = [0] * columns
    beyond = 0
    for value in values:
        if value >= last:
            beyond += 1
        else:
            place = int((value - first) / (last - first) * columns + 1e-9)
            counts[min(max(place, 0), columns - 1)] += 1
    highest = max(counts) or 1
    width = 100 / columns
    bins = tuple(
        Bin(
            edges[number],
            edges[number + 1],
            count,
            round(number * width, 3),
            round(width, 3),
            round(count / highest, 4),
        )
        for number, count in enumerate(counts)
    )
    drawn = tuple(
        Mark(_per_cent((value - first) / (last - first)), text)
        for value, text in marks
        if first <= value <= last
    )
    return Histogram(name, bins, _ticks(first, last), drawn, len(values), beyond)


def latencies(results: Sequence[Result], p50: float | None, p95: float | None) -> Histogram | None:
    """Return how long the decisions on recordings took, in milliseconds; None without any."""
    values = [1000 * r["latency_seconds"] for r in results if r["audio_seconds"] > 0]
    top = percentile(values, 99.0)
    if top is None:
        return None
    width = nice_width(max(top * 1.1, 1.0) / _LATENCY_BINS)
    columns = max(1, math.ceil(max(top, 1e-9) / width))
    marks = [
        (1000 * value, f"{name} {1000 * value:.0f} ms")
        for value, name in ((p50, "median"), (p95, "95 %"))
        if value is not None
    ]
    return histogram("latency", values, [number * width for number in range(columns + 1)], marks)


def scores(results: Sequence[Result], thresholds: Mapping[str, object]) -> list[Scores]:
    """Return the confidence of the best guess: where it is right, wrong, and out of scope."""
    marks = [
        (float(value), name)
        for name in ("confirm", "accept")
        if isinstance(value := thresholds.get(name), float | int)
    ]
    edges = [number / _SCORE_BINS for number in range(_SCORE_BINS + 1)]
    kinds: dict[str, tuple[str, list[float]]] = {
        "right": ("the best guess is right", []),
        "wrong": ("the best guess is wrong", []),
        "out": ("to be refused", []),
    }
    for result in results:
        kinds[_kind(result)][1].append(score(result))
    found = []
    for kind, (name, values) in kinds.items():
        between = [value for value in values if _NEARLY <= value < 1 - _NEARLY]
        at_none = sum(value < _NEARLY for value in values)
        drawn = histogram(name, between, edges, marks)
        found.append(Scores(drawn, kind, at_none, len(values) - len(between) - at_none))
    return found


def score(result: Result) -> float:
    """Return the confidence of the best guess, acted on or not."""
    return max(result["confidence"], *(c["confidence"] for c in result["candidates"]), 0.0)


def _kind(result: Result) -> str:
    if not in_scope(result):
        return "out"
    guess = result["got_intent"] or next((c["name"] for c in result["candidates"]), None)
    return "right" if guess == result["intent"] else "wrong"


def nice_width(least: float) -> float:
    """Return the round number (1, 2, 2.5 or 5 times a power of ten) at or above `least` > 0."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(width * power for width in _WIDTHS if width * power >= least * (1 - 1e-9))


def _ticks(first: float, last: float) -> tuple[Mark, ...]:
    step = nice_width((last - first) / 5)
    count = math.floor((last - first) / step + 1e-9)
    values = [first + number * step for number in range(count + 1)]
    return tuple(Mark(_per_cent((v - first) / (last - first)), f"{v:g}") for v in values)


def _per_cent(share: float) -> float:
    return round(100 * min(max(share, 0.0), 1.0), 3)
