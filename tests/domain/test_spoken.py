"""How numbers, times and lists are said."""

from __future__ import annotations

import pytest

from voice_skill.domain.spoken import (
    filled,
    sentences_of,
    spoken_hours,
    spoken_list,
    spoken_number,
    spoken_seconds,
)


@pytest.mark.parametrize(
    ("number", "words"), [(0, "zero"), (7, "seven"), (20, "twenty"), (34, "thirty four")]
)
def test_numbers(number: int, words: str) -> None:
    assert spoken_number(number) == words


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (0.2, "less than an hour"),
        (1, "an hour"),
        (5, "five hours"),
        (24, "a day"),
        (48, "two days"),
        (168, "a week"),
        (336, "two weeks"),
        (720, "a month"),
        (1500, "two months"),
    ],
)
def test_how_long_it_has_lasted(hours: float, words: str) -> None:
    assert spoken_hours(hours) == words


@pytest.mark.parametrize(
    ("seconds", "words"), [(10, "half a minute"), (60, "one minute"), (170, "three minutes")]
)
def test_how_long_it_will_take(seconds: float, words: str) -> None:
    assert spoken_seconds(seconds) == words


def test_lists() -> None:
    assert spoken_list(["a"]) == "a"
    assert spoken_list(["a", "b"]) == "a or b"
    assert spoken_list(["a", "b", "c"]) == "a, b, or c"


def test_sentences() -> None:
    assert sentences_of("One. Two?  Three!") == ("One.", "Two?", "Three!")
    assert sentences_of("") == ()


def test_filling_begins_with_a_capital_and_shows_what_is_missing() -> None:
    assert filled("{foot} first", {"foot": "your left foot"}) == "Your left foot first"
    assert filled("see {who}", {}) == "See {who}"
