"""An offline voice assistant for ankle and foot twitches and night spasms."""

from __future__ import annotations

import os

# The threads of numpy's products wait in a loop: on two busy cores a sentence took 0.2 s of
# processor time in the encoder, and 10 ms with one thread. The detector of voices asks for four
# whatever OMP_NUM_THREADS says: 1.6 ms a block, and 0.11 ms where the limit leaves it one.
# Read when these libraries are loaded.
for _name in ("OMP_NUM_THREADS", "OMP_THREAD_LIMIT", "OPENBLAS_NUM_THREADS"):
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
