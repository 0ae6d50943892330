"""When something began, as content writes it, and how long ago that is.

A list value of a duration is a number of hours or one of these: `weekday monday`, `this monday`,
`month january`, `clock 2.5` (half past two, by day or night), `hour 14.5` (half past two in the
afternoon), `daypart morning`.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal["weekday", "this", "month", "clock", "hour", "daypart"]

KINDS: tuple[str, ...] = get_args(Kind)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
DAYPARTS = ("morning", "afternoon", "evening", "tonight", "night")
"""`night` is last night."""

DAY_HOURS = 24.0
SHORTEST_HOURS = 1 / 60
"""What began this very minute began a minute ago."""

_HALF_DAY = 12.0
_SINCE = {"morning": 8.0, "afternoon": 14.0, "evening": 19.0, "tonight": 20.0, "night": 22.0}
_EARLIEST = {"morning": 5.0, "afternoon": 12.0, "evening": 17.0, "tonight": 17.0}
_USUAL_HOURS = {"morning": 6.0, "afternoon": 3.0, "evening": 2.0, "tonight": 2.0, "night": 8.0}


@dataclass(frozen=True, slots=True)
class Start:
    """A start; `value` is the hour of `clock` and `hour`, else the place in its list of names."""

    kind: Kind
    value: float


def read_start(text: str) -> Start:
    """Read what content writes; ValueError, with a sentence for its author, if it is no start."""
    kind, _, rest = text.partition(" ")
    match kind:
        case "weekday" | "this":
            return Start(kind, _named(rest, WEEKDAYS, "weekday"))
        case "month":
            return Start(kind, _named(rest, MONTHS, "month"))
        case "daypart":
            return Start(kind, _named(rest, DAYPARTS, "part of the day"))
        case "clock" | "hour":
            return Start(kind, _hour(rest, _HALF_DAY if kind == "clock" else DAY_HOURS))
        case _:
            raise ValueError(f"begins with none of: {', '.join(KINDS)}")


def hours_since(start: Start, moment: datetime.datetime | None) -> float | None:
    """Return the hours from `start` to `moment` (local wall time); None where that is not known.

    Days count as whole days. A weekday of today's name is a week ago, unless it is `this` one.
    Without a moment only a part of the day has a length: what is usual.
    """
    if moment is None:
        return _USUAL_HOURS[DAYPARTS[int(start.value)]] if start.kind == "daypart" else None
    now = moment.hour + moment.minute / 60
    match start.kind:
        case "weekday":
            return DAY_HOURS * ((moment.weekday() - int(start.value)) % 7 or 7)
        case "this":
            days = (moment.weekday() - int(start.value)) % 7
            return DAY_HOURS * days if days else max(now, SHORTEST_HOURS)
        case "month":
            return max(_since_month(int(start.value) + 1, moment), SHORTEST_HOURS)
        case "clock":
            return max((now - start.value) % _HALF_DAY, SHORTEST_HOURS)
        case "hour":
            return max((now - start.value) % DAY_HOURS, SHORTEST_HOURS)
        case "daypart":
            return max(_since_daypart(DAYPARTS[int(start.value)], now), SHORTEST_HOURS)


def _since_month(month: int, moment: datetime.datetime) -> float:
    year = moment.year if month <= moment.month else moment.year - 1
    begin = moment.replace(
        year=max(year, 1), month=month, day=1, hour=0, minute=0, second=0, microsecond=0
    )
    return max((moment - begin).total_seconds() / 3600, 0.0)


def _since_daypart(name: str, now: float) -> float:
    """Count from the usual hour of the part of the day; from its first while that is to come."""
    if name == "night":
        return now + DAY_HOURS - _SINCE[name]
    if name == "morning" and now < _EARLIEST[name]:
        return now  # "this morning", said before dawn: the small hours
    if _EARLIEST[name] <= now < _SINCE[name]:
        return now - _EARLIEST[name]
    return (now - _SINCE[name]) % DAY_HOURS


def _named(name: str, names: tuple[str, ...], what: str) -> int:
    if name not in names:
        raise ValueError(f'"{name}" is no {what}; expected one of: {", ".join(names)}')
    return names.index(name)


def _hour(text: str, below: float) -> float:
    try:
        hour = float(text)
    except ValueError:
        hour = -1.0
    if not 0 <= hour < below:
        raise ValueError(f'"{text}" is no hour from 0 to under {below:g}')
    return hour
