"""All files of a skill folder as one merged document whose every part can be found again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import yaml

from voice_skill.content.nodes import Problem, Value, did_you_mean, read_file
from voice_skill.domain.errors import ContentError

Key = str | int
"""A step into the document: the key of a mapping or the index of a list."""

SECTIONS = (
    "skill", "language", "intents", "lists", "expansion_rules", "skip_words", "states", "commands",
    "opposites", "phrases", "negatives", "decoys", "lexicon", "evidence", "slots", "thresholds",
    "sources", "causes", "remedies", "facts", "sites", "screens", "alarm_rules", "alarm_words",
    "groups", "routines", "prompts", "night_prompts", "intent_names", "levels", "locales",
    "settings", "wake_phrases", "signs", "harmless", "claims", "diary",
)  # fmt: skip
"""What the top of a content file can hold."""


class Tree:
    """The merged content of a folder.

    The same section may stand in several files: mappings are united, lists follow one another in
    the order of the file names. `problems` collects all that readers find; `is_whole` is False when
    a file could not be read, so that names may be missing.
    """

    def __init__(self, folder: Path, paths: Iterable[Path]) -> None:
        """Read every file; a broken one is noted and does not hide the others."""
        self.folder = folder
        self.problems: list[Problem] = []
        self.is_whole = True
        self._files: list[Value] = []
        self._sections: dict[str, list[Value]] = {}
        for path in paths:
            before = len(self.problems)
            file = read_file(path, self.problems)
            self.is_whole = self.is_whole and len(self.problems) == before
            if file is not None:
                self._files.append(file)
                self._take(file)

    def _take(self, file: Value) -> None:
        for name, value in file.entries("sections such as intents or routines").items():
            if name in SECTIONS:
                self._sections.setdefault(name, []).append(value)
            else:
                file.key(name).complain(f'unknown section "{name}"{did_you_mean(name, SECTIONS)}')

    @property
    def is_empty(self) -> bool:
        """True when no file could be read or none holds anything."""
        return not self._files

    def has(self, section: str) -> bool:
        """Say whether any file holds the section."""
        return section in self._sections

    def parts(self, section: str) -> list[Value]:
        """Return the section's value in each file that holds it."""
        return self._sections.get(section, [])

    def single(self, section: str) -> Value | None:
        """Return a section that stands in one file only."""
        first, *others = [*self.parts(section), None]
        for other in others:
            if other is not None and first is not None:
                other.complain(f'"{section}" stands in two files; first in {self._where(first)}')
        return first

    def gathered(self, section: str) -> dict[str, list[Value]]:
        """Return all values of each id, for a section where files may add to an id."""
        found: dict[str, list[Value]] = {}
        for part in self.parts(section):
            for name, value in part.entries().items():
                found.setdefault(name, []).append(value)
        return found

    def entries(self, section: str) -> dict[str, Value]:
        """Return the value of each id; an id in two files is noted."""
        first: dict[str, Value] = {}
        for part in self.parts(section):
            for name, value in part.entries().items():
                if name in first:
                    part.key(name).complain(
                        f'"{name}" is defined twice; first in {self._where(first[name])}'
                    )
                else:
                    first[name] = value
        return first

    def items(self, section: str) -> list[Value]:
        """Return the items of a list section, of all files."""
        return [item for part in self.parts(section) for item in part.items()]

    def texts(self, section: str) -> tuple[str, ...]:
        """Return the texts of a list section, of all files."""
        return tuple(filter(None, [item.text() for item in self.items(section)]))

    def _where(self, value: Value) -> str:
        path = value.path
        if path.is_relative_to(self.folder):
            path = path.relative_to(self.folder)
        return f"{path}:{value.node.start_mark.line + 1}"

    def at(self, *keys: Key) -> Value:
        """Find where a part of the document stands.

        Goes as deep as the keys lead; a mapping or list that was found by its key gives the place
        of that key. With no such section: the first file.
        """
        return self._find(keys)[0]

    def _find(self, keys: Iterable[Key]) -> tuple[Value, list[Value]]:
        """Return the place that the keys lead to, and the values that stand there."""
        here: list[Value] = self._files
        place = self._files[0]
        for key in keys:
            below = _below(here, key)
            if not below:
                break
            here = [value for _, value in below]
            place = below[0][0]
        return place, here

    def problem(self, keys: Iterable[Key], message: str) -> Problem:
        """Return a problem at the part that the keys lead to."""
        return self.at(*keys).problem(message)

    def sentence_problem(self, keys: Iterable[Key], sentence: str, message: str) -> Problem:
        """Return a problem at the text that holds a sentence, in a text or list at the keys."""
        place, values = self._find(keys)
        texts = [item for value in values if value.is_list for item in value.items()]
        for text in texts:
            if sentence in " ".join(str(text.node.value).split()):
                return text.problem(message)
        return place.problem(message)


def _below(values: list[Value], key: Key) -> list[tuple[Value, Value]]:
    """Return (place, value) of what stands under a key, over all parts of a merged value."""
    found: list[tuple[Value, Value]] = []
    for value in values:
        if isinstance(key, int) and isinstance(value.node, yaml.SequenceNode):
            items = (Value(node, value.path, value.problems) for node in value.node.value)
            found += [(item, item) for item in items]
        elif isinstance(key, str) and isinstance(value.node, yaml.MappingNode):
            for name, node in value.node.value:
                if name.value == key:
                    child = Value(node, value.path, value.problems)
                    scalar = isinstance(node, yaml.ScalarNode)
                    found.append((child if scalar else Value(name, *_file(value)), child))
    return found[key : key + 1] if isinstance(key, int) else found


def _file(value: Value) -> tuple[Path, list[Problem]]:
    return value.path, value.problems


def content_files(folder: Path) -> list[Path]:
    """Return the YAML files of a skill folder, recursively, in the order of their names.

    Raises ContentError when there is no such folder, none that can be read, or no file in it.
    """
    hint = "Name a folder of YAML files with --skill, or leave it out for the built-in one."
    try:
        if not folder.is_dir():
            what = "is a file, not a folder" if folder.exists() else "does not exist"
            raise ContentError(f"the skill folder {folder} {what}", hint=hint)
        paths = sorted(path for path in folder.rglob("*.yaml") if path.is_file())
    except OSError as error:
        message = f"the skill folder {folder} cannot be read: {error.strerror or error}"
        raise ContentError(message, hint=hint) from error
    if not paths:
        raise ContentError(
            f"the skill folder {folder} holds no YAML file",
            hint="Put a file with `intents:` into it; docs/authoring.md shows the shortest one.",
        )
    return paths


def digest(folder: Path, paths: Iterable[Path]) -> str:
    """Return a SHA-256 over names and bytes of the files, in hexadecimal."""
    total = hashlib.sha256()
    for path in paths:
        try:
            body = path.read_bytes()
        except OSError:
            body = b""  # a problem already
        total.update(f"{path.relative_to(folder).as_posix()}\0{len(body)}\0".encode())
        total.update(body)
    return total.hexdigest()
