"""From a run to the file that the community's programs load, with its metadata and checks."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping
from pathlib import Path
from typing import Literal

import torch

from studio.config import Base, Settings
from studio.data.dataset import Placed
from studio.data.loader import Loader
from studio.errors import StudioError
from studio.events import CheckPassed, Event, Exported, Phase, Warned
from studio.export.card import model_card
from studio.export.checked import checked, export_adapter
from studio.export.collect import collect
from studio.export.metadata import FolderFacts, RunFacts, build_metadata, tag_counts
from studio.export.picture import data_url, png
from studio.export.placing import Placing
from studio.export.privacy import embedded
from studio.export.verify import Check, compare_renders
from studio.export.write import kohya_tensors, save
from studio.files import write_atomically
from studio.inspect import inspect_file
from studio.jobs import Export
from studio.models import checkpoint
from studio.models.adapter import Adapter, activate, inject, load, remove, strip
from studio.models.base_hash import hashes
from studio.models.checkpoint import BaseModel
from studio.models.safetensors_header import read_header
from studio.runs import RunFolder
from studio.sampling.generate import generate
from studio.sampling.recipe import Recipe
from studio.training.control import Control
from studio.training.state import read_state

Dtype = Literal["fp16", "bf16", "fp32"]

# Mean difference, in levels of 0 to 255, that rounding to the file's precision may cause.
_RENDER_TOLERANCE = {"fp32": 0.5, "fp16": 1.0, "bf16": 4.0}


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
    """The metadata of a run's adapter after ``step`` steps.

    The first call hashes the base model's file, at about a second per GB.
    """
    sha256, legacy = hashes(base.location.path)
    vae_sha256, vae_legacy = hashes(Path(settings.base.vae)) if settings.base.vae else ("", "")
    facts = RunFacts(
        arch=base.location.naming,
        prediction_type=base.prediction_type,
        base_name=base.location.path.name if base.location.is_file else base.location.name,
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
        zero_terminal_snr=bool(base.noise_scheduler.config.get("rescale_betas_zero_snr")),
        base_sha256=sha256,
        base_legacy_hash=legacy,
        vae_sha256=vae_sha256,
        vae_legacy_hash=vae_legacy,
    )
    extra = {"thumbnail": data_url(thumbnail)} if thumbnail else {}
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
) -> list[Check]:
    """Writes the adapter to ``path``, once its file has matched the live adapter in every way.

    Keys, weights, hash, and one seed drawn with the live adapter and with the file's.
    """
    return export_adapter(
        path,
        adapter.base.components,
        adapter.base.location.naming,
        adapter.name,
        metadata,
        dtype=dtype,
        render=lambda candidate: _same_picture(candidate, adapter, dtype, resolution),
    )


def export_events(
    job: Export,
    control: Control | None = None,
    *,
    open_base: Callable[[Base], BaseModel] = checkpoint.open_base,
) -> Iterator[Event]:
    """Exports a run's checkpoint from its full-precision state; the last event is `Exported`.

    Each check is told as it is passed, its figures as JSON. The base model is left as it was. A
    failure or a stop leaves every file as it was, but a folder of copies that cannot be written is
    only warned of. Raises ``run.not_a_run``, ``run.no_checkpoint`` and what checks raise.
    """
    run = RunFolder(Path(job.run))
    settings = run.settings()
    folder = _checkpoint(run, job.step)
    yield Phase("open_base")
    base = open_base(settings.base)
    yield Phase("export")
    try:
        adapter = inject(base, settings.network, seed=0)
        adapter.load_state_dict(read_state(folder)["adapter"])
        metadata = _embedded(job, read_header(folder / "lora.safetensors").metadata)
        yield from _export(job, adapter, metadata, settings.data.resolution, control or Control())
    finally:
        strip(base)


def _checkpoint(run: RunFolder, step: int | None) -> Path:
    steps = run.checkpoint_steps()
    if not steps or (step is not None and step not in steps):
        raise StudioError(
            "run.no_checkpoint", path=str(run.path), step=step, steps=", ".join(map(str, steps))
        )
    return run.checkpoint(steps[-1] if step is None else step)


def _embedded(job: Export, metadata: Mapping[str, str]) -> dict[str, str]:
    return embedded(
        metadata,
        Path(job.path).stem,
        settings=job.settings_in_file,
        captions=job.captions_in_file,
        thumbnail=data_url(Path(job.preview)) if job.preview else "",
    )


def _export(
    job: Export, adapter: Adapter, metadata: dict[str, str], resolution: int, control: Control
) -> Iterator[Event]:
    """The file, checked, with all that goes beside it, and then the copies."""
    path, base = Path(job.path), adapter.base
    with Placing() as files:
        for check in checked(
            files,
            path,
            base.components,
            base.location.naming,
            adapter.name,
            metadata,
            dtype=job.dtype,
            format=job.format,
            render=lambda candidate: _same_picture(candidate, adapter, job.dtype, resolution),
        ):
            yield CheckPassed(check.name, json.dumps(check.figures))
            if control.stopping:
                return
        if job.preview:
            picture = png(Path(job.preview), parameters=job.settings_in_file)
            files.add(path.with_suffix(".png"), picture)
        if job.card:
            found = inspect_file(files.waiting(path))
            card = model_card(path.stem, found, metadata, picture=bool(job.preview))
            files.add(path.with_suffix(".md"), card.encode())
        placed = files.commit()
    written = list(placed)
    for place in job.copies:
        written += yield from _copies(placed, Path(place))
    yield Exported(str(path), path.stat().st_size, [str(file) for file in written])


def _copies(files: list[Path], folder: Path) -> Generator[Event, None, list[Path]]:
    """Copies the files; a folder that takes none of them is warned of, for the export is made."""
    try:
        if not folder.is_dir():  # it would be made: on the place of a drive that is not plugged in
            raise StudioError("disk.unwritable", path=str(folder), reason="no such folder")
        for file in files:
            write_atomically(folder / file.name, file.read_bytes())
    except StudioError as error:
        yield Warned("export.not_copied", {"folder": str(folder), "reason": error.params["reason"]})
        return []
    return [folder / file.name for file in files]


def _same_picture(candidate: Path, adapter: Adapter, dtype: Dtype, resolution: int) -> Check:
    """One seed drawn with the live adapter and with that of the file."""
    live = _render(adapter, resolution)
    read, _ = load(adapter.base, candidate, "check")
    try:
        activate(adapter.base, ["check"])
        from_file = _render(read, resolution)
    finally:
        activate(adapter.base, [adapter.name])
        remove(read)
    return compare_renders(live, from_file, _RENDER_TOLERANCE[dtype])


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
