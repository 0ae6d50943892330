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
        if library == "packaged" or not _has_system_library():
            load_packaged_library()
        engine = start_engine(voice)
    except Exception as error:  # whatever it is, the other side must hear of it
        _answer(answers, {"error": f"{type(error).__name__}: {error}".splitlines()[0]})
        return
    _answer(answers, {"ready": True})
    for line in sys.stdin:
        request = json.loads(line)
        # Should the other side be gone when the engine hangs, the alarm ends this process.
        signal.alarm(math.ceil(request["seconds"]) + 1)
        try:
            render(engine, request["text"], request["words_per_minute"], request["path"])
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


def _has_system_library() -> bool:
    try:
        ctypes.CDLL(SYSTEM_LIBRARY)
    except OSError:
        return False
    return True


def load_packaged_library() -> None:
    """Load espeak-ng from the wheel `espeakng_loader`.

    pyttsx3 asks for the library by its system name; the loader finds the one that is already
    loaded under that name. It must happen before pyttsx3 is imported.
    """
    import espeakng_loader

    os.environ["ESPEAK_DATA_PATH"] = espeakng_loader.get_data_path()
    ctypes.CDLL(espeakng_loader.get_library_path(), mode=ctypes.RTLD_GLOBAL)


def start_engine(voice: str) -> Any:  # noqa: ANN401
    """Return a pyttsx3 engine that is ready to render.

    The first `runAndWait` after `init` returns before the synthesis has ended, so it is spent on
    nothing; a second empty one would never return.
    """
    import pyttsx3

    engine = pyttsx3.init("espeak")
    engine.setProperty("voice", voice)
    engine.runAndWait()
    return engine


def render(engine: Any, text: str, pace: int, path: str) -> None:  # noqa: ANN401
    """Write `text` to the WAV file `path`: one text for each `runAndWait`, or only the last counts.

    Never `say`, never `stop`: after either, the engine hangs or overwrites the file.
    """
    engine.setProperty("rate", pace)
    engine.save_to_file(text, path)
    engine.runAndWait()


if __name__ == "__main__":
    main()
