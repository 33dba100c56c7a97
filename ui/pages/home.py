"""Home: start a project from a folder of images or the sample, or go on with a recent one."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from PySide6.QtCore import QDate, QLocale, Qt, QTime, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget
from superqt import QFlowLayout

from ui import messages, theme
from ui.choices import LanguageChoice, ThemeChoice
from ui.covers import Cover, Covers
from ui.pages.page import Page
from ui.preferences import Preferences
from ui.projects import OPENED
from ui.widgets.icon_label import IconLabel
from ui.widgets.project_card import WIDTH as CARD_WIDTH
from ui.widgets.project_card import ProjectCard

_GAP = 2 * theme.SPACE
_WIDTH = 4 * CARD_WIDTH + 3 * _GAP


class HomePage(Page):
    """The first thing that is seen; the window does what it asks for."""

    choose_wanted = Signal()
    """A folder of images shall be chosen."""
    sample_wanted = Signal()
    open_wanted = Signal(object)
    """Path of a project."""
    locate_wanted = Signal(object)
    """Path at which a project is no longer."""

    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        self._preferences = preferences
        self._covers = Covers(self)
        self._covers.read.connect(self._show_cover)
        self._missing: set[Path] = set()
        self.cards: dict[Path, ProjectCard] = {}
        self._flow = QFlowLayout()
        self._flow.setContentsMargins(0, 0, 0, 0)
        self._flow.setHorizontalSpacing(_GAP)
        self._flow.setVerticalSpacing(_GAP)
        self._recent = self._section(self.tr("Recent projects"))
        self._lay_out()
        self.refresh()
        preferences.changed.connect(self._preference_changed)

    def refresh(self) -> None:
        """Shows the recent projects as they are now."""
        for card in self.cards.values():
            self._flow.removeWidget(card)
            card.hide()
            card.deleteLater()
        self._missing.clear()
        self.cards = {path: self._card(path) for path in self._preferences.recent_projects}
        self._recent.setVisible(bool(self.cards))

    def _card(self, path: Path) -> ProjectCard:
        card = ProjectCard(path.name)
        card.clicked.connect(lambda: self._press(path))
        card.located.connect(lambda: self.locate_wanted.emit(path))
        card.removed.connect(lambda: self._preferences.forget_recent(path))
        card.describe(path.name, "", self._when(path))
        self._flow.addWidget(card)
        self._covers.want(path, card.cover_size())
        return card

    def _show_cover(self, cover: Cover) -> None:
        card = self.cards.get(cover.path)
        if card is None:  # removed meanwhile
            return
        if cover.error is None:
            card.describe(cover.name, cover.folder, self._when(cover.path))
            card.set_cover(cover.image)
        elif cover.error.code in ("project.not_found", "project.not_a_project"):
            self._missing.add(cover.path)
            card.set_missing(self.tr("Folder not found"))
            card.setToolTip(str(cover.path))
        else:  # opening it tells the same, with more room
            card.setToolTip(messages.sentence(cover.error.code, cover.error.params))

    def _press(self, path: Path) -> None:
        wanted = self.locate_wanted if path in self._missing else self.open_wanted
        wanted.emit(path)

    def _when(self, path: Path) -> str:
        times: dict[str, str] = self._preferences.remembered(OPENED, {})
        if not (text := times.get(str(path))):
            return ""
        when, short = datetime.fromisoformat(text), QLocale.FormatType.ShortFormat
        if when.date() == date.today():
            time = QLocale().toString(QTime(when.hour, when.minute), short)
            return self.tr("Opened today, {0}").format(time)
        day = QLocale().toString(QDate(when.year, when.month, when.day), short)
        return self.tr("Opened {0}").format(day)

    def _preference_changed(self, name: str) -> None:
        if name == "recent_projects":
            self.refresh()

    def _lay_out(self) -> None:
        centre = QVBoxLayout()
        centre.setSpacing(2 * theme.SPACE)
        centre.addWidget(self._start())
        centre.addSpacing(theme.SPACE)
        centre.addWidget(self._recent)
        centre.addStretch()
        centre.addLayout(self._footer())
        column = QWidget()
        column.setLayout(centre)
        column.setMaximumWidth(_WIDTH)
        row = QHBoxLayout(self)
        row.setContentsMargins(*4 * (2 * theme.SPACE,))
        row.addStretch(1)
        row.addWidget(column, 1000)
        row.addStretch(1)

    def _start(self) -> QWidget:
        heading = QLabel(self.tr("Make your own style or character"))
        heading.setProperty("heading", True)
        heading.setWordWrap(True)
        heading.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        hint = _muted(
            self.tr(
                "Drop a folder of images here. 15–40 varied images are plenty for a character, "
                "30–100 for a style. Your images are never changed."
            )
        )
        hint.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        choose = QPushButton(self.tr("Choose a folder of images…"))
        choose.setProperty("primary", True)
        choose.clicked.connect(self.choose_wanted)
        sample = QPushButton(self.tr("Try the sample project"))
        sample.setProperty("flat", True)
        sample.clicked.connect(self.sample_wanted)
        target = _Target()
        column = QVBoxLayout(target)
        column.setContentsMargins(*4 * (3 * theme.SPACE,))
        column.setSpacing(theme.SPACE)
        column.addWidget(IconLabel("new", "accent", 40), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(heading)
        column.addWidget(hint)
        column.addSpacing(theme.SPACE)
        column.addWidget(choose, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(sample, 0, Qt.AlignmentFlag.AlignHCenter)
        self.setFocusProxy(choose)
        return target

    def _section(self, title: str) -> QWidget:
        label = QLabel(title)
        font = label.font()
        font.setBold(True)
        label.setFont(font)
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3 * theme.SPACE // 2)
        column.addWidget(label)
        column.addLayout(self._flow)
        return box

    def _footer(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE)
        row.addStretch()
        row.addWidget(LanguageChoice(self._preferences))
        row.addWidget(ThemeChoice(self._preferences))
        return row


class _Target(QWidget):
    """The place that looks as if something could be dropped there; the whole window takes it."""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(theme.color("surface"))
        painter.setPen(QPen(theme.color("border"), 1.5, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 12, 12)


def _muted(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("muted", True)
    label.setWordWrap(True)
    return label
