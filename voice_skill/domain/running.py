"""What was said in the middle of a routine, and answers to the questions of its steps."""

from __future__ import annotations

from voice_skill.domain import guiding
from voice_skill.domain.answering import act
from voice_skill.domain.asking import put_again
from voice_skill.domain.knowledge import Knowledge
from voice_skill.domain.model import Decision, Understanding
from voice_skill.domain.phases import AskingStep, Idle, Paused, Run, Running, State
from voice_skill.domain.routines import CRAMP_RELIEF, at_step, branch
from voice_skill.domain.symptoms import is_leg, symptom_of
from voice_skill.domain.turns import Turn, remember, speak, to, worded

# Heard with doubt, these are done all the same: to wait or to ease off costs nothing.
_SAFE_WHEN_UNSURE = frozenset(("stop", "pause", "pain_worse", "cramp_now"))


def hear_running(
    knowledge: Knowledge,
    state: State,
    phase: Running,
    understanding: Understanding,
) -> Turn:
    """Act on what was understood; the rest is met with silence. Doubt does the careful thing."""
    intent = understanding.intent or ""
    sure = understanding.decision is Decision.ACT
    unsure = understanding.decision is Decision.CONFIRM and intent in _SAFE_WHEN_UNSURE
    if understanding.decision is Decision.CHOOSE and _may_be_stop(understanding):
        return act(knowledge, state, Understanding(Decision.ACT, "stop"))
    if not (sure or unsure):
        return to(state, phase)
    run = phase.run
    match intent:
        case "next" if isinstance(phase, Paused):  # "go on" after "wait" leaves nothing out
            return _steer(knowledge, state, phase, "resume")
        case "next" | "skip" | "previous" | "repeat":
            return guiding.move(knowledge, state, run, intent)
        case "pause" | "resume" | "slower" | "faster" | "time_left":
            return _steer(knowledge, state, phase, intent)
        case "pain_worse":
            return _hurts(knowledge, state, run)
        case "report_symptom" if _tells_of_foot_pain(understanding):
            return _hurts(knowledge, state, run)
        case "helped":
            return _better(knowledge, state, run)
        case "yes" | "no" | "not_helped":
            return to(state, phase)
        case _:
            return act(knowledge, state, understanding)


def _may_be_stop(understanding: Understanding) -> bool:
    """Whether one of the two likeliest meanings is to stop."""
    return "stop" in {candidate.intent for candidate in understanding.candidates[:2]}


def _hurts(knowledge: Knowledge, state: State, run: Run) -> Turn:
    """Ease off after the first pain, end after the second; a cramp hurts, and its relief goes on.

    So its time does, after which a cramp that stays brings its warning.
    """
    if run.routine == CRAMP_RELIEF:
        words = worded(knowledge, state.memory, "pain_cramp")
        return guiding.interject(knowledge, remember(state, hurt=True), words)
    if not run.eased:
        return guiding.ease(knowledge, state, run)
    state = remember(state, hurt=True)
    return speak(state, Idle(), worded(knowledge, state.memory, "pain_stop"))


def _tells_of_foot_pain(understanding: Understanding) -> bool:
    """Whether the part that the routine moves is said to hurt."""
    told = symptom_of(understanding)
    return told.sensation == "pain" and is_leg(told.site)


def _steer(knowledge: Knowledge, state: State, phase: Running, intent: str) -> Turn:
    """Change when or how fast the routine goes on."""
    match intent:
        case "pause":
            return guiding.pause(knowledge, state, phase.run)
        case "time_left":
            return guiding.tell_time_left(knowledge, state, phase.run)
        case "slower" | "faster":
            return guiding.change_pace(knowledge, state, slower=intent == "slower")
        case _ if isinstance(phase, Paused | AskingStep):
            return guiding.resume(knowledge, state, phase.run)
        case _:
            return to(state, phase)


def _better(knowledge: Knowledge, state: State, run: Run) -> Turn:
    """It eased in mid-routine: a cramp needs only the close, an exercise goes on gently."""
    better = worded(knowledge, state.memory, "better_midway")
    if run.routine != CRAMP_RELIEF:
        return guiding.interject(knowledge, remember(state, helped=True), better)
    state = remember(state, helped=True)
    return guiding.instruct(knowledge, state, at_step(run, len(run.steps) - 1), better)


def hear_step_answer(
    knowledge: Knowledge, state: State, phase: AskingStep, understanding: Understanding
) -> Turn:
    """Take `yes` or `no` to a step's question; a command works there too."""
    intent = understanding.intent if understanding.decision is Decision.ACT else None
    match intent:
        case "yes" | "helped":
            return answer_step(knowledge, state, phase, yes=True)
        case "no" | "not_helped":
            return answer_step(knowledge, state, phase, yes=False)
        case None if not (understanding.intent in _SAFE_WHEN_UNSURE or _may_be_stop(understanding)):
            return unanswered_step(knowledge, state, phase)
        case _:
            return hear_running(knowledge, state, phase, understanding)


def answer_step(knowledge: Knowledge, state: State, phase: AskingStep, *, yes: bool) -> Turn:
    """Follow the branch of a step's question."""
    run = branch(knowledge, phase.run, yes=yes)
    if run is None:
        return guiding.finish(knowledge, state, phase.run)
    return guiding.instruct(knowledge, state, run)


def unanswered_step(knowledge: Knowledge, state: State, phase: AskingStep) -> Turn:
    """Ask a step's question once more; then it counts as `no`."""
    if phase.question.tries > 1:
        return answer_step(knowledge, state, phase, yes=False)
    return put_again(state, phase, tries=2)
