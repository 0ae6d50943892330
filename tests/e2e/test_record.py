"""A person records sentences: keys on a terminal, a voice in a virtual microphone."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from virtual_sound import VirtualSound

pytestmark = [pytest.mark.model, pytest.mark.devices]


class Terminal:
    """A terminal with a program in it: keys in, all that was ever drawn out."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._drawn = ""
        self._seen = 0
        self._grown = threading.Condition()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        with suppress(OSError):  # the program has ended
            while data := os.read(self._descriptor, 4096):
                with self._grown:
                    self._drawn += data.decode("utf-8", "replace")
                    self._grown.notify_all()

    def press(self, key: str) -> None:
        os.write(self._descriptor, key.encode())

    def wait_for(self, words: str, seconds: float = 60.0) -> None:
        """Wait until the words are drawn after those that were waited for before."""
        with self._grown:
            found = self._grown.wait_for(
                lambda: self._drawn.find(words, self._seen) >= 0, timeout=seconds
            )
            assert found, f"{words!r} was not drawn:\n{self._drawn[self._seen :]}"
            self._seen = self._drawn.find(words, self._seen) + len(words)

    def close(self) -> None:
        self._thread.join(10)
        os.close(self._descriptor)


@contextmanager
def recording(room: VirtualSound, *arguments: str) -> Iterator[tuple[Terminal, subprocess.Popen]]:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "voice_skill", "record", *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, **room.environment, "TERM": "xterm", "COLUMNS": "120"},
    )
    os.close(theirs)
    terminal = Terminal(ours)
    try:
        yield terminal, process
    finally:
        process.kill()
        process.wait()
        terminal.close()


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "voice_skill", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def test_two_sentences_are_recorded_and_understood(
    room: VirtualSound, samples_folder: Path, model_folder: Path, tmp_path: Path
) -> None:
    spoken = {
        "could this be a lack of vitamin d": "vitamins.flac",
        "my big toe keeps twitching at night and it wakes me up": "night_1_toe.flac",
    }
    own = tmp_path / "mine.txt"
    own.write_text("\n".join(spoken), "utf-8")
    takes = tmp_path / "takes"
    options = (str(takes), "--sentences", str(own), "--speaker", "anna")
    with recording(room, *options) as (terminal, process):
        terminal.wait_for("Enter begins")
        terminal.press("\r")
        for text, name in spoken.items():
            terminal.wait_for(text)
            terminal.wait_for("speak, or press enter")
            room.speak(samples_folder / name)
            terminal.wait_for("enter keep")
            terminal.press("\r")
            terminal.wait_for("kept")
        terminal.wait_for(f"test them: voice-skill test {takes}")
        assert process.wait(30) == 0

    for text in spoken:
        label = next(p for p in takes.glob("*.json") if json.loads(p.read_text())["text"] == text)
        assert json.loads(label.read_text())["tags"] == ["voice:anna"]
        done = run("hear", str(label.with_suffix(".wav")), "--json", "--model", str(model_folder))
        assert done.returncode == 0, done.stderr
        intent = json.loads(done.stdout)["intent"]["name"]
        assert intent == ("ask_vitamins" if "vitamin" in text else "report_symptom")

    again = run("record", *options)
    assert "all 2 sentences are recorded" in again.stdout


def test_who_does_not_agree_is_not_recorded(room: VirtualSound, tmp_path: Path) -> None:
    with recording(room, str(tmp_path / "takes"), "--count", "2") as (terminal, process):
        terminal.wait_for("nothing leaves this machine")
        terminal.press("q")
        assert process.wait(30) == 0
    assert not (tmp_path / "takes").exists()


def test_off_a_terminal_it_says_so(tmp_path: Path) -> None:
    done = run("record", str(tmp_path / "takes"), "--count", "1")
    assert done.returncode == 2
    assert "needs a terminal" in done.stderr
