"""What tests of several rooms need: the models, the recordings, folders of their own."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LONGEST_FIRST = ("domain/test_dialogue_walk", "e2e", "recordings", "conversation", "evaluation")
"""Rooms and files whose tests take longest: begun last, one process would wait for the other."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest (with xdist: --no-loadscope-reorder)."""

    def place(item: pytest.Item) -> int:
        name = item.path.relative_to(ROOT / "tests").as_posix()
        return next((at for at, part in enumerate(LONGEST_FIRST) if name.startswith(part)), 99)

    items.sort(key=place)


@pytest.fixture(autouse=True, scope="session")
def own_folders(tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test reads or writes the configuration, cache or data of the person who runs it.

    The cache is one for all processes of a run, because everything in it is named by its content:
    learning the examples' meanings takes a minute. `VOICE_SKILL_TEST_CACHE` names another.
    """
    home = tmp_path_factory.mktemp("home")
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        os.environ[name] = str(home / name.lower())
    own = tmp_path_factory.getbasetemp()
    whole_run = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    os.environ["XDG_CACHE_HOME"] = os.environ.get(
        "VOICE_SKILL_TEST_CACHE", str(whole_run / "cache")
    )


@pytest.fixture(scope="session")
def model_folder() -> Path:
    """Return the installed speech model, or skip."""
    folder = ROOT / "models" / "vosk-model-small-en-us-0.15"
    if not (folder / "am" / "final.mdl").is_file():
        pytest.skip("the speech model is not installed: voice-skill model install")
    return folder


@pytest.fixture(scope="session")
def samples_folder() -> Path:
    """Return the shipped sample recordings."""
    return ROOT / "samples"


@pytest.fixture(scope="session")
def people() -> Path:
    """Return the recordings of real people, or skip."""
    named = os.environ.get("VOICE_SKILL_RECORDINGS")
    folder = Path(named) if named else ROOT.parent / "shared" / "recordings"
    if not folder.is_dir():
        pytest.skip("the recordings of real people are not here: set VOICE_SKILL_RECORDINGS")
    return folder


@dataclass(frozen=True)
class SmallModel:
    """A stand-in for a model: files with a list of their hashes, as the shipped lists have them."""

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
