"""Downloads as jobs of the engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from huggingface_hub import constants

from studio.engine import Engine
from studio.events import Downloaded, Event, Failed, Phase
from studio.jobs import Download, job_from_json, to_json
from studio.models.hub import local_copy
from studio.training.control import Control
from tests.fake_hub import FakeHub, serving

REPO = "someone/a-model"
FILES = {
    "model_index.json": b"{}",
    "unet/diffusion_pytorch_model.safetensors": bytes(3_000_000),
    "vae/diffusion_pytorch_model.safetensors": b"vae",
    "text_encoder/model.safetensors": b"text",
}


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    with serving(FakeHub(REPO, FILES)) as made:
        yield made


def run(hub: FakeHub, control: Control | None = None) -> Iterator[Event]:
    return Engine().run(Download(model=REPO, mirror=hub.address), control or Control())


def test_the_job_travels_as_json(hub: FakeHub) -> None:
    job = Download(model=REPO, mirror="https://hub.example")
    assert job_from_json(to_json(job)) == job


def test_a_download_tells_its_bytes_and_its_folder(hub: FakeHub) -> None:
    *phases, last = run(hub)
    total = sum(map(len, FILES.values()))
    assert all(isinstance(phase, Phase) and phase.name == "download" for phase in phases)
    assert phases[-1] == Phase("download", total, total)
    assert last == Downloaded(REPO, str(local_copy(REPO)))


def test_what_fails_is_told(hub: FakeHub) -> None:
    hub.error = (401, "GatedRepo")
    (last,) = run(hub)
    assert isinstance(last, Failed)
    assert last.code == "hub.gated"


def test_a_stopped_download_is_gone_on_with(hub: FakeHub) -> None:
    control = Control()
    control.stop()
    assert not any(isinstance(event, Downloaded) for event in run(hub, control))
    assert local_copy(REPO) is None
    assert isinstance(list(run(hub))[-1], Downloaded)
