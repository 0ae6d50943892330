"""Was it really for us? Compares the domain decoder's sentence with what the open decoder heard.

A grammar makes a legal sentence of anything. The likelihood ratio per 30 ms frame tells such a
forced sentence from one that was spoken (recognition.md: .994 of sentences kept at 1 % false
acceptance); where the open decoder heard the same words, or the same meaning, nothing is to doubt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from rapidfuzz import fuzz

from voice_skill.domain.model import Hypothesis

NEAR_BAND = 0.1
"""So much log likelihood a frame below the gate is asked about; below that is not for us."""

_SAME_WORDS = 85.0


class Passage(Enum):
    """What the gate says to a legal sentence."""

    OPEN = auto()
    NEAR = auto()
    SHUT = auto()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The passage and the reason for it, in plain words."""

    passage: Passage
    reason: str


def domain_hypotheses(hypotheses: Sequence[Hypothesis]) -> tuple[Hypothesis, ...]:
    """Return those of the decoders that only know legal sentences."""
    return tuple(h for h in hypotheses if h.decoder in ("domain", "exact"))


def free_hypotheses(hypotheses: Sequence[Hypothesis]) -> tuple[Hypothesis, ...]:
    """Return those of the open decoder, and typed text."""
    return tuple(h for h in hypotheses if h.decoder in ("open", "text"))


def by_decoder(hypotheses: Sequence[Hypothesis]) -> list[list[Hypothesis]]:
    """Return the hypotheses of each decoder, best first, in the order the decoders come."""
    grouped: dict[str, list[Hypothesis]] = {}
    for hypothesis in hypotheses:
        grouped.setdefault(hypothesis.decoder, []).append(hypothesis)
    return list(grouped.values())


def judge(
    text: str, hypotheses: Sequence[Hypothesis], *, same_meaning: bool, gate: float
) -> Verdict:
    """Judge the legal sentence `text` of a domain decoder.

    `same_meaning`: the open decoder's words parse to the same intent. `gate`: the smallest
    (best domain score - best open score) / frames that passes.
    """
    heard = [h for h in hypotheses if h.decoder == "open"]
    if not heard:
        return Verdict(Passage.OPEN, "no open decoder to compare with")
    if same_meaning:
        return Verdict(Passage.OPEN, "the open decoder understood the same")
    likeness = max(fuzz.ratio(text, h.text) for h in heard)
    if likeness >= _SAME_WORDS:
        return Verdict(Passage.OPEN, f"the open decoder heard nearly the same ({likeness:.0f} %)")
    margin = likelihood_margin(hypotheses)
    if margin is None:
        return Verdict(Passage.NEAR, "the open decoder heard something else, and gave no score")
    compared = f"{margin:+.2f} a frame against the open decoder, the gate is {gate:+.2f}"
    if margin >= gate:
        return Verdict(Passage.OPEN, compared)
    if margin >= gate - NEAR_BAND:
        return Verdict(Passage.NEAR, f"{compared}: a little too low")
    return Verdict(Passage.SHUT, f"{compared}: far too low")


def credible(hypotheses: Sequence[Hypothesis], gate: float) -> tuple[Hypothesis, ...]:
    """Return what may have been said: without the domain decoder's where the gate is shut to it.

    Its words are forced upon whatever was heard: a television becomes symptoms and warning signs.
    """
    margin = likelihood_margin(hypotheses)
    if margin is None or margin >= gate - NEAR_BAND:
        return tuple(hypotheses)
    return free_hypotheses(hypotheses)


def likelihood_margin(hypotheses: Sequence[Hypothesis]) -> float | None:
    """Return (best domain score - best open score) / frames; None without scores of both."""
    domain = [h for h in domain_hypotheses(hypotheses) if h.frames > 0]
    heard = [h for h in hypotheses if h.decoder == "open" and h.frames > 0]
    if not domain or not heard:
        return None
    frames = max(h.frames for h in domain)
    return (max(h.score for h in domain) - max(h.score for h in heard)) / frames
