"""When did the person begin to speak, and when have they finished?

Pure: fed with one voice probability a block and what the recogniser has made out so far. How long
a silence has to last depends on whether the words so far are a whole sentence, may go on, or are
the beginning of one.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import Enum, auto


class Completeness(Enum):
    """What the words heard so far are, as the legal sentences of the dialogue's state see them."""

    COMPLETE = auto()
    """A whole sentence that cannot go on."""
    OPEN = auto()
    """A whole sentence that may go on."""
    PREFIX = auto()
    """The beginning of a sentence, or nothing legal (yet): free wording."""


class Speech(Enum):
    """What a block of sound has changed."""

    NONE = auto()
    BEGAN = auto()
    GOES_ON = auto()
    ENDED = auto()
    TOO_SHORT = auto()
    """What had begun was no speech after all: a click, a bump."""


@dataclass(frozen=True, slots=True)
class EndpointSettings:
    """Seconds and probabilities of the endpointer.

    Speech begins when `begin_blocks` of the last `window_blocks` have a probability of at least
    `voice_on`; a block under `voice_off` is silence. `longest_seconds` ends an utterance that never
    pauses (a television): Vosk's own endpoints are switched off.
    """

    voice_on: float = 0.5
    voice_off: float = 0.3
    begin_blocks: int = 3
    window_blocks: int = 5
    complete_seconds: float = 0.35
    open_seconds: float = 0.55
    prefix_seconds: float = 0.9
    longest_seconds: float = 20.0
    shortest_voiced_seconds: float = 0.12


class Endpointer:
    """Walks through the blocks of one microphone."""

    def __init__(self, block_seconds: float, settings: EndpointSettings | None = None) -> None:
        """`block_seconds` is the length of every block that will be pushed."""
        self._block_seconds = block_seconds
        self._settings = settings or EndpointSettings()
        self._recent: deque[bool] = deque(maxlen=self._settings.window_blocks)
        self.speaking = False
        self._silence = 0.0
        self._voiced = 0.0
        self._length = 0.0

    @property
    def silence_seconds(self) -> float:
        """Seconds of silence at the end of the present utterance."""
        return self._silence

    def reset(self) -> None:
        """Forget everything: the microphone was closed for a while."""
        self._recent.clear()
        self.speaking = False
        self._silence = self._voiced = self._length = 0.0

    def push(self, probability: float, completeness: Completeness) -> Speech:
        """Take one block's voice probability (0 to 1); `completeness` of the words so far."""
        if not self.speaking:
            return self._wait_for_speech(probability)
        return self._follow_speech(probability, completeness)

    def _wait_for_speech(self, probability: float) -> Speech:
        self._recent.append(probability >= self._settings.voice_on)
        if sum(self._recent) < self._settings.begin_blocks:
            return Speech.NONE
        self.speaking = True
        self._voiced = sum(self._recent) * self._block_seconds
        self._length = len(self._recent) * self._block_seconds
        self._silence = 0.0
        self._recent.clear()
        return Speech.BEGAN

    def _follow_speech(self, probability: float, completeness: Completeness) -> Speech:
        settings = self._settings
        self._length += self._block_seconds
        if probability < settings.voice_off:
            self._silence += self._block_seconds
        else:
            self._silence = 0.0
            self._voiced += self._block_seconds
        wait = {
            Completeness.COMPLETE: settings.complete_seconds,
            Completeness.OPEN: settings.open_seconds,
            Completeness.PREFIX: settings.prefix_seconds,
        }[completeness]
        if self._silence < wait and self._length < settings.longest_seconds:
            return Speech.GOES_ON
        enough = self._voiced >= settings.shortest_voiced_seconds
        self.reset()
        return Speech.ENDED if enough else Speech.TOO_SHORT
