"""An adapter with fewer directions: what is left is its best approximation of that size."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

from studio.errors import StudioError
from studio.export.write import Dtype
from studio.lora import metadata
from studio.lora.factors import Size, cut_module
from studio.lora.layers import Warn, open_loras
from studio.lora.saving import Saved, refuse_overwriting, save_lora
from studio.models.lora_file import LoraModule
from studio.models.names import Place


def resize(
    path: Path,
    out: Path,
    size: Size,
    warn: Warn,
    *,
    dtype: Dtype = "fp16",
    base: str = "",
) -> Generator[tuple[int, int], None, Saved]:
    """The adapter in ``path`` cut to ``size``, layer by layer, in ``out``. Yields (done, total).

    Layers without any effect are left out. Raises what `open_loras` and `save_lora` do,
    ``lora.overwrites`` or ``lora.no_effect``.
    """
    refuse_overwriting(out, [path])
    layers, (file,) = open_loras([path], base, warn)
    modules: dict[Place, LoraModule] = {}
    kept = total = 0.0
    for done, (place, module) in enumerate(file.modules.items()):
        yield done, len(file.modules)
        cut = cut_module(module, size)
        kept, total = kept + cut.kept, total + cut.total
        if cut.module is not None:
            modules[place] = cut.module
    yield len(file.modules), len(file.modules)
    if not modules:
        raise StudioError("lora.no_effect", path=str(path))
    told = metadata.kept(file.metadata)
    return save_lora(
        out,
        modules,
        layers,
        told,
        [file.metadata],
        dtype=dtype,
        energy=kept / total,
        left=file.left,
    )
