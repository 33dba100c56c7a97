"""The adapter: peft LoRA layers inside the UNet and the text encoders of an open base model.

    W x  becomes  W x + strength * (alpha / rank) * B (A x)

with W frozen, A random and B zero at the start, so that step 0 changes exactly nothing.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from diffusers.models.attention_processor import AttnProcessor2_0
from diffusers.utils.peft_utils import recurse_remove_peft_layers
from peft import LoraConfig
from peft.tuners.lora import LoraLayer
from torch import Tensor, nn

from studio.config import Network
from studio.errors import StudioError
from studio.models.checkpoint import BaseModel
from studio.models.keys import adaptable
from studio.models.lora_file import LoraModule, assign, read_lora
from studio.models.names import Place, as_kohya, recognise
from studio.models.quicken import slow_down
from studio.models.targets import matching


@dataclass
class Adapter:
    """One LoRA in a base model. Several may be active at once, each with its own strength."""

    base: BaseModel
    name: str
    parts: tuple[str, ...]

    def layers(self, component: str) -> Iterator[tuple[str, Any]]:
        """``(module path, peft layer)`` of a component's adapted modules."""
        for path, module in self.base.components[component].named_modules():
            if isinstance(module, LoraLayer) and self.name in module.lora_A:
                yield path, module

    def parameters(self, component: str) -> list[nn.Parameter]:
        """The trained matrices of one component; empty if it is not adapted."""
        return [tensor for _, tensor in self._named(component)]

    def state_dict(self) -> dict[str, Tensor]:
        """``component.path.A`` and ``.B`` -> tensor; the live tensors, not copies."""
        return {
            f"{component}.{name}": tensor.data
            for component in self.parts
            for name, tensor in self._named(component)
        }

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Copies tensors of `state_dict` in; other names or shapes raise ``adapter.mismatch``."""
        own = self.state_dict()
        wrong = sorted(own.keys() ^ state.keys())
        wrong += [name for name in own if name in state and own[name].shape != state[name].shape]
        if wrong:
            raise StudioError("adapter.mismatch", key=wrong[0], count=len(wrong))
        for name, tensor in own.items():
            tensor.copy_(state[name])

    def set_strength(self, strength: float) -> None:
        """Scales the effect in place: 0 is the base model exactly, 1 the adapter as trained."""
        for component in self.parts:
            for _, layer in self.layers(component):
                layer.set_scale(self.name, strength)

    def set_training(self, training: bool) -> None:
        """Train mode (dropout on) or eval mode of the adapted components."""
        for component in self.parts:
            self.base.components[component].train(training)

    def count(self) -> int:
        """Number of trained parameters."""
        return sum(t.numel() for c in self.parts for t in self.parameters(c))

    def layer_count(self) -> int:
        """Number of adapted layers."""
        return sum(1 for part in self.parts for _ in self.layers(part))

    def _named(self, component: str) -> Iterator[tuple[str, nn.Parameter]]:
        for path, layer in self.layers(component):
            yield f"{path}.A", layer.lora_A[self.name].weight
            yield f"{path}.B", layer.lora_B[self.name].weight


def inject(base: BaseModel, settings: Network, seed: int, name: str = "lora_0") -> Adapter:
    """A new adapter in ``base``, float32, with A drawn from ``seed`` and B zero.

    Raises ``network.no_layer`` if a group of the wanted target matches no layer, and
    ``network.no_second_encoder``.
    """
    components = settings.trained(base.components)
    wanted = {c: matching(adaptable(base.components[c]), settings.target, c) for c in components}
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        for component, paths in wanted.items():
            _add(
                base.components[component],
                name,
                dict.fromkeys(paths, settings.rank),
                dict.fromkeys(paths, settings.effective_alpha),
                settings.dropout,
            )
    return Adapter(base, name, components)


def continue_from(adapter: Adapter, path: Path) -> int:
    """Copies a LoRA file into a fresh adapter, its alpha folded in; returns the layers found in it.

    Raises ``lora.no_match``, ``lora.other_rank``.
    """
    base = adapter.base
    modules, _ = _fitting(base, path)
    found = 0
    for part in adapter.parts:
        for layer_path, layer in adapter.layers(part):
            lora = modules.get(Place(part, layer_path))
            if lora is None:
                continue
            rank = layer.r[adapter.name]
            if lora.rank != rank:
                params = {"path": str(path), "found": lora.rank, "wanted": rank}
                raise StudioError("lora.other_rank", layer=layer_path, **params)
            layer.lora_A[adapter.name].weight.data.copy_(lora.down)
            layer.lora_B[adapter.name].weight.data.copy_(
                lora.up.float() * (lora.scale / layer.scaling[adapter.name])
            )
            found += 1
    if not found:
        raise StudioError("lora.no_match", path=str(path), base=base.location.name)
    return found


def load(base: BaseModel, path: Path, name: str = "lora_0") -> tuple[Adapter, dict[str, str]]:
    """The adapter of a LoRA file in ``base`` at strength 1, for use, not for training.

    Also returns what of the file could not be used: key -> reason. Raises ``lora.no_match`` if that
    is all of it, or all of its UNet.
    """
    modules, left = _fitting(base, path)
    components = tuple(c for c in base.components if any(place.component == c for place in modules))
    for component in components:
        model = base.components[component]
        loras = {p.path: lora for p, lora in modules.items() if p.component == component}
        ranks = {path: lora.rank for path, lora in loras.items()}
        alphas = {path: lora.alpha for path, lora in loras.items()}
        trained = [p for p in model.parameters() if p.requires_grad]
        _add(model, name, ranks, alphas, dropout=0.0)
        for layer_path, lora in loras.items():
            layer: Any = model.get_submodule(layer_path)
            layer.lora_A[name].weight.data.copy_(lora.down)
            layer.lora_B[name].weight.data.copy_(lora.up)
        model.requires_grad_(False)
        for parameter in trained:  # of an adapter in training, which peft has frozen
            parameter.requires_grad_(True)
    return Adapter(base, name, components), left


def _fitting(base: BaseModel, path: Path) -> tuple[dict[Place, LoraModule], dict[str, str]]:
    """What of the file fits the layers of ``base``, and the rest: key -> reason.

    SD 1.x and SDXL share a text encoder: a file that fits there alone was made for the other one.
    """
    file = read_lora(path)
    modules, left = assign(file, base.components, base.location.naming)
    fits_unet = any(place.component == "unet" for place in modules)
    if not modules or (not fits_unet and any(map(_names_unet, left))):
        raise StudioError("lora.no_match", path=str(path), base=base.location.name)
    return modules, {**file.unusable, **left}


def _names_unet(module: str) -> bool:
    named = recognise(as_kohya(module))
    return named is not None and named.prefix == "lora_unet"


def activate(base: BaseModel, names: list[str]) -> None:
    """Lets the named adapters, and no other, act on the base model together."""
    for component in base.components.values():
        for module in component.modules():
            if isinstance(module, LoraLayer):
                present = [name for name in names if name in module.lora_A]
                trained = {n: p.requires_grad for n, p in module.named_parameters()}
                module.set_adapter(present)
                for name, parameter in module.named_parameters():  # set_adapter unfreezes
                    parameter.requires_grad_(trained[name])


def remove(adapter: Adapter) -> None:
    """Takes an adapter out of its base model again; others stay as they are."""
    for component in adapter.parts:
        model: Any = adapter.base.components[component]
        for _, layer in list(adapter.layers(component)):
            layer.delete_adapter(adapter.name)
        model.peft_config.pop(adapter.name)


def strip(base: BaseModel) -> None:
    """Makes a base model what it was when opened: without adapters, frozen, in eval mode."""
    slow_down(base.unet)
    for component in base.components.values():
        model: Any = recurse_remove_peft_layers(component)
        if hasattr(model, "peft_config"):
            del model.peft_config
        model._hf_peft_config_loaded = False
        model.requires_grad_(False).eval()
    base.unet.disable_gradient_checkpointing()
    for encoder in base.text_encoders.values():
        encoder.activation_checkpointing_disable()
    base.unet.set_attn_processor(AttnProcessor2_0())  # the one that a UNet is opened with


def _add(
    model: Any, name: str, ranks: dict[str, int], alphas: dict[str, float], dropout: float
) -> None:
    """peft layers on exactly the module paths of ``ranks``, whose dtype is then float32.

    peft reads targets and the keys of patterns as regular expressions.
    """
    first = next(iter(ranks))
    config = LoraConfig(
        r=ranks[first],
        lora_alpha=alphas[first],  # type: ignore[arg-type]  # peft computes with any number
        rank_pattern={f"^{re.escape(p)}": r for p, r in ranks.items() if r != ranks[first]},
        alpha_pattern={f"^{re.escape(p)}": a for p, a in alphas.items() if a != alphas[first]},
        lora_dropout=dropout,
        target_modules="|".join(map(re.escape, ranks)),
    )
    with warnings.catch_warnings():  # peft warns of a second adapter, which is what we mean
        warnings.filterwarnings("ignore", "Already found a `peft_config`")
        model.add_adapter(config, adapter_name=name)
    for parameter in model.parameters():
        if parameter.requires_grad:  # half-precision updates round to nothing: train in float32
            parameter.data = parameter.data.float()
