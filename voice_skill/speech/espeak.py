"""The voice of last resort: the program `espeak-ng`, once for every sentence."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

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
        with tempfile.TemporaryDirectory(prefix="voice-skill-") as folder:
            path = Path(folder) / "sentence.wav"
            options = ["-v", self._voice, "-s", str(pace), "-b", "1", "-w", str(path)]
            self._run([program, *options, "--stdin"], text)
            return read_rendered(path, text, pace)

    def close(self) -> None:
        """Do nothing: there is no process between sentences."""

    def _run(self, command: list[str], text: str) -> None:
        try:
            finished = subprocess.run(
                command,
                input=text.encode(),  # as input, so that no text can be read as an option
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
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
