"""One Kaldi recognizer as a decoder of utterances: samples in, scored hypotheses out.

Here, and only here, live the ways of the Vosk API in 0.3.45 that would otherwise spoil a result.
"""

from __future__ import annotations

import heapq
import json
from collections.abc import Sequence
from typing import Any, Protocol

from voice_skill.domain import model as nouns

SAMPLE_RATE = 16000
FRAME_SECONDS = 0.03
"""A decoder's frame: 10 ms of features, every third one (frame-subsampling-factor 3)."""

_BLOCK = 2 * 512  # bytes: 32 ms, what a voice activity detector looks at
_SILENCE = bytes(2 * SAMPLE_RATE // 50)  # 20 ms of zeros

Alternative = tuple[float, str]
"""A log score (higher is better) and a text."""


class KaldiRecognizer(Protocol):
    """What is used of `vosk.KaldiRecognizer`; the names are its own."""

    def AcceptWaveform(self, data: bytes, /) -> int:  # noqa: N802
        """Decode 16-bit samples; not 0 at an endpoint of its own."""

    def Result(self) -> str:  # noqa: N802
        """End a segment at an endpoint; JSON."""

    def PartialResult(self) -> str:  # noqa: N802
        """Give what is heard so far; JSON."""

    def FinalResult(self) -> str:  # noqa: N802
        """End the audio and forget the speaker; JSON."""


class UtteranceDecoder:
    """Decodes one utterance after another; for one thread only (Vosk aborts otherwise)."""

    def __init__(
        self,
        recognizer: KaldiRecognizer,
        name: nouns.Decoder,
        alternatives: int,
        word_bonus: float = 0.0,
    ) -> None:
        """Decode with `recognizer`, which gives up to `alternatives`; `name` marks hypotheses.

        `word_bonus` is added to a hypothesis' log score for each of its words.
        """
        self._recognizer = recognizer
        self._name = name
        self._alternatives = alternatives
        self._word_bonus = word_bonus
        self._segments: list[Sequence[Alternative]] = []
        self._ended = False  # Vosk has just ended a segment, and got no samples since
        self._waiting = b""
        self._bytes = 0

    @property
    def name(self) -> nouns.Decoder:
        """Which decoder its hypotheses come from."""
        return self._name

    def accept(self, block: bytes) -> None:
        """Decode a block of 16-bit samples at 16 kHz, of any size.

        Vosk gets them in blocks of one size: the cuts have a small say in the scores, and the
        same sound is to give the same result.
        """
        self._bytes += len(block)
        samples = self._waiting + block
        whole = len(samples) - len(samples) % _BLOCK
        for start in range(0, whole, _BLOCK):
            self._decode(samples[start : start + _BLOCK])
        self._waiting = samples[whole:]

    def _decode(self, block: bytes) -> None:
        self._ended = bool(self._recognizer.AcceptWaveform(block))
        if self._ended:
            self._segments.append(_alternatives(self._recognizer.Result()))

    def partial(self) -> str:
        """Return the text heard so far in this utterance."""
        texts = [segment[0][1] for segment in self._segments if segment]
        if not self._ended:
            # Right after Result() this would be the ended segment once more.
            texts.append(json.loads(self._recognizer.PartialResult()).get("partial", ""))
        return " ".join(text for text in texts if text)

    def finish(self) -> tuple[nouns.Hypothesis, ...]:
        """End the utterance: its hypotheses, best first; the next one begins afresh.

        The text of a hypothesis is empty where silence was the better explanation; scores are
        comparable only within one utterance.
        """
        if not self._bytes:
            return ()
        if self._waiting:
            self._decode(self._waiting)
        if self._ended:
            # FinalResult() right after Result() is empty and keeps the last speaker's adaptation.
            self._recognizer.AcceptWaveform(_SILENCE)
        self._segments.append(_alternatives(self._recognizer.FinalResult()))
        frames = round(self._bytes / (2 * SAMPLE_RATE) / FRAME_SECONDS)
        best = join_segments(self._segments, self._alternatives)
        self._segments, self._ended, self._waiting, self._bytes = [], False, b"", 0
        scored = [(score + self._word_bonus * len(text.split()), text) for score, text in best]
        scored.sort(key=lambda alternative: -alternative[0])
        return tuple(nouns.Hypothesis(text, self._name, score, frames) for score, text in scored)

    def discard(self) -> None:
        """Forget the utterance so far."""
        # Reset() would keep the speaker's adaptation.
        self.finish()


def _alternatives(result: str) -> Sequence[Alternative]:
    """Read an n-best result; after silence Vosk may leave out the key altogether."""
    content: dict[str, Any] = json.loads(result)
    found = content.get("alternatives", ())
    return [(float(a.get("confidence", 0.0)), str(a.get("text", "")).strip()) for a in found]


def join_segments(segments: Sequence[Sequence[Alternative]], count: int) -> Sequence[Alternative]:
    """Join the n-best lists of consecutive segments to the `count` best of the whole.

    Scores are logarithms, so they add; of equal texts the better stays.
    """
    joined: Sequence[Alternative] = [(0.0, "")]
    heard = False
    for segment in segments:
        if not segment:
            continue
        heard = True
        pairs = ((a + b, f"{s} {t}".strip()) for a, s in joined for b, t in segment)
        joined = heapq.nlargest(count, pairs, key=lambda pair: pair[0])
    scores: dict[str, float] = {}
    for score, text in joined if heard else ():
        scores.setdefault(text, score)
    return [(score, text) for text, score in scores.items()]
