"""What to say about a symptom, from the knowledge and what the person told.

Never more than three sentences before a question or silence. Statements that go beyond the article
say so, and what was told before is not told again in full.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from voice_skill.domain.knowledge import Knowledge
from voice_skill.domain.phases import Memory, Symptom
from voice_skill.domain.prompts import REASON_PREFIX
from voice_skill.domain.routines import ANKLE_CIRCLES, BOTH, CRAMP_RELIEF, blocked_by
from voice_skill.domain.spoken import WORD_LIMIT, spoken_list, word_count
from voice_skill.domain.symptoms import heard, is_leg, is_thigh, tells_of_tingling
from voice_skill.domain.telling import (
    packed,
    site_said,
    suggested_first,
    suggestions,
    told,
)
from voice_skill.domain.turns import SENTENCE_LIMIT, stated, worded
from voice_skill.domain.variants import version

Sentences = tuple[str, ...]

_REASONS = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """Sentences to say, the routine to offer after them, and the topic to remember as told."""

    sentences: Sentences
    offer: str | None = None
    topic: str = ""


def _reasons(knowledge: Knowledge, memory: Memory) -> Sentences:
    """Name the likeliest causes of the article in one sentence, three at most.

    A cause beyond the article that the person's words suggest is said in its place. The same
    reasons are not listed twice.
    """
    causes = suggested_first(knowledge.causes.values(), memory.symptom)
    if causes and causes[0].origin != "article" and suggestions(causes[0], memory.symptom):
        return packed([told(knowledge, memory, causes[0])])
    causes = [cause for cause in causes if cause.origin == "article"][:_REASONS]
    names = [knowledge.prompts.get(REASON_PREFIX + cause.id) for cause in causes]
    named = [wordings[0] for wordings in names if wordings]
    if len(named) < len(causes):
        return packed(stated(knowledge, cause.say) for cause in causes[:1])
    for count in range(len(named), 0, -1):
        listed = spoken_list(named[:count])
        if any(listed in sentence for prompt in memory.said for sentence in prompt):
            return worded(knowledge, memory, "reasons_told")
        sentences = worded(knowledge, memory, "reasons", reasons=listed)
        if max(map(word_count, sentences)) <= WORD_LIMIT:
            return sentences
    return ()


def fact_told(knowledge: Knowledge, memory: Memory, fact_id: str) -> Sentences:
    """Tell a fact of the content, if it is there."""
    fact = knowledge.facts.get(fact_id)
    return told(knowledge, memory, fact) if fact else ()


def _see_someone(knowledge: Knowledge) -> Sentences:
    """The sentence of the day-or-so rule that names whom to see."""
    fact = knowledge.facts.get("day_or_so_passed")
    for sentence in fact.say if fact else ():
        if "{provider}" in sentence:
            return stated(knowledge, (sentence,))
    return stated(knowledge, fact.say[:1]) if fact else ()


def lasted(knowledge: Knowledge, symptom: Symptom) -> bool:
    """Whether it has gone on for the article's day or so."""
    return symptom.duration is not None and symptom.duration >= knowledge.day_or_so_hours


# ------------------------------------------------------------------ answers


def offered_routine(knowledge: Knowledge, memory: Memory) -> str | None:
    """Return the routine that fits the symptom and is allowed; None where none does.

    After a cramp never toe points: the stretch of cramp relief. Elsewhere than in the foot and
    leg, and for tingling or plain pain, no exercise. At night the short one for one foot.
    """
    symptom = memory.symptom
    site = knowledge.sites.get(symptom.site or "")
    if symptom.sensation == "cramp":
        wanted = CRAMP_RELIEF if is_leg(symptom.site) else None
    elif tells_of_tingling(symptom) or symptom.sensation == "pain":
        wanted = None
    else:
        wanted = ANKLE_CIRCLES if site is None or site.exercise else None
    if wanted == ANKLE_CIRCLES and memory.manner.night:
        short = version(knowledge, BOTH, "short")
        if short and not blocked_by(knowledge, memory, short):
            return short
    if wanted is None or wanted not in knowledge.routines:
        return None
    return None if blocked_by(knowledge, memory, wanted) else wanted


def symptom_answer(knowledge: Knowledge, memory: Memory, due: Sentences = ()) -> Answer:
    """Answer a report: what was heard, likely causes, the day-or-so rule or the site, an offer.

    `due` is the advice of the diary's rule; it comes in place of all but the offer.
    """
    symptom = memory.symptom
    hushed = memory.manner.hushed
    if due:
        return Answer(due, offered_routine(knowledge, memory))
    sentences = () if hushed else heard(knowledge, memory)
    if symptom.sensation == "pain":
        sentences += worded(knowledge, memory, "pain_report")
        return Answer(sentences[:SENTENCE_LIMIT])
    if tells_of_tingling(symptom):
        fact = fact_told(knowledge, memory, "tingling")
        fits = len(sentences) + len(fact) <= SENTENCE_LIMIT
        return Answer((sentences if fits or not fact else ()) + fact)
    parts = [sentences] if sentences else []
    if lasted(knowledge, symptom):
        parts.append(_see_someone(knowledge))
    parts.append(_reasons(knowledge, memory))
    if hushed:
        return Answer(packed(parts, knowledge.night.sentences), offered_routine(knowledge, memory))
    answer = packed(parts)
    site = knowledge.sites.get(symptom.site or "")
    if site:
        answer += site_said(knowledge, memory, site, SENTENCE_LIMIT - len(answer))
    return Answer(answer, offered_routine(knowledge, memory))


def duration_sentences(knowledge: Knowledge, memory: Memory) -> Sentences:
    """Apply the day-or-so rule to a duration that was just told."""
    if lasted(knowledge, memory.symptom):
        return packed([fact_told(knowledge, memory, "day_or_so_passed")])
    rule = fact_told(knowledge, memory, "day_or_so")
    if memory.manner.hushed:
        return packed([rule])
    told = replace(memory, symptom=Symptom(duration=memory.symptom.duration))
    return packed([heard(knowledge, told), rule])


def cramp_elsewhere(knowledge: Knowledge, memory: Memory) -> Sentences:
    """What to do about a cramp where pulling the toes up does not reach."""
    thigh = is_thigh(memory.symptom.site)
    fact = knowledge.facts.get("cramp_thigh" if thigh else "cramp_elsewhere")
    if fact is None:
        return worded(knowledge, memory, "unknown_yet")
    return stated(knowledge, fact.say)[:SENTENCE_LIMIT]


def first_action(knowledge: Knowledge, memory: Memory) -> Sentences:
    """The first thing to do in a hard cramp, where the content has no routine for it."""
    fact = knowledge.facts.get("cramp_first_action")
    return stated(knowledge, fact.say) if fact else worded(knowledge, memory, "unknown_yet")
