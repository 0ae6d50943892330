"""The commands as a person types them: what they print, and what they exit with."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voice_skill.cli import COMMANDS, main
from voice_skill.content import Config

HOME_SKILL = Path(__file__).parents[1] / "skills" / "home"

Capture = pytest.CaptureFixture[str]


def run(capture: Capture, *arguments: str) -> tuple[int, str, str]:
    """Run a command; return exit code, standard output and standard error."""
    code = main(arguments)
    out, err = capture.readouterr()
    assert "Traceback" not in err
    return code, out, err


def tone(path: Path, seconds: float = 1.0, hertz: float = 0.0) -> Path:
    """Write a WAV file of a tone (0 Hz: silence)."""
    times = np.arange(int(seconds * 16_000)) / 16_000
    soundfile.write(path, 0.3 * np.sin(2 * np.pi * hertz * times), 16_000)
    return path


class TestEveryCommand:
    def test_version(self, capsys: Capture) -> None:
        from voice_skill import __version__

        assert run(capsys, "--version") == (0, f"voice-skill, version {__version__}\n", "")

    @pytest.mark.parametrize("name", [*COMMANDS, "model install", "model verify", "model path"])
    def test_help_has_an_example(self, name: str, capsys: Capture) -> None:
        code, out, _ = run(capsys, *name.split(), "--help")
        assert code == 0
        assert f"Example: voice-skill {name}" in out or "model path" in out
        for option in ("--skill", "--model", "--locale", "--profile", "--verbose", "--quiet"):
            assert option in out

    def test_listen_tells_what_is_usual(self, capsys: Capture) -> None:
        _, out, _ = run(capsys, "listen", "--help")
        told = " ".join(out.split())
        usual = Config()
        assert f"else {usual.wake}." in told
        assert f"else {usual.night}." in told
        begins, ends = usual.night_hours.begins, usual.night_hours.ends
        assert f"from {begins // 60:02}:{begins % 60:02} to {ends // 60:02}:{ends % 60:02}" in told

    def test_an_unknown_command_brings_a_suggestion(self, capsys: Capture) -> None:
        code, _, err = run(capsys, "lisen")
        assert code == 2
        assert "Did you mean 'listen'?" in err

    def test_an_unknown_option_brings_a_suggestion(self, capsys: Capture) -> None:
        code, _, err = run(capsys, "ask", "--explian", "hello")
        assert code == 2
        assert "--explain" in err

    def test_options_may_stand_before_the_command(self, capsys: Capture) -> None:
        before = run(capsys, "--locale", "en-GB", "ask", "my chest hurts")
        after = run(capsys, "ask", "--locale", "en-GB", "my chest hurts")
        assert before == after
        assert "nine nine nine" in before[1]


class TestAsk:
    def test_a_symptom_is_answered(self, capsys: Capture) -> None:
        code, out, _ = run(capsys, "ask", "my", "left", "ankle", "is", "twitching")
        assert code == 0
        assert "report_symptom" in out
        assert "side=left" in out
        assert "Doctor Anderson" in out

    def test_json_holds_one_turn(self, capsys: Capture) -> None:
        code, out, _ = run(capsys, "ask", "my left ankle is twitching", "--json")
        row = json.loads(out)
        assert code == 0
        assert row["decision"] == "act"
        assert row["intent"]["name"] == "report_symptom"
        assert row["slots"] == {"side": "left", "site": "ankle", "sensation": "twitch"}
        assert row["hypotheses"][0]["decoder"] == "text"
        assert row["reply"]

    def test_an_alarm_comes_before_everything(self, capsys: Capture) -> None:
        _, out, _ = run(capsys, "ask", "my ankle is twitching and my chest hurts", "--json")
        row = json.loads(out)
        assert row["decision"] == "urgent"
        assert row["alarm"]["level"] == "emergency_now"

    def test_explain_gives_reasons(self, capsys: Capture) -> None:
        _, out, _ = run(capsys, "ask", "--explain", "my ankle is twitching")
        assert "why" in out
        assert "legal report_symptom" in out

    def test_the_state_decides_what_is_legal(self, capsys: Capture) -> None:
        _, idle, _ = run(capsys, "ask", "--json", "slower")
        _, routine, _ = run(capsys, "ask", "--json", "--state", "routine", "slower")
        assert json.loads(idle)["decision"] != "act"
        assert json.loads(routine)["intent"]["name"] == "slower"

    def test_blank_text_is_refused(self, capsys: Capture) -> None:
        code, _, err = run(capsys, "ask", "  ")
        assert code == 2
        assert "hint: give a sentence" in err

    def test_no_recogniser_is_loaded(self) -> None:
        code = (
            "import sys; from voice_skill.cli import main; main(['ask', 'my ankle is twitching']);"
            "sys.exit('vosk' in sys.modules or 'sounddevice' in sys.modules)"
        )
        subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)


class TestConfiguration:
    def test_its_values_count_and_options_win(self, tmp_path: Path, capsys: Capture) -> None:
        path = tmp_path / "config.yaml"
        path.write_text("locale: en-NZ\n", "utf-8")
        _, configured, _ = run(capsys, "ask", "--config", str(path), "my chest hurts")
        arguments = ("ask", "--config", str(path), "--locale", "en-US", "my chest hurts")
        _, overruled, _ = run(capsys, *arguments)
        assert "one one one" in configured
        assert "nine one one" in overruled

    def test_a_mistake_is_told_with_its_place(self, tmp_path: Path, capsys: Capture) -> None:
        path = tmp_path / "config.yaml"
        path.write_text("locale: en-NZ\nvolumne: 0.5\n", "utf-8")
        code, _, err = run(capsys, "ask", "--config", str(path), "hello")
        assert code == 2
        assert f"{path}:2:1:" in err
        assert 'did you mean "volume"?' in err

    @pytest.mark.parametrize("command", [["ask", "stop"], ["devices"], ["install-service"]])
    def test_a_named_file_must_be_there(
        self, tmp_path: Path, capsys: Capture, command: list[str]
    ) -> None:
        missing = str(tmp_path / "confg.yaml")
        for arguments in ([*command, "--config", missing], ["--config", missing, *command]):
            code, out, err = run(capsys, *arguments)
            assert (code, out) == (2, "")
            assert missing in err.replace("\n", "")

    def test_an_unknown_locale_is_refused(self, capsys: Capture) -> None:
        code, _, err = run(capsys, "ask", "--locale", "en-XX", "hello")
        assert code == 2
        assert "en-GB" in err


class TestCheck:
    def test_a_clean_skill_has_no_problems(self, capsys: Capture) -> None:
        """The built-in one is checked by scripts/test itself."""
        assert run(capsys, "check", str(HOME_SKILL)) == (0, "", "no problems\n")

    def test_problems_are_listed_with_their_places(self, tmp_path: Path, capsys: Capture) -> None:
        bad = tmp_path / "lights.yaml"
        bad.write_text(
            "language: en\nintents:\n  light:\n    data:\n      - sentences: ['turn {oops} on']\n",
            "utf-8",
        )
        code, out, _ = run(capsys, "check", str(tmp_path))
        assert code == 1
        assert f"{bad}:5:" in out

    def test_broken_yaml_stops_nothing_but_itself(self, tmp_path: Path, capsys: Capture) -> None:
        (tmp_path / "a.yaml").write_text("intents: [unclosed\n", "utf-8")
        (tmp_path / "b.yaml").write_text("intentz: {}\n", "utf-8")
        code, out, _ = run(capsys, "check", str(tmp_path))
        assert code == 1
        assert "a.yaml:" in out
        assert "b.yaml:1:1:" in out

    def test_a_folder_that_is_not_there(self, tmp_path: Path, capsys: Capture) -> None:
        code, _, err = run(capsys, "check", str(tmp_path / "nowhere"))
        assert code == 2
        assert "hint:" in err


class TestModel:
    def test_path_prints_the_folder(self, tmp_path: Path, capsys: Capture) -> None:
        chosen = ("--only", "speech", "--model", str(tmp_path))
        assert run(capsys, "model", "path", *chosen) == (0, f"{tmp_path}\n", "")

    def test_no_model_is_exit_three_and_one_command(self, tmp_path: Path, capsys: Capture) -> None:
        missing = str(tmp_path / "nothing")
        for command in (["model", "verify"], ["hear", "x.wav"], ["converse", "x.yaml"]):
            code, _, err = run(capsys, *command, "--model", missing)
            assert code == 3
            assert "voice-skill model install" in err

    @pytest.mark.model
    def test_verify_finds_a_changed_file(
        self, model_folder: Path, tmp_path: Path, capsys: Capture
    ) -> None:
        copy = tmp_path / "model"
        for path in model_folder.rglob("*"):
            if path.is_file():
                target = copy / path.relative_to(model_folder)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.hardlink_to(path)
        assert run(capsys, "model", "verify", "--model", str(copy))[0] == 0
        changed = copy / "conf" / "model.conf"
        changed.unlink()
        changed.write_text("--max-active=1\n", "ascii")
        code, _, err = run(capsys, "model", "verify", "--model", str(copy))
        assert code == 3
        assert "model.conf" in err


@pytest.mark.model
@pytest.mark.usefixtures("model_folder")
class TestHear:
    def test_a_recording_is_understood_and_answered(
        self, samples_folder: Path, tmp_path: Path, capsys: Capture
    ) -> None:
        replies = tmp_path / "replies"
        name = str(samples_folder / "ankle_three_days.flac")
        code, out, _ = run(capsys, "hear", name, "--json", "--reply-dir", str(replies))
        row = json.loads(out)
        assert code == 0
        assert row["audio"] == name
        assert row["text"] == "my right ankle has been twitching for three days"
        assert row["intent"]["name"] == "report_symptom"
        assert row["slots"]["duration"] == 72
        assert {h["decoder"] for h in row["hypotheses"]} == {"exact", "domain", "open"}
        assert row["audio_seconds"] > 2
        reply = soundfile.info(replies / "ankle_three_days.reply.wav")
        assert reply.duration > 2

    def test_one_bad_file_does_not_stop_the_others(
        self, samples_folder: Path, tmp_path: Path, capsys: Capture
    ) -> None:
        text = tmp_path / "notes.wav"
        text.write_text("not audio at all", "ascii")
        good = str(samples_folder / "causes.flac")
        code, out, err = run(capsys, "hear", str(text), good, str(tmp_path / "gone.wav"), good)
        assert code == 1
        assert out.count("ask_causes") == 2
        assert "notes.wav" in err
        assert err.count("gone.wav") == 1
        assert err.count("notes.wav") == 1
        assert "2 of 4 files" in err

    def test_silence_is_heard_and_refused(self, tmp_path: Path, capsys: Capture) -> None:
        code, out, err = run(capsys, "hear", str(tone(tmp_path / "silence.wav")), "--json")
        row = json.loads(out)
        assert code == 0
        assert row["decision"] == "reject"
        assert row["hypotheses"] == []
        assert "silent" in err

    def test_a_tone_is_no_speech(self, tmp_path: Path, capsys: Capture) -> None:
        _, out, _ = run(capsys, "hear", str(tone(tmp_path / "hum.wav", 3, 120)), "--json")
        assert json.loads(out)["decision"] == "reject"

    def test_an_hour_belongs_to_converse(self, tmp_path: Path, capsys: Capture) -> None:
        code, _, err = run(capsys, "hear", str(tone(tmp_path / "long.wav", 61)))
        assert code == 1
        assert "voice-skill converse" in err

    def test_a_reply_folder_that_is_a_file(
        self, samples_folder: Path, tmp_path: Path, capsys: Capture
    ) -> None:
        taken = tmp_path / "taken"
        taken.touch()
        name = str(samples_folder / "causes.flac")
        code, _, err = run(capsys, "hear", name, "--reply-dir", str(taken))
        assert code == 2
        assert str(taken) in err
        assert "hint:" in err

    def test_a_folder_is_no_recording(self, tmp_path: Path, capsys: Capture) -> None:
        code, _, err = run(capsys, "hear", str(tmp_path))
        assert code == 1
        assert "hint:" in err

    def test_standard_input(
        self, samples_folder: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        body = (samples_folder / "source.flac").read_bytes()
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(body)))
        code, out, _ = run(capsys, "hear", "-", "--json")
        assert code == 0
        assert json.loads(out)["audio"] == "-"
        assert json.loads(out)["intent"]["name"] == "ask_source"

    def test_a_skill_of_intents_alone(
        self, samples_folder: Path, tmp_path: Path, capsys: Capture
    ) -> None:
        (tmp_path / "twitch.yaml").write_text(
            "language: en\n"
            "intents:\n"
            "  complain:\n"
            "    data: [{sentences: ['my {side} ankle has been twitching for three days']}]\n"
            "lists:\n"
            "  side: {values: [left, right]}\n",
            "utf-8",
        )
        name = str(samples_folder / "ankle_three_days.flac")
        code, out, _ = run(capsys, "hear", name, "--json", "--skill", str(tmp_path))
        row = json.loads(out)
        assert code == 0
        assert row["intent"]["name"] == "complain"
        assert row["slots"] == {"side": "right"}
        assert row["reply"] == ""
        code, _, err = run(capsys, "converse", name, "--skill", str(tmp_path))
        assert code == 2
        assert "voice-skill hear" in err
