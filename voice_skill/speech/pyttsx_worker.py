"""A process of its own that owns one pyttsx3 engine and renders sentences to WAV files.

Started by `pyttsx_voice`, as a script. Only the standard library, pyttsx3 and espeakng_loader are
imported here. Standard input brings a JSON object a line: `text`, `words_per_minute`, `path`,
`seconds` (the time limit). Standard output answers with one: `{}` or `{"error": why}`; first comes
`{"ready": true}` or an error when there is no voice. The end of the input is the end of the worker.
"""

from __future__ import annotations

import ctypes
import json
import math
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

# Run as a script, this folder heads the path: its modules must not shadow other packages'.
if __name__ == "__main__":
    sys.path[:] = [p for p in sys.path if Path(p).resolve() != Path(__file__).resolve().parent]

SYSTEM_LIBRARY = "libespeak-ng.so.1"


def main() -> None:
    """Serve until standard input ends; the arguments are the voice and `system` or `packaged`."""
    answers = _take_standard_output()
    voice, library = sys.argv[1:3]
    try:
        renderer = Renderer(voice, load_library(packaged=library == "packaged"))
    except Exception as error:  # whatever it is, the other side must hear of it
        _answer(answers, {"error": f"{type(error).__name__}: {error}".splitlines()[0]})
        return
    _answer(answers, {"ready": True})
    for line in sys.stdin:
        request = json.loads(line)
        # Should the other side be gone when the engine hangs, the alarm ends this process.
        signal.alarm(math.ceil(request["seconds"]) + 1)
        try:
            renderer.render(request["text"], request["words_per_minute"], request["path"])
        except Exception as error:
            _answer(answers, {"error": f"{type(error).__name__}: {error}"})
        else:
            _answer(answers, {})
        signal.alarm(0)


def _take_standard_output() -> TextIO:
    """Keep standard output for answers alone: pyttsx3 prints, and so may what it loads."""
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)
    return answers


def _answer(answers: TextIO, content: dict[str, Any]) -> None:
    answers.write(json.dumps(content) + "\n")
    answers.flush()


def load_library(*, packaged: bool) -> ctypes.CDLL:
    """Load espeak-ng, the system's or, where that is missing or not wanted, the wheel's.

    pyttsx3 asks for the library by its system name; the loader finds the one that is already
    loaded under that name. So this comes before pyttsx3 is imported. Raises OSError.
    """
    if not packaged:
        with suppress(OSError):
            return ctypes.CDLL(SYSTEM_LIBRARY)
    import espeakng_loader

    os.environ["ESPEAK_DATA_PATH"] = espeakng_loader.get_data_path()
    return ctypes.CDLL(espeakng_loader.get_library_path(), mode=ctypes.RTLD_GLOBAL)


class Renderer:
    """One pyttsx3 engine, used in the one way that works."""

    def __init__(self, voice: str, library: ctypes.CDLL) -> None:
        """Start an engine that speaks with espeak's `voice`; `library` is what it will load.

        The first `runAndWait` after `init` returns before the synthesis has ended, so it is spent
        on nothing; a second empty one would never return.
        """
        import pyttsx3

        self._library = library
        self._pace = 0
        self._failures: list[Exception] = []
        self._engine = pyttsx3.init("espeak")
        # pyttsx3 swallows what its driver raises (an unknown voice, say) and only tells of it.
        self._engine.connect("error", lambda name, exception: self._failures.append(exception))
        self._engine.setProperty("voice", voice)
        self._engine.runAndWait()
        self._raise_failure()

    def render(self, text: str, pace: int, path: str) -> None:
        """Write `text` to the WAV file `path`, at `pace` words a minute.

        One text for each `runAndWait`, or only the last counts. Never `say`, never `stop`: after
        either, the engine hangs or overwrites the file.
        """
        if pace != self._pace:
            self._engine.setProperty("rate", pace)
            self._pace = pace
            # espeak takes a pace in a thread of its own: without waiting for it the next sentence
            # has the old one (50 of 100 times) or, in pyttsx3's race with it, no sound (1 of 100).
            self._library.espeak_Synchronize()
        self._engine.save_to_file(text, path)
        self._engine.runAndWait()
        self._raise_failure()

    def _raise_failure(self) -> None:
        if self._failures:
            raise self._failures.pop()


if __name__ == "__main__":
    main()
