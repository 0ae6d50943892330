"""YAML files of a skill folder, read with the place of every value, checked, and made values."""

from __future__ import annotations

from voice_skill.content.checks import check
from voice_skill.content.config import Config, config_path, read_config
from voice_skill.content.nodes import Problem
from voice_skill.content.skill import default_folder, load

__all__ = ["Config", "Problem", "check", "config_path", "default_folder", "load", "read_config"]
