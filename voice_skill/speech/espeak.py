"""The voice of last resort: the program `espeak-ng`, once for every sentence.

The sound comes through a pipe, so that a full disk leaves it working.
"""

from __future__ import annotations

import shutil
import subprocess

import numpy as np
from numpy.typing import NDArray

from voice_skill.domain.errors import EngineError
from voice_skill.speech.rendering import (
    NO_VOICE_HINT,
    SAMPLE_RATE,
    VOICE,
    checked,
    read_streamed,
    spoken_text,
    words_per_minute,
)

_TIME_LIMIT_SECONDS = 10.0


class EspeakSynthesizer:
    """Renders each sentence with its own process; slower than pyttsx3, but nothing can hang."""

    sample_rate = SAMPLE_RATE

    def __init__(self, program: str = "espeak-ng", *, voice: str = VOICE) -> None:
        """Use `program`, a name to be found on PATH or a path; it is looked for when needed."""
        self._program = program
        self._voice = voice
        self.identity = f"espeak-ng {voice}"

    def render(self, sentence: str, *, rate: float = 1.0) -> NDArray[np.int16]:
        """Return the sentence as mono samples; see `Synthesizer.render`."""
        text, pace = spoken_text(sentence), words_per_minute(rate)
        if not text:
            return np.zeros(0, np.int16)
        program = shutil.which(self._program)
        if program is None:
            raise EngineError(f"The program {self._program} is missing.", hint=NO_VOICE_HINT)
        options = ["-v", self._voice, "-s", str(pace), "-b", "1", "--stdout", "--stdin"]
        return checked(read_streamed(self._run([program, *options], text)), text, pace)

    def close(self) -> None:
        """Do nothing: there is no process between sentences."""

    def _run(self, command: list[str], text: str) -> bytes:
        try:
            finished = subprocess.run(
                command,
                input=text.encode(),  # as input, so that no text can be read as an option
                capture_output=True,
                timeout=_TIME_LIMIT_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise EngineError(f"{self._program} did not finish a sentence in time.") from error
        except OSError as error:
            raise EngineError(
                f"{self._program} cannot be started: {error.strerror}.", hint=NO_VOICE_HINT
            ) from error
        if finished.returncode != 0:
            reason = finished.stderr.decode(errors="replace").strip() or finished.returncode
            raise EngineError(f"{self._program} failed: {reason}.", hint=NO_VOICE_HINT)
        return finished.stdout
