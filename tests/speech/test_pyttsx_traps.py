"""The ways of pyttsx3 2.99 that the worker is built around, so that a new version is noticed.

A test that fails here says that pyttsx3 has changed: look whether the worker may become simpler.
Two empty runs in a row mostly never end; now and then they do (a race), so no test says it.
"""

from __future__ import annotations

import subprocess
import sys
import wave
from pathlib import Path

START = """
import sys, wave, pyttsx3
engine = pyttsx3.init("espeak")
engine.setProperty("voice", "en-us")
"""
PRIMED = START + "engine.runAndWait()\n"


def run(code: str, folder: Path, timeout: float = 30.0) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=True,
    )
    return done.stdout


def frames(path: Path) -> int:
    with wave.open(str(path)) as stream:
        return stream.getnframes()


def test_it_prints_on_standard_output(tmp_path):
    code = PRIMED + "engine.save_to_file('Hello there.', 'a.wav'); engine.runAndWait()"
    assert "Audio saved to" in run(code, tmp_path)


def test_an_empty_text_is_an_assertion_error(tmp_path):
    code = PRIMED + (
        "try:\n    engine.save_to_file('', 'a.wav')\nexcept AssertionError:\n    print('refused')"
    )
    assert "refused" in run(code, tmp_path)


def test_of_two_texts_only_the_last_is_spoken(tmp_path):
    code = PRIMED + (
        "engine.save_to_file('Hello there.', 'a.wav')\n"
        "engine.save_to_file('Good night.', 'b.wav')\n"
        "engine.runAndWait()"
    )
    run(code, tmp_path)
    assert not (tmp_path / "a.wav").exists()
    assert frames(tmp_path / "b.wav") > 0


def test_a_bad_path_raises_nothing(tmp_path):
    code = PRIMED + (
        "engine.save_to_file('Hello there.', '/no/such/folder/a.wav')\n"
        "import threading\n"
        "threading.Thread(target=engine.runAndWait, daemon=True).start()\n"
        "print('no error')"
    )
    assert "no error" in run(code, tmp_path)


def test_markup_is_read_literally(tmp_path):
    code = PRIMED + (
        "engine.save_to_file('one <break/> two', 'a.wav'); engine.runAndWait()\n"
        "engine.save_to_file('one two', 'b.wav'); engine.runAndWait()"
    )
    run(code, tmp_path)
    assert frames(tmp_path / "a.wav") > 1.5 * frames(tmp_path / "b.wav")


def test_an_unknown_voice_raises_nothing(tmp_path):
    code = START + "engine.setProperty('voice', 'klingon-of-old'); print('no error')"
    assert "no error" in run(code, tmp_path)


def test_the_header_has_the_rate_that_the_voice_has(tmp_path):
    run(PRIMED + "engine.save_to_file('Hello.', 'a.wav'); engine.runAndWait()", tmp_path)
    with wave.open(str(tmp_path / "a.wav")) as stream:
        assert (stream.getframerate(), stream.getnchannels(), stream.getsampwidth()) == (
            22050,
            1,
            2,
        )
