"""Recordings of sentences with a pause inside: real recogniser and voice, virtual time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from voice_skill.audio.files import read_recording
from voice_skill.audio.player import Player
from voice_skill.audio.voice_activity import SileroVoiceActivity
from voice_skill.content import load
from voice_skill.conversation.dialogue_loop import DialogueLoop
from voice_skill.conversation.engines import (
    completeness,
    early_commands,
    legal_phrases,
    make_recognizer,
    make_voice,
)
from voice_skill.conversation.listener import SAMPLE_RATE, Listener
from voice_skill.conversation.microphones import Scene
from voice_skill.conversation.narrator import Narrator
from voice_skill.conversation.recorded import RecordedConversation
from voice_skill.conversation.skills import knowledge_of, make_understander
from voice_skill.conversation.transcript import Entry, PersonSpoke

pytestmark = pytest.mark.model

Samples = NDArray[np.int16]

AFTER_BEEN = 27_840
AFTER_TWITCHING = 34_800
"""Quiet samples of ankle_three_days.flac: my right ankle has been | twitching | for three days."""


@dataclass
class Room:
    """The engines, made once."""

    stack: ExitStack
    model_folder: Path

    def __post_init__(self) -> None:
        self.skill = load(None, locale=None)
        self.knowledge = knowledge_of(self.skill)
        self.understander = make_understander(self.skill)
        templates = self.understander.templates
        self.recognizer = make_recognizer(self.model_folder, self.skill, templates)
        self.voice = make_voice(self.stack, self.knowledge)
        self.completeness = completeness(templates, legal_phrases(self.skill, templates))
        self.early = early_commands(templates)

    def talk(self, person: Person) -> list[PersonSpoke]:
        """Hold a conversation; return what was understood, in order."""
        entries: list[Entry] = []
        player = person.player = Player(SAMPLE_RATE)
        loop = DialogueLoop(
            self.knowledge,
            self.understander.understand,
            lambda spoken, failed: Narrator(self.voice, player, spoken=spoken, failed=failed),
            entries.append,
        )
        listener = Listener(
            self.recognizer, SileroVoiceActivity(), self.completeness, early=self.early
        )
        person.loop = loop
        RecordedConversation(loop, listener, player).run(person)
        return [entry for entry in entries if isinstance(entry, PersonSpoke)]


class Person:
    """Says the first part; the second after `pause` seconds, or in the reply's first gap (None)."""

    wake = None
    waiting_for = ""
    player: Player
    loop: DialogueLoop

    def __init__(self, first: Samples, second: Samples, pause: float | None) -> None:
        self._sound = np.concatenate([quiet(0.5), first])
        if pause is not None:
            self._sound = np.concatenate([self._sound, quiet(pause), second])
        self._second = second if pause is None else None
        self._spoke = False
        self._rest = 3 * SAMPLE_RATE

    @property
    def exhausted(self) -> bool:
        return self._rest <= 0

    def pull(self, count: int, scene: Scene) -> Samples:
        audible = self.player.audible
        if self._second is not None and self._spoke and not audible:
            self._sound, self._second = np.concatenate([quiet(0.1), self._second]), None
        self._spoke |= audible
        part, self._sound = self._sound[:count], self._sound[count:]
        if not len(self._sound) and self._second is None:
            self._rest -= count
            self.loop.finished = self.exhausted
        return np.concatenate([part, quiet((count - len(part)) / SAMPLE_RATE)])


def quiet(seconds: float) -> Samples:
    count = round(seconds * SAMPLE_RATE)
    return np.random.default_rng(1).normal(0, 4, count).astype(np.int16)


@pytest.fixture(scope="module")
def room(model_folder: Path) -> Iterator[Room]:
    with ExitStack() as stack:
        yield Room(stack, model_folder)


@pytest.fixture(scope="module")
def ankle(samples_folder: Path) -> Samples:
    return read_recording(samples_folder / "ankle_three_days.flac", limit_seconds=60)


def slots(entry: PersonSpoke) -> dict[str, object]:
    return {slot.name: slot.value for slot in entry.understanding.slots}


WHOLE = {"site": "ankle", "side": "right", "sensation": "twitch", "duration": 72.0}


@pytest.mark.parametrize("pause", [0.6, 0.9, 1.2])
def test_after_the_beginning_of_a_sentence_its_end_is_waited_for(
    room: Room, ankle: Samples, pause: float
) -> None:
    (spoken,) = room.talk(Person(ankle[:AFTER_BEEN], ankle[AFTER_BEEN:], pause))
    assert slots(spoken) == WHOLE


def test_what_is_added_in_the_first_gap_of_the_reply_is_joined(room: Room, ankle: Samples) -> None:
    first, whole = room.talk(Person(ankle[:AFTER_TWITCHING], ankle[AFTER_TWITCHING:], None))
    assert "duration" not in slots(first)
    assert slots(whole) == WHOLE
    assert whole.start == first.start
