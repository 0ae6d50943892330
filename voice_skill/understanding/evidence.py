"""What a free wording must name to be acted on: likeness to a phrase alone is not enough.

An intent with `evidence` needs a word for one of its concepts. A symptom report needs a sensation
that is neither denied nor a figure of speech, and whose body it is; where the dialogue asked, or
a routine runs, any of its slots will do.
"""

from __future__ import annotations

from voice_skill.domain.language import FREE_WORDS, Language
from voice_skill.domain.model import DialogueState
from voice_skill.understanding.slots import SlotFinder
from voice_skill.understanding.templates import Templates
from voice_skill.understanding.text import Normalizer, split_plain

SENSATION = "sensation"

_PAIN = "pain"
_SPEAKER = frozenset(
    {"i", "i've", "i'm", "my", "me", "it", "it's", "its", "mine", "this", "that", "these",
     "there's"}
)  # fmt: skip


class Evidence:
    """Looks for what the intents of a language need."""

    def __init__(self, language: Language, templates: Templates, slot_finder: SlotFinder) -> None:
        """Join the concepts of the language and the slots of its templates."""
        self._needed = language.evidence
        self._templates = templates
        self._slot_finder = slot_finder
        self._normalizer = Normalizer(language.lexicon)

    def lacking(self, intent: str, text: str, state: DialogueState) -> str:
        """Say what `text` lacks to be acted on as `intent` in `state`; empty when nothing."""
        needed = self._needed.get(intent, ())
        if not needed:
            return ""
        names = self._templates.slot_names(intent)
        if SENSATION in names:
            return self._lacking_report(intent, text, state)
        if not self._normalizer.concepts(text) & frozenset(needed):
            return f"no word for any of {', '.join(needed)}"
        if state == "idle" and "site" in names:
            return self._lacking_place(intent, text)
        return ""

    def _lacking_report(self, intent: str, text: str, state: DialogueState) -> str:
        slots = self._slot_finder.find(text, intent)
        if state != "idle" and slots:
            return ""
        sensed = any(slot.name == SENSATION and slot.value != _PAIN for slot in slots)
        if not sensed and not self._named(intent, text):
            return "no sensation that is neither denied nor pain alone"
        return self._lacking_place(intent, text) if state == "idle" else ""

    def _named(self, intent: str, text: str) -> bool:
        """Say whether a concept is named by words that are no list value, such as `acting up`."""
        rest = self._slot_finder.without_values(text, (SENSATION, FREE_WORDS))
        return bool(self._normalizer.concepts(rest) & frozenset(self._needed[intent]))

    def _lacking_place(self, intent: str, text: str) -> str:
        if _SPEAKER & set(split_plain(text)):
            return ""
        if any(slot.name == "site" for slot in self._slot_finder.find(text, intent)):
            return ""
        return "neither a place nor `my` or `it`"
