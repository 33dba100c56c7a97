"""Base models of each family opened from folders and single files: the same model either way."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from safetensors.torch import load_file
from torch import Tensor

from studio.config import Base
from studio.errors import StudioError
from studio.models import family as family_module
from studio.models.checkpoint import BaseModel, _noise_scheduler, open_base
from studio.models.family import find_base
from studio.models.text import TextEmbedding
from studio.training.noise import min_snr_weights
from tests.tiny_models import FAMILIES, tiny_configs, tiny_file, tiny_folder

CPU = torch.device("cpu")
SIZES = torch.tensor([[96.0, 64.0, 0.0, 8.0, 64.0, 64.0]])


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders of all families, and their configurations."""
    path = tmp_path_factory.mktemp("bases")
    tiny_configs(path / "configs")
    for family in FAMILIES:
        tiny_folder(path / family, family)
    return path


@pytest.fixture(autouse=True)
def tiny(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(family_module, "CONFIGS", root / "configs")


def opened(model: Path, **changes: Any) -> BaseModel:
    return open_base(Base(model=str(model), **changes), CPU)


def predicted(base: BaseModel, sizes: Tensor = SIZES) -> Tensor:
    latents = torch.randn(1, 4, 16, 16, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        text = base.encode_prompts(["a red cat"])
        noisy = latents.to(base.dtype)
        return base.predict(noisy, torch.tensor([500]), text, sizes)


def refused(code: str, model: Path, **changes: Any) -> dict[str, Any]:
    with pytest.raises(StudioError) as caught:
        opened(model, **changes)
    assert caught.value.code == code
    return caught.value.params


@pytest.mark.parametrize(
    ("family", "ending"),
    [("sd1", ".safetensors"), ("sd2", ".ckpt"), ("sdxl", ".safetensors")],
)
def test_a_single_file_is_the_same_model_as_its_folder(
    root: Path, tmp_path: Path, family: str, ending: str
) -> None:
    folder = opened(root / family)
    file = opened(tiny_file(tmp_path / f"my model{ending}", root / family, family))
    assert (file.location.family, file.location.name) == (family, "my model")
    assert list(file.components) == list(folder.components)
    assert torch.equal(predicted(file), predicted(folder))
    assert file.vae_identity == folder.vae_identity
    assert file.text_identity == folder.text_identity
    told = [(problem.code, problem.params) for problem in file.problems]
    assumed = {"model": "my model", "prediction_type": "v_prediction"}
    assert told == ([("base.prediction_assumed", assumed)] if family == "sd2" else [])
    assert file.open_seconds > 0


def test_diffusers_reads_the_same_from_the_folder(root: Path) -> None:
    base = opened(root / "sdxl")
    theirs = UNet2DConditionModel.from_pretrained(root / "sdxl" / "unet")
    latents = torch.randn(2, 4, 16, 16, generator=torch.Generator().manual_seed(0))
    text = TextEmbedding(torch.randn(2, 77, 64), torch.randn(2, 40))
    sizes = torch.tensor([[96, 64, 0, 8, 64, 64], [64, 64, 0, 0, 64, 64]])
    told = {"text_embeds": text.pooled, "time_ids": sizes}
    with torch.no_grad():
        wanted = theirs(latents, 500, text.states, added_cond_kwargs=told).sample
        ours = base.predict(latents, torch.tensor([500, 500]), text, sizes.float())
        moved = base.predict(latents, torch.tensor([500, 500]), text, sizes.float() + 8)
    torch.testing.assert_close(ours, wanted)
    assert not torch.allclose(moved, wanted)


def test_weights_that_fit_stay_mapped_and_others_are_cast(root: Path) -> None:
    whole, half = opened(root / "sdxl"), opened(root / "sdxl", dtype="bf16")
    for component in whole.components.values():
        storages = {p.untyped_storage().data_ptr() for p in component.parameters()}
        assert len(storages) == 1  # the file
    parts = half.components.values()
    assert {p.dtype for part in parts for p in part.parameters()} == {torch.bfloat16}
    assert {p.dtype for p in half.vae.parameters()} == {torch.float32}
    assert not any(b.is_meta for part in parts for b in part.buffers())
    assert not any(p.requires_grad for part in parts for p in part.parameters())
    torch.testing.assert_close(predicted(half).float(), predicted(whole), rtol=0.1, atol=0.05)


@pytest.mark.parametrize("kind", ["folder", "diffusers names", "ldm names"])
def test_another_vae_is_scaled_as_the_base_models_own(
    root: Path, tmp_path: Path, kind: str
) -> None:
    torch.manual_seed(5)
    own = AutoencoderKL.from_pretrained(root / "sdxl" / "vae")
    other = AutoencoderKL.from_config(own.config)
    other.save_pretrained(tmp_path / "model" / "vae")
    path = tmp_path / "model" / "vae"
    if kind == "folder":  # as those from before the factor was written down
        config = json.loads((path / "config.json").read_text("utf-8"))
        del config["scaling_factor"]
        (path / "config.json").write_text(json.dumps(config), "utf-8")
    elif kind == "diffusers names":
        path /= "diffusion_pytorch_model.safetensors"
    else:
        path = tiny_file(tmp_path / "vae.safetensors", tmp_path / "model", "sdxl")
    base = opened(root / "sdxl", vae=str(path))
    pixels = torch.rand(1, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    mean = base.encode_images(pixels)[0, 0]
    with torch.no_grad():
        wanted = other.eval().encode(pixels).latent_dist.mean[0] * 0.13025
    torch.testing.assert_close(mean, wanted)
    assert base.vae_identity != opened(root / "sdxl").vae_identity


def test_a_vae_that_is_not_there_is_told(root: Path, tmp_path: Path) -> None:
    assert refused("base.not_found", root / "sd1", vae=str(tmp_path / "x.pt"))["model"]


def noise(model: Path, **changes: Any) -> tuple[str, bool]:
    settings = Base(model=str(model), **changes)
    config = _noise_scheduler(settings, find_base(settings.model)).config
    return config.prediction_type, config.rescale_betas_zero_snr


def test_prediction_and_noise_are_what_the_files_or_the_settings_say(
    root: Path, tmp_path: Path
) -> None:
    marked = tiny_file(tmp_path / "v.safetensors", root / "sdxl", "sdxl", ("v_pred", "ztsnr"))
    assert noise(root / "sdxl") == ("epsilon", False)
    assert noise(marked) == ("v_prediction", True)
    assert noise(marked, zero_terminal_snr="off") == ("v_prediction", False)
    assert noise(marked, prediction_type="epsilon") == ("epsilon", False)
    plain = tiny_file(tmp_path / "sd2.safetensors", root / "sd2", "sd2")
    assert opened(plain, prediction_type="epsilon").problems == ()
    assert noise(root / "sd2", zero_terminal_snr="on") == ("v_prediction", True)
    assert (
        refused("base.zero_snr_needs_v", root / "sdxl", zero_terminal_snr="on")["model"] == "sdxl"
    )


def test_weights_of_the_loss_are_finite_where_nothing_is_left_of_the_image(root: Path) -> None:
    scheduler = opened(root / "sd2", zero_terminal_snr="on").noise_scheduler
    assert scheduler.alphas_cumprod[-1] == 0
    weights = min_snr_weights(scheduler, torch.tensor([0, 500, 999]), 5.0)
    assert torch.isfinite(weights).all()
    assert weights[-1] == 0  # where the noise is all there is to see, v is minus the image


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("unet/config.json", "{"),
        ("unet/config.json", '{"block_out_channels": [1], "addition_embed_type": "text_time"}'),
        ("text_encoder_2/config.json", '{"hidden_size": 7, "num_attention_heads": 2}'),
        ("tokenizer_2/vocab.json", "{}"),
        ("scheduler/scheduler_config.json", '{"beta_schedule": "steep"}'),
    ],
)
def test_a_broken_folder_is_refused_in_one_sentence(
    root: Path, tmp_path: Path, file: str, content: str
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(root / "sdxl", folder)
    (folder / file).write_text(content, "utf-8")
    params = refused("base.not_a_model", folder)
    assert params["path"]
    assert params["reason"]
    assert "\n" not in params["reason"]


def test_a_folder_without_a_tokenizer_is_refused(root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(root / "sd1", folder, ignore=shutil.ignore_patterns("tokenizer"))
    assert refused("base.not_a_model", folder)["reason"] == "it has no tokenizer"


def test_a_folder_that_lacks_weights_is_refused(root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(root / "sd1", folder)
    (folder / "unet" / "diffusion_pytorch_model.safetensors").unlink()
    wanted = load_file(root / "sd1" / "unet" / "diffusion_pytorch_model.safetensors")
    assert refused("base.incomplete", folder)["count"] == len(wanted)
