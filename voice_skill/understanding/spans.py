"""Values found in a sentence, with the words that they cover."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from voice_skill.domain.model import Slot


@dataclass(frozen=True, slots=True)
class Found:
    """A value that covers the words from `begin` to `end` (exclusive)."""

    begin: int
    end: int
    slot: Slot

    @property
    def name(self) -> str:
        """The slot's name."""
        return self.slot.name

    @property
    def value(self) -> str | float:
        """The slot's value."""
        return self.slot.value

    def same_words(self, other: Found) -> bool:
        """Whether both cover the same words."""
        return (self.begin, self.end) == (other.begin, other.end)


def longest(values: Iterable[Found], together: Iterable[Collection[str]] = ()) -> list[Found]:
    """Choose the longest values, the leftmost of equals, so that none overlap.

    Values of the slots in one of the sets of `together` may cover the very same words: which of
    them is meant (`last night`: when, or since when) is told by the words around.
    """
    sets = [frozenset(names) for names in together]
    chosen: list[Found] = []
    for value in sorted(values, key=lambda each: (each.begin - each.end, each.begin)):
        if all(_stand_together(value, other, sets) for other in chosen):
            chosen.append(value)
    return sorted(chosen, key=lambda each: (each.begin, each.end))


def _stand_together(value: Found, other: Found, sets: Sequence[frozenset[str]]) -> bool:
    if value.end <= other.begin or other.end <= value.begin:
        return True
    if not value.same_words(other) or value.slot == other.slot:
        return False
    return value.name != other.name and any({value.name, other.name} <= names for names in sets)
