from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_trigram import corpora, ngram_file, stock_of, sums, unigrams

from voice_skill.domain.errors import ModelError
from voice_skill.speech.stock_trigram import parse_stock_model, read_stock_model
from voice_skill.speech.trigram import BEGIN, END, NO_WORD, ROOT

SYMBOLS = [b"<eps>", b"my", b"foot", b"is", b"still", b"it", b"was", b"the"]
SMALL = stock_of([([1, 2, 3, 4], 1.0), ([5, 6, 7, 2], 1.0)], np.full(8, 1 / 8))


@given(corpora, unigrams)
def test_what_was_written_is_read(corpus, unigram):
    written = stock_of(corpus, unigram)
    read = parse_stock_model(ngram_file(written, SYMBOLS)).trigram
    assert read.start == written.start
    for field in dataclasses.fields(read):
        np.testing.assert_array_equal(getattr(read, field.name), getattr(written, field.name))


def test_its_words_and_its_contexts():
    stock = parse_stock_model(ngram_file(SMALL, SYMBOLS))
    assert stock.vocabulary.id_of("foot") == 2
    trigram = stock.trigram
    contexts = list(zip(trigram.older.tolist(), trigram.newest.tolist(), strict=True))
    assert contexts[ROOT] == (NO_WORD, NO_WORD)
    assert contexts[trigram.start] == (NO_WORD, BEGIN)
    assert (1, 2) in contexts
    state = contexts.index((3, 4))
    assert trigram.labels[trigram.first[state] : trigram.first[state + 1]].tolist() == [END]
    assert contexts[trigram.parent[state]] == (NO_WORD, 4)


def test_an_arc_leads_to_the_longest_context_there_is():
    contexts = list(zip(SMALL.older.tolist(), SMALL.newest.tolist(), strict=True))
    after = SMALL.destinations()
    for source, label, state in zip(SMALL.sources, SMALL.labels, after, strict=True):
        before = contexts[source][1]
        wanted = [(before, label)] if source != ROOT else []
        wanted += [(NO_WORD, label), (NO_WORD, NO_WORD)]
        assert contexts[state] == next(context for context in wanted if context in contexts)


WHOLE = ngram_file(SMALL, SYMBOLS)


def model_with(folder, content):
    (folder / "graph").mkdir(exist_ok=True)
    (folder / "graph" / "Gr.fst").write_bytes(content)
    return folder


@given(st.integers(0, len(WHOLE) - 1))
def test_a_file_cut_anywhere_is_reported(tmp_path_factory, size):
    model = model_with(tmp_path_factory.mktemp("model"), WHOLE[:size])
    with pytest.raises(ModelError) as failure:
        read_stock_model(model)
    assert f"voice-skill model install --model {model}" in failure.value.hint


@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 255))
def test_a_changed_byte_is_reported_or_harmless(tmp_path_factory, at, value):
    content = bytearray(WHOLE)
    content[at] = value
    model = model_with(tmp_path_factory.mktemp("model"), bytes(content))
    try:
        trigram = read_stock_model(model).trigram
    except ModelError:
        return
    assert np.isfinite(trigram.costs).all()
    assert trigram.destinations().max() < len(trigram.newest)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "unpack"),
        (b"not a model at all, but long enough to be one", "not an OpenFst file"),
        (WHOLE.replace(b"ngram", b"const", 1), "'const'"),
        (ngram_file(SMALL, []), "no symbol table"),
        (ngram_file(SMALL, SYMBOLS, start=999), "start"),
    ],
)
def test_another_file_is_reported(tmp_path, content, reason):
    with pytest.raises(ModelError, match=reason):
        read_stock_model(model_with(tmp_path, content))


def test_a_missing_file_is_reported(tmp_path):
    with pytest.raises(ModelError, match=r"Gr\.fst"):
        read_stock_model(tmp_path)


@pytest.mark.model
def test_the_real_model_sums_to_one(model_folder):
    stock = read_stock_model(model_folder)
    trigram = stock.trigram
    assert (len(trigram.newest), len(trigram.labels)) == (196_557, 2_032_428)
    some = np.linspace(0, len(trigram.newest) - 1, 20).astype(int)
    chosen = [np.full(trigram.size, state) for state in some]
    labels = np.arange(trigram.size)
    found = [np.exp(-trigram.costs_of(states, labels)).sum() for states in chosen]
    np.testing.assert_allclose(found, 1.0, atol=1e-5)


@given(corpora, unigrams)
def test_every_context_of_the_stand_in_sums_to_one(corpus, unigram):
    np.testing.assert_allclose(sums(stock_of(corpus, unigram)), 1.0, atol=1e-5)
