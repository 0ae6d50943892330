"""The lower part of the report: every result that is not right, with its sound and its reasons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from voice_skill.evaluation.clips import Clip, Clips
from voice_skill.evaluation.matrix import NOT_FOR_US
from voice_skill.evaluation.phrasing import (
    OUTCOMES,
    condition_text,
    different,
    got_text,
    meaning_text,
    severity,
)
from voice_skill.evaluation.results import HypothesisEntry, Outcome, Result, is_right


@dataclass(frozen=True, slots=True)
class Failure:
    """A row of the table; `heard` is None for text alone, `searched` what a search looks into."""

    source: str
    outcome: Outcome
    outcome_name: str
    after_question: bool
    state: str
    intent: str
    text: str
    heard: str | None
    wanted: str
    got: str
    condition: str
    hypotheses: tuple[HypothesisEntry, ...]
    why: tuple[str, ...]
    candidates: str
    tags: tuple[str, ...]
    clip: Clip | None

    @property
    def searched(self) -> str:
        """All words of the row, in lower case."""
        words = (self.source, self.text, self.heard or "", self.wanted, self.got, *self.why)
        return " ".join(words).lower()


@dataclass(frozen=True, slots=True)
class Filters:
    """What the table can be narrowed down to: outcomes (value, name), intents, tags."""

    outcomes: tuple[tuple[str, str], ...]
    intents: tuple[str, ...]
    tags: tuple[str, ...]


def failures(results: Sequence[Result], clips: Clips) -> list[Failure]:
    """Return all results that are not right, the worst first; the worst get their clips first."""
    failed = sorted((result for result in results if not is_right(result)), key=severity)
    return [_failure(result, clips.of(result)) for result in failed]


def filters(rows: Sequence[Failure]) -> Filters:
    """Return what the rows differ in."""
    outcomes = dict.fromkeys((row.outcome, row.outcome_name) for row in rows)
    intents = sorted({row.intent for row in rows})
    return Filters(
        tuple(outcomes), tuple(intents), tuple(sorted({t for r in rows for t in r.tags}))
    )


def _failure(result: Result, clip: Clip | None) -> Failure:
    return Failure(
        source=result["source"],
        outcome=result["outcome"],
        outcome_name=OUTCOMES[result["outcome"]],
        after_question=result["right_after_question"],
        state=result["state"],
        intent=result["intent"] or NOT_FOR_US,
        text=result["text"],
        heard=None if result["audio"] is None else result["heard"],
        wanted=meaning_text(result["intent"], result["slots"] or {}),
        got=got_text(result),
        condition=condition_text(result["condition"]),
        hypotheses=tuple(different(result["hypotheses"])),
        why=tuple(result["why"]),
        candidates=", ".join(_candidates(result)),
        tags=tuple(result["tags"]),
        clip=clip,
    )


def _candidates(result: Result) -> Iterator[str]:
    for candidate in result["candidates"]:
        yield f"{candidate['name']} {candidate['confidence']:.2f}"
