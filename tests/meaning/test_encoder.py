from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_encoder import tensors, textbook, write_tensors

from voice_skill.meaning.encoder import SentenceEncoder
from voice_skill.meaning.quantised import convert, quantise, read_weights
from voice_skill.meaning.safetensors import read_tensors
from voice_skill.meaning.wordpiece import WordPiece

REFERENCE = Path(__file__).parent / "reference.npz"
"""Sentences and their vectors (float16) by the published weights in 32 bits."""

SENTENCES = ("my foot jumps", "stop", "", "my foot, my foot jumps", "what else, stop")


# ------------------------------------------------------------------ the arithmetic, small


@pytest.mark.parametrize("text", SENTENCES)
def test_the_small_encoder_does_what_the_textbook_says(small, vocabulary, text):
    expected = textbook(tensors(), WordPiece(vocabulary).encode(text))
    assert small.encode([text])[0] @ expected > 0.999


def test_vectors_have_length_one_and_the_type_that_was_promised(small):
    vectors = small.encode(SENTENCES)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(SENTENCES), small.dimensions)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_nothing_to_encode_is_no_row(small):
    assert small.encode([]).shape == (0, small.dimensions)


def test_a_sentence_longer_than_the_table_of_places_is_cut_off(small):
    assert np.array_equal(small.encode(["stop " * 14]), small.encode(["stop " * 400]))


@given(st.lists(st.sampled_from(SENTENCES) | st.text(max_size=30), max_size=40))
def test_a_sentence_has_the_same_vector_in_any_company(small, texts):
    together = small.encode(texts)
    alone = np.array([small.encode([text])[0] for text in texts]).reshape(together.shape)
    assert np.allclose(together, alone, atol=1e-5)
    assert np.array_equal(together, small.encode(texts))


def test_a_vocabulary_of_other_weights_is_refused(tmp_path, small):
    convert(write_tensors(tmp_path / "model", tensors()), tmp_path / "weights.npz")
    (tmp_path / "vocab.txt").write_text("[UNK]\n[CLS]\n[SEP]")
    with pytest.raises(ValueError, match="belong together"):
        SentenceEncoder(
            read_weights(tmp_path / "weights.npz"), WordPiece(tmp_path / "vocab.txt"), "x"
        )


# ------------------------------------------------------------------ the published weights


@pytest.mark.encoder
def test_eight_bits_are_near_the_published_weights(installed):
    with np.load(REFERENCE) as stored:
        texts, expected = stored["texts"].tolist(), stored["vectors"].astype(np.float32)
    cosines = (installed.encode(texts) * expected).sum(1)
    assert cosines.min() > 0.998


@pytest.mark.encoder
def test_a_batch_of_real_sentences_is_encoded_as_one_by_one(installed):
    with np.load(REFERENCE) as stored:
        texts = stored["texts"].tolist() * 8  # more than fit into one batch
    together = installed.encode(texts)
    alone = np.concatenate([installed.encode([text]) for text in texts[:12]])
    assert np.abs(together[:12] - alone).max() < 1e-5
    assert np.array_equal(together, installed.encode(texts))


@pytest.mark.encoder
def test_what_means_the_same_is_nearer_than_what_sounds_the_same(installed):
    said, meant, sounded = installed.encode(
        ["the little jumps in my foot won't stop", "my ankle keeps twitching", "a jump to the shop"]
    )
    assert said @ meant > said @ sounded


# ------------------------------------------------------------------ 8 bits


@given(st.lists(st.lists(st.floats(-100, 100, width=32), min_size=3, max_size=3), min_size=1))
def test_quantised_numbers_are_within_half_a_scale(rows):
    matrix = np.array(rows, np.float32)
    for axis in (0, 1):
        whole, scales = quantise(matrix, axis)
        assert np.abs(whole).max() <= 127
        assert (np.abs(whole * scales - matrix) <= scales * 0.5001 + 1e-6).all()


def test_conversion_gives_the_same_numbers_every_time(tmp_path):
    source = write_tensors(tmp_path / "model", tensors())
    convert(source, tmp_path / "a.npz")
    convert(source, tmp_path / "b.npz")
    with np.load(tmp_path / "a.npz") as a, np.load(tmp_path / "b.npz") as b:
        assert all(np.array_equal(a[name], b[name]) for name in a.files)
        assert a["layer.1.up"].dtype == np.int8


def test_weights_of_something_else_are_refused(tmp_path):
    source = write_tensors(tmp_path / "model", {"other": np.zeros(3, np.float32)})
    with pytest.raises(ValueError, match="not the encoder"):
        convert(source, tmp_path / "weights.npz")


@pytest.mark.parametrize("stored", [{}, {"format": np.array(99)}, {"format": np.array(1)}])
def test_a_file_of_another_format_is_refused(tmp_path, stored):
    np.savez(tmp_path / "weights.npz", **stored)
    with pytest.raises(ValueError, match=r"weights\.npz"):
        read_weights(tmp_path / "weights.npz")


# ------------------------------------------------------------------ safetensors


def test_tensors_are_read_as_they_were_written(tmp_path):
    written = {
        "a": np.arange(6, dtype=np.float32).reshape(2, 3),
        "b": np.array([1, 2], np.float16),
        "none": np.zeros((0, 3), np.float32),
        "count": np.array(7, np.int64),
    }
    read = read_tensors(write_tensors(tmp_path / "t.safetensors", written))
    assert read.keys() == written.keys()
    assert all(np.array_equal(read[name], written[name]) for name in written)


@given(st.data())
def test_a_damaged_file_is_refused_or_read_but_never_fails_otherwise(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("damaged") / "t.safetensors"
    write_tensors(path, {"a": np.arange(6, dtype=np.float32)})
    content = bytearray(path.read_bytes())
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=4)):
        content[place] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.integers(0, len(content)))])
    with suppress(ValueError):
        read_tensors(path)
