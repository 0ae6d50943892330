"""Hypotheses of an utterance -> what to do with it, in a fixed order.

1. Warning signs in any hypothesis of any decoder: urgent, whatever else was said.
2. A whole legal sentence of the templates that passes the gate (gate.py): act on it.
3. Free wording: the matcher, evidence and thresholds: act, confirm, ask which of two, or refuse.
   A command counts only as the whole utterance.
4. An alarm word that no rule took up: ask the screening question before anything else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from voice_skill.domain.language import Language
from voice_skill.domain.model import (
    Candidate,
    Decision,
    DialogueState,
    Hypothesis,
    Knowledge,
    Slot,
    Understanding,
    Utterance,
)
from voice_skill.understanding.gate import (
    Passage,
    by_decoder,
    domain_hypotheses,
    free_hypotheses,
    judge,
    likelihood_margin,
)
from voice_skill.understanding.screening import Warnings
from voice_skill.understanding.slots import SlotFinder, fold_slots
from voice_skill.understanding.templates import Parse, Templates
from voice_skill.understanding.text import Normalizer, split_plain

if TYPE_CHECKING:
    from voice_skill.understanding.matcher import Matcher

UNKNOWN = "[unk]"
"""What the recogniser writes for a word outside its grammar."""

_COMMAND_LIKENESS = 0.9
_KEPT_CANDIDATES = 3
_NEARLY = 0.5
_SPEAKER = frozenset(
    {
        "i",
        "i've",
        "i'm",
        "my",
        "me",
        "it",
        "it's",
        "its",
        "mine",
        "this",
        "that",
        "these",
        "there's",
    }
)


@dataclass(frozen=True, slots=True)
class _Weighed:
    """What one way of understanding came to, and whether the whole utterance was legal."""

    understanding: Understanding
    strict: bool


class Understander:
    """Understands utterances of one skill. Deterministic; the same utterance, the same answer."""

    def __init__(
        self,
        language: Language,
        knowledge: Knowledge | None = None,
        *,
        templates: Templates | None = None,
        cache_folder: Path | None = None,
    ) -> None:
        """Without `knowledge` (a skill of intents alone) there are no warning signs.

        `templates`: those of `language`, where they are compiled already. `cache_folder`: where the
        matcher may keep what it learned. ContentError when the templates cannot be compiled.
        """
        self.templates = templates or Templates(language)
        self._cache_folder = cache_folder
        self.slot_finder = SlotFinder(language, self.templates)
        self._language = language
        self._normalizer = Normalizer(language.lexicon)
        self._warnings: Warnings | None = None
        if knowledge is not None:
            self._warnings = Warnings(knowledge, language.commands, language.thresholds.gate)

    @cached_property
    def matcher(self) -> Matcher:
        """The fuzzy matcher, made (and its libraries loaded) when first a sentence needs it."""
        from voice_skill.understanding.matcher import Matcher

        return Matcher(self._language, self.templates, self._cache_folder)

    def understand(self, utterance: Utterance) -> Understanding:
        """Decide what `utterance` means and what to do with it; see the module's order."""
        hypotheses = tuple(h for h in utterance.hypotheses if _said(h.text))
        if not hypotheses:
            return Understanding(Decision.REJECT, why=("heard nothing",))
        warned = self._warnings.check(hypotheses) if self._warnings else None
        if warned is not None and warned.decision is Decision.URGENT:
            return warned
        weighed = self._strict(hypotheses, utterance.state)
        if weighed.understanding.decision is Decision.REJECT:
            free = self._free(hypotheses, utterance.state)
            why = weighed.understanding.why + free.why
            weighed = _Weighed(replace(free, why=why), strict=False)
        understanding = weighed.understanding
        if warned is not None and warned.screen is not None and self._warnings is not None:
            return self._warnings.doubted(understanding, warned, strict=weighed.strict)
        if warned is not None:
            why = warned.why + understanding.why
            understanding = replace(understanding, alarm=warned.alarm, why=why)
        if self._warnings is None:
            return understanding
        return self._warnings.screened(understanding, hypotheses, strict=weighed.strict)

    # -------------------------------------------------------------- legal sentences

    def _strict(self, hypotheses: Sequence[Hypothesis], state: DialogueState) -> _Weighed:
        """Take the first legal sentence: of the domain decoder if it passes, else heard freely."""
        why: list[str] = []
        free = free_hypotheses(hypotheses)
        for hypothesis in domain_hypotheses(hypotheses):
            parse = self._parse(hypothesis, state)
            if parse is None:
                continue
            same = any(
                other is not None and other.intent == parse.intent
                for other in (self._parse(h, state) for h in free)
            )
            verdict = judge(
                hypothesis.text,
                hypotheses,
                same_meaning=same,
                gate=self._language.thresholds.gate,
            )
            why.append(f'"{hypothesis.text}" is a legal {parse.intent}: {verdict.reason}')
            if verdict.passage is Passage.OPEN:
                return _legal(parse, hypothesis.text, Decision.ACT, 1.0, why)
            if verdict.passage is Passage.NEAR:
                return _legal(parse, hypothesis.text, Decision.CONFIRM, _NEARLY, why)
            break
        for hypothesis in free:
            parse = self._parse(hypothesis, state)
            if parse is not None:
                why.append(f'"{hypothesis.text}" is a legal {parse.intent}')
                return _legal(parse, hypothesis.text, Decision.ACT, 1.0, why)
        why.append(f"no legal sentence of the state {state}")
        return _Weighed(Understanding(Decision.REJECT, why=tuple(why)), strict=False)

    def _parse(self, hypothesis: Hypothesis, state: DialogueState) -> Parse | None:
        """Return the first reading; what the open decoder heard also with its aliases applied."""
        if UNKNOWN in hypothesis.text:
            return None
        parses = self.templates.parse(hypothesis.text, state)
        if not parses and hypothesis.decoder == "open":
            parses = self.templates.parse(self._normalizer.meant(hypothesis.text), state)
        return parses[0] if parses else None

    # -------------------------------------------------------------- free wording

    def _free(self, hypotheses: Sequence[Hypothesis], state: DialogueState) -> Understanding:
        """Rank the intents of the best free wordings and decide by the thresholds."""
        best: tuple[tuple[Candidate, ...], Hypothesis, tuple[str, ...]] | None = None
        for hypothesis in self._wordings(hypotheses):
            candidates, left_out = self._candidates(hypothesis.text, state)
            if best is None or _top(candidates) > _top(best[0]):
                best = candidates, hypothesis, left_out
        if best is None:
            return Understanding(Decision.REJECT, why=("no wording to compare with the phrases",))
        candidates, hypothesis, why = best
        decision, reason = self._decide(candidates)
        intent = candidates[0].intent if decision in (Decision.ACT, Decision.CONFIRM) else None
        slots: tuple[Slot, ...] = ()
        if candidates and decision is not Decision.REJECT:
            slots = self.slot_finder.find(
                hypothesis.text, candidates[0].intent, heard=hypothesis.decoder != "text"
            )
        phrases = self._phrases(hypothesis.text, candidates)
        return Understanding(
            decision,
            intent=intent,
            slots=slots,
            confidence=max(0.0, _top(candidates)),
            candidates=candidates[:_KEPT_CANDIDATES],
            text=hypothesis.text,
            why=(*why, *phrases, reason, *_slot_reasons(slots)),
        )

    def _wordings(self, hypotheses: Sequence[Hypothesis]) -> list[Hypothesis]:
        """Return the best hypothesis of each decoder that may be compared with phrases.

        The domain decoder forces every sentence into its words, so its own counts only where it is
        about as likely as the open decoder's. A lone word that was heard is no wording: likeness
        to a phrase of one word says nothing ("left", "down"); it counts as a legal sentence only.
        """
        wordings = [each[0] for each in by_decoder(free_hypotheses(hypotheses))]
        margin = likelihood_margin(hypotheses)
        if not wordings or (margin is not None and margin >= self._language.thresholds.gate):
            clean = [h for h in domain_hypotheses(hypotheses) if UNKNOWN not in h.text]
            wordings += clean[:1]
        return [h for h in wordings if h.decoder == "text" or not _is_lone_word(h.text)]

    def _candidates(
        self, text: str, state: DialogueState
    ) -> tuple[tuple[Candidate, ...], tuple[str, ...]]:
        """Return the ranked intents that `text` has evidence for, and why others were left out."""
        kept: list[Candidate] = []
        left_out: list[str] = []
        for candidate in self.matcher.rank(text, state):
            missing = self._missing(candidate, text)
            if missing is None:
                kept.append(candidate)
            elif candidate.confidence >= self._language.thresholds.confirm:
                left_out.append(f"not {candidate.intent} ({candidate.confidence:.2f}): {missing}")
        return tuple(kept), tuple(left_out)

    def _missing(self, candidate: Candidate, text: str) -> str | None:
        """Say what `text` lacks to be of this intent; None when nothing."""
        intent = candidate.intent
        if candidate.confidence < self._language.thresholds.confirm:
            return None  # will be refused anyway
        if intent in self._language.commands:
            likeness = self.matcher.nearest_ratio(text, intent)
            if likeness < _COMMAND_LIKENESS:
                return "a command counts only as the whole utterance"
        needed = self._language.evidence.get(intent, ())
        if not needed:
            return None
        if not self._normalizer.concepts(text) & frozenset(needed):
            return f"no word for any of {', '.join(needed)}"
        if "site" in self.templates.slot_names(intent) and not _SPEAKER & set(split_plain(text)):
            sites = [s for s in self.slot_finder.find(text, intent) if s.name == "site"]
            if not sites:
                return "neither a place nor `my` or `it`"
        return None

    def _decide(self, candidates: Sequence[Candidate]) -> tuple[Decision, str]:
        """Compare the two likeliest intents with the thresholds."""
        limits = self._language.thresholds
        if not candidates:
            return Decision.REJECT, "no intent is left"
        first = candidates[0]
        second = candidates[1] if len(candidates) > 1 else Candidate("", 0.0)
        scores = f"{first.intent} {first.confidence:.2f}"
        if second.intent:
            scores += f", then {second.intent} {second.confidence:.2f}"
        if first.confidence < limits.confirm:
            return Decision.REJECT, f"{scores}: under {limits.confirm:.2f}, not understood"
        close = first.confidence - second.confidence < limits.margin
        if close and second.intent:
            return Decision.CHOOSE, f"{scores}: closer than {limits.margin:.2f}, ask which"
        if first.confidence >= limits.accept:
            return Decision.ACT, f"{scores}: at least {limits.accept:.2f}"
        return Decision.CONFIRM, f"{scores}: under {limits.accept:.2f}, ask"

    def _phrases(self, text: str, candidates: Sequence[Candidate]) -> tuple[str, ...]:
        if not candidates:
            return ()
        reasons = self.matcher.explain(text, candidates[0].intent, _KEPT_CANDIDATES)
        return tuple(
            f'{reason.weight:+.2f} for {candidates[0].intent} from "{reason.phrase}"'
            + (
                f" ({reason.intent or 'for nobody'})"
                if reason.intent != candidates[0].intent
                else ""
            )
            for reason in reasons
        )


def _legal(
    parse: Parse, text: str, decision: Decision, confidence: float, why: Sequence[str]
) -> _Weighed:
    slots = fold_slots(parse.slots)
    understanding = Understanding(
        decision,
        intent=parse.intent,
        slots=slots,
        confidence=confidence,
        candidates=(Candidate(parse.intent, confidence),),
        text=text,
        why=(*why, *_slot_reasons(slots)),
    )
    return _Weighed(understanding, strict=True)


def _slot_reasons(slots: Sequence[Slot]) -> tuple[str, ...]:
    return tuple(
        f'{slot.name} = {slot.value} from "{slot.text}"'
        if slot.text
        else f"{slot.name} = {slot.value} from the template"
        for slot in slots
    )


def _top(candidates: Sequence[Candidate]) -> float:
    return candidates[0].confidence if candidates else -1.0


def _is_lone_word(text: str) -> bool:
    return len(text.split()) == 1


def _said(text: str) -> bool:
    """Say whether anything but unknown words was heard."""
    return bool(split_plain(text.replace(UNKNOWN, " ")))
