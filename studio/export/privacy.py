"""What of a checkpoint's metadata an exported file tells: pure, so that the window can show it."""

from __future__ import annotations

from collections.abc import Mapping

HASHES = ("sshs_model_hash", "sshs_legacy_hash")
"""Worked out of the tensors when a file is written."""

# What kohya keeps without metadata, since programs sort and apply files by it; and the base's name.
_NEEDED = {
    "ss_v2",
    "ss_base_model_version",
    "ss_sd_model_name",
    "ss_network_module",
    "ss_network_dim",
    "ss_network_alpha",
    "ss_network_args",
    "ss_output_name",
}
_CAPTIONS = {"ss_tag_frequency", "ss_dataset_dirs", "ss_reg_dataset_dirs"}


def embedded(
    metadata: Mapping[str, str],
    name: str,
    *,
    settings: bool,
    captions: bool,
    thumbnail: str = "",
) -> dict[str, str]:
    """The metadata of a file ``name`` (without its ending), from that of its checkpoint.

    Without ``settings`` the recipe is left out, without ``captions`` their tags and the names of
    folders. ``thumbnail`` is a data URL. `HASHES` are not in it.
    """
    told = {
        key: value
        for key, value in metadata.items()
        if key not in HASHES and _is_told(key, settings, captions)
    }
    told |= {"ss_output_name": name, "modelspec.title": name}
    if thumbnail:
        told["modelspec.thumbnail"] = thumbnail
    return dict(sorted(told.items()))


def _is_told(key: str, settings: bool, captions: bool) -> bool:
    if key in _CAPTIONS:
        return captions
    return settings or key in _NEEDED or key.startswith("modelspec.")
