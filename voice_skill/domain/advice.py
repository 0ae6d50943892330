"""What to say about a symptom or a question, from the knowledge and what the person told.

Never more than three sentences before a question or silence. Statements that go beyond the article
say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from voice_skill.domain.model import Knowledge, Statement
from voice_skill.domain.phases import Memory, Symptom
from voice_skill.domain.prompts import REASON_PREFIX
from voice_skill.domain.routines import ANKLE_CIRCLES, CRAMP_RELIEF, blocked_by
from voice_skill.domain.spoken import WORD_LIMIT, spoken_list, word_count
from voice_skill.domain.symptoms import heard, is_leg, is_thigh, tells_of_tingling, told_pairs
from voice_skill.domain.turns import SENTENCE_LIMIT, stated, worded

Sentences = tuple[str, ...]

_REASONS = 3

_TOPICS = {
    "ask_definition": ("definition", "definition_long", "physiology", "small_muscles",
                       "cramp_or_twitch", "other_muscles"),
    "ask_serious": ("severity",),
    "ask_doctor": ("day_or_so", "see_doctor", "day_or_so_others"),
    "ask_vitamins": ("vitamins",),
    "ask_source": ("source_short", "source_long", "author", "evidence"),
}  # fmt: skip
"""The facts that answer a question, the next one each time it is asked."""

QUESTIONS = frozenset({*_TOPICS, "ask_causes", "ask_remedies"})
"""The intents that ask for information."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Sentences to say, the routine to offer after them, and the topic to remember as told."""

    sentences: Sentences
    offer: str | None = None
    topic: str = ""


# ------------------------------------------------------------------ statements


def suggested_first(statements: Iterable[Statement], symptom: Symptom) -> list[Statement]:
    """Sort statements: those that the person's own words suggest first, then by their order."""
    told = told_pairs(symptom)
    return sorted(statements, key=lambda s: (-len(told & set(s.suggested_by)), s.order))


def said(knowledge: Knowledge, memory: Memory, statement: Statement) -> Sentences:
    """Return a statement's sentences, at night the short form; one beyond the article says so."""
    say = statement.say
    if memory.manner.hushed:
        say = statement.short or say[: knowledge.night.sentences]
    sentences = stated(knowledge, say)
    if statement.origin != "beyond" or not sentences or "article" in sentences[0].lower():
        return sentences
    marked = worded(knowledge, memory, "beyond", sentence=sentences[0])
    if max(map(word_count, marked)) <= WORD_LIMIT:
        return (*marked, *sentences[1:])
    return sentences


def packed(groups: Iterable[Sentences], room: int = SENTENCE_LIMIT) -> Sentences:
    """Take whole statements as long as they fit; the first one is cut rather than left out."""
    taken: Sentences = ()
    for group in groups:
        if not taken:
            taken = group[:room]
        elif len(taken) + len(group) <= room:
            taken += group
    return taken


def _reasons(knowledge: Knowledge, memory: Memory) -> Sentences:
    """Name the likeliest causes of the article in one sentence, three at most.

    A cause beyond the article that the person's words suggest is said in its place.
    """
    told = told_pairs(memory.symptom)
    causes = suggested_first(knowledge.causes.values(), memory.symptom)
    if causes and causes[0].origin != "article" and told & set(causes[0].suggested_by):
        return packed([said(knowledge, memory, causes[0])])
    causes = [cause for cause in causes if cause.origin == "article"][:_REASONS]
    names = [knowledge.prompts.get(REASON_PREFIX + cause.id) for cause in causes]
    named = [wordings[0] for wordings in names if wordings]
    if len(named) < len(causes):
        return packed(stated(knowledge, cause.say) for cause in causes[:1])
    for count in range(len(named), 0, -1):
        sentences = worded(knowledge, memory, "reasons", reasons=spoken_list(named[:count]))
        if max(map(word_count, sentences)) <= WORD_LIMIT:
            return sentences
    return ()


def _fact(knowledge: Knowledge, memory: Memory, fact_id: str) -> Sentences:
    fact = knowledge.facts.get(fact_id)
    return said(knowledge, memory, fact) if fact else ()


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
    leg, and for tingling or plain pain, no exercise.
    """
    symptom = memory.symptom
    site = knowledge.sites.get(symptom.site or "")
    if symptom.sensation == "cramp":
        wanted = CRAMP_RELIEF if is_leg(symptom.site) else None
    elif tells_of_tingling(symptom) or symptom.sensation == "pain":
        wanted = None
    else:
        wanted = ANKLE_CIRCLES if site is None or site.exercise else None
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
        fact = _fact(knowledge, memory, "tingling")
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
    if site:  # as much of it as there is room for: its first sentence stands alone
        statement = Statement(site.id, site.say, site.origin, site.sources)
        answer += said(knowledge, memory, statement)[: SENTENCE_LIMIT - len(answer)]
    return Answer(answer, offered_routine(knowledge, memory))


def duration_sentences(knowledge: Knowledge, memory: Memory) -> Sentences:
    """Apply the day-or-so rule to a duration that was just told."""
    if lasted(knowledge, memory.symptom):
        return packed([_fact(knowledge, memory, "day_or_so_passed")])
    rule = _fact(knowledge, memory, "day_or_so")
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


def information(knowledge: Knowledge, memory: Memory, intent: str) -> Answer:
    """Answer a question; asked again, it brings what was not yet told."""
    if intent == "ask_causes":
        return _causes(knowledge, memory)
    if intent == "ask_remedies":
        return _remedies(knowledge, memory)
    facts = _TOPICS[intent]
    if intent == "ask_doctor" and lasted(knowledge, memory.symptom):
        facts = ("day_or_so_passed", *facts[1:])
    return Answer(_turn(knowledge, memory, intent, facts), topic=intent)


def _turn(knowledge: Knowledge, memory: Memory, topic: str, fact_ids: Sequence[str]) -> Sentences:
    """Tell the facts of a topic one by one, and from the beginning again after the last."""
    known = [fact_id for fact_id in fact_ids if fact_id in knowledge.facts]
    if not known:
        return worded(knowledge, memory, "unknown_yet")
    return packed([_fact(knowledge, memory, known[memory.told.count(topic) % len(known)])])


def _causes(knowledge: Knowledge, memory: Memory) -> Answer:
    """Tell the causes in full, a few at a time, those the person's words suggest first.

    The first answer also says that they are no finding about the person.
    """
    causes = suggested_first(knowledge.causes.values(), memory.symptom)
    disclaimer = _fact(knowledge, memory, "disclaimer_causes")
    pages = _pages(knowledge, memory, causes, len(disclaimer))
    if not pages:
        return Answer(worded(knowledge, memory, "unknown_yet"))
    page = memory.told.count("ask_causes") % len(pages)
    return Answer(pages[page] + (disclaimer if page == 0 else ()), topic="ask_causes")


def _pages(
    knowledge: Knowledge, memory: Memory, statements: Iterable[Statement], taken: int
) -> list[Sentences]:
    """Lay statements out over answers, in order; the first already holds `taken` sentences.

    At night an answer has fewer, beside those.
    """
    most = SENTENCE_LIMIT
    if memory.manner.hushed:
        most, taken = knowledge.night.sentences, 0
    pages: list[Sentences] = []
    for statement in statements:
        group = said(knowledge, memory, statement)
        room = most - (taken if len(pages) == 1 else 0)
        if pages and len(pages[-1]) + len(group) <= room:
            pages[-1] += group
        else:
            pages.append(group[: most - (0 if pages else taken)])
    return pages


def _remedies(knowledge: Knowledge, memory: Memory) -> Answer:
    """Tell what may help: never an exercise that is blocked, nor one for another part."""
    site = knowledge.sites.get(memory.symptom.site or "")
    apart = site is not None and not site.exercise
    lead = _fact(knowledge, memory, "other_muscles") if apart else ()
    remedies = [
        remedy
        for remedy in suggested_first(knowledge.remedies.values(), memory.symptom)
        if not (remedy.routine and (apart or blocked_by(knowledge, memory, remedy.routine)))
    ]
    wanted = CRAMP_RELIEF if memory.cramped else ANKLE_CIRCLES
    remedies.sort(key=lambda remedy: remedy.routine != wanted)
    pages = _pages(knowledge, memory, remedies, len(lead))
    if not pages:
        return Answer(lead or worded(knowledge, memory, "unknown_yet"))
    page = memory.told.count("ask_remedies") % len(pages)
    sentences = (lead if page == 0 else ()) + pages[page]
    return Answer(sentences, offered_routine(knowledge, memory), "ask_remedies")
