"""From hassil's expression trees to a graph of word fragments.

hassil matches characters: `ankle[s]` or `(twitch|jump)ing` are words made of pieces. The graph
keeps that: its arcs carry pieces of words and the spaces between them, so that whole words can be
read off afterwards (automaton.py). Rules and lists are called by name, and written out in place
only where they touch another piece of the same word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from hassil.expression import (
    Alternative,
    Expression,
    Group,
    ListReference,
    Permutation,
    RuleReference,
    TextChunk,
)
from hassil.intents import TextSlotList

from voice_skill.domain.errors import ContentError
from voice_skill.understanding.grammar import Scope, spoken_numbers, written_numbers

_PIECE = re.compile(r"\s+|[^\s]+")
_JOINED = re.compile(r"(?<=\w)[-_]+(?=\w)")
_EDGE = '.,?¿!¡;:…"“”'
_LONGEST_PERMUTATION = 7


@dataclass(frozen=True, slots=True)
class Call:
    """A reference to a list or rule; `slot` is where a list's value goes (None: nowhere)."""

    kind: Literal["list", "rule"]
    name: str
    slot: str | None = None


@dataclass(frozen=True, slots=True)
class Open:
    """A written-out list value begins here."""


@dataclass(frozen=True, slots=True)
class Close:
    """A written-out list value ends here."""

    slot: str
    value: object


@dataclass(frozen=True, slots=True)
class Space:
    """A boundary between words; several in a row count as one."""


Label = str | Call | Open | Close | Space | None
"""What an arc carries: a piece of a word, one of the above, or nothing."""


def split_words(text: str) -> list[str]:
    """Return the words of an utterance as the automata know them.

    Lower case, without punctuation at the ends of words, hyphens as spaces, apostrophes kept.
    """
    plain = _JOINED.sub(" ", text.lower().replace("’", "'"))
    return [word for word in (piece.strip(_EDGE) for piece in plain.split()) if word]


class Graph:
    """Nodes are numbers; `arcs[node]` are (label, target); `outputs` are the final nodes.

    `owners[node]` is a bit mask of the intents that the node belongs to, `scopes[node]` where its
    calls are looked up.
    """

    def __init__(self, scope: Scope) -> None:
        """Begin without nodes; `scope` holds until `add` names another."""
        self.arcs: list[list[tuple[Label, int]]] = []
        self.owners: list[int] = []
        self.scopes: list[Scope] = []
        self.outputs: dict[int, object] = {}
        self.starts: list[int] = []
        self._owner = -1
        self._scope = scope

    def add(self, expression: Expression, scope: Scope, output: object, owner: int = -1) -> None:
        """Add one more thing that can be said, with what it yields at its end."""
        self._owner, self._scope = owner, scope
        first = len(self.arcs)
        start = self._node()
        end = self._append(expression, scope, start)
        final = self._node()
        self._arc(end, None, final)
        self.starts.append(start)
        self.outputs[final] = output
        while glued := self._glued(first):
            for node, index in glued:
                self._write_out(node, index, scope)

    def add_words(self, text: str, output: object) -> None:
        """Add plain words, such as those of a number."""
        start = self._node()
        final = self._text(text, start)
        self.starts.append(start)
        self.outputs[final] = output

    def _node(self) -> int:
        self.arcs.append([])
        self.owners.append(self._owner)
        self.scopes.append(self._scope)
        return len(self.arcs) - 1

    def _arc(self, source: int, label: Label, target: int) -> None:
        self.arcs[source].append((label, target))

    def _step(self, source: int, label: Label) -> int:
        target = self._node()
        self._arc(source, label, target)
        return target

    def _text(self, text: str, source: int) -> int:
        for piece in _PIECE.findall(_JOINED.sub(" ", text.lower())):
            source = self._step(source, Space() if piece.isspace() else piece)
        return source

    def _append(self, expression: Expression, scope: Scope, source: int) -> int:
        """Add what `expression` says after `source`; return the node at its end."""
        if isinstance(expression, TextChunk):
            return self._text(expression.text, source)
        if isinstance(expression, ListReference):
            slot = None if expression.is_capture else expression.slot_name
            # The slot list is asked for here so that a missing one is told at once.
            scope.slot_list(expression)
            return self._step(source, Call("list", expression.list_name, slot))
        if isinstance(expression, RuleReference):
            return self._step(source, Call("rule", expression.rule_name))
        if isinstance(expression, Permutation):
            return self._permutation(expression.items, scope, source)
        if isinstance(expression, Alternative):
            return self._alternatives(expression.items, scope, source)
        if isinstance(expression, Group):
            for item in expression.items:
                source = self._append(item, scope, source)
            return source
        raise ContentError(f"A template holds what is not supported: {expression!r}.")

    def _alternatives(self, items: Iterable[Expression], scope: Scope, source: int) -> int:
        end = self._node()
        for item in items:
            self._arc(self._append(item, scope, source), None, end)
        return end

    def _permutation(self, items: list[Expression], scope: Scope, source: int) -> int:
        """Add all orders of `items`: one node for each set of items already said."""
        if len(items) > _LONGEST_PERMUTATION:
            raise ContentError(
                f"A permutation of {len(items)} parts; {_LONGEST_PERMUTATION} at most."
            )
        everything = (1 << len(items)) - 1
        nodes = {0: source}
        for said in range(everything):
            for index, item in enumerate(items):
                if said & 1 << index:
                    continue
                after = said | 1 << index
                if after not in nodes:
                    nodes[after] = self._node()
                self._arc(self._append(item, scope, nodes[said]), None, nodes[after])
        return nodes[everything] if items else source

    def _glued(self, first: int) -> list[tuple[int, int]]:
        """Return the calls (node, arc index) from node `first` on that touch a piece of a word."""
        nodes = range(first, len(self.arcs))
        inside = self._inside_words(nodes)
        touching = {node for node in nodes if self._touches(node)}
        return [
            (node, index)
            for node in nodes
            for index, (label, target) in enumerate(self.arcs[node])
            if isinstance(label, Call) and (node in inside or target in touching)
        ]

    def _inside_words(self, nodes: range) -> set[int]:
        """Return the nodes that can be reached from a piece of a word without a space."""
        waiting = [
            target
            for node in nodes
            for label, target in self.arcs[node]
            if isinstance(label, (str, Call))
        ]
        inside: set[int] = set()
        while waiting:
            node = waiting.pop()
            if node in inside:
                continue
            inside.add(node)
            waiting += [
                target
                for label, target in self.arcs[node]
                if label is None or isinstance(label, (Open, Close))
            ]
        return inside

    def _touches(self, node: int) -> bool:
        """Say whether a piece of a word or a call may follow `node` without a space."""
        waiting, seen = [node], {node}
        while waiting:
            for label, target in self.arcs[waiting.pop()]:
                if isinstance(label, (str, Call)):
                    return True
                if not isinstance(label, Space) and target not in seen:
                    seen.add(target)
                    waiting.append(target)
        return False

    def _write_out(self, node: int, index: int, scope: Scope) -> None:
        """Put the content of a called list or rule in the place of the call."""
        label, target = self.arcs[node][index]
        if not isinstance(label, Call):
            raise TypeError(label)
        start = self._node()
        self.arcs[node][index] = (None, start)
        if label.kind == "rule":
            self._arc(self._append(scope.rule(label.name), scope, start), None, target)
            return
        slot_list = scope.slot_list(ListReference(label.name + ":slot"))
        opened = start if label.slot is None else self._step(start, Open())
        if isinstance(slot_list, TextSlotList):
            for value in slot_list.values:
                end = self._append(value.text_in, scope, opened)
                self._close(end, label.slot, value.value_out, target)
        else:
            numbers = {**spoken_numbers(slot_list, scope.language), **written_numbers(slot_list)}
            for text, number in numbers.items():
                self._close(self._text(text, opened), label.slot, number, target)

    def _close(self, end: int, slot: str | None, value: object, target: int) -> None:
        self._arc(end, None if slot is None else Close(slot, value), target)
