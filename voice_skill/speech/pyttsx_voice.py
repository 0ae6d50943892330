"""The program's voice: pyttsx3, as a renderer of sentences in a process of its own.

A process, not a thread: `runAndWait` may never return, and only a process can be got rid of; and
pyttsx3 writes to standard output, which is ours.
"""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voice_skill.domain.errors import EngineError
from voice_skill.speech.rendering import (
    NO_VOICE_HINT,
    SAMPLE_RATE,
    VOICE,
    read_rendered,
    spoken_text,
    words_per_minute,
)

_WORKER = Path(__file__).with_name("pyttsx_worker.py")
_START_LIMIT_SECONDS = 15.0
_TIME_LIMIT_SECONDS = 2.0  # a sentence takes 0.01 to 0.03 s
_LETTER_LIMIT_SECONDS = 0.02


class WorkerFailedError(EngineError):
    """The worker hung, died, or could not render; a fresh one may succeed."""


class PyttsxSynthesizer:
    """Renders sentences with pyttsx3 and espeak-ng; see `Synthesizer`.

    The worker is started by the first sentence. Threads may share it; they take turns. Close it,
    or use it in a `with`.
    """

    sample_rate = SAMPLE_RATE

    def __init__(
        self,
        *,
        voice: str = VOICE,
        time_limit_seconds: float = _TIME_LIMIT_SECONDS,
        packaged_library: bool = False,
        worker: Path = _WORKER,
    ) -> None:
        """Prepare to speak with espeak's `voice`.

        `time_limit_seconds` is for a sentence; long ones get more. `packaged_library` prefers the
        wheel's espeak-ng to the system's. `worker` is the script that is run.
        """
        self.identity = f"pyttsx3 {metadata.version('pyttsx3')} {voice}"
        self._time_limit_seconds = time_limit_seconds
        library = "packaged" if packaged_library else "system"
        self._command = [sys.executable, str(worker), voice, library]
        self._lock = threading.Lock()
        self._worker: _Worker | None = None

    def render(self, sentence: str, *, rate: float = 1.0) -> NDArray[np.int16]:
        """Return the sentence as mono samples; see `Synthesizer.render`."""
        text, pace = spoken_text(sentence), words_per_minute(rate)
        if not text:
            return np.zeros(0, np.int16)
        with self._lock:
            try:
                return self._render_once(text, pace)
            except WorkerFailedError:
                return self._render_once(text, pace)  # by a fresh worker

    def close(self) -> None:
        """End the worker; the next sentence would start another."""
        with self._lock:
            self._end_worker()

    def __enter__(self) -> PyttsxSynthesizer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _render_once(self, text: str, pace: int) -> NDArray[np.int16]:
        """Render with the present worker, which is ended when it fails or is interrupted."""
        if self._worker is None:
            self._worker = _Worker(self._command)
        limit = self._time_limit_seconds + _LETTER_LIMIT_SECONDS * len(text)
        try:
            path = self._worker.render(text, pace, limit)
            samples = read_rendered(path, text, pace)
            path.unlink(missing_ok=True)
        except (EngineError, OSError) as error:
            self._end_worker()
            raise WorkerFailedError(str(error), hint=getattr(error, "hint", "")) from error
        except BaseException:
            self._end_worker()  # its answer would be taken for that of the next sentence
            raise
        return samples

    def _end_worker(self) -> None:
        if self._worker is not None:
            self._worker.end()
            self._worker = None


class _Worker:
    """One worker process, and the folder it writes to."""

    def __init__(self, command: list[str]) -> None:
        """Start it and wait until its engine is ready; EngineError when there is no voice."""
        try:
            # A disk that failed is no reason to stop: then the folder stays.
            self._folder = tempfile.TemporaryDirectory(
                prefix="voice-skill-", ignore_cleanup_errors=True
            )
        except OSError as error:  # a full disk
            raise EngineError(f"The voice cannot be started: {error.strerror}.") from error
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl+C is for us: the worker ends when we close it
            )
        except OSError as error:
            self._folder.cleanup()
            raise EngineError(f"The voice cannot be started: {error.strerror}.") from error
        # Also when nobody calls `end`, or this interpreter exits.
        self.end = weakref.finalize(self, _end_process, self._process, self._folder)
        self._received = b""
        try:
            answer = self._answer(_START_LIMIT_SECONDS)
        except BaseException:
            self.end()
            raise
        if not answer.get("ready"):
            self.end()
            raise EngineError(
                f"The voice cannot be started: {answer.get('error')}.", hint=NO_VOICE_HINT
            )

    def render(self, text: str, pace: int, limit_seconds: float) -> Path:
        """Return the file that the worker made of `text`; WorkerFailedError when it did not."""
        path = Path(self._folder.name) / "sentence.wav"
        self._ask(
            {"text": text, "words_per_minute": pace, "path": str(path), "seconds": limit_seconds}
        )
        if error := self._answer(limit_seconds).get("error"):
            raise WorkerFailedError(f"The voice failed: {error}.")
        return path

    def _ask(self, request: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(request).encode("ascii") + b"\n")
            self._process.stdin.flush()
        except OSError as error:  # a broken pipe
            raise WorkerFailedError("The voice has stopped working.") from error

    def _answer(self, limit_seconds: float) -> dict[str, Any]:
        """Wait for one line of JSON, at most so long; WorkerFailedError when it does not come."""
        assert self._process.stdout is not None
        pipe = self._process.stdout.fileno()
        deadline = time.monotonic() + limit_seconds
        with selectors.DefaultSelector() as selector:
            selector.register(pipe, selectors.EVENT_READ)
            while b"\n" not in self._received:
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise WorkerFailedError(
                        f"The voice did not answer in {limit_seconds:.1f} seconds."
                    )
                block = os.read(pipe, 4096)
                if not block:
                    raise WorkerFailedError("The voice has stopped working.")
                self._received += block
        line, _, self._received = self._received.partition(b"\n")
        try:
            answer = json.loads(line)
        except ValueError as error:
            raise WorkerFailedError("The voice gave a garbled answer.") from error
        return answer if isinstance(answer, dict) else {}


def _end_process(
    process: subprocess.Popen[bytes], folder: tempfile.TemporaryDirectory[str]
) -> None:
    """End a worker, idle or hanging, and leave nothing of it behind."""
    process.kill()  # it holds nothing that would need saving
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):  # what was not yet sent goes nowhere
                pipe.close()
    folder.cleanup()
