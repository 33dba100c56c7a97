"""Resized files keep the strongest directions of each layer, and say how much that is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors import safe_open

from studio.lora.factors import Size
from studio.lora.resize import resize
from studio.lora.saving import Saved
from tests.studio.lora.made import (
    KERNEL,
    KEY,
    QUERY,
    Files,
    deltas_of,
    finished,
    off,
    refused,
    silent,
)


def resized(path: Path, out: Path, size: Size, **options: Any) -> Saved:
    return finished(resize(path, out, size, silent, **options))


def test_each_layer_gets_its_best_approximation(files: Files) -> None:
    one = files.kohya("one", [KEY, KERNEL], rank=8, alpha=3.0)
    out = files.folder / "small.safetensors"
    saved = resized(one.path, out, Size(rank=3), dtype="fp32")
    kept = total = 0.0
    for place, delta in deltas_of(out, "sd1", [KEY, KERNEL]).items():
        whole = one.deltas[place].flatten(1)
        left, values, right = torch.linalg.svd(whole, full_matrices=False)
        best = (left[:, :3] * values[:3]) @ right[:3]
        assert off(delta.flatten(1), best) < 1e-6
        kept += float(values[:3].square().sum())
        total += float(values.square().sum())
    assert saved.ranks == {3: 2}
    assert saved.energy == pytest.approx(kept / total)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(energy=st.floats(0.05, 1.0), rank=st.integers(2, 6))
def test_energy_is_kept_in_every_layer(files: Files, energy: float, rank: int) -> None:
    one = files.kohya("one", [KEY, QUERY], rank=rank, alpha=2.0)
    out = files.folder / "small.safetensors"
    saved = resized(one.path, out, Size(energy=energy), dtype="fp32")
    for place, delta in deltas_of(out, "sd1", [KEY, QUERY]).items():
        lost = float((delta - one.deltas[place]).square().sum() / one.deltas[place].square().sum())
        assert lost <= 1 - energy + 1e-6
    assert energy - 1e-6 <= saved.energy <= 1 + 1e-9


def test_one_direction_is_stored_as_two(files: Files) -> None:
    """stable-diffusion.cpp misreads rank 1."""
    one = files.kohya("one", [KEY], rank=4)
    out = files.folder / "small.safetensors"
    saved = resized(one.path, out, Size(energy=0.01), dtype="fp32")
    assert saved.ranks == {2: 1}
    delta = deltas_of(out, "sd1", [KEY])[KEY]
    minors = delta[:2, :2].det().abs() / delta[:2, :2].square().sum()
    assert float(minors) < 1e-6


def test_what_the_file_tells_of_its_training_stays(files: Files) -> None:
    told = {
        "ss_steps": "1200",
        "ss_network_dim": "8",
        "ss_training_comment": "in /home/ada/loras/ink",
        "ss_optimizer": "torch.optim.adamw.AdamW(weight_decay=0.01)",
        "sshs_model_hash": "0",
        "modelspec.thumbnail": "data:image/jpeg;base64,/9j/4AAQ/",
        "modelspec.tags": "ink, a/b",
        "other": "x",
    }
    one = files.kohya("one", rank=8, metadata=told)
    out = files.folder / "small.safetensors"
    resized(one.path, out, Size(rank=2))
    with safe_open(out, "pt") as file:
        found = file.metadata()
    for key in ("ss_steps", "ss_optimizer", "modelspec.thumbnail", "modelspec.tags"):
        assert found[key] == told[key]
    assert found["ss_network_dim"] == "2"
    assert found["sshs_model_hash"] != "0"
    assert "ss_training_comment" not in found
    assert "other" not in found


def test_an_adapter_without_effect_is_refused(files: Files) -> None:
    one = files.kohya("one", alpha=0.0)
    with refused("lora.no_effect"):
        resized(one.path, files.folder / "small.safetensors", Size(rank=2))


def test_the_input_is_never_written_over(files: Files) -> None:
    one = files.kohya("one")
    with refused("lora.overwrites"):
        resized(one.path, one.path, Size(rank=2))
