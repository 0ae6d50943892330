"""Reads the speech model's own language model: `graph/Gr.fst`, OpenFst type `ngram`, in numpy.

The layout is that of OpenFst's extensions/ngram/ngram-fst.h, little endian. After the header and
the symbol table (and padding to 16 bytes where the header says that it is aligned):

    uint64 x 3     states N, arcs F, states that may end a sentence E
    bits 2N + 1    the tree of contexts in LOUDS: for each node in breadth-first order a 1 for each
                   child and a 0; node 0 is the empty context, a child has one older word
    bits F + N + 1 for each state a 0, then a 1 for each of its arcs; a 0 ends them
    bits N         1 for a state that may end a sentence
    int32 N + 1    the word of each node: the newest of a context of one word, else the older one
    int32 F        the word of each arc, ascending in a state
    float32 N + 1  the cost of backing off from each state
    float32 E      the cost of ending in each state that may
    float32 F + 1  the cost of each arc

Bits are numbered from the lowest of the first byte, and every row of bits fills whole words of 64.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voice_skill.domain.errors import ModelError
from voice_skill.speech.model_store import mending
from voice_skill.speech.openfst import (
    HAS_INPUT_SYMBOLS,
    HAS_OUTPUT_SYMBOLS,
    Header,
    read_header,
    read_symbols,
)
from voice_skill.speech.symbols import GRAPH, Vocabulary
from voice_skill.speech.trigram import END, NO_WORD, ROOT, Costs, Ids, Trigram, ranges, starts

_KIND, _ARC_TYPE, _VERSION = b"ngram", b"standard", 4
_IS_ALIGNED = 0x4
_ALIGNMENT = 16
_WORD_BITS = 64
_Bits = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class StockModel:
    """The words of a speech model with their ids, and its trigram of them."""

    vocabulary: Vocabulary
    trigram: Trigram


def read_stock_model(model_folder: Path) -> StockModel:
    """Read the language model of the speech model in `model_folder`: 0.3 s, 70 MB.

    Raises ModelError for one that cannot be read, is damaged, or is of another type than `ngram`.
    """
    path = model_folder / GRAPH
    try:
        return parse_stock_model(path.read_bytes())
    except OSError as error:
        reason = error.strerror or str(error)
    except (struct.error, IndexError, ValueError) as error:
        reason = str(error)
    raise ModelError(
        f"The language model {path} cannot be read: {reason}.",
        hint=mending(model_folder),
    )


def parse_stock_model(content: bytes) -> StockModel:
    """Read the bytes of a language model; ValueError, struct.error or IndexError if damaged."""
    header, at = read_header(content)
    if (header.kind, header.arc_type, header.version) != (_KIND, _ARC_TYPE, _VERSION):
        kind = header.kind.decode("ascii", "replace")
        raise ValueError(f"it is an OpenFst file of type {kind!r}, version {header.version}")
    symbols: dict[bytes, int] = {}
    for flag in (HAS_INPUT_SYMBOLS, HAS_OUTPUT_SYMBOLS):
        if header.flags & flag:
            symbols, at = read_symbols(content, at)
    if not symbols:
        raise ValueError("it holds no symbol table")
    if header.flags & _IS_ALIGNED:
        at += -at % _ALIGNMENT
    return StockModel(Vocabulary(symbols), _trigram(_Reader(content, at), header))


class _Reader:
    """Takes one array after another from the bytes of a file."""

    def __init__(self, content: bytes, at: int) -> None:
        self._content = content
        self._at = at

    def numbers(self, kind: type[np.generic], count: int) -> NDArray[Any]:
        """Take `count` numbers; ValueError when there are not as many."""
        size = count * np.dtype(kind).itemsize
        if not 0 <= size <= len(self._content) - self._at:
            raise ValueError("the file is cut short")
        found = np.frombuffer(self._content, kind, count, self._at)
        self._at += size
        return found

    def bits(self, count: int) -> _Bits:
        """Take `count` bits and what fills their last word."""
        size = -(-count // _WORD_BITS) * (_WORD_BITS // 8)
        return np.unpackbits(self.numbers(np.uint8, size), bitorder="little")[:count]


def _trigram(reader: _Reader, header: Header) -> Trigram:
    states, arcs, ends = (int(n) for n in reader.numbers(np.uint64, 3))
    if not 0 < states <= 2**31 or not 0 <= ends <= states or not 0 <= arcs <= 2**31:
        raise ValueError("its counts make no sense")
    tree = reader.bits(2 * states + 1)
    future = reader.bits(arcs + states + 1)
    ending = reader.bits(states)
    context_words = reader.numbers(np.int32, states + 1)[:states]
    words = reader.numbers(np.int32, arcs)
    backoff = reader.numbers(np.float32, states + 1)[:states]
    end_costs = reader.numbers(np.float32, ends)
    arc_costs = reader.numbers(np.float32, arcs + 1)[:arcs]
    if int(ending.sum()) != ends or int(future.sum()) != arcs or int(tree.sum()) != states:
        raise ValueError("its bits do not fit its counts")
    parent, newest, older = _contexts(tree, context_words)
    # The end of a sentence becomes an arc like others, before the words of its state.
    counts = np.diff(np.flatnonzero(future == 0)) - 1
    first = starts(np.repeat(np.arange(states), counts + ending), states)
    labels: Ids = np.empty(arcs + ends, np.int32)
    costs: Costs = np.empty(arcs + ends, np.float32)
    at_words = ranges(first[:-1] + ending, counts)
    at_ends = first[:-1][ending == 1]
    labels[at_words], labels[at_ends] = words, END
    costs[at_words], costs[at_ends] = arc_costs, end_costs
    if not 0 <= header.start < states:
        raise ValueError("its start is no state")
    found = Trigram(newest, older, parent, backoff, first, labels, costs, header.start)
    _check(found)
    return found


def _contexts(tree: _Bits, context_words: Ids) -> tuple[Ids, Ids, Ids]:
    """Return parent, newest and older word of every state."""
    states = len(context_words)
    # The first 1 belongs to a node above the root; the n-th 1 is node n, and the zeros before it
    # count the nodes whose children are complete.
    parent = (np.flatnonzero(tree)[:states] - np.arange(states) - 1).astype(np.int32)
    parent[ROOT] = ROOT
    if np.any(parent[1:] >= np.arange(1, states)) or np.any(parent < 0):
        raise ValueError("its contexts are no tree")
    if np.any(parent[parent[parent]] != ROOT):
        raise ValueError("its contexts are longer than two words")
    long = parent != ROOT
    newest = np.where(long, context_words[parent], context_words).astype(np.int32)
    older = np.where(long, context_words, NO_WORD).astype(np.int32)
    newest[ROOT] = NO_WORD
    return parent, newest, older


def _check(trigram: Trigram) -> None:
    """Raise ValueError where numbers would lead astray."""
    labels = trigram.labels
    ascending = (np.diff(labels) > 0) | (np.diff(trigram.sources) > 0)
    if labels.min(initial=0) < 0 or trigram.newest[1:].min(initial=0) < 0 or not ascending.all():
        raise ValueError("its words are not in order")
    if not np.isfinite(trigram.costs).all() or not np.isfinite(trigram.backoff[1:]).all():
        raise ValueError("it holds costs that are no numbers")
