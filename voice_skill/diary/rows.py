"""Episodes as rows of the diary's tables."""

from __future__ import annotations

import datetime
import sqlite3
from dataclasses import dataclass
from typing import Any

from voice_skill.domain.diary import Episode

_COLUMNS = (
    "utc_ms", "offset_minutes", "site", "side", "sensation", "timing", "trigger", "hours",
    "routine", "helped",
)  # fmt: skip
_INSERT = f"INSERT INTO episode ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"
_UPDATE = f"UPDATE episode SET {', '.join(f'{name} = ?' for name in _COLUMNS)} WHERE id = ?"
_SELECT = f"SELECT id, {', '.join(_COLUMNS)} FROM episode ORDER BY id"
_KEPT = "kept"
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
_MILLISECOND = datetime.timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Contents:
    """What a diary holds: whether one exists, whether it is kept on, and its episodes in order."""

    exists: bool = False
    kept: bool = False
    episodes: tuple[Episode, ...] = ()


def contents_of(connection: sqlite3.Connection) -> Contents:
    """Read everything."""
    episodes = tuple(_episode(*each) for each in connection.execute(_SELECT))
    return Contents(True, is_kept(connection), episodes)


def is_kept(connection: sqlite3.Connection) -> bool:
    """Whether episodes are to be noted."""
    row = connection.execute("SELECT value FROM setting WHERE name = ?", (_KEPT,)).fetchone()
    return bool(row and row[0])


def set_kept(connection: sqlite3.Connection, on: bool) -> None:
    """Say whether episodes are to be noted."""
    connection.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (_KEPT, int(on)))


def note(connection: sqlite3.Connection, episode: Episode) -> int | None:
    """Store an episode; None, with nothing stored, where that is not wanted any more."""
    values = _values(episode)
    if episode.id is None:
        return connection.execute(_INSERT, values).lastrowid if is_kept(connection) else None
    changed = connection.execute(_UPDATE, (*values, episode.id)).rowcount
    return episode.id if changed else None


def _values(episode: Episode) -> tuple[object, ...]:
    offset = episode.at.utcoffset() or datetime.timedelta()
    return (
        (episode.at - _EPOCH) // _MILLISECOND,
        round(offset.total_seconds() / 60),
        episode.site,
        episode.side,
        episode.sensation,
        episode.timing,
        episode.trigger,
        episode.hours,
        episode.routine,
        None if episode.helped is None else int(episode.helped),
    )


def _episode(number: int, utc_ms: int, offset_minutes: int, *values: object) -> Episode:
    zone = datetime.timezone(datetime.timedelta(minutes=offset_minutes))
    at = (_EPOCH + utc_ms * _MILLISECOND).astimezone(zone)
    told: Any = dict(zip(_COLUMNS[2:], values, strict=True))
    helped = told.pop("helped")
    return Episode(at, **told, helped=None if helped is None else bool(helped), id=number)
