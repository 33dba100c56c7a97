from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.data.buckets import MAX_ZOOM, Crop, crop_box
from ui.widgets.crop_geometry import drawn, enlarged, moved, zoomed

SIZE, BUCKET = (1024, 1536), (512, 512)

sizes = st.tuples(st.integers(64, 4000), st.integers(64, 4000))
buckets = st.sampled_from([(512, 512), (512, 768), (768, 512), (1024, 640)])
shares = st.floats(0, 1)
crops = st.builds(Crop, shares, shares, st.floats(1, MAX_ZOOM))


@given(sizes, buckets, crops, st.floats(-5000, 5000), st.floats(-5000, 5000))
@settings(deadline=None, max_examples=60)
def test_a_moved_box_stays_in_the_image(size, bucket, crop, dx, dy) -> None:
    box = crop_box(size, bucket, moved(size, bucket, crop, dx, dy))
    assert 0 <= box.left <= box.scaled[0] - bucket[0]
    assert 0 <= box.top <= box.scaled[1] - bucket[1]


@given(sizes, buckets, crops, st.integers(-50, 50))
@settings(deadline=None, max_examples=60)
def test_a_box_moves_by_exactly_the_pixels_asked_for(size, bucket, crop, by) -> None:
    before = crop_box(size, bucket, crop)
    after = crop_box(size, bucket, moved(size, bucket, crop, by, 0))
    assert after.left == min(max(before.left + by, 0), before.scaled[0] - bucket[0])
    assert after.top == before.top


@given(crops, st.floats(1, 8))
@settings(deadline=None, max_examples=60)
def test_zooming_in_keeps_the_middle_within_a_pixel(crop, factor) -> None:
    after = zoomed(SIZE, BUCKET, crop, crop.zoom * factor)
    old = crop_box(SIZE, BUCKET, crop).region(SIZE)
    new = crop_box(SIZE, BUCKET, after).region(SIZE)
    assert (old[0] + old[2]) / 2 == pytest.approx((new[0] + new[2]) / 2, abs=2)
    assert (old[1] + old[3]) / 2 == pytest.approx((new[1] + new[3]) / 2, abs=2)


@pytest.mark.parametrize(("asked", "got"), [(0.1, 1.0), (3.0, 3.0), (100.0, MAX_ZOOM)])
def test_zoom_stays_between_everything_and_the_limit(asked, got) -> None:
    assert zoomed(SIZE, BUCKET, Crop(), asked).zoom == got


def test_a_dragged_corner_halves_the_box_and_leaves_the_opposite_corner() -> None:
    start = Crop(0.5, 0.5, 2.0)
    left, top, right, bottom = crop_box(SIZE, BUCKET, start).region(SIZE)
    middle = ((left + right) / 2, (top + bottom) / 2)
    crop = drawn(SIZE, BUCKET, start, (1, 1), middle)
    assert crop.zoom == pytest.approx(4.0)
    assert crop_box(SIZE, BUCKET, crop).region(SIZE)[:2] == pytest.approx((left, top), abs=1)


def test_a_corner_dragged_across_the_opposite_one_stops_at_the_limit() -> None:
    assert drawn(SIZE, BUCKET, Crop(), (1, 1), (-500.0, -500.0)).zoom == MAX_ZOOM


def test_enlarging_is_told_as_a_factor() -> None:
    assert enlarged((256, 256), crop_box((256, 256), BUCKET)) == 2.0
    assert enlarged((1024, 1024), crop_box((1024, 1024), BUCKET)) == 0.5
    assert enlarged((1024, 1024), crop_box((1024, 1024), BUCKET, Crop(zoom=3.2))) == pytest.approx(
        1.6, abs=0.01
    )
