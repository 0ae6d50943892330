"""The encoder's weights in 8 bits: made once from the published ones, read at every start.

Matrices hold whole numbers from -127 to 127 with one scale for each output channel (the table of
word pieces: for each piece); norms, biases and places keep their 32 bits. 91 MB become 23 MB.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voice_skill.meaning.safetensors import read_tensors

Floats = NDArray[np.float32]
Bytes = NDArray[np.int8]
Tensors = Mapping[str, NDArray[Any]]

FORMAT = 1
"""Raised whenever the file's contents change, so that no old file is read."""

MOST_PIECES = 128
"""Word pieces of a sentence that are looked at; the published table has places for 512."""

_PRODUCTS = ("mix", "out", "up", "down")


@dataclass(frozen=True, slots=True)
class Product:
    """x -> x weight + bias; weight (inputs, outputs), bias (outputs)."""

    weight: Floats
    bias: Floats


@dataclass(frozen=True, slots=True)
class Norm:
    """Layer normalisation: what each of its (dimensions) numbers is scaled and moved by."""

    scale: Floats
    shift: Floats


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer: `mix` makes queries, keys and values side by side (inputs, 3 x dimensions)."""

    mix: Product
    out: Product
    out_norm: Norm
    up: Product
    down: Product
    down_norm: Norm


@dataclass(frozen=True, slots=True)
class Weights:
    """The whole encoder. `table` (pieces, dimensions) stays in 8 bits, `scales` is (pieces, 1)."""

    table: Bytes
    scales: Floats
    places: Floats
    norm: Norm
    layers: tuple[Layer, ...]


def quantise(matrix: Floats, axis: int) -> tuple[Bytes, Floats]:
    """Return whole numbers and scales whose product is `matrix`, within half a scale.

    `axis` is the one that a product sums over, so every output channel has its own scale.
    """
    scales = np.abs(matrix).max(axis=axis, keepdims=True) / np.float32(127)
    scales[scales == 0] = 1
    return np.round(matrix / scales).astype(np.int8), scales.astype(np.float32)


# ------------------------------------------------------------------ published -> 8 bits


def convert(source: Path, target: Path) -> None:
    """Write the weights of `source` (.safetensors, a BERT encoder) to `target` (.npz).

    OSError when a file cannot be read or written, ValueError when `source` is no such encoder.
    """
    tensors = read_tensors(source)
    try:
        arrays = {"format": np.array(FORMAT)} | _embedding_arrays(tensors)
        for layer in range(_count(tensors, "encoder.layer.", 2)):
            arrays |= _layer_arrays(tensors, layer)
    except (KeyError, IndexError) as error:
        raise ValueError(f"{source.name} is not the encoder: no {error}") from error
    with target.open("wb") as stream:
        np.savez(stream, **arrays)  # type: ignore[arg-type] # it takes the values for options


def _count(names: Mapping[str, object], prefix: str, place: int) -> int:
    """Return one more than the highest number that stands at `place` of the dotted names."""
    numbers = (int(name.split(".")[place]) for name in names if name.startswith(prefix))
    return 1 + max(numbers, default=-1)


def _embedding_arrays(tensors: Tensors) -> dict[str, NDArray[Any]]:
    table, scales = quantise(_floats(tensors, "embeddings.word_embeddings.weight"), axis=1)
    places = _floats(tensors, "embeddings.position_embeddings.weight")[:MOST_PIECES]
    return {
        "table": table,
        "table.scales": scales,
        # Every sentence is of the first kind: that part is the same for all pieces.
        "places": places + _floats(tensors, "embeddings.token_type_embeddings.weight")[0],
        "norm.scale": _floats(tensors, "embeddings.LayerNorm.weight"),
        "norm.shift": _floats(tensors, "embeddings.LayerNorm.bias"),
    }


def _layer_arrays(tensors: Tensors, number: int) -> dict[str, NDArray[Any]]:
    published = f"encoder.layer.{number}."
    parts = {
        "mix": [f"attention.self.{part}" for part in ("query", "key", "value")],
        "out": ["attention.output.dense"],
        "up": ["intermediate.dense"],
        "down": ["output.dense"],
    }
    arrays: dict[str, NDArray[Any]] = {}
    for name in _PRODUCTS:
        # Published as (outputs, inputs); a product is faster with (inputs, outputs).
        weights = [_floats(tensors, f"{published}{part}.weight").T for part in parts[name]]
        biases = [_floats(tensors, f"{published}{part}.bias") for part in parts[name]]
        whole, scales = quantise(np.concatenate(weights, axis=1), axis=0)
        arrays[f"layer.{number}.{name}"] = np.ascontiguousarray(whole)
        arrays[f"layer.{number}.{name}.scales"] = scales
        arrays[f"layer.{number}.{name}.bias"] = np.concatenate(biases)
    for name, part in (("out_norm", "attention.output"), ("down_norm", "output")):
        norm = f"{published}{part}.LayerNorm."
        arrays[f"layer.{number}.{name}.scale"] = _floats(tensors, f"{norm}weight")
        arrays[f"layer.{number}.{name}.shift"] = _floats(tensors, f"{norm}bias")
    return arrays


def _floats(tensors: Tensors, name: str) -> Floats:
    return np.asarray(tensors[name], np.float32)


# ------------------------------------------------------------------ reading


def read_weights(path: Path) -> Weights:
    """Read what `convert` wrote; products come back in 32 bits, which numpy multiplies fastest.

    OSError when it cannot be read, ValueError (or zipfile.BadZipFile) when it is damaged.
    """
    with path.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
        try:
            if int(arrays["format"]) != FORMAT:
                raise ValueError(f"{path.name} is of another version")
            layers = _count(dict.fromkeys(arrays.files), "layer.", 1)
            return Weights(
                table=arrays["table"],
                scales=arrays["table.scales"],
                places=arrays["places"],
                norm=_norm(arrays, "norm"),
                layers=tuple(_layer(arrays, f"layer.{number}") for number in range(layers)),
            )
        except KeyError as error:
            raise ValueError(f"{path.name} is damaged: {error}") from error


def _layer(arrays: Tensors, name: str) -> Layer:
    mix, out, up, down = (_product(arrays, f"{name}.{product}") for product in _PRODUCTS)
    norms = _norm(arrays, f"{name}.out_norm"), _norm(arrays, f"{name}.down_norm")
    return Layer(mix, out, norms[0], up, down, norms[1])


def _product(arrays: Tensors, name: str) -> Product:
    weight = arrays[name].astype(np.float32)
    weight *= arrays[f"{name}.scales"]
    return Product(weight, arrays[f"{name}.bias"])


def _norm(arrays: Tensors, name: str) -> Norm:
    return Norm(arrays[f"{name}.scale"], arrays[f"{name}.shift"])
