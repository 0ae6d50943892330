"""Makes what understands a skill; loads no speech engine."""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from voice_skill.domain.errors import ModelError, UsageError
from voice_skill.domain.knowledge import Knowledge
from voice_skill.domain.language import Skill
from voice_skill.files.places import cache_folder, checkout
from voice_skill.meaning import store
from voice_skill.meaning.encoder import SentenceEncoder
from voice_skill.meaning.phrase_vectors import KeepingEncoder
from voice_skill.understanding.decide import Understander
from voice_skill.understanding.encoding import Encoder

LOG = logging.getLogger(__name__)

Notify = Callable[[str], None]
"""Is told, in plain words, what the person should know before the first sentence."""


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


def make_understander(
    skill: Skill, notify: Notify = lambda text: None, *, letters: bool = False
) -> Understander:
    """Return what turns hypotheses of a skill into their meaning.

    `letters`: by letters and concepts alone, as where no sentence encoder is installed.

    `notify` is told where the sentence encoder cannot be used, and of work that is done once and
    takes a while.
    """
    LOG.info("skill %s: %d phrases", skill.name, len(skill.language.phrases))
    with without_collecting():
        return Understander(
            skill.language,
            skill.knowledge,
            cache_folder=cache_folder() / "understanding",
            encoder=None if letters else _encoder(notify),
        )


def _encoder(notify: Notify) -> Encoder | None:
    """Return the installed sentence encoder; None, and a word about it, where it is not well."""
    try:
        encoder = _opened(store.default_folder(checkout()))
    except ModelError as error:
        LOG.info("no sentence encoder: %s", error)
        notify(f"{error} Free wordings are understood less well without it. {error.hint}")
        return None
    return KeepingEncoder(encoder, cache_folder() / "phrases", notify)


@lru_cache(maxsize=1)
def _opened(folder: Path) -> SentenceEncoder:
    """Open the encoder once for all skills of the process: it takes 55 MB."""
    return store.open_encoder(folder)


INTENTS_ALONE = "use `voice-skill hear`, `ask` or `test` with it"


def knowledge_of(skill: Skill, hint: str = INTENTS_ALONE) -> Knowledge:
    """Return the skill's knowledge; UsageError for a folder of intents alone."""
    if skill.knowledge is None:
        raise UsageError(
            f"the skill {skill.name} holds intents alone: it understands, but has nothing to say",
            hint=hint,
        )
    return skill.knowledge
