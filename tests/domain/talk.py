"""A conversation for tests: say something, let prompts end and timers fire, see what is said."""

from __future__ import annotations

from dataclasses import replace

from small_knowledge import KNOWLEDGE

from voice_skill.domain import dialogue
from voice_skill.domain.events import (
    Action,
    Event,
    Heard,
    Key,
    Prompt,
    PromptEnded,
    RoutineTimerFired,
    Say,
    TimerFired,
)
from voice_skill.domain.knowledge import Knowledge
from voice_skill.domain.model import Alarm, Answer, Candidate, Decision, Level, Slot, Understanding
from voice_skill.domain.phases import Holding, Instructing, Phase, State


def meaning(intent: str, *, screen: str | None = None, **slots: str | float) -> Understanding:
    """An utterance that was understood; with a screen, one that held an alarm word.

    A yes or no is a plain one.
    """
    found = tuple(Slot(name, value, str(value)) for name, value in slots.items())
    decision = Decision.CONFIRM if screen else Decision.ACT
    answer: Answer | None = "plain" if intent in ("yes", "no") else None
    return Understanding(decision, intent, found, 1.0, screen=screen, answer=answer)


def hedged(intent: str) -> Understanding:
    """A yes or no that is none when it matters: "not really", "why not"."""
    return replace(meaning(intent), answer=None, legal=True)


NOT_NOW = replace(meaning("no"), answer="refusal")


def alarm(rule_id: str, level: Level) -> Understanding:
    decision = Decision.URGENT if level >= Level.SAME_DAY else Decision.REJECT
    return Understanding(decision, alarm=Alarm(rule_id, level, ("sign",)))


def unsure(intent: str) -> Understanding:
    return Understanding(Decision.CONFIRM, intent, confidence=0.5)


def torn(first: str, second: str) -> Understanding:
    candidates = (Candidate(first, 0.5), Candidate(second, 0.48))
    return Understanding(Decision.CHOOSE, candidates=candidates)


NOISE = Understanding(Decision.REJECT)


class Talk:
    """Drives a dialogue and keeps what it did last."""

    def __init__(self, knowledge: Knowledge = KNOWLEDGE) -> None:
        self.knowledge = knowledge
        self.state: State = dialogue.start(knowledge)
        self.actions: tuple[Action, ...] = ()

    def _handle(self, event: Event) -> str:
        self.state, self.actions = dialogue.handle(self.knowledge, self.state, event)
        return self.said

    def say(self, intent: str | Understanding, **slots: str | float) -> str:
        """Say something; returns the reply as one text."""
        understanding = intent if isinstance(intent, Understanding) else meaning(intent, **slots)
        return self._handle(Heard(understanding))

    def key(self, name: str) -> str:
        return self._handle(Key(name))  # type: ignore[arg-type]

    def prompt_ends(self, number: int | None = None) -> str:
        return self._handle(PromptEnded(self.state.memory.number if number is None else number))

    def timer(self) -> str:
        return self._handle(TimerFired())

    def silence(self) -> str:
        """Let the question be spoken to its end, and nobody answer."""
        self.prompt_ends()
        return self.timer()

    def routine_timer(self) -> str:
        return self._handle(RoutineTimerFired())

    def start(self, routine: str, **symptom: str | float) -> str:
        """Come into a routine past its screening questions."""
        if symptom:
            self.say("report_symptom", **symptom)
        said = self.say("start_exercise", routine=routine)
        while not isinstance(self.phase, Instructing | Holding):
            said = self.say("no")
        return said

    def to_step(self, index: int) -> str:
        """Go on to a step of the routine, by its place."""
        said = self.said
        while self.phase.run.index < index:  # type: ignore[union-attr]
            said = self.say("next")
        return said

    def play(self) -> list[str]:
        """Let the routine run by itself up to its next question; returns all that is said."""
        said = []
        for _ in range(200):
            text = self.timer() if isinstance(self.phase, Holding) else self.prompt_ends()
            said.append(text)
            if not isinstance(self.phase, Instructing | Holding):
                return [text for text in said if text]
        raise AssertionError("the routine does not end")

    @property
    def phase(self) -> Phase:
        return self.state.phase

    @property
    def where(self) -> str:
        return type(self.state.phase).__name__

    @property
    def prompt(self) -> Prompt | None:
        return next((a.prompt for a in self.actions if isinstance(a, Say)), None)

    @property
    def said(self) -> str:
        return " ".join(self.prompt.sentences) if self.prompt else ""
