"""Sounds and devices for the tests of this room."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from virtual_sound import VirtualSound, skip_reason

from voice_skill.audio import portaudio

Samples = NDArray[np.int16]


def make_voice(sample_rate: int, seconds: float = 1.6) -> Samples:
    """Something like a voice: a buzz of gliding pitch through changing formants, with pauses.

    It depends on nothing but the rate and the length, needs no speech engine, and no two of its
    stretches are alike, so that its place in a recording is unmistakable.
    """
    count = round(sample_rate * seconds)
    time_axis = np.arange(count) / sample_rate
    pitch = 120 + 25 * np.sin(2 * np.pi * 0.9 * time_axis) + 8 * np.sin(2 * np.pi * 3.1 * time_axis)
    phase = 2 * np.pi * np.cumsum(pitch) / sample_rate
    vowels = np.array([[730, 1090, 2440], [270, 2290, 3010], [570, 840, 2410], [530, 1840, 2480]])
    syllable = time_axis / 0.2
    weight = (syllable % 1.0)[:, np.newaxis]
    here = vowels[(syllable.astype(int) * 3) % 4]
    there = vowels[(syllable.astype(int) * 3 + 3) % 4]
    formants = here * (1 - weight) + there * weight
    wave = np.zeros(count)
    for harmonic in range(1, 28):
        hertz = harmonic * pitch
        loud = sum(
            np.exp(-(((hertz - formants[:, k]) / (80 + 40 * k)) ** 2)) / (k + 1) for k in range(3)
        )
        wave += (loud + 0.02) * np.sin(harmonic * phase) / harmonic**0.3
    wave *= 0.15 + np.sin(np.pi * syllable) ** 2
    wave *= np.minimum(1, np.minimum(time_axis, time_axis[::-1]) / 0.01)
    return np.rint(wave / np.abs(wave).max() * 14_000).astype(np.int16)


class Ear:
    """Collects blocks of sound from another thread and lets a test wait for them."""

    def __init__(self) -> None:
        self._grown = threading.Condition()
        self._blocks: list[Samples] = []
        self.events: list[str] = []

    def hear(self, block: Samples) -> None:
        with self._grown:
            self._blocks.append(block)
            self._grown.notify_all()

    def note(self, event: str) -> None:
        with self._grown:
            self.events.append(event)
            self._grown.notify_all()

    def forget(self) -> None:
        with self._grown:
            self._blocks.clear()

    @property
    def samples(self) -> Samples:
        with self._grown:
            return np.concatenate([np.zeros(0, np.int16), *self._blocks])

    def wait_until(self, condition: Callable[[Ear], bool], seconds: float = 20.0) -> None:
        """Wait for a condition, looked at whenever something comes; TimeoutError after so long."""
        deadline = time.monotonic() + seconds
        with self._grown:
            while not condition(self):
                left = deadline - time.monotonic()
                if left <= 0:
                    raise TimeoutError(f"not in {seconds} s; events: {self.events}")
                self._grown.wait(left)

    def wait_for_sound(self, seconds: float = 20.0) -> None:
        """Wait until the microphone gives blocks at all."""
        self.wait_until(lambda ear: len(ear._blocks) > 0, seconds)

    def wait_for_event(self, event: str, seconds: float = 30.0) -> None:
        self.wait_until(lambda ear: event in ear.events, seconds)


@pytest.fixture(scope="module")
def virtual_sound(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VirtualSound]:
    """Virtual devices for this very process: PortAudio is led to them."""
    reason = skip_reason()
    if reason is not None:
        pytest.skip(reason)
    with (
        VirtualSound(tmp_path_factory.mktemp("sound")) as sound,
        pytest.MonkeyPatch.context() as patch,
    ):
        for name, value in sound.environment.items():
            patch.setenv(name, value)
        portaudio.restart()
        yield sound
    if "PULSE_SERVER" not in os.environ:
        portaudio.restart()  # let go of devices that are no more


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture(scope="session")
def voice() -> Callable[[int], Samples]:
    """`voice(sample_rate)`: the same 1.6 seconds of a voice-like sound at any rate."""
    return make_voice
