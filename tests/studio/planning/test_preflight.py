"""What is found out about a run before it starts, on real images and the starter model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from studio.config import DatasetFolder, Settings
from studio.data.dataset import scan
from studio.planning import preflight
from studio.planning.machine import Machine, this_machine
from studio.planning.plan import plan
from studio.planning.preflight import Finding, Preflight, outlook
from tests.pictures import small_settings, write_pictures

CPU = Machine("cpu", "", 16 * 10**9, 8 * 10**9)
PROMPT = {"every": 2, "prompts": ["a cat"], "steps": 2}


@pytest.fixture
def images(tmp_path: Path) -> Path:
    return write_pictures(tmp_path / "images")


def settings_of(images: Path, **sections: Any) -> Settings:
    return small_settings(images, images.parent / "runs", **sections)


def found(settings: Settings, machine: Machine = CPU) -> dict[str, Finding]:
    *_, last = Preflight(lambda: machine).findings(settings)
    return {finding.code: finding for finding in last}


def test_a_sound_run_has_only_figures(images: Path) -> None:
    findings = found(settings_of(images))
    assert set(findings) == {
        *("images", "steps", "time", "memory", "disk", "text_encoder", "trigger")
    }
    assert findings["images"] == Finding(
        "images", "good", {"images": 4, "captioned": 4, "checking": False}
    )
    assert findings["steps"].params["passes"] == 2  # 4 steps of 2 images over 4 images
    assert findings["memory"].level == findings["disk"].level == "good"
    assert findings["disk"].params["file"] > 10_000


def test_first_comes_what_is_quick(images: Path) -> None:
    first, last = Preflight(lambda: CPU).findings(settings_of(images))
    assert first[0].params["checking"]
    assert not last[0].params["checking"]


def test_problems_are_counted_and_the_gravest_come_first(images: Path) -> None:
    files = sorted(images.glob("*.png"))
    files[0].write_bytes(files[0].read_bytes()[:90])  # its header is sound
    files[1].write_bytes(files[2].read_bytes())
    files[3].with_suffix(".txt").unlink()
    *_, findings = Preflight(lambda: CPU).findings(settings_of(images))
    problems = [f for f in findings if f.code.startswith(("image.", "caption."))]
    assert {f.code: f.params["count"] for f in problems} == {
        "image.unreadable": 1,
        "image.duplicate": 1,
        "caption.missing": 1,
    }
    assert all(f.level == "warning" and f.place == "images" for f in problems)
    assert findings[0].params["images"] == 3


def test_what_forbids_a_run_is_an_error(tmp_path: Path) -> None:
    settings = settings_of(write_pictures(tmp_path / "images"))
    gone = settings.model_copy(update={"dataset": (DatasetFolder(path=str(tmp_path / "no")),)})
    (only,) = Preflight(lambda: CPU).findings(gone)
    assert only == (
        Finding("dataset.no_folder", "error", {"path": str(tmp_path / "no")}, "images"),
    )


def test_memory_is_compared_with_what_the_machine_has(images: Path) -> None:
    settings = settings_of(images)
    assert found(settings)["memory"].params["fits"] is True
    small = list(Preflight(lambda: Machine("cuda", "GTX", 5 * 10**8, 0)).findings(settings))[-1]
    (memory,) = (one for one in small if one.code == "memory")
    assert (memory.level, memory.params["fits"]) == ("warning", False)
    reliefs = [one for one in small if one.code == "relief"]
    assert [one.place for one in reliefs][:1] == ["memory.gradient_checkpointing"]
    needs = [memory.params["need"], *(one.params["need"] for one in reliefs)]
    assert needs == sorted(needs, reverse=True)
    crowded = found(settings, Machine("cpu", "", 16 * 10**9, 10**6))["memory"]
    assert crowded.level == "info"


def test_a_full_disk_is_an_error(images: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Usage:
        free = 1000

    monkeypatch.setattr(preflight.shutil, "disk_usage", lambda path: Usage)
    assert found(settings_of(images))["disk"].level == "error"


def test_the_trigger_word_and_the_adapter_gone_on_from_are_told(images: Path) -> None:
    findings = found(settings_of(images))
    assert findings["trigger"].place == "images"
    folder = {"path": str(images), "trigger": "zorgle"}
    table = {"dataset": [folder], "network": {"init_from": "old/ink.safetensors"}}
    findings = found(settings_of(images, **table))
    assert "trigger" not in findings
    assert findings["caption.trigger_added"].params["captions"] == 4
    assert findings["continues"].params == {"name": "ink.safetensors"}


def test_images_are_decoded_again_only_when_they_or_their_size_changed(images: Path) -> None:
    look = Preflight(lambda: CPU)
    settings = settings_of(images)
    assert len(list(look.findings(settings))) == 2
    longer = settings_of(images, schedule={"steps": 50})
    assert len(list(look.findings(longer))) == 1
    larger = settings_of(images, data={"resolution": 128})
    assert len(list(look.findings(larger))) == 2
    (images / "0_red.txt").unlink()
    assert next(iter(look.findings(larger)))[0].params["captioned"] == 4
    look.forget()
    assert next(iter(look.findings(larger)))[0].params["captioned"] == 3


def test_it_stops_when_nobody_wants_to_know(images: Path) -> None:
    answers = list(Preflight(lambda: CPU).findings(settings_of(images), lambda: True))
    assert len(answers) == 1  # the quick part


def test_previews_count_in_the_time(images: Path) -> None:
    plain, drawing = settings_of(images), settings_of(images, preview=PROMPT)
    dataset = scan(plain.dataset)
    without, with_them = plan(plain, dataset), plan(drawing, dataset)
    assert with_them.seconds == without.seconds
    assert with_them.whole_seconds > without.whole_seconds
    assert plan(plain, dataset, "cuda").whole_seconds is None


def test_the_outlook_of_a_card_needs_no_images(images: Path) -> None:
    settings = settings_of(images)
    expected = outlook(settings, CPU)
    assert expected.memory == found(settings)["memory"].params["need"]
    assert outlook(settings, Machine("cuda", "", 10**10, 0)).seconds is None


def test_nvidia_smi_tells_of_the_card(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    tool = tmp_path / "nvidia-smi"
    tool.write_text("#!/bin/sh\necho 'NVIDIA GeForce RTX 3060, 12288, 11000'\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    assert this_machine() == Machine(
        "cuda", "NVIDIA GeForce RTX 3060", 12288 * 2**20, 11000 * 2**20
    )
    tool.write_text("#!/bin/sh\nexit 9\n")
    assert this_machine().device == "cpu"
