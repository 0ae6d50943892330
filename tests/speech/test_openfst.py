"""The files as an independent small reader sees them, byte for byte."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_skill.speech.openfst import (
    HAS_INPUT_SYMBOLS,
    FstState,
    Header,
    read_header,
    read_symbols,
    write_header,
    write_string,
    write_vector,
)


@dataclass
class Read:
    kind: bytes
    arc_type: bytes
    numbers: tuple[int, ...]
    states: list[tuple[float, list[tuple[int, int, float, int]]]]


def read(content: bytes) -> Read:
    """Read a vector FST without the code under test; everything must be used up."""
    stream = io.BytesIO(content)

    def take(layout: str) -> tuple[float, ...]:
        return struct.unpack("<" + layout, stream.read(struct.calcsize("<" + layout)))

    def text() -> bytes:
        return stream.read(int(take("i")[0]))

    assert take("i") == (2125659606,)
    kind, arc_type = text(), text()
    numbers = tuple(map(int, take("iiQqqq")))
    states = []
    for _ in range(numbers[4]):
        final, count = take("fq")
        arcs = [tuple(take("iifi")) for _ in range(int(count))]
        states.append((final, arcs))
    assert stream.read() == b""
    return Read(kind, arc_type, numbers, states)


STATES: list[FstState] = [
    (None, [(7, 0.5, 1), (3, 0.25, 2)]),
    (1.0, []),
    (None, [(5, 0.0, 1)]),
]


def written(states: list[FstState]) -> bytes:
    stream = io.BytesIO()
    write_vector(stream, states)
    return stream.getvalue()


def test_a_vector_fst_as_openfst_lays_it_out() -> None:
    found = read(written(STATES))
    assert (found.kind, found.arc_type) == (b"vector", b"standard")
    version, flags, properties, start, states, arcs = found.numbers
    assert (version, flags, start, states, arcs) == (2, 0, 0, 3, 3)
    assert found.states == [
        (float("inf"), [(3, 3, 0.25, 2), (7, 7, 0.5, 1)]),  # sorted by label
        (1.0, []),
        (float("inf"), [(5, 5, 0.0, 1)]),
    ]
    # fst/properties.h: expanded, mutable, acceptor, no epsilons (three bits), sorted (two bits)
    bits = (0, 1, 16, 23, 25, 27, 28, 30)
    assert properties == sum(1 << bit for bit in bits)


@pytest.mark.parametrize("label", [0, -1])
def test_epsilon_is_no_word(label: int) -> None:
    with pytest.raises(ValueError, match="label"):
        written([(0.0, [(label, 0.0, 0)])])


ARCS = st.lists(st.tuples(st.integers(1, 2**31 - 1), st.floats(0, 50, width=32), st.integers(0, 9)))


@given(st.lists(st.tuples(st.none() | st.floats(0, 50, width=32), ARCS), min_size=1, max_size=8))
def test_every_automaton_is_read_as_it_was_written(states: list[FstState]) -> None:
    found = read(written(states))
    assert found.numbers[4:] == (len(states), sum(len(arcs) for _, arcs in states))
    for (final, arcs), (read_final, read_arcs) in zip(states, found.states, strict=True):
        assert read_final == (float("inf") if final is None else final)
        assert [label for label, *_ in read_arcs] == sorted(label for label, *_ in arcs)
        assert {(i, o) for i, o, *_ in read_arcs} == {(label, label) for label, *_ in arcs}
        assert sorted((i, w, n) for i, _, w, n in read_arcs) == sorted(arcs)


def test_a_header_is_read_as_it_was_written() -> None:
    header = Header(b"ngram", 4, HAS_INPUT_SYMBOLS, 0x123456789A, 3, 196557, 2_000_000)
    stream = io.BytesIO()
    write_header(stream, header)
    assert read_header(stream.getvalue() + b"more") == (header, len(stream.getvalue()))


@given(st.dictionaries(st.binary(max_size=9), st.integers(0, 2**40)))
def test_a_symbol_table_is_read_with_its_ids(symbols: dict[bytes, int]) -> None:
    stream = io.BytesIO()
    stream.write(struct.pack("<i", 2125658996))
    write_string(stream, b"words")
    stream.write(struct.pack("<qq", len(symbols), len(symbols)))
    for symbol, number in symbols.items():
        write_string(stream, symbol)
        stream.write(struct.pack("<q", number))
    assert read_symbols(b"head" + stream.getvalue(), 4) == (symbols, 4 + len(stream.getvalue()))
