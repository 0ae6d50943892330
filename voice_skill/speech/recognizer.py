"""Speech to text: per dialogue state a grammar decoder, and beside it an open one.

All decoders get the same samples. The grammar decoders of the states share one model; Vosk makes
a bigram language model of the phrases, so their n-best holds texts that no phrase is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from voice_skill.domain.errors import EngineError, ModelError
from voice_skill.domain.model import DialogueState, Hypothesis
from voice_skill.speech.decoder import SAMPLE_RATE, UtteranceDecoder
from voice_skill.speech.dither import Dither
from voice_skill.speech.memory import resident_bytes, return_freed_memory
from voice_skill.speech.overlay import Decoding, overlay
from voice_skill.speech.symbols import Vocabulary, unknown_words

DOMAIN_ALTERNATIVES = 10
OPEN_ALTERNATIVES = 3
MEMORY_LIMIT = 360 * 2**20
"""Resident bytes of the process at which the decoders are made anew.

An open decoder keeps what it has visited of the language model, which makes it fast: the program
settles at about 350 MB. A limit of 270 MB was measured, too: decoders made anew every five to ten
utterances cost twice the processor time (0.20 against 0.09 of real time). So this is only a
ceiling for speech that goes on all night.
"""
_LEAST_GROWTH = 40 * 2**20  # in a process that is large for other reasons, not at every utterance
_UTTERANCES_UNMEASURED = 30  # where the system does not tell a process's size

_UNKNOWN_WORD = "[unk]"
_NOT_IN_WORDS = re.compile(r"[^\w' ]|_")


class Recognizer(Protocol):
    """Turns the samples of one utterance after another into hypotheses.

    Everything is called from one thread.
    """

    def use(self, state: DialogueState) -> None:
        """Expect the sentences of `state`, from the next utterance on."""

    def accept(self, samples: NDArray[np.int16]) -> None:
        """Hear a block of mono samples at 16 kHz."""

    def partial(self) -> str:
        """Return what the domain decoder has heard so far of this utterance."""

    def finish(self) -> tuple[Hypothesis, ...]:
        """End the utterance and return its hypotheses: domain n-best, then open n-best."""

    def discard(self) -> None:
        """Forget the utterance so far."""


def normalized(phrase: str) -> str:
    """Write a phrase as the model writes words: lower case, no punctuation but apostrophes."""
    text = phrase.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    return " ".join(_NOT_IN_WORDS.sub(" ", text).split())


def usable_phrases(phrases: Iterable[str], unknown: Callable[[str], bool]) -> tuple[str, ...]:
    """Normalize phrases, each once; those with a word for which `unknown` is true are left out.

    Vosk would drop the word alone and then hear the rest of the phrase as if it were the whole.
    """
    distinct = dict.fromkeys(normalized(phrase) for phrase in phrases)
    return tuple(p for p in distinct if p and not any(unknown(word) for word in p.split()))


class VoskRecognizer:
    """The recognizer of the program; see `Recognizer`. For one thread only.

    `finish` may return hypotheses with an empty text among others: silence then explains the
    sound better than what follows. Where no word at all was heard it returns none.
    """

    def __init__(
        self,
        model_folder: Path,
        phrases: Mapping[DialogueState, Sequence[str]],
        *,
        cache_folder: Path,
        open_decoder: bool = True,
        decoding: Decoding | None = None,
        memory_limit: int = MEMORY_LIMIT,
    ) -> None:
        """Load the model (0.3 s, 180 MB); decoders are built when they are first needed.

        `phrases`: what may be said in each state; phrases with words the model does not know are
        left out. `memory_limit`: bytes, see MEMORY_LIMIT. Raises ModelError when the model cannot
        be loaded, EngineError when Vosk itself cannot.
        """
        self._folder = model_folder
        self._phrases = _known_phrases(model_folder, phrases)
        self._vosk = _import_vosk()
        self._model = self._load(cache_folder, decoding)
        self._open_wanted = open_decoder
        self._memory_limit = memory_limit
        self._open: UtteranceDecoder | None = None
        self._domain: dict[DialogueState, UtteranceDecoder] = {}
        self._state: DialogueState = "idle"
        self._next_state: DialogueState = "idle"
        self._in_utterance = False
        self._dither = Dither()
        self._forget_decoders()

    def use(self, state: DialogueState) -> None:
        """Expect the sentences of `state`, from the next utterance on."""
        self._next_state = state
        if not self._in_utterance:
            self._state = state

    def accept(self, samples: NDArray[np.int16]) -> None:
        """Hear a block of mono samples at 16 kHz; ValueError for any other array."""
        if samples.dtype != np.int16 or samples.ndim != 1:
            raise ValueError(f"expected one row of int16, got {samples.ndim} of {samples.dtype}")
        if not samples.size:
            return
        self._in_utterance = True
        block = self._dither.add(samples).tobytes()
        for decoder in self._decoders():
            decoder.accept(block)

    def partial(self) -> str:
        """Return what the domain decoder has heard so far of this utterance."""
        decoder = self._domain.get(self._state)
        return decoder.partial() if decoder is not None and self._in_utterance else ""

    def finish(self) -> tuple[Hypothesis, ...]:
        """End the utterance and return its hypotheses: domain n-best, then open n-best."""
        if not self._in_utterance:
            return ()
        hypotheses = tuple(h for decoder in self._decoders() for h in decoder.finish())
        self._in_utterance = False
        self._dither.restart()
        self._state = self._next_state
        self._utterances += 1
        self._renew_when_grown()
        heard = any(h.text.replace(_UNKNOWN_WORD, "").strip() for h in hypotheses)
        return hypotheses if heard else ()

    def discard(self) -> None:
        """Forget the utterance so far."""
        self.finish()

    def unknown_words(self, words: Iterable[str]) -> tuple[str, ...]:
        """Return those of `words` that the model does not know."""
        return unknown_words(self._folder, words)

    def _decoders(self) -> Sequence[UtteranceDecoder]:
        """Return the decoders of this utterance, built if need be."""
        if self._state not in self._domain and self._phrases.get(self._state):
            # Never an empty grammar: Vosk crashes on it. Never SetGrammar: it aborts in mid-audio.
            grammar = json.dumps([*self._phrases[self._state], _UNKNOWN_WORD])
            recognizer = self._vosk.KaldiRecognizer(self._model, float(SAMPLE_RATE), grammar)
            recognizer.SetMaxAlternatives(DOMAIN_ALTERNATIVES)
            self._domain[self._state] = UtteranceDecoder(recognizer, "domain", DOMAIN_ALTERNATIVES)
        if self._open is None and self._open_wanted:
            recognizer = self._vosk.KaldiRecognizer(self._model, float(SAMPLE_RATE))
            recognizer.SetMaxAlternatives(OPEN_ALTERNATIVES)
            self._open = UtteranceDecoder(recognizer, "open", OPEN_ALTERNATIVES)
        found = (self._domain.get(self._state), self._open)
        return [decoder for decoder in found if decoder is not None]

    def _renew_when_grown(self) -> None:
        size = resident_bytes()
        if size:
            grown = size > max(self._memory_limit, self._base + _LEAST_GROWTH)
        else:
            grown = self._utterances >= _UTTERANCES_UNMEASURED
        if grown:
            self._forget_decoders()

    def _forget_decoders(self) -> None:
        """Drop all decoders and what they have gathered; they are built anew when needed."""
        self._domain = {}
        self._open = None
        return_freed_memory()
        self._base = resident_bytes()
        self._utterances = 0

    def _load(self, cache_folder: Path, decoding: Decoding | None) -> Any:  # noqa: ANN401
        try:
            with overlay(self._folder, cache_folder, decoding) as folder:
                # Always by path: by name Vosk would look on the network.
                return self._vosk.Model(str(folder))
        except Exception as error:  # Vosk raises nothing narrower
            raise _unloadable(self._folder, str(error)) from error


def _known_phrases(
    model_folder: Path, phrases: Mapping[DialogueState, Sequence[str]]
) -> Mapping[DialogueState, tuple[str, ...]]:
    vocabulary = Vocabulary.read(model_folder)  # 15 MB, given back before the model is loaded
    return {
        state: usable_phrases(sentences, lambda word: word not in vocabulary)
        for state, sentences in phrases.items()
    }


def _import_vosk() -> Any:  # noqa: ANN401
    try:
        import vosk  # half a second and network libraries: only for those who listen
    except (ImportError, OSError) as error:
        raise EngineError(
            f"The speech recogniser cannot be loaded: {error}.",
            hint="Install the package `vosk`; on a 64-bit Raspberry Pi also "
            "`sudo apt install libatomic1`.",
        ) from error
    vosk.SetLogLevel(-1)
    return vosk


def _unloadable(folder: Path, reason: str) -> ModelError:
    return ModelError(
        f"The speech model in {folder} cannot be loaded: {reason}.",
        hint="Run `voice-skill model verify`, and `voice-skill model install` if it complains.",
    )
