"""A whole night, faster than it passes: how often the assistant wakes though nobody spoke to it.

Everything runs through the listener, the recogniser, the understanding and the dialogue with the
policy `direct`, tick by tick, as it does over a recording; `required` is counted in the same run
(what held a wake phrase), and `key` lets nothing in. Times are processor time.
"""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing
import os
import resource
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

import people
from night_sounds import RATE, Samples, Sounds, Stretch, night_from_outside

from voice_skill.audio.player import Player
from voice_skill.audio.voice_activity import SileroVoiceActivity
from voice_skill.content import load
from voice_skill.conversation.dialogue_loop import DialogueLoop
from voice_skill.conversation.endpointer import SLEEPY, WIDE_AWAKE
from voice_skill.conversation.engines import completeness, make_recognizer, make_voice
from voice_skill.conversation.listener import Listener
from voice_skill.conversation.narrator import Narrator
from voice_skill.conversation.skills import knowledge_of, make_understander
from voice_skill.conversation.transcript import AssistantSpoke, Entry, PersonSpoke
from voice_skill.domain.model import Decision, Utterance
from voice_skill.speech import model_store
from voice_skill.speech.memory import resident_bytes
from voice_skill.speech.profiles import LAPTOP, PROFILES, Profile

ROOT = Path(__file__).resolve().parents[1]
TICK = 320
ROUNDING_HOURS = 1e-3
"""Stretches are whole samples, so the last hour ends a little early."""


@dataclass
class Tally:
    """What one part of the night came to; seconds of audio and of processor time by kind."""

    hours: float = 0.0
    seconds: Counter[str] = field(default_factory=Counter)
    cost: Counter[str] = field(default_factory=Counter)
    utterances: Counter[str] = field(default_factory=Counter)
    activations: list[str] = field(default_factory=list)
    within: list[str] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    wake_phrases: list[str] = field(default_factory=list)
    sources: set[str] = field(default_factory=set)
    resident_mb: list[float] = field(default_factory=list)
    most_resident_mb: float = 0.0


class Sleeper:
    """The assistant at the bedside, and what it does in one part of the night."""

    def __init__(self, stack: ExitStack, profile: Profile) -> None:
        """Load everything as `listen` does; the voice speaks into a player nobody hears."""
        skill = load(None, locale=None)
        knowledge = knowledge_of(skill)
        understander = make_understander(skill)
        understander.warm_up()
        recognizer = make_recognizer(
            model_store.require(model_store.default_folder(ROOT)),
            skill,
            understander.templates,
            profile=profile,
        )
        voice = make_voice(stack, knowledge)
        self.tally = Tally()
        self._kind = ""
        self._was_attentive = False
        self._player = Player(RATE)
        self._loop = DialogueLoop(
            knowledge,
            understander.understand,
            lambda spoken, failed: Narrator(voice, self._player, spoken=spoken, failed=failed),
            self._log,
            wake="direct",
        )
        self._listener = Listener(
            recognizer,
            SileroVoiceActivity(),
            completeness(understander.templates),
        )
        self._player.on_finished = lambda tag: self._ended.append(tag)
        self._ended: list[object] = []
        self._now = 0.0

    def _log(self, entry: Entry) -> None:
        if isinstance(entry, PersonSpoke) and entry.understanding.decision is not Decision.REJECT:
            meant = entry.understanding
            what = f"{self._kind}: {meant.text} -> {meant.intent or meant.screen or meant.alarm}"
            if self._was_attentive:
                self._note("within a conversation", self.tally.within, what)
            else:
                self._note("activation", self.tally.activations, what)
        elif isinstance(entry, AssistantSpoke):
            self.tally.actions.append(f"{self._kind}: {entry.prompt.sentences[0]}")

    def _note(self, name: str, events: list[str], what: str) -> None:
        """Count an event, and tell it at once: a night takes long, and may be ended early."""
        events.append(what)
        sys.stderr.write(f"{self._now / 3600:.2f} h  {name}  {what}\n")

    def live_through(self, stretch: Stretch) -> None:
        """Hear a stretch of the night to its end."""
        tally, self._kind = self.tally, stretch.kind
        began = time.process_time()
        for at in range(0, len(stretch.samples) - TICK + 1, TICK):
            self._tick(stretch.samples[at : at + TICK])
        seconds = len(stretch.samples) / RATE
        tally.cost[stretch.kind] += time.process_time() - began
        tally.seconds[stretch.kind] += seconds
        tally.sources.update(stretch.sources)
        hours = math.floor(tally.hours + ROUNDING_HOURS)
        tally.hours += seconds / 3600
        if math.floor(tally.hours + ROUNDING_HOURS) > hours:
            tally.resident_mb.append(resident_bytes() / 2**20)
            sys.stderr.write(
                f"{tally.hours:.0f} h lived through: {len(tally.activations)} activations, "
                f"{len(tally.wake_phrases)} wake phrases, {tally.resident_mb[-1]:.0f} MB, "
                f"{sum(tally.cost.values()):.0f} s of processor time\n"
            )

    def _tick(self, microphone: Samples) -> None:
        self._player.pull(TICK)
        self._now += TICK / RATE
        for tag in self._ended:
            self._loop.clip_ended(tag, self._now)
        self._ended.clear()
        listener, loop = self._listener, self._loop
        if self._player.audible or loop.muted:
            spoken_over = None if loop.muted else listener.hear_out()
            if spoken_over is not None:
                self._hear(spoken_over)
            listener.skip(TICK)
        else:
            listener.state = loop.listening_state
            listener.settings = SLEEPY if loop.manner.slow_speech else WIDE_AWAKE
            for utterance in listener.push(microphone):
                self._hear(utterance)
            waits = listener.has_the_floor or listener.stirring
            (self._player.hold if waits else self._player.release)()
        floor, speaks = listener.has_the_floor, listener.speaking
        loop.tick(self._now, person_speaks=floor, silence_waits=speaks)

    def _hear(self, utterance: Utterance) -> None:
        self.tally.utterances[self._kind] += 1
        self._was_attentive = self._loop.attentive(self._now)
        if self._loop.hear(utterance, self._now).woken:
            heard = " | ".join(f"{h.decoder} {h.text}" for h in utterance.hypotheses)
            self._note("wake phrase", self.tally.wake_phrases, f"{self._kind}: {heard}")


def part_of_night(job: tuple[float, int, str]) -> Tally:
    """Live through some hours in a process of their own; an interrupt ends them early."""
    hours, seed, profile = job
    asked_by = os.getppid()
    with ExitStack() as stack:
        sleeper = Sleeper(stack, PROFILES[profile])
        with suppress(KeyboardInterrupt):
            for stretch in night_from_outside(people.RECORDINGS, hours, seed):
                if os.getppid() != asked_by:  # it was killed: nobody waits for this any more
                    break
                sleeper.live_through(stretch)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # KiB on Linux
        sleeper.tally.most_resident_mb = peak / 1024
        return sleeper.tally


def merged(tallies: list[Tally]) -> Tally:
    """Return the sums."""
    whole = Tally()
    for tally in tallies:
        whole.hours += tally.hours
        whole.seconds += tally.seconds
        whole.cost += tally.cost
        whole.utterances += tally.utterances
        whole.activations += tally.activations
        whole.within += tally.within
        whole.actions += tally.actions
        whole.wake_phrases += tally.wake_phrases
        whole.sources |= tally.sources
        whole.resident_mb += tally.resident_mb
        whole.most_resident_mb = max(whole.most_resident_mb, tally.most_resident_mb)
    return whole


def report(whole: Tally, different: dict[str, float]) -> str:
    """Return what a person reads."""
    lines = ["| sound | minutes | utterances | processor time a second |", "|---|---|---|---|"]
    for kind, seconds in sorted(whole.seconds.items()):
        cost = whole.cost[kind] / seconds
        lines.append(f"| {kind} | {seconds / 60:.0f} | {whole.utterances[kind]} | {cost:.3f} |")
    known = ", ".join(f"{seconds:.0f} s of {kind}" for kind, seconds in different.items())
    lines += [
        "",
        f"{whole.hours:.1f} hours. Different recordings heard: {len(whole.sources)}; there are "
        f"{known}. Snoring, rain and quiet are synthetic, new each time; the television is two to "
        "four readers at once.",
        f"policy required: {_rate(whole.wake_phrases, whole.hours)}",
        f"policy direct: {_rate(whole.activations, whole.hours)}; once awake, taken for an answer: "
        f"{len(whole.within)}; spoken: {len(whole.actions)}",
        "policy key: 0 by construction",
        "resident memory at the end of each hour of a process, MB: "
        + " ".join(f"{mb:.0f}" for mb in whole.resident_mb)
        + f"; at most {whole.most_resident_mb:.0f} at any moment",
    ]
    lines += [f"  activation: {what}" for what in whole.activations]
    lines += [f"  wake phrase: {what}" for what in whole.wake_phrases]
    return "\n".join(lines)


def _rate(events: list[str], hours: float) -> str:
    """Return a count and what it says of an hour, 95 % (Poisson; for none the rule of three)."""
    count = len(events)
    if not count:
        return f"0 activations, at most {3 / hours:.2f} an hour with 95 %"
    spread = 1.96 * math.sqrt(count)
    low, high = max(count - spread, 0) / hours, (count + spread + 2) / hours
    return f"{count} activations, {count / hours:.2f} an hour ({low:.2f} to {high:.2f})"


def main() -> int:
    """Run the night and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=8.0)
    parser.add_argument("--jobs", type=int, default=2, help="processes, each with its own hours")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--profile", choices=sorted(PROFILES), default=LAPTOP.name)
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args()
    people.require("manifest.jsonl")
    hours = options.hours / options.jobs
    jobs = [(hours, options.seed + at, options.profile) for at in range(options.jobs)]
    # Not a pool of multiprocessing: its workers may have no child to make the sounds.
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(options.jobs, mp_context=spawn) as pool:
        parts = [pool.submit(part_of_night, job) for job in jobs]
        try:
            whole = merged([part.result() for part in parts])
        except KeyboardInterrupt:
            # The parts were interrupted as well, and hand over what they have.
            whole = merged([part.result() for part in parts])
    sys.stdout.write(report(whole, Sounds(people.RECORDINGS).different_seconds()) + "\n")
    if options.json:
        options.json.write_text(json.dumps(vars(whole), default=sorted, indent=1), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
