"""Stage `probe`: trains `studio.demo.probe` on drawn pictures, ink and creature included.

Many pictures are degraded (through the VAE, with noisy latents, blurred, grained), so that the
probe judges what is shown and is not thrown by how a generated picture differs from a drawn one.
It never sees a generated picture.
"""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pictures
import scenes
import torch
import torch.nn.functional as F
import vae as vae_stage
from common import (
    MODEL_FOLDER,
    Clock,
    Ema,
    Muon,
    load_checkpoint,
    log,
    save_atomically,
    schedule,
    split_parameters,
)
from diffusers import AutoencoderKL
from safetensors.torch import save_file
from sample_sets import CHARACTER_TRIGGER, draw_character, draw_ink
from torch import Tensor

from studio.demo.probe import Probe

INK = "ink"
LABELS = pictures.HEADS | {
    "subject": (*scenes.SUBJECTS, CHARACTER_TRIGGER),
    "style": (*scenes.STYLES, INK),
}
ABSENT = -100  # cross_entropy's word for "no label": the creature has no colour of ours
BATCH = 32
LEARNING_RATE = 2e-3
EXTRA_COUNTS = {"ink": 3000, "creature": 1500}
TEST_COUNTS = {"base": 1000, "ink": 300, "creature": 200}


def draw_extra(kind: str, count: int, seed: str) -> tuple[np.ndarray, Tensor]:
    """Ink pictures of all subjects, or creature pictures in all places, with labels."""
    rng = random.Random(seed)
    array = np.empty((count, pictures.SIZE, pictures.SIZE, 3), np.uint8)
    labels = []
    for i in range(count):
        subject = CHARACTER_TRIGGER if kind == "creature" else None
        scene = scenes.random_scene(rng, subject=subject, style="storybook")
        array[i] = np.asarray((draw_character if kind == "creature" else draw_ink)(scene))
        row = [scenes.PLACES.index(scene.place), scenes.TIMES.index(scene.time)]
        if kind == "creature":
            labels.append([len(scenes.SUBJECTS), ABSENT, *row, 0])
        else:
            known = [scenes.SUBJECTS.index(scene.subject), scenes.COLOURS.index(scene.colour)]
            labels.append([*known, *row, len(scenes.STYLES)])
    return array, torch.tensor(labels)


def base_part(work: Path, folder: str, count: int) -> tuple[np.ndarray, Tensor]:
    """Scenes drawn for the base model, with labels."""
    paths = pictures.shards(work / folder)[: -(-count // pictures.SHARD)]
    array = np.concatenate([np.load(path) for path in paths])[:count]
    rows = [row for path in paths for row in pictures.captions_and_labels(path)[1]]
    return array, torch.tensor(rows[:count])


def to_batch(array: np.ndarray) -> Tensor:
    """uint8 pictures as a batch in [-1, 1]."""
    return torch.from_numpy(array.astype(np.float32)).permute(0, 3, 1, 2) / 127.5 - 1.0


def degrade(x: Tensor, vae: AutoencoderKL) -> Tensor:
    """Mild damage: VAE round trip, latent noise, blur, grain, a shift by a few pixels."""
    x = x.clone()
    through = torch.rand(len(x)) < 0.35
    if through.any():
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            z = vae.encode(x[through]).latent_dist.mode()
            z = z + torch.randn_like(z) * torch.rand(len(z), 1, 1, 1) * 0.3
            x[through] = vae.decode(z).sample.float().clamp(-1, 1)
    blurred = torch.rand(len(x)) < 0.2
    x[blurred] = F.avg_pool2d(F.pad(x[blurred], (1, 1, 1, 1), mode="replicate"), 3, 1)
    grain = (torch.rand(len(x), 1, 1, 1) < 0.3) * torch.rand(len(x), 1, 1, 1) * 0.12
    shift = tuple(torch.randint(-4, 5, (2,)).tolist())
    return (x + torch.randn_like(x) * grain).roll(shift, (2, 3))


def losses(probe: Probe, x: Tensor, labels: Tensor) -> Tensor:
    """Sum of the heads' cross-entropies."""
    logits = probe(x).values()
    parts = [
        F.cross_entropy(head.float(), labels[:, i], label_smoothing=0.05)
        for i, head in enumerate(logits)
    ]
    return torch.stack(parts).sum()


@torch.no_grad()
def accuracy(probe: Probe, array: np.ndarray, labels: Tensor) -> dict[str, float]:
    """Share of right answers per head, over pictures that have the label."""
    right: dict[str, list[bool]] = {head: [] for head in LABELS}
    for start in range(0, len(array), 50):
        answers = probe(to_batch(array[start : start + 50]))
        for i, (head, logits) in enumerate(answers.items()):
            wanted = labels[start : start + 50, i]
            known = wanted != ABSENT
            right[head] += (logits.argmax(1)[known] == wanted[known]).tolist()
    return {head: float(np.mean(hits)) for head, hits in right.items() if hits}


def train(
    work: Path,
    minutes: float,
    folder: Path = MODEL_FOLDER,
    scenes_used: int = 10_000,
    seed: int = 4,
) -> None:
    """Train, test on other seeds, and write `probe.safetensors` into the model's folder."""
    if (work / "probe.json").exists():
        return
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    vae = vae_stage.load(work)
    probe = Probe(LABELS)
    parts = [base_part(work, "scenes", scenes_used)]
    parts += [draw_extra(kind, n, f"probe {kind}") for kind, n in EXTRA_COUNTS.items()]
    array = np.concatenate([part[0] for part in parts])
    labels = torch.cat([part[1] for part in parts])
    matrices, others = split_parameters(probe, ("blocks.0.first", "heads"))
    muon = Muon([{"params": matrices}], lr=LEARNING_RATE)
    adam = torch.optim.AdamW(others, lr=LEARNING_RATE, betas=(0.9, 0.99))
    ema = Ema([probe], 0.99)
    state = load_checkpoint(work / "probe_training.pt")
    already = 0.0
    if state:
        probe.load_state_dict(state["probe"])
        ema.load_state_dict(state["ema"])
        already = state["seconds"]
    clock = Clock(minutes, already)
    step, running = 0, 5.0
    while not clock.over:
        for group in muon.param_groups + adam.param_groups:
            group["lr"] = LEARNING_RATE * schedule(clock.progress)
        chosen = np.sort(rng.integers(0, len(array), BATCH))
        x = degrade(to_batch(array[chosen]), vae)
        with torch.autocast("cpu", torch.bfloat16):
            loss = losses(probe, x, labels[torch.from_numpy(chosen)])
        loss.backward()
        muon.step()
        adam.step()
        probe.zero_grad()
        ema.update()
        step += 1
        running += 0.03 * (loss.item() - running)
        if clock.due_to_log(30.0):
            log(work, f"probe: step {step}, {clock.trained:.0f} s, loss {running:.3f}")
        if clock.due_to_save():
            kept = {"probe": probe.state_dict(), "ema": ema.state_dict(), "seconds": clock.trained}
            save_atomically(work / "probe_training.pt", kept)
    ema.swap()
    finish(work, folder, probe.eval())


def finish(work: Path, folder: Path, probe: Probe) -> None:
    """Test on pictures of other seeds, and write the weights."""
    tests = {
        "base": base_part(work, "held_out", TEST_COUNTS["base"]),
        "ink": draw_extra("ink", TEST_COUNTS["ink"], "probe test ink"),
        "creature": draw_extra("creature", TEST_COUNTS["creature"], "probe test creature"),
    }
    weights = {name: value.half().contiguous() for name, value in probe.state_dict().items()}
    probe.load_state_dict({name: value.float() for name, value in weights.items()})
    figures = {name: accuracy(probe, *test) for name, test in tests.items()}
    log(work, f"probe: {json.dumps(figures)}")
    folder.mkdir(parents=True, exist_ok=True)
    metadata = {"format": "pt", "labels": json.dumps(LABELS)}
    save_file(weights, folder / "probe.safetensors", metadata)
    (folder / "probe.safetensors").chmod(0o644)
    (work / "probe.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
