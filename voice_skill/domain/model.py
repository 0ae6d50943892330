"""The nouns of what is heard: hypotheses, utterances, and what they mean.

Frozen values of the standard library only; what the assistant knows is in `knowledge.py`.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import Literal, get_args

Decoder = Literal["domain", "open", "exact", "text"]
"""Who produced a hypothesis; `text` is typed, not heard."""

DialogueState = Literal["idle", "offer", "routine"]
"""The three situations that decide which sentences are legal (see `dialogue.listening_state`)."""

Answer = Literal["plain", "refusal"]
"""A plain yes or no, or one that puts off or refuses what was offered ("not now")."""

ANSWERS: tuple[Answer, ...] = get_args(Answer)

WAKE = "wake"
"""The intent of a wake phrase alone; content states its phrases, not its sentences."""

SOUND = "sound"
"""The intent of a sound that says nothing (`oh`, `ah`): nobody is asked to say it again."""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One transcript of an utterance.

    `score` is the decoder's log score (higher is better, comparable only between hypotheses of
    the same audio); `frames` is the utterance's length in 30 ms frames, 0 for typed text.
    """

    text: str
    decoder: Decoder
    score: float = 0.0
    frames: int = 0


@dataclass(frozen=True, slots=True)
class Utterance:
    """All hypotheses for one stretch of speech, best first within each decoder.

    `start` and `end` are seconds on the conversation's clock. `moment` is the local wall time that
    `since monday` is counted to; None where it is not known. `cut`: it was going on when the
    microphone opened, so its first words may be missing ("stop now please" is "please").
    """

    hypotheses: tuple[Hypothesis, ...]
    state: DialogueState = "idle"
    start: float = 0.0
    end: float = 0.0
    moment: datetime.datetime | None = None
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """A value in a sentence: `site` = `toe`, from the words `big toe`; `duration` is in hours."""

    name: str
    value: str | float
    text: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """An intent that a sentence may mean, with a confidence between 0 and 1."""

    intent: str
    confidence: float


class Decision(Enum):
    """What to do with an utterance."""

    URGENT = "urgent"
    ACT = "act"
    CONFIRM = "confirm"
    CHOOSE = "choose"
    REJECT = "reject"


class Level(IntEnum):
    """How serious a sign is; the highest of a conversation wins and is never lowered."""

    SELF_CARE = 1
    SEE_SOON = 2
    SAME_DAY = 3
    EMERGENCY_NOW = 4


@dataclass(frozen=True, slots=True)
class Alarm:
    """A warning sign that a rule found: the rule's id, its level, and the words that fired it."""

    id: str
    level: Level
    signs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Understanding:
    """What an utterance means.

    - URGENT: `alarm` is set; nothing else counts.
    - ACT: do `intent` with `slots`; with `screen` set, put that question when it is done (a cramp).
    - CONFIRM: `intent` is likely, ask before acting; or, when `screen` is set, ask that screening
      question first (an alarm word without a rule; `alarm` is None then).
    - CHOOSE: the first two `candidates` are too close, ask which.
    - REJECT: not understood, or not for us.

    `text` is the hypothesis that decided, `why` the reasons in the order they were weighed.
    `legal`: the whole utterance was a sentence of the templates, beyond doubt; a screening question
    may come first all the same. `woken`: it held a wake phrase; alone that is ACT on `WAKE`.
    `about`: what a question tells of a symptom (`why does my toe twitch`), beside its own slots.
    `cut`: the beginning may be missing. `answer`: what the sentence is as an answer, by its
    template: only a `plain` one settles a question about a warning sign or deletes anything.
    """

    decision: Decision
    intent: str | None = None
    slots: tuple[Slot, ...] = ()
    confidence: float = 0.0
    candidates: tuple[Candidate, ...] = ()
    alarm: Alarm | None = None
    screen: str | None = None
    text: str = ""
    why: tuple[str, ...] = ()
    legal: bool = False
    woken: bool = False
    about: tuple[Slot, ...] = ()
    cut: bool = False
    answer: Answer | None = None

    def slot(self, name: str) -> str | float | None:
        """Value of the first slot of that name, or None."""
        return next((s.value for s in self.slots if s.name == name), None)
