"""Train, for now: training runs from the command line, on settings that this page writes."""

from __future__ import annotations

from itertools import count
from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from studio.errors import StudioError
from studio.project import Project
from ui import messages, theme
from ui.pages.page import Page
from ui.widgets.empty_state import EmptyState
from ui.widgets.toast import Notice


class TrainPage(Page):
    """Writes ``run.toml`` into the project and shows the command that trains on it."""

    def __init__(self, project: Project) -> None:
        super().__init__()
        self._project = project
        self.state = EmptyState(
            "train",
            self.tr("Training runs from the command line in this version"),
            self.tr("Save the settings of a run, then copy the command into a terminal."),
            self.tr("Save run settings"),
        )
        self.state.activated.connect(self._save)
        self.command = QLineEdit(readOnly=True)
        self.command.setAccessibleName(self.tr("Command that trains"))
        self.state.add_widget(self._command_row())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.state)
        self.setFocusProxy(self.state)

    def _save(self) -> None:
        from studio.config import to_toml
        from studio.files import write_atomically

        try:
            data = to_toml(self._project.run_settings()).encode()
            file = _free(self._project.path, data)
            write_atomically(file, data)
        except StudioError as error:
            text = messages.sentence(error.code, error.params)
            self.noticed.emit(Notice(text, "error"))
            return
        self._show_command(file)
        self.noticed.emit(Notice(self.tr("Saved {0}").format(file.name)))

    def _show_command(self, file: Path) -> None:
        self.command.setText(command(file))
        self.command.setCursorPosition(0)
        self._row.show()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.command.text())
        self.noticed.emit(Notice(self.tr("Copied")))

    def _command_row(self) -> QWidget:
        copy = QPushButton(self.tr("Copy"))
        copy.setAccessibleName(self.tr("Copy the command"))
        copy.clicked.connect(self._copy)
        self._row = QWidget()
        row = QHBoxLayout(self._row)
        row.setContentsMargins(0, 2 * theme.SPACE, 0, 0)
        row.addWidget(self.command, 1)
        row.addWidget(copy)
        self._row.hide()
        return self._row


def command(settings: Path) -> str:
    """What to type in a terminal of any system to train on a settings file."""
    return f'lora-studio train "{settings}"'


def _free(folder: Path, data: bytes) -> Path:
    """The first of run.toml, run-2.toml, ... that is not there or holds ``data`` already."""
    for number in count(1):
        file = folder / (f"run-{number}.toml" if number > 1 else "run.toml")
        if not file.exists() or file.read_bytes() == data:
            return file
    raise AssertionError
