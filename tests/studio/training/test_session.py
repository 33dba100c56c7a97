"""The training session on the starter model: real steps, real files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from studio.errors import StudioError
from studio.events import (
    CheckpointSaved,
    DryStepDone,
    Event,
    Failed,
    Finished,
    Paused,
    Phase,
    SampleSaved,
    Started,
    StepDone,
    Warned,
)
from studio.jobs import LIVE, Cell, Draw
from studio.runs import RunFolder
from studio.sampling.recipe import Recipe
from studio.training import session
from studio.training.control import Control
from studio.training.session import train
from studio.training.state import read_state
from tests.pictures import small_settings, write_pictures


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_pictures(tmp_path_factory.mktemp("images"))


def kinds(events: list[Event], kind: type) -> list:
    return [event for event in events if isinstance(event, kind)]


def test_run_folder_holds_what_design_section_7_says(images: Path, tmp_path: Path) -> None:
    settings = small_settings(
        images,
        tmp_path,
        preview={"every": 2, "prompts": ["a red apple"], "size": "64x64", "steps": 2},
        save={"every": 2},
    )
    events = list(train(settings))
    finished = events[-1]
    assert isinstance(finished, Finished)
    assert not finished.stopped
    run = RunFolder(Path(finished.run))
    assert run.settings() == settings
    assert [e.step for e in kinds(events, StepDone)] == [1, 2, 3, 4]
    assert [e.step for e in kinds(events, CheckpointSaved)] == [2, 4]
    assert [(e.step, e.strength) for e in kinds(events, SampleSaved)] == [(0, 0), (2, 1), (4, 1)]
    for sample in kinds(events, SampleSaved):
        assert (run.path / sample.path).is_file()
    assert sorted(p.name for p in run.checkpoint(4).iterdir()) == [
        "COMPLETE",
        "lora.safetensors",
        "state.pt",
    ]
    assert (run.path / "small.safetensors").is_file()
    assert (run.path / "grid.png").is_file()
    report = json.loads(run.report_file.read_text())
    assert report["steps"] == 4
    assert report["lora"] == "small.safetensors"
    assert report["grid"] == "grid.png"
    assert 0 < report["seconds_per_step"] * 4 == pytest.approx(report["seconds"], rel=0.01)
    assert report["trainable_parameters"] < report["total_parameters"]
    recorded = list(run.events())
    assert recorded == [e for e in events if e in recorded]
    assert recorded[-1] == finished


def test_training_lowers_the_loss_on_its_own_pictures(images: Path, tmp_path: Path) -> None:
    settings = small_settings(
        images, tmp_path, schedule={"steps": 30}, data={"batch_size": 4, "caption_dropout": 0.0}
    )
    losses = [e.loss for e in kinds(list(train(settings)), StepDone)]
    assert sum(losses[-8:]) < 0.97 * sum(losses[:8])


def test_two_runs_are_equal_and_another_seed_is_not(images: Path, tmp_path: Path) -> None:
    def losses(name: str, **sections: dict) -> list[float]:
        settings = small_settings(images, tmp_path / name, **sections)
        return [e.loss for e in kinds(list(train(settings)), StepDone)]

    first = losses("a", network={"dropout": 0.3}, data={"flip": True})
    assert first == losses("b", network={"dropout": 0.3}, data={"flip": True})
    assert first != losses("c", network={"dropout": 0.3}, data={"flip": True}, run={"seed": 7})


def test_stop_and_resume_equals_an_unbroken_run(images: Path, tmp_path: Path) -> None:
    sections = {"network": {"text_encoder": True, "dropout": 0.1}, "schedule": {"steps": 6}}
    unbroken = list(train(small_settings(images, tmp_path / "a", **sections)))

    settings = small_settings(images, tmp_path / "b", **sections)
    control = Control()
    for event in train(settings, control):
        if isinstance(event, StepDone) and event.step == 3:
            control.stop("leave")
    assert isinstance(event, Finished)
    assert event.lora == ""
    resumed = list(train(settings, resume=True))
    assert [e.step for e in kinds(resumed, StepDone)] == [4, 5, 6]
    assert kinds(resumed, StepDone)[-1].loss == kinds(unbroken, StepDone)[-1].loss

    one, other = (
        read_state(RunFolder(Path(events[-1].run)).checkpoint(6))["adapter"]
        for events in (unbroken, resumed)
    )
    assert all(torch.equal(one[name], other[name]) for name in one)
    assert resumed[-1].report["steps"] == 6


def test_a_stop_that_keeps_exports_early(images: Path, tmp_path: Path) -> None:
    control = Control()
    for event in train(small_settings(images, tmp_path), control):
        if isinstance(event, StepDone) and event.step == 2:
            control.stop()
    assert isinstance(event, Finished)
    assert event.stopped
    assert (Path(event.run) / event.lora).is_file()


def test_paused_run_serves_samples_and_saves(images: Path, tmp_path: Path) -> None:
    control = Control()
    seen = []
    for event in train(small_settings(images, tmp_path, preview={"size": "64x64"}), control):
        if not isinstance(event, Phase):
            seen.append(type(event).__name__)
        if isinstance(event, StepDone) and event.step == 1:
            control.pause()
        if isinstance(event, Paused):
            cells = [Cell(prompt="a red apple", seed=3, strengths=(s,)) for s in (0.0, 1.5)]
            recipe = Recipe(64, 64, steps=2)
            folder = str(tmp_path / "pictures")
            control.draw_now(Draw(loras=(LIVE,), cells=cells, recipe=recipe, folder=folder))
            control.save_now()
        if isinstance(event, CheckpointSaved) and event.step == 1:
            control.resume()
    after_pause = seen[seen.index("Paused") : seen.index("Paused") + 5]
    assert after_pause == ["Paused", "PictureDrawn", "PictureDrawn", "CheckpointSaved", "StepDone"]
    assert seen[-1] == "Finished"


def test_a_preview_changes_nothing_in_the_training(images: Path, tmp_path: Path) -> None:
    def final(name: str, **sections: dict) -> dict[str, torch.Tensor]:
        events = list(train(small_settings(images, tmp_path / name, **sections)))
        return read_state(RunFolder(Path(events[-1].run)).checkpoint(4))["adapter"]

    preview = {"every": 1, "prompts": ["x"], "size": "64x64", "strengths": (0.3, 1.5), "steps": 1}
    with_previews, without = final("a", preview=preview), final("b")
    assert all(torch.equal(with_previews[name], without[name]) for name in without)


def test_accumulated_batches_equal_one_large_batch(images: Path, tmp_path: Path) -> None:
    def gradient_norm(name: str, batch_size: int, accumulation: int) -> float:
        settings = small_settings(
            images,
            tmp_path / name,
            data={"batch_size": batch_size, "caption_dropout": 0.0, "flip": False},
            schedule={"steps": 1, "gradient_accumulation": accumulation},
            network={"text_encoder": True},
        )
        made = [e for e in train(settings) if isinstance(e, StepDone)]
        return made[0].grad_norm

    # The noise differs (it derives from the batch's number), so compare with noise of one kind.
    same = torch.Generator().manual_seed(0)
    latent, noise, step = torch.randn(4, 8, 8, generator=same), torch.randn(4, 8, 8), 500

    def fixed(seeds: list[int], *_: object) -> session.noise.Draw:
        count = len(seeds)
        return session.noise.Draw(
            torch.stack([latent] * count),
            torch.stack([noise] * count),
            torch.tensor([step] * count),
        )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session.noise, "draw", lambda seeds, shape, *_: _resized(fixed(seeds), shape))
        assert gradient_norm("a", 4, 1) == pytest.approx(gradient_norm("b", 2, 2), rel=1e-3)


def _resized(draw: session.noise.Draw, shape: torch.Size) -> session.noise.Draw:
    side = shape[-1]
    latent, noise = (t.repeat(1, 1, side // 8, side // 8) for t in (draw.latent_noise, draw.noise))
    return session.noise.Draw(latent, noise, draw.timesteps)


@pytest.mark.parametrize("setting", ["gradient_checkpointing", "eager", "bf16"])
def test_memory_settings_train_alike(images: Path, tmp_path: Path, setting: str) -> None:
    memory = {
        "gradient_checkpointing": {"gradient_checkpointing": True},
        "eager": {"attention": "eager"},
        "bf16": {"mixed_precision": "bf16"},
    }[setting]
    text = {"network": {"text_encoder": True}, "schedule": {"steps": 2}}

    def losses(name: str, **sections: dict) -> list[float]:
        settings = small_settings(images, tmp_path / name, **text, **sections)
        return [e.loss for e in kinds(list(train(settings)), StepDone)]

    tolerance = 0.05 if setting == "bf16" else 1e-4
    assert losses("a", memory=memory) == pytest.approx(losses("b"), rel=tolerance)


def test_fp16_is_refused_on_a_cpu(images: Path, tmp_path: Path) -> None:
    if torch.cuda.is_available():
        pytest.skip("a GPU can")
    settings = small_settings(images, tmp_path, memory={"mixed_precision": "fp16"})
    failed = list(train(settings))[-1]
    assert isinstance(failed, Failed)
    assert failed.code == "precision.unsupported"


def test_adamw8bit_trains_and_resumes_with_8_bit_state(images: Path, tmp_path: Path) -> None:
    settings = small_settings(images, tmp_path, optimizer={"type": "adamw8bit"})
    finished = list(train(settings))[-1]
    assert isinstance(finished, Finished)
    state = read_state(RunFolder(Path(finished.run)).checkpoint(4))["optimizer"]["state"]
    quantised = [entry["__bnb_optimizer_quant_state__"] for entry in state.values()]
    moments = [entry[key] for entry in quantised for key in ("state1", "state2")]
    assert moments
    assert all(moment.dtype == torch.uint8 for moment in moments)


def test_non_finite_loss_names_step_and_images_and_saves(
    images: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    true_losses = session.noise.image_losses
    calls = []

    def broken(*arguments: object) -> torch.Tensor:
        calls.append(1)
        return true_losses(*arguments) * (float("nan") if len(calls) == 3 else 1.0)

    monkeypatch.setattr(session.noise, "image_losses", broken)
    events = list(train(small_settings(images, tmp_path)))
    failed = events[-1]
    assert isinstance(failed, Failed)
    assert failed.code == "train.not_finite"
    assert failed.params["step"] == 3
    assert failed.params["images"].count(".png") == 2
    run = RunFolder(Path(kinds(events, Started)[0].run))
    state = read_state(run.checkpoint(2))
    assert all(tensor.isfinite().all() for tensor in state["adapter"].values())
    assert list(run.events())[-1] == failed


def test_the_largest_batch_is_tried_first_unless_the_first_step_is_as_large(
    images: Path, tmp_path: Path
) -> None:
    events = list(train(small_settings(images, tmp_path / "alike", schedule={"steps": 1})))
    (told,) = kinds(events, DryStepDone)
    assert Phase("dry_step") not in events
    assert (told.width, told.height, told.images) == (64, 64, 2)
    assert told.planned_memory_bytes > 0

    write_pictures(tmp_path / "mixed", count=3)
    write_pictures(tmp_path / "mixed" / "tall", count=1, size=(64, 128))
    tables = [{"path": str(tmp_path / "mixed")}, {"path": str(tmp_path / "mixed" / "tall")}]
    seen = set()
    for seed in range(4):  # which batch comes first depends on it
        settings = small_settings(
            images,
            tmp_path / "out",
            run={"seed": seed},
            dataset=tables,
            data={"batch_size": 3, "bucket_step": 32},
            schedule={"steps": 1},
        )
        events = list(train(settings))
        (told,), (step,) = kinds(events, DryStepDone), kinds(events, StepDone)
        before = events.index(told) < events.index(step)
        assert before == (Phase("dry_step") in events)
        assert told.images == 3
        seen.add(before)
    assert seen == {False, True}


def test_truncated_image_among_good_ones_is_skipped_and_named(tmp_path: Path) -> None:
    folder = write_pictures(tmp_path / "images")
    whole = (folder / "0_red.png").read_bytes()
    (folder / "0_red.png").write_bytes(whole[: len(whole) // 2])
    events = list(train(small_settings(folder, tmp_path / "out")))
    warned = [e for e in kinds(events, Warned) if e.code == "image.unreadable"]
    assert ["0_red.png" in w.params["path"] for w in warned] == [True]
    assert kinds(events, Started)[0].images == 3
    assert isinstance(events[-1], Finished)


def test_going_on_from_a_file_happens_once_and_not_on_resume(images: Path, tmp_path: Path) -> None:
    first = list(train(small_settings(images, tmp_path / "a", schedule={"steps": 1})))[-1]
    earlier = tmp_path / "earlier.safetensors"
    (Path(first.run) / first.lora).rename(earlier)
    settings = small_settings(images, tmp_path / "b", network={"init_from": str(earlier)})
    control = Control()
    begun = []
    for event in train(settings, control):
        begun.append(event)
        if isinstance(event, StepDone):
            control.stop("leave")
    assert [e.code for e in kinds(begun, Warned)] == ["lora.continued"]
    earlier.unlink()
    resumed = list(train(settings, resume=True))
    assert kinds(resumed, Warned) == []
    assert isinstance(resumed[-1], Finished)


def test_resume_refuses_other_settings(images: Path, tmp_path: Path) -> None:
    control = Control()
    for event in train(small_settings(images, tmp_path), control):
        if isinstance(event, StepDone):
            control.stop("leave")
    failed = list(train(small_settings(images, tmp_path, network={"rank": 8}), resume=True))[-1]
    assert isinstance(failed, Failed)
    assert failed.code == "run.settings_changed"
    assert failed.params["keys"] == "network.rank"


def test_resume_tells_that_a_caption_changed(tmp_path: Path) -> None:
    folder = write_pictures(tmp_path / "images")
    settings = small_settings(folder, tmp_path / "out", schedule={"steps": 2})

    def stopped_after_one_step() -> None:
        control = Control()
        for event in train(settings, control):
            if isinstance(event, StepDone):
                control.stop("leave")

    def told() -> list[str]:
        return [e.code for e in kinds(list(train(settings, resume=True)), Warned)]

    stopped_after_one_step()
    assert told() == []
    stopped_after_one_step()
    (folder / "0_red.txt").write_text("a red apple at night", "utf-8")
    assert told() == ["resume.dataset_changed"]


def test_resume_without_a_run_begins_one_and_says_so(images: Path, tmp_path: Path) -> None:
    settings = small_settings(images, tmp_path, schedule={"steps": 1})
    events = list(train(settings, resume=True))
    assert [e.code for e in kinds(events, Warned)] == ["resume.nothing"]
    assert isinstance(events[-1], Finished)


def test_broken_checkpoint_is_refused(images: Path, tmp_path: Path) -> None:
    events = list(train(small_settings(images, tmp_path, schedule={"steps": 1})))
    folder = RunFolder(Path(events[-1].run)).checkpoint(1)
    (folder / "state.pt").write_bytes(b"not a checkpoint")
    with pytest.raises(StudioError) as error:
        read_state(folder)
    assert error.value.code == "checkpoint.broken"


def test_resolution_that_the_model_cannot_take_is_refused(images: Path, tmp_path: Path) -> None:
    settings = small_settings(images, tmp_path, data={"resolution": 72, "bucket_step": 8})
    failed = list(train(settings))[-1]
    assert isinstance(failed, Failed)
    assert failed.code == "data.bad_resolution"
    assert failed.params["step"] == 16


def test_unwritable_output_is_told_before_training(images: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    failed = list(train(small_settings(images, tmp_path / "file")))[-1]
    assert isinstance(failed, Failed)
    assert failed.code == "disk.unwritable"


def test_a_latent_found_damaged_in_mid_run_is_computed_again_and_told(
    images: Path, tmp_path: Path
) -> None:
    settings = small_settings(images, tmp_path, data={"cache": "disk"}, save={"every": 0})
    losses, warned = [], []
    for event in train(settings):
        if isinstance(event, StepDone):
            losses.append(event.loss)
            if event.step == 1:
                for entry in (tmp_path / "cache" / "latents").rglob("*.safetensors"):
                    entry.write_bytes(entry.read_bytes()[:-1] + b"!")
        elif isinstance(event, Warned):
            warned.append(event)

    assert {event.code for event in warned} == {"cache.damaged"}
    assert len(warned) == len({event.params["path"] for event in warned}) > 0
    assert losses == [e.loss for e in kinds(list(train(settings)), StepDone)]
