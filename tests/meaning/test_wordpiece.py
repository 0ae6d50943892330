from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_encoder import VOCABULARY

from voice_skill.meaning.wordpiece import WordPiece, words

ANY_TEXT = st.text(st.characters(), max_size=300)  # lone surrogates and control codes, too

# Computed with the library `tokenizers` from the published tokenizer.json.
PUBLISHED = {
    "my big toe keeps twitching at night": [2026, 2502, 11756, 7906, 25402, 2012, 2305],
    "stop": [2644],
    "": [],
    "   ": [],
    "Café déjà-vu NAÏVE ÀÉÎ": [7668, 2139, 3900, 1011, 24728, 15743, 29347, 2072],
    "don't stop, it's fine": [2123, 1005, 1056, 2644, 1010, 2009, 1005, 1055, 2986],
    "don’t – stop…": [2123, 1521, 1056, 1516, 2644, 1529],
    "restless legs fasciculation": [15035, 3456, 6904, 11020, 2594, 9513],
    "日本語 text": [1864, 1876, 1950, 3793],
    "emoji 😀 here": [7861, 29147, 2072, 100, 2182],
    "x\u200by\u00a0z": [1060, 2100, 1062],
    "tab\tand\nline": [21628, 1998, 2240],
    "$5 + 3^2 `q` ~": [1002, 1019, 1009, 1017, 1034, 1016, 1036, 1053, 1036, 1066],
    "İstanbul ß ŒUVRE": [9960, 1096, 1107, 2226, 12229],
    "ﬁsh ⅷ ½": [1984, 4095, 100, 1092],
    "हिन्दी": [1339, 29877, 29863, 29861, 29878],
    "ёлка Ё": [1185, 29436, 28598, 1185],
    "e\u0301a\x00b\ufffd": [19413, 2497],
    "a" * 100: [13360, *[11057] * 48, 2050],
    "a" * 101: [100],
    "qzxjkvw": [1053, 2480, 2595, 15992, 2615, 2860],
}


@pytest.mark.encoder
@pytest.mark.parametrize("text", PUBLISHED, ids=range(len(PUBLISHED)))
def test_pieces_are_those_of_the_published_tokenizer(encoder_folder, text):
    pieces = WordPiece(encoder_folder / "vocab.txt")
    assert pieces.encode(text) == [101, *PUBLISHED[text], 102]


def named(vocabulary, text, limit=128):
    return [VOCABULARY[number] for number in WordPiece(vocabulary).encode(text, limit)]


def test_words_are_cut_from_the_left_into_the_longest_pieces(vocabulary):
    assert named(vocabulary, "My foot jumps") == ["[CLS]", "my", "foot", "jump", "##s", "[SEP]"]


def test_signs_stand_by_themselves(vocabulary):
    assert named(vocabulary, "foot,stop'") == ["[CLS]", "foot", ",", "stop", "'", "[SEP]"]


def test_a_word_that_cannot_be_cut_is_unknown_as_a_whole(vocabulary):
    assert named(vocabulary, "jumping stop") == ["[CLS]", "[UNK]", "stop", "[SEP]"]


def test_a_long_text_is_cut_off_and_still_ended(vocabulary):
    assert named(vocabulary, "stop " * 500, 5) == ["[CLS]", "stop", "stop", "stop", "[SEP]"]


def test_the_marks_cannot_be_written_in_a_text(vocabulary):
    assert "[SEP]" not in named(vocabulary, "[SEP] stop")[:-1]


def test_a_file_that_is_no_vocabulary_is_refused(tmp_path):
    (tmp_path / "vocab.txt").write_text("one\ntwo\n")
    with pytest.raises(ValueError, match="lacks"):
        WordPiece(tmp_path / "vocab.txt")


@given(ANY_TEXT)
def test_any_text_becomes_pieces_of_the_vocabulary(vocabulary, text):
    found = WordPiece(vocabulary).encode(text, 20)
    assert VOCABULARY[found[0]] == "[CLS]"
    assert VOCABULARY[found[-1]] == "[SEP]"
    assert 2 <= len(found) <= 20
    assert all(0 <= number < len(VOCABULARY) for number in found)


@given(ANY_TEXT)
def test_clean_words_stay_as_they_are(text):
    once = list(words(text))
    assert list(words(" ".join(once))) == once
