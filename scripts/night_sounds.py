"""The sounds of a night for scripts/night: people not speaking to us, noises, long quiet.

Recordings come from the folder of real people's recordings; snoring, rain and the murmur of a
television are made here, because no free set of them was at hand. Everything follows from a seed.
"""

from __future__ import annotations

import json
import multiprocessing
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from voice_skill.audio.files import read_recording

RATE = 16_000
PEOPLE = ("librispeech_other", "mycroft_notwake", "fsdd", "speech_commands/_unknown_")
MINUTES_AN_HOUR = {"people": 4.0, "television": 2.0, "household": 4.0, "snoring": 6.0, "rain": 6.0}
"""Of each kind, in every hour; the rest is quiet with a faint hiss. Decoding a television takes as
long as all else together."""
QUIET_DB = -62.0
LOUDEST_DB, SOFTEST_DB = -18.0, -42.0

Samples = NDArray[np.int16]
Wave = NDArray[np.float64]


@dataclass(frozen=True)
class Stretch:
    """A piece of the night: what kind, from which sources, mono at 16 kHz."""

    kind: str
    samples: Samples
    sources: tuple[str, ...] = ()


class Sounds:
    """Everything that can be heard, read once."""

    def __init__(self, recordings: Path) -> None:
        """Read the recordings of people and of noise below a folder with a manifest."""
        rows = [
            json.loads(line)
            for line in (recordings / "manifest.jsonl").read_text("utf-8").splitlines()
            if line.strip()
        ]
        names = [row["audio"] for row in rows]
        self.people = {
            name: read_recording(recordings / name) for name in names if name.startswith(PEOPLE)
        }
        self.noises = {
            name: read_recording(recordings / name) for name in names if name.startswith("noise/")
        }
        self._readers = [n for n in self.people if n.startswith("librispeech_other")]

    def different_seconds(self) -> dict[str, float]:
        """Return how many different seconds of each recorded kind there are."""
        kinds = {"people": self.people, "household": self.noises}
        return {
            kind: sum(len(clip) for clip in clips.values()) / RATE for kind, clips in kinds.items()
        }

    def night(self, hours: float, seed: int) -> Iterator[Stretch]:
        """Return a night's stretches in order: events of all kinds, mixed, with quiet between."""
        chance = np.random.default_rng(seed)
        for hour in range(int(np.ceil(hours))):
            length = min(1.0, hours - hour) * 3600.0
            events = list(self._events(length / 3600.0, chance))
            chance.shuffle(events)  # type: ignore[arg-type]
            quiet = max(length - sum(len(event.samples) for event in events) / RATE, 0.0)
            gaps = chance.dirichlet(np.ones(len(events) + 1)) * quiet
            for gap, event in zip(gaps, [*events, None], strict=True):
                yield Stretch("quiet", self._quiet(gap, chance))
                if event is not None:
                    yield event

    def _events(self, hours: float, chance: np.random.Generator) -> Iterator[Stretch]:
        for kind, minutes in MINUTES_AN_HOUR.items():
            left = minutes * 60.0 * hours
            while left > 0:
                wave, sources = self._make(kind, chance)
                yield Stretch(kind, _at_some_level(wave, chance), sources)
                left -= len(wave) / RATE

    def _make(self, kind: str, chance: np.random.Generator) -> tuple[Wave, tuple[str, ...]]:
        if kind == "people":
            name = str(chance.choice(list(self.people)))
            return self.people[name].astype(np.float64), (name,)
        if kind == "household":
            name = str(chance.choice(list(self.noises)))
            return _excerpt(self.noises[name], chance.uniform(3, 15), chance), (name,)
        if kind == "television":
            return self._television(chance)
        length = chance.uniform(20, 60)
        return (_snoring if kind == "snoring" else _rain)(length, chance), ()

    def _television(self, chance: np.random.Generator) -> tuple[Wave, tuple[str, ...]]:
        """Two to four readers at once, somewhere in what they read, through a small speaker."""
        names = [str(n) for n in chance.choice(self._readers, chance.integers(2, 5), replace=False)]
        length = chance.uniform(15, 40)
        waves = [_excerpt(self.people[n], length, chance) * chance.uniform(0.2, 1) for n in names]
        return _band(np.sum(waves, axis=0), 250.0, 3400.0), tuple(names)

    def _quiet(self, seconds: float, chance: np.random.Generator) -> Samples:
        hiss = chance.standard_normal(int(seconds * RATE), dtype=np.float32)
        return np.rint(hiss * 32768 * 10 ** (QUIET_DB / 20)).astype(np.int16)


def night_from_outside(recordings: Path, hours: float, seed: int) -> Iterator[Stretch]:
    """Yield a night's stretches as another process makes them, just in time.

    So the memory of this one is the assistant's: an hour of sounds takes a hundred megabytes.
    """
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe(duplex=False)
    maker = spawn.Process(target=_make_night, args=(theirs, recordings, hours, seed), daemon=True)
    maker.start()
    theirs.close()
    try:
        with suppress(EOFError):
            while True:
                yield ours.recv()
    finally:
        maker.terminate()
        maker.join()


def _make_night(out: Connection, recordings: Path, hours: float, seed: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who takes the sounds ends the night
    with suppress(BrokenPipeError):
        for stretch in Sounds(recordings).night(hours, seed):
            out.send(stretch)


def _excerpt(clip: Samples, seconds: float, chance: np.random.Generator) -> Wave:
    count = int(seconds * RATE)
    begin = int(chance.integers(0, len(clip)))
    return np.take(clip, np.arange(begin, begin + count), mode="wrap").astype(np.float64)


def _at_some_level(wave: Wave, chance: np.random.Generator) -> Samples:
    """Return the wave at a level between soft and loud, measured over all of it."""
    level = float(np.sqrt(np.mean(wave**2))) or 1.0
    wanted = 32768 * 10 ** (chance.uniform(SOFTEST_DB, LOUDEST_DB) / 20)
    return np.clip(np.rint(wave * wanted / level), -32768, 32767).astype(np.int16)


def _band(wave: Wave, low: float, high: float) -> Wave:
    """Return what of the wave lies between two frequencies in hertz."""
    spectrum = np.fft.rfft(wave)
    at = np.fft.rfftfreq(len(wave), 1 / RATE)
    spectrum[(at < low) | (at > high)] = 0
    return np.fft.irfft(spectrum, len(wave))


def _snoring(seconds: float, chance: np.random.Generator) -> Wave:
    """Breaths in, every four seconds or so: a low rattle that swells, a hiss on the way out."""
    count = int(seconds * RATE)
    at = np.arange(count) / RATE
    period = chance.uniform(3.2, 5.0)
    phase = (at % period) / period
    swell_in = np.clip(np.sin(np.pi * phase / 0.4), 0, None) * (phase < 0.4)
    swell_out = np.clip(np.sin(np.pi * (phase - 0.5) / 0.35), 0, None) * (
        (phase > 0.5) & (phase < 0.85)
    )
    rattle = np.sign(np.sin(2 * np.pi * chance.uniform(25, 70) * at)) * 0.5
    throat = _band(chance.standard_normal(count) * (1 + rattle), 60, 900)
    breath = _band(chance.standard_normal(count), 400, 4000)
    return throat * swell_in + 0.3 * breath * swell_out


def _rain(seconds: float, chance: np.random.Generator) -> Wave:
    """Steady rain with drops on a sill."""
    count = int(seconds * RATE)
    wave = _band(chance.standard_normal(count), 300, 7000)
    for begin in chance.integers(0, max(count - 400, 1), int(seconds * chance.uniform(1, 8))):
        drop = chance.standard_normal(400) * np.exp(-np.arange(400) / 60.0)
        wave[begin : begin + 400] += chance.uniform(1, 6) * drop
    return wave
