"""Recipes of LoRA files: kohya's, OneTrainer's, ours, none at all, and hostile ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from studio.config import merge, validate
from studio.errors import StudioError
from studio.export.metadata import RunFacts, build_metadata
from studio.recipes import Recipe, read_recipe
from studio.recipes.collecting import REASONS
from tests.lora_files import SGM, UNET, Tensors, dora, loha, modules, text, unet

KOHYA = {
    "ss_network_module": "networks.lora",
    "ss_network_dim": "32",
    "ss_network_alpha": "16.0",
    "ss_learning_rate": "0.0001",
    "ss_unet_lr": "2e-4",
    "ss_text_encoder_lr": "5e-05",
    "ss_optimizer": "bitsandbytes.optim.adamw.AdamW8bit(weight_decay=0.1,betas=[0.9, 0.99])",
    "ss_lr_scheduler": "cosine_with_restarts",
    "ss_lr_warmup_steps": "100",
    "ss_max_train_steps": "2000",
    "ss_num_epochs": "10",
    "ss_resolution": "(768, 512)",
    "ss_batch_size_per_device": "2",
    "ss_min_snr_gamma": "None",
    "ss_noise_offset": "0.05",
    "ss_keep_tokens": "2",
    "ss_shuffle_caption": "True",
    "ss_caption_dropout_rate": "0.1",
    "ss_flip_aug": "False",
    "ss_clip_skip": "2",
    "ss_gradient_checkpointing": "True",
    "ss_gradient_accumulation_steps": "4",
    "ss_mixed_precision": "bf16",
    "ss_seed": "7",
    "ss_max_grad_norm": "1.0",
    "ss_prior_loss_weight": "1.0",
    "ss_loss_type": "l2",
    "ss_multires_noise_iterations": "6",
    "ss_sd_model_name": "dream.safetensors",
    "ss_tag_frequency": json.dumps({"a": {"cat": 1}}),
    "modelspec.trigger_phrase": "inkstyle",
}
ONETRAINER = {
    "base_model_name": "C:\\models\\dream.safetensors",
    "lora_rank": 8,
    "lora_alpha": 4.0,
    "learning_rate": 3e-4,
    "unet": {"train": True, "learning_rate": None},
    "text_encoder": {"train": True, "learning_rate": 1e-5},
    "learning_rate_scheduler": "COSINE",
    "learning_rate_warmup_steps": 200.0,
    "optimizer": {"optimizer": "ADAMW_8BIT", "weight_decay": 0.02},
    "epochs": 20,
    "batch_size": 3,
    "resolution": "768",
    "loss_weight_fn": "MIN_SNR_GAMMA",
    "loss_weight_strength": 3.0,
    "mse_strength": 1.0,
    "mae_strength": 0.0,
    "offset_noise_weight": 0.02,
    "train_dtype": "FLOAT_16",
    "ema": "GPU",
    "concepts": [{"image": {"enable_random_flip": True}, "text": {"keep_tags_count": 1}}],
}


def recipe(
    tmp_path: Path, metadata: dict[str, str] | None, tensors: Tensors | None = None
) -> Recipe:
    path = tmp_path / "a.safetensors"
    save_file(tensors or {**unet(), **text("lora_te")}, path, metadata)
    return read_recipe(path)


def reasons(found: Recipe) -> dict[str, str]:
    return {key: reason for key, _, reason in found.unmapped}


def test_kohyas_recipe_is_taken_over(tmp_path: Path) -> None:
    found = recipe(tmp_path, KOHYA)
    assert found.source == "kohya"
    assert (found.base_hint, found.arch, found.trigger) == ("dream.safetensors", "sd1", "inkstyle")
    assert found.tables == {
        "network": {
            **{"rank": 32, "alpha": 16.0, "text_encoder": True, "target": "attention"},
        },
        "optimizer": {
            **{"type": "adamw8bit", "weight_decay": 0.1, "max_grad_norm": 1.0},
            **{"unet_lr": 2e-4, "text_encoder_lr": 5e-5},
        },
        "schedule": {
            **{"steps": 2000, "warmup": 100, "gradient_accumulation": 4},
            "lr_scheduler": "cosine_with_restarts",
        },
        "data": {
            **{"resolution": 640, "batch_size": 2, "keep_tokens": 2, "shuffle_tags": True},
            **{"flip": False, "caption_dropout": 0.1},
        },
        "memory": {"gradient_checkpointing": True, "mixed_precision": "bf16"},
        "loss": {
            "min_snr_gamma": 0.0,
            "noise_offset": 0.05,
            "prior_loss_weight": 1.0,
            "type": "l2",
        },
        "base": {"clip_skip": 2},
        "run": {"seed": 7},
    }
    assert reasons(found) == {
        "ss_optimizer.betas": "absent",
        "ss_resolution": "rounded",
        "ss_multires_noise_iterations": "absent",
    }


def test_the_effective_speed_is_that_of_the_file(tmp_path: Path) -> None:
    assert recipe(tmp_path, KOHYA).speed == pytest.approx(1e-4)
    assert recipe(tmp_path, {**KOHYA, "ss_network_alpha": "0"}).speed == pytest.approx(2e-4)
    assert recipe(tmp_path, None).speed is None


def test_what_a_recipe_says_is_accepted_as_settings(tmp_path: Path) -> None:
    for metadata in (KOHYA, {"ot_config": json.dumps(ONETRAINER)}):
        tables = recipe(tmp_path, metadata).tables
        validate(merge(tables, {"dataset": [{"path": "x"}]}))


def test_onetrainers_recipe_is_taken_over(tmp_path: Path) -> None:
    found = recipe(tmp_path, {"ot_config": json.dumps(ONETRAINER), "ss_network_dim": "99"})
    assert (found.source, found.base_hint) == ("onetrainer", "dream.safetensors")
    assert found.tables["network"] | {"target": ""} == {
        **{"rank": 8, "alpha": 4.0, "text_encoder": True, "target": ""},
    }
    assert found.tables["optimizer"] == {
        **{"type": "adamw8bit", "weight_decay": 0.02, "unet_lr": 3e-4, "text_encoder_lr": 1e-5},
    }
    assert found.tables["schedule"] == {"epochs": 20, "warmup": 200, "lr_scheduler": "cosine"}
    assert found.tables["loss"] == {"min_snr_gamma": 3.0, "noise_offset": 0.02, "type": "l2"}
    assert found.tables["data"] == {
        **{"resolution": 768, "batch_size": 3, "flip": True, "keep_tokens": 1},
    }
    assert found.speed == pytest.approx(1.5e-4)
    assert reasons(found) == {"ema": "absent"}


def test_our_own_recipe_comes_back(tmp_path: Path) -> None:
    settings = validate(
        {
            "dataset": [{"path": "x", "trigger": "inkstyle"}],
            "data": {"resolution": 576, "flip": True, "caption_dropout": 0.2},
            "network": {"rank": 8, "alpha": 4, "text_encoder": True},
            "optimizer": {"unet_lr": 3e-3, "text_encoder_lr": 7.5e-4},
            "schedule": {"steps": 250, "warmup": 12, "lr_scheduler": "polynomial"},
            "loss": {"min_snr_gamma": 0.0, "noise_offset": 0.1, "type": "huber"},
        }
    )
    facts = RunFacts("sd1", "epsilon", "starter", 250, 250, 1, 1, 250, 0.0, 1.0, optimizer="adamw")
    found = recipe(tmp_path, build_metadata(settings, facts))
    assert (found.source, found.trigger, found.unmapped) == ("lora studio", "inkstyle", [])
    again = validate(merge(found.tables, {"dataset": [{"path": "x", "trigger": "inkstyle"}]}))
    assert again.model_dump(exclude={"memory", "optimizer"}) == settings.model_dump(
        exclude={"memory", "optimizer"}
    )
    assert again.optimizer.unet_lr == settings.optimizer.unet_lr


def test_the_settings_of_sdxl_come_back(tmp_path: Path) -> None:
    settings = validate(
        {
            "dataset": [{"path": "x"}],
            "data": {"max_token_length": 225},
            "network": {"text_encoder": False, "text_encoder_2": True},
            "optimizer": {"text_encoder_lr": 5e-5, "text_encoder_lr_2": 1e-5},
        }
    )
    facts = RunFacts("sdxl", "v_prediction", "x", 1, 1, 1, 1, 1, 0.0, 1.0, zero_terminal_snr=True)
    tensors = {**modules(f"{SGM}2_to_k", inner=2048), **text("lora_te2", inner=1280)}
    found = recipe(tmp_path, build_metadata(settings, facts), tensors)
    assert found.unmapped == []
    again = validate(merge(found.tables, {"dataset": [{"path": "x"}]}))
    assert again.data.max_token_length == 225
    assert (again.network.text_encoder, again.network.text_encoder_2) == (False, True)
    assert again.optimizer.rate("text_encoder_2") == 1e-5
    assert again.base.zero_terminal_snr == "on"


def test_two_encoders_have_two_rates_and_no_more(tmp_path: Path) -> None:
    both = {**text("lora_te1"), **text("lora_te2", inner=1280)}
    found = recipe(tmp_path, {**KOHYA, "ss_text_encoder_lr": "[5e-05, 1e-05]"}, both)
    assert found.tables["optimizer"]["text_encoder_lr_2"] == 1e-5
    assert "text_encoder_2" not in found.tables["network"]
    three = recipe(tmp_path, {**KOHYA, "ss_text_encoder_lr": "[5e-05, 1e-05, 2e-05]"}, both)
    assert reasons(three)["ss_text_encoder_lr"] == "encoders"


def test_a_file_without_metadata_tells_the_adapter_itself(tmp_path: Path) -> None:
    ff = modules(f"{UNET[: -len('attn')]}ff_net_2")
    found = recipe(tmp_path, None, {**unet(), **ff})
    network = {"rank": 4, "alpha": 2.0, "text_encoder": False, "target": "attention+ff"}
    assert (found.source, found.tables) == ("unknown", {"network": network})
    assert found.unmapped == []


def test_layers_that_no_target_has_are_told(tmp_path: Path) -> None:
    proj = modules("lora_unet_down_blocks_0_attentions_0_proj_in")
    found = recipe(tmp_path, None, {**unet(), **proj})
    assert found.unmapped == [("tensors", "proj", "layers")]


@pytest.mark.parametrize("tensors", [loha(), dora((1, 768))])
def test_other_kinds_of_adapters_are_told(tmp_path: Path, tensors: Tensors) -> None:
    assert reasons(recipe(tmp_path, None, tensors))["tensors"] == "kind"


def test_convolutions_have_the_rank_of_all_layers_here(tmp_path: Path) -> None:
    arguments = {"conv_dim": "8", "conv_alpha": "16", "loraplus_lr_ratio": "4"}
    found = recipe(tmp_path, {**KOHYA, "ss_network_args": json.dumps(arguments)})
    assert found.tables["network"]["target"] == "all"
    assert reasons(found)["ss_network_args.conv_dim"] == "conv"
    assert "ss_network_args.conv_alpha" not in reasons(found)
    assert reasons(found)["ss_network_args.loraplus_lr_ratio"] == "absent"


@pytest.mark.parametrize("optimizer", ["prodigyopt.prodigy.Prodigy(d_coef=1.0)", "DAdaptAdam()"])
def test_the_rate_of_an_adaptive_optimizer_is_not_taken_over(
    tmp_path: Path, optimizer: str
) -> None:
    found = recipe(tmp_path, {**KOHYA, "ss_optimizer": optimizer, "ss_unet_lr": "1.0"})
    assert "unet_lr" not in found.tables["optimizer"]
    assert "type" not in found.tables["optimizer"]
    assert reasons(found)["ss_optimizer"] == "choice"
    assert reasons(found)["ss_unet_lr"] == "adaptive"


def test_one_rate_for_all_is_taken_where_there_are_no_others(tmp_path: Path) -> None:
    rates = {"ss_unet_lr": "None", "ss_text_encoder_lr": "None"}
    both = recipe(tmp_path, KOHYA | rates).tables["optimizer"]
    assert (both["unet_lr"], both["text_encoder_lr"]) == (1e-4, 1e-4)
    alone = recipe(tmp_path, KOHYA | rates, unet()).tables["optimizer"]
    assert (alone["unet_lr"], alone.get("text_encoder_lr")) == (1e-4, None)


def test_an_adapter_of_the_text_encoder_alone_keeps_its_rates(tmp_path: Path) -> None:
    found = recipe(tmp_path, {**KOHYA, "ss_unet_lr": "0.0"}, text("lora_te"))
    assert found.tables["optimizer"]["unet_lr"] == 0.0


def test_a_described_dataset_is_read(tmp_path: Path) -> None:
    subset = {"keep_tokens": 3, "shuffle_caption": True, "flip_aug": True}
    dataset = {"batch_size_per_device": 5, "resolution": [512, 512], "subsets": [subset, {}]}
    rest = {key: value for key, value in KOHYA.items() if not key.startswith("ss_resol")}
    found = recipe(tmp_path, {**rest, "ss_datasets": json.dumps([dataset])})
    assert found.tables["data"]["batch_size"] == 5
    assert found.tables["data"]["resolution"] == 512
    assert found.tables["data"]["keep_tokens"] == 3
    assert reasons(found)["ss_datasets"] == "several"


HOSTILE: list[Any] = [
    *("None", "", "nan", "inf", "-1e400", "[1, 2]", "{}", "[[", "(", "\0", "true", "1e308"),
    *("9" * 5000, "[" * 100_000, json.dumps({"a": list(range(20_000))}), "__import__('os')"),
    *(json.dumps([1]), json.dumps([{"subsets": 3}]), json.dumps([{"subsets": [3]}])),
]


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_values_are_listed_and_never_taken_over(tmp_path: Path, value: str) -> None:
    keys = [*KOHYA, "ss_network_args", "ss_datasets", "ss_invented"]
    found = recipe(tmp_path, dict.fromkeys(keys, value))
    check(found)
    config = dict.fromkeys(ONETRAINER, value) | {"peft_type": value}
    check(recipe(tmp_path, {"ot_config": json.dumps(config)}))
    check(recipe(tmp_path, {"ot_config": value}))
    check(recipe(tmp_path, {"ss_sd_model_name": value, "modelspec.trigger_phrase": value}))


@pytest.mark.parametrize("value", [None, True, [], {}, [1], {"train": 5}, 1e300, -1, "x", [[]]])
def test_hostile_types_of_onetrainers_are_listed(tmp_path: Path, value: Any) -> None:
    check(recipe(tmp_path, {"ot_config": json.dumps(dict.fromkeys(ONETRAINER, value))}))
    config = {**ONETRAINER, "concepts": [value], "unet": value, "optimizer": {"optimizer": value}}
    check(recipe(tmp_path, {"ot_config": json.dumps(config)}))


def check(found: Recipe) -> None:
    validate(merge(found.tables, {"dataset": [{"path": "x"}]}))
    assert {reason for _, _, reason in found.unmapped} <= set(REASONS)
    assert all(len(value) <= 80 for _, value, _ in found.unmapped)
    assert len(found.base_hint + found.trigger) <= 400


def test_what_is_no_lora_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    save_file({"model.weight": torch.ones(2)}, path)
    with pytest.raises(StudioError) as error:
        read_recipe(path)
    assert error.value.code == "lora.no_keys"
    path.write_bytes(b"no safetensors")
    with pytest.raises(StudioError) as error:
        read_recipe(path)
    assert error.value.code == "safetensors.invalid"
