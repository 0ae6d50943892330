"""The small moves of a dialogue: word a prompt, say it, ask a question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from voice_skill.domain.events import Action, Prompt, Say
from voice_skill.domain.knowledge import Knowledge
from voice_skill.domain.phases import Memory, Phase, Question, State
from voice_skill.domain.spoken import filled, sentences_of

Turn = tuple[State, tuple[Action, ...]]
"""The next state, and what to do now."""

Style = Literal["answer", "question", "instruction", "count", "urgent", "soft"]

SENTENCE_LIMIT = 3
"""Sentences said before a question or silence (wording rule W01)."""


PROMPTS_REMEMBERED = 40
"""How many prompts back nothing is worded or told the same way, counts and instructions aside."""


def spoken_names(knowledge: Knowledge, **names: str) -> dict[str, str]:
    """Return the values of placeholders: those of the locale and the given ones."""
    locale = knowledge.locale
    return {
        "emergency_spoken": locale.emergency_spoken,
        "urgent": locale.urgent,
        "provider": locale.provider,
        **names,
    }


def worded(knowledge: Knowledge, memory: Memory, prompt_id: str, **names: str) -> tuple[str, ...]:
    """Return the sentences of a prompt.

    Of several wordings one is taken that was not heard lately, else the one heard longest ago; the
    prompt's number picks where to begin, so that a replay says the same. In the night a shorter one
    is taken, where the content has it. KeyError: the content lacks the prompt.
    """
    wordings = knowledge.prompts[prompt_id]
    if memory.manner.hushed:
        wordings = knowledge.night_prompts.get(prompt_id, wordings)
    values = spoken_names(knowledge, **names)
    turned = (wordings[(memory.number + shift) % len(wordings)] for shift in range(len(wordings)))
    worded = [tuple(filled(part, values) for part in sentences_of(text)) for text in turned]
    return min(worded, key=lambda sentences: _last_said(memory, sentences))


def _last_said(memory: Memory, sentences: tuple[str, ...]) -> int:
    """Return the place of the last prompt that held all of these sentences, from 1; 0 for none."""
    said = memory.said
    places = (place for place in range(len(said), 0, -1) if set(sentences) <= set(said[place - 1]))
    return next(places, 0)


def phrase(knowledge: Knowledge, prompt_id: str) -> str:
    """Return a prompt that is part of a sentence (`your left foot`), as it is written."""
    return knowledge.prompts[prompt_id][0]


def stated(knowledge: Knowledge, sentences: tuple[str, ...], **names: str) -> tuple[str, ...]:
    """Return sentences of the content with their placeholders filled."""
    values = spoken_names(knowledge, **names)
    return tuple(filled(sentence, values) for text in sentences for sentence in sentences_of(text))


def to(state: State, phase: Phase, *actions: Action) -> Turn:
    """Go to a phase without a word."""
    return State(phase, state.memory), actions


def speak(
    state: State,
    phase: Phase,
    sentences: tuple[str, ...],
    style: Style = "answer",
    *actions: Action,
) -> Turn:
    """Go to a phase and say something; counts are not kept for `repeat`."""
    if not sentences:
        return to(state, phase, *actions)
    number = state.memory.number + 1
    prompt = Prompt(number, sentences, style)
    last = state.memory.last if style == "count" else prompt
    said = state.memory.said
    if style not in ("count", "instruction"):
        said = (*said, sentences)[-PROMPTS_REMEMBERED:]
    memory = replace(state.memory, number=number, last=last, said=said)
    return State(phase, memory), (*actions, Say(prompt))


def ask(
    state: State,
    phase: Callable[[Question], Phase],
    question: tuple[str, ...],
    before: tuple[str, ...] = (),
    *actions: Action,
    tries: int = 1,
) -> Turn:
    """Go to a phase with an open question, with other sentences before it."""
    return speak(
        state, phase(Question(question, tries)), (*before, *question), "question", *actions
    )


def preceded(turn: Turn, sentences: tuple[str, ...], *, followed: bool = False) -> Turn:
    """Return the turn with other sentences said before whatever it says; shortened at night.

    `followed`: somebody does what it says, so nothing is cut from it; nor from an instruction.
    """
    state, actions = turn
    said = next((action for action in actions if isinstance(action, Say)), None)
    if said is None:
        return speak(state, state.phase, sentences, "answer", *actions)
    reply = said.prompt.sentences
    if state.memory.manner.hushed:
        followed = followed or said.prompt.style == "instruction"
        sentences, reply = _in_short(sentences, said.prompt, followed)
    prompt = replace(said.prompt, sentences=(*sentences, *reply))
    heard = state.memory.said
    if heard[-1:] == (said.prompt.sentences,):
        heard = (*heard[:-1], reply)  # what was left out was not said, and may be told yet
    memory = replace(state.memory, last=prompt, said=(*heard, sentences)[-PROMPTS_REMEMBERED:])
    actions = tuple(Say(prompt) if action is said else action for action in actions)
    return State(state.phase, memory), actions


def _in_short(
    sentences: tuple[str, ...], reply: Prompt, followed: bool
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what is said first and the reply, as few sentences together as W01 allows.

    Of an answer the beginning is left, of a question the question; what is `followed` is whole.
    """
    if followed:
        return sentences[: max(1, SENTENCE_LIMIT - len(reply.sentences))], reply.sentences
    room = max(1, SENTENCE_LIMIT - len(sentences))
    asked = reply.style == "question"
    return sentences, reply.sentences[-room:] if asked else reply.sentences[:room]


def remember(state: State, **changes: object) -> State:
    """Return the state with changes to its memory."""
    return State(state.phase, replace(state.memory, **changes))  # type: ignore[arg-type]
