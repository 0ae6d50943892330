"""Slots in free wording: the longest values, and what people deny or correct."""

from __future__ import annotations

import pytest
from feet import LANGUAGE
from hypothesis import given
from hypothesis import strategies as st

from voice_skill.domain.language import Language
from voice_skill.domain.model import Slot
from voice_skill.understanding.slots import SlotFinder, fold_slots


def values(finder: SlotFinder, text: str, intent: str | None = None) -> dict[str, str | float]:
    return {slot.name: slot.value for slot in finder.find(text, intent)}


def test_the_longest_value_wins_and_keeps_its_words(slot_finder: SlotFinder) -> None:
    assert slot_finder.find("Something flickers in my big toe!") == (
        Slot("site", "toe", "big toe"),
    )
    assert values(slot_finder, "right in the middle of my foot it jumps") == {"site": "arch"}


def test_only_whole_words_count(slot_finder: SlotFinder) -> None:
    assert not slot_finder.find("a footstool and a heeler")


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("it has been two days now", 48.0),
        ("for a couple of days", 48.0),
        ("a few hours i think", 3.0),
        ("half an hour or so", 0.5),
        ("since a day", 24.0),
        ("about an hour", 1.0),
        ("it twitched all day", 24.0),
        ("two whole days", 48.0),
    ],
)
def test_number_and_unit_become_hours(slot_finder: SlotFinder, text: str, hours: float) -> None:
    (slot,) = slot_finder.find(text)
    assert (slot.name, slot.value) == ("duration", hours)


@pytest.mark.parametrize("text", ["day after day", "one of my hands", "the two of us"])
def test_a_unit_or_a_number_alone_is_no_duration(slot_finder: SlotFinder, text: str) -> None:
    assert "duration" not in values(slot_finder, text)
    assert "number" not in values(slot_finder, text)


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("my left foot jumps", "left"),
        ("the right big toe", "right"),
        ("it's the left one", "left"),
        ("on my right side", "right"),
        ("i think it's the left", "left"),
        ("left", "left"),
        ("both my feet", "both"),
        ("i left it in my left foot", "left"),
    ],
)
def test_a_side_belongs_to_a_part_of_the_body(
    slot_finder: SlotFinder, text: str, side: str
) -> None:
    assert values(slot_finder, text)["side"] == side


@pytest.mark.parametrize(
    "text", ["i left my keys", "it just left", "that's right", "right now it hurts", "all right"]
)
def test_left_and_right_have_other_meanings(slot_finder: SlotFinder, text: str) -> None:
    assert "side" not in values(slot_finder, text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("my right foot no the left one", {"site": "foot", "side": "left"}),
        ("my ankle i mean my heel", {"site": "heel"}),
        ("my heel sorry my big toe", {"site": "toe"}),
    ],
)
def test_a_correction_wins(
    slot_finder: SlotFinder, text: str, expected: dict[str, str | float]
) -> None:
    assert values(slot_finder, text) == expected


def test_without_a_correction_the_first_is_still_first(slot_finder: SlotFinder) -> None:
    sites = [s.value for s in slot_finder.find("my ankle and my heel") if s.name == "site"]
    assert sites == ["ankle", "heel"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("it is not my ankle it is my heel", {"site": "heel"}),
        ("it isn't in my big toe", {}),
        ("my foot not my ankle", {"site": "foot"}),
        ("no cramp in my foot", {"site": "foot"}),
        ("my ankle does not stop", {"site": "ankle"}),
        ("i do not know why my ankle does it", {"site": "ankle"}),
    ],
)
def test_what_is_denied_is_left_out(
    slot_finder: SlotFinder, text: str, expected: dict[str, str | float]
) -> None:
    assert values(slot_finder, text) == expected


def test_an_intent_keeps_the_slots_that_its_templates_have(slot_finder: SlotFinder) -> None:
    text = "start the ankle circles for my left foot"
    assert values(slot_finder, text, "start_exercise") == {"routine": "ankle_circles"}
    assert values(slot_finder, text, "ask_causes") == {}
    assert values(slot_finder, "two days", "give_duration") == {"duration": 48.0}


def test_aliases_are_for_what_was_heard_not_for_what_was_typed(slot_finder: SlotFinder) -> None:
    assert slot_finder.find("my uncle twitches", heard=True)[0].value == "ankle"
    assert not [s for s in slot_finder.find("my uncle", heard=False) if s.name == "site"]


def test_numbers_stay_where_a_skill_knows_no_units() -> None:
    document = {
        "intents": {"set": {"data": [{"sentences": ["set it to {number}"]}]}},
        "lists": {"number": {"range": {"from": 1, "to": 30}}},
    }
    finder = SlotFinder(Language("en", document))
    assert finder.find("could you make it twenty five") == (Slot("number", 25.0, "twenty five"),)


def test_durations_of_a_strict_parse_are_folded_too() -> None:
    said = (Slot("site", "toe", "toe"), Slot("number", 2.0, "two"), Slot("unit", 24.0, "days"))
    assert fold_slots(said) == (said[0], Slot("duration", 48.0, "two days"))
    assert fold_slots((Slot("span", 24.0, "all day"),)) == (Slot("duration", 24.0, "all day"),)
    assert fold_slots((Slot("unit", 24.0, "day"),)) == (Slot("duration", 24.0, "day"),)
    assert fold_slots((Slot("number", 3.0, "three"),)) == (Slot("number", 3.0, "three"),)


FINDER = SlotFinder(LANGUAGE)
SENTENCE = "my left right foot big toe toes no not a two days hours it is i left one at night the"


@given(st.lists(st.sampled_from(SENTENCE.split()), max_size=12))
def test_every_slot_stands_in_the_sentence_and_none_overlap(words: list[str]) -> None:
    """But a side may stand within a place: `big left toe`."""
    text = " ".join(words)
    rest = f" {text} "
    for slot in FINDER.find(text):
        if slot.name == "side":
            assert f" {slot.text} " in f" {text} "
            continue
        assert f" {slot.text} " in rest
        rest = rest[rest.index(f" {slot.text} ") + len(slot.text) + 1 :]


def test_a_part_wins_over_the_whole_that_it_is_of(slot_finder: SlotFinder) -> None:
    found = values(slot_finder, "the toe of my left foot flickers")
    assert found == {"site": "toe", "side": "left"}


def test_what_is_said_twice_is_one_slot(slot_finder: SlotFinder) -> None:
    slots = slot_finder.find("my toe oh my big toe")
    assert [(slot.name, slot.value) for slot in slots] == [("site", "toe")]
