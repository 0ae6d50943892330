"""The outline of a sentence template: is it well formed, and what does it refer to?

hassil is the parser of templates, but takes half a millisecond for each, too long for every start
of the program. This scan refuses all that hassil refuses (a property test holds it to that) and a
few forms that hassil takes but nobody means, such as `|` and `;` side by side.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_TOKEN = re.compile(r"\\.|\\$|\{[\w.@-]+(?::[\w@-]+)?\}|<[\w.-]+>|[()\[\]{}<>|;]")
_TEMPLATE = re.compile(r"[(){}<>\[\]|@]")  # what hassil takes for a template in a list value
_CLOSING = {"(": ")", "[": "]"}


@dataclass(frozen=True, slots=True)
class Outline:
    """The lists and rules that a template names, and what is wrong with its form ("": nothing).

    `lists` holds (list, slot) pairs.
    """

    lists: tuple[tuple[str, str], ...] = ()
    rules: tuple[str, ...] = ()
    problem: str = ""


def is_template(text: str) -> bool:
    """Say whether the text of a list value is a template, as hassil decides it."""
    return _TEMPLATE.search(text) is not None


@lru_cache(maxsize=8192)
def outline(text: str) -> Outline:
    """Scan a template; templates are scanned for several questions, so answers are kept."""
    lists: list[tuple[str, str]] = []
    rules: list[str] = []
    brackets = _Brackets()
    for token in _TOKEN.finditer(text.rstrip()):  # hassil takes the space at the end away, too
        mark = token.group()
        problem = ""
        if mark in "()[]|;":
            problem = brackets.take(mark, token.start())
        elif mark[0] == "{" and len(mark) > 1:
            name, _, slot = mark[1:-1].partition(":")
            lists.append((name, slot or name))
        elif mark[0] == "<" and len(mark) > 1:
            rules.append(mark[1:-1])
        elif mark == "\\":
            problem = "it ends in a backslash"
        elif mark[0] != "\\":
            problem = f"the {mark} at character {token.start() + 1} does not enclose a name"
        if problem:
            return Outline(tuple(lists), tuple(rules), problem)
    problem = brackets.still_open() or ("" if text.strip() else "it is empty")
    return Outline(tuple(lists), tuple(rules), problem)


class _Brackets:
    """The brackets that are open at a place in a template, and what separates their parts."""

    def __init__(self) -> None:
        self._open: list[tuple[str, int]] = []
        self._separators = [""]
        self._last = -1

    def take(self, mark: str, at: int) -> str:
        """Take the next bracket or separator, at its index; return what is wrong with it."""
        before, self._last = self._last, at
        if mark in _CLOSING:
            self._open.append((mark, at))
            self._separators.append("")
            return ""
        if mark in "|;":
            if self._separators[-1] not in ("", mark):
                return "| and ; stand side by side; put one of them into ( )"
            self._separators[-1] = mark
            return ""
        if not self._open or _CLOSING[self._open[-1][0]] != mark:
            return f"the {mark} at character {at + 1} closes nothing"
        opened, opened_at = self._open.pop()
        self._separators.pop()
        if before == opened_at == at - 1:
            return f"the {opened}{mark} at character {at} holds nothing"
        return ""

    def still_open(self) -> str:
        """Return what is wrong at the end of the template."""
        if not self._open:
            return ""
        opened, at = self._open[-1]
        return f"the {opened} at character {at + 1} has no {_CLOSING[opened]}"
