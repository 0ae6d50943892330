"""Hypotheses of an utterance -> what to do with it, in a fixed order.

1. Warning signs in any hypothesis of any decoder: urgent, whatever else was said.
2. A whole legal sentence of the templates that passes the gate (legal.py): act on it, or ask.
3. Free wording: the matcher, evidence and thresholds: act, confirm, ask which of two, or refuse.
   A command counts only as the whole utterance.
4. An alarm word that no rule took up: ask the screening question before anything else.
"""

from __future__ import annotations

import copy
import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from voice_skill.domain.language import Language, Thresholds
from voice_skill.domain.model import (
    WAKE,
    Candidate,
    Decision,
    DialogueState,
    Hypothesis,
    Knowledge,
    Slot,
    Understanding,
    Utterance,
)
from voice_skill.domain.own_sentences import own_sentences
from voice_skill.understanding.about import with_symptom
from voice_skill.understanding.evidence import Evidence
from voice_skill.understanding.gate import (
    by_decoder,
    free_hypotheses,
    likelihood_margin,
    of_decoder,
)
from voice_skill.understanding.keeping import keep_answers
from voice_skill.understanding.legal import UNKNOWN, LegalSentences, slot_reasons
from voice_skill.understanding.own_speech import OwnSpeech
from voice_skill.understanding.screening import Warnings
from voice_skill.understanding.sign_likeness import SignLikeness
from voice_skill.understanding.slots import SlotFinder
from voice_skill.understanding.templates import Templates
from voice_skill.understanding.text import Normalizer, split_plain
from voice_skill.understanding.waking import Called, WakePhrases

if TYPE_CHECKING:
    from voice_skill.understanding.encoding import Encoder
    from voice_skill.understanding.matcher import Matcher

_COMMAND_LIKENESS = 0.9
_BEYOND_DOUBT = 0.7
_OPPOSITE_MARGIN = 0.05
_FEW_WORDS, _FEW_WORDS_MORE = 3, 0.2
_KEPT_CANDIDATES = 3
_DENIALS = frozenset({"not", "never", "dont", "cannot"})


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
        encoder: Encoder | None = None,
    ) -> None:
        """Without `knowledge` (a skill of intents alone) there are no warning signs.

        `templates`: those of `language`, where they are compiled already. `cache_folder`: where the
        matcher may keep what it learned. `encoder`: what the matcher compares meanings with.
        ContentError when the templates cannot be compiled.
        """
        self.templates = templates or Templates(language)
        self._cache_folder = cache_folder
        self._encoder = encoder
        self.slot_finder = SlotFinder(language, self.templates)
        self._evidence = Evidence(language, self.templates, self.slot_finder)
        self._normalizer = Normalizer(language.lexicon)
        self._sign_likeness: Callable[[str], float] | None = None
        if encoder is not None and language.signs:
            signs = SignLikeness(language, self.templates, encoder, cache_folder)
            self._sign_likeness = signs.of
        self._warnings: Warnings | None = None
        if knowledge is not None:
            self._warnings = Warnings(
                knowledge,
                language.commands,
                language.thresholds,
                is_legal=lambda text: bool(self.templates.parse(text, "idle")),
                likeness=self._sign_likeness,
            )
        self._own_speech = OwnSpeech(own_sentences(knowledge), self._is_legal_somewhere)
        self._decide_by(language)

    def _is_legal_somewhere(self, text: str) -> bool:
        return any(self.templates.parse(text, state) for state in get_args(DialogueState))

    def _decide_by(self, language: Language) -> None:
        """Take over the thresholds of `language`."""
        self._language = language
        letters = language.thresholds.letters
        self._limits = letters if self._encoder is None and letters else language.thresholds
        self._legal = LegalSentences(self.templates, self._normalizer, language.thresholds)
        self._wake_phrases = WakePhrases(language.wake_phrases, language.thresholds)

    def with_thresholds(self, thresholds: Thresholds) -> Understander:
        """Return one that decides by other thresholds and shares all that is costly to make."""
        other = copy.copy(self)
        other.matcher = self.matcher
        if self._warnings is not None:
            other._warnings = self._warnings.with_thresholds(thresholds)
        other._decide_by(replace(self._language, thresholds=thresholds))
        return other

    def keep_answers(self) -> None:
        """Remember what no threshold changes, for utterances that are decided again and again.

        Every different text takes memory for good, so this is not for conversations.
        """
        keep_answers(self.matcher, "rank", "explain", "nearest", "nearest_ratio")
        keep_answers(self.templates, "parse")
        keep_answers(self.slot_finder, "find", "without_values")
        if self._warnings is not None:
            self._warnings.keep_answers()

    @property
    def compares_meanings(self) -> bool:
        """Whether a sentence encoder takes part; without one the thresholds `letters` hold."""
        return self._encoder is not None

    @cached_property
    def matcher(self) -> Matcher:
        """The fuzzy matcher, made (and its libraries loaded) when first a sentence needs it."""
        from voice_skill.understanding.matcher import Matcher

        return Matcher(self._language, self.templates, self._cache_folder, self._encoder)

    def warm_up(self) -> None:
        """Learn from the examples now (or read what was learned), not at the first free wording."""
        self.matcher.rank("", "idle")
        if self._sign_likeness is not None:
            self._sign_likeness("warm up")

    def understand(self, utterance: Utterance) -> Understanding:
        """Decide what `utterance` means and what to do with it; see the module's order."""
        heard = self.templates.spellings.heard_in(utterance.hypotheses)
        hypotheses = tuple(h for h in heard if _said(h.text))
        if not hypotheses:
            return Understanding(Decision.REJECT, why=("heard nothing",))
        called = self._wake_phrases.called(hypotheses)
        if called is None:
            understanding = self._understood(hypotheses, utterance)
            return with_symptom(understanding, self.slot_finder, utterance.moment)
        return replace(self._called(called, hypotheses, utterance), woken=True)

    def _called(
        self, called: Called, hypotheses: Sequence[Hypothesis], utterance: Utterance
    ) -> Understanding:
        """Understand what was said after a wake phrase; a warning sign counts before it, too."""
        warned = self._warnings.check(hypotheses) if self._warnings else None
        if warned is not None and warned.decision is Decision.URGENT:
            return warned
        why = (f'called by "{called.phrase}"',)
        if not called.request:
            return Understanding(
                Decision.ACT, WAKE, confidence=1.0, text=called.phrase, why=why, legal=True
            )
        understanding = self._understood(called.request, utterance)
        understanding = with_symptom(understanding, self.slot_finder, utterance.moment)
        return replace(understanding, why=why + understanding.why)

    def _understood(self, hypotheses: Sequence[Hypothesis], utterance: Utterance) -> Understanding:
        """Decide on hypotheses without a wake phrase."""
        warned = self._warnings.check(hypotheses) if self._warnings else None
        own = self._own_speech.heard(hypotheses, warned=warned is not None)
        if own is not None:
            return Understanding(Decision.REJECT, text=own, why=("the assistant's own sentence",))
        if warned is not None and warned.decision is Decision.URGENT:
            return warned
        weighed = self._weigh(hypotheses, utterance.state, utterance.moment)
        understanding = weighed.understanding
        sure = weighed.strict and understanding.decision is Decision.ACT
        understanding = replace(understanding, legal=sure)
        if warned is not None and warned.screen is not None and self._warnings is not None:
            return self._warnings.doubted(understanding, warned, strict=weighed.strict)
        if warned is not None:
            why = warned.why + understanding.why
            understanding = replace(understanding, alarm=warned.alarm, why=why)
        if self._warnings is None:
            return understanding
        return self._warnings.screened(understanding, hypotheses, strict=weighed.strict)

    def _weigh(
        self,
        hypotheses: Sequence[Hypothesis],
        state: DialogueState,
        moment: datetime.datetime | None,
    ) -> _Weighed:
        """Return what the legal sentence came to, or the free wording where there is none.

        A legal sentence that only the forced decoders heard is compared with what the words of
        the open decoder mean. Where these are beyond doubt, they decide: the same meaning turns a
        question into an act, another one shows that the sentence was forced upon them.
        """
        weighed = self._legal.weigh(hypotheses, state, moment)
        legal = weighed.understanding
        strict = legal.decision in (Decision.ACT, Decision.CONFIRM)
        if strict and weighed.certain:
            return _Weighed(legal, strict=True)
        free = self._free(hypotheses, state, moment)
        if legal.decision is Decision.REJECT:
            return _Weighed(replace(free, why=legal.why + free.why), strict=False)
        if free.decision is not Decision.ACT:
            return _Weighed(legal, strict)
        if free.intent == legal.intent:
            why = (*legal.why, "free wording says the same")
            return _Weighed(replace(legal, decision=Decision.ACT, why=why), strict)
        if free.confidence < _BEYOND_DOUBT:
            return _Weighed(legal, strict)
        why = (*legal.why, "but free wording is beyond doubt", *free.why)
        return _Weighed(replace(free, why=why), strict=False)

    # -------------------------------------------------------------- free wording

    def _free(
        self,
        hypotheses: Sequence[Hypothesis],
        state: DialogueState,
        moment: datetime.datetime | None,
    ) -> Understanding:
        """Rank the intents of the best free wordings and decide by the thresholds."""
        if not self._language.phrases:
            return Understanding(Decision.REJECT, why=("the skill has no phrases to compare with",))
        best: tuple[tuple[Candidate, ...], Hypothesis] | None = None
        for hypothesis in self._wordings(hypotheses):
            candidates = self.matcher.rank(hypothesis.text, state)
            if best is None or _top(candidates) > _top(best[0]):
                best = candidates, hypothesis
        if best is None:
            return Understanding(Decision.REJECT, why=("no wording to compare with the phrases",))
        candidates, hypothesis = best
        decision, reason = self._decide(candidates, hypothesis, state)
        intent = candidates[0].intent if decision in (Decision.ACT, Decision.CONFIRM) else None
        slots: tuple[Slot, ...] = ()
        if candidates and decision is not Decision.REJECT:
            slots = self.slot_finder.find(
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
        if first.intent in self._language.commands and self._is_denied(first.intent, text):
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
            surely = self.compares_meanings and candidate.confidence >= limits.command
            if surely and state != "idle":
                return ""
            if self.matcher.nearest_ratio(text, intent) < _COMMAND_LIKENESS:
                return "a command counts only as the whole utterance"
            return ""
        return self._evidence.lacking(intent, text, state)

    def _is_denied(self, intent: str, text: str) -> bool:
        """Say whether something is denied here and not in the most similar wording."""
        return _denies(text) and not _denies(self.matcher.nearest(text, intent))

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


def _denies(text: str) -> bool:
    """Say whether anything is denied: `don't stop` is not like `stop`."""
    return any(word in _DENIALS or word.endswith("n't") for word in split_plain(text))


def _top(candidates: Sequence[Candidate]) -> float:
    return candidates[0].confidence if candidates else -1.0


def _is_lone_word(text: str) -> bool:
    return len(text.split()) == 1


def _said(text: str) -> bool:
    """Say whether anything but unknown words was heard."""
    return bool(split_plain(text.replace(UNKNOWN, " ")))
