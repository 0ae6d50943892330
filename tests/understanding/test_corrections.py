"""What people take back does not come through."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaged import FINDER, Values, told


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("my left no my right foot", {"site": "foot", "side": "right"}),
        ("my right foot no, the left one", {"site": "foot", "side": "left"}),
        ("my left foot hang on my right foot", {"site": "foot", "side": "right"}),
        ("my arch i mean the calf is cramping", {"site": "calf", "sensation": "cramp"}),
        ("my heel no wait my toe twitches", {"site": "toe", "sensation": "twitch"}),
        ("my ankle, shin i mean, twitches", {"site": "shin", "sensation": "twitch"}),
        ("my foot make that my shin keeps jumping", {"site": "shin", "sensation": "twitch"}),
        ("a cramp no sorry a twitch in my foot", {"site": "foot", "sensation": "twitch"}),
        ("my foot my ankle is twitching", {"site": "ankle", "sensation": "twitch"}),
        (
            "it used to be my left foot now my right foot twitches",
            {"site": "foot", "side": "right", "sensation": "twitch"},
        ),
    ],
)
def test_a_correction(text: str, expected: Values) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("it isn't cramping it's more of a flutter", {"sensation": "twitch"}),
        ("not a cramp exactly more like a buzzing", {"sensation": "twitch"}),
        ("it stopped hurting but it still twitches", {"sensation": "twitch"}),
        ("a flutter rather than a cramp", {"sensation": "twitch"}),
        ("no pain or numbness just a tremble", {"sensation": "twitch"}),
        ("neither my ankle nor my heel, just the arch flickers", {"site": "arch"}),
        ("my ankle is fine it's my toe that jerks", {"site": "toe", "sensation": "jerk"}),
        ("my left ankle is all right, my right toe jerks", {"side": "right", "site": "toe"}),
        ("it no longer twitches", {}),
        ("forget the ankle it's my toe", {"site": "toe"}),
    ],
)
def test_a_denial(text: str, expected: Values) -> None:
    found = told(text)
    assert {name: found.get(name) for name in expected} == expected
    assert found.keys() - expected.keys() <= {"sensation"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("my ankle won't stop twitching", {"site": "ankle", "sensation": "twitch"}),
        ("my foot never stops jumping", {"site": "foot", "sensation": "twitch"}),
        ("my foot doesn't stop jumping", {"site": "foot", "sensation": "twitch"}),
        ("i can't stop my foot jumping", {"site": "foot", "sensation": "twitch"}),
        ("it's not only my foot that twitches", {"site": "foot", "sensation": "twitch"}),
        ("i don't know why my foot twitches", {"site": "foot", "sensation": "twitch"}),
        ("my foot has no strength and my toes cramp", {"site": "toe", "sensation": "cramp"}),
        ("my foot was fine until it started jumping", {"site": "foot", "sensation": "twitch"}),
        ("my foot actually hurts and my shin twitches", {"site": "foot", "sensation": "twitch"}),
    ],
)
def test_what_only_looks_like_a_denial_or_a_correction(text: str, expected: Values) -> None:
    assert told(text) == expected


def test_pain_beside_another_sensation_does_not_count() -> None:
    assert told("it hurts like a cramp")["sensation"] == "cramp"
    assert told("my heel hurts")["sensation"] == "pain"


SITES = {
    "arch": "arch", "big toe": "toe", "ankle": "ankle", "heel": "heel", "calf": "calf",
    "shin": "shin", "thumb": "thumb", "eyelid": "eyelid", "shoulder": "elsewhere",
}  # fmt: skip
SENSATIONS = {"cramp": "cramp", "twitch": "twitch", "jerk": "jerk", "tingle": "tingling"}
CUES = [
    "no", "no wait", "sorry", "i mean", "no i mean", "or rather", "actually no", "hang on",
    "no hang on", "make that", "um no sorry", "wait no",
]  # fmt: skip
DENIALS = [
    "it is not", "it isn't", "it's not", "it wasn't", "not", "it's not really", "it isn't even",
    "without",
]  # fmt: skip
REST = ["", " is at it", " tonight", " again and again", " it woke me", " for two days"]

two_sites = st.lists(st.sampled_from(sorted(SITES)), min_size=2, max_size=2, unique=True)
two_sensations = st.lists(st.sampled_from(sorted(SENSATIONS)), min_size=2, max_size=2, unique=True)
sides = st.permutations(["left", "right"])


def values(text: str, name: str) -> list[str | float]:
    return [slot.value for slot in FINDER.find(text, "report_symptom") if slot.name == name]


@settings(deadline=None)
@given(
    two_sites,
    st.sampled_from(CUES),
    st.sampled_from(["my", "the", "it's my"]),
    st.sampled_from(REST),
)
def test_a_corrected_place_never_survives(
    sites: list[str], cue: str, owner: str, rest: str
) -> None:
    text = f"my {sites[0]} {cue} {owner} {sites[1]}{rest}"
    assert values(text, "site") == [SITES[sites[1]]]


@settings(deadline=None)
@given(sides, st.sampled_from(sorted(SITES)), st.sampled_from(CUES), st.booleans())
def test_a_corrected_side_never_survives(two: list[str], site: str, cue: str, early: bool) -> None:
    before = "" if early else f" {site}"
    text = f"my {two[0]}{before} {cue} my {two[1]} {site}"
    assert values(text, "side") == [two[1]]
    assert values(text, "site") == [SITES[site]]


@settings(deadline=None)
@given(two_sites, st.sampled_from(DENIALS), st.booleans(), st.sampled_from(["my", "the", "in my"]))
def test_a_denied_place_never_appears(
    sites: list[str], denial: str, first: bool, owner: str
) -> None:
    denied = f"{denial} {owner} {sites[0]}"
    said = f"it's my {sites[1]}"
    text = f"{denied} {said}" if first else f"{said} {denied}"
    assert values(text, "site") == [SITES[sites[1]]]


@settings(deadline=None)
@given(two_sensations, st.sampled_from([*DENIALS, "no", "there is no"]), st.booleans())
def test_a_denied_sensation_never_appears(two: list[str], denial: str, first: bool) -> None:
    denied = f"{denial} {'' if denial.endswith('no') else 'a '}{two[0]}"
    said = f"there is a {two[1]}"
    text = f"{denied} {said}" if first else f"{said} {denied}"
    assert values(text, "sensation") == [SENSATIONS[two[1]]]


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from([*CUES, *DENIALS, *SITES, "my", "left", "right", "twitches"]), max_size=9
    )
)
def test_nothing_is_made_up(parts: list[str]) -> None:
    text = " ".join(parts)
    for slot in FINDER.find(text, "report_symptom"):
        assert slot.text in text
