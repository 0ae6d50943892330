"""Chooses thresholds: the best value of one after the other, until none gets better. Pure.

What is best is told by `merit`: no limit broken (or as little as can be), then the largest share
right at once plus half of the share right after one question.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

MATCHING = ("accept", "confirm", "margin", "command")
"""What decides on free wordings."""

HEARD = "heard"
"""What is asked of free wordings that were heard, not typed: matters for recordings only."""

GATES = ("gate", "exact_gate", "exact_margin")
"""What decides on the decoders' legal sentences: matters for recordings only."""

MOST_ROUNDS = 10
_DIGITS = 9  # of a merit: beyond is the noise of sums

Values = Mapping[str, float]
"""Thresholds by name."""

Merit = tuple[float, float]


def _steps(first: int, last: int, step: int) -> tuple[float, ...]:
    """Return hundredths from `first` to `last`."""
    return tuple(number / 100 for number in range(first, last + 1, step))


GRIDS: Mapping[str, tuple[float, ...]] = {
    "accept": _steps(20, 90, 2),
    "confirm": _steps(20, 90, 2),
    "margin": _steps(0, 20, 2),
    "command": _steps(20, 90, 5),
    "heard": _steps(0, 20, 2),
    "gate": _steps(-40, 10, 4),
    "exact_gate": _steps(-30, 30, 5),
    "exact_margin": (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0),
}
"""The values that are tried, beside the present one."""

STARTS: tuple[Values, ...] = (
    {"accept": 0.44, "confirm": 0.36, "margin": 0.04, "command": 0.5},
    {"accept": 0.6, "confirm": 0.44, "margin": 0.1, "command": 0.6},
    {"accept": 0.76, "confirm": 0.6, "margin": 0.04, "command": 0.8},
)
"""Where the search begins, beside the present thresholds: it climbs one hill only."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest shares that are allowed.

    `acted_wrong` of what is to be understood; of what is to be refused: `near_misses` and
    `false_accepts` acted on (rows tagged near_miss, and all others), `asked` asked back about.
    """

    false_accepts: float = 0.02
    near_misses: float = 0.10
    acted_wrong: float = 0.04
    asked: float = 0.15


@dataclass(frozen=True, slots=True)
class Tally:
    """How many utterances came to what.

    `after_question`: not right at once, but asked back about the right intent. `others` are those
    to be refused that are no near misses.
    """

    in_scope: int = 0
    right: int = 0
    after_question: int = 0
    acted_wrong: int = 0
    near_misses: int = 0
    near_misses_acted: int = 0
    others: int = 0
    others_acted: int = 0
    out_of_scope_asked: int = 0

    @property
    def score(self) -> float:
        """The share right at once plus half of the share right after one question."""
        return _share(self.right + self.after_question / 2, self.in_scope)

    def shares(self) -> Mapping[str, float]:
        """Return the shares that have a limit, by its name."""
        return {
            "false_accepts": _share(self.others_acted, self.others),
            "near_misses": _share(self.near_misses_acted, self.near_misses),
            "acted_wrong": _share(self.acted_wrong, self.in_scope),
            "asked": _share(self.out_of_scope_asked, self.near_misses + self.others),
        }


def _share(part: float, whole: int) -> float:
    return part / whole if whole else 0.0


def excess(tally: Tally, limits: Limits) -> Mapping[str, float]:
    """Return by how much each broken limit is exceeded."""
    allowed = asdict(limits)
    over = {name: share - allowed[name] for name, share in tally.shares().items()}
    return {name: much for name, much in over.items() if much > 10**-_DIGITS}


def merit(tally: Tally, limits: Limits) -> Merit:
    """Return what is compared, the larger the better."""
    broken = sum(excess(tally, limits).values())
    return -round(broken, _DIGITS), round(tally.score, _DIGITS)


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen.

    `plateaus`: by name, the lowest and highest value that was tried and is as good as the chosen
    one; `undecided`: the thresholds of which every value is as good, which stay as they were.
    """

    values: Values
    tally: Tally
    plateaus: Mapping[str, tuple[float, float]]
    undecided: tuple[str, ...]


class Search:
    """Looks for the best thresholds. The same arguments, the same choice."""

    def __init__(
        self,
        evaluate: Callable[[Values], Tally],
        limits: Limits,
        grids: Mapping[str, Sequence[float]] = GRIDS,
    ) -> None:
        """`evaluate` is asked once for every combination that is tried."""
        self._evaluate = evaluate
        self._limits = limits
        self._grids = grids
        self._known: dict[tuple[float, ...], Tally] = {}

    def best(self, present: Values, starts: Sequence[Values] = STARTS) -> Choice:
        """Return the best thresholds of the names in `present`, found from there and from `starts`.

        Of equally good ends the first is taken. A threshold that nothing depends on stays.
        """
        ends = [self._climb(start) for start in _started(present, starts)]
        values = max(ends, key=self._merit)  # the first of equals
        undecided = []
        for name in present:
            as_it_was = {**values, name: present[name]}
            if self._plateau(values, name) == self._tried(values, name) and (
                present[name] in self._tried(as_it_was, name)
                and self._merit(as_it_was) == self._merit(values)
            ):
                values = as_it_was
                undecided.append(name)
        plateaus = {name: self._plateau(values, name) for name in values}
        return Choice(
            values,
            self._tally(values),
            {name: (run[0], run[-1]) for name, run in plateaus.items()},
            tuple(undecided),
        )

    def _climb(self, start: Values) -> Values:
        values = dict(start)
        for _ in range(MOST_ROUNDS):
            before = dict(values)
            for name in values:
                values[name] = _middle(self._plateau(values, name))
            if values == before:
                break
        return values

    def _plateau(self, values: Values, name: str) -> list[float]:
        """Return the widest run of neighbouring values of one threshold that are the best.

        Of equally wide ones that which is nearest to the value of now.
        """
        tried = self._tried(values, name)
        merits = [self._merit({**values, name: value}) for value in tried]
        runs = list(_runs(tried, merits))
        return min(runs, key=lambda run: (run[0] - run[-1], abs(_middle(run) - values[name])))

    def _tried(self, values: Values, name: str) -> list[float]:
        """Return the values that one threshold may have beside the others.

        Not accept under confirm; nor command, which would change nothing there.
        """
        confirm, accept = values.get("confirm", -math.inf), values.get("accept", math.inf)
        low = confirm if name in ("accept", "command") else -math.inf
        high = accept if name == "confirm" else math.inf
        tried = {*self._grids[name], values[name], max(low, values[name])}
        return sorted(value for value in tried if low <= value <= high)

    def _merit(self, values: Values) -> Merit:
        return merit(self._tally(values), self._limits)

    def _tally(self, values: Values) -> Tally:
        key = tuple(values.values())
        if key not in self._known:
            self._known[key] = self._evaluate(values)
        return self._known[key]


def _started(present: Values, starts: Sequence[Values]) -> Iterator[Values]:
    """Yield the present thresholds, and those with the values of each start."""
    yield present
    for start in starts:
        yield {name: start.get(name, value) for name, value in present.items()}


def _runs(tried: Sequence[float], merits: Sequence[Merit]) -> Iterator[list[float]]:
    """Yield each run of neighbouring values that have the best merit."""
    best = max(merits)
    run: list[float] = []
    for value, each in zip(tried, merits, strict=True):
        if each == best:
            run.append(value)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _middle(run: Sequence[float]) -> float:
    """Return the value nearest to the middle of a run, the lower of two."""
    middle = (run[0] + run[-1]) / 2
    return min(run, key=lambda value: (round(abs(value - middle), _DIGITS), value))
