from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from voice_skill.speech.dither import Dither


@given(st.lists(st.integers(0, 3000), max_size=60))
def test_the_noise_does_not_depend_on_the_blocks(sizes):
    whole, parts = Dither(), Dither()
    silence = np.zeros(sum(sizes), np.int16)
    pieces = [parts.add(np.zeros(size, np.int16)) for size in sizes]
    assert np.array_equal(whole.add(silence), np.concatenate([*pieces, silence[:0]]))


def test_every_utterance_begins_with_the_same_noise():
    dither = Dither()
    first = dither.add(np.zeros(500, np.int16))
    assert not np.array_equal(dither.add(np.zeros(500, np.int16)), first)
    dither.restart()
    assert np.array_equal(dither.add(np.zeros(500, np.int16)), first)


def test_it_is_faint_and_never_overflows():
    noise = Dither().add(np.zeros(60000, np.int16)).astype(float)
    assert 0.9 < noise.std() < 1.2
    for extreme in (-32768, 32767):
        loud = Dither().add(np.full(5000, extreme, np.int16))
        assert np.abs(loud.astype(int) - extreme).max() < 10
