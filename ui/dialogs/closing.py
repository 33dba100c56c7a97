"""What the window asks before it closes while something would be lost."""

from __future__ import annotations

from enum import Enum, auto

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMessageBox, QPushButton, QWidget

from ui import theme


class Answer(Enum):
    """What to do about it."""

    SAVE = auto()
    """Stop what works, keep what it did, then quit; or try again to save."""
    STAY = auto()
    QUIT = auto()
    """Quit, and lose it."""


class ClosingDialog(QMessageBox):
    """A question with three verbs; Escape stays."""

    def __init__(self, question: str, text: str, save: str, quit: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setIconPixmap(theme.icon("warning", "warning").pixmap(5 * theme.SPACE))
        self.setWindowTitle(self.tr("LoRA Studio"))
        self.setText(question)
        self.setInformativeText(text)
        role = QMessageBox.ButtonRole
        self._save = QPushButton(save)
        self._save.setProperty("primary", True)
        self.addButton(self._save, role.AcceptRole)
        self._stay = self.addButton(self.tr("Keep working"), role.RejectRole)
        self._quit = self.addButton(quit, role.DestructiveRole)
        self.setDefaultButton(self._save)
        self.setEscapeButton(self._stay)
        self.setContentsMargins(*4 * (theme.SPACE,))

    def ask(self) -> Answer:
        """Shows itself and waits."""
        self.exec()
        answers = {self._save: Answer.SAVE, self._quit: Answer.QUIT}
        answer = next((a for b, a in answers.items() if b is self.clickedButton()), Answer.STAY)
        self.deleteLater()
        return answer


def ask_while_working(parent: QWidget, name: str, waiting: int) -> Answer:
    """The run ``name`` goes on, and so many runs wait, which nobody keeps."""
    text = QCoreApplication.translate(
        "ClosingDialog", "{0} is not finished. Once it is saved, you can go on with it later."
    ).format(name)
    if waiting:
        lost = QCoreApplication.translate(
            "ClosingDialog", "Runs that wait their turn would be forgotten: {0}."
        ).format(waiting)
        text = f"{text}\n{lost}"
    return ClosingDialog(
        QCoreApplication.translate("ClosingDialog", "Quit while LoRA Studio is working?"),
        text,
        QCoreApplication.translate("ClosingDialog", "Stop and save, then quit"),
        QCoreApplication.translate("ClosingDialog", "Quit without saving"),
        parent,
    ).ask()


def ask_unsaved(parent: QWidget, reason: str) -> Answer:
    """Changes could not be saved because of ``reason``."""
    return ClosingDialog(
        QCoreApplication.translate("ClosingDialog", "Some changes could not be saved"),
        reason,
        QCoreApplication.translate("ClosingDialog", "Try again to save"),
        QCoreApplication.translate("ClosingDialog", "Close without saving"),
        parent,
    ).ask()
