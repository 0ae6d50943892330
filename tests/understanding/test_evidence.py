"""A report must name a sensation of its own and whose body it is, unless it was asked for."""

from __future__ import annotations

import pytest
from packaged import FINDER, LANGUAGE, TEMPLATES

from voice_skill.domain.language import Language, Lexicon
from voice_skill.understanding.evidence import Evidence

EVIDENCE = Evidence(LANGUAGE, TEMPLATES, FINDER)


def lacking(text: str, intent: str = "report_symptom", state: str = "idle") -> str:
    assert state in ("idle", "offer", "routine")
    return EVIDENCE.lacking(intent, text, state)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "there's a wee flutter in me sole",
        "foot. twitching. can't sleep",
        "it jumps again",
        "i keep getting spasms",
        "hamstring cramp woke me",
        "my legs thrash about all night",
        "my eyelid has a mind of its own",
        "my ankle is acting up",
        "left thigh, four days, sort of a ticking",
        "ma foot's jumpin",
    ],
)
def test_a_report_with_a_sensation_and_a_place(text: str) -> None:
    assert lacking(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "there's a blister on my heel",
        "my feet itch something awful",
        "my shoes rub my toes",
        "my foot smells",
        "my ankle looks swollen to me",
        "my thumb hurts",
        "i was standing all day",
        "my back went click",
        "i've never had a cramp in my life",
        "i don't get spasms",
        "my calf doesn't twitch",
        "that would cramp my style",
        "i nearly jumped out of my skin",
        "i locked the door behind me",
        "he's kicking his heels in my office",
    ],
)
def test_no_sensation_or_one_that_is_denied_or_a_figure_of_speech(text: str) -> None:
    assert "no sensation" in lacking(text)


def test_somebody_must_have_it() -> None:
    assert lacking("the curtains were jumping") == "neither a place nor `my` or `it`"
    assert lacking("the toe is jumping") == ""


@pytest.mark.parametrize("state", ["offer", "routine"])
def test_what_was_asked_for_needs_no_sensation(state: str) -> None:
    assert lacking("in the left one", state=state) == ""
    assert lacking("it's my heel", state=state) == ""
    assert lacking("i was stood up all day", state=state) == ""
    assert lacking("jumping", state=state) == ""
    assert lacking("there's a blister", state=state) != ""


def test_other_intents_need_a_word_for_one_of_their_concepts() -> None:
    lexicon = Lexicon(concepts={"gate": "DOOR"})
    language = Language("en", {}, lexicon=lexicon, evidence={"go": ("DOOR",)})
    evidence = Evidence(language, TEMPLATES, FINDER)
    assert evidence.lacking("go", "to the moon", "idle") == "no word for any of DOOR"
    assert evidence.lacking("go", "to the gates", "idle") == ""
    assert evidence.lacking("stay", "to the moon", "idle") == ""
