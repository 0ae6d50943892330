"""`voice-skill test` as a person types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import soundfile

from voice_skill.cli import main

Capture = pytest.CaptureFixture[str]

LAMPS = """\
language: en
skill: {name: lamps}
intents:
  turn_on:
    data: [{sentences: ["turn on [the] {lamp} lamp"]}]
  dim:
    data: [{sentences: ["dim [the] {lamp} lamp to {percent} percent"]}]
lists:
  lamp: {values: [desk, kitchen]}
  percent: {range: {from: 1, to: 100}}
"""

ROWS = (
    {"text": "turn on the desk lamp", "intent": "turn_on", "slots": {"lamp": "desk"},
     "tags": ["a"]},
    {"text": "dim the desk lamp to 50 percent", "intent": "dim",
     "slots": {"lamp": "desk", "percent": 60}},
    {"text": "the weather is fine", "intent": None, "tags": ["a", "b"]},
)  # fmt: skip

KEYS = {
    "utterances", "intent_accuracy", "intent_slot_accuracy", "acted_wrong", "asked_back", "refused",
    "out_of_scope_acted", "word_error_rate", "cost_per_second", "latency_p50", "latency_p95",
    "by_tag", "results", "right_after_question", "out_of_scope_asked", "intervals", "conditions",
    "confusions", "in_scope", "out_of_scope", "skill", "thresholds",
}  # fmt: skip


@pytest.fixture
def lamps(tmp_path: Path) -> Path:
    folder = tmp_path / "lamps"
    folder.mkdir()
    (folder / "lamps.yaml").write_text(LAMPS, "utf-8")
    return folder


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    path = tmp_path / "lamps.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in ROWS), "utf-8")
    return path


def run(capture: Capture, *arguments: object) -> tuple[int, str, str]:
    code = main(["test", *map(str, arguments)])
    out, err = capture.readouterr()
    assert "Traceback" not in err
    return code, out, err


class TestTable:
    def test_figures_tags_and_failures(self, lamps: Path, manifest: Path, capsys: Capture) -> None:
        code, out, _ = run(capsys, manifest, "--skill", lamps)
        assert code == 0
        assert out.startswith(
            "lamps: 3 utterances, of which 2 to be understood and 1 to be refused"
        )
        table = " ".join(out.split())
        assert "intent right 100.0 % 15.8 to 100.0 2 of 2" in table
        assert "intent and slots right 50.0 % 0.0 to 100.0 1 of 2" in table
        assert "lamps.jsonl:2: other slots" in out
        assert "wanted  dim lamp=desk percent=60" in out
        assert "got     dim lamp=desk percent=50 (1.00)" in out
        assert "why     " in out

    @pytest.mark.parametrize("columns", [72, 80, 120])
    def test_lines_fit_the_terminal(
        self, columns: int, lamps: Path, manifest: Path, capsys: Capture,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.chdir(manifest.parent)
        _, out, _ = run(capsys, manifest.name, "--skill", lamps)
        assert max(map(len, out.splitlines())) <= columns

    def test_failures_can_be_left_out(self, lamps: Path, manifest: Path, capsys: Capture) -> None:
        _, out, _ = run(capsys, manifest, "--skill", lamps, "--failures", 0)
        assert "failed" not in out

    def test_rows_are_chosen_by_tag(self, lamps: Path, manifest: Path, capsys: Capture) -> None:
        _, out, _ = run(capsys, manifest, "--skill", lamps, "--tag", "a", "--tag", "b")
        assert out.startswith("lamps: 1 utterance,")
        code, _, err = run(capsys, manifest, "--skill", lamps, "--tag", "c")
        assert code == 2
        assert "the tags are: a, b" in err

    def test_several_processes_say_the_same(
        self, lamps: Path, manifest: Path, capsys: Capture
    ) -> None:
        one = run(capsys, manifest, "--skill", lamps)
        assert run(capsys, manifest, "--skill", lamps, "--jobs", 2) == one

    def test_a_folder_labelled_by_its_templates_says_so(
        self, lamps: Path, tmp_path: Path, capsys: Capture
    ) -> None:
        recordings = tmp_path / "recordings"
        recordings.mkdir()
        for name in ("turn_on_the_desk_lamp.wav", "feed_the_cat.wav"):
            (recordings / name).touch()
        _, out, _ = run(capsys, recordings, "--skill", lamps, "--text-only")
        assert "2 of them carry no intent" in " ".join(out.split())
        assert "1 to be understood and 1 to be refused" in " ".join(out.split())


class TestFiles:
    def test_json_has_every_figure_and_row(
        self, lamps: Path, manifest: Path, tmp_path: Path, capsys: Capture
    ) -> None:
        path = tmp_path / "out.json"
        run(capsys, manifest, "--skill", lamps, "--json", path)
        document = json.loads(path.read_text("utf-8"))
        assert set(document) >= KEYS
        outcomes = [row["outcome"] for row in document["results"]]
        assert outcomes[:2] == ["right", "wrong_slots"]
        assert outcomes[2].endswith(("out_of_scope", "rightly"))
        assert document["results"][1]["source"] == "lamps.jsonl:2"
        assert path.stat().st_mode & 0o077 == 0

    def test_a_baseline_shows_what_changed(
        self, lamps: Path, manifest: Path, tmp_path: Path, capsys: Capture
    ) -> None:
        path = tmp_path / "old.json"
        run(capsys, manifest, "--skill", lamps, "--json", path)
        again = [manifest, "--skill", lamps, "--baseline", path, "--not-worse", 0]
        assert run(capsys, *again)[0] == 0
        worse = LAMPS.replace('"turn on [the] {lamp} lamp"', '"more light for the {lamp}"')
        (lamps / "lamps.yaml").write_text(worse, "utf-8")
        code, out, err = run(capsys, *again)
        assert code == 1
        assert "got worse: 1" in out
        assert "error: intent_accuracy got worse by 50.0%" in err

    def test_a_report_that_cannot_be_written_is_told_before_the_test(
        self, lamps: Path, manifest: Path, tmp_path: Path, capsys: Capture
    ) -> None:
        path = tmp_path / "nowhere" / "out.json"
        code, out, err = run(capsys, manifest, "--skill", lamps, "--json", path)
        assert (code, out) == (2, "")
        assert "there is no folder" in err


class TestLimits:
    def test_they_decide_the_exit_code(self, lamps: Path, manifest: Path, capsys: Capture) -> None:
        kept = ("--min-accuracy", 1, "--max-false-accepts", 0)
        assert run(capsys, manifest, "--skill", lamps, *kept)[0] == 0
        wrong = manifest.with_name("wrong.jsonl")
        wrong.write_text(manifest.read_text("utf-8").replace('"dim"', '"turn_on"'), "utf-8")
        code, _, err = run(capsys, wrong, "--skill", lamps, *kept)
        assert code == 1
        assert "error: 50.0% of intents are right, under the 100.0% wanted\n" in err


class TestMistakes:
    def test_a_bad_manifest_is_told_line_by_line(
        self, lamps: Path, tmp_path: Path, capsys: Capture
    ) -> None:
        path = tmp_path / "bad.jsonl"
        path.write_text('{"text": "x", "intent": "fly"}\n{"audio": "gone.wav"}\nno\n', "utf-8")
        code, out, err = run(capsys, path, "--skill", lamps)
        assert (code, out) == (2, "")
        lines = [line for line in err.splitlines() if "bad.jsonl" in line or "error" in line]
        assert [line.split(":")[1] for line in lines[:4]] == ["1", "2", "2", "3"]
        assert lines[4] == "error: what is to be tested cannot be read: 4 problems"

    @pytest.mark.parametrize(
        "options",
        [
            ["--snr", "12"],
            ["--noise", "x.wav"],
            ["--noise", "x.wav", "--snr", "loud"],
            ["--not-worse", "0.1"],
            ["--baseline", "gone.json"],
            ["--speed", "0"],
            ["--jobs", "0"],
            ["--min-accuracy", "80"],
        ],
    )
    def test_what_cannot_be_meant_is_refused(
        self, options: list[str], lamps: Path, manifest: Path, capsys: Capture
    ) -> None:
        code, _, err = run(capsys, manifest, "--skill", lamps, *options)
        assert code == 2
        assert err


@pytest.mark.model
@pytest.mark.usefixtures("model_folder")
def test_recordings_are_tested_under_conditions(
    samples_folder: Path, tmp_path: Path, capsys: Capture
) -> None:
    samples, rate = soundfile.read(samples_folder / "causes.flac", dtype="int16")
    soundfile.write(tmp_path / "what_causes_these_twitches.wav", samples, rate)
    noise = samples_folder / "goodnight.flac"
    path = tmp_path / "out.json"
    options = ("--noise", noise, "--snr", "clean,20", "--gain", "-3", "--json", path)
    code, out, _ = run(capsys, tmp_path, *options)
    assert code == 0
    assert "processor time" in out
    document = json.loads(path.read_text("utf-8"))
    assert document["utterances"] == 2
    assert document["results"][0]["outcome"] == "right"
    assert set(document["by_tag"]) == {"clean", "snr:20", "noise:goodnight", "gain:-3"}
    assert [c["snr"] for c in document["conditions"]] == [None, 20.0]
    assert document["word_error_rate"] is not None
