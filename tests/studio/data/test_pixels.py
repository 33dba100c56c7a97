from __future__ import annotations

from pathlib import Path

import torch
from PIL import Image

from studio.data.buckets import crop_box
from studio.data.pixels import image_to_tensor


def noise(width: int, height: int) -> Image.Image:
    generator = torch.Generator().manual_seed(0)
    data = torch.randint(0, 256, (height * width * 3,), generator=generator, dtype=torch.uint8)
    return Image.frombytes("RGB", (width, height), data.numpy().tobytes())


def test_levels_channels_and_axes() -> None:
    image = Image.new("RGB", (4, 2), (0, 255, 51))
    image.putpixel((3, 1), (255, 0, 0))

    pixels = image_to_tensor(image, crop_box((4, 2), (4, 2)))

    assert pixels.shape == (3, 2, 4)
    assert pixels.dtype == torch.float32
    assert pixels.is_contiguous()
    assert pixels[:, 0, 0].tolist() == [-1.0, 1.0, torch.tensor(51 / 127.5 - 1).item()]
    assert pixels[:, 1, 3].tolist() == [1.0, -1.0, -1.0]


def test_equals_resizing_the_whole_and_cutting() -> None:
    image = noise(300, 97)
    box = crop_box(image.size, (64, 64))
    whole = image.resize(box.scaled, Image.Resampling.LANCZOS)
    cut = whole.crop((box.left, box.top, box.right, box.bottom))

    levels = (image_to_tensor(image, box) + 1) * 127.5
    expected = torch.frombuffer(bytearray(cut.tobytes()), dtype=torch.uint8).view(64, 64, 3)

    assert (levels.permute(1, 2, 0) - expected).abs().max() <= 1.01


def test_a_very_long_image_needs_no_very_long_copy(tmp_path: Path) -> None:
    """Scaling 20000 x 4 to cover a square of 512 would take 3.7 GB."""
    image = Image.new("RGB", (20000, 4), (255, 255, 255))

    assert image_to_tensor(image, crop_box(image.size, (512, 512))).min() > 0.99
