"""Checks of the phrases that wake the assistant."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from voice_skill.content.nodes import Problem
from voice_skill.content.tree import Tree
from voice_skill.domain.language import Language
from voice_skill.domain.model import WAKE

FEWEST_WORDS = 2
"""A single word is too easily heard in a night of television, sleep talk and household noise."""

_PUTS_TO_SLEEP = "goodnight"


def check_wake_phrases(
    tree: Tree, language: Language, known_word: Callable[[str], bool] | None
) -> Iterator[Problem]:
    """Return phrases that could not be heard, or are too short, and a sleep without an end."""
    for index, text in enumerate(language.wake_phrases):
        place = ("wake_phrases", index)
        words = text.lower().split()
        if len(words) < FEWEST_WORDS:
            yield tree.problem(place, f'"{text}" needs at least {FEWEST_WORDS} words')
        for word in words:
            if known_word is not None and not known_word(word):
                yield tree.problem(
                    place, f'the speech model does not know "{word}": it could never be woken so'
                )
    intents = tree.gathered("intents")
    if WAKE in intents:
        message = f'"{WAKE}" is what a wake phrase means: state its wordings under wake_phrases'
        yield tree.problem(("intents", WAKE), message)
    if tree.has("prompts") and _PUTS_TO_SLEEP in intents and not language.wake_phrases:
        message = f"{_PUTS_TO_SLEEP} puts it to sleep, and without wake_phrases no voice wakes it"
        yield tree.problem(("intents", _PUTS_TO_SLEEP), message)
