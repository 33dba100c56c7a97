"""Small parts of the command line; `tests/end_to_end` runs the whole."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from PIL import Image

from studio.cli import _spread, main


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("--prompt A B --seed 1", "--prompt A --prompt B --seed 1"),
        ("--lora a:0.5 b --prompt A", "--lora a:0.5 --lora b --prompt A"),
        ("run.toml --set a.b=1 c.d=2 --resume", "run.toml --set a.b=1 --set c.d=2 --resume"),
        ("--set a.b=1 run.toml", "--set a.b=1 run.toml"),
        ("--prompt A --prompt B", "--prompt A --prompt B"),
    ],
)
def test_options_that_repeat_may_be_given_as_a_list(typed: str, meant: str) -> None:
    assert _spread(typed.split()) == meant.split()


def test_check_counts_tokens(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, tags in {"fits": 37, "long": 38}.items():
        Image.new("RGB", (128, 128), (tags, 0, 0)).save(tmp_path / f"{name}.png")
        text = ", ".join(["a"] * tags) + " b"
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["lora-studio", "check", str(tmp_path), "--json"])

    with pytest.raises(SystemExit) as left:
        main()

    assert left.value.code in (0, None)
    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    long = {"path": str(tmp_path / "long.png"), "tokens": 76, "limit": 75}
    assert problem == {"code": "caption.too_long", **long}
