"""What an exported file tells depends on two switches, and is the same in window and engine."""

from __future__ import annotations

from studio.export.privacy import embedded

CHECKPOINT = {
    "ss_network_module": "networks.lora",
    "ss_network_dim": "16",
    "ss_network_alpha": "16.0",
    "ss_network_args": "{}",
    "ss_base_model_version": "sd_v1",
    "ss_v2": "False",
    "ss_sd_model_name": "starter",
    "ss_output_name": "run name",
    "ss_unet_lr": "0.0001",
    "ss_steps": "1200",
    "ss_bucket_info": "{}",
    "ss_training_started_at": "1.5",
    "ss_dataset_dirs": '{"4_ink": {}}',
    "ss_reg_dataset_dirs": "{}",
    "ss_tag_frequency": '{"4_ink": {"fox": 3}}',
    "modelspec.architecture": "stable-diffusion-v1/lora",
    "modelspec.trigger_phrase": "inkstyle",
    "modelspec.title": "run name",
    "sshs_model_hash": "old",
    "sshs_legacy_hash": "old",
}
ALWAYS = {
    "ss_network_module",
    "ss_network_dim",
    "ss_network_alpha",
    "ss_network_args",
    "ss_base_model_version",
    "ss_v2",
    "ss_sd_model_name",
    "ss_output_name",
    "modelspec.architecture",
    "modelspec.trigger_phrase",
    "modelspec.title",
}
CAPTIONS = {"ss_dataset_dirs", "ss_reg_dataset_dirs", "ss_tag_frequency"}
SETTINGS = {"ss_unet_lr", "ss_steps", "ss_bucket_info", "ss_training_started_at"}


def keys(settings: bool, captions: bool) -> set[str]:
    return embedded(CHECKPOINT, "ink", settings=settings, captions=captions).keys()


def test_each_switch_leaves_out_its_own() -> None:
    assert keys(True, True) == ALWAYS | CAPTIONS | SETTINGS
    assert keys(True, False) == ALWAYS | SETTINGS
    assert keys(False, True) == ALWAYS | CAPTIONS
    assert keys(False, False) == ALWAYS


def test_the_file_has_the_name_that_it_is_given() -> None:
    told = embedded(CHECKPOINT, "ink v2", settings=True, captions=False)
    assert told["ss_output_name"] == told["modelspec.title"] == "ink v2"
    assert "run name" not in told.values()
    assert list(told) == sorted(told)


def test_a_thumbnail_only_if_there_is_one() -> None:
    assert "modelspec.thumbnail" not in embedded(CHECKPOINT, "a", settings=True, captions=True)
    told = embedded(CHECKPOINT, "a", settings=False, captions=False, thumbnail="data:x")
    assert told["modelspec.thumbnail"] == "data:x"
