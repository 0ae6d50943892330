from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray
from small_trigram import ngram_file, stock_of

from voice_skill.speech.adapted_graph import (
    adapted_graph,
    main,
    unigram_of,
    with_ids,
    write_adapted,
)
from voice_skill.speech.openfst import read_header
from voice_skill.speech.overlay import NotAdaptedError, overlay
from voice_skill.speech.recognizer import VoskRecognizer
from voice_skill.speech.symbols import Vocabulary

SYMBOLS = [b"<eps>", b"my", b"foot", b"is", b"still", b"it", b"was", b"the"]
STOCK = stock_of([([1, 2, 3, 4], 1.0), ([5, 6, 7, 2], 1.0)], np.full(8, 1 / 8))
SENTENCES = [("my foot was still", 1.0), ("the foot", 0.1)]


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    (folder / "graph").mkdir(parents=True)
    (folder / "graph" / "Gr.fst").write_bytes(ngram_file(STOCK, SYMBOLS))
    (folder / "conf").mkdir()
    (folder / "conf" / "model.conf").write_text("--beam=10\n")
    return folder


def test_sentences_with_unknown_words_are_left_out_whole():
    vocabulary = Vocabulary({word: number for number, word in enumerate(SYMBOLS)})
    sentences = [("my foot", 1.0), ("my midfoot", 1.0), ("", 1.0), ("it <eps>", 1.0)]
    assert with_ids(sentences, vocabulary) == [([1, 2], 1.0)]


def test_the_unigram_is_complete():
    assert unigram_of(STOCK).sum() == pytest.approx(1.0, abs=1e-5)
    assert len(unigram_of(STOCK)) == 8


def test_its_name_changes_with_all_that_makes_it(tmp_path, model):
    names = {
        adapted_graph(model, sentences, tmp_path, share=share).name
        for sentences in (SENTENCES, SENTENCES[:1], [("my foot was still", 2.0), SENTENCES[1]])
        for share in (0.3, 0.5)
    }
    assert len(names) == 6
    again = adapted_graph(model, list(SENTENCES), tmp_path, share=0.5).name
    assert again in names


def test_it_is_made_once_and_told_of_and_kept(tmp_path, model):
    cache = tmp_path / "cache"
    told: list[str] = []
    source = adapted_graph(model, SENTENCES, cache, notify=told.append)
    files = ("conf/model.conf", "graph/Gr.fst")
    with overlay(model, cache, None, files, source) as folder:
        made = (folder / "graph" / "Gr.fst").read_bytes()
    assert read_header(made)[0].kind == b"const"
    assert len(told) == 1
    with overlay(model, cache, None, files, source) as again:
        assert again == folder
    assert len(told) == 1
    (folder / "graph" / "Gr.fst").write_bytes(made[:100])
    with overlay(model, cache, None, files, source):
        assert (folder / "graph" / "Gr.fst").read_bytes() == made
    assert len(told) == 2


def test_where_nothing_can_be_kept_it_is_not_made(tmp_path, model):
    (tmp_path / "cache").write_text("a file is in the way")
    told: list[str] = []
    source = adapted_graph(model, SENTENCES, tmp_path / "cache", notify=told.append)
    with (
        pytest.raises(NotAdaptedError, match=f"cache folder {tmp_path}/cache.*XDG_CACHE_HOME"),
        overlay(model, tmp_path / "cache", None, ("conf/model.conf", "graph/Gr.fst"), source),
    ):
        pass
    assert told == []


@pytest.mark.parametrize("sentences", [[("nobody knows", 1.0)], []])
def test_what_the_other_process_cannot_do_is_reported(tmp_path, model, sentences):
    source = adapted_graph(model, sentences, tmp_path)
    with pytest.raises(NotAdaptedError, match="no sentence"):
        source.write(tmp_path / "Gr.fst")


def test_why_it_cannot_be_made_is_not_taken_for_a_cache_that_cannot_be_written(tmp_path, model):
    source = adapted_graph(model, [], tmp_path / "cache")
    with (
        pytest.raises(NotAdaptedError, match="no sentence"),
        overlay(model, tmp_path / "cache", None, ("conf/model.conf", "graph/Gr.fst"), source),
    ):
        pass


def test_a_damaged_model_is_reported(tmp_path, model):
    (model / "graph" / "Gr.fst").write_bytes(b"broken")
    with pytest.raises(NotAdaptedError, match="cannot be read"):
        adapted_graph(model, SENTENCES, tmp_path).write(tmp_path / "Gr.fst")


def test_both_processes_write_the_same(tmp_path, model, monkeypatch):
    write_adapted(model, tmp_path / "here", 0.5, SENTENCES)
    sentences = tmp_path / "sentences.json"
    sentences.write_text(json.dumps(SENTENCES))
    with sentences.open() as stream:
        monkeypatch.setattr("sys.stdin", stream)
        assert main([str(model), str(tmp_path / "there"), "0.5"]) == 0
    assert (tmp_path / "here").read_bytes() == (tmp_path / "there").read_bytes()


def hear(recognizer: VoskRecognizer, samples: NDArray[np.int16]) -> dict[str, str]:
    """The best text of each decoder."""
    recognizer.accept(samples)
    hypotheses = recognizer.finish()
    return {h.decoder: h.text for h in reversed(hypotheses)}


@pytest.mark.model
def test_the_real_model_hears_our_words_and_its_grammars_hear_the_same(
    tmp_path, model_folder, samples_folder
):
    samples, rate = soundfile.read(samples_folder / "cramp_calf.flac", dtype="int16")
    assert rate == 16_000
    phrases = {"idle": ["i have a cramp in my calf", "my foot is twitching", "stop"]}
    stock = VoskRecognizer(model_folder, phrases, cache_folder=tmp_path)
    source = adapted_graph(model_folder, [("i have a cramp in my calf", 1.0)], tmp_path)
    adapted = VoskRecognizer(model_folder, phrases, cache_folder=tmp_path, open_graph=source)
    before, after = (hear(recognizer, samples) for recognizer in (stock, adapted))
    assert after["domain"] == before["domain"]
    assert "calf" in after["open"]
