"""A recorded conversation from files: engines, microphone and dialogue joined, run to its end."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from voice_skill.audio.files import read_recording
from voice_skill.audio.player import Player
from voice_skill.audio.voice_activity import SileroVoiceActivity
from voice_skill.conversation.dialogue_loop import DialogueLoop
from voice_skill.conversation.engines import (
    completeness,
    early_commands,
    legal_phrases,
    make_recognizer,
    make_voice,
)
from voice_skill.conversation.listener import SAMPLE_RATE, Listener
from voice_skill.conversation.microphones import (
    RecordedMicrophone,
    RecordingMicrophone,
    ScenarioMicrophone,
)
from voice_skill.conversation.narrator import Narrator
from voice_skill.conversation.recorded import RecordedConversation
from voice_skill.conversation.scenario import read_scenario
from voice_skill.conversation.skills import Notify, knowledge_of, make_understander
from voice_skill.conversation.transcript import Entry
from voice_skill.domain.language import Skill
from voice_skill.domain.manner import Manner
from voice_skill.speech.profiles import LAPTOP, Profile

LONGEST_TURN_SECONDS = 60.0
"""Longest recording of a scenario's turn."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What came of a recorded conversation.

    `bystander`: both voices, 16 kHz mono; `seconds` of conversation took `spent_seconds`;
    `unspoken`: what the scenario's next turn waited for in vain, else empty.
    """

    bystander: NDArray[np.int16]
    seconds: float
    spent_seconds: float
    unspoken: str


def open_microphone(source: Path) -> RecordedMicrophone:
    """Return the microphone of a scenario (YAML) or of one recording."""
    if source.suffix.lower() in (".yaml", ".yml"):
        return ScenarioMicrophone(
            read_scenario(source),
            lambda path: read_recording(path, limit_seconds=LONGEST_TURN_SECONDS),
        )
    return RecordingMicrophone(read_recording(source, limit_seconds=None))


def rehearse(
    skill: Skill,
    model_folder: Path,
    source: Path,
    stack: ExitStack,
    *,
    log: Callable[[Entry], None],
    profile: Profile = LAPTOP,
    wall_time: Callable[[], datetime.datetime] | None = None,
    notify: Notify = lambda text: None,
    manner: Manner | None = None,
) -> Rehearsal:
    """Run a recorded conversation; every entry of its transcript goes to `log` as it happens.

    `wall_time()` is the local time at which it counts as held, if known. `notify` is told what the
    person should know before it begins. `manner`: how it speaks at first; no clock changes it, so
    that a recording brings the same at every hour.
    """
    knowledge = knowledge_of(skill)
    microphone = open_microphone(source)
    understander = make_understander(skill, notify)
    templates = understander.templates
    recognizer = make_recognizer(model_folder, skill, templates, profile=profile, notify=notify)
    player = Player(SAMPLE_RATE)
    voice = make_voice(stack, knowledge)
    loop = DialogueLoop(
        knowledge,
        understander.understand,
        lambda spoken, failed: Narrator(voice, player, spoken=spoken, failed=failed),
        log,
        wake=microphone.wake,
        manner=manner,
    )
    listener = Listener(
        recognizer,
        SileroVoiceActivity(),
        completeness(templates, legal_phrases(skill, templates)),
        early=early_commands(templates),
        wall_time=wall_time,
    )
    began = time.monotonic()
    outcome = RecordedConversation(loop, listener, player).run(microphone)
    spent = time.monotonic() - began
    return Rehearsal(outcome.bystander, outcome.seconds, spent, outcome.unspoken)
