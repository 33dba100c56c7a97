"""The model card beside an exported file: what it is and how to use it, in Markdown, no torch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from studio import __version__
from studio.inspect import Inspection

_FAMILIES = {
    "sd_v1": "Stable Diffusion 1.x",
    "sd_v2": "Stable Diffusion 2.x",
    "sdxl_base_v1-0": "Stable Diffusion XL",
}
_DTYPES = {"F16": "fp16", "BF16": "bf16", "F32": "fp32"}
_TRAINING = {
    "ss_steps": "Steps",
    "ss_num_train_images": "Images (with repeats)",
    "ss_resolution": "Resolution",
    "ss_total_batch_size": "Batch size",
    "ss_optimizer": "Optimizer",
    "ss_unet_lr": "Learning rate",
    "ss_text_encoder_lr": "Learning rate of the text encoder",
    "ss_lr_scheduler": "Schedule",
    "ss_loss_type": "Loss",
    "ss_min_snr_gamma": "Min-SNR gamma",
    "ss_noise_offset": "Noise offset",
    "ss_seed": "Seed",
}
_WEB_UI = """### A1111 and Forge

Put `{file}` into `models/Lora`, and write into the prompt:

```
{prompt} <lora:{name}:1>
```
"""
_COMFY = """### ComfyUI

Put `{file}` into `models/loras`, and place a *Load LoRA* node between the checkpoint and the rest.
{trigger}"""
_DIFFUSERS = """### diffusers

```python
pipeline.load_lora_weights("{file}", adapter_name="{adapter}")
pipeline.set_adapters(["{adapter}"], adapter_weights=[1.0])
image = pipeline("{prompt}").images[0]
```
"""
_STRENGTHS = """## Strength

1.0 is the strength it was trained at. Lower it, to 0.6 or 0.8, if it covers up the rest of the
prompt or when several LoRAs work together; raise it, to 1.2, if it shows too little.
"""


def model_card(
    name: str, found: Inspection, metadata: Mapping[str, str], *, picture: bool = False
) -> str:
    """The card of the file ``name`` (without its ending), of which ``found`` is the inspection.

    It tells nothing that ``metadata``, those embedded in the file, do not tell.
    """
    return "\n".join(_parts(name, found, metadata, picture)).rstrip() + "\n"


def _parts(
    name: str, found: Inspection, metadata: Mapping[str, str], picture: bool
) -> Iterator[str]:
    words = ", ".join(found.trigger_words)
    yield f"# {name}\n"
    if picture:
        yield f"![{name}](<{name}.png>)\n"
    yield _table(_facts(name, found, metadata, words))
    yield "## How to use it\n"
    if words:
        yield f"Write the trigger word into the prompt: `{words}`\n"
    yield from _programs(name, found, words)
    yield _STRENGTHS
    training = {
        label: f"`{metadata[key]}`"
        for key, label in _TRAINING.items()
        if metadata.get(key, "None") != "None"
    }
    if training:
        yield "## Training\n"
        yield _table(training)
    yield f"Made with LoRA Studio {__version__}."


def _facts(name: str, found: Inspection, metadata: Mapping[str, str], words: str) -> dict[str, str]:
    version = metadata.get("ss_base_model_version", "").removesuffix("_v")
    family = "a model of its own" if found.arch is None else _FAMILIES.get(version, version)
    dtypes = ", ".join(_DTYPES.get(dtype, dtype) for dtype in found.dtypes)
    facts = {
        "File": f"`{name}.safetensors`, {found.bytes / 1e6:.1f} MB, {dtypes}",
        "Base model": f"`{metadata.get('ss_sd_model_name', '')}` ({family})",
    }
    if words:
        facts["Trigger word"] = f"`{words}`"
    facts["Rank, alpha"] = f"{metadata['ss_network_dim']}, {metadata['ss_network_alpha']}"
    return facts


def _programs(name: str, found: Inspection, words: str) -> Iterator[str]:
    """How to use it in each of the programs that load the file."""
    loading = {verdict.program for verdict in found.verdicts if verdict.works == "yes"}
    given = {
        "file": f"{name}.safetensors",
        "name": name,
        "adapter": "".join(c if c.isalnum() else "_" for c in name),  # peft refuses dots
        "prompt": f"{words}, a picture of ..." if words else "a picture of ...",
        "trigger": f"Write `{words}` into the prompt.\n" if words else "",
    }
    if loading & {"A1111", "Forge"}:
        yield _WEB_UI.format_map(given)
    if "ComfyUI" in loading:
        yield _COMFY.format_map(given)
    if "diffusers" in loading:
        yield _DIFFUSERS.format_map(given)


def _table(rows: Mapping[str, str]) -> str:
    return "\n".join(["| | |", "|---|---|", *(f"| {k} | {v} |" for k, v in rows.items()), ""])
