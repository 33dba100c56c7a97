"""Seeds for everything random: one run seed and the place where a number is needed give one seed.

Nothing in a run draws from a generator that lives on between steps, so a resumed run, which starts
in the middle, draws what the unbroken run would have drawn there.
"""

from __future__ import annotations

import hashlib
import json


def derive(seed: int, *parts: int | str) -> int:
    """A seed in [0, 2**63) for the place ``parts`` of the run ``seed``, the same on every machine.

    BLAKE2b over the JSON array ``[seed, *parts]``, which keeps ``(1, 23)``, ``(12, 3)`` and
    ``("1", 23)`` apart. Fits `random.Random` and `torch.Generator.manual_seed`.
    """
    place = json.dumps([seed, *parts]).encode()
    return int.from_bytes(hashlib.blake2b(place, digest_size=8).digest(), "big") >> 1
