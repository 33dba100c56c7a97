"""Image files as training sees them: upright, RGB in sRGB, transparency on white; never written.

`read_size` reads a file's header and `decode` its pixels; both find the orientation by the same
rule, so that a crop box computed from the one fits the other.
"""

from __future__ import annotations

import io
import os
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import ExifTags, Image, ImageCms, UnidentifiedImageError, features

from studio.data.problems import Problem
from studio.errors import StudioError

_AVIF = frozenset({".avif"})
EXTENSIONS = frozenset({".jpg", ".jpeg", ".jfif", ".png", ".webp", ".bmp", ".tif", ".tiff"}) | (
    _AVIF if features.check("avif") else frozenset()
)
UNSUPPORTED = (frozenset({".gif", ".heic", ".heif", ".jxl", ".psd"}) | _AVIF) - EXTENSIONS
"""Pictures that Pillow or training cannot use; a folder that holds them is told so."""

MASK_SUFFIX = "-masklabel"

# Pillow warns above its pixel limit and refuses above twice that; only the refusal concerns us.
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)

# What Pillow's plugins raise on damaged files, found by cutting files of each format short.
_DAMAGED = (
    *(OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, OverflowError),
    *(EOFError, RuntimeError, struct.error, zlib.error, Image.DecompressionBombError),
)

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def is_image(name: str) -> bool:
    """Whether a file called ``name`` is a training image: known ending, not hidden, not a mask."""
    stem, ending = os.path.splitext(os.path.basename(name))
    if stem.startswith(".") or stem.casefold().endswith(MASK_SUFFIX):
        return False
    return ending.casefold() in EXTENSIONS


def read_size(path: Path) -> tuple[int, int]:
    """(width, height) in pixels as shown upright, from the header; raises ``image.unreadable``."""
    with _readable(path), Image.open(path) as image:
        width, height = image.size
        return (height, width) if _orientation(image) >= 5 else (width, height)


def read_bytes(path: Path) -> bytes:
    """The content of an image file; raises ``image.unreadable``."""
    with _readable(path):
        return path.read_bytes()


def load_image(path: Path) -> Image.Image:
    """The upright image, mode RGB; raises ``image.unreadable``. See `decode` for its problems."""
    return decode(path)[0]


def decode(path: Path, data: bytes | None = None) -> tuple[Image.Image, list[Problem]]:
    """The upright image, mode RGB, and what was wrong with it without making it unusable.

    ``data`` are the bytes of the file where the caller has read them. Raises ``image.unreadable``
    if any part of the image cannot be decoded.
    """
    problems: list[Problem] = []
    with _readable(path), Image.open(path if data is None else io.BytesIO(data)) as image:
        turn = _UPRIGHT.get(_orientation(image))
        image.load()
        rgb = _flatten(image, path, problems)
        return rgb if turn is None else rgb.transpose(turn), problems


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except _DAMAGED as error:
        raise StudioError("image.unreadable", path=str(path), reason=_reason(error)) from error


def _reason(error: Exception) -> str:
    if isinstance(error, Image.DecompressionBombError):
        limit = 2 * (Image.MAX_IMAGE_PIXELS or 0) // 1_000_000
        return f"it has more than {limit} million pixels; save it smaller"
    if isinstance(error, UnidentifiedImageError):
        return "its content is not an image"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__


def _orientation(image: Image.Image) -> int:
    """The EXIF orientation, 1 (upright) to 8, that is still to be applied to ``image``."""
    if image.format == "TIFF":
        return 1  # Pillow turns TIFFs itself, in the header's size too
    if image.format == "PNG" and not {"exif", "Raw profile type exif"} & image.info.keys():
        return 1  # getexif would decode the whole file to look for EXIF behind the pixels
    orientation = image.getexif().get(ExifTags.Base.Orientation, 1)
    return orientation if orientation in _UPRIGHT else 1


def _flatten(image: Image.Image, path: Path, problems: list[Problem]) -> Image.Image:
    """``image`` as RGB in sRGB, with its transparency laid on white."""
    profile = image.info.get("icc_profile")
    image = _to_8_bit(image)
    alpha = image.convert("RGBA").getchannel("A") if image.has_transparency_data else None
    rgb = _to_srgb(_opaque(image), profile, path, problems)
    if alpha is None:
        return rgb
    page = Image.new("RGB", rgb.size, "white")
    page.paste(rgb, mask=alpha)
    return page


def _to_8_bit(image: Image.Image) -> Image.Image:
    """Deep grey images scaled to 8 bits (convert would clip them to white); others as they are."""
    if not image.mode.startswith(("I", "F")):
        return image
    deep = image.convert("I") if image.mode.startswith("I;16") else image
    deep.info.pop("transparency", None)  # a 16-bit level, out of place in 8 bits
    scale = 255 / _white(image)
    return deep.point(lambda level: level * scale + 0.5).convert("L")


def _white(image: Image.Image) -> float:
    """The level that means white: 16-bit files say it, others show it by their brightest pixel."""
    if image.mode.startswith("I;16"):
        return 65535.0
    _, brightest = image.getextrema()
    assert isinstance(brightest, (int, float))
    steps = (1.0, 255.0, 65535.0) if image.mode == "F" else (65535.0,)
    return next((white for white in steps if brightest <= white), 2.0**31 - 1)


def _opaque(image: Image.Image) -> Image.Image:
    """``image`` without alpha or palette, in the colour space its profile speaks of."""
    if image.mode in ("L", "RGB", "CMYK"):
        return image
    if image.mode in ("1", "LA"):
        return image.convert("L")
    return (
        image.convert("RGBA").convert("RGB") if image.mode in ("P", "PA") else image.convert("RGB")
    )


def _to_srgb(
    image: Image.Image, profile: bytes | None, path: Path, problems: list[Problem]
) -> Image.Image:
    """``image`` (L, RGB or CMYK) as RGB, through its ICC profile where it has a usable one."""
    if not profile:
        return image.convert("RGB")
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        target = ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(image, source, target, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        problems.append(Problem("image.bad_profile", {"path": str(path)}))
        return image.convert("RGB")
    assert converted is not None
    return converted
