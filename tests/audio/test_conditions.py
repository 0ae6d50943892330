"""The same recording in noise, in a room, louder and faster."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_skill.audio.conditions import active_power, amplified, at_speed, in_room, mix

RATE = 16_000
SEEDS = st.integers(0, 2**32 - 1)


def speech(seconds: float = 1.0, level: float = 4000.0, seed: int = 1) -> np.ndarray:
    """Return something like speech: noisy syllables with pauses between them."""
    random = np.random.default_rng(seed)
    times = np.arange(int(seconds * RATE)) / RATE
    syllables = np.maximum(np.sin(2 * np.pi * 2 * times), 0) ** 2
    return (
        np.rint(level * syllables * random.standard_normal(len(times)))
        .clip(-32768, 32767)
        .astype(np.int16)
    )


def hum(seconds: float = 0.7) -> np.ndarray:
    random = np.random.default_rng(2)
    return np.rint(500 * random.standard_normal(int(seconds * RATE))).astype(np.int16)


def decibels(ratio: float) -> float:
    return 10 * float(np.log10(ratio))


class TestMix:
    @given(st.floats(-10, 30), SEEDS)
    def test_the_ratio_is_that_of_the_speaking_parts(self, snr: float, seed: int) -> None:
        voice = speech(level=1000)
        added = mix(voice, hum(), snr, seed).astype(float)
        noise = added - voice
        if np.abs(added).max() < 0.89 * 2**15:  # not turned down
            ratio = decibels(active_power(voice.astype(float)) / np.mean(noise**2))
            assert ratio == pytest.approx(snr, abs=0.3)

    def test_a_sum_that_is_too_loud_is_turned_down_and_not_cut_off(self) -> None:
        loud = speech(level=9000)
        mixed = mix(loud, hum(), 0, seed=3)
        assert np.abs(mixed.astype(int)).max() <= 0.9 * 2**15 + 1

    @given(st.integers(1, 3000), SEEDS)
    def test_length_and_type_stay(self, length: int, seed: int) -> None:
        mixed = mix(speech()[:length], hum(), 12, seed)
        assert mixed.shape == (length,)
        assert mixed.dtype == np.int16

    def test_a_seed_gives_the_same_again_and_another_another(self) -> None:
        voice = speech()
        assert np.array_equal(mix(voice, hum(), 6, 1), mix(voice, hum(), 6, 1))
        assert not np.array_equal(mix(voice, hum(), 6, 1), mix(voice, hum(), 6, 2))

    @pytest.mark.parametrize("noise", [np.zeros(100, np.int16), np.zeros(0, np.int16)])
    def test_silence_is_no_noise(self, noise: np.ndarray) -> None:
        with pytest.raises(ValueError, match=r"silent|empty"):
            mix(speech(), noise, 12, 1)


class TestRoom:
    def test_an_empty_room_changes_nothing(self) -> None:
        voice = speech(level=1000)
        impulse = np.zeros(800, np.int16)
        impulse[100] = 20_000  # the direct sound alone, and late in the recording of the room
        assert np.abs(in_room(voice, impulse).astype(int) - voice).max() <= 1

    def test_an_echo_comes_after_the_direct_sound(self) -> None:
        click = np.zeros(RATE, np.int16)
        click[4000] = 10_000
        impulse = np.zeros(2000, np.int16)
        impulse[50], impulse[1650] = 20_000, 10_000
        wet = np.abs(in_room(click, impulse).astype(int))
        assert int(np.argmax(wet)) == 4000
        assert wet[5600] == pytest.approx(wet[4000] / 2, rel=0.01)

    @given(st.integers(0, 1999), SEEDS)
    def test_length_and_level_stay(self, direct: int, seed: int) -> None:
        random = np.random.default_rng(seed)
        impulse = np.rint(300 * random.standard_normal(2000)).astype(np.int16)
        impulse[direct] = 30_000
        voice = speech(level=1000)
        wet = in_room(voice, impulse)
        assert wet.shape == voice.shape
        change = active_power(wet.astype(float)) / active_power(voice.astype(float))
        # Which frames count as speech can change by the room's tail: so not to the last hundredth.
        assert decibels(change) == pytest.approx(0, abs=0.3)

    def test_silence_stays_silence(self) -> None:
        impulse = np.array([0, 30_000, 10_000], np.int16)
        assert not in_room(np.zeros(1000, np.int16), impulse).any()

    def test_a_silent_room_is_refused(self) -> None:
        with pytest.raises(ValueError, match="silent"):
            in_room(speech(), np.zeros(10, np.int16))


class TestGain:
    @given(st.floats(-60, 60))
    def test_samples_grow_by_the_gain_and_are_cut_off_at_full_scale(self, gain: float) -> None:
        voice = speech(0.1)
        louder = amplified(voice, gain)
        wanted = np.clip(np.rint(voice * 10 ** (gain / 20)), -32768, 32767)
        assert louder.dtype == np.int16
        assert np.array_equal(louder, wanted)

    def test_no_gain_is_no_change(self) -> None:
        assert np.array_equal(amplified(speech(), 0), speech())


class TestSpeed:
    @given(st.floats(0.5, 2))
    def test_the_length_goes_with_the_speed(self, factor: float) -> None:
        voice = speech()
        changed = at_speed(voice, factor)
        assert len(changed) == pytest.approx(len(voice) / factor, abs=2)
        assert changed.dtype == np.int16

    def test_the_pitch_goes_with_it(self) -> None:
        times = np.arange(RATE) / RATE
        tone = np.rint(8000 * np.sin(2 * np.pi * 400 * times)).astype(np.int16)
        faster = at_speed(tone, 1.5).astype(float)
        spectrum = np.abs(np.fft.rfft(faster * np.hanning(len(faster))))
        assert np.argmax(spectrum) * RATE / len(faster) == pytest.approx(600, abs=3)

    def test_speed_one_gives_the_samples_back(self) -> None:
        voice = speech()
        assert at_speed(voice, 1.0) is voice

    @pytest.mark.parametrize("factor", [0.0, -1.0, float("nan")])
    def test_time_does_not_stand_still(self, factor: float) -> None:
        with pytest.raises(ValueError, match="above 0"):
            at_speed(speech(), factor)
