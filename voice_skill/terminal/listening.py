"""`listen` on a terminal: streams, live line and keys around the live conversation."""

from __future__ import annotations

import datetime
import logging
import math
import queue
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from voice_skill.audio import echo_cancellation
from voice_skill.audio.earcons import earcon
from voice_skill.audio.echo_reference import make_echo_filter
from voice_skill.audio.player import Player
from voice_skill.audio.portaudio import Kind
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
from voice_skill.conversation.kept_audio import make_folder
from voice_skill.conversation.listener import Listener
from voice_skill.conversation.live import ECHO_TAIL_SECONDS, LiveConversation
from voice_skill.conversation.messages import Failed, Message, Pressed, Recovered
from voice_skill.conversation.narrator import GAP_SECONDS, Narrator
from voice_skill.conversation.skills import knowledge_of, make_understander
from voice_skill.conversation.transcript import Entry, Ignored
from voice_skill.conversation.voice_return import VoiceReturn
from voice_skill.diary.store import DiaryStore
from voice_skill.domain import dialogue
from voice_skill.domain.attention import DEFAULT_POLICY, Policy
from voice_skill.domain.errors import EngineError, VoiceSkillError
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
from voice_skill.speech.recognizer import VoskRecognizer
from voice_skill.speech.voice_cache import CachedSynthesizer
from voice_skill.terminal.clock import MonotonicClock
from voice_skill.terminal.introduction import Introduction
from voice_skill.terminal.keeping import WIDTH, keeping, kept_lines, noting
from voice_skill.terminal.keyboard import Keyboard, is_terminal
from voice_skill.terminal.live_events import ended_by_signals, failure_of, keys_failed
from voice_skill.terminal.live_line import LiveLine, line_text
from voice_skill.terminal.transcripts import TranscriptLines
from voice_skill.terminal.waking import KEYS_HELP, invitation, waiting

LOG = logging.getLogger(__name__)

PLAYER_RATE = 22_050
"""Samples a second of the player: the voice's own rate; the stream converts for the device."""

Samples = NDArray[np.int16]

TRIAL_SENTENCE = "Ready."
"""What a voice that failed is tried with; never heard, and of no prompt, so never kept."""

LIVE_GAP_SECONDS = GAP_SECONDS + ECHO_TAIL_SECONDS
"""The gap between two sentences, longer by what of it the sound in the room takes away."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """How to listen and speak.

    `wake` is what opens attention, `night` whether to speak and write as in the night (`auto`: by
    the clock and `night_hours`). `volume` is 0 to 1. With `barge_in` one is heard over the
    assistant's voice, too. `keep_audio`: a folder that is given the sound of what is heard;
    without it no sound is kept. `quiet`: no live line and no first words on the terminal.
    """

    input_device: str | None = None
    output_device: str | None = None
    volume: float | None = None
    quiet: bool = False
    profile: Profile = LAPTOP
    wake: Policy = DEFAULT_POLICY
    night: NightMode = "auto"
    night_hours: NightHours = USUAL_NIGHT
    barge_in: bool = False
    keep_audio: Path | None = None


def check_wishes(skill: Skill, wishes: Wishes) -> None:
    """Raise UsageError for what cannot be had; make the folder of recordings, open no device.

    A skill must have knowledge, and `barge_in` needs the extra `aec`.
    """
    knowledge_of(skill)
    if wishes.barge_in:
        echo_cancellation.load()
    if wishes.keep_audio is not None:
        make_folder(wishes.keep_audio)


def listen_live(skill: Skill, model_folder: Path, wishes: Wishes) -> None:
    """Listen and answer until q, Ctrl+C or SIGTERM.

    DeviceError where a device is missing or busy; EngineError when listening itself fails;
    UsageError as `check_wishes`.
    """
    check_wishes(skill, wishes)
    # PortAudio writes to standard error itself when a device is lost.
    with quiet_libraries(), ExitStack() as stack:
        failure = _Session(skill, model_folder, wishes, stack).run()
    if failure is not None:
        raise failure


class _Session:
    """Everything that lives from the start of `listen` to its end; `stack` closes it."""

    def __init__(self, skill: Skill, model_folder: Path, wishes: Wishes, stack: ExitStack) -> None:
        self._skill, self._wishes, self._stack = skill, wishes, stack
        self._knowledge = knowledge_of(skill)
        self._keys = is_terminal(sys.stdin)
        self._invitation = invitation(wishes.wake, skill.language.wake_phrases, keys=self._keys)
        self._line = LiveLine(on=not wishes.quiet)
        self._lines = TranscriptLines()
        self._ignoring = False
        self._player = Player(PLAYER_RATE)
        self._echo = make_echo_filter(PLAYER_RATE) if wishes.barge_in else None
        if self._echo is not None:
            self._player.on_pulled = self._echo.played.put
        self._inbox: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._conversation: LiveConversation | None = None
        self._kept = keeping(wishes.keep_audio, stack, self._inbox.put)
        loudness = LOUDEST_DB if wishes.volume is None else decibels_of(wishes.volume)
        self._manner = Manner(loudness, self._at_night())
        self._line.dim = self._manner.hushed
        self._recorded = wishes.keep_audio is not None
        self._introduction = Introduction(self._knowledge, FirstRun(), recorded=self._recorded)
        self._sounded = self._invited = False
        self._ready_at = math.inf
        self._streams = self._make_streams()
        stack.callback(self._streams.close)
        # A microphone takes one to two seconds to give its first sound; the models load meanwhile.
        with ThreadPoolExecutor(1, "open-sound") as beside:
            opened = beside.submit(self._streams.open)
            self._understander = make_understander(skill, self._tell)
            opened.result()
        self._recognizer = self._make_recognizer(model_folder)
        self._sentences = legal_phrases(skill, self._understander.templates)
        voice = make_voice(stack, self._knowledge)
        self._voice_return = VoiceReturn(
            lambda: voice.render(TRIAL_SENTENCE), lambda: self._inbox.put(Recovered("voice"))
        )
        stack.callback(self._voice_return.close)
        conversation = self._make_conversation(voice)
        stack.callback(self._streams.close)  # before the voice
        self._conversation = conversation

    def run(self) -> VoiceSkillError | None:
        """Open the keys, tell what this is, and converse to the end."""
        stack, conversation = self._stack, self._conversation
        assert conversation is not None
        stack.callback(self._line.end)
        stack.enter_context(
            Keyboard(
                lambda key: self._inbox.put(Pressed(key)),
                lambda error, last: self._inbox.put(keys_failed(error, last)),
            )
        )
        stack.enter_context(ended_by_signals(conversation))
        if self._introduction.is_due:
            self._sound_ready()
            self._introduction.begin(conversation.loop, conversation.now)
        elif not self._wishes.quiet:
            words = dialogue.first_words(self._knowledge, keys=self._keys, recorded=self._recorded)
            self._tell(" ".join(words))
        self._line.print_above(kept_lines(self._wishes.keep_audio))
        self._invite(conversation.now)
        return conversation.run()

    def _invite(self, now: float) -> None:
        """Tell how to begin as soon as whoever does so at once is heard from the first word on."""
        if self._invited or not self._streams.hears:
            return
        if self._ready_at == math.inf:
            LOG.info("ready: the microphone is heard")
            self._ready_at = now + self._sound_ready()
        # A card may begin to play later than it should; the first words are spoken over it.
        unheard = self._conversation is None or self._conversation.ear_is_open
        if now >= self._ready_at and (unheard or self._introduction.is_due):
            self._invited = True
            shown = self._keys and not self._manner.hushed
            self._line.print_above([self._invitation, KEYS_HELP] if shown else [self._invitation])

    def _sound_ready(self) -> float:
        """Give the sound that says so, once; return how many seconds it closes the microphone."""
        if self._sounded:
            return 0.0
        self._sounded = True
        sound = earcon("listening", PLAYER_RATE, low=self._manner.hushed)
        self._player.enqueue(sound)
        return len(sound) / PLAYER_RATE + self._streams.output_latency + ECHO_TAIL_SECONDS

    # ---------------------------------------------------------------- its parts

    def _make_recognizer(self, model_folder: Path) -> VoskRecognizer:
        """Load the models, and beside that learn from the examples before anybody waits for it."""
        with ThreadPoolExecutor(1, "warm-up") as beside:
            learned = beside.submit(self._understander.warm_up)
            recognizer = make_recognizer(
                model_folder,
                self._skill,
                self._understander.templates,
                profile=self._wishes.profile,
                notify=self._tell,
            )
            learned.result()
        return recognizer

    def _make_conversation(self, voice: CachedSynthesizer) -> LiveConversation:
        echo, interruptions = self._echo, None
        if echo is not None:
            interruptions = Interruptions(self._player, lambda: echo.knows_the_room)
        return LiveConversation(
            self._make_loop(voice),
            self._listen(),
            self._player,
            MonotonicClock(),
            latency=lambda: self._streams.output_latency,
            show=self._show,
            renew=self._listen_again,
            interruptions=interruptions,
            inbox=self._inbox,
        )

    def _make_loop(self, voice: CachedSynthesizer) -> DialogueLoop:
        loop = DialogueLoop(
            self._knowledge,
            noting(self._understander.understand, self._kept),
            lambda spoken, _failed: Narrator(
                voice,
                self._player,
                gap_seconds=LIVE_GAP_SECONDS,
                spoken=spoken,
                failed=self._no_voice,
            ),
            self._log,
            wake=self._wishes.wake,
            manner=self._manner,
            is_night=self._at_night,
            keys=self._keys,
            diary=Diarist(DiaryStore(diary_path(), _local_now), _local_now),
        )
        loop.narrator.prepare_fixed(said_ahead(self._knowledge))
        return loop

    def _make_streams(self) -> LiveStreams:
        wishes = self._wishes
        return LiveStreams(
            self._player,
            self._hear,
            input_device=wishes.input_device,
            output_device=wishes.output_device,
            on_failure=lambda what: self._inbox.put(failure_of(what, self._streams)),
            on_recovered=self._recovered,
            echo=self._echo,
            person_speaks=lambda: self._person_speaks,
        )

    def _listen(self) -> Listener:
        templates = self._understander.templates
        return Listener(
            self._recognizer,
            SileroVoiceActivity(),
            completeness(templates, self._sentences),
            early=early_commands(templates),
            wall_time=datetime.datetime.now,
            keep=self._kept.heard if self._kept is not None else None,
        )

    def _listen_again(self) -> Listener:
        self._recognizer.begin_afresh()  # other decoders; the model stays loaded
        return self._listen()

    # ---------------------------------------------------------------- what happens in it

    def _hear(self, block: Samples) -> None:
        streams, conversation = self._streams, self._conversation
        if conversation is not None:  # it began
            conversation.hear(block, age=streams.block_age, audible=streams.block_audible)

    def _recovered(self, what: Kind) -> None:
        """Tell the loop, and the person in the dark by a sound."""
        self._player.enqueue(earcon("listening", PLAYER_RATE, low=self._line.dim))
        self._inbox.put(Recovered(what))

    @property
    def _person_speaks(self) -> bool:
        return self._conversation is not None and self._conversation.microphone.speaking

    def _at_night(self) -> bool:
        return is_night(self._wishes.night, self._wishes.night_hours, datetime.datetime.now())

    def _tell(self, text: str) -> None:
        """Print what is worth knowing, on a terminal that wants to be told."""
        if not self._wishes.quiet:
            self._line.print_above(textwrap.wrap(text, WIDTH))

    def _log(self, entry: Entry) -> None:
        # A television talks for hours: the first word that is not for us is told, and no more.
        if not (self._ignoring and isinstance(entry, Ignored)):
            self._line.print_above(self._lines.lines(entry))
        self._ignoring = isinstance(entry, Ignored)

    def _no_voice(self, error: EngineError) -> None:
        self._introduction.no_voice()
        # Many sentences may fail, and it is told once; a sound says that something was to be said.
        if self._voice_return.failed():
            self._player.enqueue(earcon("not_understood", PLAYER_RATE, low=self._line.dim))
            self._inbox.put(Failed("voice", error, fatal=False))

    def _show(self, conversation: LiveConversation) -> None:
        loop = conversation.loop
        self._invite(conversation.now)
        self._introduction.look(speaking=loop.narrator.busy)
        self._line.dim = loop.manner.hushed
        attentive = loop.attentive(conversation.now)
        self._line.draw(
            line_text(
                speaking=conversation.microphone.speaking,
                partial=conversation.microphone.partial if attentive else "",
                audible=conversation.audible,
                progress=dialogue.progress(self._knowledge, loop.state),
                attention=waiting(loop, conversation.now, self._wishes.wake),
            )
        )


def _local_now() -> datetime.datetime:
    """Return the wall time with the offset of the machine's clock."""
    return datetime.datetime.now().astimezone()
