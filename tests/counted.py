"""Bytes and arithmetic of training steps on models of any size, counted without running them.

The models are hollow: shapes and dtypes are those of a real run, and no memory is taken.
"""

from __future__ import annotations

import json
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch
from diffusers.models.attention_processor import AttnProcessor
from torch import Tensor, nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_iter
from torch.utils.flop_counter import FlopCounterMode

from studio.config import Settings
from studio.models.adapter import inject
from studio.models.components import build, read_config

DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}


@dataclass(frozen=True)
class Counted:
    """Of one step: bytes saved for the backward pass, the most that lived at once, operations.

    ``live`` leaves weights out; ``forward`` and ``backward`` are floating-point operations.
    """

    saved: int
    live: int
    forward: int
    backward: int


def count_step(
    settings: Settings, configs: Path, height: int, width: int, dtype: str, tokens: int = 77
) -> Counted:
    """A step of the model whose ``<component>/config.json`` lie in ``configs``.

    ``height`` and ``width`` are those of the latents.
    """
    batch = settings.data.batch_size
    components, adapter = _hollow(settings, configs, DTYPES[dtype])
    unet, encoders = components["unet"], list(components.values())[1:]
    with FakeTensorMode(allow_non_fake_inputs=True):
        weights = {id(p) for module in components.values() for p in module.parameters()}
        saved: dict[int, Tensor] = {}

        def keep(tensor: Tensor) -> Tensor:
            if id(tensor) not in weights and not _is_view_of_weight(tensor, components):
                saved[tensor.untyped_storage()._cdata] = tensor
            return tensor.detach()  # a graph that keeps its own outputs would never be freed

        adapter.set_training(True)
        latents = torch.zeros(batch, unet.config.in_channels, height, width, dtype=DTYPES[dtype])

        def loss() -> Tensor:
            states, told = _texts(settings, unet, encoders, DTYPES[dtype], tokens)
            times = torch.zeros(batch, dtype=torch.long)
            out = unet(latents, times, states, added_cond_kwargs=told, return_dict=False)[0]
            return (out.float() - torch.zeros(out.shape)).pow(2).mean()

        with Alive() as alive:
            with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
                value = loss()
            size = sum(tensor.untyped_storage().nbytes() for tensor in saved.values())
            saved.clear()
            value.backward()
        with FlopCounterMode(display=False) as flops:  # it keeps tensors: not in the same pass
            value = loss()
            forward = flops.get_total_flops()
            value.backward()
        return Counted(size, alive.peak, forward, flops.get_total_flops() - forward)


def count_vae(configs: Path, height: int, width: int) -> tuple[Counted, Counted]:
    """Encoding and decoding one picture of that size, in pixels, with a float32 VAE."""
    file = configs / "vae" / "config.json"
    vae = _fake(build("vae", read_config(file), file), torch.float32)
    found = []
    factor = 2 ** (len(vae.config.block_out_channels) - 1)
    with FakeTensorMode(allow_non_fake_inputs=True), torch.no_grad():
        latents = torch.zeros(1, vae.config.latent_channels, height // factor, width // factor)
        for call, value in ((vae.encode, torch.zeros(1, 3, height, width)), (vae.decode, latents)):
            with Alive() as alive:
                call(value, return_dict=False)
            with FlopCounterMode(display=False) as flops:
                call(value, return_dict=False)
            found.append(Counted(0, alive.peak, flops.get_total_flops(), 0))
    return found[0], found[1]


class Alive(TorchDispatchMode):
    """Counts the bytes of the tensors that were made while it is on and still live."""

    def __init__(self) -> None:
        super().__init__()
        self.bytes = self.peak = 0
        self._known: dict[int, weakref.ref[Any]] = {}

    def __enter__(self) -> Alive:
        super().__enter__()
        return self

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        out = func(*args, **(kwargs or {}))
        makes = not any(returned.alias_info for returned in func._schema.returns)
        for tensor in tree_iter(out) if makes else ():
            if isinstance(tensor, Tensor):
                self._take(tensor.untyped_storage())
        return out

    def _take(self, storage: torch.UntypedStorage) -> None:
        key = storage._cdata
        if key in self._known:
            return
        size = storage.nbytes()

        def gone(_: Any) -> None:
            self.bytes -= size
            del self._known[key]

        self._known[key] = weakref.ref(storage, gone)
        self.bytes += size
        self.peak = max(self.peak, self.bytes)


def _hollow(settings: Settings, configs: Path, dtype: torch.dtype) -> tuple[dict[str, Any], Any]:
    """Components with an adapter, their weights without values."""
    names = [n for n in ("unet", "text_encoder", "text_encoder_2") if (configs / n).is_dir()]
    components: dict[str, Any] = {}
    with _default(dtype), torch.device("meta"):
        for name in names:
            file = configs / name / "config.json"
            model = build(name, json.loads(file.read_text("utf-8")), file)
            components[name] = model.requires_grad_(False).eval()
    base: Any = SimpleNamespace(components=components)
    adapter = inject(base, settings.network, 0)
    if settings.memory.gradient_checkpointing:
        components["unet"].enable_gradient_checkpointing()
        for name in names[1:]:
            components[name].activation_checkpointing_enable()
    if settings.memory.attention == "eager":
        components["unet"].set_attn_processor(AttnProcessor())
    return {name: _fake(model, dtype) for name, model in components.items()}, adapter


def _fake(model: Any, dtype: torch.dtype) -> Any:
    with FakeTensorMode(allow_non_fake_inputs=True):
        for module in model.modules():
            for name, weight in list(module._parameters.items()):
                if weight is not None:
                    kind = weight.dtype if weight.requires_grad else dtype
                    hollow = torch.empty(weight.shape, dtype=kind)
                    module._parameters[name] = nn.Parameter(hollow, weight.requires_grad)
            for name, buffer in list(module._buffers.items()):
                if buffer is not None:
                    module._buffers[name] = torch.zeros(buffer.shape, dtype=buffer.dtype)
    return model


def _is_view_of_weight(tensor: Tensor, components: dict[str, Any]) -> bool:
    return tensor._base is not None and isinstance(tensor._base, nn.Parameter)


def _texts(
    settings: Settings, unet: Any, encoders: list[Any], dtype: torch.dtype, tokens: int
) -> tuple[Tensor, dict[str, Tensor] | None]:
    """Text states with a graph where an encoder is trained, and what SDXL is told."""
    batch, width = settings.data.batch_size, unet.config.cross_attention_dim
    trains = settings.network.text_encoder
    states = torch.zeros(batch, tokens, width, dtype=dtype)
    pooled = torch.zeros(batch, 1280, dtype=dtype)
    if trains:
        ids = torch.zeros(batch * tokens // 77, 77, dtype=torch.long)
        outputs = [encoder(ids, output_hidden_states=True) for encoder in encoders]
        states = outputs[0].last_hidden_state
        if len(outputs) > 1:
            states = torch.cat([output.hidden_states[-2] for output in outputs], dim=-1)
            pooled = outputs[1].text_embeds
        states = states.reshape(batch, tokens, width)
    if unet.config.addition_embed_type != "text_time":
        return states, None
    return states, {"text_embeds": pooled, "time_ids": torch.zeros(batch, 6)}


@contextmanager
def _default(dtype: torch.dtype) -> Iterator[None]:
    torch.set_default_dtype(dtype)
    try:
        yield
    finally:
        torch.set_default_dtype(torch.float32)
