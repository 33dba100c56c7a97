"""Several adapters as one file: their weighted sum, exact, or cut to a rank."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from pathlib import Path

from studio.errors import StudioError
from studio.export.write import Dtype
from studio.lora import metadata
from studio.lora.factors import Size, cut_module, joined
from studio.lora.layers import Warn, open_loras
from studio.lora.saving import Saved, refuse_overwriting, save_lora
from studio.models.lora_file import LoraModule
from studio.models.names import Place


def merge(
    inputs: Sequence[tuple[Path, float]],
    out: Path,
    warn: Warn,
    *,
    rank: int | None = None,
    dtype: Dtype = "fp16",
    base: str = "",
) -> Generator[tuple[int, int], None, Saved]:
    """The sum of the adapters in ``inputs``, (file, weight) each, in ``out``. Yields (done, total).

    Layers that only some of the files change are in it. Without ``rank`` the sum is exact and the
    ranks add up, as far as the layer itself has as many. Raises what `open_loras` and `save_lora`
    do, ``lora.overwrites`` or ``lora.no_effect``.
    """
    paths = [path for path, _ in inputs]
    refuse_overwriting(out, paths)
    layers, files = open_loras(paths, base, warn)
    places = sorted({place for file in files for place in file.modules})
    modules: dict[Place, LoraModule] = {}
    kept = total = 0.0
    for done, place in enumerate(places):
        yield done, len(places)
        parts = [
            (file.modules[place], weight)
            for file, (_, weight) in zip(files, inputs, strict=True)
            if place in file.modules
        ]
        module = joined(parts)
        full = min(module.up.shape[0], module.down[0].numel())
        if rank is None and module.rank <= full:
            modules[place] = module
            continue
        cut = cut_module(module, Size(rank=rank or full))
        kept, total = kept + cut.kept, total + cut.total
        if cut.module is not None:
            modules[place] = cut.module
    yield len(places), len(places)
    if not modules:
        raise StudioError("lora.no_effect", path=str(paths[0]))
    sources = [file.metadata for file in files]
    told = {**metadata.common(sources), "modelspec.merged_from": metadata.names_of(paths)}
    left = {key: reason for file in files for key, reason in file.left.items()}
    return save_lora(
        out,
        modules,
        layers,
        told,
        sources,
        dtype=dtype,
        energy=kept / total if total else 1.0,
        left=left,
    )
