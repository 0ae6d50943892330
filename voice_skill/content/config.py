"""The user's configuration file: what would otherwise be typed as an option every time."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import platformdirs

from voice_skill.content.nodes import Problem, Record, read_file
from voice_skill.domain.attention import DEFAULT_POLICY, POLICIES, Policy
from voice_skill.domain.errors import ContentError
from voice_skill.domain.language import Skill
from voice_skill.domain.manner import NIGHT_MODES, USUAL_NIGHT, NightHours, NightMode

_KEYS = (
    "skill", "model", "locale", "input_device", "output_device", "volume", "profile", "wake",
    "night", "night_from", "night_to", "day_or_so_hours", "diary_nights",
)  # fmt: skip

_TIME_OF_DAY = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")

PROFILES = ("laptop", "pi")
"""What the recogniser may cost: the names in `voice_skill.speech.profiles`."""


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of one user; None leaves the choice to the program.

    `skill` and `model` are folders; the devices are a name, a part of it, or a number as
    `voice-skill devices` lists them; `volume` is from 0 to 1; `profile` is one of PROFILES, `wake`
    of `domain.attention.POLICIES`, `night` of `domain.manner.NIGHT_MODES`; `night_hours` is when it
    is night by the clock (`night_from: "22:00"`, `night_to: "07:00"`).
    `day_or_so_hours` and `diary_nights` are the day-or-so rule; None leaves that to the skill.
    """

    skill: Path | None = None
    model: Path | None = None
    locale: str | None = None
    input_device: str | None = None
    output_device: str | None = None
    volume: float = 1.0
    profile: str = "laptop"
    wake: Policy = DEFAULT_POLICY
    night: NightMode = "auto"
    night_hours: NightHours = USUAL_NIGHT
    day_or_so_hours: float | None = None
    diary_nights: int | None = None

    def applied_to(self, skill: Skill) -> Skill:
        """Return the skill with the user's own day-or-so rule, where they set one."""
        if skill.knowledge is None:
            return skill
        own = {"day_or_so_hours": self.day_or_so_hours, "diary_nights": self.diary_nights}
        given: dict[str, Any] = {name: value for name, value in own.items() if value is not None}
        return replace(skill, knowledge=replace(skill.knowledge, **given))


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
    nights = _given(fields, "diary_nights", 2, 365)
    return Config(
        skill=_folder(fields, "skill", folder),
        model=_folder(fields, "model", folder),
        locale=fields.text("locale") or None,
        input_device=fields.text("input_device") or None,
        output_device=fields.text("output_device") or None,
        volume=fields.number("volume", 1.0, 0, 1),
        profile=fields.choice("profile", PROFILES, "laptop"),
        wake=cast(Policy, fields.choice("wake", POLICIES, DEFAULT_POLICY)),
        night=cast(NightMode, fields.choice("night", NIGHT_MODES, "auto")),
        night_hours=NightHours(
            _minute(fields, "night_from", USUAL_NIGHT.begins),
            _minute(fields, "night_to", USUAL_NIGHT.ends),
        ),
        day_or_so_hours=_given(fields, "day_or_so_hours", 1, 1000),
        diary_nights=None if nights is None else round(nights),
    )


def _given(fields: Record, name: str, low: float, high: float) -> float | None:
    return None if fields.get(name) is None else fields.number(name, low, low, high)


def _minute(fields: Record, name: str, usual: int) -> int:
    """Read a time of day as minutes after midnight."""
    value = fields.get(name)
    if value is None:
        return usual
    match = _TIME_OF_DAY.fullmatch(value.text("a time of day"))
    if match is None:
        value.complain("expected a time of day from 00:00 to 23:59, such as 22:30")
        return usual
    return int(match[1]) * 60 + int(match[2])


def _folder(fields: Record, name: str, folder: Path) -> Path | None:
    text = fields.text(name)
    return folder / Path(text).expanduser() if text else None
