"""Echo cancellation: what was played, where it stands beside the microphone, and what is left."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1]))

from simulated_room import RATE, Echo, SimulatedRoom

from voice_skill.audio.echo_cancellation import WebRtcEchoCanceller
from voice_skill.audio.echo_reference import (
    LEARNING_SECONDS,
    MARGIN_SECONDS,
    EchoFilter,
    PlayedSound,
)
from voice_skill.audio.echo_subtraction import BLOCK, PARTITIONS, EchoSubtraction
from voice_skill.audio.player import Player
from voice_skill.domain.errors import UsageError

Samples = NDArray[np.int16]


def noise(seconds: float, level: float = 2000.0, seed: int = 1) -> Samples:
    """Sound with all frequencies in it, in syllables of a fifth of a second."""
    count = round(seconds * RATE)
    syllables = np.sin(np.arange(count) * 2 * np.pi * 2.5 / RATE) > -0.5
    wave = np.random.default_rng(seed).normal(0.0, level, count) * syllables
    return np.rint(wave).astype(np.int16)


def decibels(sound: NDArray[np.generic]) -> float:
    return float(10 * np.log10(np.mean(sound.astype(np.float64) ** 2) + 1e-9))


# ---------------------------------------------------------------- subtraction


def subtracted(played: Samples, echo: Echo, person: Samples | None = None) -> tuple[Samples, ...]:
    """Return what the microphone heard, and what is left of it."""
    room, filtering = SimulatedRoom(echo, played), EchoSubtraction()
    said = np.zeros_like(played) if person is None else person
    heard, left = [], []
    for start in range(0, len(played) - BLOCK + 1, BLOCK):
        part = played[start : start + BLOCK]
        heard.append(room.hear(part, said[start : start + BLOCK]))
        left.append(filtering.process(heard[-1], part)[0])
    return np.concatenate(heard), np.concatenate(left)


@pytest.mark.parametrize(
    ("echo", "least_db"),
    [
        (Echo(), 15.0),
        (Echo(drift=2e-5), 14.0),
        (Echo(clip_share=0.6), 12.0),
        (Echo(dbfs=-16), 15.0),
        (Echo(drift=1e-4), 4.0),
    ],
    ids=["room", "drift", "clipping", "loud", "much-drift"],
)
def test_the_echo_is_subtracted(echo: Echo, least_db: float) -> None:
    heard, left = subtracted(noise(6), echo)
    late = slice(4 * RATE, None)
    assert decibels(heard[late]) - decibels(left[late]) > least_db


def test_the_person_is_left_whole() -> None:
    played = noise(8)
    person = noise(8, 600.0, seed=2)
    person[: 5 * RATE] = 0
    _, left = subtracted(played, Echo(), person)
    said = slice(5 * RATE, len(left))
    assert decibels(left[said] - person[said].astype(np.float64)) < decibels(person[said]) - 5


def test_without_an_echo_nothing_changes() -> None:
    filtering, person = EchoSubtraction(), noise(1)
    silence = np.zeros(BLOCK, np.int16)
    for start in range(0, len(person), BLOCK):
        block = person[start : start + BLOCK]
        assert np.array_equal(filtering.process(block, silence)[0], block)


def test_a_reset_forgets_the_room() -> None:
    played = noise(4)
    filtering = EchoSubtraction()
    for start in range(0, len(played), BLOCK):
        filtering.process(played[start : start + BLOCK], played[start : start + BLOCK])
    filtering.reset()
    block = played[:BLOCK]
    assert np.array_equal(filtering.process(block, block)[0], block)


def test_blocks_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match="320"):
        EchoSubtraction().process(np.zeros(160, np.int16), np.zeros(160, np.int16))


# ---------------------------------------------------------------- the reference


class Keeps:
    """A canceller that keeps what it was given and gives the microphone back."""

    def __init__(self) -> None:
        self.microphone: list[Samples] = []
        self.played: list[Samples] = []
        self.resets = 0

    def process(self, microphone: Samples, played: Samples) -> Samples:
        self.microphone.append(microphone)
        self.played.append(played)
        return microphone

    def reset(self) -> None:
        self.resets += 1


class KeepsBoth:
    """The same as a subtractor."""

    def __init__(self, keeps: Keeps) -> None:
        self._keeps = keeps
        self.reset = keeps.reset

    def process(self, microphone: Samples, played: Samples) -> tuple[Samples, Samples]:
        kept = self._keeps.process(microphone, played)
        return kept, kept


def make_filter(rate: int = RATE) -> tuple[EchoFilter, Keeps, Player]:
    keeps = Keeps()
    filtering = EchoFilter(KeepsBoth(keeps), Keeps(), rate)
    return filtering, keeps, Player(rate, on_pulled=filtering.played.put)


def test_what_was_played_can_be_read_by_its_place() -> None:
    played = PlayedSound(RATE)
    sound = noise(1)
    for start in range(0, RATE, 160):
        played.put(sound[start : start + 160])
    played.collect()
    assert np.array_equal(played.at(1000, 500), sound[1000:1500])
    assert not played.at(RATE, 100).any()
    assert not played.at(-100, 100).any()
    assert played.silent(RATE, RATE + 100)
    assert not played.silent(0, RATE)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.93])
@pytest.mark.parametrize("hertz", [200, 1000, 4000])
def test_between_two_samples_stands_what_the_sound_was_there(share: float, hertz: int) -> None:
    def wave(start: float) -> NDArray[np.float64]:
        return 10_000 * np.sin(2 * np.pi * hertz * (start + np.arange(RATE)) / RATE)

    played = PlayedSound(RATE)
    played.put(np.rint(wave(0)).astype(np.int16))
    played.collect()
    read = played.between(1000 + share, 320)
    assert np.abs(read - wave(1000 + share)[:320]).max() < 60


def test_old_sound_is_forgotten() -> None:
    played = PlayedSound(RATE)
    for _ in range(20):
        played.put(np.full(RATE, 1000, np.int16))
    played.collect()
    assert not played.at(0, 100).any()
    assert played.at(19 * RATE, 100).all()


@pytest.mark.parametrize("rate", [RATE, 22_050, 48_000])
def test_the_reference_stands_a_margin_behind_the_player(rate: int) -> None:
    filtering, keeps, player = make_filter(rate)
    click = np.zeros(rate * 2, np.int16)
    click[rate // 2 : rate // 2 + rate // 100] = 20_000
    player.enqueue(click)
    for number in range(100):
        player.pull(rate // 50)
        filtering.clean(np.full(BLOCK, number, np.int16), player.seconds_pulled)
    blocks = [int(each[0]) for each in keeps.microphone]
    loudest = int(np.argmax([np.abs(each.astype(np.int32)).sum() for each in keeps.played]))
    due = 0.5 + MARGIN_SECONDS
    assert blocks[loudest] * 0.02 == pytest.approx(due, abs=0.03)


def test_uneven_callbacks_do_not_tear_the_reference() -> None:
    filtering, keeps, player = make_filter()
    sound = noise(4, seed=3)
    player.enqueue(sound)
    for number in range(200):
        if number % 3 == 0:  # the card takes three blocks at once
            player.pull(3 * BLOCK)
        filtering.clean(np.zeros(BLOCK, np.int16), player.seconds_pulled)
    reference = np.concatenate(keeps.played[100:180])
    likeness = np.correlate(sound.astype(np.float64), reference[:4000].astype(np.float64))
    at = int(np.argmax(likeness))
    assert np.array_equal(reference, sound[at : at + len(reference)])


def test_callbacks_that_beat_against_each_other_are_no_drift() -> None:
    """For a second and a half the card's two callbacks come in one order, then in the other."""
    filtering, keeps, player = make_filter()
    for sentence in range(4):
        player.enqueue(noise(3, seed=sentence))
        for number in range(200):  # a second of silence after it
            first = (number + 200 * sentence) % 150 < 75
            if first:
                player.pull(BLOCK)
            filtering.clean(np.zeros(BLOCK, np.int16), player.seconds_pulled)
            if not first:
                player.pull(BLOCK)
            assert filtering.knows_the_room or sentence < 2
    reference = np.concatenate(keeps.played)
    at = int(np.flatnonzero(reference)[0])
    for sentence in range(4):
        sound, place = noise(3, seed=sentence), at + 4 * RATE * sentence
        assert np.array_equal(reference[place : place + len(sound)], sound)


def test_a_lost_second_is_found_again() -> None:
    filtering, keeps, player = make_filter()
    player.enqueue(noise(20))
    for number in range(300):
        player.pull(BLOCK)
        if not 100 <= number < 150:  # the microphone's stream lost a second
            filtering.clean(np.zeros(BLOCK, np.int16), player.seconds_pulled)
    end = round((player.seconds_pulled - MARGIN_SECONDS) * RATE)
    newest = filtering.played.at(end - BLOCK, BLOCK)
    assert np.array_equal(keeps.played[-1], newest)


def test_clocks_that_part_are_joined_in_silence() -> None:
    filtering, _, player = make_filter()
    for number in range(3000):
        if not player.busy and number % 100 == 0:
            player.enqueue(noise(1))
        player.pull(BLOCK + (32 if number % 100 == 50 else 0))  # a millisecond a second
        filtering.clean(np.zeros(BLOCK, np.int16), player.seconds_pulled)
    place = filtering._position
    assert place is not None
    assert abs(player.seconds_pulled - MARGIN_SECONDS - place / RATE) < 0.03


def test_two_devices_are_read_at_their_own_speeds() -> None:
    """The speaker's clock is faster by one in ten thousand, for five minutes."""
    filtering, _, player = make_filter()
    for number in range(15_000):
        if not player.busy:
            player.enqueue(noise(5, seed=number))
        player.pull(BLOCK + (number % 31 == 0))
        filtering.clean(np.zeros(BLOCK, np.int16), player.seconds_pulled)
    assert filtering._drift.rate == pytest.approx(1e-4, rel=0.05)
    place = filtering._position
    assert place is not None
    assert abs(player.seconds_pulled - MARGIN_SECONDS - place / RATE) < 0.01


def test_without_an_echo_the_microphone_is_left_as_it_is() -> None:
    filtering, keeps, player = make_filter(22_050)
    for number in range(100):
        player.pull(441)
        block = noise(0.02, seed=number)
        assert filtering.clean(block, player.seconds_pulled) is block
    assert keeps.microphone == []


def test_the_room_is_known_after_a_while_of_speech_and_unknown_after_a_reset() -> None:
    filtering, keeps, player = make_filter()
    player.enqueue(np.full(4 * RATE, 3000, np.int16))
    blocks = 0
    while not filtering.knows_the_room:
        player.pull(BLOCK)
        filtering.clean(np.zeros(BLOCK, np.int16), player.seconds_pulled)
        blocks += 1
    assert LEARNING_SECONDS <= blocks * 0.02 < LEARNING_SECONDS + 0.5
    filtering.reset()
    assert not filtering.knows_the_room
    assert keeps.resets == 2  # the first when it was made


def test_the_delay_that_the_streams_name_fits_into_the_subtraction() -> None:
    for named in (0.0, 0.1, 0.3, 1.0):
        filtering, _, _ = make_filter()
        filtering.set_delay(named)
        left = named - filtering._margin / RATE
        assert left + 0.1 < PARTITIONS * BLOCK / RATE


# ---------------------------------------------------------------- the extra


def test_without_the_extra_it_is_said_what_to_install() -> None:
    def missing(name: str) -> ModuleType:
        raise ModuleNotFoundError(f"No module named {name!r}")

    with pytest.raises(UsageError, match="--barge-in needs the library") as told:
        WebRtcEchoCanceller(import_module=missing)
    assert f"{sys.executable} -m pip install pywebrtc-audio" in told.value.hint


def test_webrtc_takes_the_echo_out() -> None:
    pytest.importorskip("pywebrtc_audio")
    played = noise(6)
    room, canceller = SimulatedRoom(Echo(), played), WebRtcEchoCanceller(0.09)
    heard, left = [], []
    for start in range(0, len(played), BLOCK):
        part = played[start : start + BLOCK]
        heard.append(room.hear(part, np.zeros(BLOCK, np.int16)))
        left.append(canceller.process(heard[-1], part))
    late = slice(4 * RATE, None)
    difference = decibels(np.concatenate(heard)[late]) - decibels(np.concatenate(left)[late])
    assert difference > 20
    with pytest.raises(ValueError, match="whole frames"):
        canceller.process(np.zeros(100, np.int16), np.zeros(100, np.int16))


def test_the_module_of_the_extra_is_the_one_that_is_loaded() -> None:
    pytest.importorskip("pywebrtc_audio")
    assert importlib.import_module("pywebrtc_audio").EchoCanceller
