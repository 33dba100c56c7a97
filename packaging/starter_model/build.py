"""Builds the starter model from nothing but this folder's code.

    python packaging/starter_model/build.py               all stages, about 2 hours on one core
    python packaging/starter_model/build.py --stages probe,evaluate
    python packaging/starter_model/build.py --more 60     another hour at 128 px

Stages that are finished are skipped; one that was interrupted continues from its last checkpoint
(at most two minutes are lost). `--scale 2` doubles every stage's minutes. README.md here tells
what each stage does.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import assemble
import evaluate
import latents
import pictures
import text
import torch
import train_probe
import unet
import vae
from common import DEFAULT_WORK, HERE, MODEL_FOLDER, log

SCENES = 48_000
GENERIC = 4_000
MINUTES = {"vae": 13.0, "text": 2.5, "unet64": 13.0, "unet128": 72.0, "probe": 8.0}
STAGES = (
    "generic",
    "pictures",
    "text",
    "vae",
    "latents",
    "unet64",
    "unet128",
    "probe",
    "assemble",
    "evaluate",
)


def more_stage(work: Path) -> tuple[str, str]:
    """Names of the next extension of the 128 px stage and of the stage it starts from."""
    number, before = 1, "unet128"
    while (work / f"unet128_more{number}.pt").exists():
        before = f"unet128_more{number}"
        number += 1
    return f"unet128_more{number}", before


def newest(work: Path) -> str:
    """The UNet stage with the best weights so far."""
    _, finished = more_stage(work)
    started = [name for name in ("unet128", "unet64") if (work / f"{name}_training.pt").exists()]
    return finished if (work / f"{finished}.pt").exists() else started[0]


def stages(work: Path, out: Path, scale: float, scenes: int) -> dict[str, Callable[[], object]]:
    """Every stage as a function without arguments."""
    minutes = {name: value * scale for name, value in MINUTES.items()}
    reports = HERE if out == MODEL_FOLDER else out
    return {
        "generic": lambda: pictures.draw_generic(work, GENERIC),
        "pictures": lambda: pictures.draw_all(work, scenes),
        "text": lambda: text.train(work, minutes["text"]),
        "vae": lambda: vae.train(work, minutes["vae"]),
        "latents": lambda: latents.encode_all(work),
        "unet64": lambda: unet.train(work, "unet64", 64, minutes["unet64"], 16, 2e-3),
        "unet128": lambda: unet.train(
            work, "unet128", 128, minutes["unet128"], 16, 2.5e-3, "unet64"
        ),
        "probe": lambda: train_probe.train(work, minutes["probe"], out),
        "assemble": lambda: assemble.assemble(work, newest(work), out),
        "evaluate": lambda: evaluate.evaluate(work, out, reports),
    }


def main() -> None:
    """Run what was asked for."""
    raw = argparse.RawTextHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("--work", type=Path, default=DEFAULT_WORK, help="checkpoints and pictures")
    parser.add_argument("--out", type=Path, default=MODEL_FOLDER, help="the model's folder")
    parser.add_argument("--stages", default=",".join(STAGES), help="some, comma-separated")
    parser.add_argument("--scale", type=float, default=1.0, help="multiplies the minutes")
    parser.add_argument("--scenes", type=int, default=SCENES, help="how many to draw")
    parser.add_argument("--threads", type=int, default=0, help="0: PyTorch's own choice")
    parser.add_argument("--more", type=float, default=0.0, help="minutes to add at 128 px")
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)
    work: Path = options.work
    known = stages(work, options.out, options.scale, options.scenes)
    wanted = options.stages.split(",")
    if options.more:
        name, before = more_stage(work)
        unet.train(work, name, 128, options.more, 16, 1.5e-3, before, seed=5)
        wanted = ["assemble", "evaluate"]
    for name in wanted:
        if name not in known:
            parser.error(f"There is no stage '{name}'. Stages: {', '.join(STAGES)}")
        log(work, f"stage {name}")
        known[name]()


if __name__ == "__main__":
    main()
