"""What each optimizer keeps beside the weights it trains, as `tests/benchmarks` measured it."""

from __future__ import annotations

STATE_BYTES: dict[str, float] = {
    "adamw": 8.0,
    "adamw8bit": 2.03,
    "paged_adamw8bit": 2.03,
    "adamw4bit": 1.06,
    "adamwfp8": 2.03,
    "adafactor": 0.26,
}
"""Bytes of state for each trained parameter, by what `Optimizer.on` returns.

Adafactor keeps a row and a column of each matrix: about 4 / rank bytes, here for rank 16 on
attention; convolutions, whose kernels are small matrices, take 3 to 8.
"""
