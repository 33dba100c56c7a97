from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.data.buckets import MAX_ZOOM, Crop, CropBox, assign, crop_box, make_buckets, upscaled

sides = st.integers(1, 6000)
sizes = st.tuples(sides, sides)
grids = st.sampled_from([(512, 64), (1024, 64), (128, 16), (768, 8), (500, 64)])


def test_the_buckets_of_sd_1() -> None:
    tall_to_wide = ((384, 640), (448, 576), (512, 512), (576, 448), (640, 384))

    assert make_buckets(512, 64) == tall_to_wide


def test_the_buckets_of_sdxl_include_the_official_ones() -> None:
    official = {(1024, 1024), (1152, 896), (896, 1152), (1216, 832), (832, 1216)}

    assert official <= set(make_buckets(1024, 64))


@given(grids, st.floats(1.0, 4.0))
def test_buckets_are_within_the_area_and_the_step(grid: tuple[int, int], aspect: float) -> None:
    resolution, step = grid
    buckets = make_buckets(resolution, step, aspect)
    square = resolution // step * step

    assert (square, square) in buckets
    assert len(set(buckets)) == len(buckets)
    for width, height in buckets:
        assert width % step == height % step == 0
        assert width * height <= resolution**2
        assert max(width, height) <= aspect * min(width, height)
        assert (height, width) in buckets
        # no other multiple of the step would still fit
        assert (width + step) * (height + step) > resolution**2


def test_wide_aspects_reach_farther() -> None:
    assert max(w / h for w, h in make_buckets(512, 64, 4.0)) == 4.0
    assert make_buckets(512, 64, 1.0) == ((512, 512),)


def test_no_bucket_is_an_error() -> None:
    with pytest.raises(ValueError, match="resolution 32"):
        make_buckets(32, 64)


@pytest.mark.parametrize(
    ("size", "bucket"),
    [
        ((1000, 1000), (512, 512)),
        ((4000, 3000), (576, 448)),
        ((3000, 4000), (448, 576)),
        ((1920, 1080), (640, 384)),
        ((10000, 10), (640, 384)),
    ],
)
def test_assigns_the_closest_aspect(size: tuple[int, int], bucket: tuple[int, int]) -> None:
    assert assign(size, make_buckets(512, 64)) == bucket


def test_distances_are_measured_in_log_space() -> None:
    """sqrt(2) lies half way between 1:1 and 2:1; on a linear scale it would be nearer to 1:1."""
    buckets = ((100, 100), (200, 100))

    assert assign((1430, 1000), buckets) == (200, 100)
    assert assign((1400, 1000), buckets) == (100, 100)


def test_of_two_equally_close_buckets_the_larger_wins() -> None:
    assert assign((30, 30), ((448, 448), (512, 512), (64, 64))) == (512, 512)


@given(sizes)
def test_turning_an_image_turns_its_bucket(size: tuple[int, int]) -> None:
    buckets = make_buckets(512, 64)
    width, height = assign(size, buckets)

    if abs(math.log(size[0] / size[1])) > 1e-6:
        assert assign((size[1], size[0]), buckets) == (height, width)


@given(sizes, grids, st.builds(Crop, st.floats(0, 1), st.floats(0, 1), st.floats(1, MAX_ZOOM)))
def test_crop_boxes_lie_in_the_image_and_fill_the_bucket(
    size: tuple[int, int], grid: tuple[int, int], crop: Crop
) -> None:
    bucket = assign(size, make_buckets(*grid))
    box = crop_box(size, bucket, crop)

    assert box.right - box.left == bucket[0]
    assert box.bottom - box.top == bucket[1]
    assert 0 <= box.left <= box.right <= box.scaled[0]
    assert 0 <= box.top <= box.bottom <= box.scaled[1]
    if crop.zoom == 1:  # nothing cut needlessly
        assert bucket[0] == box.scaled[0] or bucket[1] == box.scaled[1]
    assert 0 < box.kept <= 1
    # the aspect is kept to within the half pixel of rounding
    scale = crop.zoom * max(bucket[0] / size[0], bucket[1] / size[1])
    assert abs(box.scaled[0] - size[0] * scale) <= 0.5 + 1e-6
    assert abs(box.scaled[1] - size[1] * scale) <= 0.5 + 1e-6
    left, top, right, bottom = box.region(size)
    assert 0 <= left < right <= size[0]
    assert 0 <= top < bottom <= size[1]


def test_crops_the_centre_unless_told_otherwise() -> None:
    assert crop_box((1024, 512), (512, 512)) == CropBox((1024, 512), 256, 0, (512, 512))
    assert crop_box((1024, 512), (512, 512), Crop(0.0, 0.0)).left == 0
    assert crop_box((1024, 512), (512, 512), Crop(1.0, 1.0)).right == 1024
    assert crop_box((1024, 512), (512, 512)).kept == 0.5


def test_knows_enlarged_images() -> None:
    assert upscaled((400, 600), crop_box((400, 600), (512, 512)))
    # where rounding hides the enlargement of one side, the other still shows it
    assert upscaled((100, 1000), crop_box((100, 1000), (96, 1004)))
    assert upscaled((1000, 100), crop_box((1000, 100), (1004, 96)))
    assert not upscaled((512, 600), crop_box((512, 600), (512, 512)))
    # a closer crop takes fewer of its pixels
    assert not upscaled((1024, 600), crop_box((1024, 600), (512, 512), Crop(zoom=1.17)))
    assert upscaled((1024, 600), crop_box((1024, 600), (512, 512), Crop(zoom=1.18)))


def test_zoom_shows_less_of_the_image_around_the_same_place() -> None:
    box = crop_box((1000, 500), (100, 100), Crop(0.25, 1.0, 2.0))

    assert box == CropBox((400, 200), 75, 100, (100, 100))
    assert box.region((1000, 500)) == (187.5, 250.0, 437.5, 500.0)


def test_conditioning_tells_the_image_and_where_the_box_lies_in_it() -> None:
    box = CropBox((400, 200), 75, 60, (100, 128))

    assert box.conditioning((1000, 500), flipped=False) == (500, 1000, 60, 75, 128, 100)
    assert box.conditioning((1000, 500), flipped=True) == (500, 1000, 60, 225, 128, 100)


@pytest.mark.parametrize(
    "numbers",
    [(-0.1, 0.5, 1), (0.5, 1.1, 1), (0.5, 0.5, 0.9), (0.5, 0.5, 99), (math.nan, 0.5, 1)],
)
def test_a_crop_out_of_range_is_refused(numbers: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="from 0 to 1 and zoom from 1 to 8"):
        Crop(*numbers)
