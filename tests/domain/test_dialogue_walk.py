"""What holds in every state that can be reached, whatever is said, pressed or timed out in it."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

import pytest
from small_knowledge import KNOWLEDGE
from talk import alarm
from walk import (
    CHANGES_OF_MANNER,
    DIARY,
    EVENTS,
    NO,
    ONE_WAY_INTO_EACH_PHASE,
    STOP,
    shortened,
    standing_for,
    walk,
)

from voice_skill.domain import dialogue
from voice_skill.domain.events import (
    Action,
    Event,
    Heard,
    LongSilence,
    NoteEpisode,
    Prompt,
    PromptEnded,
    Say,
    StopSpeaking,
    TimerFired,
)
from voice_skill.domain.knowledge import Knowledge
from voice_skill.domain.manner import Manner
from voice_skill.domain.model import Decision, Level
from voice_skill.domain.phases import (
    Asking,
    Asleep,
    Holding,
    Idle,
    Offered,
    Paused,
    Running,
    Screening,
    State,
    Urgent,
    routine_of,
    run_of,
)
from voice_skill.domain.prompts import PROMPT_IDS
from voice_skill.domain.spoken import WORD_LIMIT, word_count

POINTING = ("toe_points", "both")
AWAY = ("away", "point your", "point the", "heels up", "tips")
"""Words of an instruction or a count that has the toes pointed."""
MOST_SENTENCES = {"answer": 3, "question": 4, "instruction": 7, "count": 1, "urgent": 4, "soft": 1}


class Prompts(dict[str, tuple[str, ...]]):
    """Prompts that remember which of them were asked for."""

    asked: set[str]

    def __getitem__(self, name: str) -> tuple[str, ...]:
        self.asked.add(name)
        return super().__getitem__(name)


class Watch:
    """Looks at every transition of a walk, and notes what breaks a rule."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.broken: list[str] = []
        self.left: set[Hashable] = set()
        self._wordings: dict[tuple[str, ...], list[str]] = {}

    def some(self) -> list[str]:
        """Return one example of each rule that was broken."""
        return [*{each.partition(":")[0]: each for each in reversed(self.broken)}.values()]

    def __call__(
        self, before: State, event: Event, after: State, actions: tuple[Action, ...]
    ) -> None:
        problems = [
            *self._safety(before, after),
            *self._aged(before, event, after),
            *self._pointed(after, actions),
            *self._warning(before, event, after, actions),
            *self._stop(before, event, after, actions),
            *self._time(after),
            *self._prompts(before, after, actions),
        ]
        if problems:
            where = f"{type(before.phase).__name__} --{event}--> {type(after.phase).__name__}"
            self.broken += [f"{problem}: {where}" for problem in problems]
        if after.phase != before.phase:
            self.left.add(id(before))

    def _safety(self, before: State, after: State) -> list[str]:
        memory, active = after.memory, isinstance(after.phase, Running | Offered)
        cramp_or_pregnancy = memory.cramped or "pregnancy" in memory.groups
        found = []
        if memory.level < before.memory.level and not before.memory.aged:
            found.append("the warning was lowered")
        if active and (memory.warned or memory.no_exercise):
            found.append("a routine while it is forbidden")
        if active and cramp_or_pregnancy and routine_of(after.phase) in POINTING:
            found.append("toe points after a cramp or in pregnancy")
        harder = "harder" in routine_of(after.phase)
        if active and harder and (memory.alarm or memory.cramped or memory.hurt):
            found.append("something harder after pain, a cramp or a warning sign")
        run = run_of(after.phase)
        begun = run and not run_of(before.phase)
        if begun and any(self.knowledge.routines[step.routine].screened for step in run.steps):
            due = {s.id for s in self.knowledge.screens.values() if s.before == "routine"}
            if not due <= memory.screened:
                found.append("a routine before its screening questions")
        if active and "surgery_or_injury" in memory.groups:
            found.append("a routine after an operation")
        return found

    def _aged(self, before: State, event: Event, after: State) -> list[str]:
        """A warning of hours ago ends with a no to its question, or makes way for a fresh one."""
        ended = before.memory.aged and not after.memory.aged
        if not ended or after.memory.level >= before.memory.level:
            return []
        denied = isinstance(before.phase, Screening) and event == NO
        owed = set(after.memory.owed) >= set(before.memory.owed) and after.memory.owed
        return [] if denied or (after.memory.warned and owed) else ["an old warning was dropped"]

    def _pointed(self, after: State, actions: tuple[Action, ...]) -> list[str]:
        """Look at the words, so that a routine under whatever name is caught."""
        memory, running = after.memory, isinstance(after.phase, Running)
        if not (running and (memory.cramped or "pregnancy" in memory.groups)):
            return []
        prompts = [action.prompt for action in actions if isinstance(action, Say)]
        said = " ".join(
            sentence.lower()
            for prompt in prompts
            if prompt.style in ("instruction", "count")
            for sentence in prompt.sentences
            if "can set off" not in sentence and "leave out" not in sentence.lower()
        )
        return [f"told to point: {said}" for word in AWAY if word in said][:1]

    def _warning(
        self, before: State, event: Event, after: State, actions: tuple[Action, ...]
    ) -> list[str]:
        urgent = isinstance(event, Heard) and event.understanding.decision is Decision.URGENT
        if not urgent or event.understanding.alarm.level < Level.SAME_DAY:  # type: ignore[union-attr]
            return []
        if isinstance(before.phase, Asleep) and not event.understanding.woken:  # type: ignore[union-attr]
            return [] if after == before and not actions else ["its sleep was broken"]
        first = actions[0] if actions else None
        said_first = isinstance(first, Say) and first.prompt.style == "urgent"
        return (
            [] if said_first and isinstance(after.phase, Urgent) else ["a warning not said first"]
        )

    def _stop(
        self, before: State, event: Event, after: State, actions: tuple[Action, ...]
    ) -> list[str]:
        if event != STOP or isinstance(before.phase, Asleep):
            return []
        noted = tuple(a for a in actions if not isinstance(a, NoteEpisode))  # not written before
        silent = noted == (StopSpeaking(),) and isinstance(after.phase, Idle)
        return [] if silent else ["stop does not stop"]

    def _time(self, after: State) -> list[str]:
        seconds = dialogue.seconds_to_wait(self.knowledge, after)
        hushed, night = after.memory.manner.hushed, self.knowledge.night
        if isinstance(after.phase, Paused):
            timed = dialogue.routine_seconds(self.knowledge, after) is not None
            ends = hushed and not timed and not after.memory.muted
            return [] if seconds == (night.paused_seconds if ends else None) else ["a pause"]
        if isinstance(after.phase, Holding):
            return [] if seconds is not None and seconds > 0 else ["a hold without a time"]
        if after.memory.muted:
            return [] if seconds is None else ["an answer is awaited from who cannot be heard"]
        if isinstance(after.phase, Asking) and after.phase.question.waiting:
            wait = night.silence_seconds if hushed else self.knowledge.silence_seconds
            return [] if seconds == wait else ["a question waits for ever"]
        return [] if seconds is None else ["a timer in a phase that has none"]

    def _prompts(self, before: State, after: State, actions: tuple[Action, ...]) -> list[str]:
        prompts = [action.prompt for action in actions if isinstance(action, Say)]
        number = before.memory.number
        found = [] if len(prompts) < 2 else ["two prompts at once"]
        if after.memory.number != number + len(prompts):
            found.append("a prompt without its number")
        for prompt in prompts:
            found += self._wording(prompt)
        return found

    def _wording(self, prompt: Prompt) -> list[str]:
        key = (prompt.style, *prompt.sentences)
        if key not in self._wordings:
            found = []
            if not prompt.sentences or not all(s.strip() for s in prompt.sentences):
                found.append("nothing to say")
            if len(prompt.sentences) > MOST_SENTENCES[prompt.style]:
                found.append(f"{len(prompt.sentences)} sentences {prompt.sentences}")
            for sentence in prompt.sentences:
                if word_count(sentence) > WORD_LIMIT:
                    found.append(f"too long: {sentence!r}")
                if "{" in sentence or "}" in sentence:
                    found.append(f"not filled: {sentence!r}")
            self._wordings[key] = found
        return self._wordings[key]


def silent_end(knowledge: Knowledge, state: State) -> State:
    """Let every prompt end and every timer fire, and nobody say a word."""
    for _ in range(1000):
        if dialogue.seconds_to_wait(knowledge, state) is not None:
            state, _ = dialogue.handle(knowledge, state, TimerFired())
        else:
            before = state.phase
            ended = PromptEnded(state.memory.number)
            state, _ = dialogue.handle(knowledge, state, ended)
            if state.phase == before:
                return state
    raise AssertionError("it talks for ever")


def check_walk(
    knowledge: Knowledge,
    manner: Manner | None = None,
    more: tuple[Event, ...] = (),
    events: tuple[Event, ...] = EVENTS,
) -> list[State]:
    knowledge = shortened(knowledge)
    watch = Watch(knowledge)
    states = walk(knowledge, watch, manner=manner, more=more, events=events)
    assert not watch.broken, "\n".join([f"{len(watch.broken)} broken", *watch.some()])
    stuck = [state for state in states if id(state) not in watch.left]
    assert not stuck, f"nothing leads out of {stuck[0]}"
    for state in states:
        stale = PromptEnded(state.memory.number - 1)
        assert dialogue.handle(knowledge, state, stale) == (state, ())
    for state in states[::7]:
        end = silent_end(knowledge, state)
        waits = end.memory.muted and isinstance(end.phase, Asking)
        assert waits or isinstance(end.phase, Idle | Asleep | Urgent | Paused), end.phase
        if end.memory.manner.hushed and not end.memory.muted and isinstance(end.phase, Paused):
            assert dialogue.routine_seconds(knowledge, end) is not None, "a pause without an end"
    return states


DAY_AND_NIGHT = pytest.mark.parametrize("night", [False, True], ids=["day", "night"])


@DAY_AND_NIGHT
def test_every_state_of_the_small_knowledge(night: bool) -> None:
    prompts = Prompts(KNOWLEDGE.prompts)
    prompts.asked = set()
    states = check_walk(replace(KNOWLEDGE, prompts=prompts), Manner(night=night))
    kinds = {type(state.phase).__name__ for state in states}
    by_day_only: set[str] = set() if night else {"AskingHelped"}
    assert kinds - by_day_only == {
        "Asleep", "Idle", "Offered", "Confirming", "Choosing", "AskingSite", "AskingStep",
        "Instructing", "Holding", "Paused", "Screening", "Urgent",
    }  # fmt: skip
    known = {name for name in prompts.asked if not name.startswith(("reason_", "sensation_"))}
    assert known <= PROMPT_IDS


def test_the_night_comes_and_goes_in_every_phase() -> None:
    states = check_walk(KNOWLEDGE, more=CHANGES_OF_MANNER, events=ONE_WAY_INTO_EACH_PHASE)
    manners = {
        (type(s.phase).__name__, s.memory.manner.night, s.memory.manner.whispering) for s in states
    }
    kinds = {kind for kind, _, _ in manners}
    assert {"Holding", "Screening", "Urgent", "Asleep", "Paused"} <= kinds
    quiet = [(night, whispering) for night in (False, True) for whispering in (False, True)]
    assert manners == {(kind, *how) for kind in kinds for how in quiet}


@DAY_AND_NIGHT
def test_hours_pass_in_every_phase(night: bool) -> None:
    """Who speaks again after six hours is asked anew; a warning of then stands until denied."""
    some = (*ONE_WAY_INTO_EACH_PHASE, Heard(alarm("R01", Level.EMERGENCY_NOW)))
    states = check_walk(KNOWLEDGE, Manner(night=night), more=(LongSilence(),), events=some)
    aged = {type(state.phase).__name__ for state in states if state.memory.aged}
    assert {"Idle", "Screening", "Asleep"} <= aged
    assert not aged & {"Running", "Instructing", "Holding", "Offered"}


@DAY_AND_NIGHT
def test_every_state_with_a_diary(night: bool) -> None:
    routines = {
        name: replace(KNOWLEDGE.routines[name], steps=KNOWLEDGE.routines[name].steps[:2])
        for name in ("ankle_circles", "cramp_relief")
    }
    one_step = replace(KNOWLEDGE, routines=routines)
    states = check_walk(one_step, Manner(night=night), more=DIARY, events=ONE_WAY_INTO_EACH_PHASE)
    kinds = {type(state.phase).__name__ for state in states}
    assert {"Holding", "Screening", "Urgent", "Asleep", "Paused"} <= kinds
    assert "AskingDiary" in kinds
    assert any(state.memory.diary.advised for state in states)


@pytest.mark.parametrize(
    ("night", "fewest"), [(False, 15_500), (True, 12_600)], ids=["day", "night"]
)
def test_every_state_of_the_real_content(night: bool, fewest: int) -> None:
    """By day there are 17,178, at night 14,050; a tenth fewer means that something is cut off."""
    content = pytest.importorskip("voice_skill.content")
    skill = content.load(None, locale=None)
    states = check_walk(skill.knowledge, Manner(night=night))
    assert len({standing_for(skill.knowledge, state) for state in states}) > fewest
