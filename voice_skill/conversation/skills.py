"""Makes what understands a skill; loads no speech engine."""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import platformdirs

from voice_skill.domain.language import Skill
from voice_skill.understanding.decide import Understander

LOG = logging.getLogger(__name__)


def cache_folder() -> Path:
    """Folder for what can be made again: model overlays, rendered sentences."""
    return Path(platformdirs.user_cache_dir("voice-skill", appauthor=False))


@contextmanager
def without_collecting() -> Iterator[None]:
    """Hold back the garbage collector: loading makes many objects, and none of them is garbage."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def make_understander(skill: Skill) -> Understander:
    """Return what turns hypotheses of a skill into their meaning."""
    LOG.info("skill %s: %d phrases", skill.name, len(skill.language.phrases))
    with without_collecting():
        return Understander(
            skill.language, skill.knowledge, cache_folder=cache_folder() / "understanding"
        )
