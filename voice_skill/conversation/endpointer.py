"""When did the person begin to speak, and when have they finished?

Pure: fed with one voice probability a block and what the recogniser has made out so far. How long
a silence has to last depends on whether the words so far are a whole sentence, may go on, are free
wording or the mere beginning of a sentence. Words count only once they have stood unchanged for a
while, because the recogniser is a little behind the voice. Vosk's own endpoints are switched off.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from enum import Enum, auto


class Completeness(Enum):
    """What the words heard so far are, as the legal sentences of the dialogue's state see them."""

    COMPLETE = auto()
    """A whole sentence that cannot go on."""
    OPEN = auto()
    """A whole sentence that may go on."""
    FREE = auto()
    """Nothing legal (yet): free wording, or words that are still changing."""
    PREFIX = auto()
    """The beginning of a legal sentence, and no whole one: it will go on."""


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
    pauses (a television). Words that have not stood unchanged for `steady_seconds` are taken for
    free wording. docs/performance.md tells what was measured to choose the waits.
    """

    voice_on: float = 0.5
    voice_off: float = 0.3
    begin_blocks: int = 3
    window_blocks: int = 5
    complete_seconds: float = 0.25
    open_seconds: float = 0.55
    free_seconds: float = 0.8
    prefix_seconds: float = 1.3
    steady_seconds: float = 0.16
    longest_seconds: float = 20.0
    shortest_voiced_seconds: float = 0.12

    def wait_seconds(self, completeness: Completeness, steady_seconds: float) -> float:
        """Return the silence that ends an utterance whose words have stood for so long."""
        if steady_seconds < self.steady_seconds:
            return self.free_seconds
        match completeness:
            case Completeness.COMPLETE:
                return self.complete_seconds
            case Completeness.OPEN:
                return self.open_seconds
            case Completeness.FREE:
                return self.free_seconds
            case Completeness.PREFIX:
                return self.prefix_seconds


WIDE_AWAKE = EndpointSettings()
"""The waits for a person who speaks as people do by day."""

SLEEPY = EndpointSettings(
    complete_seconds=0.5,
    open_seconds=1.0,
    free_seconds=1.5,
    prefix_seconds=2.0,
    steady_seconds=0.3,
)
"""The waits for somebody half asleep, who pauses within a sentence."""


class Endpointer:
    """Walks through the blocks of one microphone."""

    def __init__(self, block_seconds: float, settings: EndpointSettings | None = None) -> None:
        """`block_seconds` is the length of every block that will be pushed."""
        self._block_seconds = block_seconds
        self._settings = self._next_settings = settings or WIDE_AWAKE
        self._recent: deque[bool] = deque(maxlen=self._settings.window_blocks)
        self.speaking = False
        self._silence = 0.0
        self._voiced = 0.0
        self._length = 0.0

    @property
    def silence_seconds(self) -> float:
        """Seconds of silence at the end of the present utterance."""
        return self._silence

    @property
    def settings(self) -> EndpointSettings:
        """The settings of the next utterance; setting them leaves the present one alone."""
        return self._next_settings

    @settings.setter
    def settings(self, settings: EndpointSettings) -> None:
        self._next_settings = settings

    @property
    def stirring(self) -> bool:
        """Whether the last block had a voice in it, though no speech has begun yet."""
        return not self.speaking and bool(self._recent and self._recent[-1])

    def reset(self) -> None:
        """Forget everything: the microphone was closed for a while."""
        self._recent.clear()
        self.speaking = False
        self._silence = self._voiced = self._length = 0.0

    def push(
        self, probability: float, completeness: Completeness, steady_seconds: float = math.inf
    ) -> Speech:
        """Take one block's voice probability (0 to 1); `completeness` of the words so far.

        `steady_seconds`: for how long the words have been the same.
        """
        if not self.speaking:
            return self._wait_for_speech(probability)
        wait = self._settings.wait_seconds(completeness, steady_seconds)
        return self._follow_speech(probability, wait)

    def _wait_for_speech(self, probability: float) -> Speech:
        if self._settings is not self._next_settings:
            self._settings = self._next_settings
            self._recent = deque(self._recent, maxlen=self._settings.window_blocks)
        self._recent.append(probability >= self._settings.voice_on)
        if sum(self._recent) < self._settings.begin_blocks:
            return Speech.NONE
        self.speaking = True
        self._voiced = sum(self._recent) * self._block_seconds
        self._length = len(self._recent) * self._block_seconds
        self._silence = 0.0
        self._recent.clear()
        return Speech.BEGAN

    def _follow_speech(self, probability: float, wait_seconds: float) -> Speech:
        settings = self._settings
        self._length += self._block_seconds
        if probability < settings.voice_off:
            self._silence += self._block_seconds
        else:
            self._silence = 0.0
            self._voiced += self._block_seconds
        if self._silence < wait_seconds and self._length < settings.longest_seconds:
            return Speech.GOES_ON
        enough = self._voiced >= settings.shortest_voiced_seconds
        self.reset()
        return Speech.ENDED if enough else Speech.TOO_SHORT
