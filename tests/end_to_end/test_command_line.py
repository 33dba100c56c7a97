"""``lora-studio`` as a person runs it: exit codes, one sentence on stderr, files in place."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import tomlkit
from PIL import Image

from studio.cli import main
from tests.pictures import small_table, write_pictures


def lora_studio(
    *words: str | Path, cwd: Path, timeout: float = 300
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "studio", *map(str, words)],
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1"},
        timeout=timeout,
        check=False,
    )


def refused(*words: str | Path, cwd: Path) -> str:
    """Runs a command, in this process, that must fail as bad input; returns its one sentence."""
    with contextlib.ExitStack() as stack:
        stack.enter_context(contextlib.chdir(cwd))
        stderr = stack.enter_context(contextlib.redirect_stderr(io.StringIO()))
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setattr(sys, "argv", ["lora-studio", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            main()
    assert left.value.code == 2
    lines = [line for line in stderr.getvalue().splitlines() if line.strip()]
    assert len(lines) == 1, stderr.getvalue()
    return lines[0]


def picture_size(path: Path) -> tuple[int, int]:
    with Image.open(path) as image:
        return image.size


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with run.toml and the run made from it by the command."""
    folder = tmp_path_factory.mktemp("project")
    write_pictures(folder / "images")
    table = small_table(folder / "images", folder / "runs", save={"every": 2})
    table["dataset"][0]["path"] = "images"
    table["run"]["output"] = "runs"
    (folder / "run.toml").write_text(tomlkit.dumps(table), "utf-8")
    done = lora_studio("train", "run.toml", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].endswith("small.safetensors")
    assert Path(done.stdout.splitlines()[-1]).is_file()
    return folder


@pytest.fixture(scope="module")
def run(trained: Path) -> Path:
    return next((trained / "runs").iterdir())


def test_train_leaves_a_report(run: Path) -> None:
    report = json.loads((run / "report.json").read_text())
    assert report["steps"] == 4
    assert (run / report["lora"]).is_file()
    assert report["peak_memory_bytes"] > 50_000_000


def test_events_are_json_lines(trained: Path, tmp_path: Path) -> None:
    words = ("--set", "schedule.steps=1", "--set", f"run.output={tmp_path.as_posix()}", "--events")
    done = lora_studio("train", "run.toml", *words, cwd=trained)
    assert done.returncode == 0, done.stderr
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert events[-1]["event"] == "Finished"
    assert [e["step"] for e in events if e["event"] == "StepDone"] == [1]


def test_export_every_format_and_inspect_it(trained: Path, run: Path, tmp_path: Path) -> None:
    for step, kind, dtype in ((2, "kohya", "fp32"), (4, "diffusers", "bf16"), (4, "kohya", "fp16")):
        file = tmp_path / f"{step}{kind}{dtype}.safetensors"
        words = ("--step", str(step), "--format", kind, "--dtype", dtype, "--out", file)
        done = lora_studio("export", run, *words, cwd=trained)
        assert done.returncode == 0, done.stderr
        assert "render" in done.stdout
        assert "diffusers: loads\n" in done.stdout
        told = lora_studio("inspect", file, "--json", cwd=trained)
        assert told.returncode == 0, told.stderr
        found = json.loads(told.stdout)
        assert found["training"]["ss_sd_model_name"] == "starter"
        assert found["hash_matches"]
    text = lora_studio("inspect", file, cwd=trained).stdout
    assert "starter, a model of its own" in text


def test_sample_and_grid_use_the_exported_file(trained: Path, run: Path, tmp_path: Path) -> None:
    lora = run / "small.safetensors"
    few = ("--steps", "2", "--size", "64x64")
    prompts = ("--prompt", "a red apple", "--prompt", "a blue car")
    words = ("--base", "starter", "--lora", f"{lora}:0.5", *prompts, *few, "--out", tmp_path / "s")
    done = lora_studio("sample", *words, cwd=trained)
    assert done.returncode == 0, done.stderr
    pictures = [Path(line) for line in done.stdout.splitlines()]
    assert [picture_size(p) for p in pictures] == [(64, 64), (64, 64)]
    words = ("--base", "starter", "--lora", lora, "--strengths", "0,1", *prompts, *few)
    done = lora_studio("grid", *words, "--out", tmp_path / "grid.png", cwd=trained)
    assert done.returncode == 0, done.stderr
    assert picture_size(tmp_path / "grid.png")[0] > 2 * 64


def test_plan_counts_what_training_counts(trained: Path, run: Path) -> None:
    done = lora_studio("plan", "run.toml", "--json", cwd=trained)
    assert done.returncode == 0, done.stderr
    plan, report = json.loads(done.stdout), json.loads((run / "report.json").read_text())
    for key in ("steps", "images", "trainable_parameters", "total_parameters"):
        assert plan[key] == report[key]
    assert plan["memory_bytes"] > 100_000_000
    assert plan["seconds"] > 0
    assert "steps" in lora_studio("plan", "run.toml", cwd=trained).stdout


def test_check_tells_problems_in_words_and_json(trained: Path, tmp_path: Path) -> None:
    folder = write_pictures(tmp_path / "images")
    (folder / "0_red.png").write_bytes((folder / "0_red.png").read_bytes()[:200])
    (folder / "1_blue.txt").unlink()
    text = lora_studio("check", folder, cwd=trained)
    assert text.returncode == 0, text.stderr
    assert "0_red.png cannot be read" in text.stdout
    codes = [
        p["code"]
        for p in json.loads(lora_studio("check", folder, "--json", cwd=trained).stdout)["problems"]
    ]
    assert {"image.unreadable", "caption.missing"} <= set(codes)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("network.rank=0", "network.rank"),
        ("optimizer.unet_lr=-0.1", "optimizer.unet_lr"),
        ("data.resolution=100", "data.resolution"),
        ("data.resolution=72", "data.resolution"),
        ("network.rnak=8", "did you mean network.rank"),
        ("base.model=images", "not a Stable Diffusion model"),
        ("base.model=nowhere", "is not there"),
        ("nonsense", "section.key=value"),
        ("base.quantize=nf3", "nf4"),
    ],
)
def test_bad_settings_get_one_sentence(trained: Path, change: str, words: str) -> None:
    assert words in refused("train", "run.toml", "--set", change, cwd=trained)
    assert not (trained / "nowhere").exists()


def test_bad_datasets_get_one_sentence(trained: Path, tmp_path: Path) -> None:
    def with_folder(folder: Path) -> str:
        table = small_table(folder, tmp_path / "runs")
        (tmp_path / "run.toml").write_text(tomlkit.dumps(table), "utf-8")
        return refused("train", tmp_path / "run.toml", cwd=trained)

    empty = tmp_path / "empty"
    empty.mkdir()
    assert "has no images" in with_folder(empty)
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "a.png").write_bytes(b"not a picture")
    assert "can be read" in with_folder(broken)
    silent = write_pictures(tmp_path / "silent")
    for caption in silent.glob("*.txt"):
        caption.unlink()
    assert "caption" in with_folder(silent)
    assert "is not there" in with_folder(tmp_path / "nowhere")
    assert not (tmp_path / "runs").exists() or not any((tmp_path / "runs").iterdir())


def test_other_wrong_input(trained: Path, run: Path, tmp_path: Path) -> None:
    assert "cannot be read" in refused("train", "nothing.toml", cwd=trained)
    assert "has no complete checkpoint" in refused(
        "export", run, "--step", "3", "--out", tmp_path / "a.safetensors", cwd=trained
    )
    assert "is not a run" in refused("export", tmp_path, "--out", "a.safetensors", cwd=trained)
    (tmp_path / "a.safetensors").write_bytes(b"\x00" * 100)
    assert "safetensors" in refused("inspect", tmp_path / "a.safetensors", cwd=trained)
    few = ("--prompt", "x", "--steps", "1")
    assert "multiples of" in refused(
        "sample", "--base", "starter", *few, "--size", "100x100", cwd=trained
    )
    assert "is not there" in refused(
        "sample", "--base", "starter", *few, "--lora", "no.safetensors", cwd=trained
    )


def test_a_refusal_leaves_the_process_with_2_and_no_traceback(trained: Path) -> None:
    done = lora_studio("train", "run.toml", "--set", "network.rank=0", cwd=trained)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("train", "Missing argument 'RUN.toml'"),
        ("frobnicate", "No such command 'frobnicate'"),
        ("demo --teach xx", "'xx' is not one of 'style', 'character'"),
        ("sample --base starter --prompt x --steps 0", "--steps"),
        ("train a.toml b.toml", "unexpected extra argument"),
    ],
)
def test_wrong_use_gets_one_sentence(typed: str, told: str, tmp_path: Path) -> None:
    sentence = refused(*typed.split(), cwd=tmp_path)
    assert told in sentence
    assert "--help" in sentence


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a screen")
def test_without_a_command_the_window_opens_or_says_that_there_is_no_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(variable, raising=False)
    done = lora_studio(cwd=tmp_path)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert "screen" in done.stderr
