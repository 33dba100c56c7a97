"""Names of optimizers in the metadata of files: ours as kohya spells them, and others' read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from studio.config import validate
from studio.export.metadata import RunFacts, build_metadata
from studio.training.state_bytes import STATE_BYTES
from tests.studio.test_recipes import KOHYA, reasons, recipe

ADAFACTOR = "transformers.optimization.Adafactor"


def written(name: str) -> dict[str, str]:
    settings = validate({"dataset": [{"path": "x"}], "optimizer": {"type": name}})
    facts = RunFacts("sd1", "epsilon", "starter", 9, 9, 1, 1, 9, 0.0, 1.0, optimizer=name)
    return build_metadata(settings, facts)


@pytest.mark.parametrize("name", STATE_BYTES)
def test_every_optimizer_comes_back_from_our_own_file(tmp_path: Path, name: str) -> None:
    found = recipe(tmp_path, written(name))
    assert found.tables["optimizer"]["type"] == name
    assert found.tables["optimizer"]["unet_lr"] == 1e-4
    assert found.unmapped == []


def test_names_are_those_that_kohya_writes() -> None:
    assert written("adamw")["ss_optimizer"] == "torch.optim.adamw.AdamW(weight_decay=0.01)"
    assert written("paged_adamw8bit")["ss_optimizer"].startswith(
        "bitsandbytes.optim.adamw.PagedAdamW8bit("
    )
    assert "relative_step=False" in written("adafactor")["ss_optimizer"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("bitsandbytes.optim.adamw.PagedAdamW8bit", "paged_adamw8bit"),
        ("torchao.prototype.low_bit_optim.adam.AdamW4bit(bf16_stochastic_round=True)", "adamw4bit"),
        ("torchao.optim.adam.AdamWFp8(weight_decay=0.1)", "adamwfp8"),
    ],
)
def test_others_are_taken_over_where_they_are_here(tmp_path: Path, text: str, kind: str) -> None:
    found = recipe(tmp_path, {**KOHYA, "ss_optimizer": text})
    assert found.tables["optimizer"]["type"] == kind
    assert "ss_optimizer" not in reasons(found)
    assert "unet_lr" in found.tables["optimizer"]


@pytest.mark.parametrize(
    ("arguments", "adaptive"),
    [
        ("relative_step=True", True),
        ("relative_step=False", True),  # scale_parameter is on, where nothing is said
        ("scale_parameter=False,relative_step=False,warmup_init=False", False),
    ],
)
def test_adafactors_rate_counts_where_it_has_none_of_its_own(
    tmp_path: Path, arguments: str, adaptive: bool
) -> None:
    found = recipe(tmp_path, {**KOHYA, "ss_optimizer": f"{ADAFACTOR}({arguments})"})
    assert found.tables["optimizer"]["type"] == "adafactor"
    assert ("unet_lr" not in found.tables["optimizer"]) == adaptive
    assert (reasons(found).get("ss_unet_lr") == "adaptive") == adaptive


@pytest.mark.parametrize(
    ("table", "adaptive"),
    [
        ({"optimizer": "ADAFACTOR"}, True),
        ({"optimizer": "ADAFACTOR", "scale_parameter": False, "relative_step": False}, False),
    ],
)
def test_adafactor_of_onetrainer(tmp_path: Path, table: dict[str, Any], adaptive: bool) -> None:
    config = {"optimizer": table, "learning_rate": 3e-4}
    found = recipe(tmp_path, {"ot_config": json.dumps(config)})
    assert found.tables["optimizer"]["type"] == "adafactor"
    assert ("unet_lr" not in found.tables["optimizer"]) == adaptive
