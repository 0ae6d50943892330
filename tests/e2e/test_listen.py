"""The hands-free loop on virtual devices: a voice into the microphone, a voice out of the speaker.

The whole program runs as a person starts it; sound goes through real PortAudio streams.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from rapidfuzz import fuzz

sys.path.insert(0, str(Path(__file__).parents[1]))

from virtual_sound import VirtualSound

from voice_skill.content import load
from voice_skill.conversation.engines import make_recognizer
from voice_skill.conversation.skills import make_understander
from voice_skill.conversation.turns import ask

pytestmark = [pytest.mark.model, pytest.mark.devices, pytest.mark.usefixtures("model_folder")]

Samples = NDArray[np.int16]
RATE = 16_000


class Output:
    """The lines a program prints, as they come."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._lines: list[str] = []
        self._grown = threading.Condition()
        self._ended = False
        assert process.stdout is not None
        self._stream = process.stdout
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    @property
    def lines(self) -> list[str]:
        """What was printed so far."""
        with self._grown:
            return list(self._lines)

    def close(self) -> None:
        """Read to the end of an ended program's output."""
        self._thread.join()
        self._stream.close()

    def _read(self) -> None:
        for line in self._stream:
            with self._grown:
                self._lines.append(line.rstrip("\n"))
                self._grown.notify_all()
        with self._grown:
            self._ended = True
            self._grown.notify_all()

    def wait_for(self, words: str, seconds: float = 60.0) -> str:
        """Return the first line that holds the words; fails with all lines after so long."""

        def found() -> bool:
            return self._ended or any(words in line for line in self._lines)

        with self._grown:
            self._grown.wait_for(found, seconds)
            lines = [line for line in self._lines if words in line]
            assert lines, f"{words!r} was not printed:\n" + "\n".join(self._lines)
            return lines[0]


@contextmanager
def listening(room: VirtualSound, *options: str) -> Iterator[tuple[subprocess.Popen[str], Output]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "voice_skill", "listen", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        env={**os.environ, **room.environment, "PYTHONUNBUFFERED": "1"},
    )
    output = Output(process)
    try:
        output.wait_for("Listening.", seconds=240)  # the very first start learns the examples
        yield process, output
    finally:
        process.kill()
        process.wait()
        output.close()


def call(room: VirtualSound, folder: Path) -> None:
    """Say the wake phrase into the microphone, by another voice than the assistant's."""
    called = folder / "called.wav"
    words = ["flite", "-voice", "rms", "-t", "hey ankle coach", "-o", str(called)]
    subprocess.run(words, check=True)
    room.speak(called)


def loud_seconds(samples: Samples) -> float:
    """Seconds of sound that are louder than the hum of the virtual room."""
    return int(np.count_nonzero(np.abs(samples.astype(np.int32)) > 1000)) / RATE


def is_over(samples: Samples) -> bool:
    """Whether something was said (more than a tone), and two seconds of silence followed."""
    return loud_seconds(samples) > 0.5 and loud_seconds(samples[-2 * RATE :]) == 0


def test_a_spoken_question_is_answered_aloud(
    room: VirtualSound, samples_folder: Path, model_folder: Path, tmp_path: Path
) -> None:
    skill = load(None, locale=None)
    understander = make_understander(skill)
    with listening(room) as (_, output), room.record_speaker() as recording:
        call(room, tmp_path)
        output.wait_for("(sound: listening)")
        room.speak(samples_folder / "vitamins.flac")
        output.wait_for("ask_vitamins")
        reply = recording.wait_until(is_over, seconds=60)
    recognizer = make_recognizer(model_folder, skill, understander.templates)
    recognizer.use("idle")
    recognizer.accept(reply)
    heard = next(h.text for h in recognizer.finish() if h.decoder == "open")
    questions = {
        "vitamins": "could this be a lack of vitamin d",
        "causes": "what causes these twitches",
        "source": "where does this come from",
        "doctor": "when should i see a doctor",
        "definition": "what is a twitch",
        "serious": "is this serious",
    }
    likeness = {
        name: fuzz.token_set_ratio(
            heard, " ".join(ask(understander, skill.knowledge, text, "idle").reply).lower()
        )
        for name, text in questions.items()
    }
    assert max(likeness, key=lambda name: likeness[name]) == "vitamins", (heard, likeness)


def test_a_warning_sign_is_answered_first_and_twice(
    room: VirtualSound, samples_folder: Path
) -> None:
    with (
        listening(room, "--wake", "direct", "--locale", "en-US") as (_, output),
        room.record_speaker() as recording,
    ):
        room.speak(samples_folder / "alarm_swollen_leg.flac")
        output.wait_for("alarm R20")
        spoken = recording.wait_until(is_over, seconds=60)
        output.wait_for("!assistant")
    assert len(spoken) > 6 * RATE


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly(room: VirtualSound, number: signal.Signals) -> None:
    with listening(room) as (process, _):
        process.send_signal(number)
        assert process.wait(timeout=30) == 0


def test_without_a_sound_server_it_says_what_to_do(tmp_path: Path, model_folder: Path) -> None:
    environment = {**os.environ, "HOME": str(tmp_path), "PULSE_SERVER": "unix:/nonexistent"}
    done = subprocess.run(
        [sys.executable, "-m", "voice_skill", "listen", "--model", str(model_folder)],
        capture_output=True,
        text=True,
        env=environment,
        stdin=subprocess.DEVNULL,
        timeout=120,
        check=False,
    )
    assert done.returncode == 4, done.stderr
    assert "hint:" in done.stderr
    assert "Traceback" not in done.stderr


def program(room: VirtualSound, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end on the virtual devices."""
    return subprocess.run(
        [sys.executable, "-m", "voice_skill", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, **room.environment},
        stdin=subprocess.DEVNULL,
        timeout=120,
        check=False,
    )


def test_the_doctor_hears_its_own_voice(room: VirtualSound, model_folder: Path) -> None:
    with room.open_air():
        done = program(room, "doctor", "--model", str(model_folder))
    assert done.returncode == 0, done.stdout + done.stderr
    for name in ("model", "voice", "microphone", "speaker", "round trip"):
        assert f"ok   {name}" in done.stdout


def test_a_working_microphone_passes_the_check(room: VirtualSound) -> None:
    done = program(room, "devices", "--check")
    assert done.returncode == 0, done.stderr
    assert "microphone" in done.stdout


def test_an_answer_is_spoken_aloud(room: VirtualSound) -> None:
    with room.record_speaker() as recording:
        done = program(room, "ask", "--speak", "what is a twitch")
        assert done.returncode == 0, done.stderr
        recording.wait_until(is_over, seconds=20)


def test_an_unknown_device_is_told_with_those_there_are(
    room: VirtualSound, model_folder: Path
) -> None:
    done = program(room, "listen", "--model", str(model_folder), "--input-device", "trumpet")
    assert done.returncode == 4
    assert "trumpet" in done.stderr
    assert "hint: Choose one of:" in done.stderr
