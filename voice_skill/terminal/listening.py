"""`listen` on a terminal: streams, live line and keys around the live conversation."""

from __future__ import annotations

import datetime
import signal
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

from voice_skill.audio.earcons import earcon
from voice_skill.audio.player import Player
from voice_skill.audio.quiet import quiet as quiet_libraries
from voice_skill.audio.streams import Failure, LiveStreams
from voice_skill.audio.voice_activity import SileroVoiceActivity
from voice_skill.conversation.dialogue_loop import DialogueLoop
from voice_skill.conversation.engines import completeness, make_recognizer, make_voice
from voice_skill.conversation.listener import Listener
from voice_skill.conversation.live import (
    ECHO_TAIL_SECONDS,
    Failed,
    LiveConversation,
    Pressed,
    Recovered,
    Stop,
)
from voice_skill.conversation.narrator import GAP_SECONDS, Narrator
from voice_skill.conversation.skills import Notify, knowledge_of, make_understander
from voice_skill.conversation.transcript import Entry
from voice_skill.domain import dialogue
from voice_skill.domain.errors import DeviceError, EngineError, VoiceSkillError
from voice_skill.domain.language import Skill
from voice_skill.domain.model import Knowledge
from voice_skill.speech.profiles import LAPTOP, Profile
from voice_skill.terminal.keyboard import Keyboard
from voice_skill.terminal.live_line import LiveLine, line_text
from voice_skill.terminal.transcripts import TranscriptLines

PLAYER_RATE = 22_050
"""Samples a second of the player: the voice's own rate; the stream converts for the device."""


LIVE_GAP_SECONDS = GAP_SECONDS + ECHO_TAIL_SECONDS
"""The gap between two sentences, longer by what of it the sound in the room takes away."""


class MonotonicClock:
    """Seconds since it was made, unmoved by changes of the wall clock."""

    def __init__(self) -> None:
        """Begin at zero."""
        self._began = time.monotonic()

    def now(self) -> float:
        """Return the present second."""
        return time.monotonic() - self._began


def listen_live(
    skill: Skill,
    model_folder: Path,
    *,
    input_device: str | None,
    output_device: str | None,
    volume: float | None,
    quiet: bool,
    profile: Profile = LAPTOP,
) -> None:
    """Listen and answer until q, Ctrl+C or SIGTERM.

    DeviceError where a device is missing or busy; EngineError when listening itself fails.
    """
    knowledge = knowledge_of(skill)
    line = LiveLine(on=not quiet)
    # PortAudio writes to standard error itself when a device is lost.
    with quiet_libraries(), ExitStack() as stack:
        player = Player(PLAYER_RATE)
        if volume is not None:
            player.volume = volume
        conversation = _conversation(
            skill,
            knowledge,
            model_folder,
            profile,
            player,
            line,
            stack,
            lambda: streams.output_latency,
            notify=lambda text: None if quiet else line.print_above(textwrap.wrap(text, 78)),
        )
        streams = LiveStreams(
            player,
            conversation.microphone.take,
            input_device=input_device,
            output_device=output_device,
            on_failure=lambda what: conversation.inbox.put(_failure(what, streams)),
            on_recovered=lambda what: conversation.inbox.put(Recovered(what)),
        )
        stack.callback(line.end)
        stack.enter_context(streams)
        stack.enter_context(Keyboard(lambda key: conversation.inbox.put(Pressed(key))))
        stack.enter_context(_ended_by_signals(conversation))
        player.enqueue(earcon("listening", PLAYER_RATE))
        if not quiet:
            line.print_above(textwrap.wrap(" ".join(dialogue.first_words(knowledge)), 78))
        line.print_above(["Listening. Say what you feel. (space pauses, s stops, q ends)"])
        failure = conversation.run()
    if failure is not None:
        raise failure


def _conversation(
    skill: Skill,
    knowledge: Knowledge,
    model_folder: Path,
    profile: Profile,
    player: Player,
    line: LiveLine,
    stack: ExitStack,
    latency: Callable[[], float],
    notify: Notify,
) -> LiveConversation:
    understander = make_understander(skill, notify)
    understander.warm_up()  # what is learned from the examples, before anybody waits for it
    templates = understander.templates
    recognizer = make_recognizer(model_folder, skill, templates, profile=profile, notify=notify)
    voice = make_voice(stack, knowledge)
    lines = TranscriptLines()

    def log(entry: Entry) -> None:
        line.print_above(lines.lines(entry))

    loop = DialogueLoop(
        knowledge,
        understander.understand,
        lambda spoken, failed: Narrator(
            voice, player, gap_seconds=LIVE_GAP_SECONDS, spoken=spoken, failed=failed
        ),
        log,
    )
    listener = Listener(
        recognizer,
        SileroVoiceActivity(),
        completeness(templates),
        wall_time=datetime.datetime.now,
    )

    def show(conversation: LiveConversation) -> None:
        line.draw(
            line_text(
                speaking=conversation.microphone.speaking,
                partial=conversation.microphone.partial,
                audible=conversation.audible,
                progress=dialogue.progress(knowledge, conversation.loop.state),
            )
        )

    return LiveConversation(loop, listener, player, MonotonicClock(), latency=latency, show=show)


def _failure(what: Failure, streams: LiveStreams) -> Failed:
    if what == "listener":
        error = EngineError(f"listening failed: {streams.error}", hint="start the program again")
        return Failed(what, error, fatal=True)
    lost: VoiceSkillError = DeviceError(f"the {what} was lost; waiting for it to come back")
    return Failed(what, lost, fatal=False)


@contextmanager
def _ended_by_signals(conversation: LiveConversation) -> Iterator[None]:
    """Ctrl+C and SIGTERM end the conversation like q does."""

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        conversation.inbox.put(Stop())

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
