"""The diary's file: how it is opened, its schema and the steps from an older one.

The schema's number is SQLite's `user_version`. A step is never changed once it was released: a new
schema is a new step.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from voice_skill.domain.errors import DiaryError, DiaryTrouble

OWNER_ONLY_FILE = 0o600

STEPS = (
    (
        "CREATE TABLE setting (name TEXT PRIMARY KEY, value INTEGER NOT NULL)",
        """
        CREATE TABLE episode (
          id INTEGER PRIMARY KEY AUTOINCREMENT,  -- the order in which they were noted
          utc_ms INTEGER NOT NULL CHECK (typeof(utc_ms) = 'integer'
                                         AND utc_ms BETWEEN 0 AND 32503680000000),
          offset_minutes INTEGER NOT NULL CHECK (offset_minutes BETWEEN -1439 AND 1439),
          site TEXT,
          side TEXT,
          sensation TEXT,
          trigger TEXT,
          hours REAL,
          routine TEXT,
          helped INTEGER CHECK (helped IN (0, 1))
        )
        """,
    ),
    ("ALTER TABLE episode ADD COLUMN timing TEXT",),  # told: night, morning, day
)
"""Schema 1, and the step from each schema to the next."""

VERSION = len(STEPS)

_MAGIC = b"SQLite format 3\0"


class DamagedError(Exception):
    """The file is no diary, or one that SQLite finds broken."""


def connect(path: Path, wait_seconds: float) -> sqlite3.Connection:
    """Open a diary that exists, bring it to the present schema, and look it over.

    DamagedError for a file that is none; DiaryError for one that cannot be used now, or was
    written by a later program. `wait_seconds`: how long another program may hold it.
    """
    with path.open("rb") as file:
        begin = file.read(len(_MAGIC))
    if begin and begin != _MAGIC:  # SQLite takes the shortest of them for an empty file
        raise DamagedError("file is not a database")
    connection = sqlite3.connect(
        path, timeout=wait_seconds, isolation_level=None, check_same_thread=False
    )
    try:
        _prepare(connection)
    except BaseException as error:
        connection.close()
        if isinstance(error, sqlite3.Error):
            raise translated(error) from error
        raise
    return connection


def create_file(path: Path) -> None:
    """Make an empty file for its owner alone; SQLite gives its journals the same mode."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ONLY_FILE))


def _prepare(connection: sqlite3.Connection) -> None:
    version = _version(connection)
    if version > VERSION:
        raise DiaryError(
            "the diary was written by a later version of this program",
            trouble="newer",
            hint="Use that version; the diary was not touched.",
        )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")  # a confirmed episode outlives a power cut
    connection.execute("PRAGMA secure_delete = ON")
    if version < VERSION:
        _migrate(connection)
    if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
        raise DamagedError
    connection.execute("SELECT id, timing FROM episode LIMIT 1")
    connection.execute("SELECT value FROM setting LIMIT 1")


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _migrate(connection: sqlite3.Connection) -> None:
    """Take all steps that are missing in one transaction: whole or not at all."""
    connection.execute("BEGIN EXCLUSIVE")
    try:
        for step in STEPS[_version(connection) :]:  # another process may have been faster
            for statement in step:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def translated(error: sqlite3.Error) -> Exception:
    """Return what an error of SQLite means for a diary: DamagedError or DiaryError.

    Told apart by SQLite's own English, because Python 3.10 gives no error codes.
    """
    text = str(error)
    if "malformed" in text or "not a database" in text or "no such" in text:
        return DamagedError(text)
    trouble: DiaryTrouble = "failed"
    hint = "See that the folder of the diary is yours and can be written."
    if "full" in text:
        trouble, hint = "full", "Make room on the disk; then say it again."
    elif "locked" in text or "busy" in text:
        trouble, hint = "locked", "Another program holds the diary; close it and try again."
    return DiaryError(f"the diary cannot be used: {text}", trouble=trouble, hint=hint)
