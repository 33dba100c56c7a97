"""The list "Before you start": what a run will do and need, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from studio.planning.preflight import Finding
from ui import theme
from ui.widgets.fit_bar import FitBar
from ui.widgets.icon_label import IconLabel
from ui.widgets.preflight_words import PreflightWords


class PreflightPanel(QScrollArea):
    """One line for each finding, with a button where something can be done."""

    acted = Signal(object)
    """The `Finding` whose button was pressed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.words = PreflightWords(self)
        self.findings: tuple[Finding, ...] = ()
        self._shown: QWidget | None = None
        self.set_findings(())

    def set_findings(self, findings: Sequence[Finding]) -> None:
        """Replaces the list, unless it says the same."""
        if tuple(findings) == self.findings and self._shown:
            return
        self.findings = tuple(findings)
        self._shown = QWidget()
        column = QVBoxLayout(self._shown)
        column.setContentsMargins(0, 0, theme.SPACE, 0)
        column.setSpacing(theme.SPACE)
        for finding in findings:
            column.addWidget(self._line(finding))
        column.addStretch(1)
        if old := self.takeWidget():
            old.hide()
            old.deleteLater()  # one of its buttons may be what led here
        self.setWidget(self._shown)
        self.viewport().setAutoFillBackground(False)
        self._shown.setAutoFillBackground(False)

    def _line(self, finding: Finding) -> QWidget:
        sentence = self.words.text(finding)
        text = QLabel(sentence, wordWrap=True)
        text.setTextFormat(Qt.TextFormat.PlainText)
        remedy = self.words.remedy(finding)
        place = Qt.AlignmentFlag.AlignVCenter if remedy else Qt.AlignmentFlag.AlignTop
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE)
        row.addWidget(IconLabel(*self.words.icon(finding)), 0, place)
        row.addWidget(self._beside_bar(finding, text) or text, 1, place)
        if remedy:
            button = QPushButton(remedy)
            button.setAccessibleName(self.tr("{0}: {1}").format(remedy, sentence))
            button.clicked.connect(lambda: self.acted.emit(finding))
            row.addWidget(button, 0, place)
        return line

    def _beside_bar(self, finding: Finding, text: QLabel) -> QWidget | None:
        """The text over a bar that shows how much of the memory is needed."""
        if finding.code != "memory" or not finding.params["memory"]:
            return None
        both = QWidget()
        column = QVBoxLayout(both)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE // 2)
        column.addWidget(text)
        column.addWidget(FitBar(finding.params["need"], finding.params["memory"]))
        return both
