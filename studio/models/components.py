"""The parts of a base model: built without weights, then filled with those of the files.

Weights are mapped from the disk and cast one by one, so there is never a second copy of a model.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from accelerate import init_empty_weights
from diffusers import AutoencoderKL, UNet2DConditionModel
from torch import Tensor, nn
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

from studio.errors import StudioError
from studio.models.family import BaseLocation
from studio.models.mapped import fitted, give_back
from studio.models.names import text_model_path
from studio.models.quantized import quantizable, store
from studio.models.weights import component_tensors, vae_tensors

_BUILD: dict[str, Callable[[dict[str, Any]], Any]] = {
    "unet": UNet2DConditionModel.from_config,
    "vae": AutoencoderKL.from_config,
    "text_encoder": lambda config: CLIPTextModel(CLIPTextConfig.from_dict(config)),
    "text_encoder_2": lambda config: CLIPTextModelWithProjection(CLIPTextConfig.from_dict(config)),
}


def open_component(
    location: BaseLocation,
    component: str,
    device: torch.device,
    dtype: torch.dtype,
    quantize: str = "none",
) -> nn.Module:
    """One part, such as "unet" or "text_encoder_2", frozen, in eval mode.

    ``quantize`` is that of `studio.config.Base`. Raises what `component_tensors` raises, and
    ``base.not_a_model`` for a configuration that describes no model.
    """
    file = location.configs / component / "config.json"
    model = build(component, read_config(file), file)
    tensors = component_tensors(location, component, file_shapes(component, model))
    return _fill(component, model, tensors, device, dtype, quantize)


def open_vae(location: BaseLocation, path: str, device: torch.device) -> nn.Module:
    """The VAE at ``path``, or the base model's own if that is ""; always float32.

    A file is built as the base model's own; a folder as it tells, but for the scaling factor, if
    it is from before that was written down. Raises ``base.not_found`` and as `open_component`.
    """
    if not path:
        return open_component(location, "vae", device, torch.float32)
    given = Path(path)
    if not given.exists():
        raise StudioError("base.not_found", model=path)
    file = location.configs / "vae" / "config.json"
    config = read_config(file)
    if given.is_dir():
        whole = given / "vae" / "config.json"  # of a base model's folder
        file = whole if whole.is_file() else given / "config.json"
        config = {"scaling_factor": config.get("scaling_factor", 0.18215)} | read_config(file)
    model = build("vae", config, file)
    tensors = vae_tensors(given, file_shapes("vae", model))
    return _fill("vae", model, tensors, device, torch.float32)


def read_config(file: Path) -> dict[str, Any]:
    """The JSON object of a configuration; ``base.not_a_model`` if it is none."""
    with told_of(file):
        config: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return config


@contextmanager
def told_of(path: Path) -> Iterator[None]:
    """Whatever libraries raise over nonsense in the files at ``path`` is ``base.not_a_model``."""
    try:
        yield
    except StudioError:
        raise
    except Exception as error:  # they tell it in many ways; the first line names the culprit
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise StudioError("base.not_a_model", path=str(path), reason=reason) from error


def build(component: str, config: dict[str, Any], file: Path) -> Any:
    """The component that the ``config`` of ``file`` describes, without weights.

    Parameters take no memory; buffers are there.
    """
    with told_of(file), init_empty_weights(include_buffers=False):
        return _BUILD[component](config)


def file_shapes(component: str, model: nn.Module) -> dict[str, tuple[int, ...]]:
    """The canonical names of a component's tensors, as files have them, with their shapes."""
    return {canonical(component, n): tuple(t.shape) for n, t in model.state_dict().items()}


def canonical(component: str, name: str) -> str:
    """A module path or parameter name as files spell it, whatever transformers calls it."""
    return text_model_path(name) if component.startswith("text_encoder") else name


def _fill(
    component: str,
    model: nn.Module,
    tensors: Mapping[str, Tensor],
    device: torch.device,
    dtype: torch.dtype,
    quantize: str = "none",
) -> nn.Module:
    """Puts mapped tensors in, each cast or quantised by itself; what fits as it is stays mapped."""
    few = {} if quantize == "none" else quantizable(model)
    state: dict[str, Tensor] = {}
    for name in model.state_dict():
        stored = tensors[canonical(component, name)]
        layer = few.get(name.removesuffix(".weight"))
        if layer is None:
            state[name] = fitted(stored, device, dtype)
        else:
            state[name] = store(layer, stored.to(device), quantize, dtype)
            give_back(stored)
    model.load_state_dict(state, assign=True)
    return model.to(device).requires_grad_(False).eval()  # buffers are not among the tensors
