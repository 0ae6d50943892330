"""docs/authoring.md, "A skill of your own": its files and its commands do what the page shows."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from voice_skill.cli import main

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "authoring.md").read_text("utf-8")
SECTION = PAGE[PAGE.index("## 1.") : PAGE.index("## 2.")]


def blocks(kind: str) -> list[str]:
    """Return the page's blocks of code of a kind, in their order."""
    return re.findall(rf"```{kind}\n(.*?)```", SECTION, re.DOTALL)


@pytest.fixture
def lights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the page, below the working folder."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "lights"
    folder.mkdir()
    (folder / "lights.yaml").write_text(blocks("yaml")[0], "utf-8")
    return folder


@pytest.mark.model
@pytest.mark.usefixtures("lights", "model_folder")
def test_the_commands_print_what_the_page_shows(capsys: pytest.CaptureFixture[str]) -> None:
    shown = blocks("console")[0]
    commands = [line[2:] for line in shown.splitlines() if line.startswith("$ ")]
    printed = ""
    for command in commands:
        program, *arguments = shlex.split(command)
        assert program == "voice-skill"
        assert main(arguments) == 0
        out, err = capsys.readouterr()
        printed += f"$ {command}\n{out}{err}"
    assert printed == shown
    assert len(commands) == 3


def test_its_manifest_can_be_tested(lights: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [json.loads(line) for line in blocks("json")[0].splitlines()]
    recordings = lights.parent / "recordings"
    recordings.mkdir()
    for row in rows:
        (recordings / row["audio"]).touch()  # the text alone is tested here
    (recordings / "manifest.jsonl").write_text(blocks("json")[0], "utf-8")
    code = main(
        ["test", "--skill", "lights", "recordings", "--text-only", "--json", "results.json"]
    )
    assert code == 0, capsys.readouterr().err
    results = json.loads(Path("results.json").read_text("utf-8"))["results"]
    assert [result["outcome"] for result in results] == ["right", "refused_rightly"]


def test_one_sentence_is_a_skill(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "least.yaml").write_text("intents: {lamp: {data: [{sentences: [lamp on]}]}}")
    assert main(["ask", "--skill", str(tmp_path), "lamp on"]) == 0
    assert "means   lamp (1.00)" in capsys.readouterr().out


@pytest.mark.parametrize(
    "content",
    [
        "language: en",
        "intents: {}",
        "intents: {lamp: {data: []}}",
        "intents: {lamp: {data: [{sentences: []}]}}",
        "lists: {room: {values: [kitchen]}}",
    ],
)
def test_less_is_told(content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "least.yaml").write_text(content)
    for command in (["check", str(tmp_path)], ["ask", "--skill", str(tmp_path), "lamp on"]):
        assert main(command) in (1, 2)
        out, err = capsys.readouterr()
        assert "least.yaml:1:1: no intent of this folder has a sentence" in out + err


@pytest.mark.usefixtures("lights", "model_folder")
@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["ask", "turn on the kitchen light", "--speak"], "leave out --speak"),
        (["hear", "lounge_off.wav", "--reply-dir", "replies"], "leave out --reply-dir"),
        (["listen"], "voice-skill hear"),
        (["converse", "lounge_off.wav"], "voice-skill hear"),
    ],
)
@pytest.mark.model
def test_it_has_nothing_to_say(
    arguments: list[str], hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    command, *rest = arguments
    assert main([command, "--skill", "lights", *rest]) == 2
    err = capsys.readouterr().err
    assert "the skill lights holds intents alone" in err
    assert hint in err
    assert not Path("replies").exists()
