"""What the open decoder's language model is adapted to: how people say things in this skill."""

from __future__ import annotations

from voice_skill.conversation.grammars import Grammars
from voice_skill.domain.language import Language
from voice_skill.speech.adapted_graph import Weighted
from voice_skill.speech.recognizer import normalized
from voice_skill.understanding.spellings import Spellings

PHRASE_WEIGHT = 1.0
GRAMMAR_WEIGHT = 0.1
"""Of a sampled sentence: there are more of them than phrases, and they are all alike."""


def weighted_sentences(
    language: Language, grammars: Grammars, spellings: Spellings
) -> list[Weighted]:
    """Return the phrases and the sentences of the grammars, each once, as the recogniser writes.

    A sentence with a word that has several spellings counts no more than another.
    """
    found: dict[str, float] = {}
    for phrase in language.phrases:
        ways = spellings.spoken(phrase.text)
        found.update((normalized(way), PHRASE_WEIGHT / len(ways)) for way in ways)
    found.update((normalized(phrase), PHRASE_WEIGHT) for phrase in language.wake_phrases)
    for sentences in grammars.values():
        for sentence in sentences:
            found.setdefault(normalized(sentence), GRAMMAR_WEIGHT)
    found.pop("", None)
    return list(found.items())
