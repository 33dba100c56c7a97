"""Training commands that a test started and reads: their events come one JSON line each."""

from __future__ import annotations

import json
import subprocess


def wait_for(process: subprocess.Popen[str], kind: str, step: int) -> None:
    """Reads events until one of ``kind`` at ``step`` has come."""
    assert process.stdout
    for line in process.stdout:
        event = json.loads(line)
        if event["event"] == kind and event["step"] == step:
            return
    raise AssertionError(f"{kind} {step} never came: {process.stderr and process.stderr.read()}")


def finish(process: subprocess.Popen[str]) -> list[dict]:
    """The events that are left, once the process has ended well."""
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    return [json.loads(line) for line in out.splitlines()]
