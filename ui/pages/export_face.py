"""What stands where on the Export page.

Left what is exported, in the middle how and where to, right what the file will tell; at the bottom
the outcome and the button.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from superqt import QElidingLabel

from ui import shortcuts, theme
from ui.pages.page import Page
from ui.widgets.checkpoint_list import CheckpointList
from ui.widgets.empty_state import EmptyState
from ui.widgets.export_outcome import ExportOutcome
from ui.widgets.metadata_view import MetadataView
from ui.widgets.picture_strip import PictureStrip
from ui.widgets.scroll_card import ScrollCard
from ui.widgets.target_folders import TargetFolders
from ui.widgets.wheel_guard import guard_wheel

ENDING = ".safetensors"

_FIRST: dict[str, Any] = {
    "dtype": "fp16",
    "format": "kohya",
    "preview": True,
    "card": True,
    "settings": True,
    "captions": False,
}


class ExportFace(Page):
    """The widgets of the Export page, laid out; they do nothing yet."""

    def __init__(self) -> None:
        super().__init__()
        self.empty = EmptyState(
            "export",
            self.tr("Train an adapter first"),
            self.tr("Here you will save it as one file for A1111, Forge, ComfyUI and others."),
            self.tr("Go to Train"),
        )
        self._make_what()
        self._make_how()
        self._make_told()
        self._boxes = {
            "preview": self.preview,
            "card": self.card,
            "settings": self.settings,
            "captions": self.captions,
        }
        for box in self._boxes.values():
            box.setMinimumHeight(theme.TARGET)
        self.outcome = ExportOutcome()
        self.summary = QElidingLabel()
        self.summary.setProperty("muted", True)
        self.start = QPushButton(theme.icon("export", "on_accent"), self.tr("Export"))
        self.start.setProperty("primary", True)
        self.start.setToolTip(shortcuts.tooltip("export.start"))
        self.blank, self.work = QWidget(), QWidget()
        self.stack = QStackedWidget()
        self._lay_out()

    def choices(self) -> dict[str, Any]:
        """The precision, the format, and what is switched on, as plain values."""
        on = {name: box.isChecked() for name, box in self._boxes.items()}
        return {"dtype": _pressed(self.dtypes), "format": _pressed(self.formats), **on}

    def set_choices(self, choices: Mapping[str, Any]) -> None:
        """Shows what `choices` gave; what is missing there is as at the first time."""
        wanted = {**_FIRST, **choices}
        for radios, name in ((self.dtypes, "dtype"), (self.formats, "format")):
            radios.get(wanted[name], radios[_FIRST[name]]).setChecked(True)
        for name, box in self._boxes.items():
            box.setChecked(bool(wanted[name]))

    def show_programs(self, programs: Sequence[str]) -> None:
        """Says beside the usual format which programs load it."""
        kohya = self.formats["kohya"]
        kohya.setText(
            self.tr("kohya: {0}").format(", ".join(programs)) if programs else self.tr("kohya")
        )

    def _make_what(self) -> None:
        self.runs = QComboBox()
        self.runs.setAccessibleName(self.tr("Run"))
        self.runs.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        guard_wheel(self.runs)
        self.checkpoints = CheckpointList()

    def _make_how(self) -> None:
        self.name = QLineEdit()
        self.name.setAccessibleName(self.tr("File name"))
        self.file_size = QLabel()
        self.file_size.setProperty("muted", True)
        self.problem = QLabel(wordWrap=True)
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.problem.hide()
        self.dtypes = self._radios(
            {
                "fp16": (self.tr("fp16"), self.tr("What everybody uses: half the size of fp32")),
                "bf16": (self.tr("bf16"), self.tr("As small as fp16, coarser, never overflows")),
                "fp32": (self.tr("fp32"), self.tr("Exactly as trained, twice the size")),
            }
        )
        self.formats = self._radios(
            {
                "kohya": (
                    self.tr("kohya"),
                    self.tr("The file that nearly every program loads"),
                ),
                "diffusers": (
                    self.tr("diffusers: Python programs only"),
                    self.tr("For pipeline.load_lora_weights; A1111 and others do not load it"),
                ),
            }
        )
        self.preview = QCheckBox(self.tr("Preview image"))
        self.preview.setToolTip(self.tr("Beside the file, and small inside it"))
        self.pictures = PictureStrip(self.tr("Preview image"))
        self.other = QPushButton(self.tr("Other…"))
        self.other.setAccessibleName(self.tr("Choose another picture as preview image"))
        self.card = QCheckBox(self.tr("Model card (how to use it, as a text file)"))
        self.folder = QElidingLabel(elideMode=Qt.TextElideMode.ElideMiddle)
        self.choose = QPushButton(self.tr("Choose…"))
        self.choose.setAccessibleName(self.tr("Choose the folder to export to"))
        self.targets = TargetFolders()

    def _make_told(self) -> None:
        self.settings = QCheckBox(self.tr("Training settings"))
        self.settings.setToolTip(self.tr("Learning rate, steps, optimizer and so on"))
        self.captions = QCheckBox(self.tr("Captions and names of folders"))
        self.captions.setToolTip(self.tr("How often each tag occurs; A1111 shows them as buttons"))
        self.metadata = MetadataView()
        self.count = QLabel(wordWrap=True)
        self.count.setProperty("muted", True)

    def _radios(self, choices: dict[str, tuple[str, str]]) -> dict[str, QRadioButton]:
        group = QButtonGroup(self)
        radios = {}
        for name, (text, tip) in choices.items():
            radios[name] = radio = QRadioButton(text)
            radio.setToolTip(tip)
            radio.setMinimumHeight(theme.TARGET)
            group.addButton(radio)
        return radios

    def _lay_out(self) -> None:
        columns = QHBoxLayout()
        columns.setSpacing(theme.SPACE * 3 // 2)
        columns.addWidget(self._what(), 5)
        columns.addWidget(self._how(), 10)
        columns.addWidget(self._told(), 6)
        bottom = QHBoxLayout()
        bottom.setSpacing(2 * theme.SPACE)
        bottom.addWidget(self.summary, 1)
        bottom.addWidget(self.start)
        column = QVBoxLayout(self.work)
        column.setContentsMargins(*4 * (theme.SPACE * 3 // 2,))
        column.setSpacing(theme.SPACE)
        column.addLayout(columns, 1)
        column.addWidget(self.outcome)
        column.addLayout(bottom)
        for page in (self.blank, self.empty, self.work):
            self.stack.addWidget(page)
        page_column = QVBoxLayout(self)
        page_column.setContentsMargins(0, 0, 0, 0)
        page_column.addWidget(self.stack)

    def _what(self) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        column.addWidget(_title(self.tr("What to export")))
        column.addWidget(self.runs)
        column.addWidget(self.checkpoints, 1)
        box.setMinimumWidth(190)
        return box

    def _how(self) -> QWidget:
        form = QGridLayout()
        form.setHorizontalSpacing(theme.SPACE * 3 // 2)
        form.setVerticalSpacing(theme.SPACE // 2)
        form.setColumnStretch(1, 1)
        rows: tuple[tuple[str, QLayout | QWidget], ...] = (
            (
                self.tr("File name"),
                _row(self.name, QLabel(ENDING), first=1),
            ),
            ("", self.problem),
            (self.tr("Precision"), _row(*self.dtypes.values(), self.file_size)),
            (self.tr("Format"), _column(*self.formats.values())),
            (self.tr("Also write"), _row(self.preview, self.other)),
            ("", self.pictures),
            ("", self.card),
            (self.tr("Folder"), _row(self.folder, self.choose, first=1)),
            (self.tr("Copy to"), self.targets),
        )
        for number, (text, content) in enumerate(rows):
            if text:
                label = QLabel(text)
                label.setMinimumHeight(theme.TARGET)
                form.addWidget(label, number, 0, Qt.AlignmentFlag.AlignTop)
            if isinstance(content, QWidget):
                form.addWidget(content, number, 1)
            else:
                form.addLayout(content, number, 1)
        form.setRowStretch(len(rows), 1)
        inside = QWidget()
        inside.setLayout(form)
        form.setContentsMargins(*4 * (theme.SPACE * 3 // 2,))
        return _titled(self.tr("How and where"), ScrollCard(inside))

    def _told(self) -> QWidget:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.settings)
        column.addWidget(self.captions)
        column.addSpacing(theme.SPACE)
        column.addWidget(self.metadata, 1)
        column.addSpacing(theme.SPACE // 2)
        column.addWidget(self.count)
        box = _titled(self.tr("What the file says"), inside)
        box.setMinimumWidth(270)
        return box


def _pressed(radios: Mapping[str, QRadioButton]) -> str:
    return next(name for name, radio in radios.items() if radio.isChecked())


def _title(text: str) -> QLabel:
    label = QLabel(text)
    label.setStyleSheet("font-weight: 600;")
    return label


def _titled(text: str, content: QWidget) -> QWidget:
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(theme.SPACE)
    column.addWidget(_title(text))
    column.addWidget(content, 1)
    return box


def _row(*widgets: QWidget, first: int = 0) -> QHBoxLayout:
    """Side by side; ``first`` is the stretch of the first one, else there is room at the end."""
    row = QHBoxLayout()
    row.setSpacing(theme.SPACE)
    for number, widget in enumerate(widgets):
        row.addWidget(widget, first if number == 0 else 0)
    if not first:
        row.addStretch()
    return row


def _column(*widgets: QWidget) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(0)
    for widget in widgets:
        column.addWidget(widget)
    return column
