"""Starts in free wording: `since monday`, `started about three this morning`, `from last night`.

A weekday, an hour or a part of the day is only a start where the words before it say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from voice_skill.domain.model import Slot
from voice_skill.understanding.spans import Found

_SINCE = frozenset({"since", "from"})
_BEGAN = frozenset({"started", "starting", "began", "begun"})
_CAME_ON = frozenset({("came", "on"), ("kicked", "off"), ("kicked", "in"), ("set", "in")})
_ABOUT = frozenset(
    {
        "about", "around", "at", "on", "the", "like", "early", "late", "just", "maybe", "roughly",
        "way", "back", "in", "sometime", "some", "time", "this", "last", "ever",
    }
)  # fmt: skip
_ELSEWHERE = frozenset({"and", "but", "when", "after", "then", "because", "so", "i", "while"})
_I_BEGAN_IT = frozenset({"getting", "having", "feeling", "noticing", "to", "with"})
_LONGEST_GAP = 6
_LOOSE = frozenset({"o'clock", "or", "so", "ish"})

_MORNING = (("this", "morning"), ("in", "the", "morning"), ("a", "m"), ("am",))
_AFTERNOON = (
    ("this", "afternoon"), ("in", "the", "afternoon"), ("this", "evening"),
    ("in", "the", "evening"), ("yesterday", "evening"), ("p", "m"), ("pm",),
)  # fmt: skip
_NIGHT = (("at", "night"), ("last", "night"), ("in", "the", "night"), ("tonight",))
_FIRST_HOUR_OF_NIGHT = 5.0


def starts(found: Sequence[Found], words: Sequence[str], *, answer: bool) -> list[Found]:
    """Return the starts that something is said to have begun at, an hour with its part of the day.

    `answer`: the sentence is asked for a length of time, so that no `since` is needed.
    """
    kept = [
        _of_the_day(each, words)
        for each in found
        if each.name == "start" and (answer or begun_at(each.begin, words))
    ]
    return kept + _bare_hours(found, words)


def begun_at(at: int, words: Sequence[str]) -> bool:
    """Say whether the words before word `at` say that something began then."""
    gap = 0
    while gap <= _LONGEST_GAP and at - 1 - gap >= 0:
        before = at - 1 - gap
        word = words[before]
        between = words[before + 1 : at]
        if word in _SINCE:
            return set(between) <= _ABOUT
        if word in _BEGAN or tuple(words[max(before - 1, 0) : before + 1]) in _CAME_ON:
            return not _i_began(before, words)
        if word in _ELSEWHERE:
            return False
        gap += 1
    return False


def _i_began(at: int, words: Sequence[str]) -> bool:
    """`i started wearing heels yesterday` is no start of a symptom; `i started getting` is."""
    following = words[at + 1] if at + 1 < len(words) else ""
    return at > 0 and words[at - 1] in ("i", "we") and following not in _I_BEGAN_IT


def _of_the_day(start: Found, words: Sequence[str]) -> Found:
    """Take `this morning` or `in the afternoon` after an hour into the start."""
    kind, _, hour = str(start.value).partition(" ")
    if kind != "clock":
        return start
    end = start.end
    while end < len(words) and words[end] in _LOOSE:
        end += 1
    for phrases, shift in ((_MORNING, 0.0), (_AFTERNOON, 12.0), (_NIGHT, None)):
        for phrase in phrases:
            if tuple(words[end : end + len(phrase)]) != phrase:
                continue
            if shift is None:
                shift = 12.0 if float(hour) >= _FIRST_HOUR_OF_NIGHT else 0.0
            last = end + len(phrase)
            value = f"hour {float(hour) + shift:g}"
            return Found(start.begin, last, Slot("start", value, _text(start.begin, last, words)))
    return start


def _bare_hours(found: Iterable[Found], words: Sequence[str]) -> list[Found]:
    """`since three`, `since about nine`: the hour of a clock, where the number counts nothing."""
    parts = list(found)
    units = {each.begin for each in parts if each.name == "unit"}
    hours: list[Found] = []
    for number in parts:
        if number.name != "number" or number.value not in range(1, 13):
            continue
        at = number.begin - 1
        while at >= 0 and words[at] in ("about", "around", "maybe", "like"):
            at -= 1
        if at < 0 or words[at] != "since" or not units.isdisjoint(_near(number.end)):
            continue
        value = f"clock {float(number.value) % 12:g}"
        start = Found(number.begin, number.end, Slot("start", value, number.slot.text))
        hours.append(_of_the_day(start, words))
    return hours


def _near(at: int) -> range:
    """Where a unit that a number counts may begin: `three days`, `three or four days`."""
    return range(at, at + 4)


def _text(begin: int, end: int, words: Sequence[str]) -> str:
    return " ".join(words[begin:end])
