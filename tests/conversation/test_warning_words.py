"""Warning signs in people's own words, through all that understands the skill that ships."""

from __future__ import annotations

from functools import cache

import pytest

from voice_skill.content import load
from voice_skill.conversation.skills import make_understander
from voice_skill.domain.model import Decision, Hypothesis, Understanding, Utterance
from voice_skill.understanding.decide import Understander


@cache
def understander() -> Understander:
    return make_understander(load(None))


def understood(text: str) -> Understanding:
    return understander().understand(Utterance((Hypothesis(text, "text"),), "idle"))


def rule_of(text: str) -> str | None:
    alarm = understood(text).alarm
    return alarm.id if alarm else None


# ------------------------------------------------------------------ denied, or only compared


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("i've never had swelling like this in my leg", "R20"),
        ("i've never had numbness like this in my foot", "R24"),
        ("my foot has never been numb like this", "R24"),
        ("my calf was never swollen before", "R20"),
        ("there was no numbness in my foot until now", "R24"),
        ("i've never had a fever this bad", "R23"),
        ("i've never had such swelling in my leg", "R20"),
        ("i've never had chest pain like this", "R01"),
        ("never felt chest pain like it", "R01"),
        ("i've never had a pain like this in my chest", "R01"),
        ("never had chest pain or anything like that before", "R01"),
    ],
)
def test_never_like_this_is_no_denial(text: str, rule: str) -> None:
    assert rule_of(text) == rule


@pytest.mark.parametrize(
    "text",
    [
        "i've never had a fever",
        "no swelling",
        "there is no swelling in my leg",
        "i've never had numbness in my foot",
        "no chest pain nothing like that",
        "no chest pain or anything like that",
        "no fever no numbness things like that",
    ],
)
def test_a_plain_denial_stays_one(text: str) -> None:
    assert rule_of(text) is None


# ------------------------------------------------------------------ beside a cramp


@pytest.mark.parametrize(
    "text",
    [
        "my calf is cramping and i feel dizzy",
        "i've got a cramp in my foot and i'm shivering",
        "my foot is cramping and i have a lump in my leg",
    ],
)
def test_an_alarm_word_beside_a_cramp_is_asked_about_when_it_is_eased(text: str) -> None:
    found = understood(text)
    assert (found.decision, found.intent) == (Decision.ACT, "cramp_now")
    assert found.screen == "urgent_screen"


@pytest.mark.parametrize("text", ["my calf is cramping", "my calf is cramping no fever"])
def test_a_cramp_alone_owes_no_question(text: str) -> None:
    found = understood(text)
    assert (found.decision, found.intent, found.screen) == (Decision.ACT, "cramp_now", None)


# ------------------------------------------------------------------ a muscle that gets thinner


@pytest.mark.parametrize(
    "text",
    [
        "my calf has shrunk",
        "my calf is thinner than the other one",
        "one leg is getting thinner",
        "the muscle is wasting",
        "my leg muscles are wasting away",
    ],
)
def test_a_muscle_that_gets_thinner_is_its_own_sign_and_no_emergency(text: str) -> None:
    found = understood(text)
    assert found.alarm is not None
    assert found.alarm.id == "R30"
    assert (found.intent, found.screen) == ("alarm", None)


@pytest.mark.parametrize(
    "text",
    [
        "i think my left calf has got thinner",
        "one calf is thinner than the other",
        "the muscle in my leg is wasting",
        "it looks as if my thigh is wasting away",
    ],
)
def test_in_free_wording_it_is_the_same_sign(text: str) -> None:
    assert rule_of(text) == "R30"


@pytest.mark.parametrize(
    "text",
    [
        "the blanket is thinner",
        "my foot is cold the blanket is thinner",
        "i put a thinner blanket on my legs",
        "my sock has shrunk",
        "my sock has shrunk and now it pinches my foot",
        "my calf is not thinner than the other one",
        "i am wasting my time with this leg",
        "this leg is wasting my time",
    ],
)
def test_a_blanket_that_is_thinner_is_none(text: str) -> None:
    assert rule_of(text) is None
