"""Sizes and layers of base models by their headers: published ones, tiny ones, the starter."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from studio.models.family import CONFIGS, BaseLocation, find_base
from studio.models.ldm import source
from studio.models.measure import measure
from studio.models.safetensors_header import Header, TensorInfo, read_header
from studio.models.schema import schema
from tests.full_size import key_shapes
from tests.tiny_models import tiny_configs, tiny_folder

UNETS = {"sd1": 859_520_964, "sd2": 865_910_724, "sdxl": 2_567_463_684}
ENCODERS = {"sd1": [123_060_480], "sd2": [340_387_840], "sdxl": [123_060_480, 694_659_840]}
VAE = 83_653_863


def whole_file(
    arch: str, monkeypatch: pytest.MonkeyPatch, without: str = "nothing"
) -> BaseLocation:
    """A single file of published size, of which only the header is there."""
    tensors = {
        key: TensorInfo("F16", shape, 0, 0)
        for key, shape in shapes_of(arch).items()
        if not key.startswith(without)
    }
    header = Header({}, tensors, 0)
    monkeypatch.setattr("studio.models.measure.read_model_header", lambda path: header)
    return BaseLocation("a", Path("a"), arch, CONFIGS / arch, "epsilon", False, True)


@cache
def shapes_of(arch: str) -> dict[str, tuple[int, ...]]:
    return key_shapes(arch)


@pytest.mark.parametrize("arch", ["sd1", "sd2", "sdxl"])
def test_single_files_of_published_size(arch: str, monkeypatch: pytest.MonkeyPatch) -> None:
    base = whole_file(arch, monkeypatch)
    layers, counts = measure(base)
    encoders = [counts[part] for part in base.components[1:]]
    assert (counts["unet"], encoders, counts["vae"]) == (UNETS[arch], ENCODERS[arch], VAE)
    published = {
        (part, path): shape
        for (part, path), shape in schema(arch).items()
        if "embedding" not in path  # never adapted
    }
    found = {(part, path): s for part in layers for path, s in layers[part].items()}
    assert found.keys() == published.keys()
    for place, shape in found.items():  # a 1x1 convolution may be linear in the other
        assert math.prod(shape) == math.prod(published[place])
        assert shape[0] == published[place][0]


def test_a_file_without_vae(monkeypatch: pytest.MonkeyPatch) -> None:
    full = measure(whole_file("sd1", monkeypatch))[1]
    pruned = measure(whole_file("sd1", monkeypatch, without="first_stage_model."))[1]
    assert pruned == {**full, "vae": 0}


@pytest.mark.parametrize("family", ["sd1", "sd2", "sdxl"])
def test_folders_and_single_files_tell_the_same(
    tmp_path: Path, family: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    configs = tiny_configs(tmp_path / "configs")
    monkeypatch.setattr("studio.models.family.CONFIGS", configs)
    base = find_base(str(tiny_folder(tmp_path / "m", family)))
    assert base.family == family
    layers, counts = measure(base)
    parts = (*base.components, "vae")
    assert counts == {part: stored_entries(base.path / part) for part in parts}

    shapes: dict[str, tuple[int, ...]] = {}
    for part in parts:
        config = base.config(part)
        for name, shape in stored(base.path / part).items():
            place = source(part, name, family, config)
            whole = shape if place.part is None else (3 * shape[0], *shape[1:])
            shapes[place.key] = whole[::-1] if place.transposed else whole
    header = Header({}, {key: TensorInfo("F16", s, 0, 0) for key, s in shapes.items()}, 0)
    monkeypatch.setattr("studio.models.measure.read_model_header", lambda path: header)
    file = replace(base, path=Path("a.safetensors"), configs=configs / family)
    assert measure(file) == (layers, counts)


def stored(folder: Path) -> dict[str, tuple[int, ...]]:
    (file,) = folder.glob("*.safetensors")
    return {key: info.shape for key, info in read_header(file).tensors.items()}


def stored_entries(folder: Path) -> int:
    return sum(map(math.prod, stored(folder).values()))


def test_the_starter() -> None:
    layers, counts = measure(find_base("starter"))
    starter = find_base("starter").path
    assert counts == {part: stored_entries(starter / part) for part in counts}
    assert set(layers) == {"unet", "text_encoder"}
