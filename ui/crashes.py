"""Errors that nothing caught: told in a dialog, noted in the log, and the app goes on."""

from __future__ import annotations

import logging
import platform
import sys
import threading
import time
import traceback
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from PySide6.QtCore import QObject, Qt, Signal, qVersion
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from ui.dialogs.crash import CrashDialog

OWN = {Path(__file__), Path(__file__).parent / "dialogs" / "crash.py"}
QUIET = 30.0  # seconds in which an error that was told is not told again

log = logging.getLogger(__name__)


class Crashes(QObject):
    """Tells of errors that nothing caught: any thread's, each once, all in one dialog."""

    _happened = Signal(object, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._dialog: CrashDialog | None = None
        self._told: dict[str, float] = {}
        # Queued: the dialog must not open within a paint event, nor on another thread.
        self._happened.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def __enter__(self) -> Self:
        """Takes the errors of slots, threads and finalizers from now on."""
        sys.excepthook = self._from_main
        threading.excepthook = lambda args: self.take(args.exc_value)
        sys.unraisablehook = lambda args: self.take(args.exc_value)
        return self

    def __exit__(self, *_: object) -> None:
        """Leaves errors to Python again."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
        sys.unraisablehook = sys.__unraisablehook__

    def _from_main(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if isinstance(error, KeyboardInterrupt):
            QApplication.quit()
        else:
            self.take(error)

    def take(self, error: BaseException | None) -> None:
        """Notes ``error`` in the log, and has it told once the event loop is idle."""
        if error is None or isinstance(error, SystemExit):
            return
        trace = "".join(traceback.format_exception(error))
        if not self._is_quiet(trace):
            log.error("nothing caught this:\n%s", trace)
        if not _is_own(error):  # telling of those could go on for ever
            self._happened.emit(error, trace)

    def _is_quiet(self, trace: str) -> bool:
        return time.monotonic() - self._told.get(trace, -QUIET) < QUIET

    def _tell(self, error: BaseException, trace: str) -> None:
        if self._dialog is None:
            if self._is_quiet(trace):
                return
            from ui.dialogs.crash import CrashDialog  # rarely needed

            self._dialog = CrashDialog(about_this_machine(), QApplication.activeWindow())
            self._dialog.finished.connect(self._forget)
            self._dialog.open()
        self._told[trace] = time.monotonic()
        self._dialog.add(error, trace)

    def _forget(self) -> None:
        assert self._dialog is not None
        self._dialog.deleteLater()
        self._dialog = None


def _is_own(error: BaseException) -> bool:
    frames = traceback.extract_tb(error.__traceback__)
    return any(Path(frame.filename) in OWN for frame in frames)


def about_this_machine() -> str:
    """Versions that a report needs."""
    from importlib.metadata import version  # 10 ms, and rarely needed

    return "\n".join(
        (
            f"LoRA Studio {version('lora-studio')}",
            f"Python {platform.python_version()}, Qt {qVersion()}, "
            f"PySide6 {version('PySide6-Essentials')}",
            platform.platform(),
        )
    )
