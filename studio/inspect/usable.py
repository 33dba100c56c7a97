"""What of a LoRA file LoRA Studio does not use, as its importer tells it, from the header alone."""

from __future__ import annotations

from studio.inspect.facts import Facts
from studio.models.lora_header import group_keys
from studio.models.lora_shapes import Shape, place, plain_shapes, stray_reason
from studio.models.schema import schema


def left_out(facts: Facts) -> dict[str, str]:
    """Key -> reason, of what cannot be used with the published model of the file's family.

    For a family that is not known, layers cannot be compared. The importer looks at the values too:
    it leaves out modules that hold NaN.
    """
    parts_by_name, strays = group_keys(facts.header.tensors)
    left = {key: stray_reason(key) for key in strays}
    usable: dict[str, tuple[Shape, Shape]] = {}
    for name, parts in parts_by_name.items():
        shapes = plain_shapes(parts, facts.header.tensors)
        if isinstance(shapes, str):
            left |= dict.fromkeys(parts.all_keys(), shapes)
        else:
            usable[name] = shapes
    if facts.arch is not None:
        _, without = place(usable, schema(facts.arch), facts.arch)
        for name, reason in without.items():
            left |= dict.fromkeys(parts_by_name[name].all_keys(), reason)
    return left
