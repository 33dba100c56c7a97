"""How the window and the engine get along: prints each figure with what it is allowed to be.

    python tests/benchmarks/engine.py [NAME ...] [--separate]

The real window, offscreen, with the sample project and the starter model; each measure runs in a
process of its own. ``--separate`` has the engine in a process of its own, too. Results:
tests/benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer
from window import tell, tell_time, wait_until

from studio.config import Settings
from studio.events import DryStepDone, Event, Finished, StepDone
from ui.app import make_app
from ui.main_window import MainWindow
from ui.pages.try_session import TrySession
from ui.preferences import Preferences

ROUNDS = 3
STEPS = 80
BEFORE_STEPS = 10
"""Steps after which a run is warm and its pace counts."""


@contextmanager
def window(own: Path, separate: bool) -> Iterator[MainWindow]:
    """The window on the sample project, all its files in ``own``."""
    for kind in ("CONFIG", "CACHE", "STATE", "DATA"):
        os.environ[f"XDG_{kind}_HOME"] = str(own / kind)
    preferences = Preferences(own / "preferences.ini")
    preferences.projects_folder = own / "projects"
    preferences.separate_engine = separate
    opened = MainWindow(preferences)
    opened.resize(1280, 720)
    opened.show()
    opened.open_sample()
    try:
        yield opened
    finally:
        opened.engine.close()
        opened.projects.abandon()
        opened.close()
        opened.deleteLater()


def settings_of(opened: MainWindow, **sections: Any) -> Settings:
    """The sample project's settings, without previews: they take no part in the pace of steps."""
    assert opened.workspace
    table = {"schedule": {"steps": STEPS}, "preview": {"every": 0}, "save": {"every": 0}}
    return opened.workspace.project.run_settings({**table, **sections})


def train(opened: MainWindow, settings: Settings) -> tuple[list[Event], list[float]]:
    """Trains with the running view in sight; the events, and the time of each."""
    from studio.jobs import Train

    events: list[Event] = []
    times: list[float] = []

    def note(event: Event) -> None:
        events.append(event)
        times.append(time.perf_counter())

    task = opened.engine.submit(Train(settings=settings), "benchmark")
    task.came.connect(note)
    opened.show_page("train")
    wait_until(lambda: task.state == "ended")
    assert isinstance(events[-1], Finished), events[-1]
    return events, times


def seconds_per_step(events: list[Event]) -> float:
    """Median of the steps' own durations."""
    steps = [event.seconds for event in events if isinstance(event, StepDone)]
    return statistics.median(steps[BEFORE_STEPS:])


def measure_start(own: Path, separate: bool) -> None:
    """From the window to the first step of the sample project's training."""
    began = time.perf_counter()
    with window(own, separate) as opened:
        shown = time.perf_counter()
        events, times = train(opened, settings_of(opened, schedule={"steps": 5}))
        first = next(at for event, at in zip(events, times, strict=True) if is_step(event))
        tell("first window to first step", first - began, 15, "s")
        print(f"      window and project: {shown - began:.2f} s")
        tried = next(at for e, at in zip(events, times, strict=True) if isinstance(e, DryStepDone))
        print(f"      import, load, encode and a dry step: {tried - shown:.2f} s")


def is_step(event: Event) -> bool:
    return isinstance(event, StepDone)


def measure_stalls(own: Path, separate: bool) -> None:
    """How long the event loop is held up while steps are made and drawn."""
    with window(own, separate) as opened:
        train(opened, settings_of(opened, schedule={"steps": 3}))  # the engine is loaded
        ticks: list[float] = []
        timer = QTimer(interval=5, timerType=Qt.TimerType.PreciseTimer)
        timer.timeout.connect(lambda: ticks.append(time.perf_counter()))
        timer.start()
        _, times = train(opened, settings_of(opened, schedule={"steps": 150}))
        timer.stop()
        late = sorted(b - a - 0.005 for a, b in pairwise(ticks))
        tell_time("longest stall while training", late[-1], 0.05)
        tell_time("99 % of all stalls are below", late[len(late) * 99 // 100], 0.016)
        print(f"      {len(ticks)} ticks in {times[-1] - times[0]:.0f} s")


def measure_pace(own: Path, separate: bool) -> None:
    """Steps in the window against the same run without one, in turn."""
    with window(own, separate) as opened:
        settings = settings_of(opened)
        train(opened, settings_of(opened, schedule={"steps": 3}))
        ratios = []
        for _ in range(ROUNDS):
            within = seconds_per_step(train(opened, settings)[0])
            alone = headless(own, settings)
            ratios.append(alone / within)
            print(f"      {within:.4f} s a step in the window, {alone:.4f} s without one")
        share = statistics.median(ratios)
        print(f"{'ok  ' if share >= 0.95 else 'MISS'}  step rate: {share:.3f} of the headless one")


def headless(own: Path, settings: Settings) -> float:
    """Seconds per step of ``lora-studio train`` on the same settings."""
    from studio.config import to_toml
    from studio.runs import runs_in

    output = Path(tempfile.mkdtemp(dir=own)) / "runs"
    file = own / "headless.toml"
    run = settings.run.model_copy(update={"output": str(output)})
    file.write_text(to_toml(settings.model_copy(update={"run": run})), encoding="utf-8")
    words = [sys.executable, "-m", "studio", "train", str(file)]
    subprocess.run(words, check=True, capture_output=True)
    return seconds_per_step(list(runs_in(output)[0].events()))


def measure_slider(own: Path, separate: bool) -> None:
    """From a strength slider that moves to the first picture of the new strength."""
    with window(own, separate) as opened:
        events, _ = train(opened, settings_of(opened, schedule={"steps": 5}))
        finished = events[-1]
        assert isinstance(finished, Finished)
        opened.show_page("try")
        page: Any = opened.frame.page("try")
        session = page.findChild(TrySession)
        page.show_adapter(str(Path(finished.run) / finished.lora), "benchmark")
        took = []
        for strength in (1.0, 0.2, 0.9, 0.4, 0.7, 1.3, -0.5):
            shown: list[object] = []
            session.drawn.connect(lambda *told, shown=shown: shown.append(told))
            slider = page.adapters.rows[0].slider
            began = time.perf_counter()
            slider.set_value(strength)
            slider.changed.emit(strength)
            wait_until(lambda shown=shown: bool(shown))
            took.append(time.perf_counter() - began)
            wait_until(lambda: not opened.engine.tasks)
        tell_time("slider to first picture, longest after the first", max(took[1:]), 0.7)
        print(f"      the first one, with loading: {took[0]:.2f} s")


MEASURES = {
    "start": measure_start,
    "stalls": measure_stalls,
    "pace": measure_pace,
    "slider": measure_slider,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", choices=[[], *MEASURES])
    parser.add_argument("--separate", action="store_true")
    given = parser.parse_args()
    if len(given.names) == 1:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        app = make_app()
        with tempfile.TemporaryDirectory(prefix="lora-studio-") as folder:
            MEASURES[given.names[0]](Path(folder), given.separate)
        del app
        return
    for name in given.names or MEASURES:
        options = ["--separate"] if given.separate else []
        subprocess.run([sys.executable, __file__, name, *options], check=True)


if __name__ == "__main__":
    main()
