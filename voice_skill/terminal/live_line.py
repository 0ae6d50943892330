"""The last line of the terminal while it listens: what is heard, where the routine is."""

from __future__ import annotations

import shutil
import sys

import click

from voice_skill.domain.phases import Progress

KEYS = "space pause/go on   enter next   s stop   q quit"


def routine_text(progress: Progress) -> str:
    """Return `ankle circles 3/8  4 of 10  [####......]  about 2 min left`."""
    parts = [f"{progress.routine} {progress.step}/{progress.steps}"]
    if progress.of > 1:
        filled = round(10 * progress.count / progress.of)
        parts.append(f"{progress.count} of {progress.of}  [{'#' * filled}{'.' * (10 - filled)}]")
    if progress.paused:
        parts.append("paused")
    minutes, seconds = divmod(round(progress.seconds_left), 60)
    parts.append(f"{minutes}:{seconds:02d} left")
    return "  ".join(parts)


def line_text(*, speaking: bool, partial: str, audible: bool, progress: Progress | None) -> str:
    """Return the line's text: who is speaking, what is made out, the routine, the keys."""
    if audible:
        who = "speaking"
    elif speaking:
        who = f"hearing: {partial or '...'}"
    else:
        who = "listening"
    routine = f"  |  {routine_text(progress)}" if progress is not None else ""
    return f"{who}{routine}  |  {KEYS}"


class LiveLine:
    """Draws the line in place on standard output; off a terminal it draws nothing."""

    def __init__(self, *, on: bool) -> None:
        """`on` says whether a live line is wanted; it also needs a terminal."""
        self._on = on and sys.stdout.isatty()
        self._drawn = ""

    def draw(self, text: str) -> None:
        """Show the text, cut to the terminal's width; nothing is written when it is the same."""
        if not self._on:
            return
        width = shutil.get_terminal_size().columns
        text = text[: width - 1]
        if text != self._drawn:
            click.echo(f"\r\x1b[2K{text}", nl=False)
            self._drawn = text

    def print_above(self, lines: list[str]) -> None:
        """Print lines that stay, above the live line."""
        if not lines:
            return
        if self._on:
            click.echo("\r\x1b[2K", nl=False)
        click.echo("\n".join(lines))
        self._drawn = ""

    def end(self) -> None:
        """Leave a clean line behind."""
        if self._on:
            click.echo("\r\x1b[2K", nl=False)
