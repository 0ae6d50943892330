"""Installing the speech model, and checking that it is whole.

Every file is compared with its SHA-256 from the list that comes with the program, whatever it
came from. A model is put together in a temporary folder beside its place and then renamed, so
there is always a whole model or none.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.resources
import json
import os
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import platformdirs

from voice_skill.domain.errors import ModelError
from voice_skill.speech.archive import MEMBER_LIMIT, Member, open_source
from voice_skill.speech.model_sources import (
    OFFICIAL_ADDRESS,
    Progress,
    download_official,
    download_wheel,
    local_path,
)

MODEL_NAME = "vosk-model-small-en-us-0.15"
INSTALL_COMMAND = "voice-skill model install"
STAMP = "installed.json"
"""Written beside the model's files: their sizes, so that a start need not hash 70 MB."""

_BLOCK = 2**20
_LIST = "model-files.sha256"
_PART = ".part"


def default_folder(checkout: Path | None) -> Path:
    """Return where the model belongs: `models/` of a checkout, else the user's data folder."""
    base = checkout if checkout is not None else platformdirs.user_data_path("voice-skill")
    return base / "models" / MODEL_NAME


def listed_files() -> Mapping[str, str]:
    """Return the model's files as posix path -> SHA-256, from the list shipped with the program."""
    try:
        text = (importlib.resources.files("voice_skill.models") / _LIST).read_text("ascii")
    except (ModuleNotFoundError, FileNotFoundError):
        # A checkout that was never installed: the folder is not yet mapped into the package.
        text = (Path(__file__).parents[2] / "models" / _LIST).read_text("ascii")
    pairs = (line.split() for line in text.splitlines() if line.strip())
    return {path: digest for digest, path in pairs}


def verify(folder: Path, files: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Hash every file of the model in `folder`; return what is wrong, nothing when it is whole.

    `files` (posix path -> SHA-256) is the shipped list unless given.
    """
    if not folder.is_dir():
        return (f"{folder}: the speech model is not there",)
    expected = listed_files() if files is None else files
    complaints = ((folder / n, _complaint(folder / n, digest)) for n, digest in expected.items())
    return tuple(f"{path}: {complaint}" for path, complaint in complaints if complaint)


def _complaint(path: Path, digest: str) -> str | None:
    try:
        if not path.is_file():
            return "missing"
        if _digest(path) != digest:
            return "differs from the file that belongs here"
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    return None


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def require(folder: Path, files: Mapping[str, str] | None = None) -> Path:
    """Return `folder` when the model in it is fit for use; cheap enough for every start.

    Compares file sizes with those noted when the model was installed or last verified; without
    such a note the files are hashed once. Raises ModelError with the one command that mends it.
    """
    expected = listed_files() if files is None else files
    if not folder.is_dir():
        raise ModelError(
            f"The speech model is not installed ({folder} is not there).",
            hint=f"Run `{INSTALL_COMMAND}` once; it fetches 40 MB.",
        )
    noted = _noted_sizes(folder, expected)
    if noted is not None and all(_size(folder / name) == noted[name] for name in expected):
        return folder
    if problems := verify(folder, expected):
        raise ModelError(
            f"The speech model is damaged: {problems[0]}.",
            hint=f"Run `{INSTALL_COMMAND}`; it replaces the damaged model.",
        )
    with suppress(OSError):  # a read-only model is hashed at every start instead
        _note_sizes(folder, expected)
    return folder


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1


def _list_id(files: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(sorted(files.items())).encode()).hexdigest()


def _note_sizes(folder: Path, files: Mapping[str, str]) -> None:
    sizes = {name: _size(folder / name) for name in files}
    note = json.dumps({"list": _list_id(files), "sizes": sizes}, indent=1)
    (folder / STAMP).write_text(note + "\n", "ascii")


def _noted_sizes(folder: Path, files: Mapping[str, str]) -> Mapping[str, int] | None:
    try:
        note = json.loads((folder / STAMP).read_text("ascii"))
    except (OSError, ValueError):
        return None
    if not isinstance(note, dict) or note.get("list") != _list_id(files):
        return None
    sizes = note.get("sizes")
    if not isinstance(sizes, dict) or not all(isinstance(sizes.get(n), int) for n in files):
        return None
    return {name: sizes[name] for name in files}


def install(
    destination: Path,
    source: str | None,
    progress: Progress,
    *,
    notify: Callable[[str], None] = lambda _: None,
    files: Mapping[str, str] | None = None,
    address: str = OFFICIAL_ADDRESS,
) -> Path:
    """Put a whole, checked model at `destination` and return it.

    `source`: a folder, archive, wheel or URL; None tries `address` and then the wheel on PyPI.
    `progress(done, total)` counts bytes: of the download, or of the copy when nothing is
    downloaded. `notify` is told in a sentence what is being tried. A whole model stays as it is,
    a damaged one is replaced only once its replacement is complete. An interruption (also
    KeyboardInterrupt) leaves what was there before. Raises ModelError.
    """
    expected = listed_files() if files is None else files
    try:
        if not verify(destination, expected):
            _note_sizes(destination, expected)
            return destination
        destination.parent.mkdir(parents=True, exist_ok=True)
        with _alone(destination.parent):
            _remove_leftovers(destination)
            if not verify(destination, expected):  # another process has just installed it
                return destination
            _install_first(_attempts(source, address, progress), destination, expected, notify)
    except OSError as error:
        raise ModelError(
            f"The speech model cannot be written to {destination}: {error.strerror or error}.",
            hint="Free 150 MB there and make the folder writable, or choose another with --model.",
        ) from error
    return destination


Attempt = tuple[str, Callable[[Path], Path], Progress]
"""What is tried, in words; how it gets to a local path; who hears of the copying."""


def _attempts(source: str | None, address: str, progress: Progress) -> tuple[Attempt, ...]:
    def silent(done: int, total: int) -> None:
        pass

    if source is not None:
        # A download has filled the bar already; only a local copy is worth another.
        copied = silent if source.startswith(("http://", "https://")) else progress
        return ((f"Taking {source}.", lambda s: local_path(source, s, progress), copied),)
    return (
        (f"Downloading {address}.", lambda s: download_official(s, progress, address), silent),
        ("Fetching the same files from a package on PyPI.", download_wheel, progress),
    )


def _install_first(
    attempts: tuple[Attempt, ...],
    destination: Path,
    files: Mapping[str, str],
    notify: Callable[[str], None],
) -> None:
    """Install from the first attempt that gives a whole model; ModelError when none does."""
    failures: list[ModelError] = []
    for sentence, fetch, progress in attempts:
        notify(sentence)
        try:
            _install_from(fetch, destination, files, progress)
        except ModelError as error:
            notify(str(error))
            failures.append(error)
        else:
            return
    reasons = " ".join(str(error) for error in failures)
    raise ModelError(reasons, hint=failures[-1].hint) from failures[-1]


def _install_from(
    fetch: Callable[[Path], Path],
    destination: Path,
    files: Mapping[str, str],
    progress: Progress,
) -> None:
    prefix = f".{destination.name}."
    with tempfile.TemporaryDirectory(_PART, prefix, destination.parent) as name:
        scratch = Path(name)
        fresh = scratch / "fresh" / destination.name
        fresh.mkdir(parents=True)
        with open_source(fetch(scratch), files) as members:
            _copy_all(members, files, fresh, progress)
        _note_sizes(fresh, files)
        _put_in_place(fresh, destination, scratch / "old")


def _copy_all(
    members: Mapping[str, Member], files: Mapping[str, str], target: Path, progress: Progress
) -> None:
    total = sum(member.size for member in members.values())
    done = 0
    for name, digest in files.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        for size in _copy_checked(name, members[name], digest, path):
            done += size
            progress(done, total)


def _copy_checked(name: str, member: Member, digest: str, path: Path) -> Iterator[int]:
    """Copy one file and yield the size of each block; ModelError when it is not the listed one."""
    found = hashlib.sha256()
    size = 0
    try:
        with _opened(name, member) as stream, path.open("wb") as out:
            while block := stream.read(_BLOCK):
                size += len(block)
                if size > MEMBER_LIMIT:
                    raise _unfit(name, "is far too large")
                found.update(block)
                out.write(block)
                yield len(block)
            out.flush()
            os.fsync(out.fileno())  # a small computer that loses power keeps no empty files
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise _unfit(name, f"cannot be unpacked ({error})") from error
    if found.hexdigest() != digest:
        raise _unfit(name, "is not the file that belongs there (its SHA-256 differs)")


def _opened(name: str, member: Member) -> IO[bytes]:
    try:
        return member.open()
    except OSError as error:  # told apart from a failure to write
        raise _unfit(name, f"cannot be read ({error.strerror or error})") from error


def _unfit(name: str, reason: str) -> ModelError:
    return ModelError(
        f"Nothing was installed: {name} {reason}.",
        hint=f"Try again; if it happens again, fetch {OFFICIAL_ADDRESS} by hand and run "
        f"`{INSTALL_COMMAND} --from FILE`.",
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
