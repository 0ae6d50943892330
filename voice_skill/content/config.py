"""The user's configuration file: what would otherwise be typed as an option every time."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import platformdirs

from voice_skill.content.nodes import Problem, Record, read_file
from voice_skill.domain.errors import ContentError

_KEYS = ("skill", "model", "locale", "input_device", "output_device", "volume", "profile")


PROFILES = ("laptop", "pi")
"""What the recogniser may cost: the names in `voice_skill.speech.profiles`."""


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of one user; None leaves the choice to the program.

    `skill` and `model` are folders; the devices are a name, a part of it, or a number as
    `voice-skill devices` lists them; `volume` is from 0 to 1; `profile` is one of PROFILES.
    """

    skill: Path | None = None
    model: Path | None = None
    locale: str | None = None
    input_device: str | None = None
    output_device: str | None = None
    volume: float = 1.0
    profile: str = "laptop"


def config_path() -> Path:
    """Return where the user's configuration file stands, whether or not there is one."""
    return platformdirs.user_config_path("voice-skill") / "config.yaml"


def read_config(path: Path | None = None) -> Config:
    """Read a configuration file; None is the user's own. A file that is missing sets nothing.

    A relative folder in it is meant from the file's own folder, `~` is the home folder.
    Raises ContentError with every problem.
    """
    path = path or config_path()
    problems: list[Problem] = []
    value = read_file(path, problems, may_miss=True)
    config = Config()
    if value is not None:
        config = _read(value.record("the configuration", [], _KEYS), path.parent)
    if problems:
        raise ContentError(
            f"the configuration file {path} cannot be used",
            problems=tuple(map(str, sorted(problems))),
            hint="Mend what is listed, or move the file away to do without it.",
        )
    return config


def _read(fields: Record, folder: Path) -> Config:
    return Config(
        skill=_folder(fields, "skill", folder),
        model=_folder(fields, "model", folder),
        locale=fields.text("locale") or None,
        input_device=fields.text("input_device") or None,
        output_device=fields.text("output_device") or None,
        volume=fields.number("volume", 1.0, 0, 1),
        profile=fields.choice("profile", PROFILES, "laptop"),
    )


def _folder(fields: Record, name: str, folder: Path) -> Path | None:
    text = fields.text(name)
    return folder / Path(text).expanduser() if text else None
