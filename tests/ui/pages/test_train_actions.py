"""What is offered after a failure, and how a run goes on from another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from studio.config import Settings, merge
from studio.errors import StudioError
from studio.events import Failed
from studio.project import Project
from studio.runs import RunFolder
from tests.pictures import small_settings, write_pictures
from ui.models.draft import RunDraft
from ui.pages.train_actions import Fixes, go_on_from

MEMORY = Failed("train.out_of_memory", {"resolution": 768, "batch_size": 4, "reason": "CUDA"})
LARGE: dict[str, Any] = {
    "data": {"resolution": 768, "batch_size": 4},
    "schedule": {"gradient_accumulation": 2, "steps": 100, "warmup": 5},
}


def settings_of(tmp_path: Path, **sections: Any) -> Settings:
    images = write_pictures(tmp_path / "images")
    return small_settings(images, tmp_path / "project" / "runs", **merge(LARGE, sections))


def saved_run(settings: Settings, *steps: int) -> RunFolder:
    run = RunFolder.create(settings)
    for step in steps:
        run.save_checkpoint(step, lambda folder: None)
    return run


def test_too_little_memory_can_be_mended_in_three_ways(qapp: object, tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    saving, single, smaller, change = Fixes().of(MEMORY, None, settings)
    assert saving.settings
    assert saving.settings.memory.gradient_checkpointing
    assert single.settings
    assert single.settings.data.batch_size == 1
    assert single.settings.schedule.gradient_accumulation == 8  # as many images a step as before
    assert smaller.settings
    assert smaller.text == "Use 640 px and retry"
    assert smaller.settings.data.resolution == 640
    assert smaller.changes == {"data": {"resolution": 640}}
    assert change.settings is None
    assert not change.resumed


def test_only_what_saves_memory_is_offered(qapp: object, tmp_path: Path) -> None:
    settings = settings_of(
        tmp_path,
        data={"resolution": 128, "batch_size": 1},
        memory={"gradient_checkpointing": True},
    )
    assert [fix.text for fix in Fixes().of(MEMORY, None, settings)] == ["Change settings"]


def test_a_run_that_went_astray_goes_on_more_gently(qapp: object, tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    failed = Failed("train.not_finite", {"step": 61, "images": "a.png"})
    anew, change = Fixes().of(failed, saved_run(settings), settings)
    assert anew.settings
    assert anew.settings.optimizer.unet_lr == settings.optimizer.unet_lr / 2
    run = saved_run(settings, 40, 60)
    further, again, change = Fixes().of(failed, run, settings)
    assert further.text == "Halve the learning rate and go on from step 60"
    assert further.settings
    assert further.settings.network.init_from == str(run.checkpoint(60) / "lora.safetensors")
    assert further.settings.schedule.steps == 40
    assert further.settings.optimizer == anew.settings.optimizer
    assert further.changes == again.changes  # nothing else is kept for later runs
    assert change.text == "Change settings"


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        ("disk.full", ["Try again"]),
        ("engine.died", ["Resume from step 60", "Change settings"]),
        ("base.not_found", ["Change settings", "Resume from step 60"]),
    ],
)
def test_others_resume_where_that_helps(
    qapp: object, tmp_path: Path, code: str, texts: list[str]
) -> None:
    settings = settings_of(tmp_path)
    fixes = Fixes().of(Failed(code), saved_run(settings, 60), settings)
    assert [fix.text for fix in fixes] == texts
    assert all(fix.resumed for fix in fixes if fix.text != "Change settings")
    assert not any(fix.resumed for fix in Fixes().of(Failed(code), None, settings))


def test_a_draft_goes_on_from_what_a_run_exported(qapp: object, tmp_path: Path) -> None:
    settings = settings_of(tmp_path, network={"rank": 8})
    project = Project.create(tmp_path / "project", "Ink", [tmp_path / "images"])
    run = saved_run(settings, 100)
    draft = RunDraft(project)
    with pytest.raises(StudioError, match=r"export\.nothing"):
        go_on_from(draft, run)
    file = run.path / "small.safetensors"
    file.write_bytes(b"")
    assert go_on_from(draft, run) == file.name
    wanted = draft.settings()
    assert wanted.network.init_from == str(file)
    assert wanted.network.rank == 8
    assert wanted.schedule.steps == 33
    draft.save()
