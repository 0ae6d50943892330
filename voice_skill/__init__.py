"""An offline voice assistant for ankle and foot twitches and night spasms."""

from __future__ import annotations


def __getattr__(name: str) -> str:
    """Look `__version__` up when it is asked for: the metadata module costs 30 ms at start."""
    if name != "__version__":
        raise AttributeError(name)
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("voice-skill")
    except PackageNotFoundError:  # a plain checkout on the path, not installed
        return "0+unknown"
