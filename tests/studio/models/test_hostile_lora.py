"""LoRA files that lie or are damaged: refused in one sentence or read in part, never a crash."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.torch import save

from studio.errors import StudioError
from studio.inspect import describe, inspect_file
from studio.inspect.words import LEFT_OUT
from studio.messages import sentence
from studio.models.lora_file import assign_shapes, read_lora
from studio.models.schema import schema
from tests.lora_files import UNET, module, text, unet

GOOD = save({**unet(), **text("lora_te"), **module(f"{UNET}1_to_q")}, {"ss_v2": "False"})
(HEADER_BYTES,) = struct.unpack("<Q", GOOD[:8])


def look(path: Path) -> None:
    """All that is done with a file before it acts."""
    for reading in (read_lora, inspect_file):
        try:
            found: Any = reading(path)
        except StudioError as error:
            sentence(error.code, error.params)  # fails without one
            continue
        if reading is inspect_file:
            assert describe(found)
            assert found.to_json()
            assert set(found.left_out.values()) <= LEFT_OUT.keys()
        else:
            fitted, left = assign_shapes(found, schema("sd1"), "sd1")
            assert {*found.unusable.values(), *left.values()} <= LEFT_OUT.keys()
            assert all(lora.delta().isfinite().all() for lora in fitted.values())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, HEADER_BYTES + 7), st.binary(min_size=1, max_size=6))
def test_a_damaged_header(
    tmp_path_factory: pytest.TempPathFactory, place: int, damage: bytes
) -> None:
    path = tmp_path_factory.mktemp("hostile") / "a.safetensors"
    path.write_bytes(GOOD[:place] + damage + GOOD[place + len(damage) :])
    look(path)


TYPES = ("F8_E4M3", "F8_E8M0", "F8_E5M2FNUZ", "I8", "U16", "BOOL", "F16", "BF16", "F32", "C64")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.sampled_from(TYPES), min_size=4, max_size=4),
    st.lists(st.lists(st.integers(0, 3), max_size=5), min_size=4, max_size=4),
    st.integers(0, 255),
)
def test_any_shapes_and_types(
    tmp_path_factory: pytest.TempPathFactory,
    dtypes: list[str],
    shapes: list[list[int]],
    byte: int,
) -> None:
    sizes = {"F16": 2, "BF16": 2, "U16": 2, "F32": 4, "C64": 8}
    table: dict[str, Any] = {}
    begin = 0
    suffixes = ("lora_down.weight", "lora_up.weight", "lora_mid.weight", "alpha")
    for suffix, dtype, shape in zip(suffixes, dtypes, shapes, strict=True):
        end = begin + torch.Size(shape).numel() * sizes.get(dtype, 1)
        entry = {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}
        table[f"{UNET}2_to_k.{suffix}"] = entry
        begin = end
    header = json.dumps(table).encode()
    path = tmp_path_factory.mktemp("hostile") / "a.safetensors"
    path.write_bytes(struct.pack("<Q", len(header)) + header + bytes([byte]) * begin)
    look(path)


@pytest.mark.parametrize("kept", [0, 7, 8, 100, HEADER_BYTES + 8, len(GOOD) - 1])
def test_a_truncated_file_is_refused(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "a.safetensors"
    path.write_bytes(GOOD[:kept])
    for reading in (read_lora, inspect_file):
        with pytest.raises(StudioError) as caught:
            reading(path)
        assert caught.value.code == "safetensors.invalid"
