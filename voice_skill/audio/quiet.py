"""Keep what native libraries print on standard error away from the person's terminal.

ALSA, JACK, PortAudio and the MP3 decoder write there directly, past `sys.stderr`. While `quiet()`
lasts, file descriptor 2 leads nowhere and Python's own `sys.stderr` still reaches the terminal.
"""

from __future__ import annotations

import io
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

STANDARD_ERROR = 2


class _StandardError:
    """Diverts descriptor 2 while at least one user wants it; shared by all threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users = 0
        self._saved: int | None = None
        self._before: TextIO | None = None
        self._ours: TextIO | None = None

    def divert(self) -> None:
        with self._lock:
            self._users += 1
            if self._users > 1:
                return
            try:
                self._saved = os.dup(STANDARD_ERROR)
            except OSError:  # the process was started without a standard error: nothing to keep
                self._saved = None
                return
            self._keep_python_stderr(self._saved)
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, STANDARD_ERROR)
            os.close(nowhere)

    def restore(self) -> None:
        with self._lock:
            self._users -= 1
            if self._users or self._saved is None:
                return
            os.dup2(self._saved, STANDARD_ERROR)
            if self._ours is not None:
                self._ours.flush()
                if sys.stderr is self._ours and self._before is not None:
                    sys.stderr = self._before
            os.close(self._saved)
            self._saved = self._before = self._ours = None

    def _keep_python_stderr(self, saved: int) -> None:
        try:
            sys.stderr.flush()
            if sys.stderr.fileno() != STANDARD_ERROR:
                return  # already somewhere else: a test's capture, a log file
        except (AttributeError, ValueError, io.UnsupportedOperation):
            return
        self._before = sys.stderr
        # closefd: the descriptor is closed by restore(), not when this object is forgotten
        self._ours = os.fdopen(
            saved, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False
        )
        sys.stderr = self._ours


_standard_error = _StandardError()


@contextmanager
def quiet() -> Iterator[None]:
    """Let native code print nothing on standard error; may be nested, and used by many threads."""
    _standard_error.divert()
    try:
        yield
    finally:
        _standard_error.restore()
