"""`listen` on a terminal: streams, live line and keys around the live conversation."""

from __future__ import annotations

import datetime
import sys
import textwrap
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from voice_skill.audio.earcons import earcon
from voice_skill.audio.echo_reference import make_echo_filter
from voice_skill.audio.player import Player
from voice_skill.audio.quiet import quiet as quiet_libraries
from voice_skill.audio.streams import LiveStreams
from voice_skill.audio.voice_activity import SileroVoiceActivity
from voice_skill.conversation.dialogue_loop import DialogueLoop
from voice_skill.conversation.diarist import Diarist
from voice_skill.conversation.engines import (
    completeness,
    early_commands,
    legal_phrases,
    make_recognizer,
    make_voice,
    said_ahead,
)
from voice_skill.conversation.interruptions import Interruptions
from voice_skill.conversation.kept_audio import KeptAudio
from voice_skill.conversation.listener import Listener
from voice_skill.conversation.live import ECHO_TAIL_SECONDS, LiveConversation
from voice_skill.conversation.messages import Failed, Pressed, Recovered
from voice_skill.conversation.narrator import GAP_SECONDS, Narrator
from voice_skill.conversation.skills import Notify, knowledge_of, make_understander
from voice_skill.conversation.transcript import Entry, Ignored
from voice_skill.conversation.voice_return import VoiceReturn
from voice_skill.diary.store import DiaryStore
from voice_skill.domain import dialogue
from voice_skill.domain.attention import DEFAULT_POLICY, Policy
from voice_skill.domain.errors import EngineError
from voice_skill.domain.knowledge import Knowledge
from voice_skill.domain.language import Skill
from voice_skill.domain.manner import (
    LOUDEST_DB,
    USUAL_NIGHT,
    Manner,
    NightHours,
    NightMode,
    decibels_of,
    is_night,
)
from voice_skill.files.first_run import FirstRun
from voice_skill.files.places import diary_path
from voice_skill.speech.profiles import LAPTOP, Profile
from voice_skill.terminal.clock import MonotonicClock
from voice_skill.terminal.introduction import Introduction
from voice_skill.terminal.keeping import keeping, kept_lines, noting
from voice_skill.terminal.keyboard import Keyboard, is_terminal
from voice_skill.terminal.live_events import ended_by_signals, failure_of, keys_failed, recovered
from voice_skill.terminal.live_line import LiveLine, line_text
from voice_skill.terminal.transcripts import TranscriptLines
from voice_skill.terminal.waking import KEYS_HELP, invitation, waiting

PLAYER_RATE = 22_050
"""Samples a second of the player: the voice's own rate; the stream converts for the device."""


TRIAL_SENTENCE = "Ready."
"""What a voice that failed is tried with; never heard, and of no prompt, so never kept."""

LIVE_GAP_SECONDS = GAP_SECONDS + ECHO_TAIL_SECONDS
"""The gap between two sentences, longer by what of it the sound in the room takes away."""


def listen_live(
    skill: Skill,
    model_folder: Path,
    *,
    input_device: str | None,
    output_device: str | None,
    volume: float | None,
    quiet: bool,
    profile: Profile = LAPTOP,
    wake: Policy = DEFAULT_POLICY,
    night: NightMode = "auto",
    night_hours: NightHours = USUAL_NIGHT,
    barge_in: bool = False,
    keep_audio: Path | None = None,
) -> None:
    """Listen and answer until q, Ctrl+C or SIGTERM; `wake` is what opens attention.

    `night` says whether to speak, and to write, as in the night; `auto` is by the clock. With
    `barge_in` one is heard over the assistant's voice, too. `keep_audio`: a folder that is given
    the sound of what is heard; without it no sound is kept.
    DeviceError where a device is missing or busy; EngineError when listening itself fails;
    UsageError for `barge_in` without the extra `aec`.
    """
    knowledge = knowledge_of(skill)
    keys = is_terminal(sys.stdin)
    how_to_begin = invitation(wake, skill.language.wake_phrases, keys=keys)
    line = LiveLine(on=not quiet)
    # PortAudio writes to standard error itself when a device is lost.
    with quiet_libraries(), ExitStack() as stack:
        player = Player(PLAYER_RATE)
        echo = make_echo_filter(PLAYER_RATE) if barge_in else None
        interruptions = None
        if echo is not None:
            player.on_pulled = echo.played.put
            interruptions = Interruptions(player, lambda: echo.knows_the_room)
        kept = keeping(keep_audio, stack, lambda failed: conversation.inbox.put(failed))
        at_night = partial(_is_night, night, night_hours)
        loudness = LOUDEST_DB if volume is None else decibels_of(volume)
        manner = Manner(loudness, at_night())
        line.dim = manner.hushed
        introduction = Introduction(knowledge, FirstRun())
        conversation = _conversation(
            skill,
            knowledge,
            model_folder,
            profile,
            player,
            line,
            stack,
            lambda: streams.output_latency,
            wake,
            manner,
            at_night,
            interruptions,
            kept,
            introduction,
            notify=lambda text: None if quiet else line.print_above(textwrap.wrap(text, 78)),
        )
        streams = LiveStreams(
            player,
            lambda block: conversation.hear(
                block, age=streams.block_age, audible=streams.block_audible
            ),
            input_device=input_device,
            output_device=output_device,
            on_failure=lambda what: conversation.inbox.put(failure_of(what, streams)),
            on_recovered=lambda what: recovered(what, conversation, player),
            echo=echo,
            person_speaks=lambda: conversation.microphone.speaking,
        )
        stack.callback(line.end)
        stack.enter_context(streams)
        stack.enter_context(
            Keyboard(
                lambda key: conversation.inbox.put(Pressed(key)),
                lambda error, last: conversation.inbox.put(keys_failed(error, last)),
            )
        )
        stack.enter_context(ended_by_signals(conversation))
        player.enqueue(earcon("listening", PLAYER_RATE, low=manner.hushed))
        if introduction.is_due:
            introduction.begin(conversation.loop, conversation.now)
        elif not quiet:
            line.print_above(textwrap.wrap(" ".join(dialogue.first_words(knowledge)), 78))
        line.print_above(kept_lines(keep_audio))
        line.print_above(
            [how_to_begin, KEYS_HELP] if keys and not manner.hushed else [how_to_begin]
        )
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
    wake: Policy,
    manner: Manner,
    at_night: Callable[[], bool],
    interruptions: Interruptions | None,
    kept: KeptAudio | None,
    introduction: Introduction,
    notify: Notify,
) -> LiveConversation:
    understander = make_understander(skill, notify)
    templates = understander.templates
    # What is learned from the examples, before anybody waits for it; the models load meanwhile.
    with ThreadPoolExecutor(1, "warm-up") as beside:
        learned = beside.submit(understander.warm_up)
        recognizer = make_recognizer(model_folder, skill, templates, profile=profile, notify=notify)
        learned.result()
    voice = make_voice(stack, knowledge)
    sentences = legal_phrases(skill, templates)
    lines = TranscriptLines()
    ignoring = False

    def log(entry: Entry) -> None:
        # A television talks for hours: the first word that is not for us is told, and no more.
        nonlocal ignoring
        if not (ignoring and isinstance(entry, Ignored)):
            line.print_above(lines.lines(entry))
        ignoring = isinstance(entry, Ignored)

    def no_voice(error: EngineError) -> None:
        introduction.no_voice()
        # Many sentences may fail, and it is told once; a sound says that something was to be said.
        if voice_return.failed():
            player.enqueue(earcon("not_understood", PLAYER_RATE, low=loop.manner.hushed))
            conversation.inbox.put(Failed("voice", error, fatal=False))

    loop = DialogueLoop(
        knowledge,
        noting(understander.understand, kept),
        lambda spoken, _failed: Narrator(
            voice, player, gap_seconds=LIVE_GAP_SECONDS, spoken=spoken, failed=no_voice
        ),
        log,
        wake=wake,
        manner=manner,
        is_night=at_night,
        keys=is_terminal(sys.stdin),
        diary=Diarist(DiaryStore(diary_path(), _local_now), _local_now),
    )

    loop.narrator.prepare_fixed(said_ahead(knowledge))

    def listen() -> Listener:
        return Listener(
            recognizer,
            SileroVoiceActivity(),
            completeness(templates, sentences),
            early=early_commands(templates),
            wall_time=datetime.datetime.now,
            keep=kept.heard if kept is not None else None,
        )

    def listen_again() -> Listener:
        recognizer.begin_afresh()  # other decoders; the model stays loaded
        return listen()

    def show(conversation: LiveConversation) -> None:
        introduction.look(speaking=conversation.loop.narrator.busy)
        line.dim = conversation.loop.manner.hushed
        attentive = conversation.loop.attentive(conversation.now)
        line.draw(
            line_text(
                speaking=conversation.microphone.speaking,
                partial=conversation.microphone.partial if attentive else "",
                audible=conversation.audible,
                progress=dialogue.progress(knowledge, conversation.loop.state),
                attention=waiting(conversation.loop, conversation.now, wake),
            )
        )

    conversation = LiveConversation(
        loop,
        listen(),
        player,
        MonotonicClock(),
        latency=latency,
        show=show,
        renew=listen_again,
        interruptions=interruptions,
    )
    voice_return = VoiceReturn(
        lambda: voice.render(TRIAL_SENTENCE),
        lambda: conversation.inbox.put(Recovered("voice")),
    )
    stack.callback(voice_return.close)
    return conversation


def _local_now() -> datetime.datetime:
    """Return the wall time with the offset of the machine's clock."""
    return datetime.datetime.now().astimezone()


def _is_night(mode: NightMode, hours: NightHours) -> bool:
    return is_night(mode, hours, datetime.datetime.now())
