"""BERT's uncased WordPiece: text -> numbers of word pieces.

A word is cut into the longest pieces of the vocabulary from its left; pieces inside a word begin
with `##` there. The cleaning is BERT's: lower case, no accents, signs and Chinese characters are
words of their own.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path

LONGEST_WORD = 100
"""Characters; a longer word is an unknown one, as in BERT."""

_KEPT_WORDS = 8192
_BEGIN, _END, _UNKNOWN = "[CLS]", "[SEP]", "[UNK]"
_SPACES = "\t\n\r\u2028\u2029"
_CHINESE = (
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0xF900, 0xFAFF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2CEAF),
    (0x2F800, 0x2FA1F),
)


class WordPiece:
    """Cuts texts into pieces of one vocabulary."""

    def __init__(self, vocabulary: Path) -> None:
        """Read a file with one piece a line; the number of a piece is its line, from 0.

        OSError when it cannot be read, ValueError when it is no such vocabulary.
        """
        lines = vocabulary.read_text(encoding="utf-8").split("\n")
        self._numbers = {piece: number for number, piece in enumerate(lines) if piece}
        if any(piece not in self._numbers for piece in (_BEGIN, _END, _UNKNOWN)):
            raise ValueError(f"{vocabulary} lacks {_BEGIN}, {_END} or {_UNKNOWN}")
        self._begin, self._end = self._numbers[_BEGIN], self._numbers[_END]
        self._unknown = self._numbers[_UNKNOWN]
        self.size = len(lines)
        self._pieces = lru_cache(_KEPT_WORDS)(self._cut)

    def encode(self, text: str, limit: int = 128) -> list[int]:
        """Return the piece numbers between those of begin and end, at most `limit` with them."""
        pieces = (piece for word in words(text) for piece in self._pieces(word))
        return [self._begin, *islice(pieces, limit - 2), self._end]

    def _cut(self, word: str) -> tuple[int, ...]:
        if len(word) > LONGEST_WORD:
            return (self._unknown,)
        found: list[int] = []
        start = 0
        while start < len(word):
            inside = "##" if start else ""
            for end in range(len(word), start, -1):
                number = self._numbers.get(inside + word[start:end])
                if number is not None:
                    found.append(number)
                    start = end
                    break
            else:
                return (self._unknown,)
        return tuple(found)


def words(text: str) -> Iterator[str]:
    """Yield the words of `text`: clean, without accents, in lower case, signs by themselves."""
    clean = unicodedata.normalize("NFD", "".join(map(_cleaned, text)))
    # Accents go before the case does: that is the order of BERT's own tokenizer.
    bare = "".join(c for c in clean if unicodedata.category(c) != "Mn")
    yield from "".join(f" {c} " if _is_sign(c) else c for c in bare.lower()).split()


def _cleaned(character: str) -> str:
    category = unicodedata.category(character)
    if character in _SPACES or category == "Zs":
        return " "
    if character == "\ufffd" or category.startswith("C"):
        return ""
    number = ord(character)
    if any(first <= number <= last for first, last in _CHINESE):
        return f" {character} "
    return character


def _is_sign(character: str) -> bool:
    ascii_sign = character.isascii() and character.isprintable() and not character.isalnum()
    return (ascii_sign and character != " ") or unicodedata.category(character).startswith("P")
