"""The decoders and their models, loaded and made when they are first needed.

The bigram decoders of all states and the open one share the installed model; Vosk makes the bigram
of the phrases, so an n-best of theirs holds texts that no phrase is. The exact decoder has a model
of its own: the same files around another language model (exact.py).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from voice_skill.domain.errors import EngineError, ModelError
from voice_skill.domain.language import WordAutomaton
from voice_skill.domain.model import Decoder, DialogueState
from voice_skill.speech.const_fst import ExtraCosts
from voice_skill.speech.decoder import SAMPLE_RATE, UtteranceDecoder
from voice_skill.speech.exact import WORD_BONUS, exact_graph
from voice_skill.speech.general_decoder import GeneralDecoder, extra_costs
from voice_skill.speech.memory import return_freed_memory
from voice_skill.speech.model_store import mending
from voice_skill.speech.overlay import GraphSource, NotAdaptedError, overlay
from voice_skill.speech.profiles import Profile
from voice_skill.speech.symbols import GRAPH

UNKNOWN_WORD = "[unk]"
"""What a bigram decoder writes for a word outside its phrases."""


class Decoders:
    """The decoders of a recognizer, each made at the first call; for one thread only."""

    def __init__(
        self,
        model_folder: Path,
        phrases: Callable[[], Mapping[DialogueState, Sequence[str]]],
        *,
        cache_folder: Path,
        profile: Profile,
        automaton: WordAutomaton | None = None,
        open_graph: GraphSource | None = None,
    ) -> None:
        """Load the models, then ask for the phrases; the words of both are known to the models.

        Without an `automaton`, or with an empty one, there is no exact decoder. Raises ModelError,
        EngineError and NotAdaptedError, as VoskRecognizer does.
        """
        self._folder = model_folder
        self._cache_folder = cache_folder
        self._profile = profile
        self._vosk = _import_vosk()
        self._exact_model: Any = None
        with ThreadPoolExecutor(1, "exact-model") as beside:  # Vosk reads without the interpreter
            exact = None
            if automaton is not None and automaton.final - {0}:
                exact = beside.submit(self._load, exact_graph(automaton, model_folder))
            self._model, self._extra = self._load(open_graph)
            if exact is not None:
                self._exact_model, _ = exact.result()
        self._phrases = phrases()
        self._made: dict[DialogueState | Decoder, UtteranceDecoder] = {}

    def domain(self, state: DialogueState) -> UtteranceDecoder | None:
        """Return the bigram decoder of a state; None for one without phrases."""
        if state not in self._made and self._phrases.get(state):
            # Never an empty grammar: Vosk crashes on it. Never SetGrammar: it aborts in mid-audio.
            grammar = json.dumps([*self._phrases[state], UNKNOWN_WORD])
            recognizer = self._vosk.KaldiRecognizer(self._model, float(SAMPLE_RATE), grammar)
            self._add(state, recognizer, "domain", self._profile.domain_alternatives)
        return self._made.get(state)

    def open(self) -> UtteranceDecoder:
        """Return the open decoder."""
        if "open" not in self._made:
            recognizer = self._vosk.KaldiRecognizer(self._model, float(SAMPLE_RATE))
            alternatives = self._profile.open_alternatives
            self._add("open", recognizer, "open", alternatives)
            if self._extra is not None:
                id_of = self._model.vosk_model_find_word
                self._made["open"] = GeneralDecoder(recognizer, alternatives, self._extra, id_of)
        return self._made["open"]

    def exact(self) -> UtteranceDecoder | None:
        """Return the exact decoder; None without an automaton."""
        if "exact" not in self._made and self._exact_model is not None:
            recognizer = self._vosk.KaldiRecognizer(self._exact_model, float(SAMPLE_RATE))
            self._add("exact", recognizer, "exact", self._profile.exact_alternatives, WORD_BONUS)
        return self._made.get("exact")

    def forget(self) -> None:
        """Drop all decoders and what they have gathered; the models stay."""
        self._made = {}
        return_freed_memory()

    def _add(
        self,
        key: DialogueState | Decoder,
        recognizer: Any,  # noqa: ANN401
        name: Decoder,
        alternatives: int,
        word_bonus: float = 0.0,
    ) -> None:
        recognizer.SetMaxAlternatives(alternatives)
        self._made[key] = UtteranceDecoder(recognizer, name, alternatives, word_bonus)

    def _load(self, graph: GraphSource | None) -> tuple[Any, ExtraCosts | None]:
        decoding = self._profile.decoding
        try:
            with overlay(self._folder, self._cache_folder, decoding, graph=graph) as folder:
                extra = None if graph is None else extra_costs(folder / GRAPH)
                # Always by path: by name Vosk would look on the network.
                return self._vosk.Model(str(folder)), extra
        except NotAdaptedError:
            raise
        except Exception as error:  # Vosk raises nothing narrower
            raise _unloadable(self._folder, str(error)) from error


def _import_vosk() -> Any:  # noqa: ANN401
    try:
        with _without_requests():
            import vosk  # a third of a second: only for those who listen
    except (ImportError, OSError) as error:
        raise EngineError(
            f"The speech recogniser cannot be loaded: {error}.",
            hint="Install the package `vosk`; on a 64-bit Raspberry Pi also "
            "`sudo apt install libatomic1`.",
        ) from error
    vosk.SetLogLevel(-1)
    # Ctrl+C while one is made leaves it without a handle, and vosk's `__del__` frees it all the
    # same. It frees a NULL without harm.
    for made in (vosk.Model, vosk.KaldiRecognizer):
        made._handle = vosk._ffi.NULL
    return vosk


@contextmanager
def _without_requests() -> Iterator[None]:
    """Give whoever imports `requests` an empty module.

    Vosk imports it to fetch models, which this program never lets it do; and `requests` makes an
    internet socket as it is imported, to see whether the machine knows IPv6.
    """
    name = "requests"
    if name in sys.modules:
        yield
        return
    sys.modules[name] = ModuleType(name)
    try:
        yield
    finally:
        del sys.modules[name]


def _unloadable(folder: Path, reason: str) -> ModelError:
    return ModelError(
        f"The speech model in {folder} cannot be loaded: {reason}.",
        hint=mending(folder),
    )
