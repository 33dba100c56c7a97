"""Parts of a base model that give their memory back while they are not in use.

The VAE and text encoders that are not trained are needed until everything is cached, and then only
for pictures. Their modules stay, so that adapters can come and go, with weights that are NaN and
take no memory. The true ones come back bit for bit: from the files again, or from main memory where
a graphics card has its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor, nn

from studio.errors import StudioError
from studio.models.heap import apart, trim
from studio.models.mapped import give_back, is_mapped

_WORTH = 32 * 2**20
"""Bytes: smaller parts stay, so that the starter model's pictures come at once."""

_DTYPES = (torch.float32, torch.bfloat16, torch.float16)


class _Weight(NamedTuple):
    """A parameter, by the path that it has without adapters; ``kept`` are its values, if away."""

    path: str
    parameter: nn.Parameter
    kept: Tensor | None = None


class Part:
    """One part of a base model, such as its VAE, opened by ``open`` from ``files``."""

    def __init__(self, files: Sequence[Path], open: Callable[[], nn.Module]) -> None:
        self._files = files
        self._open = open
        self._stamps = [_stamp(file) for file in files]
        self._away: list[_Weight] | None = None
        with apart():
            self.module = open()
        size = sum(weight.parameter.nbytes for weight in _weights(self.module))
        self._worth = size >= _WORTH

    def put_away(self) -> None:
        """Frees the memory of the frozen weights, but not of adapters, nor of a small part.

        What is packed or quantised stays as well. A weight that is a view of a file only gives its
        pages back: it can be read as before.
        """
        if self._away is not None or not self._worth:
            return
        away = []
        for path, parameter, _ in _weights(self.module):
            if is_mapped(parameter.data):
                give_back(parameter.data)
            else:
                away.append(_Weight(path, parameter, _in_main_memory(parameter.data)))
        for _, parameter, _ in away:  # now nothing can fail any more
            nothing = torch.full((), torch.nan, dtype=parameter.dtype, device=parameter.device)
            parameter.data = nothing.expand(parameter.shape)
        self._away = away
        trim()

    def bring_back(self) -> None:
        """Makes the part ready for use, if it is not: takes half a second per GB.

        Raises ``base.gone`` if its files are not as they were when it was opened.
        """
        if self._away is None:
            return
        trim()
        read = self._read_again() if any(w.kept is None for w in self._away) else {}
        for path, parameter, kept in self._away:
            parameter.data = read[path] if kept is None else kept.to(parameter.device)
        self._away = None

    def _read_again(self) -> dict[str, Tensor]:
        for file, stamp in zip(self._files, self._stamps, strict=True):
            if stamp is None or _stamp(file) != stamp:
                raise StudioError("base.gone", path=str(file))
        with apart():
            return {path: parameter.data for path, parameter in self._open().named_parameters()}


def has_own_memory(device: torch.device) -> bool:
    """Whether a device computes in other memory than the main one: a graphics card."""
    return device.type not in ("cpu", "mps")


def _weights(module: nn.Module) -> list[_Weight]:
    """The frozen weights of ``module`` that are stored as plain numbers, one by one."""
    return [
        _Weight(path.replace(".base_layer.", "."), parameter)
        for path, parameter in module.named_parameters()
        if not parameter.requires_grad
        and "lora_" not in path
        and parameter.dtype in _DTYPES
        and parameter.untyped_storage().nbytes() >= parameter.nbytes
    ]


def _in_main_memory(tensor: Tensor) -> Tensor | None:
    return tensor.cpu() if has_own_memory(tensor.device) else None


def _stamp(file: Path) -> tuple[int, int] | None:
    """Size and time of the last change; None if the file cannot be had."""
    try:
        stat = file.stat()
    except OSError:
        return None
    return stat.st_size, stat.st_mtime_ns
