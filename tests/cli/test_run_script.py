"""`scripts/run`: which commands wait for the models, and that a missing encoder stops none."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "scripts"
PROGRAM = """#!/bin/sh
echo "$*" >>"$(dirname "$0")/called"
case "$*" in
  *"verify --only speech"*|*"install --only encoder"*) exit 3 ;;
esac
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout without models, whose program notes its arguments and gets no encoder."""
    scripts, programs = tmp_path / "scripts", tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    scripts.mkdir()
    (scripts / "run").write_bytes((SCRIPTS / "run").read_bytes())
    setup = (SCRIPTS / "setup.sh").read_text("utf-8")
    without = "system_libraries() { :; }\nmake_environment() { :; }\n"
    (scripts / "setup.sh").write_text(setup + without, "utf-8")
    (programs / "voice-skill").write_text(PROGRAM)
    (programs / "voice-skill").chmod(0o755)
    return tmp_path


def called(checkout: Path, *words: str) -> tuple[list[str], int]:
    """Run it; return what the program was called with, and the exit code."""
    command = ["bash", str(checkout / "scripts" / "run"), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (checkout / ".venv" / "bin" / "called").read_text().splitlines(), done.returncode


@pytest.mark.parametrize(
    "words",
    [
        ["install-service", "--remove"],
        ["install-service", "--quiet", "--remove"],
        ["diary", "list"],
        ["devices"],
        ["model", "install", "--only", "speech"],
    ],
)
def test_what_needs_no_model_fetches_none(checkout: Path, words: list[str]) -> None:
    assert called(checkout, *words) == ([" ".join(words)], 0)


@pytest.mark.parametrize("words", [["ask", "diary: on"], ["install-service"], ["hear", "model"]])
def test_without_the_encoder_the_command_still_runs(checkout: Path, words: list[str]) -> None:
    calls, code = called(checkout, *words)
    assert "model install --only speech" in calls
    assert "model install --only encoder" in calls
    assert (calls[-1], code) == (" ".join(words), 0)
