"""The adapter as a file that the community's programs load, checked before it takes its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from torch import nn

from studio.export.collect import collect
from studio.export.metadata import FolderFacts, RunFacts, build_metadata, tag_counts
from studio.export.verify import Check, compare_renders, self_check
from studio.export.write import (
    Dtype,
    Format,
    adapter_metadata,
    diffusers_tensors,
    kohya_tensors,
    save,
)

__all__ = [
    "Check",
    "FolderFacts",
    "RunFacts",
    "adapter_metadata",
    "build_metadata",
    "collect",
    "compare_renders",
    "diffusers_tensors",
    "export_adapter",
    "kohya_tensors",
    "save",
    "self_check",
    "tag_counts",
]


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
    """Writes the live adapter to ``path`` and returns the checks that its file passed.

    ``metadata`` comes from `build_metadata`. ``render`` gets the file before it takes its place and
    returns `compare_renders`. A failed check raises and leaves ``path`` as it was.
    """
    modules = collect(components, adapter_name)
    if format == "kohya":
        tensors = kohya_tensors(modules, arch, dtype)
    else:
        tensors = diffusers_tensors(modules, dtype)
        metadata = {**metadata, **adapter_metadata(modules)}
    passed: list[Check] = []

    def check(candidate: Path) -> Any:
        passed.extend(self_check(candidate, components, arch, adapter_name, dtype, format))
        if render is not None:
            passed.append(render(candidate))

    save(path, tensors, metadata, check)
    return passed
