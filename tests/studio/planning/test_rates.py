"""What is remembered of a machine's speed."""

from __future__ import annotations

from dataclasses import replace

from studio.config import validate
from studio.data.dataset import Dataset
from studio.models.family import find_base
from studio.planning import rates
from studio.planning.duration import expected, learn
from studio.planning.estimate import key
from studio.planning.rates import Key, recall, remember
from studio.planning.sized import Sized

KEY = Key("a card", "bf16", "sd1", False, "none")


def run(device: str = "cuda") -> Sized:
    settings = validate({"dataset": [{"path": "images"}], "data": {"resolution": 128}})
    return Sized.of(settings, find_base("starter"), Dataset(()), device)


def test_the_newest_speed_is_recalled() -> None:
    rates.file().unlink(missing_ok=True)
    assert recall(KEY) is None
    assert remember(KEY, 100.0, 4.0) == []
    assert remember(replace(KEY, checkpointing=True), 100.0, 8.0) == []
    assert (recall(KEY), recall(replace(KEY, checkpointing=True))) == (25.0, 12.5)
    remember(KEY, 100.0, 2.0)
    assert recall(KEY) == 50.0
    assert recall(replace(KEY, device="another")) is None


def test_a_broken_file_is_told_and_replaced() -> None:
    for text in (
        "{",
        "[]",
        '{"a": -1}',
        '{"a": "x"}',
        "\ud800".encode("utf-8", "replace").decode(),
    ):
        rates.file().parent.mkdir(parents=True, exist_ok=True)
        rates.file().write_text(text, "utf-8")
        assert recall(KEY) is None
        (told,) = remember(KEY, 10.0, 1.0)
        assert told.code == "rates.unreadable"
        assert recall(KEY) == 10.0


def test_a_folder_that_cannot_be_written_is_told(monkeypatch, tmp_path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "taken").write_text("")
    monkeypatch.setattr(rates, "file", lambda: tmp_path / "taken" / "rates.json")
    told = remember(KEY, 10.0, 1.0)
    assert told[-1].code == "rates.unwritable"


def test_a_plan_knows_what_a_run_told() -> None:
    rates.file().unlink(missing_ok=True)
    assert expected(run(), "a card") is None
    assert learn(run(), 2.0, 1, "a card") == []
    took = expected(run(), "a card")
    assert took is not None
    assert abs(took.training / 1000 - 2.0) < 0.01
    assert recall(key(run(), "a card"))
    assert expected(run("cpu")) is not None
