"""From a run to the file that the community's programs load, with its metadata and checks."""

from __future__ import annotations

import base64
import io
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import torch
from PIL import Image

from studio.config import Settings
from studio.data.dataset import Placed
from studio.data.loader import Loader
from studio.errors import StudioError
from studio.export import (
    Check,
    FolderFacts,
    RunFacts,
    build_metadata,
    collect,
    compare_renders,
    export_adapter,
    kohya_tensors,
    save,
    tag_counts,
)
from studio.models.adapter import Adapter, activate, inject, load, remove
from studio.models.checkpoint import BaseModel, open_base
from studio.models.safetensors_header import read_header
from studio.runs import RunFolder
from studio.sampling.generate import Recipe, generate
from studio.training.state import read_state

Dtype = Literal["fp16", "bf16", "fp32"]

# Mean difference, in levels of 0 to 255, that rounding to the file's precision may cause.
_RENDER_TOLERANCE = {"fp32": 0.5, "fp16": 1.0, "bf16": 4.0}
_THUMBNAIL = 256  # pixels, as ModelSpec asks


def run_metadata(
    settings: Settings,
    base: BaseModel,
    loader: Loader,
    *,
    step: int,
    total: int,
    steps_per_epoch: int,
    started: float,
    optimizer: str,
    precision: str,
    thumbnail: Path | None = None,
) -> dict[str, str]:
    """The metadata of a run's adapter after ``step`` steps."""
    facts = RunFacts(
        arch=base.location.naming,
        prediction_type=base.prediction_type,
        base_name=base.location.name,
        steps=step,
        max_steps=total,
        epoch=step // steps_per_epoch,
        epochs=-(-total // steps_per_epoch),
        batches_per_epoch=loader.batches_per_epoch,
        started_at=started,
        finished_at=time.time(),
        folders=_folder_facts(settings, loader.placed),
        buckets=Counter(one.box.bucket for one in loader.placed),
        optimizer=optimizer,
        precision=precision,
    )
    extra = {"thumbnail": _data_url(thumbnail)} if thumbnail else {}
    return build_metadata(settings, facts, extra=extra)


def save_unchecked(path: Path, adapter: Adapter, metadata: Mapping[str, str], dtype: Dtype) -> None:
    """The adapter file of a checkpoint, which is checked when it is exported."""
    modules = collect(adapter.base.components, adapter.name)
    save(path, kohya_tensors(modules, adapter.base.location.naming, dtype), metadata)


def export_checked(
    path: Path,
    adapter: Adapter,
    metadata: Mapping[str, str],
    dtype: Dtype,
    *,
    resolution: int,
    file_format: Literal["kohya", "diffusers"] = "kohya",
) -> list[Check]:
    """Writes the adapter to ``path``, once its file has matched the live adapter in every way.

    Keys, weights, hash, and one seed drawn with the live adapter and with the file's.
    """

    def render(candidate: Path) -> Check:
        live = _render(adapter, resolution)
        read, _ = load(adapter.base, candidate, "check")
        try:
            activate(adapter.base, ["check"])
            from_file = _render(read, resolution)
        finally:
            activate(adapter.base, [adapter.name])
            remove(read)
        return compare_renders(live, from_file, _RENDER_TOLERANCE[dtype])

    base = adapter.base
    return export_adapter(
        path,
        base.components,
        base.location.naming,
        adapter.name,
        metadata,
        dtype=dtype,
        format=file_format,
        render=render,
    )


def export_run(
    folder: Path,
    step: int | None,
    file_format: Literal["kohya", "diffusers"],
    dtype: Dtype,
    path: Path,
) -> list[Check]:
    """Exports a run's checkpoint, the newest if ``step`` is None, from its full-precision state.

    Raises ``run.not_a_run``, ``run.no_checkpoint``.
    """
    run = RunFolder(folder)
    settings = run.settings()
    steps = run.checkpoint_steps()
    if not steps or (step is not None and step not in steps):
        raise StudioError(
            "run.no_checkpoint", path=str(folder), step=step, steps=", ".join(map(str, steps))
        )
    checkpoint = run.checkpoint(steps[-1] if step is None else step)
    state = read_state(checkpoint)
    metadata = read_header(checkpoint / "lora.safetensors").metadata
    adapter = inject(open_base(settings.base), settings.network, seed=0)
    adapter.load_state_dict(state["adapter"])
    kept = {key: text for key, text in metadata.items() if not key.startswith("sshs_")}
    return export_checked(
        path,
        adapter,
        {**kept, "ss_output_name": path.stem},
        dtype,
        resolution=settings.data.resolution,
        file_format=file_format,
    )


def _render(adapter: Adapter, resolution: int) -> torch.Tensor:
    """Pixels of one seed: few steps and no guidance, for this compares, it does not please."""
    adapter.set_strength(1.0)
    adapter.set_training(False)
    recipe = Recipe(resolution, resolution, steps=4, guidance=1.0)
    image = generate(adapter.base, ["a picture"], [0], recipe)[0]
    return torch.frombuffer(bytearray(image.tobytes()), dtype=torch.uint8)


def _folder_facts(settings: Settings, placed: list[Placed]) -> tuple[FolderFacts, ...]:
    facts = []
    for folder in settings.dataset:
        # As scanned, not resolved: an image may be a link to elsewhere, and links cost a look each.
        items = [one.item for one in placed if one.item.path.is_relative_to(folder.path)]
        facts.append(
            FolderFacts(
                name=Path(folder.path).resolve().name,
                images=len(items),
                repeats=items[0].repeats if items else 1,
                regularization=folder.regularization,
                tags=tag_counts(item.captions[0] for item in items if item.captions),
            )
        )
    return tuple(facts)


def _data_url(picture: Path) -> str:
    buffer = io.BytesIO()
    with Image.open(picture) as image:
        image.thumbnail((_THUMBNAIL, _THUMBNAIL))
        image.convert("RGB").save(buffer, "JPEG", quality=85)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode()
