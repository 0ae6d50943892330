"""What tests of several rooms need: the model, the recordings, folders of their own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True, scope="session")
def own_folders(tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test reads or writes the configuration, cache or data of the person who runs it."""
    home = tmp_path_factory.mktemp("home")
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        os.environ[name] = str(home / name.lower())


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
