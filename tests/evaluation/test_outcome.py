"""What counts as right, asked, refused and wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_skill.conversation.turns import Turn
from voice_skill.domain.model import (
    Alarm,
    Candidate,
    Decision,
    Hypothesis,
    Level,
    Slot,
    Understanding,
    Utterance,
)
from voice_skill.evaluation.outcome import (
    asked_about,
    outcome_of,
    result_of,
    same_slots,
    word_errors,
)
from voice_skill.evaluation.rows import Row

SLOTS = frozenset({"lamp", "percent"})
DESK = Slot("lamp", "desk", "desk")
ACT = Understanding(Decision.ACT, "turn_on", (DESK,), 1.0)
CONFIRM = Understanding(Decision.CONFIRM, "turn_on", confidence=0.5)
PAIR = (Candidate("dim", 0.5), Candidate("turn_on", 0.45), Candidate("stop", 0.4))
CHOOSE = Understanding(Decision.CHOOSE, candidates=PAIR)
SCREEN = Understanding(Decision.CONFIRM, "turn_on", screen="urgent_screen")
REJECT = Understanding(Decision.REJECT)
URGENT = Understanding(Decision.URGENT, "alarm", alarm=Alarm("R1", Level.SAME_DAY, ("leg",)))


def row(intent: str | None = "turn_on", slots: dict[str, str | float] | None = None) -> Row:
    return Row("m:1", None, "turn on the desk lamp", intent, slots)


@pytest.mark.parametrize(
    ("understanding", "intent", "outcome"),
    [
        (ACT, "turn_on", "right"),
        (ACT, "dim", "acted_wrong"),
        (ACT, None, "acted_out_of_scope"),
        (CONFIRM, "turn_on", "asked_back"),
        (CONFIRM, None, "asked_out_of_scope"),
        (CHOOSE, "stop", "asked_back"),
        (SCREEN, "turn_on", "asked_back"),
        (SCREEN, None, "asked_out_of_scope"),
        (REJECT, "turn_on", "refused"),
        (REJECT, None, "refused_rightly"),
        (replace(ACT, screen="urgent_screen"), "turn_on", "right"),
        (URGENT, "alarm", "right"),
        (URGENT, "turn_on", "acted_wrong"),
        (URGENT, None, "acted_out_of_scope"),
    ],
)
def test_outcomes(understanding: Understanding, intent: str | None, outcome: str) -> None:
    assert outcome_of(row(intent), understanding, SLOTS) == outcome


@pytest.mark.parametrize(
    ("slots", "names", "outcome"),
    [
        (None, SLOTS, "right"),
        ({"lamp": "desk"}, SLOTS, "right"),
        ({"lamp": "desk", "sign": "R1"}, SLOTS, "right"),
        ({"lamp": "kitchen"}, SLOTS, "wrong_slots"),
        ({}, SLOTS, "wrong_slots"),
        ({"lamp": "desk", "percent": 5}, SLOTS, "wrong_slots"),
        ({}, frozenset(), "right"),
        ({}, frozenset({"sign"}), "right"),
    ],
)
def test_slots_count_where_they_are_labelled(slots, names, outcome: str) -> None:
    assert outcome_of(row("turn_on", slots), ACT, names) == outcome


def test_only_the_first_value_of_a_slot_counts() -> None:
    both = Understanding(Decision.ACT, "turn_on", (DESK, Slot("lamp", "kitchen", "kitchen")))
    assert outcome_of(row("turn_on", {"lamp": "desk"}), both, SLOTS) == "right"


@pytest.mark.parametrize(
    ("understanding", "about"),
    [
        (CONFIRM, ("turn_on",)),
        (CHOOSE, ("dim", "turn_on")),
        (SCREEN, ("alarm", "turn_on")),
        (Understanding(Decision.CONFIRM, screen="urgent_screen"), ("alarm",)),
        (ACT, ()),
        (REJECT, ()),
    ],
)
def test_what_a_question_is_about(understanding: Understanding, about: tuple[str, ...]) -> None:
    assert asked_about(understanding) == about


@given(st.floats(allow_nan=False, allow_infinity=False), st.text())
def test_numbers_are_compared_as_numbers(number: float, text: str) -> None:
    assert same_slots({"n": number, "t": text}, {"n": str(number), "t": text})
    assert same_slots({"n": 5}, {"n": 5.0})
    assert same_slots({"n": "nan"}, {"n": "nan"})


@pytest.mark.parametrize(
    ("said", "heard", "errors", "words"),
    [
        ("Turn on the lamp!", "turn on the lamp", 0, 4),
        ("turn on the lamp", "turn the lamb", 2, 4),
        ("turn on the lamp", "", 4, 4),
        ("it\N{RIGHT SINGLE QUOTATION MARK}s on", "it's on now", 1, 2),
    ],
)
def test_word_errors(said: str, heard: str, errors: int, words: int) -> None:
    assert word_errors(said, heard) == (errors, words)


WORDS = st.lists(st.sampled_from(["on", "off", "lamp", "the"]), max_size=6).map(" ".join)


@given(WORDS, WORDS)
def test_word_errors_are_a_distance(one: str, other: str) -> None:
    errors, words = word_errors(one, other)
    assert errors == word_errors(other, one)[0]
    assert (errors == 0) == (one == other)
    assert errors <= max(words, len(other.split()))


def test_a_result_keeps_what_was_heard_and_why(tmp_path) -> None:
    heard = (Hypothesis("turn on desk lamp", "domain", 2.0), Hypothesis("turn on", "open", 1.0))
    understanding = Understanding(Decision.CONFIRM, "turn_on", (DESK,), 0.51234, why=("near",))
    turn = Turn(Utterance(heard), understanding, (), 2.0, 0.3, 0.01, finish_seconds=0.02)
    spoken = Row("m:1", tmp_path / "a.wav", "turn on the lamp", "turn_on", None, tags=("far",))
    condition = {"noise": None, "snr": None, "room": None, "gain": 0.0, "speed": 1.0}
    result = result_of(spoken, turn, SLOTS, condition)
    assert result["heard"] == "turn on"
    assert (result["word_errors"], result["words"]) == (2, 4)
    assert result["outcome"] == "asked_back"
    assert result["right_after_question"] is True
    assert result["cost_seconds"] == pytest.approx(0.31)
    assert result["latency_seconds"] == pytest.approx(0.03)
    assert result["why"] == ["near"]
    assert result["tags"] == ["far"]
