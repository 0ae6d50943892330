"""Guided routines: who may do them, the plan of their steps, their words and their times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from voice_skill.domain.model import Beat, Knowledge, Routine, Step
from voice_skill.domain.phases import Memory, Run, StepRef
from voice_skill.domain.spoken import filled, speaking_seconds, spoken_number
from voice_skill.domain.turns import phrase, stated

ANKLE_CIRCLES = "ankle_circles"
TOE_POINTS = "toe_points"
BOTH = "both"
CRAMP_RELIEF = "cramp_relief"

# Pointing the toes shortens the calf, which can set off a cramp: whatever the content says, these
# are not done after a cramp, nor in pregnancy.
_SHORTENING = frozenset((TOE_POINTS, BOTH))
_SHORTENING_BLOCKED_FOR = "pregnancy"


def parts_of(knowledge: Knowledge, routine_id: str) -> tuple[Routine, ...]:
    """Return the routines whose steps make up a routine; `both` may be made of the two."""
    routine = knowledge.routines.get(routine_id)
    if routine is not None and routine.steps:
        return (routine,)
    if routine_id == BOTH:
        return tuple(
            knowledge.routines[i] for i in (ANKLE_CIRCLES, TOE_POINTS) if i in knowledge.routines
        )
    return ()


def blocked_by(knowledge: Knowledge, memory: Memory, routine_id: str) -> str | None:
    """Return what forbids a routine: `alarm`, `no_exercise`, `cramp`, a group's id; or None."""
    if memory.warned:
        return "alarm"
    if memory.no_exercise:
        return "no_exercise"
    parts = parts_of(knowledge, routine_id)
    guards = {guard for part in parts for guard in part.guard}
    if memory.cramped and ("cramp" in guards or routine_id in _SHORTENING):
        return "cramp"
    for group_id in sorted(memory.groups):
        group = knowledge.groups.get(group_id)
        blocks = set(group.blocks) if group else set()
        blocked = {"all", routine_id, *(part.id for part in parts)} & blocks
        shortens = group_id == _SHORTENING_BLOCKED_FOR and routine_id in _SHORTENING
        if blocked or group_id in guards or shortens:
            return group_id
    return None


def planned(knowledge: Knowledge, memory: Memory, routine_id: str) -> Run:
    """Return a run at its first step.

    Left out are steps that a special group skips, and those for the other foot when both are meant.
    """
    side = memory.symptom.side or ""
    steps = tuple(
        StepRef(part.id, step.id)
        for part in parts_of(knowledge, routine_id)
        for step in part.steps
        if not memory.groups & set(step.skip_if) and not (side == BOTH and step.side == "other")
    )
    return Run(routine_id, steps, side=side)


def step_of(knowledge: Knowledge, run: Run) -> Step:
    """Return the step where the run is."""
    return _step(knowledge, run.steps[run.index])


def _step(knowledge: Knowledge, ref: StepRef) -> Step:
    return knowledge.routines[ref.routine].step(ref.step)


def at_step(run: Run, index: int) -> Run:
    """Return the run at the beginning of another of its steps."""
    return replace(run, index=index, repeat=0, beat=0)


def branch(knowledge: Knowledge, run: Run, *, yes: bool) -> Run | None:
    """Return where an answer to the step's question leads; None when that ends the routine.

    `no` goes back to the step it names, else to the one before the question, as often as that
    step's `repeat_up_to` allows; after that, forward. A step that was left out of the plan gives
    way to the one that follows it.
    """
    step = step_of(knowledge, run)
    index = _index_of(knowledge, run, step.on_yes if yes else step.on_no)
    if not yes:
        back = index if index is not None and index < run.index else run.index - 1
        if back >= 0 and _step(knowledge, run.steps[back]).repeat_up_to > run.rounds:
            return replace(at_step(run, back), rounds=run.rounds + 1)
    if index is None or index <= run.index:
        index = run.index + 1
    return replace(at_step(run, index), rounds=1) if index < len(run.steps) else None


def _index_of(knowledge: Knowledge, run: Run, step_id: str) -> int | None:
    routine = run.steps[run.index].routine
    order = [step.id for step in knowledge.routines[routine].steps]
    if step_id not in order:
        return None
    wanted = order[order.index(step_id) :]
    return next(
        (i for i, ref in enumerate(run.steps) if ref.routine == routine and ref.step in wanted),
        None,
    )


def next_beat(knowledge: Knowledge, run: Run) -> Run | None:
    """Return the run one beat on within its step; None when the step is over."""
    step = step_of(knowledge, run)
    if run.beat + 1 < len(step.beats):
        return replace(run, beat=run.beat + 1)
    if run.repeat + 1 < step.count and step.beats:
        return replace(run, repeat=run.repeat + 1, beat=0)
    return None


# ------------------------------------------------------------------ words


def _foot(knowledge: Knowledge, run: Run, step: Step) -> str:
    """Name the foot of a step: `your left foot`, `your other foot`."""
    if BOTH in (run.side, step.side):
        return phrase(knowledge, "foot_both")
    sides = ("left", "right") if step.side != "other" else ("right", "left")
    named = dict(zip(("left", "right"), sides, strict=True)).get(run.side)
    unnamed = "foot_other" if step.side == "other" else "foot_affected"
    return phrase(knowledge, f"foot_{named}" if named else unnamed)


def step_sentences(knowledge: Knowledge, run: Run) -> tuple[str, ...]:
    """Return the instruction of the step where the run is."""
    step = step_of(knowledge, run)
    names = {"foot": _foot(knowledge, run, step), "count": spoken_number(step.count)}
    return stated(knowledge, step.say, **names)


def step_question(knowledge: Knowledge, run: Run) -> tuple[str, ...]:
    """Return the question of the step where the run is; empty when it asks nothing."""
    step = step_of(knowledge, run)
    return stated(knowledge, (step.ask,), foot=_foot(knowledge, run, step))


def beat_sentences(knowledge: Knowledge, run: Run) -> tuple[str, ...]:
    """Return what is said as the beat begins; {elapsed} is the seconds counted so far, unless 0."""
    step = step_of(knowledge, run)
    beat = step.beats[run.beat]
    elapsed = run.repeat * sum(b.seconds for b in step.beats)
    elapsed += sum(b.seconds for b in step.beats[: run.beat])
    if "{elapsed}" in beat.say and elapsed < 1:
        return ()
    names = {"count": spoken_number(run.repeat + 1), "elapsed": spoken_number(round(elapsed))}
    return stated(knowledge, (beat.say,), foot=_foot(knowledge, run, step), **names)


def last_count(knowledge: Knowledge, run: Run) -> tuple[str, ...]:
    """Return the seconds that a step has counted to, said as it ends; empty if it counts none."""
    step = step_of(knowledge, run)
    if not any("{elapsed}" in beat.say for beat in step.beats):
        return ()
    return (filled(f"{spoken_number(round(beats_seconds(step)))}.", {}),)


# ------------------------------------------------------------------ times


def beat_of(knowledge: Knowledge, run: Run) -> Beat:
    """Return the beat where the run is."""
    return step_of(knowledge, run).beats[run.beat]


def beats_seconds(step: Step) -> float:
    """Return how long all beats of a step take at pace 1."""
    return step.count * sum(beat.seconds for beat in step.beats)


def seconds_left(knowledge: Knowledge, memory: Memory, run: Run) -> float:
    """Estimate how long a run still takes: its beats at the pace, and what is still to be said."""
    return sum(_left(knowledge, memory, run))


def _left(knowledge: Knowledge, memory: Memory, run: Run) -> Iterator[float]:
    step = step_of(knowledge, run)
    done = run.repeat * sum(b.seconds for b in step.beats)
    done += sum(b.seconds for b in step.beats[: run.beat])
    yield memory.pace * (beats_seconds(step) - done)
    for ref in run.steps[run.index + 1 :]:
        step = _step(knowledge, ref)
        yield memory.pace * beats_seconds(step)
        yield speaking_seconds((*step.say, step.ask))
