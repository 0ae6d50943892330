"""The live loop with its inbox filled beforehand: keys, losses, endings."""

from __future__ import annotations

from bedside import Bedside
from test_listener import make_listener

from voice_skill.conversation.live import (
    Failed,
    LiveConversation,
    Message,
    Pressed,
    Recovered,
    Stop,
)
from voice_skill.conversation.transcript import Remark
from voice_skill.domain.errors import DeviceError, EngineError
from voice_skill.domain.phases import Holding, Instructing, Paused

START = ("my left ankle is twitching", "yes", "no", "no", "no")


def run(bedside: Bedside, *messages: Message) -> object:
    """Let the live loop take the messages, then q; return what it ended with."""
    listener, _ = make_listener()

    class BedsideClock:
        def now(self) -> float:
            return bedside.now

    live = LiveConversation(bedside.loop, listener, bedside.player, BedsideClock())
    for message in (*messages, Pressed("quit")):
        live.inbox.put(message)
    return live.run()


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
    remarks = [entry.text for entry in bedside.entries if isinstance(entry, Remark)]
    assert remarks == ["speaker: the speaker was lost", "the speaker is back"]


def test_what_the_person_paused_stays_paused() -> None:
    bedside = in_a_routine()
    run(bedside, Pressed("pause"), LOST, Recovered("speaker"))
    assert isinstance(bedside.loop.state.phase, Paused)


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
