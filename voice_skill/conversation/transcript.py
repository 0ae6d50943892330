"""What was said in a conversation, by whom, when, and how it was understood."""

from __future__ import annotations

from dataclasses import dataclass

from voice_skill.domain.events import Prompt
from voice_skill.domain.model import Understanding


@dataclass(frozen=True, slots=True)
class PersonSpoke:
    """One utterance of the person; seconds on the conversation's clock."""

    start: float
    end: float
    understanding: Understanding


@dataclass(frozen=True, slots=True)
class AssistantSpoke:
    """One prompt, at the second it was begun."""

    start: float
    prompt: Prompt


@dataclass(frozen=True, slots=True)
class Remark:
    """Something a bystander should know: an engine that failed, a device that was lost."""

    start: float
    text: str


@dataclass(frozen=True, slots=True)
class Ignored:
    """Speech that was not for the assistant: its times, and never its words."""

    start: float
    end: float


Entry = PersonSpoke | AssistantSpoke | Remark | Ignored
