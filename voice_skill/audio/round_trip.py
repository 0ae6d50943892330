"""How long a sound takes from the player through the room and back: for `doctor` and for tests."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voice_skill.audio.devices import VOICE_RATE
from voice_skill.audio.player import Player
from voice_skill.audio.streams import LiveStreams

Samples = NDArray[np.int16]

SWEEP_SECONDS = 0.3
SWEEP_HERTZ = (400.0, 3000.0)  # what a small loudspeaker gives and a telephone microphone hears
SWEEP_LEVEL = 0.3
RECOGNISED = 0.35  # likeness of a sweep through loudspeaker, room and noise; chance stays below 0.2
PLAYER_RATE = 48_000
LONGEST_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Match:
    """Where a sound was found: its first sample, and how alike it is, 0..1 (1: the same wave)."""

    start: int
    likeness: float


def sweep(sample_rate: int) -> Samples:
    """Return a rising tone: short, and unlike anything else in a room."""
    seconds = np.arange(round(SWEEP_SECONDS * sample_rate)) / sample_rate
    low, high = SWEEP_HERTZ
    turns = low * seconds + (high - low) * seconds**2 / (2 * SWEEP_SECONDS)
    wave = np.sin(2 * np.pi * turns) * np.hanning(len(seconds)) ** 0.25
    return np.rint(wave * SWEEP_LEVEL * 32767).astype(np.int16)


def locate(sound: Samples, within: Samples) -> Match:
    """Find a sound in a longer recording of the same rate, by normalised cross-correlation."""
    count = len(within) - len(sound) + 1
    if count < 1 or not sound.any():
        return Match(0, 0.0)
    size = 1 << (len(within) - 1).bit_length()
    wave, pattern = within.astype(np.float64), sound.astype(np.float64)
    product = np.fft.rfft(wave, size) * np.conj(np.fft.rfft(pattern, size))
    correlation = np.abs(np.fft.irfft(product, size)[:count])
    energy = np.concatenate([[0.0], np.cumsum(wave**2)])
    around = np.sqrt(energy[len(sound) :] - energy[: -len(sound)]) * np.linalg.norm(pattern)
    likeness = np.where(around > 0, correlation / np.maximum(around, 1e-9), 0.0)
    # Digital silence with one stray unit may resemble anything: demand that something is there.
    likeness[around < 1e-3 * around.max()] = 0.0
    start = int(np.argmax(likeness))
    return Match(start, float(min(likeness[start], 1.0)))


class _Ear:
    """Keeps what the microphone gives, with the time at which each sample arrived."""

    def __init__(self) -> None:
        self.arrived: list[tuple[float, Samples]] = []
        self.begun = threading.Event()
        self.enough = threading.Event()
        self.asked_at = float("inf")
        self.wanted_seconds = LONGEST_SECONDS + SWEEP_SECONDS

    def hear(self, block: Samples) -> None:
        now = time.monotonic()
        self.arrived.append((now, block))
        self.begun.set()
        if now > self.asked_at + self.wanted_seconds:
            self.enough.set()

    def play_began(self, _tag: object) -> None:
        self.asked_at = time.monotonic()


def measure_round_trip(
    input_device: str | None = None,
    output_device: str | None = None,
    *,
    deadline_seconds: float = 6.0,
) -> float | None:
    """Play a sweep; return the seconds from the player to the listener's hands.

    None where the microphone did not hear it: headphones, a muted microphone, a low volume.
    Raises DeviceError where the devices do not open.
    """
    ear = _Ear()
    player = Player(PLAYER_RATE, on_started=ear.play_began)
    streams = LiveStreams(player, ear.hear, input_device=input_device, output_device=output_device)
    with streams:
        if not ear.begun.wait(deadline_seconds):
            return None
        player.enqueue(sweep(PLAYER_RATE), "sweep")
        if not ear.enough.wait(deadline_seconds):
            return None
    heard = [(at, block) for at, block in ear.arrived if at >= ear.asked_at]
    match = locate(sweep(VOICE_RATE), np.concatenate([block for _, block in heard]))
    if match.likeness < RECOGNISED:
        return None
    return heard[match.start // len(heard[0][1])][0] - ear.asked_at


def hear_played(
    samples: Samples,
    sample_rate: int,
    input_device: str | None = None,
    output_device: str | None = None,
    *,
    deadline_seconds: float = 6.0,
) -> Samples | None:
    """Play a mono clip; return what the microphone heard meanwhile and a second longer, 16 kHz.

    None where the microphone gives nothing. Raises DeviceError where the devices do not open.
    """
    ear = _Ear()
    player = Player(sample_rate, on_started=ear.play_began)
    longest = len(samples) / sample_rate + LONGEST_SECONDS + SWEEP_SECONDS
    with LiveStreams(player, ear.hear, input_device=input_device, output_device=output_device):
        if not ear.begun.wait(deadline_seconds):
            return None
        ear.wanted_seconds = longest
        player.enqueue(samples, "clip")
        ear.enough.wait(longest + deadline_seconds)
    heard = [block for at, block in ear.arrived if at >= ear.asked_at]
    return np.concatenate(heard) if heard else None
