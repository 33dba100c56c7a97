"""What a run will do and need, and what is wrong with it, before anything starts; without torch.

Findings are codes with figures; the window words them (`ui.widgets.preflight_words`).
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from studio.config import Settings
from studio.data.dataset import Dataset, scan
from studio.data.doctor import Report, check
from studio.data.problems import Problem
from studio.data.tokens import TokenCounter
from studio.errors import StudioError
from studio.planning.fitting import TIGHT, Fit, fit
from studio.planning.machine import Machine, this_machine
from studio.planning.plan import Plan, plan

Level = Literal["good", "info", "warning", "error"]

_GROUPED: dict[str, Level] = {
    "image.unreadable": "warning",
    "image.unsupported": "warning",
    "image.upscaled": "info",
    "image.cropped": "info",
    "image.duplicate": "warning",
    "image.bad_profile": "info",
    "caption.missing": "warning",
    "caption.empty": "warning",
    "caption.undecodable": "warning",
    "caption.read_as_gb18030": "info",
    "caption.ignored": "warning",
    "caption.too_long": "warning",
    "dataset.unreadable_folder": "warning",
    "dataset.many_repeats": "warning",
    "dataset.crop_without_image": "info",
}
"""Problems of the dataset that are counted by their code, and how much they matter."""


@dataclass(frozen=True)
class Finding:
    """One line of the list; an ``error`` keeps the run from starting.

    ``place`` is where the remedy is: "images", or a setting such as "preview.prompts".
    """

    code: str
    level: Level
    params: dict[str, Any] = field(default_factory=dict)
    place: str = ""


Stop = Callable[[], bool]


class Stopped(Exception):
    """The answer is not wanted any more."""


class Preflight:
    """Keeps what it found out about the images, so that moving a slider costs milliseconds."""

    def __init__(self, machine: Callable[[], Machine] | None = None) -> None:
        self._machine = machine or this_machine
        self._seen: tuple[Any, Dataset] | None = None
        self._checked: tuple[Any, Report] | None = None

    def forget(self) -> None:
        """Images or captions are others now."""
        self._seen = self._checked = None

    def findings(
        self, settings: Settings, stop: Stop = lambda: False
    ) -> Iterator[tuple[Finding, ...]]:
        """The findings so far, again whenever there are more; nothing more once ``stop`` is true.

        First comes what takes milliseconds, last what needs every image decoded.
        """
        try:
            dataset = self._scan(settings)
            quick = tuple(_figures(settings, dataset, self._machine()))
            if not self._is_checked(settings):
                yield (*_early(dataset), *quick)
            report = self._check(settings, dataset, stop)
        except Stopped:
            return
        except StudioError as error:
            place = "images" if error.code.startswith("dataset.") else ""
            yield (Finding(error.code, "error", error.params, place),)
        else:
            yield (*_of_report(report), *quick)

    def _scan(self, settings: Settings) -> Dataset:
        if self._seen is None or self._seen[0] != settings.dataset:
            self._seen = settings.dataset, scan(settings.dataset)
        return self._seen[1]

    def _is_checked(self, settings: Settings) -> bool:
        return self._checked is not None and self._checked[0] == _seen_by_doctor(settings)

    def _check(self, settings: Settings, dataset: Dataset, stop: Stop) -> Report:
        def look(done: int, total: int) -> None:
            if stop():
                raise Stopped

        if not self._is_checked(settings):
            data, count = settings.data, TokenCounter.for_base(settings.base.model).count
            report = check(
                dataset,
                data.resolution,
                data.bucket_step,
                count_tokens=count,
                token_limit=data.max_token_length,
                progress=look,
            )
            self._checked = _seen_by_doctor(settings), report
        assert self._checked
        return self._checked[1]


def _figures(settings: Settings, dataset: Dataset, machine: Machine) -> Iterator[Finding]:
    """What the run will do and need."""
    fitting = fit(settings, dataset, machine)
    planned = fitting.plan
    steps = {"steps": planned.steps, "passes": planned.epochs, "images": planned.images}
    steps |= {"at_once": settings.data.batch_size * settings.schedule.gradient_accumulation}
    yield Finding("steps", "good", steps, "schedule.steps")
    yield Finding("time", "info", {"seconds": planned.whole_seconds})
    yield from _memory(fitting)
    yield _disk(settings, planned)
    yield _text_encoder(settings)
    if earlier := settings.network.init_from:
        yield Finding("continues", "info", {"name": Path(earlier).name}, "network.init_from")
    if not any(item.trigger.strip() for item in dataset.items):
        yield Finding("trigger", "info", place="images")


@dataclass(frozen=True)
class Outlook:
    """What a card tells of a run: memory in bytes, and seconds where they can be known."""

    memory: int
    seconds: float | None


def outlook(settings: Settings, machine: Machine) -> Outlook:
    """What a run would need, whatever its images are; raises ``base.*``."""
    planned = plan(settings, Dataset(()), machine.device, machine.name)
    return Outlook(planned.memory_bytes, planned.whole_seconds)


def file_size(settings: Settings, planned: Plan) -> int:
    """Bytes of the exported file, but for its header."""
    return planned.trainable_parameters * (4 if settings.save.dtype == "fp32" else 2)


def _early(dataset: Dataset) -> Iterator[Finding]:
    """What scanning alone tells of the images."""
    captioned = sum(bool(item.captions) for item in dataset.items)
    params = {"images": len(dataset.items), "captioned": captioned, "checking": True}
    yield Finding("images", "info", params)
    yield from _grouped(dataset.problems)


def _of_report(report: Report) -> Iterator[Finding]:
    params = {"images": report.images, "captioned": report.captioned_images, "checking": False}
    yield Finding("images", "good", params)
    yield from _grouped(report.problems)


def _grouped(problems: Iterable[Problem]) -> Iterator[Finding]:
    """A finding for each kind of problem, the gravest first."""
    groups: defaultdict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        groups[problem.code].append(problem)
    grave = ("error", "warning", "info", "good")
    order = sorted(groups, key=lambda code: grave.index(_GROUPED.get(code, "info")))
    for code in order:
        found = groups[code]
        params = found[0].params | {"count": len(found)}
        yield Finding(code, _GROUPED.get(code, "info"), params, "images")


def _seen_by_doctor(settings: Settings) -> tuple[Any, ...]:
    """The settings on which its report depends."""
    data = settings.data
    base = settings.base.model
    return settings.dataset, data.resolution, data.bucket_step, data.max_token_length, base


def _memory(fitting: Fit) -> Iterator[Finding]:
    """Whether it fits; if that is doubtful, what could be changed, a line for each."""
    need, machine = fitting.plan.memory_bytes, fitting.machine
    level: Level = "good"
    if fitting.fits is False:
        level = "warning"  # an estimate must not forbid what might work; the dry step finds out
    elif machine.free and need > machine.free:
        level = "info"
    params: dict[str, Any] = {"need": need, "memory": machine.memory, "free": machine.free}
    params |= {"device": machine.device, "name": machine.name, "fits": fitting.fits}
    yield Finding("memory", level, params)
    for remedy in fitting.changed:
        params = {"value": remedy.value, "need": remedy.need}
        params["fits"] = remedy.need <= TIGHT * machine.memory
        yield Finding("relief", "info", params, remedy.setting)


def _disk(settings: Settings, planned: Plan) -> Finding:
    free = shutil.disk_usage(_existing(Path(settings.run.output))).free
    level: Level = "good" if planned.disk_bytes < free else "error"
    params = {"need": planned.disk_bytes, "free": free}
    params |= {"file": file_size(settings, planned), "rank": settings.network.rank}
    return Finding("disk", level, params, "save.keep")


def _text_encoder(settings: Settings) -> Finding:
    trains = settings.network.text_encoder and settings.optimizer.text_encoder_lr > 0
    return Finding("text_encoder", "info", {"trains": trains}, "network.text_encoder")


def _existing(folder: Path) -> Path:
    """``folder``, or the nearest above it that is there."""
    return next(path for path in (folder, *folder.parents) if path.exists())
