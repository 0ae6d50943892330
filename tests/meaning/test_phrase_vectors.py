from __future__ import annotations

import hashlib
import stat

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_skill.meaning.phrase_vectors import WORTH_TELLING, KeepingEncoder


class Counted:
    """Encodes any text by its hash, and notes what it was given."""

    dimensions = 4

    def __init__(self, name: str = "weights") -> None:
        self.name = name
        self.seen: list[str] = []

    def encode(self, texts):
        self.seen += texts
        rows = [list(hashlib.sha256(f"{self.name} {t!a}".encode()).digest()[:4]) for t in texts]
        vectors = np.array(rows, np.float32).reshape(-1, 4) + 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


PHRASES = ["my foot twitches", "stop", "what is it"]


def files(folder):
    return sorted(folder.glob("*"))


def test_phrases_are_encoded_once(tmp_path):
    first = KeepingEncoder(Counted(), tmp_path).encode_phrases(PHRASES)
    later = Counted()
    assert np.array_equal(KeepingEncoder(later, tmp_path).encode_phrases(PHRASES), first)
    assert later.seen == []


def test_rows_are_in_the_order_asked_for_whatever_it_is(tmp_path):
    kept = KeepingEncoder(Counted(), tmp_path)
    first = kept.encode_phrases(PHRASES)
    assert np.array_equal(kept.encode_phrases([*PHRASES[::-1], "stop"]), first[[2, 1, 0, 1]])
    assert kept.encode_phrases([]).shape == (0, 4)


def test_a_changed_skill_costs_its_new_phrases_alone(tmp_path):
    KeepingEncoder(Counted(), tmp_path).encode_phrases(PHRASES)
    later = Counted()
    KeepingEncoder(later, tmp_path).encode_phrases([*PHRASES[1:], "new", "newer"])
    assert later.seen == ["new", "newer"]


def test_other_weights_share_nothing(tmp_path):
    KeepingEncoder(Counted(), tmp_path).encode_phrases(PHRASES)
    other = Counted("other weights")
    KeepingEncoder(other, tmp_path).encode_phrases(PHRASES)
    assert other.seen == PHRASES


def test_what_a_person_says_is_never_kept(tmp_path):
    KeepingEncoder(Counted(), tmp_path).encode(["i am afraid"])
    assert files(tmp_path) == []


def test_the_files_are_for_their_owner_alone_and_few(tmp_path):
    folder = tmp_path / "phrases"
    for number in range(12):
        KeepingEncoder(Counted(), folder).encode_phrases([f"phrase {number}"])
    assert len(files(folder)) == 8
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in files(folder)} == {0o600}


def broken(content):
    return [b"", b"no archive", content[: len(content) // 2], content[:-1]]


@pytest.mark.parametrize("way", range(4))
def test_a_broken_file_is_made_anew(tmp_path, way):
    first = KeepingEncoder(Counted(), tmp_path).encode_phrases(PHRASES)
    (path,) = files(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(broken(whole)[way])
    assert np.array_equal(KeepingEncoder(Counted(), tmp_path).encode_phrases(PHRASES), first)
    assert len(path.read_bytes()) == len(whole)


@pytest.mark.parametrize(
    "vectors",
    [
        np.full((3, 4), np.nan, np.float32),
        np.zeros((3, 4), np.float32),
        np.ones((2, 4), np.float32) / 2,
        np.ones((3, 5), np.float32) / 5**0.5,
        np.ones((3, 4)) / 2,
    ],
)
def test_vectors_that_cannot_be_are_made_anew(tmp_path, vectors):
    first = KeepingEncoder(Counted(), tmp_path).encode_phrases(PHRASES)
    (path,) = files(tmp_path)
    with np.load(path) as stored:
        texts = stored["texts"]
    np.savez(path, texts=texts, vectors=vectors)
    assert np.array_equal(KeepingEncoder(Counted(), tmp_path).encode_phrases(PHRASES), first)


def test_a_folder_that_cannot_be_written_costs_time_and_nothing_else(tmp_path):
    (tmp_path / "a-file").write_bytes(b"")
    kept = KeepingEncoder(Counted(), tmp_path / "a-file" / "phrases")
    assert kept.encode_phrases(PHRASES).shape == (3, 4)


def test_much_work_is_announced_once(tmp_path):
    many = [f"phrase {number}" for number in range(WORTH_TELLING)]
    told = []
    kept = KeepingEncoder(Counted(), tmp_path, told.append)
    kept.encode_phrases(many)
    kept.encode_phrases([*many, "another"])
    assert len(told) == 1
    assert str(WORTH_TELLING) in told[0]


@given(st.lists(st.text(st.characters(), max_size=20), max_size=8))
def test_any_phrases_come_back_as_they_were(tmp_path_factory, texts):
    folder = tmp_path_factory.mktemp("phrases")
    first = KeepingEncoder(Counted(), folder).encode_phrases(texts)
    later = Counted()
    assert np.array_equal(KeepingEncoder(later, folder).encode_phrases(texts), first)
    assert later.seen == []
