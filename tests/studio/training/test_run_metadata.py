"""What a run's file says of the base model that it was trained on."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from studio.config import validate
from studio.models.family import BaseLocation
from studio.training.exporting import run_metadata

CONTENT = {name: bytes([number]) * 1_200_000 for number, name in enumerate(("base", "vae"))}


def metadata(folder: Path, prediction: str = "epsilon", **base: Any) -> dict[str, str]:
    """As `Session.metadata` asks, with a single-file SDXL that nobody opens."""
    for name, content in CONTENT.items():
        (folder / f"{name}.safetensors").write_bytes(content)
    file = folder / "base.safetensors"
    location = BaseLocation(str(file), file, "sdxl", folder, prediction, False, True)
    config = {"rescale_betas_zero_snr": prediction == "v_prediction"}
    opened: Any = SimpleNamespace(
        location=location,
        prediction_type=prediction,
        noise_scheduler=SimpleNamespace(config=config),
    )
    loader: Any = SimpleNamespace(placed=[], batches_per_epoch=2)
    settings = validate({"dataset": [{"path": str(folder)}], "base": {"model": str(file), **base}})
    return run_metadata(
        settings,
        opened,
        loader,
        step=2,
        total=4,
        steps_per_epoch=2,
        started=0.0,
        optimizer="adamw",
        precision="no",
    )


def test_the_files_of_base_model_and_vae_are_named_by_their_hashes(tmp_path: Path) -> None:
    told = metadata(tmp_path, vae=str(tmp_path / "vae.safetensors"))
    for key, name in (("sd_model", "base"), ("vae", "vae")):
        content = CONTENT[name]
        assert told[f"ss_{key}_name"] == f"{name}.safetensors"
        assert told[f"ss_new_{key}_hash"] == hashlib.sha256(content).hexdigest()
        old = hashlib.sha256(content[0x100000 : 0x100000 + 0x10000]).hexdigest()[:8]
        assert told[f"ss_{key}_hash"] == old
    assert str(tmp_path) not in json.dumps(told)
    assert not [key for key in metadata(tmp_path) if "vae" in key]


@pytest.mark.parametrize("prediction", ["epsilon", "v_prediction"])
def test_the_prediction_is_that_of_the_open_model(tmp_path: Path, prediction: str) -> None:
    told = metadata(tmp_path, prediction)
    velocity = prediction == "v_prediction"
    assert told["modelspec.prediction_type"] == ("v" if velocity else "epsilon")
    assert told["ss_zero_terminal_snr"] == str(velocity)
    assert told["ss_base_model_version"] == "sdxl_base_v1-0"
