"""How libraries are imported."""

from __future__ import annotations

import gc
import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio import quiet

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import sys
from studio import quiet
quiet.prepare()
with quiet.importing():
    from studio.training.session import train
assert "bitsandbytes" not in sys.modules
from studio.config import Base, Network, Optimizer
from studio.models.adapter import inject
from studio.models.checkpoint import open_base
adapter = inject(open_base(Base(model="starter")), Network(rank=4), seed=1)
assert "bitsandbytes" not in sys.modules
from studio.training.optimizer import make_optimizer
make_optimizer("adamw8bit", {"unet": (adapter.parameters("unet"), 1e-3)}, Optimizer())
assert "bitsandbytes" in sys.modules
"""


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As if neither bitsandbytes nor peft had been imported; frozen objects are released."""
    for name in ("bitsandbytes", "peft.import_utils"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    collecting = gc.isenabled()  # a test of the window may have turned it off
    gc.enable()
    yield
    gc.unfreeze()
    if not collecting:
        gc.disable()


@pytest.mark.parametrize("collecting", [True, False])
@pytest.mark.usefixtures("fresh")
def test_importing_holds_the_collector_and_hides_bitsandbytes(collecting: bool) -> None:
    assert gc.isenabled()
    if not collecting:
        gc.disable()
    try:
        with quiet.importing():
            assert not gc.isenabled()
            assert importlib.util.find_spec("bitsandbytes") is None
            with pytest.raises(ImportError):
                importlib.import_module("bitsandbytes")
        assert gc.isenabled() is collecting
        assert gc.get_freeze_count() > 0
        assert "bitsandbytes" not in sys.modules
        assert importlib.util.find_spec("bitsandbytes") is not None
    finally:
        gc.enable()


@pytest.mark.usefixtures("fresh")
def test_what_is_imported_already_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "bitsandbytes", sys)

    with quiet.importing():
        assert sys.modules["bitsandbytes"] is sys

    assert sys.modules["bitsandbytes"] is sys


@pytest.mark.slow
def test_nothing_of_ours_misses_bitsandbytes_until_an_optimizer_asks_for_it() -> None:
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
