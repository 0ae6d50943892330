"""The article's `more than a day or so`, seen from the diary: it lasts, or it keeps coming back.

Pure. What counts as the same complaint is wide, because people say `foot` one night and `toe` the
next, and the advice that follows costs nobody anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from voice_skill.domain.diary import Episode, Moment, Threshold, by_night, night_of_episode
from voice_skill.domain.symptoms import in_leg

_COUNTED = (None, "twitch", "cramp", "jerk")
"""Sensations of which the article speaks; tingling and pain are other matters."""

_HOUR = 3600.0
_DAY_HOURS = 24.0


@dataclass(frozen=True, slots=True)
class Recurrence:
    """What the diary knows of a complaint: on how many nights, and over how many hours."""

    nights: int
    hours: float


def recurrence(
    episodes: Iterable[Episode], present: Episode, threshold: Threshold
) -> Recurrence | None:
    """Return how the present complaint has come back, once that is past the threshold; else None.

    A clock that was put back makes an earlier episode stand in the future; then only the distance
    counts.
    """
    if present.sensation not in _COUNTED:
        return None
    earlier = [e for e in episodes if e.id != present.id or e.id is None]
    same = [e for e in earlier if _is_like(e, present) and _within(e, present.at, threshold)]
    dates = {night_of_episode(e) for e in (*same, present) if by_night(e)}
    hours = max((_hours_between(e.at, present.at) for e in same), default=0.0)
    past_nights = bool(same) and by_night(present) and len(dates) >= threshold.nights
    if past_nights or (same and hours >= threshold.hours):
        return Recurrence(len(dates), hours)
    return None


def _is_like(one: Episode, other: Episode) -> bool:
    if one.sensation not in _COUNTED:
        return False
    if one.site is None or other.site is None or one.site == other.site:
        return True
    return in_leg(one.site) and in_leg(other.site)


def _within(episode: Episode, now: Moment, threshold: Threshold) -> bool:
    return _hours_between(episode.at, now) <= threshold.within_days * _DAY_HOURS


def _hours_between(one: Moment, other: Moment) -> float:
    return abs((other - one).total_seconds()) / _HOUR
