"""What `listen --keep-audio` says and makes: the folder, and the words before anything is heard."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from voice_skill.conversation.kept_audio import KeptAudio
from voice_skill.conversation.messages import Failed
from voice_skill.domain.errors import EngineError
from voice_skill.domain.model import Understanding, Utterance

WIDTH = 78


def keeping(
    folder: Path | None, stack: ExitStack, post: Callable[[Failed], None]
) -> KeptAudio | None:
    """Open the folder, if there is one; a disk that fails is told by `post`, and listening goes on.

    UsageError where the folder cannot be used.
    """

    def failed(why: str) -> None:
        error = EngineError(f"what is heard is not being kept: {why}")
        post(Failed("recording", error, fatal=False))

    return None if folder is None else stack.enter_context(KeptAudio(folder, failed))


def kept_lines(folder: Path | None) -> list[str]:
    """Return what a person is told where their voice is recorded, whatever else is left unsaid."""
    if folder is None:
        return []
    text = (
        f"Recording: whatever is heard is kept in {folder}, other people and a television, too,"
        " readable by you alone. Delete the folder to take it back."
    )
    return textwrap.wrap(text, WIDTH)


def noting(
    understand: Callable[[Utterance], Understanding], kept: KeptAudio | None
) -> Callable[[Utterance], Understanding]:
    """Return `understand`, which also tells what is kept what each utterance means."""
    if kept is None:
        return understand

    def understand_and_note(utterance: Utterance) -> Understanding:
        understanding = understand(utterance)
        kept.understood(utterance, understanding)
        return understanding

    return understand_and_note
