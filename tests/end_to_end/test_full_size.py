"""Checkpoints of published size, as artists have them: trained by the command, read by others.

Each is a single file in random weights, written to the disk of the machine and removed again.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tomlkit
import torch
from safetensors import safe_open
from torch import Tensor

from tests.end_to_end.test_command_line import lora_studio
from tests.full_size import write_base
from tests.pictures import write_pictures

pytestmark = pytest.mark.slow

GIGABYTE = 10**9


@pytest.fixture(scope="module", params=["sd1", "sd2", "sdxl"])
def base(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """One file at a time: 2 to 7 GB each."""
    path = write_base(tmp_path_factory.mktemp("base") / "artist.safetensors", request.param)
    yield request.param, path
    path.unlink()


def trained(model: Path, folder: Path, resolution: int, **sections: Any) -> tuple[Path, dict]:
    """Two steps by the command; the run's folder and its report."""
    table: dict[str, Any] = {
        "run": {"name": "mine", "output": "runs"},
        "base": {"model": str(model), **sections.pop("base", {})},
        "dataset": [{"path": str(write_pictures(folder / "my-images", count=2))}],
        "data": {"resolution": resolution, "batch_size": 1},
        "network": {"rank": 16, **sections.pop("network", {})},
        "schedule": {"steps": 2, "warmup": 0, "gradient_accumulation": 1},
        "save": {"dtype": "fp32"},
        **sections,
    }
    (folder / "run.toml").write_text(tomlkit.dumps(table), "utf-8")
    done = lora_studio("train", "run.toml", cwd=folder, timeout=1200)
    assert done.returncode == 0, done.stderr
    run = Path(done.stdout.splitlines()[-1]).parent
    return run, json.loads((run / "report.json").read_text("utf-8"))


def losses(run: Path) -> list[float]:
    events = map(json.loads, (run / "events.jsonl").read_text("utf-8").splitlines())
    return [event["loss"] for event in events if "loss" in event]


CASES = {
    "sd1": (256, "sd_v1", "stable-diffusion-v1/lora"),
    "sd2": (128, "sd_v2_v", "stable-diffusion-v2-768-v/lora"),
    "sdxl": (128, "sdxl_base_v1-0", "stable-diffusion-xl-v1-base/lora"),
}


def test_every_program_loads_what_was_trained(base: tuple[str, Path], tmp_path: Path) -> None:
    arch, file = base
    resolution, version, architecture = CASES[arch]
    run, report = trained(
        file,
        tmp_path,
        resolution,
        base={"dtype": "bf16"},
        network={"text_encoder": True, "target": "attention+ff"},
        memory={"gradient_checkpointing": True},
    )
    assert report["peak_memory_bytes"] < {"sd1": 6, "sd2": 7, "sdxl": 24}[arch] * GIGABYTE

    lora = run / report["lora"]
    told = json.loads(lora_studio("inspect", lora, "--json", cwd=tmp_path).stdout)
    assert {p["program"]: p["works"] for p in told["verdicts"]} == dict.fromkeys(
        ("A1111", "Forge", "ComfyUI", "InvokeAI", "diffusers"), "yes"
    )
    words = lora_studio("inspect", lora, cwd=tmp_path).stdout
    assert "text encoder" in words
    metadata, tensors = read(lora)
    assert metadata["ss_base_model_version"] == version
    assert metadata["modelspec.architecture"] == architecture
    assert metadata["sshs_model_hash"] == data_hash(lora)
    assert str(tmp_path) not in json.dumps(metadata)
    assert largest_error(run, tensors) < 1e-6


@pytest.mark.parametrize("base", ["sd1"], indirect=True)
def test_checkpointing_changes_memory_and_time_only(base: tuple[str, Path], tmp_path: Path) -> None:
    _, file = base
    found = {}
    for dtype in ("fp32", "bf16"):
        for saving in (False, True):
            folder = tmp_path / f"{dtype}-{saving}"
            memory = {"gradient_checkpointing": saving}
            run, _ = trained(file, folder, 256, base={"dtype": dtype}, memory=memory)
            found[dtype, saving] = losses(run)
    for dtype in ("fp32", "bf16"):
        assert found[dtype, True] == pytest.approx(found[dtype, False], rel=1e-5)
    assert found["bf16", True] == pytest.approx(found["fp32", True], rel=0.05)


# What follows reads the file by the format's definition alone.


def read(path: Path) -> tuple[dict[str, str], dict[str, Tensor]]:
    with safe_open(path, "pt") as file:
        return file.metadata(), {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118


def data_hash(path: Path) -> str:
    content = path.read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    return hashlib.sha256(content[8 + length :]).hexdigest()


def largest_error(run: Path, tensors: dict[str, Tensor]) -> float:
    """Between the weight changes of the file and those of the saved state, of the largest one.

    Modules are told apart by their random factor, whatever they are called.
    """
    checkpoint = max((run / "checkpoints").iterdir())
    state = torch.load(checkpoint / "state.pt", weights_only=True)["adapter"]
    places = {state[name].numpy().tobytes(): name for name in state if name.endswith(".A")}
    error = largest = 0.0
    names = [key.removesuffix(".lora_down.weight") for key in tensors if "lora_down" in key]
    for name in names:
        down, up = tensors[f"{name}.lora_down.weight"], tensors[f"{name}.lora_up.weight"]
        scale = float(tensors[f"{name}.alpha"]) / len(down)
        live = state[places.pop(down.numpy().tobytes())[:-1] + "B"] @ down
        error = max(error, float((scale * (up @ down) - live).abs().max()))
        largest = max(largest, float(live.abs().max()))
    assert not places
    return error / largest
