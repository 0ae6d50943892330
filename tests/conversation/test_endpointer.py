"""When an utterance begins and ends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_skill.conversation.endpointer import (
    SLEEPY,
    WIDE_AWAKE,
    Completeness,
    Endpointer,
    EndpointSettings,
    Speech,
)

BLOCK_SECONDS = 0.032


def silence_until_end(endpointer: Endpointer, completeness: Completeness) -> float:
    """Seconds of silence until the utterance ends."""
    for blocks in range(1, 200):
        if endpointer.push(0.0, completeness) is Speech.ENDED:
            return blocks * BLOCK_SECONDS
    raise AssertionError("it never ended")


def speak(endpointer: Endpointer, blocks: int = 20) -> None:
    for _ in range(blocks):
        endpointer.push(0.9, Completeness.PREFIX)


def test_one_loud_block_is_not_speech() -> None:
    endpointer = Endpointer(BLOCK_SECONDS)
    changes = [endpointer.push(p, Completeness.PREFIX) for p in (0.0, 0.9, 0.0, 0.0, 0.0, 0.0)]
    assert set(changes) == {Speech.NONE}


def test_speech_begins_once_and_goes_on() -> None:
    endpointer = Endpointer(BLOCK_SECONDS)
    changes = [endpointer.push(0.9, Completeness.PREFIX) for _ in range(6)]
    assert changes == [Speech.NONE, Speech.NONE, Speech.BEGAN] + [Speech.GOES_ON] * 3


@pytest.mark.parametrize(
    ("completeness", "seconds"),
    [
        (Completeness.COMPLETE, WIDE_AWAKE.complete_seconds),
        (Completeness.OPEN, WIDE_AWAKE.open_seconds),
        (Completeness.FREE, WIDE_AWAKE.free_seconds),
        (Completeness.PREFIX, WIDE_AWAKE.prefix_seconds),
    ],
)
def test_the_wait_depends_on_what_was_said(completeness: Completeness, seconds: float) -> None:
    endpointer = Endpointer(BLOCK_SECONDS)
    speak(endpointer)
    waited = silence_until_end(endpointer, completeness)
    assert seconds <= waited < seconds + 2 * BLOCK_SECONDS


def test_a_pause_inside_a_sentence_does_not_end_it() -> None:
    endpointer = Endpointer(BLOCK_SECONDS)
    speak(endpointer)
    for _ in range(19):  # 0.6 s
        assert endpointer.push(0.1, Completeness.PREFIX) is Speech.GOES_ON
    speak(endpointer, 5)
    assert endpointer.speaking
    assert endpointer.silence_seconds == 0.0


def test_a_bump_is_told_apart_from_speech() -> None:
    settings = EndpointSettings(shortest_voiced_seconds=0.2)
    endpointer = Endpointer(BLOCK_SECONDS, settings)
    speak(endpointer, 4)
    changes = [endpointer.push(0.0, Completeness.COMPLETE) for _ in range(40)]
    assert Speech.TOO_SHORT in changes
    assert Speech.ENDED not in changes


def test_speech_that_never_pauses_is_cut() -> None:
    endpointer = Endpointer(BLOCK_SECONDS, EndpointSettings(longest_seconds=2.0))
    changes = [endpointer.push(1.0, Completeness.OPEN) for _ in range(100)]
    assert Speech.ENDED in changes


@given(st.lists(st.floats(0, 1), max_size=300), st.sampled_from(Completeness))
def test_every_beginning_has_at_most_one_end(
    probabilities: list[float], completeness: Completeness
) -> None:
    endpointer = Endpointer(BLOCK_SECONDS)
    open_utterances = 0
    for probability in probabilities:
        change = endpointer.push(probability, completeness)
        open_utterances += change is Speech.BEGAN
        open_utterances -= change in (Speech.ENDED, Speech.TOO_SHORT)
        assert open_utterances == int(endpointer.speaking)


@pytest.mark.parametrize("settings", [WIDE_AWAKE, SLEEPY])
def test_the_less_complete_the_longer_the_wait(settings: EndpointSettings) -> None:
    waits = [settings.wait_seconds(completeness, 1.0) for completeness in Completeness]
    assert waits == sorted(waits)
    assert settings.steady_seconds <= waits[0]


def test_sleepy_speech_is_waited_for_longer() -> None:
    for completeness in Completeness:
        assert SLEEPY.wait_seconds(completeness, 1.0) > WIDE_AWAKE.wait_seconds(completeness, 1.0)


def test_words_that_have_just_changed_are_no_whole_sentence_yet() -> None:
    unsteady = WIDE_AWAKE.wait_seconds(Completeness.COMPLETE, 0.1)
    assert unsteady == WIDE_AWAKE.free_seconds


def test_other_settings_count_from_the_next_utterance_on() -> None:
    endpointer = Endpointer(BLOCK_SECONDS)
    speak(endpointer)
    endpointer.settings = SLEEPY
    assert silence_until_end(endpointer, Completeness.COMPLETE) < SLEEPY.complete_seconds
    speak(endpointer)
    assert silence_until_end(endpointer, Completeness.COMPLETE) >= SLEEPY.complete_seconds
