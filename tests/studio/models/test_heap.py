"""Freed memory: kept for the next step, and given back when asked for."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

SCRIPT = """
import psutil, torch
from studio.models.heap import apart, keep, trim
rss = lambda: psutil.Process().memory_info().rss / 2**20
assert keep()
before = rss()
with apart():
    blocks = [torch.ones(2**20) for _ in range(64)]
    del blocks
after = rss()
blocks = [torch.ones(2**20) for _ in range(64)]
del blocks
kept = rss()
trim()
print(before, after, kept, rss())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="knows glibc only")
def test_freed_blocks_are_kept_until_they_are_asked_for() -> None:
    told = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True
    )
    before, after, kept, trimmed = map(float, told.stdout.split())
    assert after < before + 50
    assert kept > before + 200
    assert trimmed < before + 50
