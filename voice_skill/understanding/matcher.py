"""The matcher: which intent a free wording most resembles, with a confidence.

Examples are the phrases of the content, a few sampled sentences of each intent's templates, and
the negatives (a class of their own, for nobody). What is learned from them, and how likeness is
measured, stands in likeness.py. The confidence of an intent is half of one plus its vote less the
vote for nobody: 1 for what is like its own examples alone, 0.5 for what is as much for nobody.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
from rapidfuzz import fuzz, process

from voice_skill.domain.language import Language
from voice_skill.domain.model import Candidate, DialogueState
from voice_skill.understanding.encoding import Encoder
from voice_skill.understanding.grams import Floats
from voice_skill.understanding.kept_fit import file_name, load_fit, save_fit
from voice_skill.understanding.likeness import Fit, learn
from voice_skill.understanding.templates import Templates
from voice_skill.understanding.text import Normalizer

NOBODY = ""
"""The class of the negatives; no intent has this name."""

_TEMPLATE_SENTENCES = 10
_SEED = 11


class Reason(NamedTuple):
    """How much a phrase spoke for (above 0) or against the intent that was asked about."""

    phrase: str
    intent: str
    weight: float


class Matcher:
    """Ranks the intents of a sentence by its likeness to example phrases.

    Fitted at the first question, or read from `cache_folder` (a file named by the phrases, so a
    changed skill never reads an old one).
    """

    def __init__(
        self,
        language: Language,
        templates: Templates | None = None,
        cache_folder: Path | None = None,
        encoder: Encoder | None = None,
    ) -> None:
        """`templates`: those of `language`, where they are compiled already.

        Without an `encoder` only letters and concepts are compared.
        """
        self._encoder = encoder
        self._language = language
        self._templates = templates or Templates(language)
        self._cache_folder = cache_folder
        self._normalizer = Normalizer(language.lexicon)
        self._fitted: Fit | None = None
        self._last: tuple[str, Floats] | None = None

    def rank(self, text: str, state: DialogueState) -> tuple[Candidate, ...]:
        """Return the intents legal in `state`, the likeliest first; none for an empty text."""
        fit = self._fit
        if not self._normalizer.plain(text) or not fit.plain:
            return ()
        votes = self._likeness(fit, text) @ fit.votes
        against = float(votes[fit.classes.index(NOBODY)]) if NOBODY in fit.classes else 0.0
        confidence = np.clip((1.0 + votes - against) / 2, 0.0, 1.0)
        legal = self._legal(state)
        ranked = [
            Candidate(intent, float(confidence[index]))
            for index, intent in enumerate(fit.classes)
            if intent != NOBODY and (legal is None or intent in legal)
        ]
        # Clipped confidences can be equal: the vote decides, then the name.
        order = dict(zip(fit.classes, votes.tolist(), strict=True))
        return tuple(sorted(ranked, key=lambda c: (-c.confidence, -order[c.intent], c.intent)))

    def explain(self, text: str, intent: str | None = None, count: int = 5) -> tuple[Reason, ...]:
        """Return the phrases that weighed most for or against `intent` (the likeliest if None)."""
        fit = self._fit
        if not self._normalizer.plain(text) or not fit.plain:
            return ()
        likeness = self._likeness(fit, text)
        if intent is None:
            votes = likeness @ fit.votes
            intent = max(zip(votes.tolist(), fit.classes, strict=True))[1]
        if intent not in fit.classes:
            return ()
        shares = likeness * fit.votes[:, fit.classes.index(intent)]
        heaviest = np.argsort(-np.abs(shares), kind="stable")[:count]
        return tuple(
            Reason(fit.plain[i], fit.classes[fit.of_phrase[i]], float(shares[i])) for i in heaviest
        )

    def nearest(self, text: str, intent: str) -> str:
        """Return the example of `intent` that is most like `text`; empty when there is none."""
        fit = self._fit
        if intent not in fit.classes or not self._normalizer.plain(text):
            return ""
        likeness = self._likeness(fit, text)
        own = np.flatnonzero(fit.of_phrase == fit.classes.index(intent))
        return fit.plain[int(own[np.argmax(likeness[own])])]

    def nearest_ratio(self, text: str, intent: str) -> float:
        """Return how close the whole of `text` is to a phrase of `intent`, 0 to 1.

        One word has to be the very word: `lower` is close to `slower` and means something else.
        """
        fit = self._fit
        plain = self._normalizer.plain(text)
        if intent not in fit.classes or not plain:
            return 0.0
        own = fit.classes.index(intent)
        phrases = [p for p, of in zip(fit.plain, fit.of_phrase, strict=True) if of == own]
        if " " not in plain:
            return float(plain in phrases)
        found = process.extractOne(plain, phrases, scorer=fuzz.ratio)
        return found[1] / 100 if found else 0.0

    def _likeness(self, fit: Fit, text: str) -> Floats:
        """Return the likeness of `text` to the examples, kept for those who ask for it again."""
        last = self._last
        if last is None or last[0] != text:
            meaning = None if self._encoder is None else self._encoder.encode([text])[0]
            last = text, fit.likeness(self._normalizer.normal(text), meaning)
            self._last = last
        return last[1]

    @property
    def _fit(self) -> Fit:
        if self._fitted is None:
            self._fitted = self._load_or_fit()
        return self._fitted

    def _legal(self, state: DialogueState) -> frozenset[str] | None:
        named = self._language.states.get(state)
        return None if named is None else frozenset(named)

    def _load_or_fit(self) -> Fit:
        examples = self._examples()
        if self._cache_folder is None:
            return self._learn(examples)
        name = "" if self._encoder is None else self._encoder.name
        path = self._cache_folder / file_name(examples, self._language.lexicon, name)
        return load_fit(path) or save_fit(path, self._learn(examples))

    def _learn(self, examples: list[tuple[str, str]]) -> Fit:
        meanings = None
        if self._encoder is not None and examples:
            meanings = self._encoder.encode_phrases([text for text, _ in examples])
        return learn(examples, self._normalizer, meanings)

    def _examples(self) -> list[tuple[str, str]]:
        """Return (sentence, class): phrases, sampled templates, negatives."""
        examples = [(phrase.text, phrase.intent) for phrase in self._language.phrases]
        for intent in self._templates.intents:
            sampled = self._templates.sample_intent(intent, _TEMPLATE_SENTENCES, _SEED)
            examples += [(text, intent) for text in sampled]
        examples += [(text, NOBODY) for text in self._language.negatives]
        return list(dict.fromkeys(examples))
