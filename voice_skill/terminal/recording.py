"""`record` on a terminal: the sentence, what is heard, the keys."""

from __future__ import annotations

import queue
import signal
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

import numpy as np
from numpy.typing import NDArray

from voice_skill.audio.capture import Capture
from voice_skill.audio.playback import play
from voice_skill.conversation.listener import SAMPLE_RATE
from voice_skill.conversation.recording_session import END, ENTER, RecordingSession, Step
from voice_skill.conversation.take import Take
from voice_skill.domain.errors import DeviceError, UsageError
from voice_skill.terminal.keyboard import Keys
from voice_skill.terminal.live_line import LiveLine

Samples = NDArray[np.int16]
MakeSession = Callable[[Callable[[Samples], None]], RecordingSession]

WIDTH = 78
WAIT_SECONDS = 0.1
"""How long a key may wait while the microphone gives nothing."""

METER = 20
EVERYWHERE = "s skip  b back  q quit"
PLACES = {"idle": "", "offer": ", as an answer", "routine": ", during an exercise"}


def consent_lines(folder: Path, count: int, speaker: str | None) -> list[str]:
    """Return what a person is told before anything is recorded."""
    kept = (
        "sound, text and meaning"
        if speaker is None
        else (f"sound, text, meaning and the name {speaker}")
    )
    text = (
        f"Sentences to read aloud: {count}. Of each sentence that you keep, {kept} are stored in"
        f" {folder}, readable by you alone. Nothing else is stored, and nothing leaves this"
        " machine. To take it back, delete the files."
    )
    return [*textwrap.wrap(text, WIDTH), "Enter begins, q leaves."]


def record_live(
    make_session: MakeSession,
    consent: list[str],
    *,
    input_device: str | None,
    output_device: str | None,
) -> RecordingSession | None:
    """Lead a person through a session; return it, None where they did not want to begin.

    UsageError off a terminal, DeviceError where the microphone cannot be used.
    """
    if not (sys.stdin and sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "recording needs a terminal: a person reads, and presses keys",
            hint="run it by itself, without a pipe",
        )
    screen = Screen()
    keys: queue.SimpleQueue[str] = queue.SimpleQueue()
    with ExitStack() as stack:
        stack.callback(screen.line.end)
        stack.enter_context(Keys(keys.put))
        stack.enter_context(_ended_by_sigterm(keys))
        screen.line.print_above(consent)
        if not _agrees(keys):
            return None
        capture = Capture(input_device)

        def replay(samples: Samples) -> None:
            try:
                play(samples, SAMPLE_RATE, output_device)
            except DeviceError as error:
                screen.line.print_above([f"     cannot be played: {error}"])
            capture.forget()  # the microphone heard it too

        session = make_session(replay)
        if session.step is not Step.DONE:
            screen.opening()
            stack.enter_context(capture)
            _run(session, capture, keys, screen)
    return session


def _agrees(keys: queue.SimpleQueue[str]) -> bool:
    while True:
        key = keys.get()
        if key in ENTER:
            return True
        if key.lower() in ("q", END):
            return False


def _run(
    session: RecordingSession, capture: Capture, keys: queue.SimpleQueue[str], screen: Screen
) -> None:
    while session.step is not Step.DONE:
        samples = capture.take(WAIT_SECONDS)
        if samples is not None:
            session.hear(samples)
            screen.show(session)
        while not keys.empty():
            session.press(keys.get())
            screen.show(session)


class Screen:
    """Prints what stays (sentences, faults, what was kept) and draws the line that changes."""

    def __init__(self) -> None:
        """Nothing is drawn yet."""
        self.line = LiveLine(on=True)
        self._shown: int | None = None
        self._kept = 0
        self._judged: Take | None = None

    def opening(self) -> None:
        """Say that the microphone is being opened, which takes a second or two."""
        self.line.draw("     opening the microphone")

    def show(self, session: RecordingSession) -> None:
        """Print what is new, and draw the line."""
        if session.kept > self._kept:
            self._kept = session.kept
            self.line.print_above(["     kept"])
        if session.step is Step.DONE:
            return
        if session.number != self._shown:
            self.line.print_above(sentence_lines(session))
            self._shown = session.number
        if session.take is not None and session.take is not self._judged:
            self._judged = session.take
            self.line.print_above([f"     ! {fault}" for fault in session.take.faults])
        self.line.draw(f"     {status_text(session)}")


def sentence_lines(session: RecordingSession) -> list[str]:
    """Return the present sentence as it is shown, with what it means and where it is said."""
    sentence = session.sentence
    intent = sentence.label.get("intent")
    about = f"{intent or ''}{PLACES[sentence.state]}".strip(", ")
    there = "   (recorded already)" if session.is_there else ""
    head = f"{session.number + 1:>3} of {len(session.sentences)}   {about}".rstrip()
    words = textwrap.wrap(sentence.text, WIDTH - 5)
    return ["", head + there, *(f"     {line}" for line in words)]


def status_text(session: RecordingSession) -> str:
    """Return the line under the sentence: what is going on, and the keys."""
    match session.step:
        case Step.WAITING:
            return f"speak, or press enter first  {EVERYWHERE}"
        case Step.RECORDING:
            meter = "#" * round(METER * min(session.recorder.loudness, 1.0))
            seconds = session.recorder.seconds
            return f"recording {seconds:4.1f} s  [{meter:<{METER}}]  enter ends it"
        case Step.JUDGING if session.take is not None:
            take = session.take
            said = f"{take.seconds:.1f} s, peak {take.level.peak_dbfs:.0f} dBFS"
            choice = "enter again  k keep" if take.faults else "enter keep  r again"
            return f"{said}  {choice}  p play  {EVERYWHERE}"
        case Step.REPLACING:
            return "replace the earlier recording?  y yes  n no"
        case _:
            return ""


@contextmanager
def _ended_by_sigterm(keys: queue.SimpleQueue[str]) -> Iterator[None]:
    """SIGTERM ends the session as q does, so that the terminal is put back."""

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        keys.put("q")

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
