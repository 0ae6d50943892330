"""The speech model's trigram with the skill's own sentences mixed in, as its new `Gr.fst`.

In every context h that our sentences hold

    p(w | h) = (1 - l) p_stock(w | h) + l p_ours(w | h),   l = share n / (n + 1)

where n is how often h was seen in them; in the empty context l = share. That holds for the words
that follow h in either model; for all others the back-off weight of h is computed anew, so that
the probabilities of every such context sum to one. Contexts that our sentences never hold keep
their costs: speech that is not for us is decoded as before.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voice_skill.speech.domain_trigram import DomainTrigram
from voice_skill.speech.trigram import (
    NO_WORD,
    ROOT,
    Floats,
    Places,
    Trigram,
    merged,
    starts,
    total_by,
)

_LEAST_LEFT = 1e-6  # of a context's probability for words it has no arc for: costs stay finite


def mix(stock: Trigram, domain: DomainTrigram, share: float) -> Trigram:
    """Mix our trigram into the stock one; see the module. `share` is from 0 to 1.

    The states of the stock trigram keep their numbers, new contexts follow. Both hold the same
    words in ROOT.
    """
    if not 0 <= share < 1:
        raise ValueError(f"a share must be at least 0 and less than 1, not {share}")
    return _Mixture(stock, domain, share).result()


@dataclass(frozen=True, slots=True)
class _Arcs:
    """Arcs of some of our contexts, by context and label; `row` is our context's number."""

    row: Places
    label: Places
    probability: Floats


class _Mixture:
    """Works from the empty context to the longest, as back-off weights need the shorter ones."""

    def __init__(self, stock: Trigram, domain: DomainTrigram, share: float) -> None:
        self._stock = stock
        self._ours = domain.trigram
        ours = self._ours
        self._size = max(stock.size, ours.size)
        known = stock.states_of(ours.older, ours.newest)
        new = np.flatnonzero(known < 0)
        self._new = new
        self._state = known.copy()
        self._state[new] = len(stock.newest) + np.arange(len(new))
        # The stock state whose probabilities hold in each of our contexts.
        shorter = stock.states_of(np.full(len(new), NO_WORD), ours.newest[new])
        self._nearest = known.copy()
        self._nearest[new] = np.where(shorter < 0, ROOT, shorter)
        self._share = share * domain.seen / (domain.seen + 1)
        self._share[ROOT] = share
        self._backoff = np.ones(len(ours.newest))  # weights, not costs
        depth = (ours.newest != NO_WORD).astype(int) + (ours.older != NO_WORD)
        self._levels = [np.flatnonzero(depth == level) for level in range(3)]

    def result(self) -> Trigram:
        """Return the mixed trigram."""
        levels: list[_Arcs] = []
        for contexts in self._levels:
            levels.append(self._mixed(contexts, levels))
        return self._assembled(levels)

    def _mixed(self, contexts: Places, shorter: list[_Arcs]) -> _Arcs:
        """Mix the arcs of our contexts of one length, and set their back-off weights."""
        row, label = merged([self._stock_arcs(contexts), self._own_arcs(contexts)], self._size)
        share = self._share[row]
        probability = (1 - share) * np.exp(-self._stock.costs_of(self._nearest[row], label))
        probability += share * np.exp(-self._ours.costs_of(row, label))
        total = total_by(row, probability, len(self._ours.newest))
        if not shorter:
            return _Arcs(row, label, probability / total[row])
        below = self._shorter_probability(row, label, shorter)
        beyond = 1 - total_by(row, below, len(total))
        left = np.where(beyond > _LEAST_LEFT, np.maximum(1 - total, _LEAST_LEFT), 0.0)
        self._backoff[contexts] = np.maximum(left / np.maximum(beyond, _LEAST_LEFT), _LEAST_LEFT)[
            contexts
        ]
        return _Arcs(row, label, probability * ((1 - left) / np.maximum(total, 1e-300))[row])

    def _stock_arcs(self, contexts: Places) -> tuple[Places, Places]:
        """Return (our context, label) of the stock model's arcs in these contexts."""
        kept = contexts[self._state[contexts] < len(self._stock.newest)]
        row_of = np.full(len(self._stock.newest), -1)
        row_of[self._state[kept]] = kept
        rows = row_of[self._stock.sources]
        return rows[rows >= 0], self._stock.labels[rows >= 0].astype(np.int64)

    def _own_arcs(self, contexts: Places) -> tuple[Places, Places]:
        wanted = np.zeros(len(self._ours.newest), np.bool_)
        wanted[contexts] = True
        arcs = wanted[self._ours.sources]
        return self._ours.sources[arcs].astype(np.int64), self._ours.labels[arcs].astype(np.int64)

    def _shorter_probability(self, row: Places, label: Places, shorter: list[_Arcs]) -> Floats:
        """Return the mixed probability of labels after the contexts without their older word."""
        here = self._ours.parent[row].astype(np.int64)
        found = np.ones(len(row))
        waiting = np.arange(len(row))
        for arcs in reversed(shorter):
            keys = arcs.row * self._size + arcs.label
            wanted = here[waiting] * self._size + label[waiting]
            at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
            hit = keys[at] == wanted
            found[waiting[hit]] *= arcs.probability[at[hit]]
            waiting = waiting[~hit]
            found[waiting] *= self._backoff[here[waiting]]
            here[waiting] = self._ours.parent[here[waiting]]
        found[waiting] = 0.0
        return found

    def _assembled(self, levels: list[_Arcs]) -> Trigram:
        """Join what was mixed with what stays."""
        stock, ours, new = self._stock, self._ours, self._new
        touched = np.zeros(len(stock.newest), np.bool_)
        touched[self._state[self._state < len(touched)]] = True
        kept = ~touched[stock.sources]
        source = np.concatenate([stock.sources[kept], *(self._state[a.row] for a in levels)])
        label = np.concatenate([stock.labels[kept], *(a.label for a in levels)])
        mixed_costs = [_costs(a.probability) for a in levels]
        cost = np.concatenate([stock.costs[kept], *mixed_costs])
        order = np.argsort(source * self._size + label, kind="stable")
        backoff = np.append(stock.backoff, np.zeros(len(new), np.float32))
        backoff[self._state] = _costs(self._backoff)
        backoff[ROOT] = np.inf
        parent = np.append(stock.parent, self._state[ours.parent[new]]).astype(np.int32)
        return Trigram(
            np.append(stock.newest, ours.newest[new]),
            np.append(stock.older, ours.older[new]),
            parent,
            backoff,
            starts(source[order], len(backoff)),
            label[order].astype(np.int32),
            cost[order],
            stock.start,
        )


def _costs(probability: Floats) -> NDArray[np.float32]:
    return -np.log(probability).astype(np.float32)
