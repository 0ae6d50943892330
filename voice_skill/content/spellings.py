"""Checks of `sounds_like`: words the speech model lacks, spelled in words that it knows."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from voice_skill.content.grammar import plain
from voice_skill.content.nodes import Problem
from voice_skill.content.tree import Tree
from voice_skill.domain.language import Lexicon


def check_spellings(
    tree: Tree,
    lexicon: Lexicon,
    said_in: Callable[[str], str | None],
    known_word: Callable[[str], bool] | None,
) -> Iterator[Problem]:
    """Return what is wrong with the spellings, each at its place.

    `said_in` names the intent that has a sentence with these words side by side: what is heard
    would be turned into another word there. `known_word` as in `check`.
    """
    owners: dict[str, str] = {}
    for word, spellings in lexicon.sounds_like.items():
        keys = ("lexicon", "sounds_like", word)
        if known_word is not None and known_word(word):
            message = f'the speech model knows "{word}": it needs no other spelling'
            yield tree.problem(keys, message)
        for index, spelling in enumerate(spellings):
            for problem in _problems(plain(spelling), word, owners, said_in, known_word):
                yield tree.problem((*keys, index), problem)


def _problems(
    spelling: str,
    word: str,
    owners: dict[str, str],
    said_in: Callable[[str], str | None],
    known_word: Callable[[str], bool] | None,
) -> Iterator[str]:
    unknown = [part for part in spelling.split() if known_word is not None and not known_word(part)]
    if unknown:
        yield f'the speech model does not know "{unknown[0]}" in the spelling of "{word}"'
    owner = owners.setdefault(spelling, word)
    if owner != word:
        yield f'"{spelling}" is the spelling of "{owner}" already'
    if not spelling:
        yield f'a spelling of "{word}" holds no word'
        return
    intent = said_in(spelling)
    if intent is not None:
        yield (
            f'"{spelling}" is said in sentences of {intent}, '
            f'where it would be taken for "{word}"; state another spelling'
        )
