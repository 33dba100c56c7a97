"""Stage `latents`: every drawn shard as latents at 64 and 128 pixels, captions as token ids.

The VAE is frozen from here on, so the UNet never sees a pixel. Shards are encoded as they appear
and the UNet's training takes new ones in as it goes: drawing, encoding and training overlap on
two cores.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pictures
import text
import torch
import vae as vae_stage
from common import log, save_atomically
from diffusers import AutoencoderKL
from torch import Tensor


@torch.no_grad()
def encode(vae: AutoencoderKL, batch: np.ndarray) -> Tensor:
    """Latents of uint8 pictures (count, height, width, 3)."""
    x = torch.from_numpy(batch.astype(np.float32)).permute(0, 3, 1, 2) / 127.5 - 1.0
    with torch.autocast("cpu", torch.bfloat16):
        return vae.encode(x).latent_dist.mode().half()


def half_size(batch: np.ndarray) -> np.ndarray:
    """The pictures at half their size, each pixel the mean of four."""
    count, height, width, channels = batch.shape
    return batch.reshape(count, height // 2, 2, width // 2, 2, channels).mean(
        (2, 4), dtype=np.float32
    )


def encode_shard(
    work: Path, shard: Path, vae: AutoencoderKL, tokenizer: text.CLIPTokenizer
) -> None:
    """Encode one shard, unless that is done."""
    target = work / "latents" / (shard.stem + ".pt")
    if target.exists():
        return
    array = np.load(shard, mmap_mode="r")
    parts = np.array_split(array, max(1, len(array) // 25))
    captions, labels = pictures.captions_and_labels(shard)
    ids = [text.tokenise(tokenizer, row).short() for row in captions]
    save_atomically(target, {
        "z64": torch.cat([encode(vae, half_size(part)) for part in parts]),
        "z128": torch.cat([encode(vae, part) for part in parts]),
        "ids": torch.stack(ids),
        "labels": torch.tensor(labels, dtype=torch.uint8),
    })  # fmt: skip


def encode_all(work: Path) -> None:
    """Encode the shards drawn so far."""
    vae = vae_stage.load(work)
    tokenizer = text.load_tokenizer(work)
    for number, shard in enumerate(pictures.shards(work / "scenes")):
        encode_shard(work, shard, vae, tokenizer)
        if number % 10 == 9:
            log(work, f"latents: {number + 1} shards")


class LatentPool:
    """All encoded pictures in memory, growing while others are still being encoded."""

    def __init__(self, work: Path, size: int) -> None:
        self.folder = work / "latents"
        self.key = f"z{size}"
        self.known: set[str] = set()
        self.z = torch.empty(0)
        self.ids = torch.empty(0)

    def refresh(self) -> int:
        """Take new shards in; returns how many pictures there are."""
        new = [p for p in sorted(self.folder.glob("*.pt")) if p.name not in self.known]
        if new:
            loaded = [torch.load(path, weights_only=True) for path in new]
            old_z = [self.z] if len(self.z) else []
            old_ids = [self.ids] if len(self.ids) else []
            self.z = torch.cat(old_z + [shard[self.key] for shard in loaded])
            self.ids = torch.cat(old_ids + [shard["ids"] for shard in loaded])
            self.known.update(path.name for path in new)
        return len(self.z)

    def batch(self, count: int) -> tuple[Tensor, Tensor]:
        """Random latents with one of their captions each."""
        chosen = torch.randint(len(self.z), (count,))
        which = torch.randint(self.ids.shape[1], (count,))
        return self.z[chosen].float(), self.ids[chosen, which].long()
