"""Whether what was heard so far is a whole sentence, on the built-in templates."""

from __future__ import annotations

import pytest

from voice_skill.content import load
from voice_skill.domain.model import DialogueState, Hypothesis
from voice_skill.understanding.endings import Endings
from voice_skill.understanding.templates import Prefix, Templates

SAMPLED = 1_500


@pytest.fixture(scope="module")
def templates() -> Templates:
    return Templates(load(None, locale=None).language)


@pytest.fixture(scope="module")
def endings(templates: Templates) -> Endings:
    states: tuple[DialogueState, ...] = ("idle", "offer", "routine")
    return Endings(templates, {state: templates.sample(state, SAMPLED, 1) for state in states})


def heard(domain: str, exact: str = "", free: str = "") -> list[Hypothesis]:
    return [
        Hypothesis(exact, "exact"),
        Hypothesis(domain, "domain"),
        Hypothesis(free or domain, "open"),
    ]


@pytest.mark.parametrize(
    ("text", "state", "expected"),
    [
        ("my left ankle keeps", "idle", Prefix.PREFIX),
        ("my left ankle is twitching", "idle", Prefix.COMPLETE_OPEN),
        ("the weather is nice", "idle", Prefix.ILLEGAL),
        ("pause", "routine", Prefix.COMPLETE),
    ],
)
def test_the_bigram_decoders_words_come_first(
    endings: Endings, text: str, state: DialogueState, expected: Prefix
) -> None:
    assert endings.so_far(heard(text), state) is expected


def test_what_goes_on_without_changing_anything_is_complete(
    templates: Templates, endings: Endings
) -> None:
    assert templates.prefix_state("pause", "routine") is Prefix.COMPLETE_OPEN
    assert endings.so_far(heard("pause"), "routine") is Prefix.COMPLETE
    assert Endings(templates).so_far(heard("pause"), "routine") is Prefix.COMPLETE_OPEN


def test_the_exact_decoder_counts_where_the_open_one_heard_nearly_the_same(
    endings: Endings,
) -> None:
    exact, domain = "i can feel a muscle twitching in my chest", "i can't feel a muscle twitch i'm"
    alike = endings.so_far(heard(domain, exact, "i can feel a muscle twitch in my chest"), "idle")
    other = endings.so_far(heard(domain, exact, "he can fill the mug to the brim"), "idle")
    assert alike in (Prefix.COMPLETE, Prefix.COMPLETE_OPEN)
    assert other is Prefix.ILLEGAL


def test_a_beginning_is_believed_where_both_decoders_heard_one(endings: Endings) -> None:
    alike = heard("my left ankle keeps")
    other = heard("my left ankle keeps", free="mildred anchor keeps")
    assert endings.so_far(alike, "idle") is Prefix.PREFIX
    assert endings.so_far(other, "idle") is Prefix.ILLEGAL


def test_nothing_heard_is_nothing_said(endings: Endings) -> None:
    assert endings.so_far([], "idle") in (Prefix.ILLEGAL, Prefix.PREFIX)
    assert endings.so_far(heard(""), "idle") in (Prefix.ILLEGAL, Prefix.PREFIX)
