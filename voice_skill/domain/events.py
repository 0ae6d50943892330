"""What can happen to a dialogue (Event) and what it can ask for (Action): two closed unions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from voice_skill.domain.diary import Episode, Moment
from voice_skill.domain.errors import DiaryTrouble
from voice_skill.domain.manner import Manner
from voice_skill.domain.model import Understanding

# ------------------------------------------------------------------ events


@dataclass(frozen=True, slots=True)
class Heard:
    """The person said something; `start` and `end` in seconds on the conversation's clock.

    `moment`: the wall time at which it was said, with its offset from UTC; None: it is not known,
    and nothing goes into a diary.
    """

    understanding: Understanding
    start: float = 0.0
    end: float = 0.0
    moment: Moment | None = None


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
class LongSilence:
    """Nobody has said anything for so long that what comes is another conversation."""


@dataclass(frozen=True, slots=True)
class EngineFailed:
    """An engine stopped working; `what` is `microphone`, `speaker`, `voice` or `listener`.

    Also `computer` (it slept: timers stood still, the person does not know) and `program` (it
    cannot go on and is about to end).
    """

    what: str


@dataclass(frozen=True, slots=True)
class EngineBack:
    """An engine that had failed works again; `what` as in `EngineFailed`."""

    what: str


@dataclass(frozen=True, slots=True)
class NightChanged:
    """The night has begun (by the clock or an option), or has ended."""

    night: bool


@dataclass(frozen=True, slots=True)
class FirstRun:
    """The program runs for the first time here: what it is, and is not, is said once.

    `recorded`: what is heard is kept as sound.
    """

    recorded: bool = False


DiaryRequest = Literal["keep", "stop", "delete_all", "delete_last"]
"""What a person can want of the diary as a whole, or of its last entry."""


@dataclass(frozen=True, slots=True)
class DiaryRead:
    """What the diary holds now: whether there is one, whether it is kept on, its episodes in order.

    Without this event there is no place for a diary at all.
    """

    exists: bool = False
    kept: bool = False
    episodes: tuple[Episode, ...] = ()


@dataclass(frozen=True, slots=True)
class DiaryNoted:
    """`NoteEpisode` was carried out and is on the disk; `number` is None where it was deleted."""

    number: int | None
    aloud: bool = False


@dataclass(frozen=True, slots=True)
class DiaryChanged:
    """`ChangeDiary` was carried out."""

    request: DiaryRequest


@dataclass(frozen=True, slots=True)
class DiaryFailed:
    """The diary could not be read or written; `damaged`: it was set aside and a new one begun."""

    trouble: DiaryTrouble | Literal["damaged"]
    aloud: bool = False


Event = (
    Heard
    | Key
    | PromptEnded
    | TimerFired
    | RoutineTimerFired
    | LongSilence
    | EngineFailed
    | EngineBack
    | NightChanged
    | FirstRun
    | DiaryRead
    | DiaryNoted
    | DiaryChanged
    | DiaryFailed
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


@dataclass(frozen=True, slots=True)
class NoteEpisode:
    """Store an episode, or what became of it; answered by `DiaryNoted` or `DiaryFailed`.

    `aloud`: the person asked for it, and waits to hear that it is done.
    """

    episode: Episode
    aloud: bool = False


@dataclass(frozen=True, slots=True)
class ChangeDiary:
    """Carry out a request; answered by `DiaryChanged` or `DiaryFailed`.

    `number` is the id of the entry to delete.
    """

    request: DiaryRequest
    number: int | None = None


Action = Say | StopSpeaking | Earcon | SetManner | Sleep | Goodbye | NoteEpisode | ChangeDiary
