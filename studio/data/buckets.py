"""Aspect-ratio buckets: pure functions from image sizes to training sizes and crop boxes.

Sizes are (width, height) in pixels. Buckets follow NovelAI's and kohya's scheme: every bucket has
about the area of the square, so that a step costs the same memory whatever the aspect ratio.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

Size = tuple[int, int]

MAX_ZOOM = 8.0
"""Closer than this, an image of usual size gives training a few enlarged pixels."""


@dataclass(frozen=True, slots=True)
class Crop:
    """What an artist chose instead of the automatic crop box, for buckets of any size.

    ``x`` and ``y`` share out what is cut: (0, 0) keeps the left and top, (0.5, 0.5) the centre,
    (1, 1) the right and bottom. ``zoom`` 1 shows all that fits, 2 half of its width and height.
    Values out of range raise ValueError.
    """

    x: float = 0.5
    y: float = 0.5
    zoom: float = 1.0

    def __post_init__(self) -> None:
        if not (0 <= self.x <= 1 and 0 <= self.y <= 1 and 1 <= self.zoom <= MAX_ZOOM):
            raise ValueError(f"a crop has x and y from 0 to 1 and zoom from 1 to {MAX_ZOOM:g}")


@dataclass(frozen=True)
class CropBox:
    """Resize an image to ``scaled``, then cut ``bucket`` out of it at ``left``, ``top``."""

    scaled: Size
    left: int
    top: int
    bucket: Size

    @property
    def right(self) -> int:
        """First column to the right of the box, in the scaled image."""
        return self.left + self.bucket[0]

    @property
    def bottom(self) -> int:
        """First row below the box, in the scaled image."""
        return self.top + self.bucket[1]

    @property
    def kept(self) -> float:
        """Share of the image's area that training sees, in (0, 1]."""
        return math.prod(self.bucket) / math.prod(self.scaled)

    def conditioning(self, size: Size, flipped: bool) -> tuple[int, ...]:
        """What SDXL is told of a crop from an image of ``size`` (Podell et al. 2023, 2.2).

        Height and width of the image before it is scaled, top and left of the box in the scaled
        image (mirrored, where that is), height and width of the bucket; as kohya's trainer has it.
        """
        left = self.scaled[0] - self.right if flipped else self.left
        return (size[1], size[0], self.top, left, self.bucket[1], self.bucket[0])

    def region(self, size: Size) -> tuple[float, float, float, float]:
        """The box (left, top, right, bottom) in an image of ``size`` before it is scaled."""
        x, y = size[0] / self.scaled[0], size[1] / self.scaled[1]
        return (
            self.left * x,
            self.top * y,
            min(self.right * x, size[0]),
            min(self.bottom * y, size[1]),
        )


def make_buckets(resolution: int, step: int, max_aspect: float = 2.0) -> tuple[Size, ...]:
    """Training sizes of area <= resolution**2, sides multiples of ``step``, the square included.

    Each width takes the greatest height that its area leaves, and the other way round; sorted from
    tall to wide. Raises ValueError if not even the square fits.
    """
    square = resolution // step * step
    if square <= 0 or max_aspect < 1:
        raise ValueError(f"no bucket has resolution {resolution}, step {step}, aspect {max_aspect}")
    sizes = {(square, square)}
    for long in range(square + step, int(resolution * max_aspect) + step, step):
        short = resolution**2 // long // step * step
        if short and long <= short * max_aspect:
            sizes |= {(long, short), (short, long)}
    return tuple(sorted(sizes, key=lambda size: (size[0] / size[1], size)))


def assign(size: Size, buckets: Sequence[Size]) -> Size:
    """The bucket whose aspect ratio is closest to ``size``'s in log space; ties: larger area."""
    aspect = math.log(size[0] / size[1])

    def distance(bucket: Size) -> tuple[float, int, Size]:
        difference = abs(math.log(bucket[0] / bucket[1]) - aspect)
        return difference, -math.prod(bucket), bucket

    return min(buckets, key=distance)


def crop_box(size: Size, bucket: Size, crop: Crop = Crop()) -> CropBox:
    """How an image of ``size`` fills ``bucket``: scaled (up, if small) until it covers, then cut.

    A ``crop`` with zoom scales further, so that less of the image is seen.
    """
    scale = crop.zoom * max(bucket[0] / size[0], bucket[1] / size[1])
    width, height = (
        max(side, round(length * scale)) for side, length in zip(bucket, size, strict=True)
    )
    left = round((width - bucket[0]) * crop.x)
    top = round((height - bucket[1]) * crop.y)
    return CropBox((width, height), left, top, bucket)


def upscaled(size: Size, box: CropBox) -> bool:
    """Whether the box has fewer pixels than its bucket, so that training sees it blurred."""
    return box.scaled[0] > size[0] or box.scaled[1] > size[1]
