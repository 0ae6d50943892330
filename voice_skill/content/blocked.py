"""A warning says the same to everybody, so it must not name what is blocked for some."""

from __future__ import annotations

from collections.abc import Iterator

from voice_skill.content.nodes import Problem
from voice_skill.content.references import EVERY_ROUTINE
from voice_skill.content.spoken import spoken_sentences
from voice_skill.content.tree import Tree
from voice_skill.domain.knowledge import Knowledge, SpecialGroup
from voice_skill.domain.telling import mentions

_WARNINGS = ("alarm_rules", "levels")


def check_blocked(tree: Tree, knowledge: Knowledge) -> Iterator[Problem]:
    """Return the sentences of warnings that name what a group blocks.

    A remedy says by which words it is named; without them nothing could be looked for.
    """
    for name, group in knowledge.groups.items():
        for index, blocked in enumerate(group.blocks):
            remedy = knowledge.remedies.get(blocked)
            if remedy is not None and not (remedy.named or remedy.routine):
                message = f'"{blocked}" is blocked, so it needs words under `named`'
                yield tree.problem(("groups", name, "blocks", index), message)
    warnings = [s for s in spoken_sentences(knowledge) if s.keys[0] in _WARNINGS]
    for word, groups in _words(knowledge).items():
        for spoken in warnings:
            if mentions(spoken.sentence, (word,)):
                message = (
                    f'"{word}" is blocked for {", ".join(groups)}, and a warning says the same'
                    f' to everybody: "{spoken.sentence}"'
                )
                yield tree.sentence_problem(spoken.keys, spoken.sentence, message)


def _words(knowledge: Knowledge) -> dict[str, list[str]]:
    """Return each word that names something blocked, with the groups that block it."""
    found: dict[str, list[str]] = {}
    for name, group in knowledge.groups.items():
        for word in _words_of(knowledge, group):
            found.setdefault(word, []).append(name)
    return found


def _words_of(knowledge: Knowledge, group: SpecialGroup) -> set[str]:
    words = {
        word
        for blocked in group.blocks
        if blocked in knowledge.remedies
        for word in knowledge.remedies[blocked].named
    }
    words |= {
        routine.spoken
        for routine in knowledge.routines.values()
        if routine.id in group.blocks or EVERY_ROUTINE in group.blocks
    }
    return words
