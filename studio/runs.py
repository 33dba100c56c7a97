"""A run's folder on disk: frozen settings, events, samples, checkpoints, report, exported file.

Checkpoints are complete or absent: a checkpoint is written into a temporary folder, flushed, marked
``COMPLETE`` last, and renamed.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from studio.config import Settings, read_toml, to_toml, validate
from studio.errors import StudioError
from studio.events import Event, event_from_json
from studio.files import sync_folder, write_atomically, writing

MARKER = "COMPLETE"
KEPT = "KEPT"
"""A file in the folder of a checkpoint that the artist asked for: it is never removed."""

_TIME = "%Y-%m-%d_%H-%M-%S"
_FOLDER = re.compile(r"(\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d)_(.*)", re.DOTALL)  # _TIME and a name


@dataclass(frozen=True)
class RunFolder:
    """Where a run keeps what it makes; see DESIGN section 7 for the layout."""

    path: Path

    @classmethod
    def create(cls, settings: Settings, now: datetime | None = None) -> RunFolder:
        """A new folder ``<date>_<time>_<name>`` in the output folder, with ``run.toml`` in it."""
        stamp = (now or datetime.now()).strftime(_TIME)
        output = Path(settings.run.output)
        path = output / f"{stamp}_{settings.run.name}"
        number = 1
        with writing(path):
            while True:
                try:
                    path.mkdir(parents=True)
                    break
                except FileExistsError:  # two runs in one second
                    if output.exists() and not output.is_dir():
                        raise
                    number += 1
                    path = output / f"{stamp}_{settings.run.name}_{number}"
        run = cls(path)
        write_atomically(run.settings_file, to_toml(settings).encode())
        return run

    @property
    def name(self) -> str:
        """What the artist called it, as its folder tells."""
        match = _FOLDER.fullmatch(self.path.name)
        return match[2] if match else self.path.name

    @property
    def begun(self) -> datetime | None:
        """When it began; None if somebody renamed its folder."""
        try:
            match = _FOLDER.fullmatch(self.path.name)
            return datetime.strptime(match[1], _TIME) if match else None
        except ValueError:  # such as a 13th month
            return None

    @property
    def settings_file(self) -> Path:
        """The frozen settings."""
        return self.path / "run.toml"

    @property
    def events_file(self) -> Path:
        """Everything that happened, one JSON line an event."""
        return self.path / "events.jsonl"

    @property
    def speed_file(self) -> Path:
        """How the frozen layers run, found out before the first step."""
        return self.path / "speed.json"

    @property
    def report_file(self) -> Path:
        """Figures of the finished run."""
        return self.path / "report.json"

    @property
    def samples(self) -> Path:
        """Folder of previews."""
        return self.path / "samples"

    @property
    def checkpoints(self) -> Path:
        """Folder of checkpoints."""
        return self.path / "checkpoints"

    def settings(self) -> Settings:
        """The frozen settings; ``run.not_a_run`` if the folder holds none."""
        if not self.settings_file.is_file():
            raise StudioError("run.not_a_run", path=str(self.path))
        return validate(read_toml(self.settings_file))

    def record(self, event: Event) -> None:
        """Appends the event to ``events.jsonl``."""
        with writing(self.events_file), self.events_file.open("a", encoding="utf-8") as file:
            file.write(event.to_json() + "\n")

    def events(self) -> Iterator[Event]:
        """The recorded events; a last line cut off by a crash is left out."""
        if not self.events_file.exists():
            return
        with self.events_file.open(encoding="utf-8") as file:
            for line in file:
                if line.endswith("\n"):
                    yield event_from_json(line)

    def drop_torn_line(self) -> None:
        """Cuts off a half-written last event, so that a resumed run can append."""
        if not self.events_file.exists():
            return
        with writing(self.events_file), self.events_file.open("r+b") as file:
            data = file.read()
            file.truncate(data.rfind(b"\n") + 1)

    def report(self) -> dict[str, Any] | None:
        """The content of ``report.json``, None while the run is unfinished."""
        if not self.report_file.exists():
            return None
        report: dict[str, Any] = json.loads(self.report_file.read_text(encoding="utf-8"))
        return report

    @property
    def finished(self) -> bool:
        """Whether the run reached its last step; a run stopped early can be continued."""
        report = self.report()
        return report is not None and not report.get("stopped", False)

    def checkpoint_steps(self) -> list[int]:
        """Steps of the complete checkpoints, oldest first."""
        return sorted(int(p.parent.name[5:]) for p in self.checkpoints.glob(f"step-*/{MARKER}"))

    def checkpoint(self, step: int) -> Path:
        """Folder of the checkpoint of ``step``, existing or not."""
        return self.checkpoints / f"step-{step:06d}"

    def save_checkpoint(self, step: int, write: Callable[[Path], None]) -> Path:
        """Lets ``write`` fill a folder that becomes the complete checkpoint of ``step`` at once."""
        final = self.checkpoint(step)
        temporary = self.checkpoints / f".{final.name}.tmp"
        with writing(final):
            shutil.rmtree(temporary, ignore_errors=True)
            temporary.mkdir(parents=True)
            write(temporary)
            write_atomically(temporary / MARKER, b"")
            sync_folder(temporary)
            if final.exists():  # the same step saved again after a resume
                shutil.rmtree(final)
            temporary.replace(final)
            sync_folder(self.checkpoints)
        return final

    def keep_newest(self, count: int) -> None:
        """Removes all but the newest ``count`` checkpoints and those marked `KEPT`; 0 keeps all."""
        steps = [s for s in self.checkpoint_steps() if not (self.checkpoint(s) / KEPT).exists()]
        for step in steps[:-count] if count else ():
            shutil.rmtree(self.checkpoint(step))


def cache_folder(settings: Settings) -> Path:
    """Where latents and text embeddings are kept: ``cache`` beside a project's ``runs``."""
    output = Path(settings.run.output)
    return (output.parent if output.name == "runs" else output) / "cache"


def newest_unfinished(settings: Settings) -> RunFolder | None:
    """The newest run of the same settings that has not reached its last step.

    A newer unfinished run of the same name with other settings raises ``run.settings_changed``:
    going on with it would silently mix two recipes.
    """
    pattern = f"*_{settings.run.name}*/run.toml"
    for file in sorted(Path(settings.run.output).glob(pattern), reverse=True):
        run = RunFolder(file.parent)
        frozen = run.settings()
        if frozen.run.name != settings.run.name or run.finished:
            continue
        if frozen != settings:
            raise StudioError(
                "run.settings_changed",
                path=str(run.path),
                keys=", ".join(_differences(frozen, settings)),
            )
        return run
    return None


def _differences(old: Settings, new: Settings) -> list[str]:
    """Names of the settings that differ, such as ``network.rank``; ``dataset`` for any folder."""
    before, after = _flat(old), _flat(new)
    return [key for key in before if before[key] != after[key]]


def _flat(settings: Settings) -> dict[str, Any]:
    tables = settings.model_dump()
    flat = {"dataset": tables.pop("dataset")}
    for section, table in tables.items():
        flat |= {f"{section}.{key}": value for key, value in table.items()}
    return flat


def runs_in(folder: Path) -> list[RunFolder]:
    """The runs in a project's folder ``runs``, newest first; other folders are left out."""
    return [RunFolder(file.parent) for file in sorted(folder.glob("*/run.toml"), reverse=True)]


def adapter_name(file: Path) -> str:
    """What a LoRA file is called: its stem; a checkpoint's by its run and step, as kohya does."""
    step = file.parent.name.removeprefix("step-")
    if file.parent.parent.name != "checkpoints" or not step.isdigit():
        return file.stem
    return f"{RunFolder(file.parents[2]).name}-{step}"
