"""Who has the floor when a person speaks over the assistant: a pure state machine.

A voice over the assistant's own makes it stand still; what was said is taken down. If it is
understood the dialogue takes it up, and the old speech gives way. If not, or if it was nothing, the
assistant goes on where it was. Where that happens again and again (an echo that cannot be taken
out, a television) it leaves off for a while: then it listens in the gaps alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto


class Floor(Enum):
    """Whose turn it is."""

    FREE = auto()
    """The assistant is silent: what is said is an ordinary turn."""
    OURS = auto()
    """The assistant speaks, and nobody else."""
    TAKEN = auto()
    """Somebody speaks over it: it stands still and listens."""
    JUDGED = auto()
    """They have ended: it stands still until it is known what was said."""
    SHARED = auto()
    """Somebody goes on for ever: it speaks again, and what they say is still taken down."""


@dataclass(frozen=True, slots=True)
class Block:
    """A block of sound was heard.

    `sounding`: the assistant speaks. `voice`: an utterance is going on; `waits`: and the assistant
    should wait for it. `ended`: one was handed over.
    """

    sounding: bool
    voice: bool
    waits: bool
    ended: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was said over the assistant was judged."""

    understood: bool


@dataclass(frozen=True, slots=True)
class Lost:
    """Nothing is heard any more: a device was lost."""


Event = Block | Verdict | Lost


class Order(Enum):
    """What the player should do."""

    PAUSE = auto()
    RESUME = auto()


@dataclass(frozen=True, slots=True)
class BargeInSettings:
    """Counts of blocks of 20 ms.

    After `most_strikes` interruptions that came to nothing, with less than `forgiving_blocks` of
    own speech without one between them, barge-in rests for `resting_blocks`; the next time for
    twice as long, and so on up to `most_rests` times, until somebody is understood again.
    """

    most_strikes: int = 4
    forgiving_blocks: int = 3_000
    resting_blocks: int = 1_000
    most_rests: int = 4


@dataclass(frozen=True, slots=True)
class BargeIn:
    """The state: who has the floor, and how often it was taken for nothing."""

    floor: Floor = Floor.FREE
    strikes: int = 0
    calm: int = 0
    resting: int = 0
    rests: int = 0

    @property
    def over_speech(self) -> bool:
        """Whether the utterance that is going on was begun over the assistant's own voice."""
        return self.floor in (Floor.TAKEN, Floor.SHARED)

    @property
    def stands_still(self) -> bool:
        """Whether the player was told to pause."""
        return self.floor in (Floor.TAKEN, Floor.JUDGED)


def step(
    state: BargeIn, event: Event, settings: BargeInSettings | None = None
) -> tuple[BargeIn, Order | None]:
    """Return the state after an event, and what the player should do now."""
    settings = settings or BargeInSettings()
    match event:
        case Lost():
            order = Order.RESUME if state.stands_still else None
            return replace(state, floor=Floor.FREE), order
        case Verdict(understood):
            if state.floor is not Floor.JUDGED:
                return state, None  # somebody speaks again, or it never stood still
            if understood:
                return replace(state, floor=Floor.FREE, strikes=0, calm=0, rests=0), Order.RESUME
            return _struck(replace(state, floor=Floor.OURS), settings), Order.RESUME
        case Block():
            return _heard(_aged(state, settings), event, settings)


def _heard(state: BargeIn, block: Block, settings: BargeInSettings) -> tuple[BargeIn, Order | None]:
    match state.floor:
        case Floor.FREE | Floor.OURS:
            if block.sounding and block.waits and not state.resting:
                return replace(state, floor=Floor.TAKEN), Order.PAUSE
            return replace(state, floor=_unspoken_floor(block)), None
        case Floor.TAKEN:
            if block.ended:
                return replace(state, floor=Floor.JUDGED), None
            if block.waits:
                return state, None
            floor = Floor.SHARED if block.voice else Floor.OURS
            return _struck(replace(state, floor=floor), settings), Order.RESUME
        case Floor.JUDGED:
            return (replace(state, floor=Floor.TAKEN) if block.waits else state), None
        case Floor.SHARED:
            if block.voice and not block.ended:
                return state, None
            return replace(state, floor=_unspoken_floor(block)), None


def _unspoken_floor(block: Block) -> Floor:
    if not block.sounding:
        return Floor.FREE
    return Floor.SHARED if block.voice else Floor.OURS


def _aged(state: BargeIn, settings: BargeInSettings) -> BargeIn:
    """A block has gone by: rest a little less; a while of undisturbed speech is forgiving."""
    if state.resting:
        return replace(state, resting=state.resting - 1)
    if state.floor is not Floor.OURS or not state.strikes:
        return state
    if state.calm + 1 >= settings.forgiving_blocks:
        return replace(state, strikes=0, calm=0)
    return replace(state, calm=state.calm + 1)


def _struck(state: BargeIn, settings: BargeInSettings) -> BargeIn:
    """The assistant stood still for nothing."""
    if state.strikes + 1 >= settings.most_strikes:
        rests = min(state.rests + 1, settings.most_rests)
        blocks = settings.resting_blocks << (rests - 1)
        return replace(state, strikes=0, calm=0, resting=blocks, rests=rests)
    return replace(state, strikes=state.strikes + 1, calm=0)
