from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QRect

from ui.widgets.tile_layout import TileLayout

layouts = st.builds(
    TileLayout.filling,
    st.integers(50, 3000),
    st.integers(96, 320),
    st.integers(0, 60),
    st.just(8),
)


@settings(deadline=None, max_examples=50)
@given(st.integers(300, 3000), st.integers(96, 320))
def test_columns_fill_the_width_with_squares_close_to_the_wanted_size(width, tile):
    layout = TileLayout.filling(width, tile, 40, 8)
    assert width - layout.columns < layout.columns * layout.width <= width
    assert 0.6 < (layout.width - 8) / tile < 1.6


@settings(deadline=None, max_examples=50)
@given(layouts, st.integers(0, 100_000))
def test_a_tile_is_found_where_it_lies(layout, row):
    tile = layout.tile(row)
    assert layout.row_near(tile.center(), row + 1) == row
    assert layout.row_near(tile.center(), row) is None
    assert layout.touched(tile, row + 1) == [range(row, row + 1)]
    assert row in layout.rows(tile.top(), tile.top(), row + 1)
    assert tile.bottom() < layout.total(row + 1)


@settings(deadline=None, max_examples=50)
@given(layouts, st.integers(1, 500), *[st.integers(-200, 3000)] * 4)
def test_a_band_touches_the_tiles_that_it_meets(layout, count, left, top, right, bottom):
    band = QRect(QPoint(left, top), QPoint(right, bottom)).normalized()
    found = {row for run in layout.touched(band, count) for row in run}
    assert found == {row for row in range(count) if layout.tile(row).intersects(band)}


@settings(deadline=None, max_examples=50)
@given(layouts, st.data())
def test_a_move_stays_among_the_tiles(layout, data):
    count = data.draw(st.integers(1, 500))
    row = data.draw(st.integers(0, count - 1))
    moved = layout.moved(row, data.draw(st.integers(-600, 600)), count)
    assert 0 <= moved < count
    assert layout.moved(row, 0, count) == row


def test_nothing_has_no_rows():
    layout = TileLayout.filling(700, 160, 40, 8)
    assert not layout.rows(0, 1000, 0)
    assert layout.row_near(QPoint(5, 5), 0) is None
    assert layout.touched(QRect(0, 0, 500, 500), 0) == []
