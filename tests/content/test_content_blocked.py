"""No warning names what a special group blocks: it says the same to everybody."""

from __future__ import annotations

from collections.abc import Callable

import pytest

BASE = """
    locales: {fallback: {emergency_spoken: a number, urgent: a doctor, provider: a doctor}}
    remedies:
      fluids: {say: Have enough., origin: product, named: ["drink*", sip]}
      circles: {say: Circles., origin: product, routine: turn}
    routines: {turn: {spoken: ankle circles, origin: product, steps: [{id: a, say: Turn.}]}}
    groups:
      kidneys: {say: Ask first., origin: product, blocks: [fluids]}
      child: {say: Ask first., origin: product, blocks: [all, fluids]}
    """


def rule(say: str) -> str:
    return (
        "alarm_rules: {R: {name: x, level: same_day, match: [[[a]]], origin: product,\n"
        f'  say: [Call., "{say}"]}}}}'
    )


@pytest.mark.parametrize(
    ("say", "problem"),
    [
        (
            "Rest, and sip water.",
            '"sip" is blocked for kidneys, child, and a warning says the same to everybody:'
            ' "Rest, and sip water."',
        ),
        (
            "Drinking may help.",
            '"drink*" is blocked for kidneys, child, and a warning says the same to everybody:'
            ' "Drinking may help."',
        ),
        (
            "Try ankle circles.",
            '"ankle circles" is blocked for child, and a warning says the same to everybody:'
            ' "Try ankle circles."',
        ),
    ],
)
def test_a_warning_that_names_what_is_blocked(
    checked: Callable[..., list[str]], say: str, problem: str
) -> None:
    assert checked(base=BASE, a=rule(say)) == [f"a.yaml:2:16: {problem}"]


def test_the_message_of_a_level_is_looked_at_too(checked: Callable[..., list[str]]) -> None:
    assert checked(base=BASE, a="levels: {same_day: [Call., Then sip.]}") == [
        'a.yaml:1:28: "sip" is blocked for kidneys, child, and a warning says the same to'
        ' everybody: "Then sip."'
    ]


def test_any_other_warning_is_fine(checked: Callable[..., list[str]]) -> None:
    assert checked(base=BASE, a=rule("Gossip is no harm.")) == []


def test_what_a_group_blocks_has_words_to_look_for(checked: Callable[..., list[str]]) -> None:
    assert checked(
        base=BASE,
        a="""
        remedies: {rest: {say: Rest., origin: product}}
        groups: {runner: {say: Ask., origin: product, blocks: [turn, rest]}}
        """,
    ) == ['a.yaml:2:62: "rest" is blocked, so it needs words under `named`']
