"""Files that are known by their SHA-256, from lists that are shipped with the program."""

from __future__ import annotations

import hashlib
import importlib.resources
import json
from collections.abc import Mapping
from pathlib import Path

STAMP = "installed.json"
"""Written beside a model's files: their sizes, so that a start need not hash them all."""

_BLOCK = 2**20


def shipped_list(name: str) -> Mapping[str, str]:
    """Return a list of `models/` as posix path -> SHA-256."""
    try:
        text = (importlib.resources.files("voice_skill.models") / name).read_text("ascii")
    except (ModuleNotFoundError, FileNotFoundError):
        # A checkout that was never installed: the folder is not yet mapped into the package.
        text = (Path(__file__).parents[2] / "models" / name).read_text("ascii")
    pairs = (line.split() for line in text.splitlines() if line.strip())
    return {path: digest for digest, path in pairs}


def complaints(folder: Path, files: Mapping[str, str]) -> tuple[str, ...]:
    """Hash the listed files in `folder`; return what is wrong with each that is not as listed."""
    found = ((folder / name, _complaint(folder / name, digest)) for name, digest in files.items())
    return tuple(f"{path}: {complaint}" for path, complaint in found if complaint)


def _complaint(path: Path, digest: str) -> str | None:
    try:
        if not path.is_file():
            return "missing"
        if digest_of(path) != digest:
            return "differs from the file that belongs here"
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    return None


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file; OSError when it cannot be read."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def note_sizes(folder: Path, files: Mapping[str, str]) -> None:
    """Note the sizes of the listed files beside them; OSError where that cannot be written."""
    sizes = {name: _size(folder / name) for name in files}
    note = json.dumps({"list": _list_id(files), "sizes": sizes}, indent=1)
    (folder / STAMP).write_text(note + "\n", "ascii")


def have_noted_sizes(folder: Path, files: Mapping[str, str]) -> bool | None:
    """Say whether the files have the sizes that were noted for this list; None without a note."""
    try:
        note = json.loads((folder / STAMP).read_text("ascii"))
    except (OSError, ValueError):
        return None
    if not isinstance(note, dict) or note.get("list") != _list_id(files):
        return None
    sizes = note.get("sizes")
    if not isinstance(sizes, dict) or not all(isinstance(sizes.get(n), int) for n in files):
        return None
    return all(_size(folder / name) == sizes[name] for name in files)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1


def _list_id(files: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(sorted(files.items())).encode()).hexdigest()
