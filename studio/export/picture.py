"""The picture that goes with an exported file: beside it, and small inside it."""

from __future__ import annotations

import base64
import io
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from studio.data.images import load_image

_THUMBNAIL = 256  # pixels, as ModelSpec asks
_PARAMETERS = "parameters"


def png(picture: Path, *, parameters: bool) -> bytes:
    """``picture`` as PNG with nothing of its metadata but, if wanted, how it was drawn.

    Raises ``image.unreadable`` and ``image.unsupported``.
    """
    info = PngInfo()
    image = load_image(picture)
    if parameters and (text := _parameters(picture)):
        info.add_text(_PARAMETERS, text)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", pnginfo=info)
    return buffer.getvalue()


def data_url(picture: Path) -> str:
    """``picture`` as a data URL for ``modelspec.thumbnail``; raises what `png` raises."""
    image = load_image(picture)
    image.thumbnail((_THUMBNAIL, _THUMBNAIL))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=85)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode()


def _parameters(picture: Path) -> str:
    with Image.open(picture) as image:
        text = image.info.get(_PARAMETERS, "")
    return text if isinstance(text, str) else ""
