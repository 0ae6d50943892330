"""Makes the engines of a skill: recogniser and voice, and what the endpointer asks."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from voice_skill.conversation.adaptation import weighted_sentences
from voice_skill.conversation.endpointer import Completeness
from voice_skill.conversation.grammars import Notify, grammar_phrases, word_automaton
from voice_skill.conversation.skills import cache_folder
from voice_skill.domain.errors import ModelError
from voice_skill.domain.language import Skill
from voice_skill.domain.model import DialogueState, Knowledge
from voice_skill.domain.spoken import sentences_of
from voice_skill.speech.adapted_graph import adapted_graph
from voice_skill.speech.exact import ExactGrammar
from voice_skill.speech.overlay import GraphSource
from voice_skill.speech.profiles import LAPTOP, Profile
from voice_skill.speech.recognizer import VoskRecognizer
from voice_skill.speech.synthesizer import open_voice
from voice_skill.speech.voice_cache import CachedSynthesizer
from voice_skill.understanding.acceptor import TooManyStatesError
from voice_skill.understanding.legal import may_be_legal
from voice_skill.understanding.templates import Prefix, Templates

LOG = logging.getLogger(__name__)


def make_recognizer(
    model_folder: Path,
    skill: Skill,
    templates: Templates,
    *,
    open_decoder: bool = True,
    profile: Profile = LAPTOP,
    notify: Notify = lambda text: None,
) -> VoskRecognizer:
    """Return the recogniser of a skill; ModelError when the model cannot be loaded.

    `notify` is told of work that is done once and takes a while.
    """

    def tell(text: str) -> None:
        LOG.info("%s", text)
        notify(text)

    folder, overlays = cache_folder() / "grammars", cache_folder() / "overlays"
    phrases = grammar_phrases(skill, templates, folder)
    LOG.info("grammars of %s sentences", " + ".join(str(len(p)) for p in phrases.values()))
    exact = _exact_grammar(model_folder, skill, templates, folder, tell)

    def load(open_graph: GraphSource | None) -> VoskRecognizer:
        LOG.info("loading the speech model from %s, profile %s", model_folder, profile.name)
        return VoskRecognizer(
            model_folder,
            phrases,
            cache_folder=overlays,
            open_decoder=open_decoder,
            exact=exact,
            open_graph=open_graph,
            profile=profile,
        )

    if open_decoder:
        sentences = weighted_sentences(skill.language, phrases, templates.spellings)
        try:
            return load(adapted_graph(model_folder, sentences, overlays, notify=tell))
        except ModelError as error:
            LOG.warning("the speech model is not adapted to this skill: %s", error)
    return load(None)


def _exact_grammar(
    model_folder: Path, skill: Skill, templates: Templates, folder: Path, notify: Notify
) -> ExactGrammar | None:
    """Return what the exact decoder knows; None for templates that are too many for one."""
    try:
        automaton = word_automaton(skill, templates, model_folder, folder, notify)
    except TooManyStatesError as error:
        LOG.warning("no exact decoder: the templates need %s", error)
        return None
    arcs = sum(len(row) for row in automaton.arcs)
    LOG.info("exact grammar of %d states, %d arcs", len(automaton.arcs), arcs)
    limits = skill.language.thresholds
    return ExactGrammar(
        automaton,
        lambda hypotheses, state: may_be_legal(
            templates.spellings.heard_in(hypotheses), state, templates, limits.gate
        ),
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
    heard = templates.spellings.heard
    return lambda text, state: meaning[templates.prefix_state(heard(text), state)]
