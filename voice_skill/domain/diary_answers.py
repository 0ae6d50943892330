"""Answers to questions about the diary: nothing but what stands in it."""

from __future__ import annotations

from typing import Literal, get_args

from voice_skill.domain.diary import (
    Episode,
    Moment,
    Period,
    first_of,
    in_period,
    last_before,
    nights,
    what_helped,
)
from voice_skill.domain.diary_words import named, period_of
from voice_skill.domain.knowledge import Knowledge
from voice_skill.domain.phases import Memory, Symptom
from voice_skill.domain.spoken import WORD_LIMIT, spoken_number, word_count
from voice_skill.domain.spoken_times import spoken_period, spoken_when
from voice_skill.domain.symptoms import spoken_symptom
from voice_skill.domain.turns import SENTENCE_LIMIT, worded

Sentences = tuple[str, ...]

Kind = Literal["helped", "first", "nights", "count", "last"]
"""What can be asked; anything else brings a short summary."""

KINDS: tuple[Kind, ...] = get_args(Kind)


def answer(knowledge: Knowledge, memory: Memory, text: str, now: Moment) -> Sentences:
    """Answer a question to the diary, said at the moment `now`."""
    words, diary = knowledge.diary_words, memory.diary
    if not diary.episodes:
        return worded(knowledge, memory, "diary_empty")
    kind = named(text, words.questions, KINDS)
    period = period_of(text, words)
    match kind:
        case "helped":
            return _helped(knowledge, memory, period, now)
        case "first":
            first = first_of(diary.episodes)
            assert first is not None
            when = spoken_when(first.at, now)
            return worded(knowledge, memory, "diary_first", when=when)
        case "nights":
            return _nights(knowledge, memory, period or "seven_days", now)
        case "count":
            return _count(knowledge, memory, period or "seven_days", now)
        case "last":
            return _last(knowledge, memory, now)
        case None if period is not None:
            return _count(knowledge, memory, period, now)
        case None:
            counted = _count(knowledge, memory, "ever", now)
            return (*counted, *_last(knowledge, memory, now))[:SENTENCE_LIMIT]


def _last(knowledge: Knowledge, memory: Memory, now: Moment) -> Sentences:
    """Tell of the last one before the one that is being told of."""
    last = last_before(memory.diary.episodes, memory.diary.current)
    if last is None:
        return worded(knowledge, memory, "diary_only_this")
    prompt_id = "diary_last_before" if memory.diary.current else "diary_last"
    sentences = worded(knowledge, memory, prompt_id, when=spoken_when(last.at, now))
    what = spoken_symptom(knowledge, told_of(last))
    if not what:
        return sentences
    more = worded(knowledge, memory, "diary_last_what", symptom=what)
    return (*sentences, *more) if max(map(word_count, more)) <= WORD_LIMIT else sentences


def told_of(episode: Episode) -> Symptom:
    """Return what was told of an episode, without its times."""
    return Symptom(episode.site, episode.side, episode.sensation)


def _count(knowledge: Knowledge, memory: Memory, period: Period, now: Moment) -> Sentences:
    found = len(in_period(memory.diary.episodes, period, now))
    return worded(
        knowledge,
        memory,
        "diary_count",
        entries=spoken_entries(found),
        period=spoken_period(period),
    )


def spoken_entries(count: int) -> str:
    """Say how many entries: `no entry`, `one entry`, `two entries`."""
    if count < 2:
        return "one entry" if count else "no entry"
    return f"{spoken_number(count)} entries"


def _nights(knowledge: Knowledge, memory: Memory, period: Period, now: Moment) -> Sentences:
    count = len(nights(in_period(memory.diary.episodes, period, now)))
    spoken = "one night" if count == 1 else f"{spoken_number(count) if count else 'no'} nights"
    return worded(knowledge, memory, "diary_nights", nights=spoken, period=spoken_period(period))


def _helped(knowledge: Knowledge, memory: Memory, period: Period | None, now: Moment) -> Sentences:
    """Tell of each routine how often it had helped, of how many answers; two at most."""
    episodes = in_period(memory.diary.episodes, period or "ever", now)
    sentences: Sentences = ()
    for each in what_helped(episodes)[:2]:
        routine = knowledge.routines.get(each.routine)
        name = routine.spoken if routine else each.routine.replace("_", " ")
        sentences += worded(
            knowledge,
            memory,
            "diary_helped",
            routine=name,
            helped=_times(each.helped),
            asked=spoken_number(each.asked),
        )
    return sentences or worded(knowledge, memory, "diary_helped_unknown")


def _times(count: int) -> str:
    if count < 2:
        return "one time" if count else "no time"
    return f"{spoken_number(count)} times"
