"""Early commands, beats in the played samples, and what is rendered before it is due."""

from __future__ import annotations

import numpy as np
import pytest
from bedside import RATE, TICK, Bedside
from numpy.typing import NDArray

from voice_skill.content import load
from voice_skill.conversation.engines import early_commands
from voice_skill.domain.model import DialogueState
from voice_skill.domain.phases import Holding, Idle, Paused
from voice_skill.understanding.templates import Templates

START = ("my left ankle is twitching", "yes", "no", "no", "no")
DRIFT_SECONDS = 0.05
WORD_FRAMES = 300


def recorded(bedside: Bedside) -> list[NDArray[np.int16]]:
    """Collect all that is played from now on."""
    played: list[NDArray[np.int16]] = []
    bedside.player.on_pulled = played.append
    return played


def onsets(played: list[NDArray[np.int16]]) -> NDArray[np.float64]:
    """Return the seconds at which sound begins after silence."""
    loud = np.abs(np.concatenate(played)) > 100
    return np.flatnonzero(loud[1:] & ~loud[:-1]) / RATE


def test_the_counts_of_a_routine_do_not_drift_in_what_is_played() -> None:
    bedside = Bedside()
    bedside.talk(START)
    bedside.wait_for("One")
    played = recorded(bedside)
    bedside.wait(4 * 9 + 1)
    beats = onsets(played)[-9:]
    assert len(beats) == 9
    ideal = beats[0] + 4.0 * np.arange(9)
    assert np.abs(beats - ideal).max() < DRIFT_SECONDS


def test_the_next_step_is_rendered_before_it_is_due() -> None:
    bedside = Bedside()
    bedside.talk(START)
    bedside.wait_for("Ten")
    bedside.wait(1)
    voice = bedside.loop.narrator._voice._synthesizer
    rendered: list[str] = []
    render = voice.render
    voice.render = lambda text, *, rate=1.0: rendered.append(text) or render(text, rate=rate)  # type: ignore[method-assign, func-returns-value]
    counted = len(bedside.said())
    while len(bedside.said()) == counted:
        bedside.wait(TICK / RATE)
    first = bedside.spoken()[-1].prompt.sentences[0]
    assert first not in rendered


def test_a_long_reply_keeps_the_loop_no_longer_than_a_sentence() -> None:
    bedside = Bedside()
    voice = bedside.loop.narrator._voice._synthesizer
    rendered: list[str] = []
    render = voice.render
    voice.render = lambda text, *, rate=1.0: rendered.append(text) or render(text, rate=rate)  # type: ignore[method-assign, func-returns-value]
    bedside.say("what causes this")
    assert len(rendered) == 1
    sentences = bedside.spoken()[-1].prompt.sentences
    assert len(sentences) > 1
    for count in range(2, len(sentences) + 1):
        bedside.wait(TICK / RATE)
        assert len(rendered) == count
    assert rendered == list(sentences)


# ------------------------------------------------------------------ stop and pause act early


@pytest.mark.parametrize(
    ("text", "state", "command"),
    [
        ("stop", "routine", "stop"),
        ("pause", "routine", "pause"),
        ("stop now please", "routine", "stop"),
        ("stop hurting me", "routine", None),
        ("don't stop", "routine", None),
        ("my left ankle", "idle", None),
        ("", "routine", None),
    ],
)
def test_whole_legal_sentences_that_say_stop_or_pause_act_early(
    text: str, state: DialogueState, command: str | None
) -> None:
    early = early_commands(Templates(load(None, locale=None).language))
    assert early(text, state) == command


def test_it_falls_silent_before_the_utterance_has_ended() -> None:
    bedside = Bedside()
    bedside.say("what causes this")
    bedside.wait(0.5)
    bedside.loop.seems_said("stop")
    played = recorded(bedside)
    bedside.wait(1)
    assert not np.concatenate(played)[TICK:].any()
    bedside.say("stop")
    bedside.loop.seems_said(None)
    bedside.wait(5)
    assert not np.concatenate(played)[TICK:].any()
    assert isinstance(bedside.loop.state.phase, Idle)


def test_what_was_no_stop_after_all_lets_speech_go_on() -> None:
    bedside = Bedside()
    bedside.say("what causes this")
    bedside.wait(0.5)
    spoken = len(bedside.said())
    bedside.loop.seems_said("stop")
    bedside.wait(1)
    bedside.say("the bus stops at the corner of the street")
    bedside.loop.seems_said(None)
    played = recorded(bedside)
    bedside.wait(0.5)
    if len(bedside.said()) == spoken:  # refused without a word: the reply goes on where it was
        assert np.concatenate(played).any()
    assert not bedside.player.paused


def test_a_stop_that_turns_out_to_be_pain_is_triaged() -> None:
    bedside = Bedside()
    bedside.talk(START)
    bedside.wait_for("Three")
    bedside.loop.seems_said("stop")
    bedside.wait(0.3)
    bedside.say("my chest hurts")
    bedside.loop.seems_said(None)
    assert bedside.spoken()[-1].prompt.style == "urgent"
    played = recorded(bedside)
    bedside.wait(1)
    assert np.concatenate(played).any()


def test_a_pause_heard_early_is_a_pause_when_it_has_ended() -> None:
    bedside = Bedside()
    bedside.talk(START)
    bedside.wait_for("Two")
    bedside.loop.seems_said("pause")
    bedside.wait(0.3)
    assert isinstance(bedside.loop.state.phase, Holding)
    bedside.say("pause")
    bedside.loop.seems_said(None)
    assert isinstance(bedside.loop.state.phase, Paused)


def test_stop_stops_speech_routine_and_queue() -> None:
    bedside = Bedside()
    bedside.talk(START)
    bedside.wait_for("Two")
    bedside.say("how long is left")
    bedside.wait(0.2)
    bedside.say("stop")
    played = recorded(bedside)
    said = len(bedside.said())
    bedside.wait(60)
    assert not np.concatenate(played)[TICK:].any()
    assert len(bedside.said()) == said
    assert isinstance(bedside.loop.state.phase, Idle)
    assert bedside.loop.deadline is None
