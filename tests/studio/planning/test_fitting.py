"""What to change until a run fits, and what its dry step tells."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from studio.config import Settings, validate
from studio.data.dataset import Dataset
from studio.errors import StudioError
from studio.events import DryStepDone, Warned
from studio.messages import sentence
from studio.models.family import find_base
from studio.planning import machine, rates
from studio.planning.estimate import key, moments, peak
from studio.planning.fitting import fit, remedies, tried
from studio.planning.machine import Machine, imagined
from studio.planning.sized import Sized

NOTHING = Dataset(())
BASE = find_base("starter")
HERE = Machine("cpu", "", 16 * 10**9, 8 * 10**9)


def settings(**sections: Any) -> Settings:
    data = {"resolution": 256, "batch_size": 8}
    return validate({"dataset": [{"path": "images"}], "data": data, **sections})


def test_a_run_fits_or_does_not() -> None:
    good = fit(settings(), NOTHING, Machine("cuda", "", 8 * 10**9, 0))
    assert (good.fits, good.changed) == (True, [])
    assert fit(settings(), NOTHING, Machine("mps", "", 0, 0)).fits is None
    bad = fit(settings(), NOTHING, Machine("cuda", "", 8 * 10**8, 0))
    assert bad.fits is False
    table = bad.to_dict()
    assert (table["fits"], table["device"], table["there_bytes"]) == (False, "cuda", 8 * 10**8)
    assert table["remedies"][0]["setting"] == "memory.gradient_checkpointing"
    assert table["memory_bytes"] > 9 * 10**8


def test_remedies_save_more_and_more_until_it_fits() -> None:
    run = Sized.of(settings(), BASE, NOTHING, "cuda")
    need = peak(run).bytes
    (first,) = remedies(run, int(0.85 * need))
    assert (first.setting, first.value) == ("memory.gradient_checkpointing", True)
    several = remedies(run, int(0.6 * need))
    assert [one.need for one in several] == sorted((one.need for one in several), reverse=True)
    assert len({one.setting for one in several}) == len(several)
    assert several[-1].need > 10**8
    assert not remedies(run, 2 * need)


def test_the_dry_step_corrects_the_plan() -> None:
    rates.file().unlink(missing_ok=True)
    chosen = settings()
    run = Sized.of(chosen, BASE, NOTHING, "cpu")
    planned = peak(run).bytes
    dry = DryStepDone(256, 256, 8, 2.0, planned + 10**8)
    (told,) = tried(chosen, BASE, NOTHING, HERE, dry)
    drawing = max(0, moments(run)[2].bytes - max(m.bytes for m in moments(run)[:2]))
    assert told == replace(
        dry,
        needed_memory_bytes=planned + 10**8 + drawing,
        planned_memory_bytes=planned,
        there_memory_bytes=16 * 10**9,
    )
    assert rates.recall(key(run, "")) is not None
    assert rates.recall_share(key(run, "")) == 0


def test_a_tight_dry_step_warns_with_what_helps() -> None:
    tight = Machine("cpu", "", 10**9, 0)
    *_, warned = tried(settings(), BASE, NOTHING, tight, DryStepDone(256, 256, 8, 2.0, 10**9))
    assert isinstance(warned, Warned)
    assert warned.code == "memory.tight"
    assert "memory.gradient_checkpointing to True" in sentence(warned.code, warned.params)


def test_other_machines_can_be_imagined(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "this_machine", lambda: HERE)
    assert imagined(None, "") == HERE
    assert imagined("cuda", "8GB") == Machine("cuda", "", 8 * 10**9, 0)
    assert imagined("cuda", "1.5 gib").memory == 3 * 2**29
    assert imagined("cuda", "").memory == 0
    with pytest.raises(StudioError, match=r"plan\.no_size"):
        imagined(None, "much")
