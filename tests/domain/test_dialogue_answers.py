"""Outside a routine: symptoms, questions, what was not understood, small things."""

from __future__ import annotations

import pytest
from talk import NOISE, Talk, alarm, torn, unsure

from voice_skill.domain import dialogue
from voice_skill.domain.events import (
    EngineBack,
    EngineFailed,
    Goodbye,
    Key,
    Say,
    SetManner,
    StopSpeaking,
)
from voice_skill.domain.manner import Manner
from voice_skill.domain.model import Level
from voice_skill.domain.phases import Holding
from voice_skill.domain.turns import worded


@pytest.fixture
def talk() -> Talk:
    return Talk()


def test_a_symptom_gets_its_answer_and_an_offer(talk: Talk) -> None:
    said = talk.say("report_symptom", site="toe", side="left", sensation="twitch")
    assert said.startswith("I heard a twitch in your left toe.")
    assert said.endswith("Shall we do ankle circles?")
    assert talk.where == "Offered"
    assert talk.prompt is not None
    assert talk.prompt.style == "question"


def test_an_offer_can_be_declined(talk: Talk) -> None:
    talk.say("report_symptom", site="toe")
    assert talk.say("no") == "[declined]."
    assert talk.where == "Idle"


def test_no_offer_for_an_eyelid(talk: Talk) -> None:
    talk.say("report_symptom", site="eyelid")
    assert talk.where == "Idle"


def test_a_symptom_without_a_place_asks_where(talk: Talk) -> None:
    assert talk.say("report_symptom", sensation="twitch", timing="night") == (
        "I heard a twitch, at night. [ask_site]."
    )
    said = talk.say("report_symptom", site="toe")
    assert "I heard a twitch in your toe, at night." in said
    assert talk.where == "Offered"


def test_a_place_that_stays_unclear_is_done_without(talk: Talk) -> None:
    talk.say("report_symptom", sensation="twitch")
    assert talk.say(NOISE).endswith("[ask_site].")
    assert "Likely are" in talk.say(NOISE)
    assert talk.where == "Offered"


def test_more_about_the_same_symptom_is_added(talk: Talk) -> None:
    talk.say("report_symptom", site="toe", sensation="twitch")
    said = talk.say("report_symptom", trigger="standing")
    assert "in your toe, after standing" in said


def test_a_question_in_the_middle_of_an_offer_keeps_the_offer(talk: Talk) -> None:
    talk.say("report_symptom", site="toe")
    said = talk.say("ask_source")
    assert said == "The doctor says so. Shall we do ankle circles?"
    talk.say("yes")
    assert talk.where == "Screening"


def test_a_duration_is_weighed(talk: Talk) -> None:
    talk.say("report_symptom", site="toe")
    said = talk.say("give_duration", duration=72.0)
    assert said.startswith("This has gone on for a day.")
    assert talk.where == "Offered"


def test_a_duration_that_was_not_caught_is_asked_for(talk: Talk) -> None:
    assert talk.say("give_duration") == "[duration_unclear]."


def test_remedies_end_in_an_offer(talk: Talk) -> None:
    assert talk.say("ask_remedies").endswith("Shall we do ankle circles?")


def test_tingling_has_its_own_question_first(talk: Talk) -> None:
    assert talk.say("report_symptom", site="toe", sensation="tingling").endswith(
        "Did it come suddenly?"
    )
    assert "Tingling is another matter." in talk.say("no")
    assert talk.where == "Idle"


def test_pain_alone_is_not_advised_on(talk: Talk) -> None:
    assert "[pain_report]." in talk.say("report_symptom", site="toe", sensation="pain")


# ------------------------------------------------------------------ not understood


def test_one_reprompt_then_silence(talk: Talk) -> None:
    assert talk.say(NOISE) != ""
    assert talk.say(NOISE) == ""
    talk.say("ask_source")
    assert talk.say(NOISE) != "", "once something was understood, it starts anew"


def test_a_reprompt_is_not_worded_the_same_twice_in_a_row() -> None:
    first, second = Talk(), Talk()
    assert first.say(NOISE) == second.say(NOISE), "a replay says the same"
    state = first.state.memory
    again = worded(first.knowledge, state, "reprompt")
    assert set(again) != set(state.last.sentences if state.last else ())


def test_a_likely_intent_is_confirmed(talk: Talk) -> None:
    assert talk.say(unsure("ask_causes")) == "Do you mean the causes?"
    assert "Low vitamin D is likely." in talk.say("yes")


def test_a_wrong_guess_is_dropped(talk: Talk) -> None:
    talk.say(unsure("ask_causes"))
    talk.say("no")
    assert talk.where == "Idle"


def test_the_answer_to_a_guess_may_be_the_thing_itself(talk: Talk) -> None:
    talk.say(unsure("ask_causes"))
    assert talk.say("ask_source") == "Doctor Anderson says so."


def test_of_two_meanings_one_is_named(talk: Talk) -> None:
    said = talk.say(torn("ask_causes", "ask_doctor"))
    assert said == "Do you mean the causes, or when to see someone?"
    assert talk.say("yes").endswith(said)
    assert talk.say(unsure("ask_doctor")) == "Past a day or so, see a doctor."


@pytest.mark.parametrize(
    ("answer", "reply"),
    [("pick_first", "Low vitamin D is likely."), ("pick_second", "Past a day or so")],
)
def test_of_two_meanings_the_first_or_the_second_is_picked(
    talk: Talk, answer: str, reply: str
) -> None:
    talk.say(torn("ask_causes", "ask_doctor"))
    assert reply in talk.say(answer)


def test_a_pick_is_nothing_where_nothing_was_asked(talk: Talk) -> None:
    talk.say("report_symptom", site="toe")
    assert talk.say("pick_first") == ""
    assert talk.where == "Offered"


def test_a_guess_nobody_can_name_is_not_asked(talk: Talk) -> None:
    assert talk.say(unsure("louder")) in ("Say it in other words.", "What do you feel, and where?")
    assert talk.where == "Idle"


# ------------------------------------------------------------------ silence


def test_silence_after_an_offer_asks_once_more_then_goes_quiet(talk: Talk) -> None:
    talk.say("report_symptom", site="toe")
    assert dialogue.seconds_to_wait(talk.knowledge, talk.state) is None
    talk.prompt_ends()
    assert dialogue.seconds_to_wait(talk.knowledge, talk.state) == 20
    assert talk.timer() == "Shall we do ankle circles?"
    assert talk.silence() == ""
    assert talk.where == "Idle"


def test_a_timer_before_the_question_was_spoken_means_nothing(talk: Talk) -> None:
    talk.say("report_symptom", site="toe")
    before = talk.state
    talk.timer()
    assert talk.state == before


# ------------------------------------------------------------------ small things


def test_louder_and_quieter_change_the_volume_and_keep_the_question(talk: Talk) -> None:
    talk.say("report_symptom", site="toe")
    assert talk.say("louder") == "[louder]. Shall we do ankle circles?"
    assert talk.actions[0] == SetManner(Manner())  # it was as loud as can be
    talk.say("quieter")
    assert talk.actions[0] == SetManner(Manner(loudness_db=-4))


def test_stop_is_silent(talk: Talk) -> None:
    talk.say("report_symptom", site="toe")
    talk.say("stop")
    assert talk.actions == (StopSpeaking(),)
    assert talk.where == "Idle"


def test_repeat_says_the_last_thing_again(talk: Talk) -> None:
    said = talk.say("report_symptom", site="toe")
    assert talk.say("repeat") == said
    assert talk.where == "Offered"


def test_repeat_with_nothing_said_helps(talk: Talk) -> None:
    assert talk.say("repeat") == "[help_idle]."


@pytest.mark.parametrize("intent", ["diary_log", "diary_ask", "diary_delete"])
def test_where_there_is_no_place_for_a_diary_it_says_so(talk: Talk, intent: str) -> None:
    assert talk.say(intent) == "[diary_none]."


@pytest.mark.parametrize("intent", ["next", "pause", "slower", "time_left"])
def test_a_routine_command_without_a_routine(talk: Talk, intent: str) -> None:
    assert talk.say(intent) == "[nothing_running]."


@pytest.mark.parametrize("intent", ["yes", "no"])
def test_a_bare_answer_to_nothing_is_met_with_silence(talk: Talk, intent: str) -> None:
    assert talk.say(intent) == ""
    assert talk.where == "Idle"


def test_help_fits_the_situation(talk: Talk) -> None:
    assert talk.say("help") == "[help_idle]."
    talk.say("report_symptom", site="toe")
    assert talk.say("help").startswith("[help_offer].")


def test_first_words() -> None:
    knowledge = Talk().knowledge
    with_keys = dialogue.first_words(knowledge, keys=True)
    assert with_keys == ("[first_run].", "[first_run_private].", "[first_run_stop_key].")
    service = dialogue.first_words(knowledge, keys=False, recorded=True)
    assert service == ("[first_run].", "[first_run_recorded].", "[first_run_stop].")


# ------------------------------------------------------------------ the end


def test_the_stop_key_ends_the_conversation_when_nothing_runs(talk: Talk) -> None:
    talk.say("report_symptom", site="toe")
    talk.key("stop")
    assert talk.actions == (StopSpeaking(),)
    talk.key("stop")
    assert talk.actions == (StopSpeaking(), Goodbye())


# ------------------------------------------------------------------ special groups


def test_in_pregnancy_toe_points_give_way_to_circles(talk: Talk) -> None:
    assert talk.say("special_group", group="pregnancy") == "In pregnancy, circles only."
    said = talk.say("start_exercise", routine="both")
    assert said == "In pregnancy, circles only. Shall we do ankle circles?"


def test_after_an_operation_there_is_no_exercise(talk: Talk) -> None:
    talk.say("report_symptom", site="toe")
    assert talk.say("special_group", group="surgery_or_injury") == "Ask your care team."
    assert talk.where == "Idle"
    talk.say("start_exercise", routine="ankle_circles")
    assert talk.where == "Idle"


def test_a_group_that_was_not_caught(talk: Talk) -> None:
    assert talk.say("special_group") == "[group_unclear]."


# ------------------------------------------------------------------ engines


def test_a_lost_microphone_is_told_and_a_routine_waits(talk: Talk) -> None:
    talk.start("ankle_circles")
    talk.prompt_ends()
    assert isinstance(talk.phase, Holding)
    state, actions = dialogue.handle(talk.knowledge, talk.state, EngineFailed("microphone"))
    assert type(state.phase).__name__ == "Paused"
    assert actions[0].prompt.sentences == ("[microphone_lost].",)  # type: ignore[union-attr]
    state, actions = dialogue.handle(talk.knowledge, state, Key("pause"))
    assert type(state.phase).__name__ == "Instructing"


def test_without_keys_the_microphone_cannot_be_muted_for_ever() -> None:
    talk = Talk()
    talk.state = dialogue.start(talk.knowledge, keys=False)
    assert talk.say("mute") == "[mute_no_keys]."
    assert not talk.state.memory.muted
    _, actions = dialogue.handle(talk.knowledge, talk.state, EngineFailed("microphone"))
    assert actions[0].prompt.sentences == ("[microphone_lost_no_keys].",)  # type: ignore[union-attr]


def test_a_voice_that_is_back_says_the_warning_that_nobody_heard(talk: Talk) -> None:
    talk.say(alarm("R01", Level.EMERGENCY_NOW))
    _, actions = dialogue.handle(talk.knowledge, talk.state, EngineBack("voice"))
    (said,) = (action for action in actions if isinstance(action, Say))
    assert said.prompt.style == "urgent"


def test_a_voice_that_is_back_asks_what_is_open_and_nothing_that_is_over(talk: Talk) -> None:
    talk.say("mute")
    assert dialogue.handle(talk.knowledge, talk.state, EngineBack("voice"))[1] == ()
    talk = Talk()
    asked = talk.say("cry")
    _, actions = dialogue.handle(talk.knowledge, talk.state, EngineBack("voice"))
    (said,) = (action for action in actions if isinstance(action, Say))
    assert " ".join(said.prompt.sentences) == asked
    assert dialogue.handle(talk.knowledge, talk.state, EngineBack("microphone"))[1] == ()


def test_a_computer_that_slept_is_told_where_something_waits_for_it(talk: Talk) -> None:
    _, actions = dialogue.handle(talk.knowledge, talk.state, EngineFailed("computer"))
    assert actions == ()
    talk.start("ankle_circles")
    talk.prompt_ends()
    state, actions = dialogue.handle(talk.knowledge, talk.state, EngineFailed("computer"))
    assert type(state.phase).__name__ == "Paused"
    assert actions[0].prompt.sentences == ("[computer_slept].",)  # type: ignore[union-attr]
    again, actions = dialogue.handle(talk.knowledge, state, EngineFailed("computer"))
    assert (again, actions) == (state, ())


def test_the_end_of_the_program_is_told(talk: Talk) -> None:
    _, actions = dialogue.handle(talk.knowledge, talk.state, EngineFailed("program"))
    assert actions[0].prompt.sentences == ("[cannot_go_on].",)  # type: ignore[union-attr]


def test_a_lost_voice_says_nothing(talk: Talk) -> None:
    _, actions = dialogue.handle(talk.knowledge, talk.state, EngineFailed("voice"))
    assert actions == ()


# ------------------------------------------------------------------ feedback unasked


def test_twice_not_helped_names_whom_to_see(talk: Talk) -> None:
    assert talk.say("not_helped").startswith("[not_helped_once].")
    assert talk.say("not_helped") == "[not_helped_twice]."


def test_pain_outside_a_routine(talk: Talk) -> None:
    assert talk.say("pain_worse") == "[pain_idle]."


def test_a_named_sign_counts_without_a_rule_that_fired(talk: Talk) -> None:
    talk.say("alarm", sign="R20")
    assert talk.where == "Urgent"
    assert talk.state.memory.level is Level.SAME_DAY


def test_an_alarm_without_a_known_sign_asks(talk: Talk) -> None:
    assert talk.say("alarm").endswith("Do you need medical help right now?")
