"""Where the window notes what it does: a rotating file of the user, Qt's messages included."""

from __future__ import annotations

import faulthandler
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path

from platformdirs import user_log_path
from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

from ui.preferences import NAME

BYTES = 1_000_000  # of one file; three older ones are kept

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def folder() -> Path:
    """The folder of the log files."""
    return user_log_path(NAME, appauthor=False)


@contextmanager
def logging_to_file() -> Iterator[None]:
    """Inside, messages go to ``lora-studio.log``, crashes of the interpreter to ``crash.log``."""
    try:
        folder().mkdir(parents=True, exist_ok=True)
        faults = (folder() / "crash.log").open("a", encoding="utf-8")
    except OSError:
        logging.getLogger(__name__).exception("there will be no log file")
        yield
        return
    file = folder() / "lora-studio.log"
    handler = RotatingFileHandler(file, maxBytes=BYTES, backupCount=3, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    before = qInstallMessageHandler(_from_qt)
    faulthandler.enable(faults)
    try:
        yield
    finally:
        faulthandler.disable()
        faults.close()
        qInstallMessageHandler(before)
        root.removeHandler(handler)
        handler.close()


def _from_qt(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    logging.getLogger(f"qt.{context.category}").log(_LEVELS[kind], message)
