"""What came of one utterance, measured by its label. The words are defined in docs/testing.md."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping

from rapidfuzz.distance import Levenshtein

from voice_skill.conversation.turns import Turn, slot_values
from voice_skill.domain.model import Decision, Hypothesis, Understanding, Utterance
from voice_skill.evaluation.results import ConditionEntry, HypothesisEntry, Outcome, Result
from voice_skill.evaluation.rows import ALARM, SIGN, Row
from voice_skill.speech.recognizer import normalized

ACTED = (Decision.ACT, Decision.URGENT)
CHOICES = 2
"""How many intents a question `do you mean X or Y?` names."""


def acted_on(understanding: Understanding) -> str | None:
    """Return the intent that was acted on; None where a question or a refusal came.

    A question that comes when it is done, as after a cramp, does not change that.
    """
    if understanding.decision not in ACTED:
        return None
    return ALARM if understanding.decision is Decision.URGENT else understanding.intent


def asked_about(understanding: Understanding) -> tuple[str, ...]:
    """Return the intents that an answer to the question would lead to; empty without a question.

    A screening question leads to an alarm, or back to what the person had said.
    """
    if understanding.screen is not None:
        return (ALARM,) if understanding.intent is None else (ALARM, understanding.intent)
    if understanding.decision is Decision.CONFIRM:
        return () if understanding.intent is None else (understanding.intent,)
    if understanding.decision is Decision.CHOOSE:
        return tuple(candidate.intent for candidate in understanding.candidates[:CHOICES])
    return ()


def outcome_of(row: Row, understanding: Understanding, slot_names: Collection[str]) -> Outcome:
    """Return what came of the row; `slot_names` are those that its intent can fill."""
    acted = acted_on(understanding)
    asked = understanding.screen is not None or understanding.decision in (
        Decision.CONFIRM,
        Decision.CHOOSE,
    )
    if row.intent is None:
        if acted is not None:
            return "acted_out_of_scope"
        return "asked_out_of_scope" if asked else "refused_rightly"
    if acted is None:
        return "asked_back" if asked else "refused"
    if acted != row.intent:
        return "acted_wrong"
    compared = row.slots is not None and set(slot_names) - {SIGN}
    if compared and not same_slots(row.slots or {}, slot_values(understanding)):
        return "wrong_slots"
    return "right"


def same_slots(wanted: Mapping[str, str | float], got: Mapping[str, str | float]) -> bool:
    """Whether all slots but the warning sign are equal; numbers as numbers (`5` is `5.0`)."""
    return _compared(wanted) == _compared(got)


def _compared(slots: Mapping[str, str | float]) -> dict[str, str | float]:
    return {name: _value(value) for name, value in slots.items() if name != SIGN}


def _value(value: str | float) -> str | float:
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return value
    return number if math.isfinite(number) else value


def word_errors(said: str, heard: str) -> tuple[int, int]:
    """Return the word errors (replaced, left out, put in) and the number of words said."""
    wanted = normalized(said).split()
    return Levenshtein.distance(wanted, normalized(heard).split()), len(wanted)


def heard_text(utterance: Utterance) -> str:
    """Return the best text of the open decoder; of a typed sentence the sentence."""
    free = (h.text for h in utterance.hypotheses if h.decoder in ("open", "text"))
    return next(free, "")


def result_of(
    row: Row, turn: Turn, slot_names: Collection[str], condition: ConditionEntry
) -> Result:
    """Return all that is kept of one utterance."""
    understanding = turn.understanding
    outcome = outcome_of(row, understanding, slot_names)
    heard = heard_text(turn.utterance)
    counted = row.audio is not None and turn.audio_seconds > 0 and bool(row.text.strip())
    errors, words = word_errors(row.text, heard) if counted else (None, None)
    return Result(
        source=row.source,
        audio=None if row.audio is None else str(row.audio),
        text=row.text,
        intent=row.intent,
        slots=None if row.slots is None else dict(row.slots),
        label=row.label,
        state=row.state,
        tags=list(row.tags),
        heard=heard,
        hypotheses=[_hypothesis(h) for h in turn.utterance.hypotheses],
        decision=understanding.decision.value,
        screen=understanding.screen,
        got_intent=ALARM if understanding.decision is Decision.URGENT else understanding.intent,
        got_slots=slot_values(understanding),
        confidence=round(understanding.confidence, 4),
        candidates=[
            {"name": each.intent, "confidence": round(each.confidence, 4)}
            for each in understanding.candidates
        ],
        outcome=outcome,
        right_after_question=outcome == "asked_back" and row.intent in asked_about(understanding),
        why=list(understanding.why),
        word_errors=errors,
        words=words,
        audio_seconds=round(turn.audio_seconds, 4),
        cost_seconds=round(turn.decode_seconds + turn.understand_seconds, 6),
        latency_seconds=round(turn.finish_seconds + turn.understand_seconds, 6),
        understand_seconds=round(turn.understand_seconds, 6),
        condition=condition,
    )


def _hypothesis(hypothesis: Hypothesis) -> HypothesisEntry:
    score = round(hypothesis.score, 3)
    return {"decoder": hypothesis.decoder, "text": hypothesis.text, "score": score}
