"""What options refuse before anything slow is begun."""

from __future__ import annotations

from pathlib import Path

import pytest

from voice_skill.cli import main

Capture = pytest.CaptureFixture[str]
SET = str(Path(__file__).parents[1] / "recordings" / "development.jsonl")


@pytest.mark.parametrize(
    "command",
    [
        ("test", SET, "--min-accuracy", "nan"),
        ("test", SET, "--speed", "nan"),
        ("test", SET, "--gain", "nan"),
        ("calibrate", SET, "--report", SET, "--max-asked", "nan"),
    ],
)
def test_no_number_is_in_no_range(command: tuple[str, ...], capsys: Capture) -> None:
    assert main(command) == 2
    assert "nan is no number" in capsys.readouterr().err


@pytest.mark.parametrize("command", [("test", SET), ("calibrate", SET, "--split")])
def test_a_result_that_could_not_be_written_is_told_before_the_work(
    command: tuple[str, ...], tmp_path: Path, capsys: Capture
) -> None:
    assert main((*command, "--json", str(tmp_path))) == 2
    assert "it is a folder" in capsys.readouterr().err
    assert main((*command, "--json", str(tmp_path / "nowhere" / "result.json"))) == 2
    assert "there is no folder" in capsys.readouterr().err


@pytest.mark.parametrize("command", [("test",), ("calibrate", "--split")])
def test_what_is_not_there_is_told_before_anything_is_loaded(
    command: tuple[str, ...], tmp_path: Path, capsys: Capture
) -> None:
    assert main((*command, str(tmp_path / "no.jsonl"))) == 2
    told = capsys.readouterr().err
    assert "there is no" in told
    assert "no.jsonl" in told
