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

from voice_skill.domain.knowledge import Knowledge
from voice_skill.domain.language import Language, Thresholds
from voice_skill.domain.model import (
    WAKE,
    Decision,
    DialogueState,
    Hypothesis,
    Understanding,
    Utterance,
)
from voice_skill.domain.own_sentences import own_sentences
from voice_skill.understanding.about import with_symptom
from voice_skill.understanding.encoding import EncodedOnce
from voice_skill.understanding.evidence import Evidence
from voice_skill.understanding.free_wording import FreeWording
from voice_skill.understanding.gate import is_heard
from voice_skill.understanding.keeping import keep_answers
from voice_skill.understanding.legal import UNKNOWN, LegalSentences
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

_BEYOND_DOUBT = 0.7


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
        if encoder is not None:
            encoder = EncodedOnce(encoder)
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
        limits = letters if self._encoder is None and letters else language.thresholds
        self._legal = LegalSentences(self.templates, self._normalizer, language.thresholds)
        self._free = FreeWording(
            language,
            limits,
            lambda: self.matcher,
            self.slot_finder,
            self._evidence,
            compares_meanings=self.compares_meanings,
        )
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
        return replace(self._meant(utterance), cut=utterance.cut)

    def _meant(self, utterance: Utterance) -> Understanding:
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
        question into an act, another one shows that the sentence was forced upon them. Where
        a value is like nothing that the open decoder heard, it was forced, and so was the sentence.
        """
        weighed = self._legal.weigh(hypotheses, state, moment)
        legal = weighed.understanding
        strict = legal.decision in (Decision.ACT, Decision.CONFIRM)
        if strict and weighed.certain:
            return _Weighed(legal, strict=True)
        free = self._free.understand(hypotheses, state, moment)
        if legal.decision is Decision.REJECT:
            return _Weighed(replace(free, why=legal.why + free.why), strict=False)
        if free.decision is not Decision.ACT:
            return _Weighed(legal, strict)
        if free.intent == legal.intent:
            if not all(is_heard(slot.text, hypotheses) for slot in legal.slots):
                why = (*legal.why, "free wording says the same, without that", *free.why)
                return _Weighed(replace(free, why=why), strict)
            why = (*legal.why, "free wording says the same")
            return _Weighed(replace(legal, decision=Decision.ACT, why=why), strict)
        if free.confidence < _BEYOND_DOUBT:
            return _Weighed(legal, strict)
        why = (*legal.why, "but free wording is beyond doubt", *free.why)
        return _Weighed(replace(free, why=why), strict=False)


def _said(text: str) -> bool:
    """Say whether anything but unknown words was heard."""
    return bool(split_plain(text.replace(UNKNOWN, " ")))
