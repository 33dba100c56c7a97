"""What stands where in the view of a run: the previews large, and beside them all the rest."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QStackedLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from superqt import QElidingLabel

from ui import theme
from ui.widgets.error_card import ErrorCard
from ui.widgets.facts import Facts
from ui.widgets.fold_list import FoldList
from ui.widgets.large_picture import SheetButton, SheetView
from ui.widgets.loss_chart import LossChart
from ui.widgets.message_page import MessagePage
from ui.widgets.phase_strip import PhaseStrip
from ui.widgets.picture_viewer import PictureViewer
from ui.widgets.sample_grid import SampleGrid

_SIDE = 320  # pixels of chart, facts and cards
_NARROWEST = 260
_CARD = 560  # pixels of a card that has the place of the previews
_ANY = 16777215  # Qt's own limit


class RunFace(QWidget):
    """The widgets, laid out; they do nothing yet."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name, self.status = QElidingLabel(), QLabel()
        self.progress, self.strip = QProgressBar(), PhaseStrip()
        self.grid, self.chart, self.facts = SampleGrid(), LossChart(), Facts()
        self.card, self.sheet = ErrorCard(), SheetButton()
        self.warnings = FoldList("warning", "warning")
        self.empty = MessagePage()
        self.viewer, self.large = PictureViewer(self.grid.samples), SheetView()
        self.pause = QPushButton(self.tr("Pause"))
        self.preview = QPushButton(self.tr("Preview now"))
        self.checkpoint = QPushButton(self.tr("Save checkpoint"))
        self.try_this = QPushButton(self.tr("Try this"))
        self.stop = QPushButton(self.tr("Stop…"))
        self.cancel = QPushButton(self.tr("Cancel"))
        self.new_run = QPushButton(self.tr("New run"))
        self._fill_menu()
        self._lay_out()

    def show_face(self) -> None:
        """The previews and all about the run, instead of one picture."""
        self._pages.setCurrentIndex(0)

    def show_viewer(self) -> None:
        """One preview or two, large."""
        self._pages.setCurrentWidget(self.viewer)
        self.viewer.setFocus()

    def show_sheet(self) -> None:
        """The sheet of strengths, large."""
        self._pages.setCurrentWidget(self.large)
        self.large.setFocus()

    def place_card(self, shown: bool, instead: bool) -> None:
        """Whether the card is ``shown``, and whether it stands ``instead`` of the previews."""
        self.card.setVisible(shown)
        self.card.setMaximumWidth(_CARD if instead else _ANY)
        self.card.setMinimumWidth(_CARD if instead else 0)
        if instead:
            self._alone.insertWidget(1, self.card, 0)
            self._stage.setCurrentIndex(2)
        else:
            self._column.insertWidget(0, self.card)
            self._stage.setCurrentIndex(0 if self.grid.samples.steps else 1)
        self._side.setVisible(not instead)

    def _fill_menu(self) -> None:
        menu = QMenu(self.stop)
        self.keep = menu.addAction(self.tr("Stop and keep"))
        self.keep.setToolTip(self.tr("Saves what was learned so far, and exports it"))
        self.discard = menu.addAction(self.tr("Stop and discard…"))
        self.discard.setToolTip(self.tr("Moves the run to the trash"))
        menu.setToolTipsVisible(True)
        menu.setDefaultAction(self.keep)
        self.stop.setMenu(menu)

    def _lay_out(self) -> None:
        face = QWidget()
        column = QVBoxLayout(face)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        column.addLayout(self._head())
        column.addWidget(self.progress)
        column.addWidget(self.strip)
        column.addWidget(self._middle(), 1)
        column.addLayout(self._actions())
        self._pages = QStackedLayout()
        for page in (face, self.viewer, self.large):
            self._pages.addWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(*4 * (theme.SPACE * 3 // 2,))
        outer.addLayout(self._pages)

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(2 * theme.SPACE)
        self.name.setProperty("heading", True)
        self.name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("Progress of the run"))
        row.addWidget(self.name, 1)
        row.addWidget(self.status)
        return row

    def _middle(self) -> QSplitter:
        split = QSplitter()
        self._stage = QStackedWidget()
        alone = QWidget()
        self._alone = QVBoxLayout(alone)
        self._alone.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._alone.addStretch(1)
        self._alone.addStretch(2)
        for page in (self.grid, self.empty, alone):
            self._stage.addWidget(page)
        self._side = self._beside()
        split.addWidget(self._stage)
        split.addWidget(self._side)
        split.setStretchFactor(0, 1)
        split.setSizes([1000, _SIDE])
        split.setHandleWidth(theme.SPACE * 3 // 2)
        split.setChildrenCollapsible(False)
        return split

    def _beside(self) -> QScrollArea:
        inside, area = QWidget(), _SideArea()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, theme.SPACE // 2, 0)
        self._column.setSpacing(theme.SPACE * 3 // 2)
        self.chart.setMinimumHeight(210)
        self.chart.setMaximumHeight(340)
        self._column.addWidget(self.sheet)
        self._column.addWidget(self.chart, 1)
        self._column.addWidget(self.facts)
        self._column.addWidget(self.warnings)
        self._column.addStretch()
        area.setWidget(inside)
        return area

    def _actions(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE)
        for button in (self.pause, self.preview, self.checkpoint, self.try_this):
            row.addWidget(button)
        row.addStretch(1)
        for button in (self.new_run, self.cancel, self.stop):
            row.addWidget(button)
        return row


class _SideArea(QScrollArea):
    """Scrolls where it is too high, never sideways."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def sizeHint(self) -> QSize:
        return QSize(_SIDE, 300)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Takes more room when what is inside needs it."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def minimumSizeHint(self) -> QSize:
        """Wide enough for its buttons."""
        inside, bar = self.widget(), self.verticalScrollBar().sizeHint().width()
        needed = inside.minimumSizeHint().width() + bar if inside else 0
        return QSize(max(_NARROWEST, needed), 0)
