"""The figures behind the gate threshold: log-likelihood ratios a frame, ours against not ours.

Ours: sentences sampled from the templates (warning signs apart), spoken by four synthetic voices,
clean and at 10 dB. Not ours: people's read sentences and short phrases. scripts/tool gate
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

import bench
import numpy as np
import people
import voices
from numpy.typing import NDArray

from voice_skill.audio.conditions import mix
from voice_skill.domain.model import DialogueState
from voice_skill.understanding.gate import likelihood_margin

SPEAKERS = ("flite-rms", "festival-slt", "espeak-gb", "flite-slt")
NOT_OURS = ("librispeech_other", "mycroft_notwake")
QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)

Samples = NDArray[np.int16]
Clip = tuple[str, Samples, DialogueState]


def ours(engines: bench.Bench) -> Iterator[Clip]:
    """Yield sampled sentences, spoken."""
    templates = engines.understander.templates
    sentences: list[tuple[str, str, DialogueState]] = [
        *(("any", s, "idle") for s in templates.sample("idle", 1024, 991)[1000:]),
        *(("any", s, "routine") for s in templates.sample("routine", 1016, 992)[1000:]),
        *(("warning sign", s, "idle") for s in templates.sample_intent("alarm", 30, 993)),
    ]
    noises = [
        bench.read_recording(path, limit_seconds=None)
        for path in sorted((people.RECORDINGS / "noise").glob("*.wav"))
    ]
    for number, (kind, sentence, state) in enumerate(sentences):
        clean = voices.render(sentence, SPEAKERS[number % len(SPEAKERS)])
        yield f"ours, {kind}, clean", clean, state
        noisy = mix(clean, noises[number % len(noises)], 10, number)
        yield f"ours, {kind}, 10 dB", noisy, state


def not_ours() -> Iterator[Clip]:
    """Yield recordings of people who do not speak to us."""
    for folder in NOT_OURS:
        for path in sorted((people.RECORDINGS / folder).glob("*.wav")):
            yield f"not ours, {folder}", bench.read_recording(path, limit_seconds=None), "idle"


def main() -> int:
    """Print the quantiles of each kind."""
    argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0]).parse_args()
    people.require("noise", *NOT_OURS)
    engines = bench.Bench()
    margins: dict[str, list[float]] = {}
    for kind, samples, state in (*ours(engines), *not_ours()):
        engines.recognizer.use(state)
        engines.recognizer.accept(samples)
        margin = likelihood_margin(engines.recognizer.finish())
        if margin is not None:
            margins.setdefault(kind, []).append(margin)
    head = "  ".join(f"{q:>6.0%}" for q in QUANTILES)
    sys.stdout.write(f"{'':<32}  {'n':>3}  {head}\n")
    for kind, values in margins.items():
        row = "  ".join(f"{v:>6.2f}" for v in np.quantile(values, QUANTILES))
        sys.stdout.write(f"{kind:<32}  {len(values):>3}  {row}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
