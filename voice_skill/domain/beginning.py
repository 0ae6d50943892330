"""How a routine comes to run: asked for, offered, or another version of it wanted.

Not while a warning stands, nor what is blocked, and screened first.
"""

from __future__ import annotations

from typing import get_args

from voice_skill.domain import guiding, warning
from voice_skill.domain.advice import offered_routine
from voice_skill.domain.asking import screen, stay, unanswered
from voice_skill.domain.diary_notes import advice_due, advised
from voice_skill.domain.earlier import owed
from voice_skill.domain.knowledge import Feet, Knowledge
from voice_skill.domain.model import Decision, Slot, Understanding
from voice_skill.domain.offering import offer
from voice_skill.domain.phases import (
    AskingHelped,
    Idle,
    Offered,
    Phase,
    Run,
    Running,
    State,
    routine_of,
)
from voice_skill.domain.routines import (
    ANKLE_CIRCLES,
    BOTH,
    CRAMP_RELIEF,
    blocked_by,
    moved,
    parts_of,
)
from voice_skill.domain.symptoms import with_side
from voice_skill.domain.turns import Turn, remember, speak, stated, worded
from voice_skill.domain.variants import easier, family, harder, harder_forbidden, version

Sentences = tuple[str, ...]

_REASON_SENTENCES = 2
"""So many of a group's sentences say why something is not offered to it."""


def instead(knowledge: Knowledge, state: State, blocked: str, before: Sentences) -> Turn:
    """Offer the nearest to a routine that is not allowed: its plain version, toes up, circles."""
    base = family(knowledge, blocked)
    routine = knowledge.routines.get(blocked)
    near: tuple[str | None, ...] = (base, version(knowledge, base, "toes_up"), ANKLE_CIRCLES)
    feet: Feet = ""
    if routine is not None and routine.one_foot:
        near, feet = (version(knowledge, ANKLE_CIRCLES, "easier"), *near), "one"
    for other in near:
        known = other in knowledge.routines and other != blocked
        if other and known and not blocked_by(knowledge, state.memory, other):
            return offer(knowledge, state, other, before, feet)
    return speak(state, Idle(), before)


def say_lesser_sign(knowledge: Knowledge, state: State, message: Sentences) -> Turn:
    """Say a sign that interrupts nothing; a harder exercise that was offered or runs gets lighter.

    It is remembered already.
    """
    offered = state.phase.routine if isinstance(state.phase, Offered) else ""
    if offered and blocked_by(knowledge, state.memory, offered):
        return instead(knowledge, state, offered, message)
    return guiding.lighten(knowledge, state, message) or stay(knowledge, state, message)


def begin(knowledge: Knowledge, state: State, routine_id: str, feet: Feet = "") -> Turn:
    """Start a routine, or say why not and what may be done instead."""
    memory = state.memory
    parts = parts_of(knowledge, routine_id)
    if not any(part.steps for part in parts):
        return stay(knowledge, state, worded(knowledge, memory, "unknown_yet"))
    blocked = blocked_by(knowledge, memory, routine_id)
    if blocked == "alarm":
        return warning.remind(knowledge, state)
    if routine_id == CRAMP_RELIEF and blocked in ("no_exercise", "surgery_or_injury"):
        return speak(state, Idle(), worded(knowledge, memory, "no_stretch"))
    if blocked == "no_exercise":
        return speak(state, Idle(), worded(knowledge, memory, "no_exercise"))
    if blocked:
        return instead(knowledge, state, routine_id, _because(knowledge, state, blocked))
    screens = (*owed(knowledge, memory), *unanswered(knowledge, state))
    if screens and any(part.screened for part in parts):
        slots = (Slot("routine", routine_id, routine_id), Slot("feet", feet, feet))
        pending = Understanding(Decision.ACT, "start_exercise", slots)
        return screen(knowledge, remember(state, owed=()), screens, pending, Idle())
    return guiding.start(knowledge, state, routine_id, feet=feet)


def _because(knowledge: Knowledge, state: State, blocked: str) -> Sentences:
    group = knowledge.groups.get(blocked)
    if group is not None:
        return stated(knowledge, group.say)[:_REASON_SENTENCES]
    prompt_id = "no_harder" if blocked == "harder" else "blocked_cramp"
    return worded(knowledge, state.memory, prompt_id)


# ------------------------------------------------------------------ asked for


def asked_for(knowledge: Knowledge, state: State, understanding: Understanding) -> Turn:
    """Begin the routine that was asked for; without a name, another version of the one at hand."""
    named = understanding.slot("routine")
    variant = str(understanding.slot("variant") or "")
    feet = _feet(understanding)
    side = understanding.slot("side")
    if side in ("left", "right"):
        state = remember(state, symptom=with_side(state.memory.symptom, str(side)))
    if named is None and (variant or feet) and isinstance(state.phase, Running):
        return _change(knowledge, state, state.phase, variant, feet)
    asked = str(named or _at_hand(knowledge, state.phase))
    wanted = asked if not variant else _version(knowledge, asked, variant, named is not None)
    if wanted is None:
        return stay(knowledge, state, worded(knowledge, state.memory, "no_version"))
    return begin(knowledge, state, wanted, feet)


def _feet(understanding: Understanding) -> Feet:
    feet = understanding.slot("feet")
    return next((each for each in get_args(Feet) if each == feet), "")


def _at_hand(knowledge: Knowledge, phase: Phase) -> str:
    """Return the routine that is offered, under way or just over; ankle circles by default."""
    routine = phase.routine if isinstance(phase, AskingHelped) else routine_of(phase)
    return routine if routine and routine != CRAMP_RELIEF else ANKLE_CIRCLES


def _version(knowledge: Knowledge, asked: str, variant: str, named: bool) -> str | None:
    """Return the version of a routine that was asked for; `harder` of the easier is the plain."""
    match variant:
        case "easier" if named:
            return version(knowledge, family(knowledge, asked), "easier")
        case "easier":
            return easier(knowledge, asked)
        case "harder" if named:
            return version(knowledge, family(knowledge, asked), "harder")
        case "harder":
            return harder(knowledge, asked)
        case "short":
            return version(knowledge, BOTH, "short")
        case "toes_up":
            return version(knowledge, family(knowledge, asked), "toes_up")
        case _:
            return None


def _change(knowledge: Knowledge, state: State, phase: Running, variant: str, feet: Feet) -> Turn:
    """Go on with another version of the routine under way, from the step where it is."""
    run: Run = phase.run
    if variant == "short":
        return begin(knowledge, state, version(knowledge, BOTH, "short") or run.routine)
    if run.routine == CRAMP_RELIEF:
        return stay(knowledge, state, worded(knowledge, state.memory, "no_version"))
    wanted = _version(knowledge, run.routine, variant, named=False) if variant else run.routine
    if wanted is None:
        if variant == "easier":
            return guiding.change_pace(knowledge, state, slower=True)
        return stay(knowledge, state, worded(knowledge, state.memory, "no_version"))
    too_much = variant == "harder" and harder_forbidden(state.memory)
    if too_much or blocked_by(knowledge, state.memory, wanted):
        return stay(knowledge, state, worded(knowledge, state.memory, "no_harder"))
    other = moved(knowledge, state.memory, run, wanted, feet or run.feet)
    return guiding.change_over(knowledge, state, other)


# ------------------------------------------------------------------ afterwards


def glad(knowledge: Knowledge, state: State) -> Turn:
    """It helped; the advice of the diary's rule is due all the same."""
    due = advice_due(knowledge, state.memory)
    sentences = worded(knowledge, state.memory, "glad")
    if due:
        state, sentences = advised(state), (*sentences[:1], *due[1:])
    return speak(remember(state, helped=True), Idle(), sentences)


def not_helped(knowledge: Knowledge, state: State, routine_id: str, feet: Feet = "") -> Turn:
    """After the first time offer another round; after the second name whom to see."""
    memory = state.memory
    times = memory.not_helped + 1
    state = remember(state, not_helped=times, helped=False)
    if memory.warned:
        return warning.remind(knowledge, state)
    if times >= 2:
        return speak(state, Idle(), worded(knowledge, memory, "not_helped_twice"))
    again = routine_id or offered_routine(knowledge, memory) or ""
    before = worded(knowledge, memory, "not_helped_once")
    if again not in knowledge.routines or blocked_by(knowledge, memory, again):
        return speak(state, Idle(), before)
    return offer(knowledge, state, again, before, feet)
