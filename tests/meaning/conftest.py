"""The installed sentence encoder, and a small one."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_encoder import VOCABULARY, tensors, write_tensors

from voice_skill.files.places import checkout
from voice_skill.meaning.encoder import SentenceEncoder
from voice_skill.meaning.quantised import convert, read_weights
from voice_skill.meaning.store import default_folder, open_encoder
from voice_skill.meaning.wordpiece import WordPiece


@pytest.fixture(scope="session")
def encoder_folder() -> Path:
    """Return the folder of the installed sentence encoder, or skip."""
    folder = default_folder(checkout())
    if not folder.is_dir():
        pytest.skip("no sentence encoder: voice-skill model install --only encoder")
    return folder


@pytest.fixture(scope="session")
def installed(encoder_folder: Path) -> SentenceEncoder:
    return open_encoder(encoder_folder)


@pytest.fixture(scope="session")
def vocabulary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("vocabulary") / "vocab.txt"
    path.write_text("\n".join(VOCABULARY) + "\n", "utf-8")
    return path


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory, vocabulary: Path) -> SentenceEncoder:
    folder = tmp_path_factory.mktemp("small")
    convert(write_tensors(folder / "model.safetensors", tensors()), folder / "weights.npz")
    return SentenceEncoder(read_weights(folder / "weights.npz"), WordPiece(vocabulary), "small")
