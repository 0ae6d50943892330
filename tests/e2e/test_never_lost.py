"""The whole program in a bad night: no terminal, a lost microphone, a full disk."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from test_listen import Output, is_over, listening

sys.path.insert(0, str(Path(__file__).parents[1]))

from virtual_sound import VirtualSound

pytestmark = [pytest.mark.model, pytest.mark.devices, pytest.mark.usefixtures("model_folder")]


def test_a_microphone_that_goes_and_comes_back_is_told_and_heard_again(
    room: VirtualSound, samples_folder: Path
) -> None:
    with listening(room, "--wake", "direct") as (process, output), room.record_speaker() as said:
        room.unplug_microphone()
        output.wait_for("the microphone was lost")
        said.wait_until(is_over, seconds=30)  # there is a voice left to say it
        room.plug_microphone()
        output.wait_for("the microphone is back")
        room.speak(samples_folder / "ankle_three_days.flac")
        output.wait_for("report_symptom")
        assert process.poll() is None


def test_without_a_terminal_and_standard_streams_it_listens(
    room: VirtualSound, samples_folder: Path, tmp_path: Path
) -> None:
    """As a service, or worse: standard input and error are closed."""
    log = tmp_path / "log"
    with log.open("wb") as written:
        process = subprocess.Popen(
            [
                "/bin/sh",
                "-c",
                f'exec "{sys.executable}" -m voice_skill listen --wake direct <&- 2>&-',
            ],
            stdout=written,
            env={**os.environ, **room.environment, "TERM": "dumb"},
            start_new_session=True,
        )
    try:
        wait_for(log, "Listening", process, 240)
        room.speak(samples_folder / "ankle_three_days.flac")
        wait_for(log, "report_symptom", process)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()
    text = log.read_text(encoding="utf-8")
    assert "\x1b" not in text
    assert "\r" not in text
    assert "Traceback" not in text


def test_a_full_disk_does_not_stop_it(room: VirtualSound, samples_folder: Path) -> None:
    """Every line of the log is refused; the answer is heard all the same."""
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    with Path("/dev/full").open("wb") as full:
        process = subprocess.Popen(
            [sys.executable, "-m", "voice_skill", "listen", "--wake", "direct"],
            stdin=subprocess.DEVNULL,
            stdout=full,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **room.environment},
        )
    try:
        with room.record_speaker() as said:
            said.wait_until(lambda heard: bool((abs(heard) > 500).any()), seconds=60)  # the earcon
            room.speak(samples_folder / "ankle_three_days.flac")
            said.wait_until(is_over, seconds=60)
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()


def wait_for(log: Path, words: str, process: subprocess.Popen[bytes], seconds: float = 60) -> None:
    """Wait until a log holds the words."""
    follow = subprocess.Popen(
        ["tail", "-n", "+1", "-f", f"--pid={process.pid}", str(log)],
        stdout=subprocess.PIPE,
        text=True,
    )
    output = Output(follow)
    try:
        output.wait_for(words, seconds)
    finally:
        follow.kill()
        follow.wait()
        output.close()
