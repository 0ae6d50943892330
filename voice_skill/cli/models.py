"""`voice-skill model`: install, verify and locate the speech model."""

from __future__ import annotations

from collections.abc import Callable

import click

from voice_skill.cli.options import Settings, pass_settings, shared_options
from voice_skill.terminal.progress import byte_progress


@click.group(epilog="Example: voice-skill model install")
@shared_options
def model() -> None:
    """Install, verify or locate the speech model."""


@model.command(epilog="Example: voice-skill model install --from vosk-model-small-en-us-0.15.zip")
@click.option("--from", "source", metavar="PATH_OR_URL", help="A folder, archive or address.")
@shared_options
@pass_settings
def install(settings: Settings, source: str | None) -> int:
    """Install the speech model: from its official address, else from PyPI, or from --from."""
    from voice_skill.speech import model_store

    folder = settings.model_folder()
    if folder.is_dir() and source is None and not model_store.verify(folder):
        if not settings.quiet:
            click.echo(f"The speech model is installed and whole: {folder}")
        return 0
    with byte_progress("speech model", quiet=settings.quiet) as progress:
        model_store.install(folder, source, progress, notify=_teller(settings))
    if not settings.quiet:
        click.echo(f"Installed: {folder}")
    return 0


def _teller(settings: Settings) -> Callable[[str], None]:
    def tell(sentence: str) -> None:
        if not settings.quiet:
            click.echo(sentence, err=True)

    return tell


@model.command(epilog="Example: voice-skill model verify")
@shared_options
@pass_settings
def verify(settings: Settings) -> int:
    """Check every file of the speech model against its SHA-256."""
    from voice_skill.domain.errors import ModelError
    from voice_skill.speech import model_store

    folder = settings.model_folder()
    problems = model_store.verify(folder)
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        message = f"the speech model in {folder} is missing or damaged"
        raise ModelError(message, hint="run: voice-skill model install")
    if not settings.quiet:
        click.echo(f"Every file is as it should be: {folder}")
    return 0


@model.command(epilog="Example: ls $(voice-skill model path)")
@shared_options
@pass_settings
def path(settings: Settings) -> int:
    """Print the folder of the speech model."""
    click.echo(settings.model_folder())
    return 0
