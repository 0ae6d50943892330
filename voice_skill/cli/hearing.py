"""What `hear` needs for many files: engines made once, one file after the other."""

from __future__ import annotations

import datetime
import io
import sys
from contextlib import ExitStack
from pathlib import Path

from voice_skill.audio.files import read_recording, write_wav
from voice_skill.audio.levels import inspect
from voice_skill.audio.voice_activity import SileroVoiceActivity
from voice_skill.cli.options import Settings
from voice_skill.conversation.engines import make_recognizer, make_voice
from voice_skill.conversation.hearing import hear
from voice_skill.conversation.narrator import render_reply
from voice_skill.conversation.skills import knowledge_of, make_understander
from voice_skill.conversation.turns import Turn
from voice_skill.domain.errors import AudioError, UsageError
from voice_skill.domain.model import DialogueState

LONGEST_SECONDS = 60.0
"""A longer recording is a conversation, not an utterance."""


class Ear:
    """Hears one recording after the other with the same engines."""

    def __init__(self, settings: Settings, stack: ExitStack, reply_folder: Path | None) -> None:
        """Load content, model and (for written replies) the voice; the stack closes them."""
        model = settings.require_model()
        self._skill = settings.load_skill()
        if reply_folder is not None:
            knowledge_of(self._skill, hint="leave out --reply-dir")
            _make(reply_folder)
        self._understander = make_understander(self._skill, settings.tell)
        self._recognizer = make_recognizer(
            model,
            self._skill,
            self._understander.templates,
            profile=settings.recognition(),
            notify=settings.tell,
        )
        self._voice_activity = SileroVoiceActivity()
        self._reply_folder = reply_folder
        self._written: dict[str, int] = {}
        self._voice = make_voice(stack, self._skill.knowledge) if reply_folder is not None else None

    def hear(self, name: str, state: DialogueState) -> tuple[Turn, tuple[str, ...]]:
        """Return the turn of one file (`-`: standard input) and remarks about the recording.

        AudioError for a file that is none, is too long, or cannot be read.
        """
        source = _standard_input() if name == "-" else Path(name)
        try:
            samples = read_recording(source, limit_seconds=LONGEST_SECONDS)
        except AudioError as error:
            if name == "-" and "converse" in error.hint:
                error.hint = "save it to a file, then: voice-skill converse FILE"
            raise
        turn = hear(
            self._understander,
            self._skill.knowledge,
            self._recognizer,
            self._voice_activity,
            samples,
            state,
            datetime.datetime.now(),
        )
        if self._reply_folder is not None:
            self._write_reply(name, turn)
        return turn, inspect(samples).remarks

    def _write_reply(self, name: str, turn: Turn) -> None:
        if self._reply_folder is None or self._voice is None or not turn.reply:
            return
        stem = "standard-input" if name == "-" else Path(name).stem
        self._written[stem] = self._written.get(stem, 0) + 1
        if self._written[stem] > 1:  # another folder's file of the same name
            stem = f"{stem}.{self._written[stem]}"
        sound = render_reply(self._voice, turn.reply)
        write_wav(self._reply_folder / f"{stem}.reply.wav", sound, self._voice.sample_rate)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(
            f"the folder {folder} for replies cannot be made: {reason}",
            hint="name another folder with --reply-dir",
        ) from error


def _standard_input() -> io.BytesIO:
    if sys.stdin is None:
        raise AudioError("there is no standard input", hint="name a file instead of -")
    return io.BytesIO(sys.stdin.buffer.read())
