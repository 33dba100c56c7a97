"""Metadata as A1111 and Forge read it, and nothing in it of whose computer it was."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.config import Settings, validate
from studio.export.metadata import (
    FolderFacts,
    RunFacts,
    base_name_of,
    build_metadata,
    tag_counts,
)

HOME = "/home/alice"


def settings(**sections: Any) -> Settings:
    table: dict[str, Any] = {
        "run": {"name": "ink", "output": f"{HOME}/runs"},
        "base": {"model": f"{HOME}/models/dream.safetensors", "vae": f"{HOME}/vae/fine.pt"},
        "dataset": [{"path": f"{HOME}/pictures/4_ink", "trigger": "inkstyle"}],
        "network": {"rank": 8, "alpha": 4, "init_from": f"{HOME}/old.safetensors"},
    }
    return validate(table | sections)


def facts(**changes: Any) -> RunFacts:
    given: dict[str, Any] = {
        "arch": "sd1",
        "prediction_type": "epsilon",
        "base_name": f"{HOME}/models/dream.safetensors",
        "steps": 30,
        "max_steps": 100,
        "epoch": 2,
        "epochs": 5,
        "batches_per_epoch": 20,
        "started_at": 1_790_000_000.25,
        "finished_at": 1_790_000_100.75,
        "folders": (
            FolderFacts(f"{HOME}/pictures/4_ink", 10, 4, tags={"cat": 3, "ink drawing": 10}),
            FolderFacts(f"{HOME}/pictures/reg", 5, regularization=True),
        ),
        "buckets": {(512, 512): 7, (448, 576): 3},
    }
    return RunFacts(**{**given, **changes})


def test_values_are_texts_as_kohya_writes_them() -> None:
    metadata = build_metadata(settings(), facts())
    assert all(type(value) is str for value in metadata.values())
    expected = {
        "ss_network_module": "networks.lora",
        "ss_network_dim": "8",
        "ss_network_alpha": "4.0",
        "ss_network_dropout": "None",
        "ss_base_model_version": "sd_v1",
        "ss_v2": "False",
        "ss_sd_model_name": "dream.safetensors",
        "ss_sd_model_hash": "None",
        "ss_vae_name": "fine.pt",
        "ss_output_name": "ink",
        "ss_training_started_at": "1790000000.25",
        "ss_steps": "30",
        "ss_max_train_steps": "100",
        "ss_resolution": "(512, 512)",
        "ss_unet_lr": "0.0001",
        "ss_text_encoder_lr": "None",
        "ss_num_train_images": "40",
        "ss_num_reg_images": "5",
        "ss_min_bucket_reso": "448",
        "ss_max_bucket_reso": "576",
        "ss_noise_offset": "None",
        "ss_min_snr_gamma": "5.0",
        "modelspec.sai_model_spec": "1.0.1",
        "modelspec.architecture": "stable-diffusion-v1/lora",
        "modelspec.implementation": "diffusers",
        "modelspec.title": "ink",
        "modelspec.resolution": "512x512",
        "modelspec.date": "2026-09-21T14:15:00",
        "modelspec.prediction_type": "epsilon",
        "modelspec.trigger_phrase": "inkstyle",
    }
    assert {key: metadata.get(key) for key in expected} == expected
    assert "ss_network_args" not in metadata
    assert not [key for key in metadata if key.startswith("sshs_")]
    assert "lora_adapter_metadata" not in metadata


def test_datasets_are_tables_of_tables() -> None:
    metadata = build_metadata(settings(), facts())
    assert json.loads(metadata["ss_dataset_dirs"]) == {"4_ink": {"n_repeats": 4, "img_count": 10}}
    assert json.loads(metadata["ss_reg_dataset_dirs"]) == {"reg": {"n_repeats": 1, "img_count": 5}}
    assert json.loads(metadata["ss_tag_frequency"]) == {"4_ink": {"ink drawing": 10, "cat": 3}}
    assert json.loads(metadata["ss_bucket_info"]) == {
        "buckets": {
            "0": {"resolution": [448, 576], "count": 3},
            "1": {"resolution": [512, 512], "count": 7},
        },
        "mean_img_ar_error": 0.0,
    }


def test_folders_of_one_name_are_added_up() -> None:
    folders = (FolderFacts("/a/ink", 2, tags={"x": 1}), FolderFacts("/b/ink", 3, tags={"x": 2}))
    metadata = build_metadata(settings(), facts(folders=folders))
    assert json.loads(metadata["ss_dataset_dirs"]) == {"ink": {"n_repeats": 1, "img_count": 5}}
    assert json.loads(metadata["ss_tag_frequency"]) == {"ink": {"x": 3}}


@pytest.mark.parametrize("private", [False, True])
def test_no_path_and_no_user_name(monkeypatch: pytest.MonkeyPatch, private: bool) -> None:
    monkeypatch.setattr(Path, "home", lambda: Path(HOME))
    folders = (FolderFacts(HOME, 3, tags={"x": 1}), *facts().folders)
    metadata = build_metadata(settings(), facts(folders=folders), private=private)
    text = json.dumps(metadata)
    for secret in ("alice", "/home", "pictures", "models/", "old.safetensors"):
        assert secret not in text
    assert ("ink drawing" in text) is not private
    assert ("4_ink" in text) is not private


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/data/x/ink/", "ink"),
        ("C:\\Users\\bob\\ink", "ink"),
        ("starter", "starter"),
        ("owner/model", "model"),
        ("..", "dataset"),
        ("", "dataset"),
    ],
)
def test_only_the_last_part_of_a_path_is_written(path: str, name: str) -> None:
    assert base_name_of(path) == name


@pytest.mark.parametrize(
    ("arch", "prediction", "version", "architecture"),
    [
        ("sd1", "epsilon", "sd_v1", "stable-diffusion-v1/lora"),
        ("sd1", "v_prediction", "sd_v1_v", "stable-diffusion-v1/lora"),
        ("sd2", "epsilon", "sd_v2", "stable-diffusion-v2-512/lora"),
        ("sd2", "v_prediction", "sd_v2_v", "stable-diffusion-v2-768-v/lora"),
        ("sdxl", "epsilon", "sdxl_base_v1-0", "stable-diffusion-xl-v1-base/lora"),
        ("sdxl", "v_prediction", "sdxl_base_v1-0", "stable-diffusion-xl-v1-base/lora"),
    ],
)
def test_the_base_is_named_as_programs_expect(
    arch: str, prediction: str, version: str, architecture: str
) -> None:
    metadata = build_metadata(settings(), facts(arch=arch, prediction_type=prediction))
    assert metadata["ss_base_model_version"] == version
    assert metadata["modelspec.architecture"] == architecture
    assert metadata["ss_v2"] == str(arch == "sd2")
    sgm = "https://github.com/Stability-AI/generative-models"
    assert metadata["modelspec.implementation"] == (sgm if arch == "sdxl" else "diffusers")
    assert "modelspec.hash_sha256" not in metadata
    assert metadata["modelspec.prediction_type"] == ("v" if "v_" in prediction else "epsilon")


def test_rank_one_is_described_as_stored() -> None:
    metadata = build_metadata(settings(network={"rank": 1, "alpha": 3}), facts())
    assert (metadata["ss_network_dim"], metadata["ss_network_alpha"]) == ("2", "6.0")


def test_convolutions_are_announced() -> None:
    metadata = build_metadata(settings(network={"rank": 8, "target": "all"}), facts())
    assert json.loads(metadata["ss_network_args"]) == {"conv_dim": "8", "conv_alpha": "8.0"}


def test_clip_skip_and_extra_texts() -> None:
    metadata = build_metadata(
        settings(base={"clip_skip": 2}), facts(), extra={"author": "A", "license": "CC0"}
    )
    assert metadata["ss_clip_skip"] == "2"
    assert metadata["modelspec.encoder_layer"] == "2"
    assert (metadata["modelspec.author"], metadata["modelspec.license"]) == ("A", "CC0")


def test_tags_are_counted_once_per_caption() -> None:
    captions = ["Cat, sun , cat", "cat,", "a b"]
    assert tag_counts(captions) == {"cat": 2, "sun": 1, "a b": 1}


@pytest.mark.parametrize(
    ("network", "rates", "arch", "told"),
    [
        ({"text_encoder": False}, {}, "sdxl", "None"),
        ({"text_encoder": True}, {"text_encoder_lr": 5e-5}, "sd2", "5e-05"),
        ({"text_encoder": True}, {"text_encoder_lr": 5e-5}, "sdxl", "5e-05"),
        (
            {"text_encoder": True},
            {"text_encoder_lr": 5e-5, "text_encoder_lr_2": 1e-5},
            "sdxl",
            "[5e-05, 1e-05]",
        ),
        (
            {"text_encoder": True, "text_encoder_2": False},
            {"text_encoder_lr": 5e-5},
            "sdxl",
            "[5e-05, 0.0]",
        ),
        (
            {"text_encoder": False, "text_encoder_2": True},
            {"text_encoder_lr": 5e-5},
            "sdxl",
            "[0.0, 5e-05]",
        ),
    ],
)
def test_learning_rates_of_the_encoders(
    network: dict[str, Any], rates: dict[str, Any], arch: str, told: str
) -> None:
    metadata = build_metadata(settings(network=network, optimizer=rates), facts(arch=arch))
    assert metadata["ss_text_encoder_lr"] == told


@pytest.mark.parametrize(("length", "told"), [(75, "None"), (150, "150"), (225, "225")])
def test_the_length_of_captions_as_kohya_tells_it(length: int, told: str) -> None:
    metadata = build_metadata(settings(data={"max_token_length": length}), facts())
    assert metadata["ss_max_token_length"] == told


def test_zero_terminal_snr_is_told() -> None:
    assert build_metadata(settings(), facts())["ss_zero_terminal_snr"] == "False"
    told = build_metadata(settings(), facts(zero_terminal_snr=True))
    assert told["ss_zero_terminal_snr"] == "True"


def test_hashes_of_the_base_model_and_the_vae() -> None:
    hashes = {"base_sha256": "a" * 64, "base_legacy_hash": "b" * 8}
    vae = {"vae_sha256": "c" * 64, "vae_legacy_hash": "d" * 8}
    metadata = build_metadata(settings(), facts(**hashes, **vae))
    assert metadata["ss_new_sd_model_hash"] == "a" * 64
    assert metadata["ss_sd_model_hash"] == "b" * 8
    assert metadata["ss_new_vae_hash"] == "c" * 64
    assert metadata["ss_vae_hash"] == "d" * 8
    own = build_metadata(settings(base={"model": "starter"}), facts(**hashes, **vae))
    assert not [key for key in own if "vae" in key]


SECRET = "zaphod"
PARTS = st.text(
    st.characters(exclude_characters="/\\\0", exclude_categories=["Cs"]), min_size=1, max_size=8
)


@given(PARTS, PARTS, st.sampled_from(["posix", "windows", "share"]), st.booleans())
def test_no_folder_but_the_last_is_ever_told(
    last: str, between: str, system: str, trailing: bool
) -> None:
    pattern = {
        "posix": "/home/{secret}/{between}/{last}",
        "windows": "C:\\Users\\{secret}\\{between}\\{last}",
        "share": "\\\\server\\{secret}\\{between}\\{last}",
    }[system]
    path = pattern.format(secret=SECRET, between=between + SECRET, last=last)
    path += path[-len(last) - 1] if trailing else ""
    folders = (FolderFacts(path, 2, tags={"x": 1}),)
    base = {"model": path, "vae": path}
    given_facts = facts(folders=folders, base_name=path)
    # not a path on this system, and it need not be there
    metadata = build_metadata(settings(base=base), given_facts)
    text = json.dumps(metadata)
    assert metadata.keys() >= {"ss_dataset_dirs", "ss_vae_name", "ss_sd_model_name"}
    assert (SECRET in text) == (not last.strip("."))
    assert metadata["ss_sd_model_name"] == base_name_of(path)
    for table in ("ss_dataset_dirs", "ss_tag_frequency"):
        assert list(json.loads(metadata[table])) == [base_name_of(path)]
