"""What an earlier part of the conversation left open, and a conversation that begins anew."""

from __future__ import annotations

import pytest
from talk import NOT_NOW, Talk, alarm, meaning, torn, unsure

from voice_skill.domain import dialogue
from voice_skill.domain.events import LongSilence
from voice_skill.domain.model import Decision, Level, Understanding
from voice_skill.domain.phases import Asleep

QUESTION = "Do you need medical help right now?"
R01 = alarm("R01", Level.EMERGENCY_NOW)
R20 = alarm("R20", Level.SAME_DAY)
R30 = alarm("R30", Level.SEE_SOON)
ALARM_WORD = Understanding(Decision.CONFIRM, screen="urgent_screen")


def hours_pass(talk: Talk) -> None:
    talk.state, actions = dialogue.handle(talk.knowledge, talk.state, LongSilence())
    assert actions == ()


# ------------------------------------------------------------------ left without an answer


@pytest.mark.parametrize("leaves", ["stop", "goodnight", "key"])
def test_a_question_about_a_sign_that_was_left_comes_again(leaves: str) -> None:
    talk = Talk()
    assert QUESTION in talk.say(ALARM_WORD)
    _ = talk.key("stop") if leaves == "key" else talk.say(leaves)
    if isinstance(talk.phase, Asleep):
        talk.key("wake")
    assert QUESTION in talk.say("report_symptom", site="toe")
    assert "toe" in talk.say("no")
    assert QUESTION not in talk.say("ask_causes")


def test_it_comes_before_the_questions_of_a_routine() -> None:
    talk = Talk()
    talk.say("report_symptom", site="toe")
    talk.say(ALARM_WORD)
    talk.say("cramp_now", site="calf")
    talk.say("stop")
    assert QUESTION in talk.say("start_exercise", routine="ankle_circles")
    assert "swollen" in talk.say("no")


@pytest.mark.parametrize("silent", ["stop", "goodnight", "louder", "mute"])
def test_silence_sleep_and_volume_ask_nothing(silent: str) -> None:
    talk = Talk()
    talk.say(ALARM_WORD)
    talk.say("stop")
    assert QUESTION not in talk.say(silent)


def test_a_cramp_is_eased_before_the_question() -> None:
    talk = Talk()
    talk.say(ALARM_WORD)
    talk.say("stop")
    assert QUESTION not in talk.say("cramp_now", site="calf")
    talk.play()
    talk.say("yes")
    assert QUESTION in "".join(talk.play())


@pytest.mark.parametrize(
    ("guessed", "answer"),
    [
        (unsure("ask_causes"), "yes"),
        (torn("ask_causes", "ask_doctor"), "pick_first"),
        (unsure("ask_doctor"), "ask_causes"),
    ],
)
def test_it_comes_before_what_a_guess_has_made_clear(guessed: Understanding, answer: str) -> None:
    talk = Talk()
    talk.say(ALARM_WORD)
    talk.say("stop")
    assert talk.say(guessed).startswith("Do you mean")
    assert QUESTION in talk.say(answer)
    assert "vitamin" in talk.say("no")


def test_a_cramp_that_is_told_in_answer_to_a_guess_is_eased_first() -> None:
    talk = Talk()
    talk.say(ALARM_WORD)
    talk.say("stop")
    talk.say(unsure("ask_causes"))
    talk.say("cramp_now", site="calf")
    assert talk.where in ("Instructing", "Holding")


# ------------------------------------------------------------------ a sign that interrupts nothing


def test_a_lesser_sign_is_said_before_the_answer() -> None:
    talk = Talk()
    both = Understanding(
        Decision.ACT, "report_symptom", meaning("report_symptom", site="toe").slots, alarm=R30.alarm
    )
    said = talk.say(both)
    assert said.startswith(Talk().say(R30))
    assert "toe" in said
    assert talk.state.memory.level == Level.SEE_SOON


def test_beside_a_standing_warning_a_lesser_sign_is_not_said() -> None:
    talk = Talk()
    talk.say(R20)
    lesser = Talk().say(R30)
    assert lesser not in talk.say(Understanding(Decision.ACT, "alarm", alarm=R30.alarm))
    assert talk.state.memory.level == Level.SAME_DAY


# ------------------------------------------------------------------ after hours


def test_after_hours_the_questions_before_an_exercise_come_again() -> None:
    talk = Talk()
    talk.start("ankle_circles")
    talk.say("stop")
    hours_pass(talk)
    assert "swollen" in talk.say("start_exercise", routine="ankle_circles")


def test_after_hours_a_warning_is_asked_about_even_before_a_cramp_is_eased() -> None:
    talk = Talk()
    talk.say(R20)
    talk.say("stop")
    hours_pass(talk)
    assert talk.state.memory.level == Level.SAME_DAY, "nobody has said that it is over"
    assert "swollen" in talk.say("cramp_now", site="calf")
    talk.say("no")
    assert talk.where in ("Instructing", "Holding")


def test_after_hours_a_warning_is_asked_about_before_what_a_guess_has_made_clear() -> None:
    talk = Talk()
    talk.say(R20)
    hours_pass(talk)
    talk.say(unsure("ask_causes"))
    assert "swollen" in talk.say("yes")


def test_a_yes_brings_the_warning_back() -> None:
    talk = Talk()
    talk.say(R20)
    hours_pass(talk)
    talk.say("report_symptom", site="toe")
    talk.say("yes")
    assert talk.state.memory.level >= Level.SAME_DAY
    assert talk.where == "Urgent"


def test_after_hours_a_fresh_sign_is_said_and_not_the_old_one() -> None:
    talk = Talk()
    talk.say(R01)
    talk.say("stop")
    hours_pass(talk)
    fresh = Talk().say(R20)
    assert talk.say(R20) == fresh
    assert talk.prompt_ends() == fresh, "said twice, as every warning"


def test_the_old_warning_is_asked_about_once_the_fresh_one_was_said() -> None:
    talk = Talk()
    talk.say(R01)
    hours_pass(talk)
    talk.say(R20)
    talk.say("stop")
    assert "chest" in talk.say("report_symptom", site="toe").lower()
    assert talk.say("yes") == Talk().say(R01)
    assert talk.state.memory.level == Level.EMERGENCY_NOW


def test_a_fresh_sign_stands_when_the_old_one_is_over() -> None:
    talk = Talk()
    talk.say(R01)
    hours_pass(talk)
    talk.say(R20)
    talk.say("stop")
    talk.say("start_exercise", routine="ankle_circles")
    assert Talk().say(R20) in talk.say("no")
    assert talk.state.memory.alarm == R20.alarm


def test_an_answer_that_finds_a_fresh_sign_says_that_one() -> None:
    talk = Talk()
    talk.say(R01)
    hours_pass(talk)
    talk.say("report_symptom", site="toe")
    assert talk.say(R20) == Talk().say(R20)


def test_a_fresh_lesser_sign_is_said_before_the_old_warning_is_asked_about() -> None:
    talk = Talk()
    talk.say(R20)
    hours_pass(talk)
    said = talk.say(R30)
    assert said.startswith(Talk().say(R30))
    assert "swollen" in said
    assert talk.state.memory.level == Level.SAME_DAY


def test_what_was_said_beside_the_lesser_sign_is_taken_up_after_the_question() -> None:
    talk = Talk()
    talk.say(R20)
    hours_pass(talk)
    both = Understanding(
        Decision.ACT, "report_symptom", meaning("report_symptom", site="toe").slots, alarm=R30.alarm
    )
    assert "swollen" in talk.say(both)
    assert "toe" in talk.say("no")


def test_within_a_conversation_the_more_serious_sign_stays_the_one_that_is_said() -> None:
    talk = Talk()
    talk.say(R01)
    assert talk.say(R20) == Talk().say(R01)


def test_what_lasts_is_kept() -> None:
    talk = Talk()
    talk.say("special_group", group="pregnancy")
    talk.say("goodnight")
    hours_pass(talk)
    assert talk.where == "Asleep"
    assert talk.state.memory.groups == {"pregnancy"}


def test_a_question_left_unclear_forbids_no_relief_of_a_cramp() -> None:
    talk = Talk()
    talk.say("start_exercise", routine="ankle_circles")
    talk.say("no")
    talk.silence()
    assert talk.silence() == "[no_exercise]."
    talk.say("cramp_now", site="calf")
    assert talk.where in ("Instructing", "Holding")


@pytest.mark.parametrize("evades", ["stop", "not_now", "silence"])
def test_an_old_warning_ends_with_a_plain_no_alone(evades: str) -> None:
    talk = Talk()
    talk.say(R20)
    talk.say("stop")
    hours_pass(talk)
    assert "swollen" in talk.say("report_symptom", site="toe")
    if evades == "silence":
        talk.silence()
        talk.silence()
    else:
        talk.say(NOT_NOW if evades == "not_now" else "stop")
    assert talk.state.memory.level == Level.SAME_DAY
    assert "swollen" in talk.say("cramp_now", site="calf")


def test_two_questions_that_were_left_come_again_both() -> None:
    talk = Talk()
    talk.say("report_symptom", site="chest")
    talk.say(ALARM_WORD)
    talk.say("stop")
    first = talk.say("report_symptom", site="toe")
    second = talk.say("no")
    assert QUESTION in first + second
    assert "chest" in (first + second).lower()


def test_the_general_question_does_not_stand_for_that_of_the_report() -> None:
    talk = Talk()
    talk.say(ALARM_WORD)
    talk.say("stop")
    assert QUESTION in talk.say("report_symptom", site="chest")
    assert "chest" in talk.say("no").lower()
    assert talk.where == "Screening"
