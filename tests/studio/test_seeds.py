from __future__ import annotations

import random

from studio.seeds import derive


def test_stays_the_same_across_versions() -> None:
    """Runs saved by an older version must go on with the same numbers."""
    assert derive(42, "noise", 7) == 7980742363106535565


def test_places_do_not_collide() -> None:
    places = [(1, 23), (12, 3), ("1", 23), ("1,23",), (1, 23, 0), (), (0,), (-1,)]

    assert len({derive(0, *place) for place in places}) == len(places)
    assert derive(0, 1) != derive(1, 0)


def test_fits_the_generators() -> None:
    seeds = [derive(0, i) for i in range(2000)]

    assert all(0 <= seed < 2**63 for seed in seeds)
    assert len(set(seeds)) == 2000
    assert 0.45 < sum(random.Random(seed).random() for seed in seeds) / 2000 < 0.55
