"""Both sides of a conversation, with times."""

from __future__ import annotations

import shutil
import textwrap

from voice_skill.conversation.transcript import AssistantSpoke, Entry, Ignored, PersonSpoke, Remark
from voice_skill.terminal.turns import meaning

INDENT = 21
"""Columns before the words: time and speaker."""


def clock(seconds: float) -> str:
    """Return minutes and seconds: `2:05.3`."""
    minutes, rest = divmod(max(seconds, 0.0), 60.0)
    return f"{int(minutes)}:{rest:04.1f}"


class TranscriptLines:
    """Turns entries into lines; counted words on the beat are gathered on one line."""

    def __init__(self, *, intents: bool = True, width: int | None = None) -> None:
        """With `intents`, each of the person's lines says how it was understood.

        `width`: columns to fold lines at; None is the terminal's.
        """
        self._intents = intents
        self._width = width or shutil.get_terminal_size().columns
        self._counted: list[str] = []
        self._counted_at = 0.0

    def lines(self, entry: Entry) -> list[str]:
        """Return what to print for an entry, what was gathered before it first."""
        if isinstance(entry, AssistantSpoke) and entry.prompt.style == "count":
            if not self._counted:
                self._counted_at = entry.start
            self._counted.append(" ".join(entry.prompt.sentences))
            return []
        return self.rest() + self._folded(self._entry_line(entry))

    def rest(self) -> list[str]:
        """Return the line of counted words that was still being gathered."""
        if not self._counted:
            return []
        words, self._counted = " .. ".join(self._counted), []
        return self._folded(f"{clock(self._counted_at):>8}  assistant  {words}")

    def _folded(self, line: str) -> list[str]:
        hang = " " * INDENT
        return textwrap.wrap(
            line, max(self._width - 1, 2 * INDENT), subsequent_indent=hang, drop_whitespace=True
        )

    def _entry_line(self, entry: Entry) -> str:
        match entry:
            case AssistantSpoke(start, prompt):
                loud = "!" if prompt.style == "urgent" else " "
                return f"{clock(start):>8} {loud}assistant  {' '.join(prompt.sentences)}"
            case PersonSpoke(start, _, understanding):
                words = understanding.text or "(not made out)"
                note = f"   [{meaning(understanding)}]" if self._intents else ""
                return f"{clock(start):>8}  person     {words}{note}"
            case Remark(start, text):
                return f"{clock(start):>8}  ({text})"
            case Ignored(start, _):
                return f"{clock(start):>8}  (speech, not for me)"
