"""A small stand-in for the speech model's files."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class SmallModel:
    """Four files with a list of their hashes, as the shipped list has them."""

    contents: Mapping[str, bytes]
    files: Mapping[str, str]

    def write_folder(self, folder: Path) -> Path:
        for name, content in self.contents.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        return folder

    def write_zip(self, path: Path, top: str = "some-model/") -> Path:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("elsewhere/setup.py", "unrelated")
            for name, content in self.contents.items():
                archive.writestr(top + name, content)
        return path


@pytest.fixture
def small_model() -> SmallModel:
    contents = {
        "am/final.mdl": bytes(range(256)) * 40,
        "conf/model.conf": b"--beam=10.0\n--lattice-beam=2.0\n--endpoint.silence-phones=1:2\n",
        "conf/mfcc.conf": b"--num-ceps=40\n",
        "graph/Gr.fst": b"a graph",
    }
    files = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    return SmallModel(contents, files)
