"""What is left of a sentence when the way it was said no longer counts.

`plain` drops spelling and fillers; `normal` also replaces words by their stems and by the concepts
of the lexicon (`my ankle's jumping` -> `my ANKLE is TWITCH`), which is where sentences without a
word in common meet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from voice_skill.domain.language import Lexicon

_VOWELS = frozenset("aeiouy")


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """Return an English word without its ending: `twitching`, `twitches`, `twitchy` -> `twitch`.

    A light stemmer: equal stems are what counts, not that they are words (`pulse`, `pulsing` ->
    `puls`). Words of three letters or fewer stay as they are.
    """
    if len(word) <= 3:
        return word
    if word.endswith("ies"):
        word = word[:-3] + "y"
    elif word.endswith(("sses", "shes", "ches", "xes", "zes")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed", "ly", "y", "e"):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= 3 and _VOWELS & set(rest):
            doubled = ending in ("ing", "ed") and rest[-1] == rest[-2] and rest[-1] not in "lsz"
            return rest[:-1] if doubled else rest.removesuffix("e")
    return word


def split_plain(text: str) -> list[str]:
    """Return the words of `text` in lower case: letters, digits and apostrophes inside words."""
    kept = "".join(c if c.isalnum() or c == "'" else " " for c in text.lower().replace("’", "'"))
    return [word for word in (piece.strip("'") for piece in kept.split()) if word]


def replace_phrases(
    words: Sequence[str], replacements: Mapping[tuple[str, ...], tuple[str, ...]]
) -> list[str]:
    """Replace every run of words that is a key, longest first, from left to right."""
    longest = max(map(len, replacements), default=0)
    result: list[str] = []
    at = 0
    while at < len(words):
        for length in range(min(longest, len(words) - at), 0, -1):
            replacement = replacements.get(tuple(words[at : at + length]))
            if replacement is not None:
                result += replacement
                at += length
                break
        else:
            result.append(words[at])
            at += 1
    return result


class Normalizer:
    """Applies a lexicon to sentences."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Index the lexicon's phrases; keys of several words are allowed everywhere."""
        self._contractions = {
            tuple(split_plain(short)): tuple(split_plain(full))
            for short, full in lexicon.contractions.items()
        }
        self._fillers = {tuple(split_plain(filler)): () for filler in lexicon.fillers}
        self._aliases = {
            tuple(split_plain(heard)): (
                tuple(split_plain(means)),
                frozenset(stem(word) for word in lexicon.near.get(heard, ())),
            )
            for heard, means in lexicon.aliases.items()
        }
        self._concepts = {
            tuple(stem(word) for word in split_plain(phrase)): (concept,)
            for phrase, concept in lexicon.concepts.items()
        }
        self._concept_names = frozenset(lexicon.concepts.values())

    def meant(self, text: str) -> str:
        """Return `text` with what the recogniser tends to write replaced by what was meant.

        An alias that names near words counts only where one of them (or its stem) is present.
        """
        words = split_plain(text)
        stems = {stem(word) for word in words}
        replacements = {
            heard: means
            for heard, (means, near) in self._aliases.items()
            if not near or near & stems
        }
        return " ".join(replace_phrases(words, replacements))

    def plain(self, text: str) -> str:
        """Return `text` in lower case, contractions written out, fillers dropped.

        A sentence of nothing but fillers keeps them.
        """
        words = replace_phrases(split_plain(text), self._contractions)
        return " ".join(replace_phrases(words, self._fillers) or words).replace("'", "")

    def normal(self, text: str) -> str:
        """Return stems and concepts of `text`, aliases applied, each word once."""
        return " ".join(dict.fromkeys(self._conceptual(text)))

    def concepts(self, text: str) -> frozenset[str]:
        """Return the concepts of the lexicon that `text` names."""
        return self._concept_names & frozenset(self._conceptual(text))

    def _conceptual(self, text: str) -> list[str]:
        stems = [stem(word) for word in self.plain(self.meant(text)).split()]
        return replace_phrases(stems, self._concepts)
