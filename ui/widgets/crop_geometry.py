"""How a crop changes under the hand: pure functions from a crop to the next one.

Distances are in pixels of the scaled image, that is, of what training sees; points in shares of the
crop box from (0, 0), its left top, to (1, 1).
"""

from __future__ import annotations

from studio.data.buckets import MAX_ZOOM, Crop, CropBox, Size, crop_box

_CENTRE = (0.5, 0.5)


def moved(size: Size, bucket: Size, crop: Crop, dx: float, dy: float) -> Crop:
    """``crop`` with its box moved as far as the image goes."""
    box = crop_box(size, bucket, crop)
    return _placed(box, crop, box.left + dx, box.top + dy)


def zoomed(
    size: Size, bucket: Size, crop: Crop, zoom: float, anchor: tuple[float, float] = _CENTRE
) -> Crop:
    """``crop`` at another zoom; the part of the image at ``anchor`` of the box stays there."""
    old = crop_box(size, bucket, crop)
    crop = Crop(crop.x, crop.y, min(max(zoom, 1.0), MAX_ZOOM))
    new = crop_box(size, bucket, crop)
    left, top = (
        (offset + share * side) * after / before - share * side
        for offset, share, side, before, after in zip(
            (old.left, old.top), anchor, bucket, old.scaled, new.scaled, strict=True
        )
    )
    return _placed(new, crop, left, top)


def drawn(
    size: Size, bucket: Size, crop: Crop, corner: tuple[int, int], to: tuple[float, float]
) -> Crop:
    """``crop`` after dragging its ``corner`` to ``to`` (pixels of the image); keeps the aspect."""
    anchor = (1 - corner[0], 1 - corner[1])
    left, top, right, bottom = crop_box(size, bucket, crop).region(size)
    width, height = right - left, bottom - top
    fixed = (left + anchor[0] * width, top + anchor[1] * height)
    signs = (2 * corner[0] - 1, 2 * corner[1] - 1)
    wanted = max(
        (to[0] - fixed[0]) * signs[0] / width, (to[1] - fixed[1]) * signs[1] / height, 1e-6
    )
    return zoomed(size, bucket, crop, crop.zoom / wanted, anchor)


def enlarged(size: Size, box: CropBox) -> float:
    """How many times training enlarges the image; at most 1 means that it has enough pixels."""
    return max(box.scaled[0] / size[0], box.scaled[1] / size[1])


def _placed(box: CropBox, crop: Crop, left: float, top: float) -> Crop:
    """``crop`` with its box at ``left``, ``top``, or as near as the image allows."""
    x, y = (
        min(max(offset / slack, 0.0), 1.0) if (slack := whole - side) else share
        for offset, whole, side, share in zip(
            (left, top), box.scaled, box.bucket, (crop.x, crop.y), strict=True
        )
    )
    return Crop(x, y, crop.zoom)
