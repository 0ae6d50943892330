"""Earcons: short, low, quiet sounds that say what the assistant is doing.

Low notes with soft edges, made for a dark bedroom: a rise (I am listening), two equal notes (that
was not understood), a fall (asleep), a fall or a rise that begins or ends lower (the microphone is
off, or on again).
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Earcon = Literal["listening", "not_understood", "asleep", "muted", "unmuted"]

NOTE_SECONDS = 0.09
LOW_NOTE_SECONDS = 0.06
EDGE_SECONDS = 0.02
LOW_SHIFT = 0.75  # a fourth lower: 110 to 220 Hz, and what of the octave a small speaker gives
LEVEL = 0.12  # of full scale: -18 dBFS, under the voice
# Hertz, within an octave of a low voice: G3, B3, D4
NOTES: dict[Earcon, tuple[float, ...]] = {
    "listening": (196.0, 293.7),
    "not_understood": (196.0, 196.0),
    "asleep": (293.7, 246.9, 196.0),
    "muted": (246.9, 146.8),
    "unmuted": (146.8, 246.9),
}


def earcon(kind: Earcon, sample_rate: int, *, low: bool = False) -> NDArray[np.int16]:
    """Return the sound as mono int16 samples at `sample_rate`; notes begin and end at zero.

    `low`: lower and shorter, for the night.
    """
    shift, seconds = (LOW_SHIFT, LOW_NOTE_SECONDS) if low else (1.0, NOTE_SECONDS)
    return np.concatenate([_note(hertz * shift, seconds, sample_rate) for hertz in NOTES[kind]])


def _note(hertz: float, seconds: float, sample_rate: int) -> NDArray[np.int16]:
    time = np.arange(round(seconds * sample_rate)) / sample_rate
    edge = round(EDGE_SECONDS * sample_rate)
    envelope = np.ones(len(time))
    envelope[:edge] = np.sin(np.linspace(0, np.pi / 2, edge)) ** 2
    envelope[-edge:] = envelope[:edge][::-1]
    # a little of the octave above, so that a small loudspeaker gives it at all
    tone = np.sin(2 * np.pi * hertz * time) + 0.3 * np.sin(4 * np.pi * hertz * time)
    return np.rint(tone / 1.3 * envelope * LEVEL * 32767).astype(np.int16)
