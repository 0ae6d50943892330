"""An older test compared with a new one: figures, and the utterances that changed sides."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from types import NoneType
from typing import Any

from voice_skill.domain.errors import ContentError
from voice_skill.evaluation.results import Result, Summary
from voice_skill.evaluation.summary import LATENCIES, RATIOS

HIGHER_IS_BETTER = ("intent_accuracy", "intent_slot_accuracy", "right_after_question")
GUARDED = ("intent_accuracy", "intent_slot_accuracy", "acted_wrong", "out_of_scope_acted")
"""The figures that `--not-worse` watches."""

_RANKS = {
    "acted_wrong": 0,
    "acted_out_of_scope": 0,
    "refused": 1,
    "asked_back": 2,
    "asked_out_of_scope": 2,
    "wrong_slots": 3,
    "right": 4,
    "refused_rightly": 4,
}
_KINDS: Mapping[str, type | tuple[type, ...]] = {
    "source": str,
    "text": str,
    "state": str,
    "outcome": str,
    "condition": dict,
    "decision": str,
    "screen": (str, NoneType),
    "got_intent": (str, NoneType),
    "got_slots": dict,
    "candidates": list,
    "confidence": (int, float),
}
"""What is used of a row of the older test, and must be of these types."""

Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A figure then and now; None where it could not be measured."""

    name: str
    before: float | None
    after: float | None

    @property
    def loss(self) -> float:
        """By how much it got worse; 0 or less when it did not, or cannot be compared."""
        if self.before is None or self.after is None:
            return 0.0
        gain = self.after - self.before
        return -gain if self.name in HIGHER_IS_BETTER else gain


@dataclass(frozen=True, slots=True)
class Flip:
    """An utterance with another outcome than before."""

    before: Result
    after: Result

    @property
    def is_worse(self) -> bool:
        """Whether the new outcome is the worse one."""
        return _rank(self.after) < _rank(self.before)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed; `only_before` and `only_after` count the rows that have no counterpart."""

    changes: tuple[Change, ...]
    flips: tuple[Flip, ...]
    only_before: int
    only_after: int

    def worse_than(self, tolerance: float) -> tuple[Change, ...]:
        """Return the guarded figures that got worse by more than `tolerance`."""
        return tuple(c for c in self.changes if c.name in GUARDED and c.loss > tolerance + 1e-9)


def read_baseline(path: Path) -> Summary:
    """Read what `--json` wrote; ContentError for anything else."""
    try:
        document = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise _useless(path, f"cannot be read: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise _useless(path, "is not JSON") from error
    rows = document.get("results") if isinstance(document, dict) else None
    if not isinstance(rows, list) or not all(_is_result(row) for row in rows):
        raise _useless(path, "holds no results of a test")
    for name in RATIOS:
        if not isinstance(document.get(name), float | int | None):
            raise _useless(path, f'"{name}" is no number')
    found: Summary = document
    return found


def _is_result(row: object) -> bool:
    return (
        isinstance(row, dict)
        and all(isinstance(row.get(key, ...), kind) for key, kind in _KINDS.items())
        and row["outcome"] in _RANKS
        and all(isinstance(each, dict) and "name" in each for each in row["candidates"])
    )


def _useless(path: Path, reason: str) -> ContentError:
    return ContentError(
        f"the baseline cannot be used: {path} {reason}",
        problems=(f"{path}:1: {reason}",),
        hint="give a file that an earlier `voice-skill test --json FILE` wrote",
    )


def compare(before: Summary, after: Summary) -> Comparison:
    """Compare two tests. Rows are matched by file, recording, text, state and condition."""
    old, new = _by_key(before["results"]), _by_key(after["results"])
    flips = [
        Flip(old[key], row)
        for key, row in new.items()
        if key in old and _rank(old[key]) != _rank(row)
    ]
    changes = tuple(
        Change(name, before.get(name), after.get(name)) for name in (*RATIOS, *LATENCIES)
    )
    return Comparison(changes, tuple(flips), len(old.keys() - new), len(new.keys() - old))


def _rank(result: Result) -> int:
    return _RANKS[result["outcome"]]


def _by_key(results: Sequence[Result]) -> dict[Key, Result]:
    """Return the results by what they tested; of equal ones each by its number."""
    seen: Counter[Key] = Counter()
    found: dict[Key, Result] = {}
    for result in results:
        key = _key(result)
        seen[key] += 1
        numbered = (*key, seen[key])
        found[numbered] = result
    return found


def _key(result: Mapping[str, Any]) -> Key:
    audio = result.get("audio")
    return (
        result["source"].rsplit(":", 1)[0],  # a line may move
        PurePath(audio).name if isinstance(audio, str) else None,
        result["text"],
        result["state"],
        *_flat(result["condition"]),
    )


def _flat(condition: Mapping[str, object]) -> Iterable[str]:
    return (f"{name}={condition[name]}" for name in sorted(condition))
