"""Makes the engines of a skill: recogniser and voice, and what the endpointer asks."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from voice_skill.conversation.adaptation import weighted_sentences
from voice_skill.conversation.endpointer import Completeness
from voice_skill.conversation.grammars import (
    Grammars,
    Notify,
    grammar_phrases,
    word_automaton,
)
from voice_skill.conversation.listener import EARLY_INTENTS, EarlyIntent
from voice_skill.domain.errors import ModelError
from voice_skill.domain.knowledge import Knowledge
from voice_skill.domain.language import Skill
from voice_skill.domain.model import DialogueState, Hypothesis
from voice_skill.domain.own_sentences import impersonal_sentences
from voice_skill.files.places import cache_folder
from voice_skill.speech.adapted_graph import adapted_graph
from voice_skill.speech.exact import ExactGrammar
from voice_skill.speech.overlay import GraphSource, NotAdaptedError
from voice_skill.speech.profiles import LAPTOP, Profile
from voice_skill.speech.recognizer import VoskRecognizer
from voice_skill.speech.synthesizer import open_voice
from voice_skill.speech.voice_cache import CachedSynthesizer
from voice_skill.understanding.acceptor import TooManyStatesError
from voice_skill.understanding.endings import Endings
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
        except (ModelError, NotAdaptedError) as error:
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


def completeness(
    templates: Templates, sentences: Grammars | None = None
) -> Callable[[Sequence[Hypothesis], DialogueState], Completeness]:
    """Return what tells the endpointer whether a sentence can go on.

    `sentences`: the recogniser's phrases; with them a sentence that can go on only in words that
    change nothing is complete.
    """
    meaning = {
        Prefix.COMPLETE: Completeness.COMPLETE,
        Prefix.COMPLETE_OPEN: Completeness.OPEN,
        Prefix.PREFIX: Completeness.PREFIX,
        Prefix.ILLEGAL: Completeness.FREE,
    }
    endings = Endings(templates, sentences)
    return lambda partials, state: meaning[endings.so_far(partials, state)]


def legal_phrases(skill: Skill, templates: Templates) -> Grammars:
    """Return the sentences of the grammars, from the cache where the recogniser has put them."""
    return grammar_phrases(skill, templates, cache_folder() / "grammars")


def said_ahead(knowledge: Knowledge) -> list[str]:
    """Return what a live conversation renders while nothing else is to be done.

    The first is in no cache, so it starts the voice's engine: the first reply need not wait for it.
    """
    return ["Ready.", *sorted(impersonal_sentences(knowledge))]


def early_commands(templates: Templates) -> Callable[[str, DialogueState], EarlyIntent | None]:
    """Return what tells whether words are, as a whole, a legal way to say stop or pause."""

    def command(text: str, state: DialogueState) -> EarlyIntent | None:
        parses = templates.parse(templates.spellings.heard(text), state)
        intents = {parse.intent for parse in parses}
        return next((early for early in EARLY_INTENTS if intents == {early}), None)

    return command
