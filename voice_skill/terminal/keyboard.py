"""Single keys from the terminal, without enter."""

from __future__ import annotations

import os
import select
import sys
import termios
import threading
import tty
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import IO

from voice_skill.conversation.keys import MEANINGS, KeyName

ESCAPE = "\x1b"

RESTART_SECONDS = (0.5, 1.0, 2.0)
"""Waits before reading keys again after a failure; after the last one it is given up."""


class Keys:
    """Calls `typed` with each character while it is open; does nothing off a terminal.

    The terminal is put back as it was when the block ends, whatever ended it. `failed(error, last)`
    is told of each failure to read; keys are read again then, unless it is the `last`.
    """

    def __init__(
        self,
        typed: Callable[[str], None],
        failed: Callable[[Exception, bool], None] = lambda error, last: None,
    ) -> None:
        """Prepare; reading begins on entering."""
        self._typed = typed
        self._failed = failed
        self._thread: threading.Thread | None = None
        self._before: list[object] = []
        self._wake_read = self._wake_write = -1

    def __enter__(self) -> Keys:
        """Begin to read keys, if standard input is a terminal."""
        if not is_terminal(sys.stdin):
            return self
        descriptor = sys.stdin.fileno()
        self._before = termios.tcgetattr(descriptor)
        tty.setcbreak(descriptor)
        _let_nothing_stop_output(descriptor)
        self._wake_read, self._wake_write = os.pipe()
        self._thread = threading.Thread(target=self._read, name="keyboard", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Put the terminal back and end the thread."""
        if self._thread is None:
            return
        os.write(self._wake_write, b"x")
        self._thread.join()
        os.close(self._wake_read)
        os.close(self._wake_write)
        with suppress(termios.error):  # the terminal has gone
            termios.tcsetattr(sys.stdin.fileno(), termios.TCSADRAIN, self._before)  # type: ignore[arg-type]

    def _read(self) -> None:
        for delay in (*RESTART_SECONDS, None):
            try:
                self._read_keys()
            except Exception as error:  # a thread that fails posts its failure
                self._failed(error, delay is None)
            else:
                return
            if delay is None or select.select([self._wake_read], [], [], delay)[0]:
                return

    def _read_keys(self) -> None:
        descriptor = sys.stdin.fileno()
        while True:
            ready, _, _ = select.select([descriptor, self._wake_read], [], [])
            if self._wake_read in ready:
                return
            typed = os.read(descriptor, 64).decode(errors="replace")
            if not typed:
                return  # the terminal has gone
            if typed.startswith(ESCAPE):
                continue  # an arrow or F2: the letters in it were not typed
            for key in typed:
                self._typed(key)


def _let_nothing_stop_output(descriptor: int) -> None:
    """Ctrl+S would hold up whoever writes to the terminal next, a warning with it."""
    attributes = termios.tcgetattr(descriptor)
    attributes[0] &= ~termios.IXON
    termios.tcsetattr(descriptor, termios.TCSADRAIN, attributes)


class Keyboard(Keys):
    """Calls `pressed` with what a key means in a conversation."""

    def __init__(
        self,
        pressed: Callable[[KeyName], None],
        failed: Callable[[Exception, bool], None] = lambda error, last: None,
    ) -> None:
        """Prepare; reading begins on entering."""

        def typed(key: str) -> None:
            meaning = MEANINGS.get(key.lower())
            if meaning is not None:
                pressed(meaning)

        super().__init__(typed, failed)


def is_terminal(stream: IO[str] | None) -> bool:
    """Whether a standard stream is a terminal; one that is closed or absent is none."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:
        return False
