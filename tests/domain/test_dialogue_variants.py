"""Easier, harder and shorter versions of a routine, one foot alone, and what forbids them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from small_knowledge import CIRCLES, KNOWLEDGE, POINTS
from talk import Talk, alarm, meaning

from voice_skill.domain import dialogue
from voice_skill.domain.knowledge import Beat, Knowledge, Routine, Step
from voice_skill.domain.model import Level, Understanding
from voice_skill.domain.routines import blocked_by, moved, planned


def _version(plain: Routine, variant: str, say: str, **more: object) -> Routine:
    """A version in which the words of every counted step are others."""
    steps = tuple(replace(s, say=(say,)) if s.count > 1 else s for s in plain.steps)
    changed = replace(plain, steps=steps, variant_of=plain.id, variant=variant, **more)  # type: ignore[arg-type]
    return replace(changed, id=f"{plain.id}_{variant}", spoken=f"{variant} {plain.spoken}")


BOTH = replace(CIRCLES, id="both", steps=(*CIRCLES.steps, *POINTS.steps), spoken="both of them")
SHORT = replace(_version(CIRCLES, "short", "Short with {foot}."), variant_of="both", one_foot=True)
ROUTINES = (
    _version(CIRCLES, "easier", "Small circles with {foot}."),
    _version(CIRCLES, "harder", "Letters with {foot}."),
    _version(POINTS, "easier", "Half way with {foot}."),
    _version(POINTS, "harder", "High with {foot}."),
    _version(POINTS, "toes_up", "Draw up {foot}.", guard=()),
    BOTH,
    SHORT,
)
VERSIONS: Knowledge = replace(
    KNOWLEDGE, routines={**KNOWLEDGE.routines, **{each.id: each for each in ROUTINES}}
)


def beside_a_sign(intent: str) -> Understanding:
    """Something to do, and in the same sentence a sign that interrupts nothing."""
    return replace(meaning(intent), alarm=alarm("R30", Level.SEE_SOON).alarm)


@pytest.fixture
def talk() -> Talk:
    return Talk(VERSIONS)


def counting(talk: Talk, routine: str = "ankle_circles") -> Talk:
    """In the second of two counted repeats for the affected foot."""
    talk.start(routine)
    while not talk.state.phase.run.repeat:  # type: ignore[union-attr]
        talk.timer() if talk.where == "Holding" else talk.prompt_ends()
    return talk


def running(talk: Talk) -> str:
    return talk.phase.run.routine  # type: ignore[union-attr, no-any-return]


# ------------------------------------------------------------------ asked for


def test_an_easier_one_is_one_of_what_is_offered(talk: Talk) -> None:
    talk.say("report_symptom", site="toe")
    talk.say("start_exercise", variant="easier")
    assert talk.start("ankle_circles_easier").startswith("Keep it gentle.")


def test_with_nothing_said_before_it_is_of_ankle_circles(talk: Talk) -> None:
    talk.say("start_exercise", variant="harder")
    talk.say("no")
    talk.say("no")
    assert running(talk) == "ankle_circles_harder"


def test_a_version_of_a_named_routine(talk: Talk) -> None:
    talk.say("start_exercise", routine="toe_points", variant="easier")
    talk.say("no")
    talk.say("no")
    assert running(talk) == "toe_points_easier"


def test_the_screening_questions_keep_the_version_and_the_feet(talk: Talk) -> None:
    talk.say("start_exercise", routine="ankle_circles", variant="easier", feet="one")
    talk.say("no")
    talk.say("no")
    assert running(talk) == "ankle_circles_easier"
    assert [said for said in talk.play() if "foot" in said] == [
        "Small circles with the foot that twitches."
    ]


def test_the_short_one_is_for_one_foot(talk: Talk) -> None:
    talk.start("ankle_circles")
    talk.say("start_exercise", variant="short")
    assert running(talk) == "ankle_circles_short"
    assert not any("other foot" in said for said in talk.play())


def test_at_night_the_short_one_is_offered(talk: Talk) -> None:
    talk.state = replace(
        talk.state,
        memory=replace(talk.state.memory, manner=replace(talk.state.memory.manner, night=True)),
    )
    assert "short ankle circles" in talk.say("report_symptom", site="toe")


def test_a_version_that_there_is_not() -> None:
    assert Talk(KNOWLEDGE).say("start_exercise", variant="easier") == "[no_version]."


# ------------------------------------------------------------------ in the middle


def test_easier_in_the_middle_goes_on_in_the_same_step(talk: Talk) -> None:
    counting(talk)
    said = talk.say("start_exercise", variant="easier")
    assert said == "[other_version]. Small circles with the foot that twitches."
    assert talk.prompt_ends() == "One"


def test_easier_than_the_easiest_is_slower(talk: Talk) -> None:
    counting(talk, "ankle_circles_easier")
    assert talk.say("start_exercise", variant="easier") == "[slower]."


def test_harder_than_the_hardest(talk: Talk) -> None:
    counting(talk, "ankle_circles_harder")
    assert talk.say("start_exercise", variant="harder") == "[no_version]."
    assert talk.prompt_ends() == "Two"


def test_harder_goes_up_one_at_a_time(talk: Talk) -> None:
    counting(talk, "ankle_circles_easier")
    talk.say("start_exercise", variant="harder")
    assert running(talk) == "ankle_circles"
    talk.say("start_exercise", variant="harder")
    assert running(talk) == "ankle_circles_harder"


def test_one_foot_goes_on_with_the_present_repeat(talk: Talk) -> None:
    counting(talk)
    assert talk.say("start_exercise", feet="one") == "[other_version]."
    assert talk.prompt_ends() == "Two"
    assert talk.timer() == "[done]. [ask_helped]."


def test_one_foot_said_at_the_other_foot_ends_the_round(talk: Talk) -> None:
    talk.start("ankle_circles")
    talk.to_step(3)
    run = moved(VERSIONS, talk.state.memory, talk.phase.run, "ankle_circles", "one")  # type: ignore[union-attr]
    assert all("other" not in ref.step for ref in run.steps)


def test_both_feet_at_once(talk: Talk) -> None:
    counting(talk)
    talk.say("start_exercise", feet="both")
    assert talk.say("repeat") == "Circle both feet inward."


def test_a_change_in_a_pause_stays_paused(talk: Talk) -> None:
    counting(talk)
    talk.say("pause")
    assert talk.say("start_exercise", variant="easier") == "[other_version]."
    assert talk.where == "Paused"
    assert talk.say("resume") == "[resumed]. Small circles with the foot that twitches."


def test_cramp_relief_has_no_other_version(talk: Talk) -> None:
    talk.say("cramp_now")
    assert talk.say("start_exercise", variant="easier").startswith("[no_version].")
    assert running(talk) == "cramp_relief"


def test_another_round_is_of_the_same_version_and_feet(talk: Talk) -> None:
    talk.say("start_exercise", routine="ankle_circles", variant="easier", feet="one")
    talk.say("no")
    talk.say("no")
    talk.play()
    assert "easier ankle circles" in talk.say("not_helped")
    talk.say("yes")
    assert not any("other foot" in said for said in talk.play())


# ------------------------------------------------------------------ pain


def test_pain_turns_to_the_easier_version_and_then_ends(talk: Talk) -> None:
    counting(talk)
    said = talk.say("pain_worse")
    assert said == "[pain_easier]. Small circles with the foot that twitches."
    assert talk.prompt_ends() == "One"
    assert dialogue.seconds_to_wait(VERSIONS, talk.state) == 6, "and slower"
    assert talk.say("pain_worse") == "[pain_stop]."
    assert talk.where == "Idle"


def test_pain_in_the_harder_version_turns_to_the_easier_at_once(talk: Talk) -> None:
    counting(talk, "ankle_circles_harder").say("pain_worse")
    assert running(talk) == "ankle_circles_easier"


def test_pain_in_a_pause_stays_paused(talk: Talk) -> None:
    counting(talk).say("pause")
    assert talk.say("pain_worse") == "[pain_easier]."
    assert talk.where == "Paused"


def test_a_foot_that_is_said_to_hurt_eases_too(talk: Talk) -> None:
    counting(talk)
    assert talk.say("report_symptom", site="foot", sensation="pain").startswith("[pain_easier].")
    talk.prompt_ends()
    assert talk.say("report_symptom", sensation="pain") == "[pain_stop]."


def test_a_hand_that_hurts_does_not(talk: Talk) -> None:
    counting(talk)
    assert talk.say("report_symptom", site="hand", sensation="pain") == "[noted]."


# ------------------------------------------------------------------ what forbids a version


@pytest.mark.parametrize(
    "told",
    [
        meaning("pain_worse"),
        meaning("report_symptom", site="toe", sensation="pain"),
        meaning("report_symptom", site="hand", sensation="cramp"),
        meaning("cramp_now", site="calf"),
        alarm("R30", Level.SEE_SOON),
    ],
    ids=["it hurts", "pain", "a cramp in the hand", "a hard cramp", "a sign to see someone soon"],
)
def test_nothing_harder_after_pain_a_cramp_or_a_sign(talk: Talk, told: object) -> None:
    talk.say(told)  # type: ignore[arg-type]
    talk.say("stop")
    said = talk.say("start_exercise", routine="ankle_circles", variant="harder")
    assert said == "[no_harder]. Shall we do ankle circles?"


def test_nothing_harder_in_the_middle_either(talk: Talk) -> None:
    counting(talk).say("pain_worse")
    assert talk.say("start_exercise", variant="harder").startswith("[no_harder].")
    assert running(talk) == "ankle_circles_easier"


def test_a_sign_told_in_the_harder_version_turns_to_the_plain_one(talk: Talk) -> None:
    counting(talk, "ankle_circles_harder")
    said = talk.say(alarm("R30", Level.SEE_SOON))
    assert said.startswith("Please book a visit with your doctor.")
    assert running(talk) == "ankle_circles"


@pytest.mark.parametrize("beside", ["slower", "ask_causes", "ask_source", "next"])
def test_a_sign_told_beside_something_else_turns_to_the_plain_one_too(
    talk: Talk, beside: str
) -> None:
    counting(talk, "ankle_circles_harder")
    said = talk.say(beside_a_sign(beside))
    assert said.startswith("Please book a visit with your doctor.")
    assert running(talk) == "ankle_circles"
    assert "Letters" not in said, "no instruction of the harder one"


def test_a_pause_with_a_sign_waits_with_the_plain_one(talk: Talk) -> None:
    counting(talk, "ankle_circles_harder")
    talk.say(beside_a_sign("pause"))
    assert talk.where == "Paused"
    assert running(talk) == "ankle_circles"


def test_a_sign_that_a_sentence_names_turns_to_the_plain_one_too(talk: Talk) -> None:
    counting(talk, "ankle_circles_harder")
    talk.say("alarm", sign="R30")
    assert running(talk) == "ankle_circles"


def test_a_sign_told_beside_something_else_leaves_an_easier_version_alone(talk: Talk) -> None:
    counting(talk, "ankle_circles_easier")
    talk.say(beside_a_sign("slower"))
    assert running(talk) == "ankle_circles_easier"


def test_a_sign_told_when_the_harder_version_is_offered_again(talk: Talk) -> None:
    counting(talk, "ankle_circles_harder").play()
    assert "harder ankle circles" in talk.say("not_helped")
    assert talk.say(alarm("R30", Level.SEE_SOON)).endswith("Shall we do ankle circles?")


@pytest.mark.parametrize(
    "told", [meaning("special_group", group="pregnancy"), meaning("cramp_now")]
)
@pytest.mark.parametrize("variant", ["", "easier", "harder"])
def test_no_version_of_toe_points_but_toes_up(talk: Talk, told: object, variant: str) -> None:
    talk.say(told)  # type: ignore[arg-type]
    talk.say("stop")
    asked = {"routine": "toe_points", **({"variant": variant} if variant else {})}
    assert talk.say("start_exercise", **asked).endswith("Shall we do toes_up toe points?")
    talk.say("yes")
    talk.say("no")
    talk.say("no")
    assert running(talk) == "toe_points_toes_up"


def test_the_short_round_gives_way_to_easy_circles_for_one_foot() -> None:
    pointed = {**VERSIONS.routines, SHORT.id: replace(SHORT, steps=(*SHORT.steps, *POINTS.steps))}
    talk = Talk(replace(VERSIONS, routines=pointed))
    talk.say("special_group", group="pregnancy")
    assert talk.say("start_exercise", variant="short").endswith("Shall we do easier ankle circles?")
    assert talk.phase.feet == "one"  # type: ignore[union-attr]


def test_a_group_that_blocks_a_routine_blocks_its_versions() -> None:
    groups = {"diabetes": replace(KNOWLEDGE.groups["diabetes"], blocks=("ankle_circles",))}
    talk = Talk(replace(VERSIONS, groups=groups))
    talk.say("special_group", group="diabetes")
    memory = talk.state.memory
    assert blocked_by(talk.knowledge, memory, "ankle_circles_easier") == "diabetes"
    assert blocked_by(talk.knowledge, memory, "toe_points_easier") is None


# ------------------------------------------------------------------ screening questions skipped


def test_skipped_questions_leave_the_routine_out(talk: Talk) -> None:
    talk.say("start_exercise", routine="ankle_circles")
    assert talk.say("skip") == "[screen_skipped]."
    assert talk.where == "Idle"
    assert (
        talk.say("start_exercise", routine="ankle_circles") == "[screen_intro]. Is one leg swollen?"
    )


def test_a_question_about_a_warning_sign_is_not_skipped(talk: Talk) -> None:
    talk.say("report_symptom", site="chest")
    assert talk.say("skip") == "[screen_again]. Does your chest hurt?"
    assert talk.say("skip").startswith("Please call")


def test_skipped_before_saying_whether_it_is_serious(talk: Talk) -> None:
    talk.say("ask_serious")
    assert talk.say("skip") == "[screen_skipped_serious]."


def test_skipping_does_not_bring_back_what_a_group_forbids(talk: Talk) -> None:
    talk.say("report_symptom", site="toe")
    talk.say("ask_serious")
    talk.say("special_group", group="surgery_or_injury")
    assert talk.say("skip") == "[screen_skipped_serious]."
    assert talk.where == "Idle"


def test_an_offer_is_passed_over(talk: Talk) -> None:
    talk.say("report_symptom", site="toe")
    assert talk.say("skip") == "[declined]."


# ------------------------------------------------------------------ progress


def _long(count: int) -> Talk:
    step = Step("long", ("Go.",), (), count, (Beat("{count}", 4),), side="affected")
    routine = replace(CIRCLES, steps=(step,), screened=False)
    prompts = {
        **KNOWLEDGE.prompts,
        "count_half": ("{count}, half",),
        "count_last": ("{count}, last",),
    }
    talk = Talk(replace(KNOWLEDGE, prompts=prompts, routines={CIRCLES.id: routine}))
    talk.start("ankle_circles")
    return talk


def test_a_long_count_says_half_and_last() -> None:
    said = _long(6).play()
    assert said[:6] == ["One", "Two", "Three, half", "Four", "Five", "Six, last"]


def test_a_short_count_and_the_night_do_not() -> None:
    assert _long(5).play()[:5] == ["One", "Two", "Three", "Four", "Five"]
    talk = _long(6)
    manner = replace(talk.state.memory.manner, night=True)
    talk.state = replace(talk.state, memory=replace(talk.state.memory, manner=manner))
    assert talk.play()[2] == "Three"


def test_progress_names_the_foot(talk: Talk) -> None:
    talk.start("ankle_circles", site="toe", side="left")
    feet = []
    for index in range(4):
        talk.to_step(index)
        progress = dialogue.progress(talk.knowledge, talk.state)
        assert progress is not None
        feet.append(progress.foot)
    assert feet == ["", "your left foot", "your right foot", "your right foot"]


def test_the_plan_of_one_foot_leaves_out_the_other() -> None:
    memory = dialogue.start(VERSIONS).memory
    steps = [ref.step for ref in planned(VERSIONS, memory, "ankle_circles", "one").steps]
    assert steps == ["setup", "inward"]
