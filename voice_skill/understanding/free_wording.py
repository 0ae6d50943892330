"""Free wording -> a decision: likeness to the examples, what the words lack, and the thresholds."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from voice_skill.domain.language import Language, Thresholds
from voice_skill.domain.model import (
    Candidate,
    Decision,
    DialogueState,
    Hypothesis,
    Slot,
    Understanding,
)
from voice_skill.understanding.evidence import Evidence
from voice_skill.understanding.gate import (
    by_decoder,
    free_hypotheses,
    likelihood_margin,
    of_decoder,
)
from voice_skill.understanding.legal import UNKNOWN, slot_reasons
from voice_skill.understanding.slots import SlotFinder
from voice_skill.understanding.text import split_plain

if TYPE_CHECKING:
    from voice_skill.understanding.matcher import Matcher

_COMMAND_LIKENESS = 0.9
_OPPOSITE_MARGIN = 0.05
_FEW_WORDS, _FEW_WORDS_MORE = 3, 0.2
_KEPT_CANDIDATES = 3
_UNDONE_BY_DENIAL = ("goodnight", "helped")
"""Like a command: who cannot sleep must not be left alone, and a cramp that is "not letting go" is
not eased."""

_DENIALS = frozenset({"not", "never", "dont", "cannot"})
_NOES = frozenset({"no", "nope", "nah"})
_POLITE = frozenset({"thanks", "thank", "you", "please"})


class FreeWording:
    """Decides on sentences that are none of the templates'. Deterministic."""

    def __init__(
        self,
        language: Language,
        limits: Thresholds,
        matcher: Callable[[], Matcher],
        slot_finder: SlotFinder,
        evidence: Evidence,
        *,
        compares_meanings: bool,
    ) -> None:
        """`limits`: the thresholds that hold here. `matcher()` is asked for when one is needed."""
        self._language = language
        self._limits = limits
        self._matcher = matcher
        self._slot_finder = slot_finder
        self._evidence = evidence
        self._compares_meanings = compares_meanings

    def understand(
        self,
        hypotheses: Sequence[Hypothesis],
        state: DialogueState,
        moment: datetime.datetime | None,
    ) -> Understanding:
        """Rank the intents of the best free wordings and decide by the thresholds.

        `moment`: the local time at which it was said, for "since monday"; None: not known.
        """
        if not self._language.phrases:
            return Understanding(Decision.REJECT, why=("the skill has no phrases to compare with",))
        best: tuple[tuple[Candidate, ...], Hypothesis] | None = None
        for hypothesis in self._wordings(hypotheses):
            candidates = self._matcher().rank(hypothesis.text, state)
            if best is None or _top(candidates) > _top(best[0]):
                best = candidates, hypothesis
        if best is None:
            return Understanding(Decision.REJECT, why=("no wording to compare with the phrases",))
        candidates, hypothesis = best
        decision, reason = self._decide(candidates, hypothesis, state)
        intent = candidates[0].intent if decision in (Decision.ACT, Decision.CONFIRM) else None
        slots: tuple[Slot, ...] = ()
        if candidates and decision is not Decision.REJECT:
            slots = self._slot_finder.find(
                hypothesis.text,
                candidates[0].intent,
                heard=hypothesis.decoder != "text",
                moment=moment,
            )
        phrases = self._phrases(hypothesis.text, candidates)
        return Understanding(
            decision,
            intent=intent,
            slots=slots,
            confidence=max(0.0, _top(candidates)),
            candidates=candidates[:_KEPT_CANDIDATES],
            text=hypothesis.text,
            why=(*phrases, reason, *slot_reasons(slots)),
        )

    def _wordings(self, hypotheses: Sequence[Hypothesis]) -> list[Hypothesis]:
        """Return the best hypothesis of each decoder that may be compared with phrases.

        The domain decoder forces every sentence into its words, so its own counts only where it is
        at least as likely as the open decoder's; the exact decoder's are no wordings but templates.
        A lone word that was heard is no wording: likeness to a phrase of one word says nothing
        ("left", "down"); it counts as a legal sentence only.
        """
        wordings = [each[0] for each in by_decoder(free_hypotheses(hypotheses))]
        margin = likelihood_margin(hypotheses)
        if not wordings or (margin is not None and margin >= 0):
            clean = [h for h in of_decoder(hypotheses, "domain") if UNKNOWN not in h.text]
            wordings += clean[:1]
        return [h for h in wordings if h.decoder == "text" or not _is_lone_word(h.text)]

    def _decide(
        self, candidates: Sequence[Candidate], hypothesis: Hypothesis, state: DialogueState
    ) -> tuple[Decision, str]:
        """Compare the two likeliest intents with the thresholds and with what the words show."""
        limits, text = self._limits_for(hypothesis), hypothesis.text
        if not candidates:
            return Decision.REJECT, "no intent is legal here"
        first = candidates[0]
        second = candidates[1] if len(candidates) > 1 else Candidate("", 0.0)
        scores = f"{first.intent} {first.confidence:.2f}"
        if second.intent:
            scores += f", then {second.intent} {second.confidence:.2f}"
        if first.confidence < limits.confirm:
            return Decision.REJECT, f"{scores}: under {limits.confirm:.2f}, not understood"
        commands = (*self._language.commands, *_UNDONE_BY_DENIAL)
        if first.intent in commands and self._is_denied(first.intent, text):
            return Decision.REJECT, f"{scores}: denied, unlike any wording of that command"
        lacking = self._lacking(first, text, state, limits)
        if lacking and first.confidence < limits.accept:
            return Decision.REJECT, f"{scores}: under {limits.accept:.2f}, and {lacking}"
        if lacking and state == "routine" and first.intent in self._language.commands:
            return Decision.REJECT, f"{scores}: {lacking}"  # a doubtful one would be obeyed there
        margin = self._margin(first, second, limits)
        close = first.confidence - second.confidence < margin
        if close and second.intent and second.confidence >= limits.confirm:
            return Decision.CHOOSE, f"{scores}: closer than {margin:.2f}, ask which"
        if lacking:
            return Decision.CONFIRM, f"{scores}: {lacking}, ask"
        if first.confidence >= limits.accept:
            return Decision.ACT, f"{scores}: at least {limits.accept:.2f}"
        return Decision.CONFIRM, f"{scores}: under {limits.accept:.2f}, ask"

    def _margin(self, first: Candidate, second: Candidate, limits: Thresholds) -> float:
        """Return the difference from which no question is asked; opposites need more."""
        opposite = {first.intent, second.intent} in self._language.opposites
        return max(limits.margin, _OPPOSITE_MARGIN) if opposite else limits.margin

    def _limits_for(self, hypothesis: Hypothesis) -> Thresholds:
        """Return the thresholds for a wording: heard words may be misheard, a few words the more.

        A short sound that was nothing for us is easily like a short phrase ("you better talk").
        """
        limits = self._limits
        if hypothesis.decoder == "text":
            return limits
        words = len(hypothesis.text.split())
        more = _FEW_WORDS_MORE if words <= _FEW_WORDS else limits.heard
        return replace(
            limits,
            accept=limits.accept + more,
            confirm=limits.confirm + more / 2,
            command=limits.command + more,
        )

    def _lacking(
        self, candidate: Candidate, text: str, state: DialogueState, limits: Thresholds
    ) -> str:
        """Say what `text` lacks to be acted on as this intent; empty when nothing.

        A command must be what the whole utterance means: like one of its wordings as a whole, or,
        while a question or a routine is open and meanings are compared, beyond doubt.
        """
        intent = candidate.intent
        if intent in self._language.commands:
            surely = self._compares_meanings and candidate.confidence >= limits.command
            if surely and state != "idle":
                return ""
            if self._matcher().nearest_ratio(text, intent) < _COMMAND_LIKENESS:
                return "a command counts only as the whole utterance"
            return ""
        return self._evidence.lacking(intent, text, state)

    def _is_denied(self, intent: str, text: str) -> bool:
        """Say whether something is denied here and not in the most similar wording.

        A yes that ends in a no is taken back.
        """
        if intent == "yes" and _is_taken_back(text):
            return True
        return _denies(text) and not _denies(self._matcher().nearest(text, intent))

    def _phrases(self, text: str, candidates: Sequence[Candidate]) -> tuple[str, ...]:
        if not candidates:
            return ()
        reasons = self._matcher().explain(text, candidates[0].intent, _KEPT_CANDIDATES)
        return tuple(
            f'{reason.weight:+.2f} for {candidates[0].intent} from "{reason.phrase}"'
            + (
                f" ({reason.intent or 'for nobody'})"
                if reason.intent != candidates[0].intent
                else ""
            )
            for reason in reasons
        )


def _denies(text: str) -> bool:
    """Say whether anything is denied: `don't stop` is not like `stop`."""
    return any(word in _DENIALS or word.endswith("n't") for word in split_plain(text))


def _is_taken_back(text: str) -> bool:
    """Say whether the last word on it is a no: not in "yes no feeling at all"."""
    words = split_plain(text)
    while words and words[-1] in _POLITE:
        words = words[:-1]
    return bool(words) and words[-1] in _NOES


def _top(candidates: Sequence[Candidate]) -> float:
    return candidates[0].confidence if candidates else -1.0


def _is_lone_word(text: str) -> bool:
    return len(text.split()) == 1
