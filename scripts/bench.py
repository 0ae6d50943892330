"""What the program costs and how much it understands, measured on this machine.

Processor time of this process and its children, not wall-clock time, unless a row says otherwise.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from voice_skill.audio.files import read_recording
from voice_skill.audio.voice_activity import SileroVoiceActivity
from voice_skill.content import load
from voice_skill.conversation.engines import make_recognizer
from voice_skill.conversation.hearing import hear
from voice_skill.conversation.skills import make_understander
from voice_skill.conversation.turns import Turn, ask, slot_values
from voice_skill.domain.model import DialogueState
from voice_skill.speech import model_store
from voice_skill.speech.recognizer import VoskRecognizer
from voice_skill.speech.synthesizer import PyttsxSynthesizer

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = Path(sys.executable).with_name("voice-skill")
SAMPLE_RATE = 16_000
INTENTS_WITH_SLOTS = ("report_symptom", "start_exercise", "give_duration", "special_group")


@dataclass(frozen=True, slots=True)
class Row:
    """One measured value: its unit, the goal, and on what it was measured."""

    name: str
    value: float
    unit: str
    goal: str
    data: str


@dataclass(frozen=True, slots=True)
class Wording:
    """A sentence with what it should be understood as, and its recording if there is one."""

    text: str
    intent: str | None
    slots: dict[str, object]
    state: DialogueState
    audio: Path | None = None
    level: str = ""


class Bench:
    """The engines, made once."""

    def __init__(self) -> None:
        """Load the built-in skill and the installed model."""
        self.model = model_store.require(model_store.default_folder(ROOT))
        self.skill = load(None, locale=None)
        self.understander = make_understander(self.skill)
        self.voice_activity = SileroVoiceActivity()
        self.recognizer = self.new_recognizer()

    def new_recognizer(self, *, open_decoder: bool = True) -> VoskRecognizer:
        """Return a recogniser with or without the open decoder."""
        return make_recognizer(
            self.model,
            self.skill,
            self.understander.templates,
            open_decoder=open_decoder,
        )

    def hear(self, samples: NDArray[np.int16], state: DialogueState) -> Turn:
        """Understand one recording."""
        return hear(
            self.understander,
            self.skill.knowledge,
            self.recognizer,
            self.voice_activity,
            samples,
            state,
        )

    def ask(self, wording: Wording) -> Turn:
        """Understand one typed sentence."""
        return ask(self.understander, self.skill.knowledge, wording.text, wording.state)


def read_samples_list() -> list[Wording]:
    """Return the shipped samples (samples/sentences.yaml)."""
    import yaml

    listed = yaml.safe_load((ROOT / "samples" / "sentences.yaml").read_text("utf-8"))
    entries = listed["samples"] if isinstance(listed, dict) else listed
    return [
        Wording(
            entry["text"],
            entry["intent"],
            entry.get("slots") or {},
            entry.get("state", "idle"),
            ROOT / "samples" / entry["file"],
            "clean",
        )
        for entry in entries
    ]


def read_manifest(folder: Path) -> list[Wording]:
    """Return the rows of a manifest that scripts/tool make_recordings wrote."""
    rows = [
        json.loads(line) for line in (folder / "manifest.jsonl").read_text("utf-8").splitlines()
    ]
    return [
        Wording(
            row["text"],
            row["intent"],
            row["slots"],
            row["state"],
            folder / row["audio"],
            next((t for t in row["tags"] if t == "clean" or t.startswith("snr:")), ""),
        )
        for row in rows
    ]


def read_wordings() -> list[Wording]:
    """Return the hundred test wordings as text."""
    path = ROOT / "tests" / "wordings" / "first_hundred.jsonl"
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [Wording(r["text"], r["intent"], r["slots"], r["state"]) for r in rows]


def understood(turn: Turn) -> tuple[str | None, dict[str, object]]:
    """Return what the turn was taken for: an alarm counts as the intent `alarm`."""
    meaning = turn.understanding
    if meaning.decision.value == "urgent" or meaning.screen is not None:
        return "alarm", {}
    if meaning.decision.value != "act":
        return None, {}
    return meaning.intent, dict(slot_values(meaning))


@dataclass(slots=True)
class Score:
    """Counts over wordings: in scope (right, slots right, asked back) and to be refused."""

    in_scope: int = 0
    right: int = 0
    slots_right: int = 0
    asked: int = 0
    out_of_scope: int = 0
    acted_out: int = 0

    def add(self, wording: Wording, turn: Turn) -> bool:
        """Count one turn; return whether it came out as wanted."""
        intent, slots = understood(turn)
        if wording.intent is None:
            self.out_of_scope += 1
            self.acted_out += intent is not None
            return intent is None
        self.in_scope += 1
        right = intent == wording.intent
        # Slots count where wordings state them; a cramp's site is welcome but not asked for.
        counted = intent in INTENTS_WITH_SLOTS
        slots_right = right and (not counted or slots == wording.slots)
        self.right += right
        self.slots_right += slots_right
        self.asked += not right and turn.understanding.decision.value in ("confirm", "choose")
        return slots_right

    def rows(self, name: str, data: str) -> list[Row]:
        """Return the rows of this score."""
        scope, out = max(self.in_scope, 1), max(self.out_of_scope, 1)
        what = f"{self.in_scope} {data}"
        return [
            Row(f"{name}: intent right", self.right / scope, "share", "", what),
            Row(f"{name}: intent and slots right", self.slots_right / scope, "share", "", what),
            Row(f"{name}: asked back instead", self.asked / scope, "share", "", what),
            Row(f"{name}: acted on, to be refused", self.acted_out / out, "share", "",
                f"{self.out_of_scope} {data}"),
        ]  # fmt: skip


def accuracy(
    bench: Bench, wordings: Sequence[Wording], name: str, data: str, *, failures: bool
) -> list[Row]:
    """Hear (or read) every wording; return the rows; with `failures` list what went wrong."""
    score = Score()
    for wording in wordings:
        if wording.audio is None:
            turn = bench.ask(wording)
        else:
            turn = bench.hear(read_recording(wording.audio, limit_seconds=60), wording.state)
        if not score.add(wording, turn) and failures:
            got, slots = understood(turn)
            sys.stderr.write(
                f"{name}: {wording.text!r} wanted {wording.intent} {wording.slots}, got {got}"
                f" {slots} from {turn.understanding.text!r}\n"
            )
    return score.rows(name, data)


def decode_cost(bench: Bench, wordings: Sequence[Wording], *, open_decoder: bool) -> Row:
    """Return processor seconds of decoding for a second of audio, the median over recordings."""
    # One model in the process, as in the program: a second one trips the memory ceiling.
    recognizer = bench.recognizer if open_decoder else bench.new_recognizer(open_decoder=False)
    recordings = [
        (read_recording(w.audio, limit_seconds=60), w.state)
        for w in wordings
        if w.audio is not None
    ]
    costs = []
    for again in range(3):
        for samples, state in recordings:
            recognizer.use(state)
            began = time.process_time()
            for start in range(0, len(samples), SAMPLE_RATE // 5):
                recognizer.accept(samples[start : start + SAMPLE_RATE // 5])
            recognizer.finish()
            if again:  # the first round fills the decoders' caches
                costs.append((time.process_time() - began) / (len(samples) / SAMPLE_RATE))
    name = "decoding, grammar and open" if open_decoder else "decoding, grammar alone"
    goal = "0.10" if open_decoder else "0.04"
    return Row(
        name, statistics.median(costs), "s per s of audio", goal, f"{len(recordings)} samples"
    )


def resident_megabytes() -> float:
    """Return this process's resident memory."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def listening_memory(repeats: int = 10) -> Row:
    """Return the resident memory of a fresh process after many utterances."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import bench; b = bench.Bench()\n"
        "ws = [w for w in bench.read_samples_list()]\n"
        "clips = [(bench.read_recording(w.audio, limit_seconds=60), w.state) for w in ws]\n"
        f"for _ in range({repeats}):\n"
        "    for samples, state in clips: b.hear(samples, state)\n"
        "sys.stdout.write(str(bench.resident_megabytes()))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(ROOT / "scripts")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    count = repeats * len(read_samples_list())
    return Row("resident memory", float(done.stdout), "MB", "300", f"after {count} utterances")


def start_to_end(name: str, arguments: Sequence[str], goal: str) -> Row:
    """Return wall-clock seconds of a whole run of the program, the median of seven."""
    times = []
    for _ in range(8):
        began = time.monotonic()
        subprocess.run([PROGRAM, *arguments], capture_output=True, check=True)
        times.append(time.monotonic() - began)
    return Row(name, statistics.median(times[1:]), "s (wall)", goal, "7 runs, warm")


def median_of(action: Callable[[], object], times: int) -> float:
    """Return the median wall-clock seconds of an action."""
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        action()
        spent.append(time.perf_counter() - began)
    return statistics.median(spent)


def rendering() -> Row:
    """Return seconds to render a sentence with pyttsx3, no cache."""
    sentences = [
        "Low vitamin D is one likely reason.",
        "Draw a slow circle with your big toe, inward.",
        "The doctor in the article does not call night spasms serious.",
    ]
    with ExitStack() as stack:
        voice = stack.enter_context(PyttsxSynthesizer())
        voice.render(sentences[0])
        times = [median_of(lambda s=s: voice.render(s), 10) for s in sentences]  # type: ignore[misc]
    return Row("rendering a sentence", statistics.median(times), "s (wall)", "0.030", "3 sentences")


def understanding_cost(bench: Bench, wordings: Sequence[Wording]) -> Row:
    """Return the median processor seconds to understand a typed sentence."""
    bench.ask(wordings[0])
    times = [bench.ask(w).understand_seconds for _ in range(3) for w in wordings]
    return Row("understanding a sentence", statistics.median(times), "s", "0.001",
               f"{len(wordings)} wordings")  # fmt: skip


def measure(recordings: Path | None, *, failures: bool) -> list[Row]:
    """Measure everything."""
    bench = Bench()
    samples, wordings = read_samples_list(), read_wordings()
    rows = [
        decode_cost(bench, samples, open_decoder=True),
        decode_cost(bench, samples, open_decoder=False),
        understanding_cost(bench, wordings),
        start_to_end("`ask` from process start", ["ask", "my big toe keeps twitching"], "0.35"),
        start_to_end(
            "`hear` of one file from process start", ["hear", str(samples[0].audio)], "1.5"
        ),
        listening_memory(),
        rendering(),
        *accuracy(bench, samples, "samples", "recordings, as first made", failures=failures),
        *accuracy(bench, wordings, "100 wordings, text", "sentences", failures=failures),
    ]
    if recordings is not None:
        rows_of = read_manifest(recordings)
        for level in sorted({w.level for w in rows_of}):
            some = [w for w in rows_of if w.level == level]
            rows += accuracy(
                bench, some, f"100 wordings, spoken, {level}", "recordings", failures=failures
            )
    return rows


def main() -> int:
    """Measure, print the table, write the JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows there too")
    parser.add_argument("--recordings", type=Path, metavar="DIR",
                        help="what scripts/tool make_recordings wrote")  # fmt: skip
    parser.add_argument("--failures", action="store_true", help="list what went wrong")
    options = parser.parse_args()
    rows = measure(options.recordings, failures=options.failures)
    width = max(len(row.name) for row in rows)
    for row in rows:
        goal = f"goal {row.goal}" if row.goal else ""
        line = f"{row.name:<{width}}  {row.value:9.4f} {row.unit:<16}  {goal:<10}  {row.data}"
        sys.stdout.write(line.rstrip() + "\n")
    if options.json is not None:
        plain = [{key: getattr(row, key) for key in Row.__slots__} for row in rows]
        options.json.write_text(json.dumps(plain, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
