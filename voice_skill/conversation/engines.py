"""Makes the engines of a skill: recogniser and voice, and what the endpointer asks."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from voice_skill.conversation.endpointer import Completeness
from voice_skill.conversation.grammars import grammar_phrases
from voice_skill.conversation.skills import cache_folder
from voice_skill.domain.language import Skill
from voice_skill.domain.model import DialogueState, Knowledge
from voice_skill.domain.spoken import sentences_of
from voice_skill.speech.recognizer import VoskRecognizer
from voice_skill.speech.synthesizer import open_voice
from voice_skill.speech.voice_cache import CachedSynthesizer
from voice_skill.understanding.templates import Prefix, Templates

LOG = logging.getLogger(__name__)


def make_recognizer(
    model_folder: Path, skill: Skill, templates: Templates, *, open_decoder: bool = True
) -> VoskRecognizer:
    """Return the recogniser of a skill; ModelError when the model cannot be loaded."""
    phrases = grammar_phrases(skill, templates, cache_folder() / "grammars")
    LOG.info("grammars of %s sentences", " + ".join(str(len(p)) for p in phrases.values()))
    LOG.info("loading the speech model from %s", model_folder)
    return VoskRecognizer(
        model_folder,
        phrases,
        cache_folder=cache_folder() / "overlays",
        open_decoder=open_decoder,
    )


def make_voice(stack: ExitStack, knowledge: Knowledge | None) -> CachedSynthesizer:
    """Return the voice: pyttsx3, espeak-ng where that fails, a cache before both."""
    keeps = impersonal_sentences(knowledge).__contains__ if knowledge else lambda sentence: False
    return stack.enter_context(open_voice(cache_folder() / "voice", keeps))


def impersonal_sentences(knowledge: Knowledge) -> frozenset[str]:
    """Return the sentences that may be kept on disk: they say nothing of who they were said to.

    Prompts and the steps of routines, word for word. Not what answers a symptom, a group or a
    warning sign: a kept file would tell that it was spoken here, and when.
    """
    steps = (step for routine in knowledge.routines.values() for step in routine.steps)
    texts = [text for step in steps for text in (*step.say, step.ask)]
    texts += [text for wordings in knowledge.prompts.values() for text in wordings]
    sentences = (sentence for text in texts for sentence in sentences_of(text))
    return frozenset(sentence for sentence in sentences if "{" not in sentence)


def completeness(templates: Templates) -> Callable[[str, DialogueState], Completeness]:
    """Return what tells the endpointer whether a sentence can go on."""
    meaning = {
        Prefix.COMPLETE: Completeness.COMPLETE,
        Prefix.COMPLETE_OPEN: Completeness.OPEN,
        Prefix.PREFIX: Completeness.PREFIX,
        Prefix.ILLEGAL: Completeness.PREFIX,
    }
    return lambda text, state: meaning[templates.prefix_state(text, state)]
