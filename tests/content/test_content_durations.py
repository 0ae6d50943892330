"""Lengths of time, lists for free wording and told slots: what is wrong is told with its place."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from voice_skill.content import load

GO = 'intents: {go: {data: [{sentences: ["since {since:start}", "for {time:span}"]}]}}\n'


@pytest.mark.parametrize(
    ("lists", "problem"),
    [
        (
            "lists: {since: {values: [{in: monday, out: weekday munday}]}, time: {values: []}}",
            'a.yaml:2:44: "weekday munday" is neither a number of hours nor a start: "munday" is '
            "no weekday; expected one of: monday, tuesday, wednesday, thursday, friday, saturday, "
            "sunday",
        ),
        (
            "lists: {since: {values: [{in: three, out: clock 15}]}, time: {values: []}}",
            'a.yaml:2:43: "clock 15" is neither a number of hours nor a start: "15" is no hour '
            "from 0 to under 12",
        ),
        (
            "lists: {since: {values: []}, time: {values: [{in: days, out: 48}, ages]}}",
            'a.yaml:2:67: "ages" is neither a number of hours nor a start: begins with none of: '
            "weekday, this, month, clock, hour, daypart",
        ),
        (
            "lists: {since: {values: [{in: a, out: 1}, {in: b, out: wekday monday}]}, "
            "time: {values: []}}",
            'a.yaml:2:56: "wekday monday" is neither a number of hours nor a start: did you mean '
            '"weekday"?',
        ),
    ],
)
def test_a_start_that_cannot_be_read(
    refused: Callable[..., list[str]], lists: str, problem: str
) -> None:
    assert refused(a=GO + lists) == [problem]


def test_another_skill_may_use_the_names_for_texts(folder: Callable[..., object]) -> None:
    lists = "lists: {since: {values: [station, {in: home, out: house}]}, time: {values: [short]}}"
    load(folder(a=GO + lists))  # type: ignore[arg-type]


def test_a_list_for_free_wording_needs_no_sentence(folder: Callable[..., object]) -> None:
    path = folder(
        a="""
        intents: {go: {data: [{sentences: ["go to the {room}"]}]}}
        lists:
          room: {values: [bath]}
          more: {fills: room, values: [{in: (tub|loo), out: bath}]}
          none: {fills: nothing, values: [bath salts]}
        slots: {go: []}
        """
    )
    language = load(path).language  # type: ignore[arg-type]
    assert language.free_lists == {"more": "room", "none": "nothing"}
    assert language.slots == {"go": ()}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "lists: {room: {values: [bath]}, more: {fills: rom, values: [tub]}}",
            'a.yaml:2:47: no sentence fills the slot "rom"; did you mean "room"?',
        ),
        (
            "lists: {room: {values: [bath]}}\nslots: {goo: [room]}",
            'a.yaml:3:9: there is no intent "goo"; did you mean "go"?',
        ),
        (
            "lists: {room: {values: [bath]}}\nslots: {go: [rom]}",
            'a.yaml:3:14: there is no slot "rom"; did you mean "room"?',
        ),
    ],
)
def test_a_slot_that_nothing_fills(
    refused: Callable[..., list[str]], text: str, problem: str
) -> None:
    sentences = 'intents: {go: {data: [{sentences: ["go to the {room}"]}]}}\n'
    assert refused(a=sentences + text) == [problem]
