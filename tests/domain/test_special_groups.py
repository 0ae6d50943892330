"""For whom what is offered, refused and said: the special groups of the built-in content."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from talk import Talk, alarm

from voice_skill import content
from voice_skill.domain.knowledge import Knowledge
from voice_skill.domain.model import Level

ROUTINES = ("ankle_circles", "toe_points", "both", "night_short", "cramp_relief")


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    found = content.load(None, locale=None).knowledge
    assert found is not None
    return found


@dataclass(frozen=True)
class Row:
    """What a group changes.

    `goes_on`: routines that are begun, and that go on when it is told in their middle; `instead`:
    what is offered in place of others, nothing where none is; `never`: words that no answer to
    "what may help?" holds; `skipped`: steps of cramp relief that are left out; `of_a_cramp`: how
    its relief is refused, where that has words of its own.
    """

    group: str
    says: str
    sources: tuple[str, ...]
    goes_on: tuple[str, ...]
    instead: tuple[tuple[str, str], ...] = ()
    never: str = ""
    skipped: tuple[str, ...] = ()
    of_a_cramp: str = ""


TABLE = (
    Row(
        "pregnancy",
        "In pregnancy, pointing the toes can set off a cramp.",
        ("relay_preg", "nb_preg", "nidirect"),
        goes_on=("ankle_circles", "cramp_relief"),
        instead=(
            ("toe_points", "toe_points_toes_up"),
            ("both", "both_toes_up"),
            ("night_short", "ankle_circles_easier"),
        ),
        never="Toe points may ease",
        skipped=("stand", "rub"),
    ),
    Row(
        "dialysis",
        "Cramps are common with dialysis, so please tell your kidney team.",
        ("aafp2012", "uptodate_pt"),
        goes_on=ROUTINES,
        never="Drink",
    ),
    Row(
        "diabetes",
        "With diabetes, check your feet for sores and numb spots.",
        ("diabetes", "mayo_news"),
        goes_on=ROUTINES,
        skipped=("rub",),
    ),
    Row(
        "medicines",
        "Some medicines can cause cramps or twitches.",
        ("nidirect", "nhs_twitch", "mayo_statin"),
        goes_on=ROUTINES,
    ),
    Row(
        "surgery_or_injury",
        "After an operation or injury, ask your care team before any exercise.",
        ("product",),
        goes_on=(),
        instead=tuple((name, "") for name in ROUTINES),
        never="stretch",
        of_a_cramp="After an injury or operation I leave out the stretch for a cramp.",
    ),
    Row(
        "child",
        "I am made for adults.",
        ("product",),
        goes_on=(),
        instead=tuple((name, "") for name in ROUTINES),
        never="stretch",
    ),
    Row(
        "fluid_limits",
        "If you were told to limit fluids, keep to that.",
        ("uptodate_pt",),
        goes_on=ROUTINES,
        never="Drink",
    ),
)

rows = pytest.mark.parametrize("row", TABLE, ids=lambda row: row.group)


def asked(talk: Talk, routine: str) -> str:
    """Ask for a routine, and answer its screening questions with no."""
    said = talk.say("start_exercise", routine=routine)
    while talk.where == "Screening":
        said = talk.say("no")
    return said


def test_the_table_has_every_group(knowledge: Knowledge) -> None:
    assert {row.group for row in TABLE} == set(knowledge.groups)
    for row in TABLE:
        assert {*row.goes_on, *(name for name, _ in row.instead)} == set(ROUTINES)


@rows
def test_it_is_said_with_its_source(row: Row, knowledge: Knowledge) -> None:
    assert Talk(knowledge).say("special_group", group=row.group).startswith(row.says)
    assert knowledge.groups[row.group].sources == row.sources
    assert set(row.sources) <= set(knowledge.sources)


@rows
def test_told_before_a_routine(row: Row, knowledge: Knowledge) -> None:
    for routine in row.goes_on:
        talk = Talk(knowledge)
        talk.say("special_group", group=row.group)
        asked(talk, routine)
        assert talk.where == "Instructing", routine
        assert talk.phase.run.routine == routine  # type: ignore[union-attr]
    for routine, other in row.instead:
        talk = Talk(knowledge)
        talk.say("special_group", group=row.group)
        says = (routine == "cramp_relief" and row.of_a_cramp) or row.says
        assert talk.say("start_exercise", routine=routine).startswith(says), routine
        assert getattr(talk.phase, "routine", "") == other
        assert talk.where == ("Offered" if other else "Idle")


@rows
def test_told_in_the_middle_of_a_routine(row: Row, knowledge: Knowledge) -> None:
    for routine in ROUTINES:
        talk = Talk(knowledge)
        asked(talk, routine)
        said = talk.say("special_group", group=row.group)
        assert said.startswith(row.says), routine
        if routine in row.goes_on:
            assert talk.phase.run.routine == routine  # type: ignore[union-attr]
        else:
            assert getattr(talk.phase, "routine", "") == dict(row.instead)[routine]


@rows
def test_told_while_the_screening_questions_are_asked(row: Row, knowledge: Knowledge) -> None:
    screened = [pair for pair in row.instead if pair[0] != "cramp_relief"]
    for routine, other in screened:
        talk = Talk(knowledge)
        talk.say("start_exercise", routine=routine)
        talk.say("special_group", group=row.group)
        while talk.where == "Screening":
            talk.say("no")
        assert getattr(talk.phase, "routine", "") == other


@rows
def test_what_may_help_leaves_out_what_it_forbids(row: Row, knowledge: Knowledge) -> None:
    talk = Talk(knowledge)
    talk.say("special_group", group=row.group)
    said = " ".join(talk.say("ask_remedies") for _ in range(len(knowledge.remedies)))
    assert "Loosen the bed covers" in said
    if row.never:
        assert row.never not in said
    else:
        assert "Drink" in said
        assert "stretch" in said


@rows
def test_steps_of_cramp_relief_that_are_left_out(row: Row, knowledge: Knowledge) -> None:
    talk = Talk(knowledge)
    talk.say("special_group", group=row.group)
    talk.say("cramp_now", site="calf")
    if "cramp_relief" not in row.goes_on:
        assert talk.where == "Idle"
        return
    steps = {ref.step for ref in talk.phase.run.steps}  # type: ignore[union-attr]
    everything = {step.id for step in knowledge.routines["cramp_relief"].steps}
    assert everything - steps == set(row.skipped)


@pytest.mark.parametrize("group", ["dialysis", "fluid_limits", "child"])
def test_the_warning_of_heat_says_nothing_about_drinking(knowledge: Knowledge, group: str) -> None:
    talk = Talk(knowledge)
    talk.say("special_group", group=group)
    assert talk.say(alarm("R25", Level.SAME_DAY)) == (
        "Please contact a doctor or a nurse advice line today. Cool down if you can."
        " If you feel confused or faint, call your local emergency number."
    )
