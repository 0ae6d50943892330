"""Tests one utterance after the other with engines that are made once, when first needed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from voice_skill.audio.files import read_recording
from voice_skill.audio.voice_activity import SileroVoiceActivity
from voice_skill.content import load
from voice_skill.conversation.engines import make_recognizer
from voice_skill.conversation.hearing import hear
from voice_skill.conversation.skills import Notify, make_understander, without_collecting
from voice_skill.conversation.turns import Turn, ask
from voice_skill.domain.errors import AudioError
from voice_skill.domain.language import Skill
from voice_skill.domain.model import Hypothesis, Utterance
from voice_skill.evaluation.conditions import Condition
from voice_skill.evaluation.outcome import result_of
from voice_skill.evaluation.results import Result, Unheard
from voice_skill.evaluation.rows import Row
from voice_skill.speech.profiles import LAPTOP, Profile
from voice_skill.speech.recognizer import VoskRecognizer
from voice_skill.understanding.decide import Understander

LONGEST_SECONDS = 60.0
"""A longer recording is a conversation, not an utterance."""

Task = tuple[Row, Condition]


@dataclass(frozen=True, slots=True)
class Engines:
    """Which engines to make: skill folder, locale, speech model and profile of the recogniser.

    `model` is None where only text is tested. `letters`: without the sentence encoder. `gate`: the
    recogniser hears what may matter under this gate, None: under the skill's own.
    """

    skill: Path | None
    locale: str | None
    model: Path | None
    profile: Profile = LAPTOP
    letters: bool = False
    gate: float | None = None


class Examiner:
    """Hears (or reads) rows. For one thread of one process only."""

    def __init__(self, engines: Engines, notify: Notify = lambda text: None) -> None:
        """Load nothing yet. `notify` is told what the person should know of the engines."""
        self._engines = engines
        self._notify = notify
        self._voice_activity = SileroVoiceActivity()

    @cached_property
    def skill(self) -> Skill:
        """The skill under test."""
        with without_collecting():
            return load(self._engines.skill, locale=self._engines.locale)

    @cached_property
    def understander(self) -> Understander:
        """What understands it."""
        understander = make_understander(self.skill, self._notify, letters=self._engines.letters)
        # So that the first utterance is not charged for what is loaded when it is first needed.
        understander.understand(Utterance((Hypothesis("a free wording", "text"),)))
        return understander

    @cached_property
    def _recognizer(self) -> VoskRecognizer:
        if self._engines.model is None:
            raise AudioError("text alone is tested", hint="leave out --text-only")
        return make_recognizer(
            self._engines.model,
            _with_gate(self.skill, self._engines.gate),
            self.understander.templates,
            profile=self._engines.profile,
            notify=self._notify,
        )

    def test(self, task: Task) -> Result | Unheard:
        """Test one row under one condition; `Unheard` for a recording that cannot be read."""
        row, condition = task
        turn = self.turn(task)
        if not isinstance(turn, Turn):
            return turn
        names = self.understander.templates.slot_names(row.intent or "")
        return result_of(row, turn, names, condition.entry())

    def turn(self, task: Task) -> Turn | Unheard:
        """Hear (or read) one row and understand it; `Unheard` where the recording cannot be read.

        What was heard before has no influence: decoders and voice activity begin afresh.
        """
        row, condition = task
        try:
            return self._turn(row, condition)
        except AudioError as error:
            audio = None if row.audio is None else str(row.audio)
            return Unheard(source=row.source, audio=audio, error=str(error), hint=error.hint)

    def _turn(self, row: Row, condition: Condition) -> Turn:
        if row.audio is None:
            return ask(self.understander, self.skill.knowledge, row.text, row.state)
        samples = condition.apply(read_recording(row.audio, limit_seconds=LONGEST_SECONDS))
        self._recognizer.begin_afresh()
        return hear(
            self.understander,
            self.skill.knowledge,
            self._recognizer,
            self._voice_activity,
            samples,
            row.state,
        )


def _with_gate(skill: Skill, gate: float | None) -> Skill:
    if gate is None:
        return skill
    thresholds = replace(skill.language.thresholds, gate=gate)
    return replace(skill, language=replace(skill.language, thresholds=thresholds))


def as_text(row: Row) -> Row:
    """Return the row without its recording."""
    return replace(row, audio=None)
