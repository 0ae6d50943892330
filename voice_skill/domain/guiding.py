"""A routine under way: instructions, beats, pauses, and words said in the middle of it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from voice_skill.domain.diary_notes import advice_due, advised
from voice_skill.domain.events import Action
from voice_skill.domain.knowledge import Feet, Knowledge
from voice_skill.domain.phases import (
    AskingHelped,
    AskingStep,
    Holding,
    Idle,
    Instructing,
    Paused,
    Run,
    Running,
    State,
)
from voice_skill.domain.routines import (
    at_step,
    beat_sentences,
    blocked_by,
    last_count,
    moved,
    next_beat,
    planned,
    seconds_left,
    step_of,
    step_question,
    step_sentences,
)
from voice_skill.domain.spoken import spoken_number, spoken_seconds
from voice_skill.domain.turns import SENTENCE_LIMIT, Turn, ask, remember, speak, stated, worded
from voice_skill.domain.variants import easiest, family

Sentences = tuple[str, ...]


def start(knowledge: Knowledge, state: State, routine_id: str, *, feet: Feet = "") -> Turn:
    """Begin a routine that nothing forbids, with its first step."""
    state = remember(state, helped=None)
    run = planned(knowledge, state.memory, routine_id, feet)
    before: Sentences = ()
    if knowledge.routines[run.steps[0].routine].screened:
        disclaimer = knowledge.facts.get("disclaimer_exercise")
        before = stated(knowledge, disclaimer.say) if disclaimer else ()
    return instruct(knowledge, state, run, before)


def instruct(knowledge: Knowledge, state: State, run: Run, before: Sentences = ()) -> Turn:
    """Say the instruction of the run's step, or put its question.

    A step that a group leaves out, told since the run was planned, is passed over.
    """
    if state.memory.groups & set(step_of(knowledge, run).skip_if):
        return advance(knowledge, state, run)
    sentences = before + step_sentences(knowledge, run)
    question = step_question(knowledge, run)
    if question:
        return ask(state, partial(AskingStep, run), question, sentences)
    if not sentences:
        return hold(knowledge, state, run)
    return speak(state, Instructing(run), sentences, "instruction")


def hold(knowledge: Knowledge, state: State, run: Run) -> Turn:
    """Begin the beat of the run; a step without beats is over with its instruction."""
    if not step_of(knowledge, run).beats:
        return advance(knowledge, state, run)
    hushed = state.memory.manner.hushed
    return speak(state, Holding(run), beat_sentences(knowledge, run, plainly=hushed), "count")


def tick(knowledge: Knowledge, state: State, run: Run) -> Turn:
    """Go on after a beat: to the next beat, repeat or step."""
    following = next_beat(knowledge, run)
    if following is None:
        return advance(knowledge, state, run, last_count(knowledge, run))
    return hold(knowledge, state, following)


def advance(knowledge: Knowledge, state: State, run: Run, before: Sentences = ()) -> Turn:
    """Go to the next step; after the last one ask whether it helped."""
    if run.index + 1 < len(run.steps):
        return instruct(knowledge, state, at_step(run, run.index + 1), before)
    return finish(knowledge, state, run, before)


def finish(knowledge: Knowledge, state: State, run: Run, before: Sentences = ()) -> Turn:
    """Close the routine and ask whether it helped; at night, let the person fall asleep.

    A screening question that was put off for the routine's sake is asked at night, too.
    """
    memory = state.memory
    if memory.manner.hushed and not memory.owed:
        due = advice_due(knowledge, memory)
        if due:
            said = (*due[1:], *worded(knowledge, memory, "rest_now"))
            return speak(advised(state), Idle(), said)
        return rest(knowledge, state)
    return ask(
        state,
        partial(AskingHelped, run.routine, feet=run.feet),
        worded(knowledge, memory, "ask_helped"),
        before + worded(knowledge, memory, "done"),
    )


def rest(knowledge: Knowledge, state: State) -> Turn:
    """End softly, with a few low words and then silence."""
    return speak(state, Idle(), worded(knowledge, state.memory, "rest_now"), "soft")


def interject(knowledge: Knowledge, state: State, sentences: Sentences, *actions: Action) -> Turn:
    """Say something in the middle of a routine, which then goes on where it was.

    An instruction that was cut off comes again; in a step the present repeat begins anew; a pause
    stays a pause; a question of a step is put again.
    """
    phase = state.phase
    assert isinstance(phase, Running)
    match phase:
        case Paused():
            return speak(state, phase, sentences, "answer", *actions)
        case AskingStep(run, question):
            again = partial(AskingStep, run)
            tries = question.tries
            return ask(state, again, question.sentences, sentences, *actions, tries=tries)
        case Instructing(run) | Holding(run):
            anew = replace(run, beat=0)
            if isinstance(phase, Instructing) and run.repeat == 0:
                sentences += step_sentences(knowledge, run)
            return speak(state, Instructing(anew), sentences, "instruction", *actions)


def pause(knowledge: Knowledge, state: State, run: Run) -> Turn:
    """Stop the beats until the person goes on."""
    return speak(state, Paused(run), worded(knowledge, state.memory, "paused"))


def resume(knowledge: Knowledge, state: State, run: Run, prompt_id: str = "resumed") -> Turn:
    """Go on where the routine was: with the instruction, the question, or the present repeat."""
    sentences = worded(knowledge, state.memory, prompt_id)
    if run.repeat == 0 or not step_of(knowledge, run).beats:
        return instruct(knowledge, state, replace(run, beat=0), sentences)
    return speak(state, Instructing(replace(run, beat=0)), sentences, "instruction")


def change_pace(knowledge: Knowledge, state: State, *, slower: bool) -> Turn:
    """Take the next slower or faster pace, say so, and go on."""
    memory = state.memory
    paces = knowledge.paces
    others = [p for p in paces if (p > memory.pace if slower else p < memory.pace)]
    if not others:
        return interject(
            knowledge, state, worded(knowledge, memory, "slowest" if slower else "fastest")
        )
    paced = remember(state, pace=others[0] if slower else others[-1])
    return interject(knowledge, paced, worded(knowledge, memory, "slower" if slower else "faster"))


def move(knowledge: Knowledge, state: State, run: Run, intent: str) -> Turn:
    """Carry out `next`, `skip`, `previous` or `repeat`."""
    if intent in ("next", "skip"):
        return advance(knowledge, state, replace(run, rounds=1))
    if intent == "repeat":
        return instruct(knowledge, state, at_step(run, run.index))
    if run.index == 0:
        first = worded(knowledge, state.memory, "first_step")
        return instruct(knowledge, state, at_step(run, 0), first)
    return instruct(knowledge, state, at_step(run, run.index - 1))


def tell_time_left(knowledge: Knowledge, state: State, run: Run) -> Turn:
    """Say how long the routine still takes, and which step it is at."""
    sentences = worded(
        knowledge,
        state.memory,
        "time_left",
        time=spoken_seconds(seconds_left(knowledge, state.memory, run)),
        step=spoken_number(run.index + 1),
        steps=spoken_number(len(run.steps)),
    )
    return interject(knowledge, state, sentences)


def change_over(knowledge: Knowledge, state: State, run: Run) -> Turn:
    """Go on with another plan of the routine under way: in the same step from the same repeat."""
    phase = state.phase
    assert isinstance(phase, Running)
    words = worded(knowledge, state.memory, "other_version")
    if isinstance(phase, Paused):
        return speak(state, Paused(run), words)
    if run.steps[run.index] == phase.run.steps[phase.run.index]:
        same = replace(run, repeat=phase.run.repeat)
        return interject(knowledge, State(replace(phase, run=same), state.memory), words)
    fits = len(words) + len(step_sentences(knowledge, run)) <= SENTENCE_LIMIT
    return instruct(knowledge, state, run, words if fits else ())


def ease(knowledge: Knowledge, state: State, run: Run) -> Turn:
    """After the first pain: slower and smaller, in the easier version where there is one."""
    phase = state.phase
    assert isinstance(phase, Running)
    memory = state.memory
    slower = [pace for pace in knowledge.paces if pace > memory.pace]
    memory = replace(memory, pace=slower[0] if slower else memory.pace, hurt=True)
    eased = replace(run, eased=True)
    other = easiest(knowledge, run.routine)
    if other is None or blocked_by(knowledge, memory, other):
        words = worded(knowledge, memory, "pain_ease")
        return interject(knowledge, State(replace(phase, run=eased), memory), words)
    easier = moved(knowledge, memory, eased, other, run.feet)
    words = worded(knowledge, memory, "pain_easier")
    if isinstance(phase, Paused):
        return speak(State(phase, memory), Paused(easier), words)
    return instruct(knowledge, State(phase, memory), easier, words)


def lighten(knowledge: Knowledge, state: State, before: Sentences) -> Turn | None:
    """Go on with the plain version where the harder one is no longer allowed; else None."""
    run = _plain(knowledge, state)
    if run is None:
        return None
    if isinstance(state.phase, Paused):
        return speak(state, Paused(run), before)
    return instruct(knowledge, state, run, before)


def lightened(knowledge: Knowledge, state: State) -> State:
    """Return the state in which the plain version takes the place of such a harder one.

    Without a word: whatever is answered then goes on with the plain one's instruction.
    """
    run = _plain(knowledge, state)
    if run is None:
        return state
    return State(Paused(run) if isinstance(state.phase, Paused) else Instructing(run), state.memory)


def _plain(knowledge: Knowledge, state: State) -> Run | None:
    """Return the plain version of the run; None where what runs is not too hard now."""
    phase = state.phase
    if not isinstance(phase, Running):
        return None
    if blocked_by(knowledge, state.memory, phase.run.routine) != "harder":
        return None
    plain = family(knowledge, phase.run.routine)
    return moved(knowledge, state.memory, phase.run, plain, phase.run.feet)
