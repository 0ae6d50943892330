"""How a statement is told: marked where it goes beyond the article, and in full only once."""

from __future__ import annotations

import re
from collections.abc import Iterable

from voice_skill.domain.knowledge import Knowledge, Site, Source, Statement
from voice_skill.domain.phases import Memory, Symptom
from voice_skill.domain.spoken import WORD_LIMIT, word_count
from voice_skill.domain.symptoms import told_pairs
from voice_skill.domain.turns import SENTENCE_LIMIT, stated, worded

Sentences = tuple[str, ...]

ARTICLE_AND_OURS = ("article", "product")
"""The sources that are no outside ones: the article itself, and our own caution."""

_NOT_SAID = re.compile(r"[^a-z']+")


# ------------------------------------------------------------------ which statement


def mentions(text: str, words: Iterable[str]) -> int:
    """Return the length of the longest of these words or phrases that stands in a text, or 0.

    `nerv*` is any word that begins so.
    """
    plain = f" {plain_words(text)} "
    found = (
        len(word)
        for word in words
        if (f" {word[:-1]}" if word.endswith("*") else f" {word} ") in plain
    )
    return max(found, default=0)


def plain_words(text: str) -> str:
    """Return a text in lower case, with one space between words and nothing else."""
    return _NOT_SAID.sub(" ", text.lower().replace("’", "'")).strip()


def hinted(knowledge: Knowledge, text: str) -> frozenset[str]:
    """Return the ids of the causes and remedies that a person's own words bring up."""
    statements = (*knowledge.causes.values(), *knowledge.remedies.values())
    return frozenset(s.id for s in statements if s.asked and mentions(text, s.asked))


def suggested_first(statements: Iterable[Statement], symptom: Symptom) -> list[Statement]:
    """Sort statements: those that the person's own words suggest first, then by their order."""
    return sorted(statements, key=lambda s: (-suggestions(s, symptom), s.order))


def suggestions(statement: Statement, symptom: Symptom) -> int:
    """Return how much of what the person told suggests a statement."""
    told = told_pairs(symptom)
    return max(len(told & set(statement.suggested_by)), statement.id in symptom.hints)


# ------------------------------------------------------------------ its words


def said(
    knowledge: Knowledge, memory: Memory, statement: Statement, room: int = SENTENCE_LIMIT
) -> Sentences:
    """Return a statement's sentences, at night the short form; one beyond the article says so.

    `room`: the sentences that there is room for; it decides only how the source is named.
    """
    sentences = stated(knowledge, _wording(knowledge, memory, statement))
    return _marked(knowledge, memory, statement, sentences, room)


def site_said(knowledge: Knowledge, memory: Memory, site: Site, room: int) -> Sentences:
    """Return as much of what there is to say about a place as there is room for.

    Its first sentence stands alone. Nothing where it was said before.
    """
    statement = Statement(site.id, site.say, site.origin, site.sources)
    if told_before(knowledge, memory, statement):
        return ()
    return _marked(knowledge, memory, statement, stated(knowledge, site.say), room)[:room]


def _wording(knowledge: Knowledge, memory: Memory, statement: Statement) -> Sentences:
    if memory.manner.hushed:
        return statement.short or statement.say[: knowledge.night.sentences]
    return statement.say


def _marked(
    knowledge: Knowledge, memory: Memory, statement: Statement, sentences: Sentences, room: int
) -> Sentences:
    """Say before what goes beyond the article that it does, and whose word it is.

    A statement whose first sentence speaks of the article says so itself. The source is named in
    the same sentence, else in one of its own; where there is room for neither, it is left out, and
    "who says so?" brings it.
    """
    if statement.origin != "beyond" or not sentences or "article" in sentences[0].lower():
        return sentences
    source = outside_source(knowledge, statement.sources)
    if source is not None:
        names = {"source": source.spoken, "sentence": sentences[0]}
        cited = worded(knowledge, memory, "beyond_cited", **names)
        if _fit(cited):
            return (*cited, *sentences[1:])
        lead = worded(knowledge, memory, "beyond_from", source=source.spoken)
        if _fit(lead) and len(lead) + len(sentences) <= room and not memory.manner.hushed:
            return (*lead, *sentences)
    return (*worded(knowledge, memory, "beyond", sentence=sentences[0]), *sentences[1:])


def _fit(sentences: Sentences) -> bool:
    return max(map(word_count, sentences)) <= WORD_LIMIT


def outside_source(knowledge: Knowledge, source_ids: Iterable[str]) -> Source | None:
    """Return the first source of a statement that is neither the article nor our own caution."""
    named = (knowledge.sources.get(name) for name in source_ids if name not in ARTICLE_AND_OURS)
    return next(filter(None, named), None)


def packed(groups: Iterable[Sentences], room: int = SENTENCE_LIMIT) -> Sentences:
    """Take whole statements as long as they fit; the first one is cut rather than left out."""
    taken: Sentences = ()
    for group in groups:
        if not taken:
            taken = group[:room]
        elif len(taken) + len(group) <= room:
            taken += group
    return taken


# ------------------------------------------------------------------ told before


def told_before(knowledge: Knowledge, memory: Memory, statement: Statement) -> bool:
    """Whether a statement was told lately: its first sentence, by day or by night."""
    first = stated(knowledge, (*statement.say[:1], *statement.short[:1]))
    return any(heard.endswith(first) for prompt in memory.said for heard in prompt)


def told_again(knowledge: Knowledge, memory: Memory, statement: Statement) -> Sentences:
    """Return what was told before, short, and that it was: a person may have missed it."""
    again = statement.short or statement.say[: knowledge.night.sentences]
    return packed([worded(knowledge, memory, "as_told") + stated(knowledge, again)])


def told(knowledge: Knowledge, memory: Memory, statement: Statement) -> Sentences:
    """Tell a statement: in full the first time, short when it was told before."""
    if told_before(knowledge, memory, statement):
        return told_again(knowledge, memory, statement)
    return said(knowledge, memory, statement)
