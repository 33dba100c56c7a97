"""What was read from another LoRA's file, and what of it could not be taken over."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ui import theme


class RecipeDialog(QDialog):
    """Accepted if the settings shall be taken over; changes nothing itself.

    ``taken`` are names and values of settings, ``left`` keys of the file, their values and why
    they became no setting; ``notes`` are sentences about the whole.
    """

    def __init__(
        self,
        file: str,
        notes: Sequence[str],
        taken: Sequence[tuple[str, str]],
        left: Sequence[tuple[str, str, str]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Recipe of {0}").format(file))
        self.resize(760, 600)
        self.taken = _table(
            self.tr("Settings that are taken over"), (self.tr("Setting"), self.tr("Value")), taken
        )
        self.left = _table(
            self.tr("What could not be taken over"),
            (self.tr("In the file"), self.tr("Value"), self.tr("Why")),
            left,
        )
        self.apply = QPushButton(self.tr("Apply"))
        self.apply.setProperty("primary", True)
        self.apply.setDefault(True)
        self.apply.setEnabled(bool(taken))
        self.apply.clicked.connect(self.accept)
        self._lay_out(notes, len(taken), len(left))

    def _lay_out(self, notes: Sequence[str], taken: int, left: int) -> None:
        cancel = QPushButton(self.tr("Cancel"))
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.SPACE)
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.apply)
        column = QVBoxLayout(self)
        column.setContentsMargins(*4 * (2 * theme.SPACE,))
        column.setSpacing(theme.SPACE)
        for note in notes:
            label = QLabel(note, wordWrap=True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            column.addWidget(label)
        column.addWidget(_title(self.tr("%n setting(s) taken over", "", taken)))
        column.addWidget(self.taken, 3)
        if left:
            column.addWidget(_title(self.tr("%n could not be taken over", "", left)))
            column.addWidget(self.left, 2)
        else:
            self.left.setParent(self)
            self.left.hide()
        column.addLayout(buttons)


def _title(text: str) -> QLabel:
    label = QLabel(text)
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    label.setContentsMargins(0, theme.SPACE, 0, 0)
    return label


def _table(name: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> QTreeWidget:
    table = QTreeWidget()
    table.setAccessibleName(name)
    table.setRootIsDecorated(False)
    table.setUniformRowHeights(True)
    table.setHeaderLabels(list(heads))
    for row in rows:
        item = QTreeWidgetItem(list(row))
        item.setSizeHint(len(row) - 1, QSize(0, theme.TARGET - 4))  # the others tell their width
        for column, text in enumerate(row):
            item.setToolTip(column, text)
        table.addTopLevelItem(item)
    header = table.header()
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setMaximumSectionSize(320)
    header.setStretchLastSection(True)
    return table
