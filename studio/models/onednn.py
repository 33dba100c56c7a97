"""oneDNN's matrix product and convolution with weights packed beforehand, as torch has them.

These are the operators that ``torch.compile`` calls for frozen weights on a CPU. Their names are
private to torch, so `unsupported` tries them out before anything relies on them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

DTYPES = (torch.float32, torch.bfloat16)

Ints = Sequence[int]


def pack_matrix(weight: Tensor) -> Tensor:
    """``weight`` (N, K) in the layout that `linear` wants; ``to_dense`` gives the same bits back.

    The layout is good for any number of rows: a hint of their number changed no timing.
    """
    packed: Tensor = torch.ops.mkldnn._reorder_linear_weight(weight.contiguous(), None)
    return packed


def pack_kernels(weight: Tensor, pads: Ints, stride: Ints, dilation: Ints, size: Ints) -> Tensor:
    """``weight`` (D, C, h, w) in the layout that `convolve` wants for a (B, C, H, W) like ``size``.

    Other sizes give the same values; some are slower then, because oneDNN lays out once more.
    """
    reorder: Any = torch._C._nn.mkldnn_reorder_conv2d_weight  # its stub lacks ``size``
    packed: Tensor = reorder(weight.contiguous().to_mkldnn(), pads, stride, dilation, 1, size)
    return packed


def linear(x: Tensor, packed: Tensor, bias: Tensor | None) -> Tensor:
    """x W^T + b: (..., K) -> (..., N)."""
    y: Tensor = torch.ops.mkldnn._linear_pointwise.default(x, packed, bias, "none", [], "")
    return y


def convolve(
    x: Tensor, packed: Tensor, bias: Tensor | None, pads: Ints, stride: Ints, dilation: Ints
) -> Tensor:
    """x * K + b: (B, C, H, W) -> (B, D, H', W'), channels last in memory."""
    x = x.contiguous(memory_format=torch.channels_last)
    y: Tensor = torch.ops.mkldnn._convolution_pointwise.default(
        x, packed, bias, pads, stride, dilation, 1, "none", [], ""
    )
    return y


@cache
def unsupported(dtype: torch.dtype) -> str:
    """Why these operators cannot be used here with ``dtype``; "" if they can.

    Known from trying: small cases, compared with what torch's ordinary operators give.
    """
    if dtype not in DTYPES:
        return f"not for {str(dtype).removeprefix('torch.')}, only for float32 and bfloat16"
    if not torch.backends.mkldnn.is_available():
        return "this torch was built without oneDNN"
    try:
        alike = _linear_is_right(dtype) and all(_convolve_is_right(dtype, s) for s in (1, 2))
    except (AttributeError, NotImplementedError, RuntimeError, TypeError) as error:
        return f"torch {torch.__version__} refuses: {str(error).strip().splitlines()[0]}"
    return "" if alike else f"torch {torch.__version__} computes something else with packed weights"


def _linear_is_right(dtype: torch.dtype) -> bool:
    generator = torch.Generator().manual_seed(0)
    x, weight, bias = (
        torch.randn(shape, generator=generator).to(dtype) for shape in ((2, 5, 24), (40, 24), (40,))
    )
    packed = pack_matrix(weight)
    return torch.equal(packed.to_dense(), weight) and _close(
        linear(x, packed, bias), F.linear(x, weight, bias)
    )


def _convolve_is_right(dtype: torch.dtype, step: int) -> bool:
    generator = torch.Generator().manual_seed(step)
    shapes = ((2, 16, 5, 7), (24, 16, 3, 3), (24,))
    x, weight, bias = (torch.randn(shape, generator=generator).to(dtype) for shape in shapes)
    geometry = ((1, 1), (step, step), (1, 1))
    packed = pack_kernels(weight, *geometry, x.shape)
    return torch.equal(packed.to_dense(), weight) and _close(
        convolve(x, packed, bias, *geometry), F.conv2d(x, weight, bias, step, 1)
    )


def _close(found: Tensor, wanted: Tensor) -> bool:
    """Equal but for the order of additions, and one rounding of the dtype."""
    tolerance = 4 * torch.finfo(found.dtype).eps
    return torch.allclose(found, wanted, rtol=tolerance, atol=tolerance * float(wanted.abs().max()))
