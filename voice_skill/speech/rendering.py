"""What all voices share: the text they are given, their pace, and the check of what they made."""

from __future__ import annotations

import math
import struct
import unicodedata
import wave
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from voice_skill.domain.errors import EngineError

SAMPLE_RATE = 22050
"""espeak-ng's own, which pyttsx3 also writes into its headers whatever the voice."""

VOICE = "en-us"
WORDS_PER_MINUTE = 150
"""The pace at rate 1.0: calm, and easiest to understand of espeak's."""

NO_VOICE_HINT = "Install a voice: `sudo apt install espeak-ng` (or the library `libespeak-ng1`)."

_SLOWEST, _FASTEST = 80, 300
_SHORTEST_LETTER_SECONDS = 0.02  # a third of the usual: shorter means that the file was cut
_LONGEST_LETTER_SECONDS = 0.9  # digits are spelled out
_EDGES_SECONDS = 3.0
_HEADER_BYTES = 44
# `[[` begins phonemes for espeak-ng, brackets mean nothing to a listener.
_BRACKETS = str.maketrans("[]", "()")


class Synthesizer(Protocol):
    """Turns sentences into sound."""

    sample_rate: int
    """Samples a second of what `render` returns."""

    def render(self, sentence: str, *, rate: float = 1.0) -> NDArray[np.int16]:
        """Return one sentence as mono samples; none when nothing in it can be spoken.

        `rate` multiplies the pace: 0.8 is slow, for the night and for what is urgent. Raises
        EngineError when there is no sound, ValueError when the rate is not positive.
        """


class Voice(Synthesizer, Protocol):
    """A synthesizer that can be told from others, and closed."""

    identity: str
    """Engine, version and voice: two of the same identity sound the same."""

    def close(self) -> None:
        """Give back what it holds."""


def spoken_text(sentence: str) -> str:
    """Return a sentence as a voice may be given it: one line, nothing that steers an engine.

    Control characters (NUL ends a C string, others are commands of espeak), line breaks, lone
    surrogates and square brackets are taken out. Empty when nothing in it can be spoken.
    """
    text = unicodedata.normalize("NFC", sentence.translate(_BRACKETS))
    text = "".join(" " if unicodedata.category(c).startswith("C") else c for c in text)
    return " ".join(text.split()) if any(c.isalnum() for c in text) else ""


def words_per_minute(rate: float) -> int:
    """Return the pace for a rate factor, within what can be understood; ValueError if not > 0."""
    if not (math.isfinite(rate) and rate > 0):
        raise ValueError(f"a rate is a positive number, not {rate}")
    return max(_SLOWEST, min(_FASTEST, round(WORDS_PER_MINUTE * rate)))


def read_rendered(path: Path, text: str, pace: int) -> NDArray[np.int16]:
    """Read the WAV file that an engine made of `text` at `pace` words a minute.

    Raises EngineError when there is none, it is not what was asked for, or it is implausibly
    short or long: a synthesis that ended early leaves a file that looks right.
    """
    try:
        samples = read_wav(path)
    except FileNotFoundError as error:
        raise EngineError("The voice wrote no sound.", hint=NO_VOICE_HINT) from error
    except (OSError, EOFError, wave.Error, ValueError) as error:
        raise EngineError(f"The voice wrote a bad sound file: {error}.") from error
    return checked(samples, text, pace)


def checked(samples: NDArray[np.int16], text: str, pace: int) -> NDArray[np.int16]:
    """Return what a voice made of `text` at `pace` words a minute, if it is plausible.

    Raises EngineError when it is implausibly short or long.
    """
    seconds = samples.size / SAMPLE_RATE
    letters = sum(c.isalnum() for c in text)
    slowness = WORDS_PER_MINUTE / pace
    if not samples.any() or seconds < letters * _SHORTEST_LETTER_SECONDS * slowness:
        raise EngineError(f"The voice was cut off after {seconds:.2f} seconds.")
    if seconds > (_EDGES_SECONDS + letters * _LONGEST_LETTER_SECONDS) * slowness:
        raise EngineError(f"The voice went on for {seconds:.0f} seconds.")
    return samples


def read_streamed(data: bytes) -> NDArray[np.int16]:
    """Return the samples of a WAV file that was written to a pipe.

    Its header cannot know the lengths, so what counts is what came. Raises EngineError when it is
    no mono 16-bit sound at SAMPLE_RATE.
    """
    if not data:
        raise EngineError("The voice wrote no sound.", hint=NO_VOICE_HINT)
    kind = struct.unpack_from("<4s4x8sI2H2I2H4s", data) if len(data) >= _HEADER_BYTES else ()
    if kind != (
        *(b"RIFF", b"WAVEfmt ", 16, 1, 1),
        *(SAMPLE_RATE, 2 * SAMPLE_RATE, 2, 16, b"data"),
    ):
        raise EngineError("The voice wrote a sound of another kind.")
    body = data[_HEADER_BYTES:]
    return np.frombuffer(body[: len(body) // 2 * 2], dtype="<i2").astype(np.int16)


def read_wav(path: Path) -> NDArray[np.int16]:
    """Read a mono 16-bit WAV file at SAMPLE_RATE; ValueError when it is of another kind.

    Raises also what `wave` and the file system raise.
    """
    with wave.open(str(path), "rb") as stream:
        kind = (stream.getnchannels(), stream.getsampwidth(), stream.getframerate())
        if kind != (1, 2, SAMPLE_RATE):
            raise ValueError(f"{kind[0]} channels of {8 * kind[1]} bits at {kind[2]} Hz")
        frames = stream.getnframes()
        data = stream.readframes(frames)
    if len(data) != 2 * frames:
        raise ValueError("it is cut short")
    return np.frombuffer(data, dtype="<i2").astype(np.int16)
