"""What can happen to a dialogue (Event) and what it can ask for (Action): two closed unions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from voice_skill.domain.manner import Manner
from voice_skill.domain.model import Understanding

# ------------------------------------------------------------------ events


@dataclass(frozen=True, slots=True)
class Heard:
    """The person said something; `start` and `end` in seconds on the conversation's clock."""

    understanding: Understanding
    start: float = 0.0
    end: float = 0.0


@dataclass(frozen=True, slots=True)
class Key:
    """A key was pressed: `pause` and `mute` are toggles; `wake` opens attention, as `pause` does
    where nothing runs.
    """

    name: Literal["pause", "next", "stop", "wake", "mute"]


@dataclass(frozen=True, slots=True)
class PromptEnded:
    """The prompt of this number was spoken to its end; an old number is a stale event."""

    number: int


@dataclass(frozen=True, slots=True)
class TimerFired:
    """The deadline of the present phase has come (`dialogue.seconds_to_wait`)."""


@dataclass(frozen=True, slots=True)
class RoutineTimerFired:
    """The routine's own timer (cramp relief: ten minutes) has run out."""


@dataclass(frozen=True, slots=True)
class EngineFailed:
    """An engine stopped working; `what` is `microphone`, `speaker`, `voice` or `listener`.

    Also `computer` (it slept: timers stood still, the person does not know) and `program` (it
    cannot go on and is about to end).
    """

    what: str


@dataclass(frozen=True, slots=True)
class NightChanged:
    """The night has begun (by the clock or an option), or has ended."""

    night: bool


@dataclass(frozen=True, slots=True)
class FirstRun:
    """The program runs for the first time here: what it is, and is not, is said once."""


Event = (
    Heard
    | Key
    | PromptEnded
    | TimerFired
    | RoutineTimerFired
    | EngineFailed
    | NightChanged
    | FirstRun
)

# ------------------------------------------------------------------ actions


@dataclass(frozen=True, slots=True)
class Prompt:
    """Sentences to speak, in order. `number` rises by one with every prompt of a conversation.

    `style`: `answer` leaves listening gaps between sentences, `question` expects a reply, `count`
    is a word on the beat of a routine (no gap, never waited for), `urgent` is slow and never below
    a floor of its own, `soft` is more quiet than the rest: the last words before a silence.
    """

    number: int
    sentences: tuple[str, ...]
    style: Literal["answer", "question", "instruction", "count", "urgent", "soft"] = "answer"


@dataclass(frozen=True, slots=True)
class Say:
    """Speak a prompt; what is still being said gives way to it."""

    prompt: Prompt


@dataclass(frozen=True, slots=True)
class StopSpeaking:
    """Fall silent at once and forget what was queued."""


@dataclass(frozen=True, slots=True)
class Earcon:
    """Give a short sound, after what is queued: listening, or the microphone went off or on."""

    kind: Literal["listening", "muted", "unmuted"]


@dataclass(frozen=True, slots=True)
class SetManner:
    """Speak in this manner from the next sentence on; the volume changes at once."""

    manner: Manner


@dataclass(frozen=True, slots=True)
class Sleep:
    """Listen for nothing but being woken."""


@dataclass(frozen=True, slots=True)
class Goodbye:
    """The conversation is over (a recorded one ends here; a live one goes idle)."""


Action = Say | StopSpeaking | Earcon | SetManner | Sleep | Goodbye
