"""`listen --keep-audio`: what is written, for whom, and what a full disk does not stop."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
from test_listener import LoudIsVoice, NotebookRecognizer, quiet

from voice_skill.content import load
from voice_skill.conversation.endpointer import Completeness
from voice_skill.conversation.kept_audio import KeptAudio
from voice_skill.conversation.listener import BLOCK, PRE_ROLL_BLOCKS, SAMPLE_RATE, Listener
from voice_skill.domain.errors import UsageError
from voice_skill.domain.model import (
    Alarm,
    Decision,
    Hypothesis,
    Level,
    Slot,
    Understanding,
    Utterance,
)
from voice_skill.evaluation.reading import read_rows
from voice_skill.evaluation.rows import known_to
from voice_skill.terminal.keeping import keeping, kept_lines, noting
from voice_skill.understanding.templates import Templates

MOMENT = datetime.datetime(2026, 3, 1, 2, 14, 9, 250_000)
SOUND = np.arange(-800, 800, dtype=np.int16)
TOE = Understanding(
    Decision.ACT,
    "report_symptom",
    (Slot("site", "toe", "toe"), Slot("duration", 48.0, "two days")),
    text="my toe twitches since two days",
)


def utterance(seconds: int = 0) -> Utterance:
    moment = MOMENT + datetime.timedelta(seconds=seconds)
    return Utterance((Hypothesis("my toe twitches", "domain"),), "idle", moment=moment)


def keep(folder: Path, *understandings: Understanding) -> list[str]:
    """Keep one sound for each meaning; return what was told of failures."""
    failures: list[str] = []
    with KeptAudio(folder, failures.append) as kept:
        for number, understanding in enumerate(understandings):
            kept.heard(SOUND, utterance(number))
            kept.understood(utterance(number), understanding)
    return failures


def test_one_wav_an_utterance_named_by_its_time(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    assert keep(folder, TOE, TOE) == []
    names = sorted(path.name for path in folder.glob("*.wav"))
    assert names == ["2026-03-01T02-14-09.250.wav", "2026-03-01T02-14-10.250.wav"]
    samples, rate = soundfile.read(folder / names[0], dtype="int16")
    assert rate == SAMPLE_RATE
    assert np.array_equal(samples, SOUND)


def test_it_is_for_its_owner_alone(tmp_path: Path) -> None:
    keep(tmp_path / "kept", TOE)
    assert (tmp_path / "kept").stat().st_mode & 0o777 == 0o700
    for path in (tmp_path / "kept").iterdir():
        assert path.stat().st_mode & 0o777 == 0o600, path.name


def test_the_manifest_is_read_by_test(tmp_path: Path) -> None:
    urgent = Understanding(
        Decision.URGENT, alarm=Alarm("R20", Level.SAME_DAY, ("red",)), text="my leg is red"
    )
    refused = Understanding(Decision.REJECT, text="the bins go out tomorrow")
    keep(tmp_path / "kept", TOE, urgent, refused)
    skill = load(None, locale=None)
    rows = read_rows([tmp_path / "kept"], known_to(skill, Templates(skill.language)))
    assert [row.intent for row in rows] == ["report_symptom", "alarm", None]
    assert rows[0].slots == {"site": "toe", "duration": 48.0}
    assert all(row.audio is not None and row.audio.is_file() for row in rows)


def test_a_second_conversation_adds_to_it(tmp_path: Path) -> None:
    keep(tmp_path / "kept", TOE)
    keep(tmp_path / "kept", TOE)
    lines = (tmp_path / "kept" / "manifest.jsonl").read_text().splitlines()
    assert [json.loads(line)["audio"] for line in lines] == [
        "2026-03-01T02-14-09.250.wav",
        "2026-03-01T02-14-09.250_2.wav",
    ]


def test_what_is_joined_is_not_kept_twice(tmp_path: Path) -> None:
    with KeptAudio(tmp_path / "kept", lambda why: None) as kept:
        kept.heard(SOUND, utterance())
        kept.understood(utterance(), TOE)
        kept.understood(utterance(), TOE)
    assert len(list((tmp_path / "kept").glob("*.wav"))) == 1


def test_a_folder_with_other_things_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").touch()
    with pytest.raises(UsageError, match="holds other files"):
        KeptAudio(tmp_path, lambda why: None)
    with pytest.raises(UsageError, match="is a file"):
        KeptAudio(tmp_path / "holiday.jpg", lambda why: None)


def test_a_full_disk_is_told_once_and_stops_nothing(tmp_path: Path) -> None:
    failures: list[str] = []
    folder = tmp_path / "kept"
    with KeptAudio(folder, failures.append) as kept:
        kept.manifest.symlink_to("/dev/full")
        for number in range(3):
            kept.heard(SOUND, utterance(number))
            kept.understood(utterance(number), TOE)
    assert failures == ["No space left on device"]
    assert list(folder.glob("*.wav")) == [], "no sound without its line"


def test_a_half_written_line_is_taken_back(tmp_path: Path) -> None:
    keep(tmp_path / "kept", TOE)
    before = (tmp_path / "kept" / "manifest.jsonl").read_text()
    failures = keep(tmp_path / "kept", Understanding(Decision.ACT, "help", text="\ud800"))
    assert failures
    assert (tmp_path / "kept" / "manifest.jsonl").read_text() == before


def test_the_listener_gives_the_whole_utterance_with_what_came_before_it() -> None:
    heard: list[tuple[np.ndarray, Utterance]] = []
    listener = Listener(
        NotebookRecognizer(),
        LoudIsVoice(),
        lambda partials, state: Completeness.COMPLETE,
        wall_time=lambda: MOMENT,
        keep=lambda samples, utterance: heard.append((samples, utterance)),
    )
    loud = np.full(SAMPLE_RATE, 500, np.int16)
    ended = [u for _ in range(2) for u in listener.push(np.concatenate([quiet(1), loud, quiet(1)]))]
    assert [u for _, u in heard] == ended
    assert len(ended) == 2
    for samples, _ in heard:
        assert abs(np.count_nonzero(samples) - len(loud)) <= BLOCK
        assert len(samples) < len(loud) + (PRE_ROLL_BLOCKS + 30) * BLOCK


def test_without_the_option_nothing_is_opened_or_said() -> None:
    def understand(heard: Utterance) -> Understanding:
        return TOE

    assert keeping(None, None, lambda failed: None) is None  # type: ignore[arg-type]
    assert kept_lines(None) == []
    assert noting(understand, None) is understand


def test_it_is_told_where_the_voice_is_kept(tmp_path: Path) -> None:
    said = " ".join(kept_lines(tmp_path / "kept"))
    assert "Recording" in said
    assert "kept" in said
