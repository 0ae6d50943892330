"""Fill the table of accuracy in docs/testing.md: every set, every condition, one command.

Runs `voice-skill test` on sets that it makes (or finds) in a working folder, gathers the figures,
and replaces what stands between the marks in docs/testing.md. Needs the voices of
scripts/tool make_recordings and the recordings of real people.
"""

from __future__ import annotations

import argparse
import datetime
import json
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import people

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = Path(sys.executable).with_name("voice-skill")
PAGE = ROOT / "docs" / "testing.md"
BEGIN, END = "<!-- accuracy: begin -->", "<!-- accuracy: end -->"
TEMPLATE_SEED = 97  # not the one the recogniser's grammar is sampled with
TEMPLATE_SENTENCES = 60
OWN_STATE = {"yes": "offer", "no": "offer", "stop": "routine", "go": "routine"}
COMMAND_INTENT = {"yes": "yes", "no": "no", "stop": "stop", "go": "resume"}

Figures = Mapping[str, Any]
Json = dict[str, Any]


@dataclass(frozen=True)
class Workshop:
    """Where sets and results are kept, and how many processes run."""

    folder: Path
    half: Path
    jobs: int
    each: int
    step: int

    def test(self, name: str, paths: Sequence[Path], *options: str) -> Figures:
        """Run `voice-skill test` unless its results are there; return them."""
        out = self.folder / f"{name}.json"
        if not out.exists():
            sys.stderr.write(f"testing {name}\n")
            command = [PROGRAM, "test", *paths, "--json", out, "--failures", "0", "--quiet"]
            done = subprocess.run([*command, "--jobs", str(self.jobs), *options], check=False)
            if not out.exists():
                raise SystemExit(f"voice-skill test gave no results for {name} ({done.returncode})")
        figures: Figures = json.loads(out.read_text("utf-8"))
        return figures


# ------------------------------------------------------------------ sets


def write_rows(path: Path, rows: Iterable[Json]) -> Path:
    """Write a manifest and return its path."""
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    return path


def template_rows() -> list[Json]:
    """Return sentences drawn from the templates of each state, with what they mean."""
    from voice_skill.content import load
    from voice_skill.domain.model import Hypothesis, Utterance
    from voice_skill.terminal.turns import slot_values
    from voice_skill.understanding.decide import Understander

    skill = load(None, locale=None)
    understander = Understander(skill.language)
    rows = []
    for state in ("idle", "offer", "routine"):
        count = TEMPLATE_SENTENCES // 3
        drawn = understander.templates.sample(state, 40 * count, TEMPLATE_SEED)[::40]
        for text in drawn:
            meant = understander.understand(Utterance((Hypothesis(text, "text"),), state))
            if meant.intent is not None and meant.decision.value == "act":
                slots = slot_values(meant)
                rows.append(
                    {"text": text, "intent": meant.intent, "slots": slots, "state": state,
                     "tags": ["template"]}
                )  # fmt: skip
    return rows


def people_rows() -> list[Json]:
    """Return the manifest of the recordings of real people."""
    lines = (people.RECORDINGS / "manifest.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def command_rows() -> list[Json]:
    """Return people's one-word commands, each in the state where it is one."""
    rows = []
    for row in people_rows():
        folder, _, rest = row["audio"].partition("/")
        word = rest.partition("/")[0]
        if folder == "speech_commands" and word in OWN_STATE:
            rows.append(
                {"audio": str(people.RECORDINGS / row["audio"]), "text": word, "slots": {},
                 "intent": COMMAND_INTENT[word], "state": OWN_STATE[word], "tags": [word]}
            )  # fmt: skip
    return rows


def stranger_rows() -> list[Json]:
    """Return people's speech that is not for the skill, in idle and in a routine."""
    kinds = {"librispeech_other": "read aloud", "mycroft_notwake": "short phrase"}
    rows = []
    for row in people_rows():
        folder, _, rest = row["audio"].partition("/")
        kind = kinds.get(folder)
        if folder == "speech_commands" and rest.startswith("_unknown_"):
            kind = "single word"
        if kind:
            rows += [
                {"audio": str(people.RECORDINGS / row["audio"]), "text": "", "intent": None,
                 "state": state, "tags": [kind, f"state:{state}"]}
                for state in ("idle", "routine")
            ]  # fmt: skip
    return rows


# ------------------------------------------------------------------ the table


def share(figures: Figures, key: str) -> str:
    """Return a share with its interval: `.85 (.81 to .89)`."""
    value = figures[key]
    if value is None:
        return "-"
    interval = (figures.get("intervals") or {}).get(key)
    shown = f"{value:.3f}"
    if not interval:
        return shown
    return f"{shown} ({interval[0]:.2f} to {interval[1]:.2f})"


def tagged(figures: Figures, tag: str) -> Figures:
    """Return the figures of the rows with a tag."""
    found: Figures = figures["by_tag"][tag]
    return found


Row = tuple[str, str, str]
"""Measure, figure, goal."""


def lines(shop: Workshop) -> list[str]:
    """Run everything; return the rows of the table."""
    text = shop.test("text", [shop.half], "--text-only")
    manifest = _spoken(shop, _every(shop, shop.step), "spoken", "all", "--each", str(shop.each))
    clean = shop.test("clean", [manifest])
    noisy = {snr: _in_noise(shop, f"snr{snr}", manifest, snr) for snr in ("20", "10")}
    rows = [
        *text_rows(text),
        *spoken_rows(text, clean, noisy),
        *sentence_rows(shop),
        *people_figures(shop),
        *refusal_rows({"text": text, "spoken clean": clean, "10 dB": noisy["10"]}),
        ("latency after the last sample, p50 / p95",
         f"{clean['latency_p50']:.3f} s / {clean['latency_p95']:.3f} s", ""),
        ("understanding a sentence, median of text", f"{_median_ms(text):.1f} ms", "15 ms"),
    ]  # fmt: skip
    return [f"| {what} | {value} | {goal} |" for what, value, goal in rows]


def text_rows(text: Figures) -> list[Row]:
    """Return what the words alone come to."""
    free, plain = tagged(text, "free"), tagged(text, "plain")
    return [
        ("text, free wording: right at once", share(free, "intent_accuracy"), ".85"),
        ("text, free wording: right at once or after one question",
         share(free, "right_after_question"), ".93"),
        ("text, plain wording: right at once", share(plain, "intent_accuracy"), ""),
        ("text, all: right at once", share(text, "intent_accuracy"), ""),
        ("text, all: intent and all slots", share(text, "intent_slot_accuracy"), ""),
        ("text, acted on wrongly", share(text, "acted_wrong"), ".04 or less"),
    ]  # fmt: skip


def spoken_rows(text: Figures, clean: Figures, noisy: Mapping[str, Figures]) -> list[Row]:
    """Return what the same sentences come to when they are spoken."""
    goals = {"20": ".95 of text", "10": ".80 of text"}
    conditions = {"clean": clean, **{f"{snr} dB": f for snr, f in noisy.items()}}
    errors = " / ".join(f"{f['word_error_rate']:.2f}" for f in conditions.values())
    return [
        ("spoken, clean, free wording: right at once",
         share(tagged(clean, "free"), "intent_accuracy"), "within .02 of text"),
        ("spoken, clean, free wording: right at once or after one question",
         share(tagged(clean, "free"), "right_after_question"), ""),
        ("spoken, clean, all: right at once", share(clean, "intent_accuracy"), ""),
        ("spoken, clean, all: intent and all slots", share(clean, "intent_slot_accuracy"), ""),
        *(
            (f"spoken at {snr} dB, all: right at once, and as a share of the text's",
             f"{share(f, 'intent_accuracy')}; {f['intent_accuracy'] / text['intent_accuracy']:.2f}",
             goals[snr])
            for snr, f in noisy.items()
        ),
        *((f"spoken, {name}, all: acted on wrongly", share(f, "acted_wrong"), "")
          for name, f in conditions.items()),
        (f"word error rate, {' / '.join(conditions)}", errors, ""),
    ]  # fmt: skip


def sentence_rows(shop: Workshop) -> list[Row]:
    """Return what sentences of the templates come to."""
    wordings = shop.folder / "templates.jsonl"
    if not wordings.exists():
        write_rows(wordings, template_rows())
    spoken = _spoken(shop, wordings, "templates", "four")
    clean = shop.test("templates-clean", [spoken])
    noisy = _in_noise(shop, "templates-snr6", spoken, "6")
    return [
        ("template sentences, spoken clean: intent and all slots",
         share(clean, "intent_slot_accuracy"), ".99"),
        ("template sentences, spoken at 6 dB: intent and all slots",
         share(noisy, "intent_slot_accuracy"), ".95"),
    ]  # fmt: skip


def home_rows() -> list[dict[str, Any]]:
    """Return the manifest of the second skill, its recordings by their whole names."""
    lines = (ROOT / "tests/skills/home/commands.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [{**row, "audio": str(people.RECORDINGS / row["audio"])} for row in rows]


def people_figures(shop: Workshop) -> list[Row]:
    """Return what recordings of people come to: for the second skill, commands, strangers."""
    skill = ("--skill", str(ROOT / "tests/skills/home"))
    home = shop.test("home", [write_rows(shop.folder / "home.jsonl", home_rows())], *skill)
    commands = shop.test("commands", [write_rows(shop.folder / "commands.jsonl", command_rows())])
    not_for_us = write_rows(shop.folder / "strangers.jsonl", stranger_rows())
    strangers = shop.test("strangers", [not_for_us])
    right = _count(commands, "right", "wrong_slots")
    return [
        ("second skill, people: intent and all slots",
         f"{_count(home, 'right')} of {home['in_scope']}", "31 of 31"),
        ("second skill, people: out of vocabulary acted on",
         f"{_count(home, 'acted_out_of_scope')} of {home['out_of_scope']}", "0 of 4"),
        ("people's one-word commands (yes, no, stop, go)",
         f"{share(commands, 'intent_accuracy')}, {right} of {commands['in_scope']}", ".985"),
        ("people's speech not for us, idle: acted on", _acted(strangers, "state:idle"), "0"),
        ("people's speech not for us, routine: acted on", _acted(strangers, "state:routine"), "0"),
    ]  # fmt: skip


def refusal_rows(conditions: Mapping[str, Figures]) -> list[Row]:
    """Return how much of what must be refused is acted on."""
    kinds = (("everyday", "everyday sentences", ".02"), ("near_miss", "near misses", ".10"))
    return [
        (f"{what} acted on, idle, {' / '.join(conditions)}",
         " / ".join(share(tagged(f, tag), "out_of_scope_acted") for f in conditions.values()), goal)
        for tag, what, goal in kinds
    ]  # fmt: skip


def _in_noise(shop: Workshop, name: str, manifest: Path, snr: str) -> Figures:
    return shop.test(name, [manifest], "--noise", str(people.RECORDINGS / "noise"), "--snr", snr)


def _every(shop: Workshop, step: int) -> Path:
    """Return the half, or every so many of its wordings as a file of its own."""
    if step == 1:
        return shop.half
    rows = shop.half.read_text("utf-8").splitlines()[::step]
    return write_rows(shop.folder / f"every-{step}.jsonl", map(json.loads, rows))


def _spoken(shop: Workshop, wordings: Path, name: str, voices: str, *options: str) -> Path:
    """Return the manifest of the wordings, spoken clean by some voices; made if need be."""
    folder = shop.folder / name
    if not (folder / "manifest.jsonl").exists():
        maker = [sys.executable, str(ROOT / "scripts" / "make_recordings.py"), str(wordings)]
        options = ("--out", str(folder), "--voices", voices, *options, "--snr")
        subprocess.run([*maker, *options], check=True)
    return folder / "manifest.jsonl"


def _count(figures: Figures, *outcomes: str) -> int:
    return sum(result["outcome"] in outcomes for result in figures["results"])


def _acted(figures: Figures, tag: str) -> str:
    """Return how many were acted on, and the bound that so many rows allow (rule of three)."""
    rows = [result for result in figures["results"] if tag in result["tags"]]
    acted = sum(result["outcome"] == "acted_out_of_scope" for result in rows)
    asked = sum(result["outcome"] == "asked_out_of_scope" for result in rows)
    bound = f"; at most {3 / len(rows):.3f} with 95 %" if not acted else ""
    return f"{acted} of {len(rows)} ({asked} asked about{bound})"


def _median_ms(figures: Figures) -> float:
    times = sorted(result["understand_seconds"] for result in figures["results"])
    return 1000 * float(times[len(times) // 2])


def table(shop: Workshop) -> str:
    """Return the whole block for the page."""
    today = datetime.datetime.now(tz=datetime.timezone.utc).date()
    spoken = "all of it" if shop.step == 1 else f"one row in {shop.step}"
    head = (
        f"Measured {today} on `{shop.half.name}`; text: all of it; spoken: {spoken}, voices a "
        f"wording: {shop.each} of 13; template sentences: {TEMPLATE_SENTENCES} by four voices. "
        "Times are processor time. 95 % intervals over wordings.\n\n"
    )
    return head + "\n".join(["| measure | figure | goal |", "|---|---|---|", *lines(shop)])


def replace_block(page: str, block: str) -> str:
    """Return the page with what stands between the marks replaced."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{block}\n{END}{after}"


def main() -> int:
    """Measure, print the table, and write it into the page where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", type=Path, default=ROOT / "tests/recordings/development.jsonl")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR",
                        help="sets and results; what is there is not made again")  # fmt: skip
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--each", type=int, default=1, help="voices a wording")
    parser.add_argument("--step", type=int, default=1, help="speak every so many wordings")
    parser.add_argument("--write", action="store_true", help="put the table into docs/testing.md")
    options = parser.parse_args()
    people.require("manifest.jsonl", "ohf_commands", "noise")
    options.out.mkdir(parents=True, exist_ok=True)
    block = table(
        Workshop(options.out, options.half.resolve(), options.jobs, options.each, options.step)
    )
    sys.stdout.write(block + "\n")
    if options.write:
        PAGE.write_text(replace_block(PAGE.read_text("utf-8"), block), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
