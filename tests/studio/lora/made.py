"""LoRA files of the published families with a few layers each, and tiny models with a live LoRA."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
import torch
from diffusers import UNet2DConditionModel
from peft import LoraConfig
from safetensors.torch import load_file, save_file
from torch import Tensor
from transformers import CLIPTextModel, CLIPTextModelWithProjection

from studio.data.problems import Problem
from studio.errors import StudioError
from studio.export.collect import collect
from studio.export.write import kohya_tensors, save
from studio.messages import sentence
from studio.models.names import Place, kohya_name
from studio.models.schema import schema

NAME = "lora_0"
ATTENTION = "down_blocks.0.attentions.0.transformer_blocks.0"
QUERY = Place("unet", f"{ATTENTION}.attn1.to_q")
KEY = Place("unet", f"{ATTENTION}.attn2.to_k")
PROJECTION = Place("unet", "down_blocks.0.attentions.0.proj_in")
KERNEL = Place("unet", "conv_in")
TEXT = Place("text_encoder", "text_model.encoder.layers.0.self_attn.q_proj")

TARGETS = r".*\.(to_q|to_k|to_v|to_out\.0|ff\.net\.2|proj_in|conv1|q_proj|k_proj|v_proj|out_proj)"


Result = TypeVar("Result")


def finished(work: Generator[tuple[int, int], None, Result]) -> Result:
    """What ``work`` returns at its end; its progress must make sense on the way."""
    steps: list[tuple[int, int]] = []
    while True:
        try:
            steps.append(next(work))
        except StopIteration as end:
            assert [done for done, _ in steps] == sorted(done for done, _ in steps)
            assert steps[0][0] == 0
            assert steps[-1][0] == steps[-1][1] > 0
            result: Result = end.value
            return result


def silent(problem: Problem) -> None:
    """For files of which everything must be used."""
    pytest.fail(str(problem))


@contextmanager
def refused(code: str) -> Iterator[None]:
    """What is inside must be refused with ``code``, in a sentence."""
    with pytest.raises(StudioError) as error:
        yield
    assert error.value.code == code
    assert sentence(error.value.code, error.value.params)


def factors(place: Place, arch: str, rank: int, seed: int) -> tuple[Tensor, Tensor]:
    """Random down and up in the shapes of a published layer."""
    generator = torch.Generator().manual_seed(seed)
    outputs, *inner = schema(arch)[place]
    kernel = [1] * (len(inner) - 1)
    down = torch.randn(rank, *inner, generator=generator)
    return down, torch.randn(outputs, rank, *kernel, generator=generator)


@dataclass
class Made:
    """A LoRA file typed by the test, and what it changes by independent multiplication."""

    path: Path
    deltas: dict[Place, Tensor]


def product(down: Tensor, up: Tensor, scale: float) -> Tensor:
    """``scale * up @ down`` in float64, in the shape of the layer."""
    flat = scale * up.double().flatten(1) @ down.double().flatten(1)
    return flat.reshape(len(up), *down.shape[1:])


class Files:
    """Makes LoRA files in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def kohya(
        self,
        name: str,
        places: Iterable[Place] = (KEY, QUERY),
        *,
        arch: str = "sd1",
        rank: int = 4,
        alpha: float = 2.0,
        seed: int = 0,
        metadata: dict[str, str] | None = None,
    ) -> Made:
        """A float32 file in kohya's spelling."""
        tensors, deltas = {}, {}
        for number, place in enumerate(places):
            down, up = factors(place, arch, rank, seed + number)
            spelled = kohya_name(*place, arch)
            tensors[f"{spelled}.lora_down.weight"] = down
            tensors[f"{spelled}.lora_up.weight"] = up
            tensors[f"{spelled}.alpha"] = torch.tensor(alpha)
            deltas[place] = product(down, up, alpha / rank)
        return Made(self.save(name, tensors, metadata), deltas)

    def save(self, name: str, tensors: dict[str, Tensor], metadata: Any = None) -> Path:
        """Any tensors as a file."""
        path = self.folder / f"{name}.safetensors"
        save_file(tensors, path, metadata)
        return path


def deltas_of(path: Path, arch: str, places: Iterable[Place]) -> dict[Place, Tensor]:
    """What a file in kohya's spelling changes, without the importer."""
    tensors = load_file(path)
    found = {}
    for place in places:
        name = kohya_name(*place, arch)
        down, up = (tensors[f"{name}.lora_{side}.weight"] for side in ("down", "up"))
        found[place] = product(down, up, float(tensors[f"{name}.alpha"]) / len(down))
    return found


def off(found: Tensor, wanted: Tensor) -> float:
    """Relative distance of two tensors."""
    return float((found.double() - wanted.double()).norm() / wanted.double().norm())


@dataclass
class Live:
    """What a tiny model with a live adapter makes, and the adapter's file."""

    path: Path
    outputs: dict[str, Tensor]


def with_adapter(folder: Path, arch: str, path: Path) -> Live:
    """Random factors on attention, feed-forward, projections and convolutions."""
    components: dict[str, Any] = {
        "unet": UNet2DConditionModel.from_pretrained(folder / "unet"),
        "text_encoder": CLIPTextModel.from_pretrained(folder / "text_encoder"),
    }
    if arch == "sdxl":
        kind = CLIPTextModelWithProjection
        components["text_encoder_2"] = kind.from_pretrained(folder / "text_encoder_2")
    generator = torch.Generator().manual_seed(1)
    for model in components.values():
        model.add_adapter(LoraConfig(r=4, lora_alpha=2, target_modules=TARGETS), NAME)
        for name, parameter in model.named_parameters():
            if "lora_" in name:
                parameter.data = torch.randn(parameter.shape, generator=generator) * 0.1
        model.eval()
    save(path, kohya_tensors(collect(components, NAME), arch, "fp32"), {})
    return Live(path, outputs(components))


def outputs(components: dict[str, Any]) -> dict[str, Tensor]:
    """What each component makes of fixed inputs."""
    torch.manual_seed(3)
    tokens = torch.tensor([[49406, 320, 1125, 49407]])
    unet = components["unet"]
    width = unet.config.cross_attention_dim
    more: dict[str, Any] = {}
    if unet.config.addition_embed_type:
        sizes = {"text_embeds": torch.randn(1, 40), "time_ids": torch.ones(1, 6)}
        more = {"added_cond_kwargs": sizes}
    with torch.no_grad():
        noise = unet(torch.randn(1, 4, 8, 8), 500, torch.randn(1, 5, width), **more).sample
        made = {"unet": noise}
        for name, encoder in components.items():
            if name != "unet":
                made[name] = encoder(tokens).last_hidden_state
        return made
