"""Extraction finds the difference that was planted in a checkpoint, and nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

from studio.lora.extract import extract
from studio.lora.factors import Size
from studio.lora.saving import Saved
from studio.models.names import Place
from tests.studio.lora.made import deltas_of, finished, off, product, refused

UNET = "down_blocks.0.attentions.0.transformer_blocks.0"
QUERY = Place("unet", f"{UNET}.attn1.to_q")
PLANTED = (
    QUERY,
    Place("unet", f"{UNET}.ff.net.2"),
    Place("unet", "down_blocks.0.resnets.0.conv1"),
    Place("text_encoder", "text_model.encoder.layers.1.self_attn.v_proj"),
)


def extracted(base: Path | str, tuned: Path, out: Path, size: Size, **options: Any) -> Saved:
    return finished(extract(str(base), str(tuned), out, size, **options))


def change(folder: Path, component: str, added: dict[str, Tensor], dtype: torch.dtype) -> None:
    """Adds to weights of a component's file and stores all of it in ``dtype``."""
    (path,) = (folder / component).glob("*.safetensors")
    tensors = load_file(path)
    for name, delta in added.items():
        tensors[f"{name}.weight"] = tensors[f"{name}.weight"].double() + delta
    save_file({key: t.to(dtype).contiguous() for key, t in tensors.items()}, path)


def plant(base: Path, folder: Path, dtype: torch.dtype = torch.float32) -> dict[Place, Tensor]:
    """A copy of ``base`` with rank 3 added to the layers of `PLANTED`; what was added."""
    shutil.copytree(base, folder)
    generator = torch.Generator().manual_seed(4)
    planted: dict[Place, Tensor] = {}
    for place in PLANTED:
        (path,) = (base / place.component).glob("*.safetensors")
        outputs, *inner = load_file(path)[f"{place.path}.weight"].shape
        down = torch.randn(3, *inner, generator=generator)
        up = torch.randn(outputs, 3, *[1] * (len(inner) - 1), generator=generator)
        planted[place] = product(down, up, 0.05)
    for component in ("unet", "text_encoder"):
        added = {p.path: delta for p, delta in planted.items() if p.component == component}
        change(folder, component, added, dtype)
    return planted


def with_effect(path: Path) -> int:
    """How many layers of a file change anything."""
    return sum(
        bool(t.any()) for key, t in load_file(path).items() if key.endswith("lora_up.weight")
    )


def test_the_planted_difference_is_found(tiny: dict[str, Path], tmp_path: Path) -> None:
    tuned, out = tmp_path / "tuned", tmp_path / "out.safetensors"
    planted = plant(tiny["sd1"], tuned)
    saved = extracted(tiny["sd1"], tuned, out, Size(rank=8), target="all", dtype="fp32")
    for place, delta in deltas_of(out, "sd1", PLANTED).items():
        assert off(delta, planted[place]) < 1e-5
    assert with_effect(out) == len(PLANTED)
    assert saved.energy == pytest.approx(1)
    with safe_open(out, "pt") as file:
        told = file.metadata()
    assert told["modelspec.description"] == "What tuned changes in tiny_sd1"
    assert str(tmp_path) not in str(told)


def test_the_target_and_the_text_encoder_can_be_chosen(
    tiny: dict[str, Path], tmp_path: Path
) -> None:
    tuned, out = tmp_path / "tuned", tmp_path / "out.safetensors"
    planted = plant(tiny["sd1"], tuned)
    extracted(tiny["sd1"], tuned, out, Size(rank=3), text_encoder=False, dtype="fp32")
    assert len(load_file(out)) == 3
    assert off(deltas_of(out, "sd1", [QUERY])[QUERY], planted[QUERY]) < 1e-5


def test_both_encoders_of_sdxl_are_compared(tiny: dict[str, Path], tmp_path: Path) -> None:
    tuned, out = tmp_path / "tuned", tmp_path / "out.safetensors"
    shutil.copytree(tiny["sdxl"], tuned)
    second = Place("text_encoder_2", "text_model.encoder.layers.2.self_attn.q_proj")
    added = torch.randn(40, 3, generator=torch.Generator().manual_seed(1)).double()
    change(tuned, "text_encoder_2", {second.path: added @ added.T}, torch.float32)
    extracted(tiny["sdxl"], tuned, out, Size(rank=4), dtype="fp32")
    assert off(deltas_of(out, "sdxl", [second])[second], added @ added.T) < 1e-5


def test_energy_decides_the_ranks(tiny: dict[str, Path], tmp_path: Path) -> None:
    tuned, out = tmp_path / "tuned", tmp_path / "out.safetensors"
    planted = plant(tiny["sd1"], tuned)
    size = Size(energy=0.6)
    saved = extracted(tiny["sd1"], tuned, out, size, text_encoder=False, dtype="fp32")
    lost = (deltas_of(out, "sd1", [QUERY])[QUERY] - planted[QUERY]).square().sum()
    assert saved.energy >= 0.6
    assert float(lost / planted[QUERY].square().sum()) == pytest.approx(1 - saved.energy, abs=1e-5)


def test_rounding_is_no_difference(tiny: dict[str, Path], tmp_path: Path) -> None:
    """Half-precision copies differ from the base in every layer, but only by rounding."""
    tuned, out = tmp_path / "tuned", tmp_path / "out.safetensors"
    plant(tiny["sd1"], tuned, torch.float16)
    extracted(tiny["sd1"], tuned, out, Size(rank=2), target="all")
    assert with_effect(out) == len(PLANTED)


def test_the_same_model_gives_nothing(tiny: dict[str, Path], tmp_path: Path) -> None:
    shutil.copytree(tiny["sd1"], tmp_path / "tuned")
    with refused("lora.same_model"):
        extracted(tiny["sd1"], tmp_path / "tuned", tmp_path / "out.safetensors", Size(rank=2))


def test_wrong_pairs_are_refused(tiny: dict[str, Path], tmp_path: Path) -> None:
    tuned, out = tmp_path / "tuned", tmp_path / "out.safetensors"
    with refused("lora.other_family"):
        extracted(tiny["sd1"], tiny["sdxl"], out, Size(rank=2))
    with refused("base.incomplete"):
        extracted("starter", tiny["sd1"], out, Size(rank=2))
    broken = shutil.copytree(tiny["sd1"], tmp_path / "broken")
    (broken / "text_encoder" / "config.json").write_text("{")
    with refused("base.not_a_model"):
        extracted(broken, tiny["sd1"], out, Size(rank=2))
    plant(tiny["sd1"], tuned)
    change(tuned, "unet", {QUERY.path: torch.tensor(torch.nan)}, torch.float32)
    with refused("lora.not_finite"):
        extracted(tiny["sd1"], tuned, out, Size(rank=2))
    assert not out.exists()
