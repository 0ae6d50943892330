"""Other thresholds into a skill's file: the numbers change, every other character stays."""

from __future__ import annotations

import difflib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from voice_skill.content.nodes import Problem, Value, read_file
from voice_skill.content.skill import default_folder
from voice_skill.content.tree import content_files
from voice_skill.domain.errors import ContentError, UsageError
from voice_skill.domain.language import Thresholds

MATCHING = ("accept", "confirm", "margin", "command", "heard")
GATES = ("gate", "exact_gate", "exact_margin")
SECTION = "thresholds"

_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_PLAIN = re.compile(r"[A-Za-z][\w.()/+-]*( [\w.()/+-]+)*")
_WORDS_OF_YAML = ("null", "true", "false", "yes", "no", "on", "off", "y", "n")
_BY_HAND = "put the block into the file by hand, in place of its thresholds"

_Change = tuple[int, int, str]
"""From, to (in characters), and what stands there instead."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A file, its text, and what its text is to be."""

    path: Path
    before: str
    after: str

    def diff(self) -> list[str]:
        """Return the changed lines as a unified diff."""
        before, after = self.before.splitlines(), self.after.splitlines()
        name = str(self.path)
        return list(difflib.unified_diff(before, after, name, name, lineterm="", n=1))

    def write(self) -> None:
        """Write beside, then rename; the file keeps its mode. UsageError where that cannot be."""
        target = self.path.resolve()
        try:
            handle, name = tempfile.mkstemp(".part", f".{target.name}.", target.parent)
            try:
                with os.fdopen(handle, "wb") as stream:
                    stream.write(self.after.encode())
                shutil.copymode(target, name)
                Path(name).replace(target)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
        except OSError as error:
            message = f"{self.path} cannot be written: {error.strerror or error}"
            raise UsageError(message, hint=_BY_HAND) from error


def yaml_block(thresholds: Thresholds) -> str:
    """Return the section as it stands in a file."""
    lines = [f"{SECTION}:", *(f"  {name}: {getattr(thresholds, name):g}" for name in MATCHING)]
    if thresholds.letters is not None:
        lines.append(f"  letters: {_flow({n: getattr(thresholds.letters, n) for n in MATCHING})}")
    lines += [f"  {name}: {getattr(thresholds, name):g}" for name in GATES]
    return "\n".join([*lines, f"  chosen_on: {_scalar(thresholds.chosen_on)}"]) + "\n"


def edited(
    folder: Path | None, values: Mapping[str, float], chosen_on: str, *, letters: bool
) -> Edit:
    """Return the edit that puts `values` (by name) and `chosen_on` into a skill's thresholds.

    `letters`: the matching ones are those of the case without an encoder. UsageError for the skill
    of an installed program, and for a file that cannot be edited so; ContentError for one that
    cannot be read.
    """
    folder = folder or default_folder()
    if {"site-packages", "dist-packages"} & set(folder.resolve().parts):
        raise UsageError(
            f"{folder} belongs to an installed program",
            hint="copy the folder, and name the copy with --skill",
        )
    path, section = _section(folder)
    text = path.read_bytes().decode("utf-8")
    mark, text = text[: text.startswith("\ufeff")], text.removeprefix("\ufeff")
    wanted = _wanted(values, chosen_on, letters=letters)
    if section is None:
        lines = ["", f"{SECTION}:", *(f"  {n}: {_written(v)}" for n, v in wanted.items())]
        end = "" if not text or text.endswith("\n") else "\n"
        after = text + end + "\n".join(lines) + "\n"
    else:
        after = _applied(text, list(_changes(section, wanted, text)))
    if _read(after) != _with(text, wanted):
        raise UsageError(f"the thresholds in {path} cannot be replaced safely", hint=_BY_HAND)
    return Edit(path, mark + text, mark + after)


# ------------------------------------------------------------------ what is to stand there

_Wanted = Mapping[str, str | Mapping[str, str]]


def _wanted(values: Mapping[str, float], chosen_on: str, *, letters: bool) -> _Wanted:
    texts = {name: f"{value:g}" for name, value in values.items()}
    wanted: dict[str, str | Mapping[str, str]] = {
        n: t for n, t in texts.items() if not letters or n in GATES
    }
    if letters:
        wanted["letters"] = {n: t for n, t in texts.items() if n in MATCHING}
    return {**wanted, "chosen_on": chosen_on}


def _with(text: str, wanted: _Wanted) -> object:
    """Return the content of `text` with the wanted thresholds; the names of equal ones stay."""
    document = _read(text) or {}
    if not isinstance(document, dict):
        return None
    section = document.setdefault(SECTION, {})
    if isinstance(section, dict):
        _merge(section, wanted)
    return document


def _merge(into: dict[str, object], wanted: _Wanted) -> None:
    for name, value in wanted.items():
        there = into.setdefault(name, {} if isinstance(value, Mapping) else "")
        if isinstance(value, Mapping):
            if isinstance(there, dict):
                _merge(there, value)
        elif not _equal(str(there), value):
            into[name] = value


def _read(text: str) -> object:
    """Return the content of a file; None for what is no YAML."""
    try:
        return _plain(yaml.compose(text, _Loader))
    except yaml.YAMLError:
        return None


def _plain(node: yaml.Node | None) -> object:
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): _plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(value) for value in node.value]
    return None if node is None else node.value


def _equal(there: str, wanted: str) -> bool:
    try:
        return float(there) == float(wanted)
    except ValueError:
        return there == wanted


# ------------------------------------------------------------------ where it stands


def _section(folder: Path) -> tuple[Path, Value | None]:
    """Return the file of the thresholds; without any the one that names the skill, or the first."""
    problems: list[Problem] = []
    named: list[Path] = []
    paths = content_files(folder)
    for path in paths:
        file = read_file(path, problems)
        sections = {} if file is None else file.entries()
        if SECTION in sections:
            return path, sections[SECTION]
        named += [path] if "skill" in sections else []
    if problems:
        told = tuple(map(str, problems))
        raise ContentError(f"the skill in {folder} cannot be read", problems=told)
    return [*named, paths[0]][0], None


def _changes(section: Value, wanted: _Wanted, text: str) -> Iterator[_Change]:
    """Yield what to replace in a mapping, and what to put in where a name is missing."""
    node = section.node
    if not isinstance(node, yaml.MappingNode) or not node.value:
        return
    present = {key.value: value for key, value in node.value}
    missing: dict[str, str | Mapping[str, str]] = {}
    for name, value in wanted.items():
        there = present.get(name)
        if there is None:
            missing[name] = value
        elif isinstance(value, Mapping):
            yield from _changes(Value(there, section.path, section.problems), value, text)
        elif not _equal(str(there.value), value):
            begin, end = (_offset(text, mark) for mark in (there.start_mark, there.end_mark))
            yield begin, end, _scalar(value)
    if missing:
        yield _inserted(node, missing, text)


def _inserted(node: yaml.MappingNode, missing: _Wanted, text: str) -> _Change:
    """Return the names that are missing: at the end of `{...}`, else above the first name."""
    if node.flow_style:
        at = _offset(text, node.value[-1][1].end_mark)
        return at, at, "".join(f", {name}: {_written(value)}" for name, value in missing.items())
    mark = node.value[0][0].start_mark
    at = _offset(text, mark)
    ending = "\r\n" if "\r\n" in text else "\n"
    indent = ending + " " * mark.column
    return at, at, "".join(f"{name}: {_written(value)}{indent}" for name, value in missing.items())


def _offset(text: str, mark: yaml.Mark) -> int:
    """Return the place of a mark in characters."""
    return sum(map(len, text.splitlines(keepends=True)[: mark.line])) + int(mark.column)


def _applied(text: str, changes: list[_Change]) -> str:
    for begin, end, instead in sorted(changes, reverse=True):
        text = text[:begin] + instead + text[end:]
    return text


def _written(value: str | Mapping[str, str]) -> str:
    return _scalar(value) if isinstance(value, str) else _flow(value)


def _flow(values: Mapping[str, float | str]) -> str:
    return "{" + ", ".join(f"{name}: {float(value):g}" for name, value in values.items()) + "}"


def _scalar(text: str) -> str:
    """Write a text so that YAML reads the same: plain where it can be, else in quotes."""
    try:
        float(text)
    except ValueError:
        plain = _PLAIN.fullmatch(text) and text.lower() not in _WORDS_OF_YAML
        return text if plain else json.dumps(text, ensure_ascii=False)
    return text
