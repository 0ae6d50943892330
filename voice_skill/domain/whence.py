"""Who says so? The source of what was said last, found by its sentences.

Whatever the content lets the assistant say about health is found again word for word, so nothing
need be remembered beside the sentences themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from voice_skill.domain.knowledge import Knowledge, Origin
from voice_skill.domain.phases import Memory
from voice_skill.domain.prompts import OF_THE_DOCTOR, OWN_CAUTION, SOURCE_REPLIES
from voice_skill.domain.spoken import WORD_LIMIT, filled, sentences_of, word_count
from voice_skill.domain.telling import outside_source
from voice_skill.domain.turns import SENTENCE_LIMIT, spoken_names, worded

Sentences = tuple[str, ...]

SOURCE_FACTS = ("about_me", "source_short", "source_long", "author", "outline", "evidence")
"""The facts that tell of the article, the doctor and this program."""

_PLACE = re.compile(r"\\\{\w+\\\}")
_MARK = re.compile(": ")


@dataclass(frozen=True, slots=True)
class Whence:
    """Where a sentence comes from: the doctor's own words in the article, or the statement's."""

    origin: Origin
    sources: tuple[str, ...] = ()
    by_doctor: bool = False


NOTHING = Whence("product", ("nothing",))
THE_SOURCE_ITSELF = Whence("product", ("the source itself",))
"""A sentence that says nothing about health, and one that names the source of another."""


def source_of_last(knowledge: Knowledge, memory: Memory) -> Sentences:
    """Return sentences that name the source of the last statement; none where there was none.

    Nor where that was told already: who asks again wants to know more of the source itself.
    """
    found = _last_statement(knowledge, memory)
    return _spoken(knowledge, memory, found) if found else ()


def _last_statement(knowledge: Knowledge, memory: Memory) -> list[Whence]:
    prompts = [*memory.said]
    if memory.last is not None and memory.last.sentences not in memory.said[-1:]:
        prompts.append(memory.last.sentences)  # an instruction
    known = _known(knowledge)
    for sentences in reversed(prompts):
        found: list[Whence] = []
        for sentence in sentences:
            whence = known.of(sentence)
            if whence is THE_SOURCE_ITSELF:
                return []
            if whence is not NOTHING and whence not in found:
                found.append(whence)
        if found:
            return found
    return []


class _Known:
    """Every sentence about health with its source; of equal ones the first counts."""

    def __init__(self, sentences: Iterable[tuple[str, Whence]]) -> None:
        """Take each sentence as it is said; places that are filled later stay in it."""
        self._whole: dict[str, Whence] = {}
        self._with_places: list[tuple[re.Pattern[str], Whence]] = []
        for text, whence in sentences:
            if "{" in text:
                pattern = re.compile(_PLACE.sub(".+", re.escape(text)))
                self._with_places.append((pattern, whence))
            else:
                self._whole.setdefault(text, whence)

    def of(self, sentence: str) -> Whence:
        """Return whence a sentence comes, with a mark before it or not, and its places filled."""
        marked = [sentence, *(sentence[at.end() :] for at in _MARK.finditer(sentence))]
        whole = (self._whole[text] for text in marked if text in self._whole)
        filled_in = (w for pattern, w in self._with_places if pattern.fullmatch(sentence))
        return next(whole, None) or next(filled_in, NOTHING)


@lru_cache(maxsize=4)
def _known(knowledge: Knowledge) -> _Known:
    names = spoken_names(knowledge)
    return _Known(
        (filled(sentence, names), whence)
        for texts, whence in _texts(knowledge)
        for text in texts
        for sentence in sentences_of(text)
    )


def _texts(knowledge: Knowledge) -> Iterator[tuple[Iterable[str], Whence]]:
    for prompt_id in sorted(SOURCE_REPLIES):
        yield knowledge.prompts.get(prompt_id, ()), THE_SOURCE_ITSELF
    for fact_id in SOURCE_FACTS:
        fact = knowledge.facts.get(fact_id)
        yield (*fact.say, *fact.short) if fact else (), THE_SOURCE_ITSELF
    yield from _of_the_article(knowledge)
    yield from _of_others(knowledge)
    for routine in knowledge.routines.values():
        for step in routine.steps:
            yield (*step.say, step.ask), _of_step(step.sources)
    for prompt_id in sorted(OF_THE_DOCTOR):
        yield knowledge.prompts.get(prompt_id, ()), Whence("article", ("article",), by_doctor=True)
    for prompt_id in sorted(OWN_CAUTION):
        yield knowledge.prompts.get(prompt_id, ()), Whence("product")


def _of_the_article(knowledge: Knowledge) -> Iterator[tuple[Iterable[str], Whence]]:
    """What names its claims, beyond the article or not."""
    doctors = {name for name, claim in knowledge.claims.items() if claim.by == "doctor"}
    for statements in (knowledge.facts, knowledge.causes, knowledge.remedies):
        for one in statements.values():
            by_doctor = bool(doctors & set(one.claims))
            yield (*one.say, *one.short), Whence(one.origin, one.sources, by_doctor)
    for site in knowledge.sites.values():
        yield site.say, Whence(site.origin, site.sources, bool(doctors & set(site.claims)))


def _of_others(knowledge: Knowledge) -> Iterator[tuple[Iterable[str], Whence]]:
    for group in knowledge.groups.values():
        yield group.say, Whence(group.origin, group.sources)
    for rule in knowledge.rules.values():
        yield rule.say, Whence(rule.origin, rule.sources)
    for screen in knowledge.screens.values():
        yield (screen.ask,), Whence(screen.origin, screen.sources)
    for say in knowledge.levels.values():
        yield say, Whence("product")


def _of_step(sources: tuple[str, ...]) -> Whence:
    """How an exercise is done is never from the article, which only names it."""
    own = all(source in ("article", "product") for source in sources)
    return Whence("product" if own else "beyond", sources)


# ------------------------------------------------------------------ aloud


def _spoken(knowledge: Knowledge, memory: Memory, found: Iterable[Whence]) -> Sentences:
    """Name up to three sources, each in a sentence: the doctor or article, others, our caution."""
    sentences: Sentences = ()
    for part in _parts(knowledge, found):
        prompt_id, source = part
        if sentences:
            prompt_id = f"{prompt_id}_too"
        sentences += worded(knowledge, memory, prompt_id, source=source)
    return sentences[:SENTENCE_LIMIT]


def _parts(knowledge: Knowledge, found: Iterable[Whence]) -> list[tuple[str, str]]:
    """Return what is to be named: a prompt's beginning and the name of an outside source."""
    whences = list(found)
    by_doctor = any(whence.by_doctor for whence in whences)
    parts: list[tuple[str, str]] = []
    if by_doctor or any("article" in whence.sources for whence in whences):
        parts.append(("source_doctor" if by_doctor else "source_article", ""))
    beyond = [whence.sources for whence in whences if whence.origin == "beyond"]
    outside = list(dict.fromkeys(filter(None, (_outside(knowledge, ids) for ids in beyond))))
    if outside:
        both = " and ".join(outside[:2])
        parts.append(("source_beyond", both if _all_fit(knowledge, both) else outside[0]))
    own = any(w.origin == "product" or "product" in w.sources for w in whences)
    if own or not parts:
        parts.append(("source_product", ""))
    return parts


def _all_fit(knowledge: Knowledge, source: str) -> bool:
    """Whether every wording that names outside sources has room for these."""
    prompts = (knowledge.prompts["source_beyond"], knowledge.prompts["source_beyond_too"])
    texts = (filled(text, {"source": source}) for wordings in prompts for text in wordings)
    return all(word_count(part) <= WORD_LIMIT for text in texts for part in sentences_of(text))


def _outside(knowledge: Knowledge, source_ids: tuple[str, ...]) -> str:
    source = outside_source(knowledge, source_ids)
    return source.spoken if source else ""
