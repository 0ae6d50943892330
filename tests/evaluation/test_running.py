"""A whole test: one process or several, interrupted, and with the real recogniser."""

from __future__ import annotations

import itertools
import json
import multiprocessing
import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from lamp import write_skill

from voice_skill.domain.errors import EngineError, ModelError, UsageError
from voice_skill.evaluation.conditions import Condition, Conditions, noise_files, read_ratios
from voice_skill.evaluation.examiner import Engines, Examiner
from voice_skill.evaluation.results import Result, Unheard
from voice_skill.evaluation.rows import Row
from voice_skill.evaluation.workers import run

TIMES = ("cost_seconds", "latency_seconds", "understand_seconds")


def texts(count: int | None = None) -> Iterator[tuple[Row, Condition]]:
    """Yield rows of text; without a count there is no end to them."""
    for number in itertools.count() if count is None else range(count):
        text = f"dim the desk lamp to {number} percent"
        yield Row(f"m:{number}", None, text, "dim", {"lamp": "desk"}), Condition()


def without_times(answers: list[Result | Unheard]) -> list[dict[str, object]]:
    return [{k: v for k, v in answer.items() if k not in TIMES} for answer in answers]


@pytest.fixture
def engines(tmp_path: Path) -> Engines:
    return Engines(write_skill(tmp_path / "lamps"), None, None)


class TestProcesses:
    def test_several_give_the_same_as_one_in_the_same_order(self, engines: Engines) -> None:
        one = list(run(texts(200), Examiner(engines), engines, 1))
        three = list(run(texts(200), Examiner(engines), engines, 3))
        assert [answer["source"] for answer in three] == [f"m:{n}" for n in range(200)]
        assert without_times(one) == without_times(three)

    def test_a_worker_that_is_killed_is_an_error_and_no_hang(self, engines: Engines) -> None:
        answers = run(texts(), Examiner(engines), engines, 2)
        next(answers)
        multiprocessing.active_children()[0].kill()
        with pytest.raises(EngineError, match="by signal 9 while it tested m:") as caught:
            list(answers)
        assert "--jobs 1" in caught.value.hint
        assert not multiprocessing.active_children()

    def test_closing_ends_the_workers(self, engines: Engines) -> None:
        answers = run(texts(), Examiner(engines), engines, 2)
        next(answers)
        answers.close()
        assert not multiprocessing.active_children()

    def test_what_cannot_be_loaded_is_told_as_in_one_process(self, tmp_path: Path) -> None:
        skill = write_skill(tmp_path / "lamps")
        engines = Engines(skill, None, tmp_path / "no-model")
        recording = tmp_path / "a.wav"
        write_tone(recording)
        row = Row("m:1", recording, "stop", "stop", None)
        for jobs in (1, 2):
            with pytest.raises(ModelError):
                list(run([(row, Condition())] * 2, Examiner(engines), engines, jobs))

    def test_a_recording_that_cannot_be_heard_does_not_stop_the_others(
        self, engines: Engines, tmp_path: Path
    ) -> None:
        broken = tmp_path / "broken.wav"
        broken.write_text("no sound", "ascii")
        tasks = [(Row("m:1", broken, "stop", "stop", None), Condition()), *texts(1)]
        bad, good = run(tasks, Examiner(engines), engines, 1)
        assert "error" in bad
        assert "broken.wav" in bad["error"]
        assert "outcome" in good


def write_tone(path: Path) -> None:
    import numpy as np
    import soundfile

    soundfile.write(path, 0.3 * np.sin(np.arange(16_000) / 10), 16_000)


class TestConditions:
    ROW = Row("m:1", Path("a.wav"), "stop", "stop", None, tags=("far",))
    TEXT = Row("m:2", None, "stop", "stop", None)

    def test_each_ratio_is_a_condition_with_its_tags(self) -> None:
        conditions = Conditions((Path("tap.wav"),), read_ratios("clean,12,6"))
        found = list(conditions.rows([self.ROW, self.TEXT]))
        assert [row.tags for row, _ in found] == [
            ("far", "clean"),
            ("far", "snr:12", "noise:tap"),
            ("far", "snr:6", "noise:tap"),
            (),
        ]
        assert conditions.count([self.ROW, self.TEXT]) == len(found)
        assert found[1][1].entry() == {
            "noise": "tap",
            "snr": 12.0,
            "room": None,
            "gain": 0.0,
            "speed": 1.0,
        }

    def test_the_noise_depends_on_the_seed_and_the_recording_alone(self) -> None:
        noises = tuple(Path(f"{number}.wav") for number in range(50))
        alone = [c for _, c in Conditions(noises, (12.0, 6.0)).rows([self.ROW])]
        among = [c for _, c in Conditions(noises, (12.0, 6.0)).rows([self.TEXT, self.ROW])][1:]
        other = [c for _, c in Conditions(noises, (12.0, 6.0), seed=2).rows([self.ROW])]
        assert alone == among
        assert alone[0].noise == alone[1].noise
        assert alone != other

    def test_without_conditions_nothing_is_added(self) -> None:
        assert next(iter(Conditions().rows([self.ROW])))[0] == self.ROW

    @pytest.mark.parametrize("text", ["loud", "12,", "nan", "1e9"])
    def test_what_is_no_ratio_is_refused(self, text: str) -> None:
        with pytest.raises(UsageError):
            read_ratios(text)

    def test_noises_are_files_and_folders_of_files(self, tmp_path: Path) -> None:
        (tmp_path / "tap.wav").touch()
        assert noise_files([tmp_path, tmp_path / "tap.wav"]) == (tmp_path / "tap.wav",)
        (tmp_path / "empty").mkdir()
        with pytest.raises(UsageError):
            noise_files([tmp_path / "empty"])


def test_an_interrupt_gives_the_table_of_what_is_done(tmp_path: Path) -> None:
    skill = write_skill(tmp_path / "lamps")
    manifest = tmp_path / "many.jsonl"
    rows = ({"text": row.text, "intent": row.intent} for row, _ in texts(100_000))
    manifest.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    written = tmp_path / "out.json"
    terminal, theirs = pty.openpty()  # the progress bar wants a terminal
    process = subprocess.Popen(
        [sys.executable, "-m", "voice_skill", "test", str(manifest), "--skill", str(skill),
         "--jobs", "2", "--json", str(written)],
        stdout=subprocess.PIPE, stderr=theirs, text=True, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    # ^ as in a terminal: a background shell has its children ignore the interrupt
    os.close(theirs)
    shown = ""
    while not re.search(r"[1-9]%", shown):
        shown += os.read(terminal, 4096).decode()
    os.killpg(process.pid, signal.SIGINT)  # as Ctrl+C does: to all processes of the terminal
    out, _ = process.communicate(timeout=240)
    shown += rest_of(terminal)
    assert process.returncode == 130
    assert "Traceback" not in shown
    told = re.search(r"interrupted: (\d+) of 100000 utterances were tested", shown)
    assert told is not None
    assert f"lamps: {told[1]} utterances" in out
    document = json.loads(written.read_text("utf-8"))
    assert (document["utterances"], document["planned"]) == (int(told[1]), 100_000)


def rest_of(terminal: int) -> str:
    """Return what is still to be read of a terminal whose other end is closed."""
    parts = []
    try:
        while data := os.read(terminal, 4096):
            parts.append(data.decode(errors="replace"))
    except OSError:  # Linux's way to say that nothing more comes
        pass
    os.close(terminal)
    return "".join(parts)


@pytest.fixture(scope="session")
def sample_rows(samples_folder: Path) -> list[Row]:
    """Return some of the shipped samples, with their labels."""
    document = yaml.safe_load((samples_folder / "sentences.yaml").read_text("utf-8"))
    entries = document["samples"] if isinstance(document, dict) else document
    names = ("causes.flac", "night_2_yes.flac", "stop.flac", "other_bins.flac", "doctor.flac")
    return [
        Row(
            f"samples:{number}",
            samples_folder / entry["file"],
            entry["text"],
            entry["intent"],
            entry.get("slots"),
            entry.get("state", "idle"),
        )
        for number, entry in enumerate(entries)
        if entry["file"] in names
    ]


@pytest.mark.model
def test_recordings_are_heard_the_same_by_one_and_by_two(
    model_folder: Path, sample_rows: list[Row]
) -> None:
    engines = Engines(None, None, model_folder)
    noise = sample_rows[0].audio
    assert noise is not None
    conditions = Conditions((noise,), (None, 10.0))
    one = list(run(conditions.rows(sample_rows), Examiner(engines), engines, 1))
    two = list(run(conditions.rows(sample_rows), Examiner(engines), engines, 2))
    assert len(one) == 2 * len(sample_rows)
    assert without_times(one) == without_times(two)
    for answer in one:
        assert "outcome" in answer
        assert answer["audio_seconds"] > 0
        assert 0 < answer["latency_seconds"] < answer["cost_seconds"]
    causes = next(a for a in one if "outcome" in a and a["text"] == "what causes these twitches")
    assert causes["outcome"] == "right"
    assert causes["words"] == 4
    assert {h["decoder"] for h in causes["hypotheses"]} >= {"domain", "open"}
