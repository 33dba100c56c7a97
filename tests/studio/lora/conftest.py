"""What the tests of LoRA tools work on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from studio.models import family
from tests.studio.lora.made import Files
from tests.tiny_models import tiny_configs, tiny_folder


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """Two threads for matrices this small only wait for each other on a busy machine."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


@pytest.fixture(scope="session")
def tiny_bases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Diffusers folders by family, and "configs" for single files of the same tiny models."""
    root = tmp_path_factory.mktemp("tiny")
    bases = {kind: tiny_folder(root / f"tiny_{kind}", kind) for kind in ("sd1", "sd2", "sdxl")}
    return {**bases, "configs": tiny_configs(root / "configs")}


@pytest.fixture
def tiny(tiny_bases: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """The same, with tiny single files recognised."""
    monkeypatch.setattr(family, "CONFIGS", tiny_bases["configs"])
    return tiny_bases
