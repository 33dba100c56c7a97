"""Tells of errors that nothing caught, with a report to send and the choice to go on."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from studio.errors import StudioError
from ui import messages, theme


class CrashDialog(QDialog):
    """One sentence, the report, and Copy report / Quit / Keep working."""

    def __init__(self, about: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._about = about
        self.traces: dict[str, int] = {}
        """Each traceback, and how often it happened."""
        self.setWindowTitle(self.tr("Something went wrong"))
        self._sentence = QLabel()
        self._sentence.setWordWrap(True)
        self._report = QPlainTextEdit()
        self._report.setReadOnly(True)
        self._report.setAccessibleName(self.tr("Report"))
        self._report.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._report.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._report.setTabChangesFocus(True)
        layout = QVBoxLayout(self)
        margin = 3 * theme.SPACE
        layout.setContentsMargins(margin, margin, margin, margin)
        layout.setSpacing(2 * theme.SPACE)
        layout.addLayout(self._heading())
        layout.addWidget(self._report)
        layout.addLayout(self._buttons())
        self._stay.setFocus()
        self.resize(80 * theme.SPACE, 55 * theme.SPACE)

    def add(self, error: BaseException, trace: str) -> None:
        """Takes one more error into the report; a repeated one is counted."""
        self.traces[trace] = self.traces.get(trace, 0) + 1
        if len(self.traces) == 1:
            self._sentence.setText(self._told(error))
        self._report.setPlainText(self.report())

    def report(self) -> str:
        """What the artist may send: versions and tracebacks, the home folder shortened."""
        parts = [self._about]
        for trace, count in self.traces.items():
            times = [f"Happened {count} times:"] if count > 1 else []
            parts.append("\n".join([*times, trace.strip()]))
        return "\n\n".join(parts).replace(str(Path.home()), "~") + "\n"

    def _told(self, error: BaseException) -> str:
        if isinstance(error, StudioError):
            return messages.sentence(error.code, error.params)
        return self.tr(
            "LoRA Studio made a mistake and went on. If something looks wrong now, quit and start "
            "it again. Please send us the report below."
        )

    def _heading(self) -> QHBoxLayout:
        icon = QLabel()
        icon.setPixmap(theme.icon("warning", "warning").pixmap(4 * theme.SPACE))
        row = QHBoxLayout()
        row.setSpacing(2 * theme.SPACE)
        row.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._sentence, 1)
        return row

    def _buttons(self) -> QHBoxLayout:
        copy = QPushButton(self.tr("Copy report"))
        leave = QPushButton(self.tr("Quit"))
        stay = self._stay = QPushButton(self.tr("Keep working"))
        stay.setProperty("primary", True)
        stay.setDefault(True)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.report()))
        stay.clicked.connect(self.accept)
        leave.clicked.connect(self.reject)
        leave.clicked.connect(QApplication.quit)
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE)
        row.addWidget(copy)
        row.addStretch()
        row.addWidget(leave)
        row.addWidget(stay)
        return row
