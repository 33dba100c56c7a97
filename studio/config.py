"""A run's settings: one pydantic model is the only place where a setting is described.

Validation, default, unit, help sentence and tier live in the field; the command line's ``--set``,
the window's form, the tooltips and the reference page are generated from it. Section and field
names are kohya's, as artists know them. A preset states only differences (`studio.presets`).
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    ValidationError,
    model_validator,
)

from studio import toml
from studio.data.buckets import MAX_ZOOM, Crop
from studio.errors import StudioError

Tier = Literal["simple", "advanced"]


def setting(
    default: Any, help: str, *, unit: str = "", tier: Tier = "advanced", **constraints: Any
) -> Any:
    """A pydantic field with its help sentence, unit and tier."""
    return Field(
        default, description=help, json_schema_extra={"unit": unit, "tier": tier}, **constraints
    )


class Section(BaseModel):
    """A table of the settings file: unknown keys are refused, values are frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


AnySection = TypeVar("AnySection", bound=Section)


class Run(Section):
    """What the run is called and where it goes."""

    name: str = setting(
        "lora", "Name of the run and of the exported file.", tier="simple", min_length=1
    )
    output: str = setting("runs", "Folder that receives one folder per run.")
    seed: int = setting(
        42,
        "Everything random in the run follows from it; the same seed repeats the run.",
        ge=0,
        lt=2**31,
    )

    @model_validator(mode="after")
    def _name_is_a_file_name(self) -> Self:
        if set(self.name) & set('/\\:*?"<>|') or self.name.strip(". ") != self.name:
            raise ValueError("name must be usable as a file name")
        return self


class Base(Section):
    """The base model that stays frozen."""

    model: str = setting(
        "starter",
        'Base model: "starter", a checkpoint file, a diffusers folder, or the id of a downloaded '
        "model.",
        tier="simple",
    )
    vae: str = setting("", "File or folder of another VAE; empty uses the base model's own.")
    clip_skip: int = setting(
        1, "Text encoder layer to read, counted from the last; 1 is the last.", ge=1, le=12
    )
    prediction_type: Literal["auto", "epsilon", "v_prediction"] = setting(
        "auto", "What the UNet predicts; auto reads it from the base model."
    )
    zero_terminal_snr: Literal["auto", "on", "off"] = setting(
        "auto",
        "Let the strongest noise leave nothing of the image; auto reads it from the base model.",
    )
    dtype: Literal["auto", "fp32", "bf16", "fp16"] = setting(
        "auto", "Precision of the frozen weights; auto: half on a GPU, fp32 on a CPU."
    )
    quantize: Literal["none", "nf4", "int8", "fp8"] = setting(
        "none", "Store the frozen weights in fewer bits to save memory."
    )

    @model_validator(mode="after")
    def _zero_snr_needs_v(self) -> Self:
        if self.zero_terminal_snr == "on" and self.prediction_type == "epsilon":
            raise ValueError("zero_terminal_snr needs prediction_type v_prediction")
        return self


def _read_crop(value: Any) -> Crop:
    if isinstance(value, Crop):
        return value
    try:
        x, y, zoom = value
        return Crop(x, y, zoom)
    except (TypeError, ValueError) as error:
        raise ValueError(
            "a crop is written [x, y, zoom], with x and y from 0 to 1 and zoom from 1 to "
            f"{MAX_ZOOM:g}"
        ) from error


CropSetting = Annotated[Crop, PlainValidator(_read_crop), PlainSerializer(toml.crop_numbers)]
"""Three numbers in TOML and JSON, a `Crop` in Python."""


class DatasetFolder(Section):
    """One folder of images with their captions."""

    path: str = setting(..., "Folder with images and their .txt captions.", tier="simple")
    repeats: int | None = setting(
        None, "How often an epoch shows each image; unset reads N_name folders, else 1.", ge=1
    )
    trigger: str = setting("", "Trigger word put in front of captions that lack it.", tier="simple")
    regularization: bool = setting(
        False, "Images of what must not change, weighted by prior_loss_weight."
    )
    crops: dict[str, CropSetting] = setting(
        {}, "Crop boxes set by hand: the image's name = [x, y, zoom], zoom from 1."
    )


class Data(Section):
    """How images and captions become batches."""

    resolution: int = setting(
        512, "Training size; buckets keep its area.", unit="px", tier="simple", ge=64, le=2048
    )
    batch_size: int = setting(
        1,
        "Images looked at in each step; more need more memory.",
        unit="images",
        tier="simple",
        ge=1,
        le=256,
    )
    bucket_step: int = setting(
        64, "Bucket sides are multiples of this.", unit="px", ge=8, le=256, multiple_of=8
    )
    keep_tokens: int = setting(
        1, "Tags at the start of a caption that shuffling leaves in place.", unit="tags", ge=0
    )
    shuffle_tags: bool = setting(False, "Shuffle comma-separated tags each time.")
    caption_dropout: float = setting(
        0.05, "Share of captions replaced by an empty one.", ge=0.0, le=1.0
    )
    max_token_length: Literal[75, 150, 225] = setting(
        75, "Tokens of a caption that are read; more take a little longer.", unit="tokens"
    )
    flip: bool = setting(False, "Show images mirrored half of the time.", tier="simple")
    cache: Literal["memory", "disk", "none"] = setting(
        "disk", "Where latents and text embeddings are kept between epochs."
    )


class Network(Section):
    """The adapter."""

    type: Literal["lora"] = setting("lora", "Kind of adapter.")
    rank: int = setting(
        16,
        "Size of the adapter and its file: how much detail it can hold.",
        tier="simple",
        ge=1,
        le=1024,
    )
    alpha: float | None = setting(
        None, "The adapter's effect is scaled by alpha / rank; unset means rank.", gt=0
    )
    dropout: float = setting(0.0, "Share of adapter inputs dropped in training.", ge=0.0, lt=1.0)
    target: Literal["attention", "attention+ff", "all"] = setting(
        "attention",
        "Attention, also feed-forward, or all; more layers learn more, the file gets larger.",
        tier="simple",
    )
    text_encoder: bool = setting(
        False,
        "Teach the text encoder too: a name is learnt better, but other prompts may change.",
        tier="simple",
    )
    text_encoder_2: bool | None = setting(
        None, "Teach SDXL's second text encoder too; unset means as text_encoder."
    )
    init_from: str = setting("", "LoRA file that training goes on from.")

    @property
    def effective_alpha(self) -> float:
        """``alpha``, or ``rank`` where it is unset (scale 1)."""
        return float(self.rank if self.alpha is None else self.alpha)

    def trained(self, components: Iterable[str]) -> tuple[str, ...]:
        """Those of a base model's ``components`` that get an adapter.

        Raises ``network.no_second_encoder`` if one is wanted that the base model has not.
        """
        present = tuple(components)
        if self.text_encoder_2 and "text_encoder_2" not in present:
            raise StudioError("network.no_second_encoder")
        second = self.text_encoder if self.text_encoder_2 is None else self.text_encoder_2
        learns = {"unet": True, "text_encoder": self.text_encoder, "text_encoder_2": second}
        return tuple(component for component in present if learns[component])


class Optimizer(Section):
    """How weights are updated."""

    type: Literal[
        "auto", "adamw", "adamw8bit", "paged_adamw8bit", "adamw4bit", "adamwfp8", "adafactor"
    ] = setting("auto", "auto: adamw8bit on CUDA, fused adamw elsewhere.")
    unet_lr: float = setting(
        1e-4,
        "How far each step moves the UNet's adapter; too high burns the pictures.",
        tier="simple",
        ge=0.0,
        le=10.0,
    )
    text_encoder_lr: float = setting(
        2.5e-5,
        "How far each step moves the text encoder's adapter; a quarter of unet_lr is usual.",
        ge=0.0,
        le=10.0,
    )
    text_encoder_lr_2: float | None = setting(
        None,
        "The same for SDXL's second text encoder; unset means as text_encoder_lr.",
        ge=0.0,
        le=10.0,
    )
    weight_decay: float = setting(0.01, "Pull of adapter weights towards zero.", ge=0.0, le=1.0)
    max_grad_norm: float = setting(1.0, "Longer gradients are shortened to it; 0 is off.", ge=0.0)
    fused_backward_pass: bool = setting(
        False, "Update each weight as soon as its gradient is there, which then takes no memory."
    )

    def rate(self, component: str) -> float:
        """The learning rate of a component's adapter."""
        if component == "unet":
            return self.unet_lr
        second = self.text_encoder_lr_2 if component == "text_encoder_2" else None
        return self.text_encoder_lr if second is None else second

    def on(self, device: str) -> str:
        """The optimizer that ``type`` means on a device ("cuda", "cpu", "mps" ...).

        Small states need what MPS lacks, bitsandbytes' kernels or 8-bit floating point; going over
        to 32 bits silently would break the promise of memory, so that is ``optimizer.no_8bit``. And
        only CUDA has pages, so elsewhere the paged one is ``optimizer.no_paging``.
        """
        if self.type == "auto":
            return "adamw8bit" if device == "cuda" else "adamw"
        if self.type not in ("adamw", "adafactor") and device not in ("cuda", "cpu", "xpu"):
            raise StudioError("optimizer.no_8bit", type=self.type, device=device)
        if self.type == "paged_adamw8bit" and device != "cuda":
            raise StudioError("optimizer.no_paging", device=device)
        return self.type

    @model_validator(mode="after")
    def _fused_does_not_clip(self) -> Self:
        if self.fused_backward_pass and self.max_grad_norm:
            raise ValueError("fused_backward_pass needs max_grad_norm 0")
        return self


class Schedule(Section):
    """How long, and how the learning rate moves."""

    steps: int | None = setting(
        None,
        "How long it learns; unset means 1000 unless epochs is set.",
        unit="steps",
        tier="simple",
        ge=1,
    )
    epochs: int | None = setting(
        None, "Passes over all images, instead of steps.", unit="epochs", ge=1
    )
    lr_scheduler: Literal["constant", "linear", "cosine", "cosine_with_restarts", "polynomial"] = (
        setting("cosine", "Course of the learning rate after warm-up.")
    )
    warmup: int = setting(0, "Steps in which the learning rate rises from 0.", unit="steps", ge=0)
    restarts: int = setting(1, "Cycles of cosine_with_restarts.", ge=1, le=100)
    power: float = setting(1.0, "Exponent of the polynomial schedule.", gt=0.0, le=10.0)
    gradient_accumulation: int = setting(
        1, "Batches whose gradients are added up before one step.", unit="batches", ge=1, le=1024
    )

    @model_validator(mode="after")
    def _steps_or_epochs(self) -> Self:
        if self.steps is not None and self.epochs is not None:
            raise ValueError("set steps or epochs, not both")
        return self


class Loss(Section):
    """What is minimised."""

    type: Literal["l2", "l1", "huber"] = setting("l2", "Distance between prediction and target.")
    min_snr_gamma: float = setting(
        5.0, "Min-SNR weighting (Hang et al. 2023); 0 is off.", ge=0.0, le=100.0
    )
    noise_offset: float = setting(
        0.0,
        "Shift of the noise's mean per channel, for very dark or bright styles.",
        ge=0.0,
        le=1.0,
    )
    prior_loss_weight: float = setting(
        1.0, "How much regularization images count.", ge=0.0, le=10.0
    )


class Memory(Section):
    """Trades of time for memory."""

    gradient_checkpointing: bool = setting(
        False, "Recompute activations in the backward pass: slower, much less memory."
    )
    mixed_precision: Literal["auto", "no", "fp16", "bf16"] = setting(
        "auto", "Precision of the computation; auto: bf16 or fp16 on CUDA, no elsewhere."
    )
    images_at_once: int | None = setting(
        None,
        "Images of a batch computed at a time: fewer take less memory, the result stays the same; "
        "unset: all.",
        unit="images",
        ge=1,
        le=256,
    )
    attention: Literal["auto", "sdpa", "eager"] = setting(
        "auto", "Attention kernel; auto is torch's scaled_dot_product_attention."
    )
    pack_weights: Literal["auto", "on", "off"] = setting(
        "auto",
        "Run frozen layers the way that is fastest on this processor, by trials: auto takes little "
        "more memory, on as much as it needs; off leaves them as they are.",
    )
    offload: bool = setting(False, "Keep parts that are not in use in main memory.")
    offload_activations: bool = setting(
        False, "Keep activations in main memory until the backward pass: slower, less memory."
    )
    adapt: bool = setting(
        True, "When memory runs out, change settings step by step and go on, instead of ending."
    )


class Preview(Section):
    """Pictures drawn during training."""

    every: int = setting(0, "Steps between previews; 0 is off.", unit="steps", ge=0, tier="simple")
    prompts: tuple[str, ...] = setting(
        (), "What previews draw, the same every time.", tier="simple"
    )
    negative_prompt: str = setting("", "What previews should not show.")
    strengths: tuple[float, ...] = setting((1.0,), "Adapter strengths; 0 is off, 1 is full.")
    seed: int = setting(1, "Seed of the first prompt; the next ones count up.", ge=0, lt=2**31)
    steps: int = setting(
        20, "Steps from noise to picture; more take longer.", unit="steps", ge=1, le=150
    )
    guidance: float = setting(
        7.0, "How closely a picture follows its prompt; 1 is off.", ge=1.0, le=30.0
    )
    size: str = setting(
        "",
        "Width x height, such as 512x768; empty is the resolution, square.",
        pattern=r"^(\d+x\d+)?$",
    )


class Save(Section):
    """Checkpoints and the exported file."""

    every: int = setting(0, "Steps between checkpoints; 0: only at the end.", unit="steps", ge=0)
    keep: int = setting(4, "Newest checkpoints kept; 0 keeps all.", ge=0)
    dtype: Literal["fp16", "bf16", "fp32"] = setting("fp16", "Precision of the exported file.")


class Settings(Section):
    """All settings of a run, validated; see `load_settings` for how a file becomes one."""

    run: Run = Run()
    base: Base = Base()
    dataset: Annotated[tuple[DatasetFolder, ...], Field(min_length=1)]
    data: Data = Data()
    network: Network = Network()
    optimizer: Optimizer = Optimizer()
    schedule: Schedule = Schedule()
    loss: Loss = Loss()
    memory: Memory = Memory()
    preview: Preview = Preview()
    save: Save = Save()

    @model_validator(mode="after")
    def _sections_agree(self) -> Self:
        if self.data.resolution % self.data.bucket_step:
            raise ValueError("data.resolution must be a multiple of data.bucket_step")
        if self.preview.every and not self.preview.prompts:
            raise ValueError("preview.every needs preview.prompts")
        learning = self.network.trained(("unet", "text_encoder", "text_encoder_2"))
        if not any(map(self.optimizer.rate, learning)):
            raise ValueError("optimizer.unet_lr 0 leaves nothing to train")
        if self.optimizer.fused_backward_pass and self.schedule.gradient_accumulation > 1:
            raise ValueError("optimizer.fused_backward_pass needs schedule.gradient_accumulation 1")
        if self.optimizer.fused_backward_pass and self.memory.images_at_once:
            raise ValueError("optimizer.fused_backward_pass needs memory.images_at_once unset")
        return self


def validate(table: dict[str, Any]) -> Settings:
    """Settings from plain tables; the first mistake raises ``config.invalid`` with its rule."""
    return validate_section(Settings, table)


def validate_section(model: type[AnySection], table: dict[str, Any]) -> AnySection:
    """`validate` for any kind of table."""
    try:
        return model.model_validate(table)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "settings"
        if first["type"] == "extra_forbidden":
            raise StudioError("config.unknown_key", key=key, close=_closest(key)) from error
        rule = first["msg"].removeprefix("Value error, ")
        value = None if first["type"] == "missing" or not first["loc"] else first["input"]
        raise StudioError("config.invalid", key=key, value=repr(value), rule=rule) from error


def _closest(key: str) -> str:
    """The known setting most like the unknown ``key``, for the error's remedy."""
    known = [".".join(path) for path in setting_fields()]
    plain = ".".join(part for part in key.split(".") if not part.isdigit())
    return difflib.get_close_matches(plain, known, n=1, cutoff=0.0)[0]


def setting_fields() -> dict[tuple[str, str], Any]:
    """Every setting as ``(section, name) -> pydantic FieldInfo``, in the order of the file."""
    fields: dict[tuple[str, str], Any] = {}
    for section, info in Settings.model_fields.items():
        model = DatasetFolder if section == "dataset" else info.annotation
        assert isinstance(model, type)
        assert issubclass(model, Section)
        for name, field in model.model_fields.items():
            fields[section, name] = field
    return fields


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of a settings file; raises ``config.unreadable`` or ``config.not_toml``."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise StudioError("config.unreadable", path=str(path), reason=str(error)) from error
    except tomllib.TOMLDecodeError as error:
        raise StudioError("config.not_toml", path=str(path), reason=str(error)) from error


def merge(*tables: dict[str, Any]) -> dict[str, Any]:
    """Tables laid over one another, later ones win; lists are replaced, not joined."""
    merged: dict[str, Any] = {}
    for table in tables:
        for key, value in table.items():
            if isinstance(value, dict) and isinstance(merged.get(key), dict):
                value = merge(merged[key], value)
            merged[key] = value
    return merged


def override(assignments: list[str]) -> dict[str, Any]:
    """Tables from ``section.key=value`` words; values are TOML, bare words are strings."""
    table: dict[str, Any] = {}
    for word in assignments:
        key, equals, text = word.partition("=")
        section, dot, name = key.strip().partition(".")
        if not (equals and dot and name):
            raise StudioError("config.bad_set", word=word)
        try:
            value = tomllib.loads(f"value = {text}")["value"]
        except tomllib.TOMLDecodeError:
            value = text
        table.setdefault(section, {})[name] = value
    return table


def to_toml(settings: Settings) -> str:
    """The settings file that loads as ``settings``; unset (None) values are left out."""
    tables = settings.model_dump(
        mode="json", exclude_none=True, exclude={"dataset": {"__all__": {"crops"}}}
    )
    return toml.dump(tables, [folder.crops for folder in settings.dataset])
