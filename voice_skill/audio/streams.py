"""Live sound: one microphone and one speaker stream, open all the time, looked after by one thread.

PortAudio's two callbacks only copy: blocks go into a bounded inbox, samples come out of the player.
One thread hands the blocks on, watches both streams (`watch`, `sound_server`) and opens them again
when a device is lost (`recovery`).
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from voice_skill.audio import sound_cards
from voice_skill.audio.echo_reference import EchoFilter
from voice_skill.audio.ends import Ends
from voice_skill.audio.microphone import BLOCK_SECONDS, Block, Inbox, Microphone
from voice_skill.audio.news import News, Server
from voice_skill.audio.player import Player
from voice_skill.audio.portaudio import Kind
from voice_skill.audio.recovery import Recovery, Signs
from voice_skill.audio.restarts import Restarts
from voice_skill.audio.sound_server import SoundServer
from voice_skill.audio.watch import Limits, NoiseFloor, Watch
from voice_skill.domain.errors import DeviceError

LOG = logging.getLogger(__name__)

Samples = NDArray[np.int16]
Failure = Literal["microphone", "speaker", "player", "listener"]

POLL_SECONDS = 0.1
MOST_STUCK = 3
"""Streams that PortAudio may never return from; after that a new process is the better cure."""
CLOSE_SECONDS = 5.0


class LiveStreams:
    """The microphone's blocks to `on_block`, the player's samples to the speaker, until closed.

    `on_block` gets 320 samples (20 ms, 16 kHz, mono) in order, and `block_age` and `block_audible`
    tell of them while it runs; `on_failure` gets "microphone" or
    "speaker", `on_recovered` the same again: all three in this object's own thread, which may take
    its time (the inbox holds 10 s). A failure is told once, until it is mended; meanwhile opening
    is tried again and again.

    Two failures are the end: "player" (the player raised in the speaker's callback, again and
    again) and "listener" (a callback of yours raised, or the thread itself did, again and again).
    `error` then holds what, and only `close` is left to do.
    The first 1 to 1.7 s after opening usually bring no block.
    """

    def __init__(
        self,
        player: Player,
        on_block: Callable[[Samples], None],
        *,
        input_device: str | None = None,
        output_device: str | None = None,
        on_failure: Callable[[Failure], None] | None = None,
        on_recovered: Callable[[Kind], None] | None = None,
        limits: Limits | None = None,
        clock: Callable[[], float] = time.monotonic,
        server: Server | None = None,
        person_speaks: Callable[[], bool] = lambda: False,
        cards: Callable[[], str] = sound_cards.present,
        echo: EchoFilter | None = None,
    ) -> None:
        """Open nothing yet; devices are named as for `devices.choose`.

        `echo` takes the player's own sound out of the blocks before anybody hears them.
        `person_speaks()`: nothing that can wait may cut the microphone off now.
        `clock` gives seconds that never go backwards, `cards` a text that changes with the sound
        cards of the machine.
        """
        self.error: Exception | None = None
        self.reopened = 0
        self._player = player
        self._on_block = on_block
        self._present: Block | None = None
        self._person_speaks = person_speaks
        self._echo = echo
        self._on_failure = on_failure or (lambda failure: None)
        self._on_recovered = on_recovered or (lambda kind: None)
        self._limits = limits or Limits()
        self._clock = clock
        self._inbox = Inbox()
        self._ends = Ends(
            player,
            self._inbox,
            clock,
            input_device=input_device,
            output_device=output_device,
            limits=self._limits,
        )
        self._floor = NoiseFloor()
        self._watch = Watch(self._limits, clock(), self._floor)
        self._recovery = Recovery()
        self._news = News(server or SoundServer(), cards)
        self._player_restarts = Restarts()
        self._own_restarts = Restarts()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    # ---------------------------------------------------------------- for the owner

    def open(self) -> None:
        """Open both streams and begin. Raises DeviceError: none, unknown, ambiguous or busy."""
        self.open_streams()
        self._thread = threading.Thread(target=self._run, name="live-streams", daemon=True)
        self._thread.start()

    def open_streams(self) -> None:
        """Open both streams; whoever calls this instead of `open` calls `turn` himself."""
        self._watch = Watch(self._limits, self._clock(), self._floor)
        self._ends.open(self._watch)
        self._find_echo()
        self._news.begin(self._clock())

    def close(self) -> None:
        """End the thread and both streams; what the card still holds is played. May be repeated."""
        self._closing.set()
        self._inbox.wake()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(CLOSE_SECONDS)
        self._ends.close()
        self._news.close()

    def __enter__(self) -> LiveStreams:
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def dropped_blocks(self) -> int:
        """Blocks lost because `on_block` was more than 10 s behind."""
        return self._inbox.dropped

    @property
    def missed(self) -> tuple[int, int]:
        """How often the card lost input, and had to play a hole, since the streams were opened."""
        microphone, speaker = self._ends.microphone, self._ends.speaker
        return (microphone.overflows if microphone else 0, speaker.underflows if speaker else 0)

    @property
    def hears(self) -> bool:
        """Whether the microphone has given a block since the streams were opened."""
        return "microphone" in self._watch.calling

    @property
    def block_age(self) -> float:
        """Seconds since the present block came: how far `on_block` is behind."""
        return self._clock() - self._present.came if self._present is not None else 0.0

    @property
    def block_audible(self) -> bool:
        """Whether the player was sounding when the present block came."""
        return self._present is not None and self._present.audible

    @property
    def output_latency(self) -> float:
        """Seconds from the player handing a sample out until it is heard, as PortAudio tells."""
        speaker = self._ends.speaker
        return float(speaker.stream.latency) if speaker else 0.0

    @property
    def input_latency(self) -> float:
        """Seconds from a sound until its block arrives, as PortAudio tells."""
        microphone = self._ends.microphone
        return float(microphone.stream.latency) if microphone else 0.0

    # ---------------------------------------------------------------- the thread

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                alive = self.turn(POLL_SECONDS)
            except Exception as error:  # a thread that fails posts its failure
                alive = self._start_again_after(error)
            if not alive:
                return

    def turn(self, seconds: float) -> bool:
        """Wait at most so long for a block, hand it on, look after the streams; False: the end."""
        block = self._inbox.take(seconds)
        if block is not None and self._ends.microphone is not None:
            try:
                self._hear(self._ends.microphone, block)
            except Exception as error:
                return self._give_up("listener", error)
        return self._look_after_player() and self._look_after()

    def _start_again_after(self, error: Exception) -> bool:
        """Go on after a failure of this thread, a few times."""
        LOG.warning("looking after the sound failed: %r", error)
        delay = self._own_restarts.failed(self._clock())
        if delay is None:
            return self._give_up("listener", error)
        self._closing.wait(delay)
        return True

    def _give_up(self, what: Failure, error: Exception) -> bool:
        self.error = error
        self._on_failure(what)
        return False

    def _hear(self, microphone: Microphone, block: Block) -> None:
        self._present = block
        for samples in microphone.converter.feed(block.samples):
            peak = int(np.abs(samples.astype(np.int32)).max())
            self._watch.judge_block(BLOCK_SECONDS, peak=peak, audible=block.audible)
            if self._echo is not None:
                samples = self._echo.clean(samples, block.played)
            self._on_block(samples)

    def _look_after_player(self) -> bool:
        speaker = self._ends.speaker
        if speaker is None or speaker.error is None:
            return True
        error, speaker.error = speaker.error, None
        LOG.warning("the player failed: %r", error)
        if self._player_restarts.failed(self._clock()) is None:
            return self._give_up("player", error)
        return True  # its stream has ended, and is opened again like a lost one

    def _look_after(self) -> bool:
        now = self._clock()
        news, running = self._news.look(now), self._ends.running
        troubles = self._watch.troubles(
            now,
            input_active="microphone" in running,
            output_active="speaker" in running,
            patience=self._recovery.patience,
            start_patience=self._recovery.start_patience,
        )
        orders = self._recovery.look(
            now,
            Signs(
                troubles=troubles,
                places=self._news.places,
                calling=frozenset() if self._news.asking else self._watch.calling,
                running=running,
                heard_sound=self._watch.heard_sound,
                audible=self._player.audible,
                person_speaks=self._person_speaks(),
                news=news,
            ),
        )
        for kind in orders.failed:
            LOG.info("the %s was lost: %s, %s", kind, troubles, self._news.places)
            self._on_failure(kind)
        for kind in orders.recovered:
            self._on_recovered(kind)
        if orders.reopen:
            self._reopen()
            if self._ends.stuck > MOST_STUCK:
                return self._give_up("listener", DeviceError("the sound library does not answer"))
        return True

    def _find_echo(self) -> None:
        """Other streams, another delay."""
        if self._echo is not None:
            self._echo.reset()
            self._echo.set_delay(self.output_latency + self.input_latency)

    def _reopen(self) -> None:
        """Restart PortAudio and open what can be opened; what cannot stays in trouble."""
        before = self._ends.chosen("microphone")
        self._watch.end()
        watch = Watch(self._limits, self._clock(), self._floor)
        self._ends.reopen(watch)
        if self._ends.chosen("microphone") != before:
            self._floor = NoiseFloor()
            watch.floor = self._floor
        self._watch = watch
        self._find_echo()
        self.reopened += 1
        self._news.begin_anew(self._clock())
