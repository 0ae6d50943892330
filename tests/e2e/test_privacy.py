"""Nothing leaves the machine and no voice is kept: the whole night, without a network, watched.

The night conversation of `scripts/run` is played once, with a private home, in a network namespace
without any interface, every Python in it watched from inside (an audit hook). A short one is then
watched from outside, too (strace), for what is not Python. What each watch can see is shown first.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import yaml

from voice_skill.audio.files import read_recording

pytestmark = pytest.mark.model

ROOT = Path(__file__).resolve().parents[2]
VOICE_RATE = 22_050
"""The assistant's own voice; the microphone's sound has 16,000 samples a second."""

HOOK = """
import os, sys
def note(event, arguments):
    if event == "socket.__new__":
        with open(os.environ["SOCKETS_SEEN"], "a") as seen:
            print(int(arguments[1]), file=seen)
sys.addaudithook(note)
"""
SOCKET = "import socket; socket.socket(socket.{family})"
INTERNET = ("AF_INET", "AF_INET6")
FAMILIES = {"AF_INET": "2", "AF_INET6": "10"}
MAGIC = (b"RIFF", b"fLaC", b"OggS", b"ID3", b"\xff\xfb", b".snd", b"FORM")


@dataclass(frozen=True)
class Watched:
    """A run: what it printed, what was seen of it from outside and inside, and its home."""

    done: subprocess.CompletedProcess[str]
    outside: str | None
    inside: str
    home: Path


def watched(
    folder: Path, *command: str, home: Path | None = None, alone: bool = False, trace: bool = False
) -> Watched:
    """Run a command with a home of its own.

    `alone`: where no network interface is; `trace`: watched from outside, where that can be done.
    """
    home, hook = home or folder / "home", folder / "hook"
    home.mkdir(exist_ok=True)
    hook.mkdir()
    (hook / "sitecustomize.py").write_text(HOOK)
    outside, inside = folder / "strace.txt", folder / "inside.txt"
    strace = shutil.which("strace") if trace else None
    before = ["unshare", "-rn"] if alone else []
    if strace is not None:
        before += [strace, "-f", "--seccomp-bpf", "-e", "trace=socket", "-qq", "-o", str(outside)]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("XDG_")}
    environment |= {"HOME": str(home), "SOCKETS_SEEN": str(inside)}
    environment["PYTHONPATH"] = f"{hook}{os.pathsep}{ROOT}"
    done = subprocess.run(
        [*before, *command], capture_output=True, text=True, env=environment, check=False
    )
    return Watched(
        done,
        outside.read_text("utf-8", "replace") if outside.exists() else None,
        inside.read_text() if inside.exists() else "",
        home,
    )


def internet_sockets(run: Watched) -> list[str]:
    """Return every internet socket that any process of the run made."""
    lines = [] if run.outside is None else re.findall(r"socket\(AF_INET6?\b.*", run.outside)
    return lines + [line for line in run.inside.split() if line in FAMILIES.values()]


def sounds(home: Path, recordings: list[Path]) -> list[str]:
    """Return the files under a home that hold sound, but for the assistant's own voice.

    Sound is told by how a file begins, or by what of a recording is found in it.
    """
    heard = [read_recording(path).astype("<i2") for path in recordings]
    pieces = [samples[len(samples) // 2 :][:400].tobytes() for samples in heard]
    assert all(np.frombuffer(piece, "<i2").any() for piece in pieces)
    found = []
    for path in sorted(p for p in home.rglob("*") if p.is_file() and not p.is_symlink()):
        data = path.read_bytes()
        if any(piece in data for piece in pieces) or (
            data.startswith(MAGIC) and not _is_own_voice(path)
        ):
            found.append(str(path.relative_to(home)))
    return found


def _is_own_voice(path: Path) -> bool:
    """Whether it is a rendered sentence in the cache, named by a hash."""
    if ".cache" not in path.parts or not re.fullmatch(r"[0-9a-f]{32}\.wav", path.name):
        return False
    with wave.open(str(path)) as sound:
        return sound.getframerate() == VOICE_RATE


def recordings_of(scenario: Path) -> list[Path]:
    turns = yaml.safe_load(scenario.read_text("utf-8"))["turns"]
    return sorted({scenario.parent / turn["say"] for turn in turns})


@pytest.fixture(scope="module")
def night(
    tmp_path_factory: pytest.TempPathFactory, samples_folder: Path, model_folder: Path
) -> Watched:
    if subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system lets nobody make a network namespace (unshare -rn)")
    scenario = samples_folder / "night.yaml"
    command = [sys.executable, "-m", "voice_skill", "converse", str(scenario)]
    folder = tmp_path_factory.mktemp("night")
    return watched(folder, *command, "--model", str(model_folder), alone=True)


@pytest.mark.parametrize("family", INTERNET)
def test_the_watches_would_see_an_internet_socket(tmp_path: Path, family: str) -> None:
    run = watched(tmp_path, sys.executable, "-c", SOCKET.format(family=family), trace=True)
    assert run.done.returncode == 0, run.done.stderr
    assert FAMILIES[family] in run.inside.split()
    if run.outside is not None:
        assert f"socket({family}, " in run.outside
    assert internet_sockets(run)


def test_a_local_socket_is_none(tmp_path: Path) -> None:
    run = watched(tmp_path, sys.executable, "-c", SOCKET.format(family="AF_UNIX"), trace=True)
    assert run.inside.split() == ["1"]
    assert internet_sockets(run) == []


def test_a_kept_voice_would_be_found(tmp_path: Path, samples_folder: Path) -> None:
    recording = samples_folder / "night_2_yes.flac"
    samples = read_recording(recording)
    cache = tmp_path / ".cache" / "voice-skill"
    cache.mkdir(parents=True)
    for name, rate in (("0" * 32, 16_000), ("1" * 32, VOICE_RATE)):
        with wave.open(str(cache / f"{name}.wav"), "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(rate)
            sound.writeframes(samples[:200].astype("<i2").tobytes())
    (tmp_path / "raw.bin").write_bytes(b"x" + samples.astype("<i2").tobytes())
    shutil.copy(recording, tmp_path / "harmless.txt")
    found = sounds(tmp_path, [recording])
    assert found == [f".cache/voice-skill/{'0' * 32}.wav", "harmless.txt", "raw.bin"]


def test_the_night_goes_to_its_end_without_a_network(night: Watched) -> None:
    assert night.done.returncode == 0, night.done.stderr
    assert "[report_symptom" in night.done.stdout
    assert "[helped" in night.done.stdout


def test_no_python_of_the_night_makes_an_internet_socket(night: Watched) -> None:
    assert internet_sockets(night) == []


def test_nothing_native_makes_an_internet_socket(
    night: Watched, samples_folder: Path, model_folder: Path, tmp_path: Path
) -> None:
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    command = (sys.executable, "-m", "voice_skill", "converse", str(samples_folder / "source.flac"))
    run = watched(tmp_path, *command, "--model", str(model_folder), home=night.home, trace=True)
    assert run.done.returncode == 0, run.done.stderr
    assert "[ask_source" in run.done.stdout
    assert run.outside is not None
    assert internet_sockets(run) == []


def test_no_sound_of_the_person_is_kept(night: Watched, samples_folder: Path) -> None:
    assert any(night.home.rglob("*.wav")), "its own voice is kept, so the home was in use"
    assert sounds(night.home, recordings_of(samples_folder / "night.yaml")) == []
