"""A run killed at any moment, resumed, ends with the same bits as one that was never disturbed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import tomlkit
import torch

from studio.models.safetensors_header import read_header
from studio.runs import RunFolder
from studio.training.state import read_state
from tests.pictures import small_table, write_pictures
from tests.watched import finish, wait_for

STEPS = 20


@pytest.fixture(scope="module")
def settings_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    write_pictures(folder / "images")
    table = small_table(
        folder / "images",
        folder / "unused",
        schedule={"steps": STEPS, "warmup": 2},
        network={"text_encoder": True, "dropout": 0.1},
        data={"flip": True, "cache": "disk"},
        save={"every": 5, "keep": 0},
    )
    file = folder / "run.toml"
    file.write_text(tomlkit.dumps(table), "utf-8")
    return file


def start(settings_file: Path, output: Path, *words: str) -> subprocess.Popen[str]:
    """The training command, its events readable line by line, in a process group of its own."""
    command = [sys.executable, "-m", "studio", "train", str(settings_file), "--events", *words]
    return subprocess.Popen(
        [*command, "--set", f"run.output={output.as_posix()}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )


def result(output: Path) -> tuple[dict[str, torch.Tensor], str, dict]:
    """Final adapter, tensor hash of the exported file, report of the only run in ``output``."""
    run = RunFolder(next(path for path in output.iterdir() if path.name != "cache"))
    state = read_state(run.checkpoint(STEPS))
    header = read_header(run.path / "small.safetensors")
    report = run.report()
    assert report
    return state, header.metadata["sshs_model_hash"], report


def equal(one: object, other: object) -> bool:
    """Whether two states of tensors, lists and tables have the same bits."""
    if isinstance(one, torch.Tensor):
        return isinstance(other, torch.Tensor) and torch.equal(one, other)
    if isinstance(one, dict):
        return (
            isinstance(other, dict)
            and one.keys() == other.keys()
            and all(equal(one[key], other[key]) for key in one)
        )
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(equal, one, other))  # type: ignore[arg-type]
    return one == other


@pytest.fixture(scope="module")
def unbroken(settings_file: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple:
    output = tmp_path_factory.mktemp("unbroken")
    finish(start(settings_file, output))
    return result(output)


@pytest.mark.parametrize(
    ("kind", "step"),
    [("CheckpointSaved", 10), pytest.param("StepDone", 13, marks=pytest.mark.slow)],
)
def test_ten_steps_kill_resume_ten_more(
    settings_file: Path, tmp_path: Path, unbroken: tuple, kind: str, step: int
) -> None:
    process = start(settings_file, tmp_path)
    wait_for(process, kind, step)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)
    assert process.returncode == -signal.SIGKILL

    events = finish(start(settings_file, tmp_path, "--resume"))
    assert next(e["step"] for e in events if e["event"] == "StepDone") == 11
    state, file_hash, report = result(tmp_path)
    assert equal(state, unbroken[0])
    assert file_hash == unbroken[1]
    assert report["steps"] == STEPS
    assert report["loss_last"] == unbroken[2]["loss_last"]


@pytest.mark.slow
def test_killed_before_its_first_checkpoint_begins_again(
    settings_file: Path, tmp_path: Path, unbroken: tuple
) -> None:
    process = start(settings_file, tmp_path)
    wait_for(process, "StepDone", 2)
    process.kill()
    process.communicate(timeout=30)
    events = finish(start(settings_file, tmp_path, "--resume"))
    assert next(e["step"] for e in events if e["event"] == "StepDone") == 1
    assert result(tmp_path)[1] == unbroken[1]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals to send")
@pytest.mark.parametrize(
    "number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)]
)
def test_ctrl_c_saves_and_leaves_with_130(
    settings_file: Path, tmp_path: Path, unbroken: tuple, number: int
) -> None:
    process = start(settings_file, tmp_path)
    wait_for(process, "StepDone", 7)
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "--resume" in err
    assert "Traceback" not in err
    run = RunFolder(next(path for path in tmp_path.iterdir() if path.name != "cache"))
    assert run.checkpoint_steps()[-1] >= 7
    finish(start(settings_file, tmp_path, "--resume"))
    assert result(tmp_path)[1] == unbroken[1]


def test_ctrl_c_during_start_up_leaves_with_130(settings_file: Path, tmp_path: Path) -> None:
    for delay in (0.3, 1.5):
        process = start(settings_file, tmp_path)
        time.sleep(delay)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
        assert process.returncode == 130, err
        assert "Traceback" not in err
