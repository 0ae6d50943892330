"""`voice-skill diary`: what was noted, as a list, a file or a page; and an end to it."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from voice_skill.cli.options import Settings, pass_settings, shared_options
from voice_skill.cli.values import FILE
from voice_skill.domain.errors import UsageError

if TYPE_CHECKING:
    from voice_skill.diary.store import DiaryStore
    from voice_skill.domain.diary import Episode, Moment


def local_now() -> Moment:
    """Return the present moment with the offset of the machine's clock."""
    return datetime.datetime.now().astimezone()


@contextmanager
def _opened() -> Iterator[DiaryStore]:
    """Give the user's diary; one that was damaged is set aside, which is said."""
    from voice_skill.diary.store import DiaryStore
    from voice_skill.files.places import diary_path

    store = DiaryStore(diary_path(), local_now)
    try:
        yield store
    finally:
        store.close()
    aside = store.take_set_aside()
    if aside is not None:
        noted = "" if store.wanted else "; nothing is noted before `voice-skill diary on`"
        message = f"the diary was damaged; it is kept as {aside}, and a new one begun{noted}"
        click.echo(message, err=True)


def _episodes() -> tuple[Episode, ...]:
    with _opened() as store:
        return store.contents().episodes


@click.group(epilog="Example: voice-skill diary report --html diary.html")
@shared_options
def diary() -> None:
    """What you had noted: list, export, a page for your doctor, or delete it.

    Nothing is noted before `diary on`, or "keep a diary" while it listens.
    """


@diary.command("on")
@shared_options
@pass_settings
def diary_on(settings: Settings) -> int:
    """Begin to note what is reported in conversations, on this computer alone."""
    with _opened() as store:
        store.keep(True)
    settings.tell(f"a diary is kept in {store.path}; `voice-skill diary clear` deletes it")
    return 0


@diary.command("off")
@shared_options
@pass_settings
def diary_off(settings: Settings) -> int:
    """Note nothing more; what was noted stays."""
    with _opened() as store:
        store.keep(False)
        left = store.contents().exists
    settings.tell("nothing more is noted" + ("; what was noted stays" if left else ""))
    return 0


@diary.command("list")
@shared_options
@pass_settings
def diary_list(settings: Settings) -> int:
    """Print every entry, the first one first."""
    from voice_skill.terminal.diary import diary_lines

    episodes = _episodes()
    for line in diary_lines(episodes):
        click.echo(line)
    if not episodes:
        settings.tell("the diary holds no entry")
    return 0


@diary.command("export", epilog="Example: voice-skill diary export --csv diary.csv")
@click.option("--csv", "csv_file", type=FILE, metavar="FILE", help="Write CSV; - prints it.")
@click.option("--json", "json_file", type=FILE, metavar="FILE", help="Write JSON; - prints it.")
@shared_options
@pass_settings
def diary_export(settings: Settings, csv_file: Path | None, json_file: Path | None) -> int:
    """Write every entry to a file for you alone, or print it (JSON, where neither is named)."""
    from voice_skill.diary.export import as_csv, as_json
    from voice_skill.files.private_file import write_private

    if csv_file is None and json_file is None:
        json_file = Path("-")
    episodes = _episodes()
    for path, written in ((csv_file, as_csv), (json_file, as_json)):
        if path is None:
            continue
        if path == Path("-"):
            click.echo(written(episodes), nl=False)
        else:
            write_private(path, written(episodes))
            settings.tell(f"written: {path} ({len(episodes)} entries)")
    return 0


@diary.command("report", epilog="Example: voice-skill diary report --html diary.html")
@click.option("--html", type=FILE, metavar="FILE", required=True, help="The page to write.")
@shared_options
@pass_settings
def diary_report(settings: Settings, html: Path) -> int:
    """Write one printable page for your doctor: nights, times, places, what helped."""
    from voice_skill.diary.report import require_renderer, write_report

    require_renderer()
    knowledge = settings.load_skill().knowledge
    routines = knowledge.routines if knowledge is not None else {}
    names = {name: routine.spoken for name, routine in routines.items()}
    episodes = _episodes()
    write_report(html, episodes, names, local_now())
    settings.tell(f"written: {html} ({len(episodes)} entries)")
    return 0


def _sure() -> bool:
    """Ask; UsageError where nobody is there to answer."""
    from voice_skill.terminal.keyboard import is_terminal

    try:
        return click.confirm("Delete every entry of the diary for good?", err=True)
    except click.Abort:  # click's word for Ctrl+C and for the end of the input
        if is_terminal(sys.stdin):
            raise
        click.echo(err=True)  # after the question
        raise UsageError(
            "nothing was deleted: there is no terminal to ask on",
            hint="add --yes to delete the diary without being asked",
        ) from None


@diary.command("clear")
@click.option("--yes", is_flag=True, help="Do not ask.")
@shared_options
@pass_settings
def diary_clear(settings: Settings, *, yes: bool) -> int:
    """Delete the diary for good, with its journals and damaged copies; note nothing more."""
    if not yes and not _sure():
        raise UsageError("nothing was deleted")
    with _opened() as store:
        store.clear()
    settings.tell("the diary is deleted, and none is kept")
    return 0
