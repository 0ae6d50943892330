from __future__ import annotations

import subprocess
import sys
import wave
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soxr
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from voice_skill.domain.errors import ModelError
from voice_skill.speech import decoders
from voice_skill.speech.pyttsx_voice import PyttsxSynthesizer
from voice_skill.speech.recognizer import VoskRecognizer, normalized, usable_phrases

Samples = NDArray[np.int16]
COMMANDS = ["stop", "next", "yes", "no", "go on", "never mind", "pause", "resume", "left", "right"]
REPORTS = [f"my {site} {verb}" for site in ("ankle", "left foot") for verb in ("hurts", "twitches")]


# ------------------------------------------------------------------ what becomes a grammar


@pytest.mark.parametrize(
    ("phrase", "written"),
    [
        ("It's my FOOT!", "it's my foot"),
        ("it\N{RIGHT SINGLE QUOTATION MARK}s  my\nfoot.", "it's my foot"),
        ("big-toe (left)", "big toe left"),
        ("...", ""),
    ],
)
def test_phrases_are_written_as_the_model_writes(phrase, written):
    assert normalized(phrase) == written


def test_a_phrase_with_an_unknown_word_is_left_out_whole():
    phrases = ["My foot.", "my midfoot", "my foot", "", "!"]
    assert usable_phrases(phrases, {"midfoot"}.__contains__) == ("my foot",)


@given(st.lists(st.text()), st.sets(st.text("abc", min_size=1)))
def test_no_unknown_word_and_no_empty_phrase_reaches_a_grammar(phrases, known):
    for phrase in usable_phrases(phrases, lambda word: word not in known):
        assert phrase
        assert set(phrase.split(" ")) <= known


def test_importing_the_recognizer_does_not_load_vosk():
    code = "import sys, voice_skill.speech.recognizer; print('vosk' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("kind", ["Model", "KaldiRecognizer"])
def test_one_whose_making_was_interrupted_goes_without_a_word(monkeypatch, kind):
    told: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", told.append)
    made = getattr(decoders._import_vosk(), kind)
    unmade = made.__new__(made)
    del unmade
    assert told == []


def test_a_folder_without_a_model_is_reported(tmp_path):
    with pytest.raises(ModelError) as failure:
        VoskRecognizer(tmp_path, {"idle": COMMANDS}, cache_folder=tmp_path / "cache")
    assert "voice-skill model" in failure.value.hint


# ------------------------------------------------------------------ with the real model


@pytest.fixture(scope="module")
def say() -> Iterator[Callable[[str], Samples]]:
    """Sentences of the program's own voice as 16 kHz samples, with silence around them."""
    with PyttsxSynthesizer() as voice:

        def speak(sentence: str) -> Samples:
            samples = soxr.resample(voice.render(sentence), voice.sample_rate, 16000)
            return np.pad(samples.astype(np.int16), 8000)

        yield speak


@pytest.fixture(scope="module")
def cache(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def recognizer(model_folder, cache) -> VoskRecognizer:
    phrases = {"idle": REPORTS, "routine": COMMANDS, "offer": []}
    return VoskRecognizer(model_folder, phrases, cache_folder=cache)


def hear(recognizer: VoskRecognizer, samples: Samples) -> dict[str, list[str]]:
    for start in range(0, samples.size, 512):
        recognizer.accept(samples[start : start + 512])
    heard: dict[str, list[str]] = {"domain": [], "open": []}
    for hypothesis in recognizer.finish():
        heard[hypothesis.decoder].append(hypothesis.text)
    return heard


@pytest.mark.model
def test_a_sentence_is_heard_by_both_decoders(recognizer, say):
    recognizer.use("idle")
    samples = say("My left foot twitches.")
    recognizer.accept(samples)
    assert "foot" in recognizer.partial()
    hypotheses = recognizer.finish()
    assert hypotheses[0].text == "my left foot twitches"
    assert {h.decoder for h in hypotheses} == {"domain", "open"}
    assert {h.frames for h in hypotheses} == {round(samples.size / 16000 / 0.03)}
    for decoder in ("domain", "open"):
        scores = [h.score for h in hypotheses if h.decoder == decoder]
        assert scores == sorted(scores, reverse=True)
        assert scores[0] > 0
    assert recognizer.partial() == ""
    assert recognizer.finish() == ()


@pytest.mark.model
def test_each_state_has_its_own_grammar(recognizer, say):
    stop = say("Stop.")
    recognizer.use("routine")
    assert hear(recognizer, stop)["domain"][0] == "stop"
    recognizer.use("idle")
    assert "stop" not in hear(recognizer, stop)["domain"]


@pytest.mark.model
def test_another_state_waits_for_the_next_utterance(recognizer, say):
    stop = say("Stop.")
    recognizer.use("routine")
    recognizer.accept(stop[:9000])
    recognizer.use("idle")
    assert hear(recognizer, stop[9000:])["domain"][0] == "stop"
    assert "stop" not in hear(recognizer, stop)["domain"]


@pytest.mark.model
def test_a_state_without_phrases_has_the_open_decoder_alone(recognizer, say):
    recognizer.use("offer")
    heard = hear(recognizer, say("My left foot twitches."))
    assert heard["domain"] == []
    assert heard["open"]


@pytest.mark.model
def test_an_unknown_word_in_a_phrase_does_no_harm(model_folder, cache, say):
    phrases = {"idle": ["dorsiflexion", "stop dorsiflexion", "Stop!", "fasciculation"]}
    recognizer = VoskRecognizer(model_folder, phrases, cache_folder=cache, open_decoder=False)
    assert hear(recognizer, say("Stop."))["domain"][0] == "stop"
    assert recognizer.unknown_words(["stop", "dorsiflexion"]) == ("dorsiflexion",)


@pytest.mark.model
def test_a_grammar_of_unknown_words_alone_is_no_grammar(model_folder, cache, say):
    recognizer = VoskRecognizer(
        model_folder, {"idle": ["dorsiflexion"]}, cache_folder=cache, open_decoder=False
    )
    assert hear(recognizer, say("Stop.")) == {"domain": [], "open": []}
    assert recognizer.partial() == ""


@pytest.mark.model
@pytest.mark.parametrize("seconds", [0.0, 0.01, 3.0, 30.0])
def test_silence_is_nothing(recognizer, seconds):
    recognizer.use("routine")
    assert hear(recognizer, np.zeros(int(16000 * seconds), np.int16)) == {"domain": [], "open": []}


@pytest.mark.model
def test_a_discarded_utterance_leaves_no_trace(recognizer, say):
    recognizer.use("routine")
    stop = say("Stop.")
    before = hear(recognizer, stop)
    recognizer.accept(say("Never mind."))
    recognizer.discard()
    assert hear(recognizer, stop) == before


@pytest.mark.model
def test_a_long_utterance_is_not_cut(recognizer, say):
    """A minute with a pause of 22 seconds, at which Vosk itself ends a segment."""
    recognizer.use("routine")
    pause = np.zeros(22 * 16000, np.int16)
    heard = hear(
        recognizer, np.concatenate([say("Next."), pause, say("Left."), pause[: 16 * 16000]])
    )
    assert heard["domain"][0] == "next left"


@pytest.mark.model
def test_the_same_sound_gives_the_same_hypotheses(recognizer, say):
    """Kaldi's own dither is random: every run had other scores, and now and then another text."""
    recognizer.use("routine")
    samples = say("Never mind.")
    recognizer.accept(samples)
    first = recognizer.finish()
    hear(recognizer, say("Stop."))
    for start in range(0, samples.size, 1000):
        recognizer.accept(samples[start : start + 1000])
    again = recognizer.finish()
    assert first[0].text == "never mind"
    assert again == first


@pytest.mark.model
def test_only_one_row_of_int16_is_taken(recognizer):
    for samples in (np.zeros(100, np.float32), np.zeros((2, 100), np.int16)):
        with pytest.raises(ValueError, match="int16"):
            recognizer.accept(samples)
    recognizer.accept(np.zeros(0, np.int16))
    assert recognizer.finish() == ()


@pytest.mark.model
def test_decoders_are_made_anew_and_hear_the_same(model_folder, cache, say):
    recognizer = VoskRecognizer(
        model_folder, {"routine": COMMANDS}, cache_folder=cache, memory_limit=0
    )
    recognizer.use("routine")
    resume = say("Resume.")
    first = hear(recognizer, resume)
    recognizer._renew()
    assert hear(recognizer, resume) == first


@pytest.mark.model
@pytest.mark.parametrize(("after_giving_back", "anew"), [(1, False), (900_000, True)])
def test_freed_memory_goes_back_before_decoders_are_made_anew(
    model_folder, cache, say, monkeypatch, after_giving_back, anew
):
    recognizer = VoskRecognizer(
        model_folder, {"routine": COMMANDS}, cache_folder=cache, open_decoder=False
    )
    recognizer.use("routine")
    hear(recognizer, say("Resume."))
    kept = recognizer._decoders.domain("routine")
    size = 900_000  # MB: more than any process that runs the tests has
    monkeypatch.setattr("voice_skill.speech.recognizer.resident_bytes", lambda: size * 2**20)

    def give_back() -> None:
        nonlocal size
        size = after_giving_back

    monkeypatch.setattr("voice_skill.speech.recognizer.return_freed_memory", give_back)
    hear(recognizer, say("Stop."))
    assert (recognizer._decoders.domain("routine") is not kept) is anew


@pytest.mark.model
@pytest.mark.parametrize("ends", ["finish", "discard"])
def test_decoders_are_gone_before_their_memory_is_given_back(
    model_folder, cache, say, monkeypatch, ends
):
    recognizer = VoskRecognizer(
        model_folder, {"routine": COMMANDS}, cache_folder=cache, memory_limit=0
    )
    recognizer.use("routine")
    recognizer.accept(say("Stop."))
    kept = [weakref.ref(d) for d in recognizer._streamed()]
    left = []

    def give_back() -> None:
        left.append(sum(ref() is not None for ref in kept))

    monkeypatch.setattr("voice_skill.speech.recognizer.resident_bytes", lambda: 2**40)
    monkeypatch.setattr("voice_skill.speech.decoders.return_freed_memory", give_back)
    getattr(recognizer, ends)()
    assert left == [0]


@pytest.mark.model
def test_a_read_only_cache_is_no_obstacle(model_folder, tmp_path, say):
    (tmp_path / "cache").write_bytes(b"a file is in the way")
    recognizer = VoskRecognizer(
        model_folder, {"idle": ["stop"]}, cache_folder=tmp_path / "cache", open_decoder=False
    )
    assert hear(recognizer, say("Stop."))["domain"][0] == "stop"


# ------------------------------------------------------------------ with real people


def read(path: Path) -> Samples:
    with wave.open(str(path)) as stream:
        return np.frombuffer(stream.readframes(stream.getnframes()), np.int16)


@pytest.mark.model
@pytest.mark.recordings
@pytest.mark.parametrize("word", ["stop", "yes", "no", "left", "right"])
def test_one_word_commands_of_many_people(recognizer, people, word):
    recognizer.use("routine")
    files = sorted((people / "speech_commands" / word).glob("*.wav"))
    right = sum(hear(recognizer, read(path))["domain"][:1] == [word] for path in files)
    assert files
    assert right >= 0.95 * len(files)


@pytest.mark.model
@pytest.mark.recordings
def test_noise_is_no_command(recognizer, people):
    recognizer.use("routine")
    files = sorted((people / "noise").glob("*.wav"))
    assert files
    for path in files:
        best = hear(recognizer, read(path)[: 16000 * 10])["domain"][:1]
        assert best in ([], [""]) or "[unk]" in best[0]
