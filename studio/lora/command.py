"""``lora-studio lora ...``: tools for LoRA files. Everything heavy is imported inside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console

from studio.data.problems import Problem
from studio.errors import StudioError
from studio.messages import sentence
from studio.terminal import following

if TYPE_CHECKING:
    from studio.lora.factors import Size
    from studio.lora.saving import Saved

_SHOWN = 20  # keys of each reason that `convert` names

lora = typer.Typer(
    name="lora",
    help="Tools for LoRA files: merge, resize, extract, bake, convert.",
    rich_markup_mode=None,
)
errors = Console(stderr=True)

Dtype = Literal["fp16", "bf16", "fp32"]
WeightedFiles = Annotated[list[str], typer.Argument(metavar="FILE[:WEIGHT]")]
OutOption = Annotated[Path, typer.Option("--out", metavar="FILE")]
DtypeOption = Annotated[Dtype, typer.Option("--dtype", help="Precision of the written weights.")]
RankOption = Annotated[int | None, typer.Option("--rank", help="At most so many per layer.")]
EnergyOption = Annotated[
    float | None,
    typer.Option("--energy", help="As many as keep this share of the effect, such as 0.9."),
]
BaseOption = Annotated[
    str,
    typer.Option(
        "--base",
        help="For files that do not tell it: sd1, sd2, sdxl, or the base model.",
    ),
]


@lora.command()
def merge(
    files: WeightedFiles,
    out_file: OutOption,
    rank: RankOption = None,
    dtype: DtypeOption = "fp16",
    base: BaseOption = "",
) -> None:
    """Add adapters up, each with its weight: exactly, or cut to a rank."""
    from studio.lora.merge import merge as merging
    from studio.sampling.command import parse_lora

    inputs = [parse_lora(word) for word in files]
    limit = _at_least_two(rank)
    work = merging(inputs, out_file, _warn, rank=limit, dtype=dtype, base=base)
    _report(following(work, "merge", errors))


@lora.command()
def resize(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    out_file: OutOption,
    rank: RankOption = None,
    energy: EnergyOption = None,
    dtype: DtypeOption = "fp16",
    base: BaseOption = "",
) -> None:
    """Make an adapter smaller, and keep as much of its effect as can be."""
    from studio.lora.resize import resize as resizing

    work = resizing(file, out_file, _size(rank, energy), _warn, dtype=dtype, base=base)
    _report(following(work, "resize", errors))


@lora.command()
def extract(
    base: Annotated[str, typer.Option("--base", help="The model before fine-tuning.")],
    tuned: Annotated[str, typer.Option("--tuned", help="The fine-tuned model.")],
    out_file: OutOption,
    rank: RankOption = None,
    energy: EnergyOption = None,
    target: Annotated[
        Literal["attention", "attention+ff", "all"], typer.Option(help="Which layers to compare.")
    ] = "attention",
    text_encoder: Annotated[
        bool, typer.Option("--text-encoder/--no-text-encoder", help="Compare these too.")
    ] = True,
    dtype: DtypeOption = "fp16",
) -> None:
    """Make an adapter of what a fine-tuned checkpoint changes in its base model."""
    from studio.lora.extract import extract as extracting

    size = _size(rank, energy)
    work = extracting(
        base, tuned, out_file, size, target=target, text_encoder=text_encoder, dtype=dtype
    )
    _report(following(work, "extract", errors))


@lora.command()
def bake(
    base: Annotated[str, typer.Argument(metavar="BASE", help="Base model: file, folder, hub id.")],
    files: Annotated[list[str], typer.Argument(metavar="FILE[:STRENGTH]")],
    out_path: Annotated[Path, typer.Option("--out", metavar="FILE.safetensors|FOLDER")],
    dtype: DtypeOption = "fp16",
) -> None:
    """Add adapters to a base model for good: a checkpoint that needs no LoRA."""
    from studio.lora.bake import bake as baking
    from studio.sampling.command import parse_lora

    inputs = [parse_lora(word) for word in files]
    baked = following(baking(base, inputs, out_path, _warn, dtype=dtype), "bake", errors)
    print(f"{baked.layers} layers changed; read back and compared")
    print(baked.path)


@lora.command()
def convert(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    out_file: OutOption,
    file_format: Annotated[Literal["kohya", "diffusers"], typer.Option("--format")] = "kohya",
    dtype: DtypeOption = "fp16",
    base: BaseOption = "",
) -> None:
    """Write a LoRA file of any spelling in the one that every program reads."""
    from studio.lora.convert import convert as converting

    work = converting(file, out_file, format=file_format, dtype=dtype, base=base)
    saved = following(work, "convert", errors)
    for line in _left_lines(saved.left):
        print(line)
    _report(saved)


def _at_least_two(rank: int | None) -> int | None:
    """Rank 1 is misread by stable-diffusion.cpp, so files have 2 anyway."""
    if rank is not None and rank < 2:
        raise StudioError("lora.bad_rank", rank=rank)
    return rank


def _size(rank: int | None, energy: float | None) -> Size:
    from studio.lora.factors import Size

    if (rank is None) == (energy is None):
        raise StudioError("lora.no_size")
    if energy is not None and not 0 < energy <= 1:
        raise StudioError("lora.bad_energy", energy=energy)
    return Size(rank=_at_least_two(rank), energy=energy)


def _warn(problem: Problem) -> None:
    errors.print(f"warning: {sentence(problem.code, problem.params)}", markup=False)


def _report(saved: Saved) -> None:
    """What was written, who loads it, and last its path."""
    from studio.inspect.words import reason

    ranks = ", ".join(f"{rank} ({count} layers)" for rank, count in sorted(saved.ranks.items()))
    kept = f"; {saved.energy:.1%} of the effect kept" if saved.energy < 1 else ""
    print(f"rank {ranks}{kept}")
    loads = [verdict for verdict in saved.verdicts if verdict.works == "yes"]
    words = {reason(verdict.reason, verdict.params) for verdict in loads} - {""}
    if loads:
        names = ", ".join(verdict.program for verdict in loads)
        print(", ".join([f"loads in {names}", *words]))
    for verdict in saved.verdicts:
        if verdict.works != "yes":
            how = "in part" if verdict.works == "partly" else "not"
            why = reason(verdict.reason, verdict.params)
            print(f"loads {how} in {verdict.program}: {why}")
    print(saved.path)


def _left_lines(left: dict[str, str]) -> Iterator[str]:
    """What was not taken, by reason."""
    from studio.inspect.words import LEFT_OUT

    for why in dict.fromkeys(left.values()):
        keys = [key for key, other in left.items() if other == why]
        yield f"not taken ({LEFT_OUT[why]}):"
        yield from (f"  {key}" for key in keys[:_SHOWN])
        if len(keys) > _SHOWN:
            yield f"  and {len(keys) - _SHOWN} more"
