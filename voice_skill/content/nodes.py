"""YAML files as values that know where they stand, and note what is wrong with them.

A file is composed to nodes and never constructed to objects: no tag can run anything, every scalar
keeps its line and column, and `yes`, `no`, `on` and `off` stay the words they are in speech.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # ten times faster where libyaml is there
_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?")
_NOTHING = ("", "~", "null")
_BRACKETS = re.compile(r"[\[{\]}]")
_BLOCK_RUN = re.compile(r"([-?:] ){200}")
_DEEPEST = 1000


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something wrong in a content file. `line` and `column` count from 1."""

    path: Path
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.message}"


def did_you_mean(word: str, known: Collection[str]) -> str:
    """Return `; did you mean "x"?`, or what is known when nothing is near and the list is short."""
    near = difflib.get_close_matches(word, known, n=1)
    if near:
        return f'; did you mean "{near[0]}"?'
    if not known:
        return "; there is none"
    return f"; expected one of: {', '.join(sorted(known))}" if len(known) <= 24 else ""


def read_file(path: Path, problems: list[Problem], *, may_miss: bool = False) -> Value | None:
    """Read one YAML file.

    None when it is empty or unreadable; the reason goes to `problems`, unless the file is not
    there and `may_miss` says that it need not be.
    """
    try:
        node = _compose(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        if may_miss and isinstance(error, FileNotFoundError):
            return None
        problems.append(Problem(path, 1, 1, f"cannot be read: {error.strerror or error}"))
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        problems.append(Problem(path, line, 1, "is not UTF-8 text; save it as UTF-8"))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        said = ", ".join(part for part in (error.context, error.problem) if part)
        problems.append(Problem(path, line, column, f"is not YAML: {said}"))
    except yaml.YAMLError as error:
        said = str(error).splitlines()[0]
        problems.append(Problem(path, 1, 1, f"is not YAML: {said}"))
    except RecursionError:
        problems.append(Problem(path, 1, 1, "is nested too deeply"))
    else:
        return None if node is None else Value(node, path, problems)
    return None


def _compose(text: str) -> yaml.Node | None:
    if _is_too_deep(text):
        raise RecursionError
    return yaml.compose(text, Loader=_Loader)


def _is_too_deep(text: str) -> bool:
    """Say whether composing the text could exhaust the stack, which libyaml does not survive."""
    depth = 0
    for bracket in _BRACKETS.findall(text):
        depth = depth + 1 if bracket in "[{" else max(0, depth - 1)
        if depth > _DEEPEST:
            return True
    return _BLOCK_RUN.search(text) is not None


class Value:
    """A value of a content file. Asked for what it should be, it notes what it is instead.

    Every accessor returns something neutral when the value is of another shape, so that reading
    goes on and all problems are found at once.
    """

    __slots__ = ("node", "path", "problems")

    def __init__(self, node: yaml.Node, path: Path, problems: list[Problem]) -> None:
        """Keep the node, the file it is from, and where to note problems."""
        self.node = node
        self.path = path
        self.problems = problems

    def problem(self, message: str) -> Problem:
        """Return a problem at this place, without noting it."""
        mark = self.node.start_mark
        return Problem(self.path, mark.line + 1, mark.column + 1, message)

    def complain(self, message: str) -> None:
        """Note a problem at this place."""
        self.problems.append(self.problem(message))

    @property
    def is_list(self) -> bool:
        """True for a list."""
        return isinstance(self.node, yaml.SequenceNode)

    @property
    def is_mapping(self) -> bool:
        """True for a mapping."""
        return isinstance(self.node, yaml.MappingNode)

    def _shape(self) -> str:
        if self.is_list:
            return "a list"
        if self.is_mapping:
            return "a mapping"
        if self._is_nothing():
            return "nothing"
        words = str(self.node.value)
        return f'"{words if len(words) <= 30 else words[:29] + "…"}"'

    def _is_plain(self) -> bool:
        return isinstance(self.node, yaml.ScalarNode) and not self.node.style

    def _is_nothing(self) -> bool:
        return self._is_plain() and self.node.value in _NOTHING

    def _expected(self, what: str) -> None:
        self.complain(f"expected {what}, found {self._shape()}")

    def text(self, what: str = "text") -> str:
        """Return the text, runs of white space folded to one space; never empty unless wrong."""
        if isinstance(self.node, yaml.ScalarNode) and not self._is_nothing():
            text = " ".join(str(self.node.value).split())
            if text:
                return text
            self.complain(f"expected {what}, found an empty one")
        else:
            self._expected(what)
        return ""

    def number(self, low: float = -math.inf, high: float = math.inf, default: float = 0.0) -> float:
        """Return a number from `low` to `high`."""
        bounds = _bounds(low, high)
        if not (self._is_plain() and _NUMBER.fullmatch(self.node.value)):
            self._expected(f"a number{bounds}")
            return default
        number = float(self.node.value)
        if not low <= number <= high or math.isinf(number):
            self.complain(f"expected a number{bounds}, found {self.node.value}")
            return default
        return number

    def whole(self, low: int = 0, high: int = 1_000_000, default: int = 0) -> int:
        """Return a whole number from `low` to `high`."""
        before = len(self.problems)
        number = self.number(low, high, default)
        if len(self.problems) == before and number != int(number):
            self.complain(f"expected a whole number, found {self.node.value}")
            return default
        return int(number)

    def flag(self) -> bool:
        """Return True for `true`, False for `false`; `yes` and `no` are words here."""
        if self._is_plain() and self.node.value in ("true", "false"):
            return bool(self.node.value == "true")
        self._expected("true or false")
        return False

    def slot_value(self) -> str | int | float:
        """Return a number where a plain number is written, else the text."""
        if not (self._is_plain() and _NUMBER.fullmatch(self.node.value)):
            return self.text("text or a number")
        number = self.number()
        return int(number) if number == int(number) else number

    def items(self, what: str = "a list") -> list[Value]:
        """Return the values of a list."""
        if isinstance(self.node, yaml.SequenceNode):
            return [Value(node, self.path, self.problems) for node in self.node.value]
        self._expected(what)
        return []

    def texts(self, what: str = "a list of texts") -> tuple[str, ...]:
        """Return the texts of a list."""
        return tuple(filter(None, [item.text() for item in self.items(what)]))

    def entries(self, what: str = "a mapping") -> dict[str, Value]:
        """Return the values of a mapping by their keys; a key that stands twice is noted."""
        if not isinstance(self.node, yaml.MappingNode):
            self._expected(what)
            return {}
        found: dict[str, Value] = {}
        for key, node in self.node.value:
            if not isinstance(key, yaml.ScalarNode):
                Value(key, self.path, self.problems)._expected("a word as the key")
            elif key.value in found:
                first = found[key.value].node.start_mark.line + 1
                Value(key, self.path, self.problems).complain(
                    f'"{key.value}" stands here a second time; first on line {first}'
                )
            else:
                found[key.value] = Value(node, self.path, self.problems)
        return found

    def key(self, name: str) -> Value:
        """Return the key of that name in a mapping as a value, for its place; else the mapping."""
        if isinstance(self.node, yaml.MappingNode):
            for key, _ in self.node.value:
                if isinstance(key, yaml.ScalarNode) and key.value == name:
                    return Value(key, self.path, self.problems)
        return self

    def record(self, what: str, required: Sequence[str], optional: Sequence[str] = ()) -> Record:
        """Return a mapping with known keys; unknown and missing ones are noted.

        `what` names the thing in messages, with its article: `a routine`.
        """
        fields = self.entries(f"{what} with {', '.join((*required, *optional))}")
        known = (*required, *optional)
        for name in fields.keys() - set(known):
            message = f'unknown key "{name}" in {what}{did_you_mean(name, known)}'
            self.key(name).complain(message)
        if self.is_mapping:
            for name in required:
                if name not in fields:
                    self.complain(f'{what} needs "{name}"')
        return Record(fields)


class Record:
    """The fields of a mapping with known keys; a missing field gives its default."""

    __slots__ = ("_fields",)

    def __init__(self, fields: dict[str, Value]) -> None:
        """Keep the fields by name."""
        self._fields = fields

    def get(self, name: str) -> Value | None:
        """Return the field's value, or None."""
        return self._fields.get(name)

    def text(self, name: str, default: str = "") -> str:
        """Return a text."""
        value = self.get(name)
        return default if value is None else value.text()

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts."""
        value = self.get(name)
        return () if value is None else value.texts()

    def number(
        self, name: str, default: float, low: float = -math.inf, high: float = math.inf
    ) -> float:
        """Return a number from `low` to `high`."""
        value = self.get(name)
        return default if value is None else value.number(low, high, default)

    def whole(self, name: str, default: int, low: int = 0) -> int:
        """Return a whole number, at least `low`."""
        value = self.get(name)
        return default if value is None else value.whole(low, default=default)

    def flag(self, name: str, default: bool = False) -> bool:
        """Return true or false."""
        value = self.get(name)
        return default if value is None else value.flag()

    def choice(self, name: str, choices: Sequence[str], default: str) -> str:
        """Return one of a few words."""
        value = self.get(name)
        if value is None:
            return default
        word = value.text()
        if word in choices:
            return word
        if word:
            value.complain(f'expected one of {", ".join(choices)}, found "{word}"')
        return default


def _bounds(low: float, high: float) -> str:
    if math.isinf(low) and math.isinf(high):
        return ""
    if math.isinf(high) or high >= 1_000_000:
        return f" of at least {low:g}" if low else " of zero or more"
    return f" from {low:g} to {high:g}"
