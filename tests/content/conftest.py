"""Small skill folders, written out in the tests that use them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from voice_skill.content import check, load
from voice_skill.domain.errors import ContentError

WriteFolder = Callable[..., Path]
Lines = Callable[..., list[str]]


@pytest.fixture
def folder(tmp_path: Path) -> WriteFolder:
    """Write a skill folder: `folder(intents='...', knowledge='...')`, one argument a file."""

    def write(**files: str) -> Path:
        for name, text in files.items():
            path = tmp_path / f"{name}.yaml"
            path.write_text(dedent(text).removeprefix("\n"), encoding="utf-8")
        return tmp_path

    return write


@pytest.fixture
def refused(folder: WriteFolder) -> Lines:
    """Load a folder that cannot be loaded; return its problems with file names alone."""

    def lines(**files: str) -> list[str]:
        path = folder(**files)
        with pytest.raises(ContentError) as caught:
            load(path, locale=None)
        return [line.removeprefix(f"{path}/") for line in caught.value.problems]

    return lines


@pytest.fixture
def checked(folder: WriteFolder) -> Lines:
    """Check a folder; return its problems with file names alone, but not that prompts miss."""

    def lines(known_word: Callable[[str], bool] | None = None, **files: str) -> list[str]:
        path = folder(**files)
        problems = map(str, check(path, known_word=known_word))
        return [line.removeprefix(f"{path}/") for line in problems if "needs prompts" not in line]

    return lines
