"""What the engine can be asked to do: plain values that travel as JSON to another process, too.

`studio.engine.Engine.run` turns a job into events. Files and folders are absolute paths.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, TypeAdapter, model_validator

from studio.config import Base, Section, Settings
from studio.sampling.recipe import Recipe

LIVE = ""
"""Among the ``loras`` of a `Draw`: the adapter of the run that holds, instead of a file."""


class Train(Section):
    """A run; ``resume`` is the folder of an unfinished one to go on with."""

    kind: Literal["train"] = "train"
    settings: Settings
    resume: str = ""


class Cell(Section):
    """One picture: its prompt, its seed, and the strength of each of the job's ``loras``."""

    prompt: str
    seed: int
    strengths: tuple[float, ...] = ()


class Sheet(Section):
    """A labelled sheet of the cells, row by row, written to the PNG file ``path``."""

    path: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]


class Draw(Section):
    """Pictures into ``folder``, cell by cell.

    With ``draft_steps`` every cell is drawn with so few denoising steps first, then in full.
    """

    kind: Literal["draw"] = "draw"
    base: Base = Base()
    loras: tuple[str, ...] = ()
    cells: Annotated[tuple[Cell, ...], Field(min_length=1)]
    recipe: Recipe
    draft_steps: int = 0
    folder: str
    sheet: Sheet | None = None

    @model_validator(mode="after")
    def _strengths_match(self) -> Self:
        if any(len(cell.strengths) != len(self.loras) for cell in self.cells):
            raise ValueError("every cell needs one strength per adapter")
        if self.sheet and len(self.sheet.rows) * len(self.sheet.columns) != len(self.cells):
            raise ValueError("the sheet needs one cell per row and column")
        return self


class Export(Section):
    """A checkpoint of a run as a LoRA file, checked; the newest checkpoint if ``step`` is None.

    ``preview`` is a picture to lay beside it, "" for none; ``copies`` are folders that get what was
    written. The switches say what of the recipe the file tells: the training settings; captions
    and names of folders.
    """

    kind: Literal["export"] = "export"
    run: str
    step: int | None = None
    format: Literal["kohya", "diffusers"] = "kohya"
    dtype: Literal["fp16", "bf16", "fp32"] = "fp16"
    path: str
    preview: str = ""
    card: bool = False
    settings_in_file: bool = True
    captions_in_file: bool = False
    copies: tuple[str, ...] = ()


class Download(Section):
    """A base model of the hub into its cache; ``mirror`` is another address of it, or ""."""

    kind: Literal["download"] = "download"
    model: str
    mirror: str = ""


Job = Train | Draw | Export | Download

_JOB: TypeAdapter[Job] = TypeAdapter(Annotated[Job, Field(discriminator="kind")])


def to_json(job: Job) -> str:
    """One line of JSON; `job_from_json` is its inverse."""
    return job.model_dump_json()


def job_from_json(line: str) -> Job:
    """The job that `to_json` wrote as ``line``."""
    return _JOB.validate_json(line)
