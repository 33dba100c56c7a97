"""What becomes of an export: it waits, it is checked, it is done, or it failed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ui import theme
from ui.widgets.check_list import CheckList
from ui.widgets.icon_label import IconLabel
from ui.widgets.program_stamps import ProgramStamps


class ExportOutcome(QFrame):
    """The checks at the left, in words at the right; hidden until there is anything to say."""

    folder_wanted = Signal()
    copy_wanted = Signal()
    """The path shall be on the clipboard."""
    stop_wanted = Signal()
    other_folder_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.setAccessibleName(self.tr("Outcome of the export"))
        self.checks, self.stamps = CheckList(), ProgramStamps()
        self._icon = IconLabel("clock", "muted", 20)
        self.heading = QLabel()
        self.heading.setStyleSheet("font-weight: 600;")
        self.text = QLabel()
        self.more = QLabel()
        self.more.setProperty("muted", True)
        for label in (self.heading, self.text, self.more):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.show_folder = QPushButton(self.tr("Show in folder"))
        self.show_folder.clicked.connect(self.folder_wanted)
        self.copy_path = QPushButton(self.tr("Copy path"))
        self.copy_path.clicked.connect(self.copy_wanted)
        self.other_folder = QPushButton(self.tr("Choose another folder…"))
        self.other_folder.clicked.connect(self.other_folder_wanted)
        self.stop = QPushButton(self.tr("Stop"))
        self.stop.setAccessibleName(self.tr("Stop the export"))
        self.stop.clicked.connect(self.stop_wanted)
        self._buttons = (self.show_folder, self.copy_path, self.other_folder, self.stop)
        self._lay_out()
        self.hide()

    def begin(self, checks: Sequence[tuple[str, str]]) -> None:
        """Shows checks (name, text), none of them passed."""
        self.checks.set_checks(checks)
        self.checks.show()
        self.stamps.clear()
        self.show()

    def say(self, icon: str, tint: str, heading: str, text: str = "", more: str = "") -> None:
        """Says how it stands."""
        self._icon.set_icon(icon, tint)
        self.heading.setText(heading)
        for label, words in ((self.text, text), (self.more, more)):
            label.setText(words)
            label.setVisible(bool(words))

    def show_waiting(self, reason: str) -> None:
        """Something else is done before."""
        self.checks.hide()
        self.say("clock", "muted", self.tr("Waiting"), reason)
        self._show_buttons(self.stop)

    def show_working(self, phase: str) -> None:
        """It goes on; ``phase`` says with what."""
        self.checks.show()
        self.say("export", "accent", phase)
        self._show_buttons(self.stop)

    def show_done(self, path: Path, size: str, more: str) -> None:
        """The file lies in ``path``; ``more`` says what to mind."""
        self.say("good", "good", self.tr("Exported: {0}, {1}").format(path.name, size), "", more)
        self.text.setText(str(path.parent))
        self.text.show()
        self._show_buttons(self.show_folder, self.copy_path)

    def show_failed(self, sentence: str, in_check: bool, in_folder: bool = False) -> None:
        """It failed; nothing is written.

        ``in_check``: in the check after those that were passed. ``in_folder``: the folder took no
        file, and another may.
        """
        self.checks.setVisible(in_check)
        self.stamps.clear()
        if in_check:
            self.checks.fail_next()
        self.say(
            "error", "error", self.tr("Not exported"), sentence, self.tr("No file was written.")
        )
        self._show_buttons(*([self.other_folder] if in_folder else []))

    def show_stopped(self) -> None:
        """The artist stopped it."""
        self.checks.hide()
        self.stamps.clear()
        self.say("stop", "muted", self.tr("Stopped"), self.tr("No file was written."))
        self._show_buttons()

    def _show_buttons(self, *wanted: QPushButton) -> None:
        for button in self._buttons:
            button.setVisible(button in wanted)

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(theme.SPACE // 2)
        for label in (self.heading, self.text, self.more):
            words.addWidget(label)
        words.addSpacing(theme.SPACE // 2)
        words.addWidget(self.stamps)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.SPACE)
        for button in self._buttons:
            buttons.addWidget(button)
        buttons.addStretch()
        words.addSpacing(theme.SPACE // 2)
        words.addLayout(buttons)
        words.addStretch()
        top = Qt.AlignmentFlag.AlignTop
        row = QHBoxLayout(self)
        row.setContentsMargins(*4 * (theme.SPACE * 3 // 2,))
        row.setSpacing(theme.SPACE)
        row.addWidget(self._icon, 0, top)
        row.addLayout(words, 3)
        row.addWidget(self.checks, 2, top)
