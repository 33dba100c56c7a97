"""A frozen weight in few bits, and back: NF4, int8 and fp8 with a scale for each block.

    stored = few_bits(weight, "nf4")
    weight = stored.weight(torch.bfloat16)

Blocks run over the flattened weight, whatever its shape. With scales for 128 weights each, not for
whole rows, int8 is a quarter less wrong: 0.7 % of the starter's UNet instead of 1 %.
"""

from __future__ import annotations

import dataclasses
import math
from abc import ABC, abstractmethod
from functools import lru_cache
from typing import Self

import torch
import torch.nn.functional as F
from torch import Tensor

_NF4_BLOCK = 64
_SCALE_BLOCK = 256
_BLOCK = 128
_LIMITS = {torch.int8: 127.0, torch.float8_e4m3fn: 448.0}
_KINDS = {"int8": torch.int8, "fp8": torch.float8_e4m3fn}

_BITS = {torch.bfloat16: (torch.int16, 4, -0x7810), torch.float32: (torch.int32, 20, -0x78100000)}
"""Where the bits of an fp8 number belong in a wider one: its integers, shift, and mask."""

_BIAS = 2.0**120
"""Between the exponents of fp8, which count from -7, and of bfloat16 and float32, from -127."""


class Stored(ABC):
    """A weight in few bits; its tensors are the fields of a dataclass, besides ``shape``."""

    shape: torch.Size

    @abstractmethod
    def weight(self, dtype: torch.dtype) -> Tensor:
        """The weight that the bits stand for, in new memory; always the same values."""

    @property
    def tensors(self) -> dict[str, Tensor]:
        """Everything that is kept, by field."""
        fields = {name: getattr(self, name) for name in self.__dataclass_fields__}  # type: ignore[attr-defined]
        return {name: value for name, value in fields.items() if isinstance(value, Tensor)}

    @property
    def bytes(self) -> int:
        """Memory of it all, scales and padding included."""
        return sum(tensor.nbytes for tensor in self.tensors.values())

    def to(self, device: torch.device) -> Self:
        """The same on another device."""
        moved = {name: tensor.to(device) for name, tensor in self.tensors.items()}
        return dataclasses.replace(self, **moved)  # type: ignore[type-var]


def few_bits(weight: Tensor, kind: str) -> Stored:
    """``weight`` as "nf4", "int8" or "fp8", on its own device, rounded from its own precision."""
    weight = weight.detach()
    return Nf4.of(weight) if kind == "nf4" else Scaled.of(weight, _KINDS[kind])


@dataclasses.dataclass(frozen=True)
class Nf4(Stored):
    """4-bit NormalFloat with double quantisation (QLoRA, Dettmers et al. 2023).

    ``codes`` are two weights a byte, ``maxima`` the largest of each 64, less ``mean``, in 8 bits
    with one of ``scales`` for each 256 of them.
    """

    codes: Tensor
    maxima: Tensor
    scales: Tensor
    mean: Tensor
    shape: torch.Size

    @classmethod
    def of(cls, weight: Tensor) -> Nf4:
        """Rounds ``weight``."""
        from bitsandbytes import functional as bnb

        codes, maxima = _nearest(_blocks(weight, _NF4_BLOCK).float())
        mean, table = maxima.mean(), _table(weight.device)
        rounded, state = bnb.quantize_blockwise(maxima - mean, code=table, blocksize=_SCALE_BLOCK)
        return cls(codes, rounded, state.absmax, mean, weight.shape)

    def weight(self, dtype: torch.dtype) -> Tensor:
        from bitsandbytes import functional as bnb

        table = _table(self.codes.device)
        maxima = bnb.dequantize_blockwise(
            self.maxima, absmax=self.scales, code=table, blocksize=_SCALE_BLOCK
        )
        state = bnb.QuantState(
            absmax=maxima + self.mean,
            shape=torch.Size((len(self.maxima), _NF4_BLOCK)),
            dtype=dtype,
            blocksize=_NF4_BLOCK,
            quant_type="nf4",
        )
        return _unblocked(bnb.dequantize_4bit(self.codes, state), self.shape)


@dataclasses.dataclass(frozen=True)
class Scaled(Stored):
    """8-bit integers or floats, with one of ``scales`` for each 128.

    Scales are bfloat16, so that a product with one is exact but for its own rounding.
    """

    codes: Tensor
    scales: Tensor
    shape: torch.Size

    @classmethod
    def of(cls, weight: Tensor, dtype: torch.dtype) -> Scaled:
        """Rounds ``weight``, the largest of each block to the largest number of ``dtype``."""
        blocks, limit = _blocks(weight, _BLOCK).float(), _LIMITS[dtype]
        scales = (blocks.abs().amax(1, keepdim=True) / limit).to(torch.bfloat16)
        codes = (blocks / torch.where(scales == 0, 1, scales).float()).clamp_(-limit, limit)
        if not dtype.is_floating_point:
            codes.round_()
        return cls(codes.to(dtype), scales, weight.shape)

    def weight(self, dtype: torch.dtype) -> Tensor:
        wide = torch.bfloat16 if dtype == torch.bfloat16 else torch.float32  # fp16 has small scales
        scales = self.scales.to(wide)
        if self.codes.dtype == torch.float8_e4m3fn and self.codes.device.type == "cpu":
            blocks = _widened(self.codes, wide).mul_(scales * _BIAS)
        else:
            blocks = self.codes.to(wide).mul_(scales)
        return _unblocked(blocks.to(dtype), self.shape)


def _nearest(blocks: Tensor) -> tuple[Tensor, Tensor]:
    """NF4 codes of ``blocks``, two a byte, and the largest number of each block."""
    from bitsandbytes import functional as bnb

    if blocks.device.type != "cpu":
        codes, state = bnb.quantize_4bit(blocks, blocksize=_NF4_BLOCK, quant_type="nf4")
        return codes, state.absmax
    # What bitsandbytes does there takes three times as long as this: its 8 bits, for 16 numbers.
    numbers = bnb.get_4bit_type("nf4", device="cpu").repeat_interleave(16)
    wide, _ = bnb.quantize_blockwise(blocks, code=numbers, blocksize=_NF4_BLOCK)
    maxima = blocks.abs().amax(1)
    wide[maxima == 0] = 0x77  # number 7 is 0
    high, low = wide.view(-1, 2).split(1, dim=1)
    return high & 0xF0 | low >> 4, maxima


def _widened(codes: Tensor, dtype: torch.dtype) -> Tensor:
    """fp8 numbers / `_BIAS`, by moving their bits: torch's own way takes seven times as long."""
    integers, shift, mask = _BITS[dtype]
    bits = codes.view(torch.int8).to(integers)  # which copies the sign to the left
    bits <<= shift
    bits &= mask
    return bits.view(dtype)


def _blocks(weight: Tensor, size: int) -> Tensor:
    """(blocks, size): the weight in its order, with zeros at the end."""
    flat = weight.reshape(-1)
    return F.pad(flat, (0, -len(flat) % size)).view(-1, size)


def _unblocked(blocks: Tensor, shape: torch.Size) -> Tensor:
    return blocks.view(-1)[: math.prod(shape)].view(shape)


@lru_cache
def _table(device: torch.device) -> Tensor:
    """The 256 numbers that the 8 bits of an NF4 scale stand for (Dettmers 2015), on ``device``."""
    from bitsandbytes.functional import create_dynamic_map

    table: Tensor = create_dynamic_map().to(device)
    return table
