"""A BERT encoder small enough to write down: random weights, and the textbook's arithmetic."""

from __future__ import annotations

import hashlib
import json
import math
from pathlib import Path

import numpy as np

VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "my", "foot", "jump", "##s", "stop", ",", "'"]
DIMENSIONS, INNER, LAYERS, HEADS = 24, 48, 2, 12


def tensors(seed: int = 1) -> dict[str, np.ndarray]:
    """Random weights by their published names."""
    random = np.random.default_rng(seed)

    def draw(*shape: int) -> np.ndarray:
        return random.normal(0, 0.3, shape).astype(np.float32)

    found = {
        "embeddings.word_embeddings.weight": draw(len(VOCABULARY), DIMENSIONS),
        "embeddings.position_embeddings.weight": draw(16, DIMENSIONS),
        "embeddings.token_type_embeddings.weight": draw(2, DIMENSIONS),
    }
    norms = ["embeddings.LayerNorm"]
    for number in range(LAYERS):
        at = f"encoder.layer.{number}."
        for part in ("query", "key", "value"):
            found[f"{at}attention.self.{part}.weight"] = draw(DIMENSIONS, DIMENSIONS)
            found[f"{at}attention.self.{part}.bias"] = draw(DIMENSIONS)
        for part, outputs, inputs in (
            ("attention.output", DIMENSIONS, DIMENSIONS),
            ("intermediate", INNER, DIMENSIONS),
            ("output", DIMENSIONS, INNER),
        ):
            found[f"{at}{part}.dense.weight"] = draw(outputs, inputs)
            found[f"{at}{part}.dense.bias"] = draw(outputs)
        norms += [f"{at}attention.output.LayerNorm", f"{at}output.LayerNorm"]
    for norm in norms:
        found[f"{norm}.weight"] = 1 + draw(DIMENSIONS)
        found[f"{norm}.bias"] = draw(DIMENSIONS)
    return found


def write_tensors(path: Path, found: dict[str, np.ndarray]) -> Path:
    """Write a .safetensors file."""
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    data = b""
    for name, tensor in found.items():
        raw = tensor.tobytes()
        kind = {"f4": "F32", "f2": "F16", "i8": "I64"}[tensor.dtype.str[1:]]
        offsets = [len(data), len(data) + len(raw)]
        header[name] = {"dtype": kind, "shape": list(tensor.shape), "data_offsets": offsets}
        data += raw
    head = json.dumps(header).encode()
    path.write_bytes(len(head).to_bytes(8, "little") + head + data)
    return path


def write_published(folder: Path) -> dict[str, str]:
    """Write the two published files; return their names and SHA-256."""
    folder.mkdir(parents=True, exist_ok=True)
    write_tensors(folder / "model.safetensors", tensors())
    (folder / "vocab.txt").write_text("\n".join(VOCABULARY) + "\n", "utf-8")
    names = ("model.safetensors", "vocab.txt")
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}


def textbook(found: dict[str, np.ndarray], pieces: list[int]) -> np.ndarray:
    """Encode one sentence of piece numbers, in float64 and one head after the other."""

    def dense(x: np.ndarray, name: str) -> np.ndarray:
        return x @ found[f"{name}.weight"].T.astype(float) + found[f"{name}.bias"]

    def norm(x: np.ndarray, name: str) -> np.ndarray:
        x = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-12)
        return x * found[f"{name}.weight"] + found[f"{name}.bias"]

    x = found["embeddings.word_embeddings.weight"][pieces].astype(float)
    x = x + found["embeddings.position_embeddings.weight"][: len(pieces)]
    x = norm(x + found["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    size = DIMENSIONS // HEADS
    for number in range(LAYERS):
        at = f"encoder.layer.{number}."
        q, k, v = (dense(x, f"{at}attention.self.{part}") for part in ("query", "key", "value"))
        heads = []
        for head in range(HEADS):
            own = slice(head * size, (head + 1) * size)
            weights = np.exp(q[:, own] @ k[:, own].T / math.sqrt(size))
            heads.append(weights / weights.sum(-1, keepdims=True) @ v[:, own])
        mixed = dense(np.concatenate(heads, -1), f"{at}attention.output.dense")
        x = norm(x + mixed, f"{at}attention.output.LayerNorm")
        inner = dense(x, f"{at}intermediate.dense")
        inner = inner * (1 + np.vectorize(math.erf)(inner / math.sqrt(2))) / 2
        x = norm(x + dense(inner, f"{at}output.dense"), f"{at}output.LayerNorm")
    mean = x.mean(0)
    return mean / np.linalg.norm(mean)
