"""Memory that really runs out: the run goes on with what there is, and ends with its file.

A process may take so many bytes and no more; torch's allocator then fails as on a full machine.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import tomlkit
import torch

from studio.events import Event, Finished, Started, StepDone, Warned, event_from_json
from studio.models.safetensors_header import read_header
from studio.runs import RunFolder
from studio.training.state import read_state
from tests.pictures import small_table, write_pictures

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="limits of memory are Linux's"),
]

STEPS = 6

CHILD = '''
"""Trains SETTINGS; from EVENT on the process may take MEGABYTES more than it has."""
import resource, sys
from studio import quiet
quiet.prepare()
from studio.config import validate, read_toml
from studio.models.heap import trim
from studio.training.session import train
from pathlib import Path

settings, when, megabytes = sys.argv[1:]

def limit(size):
    resource.setrlimit(resource.RLIMIT_DATA, (size, resource.RLIM_INFINITY))

def taken():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmData")) * 1024

limit(2**40)
for event in train(validate(read_toml(Path(settings)))):
    print(event.to_json(), flush=True)
    name = getattr(event, "name", None) or f"step {getattr(event, 'step', '')}"
    if name == when:
        when = ""
        trim()
        limit(taken() + int(megabytes) * 2**20)
'''


def trained(folder: Path, when: str, megabytes: int) -> list[Event]:
    """The events of a run of 16 images of 128 px at a time, which need 350 MB."""
    write_pictures(folder / "images", 16, (128, 128))
    sections = {"data": {"resolution": 128, "batch_size": 16}, "schedule": {"steps": STEPS}}
    table = small_table(folder / "images", folder / "runs", **sections)
    (folder / "run.toml").write_text(tomlkit.dumps(table), "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(folder / "run.toml"), when, str(megabytes)],
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr
    return [event_from_json(line) for line in done.stdout.splitlines()]


def adapter(events: list[Event]) -> dict[str, torch.Tensor]:
    assert isinstance(events[-1], Finished), events[-1]
    state: dict[str, torch.Tensor] = read_state(RunFolder(Path(events[-1].run)).checkpoint(STEPS))[
        "adapter"
    ]
    return state


def changes(events: list[Event]) -> list[tuple[str, int]]:
    warned = [event for event in events if isinstance(event, Warned)]
    assert {event.code for event in warned} <= {"memory.relieved"}
    for event in warned:
        assert "allocate memory" in event.params["reason"] or "primitive" in event.params["reason"]
    return [(event.params["setting"], event.params["step"]) for event in warned]


@pytest.fixture(scope="module")
def unlimited(tmp_path_factory: pytest.TempPathFactory) -> list[Event]:
    events = trained(tmp_path_factory.mktemp("unlimited"), "never", 0)
    assert changes(events) == []
    return events


@pytest.mark.parametrize(("when", "step"), [("train", 0), ("step 3", 3)])
def test_a_run_without_enough_memory_recomputes_activations(
    tmp_path: Path, unlimited: list[Event], when: str, step: int
) -> None:
    """And ends with the very same bits, whether it never had the memory or lost it on the way."""
    events = trained(tmp_path, when, 290)
    assert changes(events) == [("memory.gradient_checkpointing", step)]
    assert [event.step for event in events if isinstance(event, StepDone)] == [1, 2, 3, 4, 5, 6]
    assert [event.step for event in events if isinstance(event, Started)] == [0, step]
    one, other = adapter(events), adapter(unlimited)
    assert all(torch.equal(one[name], other[name]) for name in other)
    finished = events[-1]
    assert isinstance(finished, Finished)
    header = read_header(Path(finished.run) / finished.lora)
    assert header.metadata["ss_gradient_checkpointing"] == "True"


def test_with_still_less_it_goes_further_down(tmp_path: Path) -> None:
    events = trained(tmp_path, "step 3", 90)
    taken = changes(events)
    assert taken[0] == ("memory.gradient_checkpointing", 3)
    assert taken[1][0] == "memory.images_at_once"
    steps = [step for _, step in taken]
    assert steps == sorted(steps)  # how far down, and whether once more later, is the system's
    assert [event.step for event in events if isinstance(event, StepDone)] == [1, 2, 3, 4, 5, 6]
    assert adapter(events)
