"""The tables of published layers: up to date, with the counts that the community's files have."""

from __future__ import annotations

import importlib.util
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from studio.models.names import Place
from studio.models.schema import SCHEMAS, schema

REPOSITORY = Path(__file__).resolve().parents[3]
FAMILIES = ("sd1", "sd2", "sdxl")


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    file = REPOSITORY / "packaging" / "key_schemas.py"
    spec = importlib.util.spec_from_file_location("key_schemas", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_they_are_up_to_date(generator: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert generator.main(["--check"]) == 0, capsys.readouterr().out
    assert {file.stem for file in SCHEMAS.glob("*.json")} == set(FAMILIES)


def test_the_generator_tells_what_is_old(
    generator: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generator, "SCHEMAS", tmp_path / "schemas")
    monkeypatch.setattr(generator, "FAMILIES", ("sd2",))
    assert generator.main([]) == 0
    assert generator.main(["--check"]) == 0
    (tmp_path / "schemas" / "sd2.json").write_text("{}")
    assert generator.main(["--check"]) == 1


# What kohya's networks.lora makes, measured: attention, feed-forward and proj_in/proj_out; with
# conv_dim also the layers of resnets, downsamplers and upsamplers.
@pytest.mark.parametrize(
    ("arch", "linear", "with_convolutions", "encoders"),
    [("sd1", 192, 278, (72, 0)), ("sd2", 192, 278, (138, 0)), ("sdxl", 722, 788, (72, 192))],
)
def test_counts_of_kohyas_modules(
    arch: str, linear: int, with_convolutions: int, encoders: tuple[int, int]
) -> None:
    unet = [path for part, path in schema(arch) if part == "unet"]
    in_blocks = [path for path in unet if path.startswith(("down_", "mid_", "up_"))]
    assert len([path for path in in_blocks if ".attentions." in path]) == linear
    assert len(in_blocks) == with_convolutions
    assert len(unet) == with_convolutions + (6 if arch == "sdxl" else 4)
    layers = Counter(part for part, path in schema(arch) if ".layers." in path)
    assert (layers["text_encoder"], layers["text_encoder_2"]) == encoders


def test_golden_shapes() -> None:
    block = "down_blocks.1.attentions.0"
    attention = f"{block}.transformer_blocks.0.attn2.to_k"
    assert schema("sd1")[Place("unet", attention)] == (640, 768)
    assert schema("sd2")[Place("unet", attention)] == (640, 1024)
    assert schema("sdxl")[Place("unet", attention)] == (640, 2048)
    assert schema("sd1")[Place("unet", f"{block}.proj_in")] == (640, 640, 1, 1)
    assert schema("sd2")[Place("unet", f"{block}.proj_in")] == (640, 640)
    assert schema("sdxl")[Place("unet", "add_embedding.linear_1")] == (1280, 2816)
    layer = "text_model.encoder.layers"
    assert schema("sd1")[Place("text_encoder", f"{layer}.11.mlp.fc1")] == (3072, 768)
    assert schema("sd2")[Place("text_encoder", f"{layer}.22.mlp.fc2")] == (1024, 4096)
    assert Place("text_encoder", f"{layer}.23.mlp.fc2") not in schema("sd2")
    assert schema("sdxl")[Place("text_encoder_2", f"{layer}.31.self_attn.q_proj")] == (1280, 1280)
    assert schema("sdxl")[Place("text_encoder_2", "text_projection")] == (1280, 1280)


def test_every_encoder_path_has_the_level_that_files_have() -> None:
    for arch in FAMILIES:
        for component, path in schema(arch):
            if component != "unet":
                assert path.startswith("text_model.encoder.layers.") or path == "text_projection"
