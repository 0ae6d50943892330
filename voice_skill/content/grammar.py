"""All sentences of a language as an automaton over characters, unfolded only where it is walked.

A state is what may still follow: an expression of hassil and, below it, the rest (Antimirov's
partial derivatives). Lists and rules are never copied into the templates that name them, so the
grammar of a whole language is ready at once, and a walk pays for what it visits.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Any

from hassil.errors import HassilError
from hassil.expression import (
    Alternative,
    Expression,
    Group,
    ListReference,
    Permutation,
    RuleReference,
    TextChunk,
)
from hassil.numbers import get_rbnf_engine
from hassil.parse_expression import parse_sentence
from hassil.parser import ParseError

from voice_skill.content.templates import is_template

_NOT_SPOKEN = re.compile(r"[^\w' ]+")
_SPACES = re.compile(r"\s+")
_REFERENCE = "\0"  # stands for a list or rule where only the template's own words are wanted
_MOST_NUMBERS = 1000

States = frozenset[int]


def plain(text: str) -> str:
    """Return text as it is heard: lower case, no punctuation but apostrophes, single spaces."""
    text = text.lower().replace("’", "'")
    return _SPACES.sub(" ", _NOT_SPOKEN.sub(" ", text)).strip()


@lru_cache(maxsize=4096)
def parse(template: str) -> Expression | None:
    """Parse a template by hassil; None when hassil refuses it. Kept, as it is slow."""
    try:
        return parse_sentence(template).expression
    except (ParseError, HassilError, AssertionError, RecursionError):
        return None


@dataclass(frozen=True, slots=True)
class Clash:
    """A sentence that two entries share."""

    text: str
    first: int
    second: int


class Grammar:
    """Entries, each a way to say something; a state belongs to the entry it began in.

    `lists` and `rules` map names to their expressions; with None, a reference is one character
    of its own and not followed.
    """

    def __init__(
        self,
        lists: Mapping[str, Expression] | None = None,
        rules: Mapping[str, Expression] | None = None,
    ) -> None:
        """Begin without an entry."""
        self._lists = lists
        self._rules = rules
        self._items: list[Expression | str | None] = []
        self._rests: list[int] = []
        self._entry: list[int] = []
        self._known: dict[tuple[object, int], int] = {}
        self._leaves: dict[int, States] = {}
        self._starts: list[int] = []
        self._beginnings: States | None = None
        self._shared: dict[States, dict[str, States]] = {}

    def add(self, entry: Expression | str) -> int:
        """Add a template's expression or a plain text; return the entry's number."""
        number = len(self._starts)
        end = self._new(None, -1, number)
        item = plain(entry) if isinstance(entry, str) else entry
        self._starts.append(end if item == "" else self._new(item, end, number))
        return number

    def start(self, entries: Iterable[int]) -> States:
        """Return the states before the first character of these entries."""
        leaves = (leaf for entry in entries for leaf in self._unfold(self._starts[entry]))
        return self._over_spaces(frozenset(leaves))

    def accepts(self, states: States, text: str) -> set[int]:
        """Return the entries that hold this text as a whole.

        Thousands of texts are asked about, and many begin alike: their steps are kept.
        """
        for character in plain(text):
            if states not in self._shared:
                self._shared[states] = self._steps(states)
            states = self._shared[states].get(character, frozenset())
            if not states:
                return set()
        return self._ended(states)

    def holding(self, text: str) -> int | None:
        """Return the first entry with a sentence that holds the words of `text` side by side."""
        if self._beginnings is None:
            self._beginnings = self._words_begin()
        states = self._beginnings
        for character in plain(text):
            states = self._steps(states).get(character, frozenset())
        steps = self._steps(states)
        whole = {self._entry[leaf] for leaf in steps.get(" ", ())} | self._ended(states)
        return min(whole, default=None)

    def _words_begin(self) -> States:
        """Return the states in which a word can begin."""
        found = self.start(range(len(self._starts)))
        seen = set(found)
        waiting = [*found]
        while waiting:
            leaf = waiting.pop()
            after = self._after(leaf)
            if self._is_space(leaf):
                found |= self._over_spaces(after)
            fresh = after - seen
            seen |= fresh
            waiting += fresh
        return frozenset(found)

    def clashes(
        self, owners: Sequence[str], rivals: Mapping[str, frozenset[str]], *, most_states: int
    ) -> Iterator[Clash]:
        """Find texts that entries of two rivals share, each pair once, the shortest text first.

        `owners` names the owner of each entry (an intent), `rivals` for each owner those it must
        not share a text with. The search is exact, by breadth, and ends after `most_states` sets
        of states: beyond, a clash of two long sentences may go unseen.
        """
        begin = self._with_rivals(self.start(range(len(owners))), owners, rivals)
        seen = {begin}
        waiting = deque([(begin, "")])
        reported: set[tuple[int, int]] = set()
        while waiting and len(seen) <= most_states:
            states, text = waiting.popleft()
            ended = self._ended(states) if text.strip() else set()
            for pair in combinations(sorted(ended), 2):
                first, second = pair
                if owners[second] in rivals[owners[first]] and pair not in reported:
                    reported.add(pair)
                    yield Clash(text.strip(), first, second)
            for character, reached in self._steps(states).items():
                alive = self._with_rivals(reached, owners, rivals)
                if alive and alive not in seen:
                    seen.add(alive)
                    waiting.append((alive, text + character))

    def words(self, entry: int) -> set[str]:
        """Return the words an entry is written with; parts that touch a reference are left out."""
        found: set[str] = set()
        waiting = [(leaf, "") for leaf in self._unfold(self._starts[entry])]
        seen = set(waiting)
        while waiting:
            leaf, word = waiting.pop()
            item = self._items[leaf]
            if not isinstance(item, str):
                found.add(word)
                continue
            if item[0] == " ":
                found.add(word)
            longer = "" if item[0] == " " else word + item[0]
            fresh = {(after, longer) for after in self._after(leaf)} - seen
            seen |= fresh
            waiting += fresh
        return {word for word in found if word and _REFERENCE not in word}

    # ------------------------------------------------------------------ unfolding

    def _new(self, item: Expression | str | None, rest: int, entry: int) -> int:
        key = (item if isinstance(item, str) else id(item), rest)
        known = self._known.get(key) if item is not None else None
        if known is not None:
            return known
        state = len(self._items)
        self._items.append(item)
        self._rests.append(rest)
        self._entry.append(entry)
        self._known[key] = state
        return state

    def _unfold(self, state: int) -> States:
        """Return the states of text, or of an end, that a state may go on with."""
        leaves = self._leaves.get(state)
        if leaves is None:
            leaves = self._leaves[state] = frozenset(self._find_leaves(state))
        return leaves

    def _find_leaves(self, state: int) -> Iterator[int]:
        waiting, seen = [state], {state}
        while waiting:
            here = waiting.pop()
            item = self._items[here]
            if item is None or isinstance(item, str):
                yield here
                continue
            for after in self._open(item, self._rests[here], self._entry[here]):
                if after not in seen:
                    seen.add(after)
                    waiting.append(after)

    def _open(self, item: Expression, rest: int, entry: int) -> Iterator[int]:
        """Return what an expression, followed by `rest`, may begin with."""
        if isinstance(item, TextChunk):
            text = _heard(item.text)
            yield self._new(text, rest, entry) if text else rest
        elif isinstance(item, Alternative):
            for choice in item.items:
                yield self._new(choice, rest, entry)
        elif isinstance(item, Permutation):
            for first, others in item.iterate_permutations():
                after = self._new(others, rest, entry) if others.items else rest
                yield self._new(first, after, entry)
        elif isinstance(item, Group):
            for part in reversed(item.items):
                rest = self._new(part, rest, entry)
            yield rest
        else:
            yield self._new(self._refer(item), rest, entry)

    def _refer(self, item: Expression) -> Expression | str:
        if isinstance(item, ListReference) and self._lists is not None:
            return self._lists.get(item.list_name, _REFERENCE)
        if isinstance(item, RuleReference) and self._rules is not None:
            return self._rules.get(item.rule_name, _REFERENCE)
        return _REFERENCE

    # ------------------------------------------------------------------ walking

    def _after(self, leaf: int) -> States:
        """Return the states after the first character of a text state."""
        item = self._items[leaf]
        if not isinstance(item, str):
            return frozenset()
        rest = self._rests[leaf]
        return self._unfold(self._new(item[1:], rest, self._entry[leaf]) if item[1:] else rest)

    def _steps(self, states: States) -> dict[str, States]:
        """Return the states after each character that can come next."""
        reached: dict[str, set[int]] = {}
        for leaf in states:
            item = self._items[leaf]
            if isinstance(item, str):
                reached.setdefault(item[0], set()).update(self._after(leaf))
        found = {character: frozenset(leaves) for character, leaves in reached.items()}
        if " " in found:
            found[" "] = self._over_spaces(found[" "])
        return found

    def _over_spaces(self, states: States) -> States:
        """Add the states after any further spaces: one space or three sound the same."""
        found = set(states)
        waiting = [*states]
        while waiting:
            leaf = waiting.pop()
            item = self._items[leaf]
            if isinstance(item, str) and item[0] == " ":
                fresh = self._after(leaf) - found
                found |= fresh
                waiting += fresh
        return frozenset(leaf for leaf in found if not self._is_space(leaf))

    def _is_space(self, leaf: int) -> bool:
        item = self._items[leaf]
        return isinstance(item, str) and item[0] == " "

    def _ended(self, states: States) -> set[int]:
        """Return the entries that may end here, trailing spaces aside."""
        over = self._over_spaces(states)
        return {self._entry[leaf] for leaf in (states | over) if self._items[leaf] is None}

    def _with_rivals(
        self, states: States, owners: Sequence[str], rivals: Mapping[str, frozenset[str]]
    ) -> States:
        alive = {owners[self._entry[leaf]] for leaf in states}
        kept = {owner for owner in alive if not alive.isdisjoint(rivals[owner])}
        return frozenset(leaf for leaf in states if owners[self._entry[leaf]] in kept)


def _heard(text: str) -> str:
    """Return a piece of a template as it is heard, its outer spaces kept."""
    return _SPACES.sub(" ", _NOT_SPOKEN.sub(" ", text.lower().replace("’", "'")))


def list_expressions(language: str, lists: Mapping[str, Any]) -> dict[str, Expression]:
    """Return an expression for each slot list: its values, or the numbers of its range."""
    return {name: _list_expression(language, body) for name, body in lists.items()}


def number_words(language: str, lists: Mapping[str, Any]) -> set[str]:
    """Return the words of all numbers in the ranges of slot lists."""
    ranges = [body["range"] for body in lists.values() if "range" in body]
    return {word for body in ranges for text in _numbers(language, body) for word in text.split()}


def _list_expression(language: str, body: Mapping[str, Any]) -> Expression:
    if "range" in body:
        return Alternative([TextChunk(text) for text in _numbers(language, body["range"])])
    found: list[Expression] = []
    for value in body["values"]:
        text = value if isinstance(value, str) else value["in"]
        expression = parse(text) if is_template(text) else TextChunk(text)
        if expression is not None:
            found.append(expression)
    return Alternative(found)


def _numbers(language: str, limits: Mapping[str, int]) -> list[str]:
    numbers = range(limits["from"], limits["to"] + 1, limits.get("step", 1))[:_MOST_NUMBERS]
    texts = [str(number) for number in numbers]
    try:
        engine = get_rbnf_engine(language)
    except ValueError:
        return texts  # a language whose numbers hassil cannot say: digits alone
    for number in numbers:
        said = engine.format_number(number).text_by_ruleset.values()
        texts += sorted({plain(text) for text in said})
    return texts
