"""What stands where on the Images page.

Left the grid under the filter, right the image as training sees it, its caption, and below these
all tags and all problems; at the bottom what concerns all images.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from ui import theme
from ui.pages.page import Page
from ui.preferences import THUMBNAILS, Preferences
from ui.widgets.all_tags import AllTags
from ui.widgets.banner import Banner
from ui.widgets.caption_panel import CaptionPanel
from ui.widgets.crop_view import CropView
from ui.widgets.filter_bar import FilterBar
from ui.widgets.image_grid import ImageGrid
from ui.widgets.problems_panel import ProblemsPanel
from ui.widgets.trigger_bar import TriggerBar

RESOLUTIONS = (128, 256, 512, 640, 768, 1024)
"""Training sizes to choose from; another one of the project is offered too."""

_SPLIT, _RIGHT = "images_split", "images_right"  # what the preferences remember


class ImagesFace(Page):
    """The widgets of the Images page, laid out; they do nothing yet."""

    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        self._preferences = preferences
        self.filter, self.grid = FilterBar(), ImageGrid()
        self.view, self.panel = CropView(), CaptionPanel()
        self.tags, self.problems, self.trigger = AllTags(), ProblemsPanel(), TriggerBar()
        self.banner, self.tabs = Banner(), QTabWidget()
        self.tabs.addTab(self.tags, theme.icon("tag"), self.tr("All tags"))
        self.tabs.addTab(self.problems, self.tr("Problems"))
        self.resolution = QComboBox()
        self.resolution.setToolTip(self.tr("The size that training scales and crops images to"))
        self.zoom = QSlider(Qt.Orientation.Horizontal)
        self.zoom.setRange(*THUMBNAILS)
        self.zoom.setFixedWidth(120)
        self.zoom.setAccessibleName(self.tr("Size of the thumbnails"))
        self.zoom.setToolTip(self.tr("Size of the thumbnails (Ctrl+wheel)"))
        self.batch_button = QPushButton(self.tr("Batch edit…"))
        self.similar_button = QPushButton(self.tr("Find similar…"))
        self._lay_out()

    def set_problem_count(self, kinds: int) -> None:
        """Says on the tab how many kinds of problems there are."""
        title = self.tr("Problems ({0})").format(kinds) if kinds else self.tr("Problems")
        self.tabs.setTabText(1, title)
        self.tabs.setTabIcon(1, theme.icon(*(2 * ("warning",) if kinds else 2 * ("good",))))

    def set_resolution(self, resolution: int) -> None:
        """Shows the training size of the project."""
        self.resolution.clear()
        for pixels in sorted({*RESOLUTIONS, resolution}):
            self.resolution.addItem(self.tr("{0} px").format(pixels), pixels)
        self.resolution.setCurrentIndex(self.resolution.findData(resolution))

    def _lay_out(self) -> None:
        page = QVBoxLayout(self)
        page.setContentsMargins(*4 * (theme.SPACE * 3 // 2,))
        page.setSpacing(theme.SPACE)
        page.addWidget(self.banner)
        page.addWidget(self._split(), 1)
        page.addLayout(self._bottom())

    def _split(self) -> QSplitter:
        left, split = QWidget(), QSplitter()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        column.addWidget(self.filter)
        column.addWidget(self.grid, 1)
        split.addWidget(left)
        split.addWidget(self._right())
        split.setStretchFactor(0, 1)
        split.setHandleWidth(theme.SPACE * 3 // 2)
        self._remember(split, _SPLIT, [800, 400])
        return split

    def _right(self) -> QSplitter:
        right = QSplitter(Qt.Orientation.Vertical)
        self.tabs.setContentsMargins(0, theme.SPACE // 2, 0, 0)
        for widget in (self.view, self.panel, self.tabs):
            right.addWidget(widget)
        right.setStretchFactor(0, 1)
        self._remember(right, _RIGHT, [330, 160, 180])
        return right

    def _bottom(self) -> QHBoxLayout:
        row, label = QHBoxLayout(), QLabel(self.tr("Training si&ze"))
        label.setBuddy(self.resolution)
        row.setSpacing(theme.SPACE)
        row.addWidget(self.trigger, 1)
        row.addWidget(label)
        row.addWidget(self.resolution)
        row.addSpacing(theme.SPACE)
        row.addWidget(self.zoom)
        row.addWidget(self.similar_button)
        row.addWidget(self.batch_button)
        return row

    def _remember(self, split: QSplitter, key: str, sizes: list[int]) -> None:
        split.setChildrenCollapsible(False)
        split.setSizes(self._preferences.remembered(key, sizes))
        split.splitterMoved.connect(partial(self._keep_sizes, split, key))

    def _keep_sizes(self, split: QSplitter, key: str) -> None:
        self._preferences.remember(key, split.sizes())
