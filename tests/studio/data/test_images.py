from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageCms, features

from studio.data import images
from studio.data.images import decode, is_image, load_image, read_size
from studio.errors import StudioError

RED, BLUE = (200, 30, 30), (30, 30, 200)


def halves(width: int = 64, height: int = 48) -> Image.Image:
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    return image


def close(pixel: object, colour: tuple[int, ...], tolerance: int = 12) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(a - b) <= tolerance for a, b in zip(pixel, colour, strict=True))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.JPG", True),
        ("a.webp", True),
        ("a.tiff", True),
        ("a.avif", features.check("avif")),
        ("a.txt", False),
        ("a.gif", False),
        (".a.png", False),
        ("a-masklabel.png", False),
        ("a-MaskLabel.PNG", False),
    ],
)
def test_knows_its_files(name: str, expected: bool) -> None:
    assert is_image(name) is expected


# where an upright picture's top left, top right and bottom left come to lie on disk
TURNS = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
FORMATS = ["jpg", "png", "webp", "tif", *(["avif"] if features.check("avif") else [])]


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("orientation", TURNS)
def test_turns_images_upright(tmp_path: Path, ending: str, orientation: int) -> None:
    upright = Image.new("RGB", (64, 32), "white")
    upright.paste((220, 20, 20), (0, 0, 32, 16))  # top left
    upright.paste((20, 20, 220), (32, 0, 64, 16))  # top right
    turn = TURNS[orientation]
    exif = Image.Exif()
    exif[274] = orientation
    path = tmp_path / f"a.{ending}"
    (upright if turn is None else upright.transpose(turn)).save(path, exif=exif, quality=95)

    image = load_image(path)

    assert image.size == read_size(path) == (64, 32)
    assert close(image.getpixel((10, 6)), (220, 20, 20), 25)
    assert close(image.getpixel((54, 6)), (20, 20, 220), 25)
    assert close(image.getpixel((10, 26)), (255, 255, 255), 25)


def test_exif_behind_the_pixels_does_not_tear_header_and_pixels_apart(tmp_path: Path) -> None:
    """A PNG may carry EXIF after its pixels, where the header alone does not show it."""
    exif = Image.Exif()
    exif[274] = 6
    path = tmp_path / "a.png"
    halves().save(path)
    data = path.read_bytes()
    body = b"eXIf" + exif.tobytes().removeprefix(b"Exif\0\0")
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    end = data.rindex(b"IEND") - 4
    path.write_bytes(data[:end] + chunk + data[end:])

    assert load_image(path).size == read_size(path)


def test_lays_transparency_on_white(tmp_path: Path) -> None:
    image = Image.new("RGBA", (8, 8), (0, 0, 0, 0))
    image.putpixel((1, 1), (200, 30, 30, 255))
    image.putpixel((2, 2), (0, 0, 0, 128))
    image.save(tmp_path / "a.png")

    loaded = load_image(tmp_path / "a.png")

    assert loaded.mode == "RGB"
    assert loaded.getpixel((0, 0)) == (255, 255, 255)
    assert loaded.getpixel((1, 1)) == (200, 30, 30)
    assert loaded.getpixel((2, 2)) == (127, 127, 127)


def test_reads_palettes_with_and_without_transparency(tmp_path: Path) -> None:
    palette = halves().quantize(4)
    palette.save(tmp_path / "plain.png")
    blue = palette.getpixel((60, 10))
    palette.save(tmp_path / "clear.png", transparency=blue)

    assert close(load_image(tmp_path / "plain.png").getpixel((60, 10)), BLUE)
    assert load_image(tmp_path / "clear.png").getpixel((60, 10)) == (255, 255, 255)
    assert close(load_image(tmp_path / "clear.png").getpixel((4, 10)), RED)


@pytest.mark.parametrize("ending", ["png", "tif"])
def test_scales_16_bit_grey(tmp_path: Path, ending: str) -> None:
    image = Image.new("I;16", (3, 1))
    for x, level in enumerate((0, 32768, 65535)):
        image.putpixel((x, 0), level)
    image.save(tmp_path / f"a.{ending}")

    loaded = load_image(tmp_path / f"a.{ending}")

    assert [loaded.getpixel((x, 0)) for x in range(3)] == [(0,) * 3, (128,) * 3, (255,) * 3]


def test_a_transparent_level_of_16_bit_grey_is_not_taken_for_an_8_bit_one(tmp_path: Path) -> None:
    image = Image.new("I;16", (2, 1), 100)
    image.putpixel((1, 0), 100 * 257)
    image.save(tmp_path / "a.png", transparency=100)

    assert load_image(tmp_path / "a.png").getpixel((1, 0)) == (100, 100, 100)


@pytest.mark.parametrize(("mode", "white"), [("I", 65535), ("F", 1.0), ("F", 255.0)])
def test_scales_deep_tiffs_by_their_range(tmp_path: Path, mode: str, white: float) -> None:
    image = Image.new(mode, (2, 1), 0)
    image.putpixel((1, 0), white)
    image.save(tmp_path / "a.tif")

    assert load_image(tmp_path / "a.tif").getpixel((1, 0)) == (255, 255, 255)
    assert load_image(tmp_path / "a.tif").getpixel((0, 0)) == (0, 0, 0)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "CMYK", "YCbCr", "LAB"])
def test_reads_other_modes(tmp_path: Path, mode: str) -> None:
    ending = {"LA": "png", "CMYK": "jpg", "YCbCr": "jpg"}.get(mode, "tif")
    if mode == "LAB":
        lab = ImageCms.profileToProfile(
            halves(),
            ImageCms.createProfile("sRGB"),
            ImageCms.createProfile("LAB"),
            outputMode="LAB",
        )
        assert lab is not None
        lab.save(tmp_path / f"a.{ending}")
    else:
        halves().convert(mode).save(tmp_path / f"a.{ending}", quality=95)

    image = load_image(tmp_path / f"a.{ending}")

    assert image.mode == "RGB"
    if mode in ("CMYK", "YCbCr", "LAB"):
        assert close(image.getpixel((4, 10)), RED, 15)
        assert close(image.getpixel((60, 10)), BLUE, 15)
    elif mode != "1":
        grey = halves().convert("L").getpixel((4, 10))
        assert isinstance(grey, int)
        assert close(image.getpixel((4, 10)), (grey, grey, grey), 2)


def swapped_profile() -> bytes:
    """An sRGB profile whose red and blue primaries have changed places."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert profile.count(b"rXYZ") == profile.count(b"bXYZ") == 1
    return profile.replace(b"rXYZ", b"-XYZ").replace(b"bXYZ", b"rXYZ").replace(b"-XYZ", b"bXYZ")


def test_converts_icc_profiles_to_srgb(tmp_path: Path) -> None:
    halves().save(tmp_path / "a.png", icc_profile=swapped_profile())

    image, problems = decode(tmp_path / "a.png")

    assert problems == []
    assert close(image.getpixel((4, 10)), (30, 30, 200), 4)


def test_converts_the_colours_under_transparency_too(tmp_path: Path) -> None:
    rgba = halves().convert("RGBA")
    rgba.putpixel((0, 0), (0, 0, 0, 0))
    rgba.save(tmp_path / "a.png", icc_profile=swapped_profile())

    image = load_image(tmp_path / "a.png")

    assert close(image.getpixel((4, 10)), (30, 30, 200), 4)
    assert image.getpixel((0, 0)) == (255, 255, 255)


@pytest.mark.parametrize("kind", ["noise", "wrong colour space"])
def test_says_that_a_profile_is_unusable(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.png"
    if kind == "noise":
        halves().save(path, icc_profile=b"not a profile" * 20)
    else:
        lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
        halves().save(path, icc_profile=lab)

    image, problems = decode(path)

    assert [problem.code for problem in problems] == ["image.bad_profile"]
    assert problems[0].params == {"path": str(path)}
    assert image.getpixel((4, 10)) == RED


@pytest.mark.parametrize("ending", ["jpg", "png", "webp", "tif", "bmp"])
def test_a_truncated_image_is_an_error(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a.{ending}"
    halves().save(path)
    path.write_bytes(path.read_bytes()[:-30])

    with pytest.raises(StudioError) as caught:
        load_image(path)

    assert caught.value.code == "image.unreadable"
    assert caught.value.params["path"] == str(path)
    assert caught.value.params["reason"]


@pytest.mark.parametrize("content", [b"", b"hello, I am text", b"\x89PNG\r\n\x1a\n"])
def test_a_file_that_is_no_image_is_an_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(content)

    for read in (read_size, load_image):
        with pytest.raises(StudioError, match=r"image\.unreadable") as caught:
            read(path)
        assert "0x" not in caught.value.params["reason"]  # no address of a Python object


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    for read in (read_size, load_image, images.read_bytes):
        with pytest.raises(StudioError) as caught:
            read(tmp_path / "gone.png")
        assert caught.value.params["reason"] == "No such file or directory"


def test_refuses_a_decompression_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    halves().save(tmp_path / "a.png")
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)

    with pytest.raises(StudioError) as caught:
        read_size(tmp_path / "a.png")

    assert "million pixels; save it smaller" in caught.value.params["reason"]


def test_never_touches_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    halves().save(path)
    before = path.read_bytes(), path.stat().st_mtime_ns
    path.chmod(0o444)

    read_size(path), load_image(path)

    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert [p.name for p in tmp_path.iterdir()] == ["a.png"]


def test_bytes_in_hand_are_decoded_instead_of_the_file(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    halves(20, 10).save(buffer, "PNG")

    assert decode(tmp_path / "not there.png", buffer.getvalue())[0].size == (20, 10)
