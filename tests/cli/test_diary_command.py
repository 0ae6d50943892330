"""`voice-skill diary`: on, off, list, export, report, clear."""

from __future__ import annotations

import io
import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from voice_skill.cli import main
from voice_skill.cli.diary import local_now
from voice_skill.diary.store import DiaryStore
from voice_skill.domain.diary import Episode
from voice_skill.files.places import diary_path


@pytest.fixture(autouse=True)
def own_diary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    yield


def noted(*episodes: Episode) -> None:
    store = DiaryStore(diary_path(), local_now)
    for episode in episodes:
        assert store.note(episode) is not None
    store.close()


def test_nothing_is_made_by_looking(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diary", "list"]) == 0
    assert main(["diary", "off"]) == 0
    assert main(["diary", "clear", "--yes"]) == 0
    assert not diary_path().parent.exists()
    assert capsys.readouterr().out == ""


def test_from_on_to_clear(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["diary", "on"]) == 0
    noted(Episode(local_now(), "toe", "left", "twitch", routine="ankle_circles", helped=True))
    capsys.readouterr()
    assert main(["diary", "list"]) == 0
    assert "left toe, twitch, ankle circles, helped" in capsys.readouterr().out
    assert main(["diary", "export"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["site"] == "toe"
    assert main(["diary", "export", "--csv", str(tmp_path / "diary.csv")]) == 0
    assert stat.S_IMODE((tmp_path / "diary.csv").stat().st_mode) == 0o600
    assert main(["diary", "report", "--html", str(tmp_path / "diary.html")]) == 0
    assert "ankle circles" in (tmp_path / "diary.html").read_text("utf-8")
    assert main(["diary", "clear", "--yes"]) == 0
    assert list(diary_path().parent.iterdir()) == []


def test_clear_asks_first(monkeypatch: pytest.MonkeyPatch) -> None:
    main(["diary", "on"])
    monkeypatch.setattr("click.confirm", lambda *_, **__: False)
    assert main(["diary", "clear"]) == 2
    assert diary_path().exists()


def test_clear_without_a_terminal_wants_to_be_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["diary", "on"])
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert main(["diary", "clear"]) == 2
    assert "--yes" in capsys.readouterr().err
    assert diary_path().exists()
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    assert main(["diary", "clear"]) == 0
    assert not diary_path().exists()


def test_a_damaged_diary_is_told_and_not_lost(capsys: pytest.CaptureFixture[str]) -> None:
    main(["diary", "on"])
    diary_path().write_text("no diary")
    assert main(["diary", "list"]) == 0
    told = capsys.readouterr().err
    assert "it is kept as" in told
    assert "nothing is noted before `voice-skill diary on`" in told
    assert any("damaged" in each.name for each in diary_path().parent.iterdir())
