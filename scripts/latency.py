"""How soon the assistant answers, and how often it cuts a sentence, over recorded conversations.

Virtual time plus processor time: what the endpointer waits, and what deciding and rendering cost
this process and its children. Every recording is one conversation; see docs/performance.md.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from paused_speech import (
    RATE,
    Words,
    hiss,
    inner_boundaries,
    speech_bounds,
    spoken_part,
    with_pause,
)

from voice_skill.audio.player import Player
from voice_skill.audio.resample import resample
from voice_skill.audio.voice_activity import SileroVoiceActivity
from voice_skill.content import load
from voice_skill.conversation.dialogue_loop import DialogueLoop
from voice_skill.conversation.endpointer import Completeness
from voice_skill.conversation.engines import (
    completeness,
    early_commands,
    legal_phrases,
    make_recognizer,
    make_voice,
)
from voice_skill.conversation.listener import Listener
from voice_skill.conversation.microphones import RecordingMicrophone, Scene
from voice_skill.conversation.narrator import Narrator
from voice_skill.conversation.recorded import RecordedConversation
from voice_skill.conversation.skills import knowledge_of, make_understander
from voice_skill.conversation.transcript import Entry, PersonSpoke
from voice_skill.conversation.turns import state_in
from voice_skill.domain.manner import Manner
from voice_skill.domain.model import DialogueState, Hypothesis, Understanding, Utterance
from voice_skill.speech import model_store
from voice_skill.speech.recognizer import VoskRecognizer

ROOT = Path(__file__).resolve().parents[1]
PAUSE_SECONDS = 0.6
LEAD_SECONDS = 1.0
CUT_SECONDS = 0.3
"""An utterance that ended so long before the person did was cut."""
LISTEN_SECONDS = 6.0
PAUSES_A_CLIP = 2
CLASSES = (
    ("complete", "0.45 / 0.7"),
    ("open", ""),
    ("free", ""),
    ("prefix", ""),
    ("", "0.6 / 1.1"),
)
"""Wait classes with their goals; the last is all of them."""
AUDIBLE = 200
"""Samples at least so large count as sound of the assistant: its voice begins softly."""

Samples = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Clip:
    """A recording, the dialogue's state it belongs to, and what is said in it."""

    path: Path
    state: DialogueState
    text: str


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of one conversation; seconds from the end of the person's speech.

    `waited`: to the endpoint; `answered`: to the first audible sample of the reply, processor time
    included (None: no reply); `spent`: processor seconds of deciding and rendering. `cut`: an
    utterance ended before the person did; `whole`: what was understood last is the whole sentence.
    """

    wait_class: str
    waited: float | None
    answered: float | None
    spent: float
    cut: bool
    whole: bool
    meaning: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One measured value: seconds (median / 95th percentile) or a share, its goal, how many."""

    name: str
    value: str
    goal: str
    count: int


def clips() -> list[Clip]:
    """Return the smoke recordings and the shipped samples."""
    import yaml

    folder = ROOT / "tests" / "recordings"
    rows = [json.loads(line) for line in (folder / "smoke.jsonl").read_text("utf-8").splitlines()]
    found = [Clip(folder / row["audio"], row["state"], row["text"]) for row in rows]
    listed = yaml.safe_load((ROOT / "samples" / "sentences.yaml").read_text("utf-8"))
    entries = listed["samples"] if isinstance(listed, dict) else listed
    found += [
        Clip(ROOT / "samples" / e["file"], e.get("state", "idle"), e["text"]) for e in entries
    ]
    return found


def children_seconds() -> float:
    """Return the processor seconds that the living children of this process have used."""
    total = 0
    listed = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text("ascii").split()
    for child in listed:
        for task in Path(f"/proc/{child}/task").iterdir():
            total += int((task / "schedstat").read_text("ascii").split()[0])
    return total / 1e9


def processor_seconds() -> float:
    """Return the processor seconds of this process and its children."""
    return time.process_time() + children_seconds()


class Conversation(DialogueLoop):
    """One conversation, and what is to be known of it."""

    def __init__(self, room: Room, state: DialogueState, speech_end: float) -> None:
        """Begin in a state of the dialogue; the person's speech ends at a second."""
        self.player = Player(RATE, on_pulled=self._pulled)
        self.entries: list[Entry] = []
        super().__init__(
            room.knowledge,
            room.understander.understand,
            lambda spoken, failed: Narrator(room.voice, self.player, spoken=spoken, failed=failed),
            self.entries.append,
        )
        begun = state_in(room.knowledge, state)
        self.state = replace(begun, memory=replace(begun.memory, manner=room.manner))
        self.narrator.take_on(self.manner)
        self.last_audible: float | None = None
        self._room = room
        self._speech_end = speech_end
        self._pulled_samples = 0
        self._class = "free"
        self._wait_class = ""
        self._waited: float | None = None
        self._answered: float | None = None
        self._spent = 0.0
        self._cut = False

    def listener(self) -> Listener:
        """Return the listener of this conversation."""
        room = self._room
        return Listener(room.recognizer, SileroVoiceActivity(), self._classify, early=room.early)

    def _classify(self, partials: Sequence[Hypothesis], state: DialogueState) -> Completeness:
        verdict = self._room.completeness(partials, state)
        self._class = verdict.name.lower()
        return verdict

    def hear(self, utterance: Utterance, now: float, *, over_speech: bool = False) -> Understanding:
        """Take in an utterance, and note how long that took."""
        early = utterance.end < self._speech_end - CUT_SECONDS
        self._cut |= early
        understanding = super().hear(utterance, now, over_speech=over_speech)
        if not early:
            self._waited, self._wait_class = now - self._speech_end, self._class
            self._spent = processor_seconds() - self._room.recognizer.ended
        self._class = "free"
        return understanding

    def _pulled(self, samples: Samples) -> None:
        loud = np.flatnonzero(np.abs(samples) > AUDIBLE)
        if loud.size:
            self.last_audible = (self._pulled_samples + int(loud[-1])) / RATE
            first = (self._pulled_samples + int(loud[0])) / RATE
            if self._waited is not None and self._answered is None:
                self._answered = first - self._speech_end + self._spent
                self.finished = self.finished or self._room.hasty
        self._pulled_samples += len(samples)

    def heard(self) -> Heard:
        """Return what came of it."""
        spoken = [entry for entry in self.entries if isinstance(entry, PersonSpoke)]
        whole = bool(spoken) and (
            spoken[-1].start == spoken[0].start and spoken[-1].end >= self._speech_end - CUT_SECONDS
        )
        told = meaning(spoken[-1].understanding) if spoken else ()
        return Heard(
            self._wait_class, self._waited, self._answered, self._spent, self._cut, whole, told
        )


class TimedRecognizer:
    """A recogniser that notes when an utterance began to be decided."""

    def __init__(self, recognizer: VoskRecognizer) -> None:
        """Pass everything on to `recognizer`."""
        self._recognizer = recognizer
        self.use, self.accept = recognizer.use, recognizer.accept
        self.partial, self.partials = recognizer.partial, recognizer.partials
        self.discard = recognizer.discard
        self.ended = 0.0

    def finish(self) -> tuple[Hypothesis, ...]:
        """End the utterance."""
        self.ended = processor_seconds()
        return self._recognizer.finish()


class Room:
    """The engines, made once; conversations are held in it one after another."""

    def __init__(self, stack: ExitStack, manner: Manner) -> None:
        """Load the built-in skill and the installed model; `manner` is how it speaks and waits."""
        self.manner = manner
        skill = load(None, locale=None)
        self.model_folder = model_store.require(model_store.default_folder(ROOT))
        self.knowledge = knowledge_of(skill)
        self.understander = make_understander(skill)
        self.understander.warm_up()
        templates = self.understander.templates
        self.recognizer = TimedRecognizer(make_recognizer(self.model_folder, skill, templates))
        self.voice = make_voice(stack, self.knowledge)
        self.voice.render("It is ready.")
        self.completeness = completeness(templates, legal_phrases(skill, templates))
        self.early = early_commands(templates)
        self.hasty = True

    def converse(self, speech: Samples, state: DialogueState) -> Heard:
        """Hold one conversation: a second of quiet, what is said, quiet; till the first reply."""
        lead, rest = hiss(int(LEAD_SECONDS * RATE), 1), hiss(int(LISTEN_SECONDS * RATE), 2)
        conversation = Conversation(self, state, LEAD_SECONDS + len(speech) / RATE)
        sound = np.concatenate([lead, speech, rest])
        RecordedConversation(conversation, conversation.listener(), conversation.player).run(
            RecordingMicrophone(sound)
        )
        return conversation.heard()


class SaysStopInAGap:
    """A person who asks, and says stop as soon as the assistant pauses after a sentence."""

    wake = None
    waiting_for = ""

    def __init__(self, question: Samples, stop: Samples) -> None:
        """Both are recordings that end with the speech."""
        self._sound = np.concatenate([hiss(RATE, 1), question])
        self._stop = stop
        self._rest = 4 * RATE
        self.conversation: Conversation | None = None
        self.stopped_at: float | None = None

    @property
    def exhausted(self) -> bool:
        """Whether everything was said and the quiet after it is over."""
        return self.stopped_at is not None and self._rest <= 0

    def pull(self, count: int, scene: Scene) -> Samples:
        """Return the next samples of the microphone."""
        talk = self.conversation
        pauses = talk is not None and talk.last_audible is not None and not talk.player.audible
        if self.stopped_at is None and not len(self._sound) and pauses:
            self._sound = self._stop
            self.stopped_at = scene.now + len(self._stop) / RATE
        part, self._sound = self._sound[:count], self._sound[count:]
        if self.stopped_at is not None and not len(self._sound):
            self._rest -= count
        return np.concatenate([part, hiss(count - len(part), 3)]).astype(np.int16)


def meaning(understanding: Understanding) -> tuple[object, ...]:
    """Return what two utterances that mean the same have in common."""
    slots = tuple(sorted((slot.name, slot.value) for slot in understanding.slots))
    return understanding.decision.value, understanding.intent, slots


def response(room: Room, chosen: Sequence[Clip]) -> list[Row]:
    """Measure end of speech to endpoint and to the first sample of the reply, by class."""
    heard = [room.converse(spoken_part(clip.path), clip.state) for clip in chosen]
    rows = []
    for name, goal in CLASSES:
        some = [h for h in heard if not name or h.wait_class == name]
        waited = [h.waited for h in some if h.waited is not None]
        answered = [h.answered for h in some if h.answered is not None]
        label = name or "all classes"
        rows.append(Row(f"wait for the end, {label}", percentiles(waited), "", len(waited)))
        rows.append(Row(f"end of speech to reply, {label}", percentiles(answered), goal,
                        len(answered)))  # fmt: skip
    return rows


def pauses(room: Room, chosen: Sequence[Clip], seconds: float) -> list[Row]:
    """Measure how many sentences with a pause inside are cut, and what becomes of those."""
    words = Words(room.model_folder)
    cut = lost = other = count = 0
    for seed, clip in enumerate(chosen):
        speech = spoken_part(clip.path)
        plain = room.converse(speech, clip.state)
        for at in inner_boundaries(words, speech, PAUSES_A_CLIP):
            heard = room.converse(with_pause(speech, at, seconds, seed), clip.state)
            count += 1
            cut += heard.cut
            lost += heard.cut and not heard.whole
            other += heard.cut and heard.meaning != plain.meaning
    name = f"pause of {seconds} s inside:"
    share = max(count, 1)
    return [
        Row(f"{name} cut", f"{cut / share:.3f}", "0.05", count),
        Row(f"{name} cut and not joined", f"{lost / share:.3f}", "0.01", count),
        Row(f"{name} cut and understood otherwise", f"{other / share:.3f}", "", count),
    ]


def commands(room: Room) -> list[Row]:
    """Measure the cramp's first word, and silence after stop in a listening gap."""
    # The program's own voice says it, since no sample is that one word.
    cramp = resample(room.voice.render("Cramp!"), room.voice.sample_rate, RATE)
    cramp = cramp[: speech_bounds(cramp)[1]]
    said = [room.converse(cramp, "idle"),
            room.converse(spoken_part(ROOT / "samples" / "cramp_calf.flac"), "idle")]  # fmt: skip
    names = ("cramp!", "help me i've got a cramp in my calf")
    rows = [
        Row(f'"{name}" to the first word', percentiles([h.answered] if h.answered else []),
            "0.8", 1) for name, h in zip(names, said, strict=True)
    ]  # fmt: skip
    samples = ROOT / "samples"
    person = SaysStopInAGap(
        spoken_part(samples / "causes.flac"), spoken_part(samples / "stop.flac")
    )
    room.hasty = False
    conversation = person.conversation = Conversation(room, "idle", math.inf)
    RecordedConversation(conversation, conversation.listener(), conversation.player).run(person)
    room.hasty = True
    if person.stopped_at is not None and conversation.last_audible is not None:
        late = max(0.0, conversation.last_audible - person.stopped_at)
        rows.append(Row('"stop" in a gap to silence', f"{late:.2f}", "0.3", 1))
    return rows


def percentiles(seconds: Sequence[float]) -> str:
    """Return median and 95th percentile."""
    if not seconds:
        return "-"
    return " / ".join(f"{np.percentile(seconds, share):.2f}" for share in (50, 95))


def main() -> int:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--every", type=int, default=1, metavar="N", help="only every Nth recording"
    )
    parser.add_argument("--pause", type=float, default=PAUSE_SECONDS, metavar="SECONDS")
    parser.add_argument("--night", action="store_true", help="in the night's manner")
    parser.add_argument("--only", choices=("response", "pauses", "commands"))
    options = parser.parse_args()
    chosen = clips()[:: options.every]
    with ExitStack() as stack:
        room = Room(stack, Manner(night=options.night))
        parts = {
            "response": lambda: response(room, chosen),
            "pauses": lambda: pauses(room, chosen, options.pause),
            "commands": lambda: commands(room),
        }
        for name, measure in parts.items():
            for row in measure() if options.only in (None, name) else ():
                goal = f"goal {row.goal}" if row.goal else ""
                sys.stdout.write(f"{row.name:<52} {row.value:>12} s  {goal:<17} n={row.count}\n")
                sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
