"""The diary on disk: SQLite, for its owner alone; nothing is there before the person wants one.

What a call has returned from is on the disk. Several processes may use the same diary. A file that
turns out to be damaged is moved aside, whole, and a new one is begun. That one is kept on only
where this process knew that the person wants it: a damaged file does not tell.
"""

from __future__ import annotations

import errno
import fcntl
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from voice_skill.diary.rows import Contents, contents_of, note, set_kept
from voice_skill.diary.schema import DamagedError, connect, create_file, translated
from voice_skill.domain.diary import Episode, Moment
from voice_skill.domain.errors import DiaryError
from voice_skill.files.private_folder import private_folder

WAIT_SECONDS = 1.0
"""How long a call waits for another program that holds the diary."""

LOCK_SECONDS = 0.05
"""Between two tries to be alone with the file."""

JOURNALS = ("-wal", "-shm", "-journal")

T = TypeVar("T")


class DiaryStore:
    """One user's diary. For one thread at a time; every method may raise DiaryError.

    `now` names the moment in the name of a file that is set aside.
    """

    def __init__(
        self, path: Path, now: Callable[[], Moment], *, wait_seconds: float = WAIT_SECONDS
    ) -> None:
        """Open nothing yet."""
        self.path = path
        self.wanted = False
        """Whether the person was last known to want it kept on, read or told in this process."""
        self._set_aside: Path | None = None
        self._now = now
        self._wait_seconds = wait_seconds
        self._connection: sqlite3.Connection | None = None
        self._inode = (0, 0)
        self._seen: tuple[object, ...] = ()
        self._writes = 0

    # -------------------------------------------------------------- reading

    def contents(self) -> Contents:
        """Return all that is there; a diary that does not exist is not made."""
        contents = self._carry_out(contents_of, write=False) or Contents()
        self.wanted = contents.kept
        return contents

    def has_changed(self) -> bool:
        """Whether there may be something else than when this was asked last, by whomever."""
        seen: tuple[object, ...] = ("none",)
        try:
            connection = self._open()
            if connection is not None:
                with _translating():
                    version = connection.execute("PRAGMA data_version").fetchone()[0]
                seen = (self._inode, version, self._writes)
        except DamagedError:
            return True  # whoever reads it now sets it aside
        changed = seen != self._seen
        self._seen = seen
        return changed

    # -------------------------------------------------------------- writing

    def keep(self, on: bool) -> None:
        """Begin to keep a diary, or stop; what was noted stays. The file is made by `on`."""
        if on:
            self._create()
        else:
            self.wanted = False  # whatever comes of it
        self._carry_out(lambda connection: set_kept(connection, on))
        self.wanted = on

    def note(self, episode: Episode) -> int | None:
        """Store an episode, or what has become of one that has an id; return its id.

        None: it was deleted in the meantime, or no diary is kept any more; then nothing is stored.
        """
        number = self._carry_out(lambda connection: note(connection, episode))
        if episode.id is None:
            self.wanted = number is not None
        return number

    def remove(self, number: int) -> None:
        """Delete one episode."""
        self._carry_out(
            lambda connection: connection.execute("DELETE FROM episode WHERE id = ?", (number,))
        )
        self._shorten_journal()

    def clear(self) -> None:
        """Delete the diary: every file of it, with its journals and what was set aside."""
        self.wanted = False
        if not self.path.parent.is_dir():
            return
        with self._alone():
            try:
                connection = self._open()
                if connection is not None:
                    _emptied(connection)
            except (DamagedError, DiaryError) as error:
                if isinstance(error, DiaryError) and error.trouble == "locked":
                    raise  # another program is writing: it would not notice
            self._shorten_journal()
            with _translating():
                for path in self._files():
                    path.unlink(missing_ok=True)
            self.close()
            with _translating():
                _sync_folder(self.path.parent)

    def close(self) -> None:
        """Close the file; the next call opens it again."""
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
        self._connection = None

    def take_set_aside(self) -> Path | None:
        """Return the damaged file that was moved aside since this was asked last."""
        path, self._set_aside = self._set_aside, None
        return path

    # -------------------------------------------------------------- the file

    def _carry_out(
        self, action: Callable[[sqlite3.Connection], T], *, write: bool = True
    ) -> T | None:
        """Run `action` in a transaction on the present file; None where there is no diary.

        A damaged file is set aside and the action tried once more, on a new one.
        """
        try:
            return self._once(action, write=write)
        except DamagedError:
            self._move_aside()
        try:
            return self._once(action, write=write)
        except DamagedError as error:
            raise DiaryError(f"the diary is damaged: {error}") from error

    def _once(self, action: Callable[[sqlite3.Connection], T], *, write: bool) -> T | None:
        while (connection := self._open()) is not None:
            with _translating(), _transaction(connection, write=write):
                if not self._is_present():
                    continue  # deleted while we waited for our turn
                result = action(connection)
            self._writes += write
            return result
        return None

    def _open(self) -> sqlite3.Connection | None:
        """Return the connection to the file that stands at the path now; None without one."""
        if self._connection is not None and self._is_present():
            return self._connection
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None
        with _translating():
            if not self.path.exists():
                return None
            private_folder(self.path.parent)
        with _translating():
            self._connection = connect(self.path, self._wait_seconds)
            status = self.path.stat()
        self._inode = (status.st_dev, status.st_ino)
        return self._connection

    def _is_present(self) -> bool:
        """Whether the file that is open still is the diary: nobody has deleted or replaced it."""
        try:
            status = self.path.stat()
        except OSError:
            return False
        return (status.st_dev, status.st_ino) == self._inode

    def _create(self) -> None:
        with _translating():
            private_folder(self.path.parent)
        with self._alone(), _translating():
            if not self.path.exists():
                for journal in self._journals(self.path):
                    journal.unlink(missing_ok=True)
                create_file(self.path)
                _sync_folder(self.path.parent)

    def _move_aside(self) -> None:
        """Keep a damaged file under another name, and begin a new diary as the person wanted it."""
        name = f"{self.path.stem}.damaged-{self._now():%Y%m%d-%H%M%S}{self.path.suffix}"
        aside = self.path.with_name(name)
        number = 1
        while aside.exists():
            number += 1
            aside = self.path.with_name(f"{Path(name).stem}-{number}{self.path.suffix}")
        self.close()
        with self._alone(), _translating():
            for path in (self.path, *self._journals(self.path)):
                if path.exists():
                    path.rename(path.with_name(path.name.replace(self.path.name, aside.name)))
        self._create()
        if self.wanted:
            self._carry_out(lambda connection: set_kept(connection, True))
        self._set_aside = aside

    def _files(self) -> list[Path]:
        """Return the diary, its journals and all that was set aside."""
        aside = [*self.path.parent.glob(f"{self.path.stem}.damaged-*")]
        return [self.path, *self._journals(self.path), *aside]

    @staticmethod
    def _journals(path: Path) -> list[Path]:
        return [path.with_name(path.name + ending) for ending in JOURNALS]

    def _shorten_journal(self) -> None:
        """Write what is deleted over, and empty the journal that still holds it."""
        if self._connection is not None:
            with suppress(sqlite3.Error):  # a reader may be in the way: then the next one does it
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _lock(self, folder: int) -> None:
        """Lock a folder that another process may hold; DiaryError after as long as for SQLite."""
        pause = threading.Event()
        for tries_left in reversed(range(round(self._wait_seconds / LOCK_SECONDS) + 1)):
            with suppress(BlockingIOError):
                fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            if tries_left:
                pause.wait(LOCK_SECONDS)
        raise DiaryError(
            "another program holds the diary", trouble="locked", hint="Close it and try again."
        )

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other processes from making, moving or deleting the file."""
        with _translating():
            folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            with _translating():
                self._lock(folder)
            yield
        finally:
            os.close(folder)


# ------------------------------------------------------------------ transactions


@contextmanager
def _translating() -> Iterator[None]:
    """Turn errors of SQLite and of the disk into the diary's own."""
    try:
        yield
    except sqlite3.Error as error:
        raise translated(error) from error
    except OSError as error:
        raise DiaryError(
            f"the diary cannot be used: {error.strerror or error}",
            trouble="full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "failed",
            hint="See that the folder of the diary is yours and has space.",
        ) from error


@contextmanager
def _transaction(connection: sqlite3.Connection, *, write: bool) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE" if write else "BEGIN")
    try:
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _emptied(connection: sqlite3.Connection) -> None:
    with _translating(), _transaction(connection, write=True):
        connection.execute("DELETE FROM episode")
        connection.execute("DELETE FROM setting")


def _sync_folder(folder: Path) -> None:
    """Have the folder's own change on the disk, too: a deleted diary must not come back."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
