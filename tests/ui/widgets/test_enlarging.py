"""Pictures are enlarged and reduced to the pixels of their place."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage, QPixmap

from ui.widgets.compare_layout import arranged, fitted
from ui.widgets.enlarging import scaled


@pytest.mark.parametrize("target", [(33, 7), (640, 320), (128, 64)])
def test_colours_and_sizes_are_right(qapp: object, target: tuple[int, int]) -> None:
    image = QImage(128, 64, QImage.Format.Format_RGB888)
    image.fill(QColor(200, 100, 50))
    made = scaled(image, QSize(*target))
    assert (made.width(), made.height()) == target
    assert made.pixelColor(target[0] // 2, target[1] // 2) == QColor(200, 100, 50)
    assert not QPixmap.fromImage(made).isNull()


def test_an_edge_stays_sharper_than_qt_makes_it() -> None:
    image = QImage(16, 16, QImage.Format.Format_RGB888)
    image.fill(QColor("black"))
    for y in range(16):
        for x in range(8, 16):
            image.setPixelColor(x, y, QColor("white"))
    made = scaled(image, QSize(160, 160))
    grey = [x for x in range(160) if 12 < made.pixelColor(x, 80).red() < 243]
    assert len(grey) < 12
    assert all(70 < x < 90 for x in grey)


def test_a_picture_is_fitted_onto_whole_pixels() -> None:
    from PySide6.QtCore import QRectF

    place = fitted((3, 2), QRectF(0, 0, 101, 200))
    assert (place.x(), place.width(), place.height()) == (0, 101, 67)
    assert place.y() == int(place.y())
    assert fitted((0, 2), QRectF(0, 0, 100, 100)).isEmpty()


@pytest.mark.parametrize("count", [1, 2, 3, 5, 16])
def test_several_pictures_do_not_meet_and_stay_inside(count: int) -> None:
    from PySide6.QtCore import QRectF

    room = QRectF(4, 4, 792, 592)
    places = arranged((2, 3), room, 8, count)
    assert len(places) == count
    assert all(room.adjusted(-1, -1, 1, 1).contains(place) for place in places)
    for number, place in enumerate(places):
        assert not any(place.intersects(other) for other in places[number + 1 :])
