from __future__ import annotations

import os
import resource
import stat

import numpy as np
import pytest
from numpy.typing import NDArray

from voice_skill.domain.errors import EngineError
from voice_skill.speech.voice_cache import CachedSynthesizer


class CountingVoice:
    """Says every sentence as a tone as long as its text, and counts how often it was asked."""

    sample_rate = 22050

    def __init__(self, identity: str = "counting 1") -> None:
        self.identity = identity
        self.asked = 0
        self.closed = False

    def render(self, sentence: str, *, rate: float = 1.0) -> NDArray[np.int16]:
        self.asked += 1
        if sentence == "fail":
            raise EngineError("no voice")
        return np.arange(1, 1000 * len(sentence) + 1).astype(np.int16)

    def close(self) -> None:
        self.closed = True


def test_a_sentence_is_rendered_once(tmp_path):
    inner = CountingVoice()
    cache = CachedSynthesizer(inner, tmp_path / "voice")
    first = cache.render("Hello.")
    assert np.array_equal(cache.render("Hello."), first)
    assert np.array_equal(CachedSynthesizer(inner, tmp_path / "voice").render("Hello."), first)
    assert inner.asked == 1


def test_pace_and_engine_tell_sentences_apart(tmp_path):
    inner, newer = CountingVoice(), CountingVoice("counting 2")
    cache = CachedSynthesizer(inner, tmp_path)
    cache.render("Hello.")
    cache.render("Hello.", rate=0.8)
    CachedSynthesizer(newer, tmp_path).render("Hello.")
    assert (inner.asked, newer.asked) == (2, 1)


def test_only_the_owner_can_look_into_it(tmp_path):
    folder = tmp_path / "deep" / "voice"
    CachedSynthesizer(CountingVoice(), folder).render("My secret cramp.")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    (file,) = folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "secret" not in file.name


def test_what_tells_of_the_person_never_reaches_the_disk(tmp_path):
    inner = CountingVoice()
    cache = CachedSynthesizer(inner, tmp_path, may_keep=lambda sentence: "cramp" not in sentence)
    cache.render("I heard: a cramp in your calf.")
    assert list(tmp_path.iterdir()) == []
    cache.render("Shall we begin?")
    assert len(list(tmp_path.iterdir())) == 1


def test_a_folder_open_to_others_is_closed_to_them(tmp_path):
    folder = tmp_path / "voice"
    folder.mkdir()
    folder.chmod(0o755)
    CachedSynthesizer(CountingVoice(), folder).render("Hello.")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("content", [b"", b"RIFF", b"\0" * 500])
def test_a_damaged_file_is_replaced(tmp_path, content):
    inner = CountingVoice()
    cache = CachedSynthesizer(inner, tmp_path)
    whole = cache.render("Hello.")
    (file,) = tmp_path.iterdir()
    file.write_bytes(content or file.read_bytes()[:-10])
    assert np.array_equal(cache.render("Hello."), whole)
    assert inner.asked == 2
    cache.render("Hello.")
    assert inner.asked == 2


def test_a_folder_that_cannot_be_made_costs_time_only(tmp_path):
    (tmp_path / "file").write_bytes(b"in the way")
    inner = CountingVoice()
    cache = CachedSynthesizer(inner, tmp_path / "file" / "voice")
    assert cache.render("Hello.").size == cache.render("Hello.").size == 6000
    assert inner.asked == 2


def test_a_full_disk_costs_time_only(tmp_path):
    inner = CountingVoice()
    cache = CachedSynthesizer(inner, tmp_path)
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))  # no file may grow beyond
    try:
        assert cache.render("Hello.").size == 6000
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    assert list(tmp_path.iterdir()) == []


def test_the_longest_unused_goes_when_it_grows_too_large(tmp_path):
    inner = CountingVoice()
    cache = CachedSynthesizer(inner, tmp_path, size_limit=50_000)  # four of 12 KB
    for n in range(4):
        cache.render(f"Nr. {n}.")
        (newest,) = (f for f in tmp_path.iterdir() if f.stat().st_mtime > 10_000)
        os.utime(newest, (n, n))
    asked = inner.asked
    cache.render("Nr. 0.")  # used again, so it is the newest now
    cache.render("Nr. 4.")
    assert inner.asked == asked + 1
    assert sum(f.stat().st_size for f in tmp_path.iterdir()) <= 50_000
    cache.render("Nr. 0.")
    assert inner.asked == asked + 1
    cache.render("Nr. 1.")
    assert inner.asked == asked + 2


def test_a_failure_is_passed_on_and_not_kept(tmp_path):
    cache = CachedSynthesizer(CountingVoice(), tmp_path)
    with pytest.raises(EngineError):
        cache.render("fail")
    assert list(tmp_path.iterdir()) == []


def test_closing_closes_the_inner_voice(tmp_path):
    inner = CountingVoice()
    with CachedSynthesizer(inner, tmp_path):
        pass
    assert inner.closed
