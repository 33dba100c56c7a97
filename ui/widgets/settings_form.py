"""All settings on one page: searched live, grouped, with what was changed and what does not matter.

Values in, signals out: `show_states` says how all settings stand, `edited` and `reset_wanted` what
the artist does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ui import theme
from ui.widgets.setting_row import SettingRow
from ui.widgets.setting_values import SettingGroup, SettingState

_WIDEST = 960


class SettingsForm(QWidget):
    """Shows ``groups``; `bar` has room for buttons at its right."""

    edited = Signal(str, object)
    """Key, and what the artist entered."""
    reset_wanted = Signal(str)

    def __init__(self, groups: Sequence[SettingGroup], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.search = _SearchField(self)
        self.search.setPlaceholderText(self.tr("Search the settings"))
        self.search.setAccessibleName(self.tr("Search the settings"))
        self.search.textChanged.connect(self._search_anew)
        self.changed_only = QPushButton(self)
        self.changed_only.setCheckable(True)
        self.changed_only.toggled.connect(self._search_anew)
        self._count = QLabel()
        self._count.setProperty("muted", True)
        self._nothing = QLabel(self.tr("No setting matches."))
        self._nothing.setProperty("muted", True)
        self._scroll, self._inner = QScrollArea(self), QWidget()
        self._groups = [_Group(group, self._inner) for group in groups]
        self.rows = {row.setting.key: row for group in self._groups for row in group.rows}
        for row in self.rows.values():
            row.edited.connect(self.edited)
            row.reset_wanted.connect(self.reset_wanted)
        self._states: Mapping[str, SettingState] = {}
        self._kept: set[str] = set()
        self.bar = QHBoxLayout()
        self._lay_out()

    def show_states(self, states: Mapping[str, SettingState]) -> None:
        """How every setting stands now."""
        before, self._states = self._states, states
        for key, row in self.rows.items():
            row.show_state(states[key])
        self._kept |= {key for key, state in states.items() if state.changed}
        seen = [(state.hidden, state.changed) for state in states.values()]
        if seen != [(state.hidden, state.changed) for state in before.values()]:
            self._filter()

    def show_setting(self, key: str) -> None:
        """Scrolls to a setting and puts the cursor into it, whatever was searched for."""
        row = self.rows[key]
        if row.isHidden():
            self.search.clear()
            self.changed_only.setChecked(False)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)  # else it lies elsewhere
        self._scroll_to(row)
        row.focus()
        # What is shown for the first time gets its heights only after this.
        QTimer.singleShot(0, self, lambda: self._scroll_to(row))

    def _scroll_to(self, row: SettingRow) -> None:
        top = row.mapTo(self._inner, QPoint()).y()
        self._scroll.ensureVisible(0, top + row.height() // 2, 0, row.height())

    def focus_search(self) -> None:
        """Puts the cursor into the search field."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def shown(self) -> list[str]:
        """Keys of the rows that are shown."""
        return [key for key, row in self.rows.items() if not row.isHidden()]

    def _search_anew(self) -> None:
        self._kept = {key for key, state in self._states.items() if state.changed}
        self._filter()
        self._scroll.verticalScrollBar().setValue(0)

    def _filter(self) -> None:
        """Shows the rows that are looked for, and why others of them are hidden."""
        words = self.search.text().casefold().split()
        found = {
            key
            for key, row in self.rows.items()
            if row.matches(words) and (key in self._kept or not self.changed_only.isChecked())
        }
        self.setUpdatesEnabled(False)
        for group in self._groups:
            group.show_found(found, self._states)
        self.setUpdatesEnabled(True)
        self._nothing.setVisible(not found)
        self._count_them(bool(words) or self.changed_only.isChecked())

    def _count_them(self, searching: bool) -> None:
        shown = len(self.shown())
        if searching:
            most = sum(not state.hidden for state in self._states.values())
            text = self.tr("{0} of %n setting(s)", "", most).format(shown)
        else:
            text = self.tr("%n setting(s)", "", shown)
        self._count.setText(text)
        changed = sum(state.changed for state in self._states.values())
        self.changed_only.setText(self.tr("Changed only ({0})").format(changed))

    def _lay_out(self) -> None:
        self.bar.setSpacing(theme.SPACE)
        self.bar.addWidget(self.search, 1)
        self.bar.addWidget(self.changed_only)
        self.bar.addWidget(self._count)
        self.bar.addSpacing(theme.SPACE)
        self._inner.setMaximumWidth(_WIDEST)
        column = QVBoxLayout(self._inner)
        column.setContentsMargins(0, 0, 2 * theme.SPACE, 0)
        column.setSpacing(3 * theme.SPACE // 2)
        column.addWidget(self._nothing)
        for group in self._groups:
            column.addWidget(group)
        column.addStretch(1)
        self._scroll.setWidget(self._inner)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.SPACE)
        whole.addLayout(self.bar)
        whole.addWidget(self._scroll, 1)
        self.setFocusProxy(self.search)


class _SearchField(QLineEdit):
    """Its icon follows the theme, Esc empties it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setClearButtonEnabled(True)
        self._icon = self.addAction(
            theme.icon("search", "muted"), QLineEdit.ActionPosition.LeadingPosition
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._icon.setIcon(theme.icon("search", "muted"))
        super().changeEvent(event)


class _Group(QFrame):
    """A title, its rows, and at the end what is hidden and why."""

    def __init__(self, group: SettingGroup, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self._title = QLabel(group.title)
        bold = QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        self._title.setFont(bold)
        self.rows = [SettingRow(setting, self) for setting in group.settings]
        self._hidden = QLabel(wordWrap=True)
        self._hidden.setProperty("muted", True)
        self._hidden.setIndent(2 * theme.SPACE)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * theme.SPACE, theme.SPACE, theme.SPACE, theme.SPACE)
        column.setSpacing(theme.SPACE // 2)
        column.addWidget(self._title)
        for row in self.rows:
            column.addWidget(row)
        column.addWidget(self._hidden)

    def show_found(self, found: set[str], states: Mapping[str, SettingState]) -> None:
        """Shows the rows in ``found`` that matter."""
        reasons: dict[str, list[str]] = {}
        for row in self.rows:
            key = row.setting.key
            reason = states[key].hidden
            row.setVisible(key in found and not reason)
            if key in found and reason:
                reasons.setdefault(reason, []).append(row.setting.label)
        self._hidden.setText("\n".join(map(self._why, reasons, reasons.values())))
        self._hidden.setVisible(bool(reasons))
        self.setVisible(bool(reasons) or any(not row.isHidden() for row in self.rows))

    def _why(self, reason: str, names: list[str]) -> str:
        text = self.tr("%n hidden because {0}: {1}", "", len(names))
        return text.format(reason, ", ".join(names))
