"""The figures of barge-in: hits, time to silence, false pauses, in a simulated room.

A person says "stop" over the assistant's voice, at stated levels against its echo; then the
assistant speaks alone. Everything but the sound card is the program's own, in virtual time:
scripts/tool barge_in
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import bench
import numpy as np
import people
import voices
from numpy.typing import NDArray

sys.path.insert(0, str(bench.ROOT / "tests"))

from interrupted import Interrupted
from simulated_room import RATE, Echo, at_level

from voice_skill.audio.echo_reference import make_echo_filter
from voice_skill.audio.files import read_recording
from voice_skill.content import load
from voice_skill.conversation.engines import make_recognizer, make_voice
from voice_skill.conversation.skills import make_understander
from voice_skill.domain.own_sentences import own_sentences

Samples = NDArray[np.int16]

SPEAKERS = (
    *("espeak-us", "espeak-gb", "espeak-us-f3", "flite-rms", "flite-slt", "flite-awb"),
    *("festival-slt", "piper-joe"),
)
RATIOS = (10, 0, -6)
CONDITIONS = {
    "room": Echo(),
    "drift": Echo(drift=1e-4),
    "hard": Echo(drift=1e-4, clip_share=0.6, direct_db=0.0, reverberation_seconds=0.5),
    "loud": Echo(dbfs=-16.0, drift=2e-5, clip_share=0.8),
    "measured": Echo(drift=2e-5),
}
"""`measured`: the room's impulse response is the recorded one."""

LATENCY_SECONDS = 0.09
"""From the player to the ear: silence is heard so much later."""

AFTER_SECONDS = 2.0
ONSET_SECONDS = 0.3  # of near-silence before the word in a rendered clip
TAIL_SECONDS = 0.5
SILENT = 60  # samples: the player's fade has ended
SILENCE_BLOCKS = 6


@dataclass
class Trials:
    """What came of the attempts of one kind."""

    stood_still: int = 0
    understood: int = 0
    otherwise: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    count: int = 0


class Bedroom:
    """The engines, loaded once, and conversations made of them."""

    def __init__(self, stack: ExitStack) -> None:
        """Load skill, recogniser and voice; `stack` ends the voice."""
        self.skill = load(None, locale="en-US")
        self._understander = make_understander(self.skill)
        self._recognizer = make_recognizer(
            bench.ROOT / "models" / "vosk-model-small-en-us-0.15",
            self.skill,
            self._understander.templates,
        )
        self._voice = make_voice(stack, self.skill.knowledge)
        self.sentences = [s for s in own_sentences(self.skill.knowledge) if len(s.split()) > 6]

    def conversation(self, condition: str) -> Interrupted:
        """Return a new conversation in a room of this condition."""
        response = None
        if condition == "measured":
            people.require("rir")
            response = room_of(people.RECORDINGS / "rir" / "rir_clap_seminar_room.wav")
        return Interrupted(
            self.skill,
            self._understander,
            self._recognizer,
            self._voice,
            CONDITIONS[condition],
            response=response,
        )

    def some(self, random: np.random.Generator) -> list[str]:
        """Return a dozen of the assistant's own sentences."""
        return [str(sentence) for sentence in random.permutation(self.sentences)[:12]]


def room_of(path: Path) -> NDArray[np.float64]:
    """Return a recorded impulse response from its direct sound on, half a second of it."""
    recorded = read_recording(path).astype(np.float64)
    direct = int(np.argmax(np.abs(recorded)))
    return recorded[direct : direct + RATE // 2] / np.abs(recorded[direct])


def in_mid_sentence(bedroom: Bedroom, room: Interrupted, random: np.random.Generator) -> None:
    """Let time go by until the assistant has been speaking for 0.2 to 1.5 s."""
    blocks, wanted = 0, int(random.integers(10, 75))
    while blocks < wanted or not room.knows_the_room:
        if not room.speaking:
            room.tell(bedroom.some(random))
        room.tick()
        blocks = blocks + 1 if room.player.audible else 0


def attempt(room: Interrupted, word: Samples, trials: Trials) -> None:
    """Say the word now, and note what came of it."""
    room.forgive()
    turns, pauses = len(room.noted.turns), len(room.noted.pauses)
    began = room.now
    played = room.say(word)
    played += [room.tick() for _ in range(round(AFTER_SECONDS * 50))]
    trials.count += 1
    trials.stood_still += len(room.noted.pauses) > pauses
    intents = [str(turn.understanding.intent) for turn in room.noted.turns[turns:]]
    if "stop" in intents:
        trials.understood += 1
    trials.otherwise += [intent for intent in intents if intent != "stop"]
    if len(room.noted.pauses) > pauses:
        silent = first_silence(played, round(ONSET_SECONDS * 50))
        end = len(word) / RATE - TAIL_SECONDS
        trials.seconds.append(silent * 0.02 + LATENCY_SECONDS - end)
    assert room.now > began


def first_silence(played: list[Samples], start: int) -> int:
    """Return the block from which on nothing is played for a tenth of a second."""
    quiet = [int(np.abs(block.astype(np.int32)).max()) < SILENT for block in played]
    for block in range(start, len(quiet) - SILENCE_BLOCKS):
        if all(quiet[block : block + SILENCE_BLOCKS]):
            return block
    return len(quiet)


def measure_hits(bedroom: Bedroom, condition: str, repeats: int) -> Iterator[str]:
    """Say "stop" in every voice over its speech; yield a line a level."""
    for ratio in RATIOS:
        random, room, trials = np.random.default_rng(5), bedroom.conversation(condition), Trials()
        for speaker in SPEAKERS:
            word = at_level(voices.render("stop", speaker), CONDITIONS[condition].dbfs + ratio)
            for _ in range(repeats):
                in_mid_sentence(bedroom, room, random)
                attempt(room, word, trials)
                room.wait(1.0)
        times = np.array(trials.seconds or [np.nan])
        yield (
            f"{condition:<9} {ratio:+3d} dB  stood still {trials.stood_still}/{trials.count}"
            f"  understood {trials.understood}/{trials.count}"
            f"  word's end to silence p50 {np.percentile(times, 50):.2f} s,"
            f" p95 {np.percentile(times, 95):.2f} s"
            f"  taken for: {', '.join(sorted(set(trials.otherwise))) or '-'}"
        )


def measure_own_speech(bedroom: Bedroom, condition: str, minutes: float) -> str:
    """Let it speak alone, and return what it made of its own echo."""
    random, room, sounding = np.random.default_rng(6), bedroom.conversation(condition), 0
    while sounding * 0.02 < minutes * 60:
        if not room.speaking:
            room.tell(bedroom.some(random))
        room.tick()
        sounding += room.player.audible
    return (
        f"{condition:<9} alone   {sounding * 0.02 / 60:.1f} min of own speech:"
        f" {len(room.noted.pauses)} pauses, {len(room.noted.understood)} taken for a person"
        f" {room.noted.understood}"
    )


def measure_cost() -> str:
    """Return the processor time of echo cancellation."""
    filtering = make_echo_filter(RATE)
    sound = np.random.default_rng(1).normal(0.0, 2000.0, 20 * RATE).astype(np.int16)
    began = time.process_time()
    for start in range(0, len(sound), 320):
        filtering.played.put(sound[start : start + 320])
        filtering.clean(sound[start : start + 320], start / RATE + 0.1)
    spent = time.process_time() - began
    return f"{spent / 20:.2%} of one core while the assistant speaks"


def tell(line: str) -> None:
    """Print a line at once: a whole measurement takes an hour."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    """Print one line a measurement."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--repeats", type=int, default=3, help="attempts a voice and level")
    parser.add_argument("--minutes", type=float, default=10.0, help="of own speech")
    parser.add_argument("--condition", choices=CONDITIONS, action="append")
    options = parser.parse_args()
    tell(measure_cost())
    with ExitStack() as stack:
        bedroom = Bedroom(stack)
        for condition in options.condition or CONDITIONS:
            if options.minutes:
                tell(measure_own_speech(bedroom, condition, options.minutes))
            for line in measure_hits(bedroom, condition, options.repeats):
                tell(line)


if __name__ == "__main__":
    main()
