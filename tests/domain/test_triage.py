"""Warning signs: found in plain sentences and in doubtful ones, not in denied ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_knowledge import ALARM_WORDS, RULES

from voice_skill.domain.knowledge import AlarmRule, AlarmWords
from voice_skill.domain.model import Level
from voice_skill.domain.triage import Triage, tokens_of

TRIAGE = Triage(RULES.values(), ALARM_WORDS)


def found(*texts: str) -> str | None:
    alarm = TRIAGE.check(texts)
    return alarm.id if alarm else None


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("my chest hurts", "R01"),
        ("there is a tightness in my chest", "R01"),
        ("i can't breathe", "R01"),
        ("i cannot breathe", "R01"),
        ("i can not breathe", "R01"),
        ("i can\u2019t breathe", "R01"),
        ("my face is drooping", "R02"),
        ("my calf is swollen", "R20"),
        ("swollen that's what my calf is", "R20"),
        ("i have no feeling in my foot", "R24"),
        ("i can't lift my foot", "R24"),
        ("my calf is getting thinner", "R30"),
        ("it has been locked for half an hour", "R21"),
    ],
)
def test_finds_a_sign(text: str, rule: str) -> None:
    assert found(text) == rule


@pytest.mark.parametrize(
    "text",
    [
        "my calf is not swollen",
        "my calf isn't swollen",
        "my leg is neither red nor swollen",
        "no chest pain",
        "i have no chest pain",
        "i don't have any chest pain",
        "i do not have chest pain",
        "my foot isn't numb",
        "i'm not short of breath",
        "no trouble breathing",
        "i can breathe fine",
        "my foot is not red or swollen",
        "no no chest pain",
        "no not numb in the foot",
        "without any swelling in my leg",
        "never had numbness in my foot",
    ],
)
def test_believes_a_plain_denial(text: str) -> None:
    assert found(text) is None


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("no my chest hurts", "R01"),
        ("no i can't breathe", "R01"),
        ("i can't stand this chest pain", "R01"),
        ("i don't know why my chest hurts", "R01"),
        ("i don't like this pain in my chest", "R01"),
        ("not sure if my leg is swollen", "R20"),
        ("i don't think my leg is swollen", "R20"),
        ("my leg is not very swollen", "R20"),
        ("my leg is not really red", "R20"),
        ("it's not not swollen my leg", "R20"),
        ("my leg is not without swelling", "R20"),
        ("my chest does not stop hurting", "R01"),
        ("not my toe but my calf is swollen", "R20"),
        ("my foot is not cold and my calf is swollen", "R20"),
        ("no, my leg is swollen", "R20"),
        ("not only numb my foot is weak", "R24"),
        ("isn't it swollen my leg", "R20"),
    ],
)
def test_doubt_is_taken_seriously(text: str, rule: str) -> None:
    assert found(text) == rule


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("i've never had swelling like this in my leg", "R20"),
        ("i've never had swelling in my left leg like this", "R20"),
        ("never had leg swelling this bad", "R20"),
        ("i have never had numbness like that in my foot", "R24"),
        ("never had chest pain like this", "R01"),
        ("i've never had chest pain before", "R01"),
        ("i had no swelling in my leg before now", "R20"),
        ("no numbness in my foot until now", "R24"),
        ("no numbness in my foot till i stretched it", "R24"),
        ("never had such swelling in my leg", "R20"),
        ("my foot has never been so numb", "R24"),
        ("never had this swelling in my leg", "R20"),
    ],
)
def test_a_denial_that_compares_is_none(text: str, rule: str) -> None:
    """It tells of a sign that is new, or worse than ever."""
    assert found(text) == rule


@pytest.mark.parametrize(
    "text",
    [
        "no swelling in my leg. it was like this before",
        "i have never had numbness in my foot and i walk a mile every day like that",
        "like this i have no swelling in my leg",
        "before that i had no numbness in my foot",
    ],
)
def test_what_compares_elsewhere_leaves_a_denial_alone(text: str) -> None:
    assert found(text) is None


def test_a_sign_that_holds_a_negation_is_not_denied_by_it() -> None:
    assert found("i don't have no feeling in my foot") == "R24"


def test_whole_words_and_prefixes() -> None:
    assert found("my chestnut hurts") is None
    assert found("my legs are weakening") == "R24"
    assert found("my toes are numb") == "R24"


def test_an_excluded_phrase_silences_its_rule_alone() -> None:
    assert found("the cramp was an hour ago") is None
    assert found("the cramp was an hour ago and my chest hurts") == "R01"


def test_the_most_serious_of_all_hypotheses_wins() -> None:
    assert found("my calf is swollen", "my calf is thinner") == "R20"
    assert found("my calf is thinner", "the carve is swollen", "my chest hurts") == "R01"
    assert found("i can breathe", "i can't breathe") == "R01"


def test_the_words_that_fired_are_named() -> None:
    alarm = TRIAGE.check(["my left calf is badly swollen"])
    assert alarm is not None
    assert (alarm.level, alarm.signs) == (Level.SAME_DAY, ("calf", "swollen"))


def test_nothing_said_is_no_alarm() -> None:
    assert found() is None
    assert found("") is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("my foot is cold", ("cold",)),
        ("my foot fell asleep", ()),
        ("my foot fell asleep and i fell", ("fell",)),
        ("would a blood test show it", ()),
        ("it isn't cold", ()),
        ("no fever and no numbness", ()),
        ("no fever or numbness", ()),
        ("i have no strength", ("no strength",)),
        ("feeling cold and dizzy", ("cold", "dizzy")),
        ("i'm not sure i'm dizzy", ("dizzy",)),
    ],
)
def test_alarm_words(text: str, words: tuple[str, ...]) -> None:
    assert set(TRIAGE.alarm_words([text])) == set(words)


def test_alarm_words_of_all_hypotheses_once_each() -> None:
    assert TRIAGE.alarm_words(["it is cold", "so cold and dizzy"]) == ("cold", "dizzy")


def test_the_content_may_name_its_own_negations() -> None:
    rule = AlarmRule("X", "x", Level.SAME_DAY, ("x",), ((("hot",),),), "product", ())
    triage = Triage([rule], AlarmWords(negations=("free of", "can't")))
    assert triage.check(["free of hot"]) is None
    assert triage.check(["not hot"]) is not None
    assert triage.check(["can't hot"]) is not None, "inability is never a denial"


def test_the_content_may_name_its_own_comparisons_and_hide_some_in_a_figure() -> None:
    words = AlarmWords(comparisons=("like that",), figures=("nothing like that",))
    triage = Triage(RULES.values(), words)
    assert triage.check(["never had chest pain like that"]) is not None
    assert triage.check(["no chest pain nothing like that"]) is None
    assert triage.check(["never had chest pain like this"]) is None


def test_tokens_keep_apostrophes_and_punctuation() -> None:
    assert tokens_of("No, I can\u2019t!") == ("no", ",", "i", "can't", "!")


_ORDINARY_WORDS = ("my", "the", "it", "really", "so", "when", "i", "think", "that", "left", "but")
_ORDINARY = st.lists(st.sampled_from(_ORDINARY_WORDS), max_size=6)


@given(before=_ORDINARY, between=_ORDINARY, after=_ORDINARY)
def test_ordinary_words_around_it_never_hide_a_sign(
    before: list[str], between: list[str], after: list[str]
) -> None:
    assert found(" ".join([*before, "chest", *between, "hurts", *after])) == "R01"


@given(before=_ORDINARY, after=_ORDINARY)
def test_no_as_an_answer_never_hides_a_sign(before: list[str], after: list[str]) -> None:
    assert found(" ".join([*before, "no", "my", "chest", "hurts", *after])) == "R01"


@given(
    denial=st.sampled_from(("i've never had", "i have no", "never felt any", "without any")),
    between=st.lists(st.sampled_from(("in", "my", "left", "leg", "really")), max_size=4),
    comparison=st.sampled_from(("like this", "like that", "this bad", "before", "until now")),
    after=_ORDINARY,
)
def test_no_denial_hides_a_sign_that_is_compared(
    denial: str, between: list[str], comparison: str, after: list[str]
) -> None:
    assert found(" ".join([denial, "chest pain", *between, comparison, *after])) == "R01"


@given(st.text())
def test_any_text_can_be_checked(text: str) -> None:
    TRIAGE.check([text])
    TRIAGE.alarm_words([text])


def test_a_figure_of_speech_hides_its_own_words_alone() -> None:
    rule = AlarmRule(
        id="R05",
        name="faint or fit",
        level=Level.EMERGENCY_NOW,
        say=("Call.",),
        origin="product",
        sources=(),
        match=((("passed out", "had a fit"),),),
    )
    triage = Triage([rule], AlarmWords(words=("passed out",), figures=("passed out the",)))
    assert triage.check(("he passed out the leaflets",)) is None
    assert triage.alarm_words(("he passed out the leaflets",)) == ()
    assert triage.check(("he passed out",)) is not None
    assert triage.check(("he passed out the leaflets and then he had a fit",)) is not None
    assert triage.check(("he passed out the leaflets and then passed out",)) is not None
