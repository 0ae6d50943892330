"""What is known of a tested utterance: plain dictionaries, as they stand in the JSON file."""

from __future__ import annotations

from typing import Any, Literal, TypedDict, final

Outcome = Literal[
    "right",
    "wrong_slots",
    "acted_wrong",
    "asked_back",
    "refused",
    "refused_rightly",
    "asked_out_of_scope",
    "acted_out_of_scope",
]
"""The first five are of rows in scope, the last three of rows that must be refused."""


class ConditionEntry(TypedDict):
    """Under what an utterance was heard; `gain` in decibels, nothing changed: null, 0 and 1."""

    noise: str | None
    snr: float | None
    room: str | None
    gain: float
    speed: float


class HypothesisEntry(TypedDict):
    """One transcript."""

    decoder: str
    text: str
    score: float


class CandidateEntry(TypedDict):
    """One intent that the utterance may mean."""

    name: str
    confidence: float


@final
class Result(TypedDict):
    """One tested utterance. Times are processor seconds; docs/testing.md tells every key."""

    source: str
    audio: str | None
    text: str
    intent: str | None
    slots: dict[str, str | float] | None
    label: str
    state: str
    tags: list[str]
    heard: str
    hypotheses: list[HypothesisEntry]
    decision: str
    screen: str | None
    got_intent: str | None
    got_slots: dict[str, str | float]
    confidence: float
    candidates: list[CandidateEntry]
    outcome: Outcome
    right_after_question: bool
    why: list[str]
    word_errors: int | None
    words: int | None
    audio_seconds: float
    cost_seconds: float
    latency_seconds: float
    understand_seconds: float
    condition: ConditionEntry


@final
class Unheard(TypedDict):
    """A row whose recording could not be heard at all; it counts in no figure."""

    source: str
    audio: str | None
    error: str
    hint: str


Figures = dict[str, float | None]
"""Figures by name; None where there is no row to measure one on."""

Interval = tuple[float, float]


class TagFigures(TypedDict):
    """The figures of the rows that carry a tag."""

    utterances: int
    in_scope: int
    out_of_scope: int
    figures: Figures
    intervals: dict[str, Interval | None]


class Confusion(TypedDict):
    """How often one intent (None: to be refused) was acted on, or asked about, as another."""

    expected: str | None
    got: str
    kind: Literal["acted", "asked"]
    count: int


Summary = dict[str, Any]
"""The whole report; its keys stand in docs/testing.md."""


def is_right(result: Result) -> bool:
    """Whether all came out as wanted."""
    return result["outcome"] in ("right", "refused_rightly")


def in_scope(result: Result) -> bool:
    """Whether something was to be understood."""
    return result["intent"] is not None
