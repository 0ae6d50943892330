"""Makes what understands a skill; loads no speech engine."""

from __future__ import annotations

import logging
from pathlib import Path

import platformdirs

from voice_skill.domain.language import Skill
from voice_skill.understanding.decide import Understander

LOG = logging.getLogger(__name__)


def cache_folder() -> Path:
    """Folder for what can be made again: model overlays, rendered sentences."""
    return Path(platformdirs.user_cache_dir("voice-skill", appauthor=False))


def make_understander(skill: Skill) -> Understander:
    """Return what turns hypotheses of a skill into their meaning."""
    LOG.info("skill %s: %d phrases", skill.name, len(skill.language.phrases))
    return Understander(
        skill.language, skill.knowledge, cache_folder=cache_folder() / "understanding"
    )
