"""Near-duplicates: images that were resized, compressed, brightened or trimmed by a little.

The hash is ours, since the package imagehash brings scipy and PyWavelets for these few lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PIL.Image import Resampling

if TYPE_CHECKING:
    from PIL.Image import Image

DISTANCE = 14
"""Bits in which the hashes of near-duplicates differ at most; of other images, some 20 and more."""

_SIDE = 8
_FLAT = 4.0  # grey levels between darkest and brightest that compression noise alone can make
_BLOCK = 64  # hashes compared with all others in one step: 5 ms, without the interpreter's lock


def difference_hash(image: Image) -> int | None:
    """128 bits: is each of 8x8 cells darker than the one to its right, and than the one below?

    64 bits, as usual, are too few for line drawings on white. The cells are not rounded to bytes,
    because white clips there and brightness would show. None for images of one flat colour.
    """
    size = (_SIDE + 1, _SIDE + 1)
    grey = image.convert("L")
    grey = grey.reduce(max(1, min(grey.size) // 128))  # 24 megapixels as floats are 96 MB
    small = grey.convert("F").resize(size, Resampling.BICUBIC)
    cells = memoryview(small.tobytes()).cast("f").tolist()
    if max(cells) - min(cells) < _FLAT:
        return None
    bits = 0
    for start in range(0, _SIDE * size[0], size[0]):
        for cell in range(start, start + _SIDE):
            right, below = cells[cell + 1], cells[cell + size[0]]
            bits = bits << 2 | (cells[cell] < right) << 1 | (cells[cell] < below)
    return bits


def groups(hashes: Sequence[int | None], distance: int = DISTANCE) -> list[list[int]]:
    """The indices of near-duplicates, in groups of two or more; None is like nothing else.

    An image belongs to a group if it is near to any of it.
    """
    union = _Union(len(hashes))
    firsts: dict[int, int] = {}
    for index, bits in enumerate(hashes):
        if bits is not None:
            union.join(firsts.setdefault(bits, index), index)
    _join_near(list(firsts), list(firsts.values()), distance, union)
    found: dict[int, list[int]] = {}
    for index in range(len(hashes)):
        found.setdefault(union.root(index), []).append(index)
    return [group for group in found.values() if len(group) > 1]


class _Union:
    """Union-find: numbers that were joined have the same root, the smallest of them."""

    def __init__(self, size: int) -> None:
        self._parents = list(range(size))

    def root(self, index: int) -> int:
        parents = self._parents
        while parents[index] != index:
            parents[index] = index = parents[parents[index]]
        return index

    def join(self, first: int, second: int) -> None:
        low, high = sorted((self.root(first), self.root(second)))
        self._parents[high] = low


def _join_near(bits: list[int], indices: list[int], distance: int, union: _Union) -> None:
    """Compares all with all: 20,000 hashes take half a second."""
    import numpy as np

    high = np.array([one >> 64 for one in bits], dtype=np.uint64)
    low = np.array([one & (1 << 64) - 1 for one in bits], dtype=np.uint64)
    roots = np.array(indices)
    for start in range(0, len(bits), _BLOCK):
        half = np.bitwise_count(high[start : start + _BLOCK, None] ^ high[start:])
        rows, columns = np.nonzero(half <= distance)
        rows, columns = rows + start, columns + start
        other = roots[rows] != roots[columns]
        rows, columns = rows[other], columns[other]
        rest = np.bitwise_count(low[rows] ^ low[columns])
        near = half[rows - start, columns - start] + rest <= distance
        for row, column in zip(rows[near].tolist(), columns[near].tolist(), strict=True):
            union.join(indices[row], indices[column])
        if near.sum() > _BLOCK:  # frames of a film: do not join them pair by pair
            roots = np.array([union.root(index) for index in indices])
