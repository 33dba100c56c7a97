"""Estimates against what autograd keeps and what torch counts, on hollow models."""

from __future__ import annotations

from typing import Any

import pytest

from studio.config import Settings, validate
from studio.data.dataset import Dataset
from studio.models.family import CONFIGS, STARTER, find_base
from studio.models.places import place
from studio.planning.activations import TYPES, Adapted, Kept, of_encoder, of_unet
from studio.planning.arithmetic import of_unet as work_of_unet
from studio.planning.arithmetic import of_vae
from studio.planning.sized import Sized
from tests.counted import count_step, count_vae

SAVING = {"gradient_checkpointing": True}
ALL = {"target": "all"}


def settings(**sections: Any) -> Settings:
    return validate({"dataset": [{"path": "images"}], **sections})


def sized(chosen: Settings) -> Sized:
    return Sized.of(chosen, find_base("starter"), Dataset(()), "cpu")


def kept(run: Sized, height: int, width: int, dtype: str) -> Kept:
    """For one picture."""
    network = run.settings.network
    types = TYPES["fp32" if dtype == "fp32" else "half"]

    def adapted(part: str) -> Adapted:
        return Adapted(set(run.adapted(part)), network.rank, network.dropout > 0)

    found = of_unet(
        run.layers["unet"],
        run.base.config("unet"),
        (height, width),
        77,
        adapted("unet"),
        types,
        lambda queries, keys: run.settings.memory.attention == "eager",
    )
    for part in run.trained[1:]:
        found += of_encoder(run.layers[part], 77, adapted(part), types)
    return found


@pytest.mark.parametrize(
    ("dtype", "height", "width", "sections"),
    [
        ("fp32", 16, 16, {"data": {"batch_size": 4}}),
        *(
            pytest.param(*case, marks=pytest.mark.slow)
            for case in (
                ("bf16", 16, 24, {}),
                ("fp32", 16, 16, {"network": {"target": "all"}}),
                ("fp32", 16, 16, {"network": {"target": "attention+ff", "text_encoder": True}}),
                ("bf16", 16, 16, {"network": ALL | {"text_encoder": True, "dropout": 0.1}}),
                ("fp32", 32, 32, {"memory": SAVING}),
                ("fp32", 16, 16, {"memory": {"attention": "eager"}}),
            )
        ),
    ],
)
def test_what_is_kept_is_what_autograd_keeps(
    dtype: str, height: int, width: int, sections: dict[str, Any]
) -> None:
    chosen = settings(**sections)
    counted = count_step(chosen, STARTER, height, width, dtype)
    found = kept(sized(chosen), height, width, dtype)
    saving = chosen.memory.gradient_checkpointing
    estimated = chosen.data.batch_size * (found.outside if saving else found.whole)
    assert estimated == pytest.approx(counted.saved, rel=0.05)
    if saving:
        gradients = 4 * sized(chosen).trainable
        assert found.bytes(True) + gradients == pytest.approx(counted.live, rel=0.3)


@pytest.mark.slow
def test_arithmetic_is_what_torch_counts() -> None:
    run = sized(settings())
    levels = 3
    first = min(place(path, levels).order for path in run.adapted("unet"))
    latent = (32, 32)
    counted = count_step(run.settings, STARTER, *latent, "fp32")
    work = work_of_unet(run.layers["unet"], run.base.config("unet"), latent, 77, first)
    # torch's counter knows no fused attention on a CPU, but the adapter, which is small here.
    assert work.forward == pytest.approx(counted.forward, rel=0.15)
    assert work.backward == pytest.approx(counted.backward, rel=0.3)


@pytest.mark.slow
@pytest.mark.parametrize(("family", "side"), [("starter", 128), ("sd1", 256)])
def test_the_vae_is_counted_too(family: str, side: int) -> None:
    configs = STARTER if family == "starter" else CONFIGS / family
    encode, decode = count_vae(configs, side, side)
    config = {"starter": [16, 32, 48], "sd1": [128, 256, 512, 512]}[family]
    count = {"starter": 1, "sd1": 2}[family]
    found = of_vae({"block_out_channels": config, "layers_per_block": count}, side, side)
    assert found[0] == pytest.approx(encode.forward, rel=0.1)
    assert found[1] == pytest.approx(decode.forward, rel=0.1)
    full = 4 * config[0] * side**2
    assert encode.live <= 5.1 * full
    assert decode.live == pytest.approx(6 * full, rel=0.02)
