"""Mapped files give their pages back: what is open takes no more memory than it must."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

from studio.models.components import build, open_component
from studio.models.family import BaseLocation
from studio.models.mapped import fitted, give_back, is_mapped
from studio.models.weights import map_tensors

CPU = torch.device("cpu")
MIB = 2**20
UNET = {
    "block_out_channels": [192, 384],
    "norm_num_groups": 8,
    "layers_per_block": 1,
    "attention_head_dim": 8,
    "cross_attention_dim": 64,
    "down_block_types": ["CrossAttnDownBlock2D", "DownBlock2D"],
    "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D"],
}

linux = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere pages stay")


@pytest.fixture
def tensors(tmp_path: Path) -> dict[str, Tensor]:
    """Mapped tensors of 3 MiB, and of less than a page between them."""
    torch.manual_seed(0)
    sizes = {"a": 3 * MIB // 4, "b": 7, "c": 3 * MIB // 4, "d": 1}
    save_file({name: torch.randn(size) for name, size in sizes.items()}, tmp_path / "x.safetensors")
    return map_tensors(tmp_path / "x.safetensors")


def memory(line: str) -> int:
    """A line of the system's figures on this process, in bytes."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(text.split()[1]) * 1024 for text in lines if text.startswith(line))


def reset_peak() -> None:
    try:
        Path("/proc/self/clear_refs").write_text("5", "ascii")
    except OSError:
        pytest.skip("the system does not let a process reset its peak")


@linux
def test_pages_leave_and_come_back_with_the_same_numbers(tensors: dict[str, Tensor]) -> None:
    copies = {name: tensor.clone() for name, tensor in tensors.items()}
    before = memory("RssFile")
    give_back(tensors["a"])
    assert memory("RssFile") < before - 2 * MIB
    assert all(torch.equal(tensors[name], copies[name]) for name in tensors)


def test_memory_of_other_tensors_is_never_given_back(tensors: dict[str, Tensor]) -> None:
    own = torch.ones(MIB)
    give_back(own)
    assert own.sum() == MIB
    assert not is_mapped(own)
    assert not is_mapped(tensors["a"].clone())
    assert is_mapped(tensors["a"][5:].view(-1, 1))
    give_back(tensors["a"].view(2, -1).t())  # not one piece of the file
    assert torch.equal(tensors["a"].view(2, -1).t(), tensors["a"].clone().view(2, -1).t())


def test_what_fits_is_the_mapped_tensor_itself(tensors: dict[str, Tensor]) -> None:
    assert fitted(tensors["a"], CPU, torch.float32) is tensors["a"]
    half = fitted(tensors["a"], CPU, torch.bfloat16)
    assert torch.equal(half, tensors["a"].bfloat16())
    assert not is_mapped(half)


@linux
@pytest.mark.parametrize("ending", [".safetensors", ".bin"])
def test_casting_a_model_takes_its_new_memory_and_one_tensor(tmp_path: Path, ending: str) -> None:
    folder = tmp_path / "unet"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(UNET), "utf-8")
    hollow = build("unet", UNET, folder / "config.json").state_dict()
    weights = {name: torch.ones(tensor.shape) for name, tensor in hollow.items()}
    size = sum(weight.nbytes for weight in weights.values())
    assert size > 60 * MIB
    if ending == ".bin":
        torch.save(weights, folder / "diffusion_pytorch_model.bin")
    else:
        save_file(weights, folder / "diffusion_pytorch_model.safetensors")
    del weights

    location = BaseLocation(str(tmp_path), tmp_path, "sd1", tmp_path, "epsilon", False, True)
    reset_peak()
    before = memory("VmRSS")
    unet = open_component(location, "unet", CPU, torch.bfloat16)
    assert memory("VmHWM") - before < 0.8 * size  # with all pages of the file it would be 1.5
    assert all(bool((weight == 1).all()) for weight in unet.parameters())
