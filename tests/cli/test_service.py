"""`install-service`: the unit it writes, and what it never does to a unit of the person's own."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_skill.cli import main
from voice_skill.cli.service import listen_options, program
from voice_skill.cli.service_unit import NAME, is_ours, quoted, unit
from voice_skill.domain.errors import UsageError


@pytest.fixture
def units(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of units of a person whose machine has no systemd."""
    config = tmp_path / "my config"
    monkeypatch.setenv("XDG_CONFIG_HOME", str(config))
    monkeypatch.setenv("PATH", str(tmp_path))
    return config / "systemd" / "user"


def exec_start(text: str) -> str:
    return next(line for line in text.splitlines() if line.startswith("ExecStart="))


@pytest.mark.model
@pytest.mark.usefixtures("model_folder")
def test_the_unit_is_written_for_its_owner_and_the_way_on_and_back_is_told(
    units: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["install-service", "--locale", "en-GB", "--wake", "required"]) == 0
    told = capsys.readouterr()
    path = units / NAME
    assert told.out == f"written: {path}\n"
    undo = f"{shlex.join(program())} install-service --remove\n"
    for word in ("enable --now", "journalctl --user", undo, "disable-linger", "no systemctl"):
        assert word in told.err
    text = path.read_text()
    assert exec_start(text).endswith(" listen --locale en-GB --wake required")
    assert exec_start(text).startswith("ExecStart=/")
    assert "Restart=on-failure" in text
    assert path.stat().st_mode & 0o777 == 0o600
    assert units.stat().st_mode & 0o777 == 0o700
    assert list(units.iterdir()) == [path]


def test_print_writes_nothing(units: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["install-service", "--print", "--quiet"]) == 0
    printed = capsys.readouterr().out
    assert is_ours(printed)
    assert exec_start(printed).endswith("listen --quiet")
    assert not units.exists()


def test_paths_are_made_absolute(
    units: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["install-service", "--print", "--skill", "my skill"]) == 0
    assert f'--skill "{tmp_path}/my skill"' in exec_start(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--no-such-option", "1"], "--no-such-option"),
        (["--wake", "sometimes"], "sometimes"),
        (["--wake", "key"], "a service has no keys"),
        (["extra"], "extra"),
        (["--remove", "--print"], "--remove takes no other"),
        (["--input-device", "a\nExecStart=/bin/sh"], "control character"),
    ],
)
def test_options_that_listen_does_not_take_are_refused(
    units: Path, capsys: pytest.CaptureFixture[str], words: list[str], expected: str
) -> None:
    assert main(["install-service", *words]) == 2
    assert expected in capsys.readouterr().err
    assert not units.exists()


@pytest.mark.parametrize(
    ("words", "code", "expected"),
    [
        (["--config", "missing.yaml"], 2, "missing.yaml"),
        (["--config", "wrong.yaml"], 2, "wrong.yaml:1:1: unknown key"),
        (["--config", "key.yaml"], 2, "--wake required"),
        (["--skill", "missing"], 2, "missing"),
        (["--skill", "wordless"], 2, "voice-skill hear"),
        (["--locale", "xx"], 2, "en-GB"),
        (["--model", "missing"], 3, "voice-skill model install --model"),
        (["--keep-audio", "key.yaml"], 2, "is a file, not a folder"),
        (["--keep-audio", "."], 2, "holds other files"),
    ],
)
@pytest.mark.model
@pytest.mark.usefixtures("model_folder")
def test_what_listen_would_refuse_at_its_start_is_not_installed(
    units: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    words: list[str],
    code: int,
    expected: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("wrong.yaml").write_text("lokale: en-GB\n")
    Path("key.yaml").write_text("wake: key\n")
    Path("wordless").mkdir()
    Path("wordless", "intents.yaml").write_text(
        "language: en\nintents:\n  light:\n    data:\n      - sentences: ['turn it on']\n"
    )
    assert main(["install-service", *words]) == code
    assert expected in capsys.readouterr().err
    assert not units.exists()


@pytest.mark.model
@pytest.mark.usefixtures("model_folder")
def test_a_service_that_hears_over_its_voice_needs_the_extra_for_that(
    units: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pywebrtc_audio", None)  # as if it were not installed
    assert main(["install-service", "--barge-in"]) == 2
    assert "pywebrtc-audio" in capsys.readouterr().err
    assert not units.exists()


@pytest.mark.model
@pytest.mark.usefixtures("model_folder")
def test_our_own_unit_is_replaced_and_a_changed_one_is_not(
    units: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["install-service"]) == 0
    assert main(["install-service"]) == 0
    assert "unchanged:" in capsys.readouterr().out
    assert main(["install-service", "--quiet"]) == 0
    assert "replaced:" in capsys.readouterr().out
    path = units / NAME
    changed = path.read_text() + "# mine\n"
    path.write_text(changed)
    assert main(["install-service"]) == 2
    told = capsys.readouterr()
    assert "changed by hand" in told.err
    assert "--replace" in told.err
    assert path.read_text() == changed
    assert main(["install-service", "--replace"]) == 0
    assert f"kept as {path}.old" in capsys.readouterr().out
    assert Path(f"{path}.old").read_text() == changed
    assert is_ours(path.read_text())


@pytest.mark.model
@pytest.mark.usefixtures("model_folder")
def test_remove_takes_all_away_but_what_was_changed(
    units: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["install-service", "--remove"]) == 0
    assert "there is no" in capsys.readouterr().out
    main(["install-service"])
    wanted = units / "default.target.wants" / NAME
    wanted.parent.mkdir()
    wanted.symlink_to(units / NAME)
    assert main(["install-service", "--remove"]) == 0
    assert not (units / NAME).exists()
    assert not wanted.is_symlink()
    told = capsys.readouterr().err
    assert "systemctl --user stop" in told
    assert "disable-linger" in told
    for _ in range(2):
        (units / NAME).write_text("[Service]\n# all my own\n")
        assert main(["install-service", "--remove"]) == 0
    assert len(list(units.glob("*.old*"))) == 2


@pytest.mark.model
@pytest.mark.usefixtures("model_folder")
def test_a_folder_that_cannot_be_written_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "systemd").write_text("a file where a folder should be")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert main(["install-service"]) == 1
    assert "--print" in capsys.readouterr().err


def test_a_path_of_listen_is_made_absolute_and_a_number_stays() -> None:
    assert listen_options(("--input-device", "3", "--output-device=usb")) == [
        *("--input-device", "3"),
        *("--output-device", "usb"),
    ]


def unquoted(word: str) -> str:
    """What systemd makes of a quoted word: the rules of systemd.service, read backwards."""
    plain = word[1:-1].replace("$$", "$").replace("%%", "%") if word[0] == '"' else word
    return plain.replace('\\"', '"').replace("\\\\", "\\")


@given(st.text(st.characters(exclude_categories=("C",), exclude_characters="\\"), min_size=1))
def test_a_quoted_word_comes_out_as_it_was(word: str) -> None:
    assert unquoted(quoted(word)) == word


def test_a_program_that_systemd_would_not_run_is_refused() -> None:
    with pytest.raises(UsageError, match="quotation mark"):
        unit(["/home/o'neill/voice-skill"])


@given(st.characters(categories=("Cc",)))
def test_no_line_break_gets_into_a_unit(control: str) -> None:
    with pytest.raises(UsageError):
        quoted(f"a{control}b")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
@pytest.mark.parametrize("name", ["plain", "my $own 100% program"])
def test_systemd_takes_the_unit(tmp_path: Path, name: str) -> None:
    program = tmp_path / name
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    path = tmp_path / NAME
    path.write_text(unit([str(program), "listen", "--input-device", 'usb "x" 100% $HOME']))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", str(path)],
        capture_output=True,
        text=True,
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
        check=False,
    )
    assert NAME not in done.stderr, done.stderr
