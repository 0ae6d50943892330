from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_skill.domain.errors import ModelError
from voice_skill.speech.symbols import Vocabulary, unknown_words


def string(text: bytes) -> bytes:
    return struct.pack("<i", len(text)) + text


def graph(words: list[bytes]) -> bytes:
    """The head of an OpenFst file with an input symbol table."""
    head = struct.pack("<i", 2125659606) + string(b"vector") + string(b"standard")
    head += struct.pack("<iiQqqq", 2, 1, 0, 0, 1, 0)
    table = struct.pack("<i", 2125658996) + string(b"words.txt")
    table += struct.pack("<qq", len(words), len(words))
    entries = b"".join(string(word) + struct.pack("<q", key) for key, word in enumerate(words))
    return head + table + entries + b"the states follow"


def model_with(folder: Path, content: bytes) -> Path:
    (folder / "graph").mkdir(exist_ok=True)
    (folder / "graph" / "Gr.fst").write_bytes(content)
    return folder


def test_words_are_known_or_not(tmp_path):
    model = model_with(tmp_path, graph([b"<eps>", b"foot", b"ankle", "jiří".encode()]))
    assert unknown_words(model, ["foot", "midfoot", "Ankle", "jiří", "midfoot", ""]) == (
        "midfoot",
        "Ankle",
        "",
    )


@pytest.mark.parametrize("symbol", ["<eps>", "<s>", "[unk]", "#0", "!SIL"])
def test_symbols_that_nobody_says_are_no_words(tmp_path, symbol):
    vocabulary = Vocabulary.read(model_with(tmp_path, graph([symbol.encode(), b"foot"])))
    assert symbol not in vocabulary
    assert len(vocabulary) == 1


@given(st.lists(st.text("abc'é", min_size=1), unique=True), st.data())
def test_every_word_written_is_read(tmp_path_factory, words, data):
    content = graph([word.encode() for word in words])
    model = model_with(tmp_path_factory.mktemp("model"), content)
    assert Vocabulary.read(model).unknown(words) == ()


@given(st.integers(0, len(graph([b"foot", b"ankle"])) - len(b"the states follow") - 1))
def test_a_graph_cut_anywhere_is_reported(tmp_path_factory, size):
    content = graph([b"foot", b"ankle"])[:size]
    with pytest.raises(ModelError) as failure:
        Vocabulary.read(model_with(tmp_path_factory.mktemp("model"), content))
    assert "voice-skill model install --model" in failure.value.hint


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not a graph at all", bytes(200)])
def test_another_file_is_reported(tmp_path, content):
    with pytest.raises(ModelError):
        Vocabulary.read(model_with(tmp_path, content))


def test_a_missing_graph_is_reported(tmp_path):
    with pytest.raises(ModelError):
        Vocabulary.read(tmp_path)


@pytest.mark.model
def test_the_words_of_the_real_model(model_folder):
    vocabulary = Vocabulary.read(model_folder)
    assert len(vocabulary) == 152211
    assert vocabulary.unknown(["ankle", "twitching", "it's", "toe", "cramp", "calf"]) == ()
    missing = ("fasciculation", "dorsiflexion", "midfoot", "tetany", "unpause", "foot's", "Ankle")
    assert vocabulary.unknown(missing) == missing
