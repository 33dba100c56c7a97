"""The importer: every spelling is read alike, and what is unusable is listed with a reason."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from studio.errors import StudioError
from studio.inspect.words import LEFT_OUT
from studio.models.lora_file import LoraFile, LoraModule, assign, assign_shapes, read_lora
from studio.models.names import Place

ATTN = "down_blocks.0.attentions.0.transformer_blocks.0.attn2"
ENCODERS = ("text_encoder", "text_encoder_2")
REGEX = "^" + ATTN.replace(".", "\\.") + "\\.to_k"  # as peft's users escape paths
FLAT = "lora_unet_" + ATTN.replace(".", "_")


def read(tmp_path: Path, tensors: dict[str, Tensor], metadata: Any = None) -> LoraFile:
    path = tmp_path / "a.safetensors"
    save_file(tensors, path, metadata)
    return read_lora(path)


def pair(down: str, up: str, inner: int = 768) -> dict[str, Tensor]:
    torch.manual_seed(0)
    return {down: torch.randn(4, inner), up: torch.randn(8, 4)}


def kohya(name: str, inner: int = 768) -> dict[str, Tensor]:
    return pair(f"{name}.lora_down.weight", f"{name}.lora_up.weight", inner)


@pytest.mark.parametrize(
    ("name", "down", "up"),
    [
        (f"{FLAT}_to_k", ".lora_down.weight", ".lora_up.weight"),
        (f"{FLAT}_to_k", ".lora_A.weight", ".lora_B.weight"),
        (f"unet.{ATTN}.to_k", ".lora_A.weight", ".lora_B.weight"),
        (f"unet.{ATTN}.to_k", ".lora_A.default.weight", ".lora_B.default.weight"),
        (f"unet.{ATTN}.to_k", ".lora_A.my_style.weight", ".lora_B.my_style.weight"),
        (f"unet.{ATTN}.to_k", ".lora.down.weight", ".lora.up.weight"),
        (f"unet.{ATTN}.processor.to_k", "_lora.down.weight", "_lora.up.weight"),
        ("text_encoder.x.q_proj", ".lora_linear_layer.down.weight", ".lora_linear_layer.up.weight"),
    ],
)
def test_every_layout_is_read(tmp_path: Path, name: str, down: str, up: str) -> None:
    tensors = pair(name + down, name + up)
    file = read(tmp_path, tensors)
    assert file.unusable == {}
    assert list(file.modules) == [name]
    assert torch.equal(file.modules[name].down, tensors[name + down])
    assert torch.equal(file.modules[name].up, tensors[name + up])
    assert file.modules[name].alpha == 4.0  # none stored: the rank


@pytest.mark.parametrize("alpha", [torch.tensor(2), torch.tensor([2.0]), torch.tensor(2.0).half()])
def test_alpha_of_any_kind(tmp_path: Path, alpha: Tensor) -> None:
    file = read(tmp_path, {**kohya("lora_unet_x"), "lora_unet_x.alpha": alpha})
    assert file.modules["lora_unet_x"].alpha == 2.0
    assert file.modules["lora_unet_x"].scale == 0.5


@pytest.mark.parametrize(
    ("table", "alpha"),
    [
        ({"unet.r": 4, "unet.lora_alpha": 2}, 2.0),
        ({"unet.r": 4, "unet.lora_alpha": 2, "unet.use_rslora": True}, 4.0),
        ({"unet.lora_alpha": 2, "unet.alpha_pattern": {"attn2.to_k": 3}}, 3.0),
        (
            {
                "unet.lora_alpha": 2,
                "unet.alpha_pattern": {REGEX: 3},
            },
            3.0,
        ),
        ({"unet.lora_alpha": 2, "unet.alpha_pattern": {"to_q": 3}}, 2.0),
        ({"text_encoder.lora_alpha": 2}, 4.0),
    ],
)
def test_alpha_from_diffusers_metadata(tmp_path: Path, table: Any, alpha: float) -> None:
    name = f"unet.{ATTN}.to_k"
    tensors = pair(f"{name}.lora_A.weight", f"{name}.lora_B.weight")
    file = read(tmp_path, tensors, {"lora_adapter_metadata": json.dumps(table)})
    assert file.modules[name].alpha == alpha


@pytest.mark.parametrize(
    "text",
    [
        "{broken",
        json.dumps({"unet.lora_alpha": "x"}),
        json.dumps({"unet.lora_alpha": 2, "unet.alpha_pattern": {"(a+)+": 3}}),
    ],
)
def test_unusable_alpha_metadata_is_told(tmp_path: Path, text: str) -> None:
    name = f"unet.{ATTN}.to_k"
    tensors = pair(f"{name}.lora_A.weight", f"{name}.lora_B.weight")
    file = read(tmp_path, tensors, {"lora_adapter_metadata": text})
    assert file.modules == {}
    assert set(file.unusable.values()) == {"alpha"}


@pytest.mark.parametrize(
    ("config", "alpha"),
    [
        ({"r": 4, "lora_alpha": 2}, 2.0),
        ({"r": 4, "lora_alpha": 2, "use_rslora": True}, 4.0),
        ({"r": 4, "lora_alpha": 2, "alpha_pattern": {"attn2.to_k": 3}}, 3.0),
        (None, 4.0),
    ],
)
def test_alpha_from_the_file_beside_what_peft_saves(
    tmp_path: Path, config: Any, alpha: float
) -> None:
    name = f"base_model.model.{ATTN}.to_k"
    if config:
        (tmp_path / "adapter_config.json").write_text(json.dumps(config))
    tensors = pair(f"{name}.lora_A.weight", f"{name}.lora_B.weight")
    assert read(tmp_path, tensors).modules[name].alpha == alpha
    others = pair(f"unet.{ATTN}.to_k.lora_A.weight", f"unet.{ATTN}.to_k.lora_B.weight")
    assert read(tmp_path, others).modules[f"unet.{ATTN}.to_k"].alpha == 4.0  # not peft's


def test_a_broken_file_beside_it_is_told(tmp_path: Path) -> None:
    (tmp_path / "adapter_config.json").write_text("{broken")
    name = f"base_model.model.{ATTN}.to_k"
    file = read(tmp_path, pair(f"{name}.lora_A.weight", f"{name}.lora_B.weight"))
    assert set(file.unusable.values()) == {"alpha"}


@pytest.mark.parametrize("flat", [False, True])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float16])
def test_a_tucker_convolution_becomes_a_plain_one(
    tmp_path: Path, flat: bool, dtype: torch.dtype
) -> None:
    torch.manual_seed(0)
    down, up = torch.randn(3, 6, 1, 1).to(dtype), torch.randn(5, 3, 1, 1).to(dtype)
    mid = torch.randn(3, 3, 3, 2).to(dtype)
    image = torch.randn(1, 6, 9, 9)
    convolve = torch.nn.functional.conv2d
    expected = convolve(convolve(convolve(image, down.float()), mid.float()), up.float()) * (2 / 3)
    tensors = {"x.lora_mid.weight": mid, "x.alpha": torch.tensor(2.0)}
    tensors["x.lora_down.weight"] = down.flatten(1) if flat else down
    tensors["x.lora_up.weight"] = up.flatten(1) if flat else up
    file = read(tmp_path, tensors)
    assert file.unusable == {}
    assert file.modules["x"].delta().shape == (5, 6, 3, 2)
    found = convolve(image, file.modules["x"].delta())
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("dtype", [torch.float8_e4m3fn, torch.float8_e5m2])
def test_eight_bit_floats_are_read_exactly(tmp_path: Path, dtype: torch.dtype) -> None:
    small = {key: tensor.to(dtype) for key, tensor in kohya("x").items()}
    module = read(tmp_path, small).modules["x"]
    assert torch.equal(module.down.float(), small["x.lora_down.weight"].float())
    assert module.delta().isfinite().all()


@pytest.mark.parametrize("ending", [".bin", ".pt", ".ckpt"])
def test_files_of_torch_are_read_and_never_carried_out(tmp_path: Path, ending: str) -> None:
    tensors = {**kohya("x"), "x.alpha": torch.tensor(2.0)}
    torch.save(tensors, tmp_path / f"a{ending}")
    module = read_lora(tmp_path / f"a{ending}").modules["x"]
    assert torch.equal(module.down, tensors["x.lora_down.weight"])
    assert module.alpha == 2.0

    class Evil:
        def __reduce__(self) -> Any:
            return (Path.touch, (tmp_path / "harm",))

    torch.save({**tensors, "x": Evil()}, tmp_path / f"b{ending}")
    with pytest.raises(StudioError) as caught:
        read_lora(tmp_path / f"b{ending}")
    assert caught.value.code.startswith("pickle.")
    assert not (tmp_path / "harm").exists()


def poisoned(value: float) -> dict[str, Tensor]:
    tensors = kohya("x")
    tensors["x.lora_up.weight"][0, 0] = value
    return tensors


UNUSABLE: dict[str, tuple[dict[str, Tensor], str]] = {
    "stray": ({"x.bias": torch.zeros(2)}, "unknown_suffix"),
    "half a pair": ({"x.lora_up.weight": torch.zeros(2, 2)}, "no_pair"),
    "alpha alone": ({"x.alpha": torch.tensor(1.0)}, "no_pair"),
    "two spellings": (
        {**kohya("x"), **pair("x.lora_A.weight", "x.lora_B.weight")},
        "no_pair",
    ),
    "ranks disagree": (
        {"x.lora_down.weight": torch.zeros(4, 8), "x.lora_up.weight": torch.zeros(8, 3)},
        "shapes",
    ),
    "integers": (
        {
            "x.lora_down.weight": torch.zeros(4, 8, dtype=torch.int8),
            "x.lora_up.weight": torch.zeros(8, 4, dtype=torch.int8),
        },
        "dtype",
    ),
    "rank 0": (
        {"x.lora_down.weight": torch.zeros(0, 8), "x.lora_up.weight": torch.zeros(8, 0)},
        "shapes",
    ),
    "numbers": (
        {"x.lora_down.weight": torch.tensor(1.0), "x.lora_up.weight": torch.tensor(1.0)},
        "shapes",
    ),
    "CP of other rank": (
        {**kohya("x"), "x.lora_mid.weight": torch.ones(2, 2, 3, 3)},
        "shapes",
    ),
    "CP of one dimension": ({**kohya("x"), "x.lora_mid.weight": torch.ones(4)}, "shapes"),
    "embedding of OneTrainer": ({"bundle_emb.my.word.clip_l": torch.ones(2, 768)}, "embedding"),
    "alpha beyond all measure": (
        {**kohya("x"), "x.alpha": torch.tensor(1e300, dtype=torch.float64)},
        "not_finite",
    ),
    "factors beyond all measure": (
        {key: tensor * 1e30 for key, tensor in kohya("x").items()},
        "not_finite",
    ),
    "complex numbers": (
        {key: tensor.to(torch.complex64) for key, tensor in kohya("x").items()},
        "dtype",
    ),
    "nothing coming in": (
        {"x.lora_down.weight": torch.zeros(2, 0), "x.lora_up.weight": torch.zeros(8, 2)},
        "shapes",
    ),
    "magnitudes of peft": (
        {**kohya("x"), "x.lora_magnitude_vector.default.weight": torch.ones(8)},
        "other_type",
    ),
    "alpha is a list": ({**kohya("x"), "x.alpha": torch.zeros(2)}, "alpha"),
    "alpha is NaN": ({**kohya("x"), "x.alpha": torch.tensor(math.nan)}, "alpha"),
    "NaN": (poisoned(math.nan), "not_finite"),
    "infinite": (poisoned(math.inf), "not_finite"),
    "DoRA": ({**kohya("x"), "x.dora_scale": torch.ones(8, 1)}, "other_type"),
    "LoCon with lora_mid": (
        {**kohya("x"), "x.lora_mid.weight": torch.ones(4, 3, 3, 3)},
        "shapes",
    ),
    "LoHa": ({"x.hada_w1_a": torch.ones(2, 2)}, "other_type"),
}


@pytest.mark.parametrize("case", UNUSABLE)
def test_what_is_unusable_is_listed_and_the_rest_is_read(tmp_path: Path, case: str) -> None:
    tensors, reason = UNUSABLE[case]
    file = read(tmp_path, {**tensors, **kohya("good")})
    assert file.unusable == dict.fromkeys(tensors, reason)
    assert list(file.modules) == ["good"]


@pytest.mark.parametrize(
    ("tensors", "arch"),
    [
        (kohya(f"{FLAT}_to_k", 768), "sd1"),
        (kohya(f"{FLAT}_to_v", 1024), "sd2"),
        (kohya(f"{FLAT}_to_k", 2048), "sdxl"),
        (kohya(f"{FLAT}_to_k", 128), None),
        (pair(f"unet.{ATTN}.to_k.lora_A.weight", f"unet.{ATTN}.to_k.lora_B.weight", 1024), "sd2"),
        (kohya("lora_te_text_model_encoder_layers_0_self_attn_q_proj", 768), "sd1"),
        (kohya("lora_te_text_model_encoder_layers_0_self_attn_q_proj", 1024), "sd2"),
        (kohya("lora_te2_text_model_encoder_layers_0_self_attn_q_proj", 1280), "sdxl"),
        (kohya("lora_unet_middle_block_1_transformer_blocks_9_attn1_to_k", 1280), "sdxl"),
        (kohya("lora_unet_mid_block_attentions_0_transformer_blocks_0_attn1_to_k", 1280), None),
    ],
)
def test_the_base_is_told_from_shapes(tmp_path: Path, tensors: Any, arch: str | None) -> None:
    assert read(tmp_path, tensors).arch == arch


class Model(nn.Module):
    """One layer of each kind, under paths that kohya's names know."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(6, 5)
        self.one = nn.Conv2d(6, 5, 1)
        self.three = nn.Conv2d(6, 5, 3)


def lora(*down: int, up: tuple[int, ...] = (5, 2)) -> LoraModule:
    return LoraModule(torch.randn(2, *down), torch.randn(*up), 2.0)


@pytest.mark.parametrize(
    ("name", "module", "shape"),
    [
        ("linear", lora(6), (5, 6)),
        ("linear", lora(6, 1, 1, up=(5, 2, 1, 1)), (5, 6)),
        ("one", lora(6, 1, 1, up=(5, 2, 1, 1)), (5, 6, 1, 1)),
        ("one", lora(6), (5, 6, 1, 1)),
        ("three", lora(6, 3, 3, up=(5, 2, 1, 1)), (5, 6, 3, 3)),
    ],
)
def test_modules_take_the_shape_of_their_layer(
    name: str, module: LoraModule, shape: tuple[int, ...]
) -> None:
    file = LoraFile({}, None, {f"lora_unet_{name}": module})
    fitted, left = assign(file, {"unet": Model()}, "sd1")
    assert left == {}
    found = fitted[Place("unet", name)]
    assert found.delta().shape == shape
    assert torch.equal(found.delta().flatten(), module.delta().flatten())


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        ({"lora_unet_linear": lora(7)}, "layer_shape"),
        ({"lora_unet_linear": lora(6, up=(4, 2))}, "layer_shape"),
        ({"lora_unet_three": lora(6)}, "layer_shape"),
        ({"lora_unet_three": lora(6, 1, 1)}, "layer_shape"),
        ({"lora_unet_four": lora(6)}, "no_layer"),
        ({"lora_unet_linear": lora(6), "unet.linear": lora(6)}, "twice"),
    ],
)
def test_modules_without_a_layer_are_left_with_a_reason(
    names: dict[str, LoraModule], reason: str
) -> None:
    _, left = assign(LoraFile({}, None, names), {"unet": Model()}, "sd1")
    assert list(left.values()) == [reason]


def test_an_ambiguous_name_goes_where_it_fits() -> None:
    first, second = (Place(part, "encoder.layers.0.mlp.fc1") for part in ENCODERS)
    shapes = {first: (8, 4), second: (5, 6)}
    name = "base_model.model.text_model.encoder.layers.0.mlp.fc1"
    fitted, left = assign_shapes(LoraFile({}, None, {name: lora(6)}), shapes, "sdxl")
    assert (list(fitted), left) == ([second], {})
    _, left = assign_shapes(LoraFile({}, None, {name: lora(7)}), shapes, "sdxl")
    assert left == {name: "layer_shape"}


def test_every_reason_has_words() -> None:
    told = {reason for _, reason in UNUSABLE.values()} | {"no_layer", "layer_shape", "twice"}
    assert told == LEFT_OUT.keys()
