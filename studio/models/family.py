"""Which base model something is: told from configuration files and headers, without torch.

Never asks the network: a hub id means what was downloaded before.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from studio.errors import StudioError
from studio.models import hub
from studio.models.detect import (
    Found,
    detect,
    guess_prediction,
    kind_by_channels,
    text_widths,
)
from studio.models.model_header import read_model_header

STARTER = Path(__file__).with_name("starter")
CONFIGS = Path(__file__).with_name("configs")
"""The published configurations of each family, which single files lack."""

_FILES = (".safetensors", ".ckpt", ".pt", ".pth", ".bin")
_OTHER_PIPELINES = {  # what the class begins with
    "StableDiffusion3": "a Stable Diffusion 3 model",
    "StableVideo": "a video model",
    "StableCascade": "a Stable Cascade model",
    "Flux": "a Flux model",
}


@dataclass(frozen=True)
class BaseLocation:
    """A base model on disk.

    ``reference`` is what settings write, ``path`` its diffusers folder or single file, ``family``
    what presets name it. ``configs`` has ``<component>/config.json`` and ``scheduler``: the folder
    itself, or the family's for a file. ``prediction_type`` ("epsilon", "v_prediction") and
    ``zero_terminal_snr`` are what the files tell; ``certain`` is False where they do not, and it is
    guessed, or what the family usually has.
    """

    reference: str
    path: Path
    family: str
    configs: Path
    prediction_type: str
    zero_terminal_snr: bool
    certain: bool

    @property
    def naming(self) -> str:
        """The family whose key names an exported adapter uses; the starter is an SD 1.x."""
        return "sd1" if self.family == "starter" else self.family

    @property
    def name(self) -> str:
        """A name for metadata and messages, without path and ending."""
        if self.family == "starter":
            return "starter"
        return self.path.stem if self.is_file else Path(self.reference).name

    @property
    def is_file(self) -> bool:
        """Whether everything is in one file."""
        return self.path != self.configs

    @property
    def components(self) -> tuple[str, ...]:
        """The parts that can carry an adapter."""
        second = ("text_encoder_2",) if self.naming == "sdxl" else ()
        return ("unet", "text_encoder", *second)

    def config(self, component: str) -> dict[str, Any]:
        """The ``config.json`` of a component, "vae" too; raises ``base.not_a_model``."""
        return _read_json(self.configs / component / "config.json", self.configs)


def find_base(reference: str, root: Path = Path()) -> BaseLocation:
    """The base model that ``reference`` names.

    That is "starter", a single file or diffusers folder (from ``root``), or, where no such path is
    there, a hub id ``owner/name`` among the downloads. Raises ``base.not_found``,
    ``hub.not_downloaded``, ``base.not_a_model`` (nothing of Stable Diffusion), ``base.unsupported``
    (a kind that cannot be trained), ``base.is_lora``, ``base.is_vae`` or ``base.is_part``, and what
    `read_model_header` raises.
    """
    if reference == "starter":
        return _folder(reference, STARTER)
    path = (root / Path(reference).expanduser()).resolve()
    if path.is_file():
        stat = path.stat()
        return _file(path, CONFIGS, stat.st_size, stat.st_mtime_ns)
    if path.is_dir():
        return _folder("starter" if path == STARTER.resolve() else str(path), path)
    if not hub.ID.fullmatch(reference) or reference.endswith(_FILES):
        raise StudioError("base.not_found", model=reference)
    copy = hub.local_copy(reference)
    if copy is None:
        raise StudioError("hub.not_downloaded", model=reference)
    return _folder(reference, copy)


@lru_cache(maxsize=16)  # asked with every keystroke; a header of SDXL takes 20 ms
def _file(path: Path, configs: Path, size: int, changed: int) -> BaseLocation:
    header = read_model_header(path)
    found = detect(header, path.name, configs)
    if not found.certain and (guess := guess_prediction(path, header)):
        found = replace(found, prediction_type=guess)
    return _location(str(path), path, configs / found.family, found)


def _folder(reference: str, folder: Path) -> BaseLocation:
    index = _read_json(folder / "model_index.json", folder)
    unet = _read_json(folder / "unet" / "config.json", folder)
    if kind := _refused(index, unet):
        raise StudioError("base.unsupported", model=Path(reference).name, kind=kind)
    family = "starter" if reference == "starter" else _family(unet)
    if family == "sdxl":
        _read_json(folder / "text_encoder_2" / "config.json", folder)
    noise = _read_json(folder / "scheduler" / "scheduler_config.json", folder)
    prediction = str(noise.get("prediction_type", "epsilon"))  # diffusers' default
    ends_in_noise = bool(noise.get("rescale_betas_zero_snr", False))
    return _location(reference, folder, folder, Found(family, prediction, ends_in_noise, True))


def _location(reference: str, path: Path, configs: Path, found: Found) -> BaseLocation:
    return BaseLocation(
        reference,
        path,
        found.family,
        configs,
        found.prediction_type,
        found.zero_terminal_snr,
        found.certain,
    )


def _refused(index: dict[str, Any], unet: dict[str, Any]) -> str:
    """In words what a diffusers folder is that cannot be trained; "" for those that can."""
    pipeline = str(index.get("_class_name", ""))
    for start, kind in _OTHER_PIPELINES.items():
        if pipeline.startswith(start):
            return kind
    if not pipeline.startswith("StableDiffusion"):
        return f"a model of the kind {pipeline.removesuffix('Pipeline')}"
    if index.get("requires_aesthetics_score"):
        return "an SDXL refiner"
    return kind_by_channels(unet.get("in_channels", 4))


def _family(unet: dict[str, Any]) -> str:
    """The family of a UNet's configuration: SDXL alone takes sizes, 1.x alone projects by conv."""
    if unet.get("addition_embed_type") == "text_time":
        return "sdxl"
    families = {width: family for family, width in text_widths(CONFIGS).items()}
    otherwise = "sd2" if unet.get("use_linear_projection") else "sd1"
    width = unet.get("cross_attention_dim")
    return families.get(width, otherwise) if isinstance(width, int) else otherwise


def _read_json(path: Path, folder: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        missing = f"no readable {path.relative_to(folder).as_posix()}"
        raise StudioError("base.not_a_model", path=str(folder), reason=missing) from error
    if not isinstance(content, dict):
        raise StudioError("base.not_a_model", path=str(folder), reason=f"{path.name} is no object")
    return content
