"""Does what the skill says read well aloud? Every sentence is spoken, and recognised again.

Each sentence of the content is rendered with the program's own voice, heard by the open decoder
with the speech model's own language model (which knows nothing of the skill), and looked up among
all the other sentences by likeness of letters. What is not found again, or only behind another
sentence, is listed with what was heard. Words of one beat ("Three") are left out.

    scripts/tool spoken_sentences            # share and list; a few minutes
    scripts/tool spoken_sentences --json     # the same as JSON
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from rapidfuzz import fuzz, process

from voice_skill.audio.resample import resample
from voice_skill.content import load
from voice_skill.content.spoken import longest_values, spoken_sentences
from voice_skill.conversation.engines import make_voice
from voice_skill.domain.knowledge import Knowledge
from voice_skill.domain.prompts import PARTS_OF_SENTENCES, REASON_PREFIX
from voice_skill.domain.spoken import filled, spoken_number
from voice_skill.domain.turns import spoken_names
from voice_skill.files.places import checkout
from voice_skill.speech import model_store
from voice_skill.speech.recognizer import VoskRecognizer, normalized

RATE = 16_000
TAIL_SECONDS = 0.6
VOICE = "pyttsx3 (espeak-ng), 150 words a minute"


@dataclass(frozen=True)
class Found:
    """One sentence: what was heard, and the sentence that is most like it."""

    sentence: str
    heard: str
    nearest: str
    likeness: float

    @property
    def again(self) -> bool:
        """Whether the sentence itself is the nearest."""
        return normalized(self.sentence) == self.nearest


def values_of(knowledge: Knowledge) -> Mapping[str, str]:
    """Return an example of whatever is filled in."""
    return {
        **longest_values(knowledge),
        **spoken_names(knowledge),
        "symptom": "a twitch in your left toe, at night",
        "more": "at night, after standing, for two days",
        "reasons": "standing too long, low vitamin D, or low calcium",
        "sentence": "Rest may help, and worry can feed a twitch.",
        "source": "the Mayo Clinic",
        "count": spoken_number(3),
        "elapsed": spoken_number(15),
        "step": spoken_number(3),
        "steps": spoken_number(9),
    }


def sentences_of(knowledge: Knowledge) -> Iterator[str]:
    """Return every whole sentence that the content can have said, each once."""
    values = values_of(knowledge)
    seen: set[str] = set()
    for spoken in spoken_sentences(knowledge):
        section, name = str(spoken.keys[0]), str(spoken.keys[1])
        if section.endswith("prompts") and (
            name in PARTS_OF_SENTENCES or name.startswith(REASON_PREFIX)
        ):
            continue
        sentence = filled(spoken.sentence, values)
        if len(sentence.split()) > 1 and normalized(sentence) not in seen:
            seen.add(normalized(sentence))
            yield sentence


def hear_again(knowledge: Knowledge, folder: Path) -> list[Found]:
    """Render and recognise every sentence; `folder` is for what the decoder keeps."""
    sentences = list(sentences_of(knowledge))
    plain = [normalized(sentence) for sentence in sentences]
    recognizer = VoskRecognizer(model_store.default_folder(checkout()), {}, cache_folder=folder)
    found: list[Found] = []
    with ExitStack() as stack:
        voice = make_voice(stack, knowledge)
        for number, sentence in enumerate(sentences):
            samples = resample(voice.render(sentence), voice.sample_rate, RATE)
            recognizer.use("idle")
            recognizer.accept(np.pad(samples, (0, int(TAIL_SECONDS * RATE))))
            heard = next((h.text for h in recognizer.finish() if h.text), "")
            nearest, likeness, _ = process.extractOne(heard, plain, scorer=fuzz.ratio)
            found.append(Found(sentence, heard, nearest, round(likeness, 1)))
            if sys.stderr.isatty():
                sys.stderr.write(f"\r{number + 1} of {len(sentences)}")
    return found


def main() -> int:
    """Print the share found again, and the rest."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    options = parser.parse_args()
    knowledge = load(None).knowledge
    assert knowledge is not None
    with tempfile.TemporaryDirectory() as folder:
        found = hear_again(knowledge, Path(folder))
    share = sum(each.again for each in found) / len(found)
    if options.json:
        each = [{**asdict(one), "again": one.again} for one in found]
        report = {"voice": VOICE, "sentences": len(found), "share": share, "each": each}
        sys.stdout.write(json.dumps(report, indent=1) + "\n")
        return 0
    again = sum(each.again for each in found)
    sys.stdout.write(f"{again} of {len(found)} sentences found again ({share:.3f}), {VOICE}\n")
    for each in found:
        if not each.again:
            sys.stdout.write(f"- {each.sentence}\n  heard: {each.heard}\n  like: {each.nearest}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
