"""What was heard last, as long as it can be taken back: its second half may come after a pause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from voice_skill.conversation.timers import Timers
from voice_skill.domain import dialogue
from voice_skill.domain.attention import Attention
from voice_skill.domain.events import (
    Action,
    DiaryFailed,
    DiaryNoted,
    DiaryRead,
    Earcon,
    Event,
    Heard,
    NoteEpisode,
    PromptEnded,
    Say,
    StopSpeaking,
)
from voice_skill.domain.model import SOUND, Decision, Understanding, Utterance
from voice_skill.domain.phases import Screening


@dataclass(frozen=True, slots=True)
class LastTurn:
    """What was heard last, and where everything stood before it: it can be taken back."""

    utterance: Utterance
    understanding: Understanding
    state: dialogue.State
    attention: Attention
    timers: Timers

    @property
    def open_question(self) -> str | None:
        """The question about a warning sign that it was said to."""
        phase = self.state.phase
        return phase.screens[0] if isinstance(phase, Screening) else None


def can_be_taken_back(event: Event, actions: Sequence[Action]) -> bool:
    """Whether nothing has happened that could not be made undone."""
    harmless = (Heard, PromptEnded, DiaryRead, DiaryNoted, DiaryFailed)
    return isinstance(event, harmless) and all(
        isinstance(action, Say | StopSpeaking | Earcon)
        or (isinstance(action, NoteEpisode) and not action.aloud)
        for action in actions
    )


def has_warned(before: dialogue.State, after: dialogue.State) -> bool:
    """Whether a warning has come: whatever brought it, a `yes` or nothing clear, it stands."""
    return after.memory.alarm != before.memory.alarm or after.memory.level > before.memory.level


def was_understood(understanding: Understanding) -> bool:
    """Whether the dialogue can do something with it; an alarm word alone brings a question."""
    return understanding.decision is not Decision.REJECT or understanding.screen is not None


def is_talk(understanding: Understanding) -> bool:
    """Whether a person talks to it: what was understood, was called out, or tells of a sign."""
    if understanding.woken or understanding.alarm is not None:
        return True
    return was_understood(understanding) and understanding.intent != SOUND
