"""Kinds of values that options take."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable
from pathlib import Path

import click

from voice_skill.domain.errors import UsageError

FILE = click.Path(path_type=Path)


class Number(click.FloatRange):
    """A number in a range; `nan`, which is in every range, is none."""

    def convert(
        self, value: float, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the number; BadParameter for anything else."""
        number = float(super().convert(value, param, ctx))
        if not math.isfinite(number):
            self.fail(f"{value} is no number", param, ctx)
        return number


SHARE = Number(0, 1)


def must_exist(paths: Iterable[Path]) -> None:
    """Raise UsageError for the first that is not there, before anything slow is begun."""
    for path in paths:
        if not path.exists():
            raise UsageError(f"there is no {path}", hint="check the name and the folder")


def must_be_writable(path: Path | None) -> None:
    """Raise UsageError where a result could not be written to `path`; None is not asked for."""
    if path is None:
        return
    folder = path.absolute().parent
    if not folder.is_dir():
        reason, hint = f"there is no folder {path.parent}", "make the folder first"
    elif path.is_dir():
        reason, hint = "it is a folder", "name a file in it"
    elif not os.access(folder, os.W_OK):
        reason, hint = f"the folder {path.parent} is not yours to write to", "see who owns it"
    else:
        return
    raise UsageError(f"{path} cannot be written: {reason}", hint=f"{hint}, or name another one")
