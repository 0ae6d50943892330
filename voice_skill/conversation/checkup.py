"""`doctor`: is everything there that a conversation needs, and what to do about what is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from voice_skill.audio import playback
from voice_skill.audio.levels import inspect
from voice_skill.audio.resample import resample
from voice_skill.audio.round_trip import hear_played, measure_round_trip
from voice_skill.audio.voice_activity import SileroVoiceActivity
from voice_skill.conversation.engines import make_recognizer, make_voice
from voice_skill.conversation.hearing import hear
from voice_skill.conversation.skills import make_understander
from voice_skill.domain.errors import VoiceSkillError
from voice_skill.domain.language import Skill
from voice_skill.files.places import checkout
from voice_skill.meaning import store
from voice_skill.speech import model_store

LISTEN_SECONDS = 4.0
"""How long the microphone is listened to; the first second or two may be empty."""

UNHEARD = "fine with headphones; else raise the speaker's volume or the microphone's level"

NOTHING_DBFS = -100.0
"""Under this there is not even noise: digital silence."""

QUIET_DBFS = -45.0
"""Somebody who speaks at the bedside is louder than this."""

Samples = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: whether it is well, what was seen, what to do if it is not.

    `needed`: without it there is no conversation at all.
    """

    name: str
    well: bool
    seen: str
    remedy: str = ""
    needed: bool = True


def check_up(
    skill: Skill, model_folder: Path, *, microphone: str | None, speaker: str | None
) -> Iterator[Finding]:
    """Look at one thing after the other; each finding comes as soon as it is known."""
    yield _attempt("model", lambda: _model(model_folder))
    yield _attempt("encoder", look_at_encoder)
    with ExitStack() as stack:
        spoken: list[Samples] = []
        yield _attempt("voice", lambda: _voice(skill, stack, spoken))
        yield _attempt("microphone", lambda: _microphone(microphone))
        yield _attempt("speaker", lambda: _speaker(spoken, speaker))
        yield _attempt(
            "round trip", lambda: _round_trip(skill, model_folder, spoken, microphone, speaker)
        )


def _attempt(name: str, look: Callable[[], Finding]) -> Finding:
    try:
        return look()
    except VoiceSkillError as error:
        return Finding(name, False, str(error), error.hint)


def _model(folder: Path) -> Finding:
    problems = model_store.verify(folder)
    if problems:
        return Finding("model", False, problems[0], f"run: {model_store.install_command(folder)}")
    return Finding("model", True, f"every file is as it should be, {folder}")


def look_at_encoder() -> Finding:
    """Hash the sentence encoder's files; without it everything works, but less well."""
    folder = store.default_folder(checkout())
    if problems := store.verify(folder):
        remedy = f"free wordings are understood less well; run: {store.INSTALL_COMMAND}"
        return Finding("encoder", False, problems[0], remedy, needed=False)
    return Finding("encoder", True, f"every file is as it should be, {folder}")


VOICE_RATE = 22_050
SENTENCE = "My ankle is twitching."
"""What is spoken for the round trip: a sentence the built-in skill knows."""


def _voice(skill: Skill, stack: ExitStack, spoken: list[Samples]) -> Finding:
    voice = make_voice(stack, skill.knowledge)
    samples = voice.render(SENTENCE)
    spoken.append(resample(samples, voice.sample_rate, VOICE_RATE))
    return Finding(
        "voice", True, f"speaks, {len(samples) / voice.sample_rate:.1f} s for a sentence"
    )


def _microphone(wanted: str | None) -> Finding:
    level = inspect(playback.record(LISTEN_SECONDS, wanted))
    seen = f"loudest {level.peak_dbfs:.0f} dBFS, average {level.rms_dbfs:.0f} dBFS"
    if level.peak_dbfs < NOTHING_DBFS:
        return Finding("microphone", False, seen, "it gives nothing: unmute it, or check the cable")
    if level.peak_dbfs < QUIET_DBFS:
        # A quiet room looks the same as a low level, so this is advice, not a fault.
        remedy = "quiet; if you spoke just now, raise its level in the sound settings"
        return Finding("microphone", True, seen, remedy)
    if level.clipped:
        return Finding("microphone", False, seen, "lower its level in the sound settings")
    return Finding("microphone", True, seen)


def _speaker(spoken: list[Samples], wanted: str | None) -> Finding:
    if not spoken:
        return Finding("speaker", False, "not tried: there is no voice", "mend the voice first")
    playback.play(spoken[0], VOICE_RATE, wanted)
    return Finding("speaker", True, f"played the sentence: {SENTENCE}")


def _round_trip(
    skill: Skill,
    model_folder: Path,
    spoken: list[Samples],
    microphone: str | None,
    speaker: str | None,
) -> Finding:
    model = model_store.require(model_folder)
    if not spoken:
        return Finding("round trip", False, "not tried: there is no voice", "mend the voice first")
    seconds = measure_round_trip(microphone, speaker)
    heard = hear_played(spoken[0], VOICE_RATE, microphone, speaker)
    if seconds is None or heard is None:
        return Finding("round trip", False, "did not hear its own sound", UNHEARD, needed=False)
    understander = make_understander(skill)
    recognizer = make_recognizer(model, skill, understander.templates)
    turn = hear(understander, skill.knowledge, recognizer, SileroVoiceActivity(), heard, "idle")
    words = next((h.text for h in turn.utterance.hypotheses if h.decoder == "open"), "")
    seen = f"{seconds * 1000:.0f} ms; heard its own voice as: {words or '(no words)'}"
    return Finding("round trip", bool(words), seen, "" if words else UNHEARD, needed=False)
