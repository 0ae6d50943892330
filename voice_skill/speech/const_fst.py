"""A back-off trigram as an OpenFst file of the type `const`, written and walked in numpy.

A `vector` file of two million arcs would be read arc by arc; a `const` one is read in two blocks.
Its layout is that of OpenFst's const-fst.h: after the header (and symbol tables) one record for
each state (cost of ending, first arc, number of arcs, of epsilons in and out), then all arcs.
Behind them, where OpenFst does not look, stand float32 numbers of our own: for every arc, then for
the end of every state, what another trigram would charge more than this one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from voice_skill.speech.openfst import BACKOFF_ACCEPTOR, Header, read_header, write_header
from voice_skill.speech.trigram import END, ROOT, Costs, Trigram

_VERSION = 2  # unaligned
_EPSILON = 0
_STATE = np.dtype(
    [
        ("end", "<f4"),
        ("first", "<u4"),
        ("arcs", "<u4"),
        ("epsilons_in", "<u4"),
        ("epsilons_out", "<u4"),
    ]
)
_ARC = np.dtype([("word_in", "<i4"), ("word_out", "<i4"), ("cost", "<f4"), ("next", "<i4")])
_EXTRA = np.dtype("<f4")
_HEADER_BYTES = 4096  # more than a header takes


def write_const(stream: BinaryIO, trigram: Trigram, other: Trigram | None = None) -> None:
    """Write `trigram`, without symbol tables, and what `other` would charge more.

    What ends a sentence becomes the cost of a final state, backing off an epsilon arc, the first
    of its state. The states of `other` are the first ones of `trigram`.
    """
    states = len(trigram.newest)
    is_end = trigram.labels == END
    words = ~is_end
    record = np.zeros(states, _STATE)
    record["end"] = np.inf
    record["end"][trigram.sources[is_end]] = trigram.costs[is_end]
    backs_off = np.arange(states) != ROOT
    record["epsilons_in"] = record["epsilons_out"] = backs_off
    record["arcs"] = np.bincount(trigram.sources[words], minlength=states) + backs_off
    record["first"] = np.cumsum(record["arcs"]) - record["arcs"]
    arcs = np.zeros(int(record["arcs"].sum()), _ARC)
    is_epsilon = np.zeros(len(arcs), np.bool_)
    is_epsilon[record["first"][backs_off]] = True
    arcs["word_in"][is_epsilon] = _EPSILON
    arcs["cost"][is_epsilon] = trigram.backoff[backs_off]
    arcs["next"][is_epsilon] = trigram.parent[backs_off]
    arcs["word_in"][~is_epsilon] = trigram.labels[words]
    arcs["cost"][~is_epsilon] = trigram.costs[words]
    arcs["next"][~is_epsilon] = trigram.destinations()[words]
    arcs["word_out"] = arcs["word_in"]
    header = Header(b"const", _VERSION, 0, BACKOFF_ACCEPTOR, trigram.start, states, len(arcs))
    write_header(stream, header)
    stream.write(record.data)
    stream.write(arcs.data)
    if other is not None:
        extra, backing_off = _extra(trigram, other)
        of_arcs = np.zeros(len(arcs), _EXTRA)
        of_arcs[is_epsilon] = backing_off[backs_off]
        of_arcs[~is_epsilon] = extra[words]
        of_ends = np.zeros(states, _EXTRA)
        of_ends[trigram.sources[is_end]] = extra[is_end]
        stream.write(of_arcs.data)
        stream.write(of_ends.data)


def _extra(trigram: Trigram, other: Trigram) -> tuple[Costs, Costs]:
    """Return what `other` charges more for each arc, and for backing off from each state."""
    shared = len(other.newest)
    # In a context that `other` lacks it is in the next shorter one that it has: to back off from
    # there is free.
    place = np.arange(len(trigram.newest))
    for _ in range(2):
        place = np.where(place < shared, place, trigram.parent[place])
    costs = other.costs_of(place[trigram.sources], trigram.labels)
    backing_off = np.zeros(len(trigram.newest), np.float32)
    backing_off[:shared] = other.backoff
    backing_off[1:] -= trigram.backoff[1:]  # there is none from ROOT
    return (costs - trigram.costs).astype(np.float32), backing_off


class ExtraCosts:
    """What the other trigram of a written file charges more, read where it is needed."""

    def __init__(self, path: Path) -> None:
        """Map the file; ValueError for one that holds no such numbers, OSError for none."""
        with path.open("rb") as stream:
            header, at = read_header(stream.read(_HEADER_BYTES))
        if header.kind != b"const" or header.flags:
            raise ValueError("it is no language model of ours")
        sizes = (header.states, header.arcs, header.arcs, header.states)
        arrays: list[NDArray[Any]] = []
        for kind, count in zip((_STATE, _ARC, _EXTRA, _EXTRA), sizes, strict=True):
            arrays.append(np.memmap(path, kind, "r", at, (count,)))
            at += count * kind.itemsize
        self._states, self._arcs, self._of_arcs, self._of_ends = arrays
        self._start = header.start

    def of(self, words: Sequence[int]) -> float:
        """Return what the other one charges more for a sentence of these ids.

        0 for a sentence with an id that has no arc anywhere.
        """
        state, total = self._start, 0.0
        for word in words:
            arc, passed = self._arc(state, word)
            if arc is None:
                return 0.0
            total += passed + float(self._of_arcs[arc])
            state = int(self._arcs[arc]["next"])
        while not np.isfinite(self._states[state]["end"]):
            if state == ROOT:
                return 0.0
            first = int(self._states[state]["first"])
            total += float(self._of_arcs[first])
            state = int(self._arcs[first]["next"])
        return total + float(self._of_ends[state])

    def _arc(self, state: int, word: int) -> tuple[int | None, float]:
        """Return the arc of a word, and the extra cost of backing off until there is one."""
        passed = 0.0
        while True:
            first, count = (int(self._states[state][name]) for name in ("first", "arcs"))
            labels = self._arcs["word_in"][first : first + count]
            at = bisect_left(labels, word)
            if word != _EPSILON and at < count and labels[at] == word:
                return first + at, passed
            if state == ROOT:
                return None, passed
            passed += float(self._of_arcs[first])
            state = int(self._arcs[first]["next"])
