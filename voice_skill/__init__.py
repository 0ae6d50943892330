"""An offline voice assistant for ankle and foot twitches and night spasms."""

from __future__ import annotations

import os

# The threads of numpy's products wait in a loop: on two busy cores a sentence took 0.2 s of
# processor time in the encoder, and 10 ms with one thread. Read when numpy is loaded.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")


def __getattr__(name: str) -> str:
    """Look `__version__` up when it is asked for: the metadata module costs 30 ms at start."""
    if name != "__version__":
        raise AttributeError(name)
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("voice-skill")
    except PackageNotFoundError:  # a plain checkout on the path, not installed
        return "0+unknown"
