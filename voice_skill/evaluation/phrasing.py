"""A result in words: what came of it, what was wanted, what was got, under which condition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from voice_skill.evaluation.results import ConditionEntry, HypothesisEntry, Outcome, Result

OUTCOMES: Mapping[Outcome, str] = {
    "right": "right",
    "wrong_slots": "other slots",
    "asked_back": "asked back",
    "refused": "refused",
    "acted_wrong": "acted on wrongly",
    "refused_rightly": "refused, rightly",
    "asked_out_of_scope": "asked, to be refused",
    "acted_out_of_scope": "acted on, to be refused",
}
"""Outcomes in words; those of each scope from best to worst."""

_WORST_FIRST = (
    "acted_out_of_scope",
    "acted_wrong",
    "refused",
    "asked_out_of_scope",
    "asked_back",
    "wrong_slots",
)


def severity(result: Result) -> int:
    """Return a number that sorts failures: what was acted on wrongly comes first."""
    outcome = result["outcome"]
    return _WORST_FIRST.index(outcome) if outcome in _WORST_FIRST else len(_WORST_FIRST)


def meaning_text(intent: str | None, slots: Mapping[str, str | float]) -> str:
    """Return `report_symptom site=toe`."""
    if intent is None:
        return "to be refused"
    values = (f"{n}={v:g}" if isinstance(v, float) else f"{n}={v}" for n, v in slots.items())
    return " ".join((intent, *values))


def got_text(result: Result) -> str:
    """Return what was understood, or what was asked, with the confidence where it decided."""
    got = meaning_text(result["got_intent"], result["got_slots"])
    if result["screen"] is not None:
        then = f", then {got}" if result["got_intent"] else ""
        return f"asks {result['screen']}{then}"
    match result["decision"]:
        case "reject":
            return "refused"
        case "choose":
            return f"asks which: {' or '.join(c['name'] for c in result['candidates'][:2])}"
        case "confirm":
            return f"asks whether: {got} ({result['confidence']:.2f})"
        case _:
            return f"{got} ({result['confidence']:.2f})"


def condition_text(condition: ConditionEntry) -> str:
    """Return under what it was heard, empty where nothing was changed."""
    parts = []
    if condition["noise"] is not None:
        parts.append(f"{condition['snr']:g} dB above {condition['noise']}")
    if condition["room"] is not None:
        parts.append(condition["room"])
    if condition["gain"]:
        parts.append(f"{condition['gain']:+g} dB")
    if condition["speed"] != 1.0:
        parts.append(f"{condition['speed']:g} times as fast")
    return ", ".join(parts)


def different(hypotheses: Sequence[HypothesisEntry]) -> list[HypothesisEntry]:
    """Return the hypotheses that were heard, the same text of a decoder once: its first."""
    seen: dict[tuple[str, str], HypothesisEntry] = {}
    for hypothesis in hypotheses:
        if hypothesis["decoder"] != "text":
            seen.setdefault((hypothesis["decoder"], hypothesis["text"]), hypothesis)
    return list(seen.values())
