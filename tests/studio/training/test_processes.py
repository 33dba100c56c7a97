"""Several processes compute one run: how its images are shared, and what real ones come to."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
import tomlkit
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

from studio.config import Settings
from studio.errors import StudioError
from studio.events import StepDone
from studio.inspect import inspect_file
from studio.runs import RunFolder
from studio.training import processes, session
from studio.training.processes import Processes, split
from studio.training.session import Session, train
from studio.training.state import read_state
from tests.pictures import small_settings, small_table, write_pictures
from tests.watched import finish, wait_for

STEPS = 6
SIZES = st.lists(st.integers(1, 20), min_size=1, max_size=8)


@given(SIZES, st.integers(1, 9))
def test_every_image_is_computed_once_by_one_process(sizes: list[int], count: int) -> None:
    everything = [(number, place) for number, size in enumerate(sizes) for place in range(size)]
    of_all = [Processes(count, rank).shares(sizes) for rank in range(count)]
    computed = [
        (number, place) for shares in of_all for number, places in shares for place in places
    ]
    assert sorted(computed) == everything
    if count == 1:
        assert of_all == [[(number, range(size)) for number, size in enumerate(sizes)]]
    idle = sum(not shares for shares in of_all)
    assert idle == max(0, count - sum(sizes))


@given(SIZES, st.integers(1, 9))
def test_shares_of_a_batch_are_nearly_equal_and_the_largest_is_first(
    sizes: list[int], parts: int
) -> None:
    shares = split(sizes, parts)
    for number, size in enumerate(sizes):
        lengths = [len(places) for batch, places in shares if batch == number]
        assert len(lengths) == min(parts, size)
        assert lengths[0] == max(lengths) <= min(lengths) + 1
        assert min(lengths) > 0


def test_alone_nothing_is_copied_and_nothing_waited_for() -> None:
    alone = Processes()
    parameter = nn.Parameter(torch.ones(2))
    parameter.grad = gradient = torch.ones(2)
    loss = torch.tensor(3.0)
    assert alone.add_up([parameter], loss, asked=True).tolist() == [3.0]
    assert parameter.grad is gradient
    assert alone.is_main
    assert alone.place == ()
    assert alone.gather([1]) == [1]
    assert alone.from_main("x") == "x"
    assert [alone.agree(asked) for asked in (True, False)] == [True, False]


def refused(monkeypatch: pytest.MonkeyPatch, settings: Settings, came: int, started: int) -> str:
    """The code with which ``came`` processes of ``started`` are refused."""
    state = SimpleNamespace(num_processes=came, process_index=0)
    monkeypatch.setattr(processes, "PartialState", lambda **_: state)
    monkeypatch.setenv("WORLD_SIZE", str(started))
    with pytest.raises(StudioError) as error:
        Processes.join(settings)
    return error.value.code


def test_what_cannot_be_shared_is_refused_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    accumulating = small_settings(tmp_path, tmp_path, schedule={"gradient_accumulation": 2})
    assert refused(monkeypatch, accumulating, 5, 5) == "processes.too_many"
    assert refused(monkeypatch, accumulating, 1, 2) == "processes.apart"
    fused = small_settings(
        tmp_path, tmp_path, optimizer={"fused_backward_pass": True, "max_grad_norm": 0}
    )
    assert refused(monkeypatch, fused, 2, 2) == "processes.fused"


def test_several_asked_of_accelerate_and_one_started_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def told() -> list[str]:
        return [problem.code for problem in Processes().problems]

    for variable in ("WORLD_SIZE", "MASTER_ADDR", "ACCELERATE_MIXED_PRECISION"):
        monkeypatch.delenv(variable, raising=False)
    assert told() == []
    monkeypatch.setenv("ACCELERATE_MIXED_PRECISION", "no")
    assert told() == []
    monkeypatch.setenv("MASTER_ADDR", "127.0.0.1")
    assert told() == ["processes.one_only"]


def gradients(
    monkeypatch: pytest.MonkeyPatch, images: Path, output: Path, batch_size: int, accumulation: int
) -> list[torch.Tensor]:
    """What one step adds up over four images, with one noise for all."""
    seen: list[torch.Tensor] = []
    clip = torch.nn.utils.clip_grad_norm_

    def spy(parameters: list[nn.Parameter], limit: float) -> torch.Tensor:
        seen.extend(p.grad.clone() for p in parameters if p.grad is not None)
        return clip(parameters, limit)

    def drawn(seeds: list[int], shape: torch.Size, *_: object) -> session.noise.Draw:
        noise = torch.randn(shape, generator=torch.Generator().manual_seed(0))
        both = noise.expand(len(seeds), *shape)
        return session.noise.Draw(both, both, torch.full((len(seeds),), 500))

    settings = small_settings(
        images,
        output,
        data={"batch_size": batch_size, "caption_dropout": 0.0, "flip": False, "cache": "memory"},
        schedule={"steps": 1, "gradient_accumulation": accumulation},
    )
    with monkeypatch.context() as patch:
        patch.setattr(torch.nn.utils, "clip_grad_norm_", spy)
        patch.setattr(session.noise, "draw", drawn)
        list(train(settings))
    return seen


def test_accumulating_three_images_and_one_equals_a_batch_of_four(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = write_pictures(tmp_path / "images")
    at_once = gradients(monkeypatch, images, tmp_path / "a", 4, 1)
    in_turn = gradients(monkeypatch, images, tmp_path / "b", 3, 2)
    assert len(at_once) == len(in_turn) > 0
    largest = max(float(gradient.abs().max()) for gradient in at_once)
    for one, other in zip(at_once, in_turn, strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=1e-5 * largest)


class Reads(TorchDispatchMode):
    """Counts values that the program reads from the device one at a time."""

    count = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):  # type: ignore[no-untyped-def]
        self.count += func is torch.ops.aten._local_scalar_dense.default
        return func(*args, **(kwargs or {}))


def test_a_step_never_waits_for_a_single_value(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = write_pictures(tmp_path / "images")
    step, counts = Session.optimizer_step, []

    def watched(self: Session) -> StepDone:
        with Reads() as reads:
            done = step(self)
        counts.append(reads.count)
        return done

    monkeypatch.setattr(Session, "optimizer_step", watched)
    schedule = {"steps": 2, "gradient_accumulation": 2}
    list(train(small_settings(images, tmp_path / "out", schedule=schedule)))
    assert counts == [0, 0]


SPY = """
import os, torch
from studio import quiet
quiet.prepare()
from studio.training import session
finish = session.Session.finish
def finish_and_keep(self):
    torch.save(self.adapter.state_dict(), os.environ["SPY"] + f"/{os.environ['RANK']}.pt")
    yield from finish(self)
session.Session.finish = finish_and_keep
from studio.__main__ import main
main()
"""
"""The command line, which also keeps each process's adapter."""

BROKEN = """
import os
from studio import quiet
quiet.prepare()
from studio.training import noise
true_losses, calls = noise.image_losses, []
def losses(*arguments):
    calls.append(1)
    broken = os.environ["RANK"] == "1" and len(calls) == 6
    return true_losses(*arguments) * (float("nan") if broken else 1.0)
noise.image_losses = losses
from studio.__main__ import main
main()
"""
"""The command line; the second process computes no number in a later step."""

TORCHRUN = ("torch.distributed.run", "--standalone", "--nproc_per_node", "2")
STUDIO = ("-m", "studio")


@pytest.fixture(scope="module")
def settings_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    write_pictures(folder / "images", 7)  # a batch of one, in which the second process has none
    table = small_table(
        folder / "images",
        folder / "unused",
        schedule={"steps": STEPS, "warmup": 2},
        network={"text_encoder": True},
        data={"flip": True, "cache": "disk", "batch_size": 3},
        save={"every": 2, "keep": 0},
        preview={"every": 2, "prompts": ["a red apple"], "size": "64x64", "steps": 4},
    )
    file = folder / "run.toml"
    file.write_text(tomlkit.dumps(table), "utf-8")
    return file


def start(
    launcher: tuple[str, ...],
    program: tuple[str, ...],
    settings_file: Path,
    output: Path,
    *words: str,
    **environment: str,
) -> subprocess.Popen[str]:
    """The training command under ``launcher``, a module and its words; none if it is empty."""
    command = [sys.executable, *(("-m", *launcher) if launcher else ()), *program]
    command += ["train", str(settings_file), "--events", *words]
    repository = Path(__file__).resolve().parents[3]
    return subprocess.Popen(
        [*command, "--set", f"run.output={output.as_posix()}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={
            **os.environ,
            "OMP_NUM_THREADS": "1",
            "PYTHONPATH": str(repository),
            **environment,
        },
    )


@pytest.fixture
def running() -> Iterator[list[subprocess.Popen[str]]]:
    """Processes that a test starts; none outlives it."""
    started: list[subprocess.Popen[str]] = []
    yield started
    for process in started:
        if process.poll() is None:
            for child in psutil.Process(process.pid).children(recursive=True):
                child.kill()
            process.kill()
            process.communicate()


def the_run(output: Path) -> RunFolder:
    """The only run in ``output``."""
    (folder,) = (path for path in output.iterdir() if path.name != "cache")
    return RunFolder(folder)


def losses(run: RunFolder) -> list[float]:
    return [event.loss for event in run.events() if isinstance(event, StepDone)]


def adapter_of(run: RunFolder) -> dict[str, torch.Tensor]:
    adapter: dict[str, torch.Tensor] = read_state(run.checkpoint(STEPS))["adapter"]
    return adapter


def assert_alike(run: RunFolder, other: RunFolder) -> None:
    """The same loss in every step, and the same adapter, up to the order of sums."""
    assert losses(run) == pytest.approx(losses(other), rel=1e-4)
    one, two = adapter_of(run), adapter_of(other)
    assert one.keys() == two.keys()
    for name, tensor in one.items():
        torch.testing.assert_close(tensor, two[name], rtol=0.01, atol=2e-4)


@pytest.fixture(scope="module")
def alone(settings_file: Path, tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    output = tmp_path_factory.mktemp("alone")
    finish(start((), STUDIO, settings_file, output))
    return the_run(output)


@pytest.mark.slow
def test_two_processes_come_to_what_one_does(
    settings_file: Path, tmp_path: Path, alone: RunFolder, running: list
) -> None:
    (tmp_path / "spy.py").write_text(SPY, "utf-8")
    output = tmp_path / "out"
    process = start(TORCHRUN, (str(tmp_path / "spy.py"),), settings_file, output, SPY=str(tmp_path))
    running.append(process)
    events = finish(process)
    run = the_run(output)
    assert_alike(run, alone)
    assert [e["step"] for e in events if e["event"] == "StepDone"] == list(range(1, STEPS + 1))
    assert [type(e).__name__ for e in run.events()] == [
        e["event"] for e in events if e["event"] != "Phase" or e["name"] != "read_images"
    ]
    assert run.checkpoint_steps() == [2, 4, 6]
    assert sorted(p.name for p in run.samples.iterdir()) == sorted(
        p.name for p in alone.samples.iterdir()
    )
    file = run.path / "small.safetensors"
    assert json.loads(inspect_file(file).to_json())
    mine, other = (torch.load(tmp_path / f"{rank}.pt") for rank in range(2))
    assert all(torch.equal(mine[name], other[name]) for name in mine)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals to send")
def test_two_processes_interrupted_and_one_goes_on(
    settings_file: Path, tmp_path: Path, alone: RunFolder, running: list
) -> None:
    process = start(TORCHRUN, STUDIO, settings_file, tmp_path)
    running.append(process)
    wait_for(process, "StepDone", 2)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert "--resume" in err
    saved = the_run(tmp_path).checkpoint_steps()[-1]
    assert 2 <= saved < STEPS
    events = finish(start((), STUDIO, settings_file, tmp_path, "--resume"))
    assert next(e["step"] for e in events if e["event"] == "StepDone") == saved + 1
    assert_alike(the_run(tmp_path), alone)


@pytest.mark.slow
def test_one_process_killed_and_two_go_on(
    settings_file: Path, tmp_path: Path, alone: RunFolder, running: list
) -> None:
    process = start((), STUDIO, settings_file, tmp_path)
    running.append(process)
    wait_for(process, "CheckpointSaved", 2)
    process.kill()
    process.communicate(timeout=30)
    process = start(TORCHRUN, STUDIO, settings_file, tmp_path, "--resume")
    running.append(process)
    assert finish(process)[-1]["lora"]
    run = the_run(tmp_path)
    newest = {event.step: event.loss for event in run.events() if isinstance(event, StepDone)}
    assert [newest[step] for step in range(1, STEPS + 1)] == pytest.approx(losses(alone), rel=1e-4)


@pytest.mark.slow
def test_a_failure_of_one_process_ends_all_with_its_reason(tmp_path: Path, running: list) -> None:
    images = write_pictures(tmp_path / "images", 4)
    table = small_table(
        images,
        tmp_path / "unused",
        schedule={"steps": 10_000},
        data={"cache": "none", "batch_size": 4},
    )
    (tmp_path / "run.toml").write_text(tomlkit.dumps(table), "utf-8")
    output = tmp_path / "out"
    process = start(TORCHRUN, STUDIO, tmp_path / "run.toml", output)
    running.append(process)
    wait_for(process, "StepDone", 2)
    (images / "0_red.png").unlink()
    began = time.monotonic()
    _, err = process.communicate(timeout=60)
    assert time.monotonic() - began < 20
    assert process.returncode != 0
    assert "0_red.png" in err
    assert "studio/training" not in err  # no traceback of ours; torchrun adds its own
    assert "Another process of this run ended" in err
    assert list(the_run(output).events())[-1].code in ("processes.lost", "image.unreadable")


@pytest.mark.slow
def test_a_loss_of_one_process_that_is_no_number_ends_all(
    settings_file: Path, tmp_path: Path, running: list
) -> None:
    (tmp_path / "broken.py").write_text(BROKEN, "utf-8")
    accumulated = ("--set", "schedule.gradient_accumulation=2")
    program = (str(tmp_path / "broken.py"),)
    process = start(TORCHRUN, program, settings_file, tmp_path / "out", *accumulated)
    running.append(process)
    _, err = process.communicate(timeout=120)
    assert process.returncode != 0
    assert "is not a number" in err
    run = the_run(tmp_path / "out")
    failed = list(run.events())[-1]
    assert failed.code == "train.not_finite"
    assert len(failed.params["images"].split(", ")) == 1  # it had one of three
    assert run.checkpoint_steps()[-1] == failed.params["step"] - 1


@pytest.mark.slow
def test_a_process_that_is_killed_takes_the_others_along(
    settings_file: Path, tmp_path: Path, running: list
) -> None:
    process = start(TORCHRUN, STUDIO, settings_file, tmp_path, "--set", "schedule.steps=10000")
    running.append(process)
    wait_for(process, "StepDone", 2)
    workers = psutil.Process(process.pid).children()
    (second,) = (worker for worker in workers if worker.environ()["RANK"] == "1")
    second.kill()
    _, err = process.communicate(timeout=60)
    assert process.returncode != 0
    assert "Another process of this run ended" in err
    assert not any(worker.is_running() for worker in workers)


@pytest.mark.slow
def test_accelerate_starts_one_process_and_too_many_are_refused(
    settings_file: Path, tmp_path: Path, alone: RunFolder, running: list
) -> None:
    launch = ("accelerate.commands.launch", "--cpu", "--num_processes")
    one = start((*launch, "1"), STUDIO, settings_file, tmp_path / "one")
    running.append(one)
    assert "processes.one_only" not in {event.get("code") for event in finish(one)}
    assert losses(the_run(tmp_path / "one")) == losses(alone)
    short = ("--set", "schedule.steps=1")
    asked_for_two = start((*launch, "2"), STUDIO, settings_file, tmp_path / "two", *short)
    running.append(asked_for_two)
    assert "processes.one_only" in {event.get("code") for event in finish(asked_for_two)}
    refused = start(
        TORCHRUN, STUDIO, settings_file, tmp_path / "three", "--set", "data.batch_size=1"
    )
    running.append(refused)
    _, err = refused.communicate(timeout=60)
    assert refused.returncode != 0
    assert "start fewer processes" in err
    assert not (tmp_path / "three").exists()
