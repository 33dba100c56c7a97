"""The command line. Heavy modules are imported inside the commands, so that --help is quick.

Exit codes: 0 done, 2 wrong use or bad input (one sentence on stderr), 130 interrupted after saving,
1 our own fault.
"""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console
from typer.exceptions import TyperException

from studio import quiet
from studio.data.problems import Problem
from studio.errors import StudioError
from studio.events import Event, Failed, Finished
from studio.files import write_atomically
from studio.lora.command import lora as lora_tools
from studio.messages import sentence
from studio.terminal import EventPrinter, following, plan_lines, report_lines
from studio.training.control import Control

if TYPE_CHECKING:
    from studio.config import Settings

INTERRUPTED = 130

cli = typer.Typer(
    name="lora-studio",
    help="Teach Stable Diffusion your own style or character.",
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
cli.add_typer(lora_tools)
out = Console()
errors = Console(stderr=True)

SetOption = Annotated[
    list[str], typer.Option("--set", metavar="SECTION.KEY=VALUE", help="Change one setting.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
BaseOption = Annotated[
    str, typer.Option("--base", help='"starter", a checkpoint file, a diffusers folder or hub id.')
]
LoraOption = Annotated[list[str], typer.Option("--lora", metavar="FILE[:STRENGTH]")]
PromptOption = Annotated[list[str], typer.Option("--prompt", help="May be given several times.")]
SizeOption = Annotated[str, typer.Option("--size", metavar="WxH")]
SeedOption = Annotated[int, typer.Option(min=0, help="Of the first prompt; the next count up.")]
DenoisingOption = Annotated[int, typer.Option(min=1, max=150, help="Denoising steps.")]
GuidanceOption = Annotated[float | None, typer.Option(min=1, max=30, help="Guidance scale.")]
NegativeOption = Annotated[str, typer.Option(help="What should not be in the picture.")]
SamplerOption = Annotated[str, typer.Option(help="Such as DPM++ 2M or Euler a.")]


def main() -> None:
    """Entry point of ``lora-studio`` and ``python -m studio``."""
    quiet.prepare()
    for stream in (sys.stdout, sys.stderr):  # a console that lacks a letter must not end a run
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        sys.exit(cli(_spread(sys.argv[1:]), prog_name="lora-studio", standalone_mode=False))
    except StudioError as error:
        _fail(error.code, error.params)
    except TyperException as error:  # wrong use; typer itself would print three lines
        context = getattr(error, "ctx", None)
        command = context.command_path if context else "lora-studio"
        _fail("cli.usage", {"problem": str(error.format_message()).rstrip("."), "command": command})
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(INTERRUPTED)


def _spread(words: list[str]) -> list[str]:
    """``--prompt A B`` as ``--prompt A --prompt B``, for the options that may be given often."""
    spread: list[str] = []
    option = ""
    for place, word in enumerate(words):
        if word.startswith("--"):
            option = word
        elif words[place - 1] != option and (
            option in ("--prompt", "--lora") or (option == "--set" and "=" in word)
        ):
            spread.append(option)
        spread.append(word)
    return spread


def _fail(code: str, params: dict[str, object]) -> None:
    """One sentence on stderr, exit code 2. Our own faults come as exceptions, with exit code 1."""
    print(f"lora-studio: {sentence(code, params)}", file=sys.stderr)
    sys.exit(2)


def _warn(problem: Problem) -> None:
    errors.print(f"warning: {sentence(problem.code, problem.params)}", markup=False)


def _print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        out.print(line, markup=False, highlight=False, soft_wrap=True)


@cli.callback(invoke_without_command=True)
def default(context: typer.Context) -> None:
    """Without a command, opens the app."""
    if context.invoked_subcommand is None:
        app()


@cli.command()
def app(project: Annotated[Path | None, typer.Argument(help="Project folder.")] = None) -> None:
    """Open the app."""
    # A process of its own: the engine does not import the window.
    words = [sys.executable, "-m", "ui", *([str(project)] if project else [])]
    raise typer.Exit(subprocess.call(words))


@cli.command()
def demo(
    out_folder: Annotated[Path, typer.Option("--out", help="Where the run folder goes.")] = Path(
        "demo-runs"
    ),
    steps: Annotated[int | None, typer.Option(min=1, help="Optimizer steps.")] = None,
    teach: Annotated[
        Literal["style", "character"], typer.Option(help="Which sample set to learn.")
    ] = "style",
    measure: Annotated[
        bool, typer.Option("--measure", help="Train both sets and measure what they learned.")
    ] = False,
) -> None:
    """First LoRA in two minutes: trains on the sample pictures with the starter model."""
    from studio.demo.recipe import SAMPLE_SETS, demo_settings

    if not measure:
        print(_train(demo_settings(teach, out_folder, steps), resume=False))
        return
    style, character = (
        _train(demo_settings(sample_set, out_folder, steps), resume=False)
        for sample_set in SAMPLE_SETS
    )
    from studio.demo.measure import measure_demo, table

    shares = following(measure_demo(style, character), "measure", out)
    write_atomically(out_folder / "measure.json", (json.dumps(shares, indent=2) + "\n").encode())
    _print_lines(table(shares))
    print(style)


@cli.command()
def train(
    run_toml: Annotated[Path, typer.Argument(metavar="RUN.toml", help="Settings file.")],
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the newest unfinished run.")
    ] = False,
    changes: SetOption = [],  # noqa: B006  # typer reads the default, nobody changes it
    events: Annotated[
        bool, typer.Option("--events", help="Print events as JSON lines on stdout.")
    ] = False,
) -> None:
    """Train an adapter."""
    from studio.presets import load_settings

    settings = load_settings(run_toml, changes)
    path = _train(settings, resume=resume, events=events)
    print(path, file=sys.stderr if events else sys.stdout)


def _train(settings: Settings, *, resume: bool, events: bool = False) -> Path:
    """Runs a session to its end and returns the exported file; leaves with 2 or 130 otherwise.

    Of several processes that compute one run together, the first one tells; others leave with 0.
    """
    control = Control()
    last: Event | None = None
    console = Console(quiet=True) if _rank() else out
    with stopping_on_interrupt(control), EventPrinter(console) as printer:
        with quiet.importing():
            from studio.training.session import train as training_events

        for event in training_events(settings, control, resume=resume):
            last = event
            if events and not _rank():
                print(event.to_json(), flush=True)
            else:
                printer.show(event)
    if isinstance(last, Failed):
        _fail(last.code, last.params)
    assert isinstance(last, Finished)
    if _rank():
        sys.exit(0)
    if not last.lora:
        settings_file = {"path": str(Path(last.run) / "run.toml")}
        print(f"lora-studio: {sentence('train.interrupted', settings_file)}", file=sys.stderr)
        sys.exit(INTERRUPTED)
    return Path(last.run) / last.lora


def _rank() -> int:
    """Which of the processes that torchrun or accelerate started this is; 0 if it is alone."""
    return int(os.environ.get("RANK", "0"))


@contextmanager
def stopping_on_interrupt(control: Control) -> Iterator[None]:
    """The first Ctrl-C or SIGTERM asks the session to save and leave, the second leaves at once."""

    def ask(number: int, frame: object) -> None:
        if control.stopping:
            raise KeyboardInterrupt
        control.stop("leave")

    wanted = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, ask) for number in wanted]
    try:
        yield
    finally:
        for number, handler in zip(wanted, before, strict=True):
            signal.signal(number, handler)


@cli.command()
def sample(
    base: BaseOption,
    prompt: PromptOption,
    lora: LoraOption = [],  # noqa: B006
    seed: SeedOption = 1,
    steps: DenoisingOption = 20,
    size: SizeOption = "",
    guidance: GuidanceOption = None,
    negative: NegativeOption = "",
    sampler: SamplerOption = "DPM++ 2M",
    out_folder: Annotated[Path, typer.Option("--out", metavar="DIR")] = Path("samples"),
) -> None:
    """Draw pictures, with any number of adapters."""
    with quiet.importing():
        from studio.sampling.command import draw_samples, make_recipe, parse_lora

    loras = [parse_lora(word) for word in lora]
    recipe = make_recipe(base, size, steps, guidance, negative, sampler)
    for path in draw_samples(base, loras, prompt, seed, recipe, out_folder, _warn):
        print(path, flush=True)


@cli.command()
def grid(
    base: BaseOption,
    lora: LoraOption,
    prompt: PromptOption,
    out_file: Annotated[Path, typer.Option("--out", metavar="FILE.png")],
    strengths: Annotated[str, typer.Option(help="Such as 0,0.5,1.")] = "0,0.5,1,1.5",
    seed: SeedOption = 1,
    steps: DenoisingOption = 20,
    size: SizeOption = "",
    guidance: GuidanceOption = None,
    negative: NegativeOption = "",
    sampler: SamplerOption = "DPM++ 2M",
) -> None:
    """Draw a labelled sheet: rows of prompts, columns of strengths."""
    with quiet.importing():
        from studio.sampling.command import draw_grid, make_recipe, parse_lora, parse_strengths
        from studio.sampling.generate import save_png

    loras = [parse_lora(word)[0] for word in lora]
    recipe = make_recipe(base, size, steps, guidance, negative, sampler)
    cells = draw_grid(base, loras, prompt, parse_strengths(strengths), seed, recipe, _warn)
    save_png(out_file, following(cells, "draw_grid", errors))
    print(out_file)


@cli.command()
def download(
    model: Annotated[str, typer.Argument(metavar="ID", help="Such as owner/name.")],
    mirror: Annotated[str, typer.Option(metavar="URL", help="Another address of the hub.")] = "",
) -> None:
    """Get a base model from the hub; goes on where it was interrupted."""
    from studio.models import hub

    print(following(hub.download(model, mirror), "download", errors))


@cli.command()
def check(
    dataset_dir: Annotated[Path, typer.Argument(metavar="DATASET_DIR")],
    base: BaseOption = "starter",
    as_json: JsonOption = False,
) -> None:
    """The dataset doctor: what training would see, and every problem."""
    from studio.config import Data, DatasetFolder
    from studio.data import doctor
    from studio.data.dataset import scan
    from studio.data.tokens import TokenCounter
    from studio.models.family import find_base
    from studio.presets import preset

    data = Data(**preset(find_base(base).family)["data"])
    count_tokens = TokenCounter.for_base(base).count
    dataset = scan([DatasetFolder(path=str(dataset_dir))])
    report = doctor.check(dataset, data.resolution, data.bucket_step, count_tokens=count_tokens)
    if as_json:
        print(report.to_json())
        return
    _print_lines(report_lines(report))


@cli.command()
def plan(
    run_toml: Annotated[Path, typer.Argument(metavar="RUN.toml")],
    changes: SetOption = [],  # noqa: B006
    memory: Annotated[
        str, typer.Option(metavar="SIZE", help="Would it fit into that much, such as 8GB?")
    ] = "",
    device: Annotated[
        Literal["cpu", "cuda", "mps"] | None, typer.Option(help="Plan for such a device.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Steps, time, memory and disk, before anything starts, and whether it fits."""
    from studio.data.dataset import scan
    from studio.planning.fitting import fit
    from studio.planning.machine import imagined
    from studio.presets import load_settings

    settings = load_settings(run_toml, changes)
    found = fit(settings, scan(settings.dataset), imagined(device, memory))
    if as_json:
        print(json.dumps(found.to_dict(), indent=2))
        return
    _print_lines(plan_lines(found))


@cli.command()
def inspect(
    file: Annotated[Path, typer.Argument(metavar="FILE.safetensors")],
    as_json: JsonOption = False,
) -> None:
    """What is in a LoRA file: recipe, metadata, and which apps will load it."""
    from studio.inspect import inspect_file
    from studio.inspect.words import describe

    found = inspect_file(file)
    if as_json:
        print(found.to_json())
        return
    _print_lines(describe(found))


@cli.command()
def export(
    run_dir: Annotated[Path, typer.Argument(metavar="RUN_DIR")],
    out_file: Annotated[Path, typer.Option("--out", metavar="FILE")],
    step: Annotated[int | None, typer.Option(help="Checkpoint; the newest if not given.")] = None,
    file_format: Annotated[Literal["kohya", "diffusers"], typer.Option("--format")] = "kohya",
    dtype: Annotated[Literal["fp16", "bf16", "fp32"], typer.Option()] = "fp16",
) -> None:
    """Write a checkpoint of a run as a LoRA file, and check it."""
    from studio.events import CheckPassed
    from studio.inspect.words import stamps
    from studio.jobs import Export
    from studio.training.exporting import export_events

    job = Export(
        run=str(run_dir),
        step=step,
        format=file_format,
        dtype=dtype,
        path=str(out_file),
        captions_in_file=True,
    )
    checks = [event for event in export_events(job) if isinstance(event, CheckPassed)]
    _print_lines([f"checked: {', '.join(check.name for check in checks)}"])
    for check in checks:
        if check.name == "programs":
            _print_lines(stamps(json.loads(check.detail)))
    print(out_file)
