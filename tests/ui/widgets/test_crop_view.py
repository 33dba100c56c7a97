from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QPixmap, QWheelEvent
from PySide6.QtWidgets import QApplication

from studio.data.buckets import Crop, crop_box
from ui.widgets.crop_view import CropView

SIZE, BUCKET = (400, 600), (256, 256)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Its red tells the column and its green the row."""
    image = Image.new("RGB", SIZE)
    image.putdata([(x * 255 // 399, y * 255 // 599, 0) for y in range(600) for x in range(400)])
    path = tmp_path / "ink_012.png"
    image.save(path)
    return path


@pytest.fixture
def view(qtbot, file) -> CropView:
    view = CropView()
    qtbot.addWidget(view)
    view.resize(460, 760)
    view.show()
    view.set_image(file, SIZE, BUCKET, None)
    qtbot.waitUntil(lambda: not view.canvas.waiting)
    view.heard = []
    view.crop_changed.connect(lambda crop, final: view.heard.append((crop, final)))
    return view


def drag(qtbot, view: CropView, start: QPointF, by: tuple[int, int]) -> None:
    at = start.toPoint()
    left = Qt.MouseButton.LeftButton
    qtbot.mousePress(view.canvas, left, pos=at)
    qtbot.mouseMove(view.canvas, at + QPoint(*by) / 2)
    qtbot.mouseMove(view.canvas, at + QPoint(*by))
    qtbot.mouseRelease(view.canvas, left, pos=at + QPoint(*by))


def wheel(view: CropView, notches: int) -> None:
    at = view.canvas.box_rect().center()
    none = Qt.MouseButton.NoButton
    event = QWheelEvent(
        at,
        QPointF(view.canvas.mapToGlobal(at.toPoint())),
        QPoint(),
        QPoint(0, 120 * notches),
        none,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.canvas, event)


@pytest.mark.parametrize("crop", [None, Crop(0.2, 0.8, 1.7), Crop(1.0, 0.0, 3.0)])
def test_the_frame_is_the_crop_box_that_training_cuts(view, file, crop) -> None:
    view.set_image(file, SIZE, BUCKET, crop)
    image, frame = view.canvas.image_rect(), view.canvas.box_rect()
    scale = SIZE[0] / image.width()
    shown = [
        (frame.left() - image.left()) * scale,
        (frame.top() - image.top()) * scale,
        (frame.right() - image.left()) * scale,
        (frame.bottom() - image.top()) * scale,
    ]
    region = crop_box(SIZE, BUCKET, crop or Crop()).region(SIZE)
    assert shown == pytest.approx(region, abs=1e-6)


def test_outside_the_frame_the_image_is_dimmed(view) -> None:
    grabbed = view.canvas.grab().toImage()
    image, frame = view.canvas.image_rect(), view.canvas.box_rect()
    inside = QColor(grabbed.pixel(frame.center().toPoint()))
    above = QColor(grabbed.pixel(QPointF(image.center().x(), image.top() + 4).toPoint()))
    below = QColor(grabbed.pixel(QPointF(image.center().x(), image.bottom() - 4).toPoint()))
    assert inside.red() == pytest.approx(127, abs=6)
    assert inside.green() == pytest.approx(127, abs=6)
    assert above.red() < 70
    assert below.green() < 130


def test_exact_view_shows_the_very_pixels_that_training_gets(view, file, qtbot) -> None:
    crop = Crop(0.5, 0.25, 2.0)
    view.set_image(file, SIZE, BUCKET, crop)
    qtbot.waitUntil(lambda: not view.canvas.waiting)
    view.canvas.set_exact(True)
    grabbed = view.canvas.grab().toImage()
    with Image.open(file) as image:
        region = crop_box(SIZE, BUCKET, crop).region(SIZE)
        cut = image.resize(BUCKET, Image.Resampling.LANCZOS, box=region)
    frame = view.canvas.box_rect()
    for share in (0.1, 0.5, 0.9):
        at = QPointF(frame.left() + share * frame.width(), frame.top() + share * frame.height())
        shown = QColor(grabbed.pixel(at.toPoint()))
        red, green, _ = cut.getpixel((int(share * 256), int(share * 256)))
        assert (shown.red(), shown.green()) == pytest.approx((red, green), abs=4)


def test_dragging_moves_the_box_and_the_release_is_final(view, qtbot) -> None:
    before = view.canvas.box_rect()
    drag(qtbot, view, before.center(), (0, -40))
    assert view.canvas.box_rect().top() == pytest.approx(before.top() - 40, abs=1)
    crop, final = view.heard[-1]
    assert final
    assert [done for _, done in view.heard].count(True) == 1
    assert crop.y < 0.5
    assert crop.zoom == 1.0


def test_a_click_changes_nothing(view, qtbot) -> None:
    drag(qtbot, view, view.canvas.box_rect().center(), (0, 0))
    assert view.heard == []


def test_dragging_a_corner_zooms(view, qtbot) -> None:
    frame = view.canvas.box_rect()
    drag(qtbot, view, frame.bottomRight() - QPointF(1, 1), (-100, -100))
    crop, final = view.heard[-1]
    assert final
    assert crop.zoom > 1.2
    shown = view.canvas.box_rect()
    assert shown.width() == pytest.approx(shown.height(), abs=2)
    assert shown.topLeft().x() == pytest.approx(frame.left(), abs=2)


def test_the_wheel_zooms_and_is_final_once_it_rests(view, qtbot) -> None:
    wheel(view, 2)
    wheel(view, 1)
    assert [final for _, final in view.heard] == [False, False]
    qtbot.waitUntil(lambda: view.heard[-1][1])
    assert view.heard[-1][0].zoom > 1.2


def test_arrow_keys_nudge_by_one_training_pixel_and_shift_by_ten(view, qtbot) -> None:
    top = crop_box(SIZE, BUCKET).top
    qtbot.keyClick(view.canvas, Qt.Key.Key_Down)
    assert crop_box(SIZE, BUCKET, view.canvas.crop).top == top + 1
    qtbot.keyClick(view.canvas, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert crop_box(SIZE, BUCKET, view.canvas.crop).top == top + 1 - 10


def test_zero_and_the_button_make_the_crop_automatic(view, file, qtbot) -> None:
    view.set_image(file, SIZE, BUCKET, Crop(0.1, 0.1, 2.0))
    qtbot.keyClick(view.canvas, Qt.Key.Key_0)
    assert view.heard == [(None, True)]
    view.set_crop(Crop(0.1, 0.1, 2.0))
    view._reset.click()
    assert view.heard == [(None, True)] * 2
    assert not view._reset.isEnabled()


def test_an_unfinished_nudge_is_told_before_the_next_image_comes(view, file, qtbot) -> None:
    told = []
    view.crop_changed.connect(lambda crop, final: told.append((view.path, final)))
    qtbot.keyClick(view.canvas, Qt.Key.Key_Down)
    view.set_image(file.with_name("other.png"), SIZE, BUCKET, None)
    assert told == [(file, False), (file, True)]


def test_a_double_click_shows_exactly_what_training_sees_and_back(view, qtbot) -> None:
    at = view.canvas.box_rect().center().toPoint()
    qtbot.mouseDClick(view.canvas, Qt.MouseButton.LeftButton, pos=at)
    assert view._exact.isChecked()
    qtbot.mouseDClick(view.canvas, Qt.MouseButton.LeftButton, pos=at)
    assert not view._exact.isChecked()


def test_without_the_crop_box_nothing_can_be_changed(view, qtbot) -> None:
    view._crop_shown.click()
    drag(qtbot, view, view.canvas.box_rect().center(), (0, -40))
    wheel(view, 1)
    qtbot.keyClick(view.canvas, Qt.Key.Key_Down)
    assert view.heard == []


def test_the_line_below_says_whether_there_are_enough_pixels(view, file) -> None:
    assert "256 × 256" in view._facts.text()
    assert "enough" in view._facts.text()
    view.set_image(file, SIZE, (640, 960), None)
    assert "enlarged 1.6×" in view._facts.text()


def test_the_header_names_the_image_and_its_place(view, qtbot) -> None:
    view.set_position(1, 42)
    assert view._name.text() == "ink_012.png"
    assert view._pixels.text() == "400 × 600"
    assert view._place.text() == "1 / 42"
    assert not view._previous.isEnabled()
    with qtbot.waitSignal(view.next_requested):
        view._next.click()


def test_an_unreadable_image_is_told_with_the_remedy(view, tmp_path, qtbot) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"nothing")
    view.set_image(broken, None, None, None)
    qtbot.waitUntil(lambda: view._stack.currentWidget() is view._message)
    assert "broken.png" in view._message.text()


def test_what_was_asked_for_earlier_does_not_replace_the_current_image(view, file, qtbot) -> None:
    paths = []
    for number in range(4):
        path = file.with_name(f"{number}.png")
        Image.new("RGB", (64 + number, 64), "red").save(path)
        paths.append(path)
    for path in paths:
        view.set_image(path, None, None, None)
    qtbot.waitUntil(lambda: not view.canvas.waiting)
    qtbot.wait(50)
    assert view.canvas._image.width() == 67


def test_several_images_are_counted_and_shown(view) -> None:
    thumb = QPixmap(64, 48)
    thumb.fill(QColor("red"))
    view.set_selection(8, [thumb] * 8)
    assert view._mosaic.accessibleName() == "8 image(s) selected"
    shown = view._mosaic.grab().toImage()
    colors = {shown.pixelColor(x, y).name() for x in range(0, 460, 7) for y in range(0, 700, 7)}
    assert "#ff0000" in colors
    assert view.path is None


def test_every_part_that_takes_the_focus_has_a_name(view) -> None:
    from PySide6.QtWidgets import QWidget

    for part in view.findChildren(QWidget):
        if part.focusPolicy() & Qt.FocusPolicy.TabFocus:
            assert part.accessibleName(), part
