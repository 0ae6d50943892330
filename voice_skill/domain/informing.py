"""What to say to a question: what its words point to, then what was not told yet, then that short.

Never more than three sentences before a question or silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from voice_skill.domain.advice import Answer, fact_told, lasted, offered_routine
from voice_skill.domain.knowledge import Knowledge, Statement
from voice_skill.domain.model import Understanding
from voice_skill.domain.phases import Memory, Symptom
from voice_skill.domain.routines import ANKLE_CIRCLES, CRAMP_RELIEF, blocked_by
from voice_skill.domain.symptoms import merged, symptom_of, tells_of_tingling
from voice_skill.domain.telling import (
    hinted,
    mentions,
    packed,
    plain_words,
    said,
    suggestions,
    told,
    told_again,
    told_before,
)
from voice_skill.domain.turns import SENTENCE_LIMIT, stated, worded
from voice_skill.domain.whence import source_of_last

Sentences = tuple[str, ...]

_TOPICS = {
    "ask_definition": ("definition", "definition_long", "physiology", "small_muscles",
                       "cramp_or_twitch", "other_muscles"),
    "ask_serious": ("severity",),
    "ask_doctor": ("day_or_so", "see_doctor", "day_or_so_others"),
    "ask_vitamins": ("vitamins",),
    "ask_source": ("source_short", "source_long", "author", "outline", "evidence", "about_me"),
}  # fmt: skip
"""The facts that answer a question, the next one each time it is asked."""

ABOUT_A_SYMPTOM = frozenset(("ask_causes", "ask_remedies"))
"""Questions whose slots tell of a symptom."""

QUESTIONS = frozenset({*_TOPICS, *ABOUT_A_SYMPTOM})
"""The intents that ask for information."""


def asked_about(knowledge: Knowledge, question: Understanding) -> Symptom:
    """Return what a question tells of a symptom, by its slots and its words."""
    if question.intent not in ABOUT_A_SYMPTOM:
        return Symptom()
    told = symptom_of(replace(question, slots=question.slots + question.about))
    return replace(told, hints=hinted(knowledge, question.text))


def asks_whence(knowledge: Knowledge, memory: Memory, question: Understanding) -> bool:
    """Whether a bare `why?` follows a statement: then it asks where that comes from."""
    bare = question.intent == "ask_causes" and plain_words(question.text) in knowledge.whys
    return bare and bool(source_of_last(knowledge, memory))


def information(
    knowledge: Knowledge, memory: Memory, intent: str, question: Understanding | None = None
) -> Answer:
    """Answer a question; asked again, it brings what was not yet told.

    The words and slots of the question, where it is given, decide what comes first.
    """
    if intent in ABOUT_A_SYMPTOM:
        asked = asked_about(knowledge, question) if question else Symptom()
        memory = replace(memory, symptom=merged(memory.symptom, asked))
        if tells_of_tingling(asked):
            return Answer(fact_told(knowledge, memory, "tingling"), topic=intent)
        return (_causes if intent == "ask_causes" else _remedies)(knowledge, memory, asked)
    text = question.text if question else ""
    facts = [fact for name in _TOPICS[intent] if (fact := knowledge.facts.get(name))]
    passed = knowledge.facts.get("day_or_so_passed")
    if intent == "ask_doctor" and passed and lasted(knowledge, memory.symptom):
        facts = [passed, *facts[1:]]
    wanted = [fact for fact in facts if mentions(text, fact.asked)]
    wanted.sort(key=lambda fact: -mentions(text, fact.asked))
    if intent == "ask_source" and not wanted:
        sentences = source_of_last(knowledge, memory)
        if sentences:
            return Answer(sentences, topic=intent)
    fresh = [fact for fact in facts if not told_before(knowledge, memory, fact)]
    first = next(iter((*wanted, *fresh, *facts)), None)
    if first is None:
        return Answer(worded(knowledge, memory, "unknown_yet"), topic=intent)
    return Answer(packed([told(knowledge, memory, first)]), topic=intent)


def _causes(knowledge: Knowledge, memory: Memory, asked: Symptom) -> Answer:
    """Tell the causes in full, a few at a time.

    The first answer also says that they are no finding about the person.
    """
    disclaimer = knowledge.facts.get("disclaimer_causes")
    if disclaimer and told_before(knowledge, memory, disclaimer):
        disclaimer = None
    after = stated(knowledge, disclaimer.say) if disclaimer else ()
    page = _next_page(knowledge, memory, knowledge.causes.values(), asked, len(after))
    if not page:
        return Answer(worded(knowledge, memory, "unknown_yet"))
    return Answer(page + after, topic="ask_causes")


def _remedies(knowledge: Knowledge, memory: Memory, asked: Symptom) -> Answer:
    """Tell what may help: never an exercise that is blocked, nor what is for another part."""
    symptom = memory.symptom
    site = knowledge.sites.get(symptom.site or "")
    apart = site is not None and not site.exercise
    other = knowledge.facts.get("other_muscles") if apart else None
    if other and told_before(knowledge, memory, other):
        other = None
    lead = said(knowledge, memory, other) if other else ()
    told = memory.groups | ({"surgery_or_injury"} if memory.no_exercise else set())
    groups = (knowledge.groups[each] for each in told if each in knowledge.groups)
    left_out = {name for group in groups for name in group.blocks}
    remedies = [
        replace(remedy, order=-1) if remedy.routine == _first_routine(memory) else remedy
        for remedy in knowledge.remedies.values()
        if remedy.id not in left_out
        and not (apart and not remedy.anywhere)
        and not (remedy.routine and blocked_by(knowledge, memory, remedy.routine))
    ]
    page = _next_page(knowledge, memory, remedies, asked, len(lead))
    if not lead + page:
        return Answer(worded(knowledge, memory, "unknown_yet"))
    return Answer(lead + page, offered_routine(knowledge, memory), "ask_remedies")


def _first_routine(memory: Memory) -> str:
    cramp = memory.cramped or memory.symptom.sensation == "cramp"
    return CRAMP_RELIEF if cramp else ANKLE_CIRCLES


def _next_page(
    knowledge: Knowledge,
    memory: Memory,
    statements: Iterable[Statement],
    asked: Symptom,
    taken: int,
) -> Sentences:
    """Tell a few statements, those first that the question or the person's words suggest.

    What was told before is left out, unless the question itself asks for it, or nothing else is
    left: then it comes once more, short.
    """

    def rank(statement: Statement) -> tuple[int, bool, int, int]:
        by_now, before = suggestions(statement, asked), suggestions(statement, memory.symptom)
        return -by_now, statement.order >= 0, -before, statement.order

    ranked = sorted(statements, key=rank)
    named = [s for s in ranked if suggestions(s, asked)]
    fresh = [s for s in ranked if not told_before(knowledge, memory, s)]
    if ranked and (not fresh or (named and not any(s in fresh for s in named))):
        return told_again(knowledge, memory, (named or ranked)[0])
    return _page(knowledge, memory, fresh, taken)


def _page(
    knowledge: Knowledge, memory: Memory, statements: Sequence[Statement], taken: int
) -> Sentences:
    """Return whole statements as long as there is room beside `taken` sentences.

    At night an answer has fewer sentences, beside those; the first statement is cut to fit.
    """
    hushed = memory.manner.hushed
    room = knowledge.night.sentences if hushed else SENTENCE_LIMIT - taken
    page: Sentences = ()
    for statement in statements:
        group = said(knowledge, memory, statement, room - len(page))
        if page and len(page) + len(group) > room:
            break
        page += group[:room]
    return page
