"""Checks of what people say: clashes between intents, unknown words, commands in our own mouth."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from voice_skill.content.grammar import Grammar, list_expressions, number_words, parse, plain
from voice_skill.content.nodes import Problem
from voice_skill.content.references import Keys, template_texts
from voice_skill.content.templates import is_template
from voice_skill.content.tree import Tree
from voice_skill.domain.language import Language

_MOST_STATES = 200_000
"""How far clashes are searched for, in sets of states of the grammar."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """A template or phrase of an intent, and where it stands."""

    keys: Keys
    intent: str
    text: str


class Sentences:
    """All that can be said to a skill, joined into one grammar."""

    def __init__(self, tree: Tree, language: Language) -> None:
        """Parse every template by hassil."""
        self._tree = tree
        self._language = language
        templates: Any = language.templates
        self.refused: list[Problem] = []
        self._said: set[str] | None = None
        parsed = {name: parse(text) for name, text in templates["expansion_rules"].items()}
        rules = {name: rule for name, rule in parsed.items() if rule is not None}
        self._grammar = Grammar(list_expressions(language.code, templates["lists"]), rules)
        self._entries: list[_Entry] = []
        for keys, text in template_texts(language):
            if keys[0] == "lists":
                continue  # reached through the templates that name them
            expression = parse(text)
            if expression is None:
                message = f'hassil cannot parse the sentence template "{text}"'
                self.refused.append(tree.problem(keys, message))
            elif keys[0] == "intents":
                self._entries.append(_Entry(keys, str(keys[1]), text))
                self._grammar.add(expression)
        for keys, phrase in self._phrases():
            self._entries.append(_Entry(keys, str(keys[1]), phrase))
            self._grammar.add(phrase)

    def _phrases(self) -> Iterator[tuple[Keys, str]]:
        numbers: dict[str, int] = {}
        for phrase in self._language.phrases:
            number = numbers.get(phrase.intent, 0)
            numbers[phrase.intent] = number + 1
            yield ("phrases", phrase.intent, number), phrase.text

    def clashes(self) -> Iterator[Problem]:
        """Return sentences that two intents share although both are legal in one state."""
        owners = [entry.intent for entry in self._entries]
        rivals = {intent: self._rivals(intent, set(owners)) for intent in owners}
        for clash in self._grammar.clashes(owners, rivals, most_states=_MOST_STATES):
            first, second = self._entries[clash.first], self._entries[clash.second]
            place = self._tree.problem(first.keys, "")
            yield self._tree.problem(
                second.keys,
                f'"{clash.text}" is said for {second.intent} here '
                f"and for {first.intent} in {place.path.name}:{place.line}",
            )

    def _rivals(self, intent: str, intents: set[str]) -> frozenset[str]:
        """Return the other intents that are legal in a state where this one is."""
        states = self._language.states
        if not states:
            return frozenset(intents - {intent})
        shared = {other for legal in states.values() if intent in legal for other in legal}
        return frozenset((shared & intents) - {intent})

    def contradictions(self) -> Iterator[Problem]:
        """Return decoys and negatives, which must be refused, that are legal sentences."""
        start = self._grammar.start(range(len(self._entries)))
        refused = {"decoys": self._language.decoys, "negatives": self._language.negatives}
        for section, texts in refused.items():
            for index, text in enumerate(texts):
                for number in sorted(self._grammar.accepts(start, text))[:1]:
                    entry = self._entries[number]
                    place = self._tree.problem(entry.keys, "")
                    message = (
                        f'"{text}" is to be refused here, '
                        f"but said for {entry.intent} in {place.path.name}:{place.line}"
                    )
                    yield self._tree.problem((section, index), message)

    def commands(self) -> Callable[[str], str | None]:
        """Return a function that names the command which a sentence would be taken for."""
        numbers = [
            number
            for number, entry in enumerate(self._entries)
            if entry.intent in self._language.commands
        ]
        start = self._grammar.start(numbers)

        def command(sentence: str) -> str | None:
            accepted = sorted(self._grammar.accepts(start, sentence))
            return self._entries[accepted[0]].intent if accepted else None

        return command

    def said_in(self, words: str) -> str | None:
        """Return an intent that has a sentence with these words side by side.

        The grammar is only unfolded (seconds) for words that all are said, if not together.
        """
        if self._said is None:
            templates: Any = self._language.templates
            numbers = number_words(self._language.code, templates["lists"])
            self._said = numbers.union(*(found for _, found in self._words()))
        if not self._said.issuperset(plain(words).split()):
            return None
        entry = self._grammar.holding(words)
        return None if entry is None else self._entries[entry].intent

    def unknown_words(self, known_word: Callable[[str], bool]) -> Iterator[Problem]:
        """Return each word that the speech model does not know, once, at its first place."""
        found: dict[str, Keys] = {}
        asked: set[str] = set()
        spelled = self._language.lexicon.sounds_like
        for keys, words in self._words():
            fresh = words - asked
            asked |= fresh
            for word in fresh:
                if not known_word(word) and word not in spelled:
                    found[word] = keys
        for word, keys in sorted(found.items()):
            yield self._tree.problem(
                keys,
                f'the speech model does not know "{word}": it will never be heard; use another '
                "word, or state under sounds_like in the lexicon how the model may write it",
            )

    def _words(self) -> Iterator[tuple[Keys, set[str]]]:
        """Return the words of templates, list values, phrases and decoys with their places."""
        own = Grammar()
        for keys, text in template_texts(self._language):
            if keys[0] == "lists" and keys[1] in self._language.free_lists:
                continue  # free wording is typed, too: such words cost nothing if never heard
            expression = parse(text) if is_template(text) else None
            if expression is not None:
                yield keys, own.words(own.add(expression))
            else:
                yield keys, set(plain(text).split())
        for keys, text in self._phrases():
            yield keys, set(plain(text).split())
        for index, text in enumerate(self._language.decoys):
            yield ("decoys", index), set(plain(text).split())
