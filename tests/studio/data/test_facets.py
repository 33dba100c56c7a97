from __future__ import annotations

from pathlib import Path

from studio.data.collection import Caption, ImageFile
from studio.data.facets import FACETS, count_facets
from studio.data.filters import Context
from studio.data.problems import Problem


def image(caption: bytes) -> ImageFile:
    return ImageFile(Path("set"), "a.png", Caption(Path("set"), "a.txt", caption))


def test_facets_count_images_by_what_may_be_mended() -> None:
    long, plain, small, broken = (image(text) for text in (b"ohwx", b"a cat", b"ohwx", b""))
    long.caption.tokens, plain.caption.tokens = 76, 75
    small.size, plain.size = (500, 500), (512, 512)
    small.similar = plain.similar = 1
    broken.problem = Problem("image.unreadable")
    context = Context(512, 64, "ohwx")

    counts = count_facets([long, plain, small, broken], context)

    assert counts == {
        "is:uncaptioned": 1,
        "is:untriggered": 1,
        "is:long": 1,
        "is:small": 1,
        "is:duplicate": 2,
        "is:unreadable": 1,
    }
    assert len(counts) == len(FACETS)
    assert count_facets([plain], Context(512, 64, ""))["is:untriggered"] == 0
