"""What is changed when memory runs out, in which order, and how a run remembers it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from studio.config import Settings, merge, validate
from studio.data.dataset import scan
from studio.events import Event, Started, Warned
from studio.messages import RELIEVED, SENTENCES, sentence
from studio.training.relief import (
    CODE,
    Plight,
    Relief,
    fullest_bucket,
    next_relief,
    relieved,
    resized_after,
)
from tests.pictures import small_settings, write_pictures

CPU = Plight("cpu", stepping=True, packed=True, fullest=100)


def settings(**sections: Any) -> Settings:
    table = {"dataset": [{"path": "images"}], "base": {"model": "real"}, **sections}
    return validate(table)


def walk(first: Settings, plight: Plight) -> list[tuple[str, str | int]]:
    """All reliefs down to the end, with the values that they set."""
    now, taken = first, []
    while relief := next_relief(now, first, plight):
        taken.append((relief.setting, relief.after))
        now = relief.applied(now)
        assert len(taken) < 50, "there is no end"
    return taken


def told(relief: Relief, step: int = 5) -> Warned:
    values = {"setting": relief.setting, "before": relief.before, "after": relief.after}
    return Warned(CODE, {**values, "step": step, "reason": "full"})


def started(total: int) -> Started:
    return Started("/run", 0, total, 4, "starter", "cpu", "adamw", 1, 2)


def test_the_ladder_on_a_processor() -> None:
    first = settings(data={"resolution": 512, "batch_size": 5, "cache": "none"})
    assert walk(first, CPU) == [
        ("memory.pack_weights", "off"),
        ("memory.gradient_checkpointing", "on"),
        ("data.cache", "disk"),
        ("memory.images_at_once", 2),
        ("memory.images_at_once", 1),
        ("base.quantize", "int8"),
        ("base.quantize", "nf4"),
        ("data.resolution", 384),
        ("data.resolution", 256),
    ]


def test_on_a_graphics_card_idle_parts_leave_before_anything_changes_the_result() -> None:
    taken = walk(settings(data={"batch_size": 2}), replace(CPU, device="cuda"))
    assert [setting for setting, _ in taken][:5] == [
        "memory.gradient_checkpointing",
        "memory.offload",
        "memory.images_at_once",
        "memory.offload_activations",
        "base.quantize",
    ]


def test_before_the_first_step_only_what_helps_there_is_changed() -> None:
    first = settings(data={"batch_size": 8, "cache": "none"})
    taken = [setting for setting, _ in walk(first, replace(CPU, stepping=False))]
    assert taken == ["memory.pack_weights", *2 * ["base.quantize"], *2 * ["data.resolution"]]


def test_what_is_on_already_or_changes_nothing_is_left_out() -> None:
    first = settings(
        memory={"gradient_checkpointing": True},
        data={"batch_size": 8, "cache": "none"},
        network={"text_encoder": True},
        base={"model": "real", "quantize": "fp8"},
    )
    taken = walk(first, replace(CPU, packed=False, fullest=3))
    assert taken[:2] == [("memory.images_at_once", 1), ("base.quantize", "nf4")]
    assert taken[2][0] == "data.resolution"


def test_where_only_int8_computes_there_is_no_nf4() -> None:
    taken = walk(settings(), replace(CPU, device="mps"))
    assert ("base.quantize", "int8") in taken
    assert ("base.quantize", "nf4") not in taken


def test_what_other_settings_forbid_is_left_out() -> None:
    fused = {"fused_backward_pass": True, "max_grad_norm": 0.0}
    taken = walk(settings(optimizer=fused, data={"batch_size": 4}), CPU)
    assert "memory.images_at_once" not in [setting for setting, _ in taken]


@pytest.mark.parametrize(
    ("model", "resolution", "step", "down"),
    [
        ("real", 1024, 64, [768, 576, 512]),
        ("real", 768, 64, [576, 384]),
        ("real", 320, 64, [256]),
        ("real", 256, 64, []),
        ("starter", 128, 32, [96, 64]),
        ("starter", 128, 64, [64]),
        ("starter", 64, 64, []),
    ],
)
def test_the_resolution_goes_down_to_half(
    model: str, resolution: int, step: int, down: list[int]
) -> None:
    first = settings(
        base={"model": model, "quantize": "nf4"},
        data={"resolution": resolution, "bucket_step": step},
        memory={"gradient_checkpointing": True},
    )
    assert [after for _, after in walk(first, replace(CPU, packed=False))] == down


def test_a_run_finds_its_changes_in_its_events() -> None:
    first = settings(data={"resolution": 512, "batch_size": 4})
    events: list[Event] = []
    now = first
    while relief := next_relief(now, first, CPU):
        now = relief.applied(now)
        events.append(told(relief))
        assert relieved(first, events) == now
    assert relieved(first, []) == first


def test_a_run_of_epochs_keeps_its_steps() -> None:
    first = settings(schedule={"epochs": 3}, data={"resolution": 512})
    events = [started(70), told(Relief("data.resolution", 512, 384)), started(70)]
    assert relieved(first, events).schedule.steps == 70
    assert relieved(first, events).schedule.epochs is None
    assert relieved(first, [started(70)]) == first
    early = [told(Relief("base.quantize", "none", "int8"))]  # its steps were not counted yet
    assert relieved(first, early).schedule.epochs == 3


def test_crop_boxes_set_by_hand_stay() -> None:
    crops = {"dataset": [{"path": "images", "crops": {"a.png": [0.2, 0.3, 2.0]}}]}
    first = validate(merge({"base": {"model": "real"}}, crops))
    changed = Relief("data.resolution", 512, 384).applied(first)
    assert changed.dataset == first.dataset


def test_when_the_resolution_changed_last() -> None:
    assert resized_after([told(Relief("base.quantize", "none", "int8"), 3)]) == -1
    smaller = [
        told(Relief("data.resolution", 512, size), step) for step, size in ((2, 384), (9, 256))
    ]
    assert resized_after(smaller) == 9


def test_the_fullest_bucket(tmp_path: Path) -> None:
    write_pictures(tmp_path / "2_square", 3)
    write_pictures(tmp_path / "wide", 4, (128, 64))
    folders = [{"path": str(tmp_path / name)} for name in ("2_square", "wide")]
    some = small_settings(tmp_path / "wide", tmp_path, dataset=folders, data={"bucket_step": 16})
    assert fullest_bucket(some, scan(some.dataset)) == 6


@pytest.mark.parametrize("setting", [*RELIEVED, "data.cache"])
def test_each_change_has_a_sentence(setting: str) -> None:
    params = {"setting": setting, "before": "old", "after": "new", "step": 7, "reason": "full"}
    said = sentence(CODE, params)
    assert said.startswith("Memory ran out, so ")
    assert said.endswith("and training goes on after step 7.")
    assert said.count(". ") == 0
    assert (said == SENTENCES[CODE].format_map(params)) == (setting not in RELIEVED)
