"""The manner of speaking: how loud, how fast and how much, by day, by night and in a whisper.

Pure: whoever runs a conversation looks at the wall clock and tells the dialogue when the night
begins and ends (`events.NightChanged`); what a person asks for (louder, quieter, whisper) changes
the manner, too. Decibels are relative to full scale of the player.
"""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass, replace
from typing import Literal, get_args

NightMode = Literal["auto", "on", "off"]
"""`auto`: by the clock."""

NIGHT_MODES: tuple[NightMode, ...] = get_args(NightMode)

LOUDEST_DB = 0.0
NIGHT_LOUDEST_DB = -4.0
"""The ceiling while it is night, whatever was asked for."""

QUIETEST_DB = -24.0
"""The floor: speech that cannot be made out helps nobody."""

WARNING_FLOOR_DB = -6.0
"""A warning message is never spoken more quietly than this."""

STEP_DB = 4.0
"""One `louder` or `quieter`."""

NIGHT_DB, WHISPER_DB = -8.0, -14.0
"""How much more quietly than by day."""

SOFT_DB = -6.0
"""How much more quietly the last words before a silence are spoken."""

NIGHT_RATE, WHISPER_RATE = 0.9, 0.85
"""Speaking rate as a share of the usual one."""

_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class NightHours:
    """When it is night by the clock on the wall, in minutes after midnight: `begins` up to `ends`.

    It may go over midnight. Where both are the same minute there is no night.
    """

    begins: int = 22 * 60
    ends: int = 7 * 60

    def __post_init__(self) -> None:
        """ValueError for a minute that no day has."""
        if not all(0 <= minute < _MINUTES for minute in (self.begins, self.ends)):
            raise ValueError(f"not minutes of a day: {self.begins}, {self.ends}")

    def holds(self, moment: datetime.datetime) -> bool:
        """Whether it is night at a moment of local time.

        Only the face of the clock counts, so an hour that daylight saving skips or repeats, and a
        clock that is set, need no care.
        """
        minute = moment.hour * 60 + moment.minute
        if self.begins <= self.ends:
            return self.begins <= minute < self.ends
        return minute >= self.begins or minute < self.ends


USUAL_NIGHT = NightHours()
"""22:00 to 07:00."""


def is_night(mode: NightMode, hours: NightHours, moment: datetime.datetime) -> bool:
    """Whether the night's manner holds at a moment of local time."""
    return hours.holds(moment) if mode == "auto" else mode == "on"


@dataclass(frozen=True, slots=True)
class NightRules:
    """What the content decides about the night.

    `sentences`: the most of a statement that has no `short` form of its own. After
    `silence_seconds` an open question is dropped, after `paused_seconds` a routine that waits.
    """

    sentences: int = 1
    silence_seconds: float = 30.0
    paused_seconds: float = 600.0


@dataclass(frozen=True, slots=True)
class Manner:
    """How the assistant speaks and listens now.

    `loudness_db` is what was set and asked for, `night` what the clock or an option says;
    `whispering` was asked for and lasts until `louder`.
    """

    loudness_db: float = LOUDEST_DB
    night: bool = False
    whispering: bool = False

    @property
    def hushed(self) -> bool:
        """Whether the night's rules hold: short answers, no question that is not needed."""
        return self.night or self.whispering

    @property
    def slow_speech(self) -> bool:
        """Whether the person may speak slowly, with pauses in the middle of a sentence."""
        return self.hushed

    @property
    def rate(self) -> float:
        """Speaking rate, as a share of the usual one; a warning has its own."""
        if self.whispering:
            return WHISPER_RATE
        return NIGHT_RATE if self.night else 1.0

    @property
    def level_db(self) -> float:
        """How loud it speaks."""
        return _between(QUIETEST_DB, self.loudness_db + self._offset_db, self._ceiling_db)

    @property
    def gain(self) -> float:
        """The player's volume, from 0 to 1."""
        return gain_of(self.level_db)

    @property
    def soft_share(self) -> float:
        """What the gain is multiplied by for the last words before a silence."""
        return gain_of(max(self.level_db + SOFT_DB, QUIETEST_DB) - self.level_db)

    def changed(self, steps: int) -> Manner:
        """Return it louder (positive) or quieter by steps; louder first of all ends a whisper."""
        if steps > 0 and self.whispering:
            return replace(self, whispering=False)
        level = _between(QUIETEST_DB, self.level_db + steps * STEP_DB, self._ceiling_db)
        return replace(self, loudness_db=level - self._offset_db)

    def whispered(self) -> Manner:
        """Return it in a whisper."""
        return replace(self, whispering=True)

    def at_night(self, night: bool) -> Manner:
        """Return it as the night begins or ends; what was asked for at night is not shouted by day.

        A whisper ends with the night in which it was asked for.
        """
        loudness = self.loudness_db if night else min(self.loudness_db, LOUDEST_DB)
        whispering = self.whispering and (night or not self.night)
        return Manner(loudness, night, whispering)

    @property
    def _offset_db(self) -> float:
        if self.whispering:
            return WHISPER_DB
        return NIGHT_DB if self.night else 0.0

    @property
    def _ceiling_db(self) -> float:
        return NIGHT_LOUDEST_DB if self.night else LOUDEST_DB


def gain_of(decibels: float) -> float:
    """Return the factor that a number of decibels stands for."""
    return float(10 ** (decibels / 20))


def decibels_of(gain: float) -> float:
    """Return a volume from 0 to 1 in decibels, `QUIETEST_DB` at least."""
    return max(20 * math.log10(gain), QUIETEST_DB) if gain > 0 else QUIETEST_DB


def _between(low: float, value: float, high: float) -> float:
    return min(max(value, low), high)
