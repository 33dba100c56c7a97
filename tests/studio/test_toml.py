"""TOML with crop boxes: what an artist wrote stays, and many crop boxes stay quick."""

from __future__ import annotations

import time
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio import toml
from studio.data.buckets import Crop

BY_HAND = """\
# mine
name = "ink"  # yes

  [[dataset]]
path = "a"
[dataset.crops]  # cut closer
# the cat
"a.png" = [0.1, 0.2, 1.0]  # its ears
"b.png" = [
  0.1, 0.2,
  1.0,
]
  [[dataset]]
  path = "b"
  crops = { "c.png" = [0.1, 0.2, 1.0] }
[[dataset]]
path = "c"
crops."d.png" = [0.1, 0.2, 1.0]
[[dataset]]
path = "d"
["dataset"."crops"]
"e.png" = [0.1, 0.2, 1.0]

[other]  # of a newer version
key = [
    [1, 2],
]
"""

names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)


def plain(text: str) -> dict[str, object]:
    """The content without crop boxes."""
    table = tomllib.loads(text)
    for folder in table["dataset"]:
        folder.pop("crops", None)
    return table


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_crops_in_any_spelling_are_replaced_and_the_rest_stays(number: int, newline: str) -> None:
    text = BY_HAND.replace("\n", newline)
    crops = [{"x.png": Crop(0.5, 0.25, 2.0)} if n == number else {} for n in range(4)]

    written = toml.dump(toml.parse(text), crops)

    assert plain(written) == plain(text)
    found = [folder.get("crops") for folder in tomllib.loads(written)["dataset"]]
    assert found == [{"x.png": [0.5, 0.25, 2.0]} if n == number else None for n in range(4)]
    for comment in ("# mine", "# yes", "# of a newer version"):
        assert comment in written
    assert ("# the cat" in written) == (number == 0)


@settings(deadline=None, max_examples=50)
@given(st.dictionaries(names, st.builds(Crop, st.floats(0, 1), st.floats(0, 1), st.floats(1, 8))))
def test_any_name_and_number_comes_back(crops: dict[str, Crop]) -> None:
    written = toml.dump({"dataset": [{"path": "a"}]}, [crops])
    again = toml.dump(toml.parse(written), [crops])

    assert again == written
    found = tomllib.loads(written)["dataset"][0].get("crops", {})
    assert {name: Crop(*numbers) for name, numbers in found.items()} == crops


def test_twenty_thousand_crops_take_no_time() -> None:
    crops = {f"sub/ink_{number:05d}.png": Crop(0.25, 0.5, 1.3) for number in range(20_000)}
    written = toml.dump({"dataset": [{"path": "a"}]}, [crops])

    start = time.perf_counter()
    toml.dump(toml.parse(written), [crops])

    assert time.perf_counter() - start < 1  # 50 ms here; by tomlkit alone it is minutes
