"""``lora-studio lora ...`` as it is typed, and what it says."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from studio.cli import main
from tests.studio.lora.made import KEY, QUERY, Files, Live, with_adapter

Run = Callable[..., tuple[int, list[str], str]]
EVERYWHERE = "loads in A1111, Forge, ComfyUI, InvokeAI, diffusers"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs ``lora-studio lora`` with some words: exit code, lines of stdout, stderr."""

    def typed(*words: object) -> tuple[int, list[str], str]:
        monkeypatch.setattr(sys, "argv", ["lora-studio", "lora", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            main()
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out.splitlines(), said.err

    return typed


@pytest.fixture
def live(tiny: dict[str, Path], tmp_path: Path) -> Live:
    return with_adapter(tiny["sd1"], "sd1", tmp_path / "live.safetensors")


def test_merge(files: Files, run: Run) -> None:
    one, two = files.kohya("one"), files.kohya("two", seed=4)
    out = files.folder / "sum.safetensors"
    code, lines, _ = run("merge", f"{one.path}:0.7", f"{two.path}:-0.3", "--out", out)
    assert code == 0
    assert lines == ["rank 8 (2 layers)", EVERYWHERE, str(out)]
    assert run("merge", one.path, two.path, "--rank", 3, "--out", out)[1][0].startswith("rank 3 (2")


def test_resize(files: Files, run: Run) -> None:
    one, out = files.kohya("one", rank=8), files.folder / "small.safetensors"
    code, lines, _ = run("resize", one.path, "--out", out, "--energy", 0.5, "--dtype", "bf16")
    assert code == 0
    assert EVERYWHERE in lines
    assert {tensor.dtype for tensor in load_file(out).values()} == {torch.bfloat16}


def test_convert_lists_what_it_leaves_out(files: Files, run: Run) -> None:
    tensors = load_file(files.kohya("one").path)
    odd = {f"lora_unet_{n}.hada_w1_a": torch.ones(8, 4) for n in range(30)}
    out = files.folder / "out.safetensors"
    code, lines, _ = run("convert", files.save("odd", {**tensors, **odd}), "--out", out)
    assert code == 0
    assert lines[0].startswith("not taken (another kind of adapter")
    assert "  and 10 more" in lines
    assert lines[-1] == str(out)


def test_what_a_program_does_not_load_is_said(files: Files, run: Run) -> None:
    """Without cross-attention InvokeAI cannot tell the base model."""
    one, out = files.kohya("one", [QUERY]), files.folder / "out.safetensors"
    code, lines, _ = run("convert", one.path, "--out", out, "--base", "sd1")
    assert code == 0
    assert any(line.startswith("loads not in InvokeAI: it cannot tell") for line in lines)


def test_bake_and_extract_are_each_others_reverse(
    tiny: dict[str, Path], live: Live, tmp_path: Path, run: Run
) -> None:
    whole, again = tmp_path / "whole.safetensors", tmp_path / "again.safetensors"
    code, lines, _ = run("bake", tiny["sd1"], live.path, "--out", whole, "--dtype", "fp32")
    assert code == 0
    assert lines[-1] == str(whole)
    code, lines, _ = run(
        *("extract", "--base", tiny["sd1"], "--tuned", whole, "--out", again, "--rank", 4),
        *("--target", "all", "--dtype", "fp32"),
    )
    assert code == 0
    assert lines[-1] == str(again)
    first, second = load_file(live.path), load_file(again)
    name = next(key.partition(".")[0] for key in first if "attn2_to_k" in key)
    products = [
        file[f"{name}.alpha"]
        / 4
        * file[f"{name}.lora_up.weight"]
        @ file[f"{name}.lora_down.weight"]
        for file in (first, second)
    ]
    assert torch.allclose(*products, atol=1e-5)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("resize", "ONE", "--out", "x"), "either --rank or --energy"),
        (
            ("resize", "ONE", "--out", "x", "--rank", 4, "--energy", 0.5),
            "either --rank or --energy",
        ),
        (("resize", "ONE", "--out", "x", "--energy", 1.5), "--energy 1.5 is not a share"),
        (("merge", "ONE", "--out", "x", "--rank", 1), "--rank 1 is too small"),
        (("merge", "nowhere.safetensors", "--out", "x"), "nowhere.safetensors is not there"),
        (("merge", "--out", "x"), "Missing argument"),
        (("convert", "ONE"), "Missing option '--out'"),
        (("extract", "--base", "a", "--tuned", "b", "--out", "x", "--rank", 4), "a is not there"),
        (("bake", "nowhere.ckpt", "ONE", "--out", "x.safetensors"), "nowhere.ckpt is not there"),
    ],
)
def test_wrong_use_is_told_in_one_sentence(
    files: Files, run: Run, words: tuple[object, ...], said: str
) -> None:
    one = files.kohya("one", [KEY])
    typed = [one.path if word == "ONE" else word for word in words]
    code, lines, error = run(*typed)
    assert (code, lines) == (2, [])
    assert said in error
    assert len(error.splitlines()) == 1


def test_the_help_does_not_wait_for_torch() -> None:
    words = "import sys, studio.lora.command; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", words], check=False).returncode == 0
