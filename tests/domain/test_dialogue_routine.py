"""A routine: counting, sides, holds and rests, and everything that may be said in its middle."""

from __future__ import annotations

from dataclasses import replace

import pytest
from small_knowledge import KNOWLEDGE
from talk import NOISE, Talk, meaning, unsure

from voice_skill.domain import dialogue
from voice_skill.domain.events import StopSpeaking
from voice_skill.domain.knowledge import Step
from voice_skill.domain.phases import Holding, Paused
from voice_skill.domain.routines import BOTH, CRAMP_RELIEF


@pytest.fixture
def circles() -> Talk:
    """A talk at the first instruction of ankle circles for the left foot."""
    talk = Talk()
    talk.start("ankle_circles", site="toe", side="left")
    return talk


@pytest.fixture
def holding(circles: Talk) -> Talk:
    """In the second of two counted circles of the affected foot."""
    circles.to_step(1)
    circles.prompt_ends()
    circles.timer()
    assert circles.said == "Two"
    return circles


def seconds(talk: Talk) -> float | None:
    return dialogue.seconds_to_wait(talk.knowledge, talk.state)


def test_screening_comes_first_one_thing_at_a_time() -> None:
    talk = Talk()
    talk.say("report_symptom", site="toe")
    assert talk.say("yes") == "[screen_intro]. Is one leg swollen?"
    assert talk.say("no") == "Is there a new injury?"
    assert talk.say("no") == "Keep it gentle. Lie back. Free your foot."
    assert talk.where == "Instructing"


def test_screening_is_asked_once_a_conversation(circles: Talk) -> None:
    circles.say("stop")
    assert circles.say("start_exercise", routine="ankle_circles").startswith("Keep it gentle.")


def test_the_whole_routine_as_it_runs_by_itself(circles: Talk) -> None:
    assert circles.play() == [
        "Circle your left foot inward.",
        "One",
        "Two",
        "Change feet.",
        "Circle your right foot too.",
        "One",
        "Two",
        "[done]. [ask_helped].",
    ]
    assert circles.where == "AskingHelped"


def test_feet_have_names_without_a_side_too() -> None:
    talk = Talk()
    said = " ".join([talk.start("ankle_circles", site="toe"), *talk.play()])
    assert "Circle the foot that twitches inward." in said
    assert "Circle your other foot too." in said


def test_both_feet_at_once_leave_out_the_steps_for_the_other_one() -> None:
    talk = Talk()
    talk.start("ankle_circles", site="toe", side="both")
    assert talk.play() == ["Circle both feet inward.", "One", "Two", "[done]. [ask_helped]."]


def test_both_routines_are_circles_then_points() -> None:
    talk = Talk()
    said = " ".join([talk.start(BOTH), *talk.play()])
    assert said.index("Circle") < said.index("Point")


def test_beats_have_their_own_words_and_seconds() -> None:
    talk = Talk()
    talk.start("toe_points")
    talk.prompt_ends()
    assert (talk.said, seconds(talk)) == ("One, away", 2)
    assert (talk.timer(), seconds(talk)) == ("Toes up", 3)
    assert (talk.timer(), seconds(talk)) == ("Two, away", 2)


def test_counts_are_said_on_the_beat(holding: Talk) -> None:
    assert holding.prompt is not None
    assert holding.prompt.style == "count"
    assert dialogue.on_the_beat(holding.state)


def test_the_next_beat_of_a_step_counts_from_the_last_deadline(circles: Talk) -> None:
    circles.to_step(1)
    instructing = circles.state
    circles.prompt_ends()
    first = circles.state
    circles.timer()
    second = circles.state
    circles.timer()
    assert not dialogue.continues_beat(instructing, first)
    assert dialogue.continues_beat(first, second)
    assert not dialogue.continues_beat(second, circles.state)
    assert not dialogue.continues_beat(second, second)


def test_the_end_of_an_old_prompt_changes_nothing(circles: Talk) -> None:
    before = circles.state
    circles.prompt_ends(before.memory.number - 1)
    assert circles.state == before


def test_a_timer_does_not_cut_an_instruction_short(circles: Talk) -> None:
    before = circles.state
    circles.timer()
    assert circles.state == before
    assert seconds(circles) is None


# ------------------------------------------------------------------ commands


def test_next_skip_previous_repeat(circles: Talk) -> None:
    assert circles.say("next") == "Circle your left foot inward."
    assert circles.say("skip") == "Change feet."
    assert circles.say("previous") == "Circle your left foot inward."
    assert circles.say("repeat") == "Circle your left foot inward."


def test_previous_at_the_first_step_says_so(circles: Talk) -> None:
    assert circles.say("previous").startswith("[first_step].")


def test_next_after_the_last_step_asks_whether_it_helped(circles: Talk) -> None:
    circles.to_step(3)
    assert circles.say("next") == "[done]. [ask_helped]."


def test_slower_and_faster_stretch_the_seconds(holding: Talk) -> None:
    assert holding.say("slower") == "[slower]."
    holding.prompt_ends()
    assert (holding.said, seconds(holding)) == ("Two", 6)
    holding.say("slower")
    assert holding.say("slower") == "[slowest]."
    for _ in range(3):
        holding.say("faster")
    holding.prompt_ends()
    assert seconds(holding) == 3
    assert holding.say("faster") == "[fastest]."


def test_pause_and_resume(holding: Talk) -> None:
    assert holding.say("pause") == "[paused]."
    assert holding.where == "Paused"
    assert seconds(holding) is None
    assert holding.say("resume") == "[resumed]."
    assert holding.prompt_ends() == "Two"


def test_the_pause_key_is_a_toggle(holding: Talk) -> None:
    holding.key("pause")
    assert holding.where == "Paused"
    holding.key("pause")
    assert holding.where == "Instructing"


def test_the_next_key(holding: Talk) -> None:
    assert holding.key("next") == "Change feet."


def test_pausing_an_instruction_brings_it_again(circles: Talk) -> None:
    circles.say("pause")
    assert circles.say("resume") == "[resumed]. Lie back. Free your foot."


def test_stop_ends_it_in_silence(holding: Talk) -> None:
    holding.say("stop")
    assert holding.actions == (StopSpeaking(),)
    assert holding.where == "Idle"


def test_how_long_is_left(holding: Talk) -> None:
    assert holding.say("time_left") == "About half a minute to go, at step two of four."


def test_progress_for_a_line_on_the_terminal(holding: Talk) -> None:
    progress = dialogue.progress(holding.knowledge, holding.state)
    assert progress is not None
    assert (progress.routine, progress.step, progress.steps) == ("ankle circles", 2, 4)
    assert (progress.count, progress.of, progress.paused) == (2, 2, False)
    assert 4 + 8 < progress.seconds_left < 4 + 8 + 5, "two beats sets, and a few words"
    holding.say("pause")
    paused = dialogue.progress(holding.knowledge, holding.state)
    assert paused is not None
    assert paused.paused
    assert dialogue.progress(KNOWLEDGE, dialogue.start(KNOWLEDGE)) is None


def test_a_question_in_the_middle_is_answered_and_the_routine_goes_on(holding: Talk) -> None:
    assert holding.say("ask_source") == "The article says so. [source_product_too]."
    assert holding.where == "Instructing"
    assert holding.prompt_ends() == "Two"


def test_a_question_over_an_instruction_brings_the_instruction_again(circles: Talk) -> None:
    said = circles.say("ask_vitamins")
    assert said == "Only a blood test can show it. Lie back. Free your foot."


def test_a_question_in_a_pause_stays_paused(holding: Talk) -> None:
    holding.say("pause")
    holding.say("ask_source")
    assert holding.where == "Paused"


@pytest.mark.parametrize("heard", [NOISE, meaning("yes"), meaning("no"), unsure("ask_causes")])
def test_what_is_not_understood_is_met_with_silence(holding: Talk, heard: object) -> None:
    before = holding.phase
    assert holding.say(heard) == ""  # type: ignore[arg-type]
    assert holding.phase == before


def test_a_doubtful_stop_or_pain_is_heeded(holding: Talk) -> None:
    assert holding.say(unsure("pain_worse")) == "[pain_ease]."
    holding.say(unsure("stop"))
    assert holding.where == "Idle"


def test_in_the_relief_of_a_cramp_pain_ends_nothing() -> None:
    talk = Talk()
    talk.say("cramp_now", site="calf")
    for _ in range(3):
        assert talk.say("pain_worse").startswith("[pain_cramp].")
        assert talk.where == "Instructing"
    assert dialogue.routine_seconds(talk.knowledge, talk.state) is not None


def test_the_first_pain_eases_the_second_ends(holding: Talk) -> None:
    assert holding.say("pain_worse") == "[pain_ease]."
    holding.prompt_ends()
    assert seconds(holding) == 6
    assert holding.say("pain_worse") == "[pain_stop]."
    assert holding.where == "Idle"


def test_other_symptoms_wait_until_after(holding: Talk) -> None:
    assert holding.say("report_symptom", site="arch") == "[noted]."
    assert holding.prompt_ends() == "Two"


def test_good_night_in_the_middle(holding: Talk) -> None:
    holding.say("goodnight")
    assert holding.where == "Asleep"


def test_pregnancy_told_in_the_middle_ends_toe_points() -> None:
    talk = Talk()
    talk.start(BOTH)
    said = talk.say("special_group", group="pregnancy")
    assert said == "In pregnancy, circles only. Shall we do ankle circles?"


def test_another_group_told_in_the_middle_does_not(holding: Talk) -> None:
    assert holding.say("special_group", group="diabetes") == "Check your feet for sores."
    assert holding.where == "Instructing"


# ------------------------------------------------------------------ afterwards


@pytest.mark.parametrize("answer", ["yes", "helped"])
def test_it_helped(circles: Talk, answer: str) -> None:
    circles.play()
    assert circles.say(answer) == "[glad]."
    assert circles.where == "Idle"


@pytest.mark.parametrize("answer", ["no", "not_helped"])
def test_it_did_not_help_twice(circles: Talk, answer: str) -> None:
    circles.play()
    assert circles.say(answer) == "[not_helped_once]. Shall we do ankle circles?"
    circles.say("yes")
    circles.play()
    assert circles.say(answer) == "[not_helped_twice]."
    assert circles.where == "Idle"


# ------------------------------------------------------------------ cramp


def test_a_hard_cramp_gets_an_action_first() -> None:
    talk = Talk()
    assert talk.say("cramp_now", site="calf") == "Pull your toes toward your shin."
    assert talk.where == "Instructing"


def test_a_cramp_in_mid_routine_switches_at_once(holding: Talk) -> None:
    assert holding.say("cramp_now") == "Pull your toes toward your shin."
    assert holding.phase.run.routine == CRAMP_RELIEF  # type: ignore[union-attr]


def test_a_reported_cramp_in_mid_routine_does_too(holding: Talk) -> None:
    said = holding.say("report_symptom", site="calf", sensation="cramp")
    assert said == "Pull your toes toward your shin."


def test_after_a_cramp_no_toe_points() -> None:
    talk = Talk()
    talk.say("cramp_now")
    talk.say("stop")
    said = talk.say("start_exercise", routine="toe_points")
    assert said == "[blocked_cramp]. Shall we do ankle circles?"


def test_the_hold_counts_seconds_and_asks() -> None:
    talk = Talk()
    talk.say("cramp_now")
    assert talk.play() == ["Keep it there.", "Five", "Ten. Is it letting go?"]
    assert talk.where == "AskingStep"


def test_letting_go_leads_on_and_leaves_out_the_rest() -> None:
    talk = Talk()
    talk.say("cramp_now")
    talk.play()
    assert talk.say("yes") == "Rub it gently."


def test_not_letting_go_holds_once_more_and_then_stands() -> None:
    talk = Talk()
    talk.say("cramp_now")
    talk.play()
    assert talk.say("no") == "Keep it there."
    talk.play()
    assert talk.say("not_helped") == "Stand if you are steady."


def test_a_question_of_a_step_is_put_twice_then_counts_as_no() -> None:
    talk = Talk()
    talk.say("cramp_now")
    talk.play()
    assert talk.say(NOISE) == "Is it letting go?"
    assert talk.say(NOISE) == "Keep it there."
    talk.play()
    assert talk.silence() == "Is it letting go?"
    assert talk.silence() == "Stand if you are steady."


def test_it_lets_go_in_the_middle() -> None:
    talk = Talk()
    talk.say("cramp_now")
    assert talk.say("helped") == "[better_midway]. Keep your toes up."


def test_a_step_that_a_group_skips_gives_way_to_the_next() -> None:
    talk = Talk()
    talk.say("special_group", group="pregnancy")
    talk.say("cramp_now")
    talk.play()
    assert talk.say("yes") == "Keep your toes up."


def test_a_cramp_elsewhere_gets_no_toe_pulling() -> None:
    assert Talk().say("cramp_now", site="hand") == "Stretch that muscle gently."
    assert Talk().say("cramp_now", site="thigh") == "Keep your knee straight."


def test_ten_minutes_of_cramp_raise_its_warning() -> None:
    talk = Talk()
    assert dialogue.routine_seconds(talk.knowledge, talk.state) is None
    talk.say("cramp_now")
    assert dialogue.routine_seconds(talk.knowledge, talk.state) == 600
    talk.say("pause")
    assert dialogue.routine_seconds(talk.knowledge, talk.state) == 600
    assert talk.routine_timer().startswith("Please contact a doctor or a nurse line today.")
    assert talk.where == "Urgent"


def test_the_ten_minutes_end_with_the_routine() -> None:
    talk = Talk()
    talk.say("cramp_now")
    talk.say("stop")
    assert dialogue.routine_seconds(talk.knowledge, talk.state) is None
    assert talk.routine_timer() == ""


def test_in_a_routine_the_words_of_a_routine_are_legal(holding: Talk) -> None:
    assert dialogue.listening_state(holding.state) == "routine"
    holding.say("pause")
    assert isinstance(holding.phase, Paused)
    assert dialogue.listening_state(holding.state) == "routine"
    assert dialogue.listening_state(dialogue.start(KNOWLEDGE)) == "idle"


def test_a_routine_that_the_content_lacks() -> None:
    talk = Talk(replace(KNOWLEDGE, routines={}))
    assert talk.say("start_exercise", routine="ankle_circles") == "[unknown_yet]."


def test_a_silent_step_without_words_is_held_at_once() -> None:
    routine = KNOWLEDGE.routines["ankle_circles"]
    rest = Step("rest", (), (), beats=routine.steps[0].beats)
    changed = replace(routine, steps=(rest, *routine.steps[1:]), screened=False)
    talk = Talk(replace(KNOWLEDGE, routines={"ankle_circles": changed}, screens={}))
    talk.say("start_exercise", routine="ankle_circles")
    assert isinstance(talk.phase, Holding)


# ------------------------------------------------------------------ what forbids a routine


def test_a_reported_cramp_forbids_toe_points_too() -> None:
    for site in ("calf", "thigh"):
        talk = Talk()
        talk.say("report_symptom", site=site, sensation="cramp")
        assert talk.say("start_exercise", routine="toe_points").startswith("[blocked_cramp].")


def test_a_cramp_in_the_hand_does_not() -> None:
    talk = Talk()
    talk.say("report_symptom", site="hand", sensation="cramp")
    talk.start("toe_points")
    assert talk.where == "Instructing"


def test_pregnancy_and_cramps_forbid_toe_points_whatever_the_content_says() -> None:
    routines = {name: replace(routine, guard=()) for name, routine in KNOWLEDGE.routines.items()}
    groups = {name: replace(group, blocks=()) for name, group in KNOWLEDGE.groups.items()}
    for told in (meaning("special_group", group="pregnancy"), meaning("cramp_now")):
        for routine in ("toe_points", "both"):
            talk = Talk(replace(KNOWLEDGE, routines=routines, groups=groups))
            talk.say(told)
            talk.say("stop")
            talk.say("start_exercise", routine=routine)
            assert talk.phase.routine == "ankle_circles"  # type: ignore[union-attr]


def test_a_group_told_during_a_screening_question_still_counts_after_it() -> None:
    talk = Talk()
    talk.say("report_symptom", site="toe")
    talk.say(meaning("ask_causes", screen="urgent_screen"))
    said = talk.say("special_group", group="surgery_or_injury")
    assert said == "Ask your care team. Do you need medical help right now?"
    assert talk.say("no") == "[screens_clear]."
    assert talk.where == "Idle"


def test_no_foot_exercise_is_offered_again_for_an_eyelid() -> None:
    talk = Talk()
    talk.say("report_symptom", site="eyelid")
    assert talk.say("not_helped") == "[not_helped_once]."
    assert talk.where == "Idle"
