"""The errors a person can act on, drawn as a tree.

VoiceSkillError
|-- UsageError         a request that cannot be carried out as it was asked
|-- ContentError       a content file that cannot be loaded, with its file:line:column
|-- ModelError         a model is missing or damaged
|-- AudioError         a recording that cannot be read
|   `-- DeviceError    no usable microphone or speaker
|-- EngineError        a speech engine that failed while it ran
`-- DiaryError         the diary cannot be read or written

Each carries a hint: what to do next. What nobody below can do without is caught by `cli.main`,
which exits with `exit_code`.
"""

from __future__ import annotations

from typing import Literal

DiaryTrouble = Literal["full", "locked", "newer", "failed"]
"""Why a diary cannot be used: no space, held by another program, a later schema, anything else."""


class VoiceSkillError(Exception):
    """What happened, in one sentence; `hint` says what to do about it."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        """Keep the sentence and the hint."""
        super().__init__(message)
        self.hint = hint


class UsageError(VoiceSkillError):
    """A request that cannot be carried out as it was asked."""

    exit_code = 2


class ContentError(VoiceSkillError):
    """Content that cannot be loaded; `problems` holds all that was found, not only the first."""

    exit_code = 2

    def __init__(self, message: str, *, problems: tuple[str, ...] = (), hint: str = "") -> None:
        """Keep every problem as a line `file:line:column: what, and what was expected`."""
        super().__init__(message, hint=hint)
        self.problems = problems


class ModelError(VoiceSkillError):
    """The speech model or the sentence encoder is missing or damaged."""

    exit_code = 3


class AudioError(VoiceSkillError):
    """A recording that cannot be read or is not fit to be heard."""


class DeviceError(AudioError):
    """No usable microphone or speaker, or one that another program holds."""

    exit_code = 4


class EngineError(VoiceSkillError):
    """A speech engine failed while it ran."""


class DiaryError(VoiceSkillError):
    """The diary cannot be read or written; `trouble` says why."""

    def __init__(self, message: str, *, trouble: DiaryTrouble = "failed", hint: str = "") -> None:
        """Keep the sentence, the kind of trouble and the hint."""
        super().__init__(message, hint=hint)
        self.trouble: DiaryTrouble = trouble
