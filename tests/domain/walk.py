"""An exhaustive walk through the dialogue: every event in every state that can be reached.

A state stands for all that differ only in what cannot change what is allowed: wordings and the
numbers of prompts, how a symptom was worded, which repeat in the middle of a step is counted. What
decides over safety (the warning that stands, groups, cramps, screening) is kept.
"""

from __future__ import annotations

import datetime
from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import replace

from talk import NOISE, NOT_NOW, alarm, hedged, meaning, torn, unsure

from voice_skill.domain import dialogue
from voice_skill.domain.advice import offered_routine
from voice_skill.domain.diary import Episode
from voice_skill.domain.events import (
    Action,
    DiaryChanged,
    DiaryFailed,
    DiaryNoted,
    DiaryRead,
    EngineBack,
    EngineFailed,
    Event,
    Heard,
    Key,
    NightChanged,
    PromptEnded,
    RoutineTimerFired,
    TimerFired,
)
from voice_skill.domain.knowledge import Knowledge
from voice_skill.domain.manner import Manner
from voice_skill.domain.model import SOUND, WAKE, Level
from voice_skill.domain.phases import (
    Asking,
    Idle,
    Offered,
    Phase,
    Running,
    Screening,
    State,
    run_of,
)
from voice_skill.domain.variants import harder_forbidden

_PLAIN = (
    "ask_causes", "ask_serious", "ask_remedies", "ask_source", "next", "previous", "repeat",
    "skip", "slower", "faster", "pause", "resume", "stop", "time_left", "pain_worse", "helped",
    "not_helped", "diary_log", "help", "goodnight", "louder", "yes", "no", "alarm", "nonsense",
    "mute", "cry", SOUND,
)  # fmt: skip

_MEANINGS = (
    *(meaning(intent) for intent in _PLAIN),
    meaning("report_symptom", timing="night"),
    meaning("report_symptom", site="toe", side="left", sensation="twitch", duration=48.0),
    meaning("report_symptom", site="calf", sensation="cramp"),
    meaning("report_symptom", site="eyelid"),
    meaning("report_symptom", site="chest"),
    meaning("report_symptom", site="toe", sensation="tingling"),
    meaning("cramp_now", site="calf"),
    meaning("report_symptom", site="thigh", sensation="cramp"),
    meaning("cramp_now", site="hand"),
    *(
        meaning("start_exercise", routine=routine)
        for routine in ("ankle_circles", "toe_points", "both", "cramp_relief")
    ),
    *(meaning("start_exercise", variant=name) for name in ("easier", "harder", "short", "toes_up")),
    meaning("start_exercise", feet="one"),
    meaning("start_exercise", routine="toe_points", variant="harder"),
    meaning("report_symptom", site="calf", sensation="pain"),
    meaning("give_duration", duration=30.0),
    meaning("give_duration", duration=2.0),
    meaning("give_duration"),
    meaning("special_group", group="pregnancy"),
    meaning("special_group", group="surgery_or_injury"),
    alarm("R01", Level.EMERGENCY_NOW),
    alarm("R20", Level.SAME_DAY),
    alarm("R30", Level.SEE_SOON),
    NOISE,
    unsure("ask_causes"),
    unsure("pain_worse"),
    torn("ask_causes", "ask_doctor"),
    meaning("pick_first"),
    meaning("pick_second"),
    replace(NOISE, screen="urgent_screen"),
    meaning("report_symptom", screen="urgent_screen", site="toe"),
    meaning("cramp_now", screen="urgent_screen", site="calf"),
    meaning("no", screen="urgent_screen"),
    replace(meaning("yes"), cut=True),
    hedged("no"),
    hedged("yes"),
    NOT_NOW,
    replace(meaning(WAKE), woken=True),
    replace(meaning("report_symptom", site="toe"), woken=True),
    replace(alarm("R20", Level.SAME_DAY), woken=True),
)

EVENTS: tuple[Event, ...] = (
    *(Heard(understanding) for understanding in _MEANINGS),
    Key("pause"),
    Key("next"),
    Key("stop"),
    Key("wake"),
    Key("mute"),
    TimerFired(),
    RoutineTimerFired(),
    EngineFailed("microphone"),
    EngineBack("voice"),
)
"""One event of each kind; the end of the present prompt is added in every state."""

CHANGES_OF_MANNER: tuple[Event, ...] = (
    NightChanged(True),
    NightChanged(False),
    Heard(meaning("quieter", voice="whisper")),
)
"""What begins or ends the night's rules; together they make four times as many states."""

NIGHT = datetime.datetime(2026, 3, 2, 2, 30, tzinfo=datetime.timezone.utc)
_BEFORE = Episode(NIGHT - datetime.timedelta(days=1), "toe", sensation="twitch", id=1)


def _to_the_diary(intent: str, text: str) -> Heard:
    return Heard(replace(meaning(intent), text=text), moment=NIGHT)


DIARY: tuple[Event, ...] = (
    DiaryRead(exists=True, kept=True, episodes=(_BEFORE,)),
    DiaryRead(exists=True),
    DiaryRead(),
    Heard(meaning("report_symptom", site="toe", sensation="twitch"), moment=NIGHT),
    _to_the_diary("diary_log", "log it"),
    _to_the_diary("diary_log", "keep a diary"),
    _to_the_diary("diary_ask", "what helped"),
    _to_the_diary("diary_ask", "when did it last happen"),
    _to_the_diary("diary_delete", "delete my diary"),
    _to_the_diary("diary_delete", "delete the last entry"),
    DiaryNoted(2),
    DiaryNoted(2, aloud=True),
    DiaryNoted(None, aloud=True),
    DiaryChanged("keep"),
    DiaryChanged("stop"),
    DiaryChanged("delete_all"),
    DiaryChanged("delete_last"),
    DiaryFailed("full"),
    DiaryFailed("damaged"),
)
"""What is said to a diary, and what comes of it."""

ONE_WAY_INTO_EACH_PHASE: tuple[Event, ...] = (
    *(Heard(meaning(intent)) for intent in ("yes", "no", "stop", "goodnight", "helped", "pause")),
    Heard(meaning("cramp_now", site="calf")),
    Heard(meaning("start_exercise", routine="ankle_circles")),
    Heard(replace(NOISE, screen="urgent_screen")),
    Heard(alarm("R20", Level.SAME_DAY)),
    Heard(unsure("diary_delete")),
    Heard(NOISE),
    Heard(replace(meaning(WAKE), woken=True)),
    TimerFired(),
)
"""For walks with more events than these: a diary alone multiplies the states by ten."""

STOP = Heard(meaning("stop"))
NO = Heard(meaning("no"))


def shortened(knowledge: Knowledge) -> Knowledge:
    """Return the knowledge with two repeats of two beats at most: more differs in nothing."""
    routines = {
        name: replace(
            routine,
            steps=tuple(
                replace(step, count=min(step.count, 2), beats=step.beats[:2])
                for step in routine.steps
            ),
        )
        for name, routine in knowledge.routines.items()
    }
    return replace(knowledge, routines=routines, paces=(1.0, 1.5))


def _bare(phase: Phase) -> Hashable:
    """A phase without its wordings; behind a screening question only the kind of phase counts."""
    name = type(phase).__name__
    if isinstance(phase, Screening):
        pending = phase.pending and phase.pending.intent in ("start_exercise", "ask_serious")
        back = tuple(isinstance(phase.back, kind) for kind in (Asking, Running, Offered))
        question = phase.question
        return name, phase.screens[0], pending, back, question.tries, question.waiting
    if isinstance(phase, Running):
        run = phase.run
        place = (run.routine, run.index, run.repeat, run.beat, run.rounds, run.eased, run.feet)
        asked = phase.question if isinstance(phase, Asking) else None
        return name, place, asked and (asked.tries, asked.waiting)
    if isinstance(phase, Asking):
        return name, replace(phase, question=replace(phase.question, sentences=()))
    return phase


def standing_for(knowledge: Knowledge, state: State) -> Hashable:
    """Return what makes a state different from the others.

    Where every routine is forbidden, it no longer matters which ones were so before.
    """
    memory, diary = state.memory, state.memory.diary
    notes = diary.kept, diary.current is None, diary.advised is None
    bare = _bare(state.phase), memory.manner.night, memory.manner.whispering, notes
    if memory.warned or memory.no_exercise or "surgery_or_injury" in memory.groups:
        aged = memory.aged and (bool(memory.owed), memory.alarm)
        return bare, memory.muted, memory.level, memory.no_exercise, aged
    due = sum(bool(s.before and s.id not in memory.screened) for s in knowledge.screens.values())
    offer = None if run_of(state.phase) else offered_routine(knowledge, memory)
    harder = harder_forbidden(memory)
    owed = bool(memory.owed) and isinstance(state.phase, Idle | Offered | Running)
    return bare, memory.muted, memory.groups, memory.cramped, harder, due > 0, owed, offer


def walk(
    knowledge: Knowledge,
    look: Callable[[State, Event, State, tuple[Action, ...]], None],
    limit: int = 100_000,
    manner: Manner | None = None,
    more: tuple[Event, ...] = (),
    events: tuple[Event, ...] = EVENTS,
) -> list[State]:
    """Go everywhere, breadth first; `look` sees every transition. Returns the states reached.

    `manner`: how it speaks at first; `more`: events beside `events`.
    """
    first = dialogue.start(knowledge, manner)
    seen = {standing_for(knowledge, first)}
    queue, states = deque([first]), [first]
    while queue:
        state = queue.popleft()
        for event in (*events, *more, PromptEnded(state.memory.number)):
            after, actions = dialogue.handle(knowledge, state, event)
            look(state, event, after, actions)
            key = standing_for(knowledge, after)
            if key not in seen:
                seen.add(key)
                states.append(after)
                queue.append(after)
                if len(states) > limit:
                    raise AssertionError("more states than expected")
    return states
