"""A module of a file against the live layer: the same factors, and the same weights."""

from __future__ import annotations

from typing import Any, NoReturn

import torch
from torch import Tensor

from studio.errors import StudioError
from studio.export.write import DTYPES, Dtype
from studio.models.lora_file import LoraModule
from studio.models.names import Place

_ROWS = 8  # outputs of a layer, those that change most, whose weights are multiplied out


def fail(check: str, detail: str) -> NoReturn:
    """Raises ``export.self_check_failed``."""
    raise StudioError("export.self_check_failed", check=check, detail=detail)


def live_module(layer: Any, adapter_name: str) -> LoraModule:
    """The layer's factors with the scale that peft itself gives it at strength 1."""
    current = layer.scaling[adapter_name]
    try:
        layer.set_scale(adapter_name, 1.0)
        scale = float(layer.scaling[adapter_name])
    finally:
        layer.scaling[adapter_name] = current
    down, up = (
        side[adapter_name].weight.detach().to("cpu", torch.float64)
        for side in (layer.lora_A, layer.lora_B)
    )
    return LoraModule(down, up, scale * down.shape[0])


def difference(
    place: Place, module: LoraModule, live: LoraModule | None, dtype: Dtype
) -> tuple[float, float]:
    """Largest error of the file's weight change, and the largest change; fails beyond rounding.

    The factors are compared as a whole, and multiplied out for the outputs that change most.
    """
    name = f"{place.component}.{place.path}"
    if live is None:  # zeros that complete an attention
        if module.up.any():
            fail("weights", f"{name} is not in the adapter")
        return 0.0, 0.0
    module = LoraModule(module.down.double(), module.up.double(), module.alpha)
    _compare_factors(name, module, live, DTYPES[dtype])
    most = live.up.flatten(1).norm(dim=1).topk(min(_ROWS, live.up.shape[0])).indices
    of_file, of_live = (LoraModule(m.down, m.up[most], m.alpha) for m in (module, live))
    truth = of_live.delta(torch.float64)
    off = (of_file.delta(torch.float64) - truth).abs_()
    bound = _rounding(of_file, of_live, DTYPES[dtype]).reshape(truth.shape)
    if not bool((off <= bound).all()):
        fail("weights", f"{name}: off by {float(off.max()):.3g}")
    return float(off.max()), float(truth.abs().max())


def _compare_factors(name: str, module: LoraModule, live: LoraModule, dtype: torch.dtype) -> None:
    """Both factors must be the live ones, rounded: then so is every entry of their product.

    The products of all layers of an SDXL would have 2 billion entries and take minutes. Folding
    alpha into ``up`` rounds a few times more, in float32.
    """
    info = torch.finfo(dtype)
    tiny = info.smallest_normal * info.eps / 2
    folded = info.eps / 2 + 3 * torch.finfo(torch.float32).eps
    more = module.rank - live.rank  # rank 1 is stored as 2
    if more < 0:
        fail("weights", f"{name}: rank {module.rank} instead of {live.rank}")
    pad = torch.nn.functional.pad
    down = pad(live.down.flatten(1), (0, 0, 0, more))
    up = pad(live.up.flatten(1), (0, more)) * live.scale
    for found, wanted, bound in (
        (module.down.flatten(1), down, info.eps / 2 * down.abs() + tiny),
        (module.up.flatten(1) * module.scale, up, folded * up.abs() + tiny * abs(module.scale)),
    ):
        off = (found - wanted).abs_()
        if not bool((off <= bound).all()):  # also for NaN
            fail("weights", f"{name}: a factor is off by {float(off.max()):.3g}")


def _rounding(module: LoraModule, live: LoraModule, dtype: torch.dtype) -> Tensor:
    """Upper bound per entry of what rounding both factors to ``dtype`` can change.

    Each factor is off by half a unit in the last place, or half the smallest number that ``dtype``
    has; folding alpha into ``up`` adds a float32 rounding.
    """
    info = torch.finfo(dtype)
    unit = info.eps / 2 + torch.finfo(torch.float32).eps
    tiny = info.smallest_normal * info.eps / 2
    relative = (2 * unit + unit**2) * abs(live.scale)
    absolute = 2 * tiny * max(abs(module.scale), abs(live.scale))
    down, up = live.down.abs().flatten(1), live.up.abs().flatten(1)
    # relative * up @ down + absolute * (sums of both), as one product: the entries are many
    lefts = [
        relative * up,
        torch.full_like(up[:, :1], absolute),
        absolute * up.sum(1, keepdim=True),
    ]
    rights = [down, down.sum(0, keepdim=True) + live.rank * tiny, torch.ones_like(down[:1])]
    return torch.cat(lefts, dim=1) @ torch.cat(rights)
