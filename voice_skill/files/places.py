"""Where models, the diary and what can be made again belong."""

from __future__ import annotations

from pathlib import Path

import platformdirs


def checkout() -> Path | None:
    """Return the folder of the source checkout that this package runs from, or None."""
    top = Path(__file__).resolve().parents[2]
    return top if (top / "pyproject.toml").is_file() and (top / "models").is_dir() else None


def models_folder(checkout: Path | None) -> Path:
    """Return `models/` of a checkout, else of the user's data folder."""
    base = checkout if checkout is not None else platformdirs.user_data_path("voice-skill")
    return base / "models"


def cache_folder() -> Path:
    """Return the folder for what can be made again: model overlays, rendered sentences."""
    return platformdirs.user_cache_path("voice-skill", appauthor=False)


def diary_path() -> Path:
    """Return where the user's diary stands, whether or not there is one: in a folder of its own."""
    return platformdirs.user_data_path("voice-skill", appauthor=False) / "diary" / "diary.sqlite3"
