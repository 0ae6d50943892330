"""Writing a file of a cache: whole or not at all, for its owner alone."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from voice_skill.files.private_folder import private_folder


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """Give a stream that becomes the file `path` when the block ends, and nothing if it fails.

    The folder is made if need be and kept from other people. Raises OSError.
    """
    private_folder(path.parent)
    handle, name = tempfile.mkstemp(".part", dir=path.parent)  # with mode 0600
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
