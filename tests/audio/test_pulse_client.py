"""A sound server dies while a piece of a recording is held: the library must not wait for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from virtual_sound import VirtualSound, skip_reason

from voice_skill.audio.pulse_client import settings

HOLDER = Path(__file__).with_name("hold_a_piece.py")


def written(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_the_users_own_settings_are_read_and_ours_comes_last(tmp_path: Path) -> None:
    system = written(tmp_path / "etc" / "client.conf")
    own = written(tmp_path / ".config" / "pulse" / "client.conf")
    second = written(tmp_path / ".config" / "pulse" / "client.conf.d" / "2.conf")
    first = written(tmp_path / ".config" / "pulse" / "client.conf.d" / "1.conf")
    assert settings({}, tmp_path, system).splitlines() == [
        f".include {own}",
        f".include {first}",
        f".include {second}",
        "enable-shm = no",
    ]


def test_where_the_user_has_none_the_systems_are_read(tmp_path: Path) -> None:
    system = written(tmp_path / "etc" / "client.conf")
    extra = written(tmp_path / "etc" / "client.conf.d" / "0.conf")
    lines = [f".include {system}", f".include {extra}", "enable-shm = no"]
    assert settings({}, tmp_path / "home", system).splitlines() == lines


def test_a_file_that_the_environment_names_is_read_alone(tmp_path: Path) -> None:
    named = written(tmp_path / "mine.conf")
    written(tmp_path / ".config" / "pulse" / "client.conf")
    text = settings({"PULSE_CLIENTCONFIG": str(named)}, tmp_path, tmp_path / "none")
    assert text.splitlines() == [f".include {named}", "enable-shm = no"]


def test_where_there_is_no_file_at_all_ours_stands_alone(tmp_path: Path) -> None:
    assert settings({}, tmp_path, tmp_path / "none") == "enable-shm = no\n"


@pytest.mark.devices
def test_the_library_reads_it_as_we_think(tmp_path: Path) -> None:
    """The user's default server, which is nowhere, is still the one that is asked."""
    if reason := skip_reason():
        pytest.skip(reason)
    nowhere = tmp_path / "nowhere"
    written(tmp_path / ".config" / "pulse" / "client.conf", f"default-server = unix:{nowhere}\n")
    ours = written(tmp_path / "ours.conf", settings({}, tmp_path, tmp_path / "none"))
    asked = subprocess.run(
        ["pactl", "info"],
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PULSE_CLIENTCONFIG": str(ours)},
        capture_output=True,
        text=True,
    )
    assert asked.returncode == 1
    assert "Connection refused" in asked.stderr


@pytest.mark.devices
def test_a_piece_that_is_held_when_the_server_dies_hangs_nothing(tmp_path: Path) -> None:
    if reason := skip_reason():
        pytest.skip(reason)
    with VirtualSound(tmp_path) as sound:
        holder = subprocess.Popen(
            [sys.executable, str(HOLDER)],
            env={**os.environ, **sound.environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert holder.stdout is not None
        assert holder.stdout.readline() == "holding\n"
        sound.stop_server()
        assert holder.communicate("the server is dead\n", timeout=60)[0] == "free\n"
