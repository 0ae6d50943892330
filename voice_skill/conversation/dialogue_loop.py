"""Joins the dialogue to the narrator and to time, without waiting for either.

Whoever runs it (`live`, `recorded`) tells it what happened and what time it is.
"""

from __future__ import annotations

from collections.abc import Callable

from voice_skill.conversation.narrator import Narrator
from voice_skill.conversation.transcript import AssistantSpoke, Entry, PersonSpoke, Remark
from voice_skill.domain import dialogue
from voice_skill.domain.errors import EngineError
from voice_skill.domain.events import (
    Action,
    Event,
    Goodbye,
    Heard,
    Prompt,
    PromptEnded,
    RoutineTimerFired,
    Say,
    SetVolume,
    Sleep,
    StopSpeaking,
    TimerFired,
)
from voice_skill.domain.model import DialogueState, Knowledge, Understanding, Utterance

PERSON_SPEAKS_RETRY_SECONDS = 0.5
"""A silence timer that comes due while the person is speaking is looked at again after this."""


class DialogueLoop:
    """One conversation. Times are seconds on the clock of whoever runs it.

    `understand` maps an utterance to its meaning, `log` takes what is to stand in a transcript.
    """

    def __init__(
        self,
        knowledge: Knowledge,
        understand: Callable[[Utterance], Understanding],
        narrator_of: Callable[[Callable[[Prompt], None], Callable[[EngineError], None]], Narrator],
        log: Callable[[Entry], None],
    ) -> None:
        """Begin in the dialogue's first state; `narrator_of` is given the two callbacks."""
        self._knowledge = knowledge
        self._understand = understand
        self._log = log
        self._now = 0.0
        self.narrator = narrator_of(self._prompt_begun, self._voice_failed)
        self.state = dialogue.start(knowledge)
        self.finished = False
        self.last_style = ""
        self._deadline: float | None = None
        self._silence_counts = True
        self._routine_deadline: float | None = None

    @property
    def listening_state(self) -> DialogueState:
        """Which sentences are legal now."""
        return dialogue.listening_state(self.state)

    @property
    def deadline(self) -> float | None:
        """The next moment at which `tick` has something to do, or None."""
        times = [t for t in (self._deadline, self._routine_deadline) if t is not None]
        return min(times, default=None)

    def hear(self, utterance: Utterance, now: float) -> Understanding:
        """Take in an utterance: understand it, log it, act on it."""
        understanding = self._understand(utterance)
        self._log(PersonSpoke(utterance.start, utterance.end, understanding))
        self.handle(Heard(understanding, utterance.start, utterance.end), now)
        return understanding

    def clip_ended(self, tag: object, now: float) -> None:
        """Take in a clip that the player has finished."""
        number = self.narrator.ended(tag)
        if number is not None:
            self.handle(PromptEnded(number), now)
            self._arm_silence(now)

    def tick(self, now: float, *, person_speaks: bool = False) -> None:
        """Fire what is due. A silence timer waits while the person speaks; a beat does not."""
        for number in self.narrator.ended_unspoken():
            self.handle(PromptEnded(number), now)
        if self._routine_deadline is not None and now >= self._routine_deadline:
            self._routine_deadline = None
            self.handle(RoutineTimerFired(), now)
        if self._deadline is None or now < self._deadline:
            return
        if person_speaks and not dialogue.on_the_beat(self.state):
            self._deadline = now + PERSON_SPEAKS_RETRY_SECONDS
            return
        self.handle(TimerFired(), now, person_speaks=person_speaks)

    def handle(self, event: Event, now: float, *, person_speaks: bool = False) -> None:
        """Let the dialogue answer an event, carry out its actions, set the timers."""
        self._now = now
        before, due = self.state, self._deadline
        self.state, actions = dialogue.handle(self._knowledge, before, event)
        for action in actions:
            self._carry_out(action, person_speaks)
        self._arm(before, event, due, now)

    def _carry_out(self, action: Action, person_speaks: bool) -> None:
        match action:
            case Say(prompt):
                self.narrator.say(prompt, person_speaks=person_speaks)
            case StopSpeaking():
                self.narrator.stop()
            case SetVolume(change):
                self.narrator.change_volume(change)
            case Goodbye():
                self.finished = True
            case Sleep():
                pass  # the phase says so itself; the listener asks `listening_state`

    def _arm(self, before: dialogue.State, event: Event, due: float | None, now: float) -> None:
        after = self.state
        total = dialogue.routine_seconds(self._knowledge, after)
        if total is None:
            self._routine_deadline = None
        elif dialogue.routine_seconds(self._knowledge, before) is None:
            self._routine_deadline = now + total
        on_beat = dialogue.on_the_beat(after)
        if on_beat and after.phase != before.phase:
            seconds = dialogue.seconds_to_wait(self._knowledge, after)
            begin = due if due is not None and dialogue.continues_beat(before, after) else now
            self._deadline = None if seconds is None else begin + seconds
            self._silence_counts = False
        elif not on_beat and (after.phase != before.phase or isinstance(event, TimerFired)):
            self._deadline, self._silence_counts = None, True
        self._arm_silence(now)

    def _arm_silence(self, now: float) -> None:
        # A silence is counted from the end of what was said last, not from its beginning.
        if dialogue.on_the_beat(self.state):
            return
        if self.narrator.busy:
            self._deadline, self._silence_counts = None, True
        elif self._silence_counts:
            seconds = dialogue.seconds_to_wait(self._knowledge, self.state)
            self._deadline = None if seconds is None else now + seconds
            self._silence_counts = False

    def _prompt_begun(self, prompt: Prompt) -> None:
        if prompt.style != "count":
            self.last_style = prompt.style
        self._log(AssistantSpoke(self._now, prompt))

    def remark(self, text: str, now: float) -> None:
        """Log what a bystander should know."""
        self._log(Remark(now, text))

    def _voice_failed(self, error: EngineError) -> None:
        self._log(Remark(self._now, f"no voice: {error}"))
