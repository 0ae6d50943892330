"""Progress bars: on a terminal only, on standard error, never in the way of the output."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import click

T = TypeVar("T")


@contextmanager
def byte_progress(label: str, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """Yield a function of (bytes done, bytes in all) that draws a bar; a total of 0 is unknown."""
    if quiet or not sys.stderr.isatty():
        yield lambda done, total: None
        return
    drawn = -1

    def draw(done: int, total: int) -> None:
        nonlocal drawn
        percent = 100 * done // total if total else 0
        if percent == drawn:
            return
        drawn = percent
        bar = "#" * (percent // 4)
        click.echo(
            f"\r{label}  [{bar:<25}] {percent:3d} %  {done / 1e6:.0f} MB", nl=False, err=True
        )

    try:
        yield draw
    finally:
        if drawn >= 0:
            click.echo(err=True)


def item_progress(items: Iterable[T], label: str, length: int, *, quiet: bool) -> Iterator[T]:
    """Yield the items and draw how many are done, where there is more than one and a terminal."""
    if quiet or length < 2 or not sys.stderr.isatty():
        yield from items
        return
    with click.progressbar(items, length=length, label=label, file=sys.stderr) as bar:
        yield from bar
