"""One turn from a recording: decode, understand, answer."""

from __future__ import annotations

import datetime
import time

import numpy as np
from numpy.typing import NDArray

from voice_skill.conversation.listener import BLOCK, SAMPLE_RATE, Recognizer, VoiceActivity
from voice_skill.conversation.turns import Turn, answer
from voice_skill.domain.knowledge import Knowledge
from voice_skill.domain.model import DialogueState, Hypothesis, Utterance
from voice_skill.understanding.decide import Understander

VOICED_BLOCKS = 3
"""A recording with fewer blocks of 32 ms that hold a voice is taken for silence or noise."""

VOICE = 0.5
"""Probability from which a block holds a voice."""


def hear(
    understander: Understander,
    knowledge: Knowledge | None,
    recognizer: Recognizer,
    voice_activity: VoiceActivity,
    samples: NDArray[np.int16],
    state: DialogueState,
    moment: datetime.datetime | None = None,
) -> Turn:
    """One turn from a recording: 16 kHz mono samples, taken as one utterance.

    `moment` is the local time at which it counts as said, if known.

    A recording without a voice is not decoded: there is nothing in it to be misunderstood.
    """
    began = time.process_time()
    hypotheses: tuple[Hypothesis, ...] = ()
    finishing = 0.0
    if holds_voice(voice_activity, samples):
        recognizer.use(state)
        for start in range(0, len(samples), SAMPLE_RATE // 4):
            recognizer.accept(samples[start : start + SAMPLE_RATE // 4])
        ended = time.process_time()
        hypotheses = recognizer.finish()
        finishing = time.process_time() - ended
    decoded = time.process_time() - began
    seconds = len(samples) / SAMPLE_RATE
    utterance = Utterance(hypotheses, state, 0.0, seconds, moment)
    understanding, reply, spent = answer(understander, knowledge, utterance)
    return Turn(utterance, understanding, reply, seconds, decoded, spent, finishing)


def holds_voice(voice_activity: VoiceActivity, samples: NDArray[np.int16]) -> bool:
    """Whether at least `VOICED_BLOCKS` blocks of the 16 kHz samples hold a voice."""
    voice_activity.reset()
    voiced = 0
    for start in range(0, len(samples), BLOCK):
        block = samples[start : start + BLOCK]
        if len(block) < BLOCK:
            block = np.pad(block, (0, BLOCK - len(block)))
        voiced += voice_activity.probability(block) >= VOICE
        if voiced >= VOICED_BLOCKS:
            return True
    return False
