"""What comes before the first step: opening a set, encoding an image, a whole start, as tables.

    python tests/benchmarks/start.py [--images N] [--base MODEL --dtype DTYPE --pictures FOLDER]

On one core, in processor seconds, which other programs change least. The set is of JPEG files,
1024 px and larger, each with bytes of its own. The VAE has the shapes of SD 1.5 and random weights;
it is run as this program does, and as kohya's does: weights in the run's precision, and no word
about the layout in memory. The start is that of `lora-studio train` at 256 px in a fresh process:
with an empty cache, then once more. MODEL is the starter where none is given.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import psutil
import torch
from dataset import caption, draw
from diffusers import AutoencoderKL
from torch import Tensor

from studio.config import DatasetFolder
from studio.data.buckets import make_buckets
from studio.data.cache import LatentCache, TextCache
from studio.data.dataset import Dataset, place, scan
from studio.demo.recipe import sample_images
from studio.models.checkpoint import BaseModel
from studio.models.components import read_config
from studio.models.family import CONFIGS
from studio.models.text import TextEmbedding

DISTINCT = 12
ROUNDS = 5


def seconds(work: Callable[[], object]) -> float:
    """Processor seconds of a call."""
    began = time.process_time()
    work()
    return time.process_time() - began


def make_set(folder: Path, count: int) -> Path:
    """``count`` images with captions, of which no two files are equal."""
    originals = [draw(folder / "originals", 4 * number) for number in range(DISTINCT)]
    images = folder / "images"
    images.mkdir()
    for number in range(count):
        data = originals[number % DISTINCT].read_bytes() + f"{number:08}".encode()
        (images / f"{number:05}.jpg").write_bytes(data)
        (images / f"{number:05}.txt").write_text(caption(number), "utf-8")
    time.sleep(3)  # images that were written just now are not remembered
    return images


def open_set(images: Path, cache: Path) -> dict[str, float]:
    """Processor seconds of what opening a set for training at 512 px takes, without a model."""
    datasets: list[Dataset] = []
    listing = seconds(lambda: datasets.append(scan([DatasetFolder(path=str(images))])))
    (dataset,) = datasets
    placed = place(dataset.items, make_buckets(512, 64))
    latents = LatentCache("disk", cache / "latents", identity="x", dtype=torch.float32)
    told: dict[str, Any] = {"identity": "x", "clip_skip": 1, "chunks": 1, "dtype": torch.float32}
    texts = TextCache("disk", cache / "texts", **told)
    captions = [item.captions[0] for item in dataset.items]
    return {
        "sizes and captions": listing,
        "latents": seconds(lambda: list(latents.build(placed, _no_latent, False))),
        "text embeddings": seconds(lambda: list(texts.build(captions, _no_text))),
    }


def _no_latent(pixels: Tensor) -> Tensor:
    return torch.zeros(1, 2, 4, pixels.shape[2] // 8, pixels.shape[3] // 8)


def _no_text(captions: list[str]) -> TextEmbedding:
    return TextEmbedding(torch.zeros(len(captions), 77, 768))


def encoding(size: int) -> dict[str, float]:
    """Median processor seconds for an image of ``size`` pixels, each way by turns."""
    config = read_config(CONFIGS / "sd1/vae/config.json")
    vae = cast(Any, AutoencoderKL.from_config(config)).eval().requires_grad_(False)
    other = cast(Any, AutoencoderKL.from_config(config)).eval().requires_grad_(False).bfloat16()
    pixels = torch.rand(1, 3, size, size) * 2 - 1

    def ours(dtype: torch.dtype) -> object:
        base = BaseModel.__new__(BaseModel)  # the VAE is all that it needs
        base.__dict__ |= {"vae": vae, "device": torch.device("cpu"), "dtype": dtype}
        base.__dict__ |= {"_use": lambda name: None}
        return base.encode_images(pixels)

    ways: dict[str, Callable[[], object]] = {
        "fp32, here": lambda: ours(torch.float32),
        "fp32, as kohya": torch.no_grad()(lambda: vae.encode(pixels)),
        "bf16, here": lambda: ours(torch.bfloat16),
        "bf16, as kohya": torch.no_grad()(lambda: other.encode(pixels.bfloat16())),
    }
    for work in ways.values():
        work()
    rounds = [[seconds(work) for work in ways.values()] for _ in range(ROUNDS)]
    return dict(zip(ways, map(statistics.median, zip(*rounds, strict=True)), strict=True))


def start(base: str, dtype: str, pictures: Path, out: Path) -> dict[str, float]:
    """Processor seconds from the start of the process to each phase, and to the first step."""
    table = f"""
[run]
name = "start"
output = {json.dumps(str(out))}
[base]
model = {json.dumps(base)}
dtype = "{dtype}"
[[dataset]]
path = {json.dumps(str(pictures))}
[data]
resolution = {128 if base == "starter" else 256}
batch_size = 1
cache = "disk"
[network]
target = "attention"
text_encoder = false
[optimizer]
type = "adamw"
[schedule]
steps = 1
[preview]
every = 0
"""
    file = out / "run.toml"
    file.write_text(table, "utf-8")
    came: dict[str, float] = {}
    command = [sys.executable, "-m", "studio", "train", str(file), "--events"]
    one_core = os.environ | {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=one_core) as process:
        watched = psutil.Process(process.pid)
        assert process.stdout
        for line in process.stdout:
            event = json.loads(line)
            used = watched.cpu_times()
            came.setdefault(event.get("name") or event["event"], used.user + used.system)
            if event["event"] == "StepDone":
                break
        process.stdout.read()
    return came


def print_rows(title: str, columns: dict[str, dict[str, float]]) -> None:
    """A table of what was found under each heading."""
    print(f"\n| {title} | {' | '.join(columns)} |\n|{'---|' * (len(columns) + 1)}")
    for name in next(iter(columns.values())):
        values = (found.get(name, float("nan")) for found in columns.values())
        print(f"| {name} | {' | '.join(f'{value:.2f}' for value in values)} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=1000)
    parser.add_argument("--base", default="starter")
    parser.add_argument("--dtype", default="fp32")
    parser.add_argument("--pictures", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as own:
        folder = Path(own)
        images = make_set(folder, options.images)
        opened = {name: open_set(images, folder / "cache") for name in ("first", "again")}
        print_rows(f"{options.images} images", opened)
        print_rows("an image encoded", {f"{size} px": encoding(size) for size in (256, 512)})
        pictures = (options.pictures or sample_images() / "style_ink").resolve()
        out = folder / "out"
        out.mkdir()
        again = {}
        for name in ("empty cache", "once more"):
            again[name] = start(options.base, options.dtype, pictures, out)
        print_rows(f"start of {options.base} in {options.dtype}: seconds until", again)


if __name__ == "__main__":
    main()
