"""The live loop with its inbox filled beforehand: keys, losses, endings."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from bedside import Bedside
from test_listener import make_listener

from voice_skill.conversation.live import LiveConversation
from voice_skill.conversation.messages import (
    ClipEnded,
    Failed,
    Message,
    Noticed,
    Pressed,
    Recovered,
    Stop,
)
from voice_skill.conversation.transcript import Remark
from voice_skill.domain.errors import DeviceError, EngineError
from voice_skill.domain.model import Level
from voice_skill.domain.phases import Holding, Instructing, Paused

START = ("my left ankle is twitching", "yes", "no", "no", "no")


class BedsideClock:
    """The clock of a bedside; may jump when it is looked at."""

    def __init__(self, bedside: Bedside) -> None:
        self._bedside = bedside
        self.jumps: list[float] = []

    def now(self) -> float:
        if self.jumps:
            self._bedside.now += self.jumps.pop(0)
        return self._bedside.now


def run(bedside: Bedside, *messages: Message, jumps: tuple[float, ...] = ()) -> object:
    """Let the live loop take the messages, then q; return what it ended with."""
    listener, _ = make_listener()
    clock = BedsideClock(bedside)
    ended = bedside.player.on_finished
    live = LiveConversation(bedside.loop, listener, bedside.player, clock)
    clock.jumps = list(jumps)
    for message in (*messages, Pressed("quit")):
        live.inbox.put(message)
    try:
        return live.run()
    finally:
        bedside.player.on_finished = ended


def remarks(bedside: Bedside) -> list[str]:
    return [entry.text for entry in bedside.entries if isinstance(entry, Remark)]


def in_a_routine() -> Bedside:
    bedside = Bedside()
    bedside.talk(START)
    bedside.wait_for("Two")
    return bedside


LOST = Failed("speaker", DeviceError("the speaker was lost"), fatal=False)


def test_a_lost_device_pauses_the_routine_and_its_return_takes_it_up() -> None:
    bedside = in_a_routine()
    run(bedside, LOST)
    assert isinstance(bedside.loop.state.phase, Paused)
    bedside = in_a_routine()
    run(bedside, LOST, Recovered("speaker"))
    assert isinstance(bedside.loop.state.phase, Instructing | Holding)
    assert remarks(bedside) == ["speaker: the speaker was lost", "the speaker is back"]


def test_what_the_person_paused_stays_paused() -> None:
    bedside = in_a_routine()
    run(bedside, Pressed("pause"), LOST, Recovered("speaker"))
    assert isinstance(bedside.loop.state.phase, Paused)


def test_what_the_person_paused_after_a_loss_stays_paused() -> None:
    bedside = in_a_routine()
    run(bedside, LOST, Pressed("pause"), Pressed("pause"), Recovered("speaker"))
    assert isinstance(bedside.loop.state.phase, Paused)


class PassingClock:
    """A clock of a bedside at which a second passes whenever it is looked at, so many times."""

    def __init__(self, bedside: Bedside, seconds: int) -> None:
        self._bedside = bedside
        self._left = seconds
        self.live: LiveConversation | None = None

    def now(self) -> float:
        if self.live is not None and self._left:
            self._left -= 1
            self._bedside.wait(1.0)
            self.live.inbox.put(Noticed() if self._left else Pressed("quit"))
        return self._bedside.now


@pytest.mark.parametrize(("lost", "level"), [(True, Level.SELF_CARE), (False, Level.EMERGENCY_NOW)])
def test_silence_answers_no_question_while_nobody_can_be_heard(lost: bool, level: Level) -> None:
    bedside = Bedside()
    bedside.talk(["there is a twitch in my chest"])
    clock = PassingClock(bedside, 120)
    clock.live = LiveConversation(bedside.loop, make_listener()[0], bedside.player, clock)
    silent = Failed("microphone", DeviceError("the microphone was lost"), fatal=False)
    clock.live.inbox.put(silent if lost else Noticed())
    clock.live.run()
    assert bedside.loop.state.memory.level == level


def live_at(bedside: Bedside) -> LiveConversation:
    return LiveConversation(bedside.loop, make_listener()[0], bedside.player, BedsideClock(bedside))


def sounds(live: LiveConversation, bedside: Bedside, seconds: float, *, voice: bool) -> None:
    """Let time pass with somebody who speaks, or nobody."""
    block = np.full(320, 1000 if voice else 0, np.int16)
    for _ in range(round(seconds / 0.02)):
        bedside.player.pull(20)
        bedside.now += 0.02
        live.hear(block)
        while not live.inbox.empty():
            live.advance(live.inbox.get())
        live.advance(None)


@pytest.mark.parametrize("talks", [True, False])
def test_an_answer_that_takes_long_is_no_silence(talks: bool) -> None:
    bedside = Bedside()
    live = live_at(bedside)
    bedside.say("there is a twitch in my chest")
    while bedside.loop.narrator.busy or bedside.loop.deadline is None:
        sounds(live, bedside, 0.1, voice=False)
    asked = len(bedside.said())
    due = bedside.loop.deadline - bedside.now
    sounds(live, bedside, due - 5, voice=False)
    sounds(live, bedside, 12, voice=talks)
    assert (len(bedside.said()) == asked) is talks


def test_without_a_speaker_the_person_is_heard_in_mid_sentence() -> None:
    bedside = in_a_routine()
    bedside.say("what helps")
    bedside.wait(1)
    live = live_at(bedside)
    block = np.full(320, 1000, np.int16)
    assert bedside.player.audible
    live.hear(block)
    assert not live.microphone.stirring
    live.advance(LOST)
    bedside.now += 1
    live.hear(np.tile(block, 2))
    assert live.microphone.stirring


def test_what_is_heard_is_judged_by_when_it_sounded() -> None:
    """A thread that is late hears neither the assistant, nor misses the person."""
    bedside = in_a_routine()
    live = live_at(bedside)
    block = np.full(640, 1000, np.int16)
    bedside.now += 1
    live.hear(block, age=0.5, audible=True)
    live.hear(block, age=0.4, audible=False)
    assert not live.microphone.stirring
    live.hear(block, age=0.1, audible=False)
    assert live.microphone.stirring


def test_what_a_slow_machine_had_no_time_for_is_told() -> None:
    bedside = in_a_routine()
    live = live_at(bedside)
    block = np.full(640, 1000, np.int16)
    for age in (8.0, 4.0, 0.1):
        bedside.now += 1
        live.hear(block, age=age, audible=False)
    live.advance(live.inbox.get_nowait())
    assert remarks(bedside) == ["too slow for that: 10 s were not heard"]


MICROPHONE = Failed("microphone", DeviceError("the microphone was lost"), fatal=False)


def test_a_warning_into_a_loudspeaker_that_nobody_heard_is_said_when_there_is_one() -> None:
    bedside = Bedside()
    live = live_at(bedside)
    live.advance(LOST)
    bedside.say("one of my legs is swollen and red")
    sounds(live, bedside, 90, voice=False)
    assert not bedside.loop.narrator.busy
    told = len(bedside.spoken())
    live.advance(Recovered("speaker"))
    assert len(bedside.spoken()) == told + 1
    assert bedside.spoken()[-1].prompt.style == "urgent"


def test_without_a_speaker_silence_answers_nothing_and_the_question_comes_again() -> None:
    bedside = Bedside()
    bedside.talk(["there is a twitch in my chest"])
    live = live_at(bedside)
    live.advance(LOST)
    sounds(live, bedside, 120, voice=False)
    assert bedside.loop.state.memory.level == Level.SELF_CARE
    asked = bedside.said()[-1]
    live.advance(Recovered("speaker"))
    sounds(live, bedside, 10, voice=False)
    assert len(bedside.spoken()) > 1
    assert bedside.said()[-1] == asked


def test_a_reply_that_no_loudspeaker_takes_keeps_no_attention_open() -> None:
    bedside = Bedside(wake="required")
    bedside.say("hey ankle coach what helps against a cramp")
    live = live_at(bedside)
    assert bedside.loop.attentive(bedside.now + 3600)
    live.advance(LOST)
    assert bedside.loop.narrator.busy
    assert not bedside.loop.attentive(bedside.now + 3600)


def test_what_was_being_said_when_the_microphone_went_holds_up_no_word(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bedside = in_a_routine()
    live = live_at(bedside)
    monkeypatch.setattr(type(live.microphone), "early", "stop")
    live.advance(MICROPHONE)
    told = bedside.player.position
    bedside.wait(1)
    live.advance(None)
    assert bedside.player.position > told


@pytest.mark.parametrize(("minutes", "goes_on"), [(5, True), (240, False)])
def test_a_routine_does_not_begin_to_speak_hours_after_a_loss(minutes: int, goes_on: bool) -> None:
    bedside = in_a_routine()
    live = live_at(bedside)
    live.advance(MICROPHONE)
    for _ in range(minutes * 2):
        bedside.now += 30
        live.advance(None)
    live.advance(Recovered("microphone"))
    assert isinstance(bedside.loop.state.phase, Paused) is not goes_on


def test_keys_work() -> None:
    bedside = in_a_routine()
    run(bedside, Pressed("pause"))
    assert isinstance(bedside.loop.state.phase, Paused)
    run(bedside, Pressed("stop"))
    assert bedside.loop.listening_state == "idle"
    assert not bedside.loop.narrator.busy


def test_a_signal_ends_it_and_a_dead_listener_is_told() -> None:
    assert run(Bedside(), Stop()) is None
    failure = EngineError("listening failed")
    assert run(Bedside(), Failed("listener", failure, fatal=True)) is failure


def test_a_routine_waits_until_everything_is_back() -> None:
    bedside = in_a_routine()
    silent = Failed("microphone", DeviceError("the microphone was lost"), fatal=False)
    run(bedside, LOST, silent, Recovered("microphone"))
    assert isinstance(bedside.loop.state.phase, Paused)


def test_a_routine_goes_on_where_it_was_after_a_hundred_losses() -> None:
    bedside = in_a_routine()
    phase = bedside.loop.state.phase
    assert isinstance(phase, Holding)
    run(bedside, *[LOST, Recovered("speaker")] * 100)
    after = bedside.loop.state.phase
    assert isinstance(after, Instructing | Holding)
    assert (after.run.routine, after.run.index) == (phase.run.routine, phase.run.index)


def test_lost_keys_do_not_disturb_a_routine() -> None:
    bedside = in_a_routine()
    run(bedside, Failed("keyboard", EngineError("keys could not be read"), fatal=False))
    assert isinstance(bedside.loop.state.phase, Holding)


def test_the_end_is_announced_before_it_comes() -> None:
    bedside = in_a_routine()
    listener, _ = make_listener()
    failure = EngineError("listening failed")

    class Passing:
        """Every look at the clock takes a tick."""

        def now(self) -> float:
            bedside.player.pull(20)
            bedside.now += 0.02
            return bedside.now

    live = LiveConversation(bedside.loop, listener, bedside.player, Passing())
    live.inbox.put(Failed("listener", failure, fatal=True))
    assert live.run() is failure
    assert "cannot listen" in bedside.said()[-1]
    assert not bedside.player.busy


def test_a_routine_that_slept_for_hours_waits_and_says_so() -> None:
    bedside = in_a_routine()
    counted = len(bedside.counts())
    run(bedside, ClipEnded("nothing"), jumps=(5 * 3600.0,))
    assert isinstance(bedside.loop.state.phase, Paused)
    assert "asleep" in " ".join(bedside.said()[-2:])
    assert remarks(bedside) == ["the computer slept for 300 min"]
    bedside.wait(120)
    assert len(bedside.counts()) == counted
    bedside.say("go on")
    bedside.wait(60)
    assert len(bedside.counts()) > counted


def test_a_question_survives_sleep_with_its_whole_time_to_answer() -> None:
    bedside = Bedside()
    bedside.talk(START[:1])
    question = bedside.said()[-1]
    run(bedside, ClipEnded("nothing"), jumps=(5 * 3600.0,))
    bedside.wait(1)
    assert bedside.said()[-1] == question
    bedside.say("no")
    assert bedside.said()[-1] != question


def test_the_timer_of_a_cramp_stands_still_while_the_machine_sleeps() -> None:
    bedside = Bedside()
    bedside.talk(("i have a cramp",))
    bedside.wait(5)
    before = len(bedside.spoken())
    run(bedside, ClipEnded("nothing"), jumps=(5 * 3600.0,))
    assert all(entry.prompt.style != "urgent" for entry in bedside.spoken()[before:])


@pytest.mark.parametrize("late", [0.3, 5.0, 50.0])
def test_beats_that_are_late_come_in_no_burst(late: float) -> None:
    bedside = in_a_routine()
    bedside.now += late
    bedside.wait(20)
    counts = [second for second in bedside.counts() if second > bedside.now - 20]
    assert len(counts) >= 2
    gaps = [later - earlier for earlier, later in pairwise(counts)]
    assert min(gaps) > 0.6 * max(gaps), counts
