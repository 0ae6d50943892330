from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_skill.domain.model import Hypothesis
from voice_skill.speech.decoder import UtteranceDecoder, join_segments


class ScriptedRecognizer:
    """Answers from a script, with the manners of Vosk 0.3.45.

    `endpoints`: the numbers of the blocks after which Vosk sees an endpoint of its own.
    """

    def __init__(self, results: list[str], endpoints: tuple[int, ...] = ()) -> None:
        self.results = results
        self.endpoints = endpoints
        self.calls: list[str] = []
        self.blocks = 0
        self.sizes: list[int] = []

    def AcceptWaveform(self, data: bytes) -> int:  # noqa: N802
        self.calls.append("zeros" if not any(data) else "speech")
        self.blocks += 1
        self.sizes.append(len(data))
        return int(self.blocks in self.endpoints)

    def Result(self) -> str:  # noqa: N802
        self.calls.append("Result")
        return self.results.pop(0)

    def FinalResult(self) -> str:  # noqa: N802
        last = self.calls[-1]
        self.calls.append("FinalResult")
        return '{"text": ""}' if last == "Result" else self.results.pop(0)

    def PartialResult(self) -> str:  # noqa: N802
        return json.dumps({"partial": f"after {self.blocks}"})


def best(*alternatives: tuple[float, str]) -> str:
    return json.dumps({"alternatives": [{"confidence": s, "text": t} for s, t in alternatives]})


SPEECH = b"\1\0" * 512  # one block for Vosk: a frame, 30 ms, and a little


def test_an_utterance_gives_scored_hypotheses():
    recognizer = ScriptedRecognizer([best((240.5, "stop"), (238, " stopped"))])
    decoder = UtteranceDecoder(recognizer, "domain", 10)
    decoder.accept(SPEECH)
    assert decoder.partial() == "after 1"
    assert decoder.finish() == (
        Hypothesis("stop", "domain", 240.5, 1),
        Hypothesis("stopped", "domain", 238.0, 1),
    )


def test_nothing_heard_is_nothing_decoded():
    recognizer = ScriptedRecognizer([])
    decoder = UtteranceDecoder(recognizer, "open", 3)
    decoder.accept(b"")
    assert decoder.finish() == ()
    assert recognizer.calls == []


@pytest.mark.parametrize("result", ['{"text": ""}', '{"alternatives": []}', "{}"])
def test_alternatives_may_be_missing_after_silence(result):
    decoder = UtteranceDecoder(ScriptedRecognizer([result]), "open", 3)
    decoder.accept(SPEECH)
    assert decoder.finish() == ()


def test_segments_of_vosks_own_endpoint_are_put_together():
    recognizer = ScriptedRecognizer(
        [best((10, "my foot"), (9, "my food")), best((5, "twitches"), (1, "witches"))],
        endpoints=(1,),
    )
    decoder = UtteranceDecoder(recognizer, "domain", 3)
    decoder.accept(SPEECH)
    assert decoder.partial() == "my foot"
    decoder.accept(SPEECH)
    assert decoder.partial() == "my foot after 2"
    assert [(h.text, h.score, h.frames) for h in decoder.finish()] == [
        ("my foot twitches", 15, 2),
        ("my food twitches", 14, 2),
        ("my foot witches", 11, 2),
    ]


def test_silence_is_fed_before_the_end_when_a_segment_has_just_ended():
    recognizer = ScriptedRecognizer([best((3, "yes")), best((0, ""))], endpoints=(1,))
    decoder = UtteranceDecoder(recognizer, "domain", 3)
    decoder.accept(SPEECH)
    assert [h.text for h in decoder.finish()] == ["yes"]
    assert recognizer.calls == ["speech", "Result", "zeros", "FinalResult"]


@given(st.lists(st.integers(0, 1500), max_size=20))
def test_vosk_gets_blocks_of_one_size_however_the_sound_is_cut(sizes):
    recognizer = ScriptedRecognizer([best((1, "yes"))])
    decoder = UtteranceDecoder(recognizer, "domain", 3)
    for size in sizes:
        decoder.accept(b"\1\0" * size)
    decoder.finish()
    whole, rest = divmod(2 * sum(sizes), 1024)
    assert recognizer.sizes == [1024] * whole + [rest] * (rest > 0)


def test_an_utterance_leaves_nothing_to_the_next():
    recognizer = ScriptedRecognizer([best((1, "left")), best((2, "right"))])
    decoder = UtteranceDecoder(recognizer, "domain", 3)
    decoder.accept(SPEECH)
    decoder.discard()
    decoder.accept(SPEECH)
    assert decoder.finish() == (Hypothesis("right", "domain", 2.0, 1),)


def test_equal_texts_are_joined_to_the_better():
    joined = join_segments([[(5, "stop"), (4, "")], [(0, ""), (-3, "stop")]], 10)
    assert joined == [(5, "stop"), (4, ""), (2, "stop stop")]
