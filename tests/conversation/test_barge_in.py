"""Barge-in, walked through every state: who has the floor, and that nobody is left standing."""

from __future__ import annotations

from itertools import product

import pytest

from voice_skill.conversation.barge_in import (
    BargeIn,
    BargeInSettings,
    Block,
    Event,
    Floor,
    Lost,
    Order,
    Verdict,
    step,
)

SMALL = BargeInSettings(most_strikes=2, forgiving_blocks=3, resting_blocks=2, most_rests=2)

QUIET = Block(sounding=False, voice=False, waits=False, ended=False)
OURS = Block(sounding=True, voice=False, waits=False, ended=False)
VOICE_OVER_OURS = Block(sounding=True, voice=True, waits=True, ended=False)
VOICE_ALONE = Block(sounding=False, voice=True, waits=True, ended=False)
VOICE_FOR_EVER = Block(sounding=False, voice=True, waits=False, ended=False)
ENDED = Block(sounding=False, voice=False, waits=False, ended=True)

BLOCKS = [
    Block(sounding, voice, voice and waits, ended)
    for sounding, voice, waits, ended in product((False, True), repeat=4)
]
EVENTS: list[Event] = [*BLOCKS, Verdict(True), Verdict(False), Lost()]


def every_state() -> list[BargeIn]:
    found = {BargeIn()}
    waiting = [BargeIn()]
    while waiting:
        state = waiting.pop()
        for event in EVENTS:
            after, _ = step(state, event, SMALL)
            if after not in found:
                found.add(after)
                waiting.append(after)
    return sorted(found, key=repr)


STATES = every_state()


def run(*events: Event, state: BargeIn | None = None) -> tuple[BargeIn, list[Order]]:
    state, orders = state or BargeIn(), []
    for event in events:
        state, order = step(state, event, SMALL)
        orders += [] if order is None else [order]
    return state, orders


def test_every_floor_is_reached() -> None:
    assert {state.floor for state in STATES} == set(Floor)
    assert 30 < len(STATES) < 1000


@pytest.mark.parametrize("event", EVENTS, ids=repr)
def test_the_player_pauses_exactly_while_it_stands_still(event: Event) -> None:
    for state in STATES:
        after, order = step(state, event, SMALL)
        expected = {
            (False, True): Order.PAUSE,
            (True, False): Order.RESUME,
        }.get((state.stands_still, after.stands_still))
        assert order is expected, (state, event)


def test_it_pauses_only_for_somebody_over_its_own_voice_and_never_while_it_rests() -> None:
    for state, event in product(STATES, EVENTS):
        after, order = step(state, event, SMALL)
        if order is Order.PAUSE:
            assert isinstance(event, Block)
            assert event.sounding and event.waits
            assert not after.resting


def test_from_everywhere_silence_leads_back_to_its_own_speech() -> None:
    for state in STATES:
        after, _ = run(QUIET, Verdict(False), OURS, OURS, state=state)
        assert after.floor is Floor.OURS, state


def test_a_rest_ends_and_grows_only_to_its_limit() -> None:
    for state in STATES:
        after, _ = run(*[QUIET, Verdict(False), *[QUIET] * 10], state=state)
        assert not after.resting, state
        assert state.resting <= SMALL.resting_blocks << (SMALL.most_rests - 1)


def test_what_is_understood_frees_the_floor() -> None:
    state, orders = run(OURS, VOICE_OVER_OURS, VOICE_ALONE, ENDED)
    assert state.stands_still
    assert orders == [Order.PAUSE]
    state, orders = run(Verdict(True), state=state)
    assert (state, orders) == (BargeIn(), [Order.RESUME])


def test_what_is_not_understood_lets_it_go_on() -> None:
    state, orders = run(OURS, VOICE_OVER_OURS, ENDED, Verdict(False))
    assert (state.floor, orders) == (Floor.OURS, [Order.PAUSE, Order.RESUME])
    assert state.strikes == 1


def test_a_cough_lets_it_go_on_at_once() -> None:
    state, orders = run(OURS, VOICE_OVER_OURS, VOICE_ALONE, QUIET)
    assert (state.floor, orders) == (Floor.OURS, [Order.PAUSE, Order.RESUME])


def test_somebody_who_goes_on_for_ever_is_spoken_over_and_still_heard() -> None:
    state, orders = run(OURS, VOICE_OVER_OURS, VOICE_FOR_EVER)
    assert (state.floor, orders) == (Floor.SHARED, [Order.PAUSE, Order.RESUME])
    assert state.over_speech
    state, orders = run(ENDED, Verdict(False), state=state)
    assert (state.floor, orders) == (Floor.FREE, [])


def test_somebody_who_goes_on_while_it_is_judged_keeps_the_floor() -> None:
    state, orders = run(OURS, VOICE_OVER_OURS, ENDED, VOICE_ALONE, Verdict(False))
    assert (state.floor, orders) == (Floor.TAKEN, [Order.PAUSE])


def test_what_is_said_in_a_gap_is_an_ordinary_turn() -> None:
    state, orders = run(OURS, QUIET, VOICE_ALONE)
    assert not state.over_speech
    assert orders == []


def test_after_many_pauses_for_nothing_it_rests_and_a_word_makes_up_for_them() -> None:
    nothing = (OURS, VOICE_OVER_OURS, QUIET)
    state, _ = run(*nothing, *nothing)
    assert state.resting == SMALL.resting_blocks
    _, orders = run(VOICE_OVER_OURS, state=state)
    assert orders == []
    state, _ = run(*[OURS] * 3, *nothing, *nothing, state=state)
    assert state.resting == 2 * SMALL.resting_blocks
    state, _ = run(*[OURS] * 5, VOICE_OVER_OURS, ENDED, Verdict(True), state=state)
    assert state == BargeIn()


def test_undisturbed_speech_forgives() -> None:
    state, _ = run(OURS, VOICE_OVER_OURS, QUIET, *[OURS] * SMALL.forgiving_blocks)
    assert state.strikes == 0
