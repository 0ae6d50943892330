"""Which legal sentence was said, and whether one was said at all.

The exact decoder (best first; its scores hold a bonus for each word) makes a legal sentence of
anything, and says which one far better than the bigram decoder does. So the others are its gate,
and a second intent that is nearly as likely brings a question instead of an act. Without an exact
decoder it is the first legal alternative of the bigram decoder, through the same gate as ever.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace

from voice_skill.domain.language import Thresholds
from voice_skill.domain.model import (
    Candidate,
    Decision,
    DialogueState,
    Hypothesis,
    Slot,
    Understanding,
)
from voice_skill.understanding.durations import fold_slots
from voice_skill.understanding.gate import (
    NEAR_BAND,
    SHORT_WORDS,
    Passage,
    Verdict,
    free_hypotheses,
    judge,
    judge_exact,
    likelihood_margin,
    of_decoder,
)
from voice_skill.understanding.templates import Parse, Templates
from voice_skill.understanding.text import Normalizer

UNKNOWN = "[unk]"
"""What the recogniser writes for a word outside its grammar."""

_NEARLY = 0.5


@dataclass(frozen=True, slots=True)
class Reading:
    """A hypothesis and what it means."""

    hypothesis: Hypothesis
    parse: Parse

    @property
    def intent(self) -> str:
        """The intent."""
        return self.parse.intent


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a legal sentence came to; `certain`: the open decoder, or typing, said the same."""

    understanding: Understanding
    certain: bool = True


class LegalSentences:
    """Decides on hypotheses that are, as a whole, sentences of the templates."""

    def __init__(
        self, templates: Templates, normalizer: Normalizer, thresholds: Thresholds
    ) -> None:
        """`normalizer` applies the aliases to what the open decoder heard."""
        self._templates = templates
        self._normalizer = normalizer
        self._thresholds = thresholds

    def weigh(
        self,
        hypotheses: Sequence[Hypothesis],
        state: DialogueState,
        moment: datetime.datetime | None = None,
    ) -> Weighed:
        """Return ACT, CONFIRM or CHOOSE for a legal sentence, REJECT with the reasons for none.

        `moment`: the local time at which it was said, if known.
        """
        exact = self._readings(of_decoder(hypotheses, "exact"), state)
        domain = self._readings(of_decoder(hypotheses, "domain"), state)
        free = self._readings(free_hypotheses(hypotheses), state)
        why: list[str] = []
        for best in self._best(exact, domain):
            same = any(reading.intent == best.intent for reading in free)
            verdict = self._verdict(best, hypotheses, bigram_legal=bool(domain), same_meaning=same)
            text = best.hypothesis.text
            why.append(f'"{text}" is a legal {best.intent}: {verdict.reason}')
            if verdict.passage is not Passage.SHUT:
                rival = None if same else self._rival(best, exact, domain)
                decided = _decided(best, rival, verdict.passage, why, moment)
                if not _is_confirmed(best, free_hypotheses(hypotheses), free):
                    decided = replace(decided, answer=None)
                return Weighed(decided, certain=same)
        for best in free[:1]:
            why.append(f'"{best.hypothesis.text}" is a legal {best.intent}')
            return Weighed(_decided(best, None, Passage.OPEN, why, moment))
        why.append(f"no legal sentence of the state {state}")
        return Weighed(Understanding(Decision.REJECT, why=tuple(why)))

    def _verdict(
        self,
        best: Reading,
        hypotheses: Sequence[Hypothesis],
        *,
        bigram_legal: bool,
        same_meaning: bool,
    ) -> Verdict:
        limits = self._thresholds
        verdicts: list[Verdict] = []
        if best.hypothesis.decoder == "domain" or bigram_legal:
            text = best.hypothesis.text
            verdicts.append(judge(text, hypotheses, same_meaning=same_meaning, gate=limits.gate))
        if best.hypothesis.decoder == "exact":
            gate = limits.exact_gate
            exact = judge_exact(best.hypothesis, hypotheses, same_meaning=same_meaning, gate=gate)
            verdicts.append(exact)
        return min(verdicts, key=lambda verdict: verdict.passage.value)

    def _best(self, exact: Sequence[Reading], domain: Sequence[Reading]) -> Sequence[Reading]:
        """Return the likeliest reading, if any: the exact decoder's, where there is one.

        Of a word or two it is not so sure: of several that are nearly as likely the one counts
        that the bigram decoder heard as well.
        """
        if domain and exact and len(exact[0].hypothesis.text.split()) <= SHORT_WORDS:
            near = (reading for reading in exact if self._is_near(reading, exact))
            agreed = (reading for reading in near if reading.intent == domain[0].intent)
            return (*agreed, *exact)[:1]
        return exact[:1] or domain[:1]

    def _rival(
        self, best: Reading, exact: Sequence[Reading], domain: Sequence[Reading]
    ) -> Reading | None:
        """Return a reading of another intent to ask about: the bigram decoder's, if it heard one.

        Where it heard none, one of the exact decoder's that is nearly as likely as `best`.
        """
        if not exact:
            return None
        others = domain[:1] or [reading for reading in exact if self._is_near(reading, exact)]
        return next((reading for reading in others if reading.intent != best.intent), None)

    def _is_near(self, reading: Reading, exact: Sequence[Reading]) -> bool:
        margin = exact[0].hypothesis.score - reading.hypothesis.score
        return reading is exact[0] or margin < self._thresholds.exact_margin

    def _readings(
        self, hypotheses: Sequence[Hypothesis], state: DialogueState
    ) -> Sequence[Reading]:
        """Return the legal ones, in their order, each with its first meaning."""
        read = ((hypothesis, self._parse(hypothesis, state)) for hypothesis in hypotheses)
        return [Reading(hypothesis, parse) for hypothesis, parse in read if parse is not None]

    def _parse(self, hypothesis: Hypothesis, state: DialogueState) -> Parse | None:
        """Return the first meaning; what the open decoder heard also with its aliases applied."""
        if UNKNOWN in hypothesis.text:
            return None
        parses = self._templates.parse(hypothesis.text, state)
        if not parses and hypothesis.decoder == "open":
            parses = self._templates.parse(self._normalizer.meant(hypothesis.text), state)
        return parses[0] if parses else None


def may_be_legal(
    hypotheses: Sequence[Hypothesis], state: DialogueState, templates: Templates, gate: float
) -> bool:
    """Say whether a legal sentence may have been said, by what bigram and open decoder heard.

    Where neither comes near a legal sentence the exact decoder's words are not believed, so it need
    not run.
    """
    if any(templates.parse(h.text, state) for h in hypotheses if UNKNOWN not in h.text):
        return True
    margin = likelihood_margin(hypotheses)
    return margin is None or margin >= gate - NEAR_BAND


def _is_confirmed(best: Reading, heard: Sequence[Hypothesis], free: Sequence[Reading]) -> bool:
    """Say whether a forced answer ("no i don't") is one by what the open decoder heard, too.

    It must not have heard "no i don't know"; of a lone word ("no") it may hear another ("know").
    """
    if not heard:
        return True
    if free and free[0].hypothesis is heard[0]:
        return _as_answer(free[0].parse) == _as_answer(best.parse)
    return max(len(best.hypothesis.text.split()), len(heard[0].text.split())) <= 1


def _as_answer(parse: Parse) -> tuple[object, ...]:
    """Return what two sentences must have in common to be the same answer, the sign denied too."""
    return (parse.intent, parse.answer, {(slot.name, slot.value) for slot in parse.slots})


def _decided(
    best: Reading,
    rival: Reading | None,
    passage: Passage,
    why: Sequence[str],
    moment: datetime.datetime | None,
) -> Understanding:
    slots = fold_slots(best.parse.slots, moment)
    confidence = 1.0 if passage is Passage.OPEN else _NEARLY
    candidates = [Candidate(best.intent, confidence)]
    reasons = [*why]
    decision = Decision.ACT if passage is Passage.OPEN else Decision.CONFIRM
    if rival is not None:
        decision = Decision.CHOOSE
        confidence = _NEARLY
        candidates = [Candidate(best.intent, _NEARLY), Candidate(rival.intent, _NEARLY)]
        reasons.append(f'"{rival.hypothesis.text}" ({rival.intent}) is nearly as likely, ask which')
    return Understanding(
        decision,
        intent=None if rival is not None else best.intent,
        slots=slots,
        confidence=confidence,
        candidates=tuple(candidates),
        text=best.hypothesis.text,
        why=(*reasons, *slot_reasons(slots)),
        answer=best.parse.answer if decision is Decision.ACT else None,
    )


def slot_reasons(slots: Sequence[Slot]) -> tuple[str, ...]:
    """Say where each slot comes from."""
    return tuple(
        f'{slot.name} = {slot.value} from "{slot.text}"'
        if slot.text
        else f"{slot.name} = {slot.value} from the template"
        for slot in slots
    )
