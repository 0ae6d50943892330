"""A word automaton of the templates, determinised as it is walked, and the walk itself.

The sentences are one network; every list and every rule is a network of its own that others call,
so that a list of sixty body parts exists once and is tried once at each word. A `State` is a set of
graph nodes at a word boundary; its arcs are worked out when it is first visited, which keeps
starting cheap. Two threads may walk at once: a state that both work out comes out the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from hassil.expression import ListReference, TextChunk
from hassil.intents import TextSlotList

from voice_skill.domain.model import Slot
from voice_skill.understanding.fragments import Call, Close, Graph, Open, Space
from voice_skill.understanding.grammar import (
    Grammar,
    Scope,
    slot_value,
    spoken_numbers,
    written_numbers,
)


@dataclass(frozen=True, slots=True)
class Ended:
    """A list value that was written out in place ends; `words` counts the word it ends in."""

    slot: str
    value: object
    words: int


Mark = Ended | None
"""What happens to the slots on an arc; None: a written-out list value begins."""

Marks = tuple[Mark, ...]

_Step = tuple[Marks, "State"]
_Filled = tuple["Slot | int", ...]
"""Slots so far, in the order they ended; an int is the first word of one still open."""


@dataclass(frozen=True, slots=True)
class Arcs:
    """Where a state leads: by a word, by a network, or to an end with an output."""

    words: dict[str, tuple[_Step, ...]]
    calls: tuple[tuple[Network, Call, Marks, State], ...]
    ends: tuple[tuple[Marks, object, int], ...]


class State:
    """A set of graph nodes at a word boundary. `owners` is a bit mask of intents."""

    __slots__ = ("_arcs", "network", "nodes", "owners")

    def __init__(self, network: Network, nodes: frozenset[int]) -> None:
        """`nodes` are nodes of the network's graph."""
        self.network = network
        self.nodes = nodes
        self.owners = 0
        for node in nodes:
            self.owners |= network.graph.owners[node]
        self._arcs: Arcs | None = None

    @property
    def arcs(self) -> Arcs:
        """Where this state leads, worked out at the first visit."""
        arcs = self._arcs
        if arcs is None:
            arcs = self._arcs = self.network.arcs_of(self.nodes)
        return arcs

    def goes_on(self, legal: int) -> bool:
        """Say whether a sentence of the intents in `legal` can go on from here."""
        arcs = self.arcs
        if any(state.owners & legal for _, _, _, state in arcs.calls):
            return True
        return any(state.owners & legal for steps in arcs.words.values() for _, state in steps)


class Network:
    """All that one graph can say, word by word."""

    def __init__(self, graph: Graph, networks: Networks) -> None:
        """`networks` finds the lists and rules that the graph calls."""
        self.graph = graph
        self._networks = networks
        self._states: dict[frozenset[int], State] = {}

    @cached_property
    def start(self) -> State:
        """The state before the first word."""
        return self.state(frozenset(self.graph.starts))

    def state(self, nodes: frozenset[int]) -> State:
        """Return the one state of these nodes."""
        found = self._states.get(nodes)
        return found or self._states.setdefault(nodes, State(self, nodes))

    def arcs_of(self, nodes: frozenset[int]) -> Arcs:
        """Read whole words off the graph, from `nodes` on, and join equal arcs."""
        words: dict[str, dict[Marks, set[int]]] = defaultdict(lambda: defaultdict(set))
        calls: dict[tuple[Call, Scope, Marks], set[int]] = defaultdict(set)
        ends: dict[tuple[Marks, object, int], None] = {}
        for node in nodes:
            for label, marks, target in _read_words(self.graph, node):
                if isinstance(label, str):
                    words[label][marks].add(target)
                elif isinstance(label, Call):
                    calls[label, self.graph.scopes[node], marks].add(target)
                else:
                    owners = self.graph.owners[node]
                    ends[marks, self.graph.outputs[target], owners] = None
        return Arcs(
            words={
                word: tuple((marks, self.state(frozenset(to))) for marks, to in steps.items())
                for word, steps in words.items()
            },
            calls=tuple(
                (self._networks.of(call, scope), call, marks, self.state(frozenset(to)))
                for (call, scope, marks), to in calls.items()
            ),
            ends=tuple(ends),
        )

    def vocabulary(self, legal: int = -1) -> set[str]:
        """Return every word of the sentences of the intents in `legal`, with called networks."""
        words: set[str] = set()
        seen: set[State] = set()
        waiting = [self.start]
        while waiting:
            state = waiting.pop()
            if state in seen or not state.owners & legal:
                continue
            seen.add(state)
            for word, steps in state.arcs.words.items():
                following = [after for _, after in steps if after.owners & legal]
                if following:
                    words.add(word)
                    waiting += following
            for network, _, _, after in state.arcs.calls:
                if after.owners & legal:
                    words |= network.own_vocabulary
                    waiting.append(after)
        return words

    @cached_property
    def own_vocabulary(self) -> frozenset[str]:
        """Every word of this network."""
        return frozenset(self.vocabulary())


def _read_words(graph: Graph, node: int) -> Iterator[tuple[str | Call | None, Marks, int]]:
    """Yield (word, marks, node after it) from a word boundary on; a call, or None at an end."""
    waiting: list[tuple[int, str, Marks]] = [(node, "", ())]
    seen = set(waiting)
    while waiting:
        here, word, marks = waiting.pop()
        if here in graph.outputs:
            yield (word or None), marks, here
        for label, target in graph.arcs[here]:
            if isinstance(label, Call):
                yield label, marks, target
                continue
            step = (target, word, marks)
            if isinstance(label, str):
                step = (target, word + label, marks)
            elif isinstance(label, Open):
                step = (target, word, (*marks, None))
            elif isinstance(label, Close):
                step = (target, word, (*marks, Ended(label.slot, label.value, int(bool(word)))))
            elif isinstance(label, Space) and word:
                yield word, marks, target
                continue
            if step not in seen:
                seen.add(step)
                waiting.append(step)


class Networks:
    """The networks of lists and rules, built when first called; one set for each scope."""

    def __init__(self) -> None:
        """Begin with none."""
        self._built: dict[tuple[Call, Scope], Network] = {}

    def sentences(self, grammar: Grammar, bits: dict[str, int]) -> Network:
        """Build the network of all sentences; its outputs are blocks, its owners `bits`."""
        graph = Graph(grammar.scope)
        for block in grammar.blocks:
            for sentence in block.sentences:
                graph.add(sentence, block.scope, block.order, bits[block.intent])
        return Network(graph, self)

    def of(self, call: Call, scope: Scope) -> Network:
        """Return the network of a list or rule in `scope`."""
        key = (replace(call, slot=None), scope)
        found = self._built.get(key)
        return found or self._built.setdefault(key, self._build(call, scope))

    def _build(self, call: Call, scope: Scope) -> Network:
        graph = Graph(scope)
        if call.kind == "rule":
            graph.add(scope.rule(call.name), scope, None)
            return Network(graph, self)
        slot_list = scope.slot_list(ListReference(call.name + ":slot"))
        if isinstance(slot_list, TextSlotList):
            for value in slot_list.values:
                if isinstance(value.text_in, TextChunk) and not value.text_in.text.strip():
                    continue  # as in hassil: an empty value never matches
                graph.add(value.text_in, scope, value.value_out)
        else:
            numbers = {**spoken_numbers(slot_list, scope.language), **written_numbers(slot_list)}
            for text, number in numbers.items():
                graph.add_words(text, number)
        return Network(graph, self)


class Walk:
    """One utterance through the networks; what a list or rule says at a word is found once.

    `open_ended` turns true when the words end where some legal sentence can still go on.
    """

    def __init__(self, words: Sequence[str], legal: int = -1) -> None:
        """`legal` is a bit mask of intents; sentences of others are not followed."""
        self._words = words
        self._legal = legal
        self._found: dict[tuple[Network, int], tuple[tuple[int, _Filled, object, int], ...]] = {}
        self.open_ended = False

    def ends(self, network: Network, begin: int) -> tuple[tuple[int, _Filled, object, int], ...]:
        """Return every way through `network` from word `begin`: (end, slots, output, owners)."""
        key = (network, begin)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = tuple(dict.fromkeys(self._follow(network, begin)))
        return found

    def _follow(self, network: Network, begin: int) -> Iterator[tuple[int, _Filled, object, int]]:
        words, legal = self._words, self._legal
        waiting: list[tuple[State, int, _Filled]] = [(network.start, begin, ())]
        while waiting:
            state, at, slots = waiting.pop()
            arcs = state.arcs
            for marks, output, owners in arcs.ends:
                if owners & legal:
                    yield at, self._marked(slots, marks, at), output, owners
            if at < len(words):
                for marks, after in arcs.words.get(words[at], ()):
                    if after.owners & legal:
                        waiting.append((after, at + 1, self._marked(slots, marks, at)))
            elif not self.open_ended:
                self.open_ended = state.goes_on(legal)
            if arcs.calls:
                waiting += self._called(arcs, at, slots)

    def _called(self, arcs: Arcs, at: int, slots: _Filled) -> Iterator[tuple[State, int, _Filled]]:
        """Go through the networks that a state calls at word `at`."""
        for network, call, marks, after in arcs.calls:
            if not after.owners & self._legal:
                continue
            before = self._marked(slots, marks, at)
            for end, inner, output, _ in self.ends(network, at):
                filled = before + inner
                if call.slot is not None:
                    filled = (*filled, self.slot_of(call.slot, output, at, end))
                yield after, end, filled

    def slot_of(self, name: str, value: object, begin: int, end: int) -> Slot:
        """Return the slot of a list value that covers the words from `begin` to `end`."""
        text = " ".join(self._words[begin:end])
        return Slot(name, slot_value(value, text), text)

    def _marked(self, slots: _Filled, marks: Marks, at: int) -> _Filled:
        """Open and close the slots of lists that were written out in place."""
        for mark in marks:
            if mark is None:
                slots = (*slots, at)
                continue
            index, begin = max((i, s) for i, s in enumerate(slots) if isinstance(s, int))
            closed = self.slot_of(mark.slot, mark.value, begin, at + mark.words)
            slots = (*slots[:index], *slots[index + 1 :], closed)
        return slots
