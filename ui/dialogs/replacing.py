"""The question before files are written over."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QMessageBox, QPushButton, QWidget

from ui import theme


class ReplaceDialog(QMessageBox):
    """Names the files that are there already; Escape keeps them."""

    def __init__(self, files: Sequence[Path], parent: QWidget) -> None:
        super().__init__(parent)
        self.setIconPixmap(theme.icon("warning", "warning").pixmap(5 * theme.SPACE))
        self.setWindowTitle(self.tr("LoRA Studio"))
        self.setText(self.tr("%n file(s) of this name are there already", "", len(files)))
        self.setInformativeText("\n".join(map(str, files)))
        self.replace = QPushButton(self.tr("Replace"))
        self.addButton(self.replace, QMessageBox.ButtonRole.AcceptRole)
        keep = self.addButton(self.tr("Keep them"), QMessageBox.ButtonRole.RejectRole)
        self.setDefaultButton(keep)
        self.setEscapeButton(keep)
        self.setContentsMargins(*4 * (theme.SPACE,))


def may_replace(files: Sequence[Path], parent: QWidget) -> bool:
    """Asks whether ``files`` may be written over."""
    dialog = ReplaceDialog(files, parent)
    dialog.exec()
    answer = dialog.clickedButton() is dialog.replace
    dialog.deleteLater()
    return answer
