"""How much the recogniser may cost: one profile for a laptop, one for a Raspberry Pi.

In both the bigram ("domain") and the open decoder hear every utterance in full; the exact one may
wait for the end, and then hears only what it can change (`ExactRun`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from voice_skill.speech.overlay import Decoding


class ExactRun(Enum):
    """When the exact decoder runs."""

    ALWAYS = auto()
    """With the others, on every block."""
    WHERE_IT_MATTERS = auto()
    """At the end, on the kept samples, where the others may have heard a legal sentence."""


@dataclass(frozen=True, slots=True)
class Profile:
    """How widely the decoders search, and how many alternatives each returns."""

    name: str
    decoding: Decoding = field(default_factory=Decoding)
    exact: ExactRun = ExactRun.ALWAYS
    domain_alternatives: int = 10
    exact_alternatives: int = 10
    open_alternatives: int = 3


LAPTOP = Profile("laptop")
PI = Profile("pi", Decoding(beam=8.0, max_active=1500, lattice_beam=4.0), ExactRun.WHERE_IT_MATTERS)

PROFILES: Mapping[str, Profile] = {profile.name: profile for profile in (LAPTOP, PI)}
"""The profiles by name."""
