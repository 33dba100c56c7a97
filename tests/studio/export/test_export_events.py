"""A real run's checkpoint, exported with every switch: what is written, told and left as it was."""

from __future__ import annotations

import errno
import getpass
import json
import os
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from studio.errors import StudioError
from studio.events import CheckPassed, Exported, Finished, Phase, Warned
from studio.export.privacy import embedded
from studio.inspect import inspect_file
from studio.jobs import Export
from studio.models.checkpoint import BaseModel, open_base
from studio.models.safetensors_header import read_header
from studio.runs import RunFolder
from studio.training import exporting
from studio.training.control import Control
from studio.training.exporting import export_events
from studio.training.session import train
from tests.pictures import small_settings, write_pictures

CHECKS = ["tensors", "hash", "names", "weights", "programs", "render"]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """Two steps on the starter, with a checkpoint and a sample at each."""
    folder = tmp_path_factory.mktemp("work")
    images = write_pictures(folder / "secret pictures")
    settings = small_settings(
        images,
        folder / "secret runs",
        dataset=[{"path": str(images), "trigger": "zxfruit"}],
        schedule={"steps": 2},
        save={"every": 1},
        preview={"every": 1, "prompts": ["a red apple"], "size": "64x64", "steps": 1},
    )
    finished = list(train(settings))[-1]
    assert isinstance(finished, Finished)
    return RunFolder(Path(finished.run))


@pytest.fixture(scope="module")
def base(run: RunFolder) -> BaseModel:
    """As the engine keeps it loaded."""
    return open_base(run.settings().base)


def sample(run: RunFolder, step: int = 2) -> str:
    return str(run.samples / f"step-{step:06d}_p1_s1.00.png")


def weights(base: BaseModel) -> dict[str, Any]:
    return {
        f"{part}.{name}": tensor.clone()
        for part, module in base.components.items()
        for name, tensor in module.state_dict().items()
    }


def test_all_that_can_be_written(run: RunFolder, base: BaseModel, tmp_path: Path) -> None:
    places = [tmp_path / "comfy", tmp_path / "a1111"]
    for place in places:
        place.mkdir()
    path = tmp_path / "out" / "my.fruit v1.safetensors"
    job = Export(
        run=str(run.path),
        path=str(path),
        preview=sample(run),
        card=True,
        copies=tuple(map(str, places)),
    )
    events = list(export_events(job, open_base=lambda _: base))
    assert [e.name for e in events if isinstance(e, Phase)] == ["open_base", "export"]
    checks = {e.name: json.loads(e.detail) for e in events if isinstance(e, CheckPassed)}
    assert list(checks) == CHECKS
    assert checks["render"]["mean_difference"] <= 1.0
    assert checks["names"]["modules"] > 10

    names = {"my.fruit v1.safetensors", "my.fruit v1.png", "my.fruit v1.md"}
    folders = [path.parent, *places]
    assert [{file.name for file in folder.iterdir()} for folder in folders] == [names] * 3
    for name in names:
        assert len({(folder / name).read_bytes() for folder in folders}) == 1
    done = events[-1]
    assert isinstance(done, Exported)
    assert done.path == str(path)
    assert done.size == path.stat().st_size
    assert {Path(file) for file in done.files} == {f / n for f in folders for n in names}

    found = inspect_file(path)
    loading = {verdict.program for verdict in found.verdicts if verdict.works == "yes"}
    assert loading == {"A1111", "Forge", "ComfyUI", "diffusers"}  # InvokeAI knows no starter
    assert found.hash_matches
    assert found.trigger_words == ["zxfruit"]
    assert found.tags == {}
    with Image.open(path.with_suffix(".png")) as picture:
        assert picture.size == (64, 64)
        assert "a red apple" in picture.info["parameters"]


def test_the_window_shows_what_is_embedded(run: RunFolder, base: BaseModel, tmp_path: Path) -> None:
    header = read_header(run.checkpoint(2) / "lora.safetensors")
    path = tmp_path / "a.safetensors"
    for settings in (False, True):
        for captions in (False, True):
            job = Export(
                run=str(run.path),
                path=str(path),
                settings_in_file=settings,
                captions_in_file=captions,
            )
            list(export_events(job, open_base=lambda _: base))
            stored = read_header(path).metadata
            del stored["sshs_model_hash"], stored["sshs_legacy_hash"]
            shown = embedded(header.metadata, "a", settings=settings, captions=captions)
            assert stored == shown
            assert ("ss_unet_lr" in stored) is settings
            assert ("a red apple on a hill" in json.dumps(stored)) is captions


@pytest.mark.parametrize("file_format", ["kohya", "diffusers"])
def test_private_files_tell_neither_recipe_nor_place(
    run: RunFolder, base: BaseModel, tmp_path: Path, file_format: Any
) -> None:
    path = tmp_path / "fruit.safetensors"
    job = Export(
        run=str(run.path),
        step=1,
        path=str(path),
        format=file_format,
        dtype="bf16",
        preview=sample(run, 1),
        card=True,
        settings_in_file=False,
    )
    list(export_events(job, open_base=lambda _: base))
    metadata = read_header(path).metadata
    assert metadata["ss_network_dim"] == "4"
    assert metadata["modelspec.trigger_phrase"] == "zxfruit"
    assert metadata["modelspec.thumbnail"].startswith("data:image/jpeg;base64,")
    card = path.with_suffix(".md").read_text("utf-8")
    assert "zxfruit" in card
    assert "starter" in card
    assert "Learning rate" not in card
    assert ("ComfyUI" in card) is (file_format == "kohya")
    assert "load_lora_weights" in card
    with Image.open(path.with_suffix(".png")) as picture:
        assert "parameters" not in picture.info
    written = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    told = (json.dumps(metadata) + card).encode() + written
    for secret in (str(tmp_path), "secret", "hill", os.sep + "tmp", str(Path.home())):
        assert secret.encode() not in told, secret


def test_nothing_tells_where_it_was_made(run: RunFolder, base: BaseModel, tmp_path: Path) -> None:
    path = tmp_path / "fruit.safetensors"
    job = Export(
        run=str(run.path), path=str(path), preview=sample(run), card=True, captions_in_file=True
    )
    list(export_events(job, open_base=lambda _: base))
    told = json.dumps(read_header(path).metadata) + path.with_suffix(".md").read_text("utf-8")
    with Image.open(path.with_suffix(".png")) as picture:
        told += json.dumps(picture.info)
    assert "secret pictures" in told  # the folder's name, as asked for
    for secret in (str(run.path.parent.parent), str(tmp_path), str(Path.home()), "secret runs"):
        assert secret not in told
    assert f"/{getpass.getuser()}" not in told


def test_the_base_is_left_as_it_was(run: RunFolder, base: BaseModel, tmp_path: Path) -> None:
    fresh = weights(open_base(run.settings().base))
    job = Export(run=str(run.path), path=str(tmp_path / "a.safetensors"))
    list(export_events(job, open_base=lambda _: base))
    left = weights(base)
    assert left.keys() == fresh.keys()
    assert all(bool((left[name] == tensor).all()) for name, tensor in fresh.items())


def test_a_stop_leaves_everything_as_it_was(
    run: RunFolder, base: BaseModel, tmp_path: Path
) -> None:
    path = tmp_path / "a.safetensors"
    path.write_bytes(b"old")
    control = Control()
    seen = []
    for event in export_events(
        Export(run=str(run.path), path=str(path)), control, open_base=lambda _: base
    ):
        seen.append(event)
        if isinstance(event, CheckPassed):
            control.stop("leave")
    assert len([event for event in seen if isinstance(event, CheckPassed)]) == 1
    assert not isinstance(seen[-1], Exported)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_failed_check_writes_nothing(
    run: RunFolder, base: BaseModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(exporting._RENDER_TOLERANCE, "fp16", -1.0)
    job = Export(
        run=str(run.path), path=str(tmp_path / "a.safetensors"), preview=sample(run), card=True
    )
    with pytest.raises(StudioError) as caught:
        list(export_events(job, open_base=lambda _: base))
    assert caught.value.code == "export.self_check_failed"
    assert not list(tmp_path.iterdir())
    monkeypatch.undo()
    assert isinstance(
        list(export_events(job, open_base=lambda _: base))[-1], Exported
    )  # it is usable still


def test_a_card_that_does_not_fit_takes_the_file_with_it(
    run: RunFolder, base: BaseModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> str:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(exporting, "model_card", full)
    job = Export(run=str(run.path), path=str(tmp_path / "a.safetensors"), card=True)
    with pytest.raises(OSError, match="space"):
        list(export_events(job, open_base=lambda _: base))
    assert not list(tmp_path.iterdir())


def test_a_place_that_is_gone_is_warned_of(run: RunFolder, base: BaseModel, tmp_path: Path) -> None:
    gone, there = tmp_path / "gone", tmp_path / "there"
    there.mkdir()
    path = tmp_path / "a.safetensors"
    job = Export(run=str(run.path), path=str(path), copies=(str(gone), str(there)))
    events = list(export_events(job, open_base=lambda _: base))
    warned = [event for event in events if isinstance(event, Warned)]
    assert [event.params["folder"] for event in warned] == [str(gone)]
    assert not gone.exists()
    done = events[-1]
    assert isinstance(done, Exported)
    assert done.files == [str(path), str(there / path.name)]


def test_a_picture_that_cannot_be_read_is_told_before_anything_is_written(
    run: RunFolder, base: BaseModel, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    out = tmp_path / "out"
    job = Export(run=str(run.path), path=str(out / "a.safetensors"), preview=str(broken))
    with pytest.raises(StudioError) as caught:
        list(export_events(job, open_base=lambda _: base))
    assert caught.value.code == "image.unreadable"
    assert not out.exists()


def test_a_step_without_checkpoint_is_told(run: RunFolder, tmp_path: Path) -> None:
    job = Export(run=str(run.path), step=7, path=str(tmp_path / "a.safetensors"))
    with pytest.raises(StudioError) as caught:
        next(export_events(job))
    assert caught.value.code == "run.no_checkpoint"
    assert caught.value.params["steps"] == "1, 2"
