"""Where a dialogue stands: the phases, and what is remembered of the conversation.

A phase holds just what it needs; what outlives it is in `Memory`. All are frozen values, so a
state can be compared, kept and replayed.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from voice_skill.domain.diary import Episode, Moment
from voice_skill.domain.events import DiaryRequest, Prompt
from voice_skill.domain.knowledge import Feet
from voice_skill.domain.manner import Manner
from voice_skill.domain.model import Alarm, Level, Understanding


@dataclass(frozen=True, slots=True)
class Question:
    """A question that waits for an answer.

    `tries`: how often it was asked. `waiting`: it was spoken to its end, so silence counts now.
    """

    sentences: tuple[str, ...]
    tries: int = 1
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class StepRef:
    """A step, by its routine and its own id."""

    routine: str
    step: str


@dataclass(frozen=True, slots=True)
class Run:
    """A routine under way: the planned steps, and the place in them.

    `repeat` and `beat` count from 0 within the step; `rounds` is how often a step was begun by way
    of an answer; `side` is the affected one (`left`, `right`, `both` or empty); `feet` is what was
    asked for; `eased`: it hurt once already.
    """

    routine: str
    steps: tuple[StepRef, ...]
    index: int = 0
    repeat: int = 0
    beat: int = 0
    rounds: int = 1
    side: str = ""
    feet: Feet = ""
    eased: bool = False


# ------------------------------------------------------------------ phases


@dataclass(frozen=True, slots=True)
class Asleep:
    """Only a wake phrase or a key wakes it."""


@dataclass(frozen=True, slots=True)
class Idle:
    """Nothing is asked and no routine runs."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A routine was offered."""

    routine: str
    question: Question
    feet: Feet = ""


@dataclass(frozen=True, slots=True)
class Confirming:
    """`Do you mean X?`"""

    understanding: Understanding
    question: Question


@dataclass(frozen=True, slots=True)
class Choosing:
    """`Do you mean X or Y?`: the first two candidates."""

    understanding: Understanding
    question: Question


@dataclass(frozen=True, slots=True)
class AskingSite:
    """A symptom was told without a place."""

    question: Question


@dataclass(frozen=True, slots=True)
class AskingHelped:
    """The routine is over: did it help?"""

    routine: str
    question: Question
    feet: Feet = ""


@dataclass(frozen=True, slots=True)
class AskingDiary:
    """`Shall I keep a diary?`, `Shall I delete it?`; `number` is the entry to delete."""

    request: DiaryRequest
    question: Question
    number: int | None = None


@dataclass(frozen=True, slots=True)
class AskingStep:
    """A step of a routine asks a yes/no question."""

    run: Run
    question: Question


@dataclass(frozen=True, slots=True)
class Instructing:
    """A step's instruction, or an answer in mid-step, is spoken; then the step goes on."""

    run: Run


@dataclass(frozen=True, slots=True)
class Holding:
    """A beat of a step runs; the loop derives its deadline."""

    run: Run


@dataclass(frozen=True, slots=True)
class Paused:
    """The routine waits for the person."""

    run: Run


@dataclass(frozen=True, slots=True)
class Screening:
    """Screening questions; the first of `screens` is being asked.

    After the last `no`, the dialogue goes `back` to where it was, and there takes up `pending`,
    what the person had said.
    """

    screens: tuple[str, ...]
    question: Question
    pending: Understanding | None = None
    back: Resting = field(default_factory=Idle)


@dataclass(frozen=True, slots=True)
class Urgent:
    """A warning message is spoken; `repeats` says how many times it still comes again."""

    alarm: Alarm
    repeats: int


Resting = (
    Idle
    | Offered
    | Confirming
    | Choosing
    | AskingSite
    | AskingHelped
    | AskingDiary
    | AskingStep
    | Instructing
    | Holding
    | Paused
)
"""Phases to which a screening question can go back."""

Running = Instructing | Holding | Paused | AskingStep
"""Phases of a routine under way."""

Asking = (
    Offered
    | Confirming
    | Choosing
    | AskingSite
    | AskingHelped
    | AskingDiary
    | AskingStep
    | Screening
)
"""Phases with an open question."""

Phase = Resting | Asleep | Screening | Urgent


# ------------------------------------------------------------------ memory


@dataclass(frozen=True, slots=True)
class Symptom:
    """What the person told of it, gathered over turns; `duration` in hours.

    `hints` are the ids of causes and remedies that the person's own words brought up.
    """

    site: str | None = None
    side: str | None = None
    sensation: str | None = None
    timing: str | None = None
    trigger: str | None = None
    duration: float | None = None
    hints: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class DiaryMemory:
    """What is known of the diary.

    - `available`: there is a place for one; `exists`, `kept`, `episodes`: see `DiaryRead`
    - `current`: the episode of which this conversation tells
    - `dismissed`: the symptom whose entry was deleted, which must not be noted again
    - `moment`: when something was heard last; `advised`: when the day-or-so rule was applied
    - `told`: failures that the person knows of
    """

    available: bool = False
    exists: bool = False
    kept: bool = False
    episodes: tuple[Episode, ...] = ()
    current: Episode | None = None
    dismissed: Symptom | None = None
    moment: Moment | None = None
    advised: Moment | None = None
    told: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered of the conversation.

    - `number`: of the last prompt; `last`: the last one worth repeating
    - `pace`: seconds of a routine are multiplied by it
    - `level`, `alarm`: the most serious so far, never lowered; `aged`: of an earlier conversation
    - `groups`, `screened`: special groups; screening questions answered `no`
    - `cramped`: a cramp was reported, so no toe points; `hurt`: pain was, so nothing harder
    - `no_exercise`: a screen forbade routines
    - `not_helped`: how often a routine did not help; `helped`: what was said of the last one
    - `told`: topics answered, one entry a time
    - `said`: the sentences of the last prompts, so that nothing is told twice in full
    - `owed`: screening questions put off until a cramp is relieved, or left without an answer
    - `reprompted`: the last thing heard was not understood, and that was said
    - `muted`: the microphone is off, by a key or by voice; only a key turns it on
    - `keys`: there are keys to press
    - `manner`: how it speaks and listens now; `diary`: what is known of the diary
    """

    number: int = 0
    last: Prompt | None = None
    pace: float = 1.0
    level: Level = Level.SELF_CARE
    alarm: Alarm | None = None
    aged: bool = False
    symptom: Symptom = field(default_factory=Symptom)
    groups: frozenset[str] = frozenset()
    screened: frozenset[str] = frozenset()
    cramped: bool = False
    hurt: bool = False
    no_exercise: bool = False
    not_helped: int = 0
    helped: bool | None = None
    told: tuple[str, ...] = ()
    said: tuple[tuple[str, ...], ...] = ()
    owed: tuple[str, ...] = ()
    reprompted: bool = False
    muted: bool = False
    keys: bool = True
    manner: Manner = field(default_factory=Manner)
    diary: DiaryMemory = field(default_factory=DiaryMemory)

    @property
    def warned(self) -> bool:
        """Whether a warning sign stands that forbids every routine."""
        return self.level >= Level.SAME_DAY


@dataclass(frozen=True, slots=True)
class State:
    """A dialogue at rest between two events."""

    phase: Phase = field(default_factory=Idle)
    memory: Memory = field(default_factory=Memory)


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a routine is, for a line on a terminal.

    `step` of `steps` and `count` of `of` count from 1; `count` is 0 during the instruction.
    `foot`: which one moves (`your left foot`), empty where the step is for neither.
    `seconds_left` includes the pace and an estimate of what is still to be said.
    """

    routine: str
    step: int
    steps: int
    count: int
    of: int
    paused: bool
    seconds_left: float
    foot: str = ""


def run_of(phase: Phase) -> Run | None:
    """Return the routine under way in this phase, or behind its screening question."""
    if isinstance(phase, Screening):
        return run_of(phase.back)
    return phase.run if isinstance(phase, Running) else None


def routine_of(phase: Phase) -> str:
    """Return the routine that is under way or offered in this phase; empty where there is none."""
    if isinstance(phase, Screening):
        return routine_of(phase.back)
    if isinstance(phase, Offered):
        return phase.routine
    return phase.run.routine if isinstance(phase, Running) else ""
