"""The user's configuration file."""

from __future__ import annotations

from pathlib import Path

import pytest

from voice_skill.content import Config, config_path, read_config
from voice_skill.content.config import PROFILES
from voice_skill.domain.attention import DEFAULT_POLICY
from voice_skill.domain.errors import ContentError
from voice_skill.domain.manner import NightHours
from voice_skill.speech import profiles


def test_it_stands_in_the_configuration_folder_of_the_user(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert config_path().parts[-2:] == ("voice-skill", "config.yaml")
    assert config_path().is_relative_to(tmp_path)
    assert read_config() == Config()


def test_a_missing_or_empty_file_sets_nothing(tmp_path: Path) -> None:
    assert read_config(tmp_path / "config.yaml") == Config()
    (tmp_path / "config.yaml").write_text("# nothing yet\n")
    assert read_config(tmp_path / "config.yaml") == Config()


def test_all_of_it(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(
        "skill: my-skill\nmodel: /opt/model\nlocale: en-NZ\n"
        "input_device: USB\noutput_device: 3\nvolume: 0.5\n"
        "profile: pi\nwake: key\n"
    )
    assert read_config(path) == Config(
        skill=tmp_path / "my-skill",
        model=Path("/opt/model"),
        locale="en-NZ",
        input_device="USB",
        output_device="3",
        volume=0.5,
        profile="pi",
        wake="key",
    )


def test_the_home_folder(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("skill: ~/skill\n")
    assert read_config(path).skill == Path.home() / "skill"


def test_all_problems_at_once_with_their_places(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("volume: 11\nlocal: en\nskill: [a]\n")
    with pytest.raises(ContentError) as caught:
        read_config(path)
    assert str(caught.value) == f"the configuration file {path} cannot be used"
    assert caught.value.problems == (
        f"{path}:1:9: expected a number from 0 to 1, found 11",
        f'{path}:2:1: unknown key "local" in the configuration; did you mean "locale"?',
        f"{path}:3:8: expected text, found a list",
    )
    assert "Mend" in caught.value.hint


def test_a_folder_in_its_place(tmp_path: Path) -> None:
    with pytest.raises(ContentError) as caught:
        read_config(tmp_path)
    assert caught.value.problems == (f"{tmp_path}:1:1: cannot be read: Is a directory",)


def test_the_profiles_are_those_of_the_recogniser(tmp_path: Path) -> None:
    assert set(PROFILES) == set(profiles.PROFILES)
    path = tmp_path / "config.yaml"
    path.write_text("profile: watch\n")
    with pytest.raises(ContentError):
        read_config(path)


def test_when_it_is_night(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("night: auto\nnight_from: 21:30\nnight_to: '6:05'\n")  # with quotes or without
    config = read_config(path)
    assert config.night == "auto"
    assert config.night_hours == NightHours(21 * 60 + 30, 6 * 60 + 5)
    assert Config().night_hours == NightHours(22 * 60, 7 * 60)


@pytest.mark.parametrize("time", ["24:00", "7", "7:60", "half past ten", "21:30:00"])
def test_a_time_of_day_that_is_none(tmp_path: Path, time: str) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(f"night_to: '{time}'\n")
    with pytest.raises(ContentError) as caught:
        read_config(path)
    assert caught.value.problems == (
        f"{path}:1:11: expected a time of day from 00:00 to 23:59, such as 22:30",
    )


def test_what_opens_attention_is_one_of_the_policies(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("wake: clap\n")
    with pytest.raises(ContentError) as caught:
        read_config(path)
    assert "expected one of required, direct, key" in caught.value.problems[0]
    assert Config().wake == DEFAULT_POLICY
