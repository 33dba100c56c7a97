"""Low-rank factors: added up exactly, cut to the strongest directions, taken from a full matrix.

A cut is the best approximation of its rank (Eckart and Young, 1936). All of it is computed in
float64 and without chance, so that the same files give the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from studio.models.lora_file import LoraModule

_NOTHING = 1e-7  # of the largest singular value; smaller ones are rounding


@dataclass(frozen=True)
class Size:
    """How much of a weight change a cut keeps: ``rank`` directions, or those that hold ``energy``.

    ``energy`` is a share of the sum of squared singular values, in (0, 1]. One of the two is set.
    """

    rank: int | None = None
    energy: float | None = None

    def directions(self, values: Tensor) -> int:
        """How many of the singular ``values`` (descending) to keep: at least one, none for zeros.

        Directions without effect are never kept, so ``rank`` is a limit.
        """
        useful = int((values > _NOTHING * values[0]).sum())
        if self.rank is not None:
            return min(self.rank, useful)
        assert self.energy is not None
        shares = values.square().cumsum(0)
        enough = int((shares < self.energy * shares[-1] * (1 - 1e-12)).sum()) + 1
        return min(enough, useful)


@dataclass(frozen=True)
class Cut:
    """What a cut left: the module (None if there was no effect), and energies before and after."""

    module: LoraModule | None
    kept: float
    total: float


def joined(parts: Sequence[tuple[LoraModule, float]]) -> LoraModule:
    """The weighted sum of adapters of one layer, exact: factors side by side, so ranks add up.

    Float32. The strongest part keeps its factors as they are; weights and scales of the others go
    into their ``up``.
    """
    scales = [module.scale * weight for module, weight in parts]
    common = max((abs(scale) for scale in scales), default=0.0) or 1.0
    down = torch.cat([module.down.float() for module, _ in parts])
    ups = [
        module.up.float() * (scale / common)
        for (module, _), scale in zip(parts, scales, strict=True)
    ]
    return LoraModule(down, torch.cat(ups, dim=1), common * down.shape[0])


def cut_module(module: LoraModule, size: Size) -> Cut:
    """``module`` cut to ``size``, through QR of both factors and the SVD of their small core.

    The full matrix (out, in) is never made: the core is at most (r, r).
    """
    up_basis, up_core = torch.linalg.qr(module.up.double().flatten(1))
    down_basis, down_core = torch.linalg.qr(module.down.double().flatten(1).T)
    left, values, right = torch.linalg.svd(module.scale * up_core @ down_core.T)
    count = size.directions(values)
    roots = values[:count].sqrt()
    up = (up_basis @ left[:, :count]) * roots
    down = roots[:, None] * (right[:count] @ down_basis.T)
    return _cut(up, down, tuple(module.down.shape[1:]), values)


def cut_matrix(change: Tensor, size: Size) -> Cut:
    """The change of a whole weight, (out, in) or (out, in, kh, kw), as factors cut to ``size``.

    Directions come from the eigenvectors of the smaller Gram matrix: in float64 singular values are
    right to 1e-8 of the largest, at a tenth of the time of a full SVD.
    """
    matrix = change.double().flatten(1)
    wide = matrix.shape[0] <= matrix.shape[1]
    rows = matrix if wide else matrix.T
    squares, vectors = torch.linalg.eigh(rows @ rows.T)
    values = squares.flip(0).clamp(min=0.0).sqrt()
    count = size.directions(values)
    roots = values[:count].sqrt()
    basis = vectors.flip(1)[:, :count]
    first, second = basis * roots, (basis.T @ rows) / roots[:, None]
    up, down = (first, second) if wide else (second.T, first.T)
    return _cut(up, down, tuple(change.shape[1:]), values)


def _cut(up: Tensor, down: Tensor, inner: tuple[int, ...], values: Tensor) -> Cut:
    """Factors (out, k) and (k, in * kh * kw) in the shape of a layer with ``inner`` inputs."""
    count = int(down.shape[0])
    squares = values.square()
    total = float(squares.sum())
    if not count:
        return Cut(None, 0.0, total)
    outer = (1, 1) if len(inner) == 3 else ()
    module = LoraModule(
        down.reshape(count, *inner).float().contiguous(),
        up.reshape(-1, count, *outer).float().contiguous(),
        float(count),
    )
    return Cut(module, float(squares[:count].sum()), total)
