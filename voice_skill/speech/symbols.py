"""The words that the speech model knows and their ids, read without loading the model.

They are the symbol table at the head of `graph/Gr.fst`. A word that is not in it would be dropped
from a grammar without a sound, so every grammar is checked against it first.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from pathlib import Path

from voice_skill.domain.errors import ModelError
from voice_skill.speech.model_store import mending
from voice_skill.speech.openfst import HAS_INPUT_SYMBOLS, read_header, read_symbols

GRAPH = "graph/Gr.fst"
"""The language model, in a model's folder."""

_NOT_SPOKEN = (b"<", b"[", b"#", b"!")  # <eps> <s> </s> [unk] #0 !SIL


class Vocabulary:
    """The model's words; `word in vocabulary` is exact, so give words in lower case.

    `symbols` are all of the table, in UTF-8, with their ids: also those that are no words.
    Reading takes about 0.1 s and the table about 20 MB: keep it no longer than it is asked.
    """

    def __init__(self, symbols: Mapping[bytes, int]) -> None:
        """Keep the symbols and their ids."""
        self.symbols = symbols

    @classmethod
    def read(cls, model_folder: Path) -> Vocabulary:
        """Read the symbol table of the model in `model_folder`; ModelError when it has none."""
        path = model_folder / GRAPH
        try:
            symbols = _symbols(path.read_bytes())
        except OSError as error:
            raise _unreadable(model_folder, path, error.strerror or str(error)) from error
        except (struct.error, IndexError, ValueError) as error:
            raise _unreadable(model_folder, path, str(error)) from error
        return cls(symbols)

    def __contains__(self, word: str) -> bool:
        return self.id_of(word) is not None

    def __len__(self) -> int:
        return sum(bool(s) and not s.startswith(_NOT_SPOKEN) for s in self.symbols)

    def id_of(self, word: str) -> int | None:
        """Return the id of a word; None for one that the model does not know."""
        symbol = word.encode("utf-8", "replace")
        return self.symbols.get(symbol) if word and not symbol.startswith(_NOT_SPOKEN) else None

    def unknown(self, words: Iterable[str]) -> tuple[str, ...]:
        """Return those of `words` that the model does not know, each once, in their order."""
        return tuple(word for word in dict.fromkeys(words) if word not in self)


def unknown_words(model_folder: Path, words: Iterable[str]) -> tuple[str, ...]:
    """Return those of `words` that the model in `model_folder` does not know (see Vocabulary)."""
    return Vocabulary.read(model_folder).unknown(words)


def _unreadable(model_folder: Path, path: Path, reason: str) -> ModelError:
    return ModelError(
        f"The words of the speech model cannot be read from {path}: {reason}.",
        hint=mending(model_folder),
    )


def _symbols(content: bytes) -> dict[bytes, int]:
    """Return the input symbol table of an OpenFst file."""
    header, at = read_header(content)
    if not header.flags & HAS_INPUT_SYMBOLS:
        raise ValueError("it holds no symbol table")
    symbols, at = read_symbols(content, at)
    if at > len(content):
        raise ValueError("the file is cut short")
    return symbols
