"""Which names of a file's modules each program finds in its own model.

Read in, or measured with, the programs' own code (format facts, sections 1 and 4). diffusers
decides on whole files, so it has no such table.
"""

from __future__ import annotations

from studio.inspect.facts import Module

_COMFY_STARTS = (
    *("lora_unet_", "lora_te_", "lora_te1_", "lora_te2_", "lycoris_"),
    *("unet.", "text_encoder.", "text_encoder_2.", "diffusion_model.", "text_encoders."),
)


def forge_finds(module: Module, arch: str | None) -> bool:
    """Forge looks names up in ComfyUI's table of before the text projection came in."""
    named = module.named
    if named is None or named.spelling == "text_flat":
        return False
    start = next((start for start in _COMFY_STARTS if module.name.startswith(start)), "")
    if start == "unet." and named.kind == "attention" and named.spelling != "sgm":
        return module.layout == "diffusers_old"
    fitting = {"unet.": named.spelling != "sgm", "diffusion_model.": named.spelling == "sgm"}
    if not start or not fitting.get(start, True):
        return False
    return named.prefix != "lora_te2" or arch == "sdxl"


def _comfy_finds(module: Module, arch: str | None) -> bool:
    return module.name == "lora_te2_text_projection" or forge_finds(module, arch)


def _a1111_finds(module: Module, arch: str | None) -> bool:
    named = module.named
    if named is None or not module.name.startswith(f"{named.prefix}_"):
        return False
    if arch == "sdxl" and module.name == "lora_unet_up_blocks_0_upsamplers_0_conv":
        return False
    allowed = {"sdxl": {"lora_te1", "lora_te2"}, "sd2": {"lora_te"}}
    return named.spelling != "text_flat" and (
        named.prefix in {"lora_unet", *allowed.get(arch or "", {"lora_te", "lora_te1"})}
    )


def _invoke_finds(module: Module, arch: str | None) -> bool:
    named = module.named
    if named is None or named.spelling == "text_flat" or module.layout != "kohya":
        return False
    if not module.name.startswith(f"{named.prefix}_"):
        return False
    allowed = {"lora_te1", "lora_te2"} if arch == "sdxl" else {"lora_te"}
    return named.prefix in {"lora_unet", *allowed} and (arch == "sdxl" or named.spelling != "sgm")


FINDS = {
    "A1111": _a1111_finds,
    "Forge": forge_finds,
    "ComfyUI": _comfy_finds,
    "InvokeAI": _invoke_finds,
}
"""Program -> whether it finds a module, in a file for "sd1", "sd2", "sdxl" or None."""


def is_diffusers(module: Module) -> bool:
    """Its own names, not those of OneTrainer's OMI format, which begin alike."""
    return (
        module.name.startswith(("unet.", "text_encoder.", "text_encoder_2."))
        and module.layout != "kohya"
        and (module.named is None or module.named.spelling != "sgm")
    )
