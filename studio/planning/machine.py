"""Where training happens: the graphics card if there is one, else the processor; without torch."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass, replace

import psutil

from studio.errors import StudioError

_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*(GB|GiB|MB|MiB)", re.IGNORECASE)
_UNITS = {"gb": 10**9, "gib": 2**30, "mb": 10**6, "mib": 2**20}


@dataclass(frozen=True)
class Machine:
    """``device`` as torch names it; sizes in bytes, ``free`` may be 0 where nobody knows."""

    device: str
    name: str
    memory: int
    free: int


def this_machine() -> Machine:
    """The graphics card if there is one, else the processor."""
    return _graphics_card() or _processor()


def imagined(device: str | None, memory: str = "") -> Machine:
    """This machine, or another with a kind of device and a size such as "8GB".

    Raises ``plan.no_size`` if ``memory`` is no size.
    """
    machine = this_machine()
    if device and device != machine.device:
        processor = _processor()
        machine = processor if device == "cpu" else Machine(device, "", 0, 0)
    if not memory:
        return machine
    found = _SIZE.fullmatch(memory.strip())
    if not found:
        raise StudioError("plan.no_size", text=memory)
    return replace(machine, name="", memory=int(float(found[1]) * _UNITS[found[2].lower()]), free=0)


def _graphics_card() -> Machine | None:
    """What nvidia-smi says of the first card; None where there is none."""
    if not shutil.which("nvidia-smi"):
        return None
    asked = ["nvidia-smi", "--query-gpu=name,memory.total,memory.free"]
    try:
        done = subprocess.run(
            [*asked, "--format=csv,noheader,nounits"],
            capture_output=True,
            text=True,
            timeout=5,
            check=True,
        )
        name, total, free = done.stdout.strip().splitlines()[0].rsplit(", ", 2)
        return Machine("cuda", name, int(total) * 2**20, int(free) * 2**20)
    except (OSError, subprocess.SubprocessError, ValueError, IndexError):
        return None


def _processor() -> Machine:
    memory = psutil.virtual_memory()
    return Machine("cpu", "", memory.total, memory.available)
