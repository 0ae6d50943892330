"""The confusion matrix of a test: what was wanted against what was got, counted and shaded."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from voice_skill.evaluation.results import Result, in_scope

NOT_FOR_US = "not for us"
ASKED = "asked"
REFUSED = "refused"

SHADES = 5
Kind = Literal["right", "wrong", "between"]


@dataclass(frozen=True, slots=True)
class Cell:
    """How often; `kind` says whether that is well, `shade` is 1 to 5 by its share of the row."""

    count: int
    kind: Kind
    shade: int
    column: str


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """All that was wanted to be one thing; None is an empty cell."""

    name: str
    cells: tuple[Cell | None, ...]
    count: int
    right: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows: what was wanted. Columns: `asked` and `refused`, then what was acted on."""

    columns: tuple[str, ...]
    rows: tuple[MatrixRow, ...]


def confusion_matrix(results: Sequence[Result]) -> Matrix:
    """Count the results; intents that neither were wanted nor acted on do not appear."""
    counted = Counter((wanted(result), got(result)) for result in results)
    intents = sorted(
        {str(result["intent"]) for result in results if in_scope(result)}
        | {column for _, column in counted} - {ASKED, REFUSED}
    )
    columns = (ASKED, REFUSED, *intents)
    rows = [_row(name, columns, counted) for name in (*intents, NOT_FOR_US)]
    return Matrix(columns if results else (), tuple(row for row in rows if row.count))


def wanted(result: Result) -> str:
    """Return the row of a result."""
    return result["intent"] if result["intent"] is not None else NOT_FOR_US


def got(result: Result) -> str:
    """Return the column of a result: the intent that was acted on, or what came instead."""
    match result["outcome"]:
        case "asked_back" | "asked_out_of_scope":
            return ASKED
        case "refused" | "refused_rightly":
            return REFUSED
        case _:
            return result["got_intent"] or REFUSED


def _row(name: str, columns: Sequence[str], counted: Counter[tuple[str, str]]) -> MatrixRow:
    total = sum(counted[name, column] for column in columns)
    well = REFUSED if name == NOT_FOR_US else name
    cells = []
    for column in columns:
        count = counted[name, column]
        shade = math.ceil(SHADES * count / total) if count else 0
        cells.append(Cell(count, _kind(column, well), shade, column) if count else None)
    return MatrixRow(name, tuple(cells), total, counted[name, well])


def _kind(column: str, well: str) -> Kind:
    if column == well:
        return "right"
    return "between" if column in (ASKED, REFUSED) else "wrong"
