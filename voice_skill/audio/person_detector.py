"""Which sound a detector of voices should hear while the assistant speaks, block by block.

AEC3 silences even a loud person who begins to speak in the middle of a sentence, and lets a whisper
of the echo pass now and then. Powers tell: where next to nothing could be subtracted from what the
microphone heard, the sound is a person's; where next to nothing is left, it is nobody's.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.int16]

KEPT_OF_ECHO = 0.8
KEPT_OF_PERSON = 0.95
KEPT_WRONGLY = 1.1
"""The share of the microphone's power that is left by the subtraction: with less than the first it
may be an echo, with more than the second it is a person, and above the third it is the subtraction
that is heard."""

PERSON_BELOW_LOUDEST = 10 ** (-15 / 10)
LOUDEST_FADES = 0.95
"""The loudest sound of the last second or so, fading 11 dB a second: what is 15 dB softer may be
what rings on in the room."""

LEFT_OF_PERSON = 10 ** (-18 / 10)
"""A person as loud as the echo, or half as loud, leaves more of the power than this."""


class PersonDetector:
    """Compares the stages of echo cancellation; for one thread."""

    def __init__(self) -> None:
        """Begin in silence."""
        self._before = (0.0, 0.0)
        self._loudest = 0.0

    def voices(self, heard: Samples, left: Samples, softened: Samples, cleared: Samples) -> Samples:
        """Return the block to look for voices in; all of one length.

        `heard` by the microphone, `left` by the subtraction; `softened` of that, and `cleared` by
        AEC3, are the block before them.
        """
        now = power(heard), power(left)
        both_heard, both_left = now[0] + self._before[0], now[1] + self._before[1]
        self._before = now
        self._loudest = max(self._loudest * LOUDEST_FADES, both_heard)
        share = self._person_share(both_heard, both_left)
        voices: Samples = np.rint(share * softened + (1.0 - share) * cleared).astype(np.int16)
        if power(voices) < LEFT_OF_PERSON * both_heard / 2.0:
            return np.zeros_like(voices)
        return voices

    def _person_share(self, heard: float, left: float) -> float:
        """How sure it is, 0 to 1, that what is heard is mostly a person."""
        kept = left / (heard + 1.0)
        if left < PERSON_BELOW_LOUDEST * self._loudest or kept > KEPT_WRONGLY:
            return 0.0
        return min(max((kept - KEPT_OF_ECHO) / (KEPT_OF_PERSON - KEPT_OF_ECHO), 0.0), 1.0)


def power(samples: Samples) -> float:
    """Return the mean square, in squared sample steps."""
    return float(np.mean(samples.astype(np.float64) ** 2))
