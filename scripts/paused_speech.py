"""Where somebody speaks in a recording, and the same with a longer pause between two words."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from voice_skill.audio.files import read_recording

RATE = 16_000
QUIET_DB = -35
"""Sound of 10 ms that is so far under the loudest is a pause."""

Samples = NDArray[np.int16]


def speech_bounds(samples: Samples) -> tuple[int, int]:
    """Return where the sound within 35 dB of its loudest 10 ms begins and ends, in samples."""
    frame = RATE // 100
    frames = samples[: len(samples) // frame * frame].reshape(-1, frame).astype(np.float64)
    levels = np.sqrt((frames**2).mean(axis=1))
    loud = np.flatnonzero(levels > levels.max() * 10 ** (QUIET_DB / 20))
    return int(loud[0]) * frame, (int(loud[-1]) + 1) * frame


def inner_boundaries(words: Words, samples: Samples, count: int) -> list[int]:
    """Return up to `count` quiet samples between two words, not the first or last of the sentence.

    The quietest 20 ms within 60 ms of the recogniser's boundary, so that no sound is cut.
    """
    frame, found = RATE // 50, []
    for before, after in pairwise(words.times(samples)):
        middle = int((before[1] + after[0]) / 2 * RATE)
        last = min(middle + 3 * frame, len(samples) - 2 * frame)
        starts = range(max(0, middle - 3 * frame), last, frame // 4)
        levels = [(float(np.abs(samples[s : s + frame].astype(float)).mean()), s) for s in starts]
        found += [min(levels)] if levels else []
    return sorted(start + frame // 2 for _, start in sorted(found)[:count])


class Words:
    """Where the words of a recording are, as the model's own decoder hears it."""

    def __init__(self, model_folder: Path) -> None:
        """Load the installed model once more: n-best decoders give no times."""
        import vosk

        vosk.SetLogLevel(-1)
        self._model = vosk.Model(str(model_folder))
        self._new = vosk.KaldiRecognizer

    def times(self, samples: Samples) -> list[tuple[float, float]]:
        """Return begin and end of each word, in seconds."""
        recognizer = self._new(self._model, float(RATE))  # a used one goes on counting seconds
        recognizer.SetWords(True)
        recognizer.AcceptWaveform(samples.tobytes() + bytes(RATE))
        words = json.loads(recognizer.FinalResult()).get("result", [])
        return [(word["start"], word["end"]) for word in words]


def with_pause(samples: Samples, at: int, seconds: float, seed: int) -> Samples:
    """Return the recording with its pause at a sample lengthened to so many seconds.

    Faint noise is put in, with 5 ms of fade on both sides; a pause that is there counts.
    """
    frame = RATE // 100
    loudest = max(level(samples[s : s + frame]) for s in range(0, len(samples), frame))
    quiet = loudest * 10 ** (QUIET_DB / 20)
    begin = end = at
    while begin > frame and level(samples[begin - frame : begin]) < quiet:
        begin -= frame
    while end < len(samples) - frame and level(samples[end : end + frame]) < quiet:
        end += frame
    fade = np.linspace(1, 0, RATE // 200)
    before, after = samples[:at].astype(float), samples[at:].astype(float)
    before[-len(fade) :] *= fade
    after[: len(fade)] *= fade[::-1]
    missing = max(int(seconds * RATE) - (end - begin), 0)
    return np.concatenate([before, hiss(missing, seed), after]).astype(np.int16)


def level(samples: Samples) -> float:
    """Return the root of the mean square."""
    return float(np.sqrt((samples.astype(np.float64) ** 2).mean()))


def hiss(count: int, seed: int) -> Samples:
    """Return the faint noise of a quiet room."""
    return np.random.default_rng(seed).normal(0, 4, count).astype(np.int16)


def spoken_part(path: Path) -> Samples:
    """Return a recording up to the end of its speech."""
    samples = read_recording(path, limit_seconds=60)
    return samples[: speech_bounds(samples)[1]]
