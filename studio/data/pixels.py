"""From a Pillow image to the tensor that a VAE reads."""

from __future__ import annotations

import torch
from PIL import Image
from torch import Tensor

from studio.data.buckets import CropBox


def image_to_tensor(image: Image.Image, box: CropBox) -> Tensor:
    """The crop ``box`` of an RGB ``image``, resized by Lanczos: float32 (3, H, W) in [-1, 1]."""
    # Resampling the region alone equals resize-then-crop, without the memory of the whole.
    cut = image.resize(box.bucket, Image.Resampling.LANCZOS, box=box.region(image.size))
    width, height = box.bucket
    pixels = torch.frombuffer(bytearray(cut.tobytes()), dtype=torch.uint8)
    levels = pixels.view(height, width, 3).permute(2, 0, 1).float()
    return levels.div_(127.5).sub_(1).contiguous()
