"""When the dialogue is to be told that its time is up. Immutable, so it can be taken back.

Times are seconds on the conversation's clock. A beat of a routine is counted from the last one; a
silence from the end of what was said last, not from its beginning.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from voice_skill.domain import dialogue
from voice_skill.domain.events import Event, TimerFired
from voice_skill.domain.knowledge import Knowledge

LATE_BEAT_SECONDS = 0.5
"""After a beat that comes later the next is counted from it: none are caught up in a burst."""


@dataclass(frozen=True, slots=True)
class Timers:
    """The deadlines: `phase` of the dialogue's phase, `routine` of the whole routine.

    `silence_counts`: the silence after what is being said is still to be counted.
    """

    phase: float | None = None
    routine: float | None = None
    silence_counts: bool = True

    @property
    def next(self) -> float | None:
        """The earlier of the two, or None."""
        return min((t for t in (self.phase, self.routine) if t is not None), default=None)

    def later(self, seconds: float) -> Timers:
        """Return them put off."""
        return replace(
            self,
            phase=None if self.phase is None else self.phase + seconds,
            routine=None if self.routine is None else self.routine + seconds,
        )

    def not_before(self, now: float) -> Timers:
        """Return them with nothing overdue."""
        return replace(self, phase=None if self.phase is None else max(self.phase, now))

    def after(
        self,
        knowledge: Knowledge,
        before: dialogue.State,
        event: Event,
        after: dialogue.State,
        now: float,
    ) -> Timers:
        """Return the timers after an event that led from one state to another."""
        timers, due = self, self.phase
        total = dialogue.routine_seconds(knowledge, after)
        if total is None:
            timers = replace(timers, routine=None)
        elif dialogue.routine_seconds(knowledge, before) is None:
            timers = replace(timers, routine=now + total)
        on_beat = dialogue.on_the_beat(after)
        if on_beat and after.phase != before.phase:
            seconds = dialogue.seconds_to_wait(knowledge, after)
            begin = now
            if due is not None and dialogue.continues_beat(before, after):
                begin = due if now - due < LATE_BEAT_SECONDS else now
            phase = None if seconds is None else begin + seconds
            return replace(timers, phase=phase, silence_counts=False)
        if not on_beat and (after.phase != before.phase or isinstance(event, TimerFired)):
            return replace(timers, phase=None, silence_counts=True)
        return timers

    def silent(
        self, knowledge: Knowledge, state: dialogue.State, now: float, *, speaking: bool
    ) -> Timers:
        """Return them with the silence counted from now on, unless the assistant is `speaking`."""
        if dialogue.on_the_beat(state):
            return self
        if speaking:
            return replace(self, phase=None, silence_counts=True)
        if not self.silence_counts:
            return self
        seconds = dialogue.seconds_to_wait(knowledge, state)
        phase = None if seconds is None else now + seconds
        return replace(self, phase=phase, silence_counts=False)
