"""Slots in free wording: the longest list values, corrected, denied and folded.

The lists are those of the templates, under the slot names that the templates give them, and the
lists that fill a slot in free wording alone.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterable, Sequence

from voice_skill.domain.language import FREE_WORDS, Language
from voice_skill.domain.model import Slot
from voice_skill.understanding.corrections import (
    DETERMINERS,
    SIDE_WORDS,
    corrected,
    without_denied,
)
from voice_skill.understanding.durations import PARTS, TOGETHER, fold_found, fold_slots
from voice_skill.understanding.fragments import split_words
from voice_skill.understanding.spans import Found, longest
from voice_skill.understanding.templates import Templates
from voice_skill.understanding.text import Normalizer

__all__ = ["SlotFinder", "fold_slots"]

_ENDING = re.compile(r"'(?:s|re|ve|ll|d)$")
_KEEP_ENDING = frozenset(
    {"i", "it", "that", "there", "what", "he", "she", "who", "we", "they", "you", "here", "let",
     "where", "how", "when", "why", "this", "these"}
)  # fmt: skip
_OF_A_PERSON = DETERMINERS | {"each", "either", "of"}
_AFTER_SIDE = frozenset({"one", "ones", "side", "foot", "feet", "leg", "hand", "arm"})
_BEFORE_LAST_SIDE = frozenset({"no", "not", "on"}) | DETERMINERS
_ON_THE = frozenset({"on", "to", "in", "it's", "its", "was", "is"})
_NOT_A_SIDE = frozenset(
    {"thing", "way", "time", "answer", "place", "direction", "track", "words", "order", "amount",
     "kind", "sort", "now", "away", "idea", "moment", "over", "when", "after", "before"}
)  # fmt: skip
_ONLY_WITH_SITE = frozenset({"either", "each"})
_NEEDS_OWNER = frozenset({"back", "face"})
_OWNERS = frozenset({"my", "me", "ma", "his", "her", "your", "our", "their", "upper", "lower"})
_PART_OF = _OF_A_PERSON | SIDE_WORDS | {"of", "on", "in", "both"}


class SlotFinder:
    """Finds list values in a sentence that no template covers."""

    def __init__(self, language: Language, templates: Templates | None = None) -> None:
        """`templates`: those of `language`, where they are compiled already."""
        self._templates = templates or Templates(language)
        self._normalizer = Normalizer(language.lexicon)
        names = (self._templates.slot_names(intent) for intent in self._templates.intents)
        listed = self._templates.list_words
        self._dropped_g = {
            word[:-1]: word for word in listed if word.endswith("ing") and word[:-1] not in listed
        }
        self._has_units = any("unit" in each for each in names)

    def find(
        self,
        text: str,
        intent: str | None = None,
        *,
        heard: bool = True,
        moment: datetime.datetime | None = None,
    ) -> tuple[Slot, ...]:
        """Return the slots of `text` in the order they were said.

        Values are matched as whole words, the longest first, without overlap. Of several values of
        one slot the last counts where the person corrects themselves, and a denied value does not
        count at all. `intent` keeps only the slots that this intent's templates can fill. `heard`
        applies the aliases of the lexicon first. `moment` (local wall time) is what `since monday`
        is counted to; without it that is no duration.
        """
        words = split_words(self._normalizer.meant(text) if heard else text)
        names = self._names(intent)
        values = [each for each in self._values(words) if names is None or each.name in names]
        values = [each for each in values if not _is_rather_a_place(each, values, words)]
        sides = [each for each in values if each.name == "side"]
        found = longest((each for each in values if each.name != "side"), TOGETHER)
        found = _with_sides(found, longest(sides), words)
        found = [each for each in found if not _is_trap(each, found, words)]
        found = [each for each in found if each.name != FREE_WORDS]
        found = without_denied(found, words)
        if self._has_units:
            answer = intent is not None and names is not None and not names & {"site", "sensation"}
            found = fold_found(found, words, moment, answer=answer)
        found = _distinct(corrected(_wholes_dropped(found, words), words))
        return tuple(each.slot for each in found)

    def without_values(self, text: str, slots: Collection[str]) -> str:
        """Return what is left of `text` without the words of any value of these slots."""
        words = split_words(self._normalizer.meant(text))
        covered = {
            at
            for each in longest(v for v in self._values(words) if v.name in slots)
            for at in range(each.begin, each.end)
        }
        return " ".join(word for at, word in enumerate(words) if at not in covered)

    def _names(self, intent: str | None) -> frozenset[str] | None:
        """Return the slots that sentences of `intent` can fill; None: all."""
        if intent is None:
            return None
        names = self._templates.slot_names(intent) | {FREE_WORDS}
        return names | PARTS if names & PARTS else names

    def _values(self, words: Sequence[str]) -> list[Found]:
        """Return all list values, under the words as said and as the lists would say them.

        `foot's` is `foot`; for places sides are left out (`bottom of my left foot`) and whoever the
        part belongs to is `my`.
        """
        plain = [self._dropped_g.get(word, word) for word in map(_without_ending, words)]
        found = [Found(*value) for value in self._templates.list_values(plain)]
        kept = [at for at, word in enumerate(plain) if word not in SIDE_WORDS]
        owned = ["my" if plain[at] in _OF_A_PERSON - {"of"} else plain[at] for at in kept]
        if owned != plain:
            found += [
                Found(kept[begin], kept[end - 1] + 1, slot)
                for begin, end, slot in self._templates.list_values(owned)
                if slot.name == "site"
            ]
        return [_said(each, words) for each in found]


def _said(each: Found, words: Sequence[str]) -> Found:
    slot = each.slot
    text = " ".join(words[each.begin : each.end])
    return Found(each.begin, each.end, Slot(slot.name, slot.value, text))


def _without_ending(word: str) -> str:
    """Return `foot` for `foot's`; `it's` and its like are words of their own in the lists."""
    base = _ENDING.sub("", word)
    return word if base in _KEEP_ENDING else base


def _with_sides(
    found: Sequence[Found], sides: Iterable[Found], words: Sequence[str]
) -> list[Found]:
    """Add the sides that stand outside of other values, or within a place."""
    kept = [
        side
        for side in sides
        if all(
            other.end <= side.begin
            or side.end <= other.begin
            or (other.name == "site" and not side.same_words(other))
            for other in found
        )
    ]
    return sorted([*found, *kept], key=lambda each: (each.begin, each.name != "side", each.end))


def _is_trap(each: Found, found: Sequence[Found], words: Sequence[str]) -> bool:
    if each.name == "side":
        return not _is_side(each, found, words)
    if each.slot.text == "running":  # three nights running
        return any(other.name == "unit" and other.end == each.begin for other in found)
    if each.slot.text == "last night":  # i went for a run last night
        return any(other.name == "trigger" and other.end == each.begin for other in found)
    if each.name != "site" or each.end - each.begin > 1 or words[each.begin] not in _NEEDS_OWNER:
        return False
    return each.begin == 0 or words[each.begin - 1] not in _OWNERS


def _is_rather_a_place(each: Found, values: Sequence[Found], words: Sequence[str]) -> bool:
    """Say whether `my heels` is not what is worn: something is felt there, or it is one of them."""
    return (
        each.name == "trigger"
        and words[each.begin] in _OWNERS | {"the"}
        and any(o.name == "site" and (o.begin, o.end) == (each.begin + 1, each.end) for o in values)
        and (
            words[each.begin - 1 : each.begin] == ["of"] or "sensation" in {o.name for o in values}
        )
    )


def _is_side(each: Found, found: Sequence[Found], words: Sequence[str]) -> bool:
    """Say whether `left` or `right` is a side: not in `i left it`, `right now`, `that's right`.

    It is one before or within a part of the body, before `one`, `side`, `foot`; after `on the`; as
    the last word after `the`, `my` or a part of the body; and as the whole answer.
    """
    sites = [other for other in found if other.name == "site"]
    here = any(s.begin <= each.begin < s.end or s.begin == each.end for s in sites)
    word = words[each.end - 1]
    if here or (word not in SIDE_WORDS and word not in _ONLY_WITH_SITE):
        return True
    if word in _ONLY_WITH_SITE or each.end - each.begin > 1:
        return word in SIDE_WORDS
    before = words[each.begin - 1] if each.begin else ""
    if each.end == len(words):
        return not before or before in _BEFORE_LAST_SIDE or any(s.end == each.begin for s in sites)
    following = words[each.end]
    if following in _AFTER_SIDE:
        return True
    on_the = each.begin > 1 and words[each.begin - 2] in _ON_THE and before in DETERMINERS
    return (on_the or before == "the") and following not in _NOT_A_SIDE


def _wholes_dropped(found: Sequence[Found], words: Sequence[str]) -> list[Found]:
    """Keep the part, not the whole that it is of: `the arch of my left foot` is an arch."""
    kept: list[Found] = []
    part: Found | None = None
    for each in found:
        if each.name == "site":
            between = words[part.end : each.begin] if part is not None else []
            part = each
            if {"of", "on"} & {*between} and set(between) <= _PART_OF:
                continue
        kept.append(each)
    return kept


def _distinct(found: Sequence[Found]) -> list[Found]:
    """Leave out what was said before in other words: `at night`, and `it wakes me up`."""
    first: dict[tuple[str, str | float], Found] = {}
    for each in found:
        first.setdefault((each.name, each.value), each)
    return list(first.values())
