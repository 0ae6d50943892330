"""Sentences drawn from the templates so that everything is said before anything is said twice.

hassil's sampler enumerates: its first two thousand sentences all begin alike. Here each choice
takes one of the options it has taken least often so far, at random among those.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence

from hassil.expression import (
    Alternative,
    Expression,
    Group,
    ListReference,
    Permutation,
    RuleReference,
    TextChunk,
)
from hassil.intents import RangeSlotList, TextSlotList

from voice_skill.understanding.fragments import split_words
from voice_skill.understanding.grammar import Block, Scope, spoken_numbers, written_numbers

_TRIES = 8
"""Repeats in a row after which a template counts as said in full."""


_Option = Hashable
_Place = tuple[Expression, Scope]


class Sampler:
    """A reproducible source of sentences; it remembers what it has said."""

    def __init__(self, blocks: Sequence[Block], seed: int) -> None:
        """Draw from `blocks`; the same seed gives the same sentences."""
        self._blocks = blocks
        # Not for secrets: the same seed has to give the same sentences.
        self._random = random.Random(seed)
        self._taken: Counter[_Option] = Counter()
        self._untaken: set[_Option] = set()
        self._below: dict[tuple[int, int], frozenset[_Option]] = {}
        self._numbers: dict[tuple[str, int], list[TextChunk]] = {}

    def sentences(self, intents: frozenset[str], count: int) -> list[str]:
        """Return up to `count` different sentences of `intents`.

        First every template once, then those that still hold something that was never said, then
        all in turn.
        """
        places: list[_Place] = [
            (sentence, block.scope)
            for block in self._blocks
            if block.intent in intents
            for sentence in block.sentences
        ]
        for sentence, scope in places:
            self._untaken |= self._options(sentence, scope)
        self._untaken -= self._taken.keys()
        said: dict[str, None] = {}
        active = places
        while active and len(said) < count:
            self._round(active, count, said, tries=1)
            active = [p for p in places if not self._options(*p).isdisjoint(self._untaken)]
        active = places
        while active and len(said) < count:
            active = self._round(active, count, said, tries=_TRIES)
        return list(said)

    def _round(
        self, places: Sequence[_Place], count: int, said: dict[str, None], tries: int
    ) -> list[_Place]:
        """Say each template once, in a random order; return those that had something new."""
        fresh: list[_Place] = []
        for sentence, scope in self._random.sample(places, len(places)):
            if len(said) == count:
                break
            for _ in range(tries):
                text = " ".join(split_words(self._say(sentence, scope)))
                if text and text not in said:
                    said[text] = None
                    fresh.append((sentence, scope))
                    break
        return fresh

    def _options(self, expression: Expression, scope: Scope) -> frozenset[_Option]:
        """Return all that can be chosen below `expression`."""
        key = (id(expression), id(scope))
        found = self._below.get(key)
        if found is None:
            options: set[_Option] = set()
            for branch, option in self._branches(expression, scope):
                options |= self._options(branch, scope)
                if option is not None:
                    options.add(option)
            found = self._below[key] = frozenset(options)
        return found

    def _branches(
        self, expression: Expression, scope: Scope
    ) -> Iterator[tuple[Expression, _Option | None]]:
        """Yield what is directly below, with the option it stands for where there is a choice."""
        if isinstance(expression, RuleReference):
            yield scope.rule(expression.rule_name), None
        elif isinstance(expression, ListReference):
            name = expression.list_name
            slot_list = scope.slot_list(expression)
            if isinstance(slot_list, TextSlotList):
                for index, value in enumerate(slot_list.values):
                    yield value.text_in, (name, id(scope), index)
            else:
                for index, number in enumerate(self._number_words(name, slot_list, scope)):
                    yield number, (name, id(scope), index)
        elif isinstance(expression, Alternative):
            for index, item in enumerate(expression.items):
                yield item, (id(expression), index)
        elif isinstance(expression, Group):
            for item in expression.items:
                yield item, None

    def _say(self, expression: Expression, scope: Scope) -> str:
        """Return one way to say `expression`, with the spaces that its templates have."""
        if isinstance(expression, TextChunk):
            return expression.text
        branches = list(self._branches(expression, scope))
        if isinstance(expression, (Alternative, ListReference)):
            return self._say(self._choose(branches, scope), scope) if branches else ""
        if isinstance(expression, Permutation):
            self._random.shuffle(branches)
        return "".join(self._say(branch, scope) for branch, _ in branches)

    def _choose(
        self, branches: list[tuple[Expression, _Option | None]], scope: Scope
    ) -> Expression:
        """Choose what leads to something never said, else what was taken least often."""
        fresh = [
            (branch, option)
            for branch, option in branches
            if option in self._untaken or not self._options(branch, scope).isdisjoint(self._untaken)
        ]
        open_to = fresh or branches
        least = min(self._taken[option] for _, option in open_to)
        branch, option = self._random.choice(
            [(b, option) for b, option in open_to if self._taken[option] == least]
        )
        self._taken[option] += 1
        self._untaken.discard(option)
        return branch

    def _number_words(self, name: str, numbers: RangeSlotList, scope: Scope) -> list[TextChunk]:
        key = (name, id(scope))
        if key not in self._numbers:
            # Digits only where there are no words: a recogniser knows none.
            words = spoken_numbers(numbers, scope.language) or written_numbers(numbers)
            self._numbers[key] = [TextChunk(word) for word in words]
        return self._numbers[key]
