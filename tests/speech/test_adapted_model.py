from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_trigram import WORDS, corpora, stock_of, sums, unigrams

from voice_skill.speech.adapted_graph import unigram_of
from voice_skill.speech.adapted_model import mix
from voice_skill.speech.const_fst import ExtraCosts, write_const
from voice_skill.speech.domain_trigram import domain_trigram
from voice_skill.speech.general_decoder import extra_costs
from voice_skill.speech.openfst import read_header
from voice_skill.speech.trigram import END, ROOT

shares = st.sampled_from([0.0, 0.3, 0.5, 0.95])
ALL = np.arange(WORDS)


def both(stock_corpus, unigram, corpus):
    stock = stock_of(stock_corpus, unigram)
    return stock, domain_trigram(corpus, unigram_of(stock))


@given(corpora, unigrams, corpora, shares)
def test_every_context_of_ours_sums_to_one(stock_corpus, unigram, corpus, share):
    stock, domain = both(stock_corpus, unigram, corpus)
    mixed = mix(stock, domain, share)
    ours = mixed.states_of(domain.trigram.older, domain.trigram.newest)
    assert (ours >= 0).all()
    np.testing.assert_allclose(sums(mixed)[ours], 1.0, atol=1e-4)


@given(corpora, unigrams, corpora, shares)
def test_other_contexts_stay_as_they_are(stock_corpus, unigram, corpus, share):
    stock, domain = both(stock_corpus, unigram, corpus)
    mixed = mix(stock, domain, share)
    states = np.arange(len(stock.newest))
    untouched = states[domain.trigram.states_of(stock.older, stock.newest) < 0]
    for state in untouched:
        old, new = (slice(t.first[state], t.first[state + 1]) for t in (stock, mixed))
        np.testing.assert_array_equal(mixed.labels[new], stock.labels[old])
        np.testing.assert_array_equal(mixed.costs[new], stock.costs[old])
        assert mixed.backoff[state] == stock.backoff[state]
        assert mixed.parent[state] == stock.parent[state]


@given(corpora, unigrams, corpora, shares)
def test_words_that_follow_are_mixed_by_the_formula(stock_corpus, unigram, corpus, share):
    stock, domain = both(stock_corpus, unigram, corpus)
    mixed = mix(stock, domain, share)
    ours = domain.trigram
    for context, (older, newest) in enumerate(zip(ours.older, ours.newest, strict=True)):
        state = int(mixed.states_of(np.array([older]), np.array([newest]))[0])
        nearest = state if state < len(stock.newest) else int(mixed.parent[state])
        nearest = nearest if nearest < len(stock.newest) else ROOT
        labels = mixed.labels[mixed.first[state] : mixed.first[state + 1]]
        seen = domain.seen[context]
        part = share * (seen / (seen + 1) if context else 1)
        expected = (1 - part) * np.exp(-stock.costs_of(np.full(len(labels), nearest), labels))
        expected += part * np.exp(-ours.costs_of(np.full(len(labels), context), labels))
        found = np.exp(-mixed.costs_of(np.full(len(labels), state), labels))
        np.testing.assert_allclose(found, expected, rtol=1e-3, atol=2e-6)


def test_what_we_say_gets_likelier_and_nothing_impossible():
    stock, domain = both([([5, 6, 7], 9.0)], np.full(WORDS, 1 / WORDS), [([1, 2, 3], 1.0)])
    mixed = mix(stock, domain, 0.5)
    start = np.full(WORDS, mixed.start)
    before, after = (t.costs_of(start, ALL) for t in (stock, mixed))
    assert after[1] < before[1]
    assert after[5] > before[5]
    assert np.isfinite(after).all()


@pytest.mark.parametrize("share", [-0.1, 1.0, float("nan")])
def test_a_share_is_a_share(share):
    stock, domain = both([([1], 1.0)], np.full(WORDS, 1 / WORDS), [([1], 1.0)])
    with pytest.raises(ValueError, match="share"):
        mix(stock, domain, share)


STATE = np.dtype([("end", "<f4"), *((n, "<u4") for n in ("first", "arcs", "in", "out"))])
ARC = np.dtype([("in", "<i4"), ("out", "<i4"), ("cost", "<f4"), ("next", "<i4")])


@given(corpora, unigrams, corpora)
def test_the_written_file_holds_the_trigram(stock_corpus, unigram, corpus):
    mixed = mix(*both(stock_corpus, unigram, corpus), 0.5)
    stream = io.BytesIO()
    write_const(stream, mixed)
    content = stream.getvalue()
    header, at = read_header(content)
    assert (header.kind, header.start, header.flags) == (b"const", mixed.start, 0)
    states = np.frombuffer(content, STATE, header.states, at)
    arcs = np.frombuffer(content, ARC, header.arcs, at + states.nbytes)
    assert at + states.nbytes + arcs.nbytes == len(content)
    after = mixed.destinations()
    for number, state in enumerate(states):
        own = slice(mixed.first[number], mixed.first[number + 1])
        expected = [(0, mixed.backoff[number], mixed.parent[number])] if number else []
        expected += [
            (label, cost, to)
            for label, cost, to in zip(mixed.labels[own], mixed.costs[own], after[own], strict=True)
            if label != END
        ]
        written = arcs[state["first"] : state["first"] + state["arcs"]]
        assert [(a["in"], a["cost"], a["next"]) for a in written] == expected
        assert (written["in"] == written["out"]).all()
        assert state["in"] == state["out"] == (number != ROOT)
        ends = mixed.costs[own][mixed.labels[own] == END]
        assert state["end"] == (ends[0] if len(ends) else np.inf)


sentences = st.lists(st.integers(1, WORDS - 1), max_size=6)


def cost_of(trigram, sentence):
    """The cost of a whole sentence, word by word."""
    older, newest, total = -1, 0, 0.0
    for word in [*sentence, END]:
        state = int(trigram.states_of(np.array([older]), np.array([newest]))[0])
        if state < 0:
            state = max(int(trigram.states_of(np.array([-1]), np.array([newest]))[0]), ROOT)
        total += float(trigram.costs_of(np.array([state]), np.array([word]))[0])
        older, newest = newest, word
    return total


@given(corpora, unigrams, corpora, sentences)
def test_the_file_tells_what_the_stock_model_charges_more(
    tmp_path_factory, stock_corpus, unigram, corpus, sentence
):
    stock, domain = both(stock_corpus, unigram, corpus)
    mixed = mix(stock, domain, 0.5)
    path = tmp_path_factory.mktemp("graph") / "Gr.fst"
    with path.open("wb") as stream:
        write_const(stream, mixed, stock)
    expected = cost_of(stock, sentence) - cost_of(mixed, sentence)
    assert ExtraCosts(path).of(sentence) == pytest.approx(expected, abs=1e-3)
    assert ExtraCosts(path).of([*sentence, WORDS + 5]) == 0.0
    assert ExtraCosts(path).of([0]) == ExtraCosts(path).of([-1]) == 0.0


def test_a_file_without_such_numbers_is_told_from_one_with(tmp_path):
    stock, domain = both([([1], 1.0)], np.full(WORDS, 1 / WORDS), [([2], 1.0)])
    path = tmp_path / "Gr.fst"
    assert extra_costs(path) is None
    for content in (b"", b"no model"):
        path.write_bytes(content)
        assert extra_costs(path) is None
    with path.open("wb") as stream:
        write_const(stream, mix(stock, domain, 0.5))
    assert extra_costs(path) is None
    with path.open("wb") as stream:
        write_const(stream, mix(stock, domain, 0.5), stock)
    assert extra_costs(path) is not None
