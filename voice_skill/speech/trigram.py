"""A back-off trigram over the ids of a symbol table, as arrays: what is read, mixed and written.

A state is a context: the last two words, the last one, or none. What follows it has a cost of its
own (an arc), or the cost of backing off to the shorter context plus the cost there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int32]
Places = NDArray[np.int64]
Costs = NDArray[np.float32]
Floats = NDArray[np.float64]

ROOT = 0
"""The state of the empty context; its costs are the unigram, and complete."""

END = 0
"""The label of an arc that ends the sentence: id 0 is epsilon in a symbol table, never a word."""

BEGIN = 0
"""The word of a context before the first word of a sentence."""

NO_WORD = -1
"""The missing word of a context that is shorter than two."""


@dataclass(frozen=True)
class Trigram:
    """The states with their arcs. Costs are negative natural logarithms of probabilities.

    `newest`, `older` (states,): the words of each context, NO_WORD where there is none. `parent`
    (states,): the context without its older word. `backoff` (states,): the cost of going there;
    infinite in ROOT. `first` (states + 1,): the arcs of state s are first[s] to first[s + 1], by
    ascending label. `labels`, `costs` (arcs,): the word that follows, and its cost. `start`: the
    state at the beginning of a sentence.
    """

    newest: Ids
    older: Ids
    parent: Ids
    backoff: Costs
    first: Places
    labels: Ids
    costs: Costs
    start: int

    @cached_property
    def size(self) -> int:
        """One more than the highest id: labels and context words are below it."""
        return 1 + int(max(self.labels.max(initial=0), self.newest.max(initial=0)))

    @cached_property
    def sources(self) -> Ids:
        """The state of every arc (arcs,)."""
        return np.repeat(np.arange(len(self.newest), dtype=np.int32), np.diff(self.first))

    def states_of(self, older: NDArray[np.integer], newest: NDArray[np.integer]) -> Places:
        """Return the states of contexts, -1 where there is none; NO_WORD as in `older`."""
        keys, states = self._contexts
        wanted = _key(older, newest, self.size)
        at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        # A word beyond the table would wrap around to another context.
        known = (keys[at] == wanted) & (older < self.size) & (newest < self.size)
        return np.where(known, states[at], -1)

    def costs_of(self, states: NDArray[np.integer], labels: NDArray[np.integer]) -> Floats:
        """Return the cost of each label in its state, backed off where it has no arc.

        Infinite for a label without a unigram.
        """
        here = states.astype(np.int64)
        found = np.full(len(here), np.inf)
        spent = np.zeros(len(here))
        waiting = np.arange(len(here))
        while waiting.size:
            arcs, has_arc = self._arcs_at(here[waiting], labels[waiting])
            done = waiting[has_arc]
            found[done] = spent[done] + self.costs[arcs[has_arc]]
            waiting = waiting[~has_arc & (here[waiting] != ROOT)]
            spent[waiting] += self.backoff[here[waiting]]
            here[waiting] = self.parent[here[waiting]]
        return found

    def destinations(self) -> Places:
        """Return the state after each arc (arcs,): the longest context that there is."""
        before = np.where(self.sources == ROOT, NO_WORD, self.newest[self.sources])
        after = self.states_of(before, self.labels)
        missing = after < 0
        shorter = np.full(int(missing.sum()), NO_WORD)
        after[missing] = np.maximum(self.states_of(shorter, self.labels[missing]), ROOT)
        return after

    @cached_property
    def _contexts(self) -> tuple[Places, Places]:
        keys = _key(self.older, self.newest, self.size)
        order = np.argsort(keys, kind="stable")
        return keys[order], order

    @cached_property
    def _arc_keys(self) -> Places:
        return self.sources.astype(np.int64) * self.size + self.labels

    def _arcs_at(
        self, states: Places, labels: NDArray[np.integer]
    ) -> tuple[Places, NDArray[np.bool_]]:
        wanted = states * self.size + labels
        at = np.minimum(np.searchsorted(self._arc_keys, wanted), len(self.labels) - 1)
        return at, (self._arc_keys[at] == wanted) & (labels < self.size)


def _key(older: NDArray[np.integer], newest: NDArray[np.integer], size: int) -> Places:
    return (newest.astype(np.int64) + 1) * (size + 1) + older + 1


def starts(sources: NDArray[np.integer], states: int) -> Places:
    """Return where the arcs of each state begin (states + 1,); `sources` ascend."""
    found = np.zeros(states + 1, np.int64)
    np.cumsum(np.bincount(sources, minlength=states), out=found[1:])
    return found


def ranges(first: NDArray[np.integer], counts: NDArray[np.integer]) -> Places:
    """Return first[0], first[0] + 1 ... (counts[0] of them), then those of first[1], and so on."""
    before = np.cumsum(counts) - counts
    return np.repeat(first.astype(np.int64) - before, counts) + np.arange(int(counts.sum()))


def total_by(rows: NDArray[np.integer], values: Floats, count: int) -> Floats:
    """Return the sum of the values of each row (count,)."""
    found: Floats = np.bincount(rows, weights=values, minlength=count).astype(np.float64)
    return found


def merged(
    pairs: Iterable[tuple[NDArray[np.integer], NDArray[np.integer]]], size: int
) -> tuple[Places, Places]:
    """Return all (row, label) pairs once, by row and label; labels are below `size`."""
    keys = np.unique(np.concatenate([r.astype(np.int64) * size + label for r, label in pairs]))
    return keys // size, keys % size
