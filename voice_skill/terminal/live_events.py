"""What happens around a live conversation, as messages to its loop: losses and signals."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from voice_skill.audio.streams import Failure, LiveStreams
from voice_skill.conversation.live import LiveConversation
from voice_skill.conversation.messages import Failed, Stop
from voice_skill.domain.errors import DeviceError, EngineError, VoiceSkillError

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def keys_failed(error: Exception, last: bool) -> Failed:
    """Return the message that the keyboard failed; `last`: it is not tried again."""
    rest = "keys do nothing any more" if last else "reading them again"
    return Failed("keyboard", EngineError(f"keys could not be read ({error}); {rest}"), fatal=False)


def failure_of(what: Failure, streams: LiveStreams) -> Failed:
    """Return the message that a stream was lost, or that a thread of the streams gave up."""
    if what in ("listener", "player"):
        name = "the sound" if what == "listener" else "the player"
        error = EngineError(f"{name} failed: {streams.error}", hint="Start the program again.")
        return Failed(what, error, fatal=True)
    lost: VoiceSkillError = DeviceError(f"the {what} was lost; waiting for it to come back")
    return Failed(what, lost, fatal=False)


@contextmanager
def ended_by_signals(conversation: LiveConversation) -> Iterator[None]:
    """Ctrl+C, SIGTERM and a terminal that is closed end the conversation like q does."""

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        conversation.inbox.put(Stop())

    # Who started us may want us to outlive its terminal (nohup).
    heeded = [number for number in ENDING if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, stop) for number in heeded}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
