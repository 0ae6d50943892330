"""Slots in free wording: the longest list values, corrected, negated and folded.

The lists are those of the templates, under the slot names that the templates give them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from voice_skill.domain.language import Language
from voice_skill.domain.model import Slot
from voice_skill.understanding.fragments import split_words
from voice_skill.understanding.templates import Templates
from voice_skill.understanding.text import Normalizer

_SIDE_WORDS = frozenset({"left", "right"})
_AFTER_SIDE = frozenset({"one", "ones", "side", "foot", "feet", "leg", "hand", "arm"})
_BEFORE_LAST_SIDE = frozenset({"the", "my", "on", "no", "not", "both"})
_ONE = frozenset({"a", "an", "one"})
_NEGATIONS = frozenset({"not", "never", "without", "isn't", "don't", "doesn't", "wasn't", "aren't"})
_DETERMINERS = frozenset({"a", "an", "the", "my", "this", "that", "it", "any", "both"})
_SMALL_WORDS = frozenset({"is", "in", "on", "at", "of", "have", "has", "got", "really", "even"})
_BETWEEN_NEGATION = _DETERMINERS | _SMALL_WORDS | _SIDE_WORDS | {"big", "little"}
_CORRECTIONS = frozenset({"no", "sorry", "actually", "rather", "wait", "mean", "instead", "not"})
_PART_OF = frozenset({"of", "my", "the", "me", "left", "right", "both"})
_DURATION_PARTS = frozenset({"number", "unit", "span"})


@dataclass(frozen=True, slots=True)
class _Found:
    begin: int
    end: int
    slot: Slot


class SlotFinder:
    """Finds list values in a sentence that no template covers."""

    def __init__(self, language: Language, templates: Templates | None = None) -> None:
        """`templates`: those of `language`, where they are compiled already."""
        self._templates = templates or Templates(language)
        self._normalizer = Normalizer(language.lexicon)
        names = (self._templates.slot_names(intent) for intent in self._templates.intents)
        self._has_units = any("unit" in each for each in names)

    def find(self, text: str, intent: str | None = None, *, heard: bool = True) -> tuple[Slot, ...]:
        """Return the slots of `text` in the order they were said.

        Values are matched as whole words, the longest first, without overlap. Of several values of
        one slot the last counts where the person corrects themselves, and a negated value does not
        count at all. `intent` keeps only the slots that this intent's templates can fill. `heard`
        applies the aliases of the lexicon first.
        """
        words = split_words(self._normalizer.meant(text) if heard else text)
        names = None if intent is None else self._templates.slot_names(intent)
        values = [_Found(*value) for value in self._templates.list_values(words)]
        found = _longest(value for value in values if names is None or value.slot.name in names)
        sites = {value.begin for value in values if value.slot.name == "site"}
        found = [each for each in found if _is_no_trap(each, sites, words)]
        found = [each for each in found if not _is_negated(each, words)]
        found = _distinct(_folded(_corrected(_wholes_dropped(found, words), words), words))
        kept = (each.slot for each in found if each.slot.name != "number" or not self._has_units)
        return tuple(kept)


def _longest(values: Iterable[_Found]) -> list[_Found]:
    """Choose the longest values, the leftmost of equals, so that none overlap."""
    chosen: list[_Found] = []
    for value in sorted(values, key=lambda each: (each.begin - each.end, each.begin)):
        if all(value.end <= other.begin or other.end <= value.begin for other in chosen):
            chosen.append(value)
    return sorted(chosen, key=lambda each: each.begin)


def _is_no_trap(each: _Found, sites: Collection[int], words: Sequence[str]) -> bool:
    """Say whether `left` or `right` is a side: not in `i left it`, `right now`, `that's right`.

    It is one before a part of the body (`sites`: where one begins) or `one`, `side`, `foot`; as the
    last word after `the` or `my`; and as the whole answer.
    """
    if each.slot.name != "side" or words[each.end - 1] not in _SIDE_WORDS:
        return True
    if each.end == len(words):
        return each.begin == 0 or words[each.begin - 1] in _BEFORE_LAST_SIDE
    return each.end in sites or words[each.end] in _AFTER_SIDE


def fold_slots(slots: Sequence[Slot]) -> tuple[Slot, ...]:
    """Return slots of a strict parse with `number` x `unit`, or a `span`, as one duration in hours.

    A unit without a number is one of it (`since a day` where the templates say `a`); a number that
    no unit follows stays a number.
    """
    folded: list[Slot] = []
    for slot in slots:
        before = folded[-1] if folded else None
        if slot.name == "unit" and isinstance(slot.value, float):
            number = before if before is not None and before.name == "number" else None
            if number is not None and isinstance(number.value, float):
                folded[-1] = _duration(number.value * slot.value, f"{number.text} {slot.text}")
            else:
                folded.append(_duration(slot.value, slot.text))
        elif slot.name == "span" and isinstance(slot.value, float):
            folded.append(_duration(slot.value, slot.text))
        else:
            folded.append(slot)
    return tuple(folded)


def _folded(found: Sequence[_Found], words: Sequence[str]) -> list[_Found]:
    """Fold durations in free wording, where a unit needs its number or `a` right before it.

    A number that counts no unit is left out where the templates know units (`one of my toes`).
    """
    folded: list[_Found] = []
    for each in found:
        slot, before = each.slot, folded[-1] if folded else None
        if slot.name == "span" and isinstance(slot.value, float):
            folded.append(_Found(each.begin, each.end, _duration(slot.value, slot.text)))
        elif slot.name != "unit" or not isinstance(slot.value, float):
            folded.append(each)
        elif before is not None and _counts(before, each, words):
            folded[-1] = _spanning(before.begin, each.end, before.slot.value, slot.value, words)
        elif each.begin and words[each.begin - 1] in _ONE:
            folded.append(_spanning(each.begin - 1, each.end, 1.0, slot.value, words))
    return folded


def _counts(number: _Found, unit: _Found, words: Sequence[str]) -> bool:
    """Say whether `number` counts `unit`: `two days`, `a couple of days`, `half an hour`."""
    between = words[number.end : unit.begin]
    return number.slot.name == "number" and set(between) <= {"of", "a", "an", "more", "whole"}


def _spanning(
    begin: int, end: int, number: str | float, hours: float, words: Sequence[str]
) -> _Found:
    count = number if isinstance(number, float) else 1.0
    return _Found(begin, end, _duration(count * hours, " ".join(words[begin:end])))


def _duration(hours: float, text: str) -> Slot:
    return Slot("duration", hours, text.strip())


def _is_negated(each: _Found, words: Sequence[str]) -> bool:
    """Say whether the value is denied: `it is not my ankle`, `no pain`; not `it won't stop`."""
    if each.slot.name in _DURATION_PARTS:
        return False
    at = each.begin - 1
    if at >= 0 and words[at] == "no" and each.slot.name not in ("site", "side"):
        return True
    while at >= 0 and words[at] in _BETWEEN_NEGATION:
        at -= 1
    return at >= 0 and words[at] in _NEGATIONS


def _wholes_dropped(found: Sequence[_Found], words: Sequence[str]) -> list[_Found]:
    """Keep the part, not the whole that it is of: `the arch of my left foot` is an arch."""
    kept: list[_Found] = []
    part: _Found | None = None
    for each in found:
        if each.slot.name == "site":
            between = words[part.end : each.begin] if part is not None else []
            part = each
            if "of" in between and set(between) <= _PART_OF:
                continue
        kept.append(each)
    return kept


def _distinct(found: Sequence[_Found]) -> list[_Found]:
    """Leave out what was said before in other words: `at night`, and `it wakes me up`."""
    first: dict[tuple[str, str | float], _Found] = {}
    for each in found:
        first.setdefault((each.slot.name, each.slot.value), each)
    return list(first.values())


def _corrected(found: Sequence[_Found], words: Sequence[str]) -> list[_Found]:
    """Let the last value of a slot win where the person corrects themselves: `no, the left`."""
    kept: list[_Found] = []
    for each in found:
        kept = [
            other
            for other in kept
            if other.slot.name != each.slot.name
            or not _CORRECTIONS & set(words[other.end : each.begin])
        ]
        kept.append(each)
    return kept
