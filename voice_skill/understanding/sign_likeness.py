"""How much a sentence is like people telling of a warning sign, in whatever words.

Carries no safety by itself: the rules of `domain.triage` bring the message, this brings at most the
screening question. Two classes, signs and everything else, learned as the matcher learns
(likeness.py): from the skill's `signs` and its sampled warning sentences, against its `harmless`
sentences, negatives, and every second phrase of its other intents.

`DOUBTFUL` and `UNDERSTOOD` were chosen on tests/warnings/development.jsonl; what they come to there
stands in docs/safety.md.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from voice_skill.domain.language import Language
from voice_skill.understanding.encoding import Encoder
from voice_skill.understanding.kept_fit import file_name, load_fit, save_fit
from voice_skill.understanding.likeness import Fit, Formula, learn
from voice_skill.understanding.templates import Templates
from voice_skill.understanding.text import Normalizer

DOUBTFUL = 0.1
"""From this likeness on a sentence brings the question; below it an alarm word in it is a figure
of speech."""

UNDERSTOOD = 0.4
"""The same for a sentence that was understood as something else, beyond doubt (`SURE`)."""

SURE = 0.65
"""The confidence from which a free wording counts as understood for this."""

SIGNS = Formula(share=0.7, width=2.0, ridge=0.03)
"""Wider than for intents: a sign is told in more ways than there are examples."""

_SIGN, _OTHER = "sign", ""
_WARNING = "alarm"
_TEMPLATE_SENTENCES = 100
_SEED = 5
_EVERY = 2


class SignLikeness:
    """Says how like a warning sign a sentence is, from about -1 to 1.

    Learned at the first question, or read from `cache_folder`.
    """

    def __init__(
        self,
        language: Language,
        templates: Templates,
        encoder: Encoder,
        cache_folder: Path | None = None,
    ) -> None:
        """`encoder` compares meanings: letters alone say too little for this."""
        self._language = language
        self._templates = templates
        self._encoder = encoder
        self._cache_folder = cache_folder
        self._normalizer = Normalizer(language.lexicon)

    def of(self, text: str) -> float:
        """Return the likeness of a sentence; -1 for one without words."""
        if not self._normalizer.plain(text):
            return -1.0
        fit = self._fit
        meaning = self._encoder.encode([text])[0]
        votes = fit.likeness(self._normalizer.normal(text), meaning) @ fit.votes
        return float(votes[fit.classes.index(_SIGN)])

    @cached_property
    def _fit(self) -> Fit:
        examples = self._examples()
        if self._cache_folder is None:
            return self._learn(examples)
        path = self._cache_folder / file_name(
            examples, self._language.lexicon, self._encoder.name, SIGNS
        )
        return load_fit(path) or save_fit(path, self._learn(examples))

    def _learn(self, examples: list[tuple[str, str]]) -> Fit:
        meanings = self._encoder.encode_phrases([text for text, _ in examples])
        return learn(examples, self._normalizer, meanings, SIGNS)

    def _examples(self) -> list[tuple[str, str]]:
        """Return (sentence, class); what stands in both classes is a sign."""
        language, templates = self._language, self._templates
        signs = list(language.signs)
        if _WARNING in templates.intents:
            signs += templates.sample_intent(_WARNING, _TEMPLATE_SENTENCES, _SEED)
        phrases = [phrase for phrase in language.phrases if phrase.intent != _WARNING]
        others = [*language.harmless, *language.negatives]
        others += [phrase.text for phrase in phrases[::_EVERY]]
        known = dict.fromkeys(signs)
        examples = [(text, _SIGN) for text in known]
        return examples + [(text, _OTHER) for text in dict.fromkeys(others) if text not in known]
