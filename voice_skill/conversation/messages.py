"""What the live loop is told, by whoever it happens to: immutable values in one inbox."""

from __future__ import annotations

from dataclasses import dataclass

from voice_skill.conversation.interruptions import Interruption
from voice_skill.conversation.keys import KeyName
from voice_skill.domain.errors import VoiceSkillError
from voice_skill.domain.model import Utterance


@dataclass(frozen=True, slots=True)
class Pressed:
    """A key was pressed."""

    key: KeyName


@dataclass(frozen=True, slots=True)
class ClipEnded:
    """The player has played a tagged clip to its end."""

    tag: object


@dataclass(frozen=True, slots=True)
class Failed:
    """A thread or a device failed; `fatal` when the program cannot go on without it."""

    what: str
    error: VoiceSkillError
    fatal: bool


@dataclass(frozen=True, slots=True)
class Stop:
    """The program was asked to end (a signal)."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """A device that was lost is back."""

    what: str


@dataclass(frozen=True, slots=True)
class Noticed:
    """Whether the person speaks, or what they seem to say, has changed."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """So many seconds of sound were not heard: the machine was too slow for what came before."""

    seconds: float


Message = (
    Noticed | Utterance | Interruption | Recovered | Pressed | ClipEnded | Failed | Stop | Skipped
)
