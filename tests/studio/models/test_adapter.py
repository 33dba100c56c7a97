"""The adapter in the starter model: identity at step 0, linear strength, exact targets."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from studio.config import Base, Network
from studio.errors import StudioError
from studio.models.adapter import Adapter, activate, continue_from, inject, load, remove
from studio.models.checkpoint import BaseModel, open_base
from studio.models.targets import matching
from studio.training.exporting import save_unchecked


@pytest.fixture
def base() -> BaseModel:
    return open_base(Base(model="starter"), torch.device("cpu"))


def predict(base: BaseModel) -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    latents = torch.randn(1, 4, 16, 16, generator=generator)
    with torch.no_grad():
        text = base.encode_prompts(["a red cat on a hill"]).states
        return base.unet(latents, 500, text, return_dict=False)[0]


def shake(adapter: Adapter) -> None:
    """Gives B, and so the adapter, an effect."""
    generator = torch.Generator().manual_seed(1)
    for name, tensor in adapter.state_dict().items():
        if name.endswith(".B"):
            tensor.copy_(0.05 * torch.randn(tensor.shape, generator=generator))


@pytest.mark.parametrize("target", ["attention", "attention+ff", "all"])
def test_step_zero_is_exactly_nothing(base: BaseModel, target: str) -> None:
    before = predict(base)
    inject(base, Network(rank=4, target=target, text_encoder=True), seed=1)
    assert torch.equal(predict(base), before)


def test_strength_zero_is_the_base_and_one_comes_back(base: BaseModel) -> None:
    before = predict(base)
    adapter = inject(base, Network(rank=4, target="all", text_encoder=True), seed=1)
    shake(adapter)
    full = predict(base)
    assert not torch.equal(full, before)
    adapter.set_strength(0.0)
    assert torch.equal(predict(base), before)
    adapter.set_strength(1.0)
    assert torch.equal(predict(base), full)


def test_the_weights_change_linearly_with_strength(base: BaseModel) -> None:
    adapter = inject(base, Network(rank=4, alpha=2.0, target="all"), seed=1)
    shake(adapter)
    for _, layer in adapter.layers("unet"):
        up, down = layer.lora_B["lora_0"].weight, layer.lora_A["lora_0"].weight
        delta = (2.0 / 4) * (up.flatten(1) @ down.flatten(1))
        for strength in (-1.0, 0.5, 1.0, 1.5):
            adapter_delta = _delta_at(adapter, layer, strength).flatten(1)
            torch.testing.assert_close(adapter_delta, strength * delta)


def _delta_at(adapter: Adapter, layer: object, strength: float) -> torch.Tensor:
    layer.set_scale(adapter.name, strength)
    return layer.get_delta_weight(adapter.name)


def test_only_the_adapter_learns_and_in_float32(base: BaseModel) -> None:
    base.unet.to(torch.bfloat16)
    adapter = inject(base, Network(rank=4, text_encoder=True), seed=1)
    trained = {p for part in base.components.values() for p in part.parameters() if p.requires_grad}
    assert trained == {*adapter.parameters("unet"), *adapter.parameters("text_encoder")}
    assert {p.dtype for p in trained} == {torch.float32}
    assert adapter.count() == sum(p.numel() for p in trained)


def test_targets_are_the_layers_of_the_design(base: BaseModel) -> None:
    paths = {
        target: {path for path, _ in inject_fresh(target).layers("unet")}
        for target in ("attention", "attention+ff", "all")
    }
    ends = {path.split("attn")[-1][2:] for path in paths["attention"]}
    assert ends == {"to_q", "to_k", "to_v", "to_out.0"}
    assert paths["attention"] < paths["attention+ff"] < paths["all"]
    assert any("resnets.0.conv1" in path for path in paths["all"])
    assert not any(
        path.startswith(("conv_in", "conv_out", "time_embedding")) for path in paths["all"]
    )


def inject_fresh(target: str) -> Adapter:
    return inject(open_base(Base(model="starter"), torch.device("cpu")), Network(target=target), 1)


def test_a_target_that_matches_nothing_is_an_error() -> None:
    with pytest.raises(StudioError) as error:
        matching(["down_blocks.0.resnets.0.conv1"], "attention", "unet")
    assert error.value.code == "network.no_layer"


def test_file_round_trip_and_two_adapters_at_once(base: BaseModel, tmp_path: Path) -> None:
    adapter = inject(base, Network(rank=4, alpha=2.0, target="all", text_encoder=True), seed=1)
    shake(adapter)
    live = predict(base)
    file = tmp_path / "a.safetensors"
    save_unchecked(file, adapter, {}, "fp32")

    fresh = open_base(Base(model="starter"), torch.device("cpu"))
    plain = predict(fresh)
    one, left = load(fresh, file, "lora_0")
    assert left == {}
    torch.testing.assert_close(predict(fresh), live, rtol=1e-4, atol=1e-5)
    two, _ = load(fresh, file, "lora_1")
    activate(fresh, ["lora_0", "lora_1"])
    one.set_strength(0.5)
    two.set_strength(0.5)
    torch.testing.assert_close(predict(fresh), live, rtol=1e-4, atol=1e-5)
    remove(two)
    one.set_strength(0.0)
    torch.testing.assert_close(predict(fresh), plain)


def test_a_lora_of_another_model_is_refused(base: BaseModel, tmp_path: Path) -> None:
    from safetensors.torch import save_file

    tensors = {
        "lora_unet_nowhere_attn1_to_q.lora_down.weight": torch.zeros(4, 8),
        "lora_unet_nowhere_attn1_to_q.lora_up.weight": torch.zeros(8, 4),
        "lora_unet_nowhere_attn1_to_q.alpha": torch.tensor(4.0),
    }
    save_file(tensors, tmp_path / "other.safetensors")
    with pytest.raises(StudioError) as error:
        load(base, tmp_path / "other.safetensors")
    assert error.value.code == "lora.no_match"


def test_a_lora_that_fits_the_text_encoder_alone_was_made_for_another_model(
    base: BaseModel, tmp_path: Path
) -> None:
    """SD 1.x and SDXL share one."""
    from safetensors.torch import load_file, save_file

    file = tmp_path / "a.safetensors"
    save_unchecked(file, inject(base, Network(rank=4, text_encoder=True), seed=1), {}, "fp32")
    tensors = {
        key: torch.cat([tensor, tensor]) if "unet" in key and "lora_up" in key else tensor
        for key, tensor in load_file(file).items()
    }
    save_file(tensors, file)
    fresh = open_base(Base(model="starter"), torch.device("cpu"))
    with pytest.raises(StudioError) as error:
        load(fresh, file)
    assert error.value.code == "lora.no_match"


def test_training_can_go_on_from_a_file(base: BaseModel, tmp_path: Path) -> None:
    adapter = inject(base, Network(rank=4, alpha=2.0, target="all"), seed=1)
    shake(adapter)
    trained = predict(base)
    file = tmp_path / "a.safetensors"
    save_unchecked(file, adapter, {}, "fp32")

    fresh = open_base(Base(model="starter"), torch.device("cpu"))
    other_alpha = inject(fresh, Network(rank=4, alpha=8.0, target="all"), seed=2)
    assert continue_from(other_alpha, file) == other_alpha.layer_count()
    torch.testing.assert_close(predict(fresh), trained, rtol=1e-4, atol=1e-5)

    with pytest.raises(StudioError) as error:
        continue_from(inject(fresh, Network(rank=8), seed=2, name="lora_1"), file)
    assert error.value.code == "lora.other_rank"
