"""All results of a test to its figures: in all, by tag, and what was taken for what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from voice_skill.evaluation.results import (
    Confusion,
    Figures,
    Result,
    Summary,
    TagFigures,
    Unheard,
    in_scope,
)
from voice_skill.evaluation.statistics import Part, intervals, percentile, ratio
from voice_skill.speech.recognizer import normalized

_NOTHING: Part = (0.0, 0.0)


def _in_scope(*outcomes: str) -> Callable[[Result], Part]:
    return lambda result: (
        (float(result["outcome"] in outcomes), 1.0) if in_scope(result) else _NOTHING
    )


def _out_of_scope(outcome: str) -> Callable[[Result], Part]:
    return lambda result: (
        _NOTHING if in_scope(result) else (float(result["outcome"] == outcome), 1.0)
    )


def _right_or_after_question(result: Result) -> Part:
    if not in_scope(result):
        return _NOTHING
    right = result["outcome"] in ("right", "wrong_slots") or result["right_after_question"]
    return float(right), 1.0


def _word_errors(result: Result) -> Part:
    errors, words = result["word_errors"], result["words"]
    return _NOTHING if errors is None or words is None else (float(errors), float(words))


def _cost(result: Result) -> Part:
    heard = result["audio_seconds"] > 0
    return (result["cost_seconds"], result["audio_seconds"]) if heard else _NOTHING


RATIOS: Mapping[str, Callable[[Result], Part]] = {
    "intent_accuracy": _in_scope("right", "wrong_slots"),
    "intent_slot_accuracy": _in_scope("right"),
    "right_after_question": _right_or_after_question,
    "acted_wrong": _in_scope("acted_wrong"),
    "asked_back": _in_scope("asked_back"),
    "refused": _in_scope("refused"),
    "out_of_scope_acted": _out_of_scope("acted_out_of_scope"),
    "out_of_scope_asked": _out_of_scope("asked_out_of_scope"),
    "word_error_rate": _word_errors,
    "cost_per_second": _cost,
}
"""What each utterance adds to each figure."""

NO_SHARES = frozenset(("word_error_rate", "cost_per_second"))
"""More words may be heard than were said, and a second may cost more than one."""

LATENCIES = {"latency_p50": 50.0, "latency_p95": 95.0}


def measured(results: Sequence[Result], seed: int) -> TagFigures:
    """Return the counts, figures and 95 % intervals of some results."""
    parts = {name: [part(result) for result in results] for name, part in RATIOS.items()}
    figures: Figures = {name: ratio(each) for name, each in parts.items()}
    seconds = [r["latency_seconds"] for r in results if r["audio_seconds"] > 0]
    figures |= {name: percentile(seconds, p) for name, p in LATENCIES.items()}
    inside = sum(map(in_scope, results))
    return TagFigures(
        utterances=len(results),
        in_scope=inside,
        out_of_scope=len(results) - inside,
        figures=figures,
        intervals=intervals(parts, list(map(_wording, results)), seed, no_shares=NO_SHARES),
    )


def summarise(
    results: Sequence[Result],
    *,
    planned: int,
    seed: int,
    skill: str,
    thresholds: Mapping[str, object],
    profile: str,
    unheard: Sequence[Unheard] = (),
) -> Summary:
    """Return the whole report as it is written to a JSON file; `planned`: how many were wanted."""
    whole = measured(results, seed)
    tags = sorted({tag for result in results for tag in result["tags"]})
    conditions = {tuple(result["condition"].items()): result["condition"] for result in results}
    by_tag: dict[str, dict[str, object]] = {
        tag: _flat(measured([r for r in results if tag in r["tags"]], seed)) for tag in tags
    }
    return {
        "skill": skill,
        "planned": planned,
        **_flat(whole),
        "by_tag": by_tag,
        "confusions": confusions(results),
        "conditions": list(conditions.values()),
        "thresholds": dict(thresholds),
        "profile": profile,
        "seed": seed,
        "unheard": list(unheard),
        "results": list(results),
    }


def _flat(measured_figures: TagFigures) -> dict[str, object]:
    """Return counts and figures side by side, as a person looks them up in the file."""
    counts: dict[str, object] = {
        "utterances": measured_figures["utterances"],
        "in_scope": measured_figures["in_scope"],
        "out_of_scope": measured_figures["out_of_scope"],
    }
    return {**counts, **measured_figures["figures"], "intervals": measured_figures["intervals"]}


def confusions(results: Sequence[Result]) -> list[Confusion]:
    """Return what was taken for what, most often first: acted on, or asked about, wrongly."""
    counted: Counter[tuple[str | None, str, Literal["acted", "asked"]]] = Counter()
    for result in results:
        got = result["got_intent"] or next((c["name"] for c in result["candidates"]), None)
        if result["screen"] is not None:
            got = f"the question {result['screen']}"
        if got is None:
            continue
        if result["outcome"] in ("acted_wrong", "acted_out_of_scope"):
            counted[result["intent"], got, "acted"] += 1
        asked = result["outcome"] in ("asked_back", "asked_out_of_scope")
        if asked and not result["right_after_question"]:
            counted[result["intent"], got, "asked"] += 1
    ranked = sorted(counted.items(), key=lambda item: (-item[1], item[0][2], str(item[0])))
    return [
        Confusion(expected=expected, got=got, kind=kind, count=count)
        for (expected, got, kind), count in ranked
    ]


def _wording(result: Result) -> str:
    return normalized(result["text"]) or f"{result['source']} {result['audio']}"
