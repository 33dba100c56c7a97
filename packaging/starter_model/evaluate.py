"""Stage `evaluate`: what the finished folder can do, measured as a user's program would use it.

Writes `report.json` and `contact_sheet.png` beside this file (or into the folder given), and an
unlabelled sheet with its key into the work folder: the probe is too kind, so a person should name
the 32 pictures before looking at the key.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import time
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pictures
import scenes
import torch
import vae as vae_stage
from common import MODEL_FOLDER, log
from contact_sheet import contact_sheet
from diffusers import StableDiffusionPipeline
from PIL import Image

from studio.demo.probe import Probe, classify, load_probe

GUIDANCE = 3.0
STEPS = 20
BATCH = 8
SIZE = 128
FIRST_SEED = 1_000_000
CONTACT_PROMPTS = (
    "a red cat on a hill",
    "a blue fish underwater",
    "a yellow duck on the beach at sunset",
    "a purple butterfly in the forest",
    "a pink octopus underwater at night",
    "a green robot in the city",
    "a red house in the snow at night",
    "an orange car in the desert at sunset",
    "a white boat on the beach",
    "a red rocket in the city at night",
    "a yellow balloon in the snow at sunset",
    "a pink tree on a hill",
    "a purple flower in the forest",
    "a red mushroom in the forest at night",
    "a green apple in a room",
    "a blue cup in a room at night",
    "outline drawing of a blue cat in the city",
    "flat illustration of a green boat on the beach at sunset",
    "pastel drawing of a pink flower in the snow",
    "outline drawing of a red rocket in the desert at night",
    "flat illustration of an orange fish underwater",
    "pastel drawing of a purple house on a hill at sunset",
    "outline drawing of a green duck on the beach",
    "a white cup in the desert, on the left",
)


def open_pipeline(folder: Path = MODEL_FOLDER) -> StableDiffusionPipeline:
    """The folder, opened like any Stable Diffusion, without a network."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    pipeline = StableDiffusionPipeline.from_pretrained(folder, local_files_only=True)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def generate(
    pipeline: StableDiffusionPipeline,
    prompts: Sequence[str],
    seeds: Sequence[int],
    guidance: float = GUIDANCE,
    fast: bool = False,
) -> list[Image.Image]:
    """One picture per prompt and seed; `fast` computes in bf16 (for looks during training)."""
    images: list[Image.Image] = []
    for start in range(0, len(prompts), BATCH):
        part = list(prompts[start : start + BATCH])
        dice = [torch.Generator().manual_seed(seed) for seed in seeds[start : start + BATCH]]
        with torch.autocast("cpu", torch.bfloat16) if fast else nullcontext():
            images += pipeline(
                part,
                height=SIZE,
                width=SIZE,
                num_inference_steps=STEPS,
                guidance_scale=guidance,
                generator=dice,
            ).images
    return images


def test_scenes(count: int, seed: str) -> tuple[list[scenes.Scene], list[str]]:
    """Scenes in the base style with every subject equally often, and a caption for each."""
    rng = random.Random(seed)
    chosen = [
        scenes.random_scene(
            rng, subject=scenes.SUBJECTS[i % len(scenes.SUBJECTS)], style="storybook"
        )
        for i in range(count)
    ]
    return chosen, [scenes.caption(scene, rng) for scene in chosen]


def adherence(
    pipeline: StableDiffusionPipeline,
    count: int,
    probe: Probe | None = None,
    guidance: float = GUIDANCE,
    fast: bool = False,
) -> dict[str, Any]:
    """Share of samples on which the probe sees what the prompt asked for, per head."""
    wanted, prompts = test_scenes(count, "starter report")
    seeds = range(FIRST_SEED, FIRST_SEED + count)
    answers = classify(generate(pipeline, prompts, seeds, guidance, fast), probe)
    hits = {
        head: [a == getattr(scene, head) for a, scene in zip(answers[head], wanted, strict=True)]
        for head in pictures.HEADS
    }
    per_subject = {
        name: float(
            np.mean(
                [hit for hit, s in zip(hits["subject"], wanted, strict=True) if s.subject == name]
            )
        )
        for name in scenes.SUBJECTS
    }
    return {
        "samples": count,
        "guidance": guidance,
        **{head: float(np.mean(values)) for head, values in hits.items()},
        "per_subject": per_subject,
        "mistakes": [
            f"{scene.subject} seen as {seen}"
            for scene, seen in zip(wanted, answers["subject"], strict=True)
            if scene.subject != seen
        ],
    }


def preview_seconds(pipeline: StableDiffusionPipeline, repeats: int = 7) -> dict[str, float]:
    """Wall-clock of one preview (text, 20 steps with guidance, VAE) in fp32 on one thread."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    times = []
    for seed in range(repeats + 1):
        begun = time.perf_counter()
        generate(pipeline, ["a red cat on a hill"], [seed])
        times.append(time.perf_counter() - begun)
    torch.set_num_threads(threads)
    return {"median": round(statistics.median(times[1:]), 3), "best": round(min(times[1:]), 3)}


def unlabelled_sheet(
    pipeline: StableDiffusionPipeline, work: Path, name: str, fast: bool = False
) -> None:
    """Two pictures of every subject in random order, with the key in a file of its own."""
    prompts = test_scenes(32, f"starter sheet {name}")[1]
    order = list(range(32))
    random.Random(f"order {name}").shuffle(order)
    prompts = [prompts[i] for i in order]
    images = generate(pipeline, prompts, range(FIRST_SEED, FIRST_SEED + 32), fast=fast)
    labels = [str(i + 1) for i in range(32)]
    contact_sheet(images, labels, 8).save(work / f"sheet_{name}.png")
    key = "\n".join(f"{i + 1}: {prompt}" for i, prompt in enumerate(prompts))
    (work / f"sheet_{name}.txt").write_text(key + "\n", encoding="utf-8")


def labelled_sheet(pipeline: StableDiffusionPipeline, path: Path, fast: bool = False) -> None:
    """The contact sheet of the README."""
    images = generate(pipeline, CONTACT_PROMPTS, [7] * len(CONTACT_PROMPTS), fast=fast)
    contact_sheet(images, CONTACT_PROMPTS, 6, lines=2).save(path, optimize=True)


def evaluate(work: Path, folder: Path, reports: Path, samples: int = 400) -> dict[str, Any]:
    """Everything, into report.json and the sheets."""
    pipeline = open_pipeline(folder)
    held_out = pictures.shards(work / "held_out")
    weights = sum(path.stat().st_size for path in folder.rglob("*.safetensors"))
    report: dict[str, Any] = {
        "probe_on_drawn_pictures": json.loads((work / "probe.json").read_text(encoding="utf-8")),
        "adherence": adherence(pipeline, samples, load_probe(folder / "probe.safetensors")),
        "vae_psnr_db": {
            "scenes": vae_stage.psnr(pipeline.vae, np.load(held_out[0], mmap_mode="r")[:128]),
            "generic": vae_stage.psnr(
                pipeline.vae, np.load(work / "generic.npy", mmap_mode="r")[-64:]
            ),
        },
        "preview_seconds_one_thread_fp32": preview_seconds(pipeline),
        "weights_bytes": weights,
        "parameters": {
            name: sum(p.numel() for p in getattr(pipeline, name).parameters())
            for name in ("unet", "text_encoder", "vae")
        },
    }
    (reports / "report.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    labelled_sheet(pipeline, reports / "contact_sheet.png")
    unlabelled_sheet(pipeline, work, "final")
    figures = {head: report["adherence"][head] for head in pictures.HEADS}
    log(work, f"report: {figures}")
    return report
