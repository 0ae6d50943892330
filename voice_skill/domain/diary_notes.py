"""What of a conversation goes into the diary, and when its rule brings advice.

Once a diary is kept, what is reported is noted without being asked for, and completed as the
conversation goes: the routine that is begun, whether it helped. All of it follows from what the
dialogue remembers anyway, so it hangs on one place: after each event (`noted`).
"""

from __future__ import annotations

import datetime
from dataclasses import replace

from voice_skill.domain.diary import Episode, Moment
from voice_skill.domain.events import Event, Heard, NoteEpisode
from voice_skill.domain.knowledge import Knowledge
from voice_skill.domain.phases import Asleep, DiaryMemory, Memory, State, Symptom, run_of
from voice_skill.domain.recurrence import Recurrence, recurrence
from voice_skill.domain.spoken import spoken_number
from voice_skill.domain.turns import Turn, remember, stated, worded

Sentences = tuple[str, ...]

ANOTHER_TIME = datetime.timedelta(hours=1)
"""After so long without a word, what is reported is another episode."""

ADVISED_FOR = datetime.timedelta(hours=12)
"""A program that runs for weeks gives the advice of the diary's rule again in another night."""

_RULE = "day_or_so_passed"


# ------------------------------------------------------------------ noting


def at_moment(state: State, event: Event) -> State:
    """Return the state with the moment of what is heard; after an hour a new episode begins."""
    if not isinstance(event, Heard) or event.moment is None or not state.memory.diary.available:
        return state
    if isinstance(state.phase, Asleep) and not event.understanding.woken:
        return state
    memory, moment = state.memory, event.moment
    before = memory.diary.moment
    diary = replace(memory.diary, moment=moment)
    if before is None or abs(moment - before) <= ANOTHER_TIME or run_of(state.phase) is not None:
        return State(state.phase, replace(memory, diary=diary))
    diary = replace(diary, current=None, dismissed=None, told=frozenset())
    fresh = replace(memory, symptom=Symptom(), helped=None, diary=diary)
    return State(state.phase, fresh)


def noted(before: State, event: Event, turn: Turn) -> Turn:
    """Return the turn with a note of what has come to be known, where a diary is kept."""
    state, actions = turn
    diary = state.memory.diary
    if isinstance(before.phase, Asleep) and isinstance(state.phase, Asleep):
        return turn
    if not diary.kept or any(isinstance(action, NoteEpisode) for action in actions):
        return turn
    episode = _present(before, state)
    if episode is None:
        return turn
    unsaved = episode.id is None and isinstance(event, Heard)  # could not be written last time
    if episode == diary.current and not unsaved:
        return turn
    return with_current(state, episode), (*actions, NoteEpisode(episode))


def with_current(state: State, episode: Episode | None) -> State:
    """Return the state with another episode that the conversation tells of."""
    return remember(state, diary=replace(state.memory.diary, current=episode))


def _present(before: State, after: State) -> Episode | None:
    """Return the episode as it is known after an event; None where nothing was told of one."""
    episode = told(after.memory)
    if episode is None:
        return None
    run = run_of(after.phase)
    if run is not None and run_of(before.phase) is None:
        episode = replace(episode, routine=run.routine, helped=None)
    helped = after.memory.helped
    if helped is not None and helped != before.memory.helped:
        episode = replace(episode, helped=helped)
    return episode


def told(memory: Memory) -> Episode | None:
    """Return the present episode with all that was told of it; another place is another one."""
    symptom, diary = memory.symptom, memory.diary
    current = diary.current
    if current is not None and symptom.site and current.site and symptom.site != current.site:
        current = None
    if current is None:
        nothing = not (symptom.site or symptom.sensation) or symptom == diary.dismissed
        if nothing or diary.moment is None:
            return None
        current = Episode(diary.moment)
    return replace(
        current,
        site=symptom.site or current.site,
        side=symptom.side or current.side,
        sensation=symptom.sensation or current.sensation,
        timing=symptom.timing or current.timing,
        trigger=symptom.trigger or current.trigger,
        hours=current.hours if symptom.duration is None else symptom.duration,
    )


# ------------------------------------------------------------------ the rule


def come_back(knowledge: Knowledge, memory: Memory) -> Recurrence | None:
    """Return how what is being told has come back by the diary; None below the threshold."""
    diary = memory.diary
    present = told(memory) or diary.current
    if not diary.kept or present is None:
        return None
    return recurrence(diary.episodes, present, knowledge.threshold)


def advice_due(knowledge: Knowledge, memory: Memory) -> Sentences:
    """Return the advice of the diary's rule: why, whom to see, what to have checked.

    Empty below the threshold, after it was given in this conversation, and under a warning.
    """
    found = None if memory.warned or _was_advised(memory.diary) else come_back(knowledge, memory)
    fact = knowledge.facts.get(_RULE)
    if found is None or fact is None:
        return ()
    if found.nights >= knowledge.diary_nights:
        nights = spoken_number(found.nights)
        why = worded(knowledge, memory, "diary_nights_now", nights=nights)
    else:
        why = worded(knowledge, memory, "diary_hours_now")
    return (*why[:1], *stated(knowledge, fact.say)[:2])


def _was_advised(diary: DiaryMemory) -> bool:
    if diary.advised is None or diary.moment is None:
        return False
    return abs(diary.moment - diary.advised) < ADVISED_FOR


def advised(state: State) -> State:
    """Return the state after the advice was given."""
    moment: Moment | None = state.memory.diary.moment
    return remember(state, diary=replace(state.memory.diary, advised=moment))
