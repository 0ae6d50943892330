"""The article's claims: each is told by some sentence, and something a person asks brings it."""

from __future__ import annotations

from collections.abc import Iterator

from voice_skill.content.nodes import Problem, did_you_mean
from voice_skill.content.references import Keys
from voice_skill.content.tree import Tree
from voice_skill.domain.knowledge import Claim, Knowledge, Routine, Site, Statement
from voice_skill.domain.spoken import WORD_LIMIT, word_count

_SECTIONS = ("causes", "remedies", "facts", "sites", "routines")

MARK = "Beyond the article:"
"""The shortest mark that a sentence beyond the article is given (`prompts.beyond`)."""


def told_in(knowledge: Knowledge, claim_id: str) -> list[tuple[str, str, Statement | Site]]:
    """Return what names a claim and tells it: section, id, and the statement or place."""
    return [
        (section, name, thing)
        for section, name, thing in _naming(knowledge, claim_id)
        if not isinstance(thing, Routine)
    ]


def telling(knowledge: Knowledge, claim: Claim) -> str | None:
    """Return the sentence that tells a claim: one of a statement of it that holds its words."""
    sentences = (sentence for _, _, thing in told_in(knowledge, claim.id) for sentence in thing.say)
    return next((s for s in sentences if claim.words.lower() in s.lower()), None)


def _naming(
    knowledge: Knowledge, claim_id: str
) -> Iterator[tuple[str, str, Statement | Site | Routine]]:
    for section in _SECTIONS:
        for name, thing in getattr(knowledge, section).items():
            if claim_id in thing.claims:
                yield section, name, thing


def check_article(tree: Tree, knowledge: Knowledge) -> Iterator[Problem]:
    """Return claims that are lost or unknown, and sentences too long to be marked as beyond it."""
    yield from _too_long_to_mark(tree, knowledge)
    if not knowledge.claims:
        return
    for section in _SECTIONS:
        for name, thing in getattr(knowledge, section).items():
            for index, claim_id in enumerate(thing.claims):
                if claim_id not in knowledge.claims:
                    near = did_you_mean(claim_id, knowledge.claims)
                    keys: Keys = (section, name, "claims", index)
                    yield tree.problem(keys, f'there is no claim "{claim_id}"{near}')
    for claim in knowledge.claims.values():
        for message in _lost(knowledge, claim):
            yield tree.problem(("claims", claim.id), message)


def _lost(knowledge: Knowledge, claim: Claim) -> Iterator[str]:
    if not claim.ask:
        if not claim.unspoken:
            yield f"the claim {claim.id} needs a question that brings it, or `unspoken`: why not"
        return
    if claim.unspoken:
        yield f"the claim {claim.id} is asked for, so it is not unspoken"
    if not told_in(knowledge, claim.id):
        yield f"nothing says the claim {claim.id}: no cause, remedy, fact or site names it"
    elif not claim.words or telling(knowledge, claim) is None:
        yield f'no sentence of what names the claim {claim.id} holds its words "{claim.words}"'


def _too_long_to_mark(tree: Tree, knowledge: Knowledge) -> Iterator[Problem]:
    """The first sentence of a statement beyond the article has room for the mark, or names it."""
    for section in ("causes", "remedies", "facts", "sites"):
        for name, thing in getattr(knowledge, section).items():
            for first in thing.say[:1] if thing.origin == "beyond" else ():
                if "article" in first.lower() or word_count(f"{MARK} {first}") <= WORD_LIMIT:
                    continue
                message = f'no room to say "{MARK}" before it in {WORD_LIMIT} words: "{first}"'
                yield tree.sentence_problem((section, name, "say"), first, message)
