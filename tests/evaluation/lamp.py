"""A small skill of lamps, and results as a test of it would give them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from voice_skill.evaluation.results import Result
from voice_skill.evaluation.rows import Known

LAMP = """\
language: en
intents:
  turn_on:
    data: [{sentences: ["(turn|switch) on [the] {lamp} lamp", "[the] {lamp} lamp on"]}]
  dim:
    data: [{sentences: ["dim [the] {lamp} lamp to {percent} percent"]}]
  stop:
    data: [{sentences: ["stop", "never mind"]}]
lists:
  lamp: {values: [desk, kitchen]}
  percent: {range: {from: 1, to: 100}}
"""

KNOWN = Known(frozenset({"turn_on", "dim", "stop"}), frozenset({"lamp", "percent", "sign"}))


def write_skill(folder: Path) -> Path:
    """Write the skill of lamps into a new folder."""
    folder.mkdir()
    (folder / "lamp.yaml").write_text(LAMP, "utf-8")
    return folder


def result(outcome: str = "right", **changes: Any) -> Result:
    """Return a result with this outcome; its label and figures can be given."""
    outside = outcome.endswith("out_of_scope") or outcome == "refused_rightly"
    values: dict[str, Any] = {
        "source": "manifest.jsonl:1",
        "audio": "a.wav",
        "text": "turn on the desk lamp",
        "intent": None if outside else "turn_on",
        "slots": {"lamp": "desk"},
        "label": "given",
        "state": "idle",
        "tags": [],
        "heard": "turn on the desk lamp",
        "hypotheses": [{"decoder": "open", "text": "turn on the desk lamp", "score": 1.0}],
        "decision": "act",
        "screen": None,
        "got_intent": "turn_on",
        "got_slots": {"lamp": "desk"},
        "confidence": 1.0,
        "candidates": [{"name": "turn_on", "confidence": 1.0}],
        "outcome": outcome,
        "right_after_question": False,
        "why": ["it is a legal turn_on"],
        "word_errors": 0,
        "words": 5,
        "audio_seconds": 2.0,
        "cost_seconds": 0.2,
        "latency_seconds": 0.02,
        "understand_seconds": 0.001,
        "condition": {"noise": None, "snr": None, "room": None, "gain": 0.0, "speed": 1.0},
    }
    return Result(**{**values, **changes})  # type: ignore[typeddict-item]
