"""Speech to text: per dialogue state a bigram decoder, an open one, and if wanted an exact one.

All decoders get the same samples (decoders.py makes them). The order of the hypotheses is exact,
domain, open, each best first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from voice_skill.domain.model import DialogueState, Hypothesis
from voice_skill.speech.decoder import UtteranceDecoder
from voice_skill.speech.decoders import UNKNOWN_WORD, Decoders
from voice_skill.speech.dither import Dither
from voice_skill.speech.exact import ExactGrammar
from voice_skill.speech.memory import resident_bytes, return_freed_memory
from voice_skill.speech.overlay import GraphSource
from voice_skill.speech.profiles import LAPTOP, ExactRun, Profile
from voice_skill.speech.symbols import Vocabulary, unknown_words

MEMORY_LIMIT = 430 * 2**20
"""Resident bytes of the process at which freed memory goes back to the system after an utterance,
and, where that is not enough, the decoders are made anew.

The whole program begins at about 395 MB. The lattices of twenty seconds of babble take up to
200 MB, which are free again at its end; an open decoder keeps what it has visited of the language
model (2 to 30 MB by such an utterance), which makes it fast: decoders made anew after every five
to ten utterances cost twice the time.
"""
_LEAST_GROWTH = 40 * 2**20  # in a process that is large for other reasons, not at every utterance
_UTTERANCES_UNMEASURED = 30  # where the system does not tell a process's size

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

    def partials(self) -> tuple[Hypothesis, ...]:
        """Return what each decoder has heard so far, without scores; in the order of `finish`."""

    def finish(self) -> tuple[Hypothesis, ...]:
        """End the utterance and return its hypotheses: exact, domain, open, each best first."""

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
        exact: ExactGrammar | None = None,
        open_graph: GraphSource | None = None,
        profile: Profile = LAPTOP,
        memory_limit: int = MEMORY_LIMIT,
    ) -> None:
        """Load the models (0.3 s, 180 MB; an exact one 0.2 s, 90 MB).

        `phrases`: what may be said in each state; phrases with words the model does not know are
        left out. `exact`: adds the exact decoder; its words are all known. `open_graph`: the open
        decoder's language model, where it is not the model's own. `memory_limit`: bytes, see
        MEMORY_LIMIT. Raises ModelError when the model cannot be loaded, EngineError when Vosk
        itself cannot, NotAdaptedError when the `open_graph` cannot be made.
        """
        self._folder = model_folder
        self._exact = exact
        self._profile = profile
        # Vosk reads the models without the interpreter, so the phrases are looked up meanwhile.
        with ThreadPoolExecutor(1, "phrases") as beside:
            known = beside.submit(_known_phrases, model_folder, phrases)
            self._decoders = Decoders(
                model_folder,
                known.result,
                cache_folder=cache_folder,
                profile=profile,
                automaton=exact.automaton if exact else None,
                open_graph=open_graph,
            )
        self._open_wanted = open_decoder
        self._memory_limit = memory_limit
        self._state: DialogueState = "idle"
        self._next_state: DialogueState = "idle"
        self._in_utterance = False
        self._kept: list[bytes] = []  # for the exact decoder, where it hears only at the end
        self._dither = Dither()
        self._renew()

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
        for decoder in self._streamed():
            decoder.accept(block)
        if self._exact and self._profile.exact is ExactRun.WHERE_IT_MATTERS:
            self._kept.append(block)

    def partial(self) -> str:
        """Return what the domain decoder has heard so far of this utterance."""
        if not self._in_utterance:
            return ""
        decoder = self._decoders.domain(self._state)
        return decoder.partial() if decoder is not None else ""

    def partials(self) -> tuple[Hypothesis, ...]:
        """Return what each decoder has heard so far, without scores; in the order of `finish`.

        A decoder that hears only at the end of an utterance has none.
        """
        if not self._in_utterance:
            return ()
        return tuple(Hypothesis(d.partial(), d.name) for d in self._streamed())

    def finish(self) -> tuple[Hypothesis, ...]:
        """End the utterance and return its hypotheses: exact, domain, open, each best first."""
        if not self._in_utterance:
            return ()
        hypotheses = tuple(h for decoder in self._streamed() for h in decoder.finish())
        if self._kept:
            hypotheses = self._heard_at_the_end(hypotheses) + hypotheses
        self._end()
        heard = any(h.text.replace(UNKNOWN_WORD, "").strip() for h in hypotheses)
        return hypotheses if heard else ()

    def discard(self) -> None:
        """Forget the utterance so far."""
        if self._in_utterance:
            self._discard_in_each()
            self._end()

    def begin_afresh(self) -> None:
        """Hear the next utterance as the first one is heard; what was begun is forgotten.

        Decoders number what they visit of a language model in the order they come to it, and the
        beam prunes by that order: what was heard before can change a weak alternative.
        """
        self._in_utterance = False
        self._kept = []
        self._dither.restart()
        self._state = self._next_state
        self._renew()

    def unknown_words(self, words: Iterable[str]) -> tuple[str, ...]:
        """Return those of `words` that the model does not know."""
        return unknown_words(self._folder, words)

    def _streamed(self) -> Sequence[UtteranceDecoder]:
        """Return the decoders that hear this utterance as it comes, built if need be."""
        streams = self._exact and self._profile.exact is ExactRun.ALWAYS
        found = (
            self._decoders.exact() if streams else None,
            self._decoders.domain(self._state),
            self._decoders.open() if self._open_wanted else None,
        )
        return [decoder for decoder in found if decoder is not None]

    def _heard_at_the_end(self, others: Sequence[Hypothesis]) -> tuple[Hypothesis, ...]:
        """Return what the exact decoder hears in the kept samples, if that can change anything."""
        decoder = self._decoders.exact()
        if decoder is None or self._exact is None or not self._exact.matters(others, self._state):
            return ()
        for block in self._kept:
            decoder.accept(block)
        return decoder.finish()

    def _discard_in_each(self) -> None:
        # Apart from `_end`, which could not give back the memory of a decoder that has a name.
        for decoder in self._streamed():
            decoder.discard()

    def _end(self) -> None:
        """Be ready for the next utterance."""
        self._in_utterance = False
        self._kept = []
        self._dither.restart()
        self._state = self._next_state
        self._utterances += 1
        limit = max(self._memory_limit, self._base + _LEAST_GROWTH)
        size = resident_bytes()
        if size > limit:
            return_freed_memory()
            size = resident_bytes()
        if size > limit if size else self._utterances >= _UTTERANCES_UNMEASURED:
            self._renew()

    def _renew(self) -> None:
        """Drop all decoders and what they have gathered; they are built anew when needed."""
        self._decoders.forget()
        self._base = resident_bytes()
        self._utterances = 0


def _known_phrases(
    model_folder: Path, phrases: Mapping[DialogueState, Sequence[str]]
) -> Mapping[DialogueState, tuple[str, ...]]:
    vocabulary = Vocabulary.read(model_folder)
    return {
        state: usable_phrases(sentences, lambda word: word not in vocabulary)
        for state, sentences in phrases.items()
    }
