"""Joins the dialogue to the narrator and to time, without waiting for either.

Whoever runs it (`live`, `recorded`) tells it what happened and what time it is.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from voice_skill.conversation.diarist import Diarist
from voice_skill.conversation.joining import in_time, join, says_more
from voice_skill.conversation.last_turn import (
    LastTurn,
    can_be_taken_back,
    has_warned,
    is_talk,
    was_understood,
)
from voice_skill.conversation.listener import EarlyIntent
from voice_skill.conversation.narrator import Narrator
from voice_skill.conversation.timers import Timers
from voice_skill.conversation.transcript import AssistantSpoke, Entry, Ignored, PersonSpoke, Remark
from voice_skill.domain import dialogue
from voice_skill.domain.attention import Attention, Policy
from voice_skill.domain.earlier import ANOTHER_CONVERSATION_SECONDS
from voice_skill.domain.errors import EngineError
from voice_skill.domain.events import (
    Action,
    ChangeDiary,
    Earcon,
    EngineFailed,
    Event,
    Goodbye,
    Heard,
    LongSilence,
    NightChanged,
    NoteEpisode,
    Prompt,
    PromptEnded,
    RoutineTimerFired,
    Say,
    SetManner,
    Sleep,
    StopSpeaking,
    TimerFired,
)
from voice_skill.domain.knowledge import Knowledge
from voice_skill.domain.manner import Manner
from voice_skill.domain.model import DialogueState, Understanding, Utterance
from voice_skill.domain.phases import Asleep, Idle, Phase

CLOCK_SECONDS = 1.0
"""How often the clock on the wall is looked at."""

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
        *,
        wake: Policy | None = None,
        manner: Manner | None = None,
        is_night: Callable[[], bool] | None = None,
        diary: Diarist | None = None,
        keys: bool = True,
    ) -> None:
        """Begin in the dialogue's first state; `narrator_of` is given the two callbacks.

        `wake`: what opens attention while nothing is going on; None lets everything in. `manner`:
        how it speaks at first. `is_night()` is asked once a second whether the night's manner
        holds; without it nothing but a person changes the manner. Without `diary` none is kept.
        `keys`: whether there are any to press.
        """
        self._knowledge = knowledge
        self._understand = understand
        self._log = log
        self._now = 0.0
        self.narrator = narrator_of(self._prompt_begun, self._voice_failed)
        self.state = dialogue.start(knowledge, manner, keys=keys)
        self.narrator.take_on(self.manner)
        self._diary = diary
        self._is_night = is_night
        self._night_looked_at = -math.inf
        self._attention = Attention(wake, knowledge.follow_up_seconds)
        self.finished = False
        self.last_style = ""
        self._timers = Timers()
        self._turn: LastTurn | None = None
        self._heard_at = math.inf
        self.unheard = False
        """Nobody can hear what is said just now: there is no loudspeaker."""

    @property
    def listening_state(self) -> DialogueState:
        """Which sentences are legal now."""
        return dialogue.listening_state(self.state)

    @property
    def deadline(self) -> float | None:
        """The next moment at which `tick` has something to do, or None."""
        return self._timers.next

    @property
    def manner(self) -> Manner:
        """How it speaks and listens now."""
        return self.state.memory.manner

    @property
    def muted(self) -> bool:
        """Whether the microphone is off: then nothing may be heard."""
        return self.state.memory.muted

    def attentive(self, now: float) -> bool:
        """Whether whatever is said at the second `now` is for the assistant."""
        open_now = self._attention.is_open(self._phase_heard, now, speaking=self._speaking)
        return not self.muted and open_now

    @property
    def _phase_heard(self) -> Phase:
        """The phase as the person knows it: a question that nobody heard opens no attention."""
        phase = self.state.phase
        return Idle() if self.unheard and not isinstance(phase, Asleep) else phase

    @property
    def _speaking(self) -> bool:
        """Whether a reply is being heard, in whose gaps everything is for the assistant."""
        return self.narrator.busy and not self.unheard

    def hear(self, utterance: Utterance, now: float, *, over_speech: bool = False) -> Understanding:
        """Take in an utterance: understand it, log it, act on it, if it is for the assistant.

        One that goes on with what was said before a pause is joined to it and understood as a
        whole (joining.py); the dialogue then goes back to where it was before the first half.
        What was said over the assistant's own voice and not understood changes nothing.
        """
        self._read_diary(now)
        understanding = self._understand(utterance)
        whole = self._joined(utterance, understanding)
        if whole is not None:
            self._take_back(now)
            utterance, understanding = whole
        if over_speech and not was_understood(understanding):
            self._log(Ignored(utterance.start, utterance.end))
            return understanding
        self._turn = LastTurn(utterance, understanding, self.state, self._attention, self._timers)
        if not self._attention.admits(
            self._phase_heard, understanding, utterance.start, speaking=self._speaking
        ):
            self._log(Ignored(utterance.start, utterance.end))
            return understanding
        # Its second half may come when the reply, in whose gap it was let in, was stopped by it.
        until = max(self._attention.until, utterance.start)
        self._turn = replace(self._turn, attention=replace(self._attention, until=until))
        self._log(PersonSpoke(utterance.start, utterance.end, understanding))
        if is_talk(understanding):  # a television that nobody understands is no conversation
            self._begin_anew_after_hours(now)
            self._heard_at = now
        moment = self._diary.clock() if self._diary else None
        self.handle(Heard(understanding, utterance.start, utterance.end, moment), now)
        return understanding

    def _begin_anew_after_hours(self, now: float) -> None:
        """Let the dialogue know if nobody has talked for long, before what was heard just now.

        That is never taken back: what was heard is, down to here, for its second half may come. It
        was let in where the dialogue was then, so the whole is let in, too.
        """
        if now - self._heard_at < ANOTHER_CONVERSATION_SECONDS or self._turn is None:
            return
        heard = self._turn
        self.handle(LongSilence(), now)
        until = max(heard.attention.until, heard.utterance.start)
        attention = replace(heard.attention, until=until)
        self._turn = replace(heard, state=self.state, attention=attention, timers=self._timers)

    def _read_diary(self, now: float, *, again: bool = False) -> None:
        """Let the dialogue know what the diary holds, where that may have changed."""
        if self._diary is not None:
            for event in self._diary.look(again=again):
                self.handle(event, now)

    def _joined(
        self, utterance: Utterance, understanding: Understanding
    ) -> tuple[Utterance, Understanding] | None:
        """Return what was said before a pause and now as one, if that says more."""
        first = self._turn
        if first is None or not in_time(first.utterance, utterance, self.narrator.sentences_ended):
            return None
        whole = join(first.utterance, utterance)
        meant = self._understand(whole)
        denied = meant.slot("denies")
        if denied and denied != first.open_question:
            return None  # "no" to one question and "not numb" to the next are two answers
        return (whole, meant) if says_more(first.understanding, understanding, meant) else None

    def _take_back(self, now: float) -> None:
        """Be where the dialogue was before what was heard last; a reply to it is stopped.

        Prompts keep counting: the end of the reply that was stopped must not end the next one.
        """
        before, number = self._turn, self.state.memory.number
        if before is None:
            return
        if number != before.state.memory.number:
            self.narrator.stop()
        if self._diary is not None:
            self._diary.undo(before.state.memory.diary.current, self.state.memory.diary.current)
        memory = replace(before.state.memory, number=number)
        self.state = dialogue.State(before.state.phase, memory)
        self._attention = before.attention
        self._timers = before.timers.not_before(now)
        self._read_diary(now, again=True)

    def seems_said(self, command: EarlyIntent | None) -> None:
        """Take in the command that an utterance, still going on, seems to be: silence at once.

        What the utterance was is decided when it has ended; if it was none, speech goes on.
        """
        self.narrator.hush(on=command is not None)

    def clip_ended(self, tag: object, now: float) -> None:
        """Take in a clip that the player has finished."""
        number = self.narrator.ended(tag)
        if number is not None:
            self.handle(PromptEnded(number), now)
            self._count_silence(now)

    def tick(self, now: float, *, person_speaks: bool = False, silence_waits: bool = False) -> None:
        """Fire what is due. A silence timer waits while the person speaks; a beat does not.

        `silence_waits`: it is not known to be silence; somebody has talked for long, or what they
        said is still being worked on.
        """
        self._fire(now, person_speaks=person_speaks, silent=not (person_speaks or silence_waits))
        self.narrator.work(idle=not person_speaks)

    def _fire(self, now: float, *, person_speaks: bool, silent: bool) -> None:
        if self._diary is not None and not self._diary.looked:
            self._read_diary(now)
        self._look_at_the_clock(now)
        for number in self.narrator.ended_unspoken():
            self.handle(PromptEnded(number), now)
        if self._timers.routine is not None and now >= self._timers.routine:
            self._timers = replace(self._timers, routine=None)
            self.handle(RoutineTimerFired(), now)
        if self._timers.phase is None or now < self._timers.phase:
            return
        if not silent and not dialogue.on_the_beat(self.state):
            self._timers = replace(self._timers, phase=now + PERSON_SPEAKS_RETRY_SECONDS)
            return
        self.handle(TimerFired(), now, person_speaks=person_speaks)

    def stood_still(self, seconds: float, now: float) -> None:
        """The machine slept for so long: no timer is overdue, and a routine waits and says so."""
        self._timers = self._timers.later(seconds)
        self.handle(EngineFailed("computer"), now)

    def put_off_silence(self, now: float) -> None:
        """Nobody can be heard: that nothing is said is no answer, however long it lasts."""
        if not dialogue.on_the_beat(self.state):
            self._timers = replace(self._timers, phase=None, silence_counts=True)
            self._count_silence(now)

    def _look_at_the_clock(self, now: float) -> None:
        if self._is_night is None or now < self._night_looked_at + CLOCK_SECONDS:
            return
        self._night_looked_at = now
        night = self._is_night()
        if night != self.manner.night:
            self.handle(NightChanged(night), now)

    def handle(self, event: Event, now: float, *, person_speaks: bool = False) -> None:
        """Let the dialogue answer an event, carry out its actions, set the timers."""
        self._now = now
        before = self.state
        self.state, actions = dialogue.handle(self._knowledge, before, event)
        if not can_be_taken_back(event, actions) or has_warned(before, self.state):
            self._turn = None
        for action in actions:
            self._carry_out(action, person_speaks)
        self._attention = self._attention.after(event, now)
        self._timers = self._timers.after(self._knowledge, before, event, self.state, now)
        self._count_silence(now)
        self._prepare_next()
        for action in actions:
            if isinstance(action, NoteEpisode | ChangeDiary) and self._diary is not None:
                for result in self._diary.carry_out(action):
                    self.handle(result, now)

    def _prepare_next(self) -> None:
        """Have the routine's next words rendered before they are due."""
        if dialogue.progress(self._knowledge, self.state) is None:
            return
        on_beat = dialogue.on_the_beat(self.state)
        due = TimerFired() if on_beat else PromptEnded(self.state.memory.number)
        for action in dialogue.handle(self._knowledge, self.state, due)[1]:
            if isinstance(action, Say):
                self.narrator.prepare(action.prompt)

    def _carry_out(self, action: Action, person_speaks: bool) -> None:
        match action:
            case Say(prompt):
                self.narrator.say(prompt, person_speaks=person_speaks)
            case StopSpeaking():
                self.narrator.stop()
            case Earcon(kind):
                self.narrator.sound(kind)
                self._log(Remark(self._now, f"sound: {kind}"))
            case SetManner(manner):
                self.narrator.take_on(manner)
            case Goodbye():
                self.finished = True
            case NoteEpisode() | ChangeDiary():
                pass  # after the rest: what comes of it is another event
            case Sleep():
                pass  # the phase says so itself; the listener asks `listening_state`

    def _count_silence(self, now: float) -> None:
        speaking = self.narrator.busy
        self._timers = self._timers.silent(self._knowledge, self.state, now, speaking=speaking)

    def _prompt_begun(self, prompt: Prompt) -> None:
        if prompt.style != "count":
            self.last_style = prompt.style
        self._log(AssistantSpoke(self._now, prompt))

    def remark(self, text: str, now: float) -> None:
        """Log what a bystander should know."""
        self._log(Remark(now, text))

    def _voice_failed(self, error: EngineError) -> None:
        self._log(Remark(self._now, f"no voice: {error}"))
