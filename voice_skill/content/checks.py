"""`voice-skill check`: every problem of a skill folder at once, of shape and of meaning."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from voice_skill.content.article import check_article
from voice_skill.content.blocked import check_blocked
from voice_skill.content.claims import check_claims
from voice_skill.content.nodes import Problem
from voice_skill.content.reach import check_reach
from voice_skill.content.skill import default_folder, read
from voice_skill.content.spellings import check_spellings
from voice_skill.content.spoken import check_commands, check_spoken
from voice_skill.content.tree import Tree
from voice_skill.content.wake_phrases import check_wake_phrases
from voice_skill.domain.language import Skill


def check(
    folder: Path | None, *, known_word: Callable[[str], bool] | None = None
) -> tuple[Problem, ...]:
    """Return all problems of a skill folder, by file, line and column.

    `known_word` says whether the speech model knows a word; without it words are not looked up.
    Sentences are compared only when all names lead somewhere. Beside a file that cannot be read,
    the others' problems of shape, templates and spoken sentences are told, which need no names.
    Raises ContentError when there is no folder or no file.
    """
    skill, tree = read(folder or default_folder())
    problems = set(tree.problems)
    if tree.is_whole and not tree.is_empty:
        problems.update(_meaning(tree, skill, known_word, comparable=not problems))
    elif skill.knowledge is not None:
        problems.update(check_spoken(tree, skill.knowledge))
    return tuple(sorted(problems))


def _meaning(
    tree: Tree, skill: Skill, known_word: Callable[[str], bool] | None, *, comparable: bool
) -> Iterator[Problem]:
    knowledge = skill.knowledge
    yield from check_reach(tree, skill.language, knowledge)
    yield from check_wake_phrases(tree, skill.language, known_word)
    if knowledge is not None:
        yield from check_claims(tree, knowledge)
        yield from check_article(tree, knowledge)
        yield from check_spoken(tree, knowledge)
        yield from check_blocked(tree, knowledge)
    if comparable:
        # imported here: it needs hassil, which every start of the program would wait for
        from voice_skill.content.sentences import Sentences

        sentences = Sentences(tree, skill.language)
        yield from sentences.refused
        yield from sentences.clashes()
        yield from sentences.contradictions()
        if knowledge is not None:
            yield from check_commands(tree, knowledge, sentences.commands())
        lexicon = skill.language.lexicon
        yield from check_spellings(tree, lexicon, sentences.said_in, known_word)
        if known_word is not None:
            yield from sentences.unknown_words(known_word)
