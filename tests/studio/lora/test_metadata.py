"""Metadata that tools pass on: facts of training stay, paths and what is no longer true do not."""

from __future__ import annotations

import pytest

from studio.lora import metadata


@pytest.mark.parametrize(
    "value",
    [
        "/home/ada/loras/ink",
        "~/loras/ink/",
        "C:\\Users\\ada\\ink.png",
        "D:/loras/ink",
        "\\\\server\\share\\ink",
        "see file:///srv/ink",
        '{"folder": "/srv/ink/10_ink"}',
        '{"folder": "C:\\\\Users\\\\ada"}',
        '{"folder": "\\\\\\\\server\\\\share"}',
        "Adam(state=/srv/state/1)",
    ],
)
def test_paths_are_not_passed_on(value: str) -> None:
    assert metadata.kept({"ss_training_comment": value}) == {}


@pytest.mark.parametrize(
    "value",
    [
        "torch.optim.adamw.AdamW(weight_decay=0.01,betas=(0.9, 0.99))",
        "https://github.com/Stability-AI/generative-models",
        "stable-diffusion-v1/lora",
        '{"10_ink": {"1girl": 3, "\\\\m/": 1, ":/": 2, "w/o hat": 1}}',
        "(512, 512)",
        "a / b",
        "",
    ],
)
def test_other_texts_are(value: str) -> None:
    assert metadata.kept({"ss_x": value}) == {"ss_x": value}


def test_names_of_base_models_lose_their_folders() -> None:
    told = {"ss_sd_model_name": "/srv/models/base.safetensors", "ss_vae_name": "C:\\vae.pt"}
    assert metadata.kept(told) == {"ss_sd_model_name": "base.safetensors", "ss_vae_name": "vae.pt"}


@pytest.mark.parametrize(
    ("sources", "arch", "v_prediction"),
    [
        ([{}], "sd1", False),
        ([{}], "sd2", True),
        ([{"ss_base_model_version": "sd_v2"}], "sd2", False),
        ([{}, {"ss_base_model_version": "sd_v2_v"}], "sd2", True),
        ([{"modelspec.prediction_type": "v"}], "sdxl", True),
        ([{"modelspec.prediction_type": "epsilon"}], "sd2", False),
    ],
)
def test_the_prediction_type(sources: list[dict[str, str]], arch: str, v_prediction: bool) -> None:
    assert metadata.is_v_prediction(sources, arch) is v_prediction


def test_only_what_all_sources_say_is_common() -> None:
    one = {"ss_sd_model_name": "base", "modelspec.license": "CC0", "ss_steps": "10"}
    two = {"ss_sd_model_name": "base", "modelspec.license": "MIT", "ss_steps": "10"}
    assert metadata.common([one, two]) == {"ss_sd_model_name": "base"}
