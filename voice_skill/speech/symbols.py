"""The words that the speech model knows, read without loading the model.

They are the symbol table at the head of `graph/Gr.fst`. A word that is not in it would be dropped
from a grammar without a sound, so every grammar is checked against it first.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from pathlib import Path

from voice_skill.domain.errors import ModelError

_GRAPH = "graph/Gr.fst"
_FST_MAGIC = 2125659606  # kFstMagicNumber of OpenFst's fst/fst.h
_TABLE_MAGIC = 2125658996  # kSymbolTableMagicNumber of OpenFst's symbol-table.cc
_HAS_INPUT_SYMBOLS = 0x1  # FstHeader::HAS_ISYMBOLS
_NOT_SPOKEN = (b"<", b"[", b"#", b"!")  # <eps> <s> </s> [unk] #0 !SIL


class Vocabulary:
    """The model's words; `word in vocabulary` is exact, so give words in lower case.

    Reading takes about 0.1 s and the set about 15 MB: keep it no longer than it is asked.
    """

    def __init__(self, words: frozenset[bytes]) -> None:
        """Keep the words, in UTF-8."""
        self._words = words

    @classmethod
    def read(cls, model_folder: Path) -> Vocabulary:
        """Read the symbol table of the model in `model_folder`; ModelError when it has none."""
        path = model_folder / _GRAPH
        try:
            content = path.read_bytes()
            words = _symbols(content)
        except OSError as error:
            raise _unreadable(path, error.strerror or str(error)) from error
        except (struct.error, IndexError, ValueError) as error:
            raise _unreadable(path, str(error)) from error
        return cls(frozenset(w for w in words if w and not w.startswith(_NOT_SPOKEN)))

    def __contains__(self, word: str) -> bool:
        return word.encode("utf-8", "replace") in self._words

    def __len__(self) -> int:
        return len(self._words)

    def unknown(self, words: Iterable[str]) -> tuple[str, ...]:
        """Return those of `words` that the model does not know, each once, in their order."""
        return tuple(word for word in dict.fromkeys(words) if word not in self)


def unknown_words(model_folder: Path, words: Iterable[str]) -> tuple[str, ...]:
    """Return those of `words` that the model in `model_folder` does not know (see Vocabulary)."""
    return Vocabulary.read(model_folder).unknown(words)


def _unreadable(path: Path, reason: str) -> ModelError:
    return ModelError(
        f"The words of the speech model cannot be read from {path}: {reason}.",
        hint="Run `voice-skill model verify`, and `voice-skill model install` if it complains.",
    )


def _symbols(content: bytes) -> list[bytes]:
    """Return the words of an OpenFst file's input symbol table, in the order of the file.

    Layout, little endian: int32 magic; string FST type; string arc type; int32 version;
    int32 flags; uint64 properties; int64 start, states, arcs; then, if flagged, the table:
    int32 magic; string name; int64 next free key, size; size times (string, int64 key).
    A string is an int32 length and its bytes.
    """
    if struct.unpack_from("<i", content, 0)[0] != _FST_MAGIC:
        raise ValueError("it is not an OpenFst file")
    at = _after_string(content, _after_string(content, 4))
    flags = struct.unpack_from("<i", content, at + 4)[0]
    at += 8 + 4 * 8
    if not flags & _HAS_INPUT_SYMBOLS or struct.unpack_from("<i", content, at)[0] != _TABLE_MAGIC:
        raise ValueError("it holds no symbol table")
    at = _after_string(content, at + 4)
    size = struct.unpack_from("<q", content, at + 8)[0]
    at += 16
    length_at = struct.Struct("<i").unpack_from
    words = []
    for _ in range(size):  # 150,000 times: kept free of calls
        (length,) = length_at(content, at)
        end = at + 4 + length
        words.append(content[at + 4 : end])
        at = end + 8
    if at > len(content):
        raise ValueError("the file is cut short")
    return words


def _after_string(content: bytes, at: int) -> int:
    length: int = struct.unpack_from("<i", content, at)[0]
    return at + 4 + length
