"""One turn, for a person or as JSON."""

from __future__ import annotations

import json

from voice_skill.conversation.turns import Turn, slot_values
from voice_skill.domain.model import Slot, Understanding


def meaning(understanding: Understanding) -> str:
    """Return one line: intent, slots, decision and confidence."""
    if understanding.alarm is not None and understanding.decision.value == "urgent":
        alarm = understanding.alarm
        return f"alarm {alarm.id} ({alarm.level.name.lower()}): {', '.join(alarm.signs)}"
    acts = understanding.decision.value == "act"
    if understanding.screen is not None and not acts:
        return f"a word that may be a warning sign: asks {understanding.screen}"
    if understanding.decision.value == "choose":
        names = " or ".join(c.intent for c in understanding.candidates[:2])
        return f"asks which: {names}"
    if understanding.intent is None:
        return "not understood, or not for this skill"
    slots = "".join(f" {slot.name}={_value(slot)}" for slot in understanding.slots)
    later = f", then asks {understanding.screen}" if understanding.screen else ""
    asks = later if acts else ", asks first"
    return f"{understanding.intent}{slots} ({understanding.confidence:.2f}{asks})"


def _value(slot: Slot) -> str:
    if isinstance(slot.value, str):
        return slot.value
    return f"{slot.value:g}" + (" h" if slot.name == "duration" else "")


def turn_lines(turn: Turn, *, title: str = "", explain: bool = False) -> list[str]:
    """Return the lines a person reads; with `explain` the reasons and all hypotheses too."""
    lines = [f"{title}  ({turn.audio_seconds:.1f} s)"] if title else []
    heard = turn.understanding.text or _first_text(turn)
    lines.append(f"  heard   {heard or '(no words)'}")
    lines.append(f"  means   {meaning(turn.understanding)}")
    if turn.reply:
        lines.append(f"  reply   {' '.join(turn.reply)}")
    if explain:
        lines += [
            f"  {h.decoder:<7} {h.text or '(nothing)'}  [{h.score:.1f}]"
            for h in turn.utterance.hypotheses
            if h.decoder != "text"
        ]
        lines += [f"  why     {reason}" for reason in turn.understanding.why]
    return lines


def _first_text(turn: Turn) -> str:
    # What the open decoder wrote is what a person would recognise as their own words.
    by_decoder = {h.decoder: h.text for h in reversed(turn.utterance.hypotheses)}
    return by_decoder.get("open") or next(iter(by_decoder.values()), "")


def turn_json(turn: Turn, *, audio: str | None = None, explain: bool = False) -> str:
    """Return one line of JSON; the keys are described in docs/testing.md."""
    understanding = turn.understanding
    row: dict[str, object] = {
        "audio": audio,
        "text": understanding.text or _first_text(turn),
        "hypotheses": [
            {"decoder": h.decoder, "text": h.text, "score": round(h.score, 3)}
            for h in turn.utterance.hypotheses
        ],
        "decision": understanding.decision.value,
        "intent": None
        if understanding.intent is None
        else {"name": understanding.intent, "confidence": round(understanding.confidence, 4)},
        "slots": slot_values(understanding),
        "candidates": [
            {"name": c.intent, "confidence": round(c.confidence, 4)}
            for c in understanding.candidates
        ],
        "alarm": None
        if understanding.alarm is None
        else {
            "id": understanding.alarm.id,
            "level": understanding.alarm.level.name.lower(),
            "signs": list(understanding.alarm.signs),
        },
        "screen": understanding.screen,
        "reply": " ".join(turn.reply),
        "audio_seconds": round(turn.audio_seconds, 3),
        "decode_seconds": round(turn.decode_seconds, 4),
        "understand_seconds": round(turn.understand_seconds, 5),
    }
    if explain:
        row["why"] = list(understanding.why)
    return json.dumps(row, ensure_ascii=False)
