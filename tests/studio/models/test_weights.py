"""Weights under canonical names from every layout of files, mapped and not read."""

from __future__ import annotations

import json
import shutil
import socket
import struct
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from huggingface_hub import constants
from safetensors.torch import load_file, save_file

from studio.config import Base
from studio.errors import StudioError
from studio.messages import sentence
from studio.models import family, ldm
from studio.models.checkpoint import open_base
from studio.models.family import STARTER, BaseLocation, find_base
from studio.models.safetensors_header import DTYPE_BYTES
from studio.models.weights import DTYPES, component_tensors, map_tensors, vae_tensors

COMPONENTS = {
    "unet": "diffusion_pytorch_model",
    "vae": "diffusion_pytorch_model",
    "text_encoder": "model",
}
Weights = dict[str, torch.Tensor]


@pytest.fixture(scope="module")
def starter() -> dict[str, Weights]:
    """The starter's own weights by component and canonical name."""
    return {
        component: load_file(STARTER / component / f"{stem}.safetensors")
        for component, stem in COMPONENTS.items()
    }


@pytest.fixture(scope="module")
def model(starter: dict[str, Weights]) -> dict[str, Weights]:
    """The starter, with the attention in its VAE that larger ones have."""
    attention = {
        f"{side}.mid_block.attentions.0.{layer}.{leaf}": torch.randn(shape).half()
        for side in ("encoder", "decoder")
        for layer in ("group_norm", "to_q", "to_k", "to_v", "to_out.0")
        for leaf, shape in (("weight", (8, 8)), ("bias", (8,)))
        if layer != "group_norm" or leaf == "bias"
    }
    return starter | {"vae": starter["vae"] | attention}


def location(path: Path, family: str = "sd1", configs: Path = STARTER) -> BaseLocation:
    configs = path if path.is_dir() else configs
    return BaseLocation(str(path), path, family, configs, "epsilon", False, True)


def mapped_file(tensor: torch.Tensor) -> str:
    """The file that a tensor's memory is a view of, as the system tells; "" for none."""
    for line in Path("/proc/self/maps").read_text(encoding="utf-8").splitlines():
        place, _, _, _, _, *path = line.split(maxsplit=5)
        begin, end = (int(part, 16) for part in place.split("-"))
        if begin <= tensor.data_ptr() < end:
            return path[0] if path and path[0].startswith("/") else ""
    return ""


linux = pytest.mark.skipif(sys.platform != "linux", reason="reads what the system maps")


def shapes(weights: Weights) -> dict[str, tuple[int, ...]]:
    return {name: tuple(tensor.shape) for name, tensor in weights.items()}


def assert_same(found: Weights, expected: Weights) -> None:
    assert found.keys() == expected.keys()
    for name, tensor in expected.items():
        assert torch.equal(found[name], tensor), name


def refused(code: str, *arguments: Any) -> str:
    call = component_tensors if len(arguments) == 3 else vae_tensors
    with pytest.raises(StudioError) as caught:
        call(*arguments)
    assert caught.value.code == code
    return sentence(caught.value.code, caught.value.params)


def store(file: Path, weights: Weights) -> None:
    """``weights`` as safetensors or, by the name's ending, as torch.save writes them."""
    file.parent.mkdir(parents=True, exist_ok=True)
    kept = {key: tensor.clone().contiguous() for key, tensor in weights.items()}
    if file.suffix == ".safetensors":
        save_file(kept, file)
    else:
        torch.save(kept, file)


# ---- mapping


@linux
@pytest.mark.parametrize("ending", [".safetensors", ".ckpt"])
def test_tensors_are_views_of_one_mapped_file(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"ein Modell 墨{ending}"
    store(path, {"a": torch.randn(5, 3), "b": torch.randn(8).half(), "n": torch.tensor(4)})
    tensors = map_tensors(path)
    assert {mapped_file(tensor) for tensor in tensors.values()} == {str(path)}
    assert len({tensor.untyped_storage().data_ptr() for tensor in tensors.values()}) == 1
    before = path.read_bytes()
    tensors["a"].zero_()
    assert path.read_bytes() == before


@linux
def test_numbers_at_odd_addresses_are_copied(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    values = [1.5, -2.0, 3.25]
    entries = {
        "flag": {"dtype": "U8", "shape": [1], "data_offsets": [0, 1]},
        "w": {"dtype": "F32", "shape": [3, 1], "data_offsets": [1, 13]},
    }
    header = json.dumps(entries).encode()
    header += b" " * (-len(header) % 8)
    content = struct.pack("<Q", len(header)) + header + b"\x07" + struct.pack("<3f", *values)
    path.write_bytes(content)
    tensors = map_tensors(path)
    assert tensors["w"].flatten().tolist() == values
    assert [mapped_file(tensors[key]) for key in ("w", "flag")] == ["", str(path)]


def test_every_type_comes_as_it_is(tmp_path: Path) -> None:
    assert DTYPES.keys() == DTYPE_BYTES.keys()
    assert all(DTYPES[name].itemsize == size for name, size in DTYPE_BYTES.items())
    path = tmp_path / "a.safetensors"
    kinds = (
        *(torch.float16, torch.bfloat16, torch.float32, torch.float64, torch.int64, torch.uint8),
        *(torch.bool, torch.float8_e4m3fn, torch.float8_e5m2, torch.int8, torch.uint16),
    )
    saved = {str(kind): torch.tensor([0, 1, 1]).to(kind) for kind in kinds}
    save_file(saved, path)
    found = map_tensors(path)
    assert {name: tensor.dtype for name, tensor in found.items()} == {
        str(kind): kind for kind in kinds
    }
    assert all(tensor.float().tolist() == [0, 1, 1] for tensor in found.values())


# ---- diffusers folders


@pytest.mark.parametrize("component", COMPONENTS)
def test_the_starter(starter: dict[str, Weights], component: str) -> None:
    found = component_tensors(location(STARTER), component, shapes(starter[component]))
    assert_same(found, starter[component])


LAYOUTS = {
    "fp16 alone": {"model.fp16.safetensors": 1},
    "full before fp16": {"model.fp16.safetensors": 2, "model.safetensors": 1},
    "fp16 before others": {"model.non_ema.safetensors": 2, "model.fp16.safetensors": 1},
    "safetensors before bin": {"pytorch_model.bin": 2, "model.fp16.safetensors": 1},
    "bin": {"pytorch_model.bin": 1},
    "bin in fp16": {"pytorch_model.fp16.bin": 1},
    "beside other programs' files": {"flax_model.safetensors": 2, "model.safetensors": 1},
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_files_by_rank(tmp_path: Path, starter: dict[str, Weights], layout: str) -> None:
    weights = starter["text_encoder"]
    for name, factor in LAYOUTS[layout].items():
        store(tmp_path / "text_encoder" / name, {k: t * factor for k, t in weights.items()})
    (tmp_path / "text_encoder" / "openvino_model.bin").write_bytes(b"x")
    found = component_tensors(location(tmp_path), "text_encoder", shapes(weights))
    assert_same(found, weights)


@pytest.mark.parametrize(
    ("index", "shard"),
    [
        ("model.safetensors.index.json", "model-0000{}-of-00002.safetensors"),
        ("model.safetensors.index.fp16.json", "model.fp16-0000{}-of-00002.safetensors"),
        ("pytorch_model.bin.index.json", "pytorch_model-0000{}-of-00002.bin"),
    ],
)
def test_shards(tmp_path: Path, starter: dict[str, Weights], index: str, shard: str) -> None:
    weights, folder = starter["text_encoder"], tmp_path / "text_encoder"
    names = sorted(weights)
    halves = {1: names[:20], 2: names[20:]}
    for number, half in halves.items():
        store(folder / shard.format(number), {name: weights[name] for name in half})
    table = {name: shard.format(number) for number, half in halves.items() for name in half}
    (folder / index).write_text(json.dumps({"metadata": {}, "weight_map": table}))
    base = location(tmp_path)
    assert_same(component_tensors(base, "text_encoder", shapes(weights)), weights)
    (folder / shard.format(2)).unlink()
    refused("base.not_a_model", base, "text_encoder", shapes(weights))
    for broken in ("", "[]", '{"weight_map": {"a": "../a.bin"}}', '{"weight_map": {"a": 1}}'):
        (folder / index).write_text(broken)
        refused("base.not_a_model", base, "text_encoder", shapes(weights))


def test_encoders_with_and_without_their_first_word(
    tmp_path: Path, starter: dict[str, Weights]
) -> None:
    weights = starter["text_encoder"]
    bare = {name.removeprefix("text_model."): tensor for name, tensor in weights.items()}
    bare["embeddings.position_ids"] = torch.arange(77)
    store(tmp_path / "text_encoder" / "model.safetensors", bare)
    found = component_tensors(location(tmp_path), "text_encoder", shapes(weights))
    assert_same(found, weights)


def old_attention(weights: Weights, square: bool) -> Weights:
    """The VAE's attention as diffusers named it before 0.17, or as 1x1 convolutions."""
    renamed = {}
    for name, tensor in weights.items():
        for new, old in {"to_q": "query", "to_k": "key", "to_v": "value"}.items():
            name = name.replace(f".{new}.", f".{old}.")
        is_layer = ".attentions." in name and tensor.ndim == 2
        renamed[name.replace("to_out.0", "proj_attn")] = (
            tensor[:, :, None, None] if square and is_layer else tensor
        )
    return renamed


@pytest.mark.parametrize("square", [False, True])
def test_old_names_of_the_vae(tmp_path: Path, model: dict[str, Weights], square: bool) -> None:
    weights = model["vae"]
    old = old_attention(weights, square)
    assert old.keys() != weights.keys()
    store(tmp_path / "vae" / "diffusion_pytorch_model.safetensors", old)
    assert_same(component_tensors(location(tmp_path), "vae", shapes(weights)), weights)
    assert_same(vae_tensors(tmp_path / "vae", shapes(weights)), weights)
    assert_same(vae_tensors(tmp_path, shapes(weights)), weights)


# ---- single files


def single(model: dict[str, Weights], arch: str = "sd1") -> Weights:
    """``model`` as a single file: where `ldm.source` says each parameter is."""
    file: Weights = {}
    thirds: dict[str, dict[int, torch.Tensor]] = {}
    for component, weights in model.items():
        config = json.loads((STARTER / component / "config.json").read_text())
        for name, tensor in weights.items():
            source = ldm.source(component, name, arch, config)
            if source.part is not None:
                thirds.setdefault(source.key, {})[source.part] = tensor
            else:
                is_conv = component == "vae" and ".attentions." in name and tensor.ndim == 2
                file[source.key] = tensor[:, :, None, None] if is_conv else tensor
    for key, parts in thirds.items():
        file[key] = torch.cat([parts[0], parts[1], parts[2]])
    return file


@pytest.mark.parametrize("arch", ["sd1", "sd2"])
@pytest.mark.parametrize("ending", [".safetensors", ".ckpt"])
def test_single_files(tmp_path: Path, model: dict[str, Weights], arch: str, ending: str) -> None:
    path = tmp_path / f"model{ending}"
    store(path, single(model, arch) | {"model_ema.decay": torch.tensor(0.5)})
    for component, weights in model.items():
        found = component_tensors(location(path, arch), component, shapes(weights))
        assert_same(found, weights)
        if sys.platform == "linux":
            assert {mapped_file(tensor) for tensor in found.values()} == {str(path)}


def test_single_files_without_text_model(tmp_path: Path, model: dict[str, Weights]) -> None:
    path = tmp_path / "model.safetensors"
    file = {key.replace("transformer.text_model.", "transformer."): t
            for key, t in single(model).items()}  # fmt: skip
    file["cond_stage_model.transformer.embeddings.position_ids"] = torch.arange(77)
    store(path, file)
    weights = model["text_encoder"]
    found = component_tensors(location(path), "text_encoder", shapes(weights))
    assert_same(found, weights)


def test_a_projection_that_is_stored_the_other_way_round(tmp_path: Path) -> None:
    path = tmp_path / "xl.safetensors"
    projection = torch.randn(4, 3)
    store(path, {"conditioner.embedders.1.model.text_projection": projection.t()})
    configs = tmp_path / "configs"
    (configs / "text_encoder_2").mkdir(parents=True)
    (configs / "text_encoder_2" / "config.json").write_text("{}")
    wanted = {"text_projection.weight": (4, 3)}
    base = location(path, "sdxl", configs)
    found = component_tensors(base, "text_encoder_2", wanted)["text_projection.weight"]
    assert torch.equal(found, projection)
    assert found.is_contiguous()


@pytest.mark.parametrize("names", ["ldm", "bare ldm", "diffusers", "old diffusers"])
@pytest.mark.parametrize("ending", [".safetensors", ".pt"])
def test_a_vae_of_its_own(
    tmp_path: Path, model: dict[str, Weights], names: str, ending: str
) -> None:
    weights = model["vae"]
    ldm_names = {k: t for k, t in single(model).items() if k.startswith("first_stage_model.")}
    stored = {
        "ldm": ldm_names,
        "bare ldm": {k.removeprefix("first_stage_model."): t for k, t in ldm_names.items()},
        "diffusers": weights,
        "old diffusers": old_attention(weights, square=False),
    }[names]
    path = tmp_path / f"vae{ending}"
    store(path, stored)
    assert_same(vae_tensors(path, shapes(weights)), weights)


# ---- what is refused


def test_missing_and_misshaped_weights_are_counted(
    tmp_path: Path, model: dict[str, Weights]
) -> None:
    path = tmp_path / "model.safetensors"
    file, wanted = single(model), shapes(model["unet"])
    del file["model.diffusion_model.out.2.bias"]
    key = "model.diffusion_model.out.2.weight"
    file[key] = file[key].transpose(0, 1)
    store(path, file)
    told = refused("base.incomplete", location(path), "unet", wanted)
    assert "lacks 2 of" in told
    assert str(path) in told
    refused("base.incomplete", location(tmp_path), "unet", wanted)  # a folder without a file


@pytest.mark.parametrize("kind", [torch.int8, torch.uint8, torch.int64, torch.bool])
def test_weights_that_are_no_floats(
    tmp_path: Path, model: dict[str, Weights], kind: torch.dtype
) -> None:
    path = tmp_path / "model.safetensors"
    file = single(model)
    key = "model.diffusion_model.out.2.weight"
    store(path, file | {key: file[key].to(kind)})
    told = refused("base.not_floats", location(path), "unet", shapes(model["unet"]))
    assert key in told


def test_weights_of_eight_bits_are_taken_as_they_are(
    tmp_path: Path, model: dict[str, Weights]
) -> None:
    """As ComfyUI and A1111 store them: plain numbers that only need a cast."""
    path = tmp_path / "model.safetensors"
    small = {key: tensor.to(torch.float8_e4m3fn) for key, tensor in single(model).items()}
    store(path, small)
    found = component_tensors(location(path), "unet", shapes(model["unet"]))
    for name, tensor in model["unet"].items():
        assert torch.equal(found[name].float(), tensor.to(torch.float8_e4m3fn).float())


def test_a_damaged_file_is_refused_before_anything_is_mapped(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    shutil.copy(STARTER / "vae" / "diffusion_pytorch_model.safetensors", path)
    path.write_bytes(path.read_bytes()[:-1])
    refused("safetensors.invalid", path, {"a": (1,)})


# ---- the network


def test_opening_what_is_here_asks_nobody(
    tmp_path: Path, starter: dict[str, Weights], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object) -> None:
        raise AssertionError(f"asks the network: {arguments}")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    shutil.copytree(family.CONFIGS, tmp_path / "configs")
    shutil.copytree(STARTER, tmp_path / "configs" / "sd1", dirs_exist_ok=True)
    monkeypatch.setattr(family, "CONFIGS", tmp_path / "configs")
    path = tmp_path / "model.safetensors"
    store(path, single(starter))
    for reference in (str(path), str(tmp_path / "configs" / "sd1")):
        assert find_base(reference).family == "sd1"
        assert open_base(Base(model=reference)).unet
    with pytest.raises(StudioError) as caught:
        find_base("someone/else")
    assert caught.value.code == "hub.not_downloaded"
