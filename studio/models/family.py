"""Which kind of base model something is, decided from its configuration files, without torch."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.errors import StudioError

STARTER = Path(__file__).with_name("starter")

# The width of the text embedding that the UNet attends to tells the families apart.
_FAMILY_BY_CONTEXT = {768: "sd1", 1024: "sd2", 2048: "sdxl"}


@dataclass(frozen=True)
class BaseLocation:
    """A base model on disk: ``reference`` as settings write it, ``family`` as presets name it."""

    reference: str
    folder: Path
    family: str

    @property
    def naming(self) -> str:
        """The family whose key names an exported adapter uses; the starter is an SD 1.x."""
        return "sd1" if self.family == "starter" else self.family

    @property
    def name(self) -> str:
        """A name for metadata and messages, without the path."""
        return "starter" if self.family == "starter" else self.folder.name


def find_base(reference: str, root: Path = Path()) -> BaseLocation:
    """The base model that ``reference`` names: "starter" or a diffusers folder (from ``root``).

    Raises ``base.not_found``, ``base.not_a_model`` (not a Stable Diffusion pipeline folder) or
    ``base.unsupported`` (a kind that this version cannot train).
    """
    if reference == "starter":
        return BaseLocation(reference, STARTER, "starter")
    folder = (root / Path(reference).expanduser()).resolve()
    if not folder.exists():
        raise StudioError("base.not_found", model=reference)
    if folder.is_file():
        raise StudioError("base.unsupported", model=folder.name, kind="single-file checkpoint")
    pipeline = _read_json(folder / "model_index.json", folder).get("_class_name", "")
    unet = _read_json(folder / "unet" / "config.json", folder)
    if not str(pipeline).startswith("StableDiffusion"):
        raise StudioError("base.unsupported", model=folder.name, kind=str(pipeline))
    if unet.get("in_channels", 4) != 4:
        raise StudioError("base.unsupported", model=folder.name, kind="inpainting model")
    if folder == STARTER.resolve():
        return BaseLocation("starter", folder, "starter")
    family = _FAMILY_BY_CONTEXT.get(unet.get("cross_attention_dim", 0), "sd1")
    if family == "sdxl":
        raise StudioError("base.unsupported", model=folder.name, kind="SDXL")
    return BaseLocation(str(folder), folder, family)


def _read_json(path: Path, folder: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        missing = f"no readable {path.relative_to(folder).as_posix()}"
        raise StudioError("base.not_a_model", path=str(folder), reason=missing) from error
    if not isinstance(content, dict):
        raise StudioError("base.not_a_model", path=str(folder), reason=f"{path.name} is no object")
    return content
