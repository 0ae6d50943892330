"""Talk about the diary: to begin one, to note, to ask, to delete; and what came of it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from voice_skill.domain import diary_answers
from voice_skill.domain.asking import put_again, stay
from voice_skill.domain.diary import Episode
from voice_skill.domain.diary_notes import advice_due, advised, told, with_current
from voice_skill.domain.diary_words import asks_to, period_of, told_in
from voice_skill.domain.events import (
    ChangeDiary,
    DiaryChanged,
    DiaryFailed,
    DiaryNoted,
    DiaryRead,
    DiaryRequest,
    NoteEpisode,
)
from voice_skill.domain.knowledge import Knowledge
from voice_skill.domain.model import Understanding
from voice_skill.domain.phases import AskingDiary, Asleep, Idle, Running, State, Urgent
from voice_skill.domain.spoken_times import spoken_when
from voice_skill.domain.turns import Turn, ask, remember, speak, to, worded

INTENTS = frozenset(("diary_log", "diary_ask", "diary_delete"))


def hear_diary(knowledge: Knowledge, state: State, understanding: Understanding) -> Turn:
    """Carry out one of the diary's intents."""
    memory = state.memory
    diary, text = memory.diary, understanding.text
    if not diary.available or diary.moment is None:
        trouble = next(iter(sorted(diary.told)), "none")
        return stay(knowledge, state, worded(knowledge, memory, f"diary_{trouble}"))
    match understanding.intent:
        case "diary_log":
            return _log(knowledge, state, text)
        case "diary_delete":
            return _delete(knowledge, state, text)
        case _ if not diary.exists:
            return stay(knowledge, state, worded(knowledge, memory, "diary_off"))
        case _:
            sentences = diary_answers.answer(knowledge, memory, text, diary.moment)
            return stay(knowledge, state, sentences)


def _log(knowledge: Knowledge, state: State, text: str) -> Turn:
    """Begin a diary, which is asked about unless it was asked for; or note at once."""
    memory = state.memory
    diary, words = memory.diary, knowledge.diary_words
    wanted = asks_to("keep", text, words)
    if not diary.kept:
        if wanted:
            return to(state, state.phase, ChangeDiary("keep"))
        return _question(knowledge, state, "keep", worded(knowledge, memory, "diary_offer"))
    if wanted:
        return stay(knowledge, state, worded(knowledge, memory, "diary_already"))
    assert diary.moment is not None
    present = told(memory) or diary.current
    if present is None or asks_to("another", text, words):
        present = Episode(diary.moment)
    episode = told_in(text, words, present)
    return to(with_current(state, episode), state.phase, NoteEpisode(episode, aloud=True))


def _delete(knowledge: Knowledge, state: State, text: str) -> Turn:
    """Ask before anything is deleted; by voice the last entry or everything."""
    memory = state.memory
    diary, words = memory.diary, knowledge.diary_words
    if not diary.exists:
        return stay(knowledge, state, worded(knowledge, memory, "diary_nothing"))
    if asks_to("stop", text, words):
        return to(state, state.phase, ChangeDiary("stop"))
    if asks_to("last", text, words):
        if not diary.episodes:
            return stay(knowledge, state, worded(knowledge, memory, "diary_empty"))
        last = diary.episodes[-1]
        assert diary.moment is not None
        when = spoken_when(last.at, diary.moment)
        question = worded(knowledge, memory, "diary_delete_last", when=when)
        return _question(knowledge, state, "delete_last", question, last.id)
    if period_of(text, words) is not None:
        return stay(knowledge, state, worded(knowledge, memory, "diary_delete_which"))
    question = worded(knowledge, memory, "diary_delete_all")
    return _question(knowledge, state, "delete_all", question)


def _question(
    knowledge: Knowledge,
    state: State,
    request: DiaryRequest,
    sentences: tuple[str, ...],
    number: int | None = None,
) -> Turn:
    """Ask whether to do it; in a routine that has to wait."""
    if isinstance(state.phase, Running):
        return stay(knowledge, state, worded(knowledge, state.memory, "noted"))
    asking = partial(AskingDiary, request, number=number)
    return ask(state, lambda question: asking(question=question), sentences[-1:], sentences[:-1])


def answer_question(
    knowledge: Knowledge, state: State, phase: AskingDiary, answer: Understanding
) -> Turn:
    """Do what was asked about, or leave it.

    Nothing is kept or deleted but by a sentence that is a yes as it stands; deleting takes a plain
    one ("why not" is none). Any other is asked about once more.
    """
    deletes = phase.request.startswith("delete")
    if answer.intent == "yes" and (answer.answer == "plain" or (answer.legal and not deletes)):
        return to(state, Idle(), ChangeDiary(phase.request, phase.number))
    if answer.intent == "yes" and phase.question.tries == 1:
        return put_again(state, phase, worded(knowledge, state.memory, "screen_again"), tries=2)
    return speak(state, Idle(), worded(knowledge, state.memory, "diary_as_it_is"))


# ------------------------------------------------------------------ what came of it


def take_in(
    knowledge: Knowledge, state: State, event: DiaryRead | DiaryNoted | DiaryChanged | DiaryFailed
) -> Turn:
    """Take in what the diary holds, and what became of a request; say so where that is awaited."""
    match event:
        case DiaryRead():
            return to(_read(state, event), state.phase)
        case DiaryNoted():
            return _noted(knowledge, state, event)
        case DiaryChanged(request):
            return _changed(knowledge, state, request)
        case DiaryFailed():
            return _failed(knowledge, state, event)


def _read(state: State, event: DiaryRead) -> State:
    """Keep what the diary holds; an episode that is gone from it was deleted by somebody."""
    diary = replace(
        state.memory.diary,
        available=True,
        exists=event.exists,
        kept=event.kept,
        episodes=event.episodes,
    )
    current = diary.current
    if current and current.id is not None and current.id not in {e.id for e in event.episodes}:
        diary = replace(diary, current=None, dismissed=state.memory.symptom)
    return remember(state, diary=diary)


def _noted(knowledge: Knowledge, state: State, event: DiaryNoted) -> Turn:
    diary = state.memory.diary
    if event.number is None:
        state = remember(state, diary=replace(diary, current=None, dismissed=state.memory.symptom))
        return _say(knowledge, state, "diary_off") if event.aloud else to(state, state.phase)
    if diary.current is not None:
        state = with_current(state, replace(diary.current, id=event.number))
    if not event.aloud:
        return to(state, state.phase)
    present = state.memory.diary.current
    bare = present is None or not (present.site or present.sensation)
    due = advice_due(knowledge, state.memory)
    return _say(
        knowledge,
        advised(state) if due else state,
        "diary_noted_bare" if bare else "diary_noted",
        due[1:],
    )


_DONE = {
    "keep": "diary_begun",
    "stop": "diary_stopped",
    "delete_all": "diary_deleted",
    "delete_last": "diary_entry_deleted",
}


def _changed(knowledge: Knowledge, state: State, request: DiaryRequest) -> Turn:
    diary = state.memory.diary
    match request:
        case "keep":
            diary = replace(diary, exists=True, kept=True)
        case "stop":
            diary = replace(
                diary, kept=False
            )  # the present episode is no new one if it is kept again
        case "delete_all":
            diary = replace(
                diary,
                exists=False,
                kept=False,
                episodes=(),
                current=None,
                dismissed=state.memory.symptom,
            )
        case "delete_last":
            diary = replace(diary, episodes=diary.episodes[:-1])
            gone = diary.current is not None and diary.current.id not in {
                episode.id for episode in diary.episodes
            }
            if gone:
                diary = replace(diary, current=None, dismissed=state.memory.symptom)
    return _say(knowledge, remember(state, diary=diary), _DONE[request])


def _failed(knowledge: Knowledge, state: State, event: DiaryFailed) -> Turn:
    """Say it once, and whenever the person waits to hear what became of a request."""
    diary = state.memory.diary
    if event.trouble in diary.told and not event.aloud:
        return to(state, state.phase)
    if isinstance(state.phase, Asleep | Urgent):
        return to(state, state.phase)
    state = remember(state, diary=replace(diary, told=diary.told | {event.trouble}))
    off = event.trouble == "damaged" and not diary.kept  # a damaged file does not tell the wish
    return _say(knowledge, state, f"diary_{event.trouble}{'_off' if off else ''}")


def _say(knowledge: Knowledge, state: State, prompt_id: str, more: tuple[str, ...] = ()) -> Turn:
    if isinstance(state.phase, Asleep | Urgent):
        return to(state, state.phase)
    sentences = worded(knowledge, state.memory, prompt_id)[: 3 - len(more)]
    return stay(knowledge, state, (*sentences, *more))
