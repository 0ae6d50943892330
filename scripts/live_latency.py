"""How soon the whole program answers on virtual sound devices, in seconds that really pass.

Starts `listen` as a person does, speaks samples into the virtual microphone, and takes the time
until the virtual speaker gives its first sound. On a machine that does nothing else:
scripts/tool live_latency
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from virtual_sound import SpeakerRecording, VirtualSound  # noqa: E402

from voice_skill.audio.files import read_recording, write_wav  # noqa: E402

RATE = 16_000
LOUD = 400
QUIET_SECONDS = 3.0
QUIET_DB = -35
COMPLETE = ("causes", "doctor", "vitamins", "source", "night_8_serious")
"""Samples that are whole sentences of the templates."""


class Program:
    """`listen` on the virtual devices, with a private home but the usual cache."""

    def __init__(self, sound: VirtualSound, home: Path) -> None:
        """Start it, and note how long it took until it heard."""
        kept = {"XDG_CONFIG_HOME": str(home / "config"), "XDG_DATA_HOME": str(home / "data")}
        cache = {"XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))}
        began = time.monotonic()
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "voice_skill",
                "listen",
                "--wake",
                "direct",
                "--night",
                "off",
                "--verbose",
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            env={**os.environ, **sound.environment, **kept, **cache, "PYTHONUNBUFFERED": "1"},
        )
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if "the microphone is heard" in line:
                break
        self.start_seconds = time.monotonic() - began
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def __enter__(self) -> Program:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(30)


def trimmed(path: Path, folder: Path) -> Path:
    """Write a sample without the silence at its end, and return the file."""
    samples = read_recording(path)
    frames = samples[: len(samples) // 160 * 160].reshape(-1, 160).astype(float)
    levels = np.sqrt((frames**2).mean(axis=1))
    last = np.flatnonzero(levels > levels.max() * 10 ** (QUIET_DB / 20))[-1]
    written = folder / f"{path.stem}.wav"
    write_wav(written, samples[: (int(last) + 1) * 160], RATE)
    return written


def is_quiet(samples: np.ndarray) -> bool:
    """Whether the speaker has been silent for some seconds."""
    tail = samples[-round(QUIET_SECONDS * RATE) :]
    return len(tail) >= QUIET_SECONDS * RATE and int(np.abs(tail).max()) < LOUD


def answer_seconds(sound: VirtualSound, speaker: SpeakerRecording, spoken: Path) -> float:
    """Return the seconds from the end of what is spoken to the first sound of the answer."""
    speaker.wait_until(is_quiet, seconds=60)
    heard = len(speaker.samples)
    sound.speak(spoken)
    ended = time.monotonic()
    speaker.wait_until(lambda samples: bool((np.abs(samples[heard:]) > LOUD).any()), seconds=15)
    return time.monotonic() - ended


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--times", type=int, default=3, help="each sample so many times")
    parser.add_argument("--starts", type=int, default=5, help="start it so many times")
    options = parser.parse_args()
    samples = [ROOT / "samples" / f"{name}.flac" for name in COMPLETE]
    samples = [path for path in samples if path.exists()]
    with tempfile.TemporaryDirectory() as folder, VirtualSound(Path(folder)) as sound:
        starts = []
        for _ in range(1 + options.starts):
            with Program(sound, Path(folder)) as program:
                starts.append(program.start_seconds)
        del starts[0]  # it fills the cache
        spoken = [trimmed(path, Path(folder)) for path in samples]
        with Program(sound, Path(folder)), sound.record_speaker() as speaker:
            taken = [
                answer_seconds(sound, speaker, each)
                for _ in range(options.times)
                for each in spoken
            ]
    middle, late = statistics.median(taken), float(np.percentile(taken, 95))
    sys.stdout.write(
        f"process start to the first block that is heard: median {statistics.median(starts):.2f} s "
        f"of {len(starts)} starts, {min(starts):.2f} to {max(starts):.2f} (goal 2.5)\n"
        f"end of speech to the first sound, {len(taken)} complete sentences: "
        f"p50 {middle:.2f} s, p95 {late:.2f} s (goal p50 0.65)\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
