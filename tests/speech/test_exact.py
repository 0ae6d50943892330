"""A decoder that hears the legal sentences and nothing else."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soxr
from numpy.typing import NDArray

from voice_skill.domain.errors import ModelError
from voice_skill.domain.language import WordAutomaton
from voice_skill.domain.model import Hypothesis
from voice_skill.speech.exact import WORD_BONUS, ExactGrammar, exact_graph, fst_states
from voice_skill.speech.profiles import LAPTOP, PI, PROFILES
from voice_skill.speech.pyttsx_voice import PyttsxSynthesizer
from voice_skill.speech.recognizer import VoskRecognizer
from voice_skill.speech.symbols import Vocabulary

Samples = NDArray[np.int16]

# my (left foot | toe) hurts [again]
AUTOMATON = WordAutomaton(
    (
        (("my", 1),),
        (("left", 2), ("toe", 3)),
        (("foot", 3),),
        (("hurts", 4),),
        (("again", 5),),
        (),
    ),
    frozenset({4, 5}),
)
SENTENCES = {f"my {what} hurts{again}" for what in ("left foot", "toe") for again in ("", " again")}


# ------------------------------------------------------------------ what is written


def test_whatever_may_follow_is_equally_likely() -> None:
    ids = {word: n for n, word in enumerate([b"<eps>", b"my", b"left", b"toe", b"foot"])}
    vocabulary = Vocabulary({**ids, b"hurts": 5, b"again": 6})
    states = fst_states(AUTOMATON, vocabulary)
    assert states[0] == (None, [(1, 0.0, 1)])
    assert states[1] == (None, [(2, math.log(2), 2), (3, math.log(2), 3)])
    assert states[4] == (math.log(2), [(6, math.log(2), 5)])  # ending is one of the two
    assert states[5] == (0.0, [])


def test_a_word_that_the_model_lacks_is_an_error() -> None:
    with pytest.raises(ValueError, match="my"):
        fst_states(AUTOMATON, Vocabulary({b"left": 1}))


def test_the_graph_is_named_by_what_it_accepts(tmp_path: Path) -> None:
    shorter = WordAutomaton(AUTOMATON.arcs, frozenset({5}))
    names = [exact_graph(a, tmp_path).name for a in (AUTOMATON, AUTOMATON, shorter)]
    assert names[0] == names[1] != names[2]


# ------------------------------------------------------------------ profiles


def test_profiles_go_by_their_names() -> None:
    assert PROFILES == {"laptop": LAPTOP, "pi": PI}
    assert (PI.decoding.beam, PI.decoding.max_active, PI.decoding.lattice_beam) == (8, 1500, 4)


# ------------------------------------------------------------------ with the real model


@pytest.fixture(scope="module")
def clips() -> dict[str, Samples]:
    """Sentences of the program's own voice as 16 kHz samples, with silence around them."""
    said: dict[str, Samples] = {}
    with PyttsxSynthesizer() as voice:
        for sentence in ("my left foot hurts again", "my toe hurts", "close the window please"):
            samples = soxr.resample(voice.render(sentence), voice.sample_rate, 16000)
            said[sentence] = np.pad(samples.astype(np.int16), 8000)
    return said


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


def make(
    model_folder: Path, cache: Path, *, matters: bool = True, **more: object
) -> VoskRecognizer:
    return VoskRecognizer(
        model_folder,
        {"idle": sorted(SENTENCES), "routine": ["stop"]},
        cache_folder=cache,
        exact=ExactGrammar(AUTOMATON, lambda hypotheses, state: matters),
        **more,  # type: ignore[arg-type]
    )


def hear(recognizer: VoskRecognizer, samples: Samples) -> tuple[Hypothesis, ...]:
    for start in range(0, samples.size, 512):
        recognizer.accept(samples[start : start + 512])
    return recognizer.finish()


def of(decoder: str, hypotheses: tuple[Hypothesis, ...]) -> list[Hypothesis]:
    return [h for h in hypotheses if h.decoder == decoder]


@pytest.mark.model
def test_it_hears_legal_sentences_only(
    model_folder: Path, cache: Path, clips: dict[str, Samples]
) -> None:
    recognizer = make(model_folder, cache)
    for sentence, samples in clips.items():
        hypotheses = hear(recognizer, samples)
        texts = [h.text for h in of("exact", hypotheses)]
        assert texts
        assert set(texts) <= SENTENCES | {""}
        if sentence in SENTENCES:
            assert texts[0] == sentence
        order = list(dict.fromkeys(h.decoder for h in hypotheses))
        assert order == ["exact", "domain", "open"]


@pytest.mark.model
def test_in_every_state(model_folder: Path, cache: Path, clips: dict[str, Samples]) -> None:
    recognizer = make(model_folder, cache)
    recognizer.use("routine")
    assert of("exact", hear(recognizer, clips["my toe hurts"]))[0].text == "my toe hurts"


@pytest.mark.model
def test_words_are_rewarded(
    model_folder: Path, cache: Path, clips: dict[str, Samples], monkeypatch: pytest.MonkeyPatch
) -> None:
    samples = clips["my toe hurts"]
    with_bonus = {h.text: h.score for h in of("exact", hear(make(model_folder, cache), samples))}
    monkeypatch.setattr("voice_skill.speech.decoders.WORD_BONUS", 0.0)
    without = of("exact", hear(make(model_folder, cache), samples))
    assert without
    for hypothesis in without:
        expected = hypothesis.score + WORD_BONUS * len(hypothesis.text.split())
        assert with_bonus[hypothesis.text] == pytest.approx(expected)


@pytest.mark.model
def test_at_the_end_it_hears_the_same_as_all_along(
    model_folder: Path, cache: Path, clips: dict[str, Samples]
) -> None:
    along = make(model_folder, cache)
    late = make(model_folder, cache, profile=replace(LAPTOP, exact=PI.exact))
    for samples in clips.values():
        assert hear(late, samples) == hear(along, samples)
    late.accept(clips["my toe hurts"])
    late.discard()
    assert hear(late, clips["my toe hurts"]) == hear(along, clips["my toe hurts"])


@pytest.mark.model
def test_where_it_cannot_matter_it_does_not_run(
    model_folder: Path, cache: Path, clips: dict[str, Samples]
) -> None:
    recognizer = make(model_folder, cache, matters=False, profile=PI)
    hypotheses = hear(recognizer, clips["my toe hurts"])
    assert not of("exact", hypotheses)
    assert of("domain", hypotheses)[0].text == "my toe hurts"


@pytest.mark.model
def test_an_automaton_without_sentences_is_no_decoder(
    model_folder: Path, cache: Path, clips: dict[str, Samples]
) -> None:
    nothing = ExactGrammar(WordAutomaton(((),), frozenset()), lambda hypotheses, state: True)
    recognizer = VoskRecognizer(model_folder, {}, cache_folder=cache, exact=nothing)
    assert not of("exact", hear(recognizer, clips["my toe hurts"]))


@pytest.mark.model
def test_an_unknown_word_is_told(model_folder: Path, cache: Path) -> None:
    automaton = WordAutomaton(((("midfoot", 1),), ()), frozenset({1}))
    exact = ExactGrammar(automaton, lambda hypotheses, state: True)
    with pytest.raises(ModelError, match="midfoot"):
        VoskRecognizer(model_folder, {}, cache_folder=cache, exact=exact)
