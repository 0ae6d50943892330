"""Writes a back-off trigram as an OpenFst file of the type `const`, in numpy.

A `vector` file of two million arcs would be read arc by arc; a `const` one is read in two blocks.
Its layout is that of OpenFst's const-fst.h: after the header (and symbol tables) one record for
each state (cost of ending, first arc, number of arcs, of epsilons in and out), then all arcs.
"""

from __future__ import annotations

from typing import BinaryIO

import numpy as np

from voice_skill.speech.openfst import BACKOFF_ACCEPTOR, Header, write_header
from voice_skill.speech.trigram import END, ROOT, Trigram

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


def write_const(stream: BinaryIO, trigram: Trigram) -> None:
    """Write `trigram`, without symbol tables.

    What ends a sentence becomes the cost of a final state, backing off an epsilon arc, the first
    of its state.
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
