"""What every test gets: no network, no screen, no one's own folders."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from studio import quiet

os.environ["QT_QPA_PLATFORM"] = "offscreen"  # before anything imports Qt
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
quiet.prepare()  # before anything imports torch or huggingface_hub
# A shell that runs the tests in the background lets them, and what they start, ignore Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def repository() -> Path:
    """The folder with pyproject.toml."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings and caches that a test writes do not land in the folders of whoever runs it."""
    home = tmp_path_factory.getbasetemp() / "home"
    for variable in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(variable, str(home / variable))
