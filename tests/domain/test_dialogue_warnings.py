"""Warning signs in a conversation, and the questions that look for them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from small_knowledge import KNOWLEDGE
from talk import NOISE, Talk, alarm, meaning

from voice_skill.domain import dialogue
from voice_skill.domain.model import Decision, Level, Understanding

R01 = alarm("R01", Level.EMERGENCY_NOW)
R20 = alarm("R20", Level.SAME_DAY)
R30 = alarm("R30", Level.SEE_SOON)
CALL = "Please call your local emergency number now."
COLD = meaning("report_symptom", screen="urgent_screen", site="toe")
CRAMP_AND_SIGN = replace(
    meaning("cramp_now", site="calf"), screen="urgent_screen", decision=Decision.ACT
)
URGENT_QUESTION = "Do you need medical help right now?"


def everywhere() -> list[Talk]:
    """A talk in each situation but sleep, in which it hears only a call (test_attention.py)."""
    talks = [Talk() for _ in range(8)]
    talks[1].say("report_symptom", site="toe")
    talks[2].start("ankle_circles")
    talks[3].start("ankle_circles")
    talks[3].prompt_ends()
    talks[4].start("ankle_circles")
    talks[4].say("pause")
    talks[5].say("start_exercise", routine="ankle_circles")
    talks[6].start("ankle_circles")
    talks[6].play()
    talks[7].say("cramp_now")
    talks[7].play()
    return talks


def test_a_warning_interrupts_everything_and_comes_first() -> None:
    for talk in everywhere():
        assert talk.say(R01).startswith(CALL), talk.where
        assert talk.where == "Urgent"
        assert talk.prompt is not None
        assert talk.prompt.style == "urgent"
        assert dialogue.listening_state(talk.state) == "idle"


def test_it_is_said_twice_and_no_more() -> None:
    talk = Talk()
    first = talk.say(R01)
    assert talk.prompt_ends() == first
    assert talk.prompt_ends() == ""
    assert talk.where == "Urgent"


def test_it_blocks_every_routine_for_the_rest_of_the_conversation() -> None:
    talk = Talk()
    talk.say(R20)
    talk.say("stop")
    assert talk.where == "Idle"
    for intent, slots in (
        ("start_exercise", {"routine": "ankle_circles"}),
        ("cramp_now", {}),
        ("not_helped", {}),
        ("pain_worse", {}),
        ("ask_serious", {}),
    ):
        assert talk.say(meaning(intent, **slots)).startswith("Please contact a doctor")
        assert talk.where == "Urgent"
        talk.say("stop")
    talk.say("report_symptom", site="toe")
    assert talk.where == "Idle", "an answer, and no offer"


def test_a_lesser_sign_does_not_lower_it() -> None:
    talk = Talk()
    talk.say(R01)
    assert talk.say(R20).startswith(CALL)
    assert talk.state.memory.level is Level.EMERGENCY_NOW
    talk.say("stop")
    talk.say(R30)
    assert talk.state.memory.level is Level.EMERGENCY_NOW


def test_a_greater_sign_raises_it() -> None:
    talk = Talk()
    talk.say(R20)
    assert talk.say(R01).startswith(CALL)


def test_a_sign_to_have_looked_at_does_not_interrupt() -> None:
    talk = Talk()
    talk.start("ankle_circles")
    talk.to_step(1)
    talk.prompt_ends()
    assert talk.say(R30) == "Please book a visit with your doctor."
    assert talk.prompt_ends() == "One"
    offer = Talk()
    offer.say("report_symptom", site="toe")
    assert offer.say(R30) == "Please book a visit with your doctor. Shall we do ankle circles?"


def test_while_a_warning_is_open_only_it_is_spoken_of() -> None:
    talk = Talk()
    said = talk.say(R01)
    assert talk.say("repeat") == said
    assert talk.say("ask_remedies").startswith(CALL)
    assert talk.say("louder").startswith(CALL)
    assert talk.say("ask_source").startswith("The article says so.")
    for quiet in (NOISE, meaning("yes"), meaning("no")):
        assert talk.say(quiet) == ""
    assert talk.where == "Urgent"


# ------------------------------------------------------------------ screening questions


def test_a_yes_to_a_screening_question_raises_its_warning() -> None:
    talk = Talk()
    talk.say("start_exercise", routine="ankle_circles")
    assert talk.say("yes").startswith("Please contact a doctor")


def test_a_yes_may_forbid_exercise_alone() -> None:
    talk = Talk()
    talk.say("start_exercise", routine="ankle_circles")
    talk.say("no")
    assert talk.say("yes") == "[no_exercise]."
    assert talk.say("start_exercise", routine="ankle_circles") == "[no_exercise]."


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_the_end_of_a_sentence_answers_no_screening_question(answer: str) -> None:
    """Who speaks while the assistant does is heard from when it ends: "stop now please"."""
    talk = Talk()
    talk.say("start_exercise", routine="ankle_circles")
    for _ in range(3):
        heard = talk.say(replace(meaning(answer), cut=True))
        assert heard == "[missed_beginning]. Is one leg swollen?"
    assert talk.say("yes") == "Please contact a doctor or a nurse line today."


@pytest.mark.parametrize("silent", [False, True])
def test_unclear_twice_is_taken_for_the_careful_answer(silent: bool) -> None:
    talk = Talk()
    talk.say("start_exercise", routine="ankle_circles")
    first = talk.silence() if silent else talk.say(NOISE)
    assert first == "[screen_again]. Is one leg swollen?"
    assert (talk.silence() if silent else talk.say(NOISE)) == "[no_exercise]."


@pytest.mark.parametrize("silent", [False, True])
def test_an_emergency_question_unclear_twice_is_an_emergency(silent: bool) -> None:
    talk = Talk()
    assert talk.say(COLD) == f"[screen_intro]. {URGENT_QUESTION}"
    assert URGENT_QUESTION in (talk.silence() if silent else talk.say(NOISE))
    if silent:
        talk.silence()
    else:
        talk.say("ask_causes")
    assert talk.where == "Urgent"
    assert talk.state.memory.level is Level.EMERGENCY_NOW


def test_a_question_among_screening_questions_does_not_count_as_unclear() -> None:
    talk = Talk()
    talk.say("start_exercise", routine="ankle_circles")
    for _ in range(3):
        assert talk.say("ask_source").endswith("Is one leg swollen?")
    assert talk.say("ask_serious").endswith("Is one leg swollen?")
    assert talk.where == "Screening"


def test_after_no_the_alarm_words_are_taken_up() -> None:
    talk = Talk()
    talk.say(COLD)
    assert "in your toe" in talk.say("no") or "your toe" in talk.said
    assert talk.where == "Offered"


def test_an_alarm_word_without_a_meaning_ends_in_thanks() -> None:
    talk = Talk()
    talk.say(Understanding(Decision.CONFIRM, screen="urgent_screen"))
    assert talk.say("no") == "[screens_clear]."
    assert talk.where == "Idle"


def test_an_alarm_word_in_a_routine_asks_and_then_goes_on() -> None:
    talk = Talk()
    talk.start("ankle_circles")
    talk.to_step(1)
    talk.prompt_ends()
    talk.timer()
    talk.say(Understanding(Decision.CONFIRM, screen="urgent_screen"))
    assert talk.where == "Screening"
    assert talk.say("no") == "[going_on]."
    assert talk.prompt_ends() == "Two"


def test_an_alarm_word_with_a_command_does_it_after_the_question() -> None:
    talk = Talk()
    talk.start("ankle_circles")
    talk.say(meaning("next", screen="urgent_screen"))
    assert talk.say("no") == "Circle the foot that twitches inward."


def test_an_alarm_word_in_an_answer_is_asked_about_before_the_next_question() -> None:
    talk = Talk()
    talk.say("start_exercise", routine="ankle_circles")
    assert URGENT_QUESTION in talk.say(meaning("no", screen="urgent_screen"))
    assert talk.say("no") == "Is one leg swollen?"


def test_yes_with_an_alarm_word_is_a_yes() -> None:
    talk = Talk()
    talk.say("start_exercise", routine="ankle_circles")
    talk.say(meaning("yes", screen="urgent_screen"))
    assert talk.where == "Urgent"


def test_an_accepted_offer_with_an_alarm_word_is_kept() -> None:
    talk = Talk()
    talk.say("report_symptom", site="toe")
    talk.say(meaning("yes", screen="urgent_screen"))
    assert talk.say("no").endswith("Is one leg swollen?")


def test_a_chest_twitch_asks_its_own_question_not_the_general_one() -> None:
    for screen in (None, "urgent_screen"):
        talk = Talk()
        said = talk.say(meaning("report_symptom", screen=screen, site="chest"))
        assert said.endswith("Does your chest hurt?")
        assert "It may flicker." in talk.say("no")
        assert talk.where == "Idle"
        talk.say("report_symptom", site="chest")
        assert talk.say("yes").startswith(CALL)


def test_a_chest_cramp_is_screened_before_any_advice() -> None:
    talk = Talk()
    assert talk.say("cramp_now", site="chest").endswith("Does your chest hurt?")


def test_tingling_unclear_twice_needs_advice_the_same_day() -> None:
    talk = Talk()
    talk.say("report_symptom", site="toe", sensation="numb")
    talk.say(NOISE)
    talk.say(NOISE)
    assert talk.state.memory.level is Level.SAME_DAY


def test_a_cramp_with_an_alarm_word_is_eased_first_and_asked_about_after() -> None:
    talk = Talk()
    said = talk.say(meaning("cramp_now", screen="urgent_screen", site="calf"))
    assert said == "Pull your toes toward your shin."
    talk.play()
    talk.say("yes")
    talk.to_step(5)
    assert talk.say("next").endswith(URGENT_QUESTION)
    assert talk.say("no") == "[screens_clear]. [ask_helped]."
    assert talk.where == "AskingHelped"


def test_a_cramp_during_the_emergency_question_puts_it_off_only() -> None:
    talk = Talk()
    talk.say(COLD)
    assert talk.say("cramp_now") == "Pull your toes toward your shin."
    assert talk.state.memory.owed == ("urgent_screen",)


def test_a_cramp_with_an_alarm_word_among_the_questions_before_a_routine_owes_its_question() -> (
    None
):
    talk = Talk()
    talk.say("start_exercise", routine="ankle_circles")
    assert talk.say(CRAMP_AND_SIGN) == "Pull your toes toward your shin."
    assert talk.state.memory.owed == ("urgent_screen",)


def test_a_cramp_elsewhere_with_an_alarm_word_is_asked_about_after_the_advice() -> None:
    talk = Talk()
    said = talk.say(meaning("cramp_now", screen="urgent_screen", site="hand"))
    assert said == f"Stretch that muscle gently. {URGENT_QUESTION}"
    assert talk.say("no") == "[screens_clear]."


def test_an_alarm_word_while_a_warning_stands() -> None:
    talk = Talk()
    talk.say(R20)
    assert URGENT_QUESTION in talk.say(COLD)
    assert talk.say("no").startswith("Please contact a doctor")
    assert talk.where == "Urgent"
    talk.say(R01)
    assert talk.say(COLD).startswith(CALL)


def test_how_serious_is_answered_after_the_questions_alone() -> None:
    talk = Talk()
    talk.say("report_symptom", site="toe")
    assert talk.say("ask_serious").endswith("Is one leg swollen?")
    talk.say("no")
    said = talk.say("no")
    assert said.startswith("Strain spasms at night are not seen as serious.")
    assert said.endswith("Shall we do ankle circles?"), "and the offer still stands"


def test_how_serious_in_a_cramp_comes_back_to_the_cramp() -> None:
    talk = Talk()
    talk.say("cramp_now")
    talk.say("ask_serious")
    talk.say("no")
    talk.say("no")
    assert talk.where == "Instructing"
    assert talk.said.endswith("Pull your toes toward your shin.")


def test_stop_is_heeded_in_every_question() -> None:
    talk = Talk()
    talk.say(COLD)
    talk.say("stop")
    assert talk.where == "Idle"


def test_messages_fall_back_on_the_level_where_a_question_names_one() -> None:
    talk = Talk()
    talk.say(COLD)
    assert talk.say("yes") == "Level emergency_now."


def test_the_small_knowledge_is_whole() -> None:
    assert KNOWLEDGE.rules["R01"].level is Level.EMERGENCY_NOW
