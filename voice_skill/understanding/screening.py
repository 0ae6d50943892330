"""Warning signs before any intent, and the one question that a doubtful word brings.

The rules themselves are `domain.triage`; here they meet the hypotheses of all decoders.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from voice_skill.domain.knowledge import Knowledge
from voice_skill.domain.language import Thresholds
from voice_skill.domain.model import Decision, Hypothesis, Level, Slot, Understanding
from voice_skill.domain.triage import Triage
from voice_skill.understanding.gate import (
    by_decoder,
    credible,
    free_hypotheses,
    heard_at_all,
    is_echoed,
)
from voice_skill.understanding.keeping import keep_answers
from voice_skill.understanding.sign_likeness import DOUBTFUL, SURE, UNDERSTOOD

_ANSWERS = frozenset({"yes", "no"})
_ALARM = "alarm"


class Warnings:
    """The warning signs of a skill's knowledge."""

    def __init__(
        self,
        knowledge: Knowledge,
        commands: Collection[str],
        thresholds: Thresholds,
        is_legal: Callable[[str], bool],
        likeness: Callable[[str], float] | None = None,
    ) -> None:
        """`commands`: intents that count only as the whole utterance.

        `likeness`: how much a sentence is like a warning sign (SignLikeness.of); without it every
        alarm word brings the question.

        `is_legal` says whether a text is, as a whole, a sentence of the templates.
        """
        self._is_legal = is_legal
        self._likeness = likeness
        self._knowledge = knowledge
        self._thresholds = thresholds
        self._taken_at_their_word = frozenset(commands) | _ANSWERS
        self._triage = Triage(knowledge.rules.values(), knowledge.alarm_words)

    def with_thresholds(self, thresholds: Thresholds) -> Warnings:
        """Return the same warning signs, believed by other thresholds; the rules are shared."""
        other = copy.copy(self)
        other._thresholds = thresholds
        return other

    def keep_answers(self) -> None:
        """Remember what the rules say to a text; see `Understander.keep_answers`."""
        keep_answers(self._triage, "check", "alarm_words")

    def check(self, hypotheses: Sequence[Hypothesis]) -> Understanding | None:
        """Return the most serious sign in any hypothesis that was heard at all, of any decoder.

        URGENT for what cannot wait. CONFIRM with the screening question where that stands only in
        words which the gate does not believe: a doubtful sign brings the question. A sign to be
        seen soon comes as a REJECT that only carries `alarm` and `why`, to be added to what was
        understood.
        """
        hypotheses = heard_at_all(hypotheses, self._thresholds)
        found = self._sign(hypotheses)
        if found is None or found.decision is not Decision.URGENT:
            return found
        sure = self._sign(self._believed(hypotheses))
        if sure is not None and sure.decision is Decision.URGENT:
            return sure
        return Understanding(
            Decision.CONFIRM,
            screen=self._knowledge.alarm_words.screen,
            text=found.text,
            why=(*found.why, "only in words that were hardly heard; ask first"),
        )

    def _believed(self, hypotheses: Sequence[Hypothesis]) -> tuple[Hypothesis, ...]:
        """Return the hypotheses in which a sign counts without a question."""
        return tuple(
            h
            for h in credible(hypotheses, self._thresholds)
            if h.decoder in ("open", "text")
            or (alarm := self._triage.check((h.text,))) is None
            or is_echoed(h, alarm.signs, hypotheses, legal=self._is_legal(h.text))
        )

    def _sign(self, hypotheses: Sequence[Hypothesis]) -> Understanding | None:
        texts = tuple(dict.fromkeys(h.text for h in hypotheses))
        alarm = self._triage.check(texts)
        if alarm is None:
            return None
        text = next((t for t in texts if self._triage.check((t,)) == alarm), texts[0])
        level = alarm.level.name.lower().replace("_", " ")
        signs = ", ".join(alarm.signs)
        why = (f'warning sign {alarm.id} ({level}) in "{text}": {signs}',)
        if alarm.level < Level.SAME_DAY:
            return Understanding(Decision.REJECT, alarm=alarm, why=why)
        return Understanding(
            Decision.URGENT,
            intent=_ALARM,
            slots=(Slot("sign", alarm.id, signs),),
            confidence=1.0,
            alarm=alarm,
            text=text,
            why=why,
        )

    def doubted(
        self, understanding: Understanding, doubt: Understanding, *, strict: bool
    ) -> Understanding:
        """Put the question of a doubtful sign before what was understood; a command stays one."""
        if strict and understanding.intent in self._taken_at_their_word:
            return replace(understanding, why=(*doubt.why, *understanding.why))
        return replace(
            understanding,
            decision=Decision.CONFIRM,
            screen=doubt.screen,
            text=understanding.text or doubt.text,
            why=(*doubt.why, *understanding.why),
        )

    def screened(
        self, understanding: Understanding, hypotheses: Sequence[Hypothesis], *, strict: bool
    ) -> Understanding:
        """Ask the screening question first where an alarm word was heard that no rule took up.

        Looked for in what decided and in the best of each decoder that is believed: deeper
        alternatives are full of words that nobody said. A legal command is taken at its word, an
        answer always (`strict`: the whole utterance was legal). What was understood is kept, to go
        on with afterwards. Likeness to a warning sentence carries no safety: it brings the
        question, not the warning. A cramp is acted on at once and keeps the question for later.
        """
        answer = strict and understanding.intent in _ANSWERS
        if answer:
            return understanding
        texts = [understanding.text] if understanding.text else []
        if not (strict and understanding.intent in self._taken_at_their_word):
            texts += [each[0].text for each in by_decoder(credible(hypotheses, self._thresholds))]
        said = tuple(h.text for h in free_hypotheses(hypotheses)[:1]) or tuple(texts[:1])
        words, like = self._doubtful(
            understanding, tuple(dict.fromkeys(texts)), said, strict=strict
        )
        like = like or (self._likeness is None and not strict and _may_be_a_sign(understanding))
        if not like and not words:
            return understanding
        named = f"alarm words without a rule: {', '.join(words)}"
        named = "like a warning sign, but no rule for it" if like else named
        if _is_eased_first(understanding):
            why = (*understanding.why, f"{named}; ask once the cramp is eased")
            return replace(understanding, screen=self._knowledge.alarm_words.screen, why=why)
        if self._has_own_screen(understanding):
            why = (*understanding.why, f"{named}; this report brings its own question")
            return replace(understanding, why=why)
        return replace(
            understanding,
            decision=Decision.CONFIRM,
            intent=None if understanding.intent == _ALARM else understanding.intent,
            screen=self._knowledge.alarm_words.screen,
            why=(*understanding.why, f"{named}; ask first"),
        )

    def _doubtful(
        self,
        understanding: Understanding,
        texts: Sequence[str],
        said: Sequence[str],
        *,
        strict: bool,
    ) -> tuple[tuple[str, ...], bool]:
        """Return the alarm words that count, and whether what was said is like a sign.

        A whole sentence of the templates is what it says; anything else may be a sign in words
        that no rule knows, or a figure of speech that holds an alarm word. Beside a cramp the
        words count whatever it is like, and they alone: the question waits until it is eased.
        """
        words = self._triage.alarm_words(texts)
        if self._likeness is None or strict or not said or _is_eased_first(understanding):
            return words, False
        sure = understanding.decision is Decision.ACT and understanding.confidence >= SURE
        least = UNDERSTOOD if sure and understanding.intent != _ALARM else DOUBTFUL
        alike = max(map(self._likeness, said)) >= least
        return words if alike else (), alike

    def _has_own_screen(self, understanding: Understanding) -> bool:
        """Say whether the dialogue asks about this report itself."""
        if understanding.decision is not Decision.ACT or understanding.intent != "report_symptom":
            return False
        site = self._knowledge.sites.get(str(understanding.slot("site")))
        return (site is not None and site.screen is not None) or (
            understanding.slot("sensation") in ("tingling", "numb")
        )


def _is_eased_first(understanding: Understanding) -> bool:
    """Say whether the dialogue must act at once, whatever there is to ask: a cramp."""
    return understanding.decision is Decision.ACT and understanding.intent == "cramp_now"


def _may_be_a_sign(understanding: Understanding) -> bool:
    """Say whether the likeliest, or one of two that are too close to tell, is a warning."""
    if understanding.decision is Decision.CHOOSE:
        return any(candidate.intent == _ALARM for candidate in understanding.candidates[:2])
    return understanding.intent == _ALARM
