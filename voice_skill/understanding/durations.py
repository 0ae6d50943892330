"""Lengths of time: numbers, units, spans and starts become one slot `duration`, in hours.

A strict parse says what is a duration (`fold_slots`). In free wording the words around decide
(`fold_found`): `two days` is one, `every two days` and `a twelve hour shift` are none; `last night`
is a start after `since` or `started`, else a time of the day.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from voice_skill.domain.model import Slot
from voice_skill.domain.starts import hours_since, read_start
from voice_skill.understanding import clocks
from voice_skill.understanding.spans import Found

DURATION = "duration"
PARTS = frozenset({"number", "unit", "span", "start"})
"""The slots that durations are made of."""

TOGETHER = ({"unit", "span"}, {"start", "timing"}, {"span", "timing"})
"""Slots that may stand in the same words until the words around decide."""

_ONE = frozenset({"a", "an", "one"})
_COUNTED = frozenset({"of", "a", "an", "more", "whole", "odd", "full", "good", "solid", "or", "so"})
_EITHER = (("or",), ("to",), ("maybe",), ("perhaps",), ())
_AND_HALF = ("and", "a", "half")
_VAGUE_AFTER = frozenset({"for", "been", "past", "last", "going", "took", "since"})
_ABOUT = frozenset({"about", "around", "nearly", "almost", "over", "more", "than", "maybe", "like"})
_NOT_AFTER = frozenset(
    {"every", "each", "in", "after", "another", "next", "within", "until", "till", "before", "per"}
)
_NOT_BEFORE = frozenset(
    {
        "old", "pregnant", "later", "shift", "shifts", "walk", "walks", "hike", "run", "drive",
        "flight", "trip", "ride", "session", "class", "rest", "break", "before", "from",
    }
)  # fmt: skip
_RATE = frozenset({"a", "an", "per", "each", "every"})
_RATE_AFTER = frozenset({"times", "time", "once", "twice"})
_UNITS_OF_RATE = frozenset({"minute", "hour", "day", "night", "week", "month", "year"})
_MOMENT_AFTER = frozenset({"wait", "on", "me", "just", "got", "need", "take", "give"})
_ONE_DAY_AFTER = frozenset({"for", "since", "about", "just", "only", "been", "last", "past", "is"})
_ONE_DAY_BEFORE = frozenset({"now", "ago", "or", "only", "already"})
_ONE_DAY = (("one", "day"), ("one", "night"), ("one", "morning"))


@dataclass(frozen=True, slots=True)
class _Amount:
    """So many hours in the words from `begin` to `end`; `unit` is the hours of the last unit."""

    begin: int
    end: int
    hours: float
    unit: float


def fold_slots(slots: Sequence[Slot], moment: datetime.datetime | None = None) -> tuple[Slot, ...]:
    """Return slots of a strict parse with `number` x `unit`, a `span` or a `start` as a duration.

    A unit without a number is one of it (`since a day` where the templates say `a`); a number that
    no unit follows stays a number. A start whose length is not known at `moment` (local wall time)
    is left out.
    """
    parts: list[Slot] = []
    for slot in slots:
        before = parts[-1] if parts else None
        if slot.name == "unit" and isinstance(slot.value, float):
            if before is not None and before.name == "number" and isinstance(before.value, float):
                text = f"{before.text} {slot.text}"
                parts[-1] = Slot(DURATION, before.value * slot.value, text.strip())
            else:
                parts.append(Slot(DURATION, slot.value, slot.text))
        else:
            parts.append(slot)
    folded: list[Slot] = []
    for slot in parts:
        if slot.name not in ("span", "start") or not _is_length(slot.value):
            folded.append(slot)
        elif (hours := _hours(slot.value, moment)) is not None:
            folded.append(Slot(DURATION, hours, slot.text))
    return tuple(folded)


def fold_found(
    found: Sequence[Found],
    words: Sequence[str],
    moment: datetime.datetime | None = None,
    *,
    answer: bool = False,
) -> list[Found]:
    """Return what was found in free wording with its parts of durations folded.

    Parts that make no duration are left out. `answer`: the sentence is asked for a length of time,
    so a start needs no `since`.
    """
    counted = _amounts(found, words)
    spans = [span for span in found if _is_said_span(span, counted, found, words)]
    counted += [
        _Amount(span.begin, span.end, span.value, span.value)
        for span in spans
        if isinstance(span.value, float)
    ]
    made = [
        _found(each.begin, each.end, each.hours, words)
        for each in _joined(counted, words)
        if _is_length_of_it(each, found, words, answer=answer)
    ]
    since = [span for span in spans if not isinstance(span.value, float)]
    for start in [*since, *clocks.starts(found, words, answer=answer)]:
        hours = _hours(start.value, moment) or 0.0
        made.append(_found(start.begin, start.end, hours, words))
    kept = [
        each
        for each in found
        if each.name not in PARTS
        and not (each.name == "timing" and any(_covers(other, each) for other in made))
    ]
    known = [each for each in made if each.value]  # a start of unknown length only takes its words
    return sorted([*kept, *known], key=lambda each: (each.begin, each.end))


def _covers(outer: Found, inner: Found) -> bool:
    return outer.begin <= inner.begin and inner.end <= outer.end


def _found(begin: int, end: int, hours: float, words: Sequence[str]) -> Found:
    return Found(begin, end, Slot(DURATION, hours, " ".join(words[begin:end])))


def _is_length(value: str | float) -> bool:
    if isinstance(value, float):
        return True
    try:
        read_start(value)
    except ValueError:
        return False
    return True


def _hours(value: str | float, moment: datetime.datetime | None) -> float | None:
    return value if isinstance(value, float) else hours_since(read_start(value), moment)


# ------------------------------------------------------------------ amounts


def _amounts(found: Iterable[Found], words: Sequence[str]) -> list[_Amount]:
    """Return every unit that is counted: `two days`, `a couple of days`, `half an hour`, `a week`.

    Of `two or three days` the fewer count: a length is never made longer than it was said.
    """
    parts = list(found)
    numbers = _numbers(parts, words)
    amounts: list[_Amount] = []
    for unit in parts:
        if unit.name != "unit" or not isinstance(unit.value, float):
            continue
        counts = [n for n in numbers if n.end <= unit.begin and _counts(n, unit, words)]
        if counts:
            number = counts[-1]
            begin, count = _fewer(number, numbers, words)
            amounts.append(_Amount(begin, unit.end, count * unit.value, unit.value))
        elif unit.begin and words[unit.begin - 1] in _ONE:
            amounts.append(_Amount(unit.begin - 1, unit.end, unit.value, unit.value))
    return amounts


def _numbers(found: Iterable[Found], words: Sequence[str]) -> list[_Amount]:
    """Return the numbers, `twenty` and `five` as one and with `and a half`."""
    numbers: list[_Amount] = []
    for each in found:
        if each.name != "number" or not isinstance(each.value, float):
            continue
        before = numbers[-1] if numbers else None
        value, begin, end = each.value, each.begin, each.end
        if before is not None and before.end == begin and before.hours >= 20 > 10 > value >= 1:
            numbers.pop()
            value, begin = before.hours + value, before.begin
        if tuple(words[end : end + 3]) == _AND_HALF:
            value, end = value + 0.5, end + 3
        numbers.append(_Amount(begin, end, value, 1.0))
    return numbers


def _counts(number: _Amount, unit: Found, words: Sequence[str]) -> bool:
    between = words[number.end : unit.begin]
    return set(between) <= _COUNTED and between[-1:] != ["so"]


def _fewer(number: _Amount, numbers: Sequence[_Amount], words: Sequence[str]) -> tuple[int, float]:
    """Return where an amount begins and its count: `two or three`, `two three` is two."""
    for other in numbers:
        between = tuple(words[other.end : number.begin])
        if other.end <= number.begin and between in _EITHER and other.hours < number.hours:
            return other.begin, other.hours
    return number.begin, number.hours


def _joined(amounts: Iterable[_Amount], words: Sequence[str]) -> list[_Amount]:
    """Join `an hour and twenty minutes`, and add the half of `a week and a half`."""
    joined: list[_Amount] = []
    for amount in sorted(amounts, key=lambda each: each.begin):
        if tuple(words[amount.end : amount.end + 3]) == _AND_HALF:
            half = amount.unit / 2
            amount = replace(amount, end=amount.end + 3, hours=amount.hours + half)
        before = joined[-1] if joined else None
        if before is not None and amount.hours < before.unit:
            between = list(words[before.end : amount.begin])
            if before.end <= amount.begin and between in ([], ["and"]):
                joined.pop()
                hours = before.hours + amount.hours
                amount = _Amount(before.begin, amount.end, hours, amount.unit)
        joined.append(amount)
    return joined


# ------------------------------------------------------------------ the words around


def _is_length_of_it(
    amount: _Amount, found: Sequence[Found], words: Sequence[str], *, answer: bool
) -> bool:
    """Say whether an amount tells how long it has lasted.

    Not how often (`every two hours`, `ten minutes a day`), when to come (`in two days`), an age,
    how long a cause lasted (`after two hours of walking`), or a beginning (`one day`).
    """
    before = words[amount.begin - 1] if amount.begin else ""
    after = list(words[amount.end : amount.end + 2])
    following = after[0] if after else ""
    if before in _NOT_AFTER or following in _NOT_BEFORE:
        return False
    if words[amount.begin] in _ONE and before in _RATE_AFTER:
        return False
    if words[amount.begin] in _ONE and any(
        each.name == "unit" and each.end == amount.begin for each in found
    ):
        return False
    if words[amount.begin] in _ONE and amount.hours < 1 and before in _MOMENT_AFTER and not answer:
        return False
    if following in _RATE and after[1:] and after[1] in _UNITS_OF_RATE:
        return False
    if tuple(words[amount.begin : amount.end]) in _ONE_DAY and not answer:
        return before in _ONE_DAY_AFTER or not following or following in _ONE_DAY_BEFORE
    return not _is_of_a_cause(amount, found, words)


def _is_of_a_cause(amount: _Amount, found: Sequence[Found], words: Sequence[str]) -> bool:
    """`two hours of standing`, `standing for two hours`: how long the trigger lasted."""
    end = amount.end
    if list(words[end : end + 1]) == ["of"] and any(
        each.name == "trigger" and each.begin <= end + 1 < each.end for each in found
    ):
        return True
    at = amount.begin - 1
    return (
        at >= 0
        and words[at] == "for"
        and any(each.name == "trigger" and each.end == at for each in found)
    )


def _is_said_span(
    span: Found, counted: Sequence[_Amount], found: Sequence[Found], words: Sequence[str]
) -> bool:
    """Say whether a span is one: not a unit that was counted, a time of the day, or `some days`."""
    if span.name != "span" or not _is_length(span.value):
        return False
    if any(span.begin < other.end and other.begin < span.end for other in counted):
        return False
    if any(each.name == "timing" and span.same_words(each) for each in found):
        return False
    if span.end - span.begin == 1 and words[span.begin].endswith("s"):
        at = span.begin - 1
        while at >= 0 and words[at] in _ABOUT:
            at -= 1
        return len(words) == 1 or (at >= 0 and words[at] in _VAGUE_AFTER)
    return True
