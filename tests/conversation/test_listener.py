"""Blocks in, utterances out; a recogniser of ours that writes down what it was fed."""

from __future__ import annotations

import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from voice_skill.conversation.endpointer import SLEEPY, Completeness
from voice_skill.conversation.listener import (
    BLOCK,
    FLOOR_SECONDS,
    PRE_ROLL_BLOCKS,
    SAMPLE_RATE,
    Listener,
)
from voice_skill.domain.model import DialogueState, Hypothesis, Utterance

Samples = NDArray[np.int16]


class NotebookRecognizer:
    """Hears a word for every loud block."""

    def __init__(self) -> None:
        self.fed: list[Samples] = []
        self.states: list[DialogueState] = []
        self.discarded = 0

    def use(self, state: DialogueState) -> None:
        self.states.append(state)

    def accept(self, samples: Samples) -> None:
        self.fed.append(samples)

    def partial(self) -> str:
        return "stop" if any(block.any() for block in self.fed) else ""

    def partials(self) -> tuple[Hypothesis, ...]:
        return (Hypothesis(self.partial(), "domain"),)

    def finish(self) -> tuple[Hypothesis, ...]:
        text = self.partial()
        self.fed.clear()
        return (Hypothesis(text, "domain"),)

    def discard(self) -> None:
        self.discarded += 1
        self.fed.clear()


class LoudIsVoice:
    """A block with any sound in it is a voice."""

    def probability(self, block: Samples) -> float:
        assert len(block) == BLOCK
        return 1.0 if block.any() else 0.0

    def reset(self) -> None:
        pass


def make_listener() -> tuple[Listener, NotebookRecognizer]:
    recognizer = NotebookRecognizer()
    return Listener(
        recognizer, LoudIsVoice(), lambda partials, state: Completeness.COMPLETE
    ), recognizer


def quiet(seconds: float) -> Samples:
    return np.zeros(int(seconds * SAMPLE_RATE), np.int16)


def loud(seconds: float) -> Samples:
    return np.full(int(seconds * SAMPLE_RATE), 1000, np.int16)


def test_speech_between_silences_is_one_utterance() -> None:
    listener, _ = make_listener()
    utterances = listener.push(np.concatenate([quiet(1), loud(0.5), quiet(1)]))
    assert [u.hypotheses[0].text for u in utterances] == ["stop"]
    assert 0.4 <= utterances[0].start <= 1.0
    assert 1.4 <= utterances[0].end <= 1.7


def test_sound_from_before_the_voice_was_noticed_is_kept() -> None:
    listener, recognizer = make_listener()
    listener.push(np.concatenate([quiet(2), loud(0.2)]))
    assert len(recognizer.fed) >= PRE_ROLL_BLOCKS


def test_the_state_of_the_beginning_counts() -> None:
    listener, recognizer = make_listener()
    listener.state = "routine"
    listener.push(loud(0.3))
    listener.state = "idle"
    (utterance,) = listener.push(quiet(1))
    assert recognizer.states == ["routine"]
    assert utterance.state == "routine"


def test_while_the_microphone_is_closed_nothing_is_heard() -> None:
    listener, recognizer = make_listener()
    listener.push(loud(0.3))
    listener.skip(len(loud(1)))
    assert listener.push(quiet(1)) == []
    assert recognizer.discarded == 1
    assert not listener.speaking


@pytest.mark.parametrize(("silent", "cut"), [(0.0, True), (0.05, True), (0.3, False)])
def test_what_was_going_on_when_the_microphone_opened_is_marked(silent: float, cut: bool) -> None:
    listener, _ = make_listener()
    listener.skip(SAMPLE_RATE)
    sound = [quiet(silent), loud(0.5), quiet(1), loud(0.5), quiet(1)]
    first, second = listener.push(np.concatenate(sound))
    assert (first.cut, second.cut) == (cut, False)


def test_skipped_time_counts_on_the_clock() -> None:
    listener, _ = make_listener()
    listener.skip(10 * SAMPLE_RATE)
    (utterance,) = listener.push(np.concatenate([loud(0.5), quiet(1)]))
    assert 9.9 <= utterance.start <= 10.1


def test_the_assistant_waits_for_a_person_but_not_for_a_television() -> None:
    listener, _ = make_listener()
    listener.push(loud(3))
    assert listener.has_the_floor
    listener.push(loud(4))
    assert listener.speaking
    assert not listener.has_the_floor
    listener.push(quiet(1))
    assert not listener.has_the_floor


def test_an_utterance_cut_off_by_the_end_is_heard() -> None:
    listener, _ = make_listener()
    assert listener.push(loud(0.5)) == []
    utterance = listener.finish()
    assert utterance is not None
    assert utterance.hypotheses[0].text == "stop"
    assert listener.finish() is None


@settings(deadline=None)
@given(st.lists(st.integers(1, 4000), min_size=1, max_size=40))
def test_the_size_of_the_blocks_changes_nothing(sizes: list[int]) -> None:
    sound = np.concatenate([quiet(0.5), loud(0.4), quiet(0.9), loud(0.4), quiet(0.9)])
    whole, _ = make_listener()
    expected = whole.push(sound)
    pieces, _ = make_listener()
    got: list[Utterance] = []
    position = index = 0
    while position < len(sound):
        size = sizes[index % len(sizes)]
        got += pieces.push(sound[position : position + size])
        position, index = position + size, index + 1
    assert got == expected


def test_an_utterance_is_stamped_with_the_wall_time_if_there_is_one() -> None:
    moment = datetime.datetime(2026, 3, 4, 17, 0)
    listener = Listener(
        NotebookRecognizer(),
        LoudIsVoice(),
        lambda partials, state: Completeness.COMPLETE,
        wall_time=lambda: moment,
    )
    (stamped,) = listener.push(np.concatenate([loud(1), quiet(2)]))
    assert stamped.moment == moment
    (unstamped,) = make_listener()[0].push(np.concatenate([loud(1), quiet(2)]))
    assert unstamped.moment is None


def make_commanded() -> Listener:
    return Listener(
        NotebookRecognizer(),
        LoudIsVoice(),
        lambda partials, state: Completeness.COMPLETE,
        early=lambda text, state: "stop" if text == "stop" and state == "routine" else None,
    )


def test_a_command_is_known_before_the_utterance_has_ended() -> None:
    listener = make_commanded()
    listener.state = "routine"
    listener.push(loud(0.2))
    assert listener.early is None
    listener.push(loud(0.3))
    assert listener.early == "stop"
    assert listener.push(quiet(1))
    assert listener.early is None


def test_no_command_acts_early_where_it_is_not_legal_or_the_microphone_closes() -> None:
    listener = make_commanded()
    listener.push(loud(0.5))
    assert listener.early is None
    listener.push(quiet(1))
    listener.state = "routine"
    listener.push(loud(0.5))
    assert listener.early == "stop"
    listener.skip(1000)
    assert listener.early is None


def test_somebody_who_may_begin_to_speak_is_noticed_in_the_first_block() -> None:
    listener, _ = make_listener()
    listener.push(quiet(0.5))
    assert not listener.stirring
    listener.push(loud(0.05))
    assert listener.stirring
    assert not listener.speaking
    listener.push(quiet(0.1))
    assert not listener.stirring


def test_slow_waits_hold_from_the_next_utterance_on() -> None:
    listener, _ = make_listener()
    listener.push(loud(0.5))
    listener.settings = SLEEPY
    (first,) = listener.push(quiet(0.45))
    assert first.hypotheses
    listener.push(loud(0.5))
    assert listener.push(quiet(0.45)) == []
    assert len(listener.push(quiet(0.2))) == 1


def test_words_that_change_in_the_silence_put_off_its_end() -> None:
    class Late(NotebookRecognizer):
        """Hears another word 0.2 s into the silence."""

        def partial(self) -> str:
            silent = sum(not block.any() for block in self.fed)
            return super().partial() + (" now" if silent > 6 else "")

    steady = Listener(NotebookRecognizer(), LoudIsVoice(), lambda p, s: Completeness.COMPLETE)
    late = Listener(Late(), LoudIsVoice(), lambda p, s: Completeness.COMPLETE)
    for listener in (steady, late):
        listener.push(loud(0.5))
    assert len(steady.push(quiet(0.32))) == 1
    assert late.push(quiet(0.32)) == []
    assert len(late.push(quiet(0.2))) == 1


def test_who_has_talked_for_long_is_heard_though_the_assistant_begins_to_speak() -> None:
    listener, _ = make_listener()
    assert listener.hear_out() is None
    listener.push(loud(FLOOR_SECONDS - 1))
    assert listener.hear_out() is None
    listener.push(loud(2))
    utterance = listener.hear_out()
    assert utterance is not None
    assert utterance.cut
    assert utterance.end - utterance.start == pytest.approx(FLOOR_SECONDS + 1, abs=0.1)
    assert not listener.speaking
