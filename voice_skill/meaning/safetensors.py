"""Reading tensors from a .safetensors file: a header in JSON, then the numbers."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_LONGEST_HEADER = 2**24
_KINDS = {"F32": "<f4", "F16": "<f2", "I64": "<i8"}


def read_tensors(path: Path) -> Mapping[str, NDArray[Any]]:
    """Return every tensor as a read-only view into the mapped file.

    OSError when it cannot be read, ValueError when it is damaged or holds other kinds of numbers.
    """
    mapped = np.memmap(path, mode="r", dtype=np.uint8)  # ValueError for an empty file
    length = int.from_bytes(mapped[:8].tobytes(), "little")
    if length > min(_LONGEST_HEADER, mapped.size - 8):
        raise ValueError(f"{path.name} is cut short")
    header = mapped[8 : 8 + length].tobytes()
    data = mapped[8 + length :]
    try:
        entries = {k: v for k, v in json.loads(header).items() if k != "__metadata__"}
        return {name: _tensor(data, entry) for name, entry in entries.items()}
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path.name} is damaged: {error!r}") from error


def _tensor(data: NDArray[np.uint8], entry: Mapping[str, Any]) -> NDArray[Any]:
    kind = np.dtype(_KINDS[entry["dtype"]])
    shape = tuple(map(int, entry["shape"]))
    begin, end = map(int, entry["data_offsets"])
    inside = 0 <= begin <= end <= data.size and min(shape, default=0) >= 0
    if not inside or end - begin != kind.itemsize * math.prod(shape):
        raise ValueError("a tensor lies outside of the file")
    return data[begin:end].view(kind).reshape(shape)
