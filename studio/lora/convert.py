"""A LoRA file of any spelling as the one that every program of its family loads."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

from studio.export.write import Dtype, Format
from studio.lora import metadata
from studio.lora.layers import open_loras
from studio.lora.saving import Saved, refuse_overwriting, save_lora


def convert(
    path: Path,
    out: Path,
    *,
    format: Format = "kohya",
    dtype: Dtype = "fp16",
    base: str = "",
) -> Generator[tuple[int, int], None, Saved]:
    """The adapter in ``path``, unchanged in its effect, in ``out``. Yields (done, total).

    `Saved.left` lists what could not be taken, with reasons. Raises what `open_loras` and
    `save_lora` do, or ``lora.overwrites``.
    """
    refuse_overwriting(out, [path])
    yield 0, 1
    layers, (file,) = open_loras([path], base)
    saved = save_lora(
        out,
        file.modules,
        layers,
        metadata.kept(file.metadata),
        [file.metadata],
        dtype=dtype,
        format=format,
        left=file.left,
    )
    yield 1, 1
    return saved
