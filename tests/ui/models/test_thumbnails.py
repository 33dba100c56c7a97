from __future__ import annotations

import gc
import os
import shutil
import weakref
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QPointF, QThread
from PySide6.QtGui import QColor, QColorSpace, QImage

from studio.data.collection import Caption, ImageFile
from studio.data.images import decode
from studio.errors import StudioError
from ui.models.thumbnail_files import ThumbnailFolder, content_key, read_thumbnail
from ui.models.thumbnails import WAITING, Thumbnails


def image_file(path: Path) -> ImageFile:
    status = path.stat()
    caption = Caption(path.parent, path.stem + ".txt")
    return ImageFile(path.parent, path.name, caption, (status.st_mtime_ns, status.st_size))


def draw(path: Path, colour: object = "red", size: tuple[int, int] = (300, 200)) -> Path:
    Image.new("RGB", size, colour).save(path)
    return path


def close_to(found: QColor, wanted: str, by: int = 8) -> bool:
    other = QColor(wanted)
    pairs = zip(found.getRgb(), other.getRgb(), strict=True)
    return all(abs(a - b) <= by for a, b in pairs)


@pytest.fixture
def thumbnails(qapp, tmp_path):
    made = Thumbnails(tmp_path / "cache")
    yield made
    made.stop()


def wait_for(qtbot, thumbnails: Thumbnails, image: ImageFile, edge: int = 256):
    """The thumbnail once it is told to be ready."""
    with qtbot.waitSignal(thumbnails.ready):
        thumbnails.get(image, edge)
    return thumbnails.get(image, edge)


def settle(qtbot, thumbnails: Thumbnails) -> None:
    qtbot.waitUntil(lambda: not thumbnails._running and thumbnails._pool.activeThreadCount() == 0)


class TestReading:
    def test_the_longer_side_is_scaled_down_to_the_edge(self, tmp_path):
        assert read_thumbnail(draw(tmp_path / "a.jpg"), 150).size().toTuple() == (150, 100)
        assert read_thumbnail(draw(tmp_path / "a.png"), 150).size().toTuple() == (150, 100)

    def test_small_images_are_not_enlarged(self, tmp_path):
        for name in ("a.jpg", "a.png", "a.webp"):
            path = draw(tmp_path / name, size=(30, 20))
            assert read_thumbnail(path, 256).size().toTuple() == (30, 20)

    def test_very_long_images_keep_a_pixel(self, tmp_path):
        for name in ("a.jpg", "a.png"):
            path = draw(tmp_path / name, size=(4000, 3))
            assert read_thumbnail(path, 256).size().toTuple() == (256, 1)

    @pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.tif"])
    def test_turned_images_are_shown_upright(self, tmp_path, name):
        image = Image.new("RGB", (300, 200), "blue")
        image.paste("red", (0, 0, 300, 60))  # a stripe on top, to the right when upright
        exif = Image.Exif()
        exif[0x0112] = 6
        image.save(tmp_path / name, exif=exif)
        shown = read_thumbnail(tmp_path / name, 150)
        assert shown.size().toTuple() == (100, 150)
        assert close_to(shown.pixelColor(95, 75), "red", 60)
        assert close_to(shown.pixelColor(5, 75), "blue", 60)

    def test_transparency_lies_on_white(self, tmp_path):
        clear = Image.new("RGBA", (50, 50), (255, 0, 0, 0))
        clear.save(tmp_path / "a.png")
        clear.quantize(2).save(tmp_path / "palette.png")
        clear.save(tmp_path / "a.webp", lossless=True)
        for name in ("a.png", "palette.png", "a.webp"):
            shown = read_thumbnail(tmp_path / name, 256)
            assert not shown.hasAlphaChannel()
            assert close_to(shown.pixelColor(20, 20), "white")

    def test_inks_and_deep_greys_look_as_in_training(self, tmp_path):
        Image.new("CMYK", (50, 50), (0, 255, 255, 0)).save(tmp_path / "inks.jpg")
        assert close_to(read_thumbnail(tmp_path / "inks.jpg", 256).pixelColor(9, 9), "red", 20)
        Image.new("I;16", (50, 50), 0x8080).save(tmp_path / "deep.png")
        assert close_to(read_thumbnail(tmp_path / "deep.png", 256).pixelColor(9, 9), "#808080")

    @pytest.mark.parametrize("name", ["a.jpg", "a.png"])
    def test_colour_profiles_are_followed_as_in_training(self, tmp_path, name):
        wide = QColorSpace(QColorSpace.NamedColorSpace.AdobeRgb).iccProfile().data()
        grey = QColorSpace(QPointF(0.3127, 0.329), QColorSpace.TransferFunction.Linear)
        for mode, profile in (("RGB", wide), ("L", grey.iccProfile().data()), ("RGB", b"broken")):
            image = Image.new("RGB", (50, 50), (60, 180, 60)).convert(mode)
            image.save(tmp_path / name, icc_profile=profile)
            trained = decode(tmp_path / name)[0].getpixel((9, 9))
            shown = read_thumbnail(tmp_path / name, 256).pixelColor(9, 9)
            assert close_to(shown, QColor(*trained).name())

    def test_a_png_called_jpg_is_read(self, tmp_path):
        draw(tmp_path / "a.png").rename(tmp_path / "a.jpg")
        assert read_thumbnail(tmp_path / "a.jpg", 256).width() == 256

    @pytest.mark.parametrize("name", ["a.jpg", "a.png"])
    @pytest.mark.parametrize("keep", [0, 2, 100, 0.5, 0.98])
    def test_cut_files_are_refused_as_in_training(self, tmp_path, name, keep):
        path = tmp_path / name
        Image.effect_noise((300, 200), 50).save(path)
        data = path.read_bytes()
        path.write_bytes(data[: keep if keep > 1 else int(len(data) * keep)])
        with pytest.raises(StudioError, match=r"image\.unreadable"):
            read_thumbnail(path, 256)

    def test_a_missing_file_is_told(self, tmp_path):
        for work in (read_thumbnail, content_key):
            with pytest.raises(StudioError, match=r"image\.unreadable"):
                work(tmp_path / "gone.jpg", 256)


class TestFolder:
    def test_what_is_written_is_read_back(self, tmp_path):
        folder = ThumbnailFolder(tmp_path / "new" / "thumbnails")
        made = read_thumbnail(draw(tmp_path / "a.png"), 256)
        key = content_key(tmp_path / "a.png", 256)
        assert folder.read(key) is None
        folder.write(key, made)
        read = folder.read(key)
        assert read is not None
        assert read.size() == made.size()
        assert close_to(read.pixelColor(9, 9), "red")
        assert [file.name for file in folder.folder.rglob("*.*")] == [f"{key}.jpg"]

    def test_a_damaged_file_counts_as_none(self, tmp_path):
        folder = ThumbnailFolder(tmp_path)
        (tmp_path / "ab").mkdir()
        (tmp_path / "ab" / "abc.jpg").write_bytes(b"")
        assert folder.read("abc") is None

    def test_keys_follow_content_wherever_the_folder_is(self, tmp_path):
        first = draw(tmp_path / "a.png")
        status = first.stat()
        before = content_key(first, 256)
        assert content_key(first, 512) != before
        (tmp_path / "moved").mkdir()
        moved = shutil.copy2(first, tmp_path / "moved" / "a.png")
        assert content_key(moved, 256) == before
        draw(first, "lime")
        os.utime(first, ns=(status.st_atime_ns, status.st_mtime_ns))
        assert content_key(first, 256) != before

    def test_the_oldest_go_when_there_are_too_many(self, tmp_path):
        folder = ThumbnailFolder(tmp_path, limit=1000)
        for number in range(20):
            (tmp_path / f"{number:02}").mkdir()
            file = tmp_path / f"{number:02}" / "x.jpg"
            file.write_bytes(bytes(100))
            os.utime(file, (1000 + number, 1000 + number))
        folder.trim(lambda: False)
        left = sorted(int(file.parent.name) for file in tmp_path.glob("*/*"))
        assert left == list(range(11, 20))

    def test_trimming_stops_when_told(self, tmp_path):
        folder = ThumbnailFolder(tmp_path, limit=1)
        (tmp_path / "00").mkdir()
        (tmp_path / "00" / "x.jpg").write_bytes(bytes(100))
        folder.trim(lambda: True)
        assert (tmp_path / "00" / "x.jpg").exists()


class TestThumbnails:
    def test_a_thumbnail_is_ready_a_moment_later(self, qtbot, thumbnails, tmp_path):
        image = image_file(draw(tmp_path / "a.png"))
        with qtbot.waitSignal(thumbnails.ready) as told:
            assert thumbnails.get(image, 200) is None
        assert told.args == [[image]]
        assert thumbnails.get(image, 200).width() == 256

    def test_results_are_told_together(self, qtbot, thumbnails, tmp_path):
        images = [image_file(draw(tmp_path / f"{n}.png", size=(20, 20))) for n in range(20)]
        told: list[list[ImageFile]] = []
        thumbnails.ready.connect(told.append)
        thumbnails.expect(images, 256)
        qtbot.waitUntil(lambda: sum(map(len, told)) == 20)
        assert len(told) < 10

    def test_a_larger_edge_is_made_while_the_smaller_is_shown(self, qtbot, thumbnails, tmp_path):
        image = image_file(draw(tmp_path / "a.png", size=(1000, 500)))
        assert wait_for(qtbot, thumbnails, image).width() == 256
        with qtbot.waitSignal(thumbnails.ready):
            assert thumbnails.get(image, 300).width() == 256
        assert thumbnails.get(image, 300).width() == 512
        assert thumbnails.get(image, 2000).width() == 512
        settle(qtbot, thumbnails)
        assert not thumbnails._waiting

    def test_an_unreadable_image_is_told_once(self, qtbot, thumbnails, tmp_path):
        (tmp_path / "a.png").write_bytes(b"no image")
        image = image_file(tmp_path / "a.png")
        failures: list[StudioError] = []
        thumbnails.failed.connect(lambda _, error: failures.append(error))
        assert wait_for(qtbot, thumbnails, image) is None
        for _ in range(3):
            thumbnails.get(image, 256)
            thumbnails.expect([image], 256)
        settle(qtbot, thumbnails)
        assert [error.code for error in failures] == ["image.unreadable"]
        assert thumbnails.error(image) is failures[0]

    def test_a_changed_file_is_shown_as_it_is_now(self, qtbot, thumbnails, tmp_path):
        path = draw(tmp_path / "a.png", "red")
        image = image_file(path)
        wait_for(qtbot, thumbnails, image)
        draw(path, "lime", (200, 300))
        image.stamp = image_file(path).stamp
        assert wait_for(qtbot, thumbnails, image).toImage().height() == 256

    def test_a_repaired_file_is_tried_again(self, qtbot, thumbnails, tmp_path):
        path = tmp_path / "a.png"
        path.write_bytes(b"no image")
        image = image_file(path)
        wait_for(qtbot, thumbnails, image)
        image.stamp = image_file(draw(path)).stamp
        assert thumbnails.error(image) is None
        assert wait_for(qtbot, thumbnails, image) is not None

    def test_the_cache_folder_spares_decoding(self, qtbot, thumbnails, tmp_path):
        image = image_file(draw(tmp_path / "a.png", "red"))
        wait_for(qtbot, thumbnails, image)
        (file,) = (tmp_path / "cache").rglob("*.jpg")
        blue = QImage(256, 171, QImage.Format.Format_RGB32)
        blue.fill(QColor("blue"))
        blue.save(str(file))
        again = Thumbnails(tmp_path / "cache")
        assert close_to(wait_for(qtbot, again, image).toImage().pixelColor(9, 9), "blue")
        again.stop()

    def test_a_deleted_cache_is_made_again(self, qtbot, thumbnails, tmp_path):
        image = image_file(draw(tmp_path / "a.png"))
        wait_for(qtbot, thumbnails, image)
        shutil.rmtree(tmp_path / "cache")
        again = Thumbnails(tmp_path / "cache")
        assert wait_for(qtbot, again, image) is not None
        again.stop()
        assert list((tmp_path / "cache").rglob("*.jpg"))

    def test_an_unwritable_cache_is_told_once_and_done_without(self, qtbot, tmp_path):
        (tmp_path / "cache").write_text("in the way", "utf-8")
        thumbnails = Thumbnails(tmp_path / "cache")
        told: list[StudioError] = []
        thumbnails.cache_failed.connect(told.append)
        for number in range(3):
            image = image_file(draw(tmp_path / f"{number}.png"))
            assert wait_for(qtbot, thumbnails, image) is not None
        thumbnails.stop()
        assert [error.code for error in told] == ["disk.unwritable"]

    def test_memory_stays_within_the_budget(self, qtbot, tmp_path):
        budget = 3 * 100 * 100 * 4
        thumbnails = Thumbnails(tmp_path / "cache", budget=budget)
        for number in range(6):
            wait_for(
                qtbot, thumbnails, image_file(draw(tmp_path / f"{number}.png", size=(100, 100)))
            )
        assert thumbnails._kept.used == budget
        assert len(thumbnails._kept) == 3
        thumbnails.stop()
        assert thumbnails._kept.used == 0

    def test_what_is_no_longer_expected_is_not_made(self, qtbot, thumbnails, tmp_path):
        images = [image_file(draw(tmp_path / f"{n}.png", size=(1500, 1500))) for n in range(12)]
        made: list[ImageFile] = []
        thumbnails.ready.connect(made.extend)
        thumbnails.expect(images[:10], 256)
        thumbnails.expect(images[10:], 256)
        settle(qtbot, thumbnails)
        qtbot.waitUntil(lambda: {*images[10:]} <= {*made})
        assert len(made) <= 2 + max(1, QThread.idealThreadCount())

    def test_the_newest_requests_come_first_and_old_ones_are_dropped(self, thumbnails, tmp_path):
        thumbnails._threads = 0  # nothing is taken from what waits
        file = image_file(draw(tmp_path / "a.png"))
        images = [ImageFile(file.folder, file.name, file.caption) for _ in range(WAITING + 5)]
        for image in images:
            thumbnails.get(image, 256)
        assert list(thumbnails._waiting) == images[5:]
        thumbnails.expect(images[:3], 256)
        assert list(thumbnails._waiting) == [images[2], images[1], images[0]]

    def test_stopping_amid_work_leaves_nothing(self, qtbot, tmp_path):
        thumbnails = Thumbnails(tmp_path / "cache")
        told: list[object] = []
        thumbnails.ready.connect(told.append)
        images = [image_file(draw(tmp_path / f"{n}.png", size=(1500, 1500))) for n in range(6)]
        thumbnails.expect(images, 256)
        thumbnails.stop()
        assert thumbnails._pool.activeThreadCount() == 0
        qtbot.wait(50)
        assert told == []
        assert thumbnails.get(images[0], 256) is None
        gone = weakref.ref(thumbnails)
        del thumbnails
        gc.collect()
        assert gone() is None
