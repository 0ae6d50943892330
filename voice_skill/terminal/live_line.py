"""The last line of the terminal while it listens: what is heard, where the routine is."""

from __future__ import annotations

import logging
import shutil
import sys
from typing import Literal

import click

from voice_skill.domain.phases import Progress
from voice_skill.terminal.keyboard import is_terminal

LOG = logging.getLogger(__name__)

KEYS = "space wake/pause   enter next   s stop   m mute   q quit"


Waiting = Literal["", "muted", "asleep", "waiting to be called"]
"""Why what is said is not for the assistant."""


def routine_text(progress: Progress) -> str:
    """Return `ankle circles 3/8  your left foot  4 of 10  [####......]  2:05 left`."""
    parts = [f"{progress.routine} {progress.step}/{progress.steps}"]
    if progress.foot:
        parts.append(progress.foot)
    if progress.of > 1:
        filled = round(10 * progress.count / progress.of)
        parts.append(f"{progress.count} of {progress.of}  [{'#' * filled}{'.' * (10 - filled)}]")
    if progress.paused:
        parts.append("paused")
    minutes, seconds = divmod(round(progress.seconds_left), 60)
    parts.append(f"{minutes}:{seconds:02d} left")
    return "  ".join(parts)


def line_text(
    *,
    speaking: bool,
    partial: str,
    audible: bool,
    progress: Progress | None,
    attention: Waiting = "",
) -> str:
    """Return the line's text: who is speaking, what is made out, the routine, the keys.

    `attention`: why nobody is listened to just now, empty while somebody is. The words of those
    who are not for the assistant are not shown.
    """
    if attention == "muted":
        who = "MICROPHONE OFF, m turns it on"
    elif audible:
        who = "speaking"
    elif attention:
        who = attention
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
        self._on = on and is_terminal(sys.stdout)
        self._drawn = ""
        self.dim = False
        """Whether to write faintly: a bright line lights a dark room."""

    def draw(self, text: str) -> None:
        """Show the text, cut to the terminal's width; nothing is written when it is the same."""
        if not self._on:
            return
        width = shutil.get_terminal_size().columns
        text = text[: width - 1]
        if text != self._drawn:
            _write(f"\r\x1b[2K{self._shade(text)}", nl=False)
            self._drawn = text

    def print_above(self, lines: list[str]) -> None:
        """Print lines that stay, above the live line."""
        if not lines:
            return
        if self._on:
            _write("\r\x1b[2K", nl=False)
        _write("\n".join(map(self._shade, lines)))
        self._drawn = ""

    def _shade(self, text: str) -> str:
        return f"\x1b[2m{text}\x1b[22m" if self.dim and self._on else text

    def end(self) -> None:
        """Leave a clean line behind."""
        if self._on:
            _write("\r\x1b[2K", nl=False)


def _write(text: str, *, nl: bool = True) -> None:
    """Print, and go on listening where the disk under a log is full or the terminal has gone.

    A closed pipe is different: who reads our output has ended, and the program ends too.
    """
    try:
        click.echo(text, nl=nl)
    except BrokenPipeError:
        raise
    except OSError as error:
        LOG.info("a line could not be written: %s", error)
