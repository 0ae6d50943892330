"""Dialogue, narrator, player and time together, on the built-in content, without a microphone.

The person's lines are typed into the understanding; the clock is the position in what was played.
"""

from __future__ import annotations

import numpy as np
import pytest
from bedside import RATE, TICK, Bedside

from voice_skill.content import load
from voice_skill.conversation.engines import impersonal_sentences
from voice_skill.conversation.transcript import AssistantSpoke, PersonSpoke, Remark
from voice_skill.domain.events import Key
from voice_skill.domain.phases import Screening

START = ("my left ankle is twitching", "yes", "no", "no", "no")


def test_a_routine_counts_on_its_beat_without_drift() -> None:
    bedside = Bedside()
    bedside.talk(START)
    bedside.wait_for("Ten")
    beats = np.diff(bedside.counts()[:10])
    assert len(beats) == 9
    assert np.allclose(beats, 4.0, atol=TICK / RATE + 1e-6)
    assert bedside.counts()[9] - bedside.counts()[0] == pytest.approx(36.0, abs=0.05)


def test_slower_is_slower() -> None:
    bedside = Bedside()
    bedside.talk(START)
    bedside.wait_for("Two")
    bedside.say("slower")
    bedside.wait_for("Seven")
    last = np.diff(bedside.counts())[-1]
    assert last == pytest.approx(6.0, abs=0.05)


def test_the_night_begins_in_the_middle_of_a_routine_and_ends_it_softly() -> None:
    bedside = Bedside()
    bedside.talk(START)
    bedside.wait_for("Two")
    assert bedside.player.volume == 1.0
    bedside.night = True
    bedside.wait_for("Three")
    assert bedside.player.volume < 0.5
    bedside.wait_for("Rest now", seconds=400)
    said = len(bedside.said())
    bedside.wait(60)
    assert bedside.said()[said:] == []
    bedside.night = False
    bedside.wait(2)
    assert bedside.player.volume == 1.0


def test_the_clock_is_looked_at_once_a_second() -> None:
    bedside = Bedside()
    looks = []
    bedside.loop._is_night = lambda: bool(looks.append(bedside.now))
    bedside.wait(10)
    assert 9 <= len(looks) <= 11


def test_pause_waits_as_long_as_it_takes() -> None:
    bedside = Bedside()
    bedside.talk(START)
    bedside.wait_for("Two")
    bedside.say("pause")
    bedside.finish_speaking()
    before = len(bedside.counts())
    bedside.wait(60)
    assert len(bedside.counts()) == before
    bedside.say("continue")
    bedside.wait_for("Four")


def test_the_space_key_does_the_same() -> None:
    bedside = Bedside()
    bedside.talk(START)
    bedside.wait_for("Two")
    bedside.loop.handle(Key("pause"), bedside.now)
    bedside.finish_speaking()
    before = len(bedside.counts())
    bedside.wait(20)
    assert len(bedside.counts()) == before
    bedside.loop.handle(Key("pause"), bedside.now)
    bedside.wait_for("Three")


def test_stop_is_silence_at_once() -> None:
    bedside = Bedside()
    bedside.say("what causes this")
    bedside.wait(0.5)
    bedside.say("stop")
    bedside.wait(3)
    assert not bedside.player.busy
    assert bedside.loop.listening_state == "idle"


def test_an_alarm_in_mid_routine_interrupts_and_is_said_twice() -> None:
    bedside = Bedside()
    bedside.talk(START)
    bedside.wait_for("Three")
    bedside.say("my chest hurts")
    spoken = [e.prompt for e in bedside.entries if isinstance(e, AssistantSpoke)]
    assert spoken[-1].style == "urgent"
    assert "nine nine nine" in spoken[-1].sentences[0]
    counted = len(bedside.counts())
    bedside.finish_speaking()
    bedside.wait(60)
    assert len(bedside.counts()) == counted
    calls = [s for s in bedside.said() if s == spoken[-1].sentences[0]]
    assert len(calls) >= 2
    bedside.talk(["start the ankle circles"])
    bedside.wait(60)
    assert len(bedside.counts()) == counted


def test_a_hard_cramp_gets_its_action_in_the_first_sentence() -> None:
    bedside = Bedside()
    bedside.say("i've got a cramp in my calf")
    first = bedside.said()[0].lower()
    assert "toes" in first
    assert "shin" in first


def test_ten_minutes_of_cramp_bring_the_advice_to_call() -> None:
    bedside = Bedside()
    bedside.say("i've got a cramp in my calf")
    for _ in range(42):
        bedside.wait(15)
        question = bedside.said()[-1]
        if question.endswith("?"):
            bedside.say("no")
    assert any("ten minutes" in sentence for sentence in bedside.said()), bedside.said()


def test_a_question_nobody_answers_ends_quietly() -> None:
    bedside = Bedside()
    bedside.talk(["my left ankle is twitching"])
    bedside.wait(120)
    assert bedside.loop.listening_state == "idle"
    assert bedside.loop.deadline is None
    spoken = len(bedside.entries)
    bedside.wait(600)
    assert len(bedside.entries) == spoken


def test_a_silence_is_counted_from_the_end_of_the_question() -> None:
    bedside = Bedside()
    bedside.say("my left ankle is twitching")
    bedside.wait(5)
    assert bedside.loop.narrator.busy
    assert bedside.loop.deadline is None
    bedside.finish_speaking()
    bedside.wait(0.1)
    assert bedside.loop.deadline is not None
    assert bedside.loop.deadline > bedside.now + 5


def test_without_a_voice_it_goes_on_and_says_so_in_the_transcript() -> None:
    bedside = Bedside(mute=True)
    bedside.talk(START)
    bedside.wait(30)
    assert bedside.counts()
    assert any(isinstance(e, Remark) and "no voice" in e.text for e in bedside.entries)


def test_what_was_heard_stands_in_the_transcript() -> None:
    bedside = Bedside()
    bedside.say("is this serious")
    person = next(e for e in bedside.entries if isinstance(e, PersonSpoke))
    assert person.understanding.intent == "ask_serious"


def test_no_sentence_about_the_person_may_be_kept() -> None:
    bedside = Bedside()
    bedside.talk(["my left ankle has been twitching for three days", "i'm pregnant", "yes"])
    bedside.say("my chest hurts")
    knowledge = load(None, locale="en-GB").knowledge
    assert knowledge is not None
    kept = impersonal_sentences(knowledge) & set(bedside.said())
    told = [s for s in kept if any(w in s for w in ("I heard", "pregnan", "chest", "ankle twitch"))]
    assert told == []
    assert kept


def test_after_hours_without_a_word_the_questions_come_again() -> None:
    bedside = Bedside()
    bedside.talk([*START, "stop"])
    bedside.now += 7 * 3600.0
    bedside.talk(["ankle circles"])
    assert isinstance(bedside.loop.state.phase, Screening)


@pytest.mark.parametrize("heard", ["and now the weather for the south", "oh"])
def test_a_television_that_talks_all_night_keeps_no_conversation_open(heard: str) -> None:
    bedside = Bedside()
    bedside.talk([*START, "stop"])
    for _ in range(7):
        bedside.now += 3600.0
        bedside.say(heard)
    bedside.talk(["ankle circles"])
    assert isinstance(bedside.loop.state.phase, Screening)


def test_who_says_a_word_now_and_then_is_in_the_same_conversation() -> None:
    bedside = Bedside()
    bedside.talk([*START, "stop"])
    for _ in range(7):
        bedside.now += 3600.0
        bedside.say("what causes this")
    bedside.talk(["ankle circles"])
    assert not isinstance(bedside.loop.state.phase, Screening)
