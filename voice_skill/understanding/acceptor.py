"""The templates as one flat word automaton, for a decoder that hears legal sentences only.

The networks of automaton.py are made flat from the bottom up: a list or rule is compiled once, and
what calls it goes through its states in place. Three steps for each network: states that lead to
the same are one; sets of places at once make it deterministic; then equal states are one again.
Sentences are finite, so both mergers are a single pass from the ends (as for a word graph, DAWG).
The built-in skill comes to some 4,300 states and 23,000 arcs, in 0.3 s.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from voice_skill.domain.language import WordAutomaton
from voice_skill.understanding.automaton import Network, State
from voice_skill.understanding.fragments import split_words

MOST_STATES = 200_000
"""A network that needs more while it is compiled is given up; the built-in skill needs 5,300."""

Row = tuple[bool, dict[str, int]]
"""Whether a sentence may end in a state, and where each word leads."""

_T = TypeVar("_T", bound=Hashable)


class TooManyStatesError(Exception):
    """The templates cannot be written as an automaton of a sensible size."""


@dataclass(frozen=True, slots=True)
class _Within:
    """A place inside a called network: its number, its state, and the caller's place after it."""

    network: int
    state: int
    after: int


_Place = int | _Within


@dataclass(frozen=True, slots=True)
class _Node:
    """A state of a network, not deterministic: the calls are (network's number, node after)."""

    final: bool
    words: tuple[tuple[str, frozenset[int]], ...]
    calls: frozenset[tuple[int, int]]


def compile_automaton(
    network: Network, legal: int, knows: Callable[[str], bool] = lambda word: True
) -> WordAutomaton:
    """Return what `network` says in the sentences of the intents in `legal` (a bit mask).

    Digits of typed numbers are left out, and every sentence with a word for which `knows` is
    false. Raises TooManyStatesError (see MOST_STATES).
    """
    rows = _Compiler(knows).rows(network, legal)
    return WordAutomaton(
        tuple(tuple(sorted(words.items())) for _, words in rows),
        frozenset(state for state, (final, _) in enumerate(rows) if final),
    )


class _Compiler:
    """Compiles networks, each once; their numbers are places in `_done`."""

    def __init__(self, knows: Callable[[str], bool]) -> None:
        self._knows = knows
        self._usable: dict[str, bool] = {}
        self._done: list[list[Row]] = []
        self._numbers: dict[Network, int] = {}

    def rows(self, network: Network, legal: int = -1) -> list[Row]:
        """Return the states of the flat, deterministic, minimal automaton; 0 is the start."""
        nodes, start = self._nodes(network, legal)
        return minimal(self._deterministic(nodes, start))

    def _number(self, network: Network) -> int:
        found = self._numbers.get(network)
        if found is None:
            rows = self.rows(network)
            found = self._numbers[network] = len(self._done)
            self._done.append(rows)
        return found

    def _nodes(self, network: Network, legal: int) -> tuple[list[_Node], int]:
        """Return the distinct nodes of a network, and the number of its start."""

        def following(state: State) -> Iterator[State]:
            for steps in state.arcs.words.values():
                yield from (after for _, after in steps if after.owners & legal)
            yield from (after for _, _, _, after in state.arcs.calls if after.owners & legal)

        numbers: dict[_Node, int] = {}
        number_of: dict[State, int] = {}
        for state in from_the_ends(network.start, following):
            words = {
                word: frozenset(number_of[after] for _, after in steps if after.owners & legal)
                for word, steps in state.arcs.words.items()
                if self._is_usable(word)
            }
            node = _Node(
                any(owners & legal for _, _, owners in state.arcs.ends),
                tuple(sorted((word, to) for word, to in words.items() if to)),
                frozenset(
                    (self._number(called), number_of[after])
                    for called, _, _, after in state.arcs.calls
                    if after.owners & legal
                ),
            )
            number_of[state] = numbers.setdefault(node, len(numbers))
        return list(numbers), number_of[network.start]

    def _is_usable(self, word: str) -> bool:
        """Say whether a word can be heard: no digits, nothing that an utterance is cleaned of."""
        found = self._usable.get(word)
        if found is None:
            spoken = not any(map(str.isdigit, word)) and split_words(word) == [word]
            found = self._usable[word] = spoken and self._knows(word)
        return found

    def _deterministic(self, nodes: Sequence[_Node], start: int) -> list[Row]:
        """Follow all places at once, from word to word."""
        first = self._reached(nodes, (start,))
        states = {first: 0}
        rows: list[Row] = []
        waiting = [first]
        for places in waiting:  # grows as it goes: the rows come in the order of the numbers
            words: dict[str, int] = {}
            for word, following in self._steps(nodes, places).items():
                reached = self._reached(nodes, following)
                if reached not in states:
                    if len(states) >= MOST_STATES:
                        raise TooManyStatesError(f"more than {MOST_STATES} states")
                    states[reached] = len(states)
                    waiting.append(reached)
                words[word] = states[reached]
            rows.append((any(isinstance(p, int) and nodes[p].final for p in places), words))
        return rows

    def _steps(self, nodes: Sequence[_Node], places: Iterable[_Place]) -> dict[str, set[_Place]]:
        """Return where each word leads from any of `places`."""
        steps: dict[str, set[_Place]] = {}
        for place in places:
            if isinstance(place, int):
                for word, following in nodes[place].words:
                    steps.setdefault(word, set()).update(following)
                continue
            for word, state in self._done[place.network][place.state][1].items():
                steps.setdefault(word, set()).add(_Within(place.network, state, place.after))
        return steps

    def _reached(self, nodes: Sequence[_Node], places: Iterable[_Place]) -> frozenset[_Place]:
        """Add what is reached without a word: into called networks, and out of ended ones."""
        reached: set[_Place] = set()
        waiting = list(places)
        while waiting:
            place = waiting.pop()
            if place in reached:
                continue
            reached.add(place)
            if isinstance(place, int):
                waiting += [_Within(called, 0, after) for called, after in nodes[place].calls]
            elif self._done[place.network][place.state][0]:
                waiting.append(place.after)
        return frozenset(reached)


def minimal(rows: Sequence[Row]) -> list[Row]:
    """Return the minimal automaton of a deterministic one without cycles; start 0 in both.

    States from which no sentence can end are gone.
    """
    distinct: dict[tuple[bool, tuple[tuple[str, int], ...]], int] = {}
    number_of: dict[int, int] = {}
    for state in from_the_ends(0, lambda state: rows[state][1].values()):
        final, words = rows[state]
        kept = sorted((word, number_of[to]) for word, to in words.items() if to in number_of)
        if final or kept or state == 0:
            number_of[state] = distinct.setdefault((final, tuple(kept)), len(distinct))
    found = list(distinct)
    order = list(_breadth_first(number_of[0], lambda state: [to for _, to in found[state][1]]))
    place = {state: at for at, state in enumerate(order)}
    return [(found[s][0], {word: place[to] for word, to in found[s][1]}) for s in order]


def _breadth_first(start: int, following: Callable[[int], Iterable[int]]) -> Iterable[int]:
    found = {start: None}
    waiting = [start]
    for state in waiting:
        new = [to for to in dict.fromkeys(following(state)) if to not in found]
        found.update(dict.fromkeys(new))
        waiting += new
    return found


def from_the_ends(start: _T, following: Callable[[_T], Iterable[_T]]) -> list[_T]:
    """Return all that is reached from `start`, each after everything that follows it."""
    order: list[_T] = []
    seen = {start}
    trail = [(start, iter(following(start)))]
    while trail:
        here, rest = trail[-1]
        for after in rest:
            if after not in seen:
                seen.add(after)
                trail.append((after, iter(following(after))))
                break
        else:
            trail.pop()
            order.append(here)
    return order
