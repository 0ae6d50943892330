"""Half asleep and in pain: what was said must not be taken for its opposite, nor left alone."""

from __future__ import annotations

import pytest
from bedside import Bedside

from voice_skill.domain.model import Level
from voice_skill.domain.phases import Asleep, Idle

SCREENED = ("start ankle circles", "no", "no", "no")


def talk(*lines: str, wake: str | None = None) -> Bedside:
    bedside = Bedside(wake=wake)  # type: ignore[arg-type]
    bedside.talk(lines)
    return bedside


@pytest.mark.parametrize(
    "asked", ["can it wait until tomorrow", "do i need a doctor", "who do i call"]
)
def test_with_an_emergency_open_nobody_is_told_that_it_can_wait(asked: str) -> None:
    bedside = talk("i have chest pain")
    before = len(bedside.spoken())
    bedside.say(asked)
    assert bedside.spoken()[before].prompt.style == "urgent"
    assert "day or so" not in " ".join(bedside.said())


@pytest.mark.parametrize("said", ["it's better now", "what helps", "that did not help"])
def test_after_stop_a_warning_that_stands_is_said_and_nobody_is_wished_good_rest(said: str) -> None:
    bedside = talk("i have chest pain", "stop")
    before = len(bedside.spoken())
    bedside.say(said)
    told = " ".join(bedside.spoken()[before].prompt.sentences)
    assert bedside.loop.state.memory.level is Level.EMERGENCY_NOW
    assert "Rest well" not in told
    assert "call" in told


@pytest.mark.parametrize(
    "said", ["i can't get back to sleep", "don't go to sleep", "i couldn't sleep"]
)
def test_who_cannot_sleep_is_not_left_alone(said: str) -> None:
    assert not isinstance(talk("my foot is twitching", said).loop.state.phase, Asleep)


@pytest.mark.parametrize("said", ["go to sleep", "i'm going back to sleep", "good night"])
def test_who_goes_to_sleep_is(said: str) -> None:
    assert isinstance(talk("my foot is twitching", said).loop.state.phase, Asleep)


@pytest.mark.parametrize("said", ["okay stop", "ow stop", "stop stop stop stop"])
def test_a_doubtful_stop_is_silence(said: str) -> None:
    bedside = talk("what causes it")
    bedside.say("what helps")
    bedside.wait(2)
    before = len(bedside.spoken())
    bedside.say(said)
    assert len(bedside.spoken()) == before
    assert not bedside.loop.narrator.busy
    assert isinstance(bedside.loop.state.phase, Idle)


def test_a_group_told_in_the_middle_of_the_relief_changes_its_steps() -> None:
    bedside = talk("my calf is cramping up", "i'm diabetic")
    bedside.wait(60)
    bedside.say("yes")
    bedside.wait(60)
    assert "rub" not in " ".join(bedside.said())


def test_two_answers_soon_after_one_another_are_two() -> None:
    bedside = Bedside()
    bedside.talk(["start ankle circles"])
    for answer in ("no", "no injury", "no"):
        bedside.say(answer)
        bedside.finish_speaking()
        bedside.wait(1)
    asked = [sentence for sentence in bedside.said() if "swollen" in sentence]
    assert len(asked) == 1, "what was answered is not asked again"


def test_a_cramp_after_an_injury_is_told_what_to_do_instead_of_a_stretch() -> None:
    bedside = talk("start ankle circles", "no", "yes", "i've got a cramp in my calf")
    told = " ".join(bedside.spoken()[-1].prompt.sentences)
    assert told.startswith("After an injury or operation I leave out the stretch for a cramp.")
    assert "Past ten minutes" in told
    bedside.talk(["what helps"])
    assert "calf stretch" not in " ".join(bedside.said())


@pytest.mark.parametrize("said", ["it's not letting go", "the cramp is not gone"])
def test_a_cramp_that_does_not_let_go_is_not_eased(said: str) -> None:
    bedside = talk("my calf is cramping up")
    bedside.wait(60)
    bedside.say(said)
    assert bedside.loop.state.memory.helped is not True
    assert "glad" not in " ".join(bedside.said())


@pytest.mark.parametrize(("said", "warned"), [("half an hour", True), ("two minutes", False)])
def test_a_cramp_that_has_lasted_too_long_is_told_so_in_the_middle_of_its_relief(
    said: str, warned: bool
) -> None:
    bedside = talk("my calf is cramping up")
    bedside.wait(60)
    bedside.say(f"i've had it for {said}")
    assert bedside.loop.state.memory.warned is warned


def test_go_on_after_wait_leaves_nothing_out() -> None:
    bedside = talk(*SCREENED)
    bedside.wait_for("Two")
    bedside.say("wait")
    bedside.finish_speaking()
    step = bedside.loop.state.phase.run.index  # type: ignore[union-attr]
    bedside.say("go on")
    bedside.wait(5)
    assert bedside.loop.state.phase.run.index == step  # type: ignore[union-attr]


@pytest.mark.parametrize("said", ["wait stop", "ouch stop it"])
def test_in_a_routine_a_stop_among_two_meanings_is_one(said: str) -> None:
    bedside = talk(*SCREENED)
    bedside.wait_for("Two")
    bedside.say(said)
    assert isinstance(bedside.loop.state.phase, Idle)
