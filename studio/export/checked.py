"""Export of a live adapter: collected, written, and checked before it takes its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from torch import nn

from studio.export.collect import collect
from studio.export.placing import Placing
from studio.export.verify import Check, self_check
from studio.export.write import (
    Dtype,
    Format,
    adapter_metadata,
    diffusers_tensors,
    file_bytes,
    kohya_tensors,
)


def checked(
    files: Placing,
    path: Path,
    components: Mapping[str, nn.Module],
    arch: str,
    adapter_name: str,
    metadata: Mapping[str, str],
    *,
    dtype: Dtype = "fp16",
    format: Format = "kohya",
    render: Callable[[Path], Check] | None = None,
) -> Iterator[Check]:
    """Adds the live adapter to ``files`` and yields each check that its file passes.

    ``metadata`` comes from `build_metadata`. ``render`` gets the file before it takes its place and
    returns `compare_renders`. A failed check raises.
    """
    modules = collect(components, adapter_name)
    if format == "kohya":
        tensors = kohya_tensors(modules, arch, dtype)
    else:
        tensors = diffusers_tensors(modules, dtype)
        metadata = {**metadata, **adapter_metadata(modules)}
    candidate = files.add(path, file_bytes(tensors, metadata))
    yield from self_check(candidate, components, arch, adapter_name, dtype, format)
    if render is not None:
        yield render(candidate)


def export_adapter(
    path: Path,
    components: Mapping[str, nn.Module],
    arch: str,
    adapter_name: str,
    metadata: Mapping[str, str],
    *,
    dtype: Dtype = "fp16",
    format: Format = "kohya",
    render: Callable[[Path], Check] | None = None,
) -> list[Check]:
    """Writes one file as `checked` does; a failed check raises and leaves ``path`` as it was."""
    with Placing() as files:
        passed = list(
            checked(
                files,
                path,
                components,
                arch,
                adapter_name,
                metadata,
                dtype=dtype,
                format=format,
                render=render,
            )
        )
        files.commit()
    return passed
