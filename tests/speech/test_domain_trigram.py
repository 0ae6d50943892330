from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_trigram import WORDS, corpora, sums, unigrams

from voice_skill.speech.domain_trigram import domain_trigram
from voice_skill.speech.trigram import BEGIN, END, NO_WORD

EQUAL = np.full(WORDS, 1 / WORDS)


@given(corpora, unigrams)
def test_probabilities_of_every_context_sum_to_one(corpus, unigram):
    np.testing.assert_allclose(sums(domain_trigram(corpus, unigram).trigram), 1.0, atol=1e-5)


def by_definition(corpus, unigram):
    """Witten and Bell word for word, in dictionaries."""
    counts = [defaultdict(lambda: defaultdict(float)) for _ in range(3)]
    for sentence, weight in corpus:
        words = [BEGIN, *sentence, END]
        for at in range(1, len(words)):
            for length in range(min(at, 2) + 1):
                counts[length][tuple(words[at - length : at])][words[at]] += weight

    def probability(context, word):
        seen = counts[len(context)].get(context)
        if seen is None:
            return probability(context[1:], word)
        lower = probability(context[1:], word) if context else unigram[word]
        return (seen.get(word, 0) + len(seen) * lower) / (sum(seen.values()) + len(seen))

    return probability


@given(corpora, unigrams)
def test_it_is_the_formula(corpus, unigram):
    trigram = domain_trigram(corpus, unigram).trigram
    expected = by_definition(corpus, unigram)
    words = np.arange(WORDS)
    for state, (older, newest) in enumerate(zip(trigram.older, trigram.newest, strict=True)):
        context = tuple(int(word) for word in (older, newest) if word != NO_WORD)
        found = np.exp(-trigram.costs_of(np.full(WORDS, state), words))
        np.testing.assert_allclose(found, [expected(context, w) for w in words], rtol=1e-4)


def test_contexts_are_counted_by_weight():
    model = domain_trigram([([1, 2], 3.0), ([1, 3], 0.5)], EQUAL)
    trigram = model.trigram
    contexts = list(zip(trigram.older.tolist(), trigram.newest.tolist(), strict=True))
    seen = dict(zip(contexts, model.seen.tolist(), strict=True))
    assert seen[NO_WORD, BEGIN] == 3.5
    assert seen[BEGIN, 1] == 3.5
    assert seen[1, 2] == 3.0
    assert seen[NO_WORD, NO_WORD] == 10.5  # three words each, the end among them
    assert (END, BEGIN) not in contexts  # nothing crosses from one sentence to the next


@given(corpora, st.randoms(use_true_random=False))
def test_the_order_of_sentences_does_not_matter(corpus, random):
    shuffled = random.sample(corpus, len(corpus))
    first, second = (domain_trigram(c, EQUAL).trigram for c in (corpus, shuffled))
    np.testing.assert_array_equal(first.labels, second.labels)
    np.testing.assert_allclose(first.costs, second.costs, rtol=1e-5)


@pytest.mark.parametrize("corpus", [[], [([], 1.0)], [([1], 0.0)]])
def test_without_a_sentence_there_is_nothing_to_learn(corpus):
    with pytest.raises(ValueError, match="no sentence"):
        domain_trigram(corpus, EQUAL)


@pytest.mark.parametrize("word", [-1, WORDS, 3])
def test_a_word_outside_the_unigram_is_refused(word):
    unigram = np.array([0.5, 0.25, 0.25, 0, 0, 0, 0, 0])
    with pytest.raises(ValueError, match="not in the unigram"):
        domain_trigram([([1, word], 1.0)], unigram)
