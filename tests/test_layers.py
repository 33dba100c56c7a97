"""The two rules of the house at run time: no torch before it is needed, no Qt in the engine.

import-linter (pyproject.toml) keeps the same rules in the source, late imports included.
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

HEAVY = {"accelerate", "bitsandbytes", "diffusers", "peft", "torch", "transformers"}
QT = {"PySide6", "shiboken6"}

ROOT = Path(__file__).resolve().parents[1]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
    "importlinter"
]["contracts"]
INNER = sorted(
    name
    for contract in CONTRACTS
    if "torch" in contract["forbidden_modules"]
    for name in contract["source_modules"]
)


def loaded_by(*modules: str) -> set[str]:
    """The top-level packages that a fresh interpreter holds after importing ``modules``."""
    program = (
        "import importlib, sys\n"
        "for name in sys.argv[1:]: importlib.import_module(name)\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *modules],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_the_inner_ring_and_the_app_load_no_torch() -> None:
    assert not loaded_by("studio", "ui.app", *INNER) & HEAVY


def test_the_command_line_starts_without_torch() -> None:
    assert not loaded_by("studio.cli") & HEAVY


def test_the_engine_loads_no_qt() -> None:
    assert not loaded_by("studio", *(name for name in INNER if name != "ui")) & QT


def test_the_check_sees_torch_where_there_is_some() -> None:
    assert "torch" in loaded_by("torch")


@pytest.mark.parametrize(
    "name",
    [
        "config",
        "data.buckets",
        "data.captions",
        "data.dataset",
        "data.doctor",
        "data.images",
        "errors",
        "events",
        "messages",
        "planning",
        "presets",
        "project",
        "seeds",
        "training.control",
    ],
)
def test_the_inner_ring_holds_what_the_window_needs(name: str) -> None:
    assert f"studio.{name}" in INNER
