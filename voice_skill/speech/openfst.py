"""OpenFst files, as far as Kaldi's language models need them: read the head, write a small one.

All numbers are little endian; a string is an int32 length and its bytes. The layouts are those of
OpenFst's fst/fst.h (header), symbol-table.cc (table) and vector-fst.h (states).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

FST_MAGIC = 2125659606
TABLE_MAGIC = 2125658996
HAS_INPUT_SYMBOLS = 0x1
HAS_OUTPUT_SYMBOLS = 0x2

_EXPANDED, _MUTABLE = 0x1, 0x2
_ACCEPTOR = 0x1_0000
_NO_EPSILONS = 0x80_0000 | 0x200_0000 | 0x800_0000  # none, none as input, none as output
_SORTED = 0x1000_0000 | 0x4000_0000  # arcs in the order of input and of output labels
SORTED_ACCEPTOR = _EXPANDED | _ACCEPTOR | _NO_EPSILONS | _SORTED
"""Properties of a language model: same labels in and out, no epsilons, arcs sorted by label."""
BACKOFF_ACCEPTOR = _EXPANDED | _ACCEPTOR | _SORTED
"""Properties of a language model that backs off by epsilons."""

Arc = tuple[int, float, int]
"""Label, cost (a negative logarithm), next state."""

FstState = tuple[float | None, Sequence[Arc]]
"""The cost of ending here (None: a sentence cannot) and the arcs, in any order."""


@dataclass(frozen=True, slots=True)
class Header:
    """The head of an FST file; `kind` is `vector`, `const`, `ngram` ..."""

    kind: bytes
    version: int
    flags: int
    properties: int
    start: int
    states: int
    arcs: int
    arc_type: bytes = b"standard"


def read_header(content: bytes) -> tuple[Header, int]:
    """Return the header at the beginning of `content` and the offset after it.

    Raises ValueError for what is no FST, struct.error or IndexError where it is cut short.
    """
    if struct.unpack_from("<i", content, 0)[0] != FST_MAGIC:
        raise ValueError("it is not an OpenFst file")
    kind, at = read_string(content, 4)
    arc_type, at = read_string(content, at)
    version, flags, properties, start, states, arcs = struct.unpack_from("<iiQqqq", content, at)
    return Header(kind, version, flags, properties, start, states, arcs, arc_type), at + 40


def read_symbols(content: bytes, at: int) -> tuple[dict[bytes, int], int]:
    """Return the symbol table at offset `at`, symbol -> id, and the offset after it.

    Raises ValueError, struct.error or IndexError where there is no whole table.
    """
    if struct.unpack_from("<i", content, at)[0] != TABLE_MAGIC:
        raise ValueError("it holds no symbol table")
    _, at = read_string(content, at + 4)
    size = struct.unpack_from("<q", content, at + 8)[0]
    at += 16
    length_at, id_at = struct.Struct("<i").unpack_from, struct.Struct("<q").unpack_from
    symbols: dict[bytes, int] = {}
    for _ in range(size):  # 150,000 times: kept free of calls
        (length,) = length_at(content, at)
        end = at + 4 + length
        (symbols[content[at + 4 : end]],) = id_at(content, end)
        at = end + 8
    return symbols, at


def read_string(content: bytes, at: int) -> tuple[bytes, int]:
    """Return the string at offset `at` and the offset after it."""
    length: int = struct.unpack_from("<i", content, at)[0]
    if length < 0:
        raise ValueError("a string of negative length")
    return content[at + 4 : at + 4 + length], at + 4 + length


def write_header(stream: BinaryIO, header: Header) -> None:
    """Write the head of an FST file; symbol tables (by its flags) and states follow it."""
    stream.write(struct.pack("<i", FST_MAGIC))
    write_string(stream, header.kind)
    write_string(stream, header.arc_type)
    stream.write(
        struct.pack(
            "<iiQqqq",
            header.version,
            header.flags,
            header.properties,
            header.start,
            header.states,
            header.arcs,
        )
    )


def write_string(stream: BinaryIO, text: bytes) -> None:
    """Write a string."""
    stream.write(struct.pack("<i", len(text)) + text)


def write_vector(stream: BinaryIO, states: Sequence[FstState]) -> None:
    """Write an acceptor of the type `vector` without symbol tables; its start is state 0.

    Labels are ids of the model's symbol table and never 0 (epsilon): ValueError.
    """
    if any(label <= 0 for _, arcs in states for label, _, _ in arcs):
        raise ValueError("a label must be the id of a word")
    count = sum(len(arcs) for _, arcs in states)
    properties = SORTED_ACCEPTOR | _MUTABLE
    write_header(stream, Header(b"vector", 2, 0, properties, 0, len(states), count))
    for final, arcs in states:
        end = float("inf") if final is None else final
        stream.write(struct.pack("<fq", end, len(arcs)))
        stream.write(_arc_bytes(sorted(arcs)))


def _arc_bytes(arcs: Iterable[Arc]) -> bytes:
    pack = struct.Struct("<iifi").pack
    return b"".join(pack(label, label, cost, after) for label, cost, after in arcs)
