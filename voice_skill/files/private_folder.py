"""A cache folder that only its owner can read or write."""

from __future__ import annotations

import os
from pathlib import Path

OWNER_ONLY = 0o700


def private_folder(path: Path) -> Path:
    """Make `path` (and what is above it) and keep other people out of it.

    Raises OSError when it cannot be made, or belongs to somebody else: what such a folder holds
    was not written by us, so it must not be used.
    """
    path.mkdir(mode=OWNER_ONLY, parents=True, exist_ok=True)
    status = path.stat()
    if status.st_uid != os.geteuid():
        raise PermissionError(f"{path} belongs to another user")
    if status.st_mode & 0o077:
        path.chmod(OWNER_ONLY)
    return path
