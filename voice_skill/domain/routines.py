"""Guided routines: who may do them, the plan of their steps, their words and their times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from voice_skill.domain.knowledge import Beat, Feet, Knowledge, Routine, Step
from voice_skill.domain.phases import Memory, Run, StepRef
from voice_skill.domain.spoken import filled, speaking_seconds, spoken_number
from voice_skill.domain.turns import phrase, stated
from voice_skill.domain.variants import family, harder_forbidden, is_harder, points_away, version

ANKLE_CIRCLES = "ankle_circles"
TOE_POINTS = "toe_points"
BOTH = "both"
CRAMP_RELIEF = "cramp_relief"

# Pointing the toes shortens the calf, which can set off a cramp: whatever the content says, these
# are not done after a cramp, nor in pregnancy.
_SHORTENING_BLOCKED_FOR = "pregnancy"

_LONG_COUNT = 6
"""From this many repeats on, where it is in the count is said."""


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
    """Return what forbids a routine: `alarm`, `no_exercise`, `cramp`, a group's id, `harder`.

    None: nothing does.
    """
    if memory.warned:
        return "alarm"
    if memory.no_exercise:
        return "no_exercise"
    parts = parts_of(knowledge, routine_id)
    guards = {guard for part in parts for guard in part.guard}
    shortening = any(points_away(part, family(knowledge, part.id)) for part in parts)
    if memory.cramped and ("cramp" in guards or shortening):
        return "cramp"
    for group_id in sorted(memory.groups):
        group = knowledge.groups.get(group_id)
        blocks = set(group.blocks) if group else set()
        blocked = {"all", *_names(knowledge, routine_id), *(part.id for part in parts)} & blocks
        shortens = group_id == _SHORTENING_BLOCKED_FOR and shortening
        if blocked or group_id in guards or shortens:
            return group_id
    if harder_forbidden(memory) and is_harder(knowledge, routine_id):
        return "harder"
    return None


def _names(knowledge: Knowledge, routine_id: str) -> set[str]:
    """Return the ids that forbid a routine when a group blocks them: those of its plain version."""
    base = family(knowledge, routine_id)
    is_other = routine_id == version(knowledge, base, "toes_up")
    return {routine_id} if is_other else {routine_id, base}


def planned(knowledge: Knowledge, memory: Memory, routine_id: str, feet: Feet = "") -> Run:
    """Return a run at its first step.

    Left out are steps that a special group skips, and those for the other foot when one alone or
    both at once are meant.
    """
    told = memory.symptom.side or ""
    side = {"": told, "one": "" if told == BOTH else told, "both": BOTH}[feet]
    routine = knowledge.routines.get(routine_id)
    together = side == BOTH or feet == "one" or (routine is not None and routine.one_foot)
    steps = tuple(
        StepRef(part.id, step.id)
        for part in parts_of(knowledge, routine_id)
        for step in part.steps
        if not memory.groups & set(step.skip_if) and not (together and step.side == "other")
    )
    return Run(routine_id, steps, side=side, feet=feet)


def moved(knowledge: Knowledge, memory: Memory, run: Run, routine_id: str, feet: Feet) -> Run:
    """Return a run of another version at the step that takes the place of the present one.

    It has the same id, or that of a counted step still to come for the same foot; else it is the
    first counted step for that foot, else the first.
    """
    new = planned(knowledge, memory, routine_id, feet)
    here = step_of(knowledge, run)
    ahead = [_step(knowledge, ref) for ref in run.steps[run.index + 1 :]]
    if here.side == "other" and feet and not run.feet:
        names = [step.id for step in ahead]  # the one foot is done: what comes after both
    else:
        names = [here.id, *(s.id for s in ahead if s.count > 1 and s.side == here.side)]
    order = {ref.step: index for index, ref in reversed(list(enumerate(new.steps)))}
    counted = [(i, s) for i, s in enumerate(_steps(knowledge, new)) if s.count > 1]
    places = [order[name] for name in names if name in order]
    places += [i for side in (here.side, "affected", "both") for i, s in counted if s.side == side]
    return replace(at_step(new, places[0] if places else 0), eased=run.eased)


def _steps(knowledge: Knowledge, run: Run) -> list[Step]:
    return [_step(knowledge, ref) for ref in run.steps]


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


def foot_of(knowledge: Knowledge, run: Run) -> str:
    """Name the foot that the present step is for; empty where it is for neither."""
    step = step_of(knowledge, run)
    return _foot(knowledge, run, step) if step.side else ""


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


def beat_sentences(knowledge: Knowledge, run: Run, *, plainly: bool = False) -> tuple[str, ...]:
    """Return what is said as the beat begins; {elapsed} is the seconds counted so far, unless 0.

    A long count says where it is half done and which is the last; `plainly` leaves that out.
    """
    step = step_of(knowledge, run)
    beat = step.beats[run.beat]
    elapsed = run.repeat * sum(b.seconds for b in step.beats)
    elapsed += sum(b.seconds for b in step.beats[: run.beat])
    if "{elapsed}" in beat.say and elapsed < 1:
        return ()
    count = spoken_number(run.repeat + 1)
    if not plainly:
        count = _milestone(knowledge, step, run.repeat + 1).format(count=count)
    names = {"count": count, "elapsed": spoken_number(round(elapsed))}
    return stated(knowledge, (beat.say,), foot=_foot(knowledge, run, step), **names)


def _milestone(knowledge: Knowledge, step: Step, count: int) -> str:
    if step.count < _LONG_COUNT or count not in (step.count // 2, step.count):
        return "{count}"
    return phrase(knowledge, "count_last" if count == step.count else "count_half")


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
