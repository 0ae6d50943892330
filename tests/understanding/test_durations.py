"""Lengths of time in words become hours; what is no length of time does not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaged import FINDER, LANGUAGE, WEDNESDAY, told

from voice_skill.domain.model import Slot
from voice_skill.understanding.durations import fold_slots

ANSWERS = [
    ("three days", 72),
    ("for about three days", 72),
    ("an hour ago", 1),
    ("two days back", 48),
    ("a fortnight", 336),
    ("half the night", 4),
    ("twenty odd minutes", 0.333),
    ("twenty five minutes", 0.417),
    ("three quarters of an hour", 0.75),
    ("a quarter of an hour", 0.25),
    ("an hour and a half", 1.5),
    ("an hour and twenty minutes", 1.333),
    ("two and a half weeks", 420),
    ("a week and a half", 252),
    ("one and a half days", 36),
    ("a year and two months", 10200),
    ("going on four days", 96),
    ("oh, going on a month now", 720),
    ("the best part of a week", 168),
    ("best part of a week", 168),
    ("half a year", 4380),
    ("two or three days", 48),
    ("three to four weeks", 504),
    ("a couple months", 1440),
    ("the last couple of nights", 48),
    ("the last two weeks", 336),
    ("forty eight hours", 48),
    ("four weeks give or take", 672),
    ("must be six months by now", 4320),
    ("three nights in a row", 72),
    ("three nights running", 72),
    ("a good hour", 1),
    ("a solid week", 168),
    ("the whole day", 24),
    ("all week", 168),
    ("for weeks", 336),
    ("for nearly months", 1440),
    ("two days, no, three days", 72),
]


@pytest.mark.parametrize(("text", "hours"), ANSWERS)
def test_an_answer(text: str, hours: float) -> None:
    assert told(text, "give_duration") == {"duration": hours}


STARTS = [
    ("since yesterday", 24),
    ("the day before yesterday", 48),
    ("since last week", 168),
    ("since monday", 48),
    ("since friday night", 120),
    ("since wednesday", 168),
    ("since this wednesday", 17),
    ("since the weekend", 96),
    ("since this morning", 9),
    ("last night", 19),
    ("since half past two", 2.5),
    ("since quarter to five", 0.25),
    ("since three o'clock", 2),
    ("since about nine", 8),
    ("since nine this morning", 8),
    ("since eleven last night", 18),
    ("since four in the afternoon", 1),
    ("since midnight", 17),
    ("it started at noon", 5),
    ("since january", 1505),
]


@pytest.mark.parametrize(("text", "hours"), STARTS)
def test_a_start_is_counted_to_the_moment(text: str, hours: float) -> None:
    assert told(text, "give_duration") == {"duration": hours}


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("since yesterday", 24),
        ("since last week", 168),
        ("since this morning", 6),
        ("for days", 48),
    ],
)
def test_some_starts_need_no_moment(text: str, hours: float) -> None:
    assert told(text, "give_duration", None) == {"duration": hours}


@pytest.mark.parametrize(
    "text", ["since monday", "since half past two", "since three", "since midnight", "since may"]
)
def test_without_a_moment_a_day_or_an_hour_has_no_length(text: str) -> None:
    assert told(text, "give_duration", None) == {}


@pytest.mark.parametrize(
    "text",
    [
        "donkey's years",
        "ages",
        "a good while",
        "for a bit",
        "since i came back from work",
        "ever since i moved house",
        "about ten",
        "the other day",
        "years and years ago it was different",
        "in two days",
        "every two hours",
        "ten minutes a day",
        "three times a week",
    ],
)
def test_what_is_no_length_of_time(text: str) -> None:
    assert told(text, "give_duration") == {}


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("my toe has been twitching for three days", 72),
        ("a fortnight now my eyelid's been jumping", 336),
        ("it started twitching an hour ago in my heel", 1),
        ("since last night my arch has been pulsing", 19),
        ("it began last night my heel keeps jumping", 19),
        ("it came on late last night in my calf, a cramp", 19),
        ("i started getting cramps in my calf yesterday", 24),
        ("since about three this morning my calf's been cramping", 14),
        ("foot... jumping... two nights now", 48),
        ("my foot twitches, going on for years", 8760),
    ],
)
def test_a_length_in_a_report(text: str, hours: float) -> None:
    assert told(text)["duration"] == hours


@pytest.mark.parametrize(
    "text",
    [
        "my arch pulsed last night",
        "this morning my ankle jumped",
        "every two hours my foot twitches",
        "my foot twitches ten minutes a day",
        "three times a week i get cramp in my toes",
        "after a twelve hour shift my calves cramp",
        "after two hours of walking my foot twitches",
        "standing for three hours makes my foot twitch",
        "one day my foot just started jerking",
        "wait a minute my foot is twitching",
        "i am seventy years old and my foot twitches",
        "these days my foot twitches",
        "i started wearing new shoes yesterday and my toes cramp",
        "on the monday my foot twitched",
        "my foot may twitch in march",
    ],
)
def test_no_length_in_a_report(text: str) -> None:
    assert "duration" not in told(text)


UNITS = {"minutes": 1 / 60, "hours": 1, "days": 24, "weeks": 168, "months": 720, "years": 8760}
NUMBERS = {"two": 2, "seven": 7, "eleven": 11, "twenty": 20, "forty five": 45, "ninety": 90}
BEFORE = ["", "for ", "about ", "it's been ", "um for like ", "oh, i don't know, ", "roughly "]
AFTER = ["", " now", " ago", " or so", " i think", " give or take", " already"]


@settings(deadline=None)
@given(
    st.sampled_from(BEFORE),
    st.sampled_from(sorted(NUMBERS)),
    st.booleans(),
    st.sampled_from(sorted(UNITS)),
    st.sampled_from(AFTER),
)
def test_numbers_count_units(before: str, number: str, half: bool, unit: str, after: str) -> None:
    text = f"{before}{number}{' and a half' if half else ''} {unit}{after}"
    hours = (NUMBERS[number] + 0.5 * half) * UNITS[unit]
    (found,) = (s for s in FINDER.find(text, "give_duration") if s.name == "duration")
    assert found.value == pytest.approx(hours, rel=1e-3)


SENTENCE = "two twenty a half and or days hour week since monday last night started at this"
MORE = "three o'clock morning my foot twitches every for no not the all day back half past"
WORDS = f"{SENTENCE} {MORE}".split()


@settings(deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=12))
def test_every_duration_is_positive_and_its_words_were_said(words: list[str]) -> None:
    text = " ".join(words)
    for slot in FINDER.find(text, moment=WEDNESDAY):
        assert slot.name not in {"number", "unit", "span", "start", "nothing"}
        if slot.name == "duration":
            assert slot.text and slot.text in text
            assert isinstance(slot.value, float) and slot.value > 0


def test_a_strict_start_is_folded_at_its_moment() -> None:
    said = (Slot("site", "toe", "toe"), Slot("start", "weekday monday", "monday"))
    assert fold_slots(said, WEDNESDAY) == (said[0], Slot("duration", 48.0, "monday"))
    assert fold_slots(said) == (said[0],)


def test_texts_under_the_same_names_are_left_alone() -> None:
    said = (Slot("start", "the station", "station"), Slot("unit", "metres", "metres"))
    assert fold_slots(said, WEDNESDAY) == said


def test_every_start_in_the_content_is_one() -> None:
    values = LANGUAGE.templates["lists"]
    assert isinstance(values, dict)
    assert {value["out"] for value in values["began"]["values"]} >= {"daypart night", 24}
