"""What is kept because the person asked for it: a diary by voice, recordings by an option."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from test_listen import is_over, listening, program

sys.path.insert(0, str(Path(__file__).parents[1]))

from virtual_sound import VirtualSound

pytestmark = [pytest.mark.model, pytest.mark.devices, pytest.mark.usefixtures("model_folder")]


def say(room: VirtualSound, folder: Path, words: str) -> None:
    clip = folder / "said.wav"
    subprocess.run(["flite", "-voice", "rms", "-t", words, "-o", str(clip)], check=True)
    room.speak(clip)


def private(path: Path) -> bool:
    return path.stat().st_mode & 0o077 == 0


def test_a_diary_begun_by_voice_and_recordings_are_kept_for_their_owner_alone(
    room: VirtualSound, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    options = ("--wake", "direct", "--night", "off", "--keep-audio", str(kept), "--verbose")
    with listening(room, *options) as (process, output):
        output.wait_for("Recording: whatever is heard is kept")
        output.wait_for("Listening.")
        with room.record_speaker() as recording:
            say(room, tmp_path, "hey ankle coach keep a diary")
            output.wait_for("From now on I note these")
            recording.wait_until(is_over, seconds=60)
        say(room, tmp_path, "my left foot is twitching")
        output.wait_for("report_symptom", seconds=30)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
    listed = program(room, "diary", "list")
    assert listed.returncode == 0, listed.stderr
    assert "foot" in listed.stdout
    (manifest,) = kept.glob("*.jsonl")
    rows = [json.loads(line) for line in manifest.read_text("utf-8").splitlines()]
    assert len(rows) >= 2
    files = [path for path in kept.rglob("*") if path.is_file()]
    assert len(files) == len(rows) + 1
    assert all(map(private, [kept, *files]))
