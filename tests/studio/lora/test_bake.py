"""A baked model does what the base model does with the adapter live, in every form of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import UNet2DConditionModel
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

from studio.lora.bake import Baked, bake
from studio.lora.empty import parameter_shapes
from studio.lora.layers import layers_of
from studio.lora.stream import Entry, write_tensors
from studio.models.family import find_base
from studio.models.names import kohya_name
from studio.models.weights import component_tensors, vae_tensors
from tests.studio.lora.made import (
    KEY,
    Files,
    Live,
    finished,
    outputs,
    refused,
    silent,
    with_adapter,
)
from tests.tiny_models import tiny_folder

FAMILIES = ("sd1", "sd2", "sdxl")


def baked(base: Path | str, inputs: list[tuple[Path, float]], out: Path, **options: Any) -> Baked:
    return finished(bake(str(base), inputs, out, silent, **options))


def opened(path: Path) -> dict[str, Any]:
    """The parts of a base model, filled by what reads it for training."""
    location = find_base(str(path))
    kinds: dict[str, Any] = {
        "text_encoder": CLIPTextModel,
        "text_encoder_2": CLIPTextModelWithProjection,
    }
    components: dict[str, Any] = {}
    for name in location.components:
        config = location.config(name)
        with torch.device("meta"):
            model: Any = (
                UNet2DConditionModel.from_config(config)
                if name == "unet"
                else kinds[name](CLIPTextConfig(**config))
            )
        tensors = component_tensors(location, name, parameter_shapes(location, name))
        own = set(model.state_dict())
        state = {
            key if key in own else key.removeprefix("text_model."): tensor.float()
            for key, tensor in tensors.items()
        }
        model.to_empty(device="cpu").load_state_dict(state)
        for module in model.modules():
            if hasattr(module, "position_ids"):
                module.position_ids.copy_(torch.arange(module.position_ids.numel()))
        components[name] = model.eval()
    return components


@pytest.fixture(scope="module")
def live(tiny_bases: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Live]:
    folder = tmp_path_factory.mktemp("live")
    return {
        arch: with_adapter(tiny_bases[arch], arch, folder / f"{arch}.safetensors")
        for arch in FAMILIES
    }


def same(found: dict[str, Tensor], wanted: dict[str, Tensor], limit: float) -> None:
    assert found.keys() == wanted.keys()
    for name, tensor in wanted.items():
        error = float((found[name] - tensor).abs().max() / tensor.abs().max())
        assert error < limit, f"{name}: {error}"


@pytest.mark.parametrize("arch", FAMILIES)
def test_folder_to_file_to_file(
    arch: str, tiny: dict[str, Path], live: dict[str, Live], tmp_path: Path
) -> None:
    """Half the strength into a file, the other half into a file of that."""
    first, second = tmp_path / "first.safetensors", tmp_path / "second.safetensors"
    adapter = live[arch].path
    baked(tiny[arch], [(adapter, 0.5)], first, dtype="fp32")
    made = baked(first, [(adapter, 0.25), (adapter, 0.25)], second, dtype="fp32")
    same(outputs(opened(second)), live[arch].outputs, 1e-5)
    assert made.layers > 20
    assert find_base(str(second)).family == arch
    assert find_base(str(second)).prediction_type == find_base(str(tiny[arch])).prediction_type


def test_folder_to_folder(tiny: dict[str, Path], live: dict[str, Live], tmp_path: Path) -> None:
    base, out = tiny["sdxl"], tmp_path / "baked"
    baked(base, [(live["sdxl"].path, 1.0)], out, dtype="fp32")
    same(outputs(opened(out)), live["sdxl"].outputs, 1e-5)
    own = {path.relative_to(base) for path in base.rglob("*")}
    assert {path.relative_to(out) for path in out.rglob("*")} == own
    for same_file in ("vae/diffusion_pytorch_model.safetensors", "tokenizer/vocab.json"):
        assert (out / same_file).read_bytes() == (base / same_file).read_bytes()
    again = UNet2DConditionModel.from_pretrained(out / "unet")  # diffusers' own reader
    assert torch.equal(again.mid_block.attentions[0].proj_in.weight,
                       opened(out)["unet"].mid_block.attentions[0].proj_in.weight)  # fmt: skip


def test_half_precision_is_the_default_and_everything_else_stays(
    tiny: dict[str, Path], live: dict[str, Live], tmp_path: Path
) -> None:
    """What no adapter changes is copied bit by bit, keys of unknown meaning too."""
    base, out, whole = (tmp_path / f"{name}.safetensors" for name in ("base", "out", "whole"))
    baked(tiny["sd1"], [(live["sd1"].path, 0.0)], whole, dtype="fp32")
    odd = {
        "alphas_cumprod": torch.rand(9),
        "cond_stage_model.ids": torch.arange(7),
        "zz": torch.ones(3).half(),
    }
    tensors = {**load_file(whole), **odd}
    metadata = {"modelspec.title": "base", "modelspec.hash_sha256": "0x1", "note": "kept"}
    save_file(tensors, base, metadata)
    baked(base, [(live["sd1"].path, 1.0)], out)
    found = load_file(out)
    assert found.keys() == tensors.keys()
    for key, tensor in tensors.items():
        if key.startswith(("model.", "cond_stage_model.")) and tensor.is_floating_point():
            assert found[key].dtype == torch.float16
        else:
            assert torch.equal(found[key], tensor), key
    same(outputs(opened(out)), live["sd1"].outputs, 2e-2)
    with safe_open(out, "pt") as file:
        told = file.metadata()
    assert told == {
        "modelspec.title": "out",
        "modelspec.merged_from": "base, sd1",
        "note": "kept",
    }


def test_a_ckpt_becomes_safetensors(
    tiny: dict[str, Path], live: dict[str, Live], tmp_path: Path
) -> None:
    whole, out = tmp_path / "whole.safetensors", tmp_path / "out.safetensors"
    baked(tiny["sd2"], [(live["sd2"].path, 0.0)], whole, dtype="fp32")
    torch.save({"state_dict": load_file(whole), "epoch": 3}, tmp_path / "base.ckpt")
    baked(tmp_path / "base.ckpt", [(live["sd2"].path, 1.0)], out, dtype="fp32")
    same(outputs(opened(out)), live["sd2"].outputs, 1e-5)


def test_the_vae_of_a_single_file_is_the_folders(
    tiny: dict[str, Path], live: dict[str, Live], tmp_path: Path
) -> None:
    out = tmp_path / "out.safetensors"
    baked(tiny["sd2"], [(live["sd2"].path, 1.0)], out)
    location = find_base(str(tiny["sd2"]))
    shapes = parameter_shapes(location, "vae")
    own = component_tensors(location, "vae", shapes)
    for name, tensor in vae_tensors(out, shapes).items():
        assert torch.equal(tensor, own[name])
    attention = load_file(out)["first_stage_model.encoder.mid.attn_1.q.weight"]
    assert attention.ndim == 4  # as programs build it


def test_v_prediction_is_told_in_the_single_file(
    tiny: dict[str, Path], live: dict[str, Live], tmp_path: Path
) -> None:
    told = {"prediction_type": "v_prediction", "rescale_betas_zero_snr": True}
    folder, out = tiny_folder(tmp_path / "v", "sdxl", **told), tmp_path / "out.safetensors"
    baked(folder, [(live["sdxl"].path, 1.0)], out)
    found = find_base(str(out))
    assert found.certain
    assert found.zero_terminal_snr
    assert found.prediction_type == "v_prediction"


def test_the_starter_becomes_a_folder(files: Files) -> None:
    shapes = layers_of("starter").shapes
    place = next(place for place in shapes if place.path.endswith("attn2.to_k"))
    name, (rows, columns) = kohya_name(*place, "sd1"), shapes[place]
    tensors = {
        f"{name}.lora_down.weight": torch.ones(2, columns),
        f"{name}.lora_up.weight": torch.ones(rows, 2),
    }
    path, out = files.save("a", tensors), files.folder / "baked"
    assert baked("starter", [(path, 1.0)], out, dtype="fp32").layers == 1
    before, after = (
        load_file(folder / "unet" / "diffusion_pytorch_model.safetensors")
        for folder in (find_base("starter").path, out)
    )
    change = after[f"{place.path}.weight"] - before[f"{place.path}.weight"].float()
    assert torch.allclose(change, torch.full_like(change, 2.0), atol=1e-5)


def test_no_input_is_written_over(
    tiny: dict[str, Path], live: dict[str, Live], tmp_path: Path
) -> None:
    base, adapter = tmp_path / "base.safetensors", live["sd1"].path
    baked(tiny["sd1"], [(adapter, 1.0)], base)
    for out in (base, adapter):
        before = out.read_bytes()
        with refused("lora.overwrites"):
            baked(base, [(adapter, 1.0)], out)
        assert out.read_bytes() == before
    with refused("lora.overwrites"):
        baked(tiny["sd1"], [(adapter, 1.0)], tiny["sd1"])
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").touch()
    for where in (tmp_path / "full", tmp_path / "full" / "mine.txt"):
        with refused("bake.not_empty"):
            baked(tiny["sd1"], [(adapter, 1.0)], where)


def test_forms_that_are_not_made_are_refused(
    tiny: dict[str, Path], live: dict[str, Live], tmp_path: Path, files: Files
) -> None:
    adapter, out = live["sd1"].path, tmp_path / "out.safetensors"
    base = tmp_path / "base.safetensors"
    baked(tiny["sd1"], [(adapter, 1.0)], base)
    with refused("bake.no_folder"):
        baked(base, [(adapter, 1.0)], tmp_path / "out")
    with refused("bake.no_pickle"):
        baked(base, [(adapter, 1.0)], tmp_path / "out.ckpt")
    with refused("bake.starter"):
        baked("starter", [(adapter, 1.0)], out)
    with refused("lora.no_match"):
        baked(base, [(files.kohya("big", [KEY]).path, 1.0)], out)
    with refused("base.is_lora"):
        baked(adapter, [(adapter, 1.0)], out)
    assert not list(tmp_path.glob("out*"))
    assert not list(tmp_path.glob(".*"))


def test_an_interrupted_bake_leaves_nothing_behind(
    tiny: dict[str, Path], live: dict[str, Live], tmp_path: Path
) -> None:
    for out in (tmp_path / "out.safetensors", tmp_path / "out"):
        work = bake(str(tiny["sd1"]), [(live["sd1"].path, 1.0)], out, silent)
        for _ in range(9):
            next(work)
        assert list(tmp_path.iterdir())
        work.close()
        assert not list(tmp_path.iterdir())


def test_a_file_that_is_not_what_was_meant_is_not_kept(tmp_path: Path) -> None:
    """As a failing disk would have it: the second time another number is made."""
    numbers = iter([1.0, 2.0])
    entry = Entry(torch.float32, (1,), lambda: torch.tensor([next(numbers)]))
    with refused("export.self_check_failed"):
        list(write_tensors(tmp_path / "a.safetensors", {"a": entry}, {}))
    assert not list(tmp_path.iterdir())


def test_numbers_of_every_size_are_aligned(tmp_path: Path) -> None:
    tensors = {
        "a": torch.ones(3, dtype=torch.bool),
        "b": torch.ones(1).half(),
        "c": torch.arange(2),
        "d": torch.ones(1),
        "e": torch.tensor(4.0).double(),
    }
    entries = {
        key: Entry(tensor.dtype, tuple(tensor.shape), lambda tensor=tensor: tensor)
        for key, tensor in tensors.items()
    }
    list(write_tensors(tmp_path / "a.safetensors", entries, {"x": "y"}))
    found = load_file(tmp_path / "a.safetensors")
    assert all(torch.equal(found[key], tensor) for key, tensor in tensors.items())


def test_what_half_precision_cannot_hold_leaves_nothing_behind(
    tiny: dict[str, Path], live: dict[str, Live], tmp_path: Path
) -> None:
    for out in (tmp_path / "out.safetensors", tmp_path / "out"):
        with refused("lora.overflow"):
            baked(tiny["sd1"], [(live["sd1"].path, 1e7)], out)
    assert not list(tmp_path.iterdir())
