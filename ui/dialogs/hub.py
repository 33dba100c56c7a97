"""Asks which model to get from the Hugging Face hub, and through which mirror."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ui import theme

EXAMPLE = "stabilityai/stable-diffusion-xl-base-1.0"
MIRROR = "https://hf-mirror.com"
_WIDTH = 520  # pixels

_ADDRESS = re.compile(r"(https?://)?(huggingface\.co|hf\.co|hf-mirror\.com)/", re.IGNORECASE)
_PART = r"\w([\w.-]{0,94}\w)?"
_ID = re.compile(rf"(?!.*(--|\.\.)){_PART}/{_PART}", re.ASCII)
_URL = re.compile(r"https?://[^\s/]+(/\S*)?", re.IGNORECASE)


class HubDialog(QDialog):
    """``folder`` is where downloads go; ``mirror`` the one that was used last, "" for none."""

    def __init__(
        self, folder: str, mirror: str = "", model: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("A model from the Hugging Face hub"))
        self._folder = folder
        self.field, self.mirror_field = QLineEdit(model), QLineEdit(mirror)
        self.field.setPlaceholderText(EXAMPLE)
        self.mirror_field.setPlaceholderText(MIRROR)
        self.hint = _muted("")
        self.mirror_hint = _muted("")
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.clicked.connect(self.reject)
        self.get = QPushButton(self.tr("Download"))
        self.get.setProperty("primary", True)
        self.get.setDefault(True)
        self.get.clicked.connect(self.accept)
        self._lay_out()
        self.field.textChanged.connect(self._check)
        self.mirror_field.textChanged.connect(self._check)
        self._check()
        layout = self.layout()
        assert layout
        self.setFixedSize(_WIDTH, layout.totalHeightForWidth(_WIDTH))

    @property
    def model(self) -> str:
        """The id that is written, "" if it is none."""
        return read_id(self.field.text())

    @property
    def mirror(self) -> str:
        """The address of the mirror, "" for the hub itself."""
        return read_mirror(self.mirror_field.text()) or ""

    def _check(self) -> None:
        """Says of each field what belongs there, or that what is written does not."""
        unclear = bool(self.field.text().strip()) and not self.model
        hint = self.tr("Its owner and name, or its address on huggingface.co")
        problem = self.tr("Write it as owner/name, or paste its address")
        _say(self.field, self.hint, problem if unclear else hint, unclear)
        odd = read_mirror(self.mirror_field.text()) is None
        hint = self.tr("Only where huggingface.co cannot be reached; else leave it empty")
        problem = self.tr("Write it as an address, or leave it empty")
        _say(self.mirror_field, self.mirror_hint, problem if odd else hint, odd)
        self.get.setEnabled(bool(self.model) and not odd)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(*4 * (3 * theme.SPACE,))
        column.setSpacing(theme.SPACE // 2)
        for text, field, hint in (
            (self.tr("&Model"), self.field, self.hint),
            (self.tr("M&irror"), self.mirror_field, self.mirror_hint),
        ):
            label = QLabel(text)
            label.setBuddy(field)
            column.addWidget(label)
            column.addWidget(field)
            column.addWidget(hint)
            column.addSpacing(3 * theme.SPACE // 2)
        column.addWidget(_muted(self._about()))
        column.addSpacing(2 * theme.SPACE)
        column.addStretch(1)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.SPACE)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.get)
        column.addLayout(buttons)

    def _about(self) -> str:
        text = self.tr(
            "Only the parts that training needs are downloaded: about 4 GB for Stable Diffusion "
            "1.5, 14 GB for XL. They go to {0}, where other programs find them too. What breaks "
            "off goes on from there the next time."
        )
        return text.format(self._folder)


def read_id(text: str) -> str:
    """The id "owner/name" in ``text``, which may be an address on the hub; "" if there is none."""
    words = _ADDRESS.sub("", text.strip(), count=1).split("?")[0]
    id = "/".join(words.split("/")[:2]) if _ADDRESS.match(text.strip()) else words
    return id if _ID.fullmatch(id) else ""


def read_mirror(text: str) -> str | None:
    """The address that ``text`` writes, "" for none; None if it is no address."""
    words = text.strip().rstrip("/")
    if words and "://" not in words:
        words = f"https://{words}"
    return words if not words or _URL.fullmatch(words) else None


def _say(field: QLineEdit, label: QLabel, text: str, wrong: bool) -> None:
    label.setText(text)
    for widget, name, value in ((field, "invalid", wrong), (label, "muted", not wrong)):
        if widget.property(name) is not value:
            widget.setProperty(name, value)
            widget.style().polish(widget)


def _muted(text: str) -> QLabel:
    label = QLabel(text, wordWrap=True)
    label.setProperty("muted", True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
