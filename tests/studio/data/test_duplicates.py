from __future__ import annotations

import io
import random
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageEnhance

from studio.data.duplicates import DISTANCE, difference_hash, groups
from studio.data.images import is_image, load_image


@pytest.fixture(scope="module")
def samples(repository: Path) -> list[Image.Image]:
    paths = [p for p in sorted((repository / "sample_images").rglob("*")) if is_image(p.name)]
    return [load_image(path) for path in paths]


@pytest.fixture(scope="module")
def drawings() -> list[Image.Image]:
    """Black lines on white, which look much alike in few grey cells."""
    return [drawing(seed) for seed in range(60)]


def drawing(seed: int) -> Image.Image:
    rng = random.Random(seed)
    image = Image.new("RGB", (256, 256), "white")
    draw = ImageDraw.Draw(image)
    points = [(rng.uniform(64, 192), rng.uniform(50, 206)) for _ in range(6)]
    draw.line(points, fill="black", width=4)
    x, y, radius = rng.uniform(90, 166), rng.uniform(80, 150), rng.uniform(20, 60)
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), outline="black", width=4)
    return image


def near_duplicates(image: Image.Image) -> Iterator[Image.Image]:
    width, height = image.size
    yield image.resize((width // 2, height // 2), Image.Resampling.LANCZOS)
    yield image.resize((width * 2, height * 2))
    jpeg = io.BytesIO()
    image.save(jpeg, "JPEG", quality=60)
    yield Image.open(jpeg)
    trim = max(1, width // 100)
    yield image.crop((trim, trim, width - trim, height - trim))
    yield ImageEnhance.Brightness(image).enhance(1.1)
    yield ImageEnhance.Brightness(image).enhance(0.85)
    yield ImageEnhance.Contrast(image).enhance(1.15)


def distance(first: Image.Image, second: Image.Image) -> int:
    hashes = difference_hash(first), difference_hash(second)
    assert hashes[0] is not None
    assert hashes[1] is not None
    return (hashes[0] ^ hashes[1]).bit_count()


def test_different_images_are_not_grouped(
    samples: list[Image.Image], drawings: list[Image.Image]
) -> None:
    assert len(samples) == 34
    for images in (samples, drawings):
        assert groups([difference_hash(image) for image in images]) == []
        assert min(distance(*pair) for pair in combinations(images, 2)) > DISTANCE + 3


@pytest.mark.parametrize("kind", ["samples", "drawings"])
def test_near_duplicates_are_grouped(kind: str, request: pytest.FixtureRequest) -> None:
    for image in request.getfixturevalue(kind):
        hashes = [difference_hash(one) for one in (image, *near_duplicates(image))]
        assert groups(hashes) == [list(range(len(hashes)))]


def test_images_of_one_colour_are_like_nothing() -> None:
    jpeg = io.BytesIO()
    Image.new("RGB", (90, 60), (130, 90, 20)).save(jpeg, "JPEG", quality=60)
    flat = [Image.new("RGB", (64, 64), "red"), Image.new("L", (64, 64)), Image.open(jpeg)]
    assert [difference_hash(image) for image in flat] == [None, None, None]
    assert groups([None, None, 5, None, 5]) == [[2, 4]]


def test_a_hash_has_128_bits(samples: list[Image.Image]) -> None:
    hashes = [difference_hash(image) or 0 for image in samples]
    assert all(0 < bits < 1 << 128 for bits in hashes)
    assert max(bits.bit_length() for bits in hashes) == 128


HASHES = st.lists(
    st.none()
    | st.builds(
        lambda flips, base: base ^ sum(1 << flip for flip in flips),
        st.sets(st.integers(0, 127), max_size=10),
        st.sampled_from([0, (1 << 128) - 1, 0x0123456789ABCDEF << 40]),
    ),
    max_size=12,
)


@given(HASHES, st.integers(0, 20))
def test_groups_are_those_of_comparing_each_with_each(
    hashes: list[int | None], distance: int
) -> None:
    group_of = {index: {index} for index in range(len(hashes))}
    for first, second in combinations(range(len(hashes)), 2):
        a, b = hashes[first], hashes[second]
        if a is not None and b is not None and (a ^ b).bit_count() <= distance:
            joined = group_of[first] | group_of[second]
            group_of |= dict.fromkeys(joined, joined)
    expected = {tuple(sorted(group)) for group in group_of.values() if len(group) > 1}
    assert groups(hashes, distance) == [list(group) for group in sorted(expected)]


def test_groups_are_found_across_blocks() -> None:
    rng = random.Random(1)
    hashes = [rng.getrandbits(128) for _ in range(700)]
    hashes += [bits ^ 0b1011 << 60 for bits in hashes[:300]]
    assert groups(hashes) == [[index, 700 + index] for index in range(300)]
    assert groups(list(range(1000))) == [list(range(1000))]
