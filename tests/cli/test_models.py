"""`model` with two models, and what a person is told where the sentence encoder is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from voice_skill.cli import main
from voice_skill.conversation import checkup, skills
from voice_skill.files import places

Capture = pytest.CaptureFixture[str]


def run(capture: Capture, *arguments: str) -> tuple[int, str, str]:
    code = main(arguments)
    out, err = capture.readouterr()
    assert "Traceback" not in err
    return code, out, err


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout without models; return its folder of models."""
    for module in (places, skills, checkup):
        monkeypatch.setattr(module, "checkout", lambda: tmp_path)
    return tmp_path / "models"


def test_path_prints_both_folders_or_the_one_asked_for(elsewhere: Path, capsys: Capture) -> None:
    speech, encoder = elsewhere / "vosk-model-small-en-us-0.15", elsewhere / "all-MiniLM-L6-v2-int8"
    assert run(capsys, "model", "path") == (0, f"{speech}\n{encoder}\n", "")
    assert run(capsys, "model", "path", "--only", "encoder") == (0, f"{encoder}\n", "")


def test_verify_calls_a_missing_encoder_a_fault_only_when_asked_for_it(
    elsewhere: Path, capsys: Capture
) -> None:
    code, _, err = run(capsys, "model", "verify", "--only", "encoder")
    assert code == 3
    assert "voice-skill model install --only encoder" in err


@pytest.mark.model
def test_verify_is_content_with_the_speech_model(
    elsewhere: Path, model_folder: Path, capsys: Capture
) -> None:
    code, out, err = run(capsys, "model", "verify", "--model", str(model_folder))
    assert code == 0
    assert out == f"Every file is as it should be: {model_folder}\n"
    assert "the sentence encoder is not there" in err


def test_verify_names_the_folder_that_was_looked_into(
    elsewhere: Path, tmp_path: Path, capsys: Capture
) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(f"model: {tmp_path}/mine\n")
    for chosen in (("--model", f"{tmp_path}/mine"), ("--config", str(config))):
        code, _, err = run(capsys, "model", "verify", *chosen)
        assert code == 3
        assert f"run: voice-skill model install --model {tmp_path}/mine\n" in err
    code, _, err = run(capsys, "model", "verify")
    assert err.endswith("run: voice-skill model install\n")


def test_verify_finds_a_damaged_encoder(elsewhere: Path, tmp_path: Path, capsys: Capture) -> None:
    (elsewhere / "all-MiniLM-L6-v2-int8").mkdir(parents=True)
    code, _, err = run(capsys, "model", "verify", "--only", "encoder")
    assert code == 3
    assert "missing or damaged" in err


def test_install_from_a_source_is_for_the_speech_model(
    elsewhere: Path, tmp_path: Path, capsys: Capture
) -> None:
    code, _, err = run(capsys, "model", "install", "--from", str(tmp_path / "nothing"))
    assert code == 3
    assert "speech" not in err.splitlines()[0]
    assert "encoder" not in err


def test_install_of_the_encoder_from_a_source_that_does_not_hold_it(
    elsewhere: Path, tmp_path: Path, capsys: Capture
) -> None:
    (tmp_path / "empty").mkdir()
    source = ("--only", "encoder", "--from", str(tmp_path / "empty"))
    code, _, err = run(capsys, "model", "install", *source)
    assert code == 3
    assert "does not hold the model" in err
    assert list(elsewhere.iterdir()) == []


# ------------------------------------------------------------------ without the encoder


def test_ask_works_without_the_encoder_and_says_so_once(elsewhere: Path, capsys: Capture) -> None:
    code, out, err = run(capsys, "ask", "my ankle keeps twitching")
    assert code == 0
    assert "report_symptom" in out
    (line,) = err.splitlines()
    assert "sentence encoder is not installed" in line
    assert "voice-skill model install --only encoder" in line


def test_quiet_says_nothing_of_it(elsewhere: Path, capsys: Capture) -> None:
    code, _, err = run(capsys, "ask", "--quiet", "my ankle keeps twitching")
    assert (code, err) == (0, "")


def test_test_says_so_once(elsewhere: Path, tmp_path: Path, capsys: Capture) -> None:
    manifest = tmp_path / "manifest.jsonl"
    manifest.write_text('{"text": "stop", "intent": "stop"}\n{"text": "yes", "intent": "yes"}\n')
    run(capsys, "test", str(manifest), "--text-only", "--quiet")
    _, _, err = run(capsys, "test", str(manifest), "--text-only")
    assert err.count("sentence encoder is not installed") == 1


def test_doctor_names_the_remedy(elsewhere: Path) -> None:
    finding = checkup.look_at_encoder()
    assert not finding.well
    assert not finding.needed
    assert "voice-skill model install --only encoder" in finding.remedy


@pytest.mark.encoder
def test_a_skill_is_understood_with_the_installed_encoder(capsys: Capture) -> None:
    if not (places.models_folder(places.checkout()) / "all-MiniLM-L6-v2-int8").is_dir():
        pytest.skip("no sentence encoder: voice-skill model install --only encoder")
    _, _, err = run(capsys, "ask", "my ankle keeps twitching")
    assert "encoder" not in err
