"""How an image looks as a tile: thumbnail, name, a line about its caption, badges."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontMetrics,
    QHelpEvent,
    QPainter,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
)

from studio.data.collection import ImageFile
from studio.errors import StudioError
from ui import theme
from ui.bounded import Bounded, size_of
from ui.models.images import ImageListModel, short_name

Index = QModelIndex | QPersistentModelIndex

PADDING = theme.SPACE
"""Pixels between a tile's edge and its image and text."""

_ICON = 14
_SCALED = 48 * 1024 * 1024
"""Bytes of thumbnails kept as they are painted: scaling one takes 0.2 ms, drawing it 0.03."""


@dataclass(frozen=True)
class Badge:
    """A small icon on a tile that ``words`` explain; ``note`` takes the place of the second line.

    ``icon`` is a name in `theme.ICONS`, ``tint`` one in `theme.Colors`.
    """

    icon: str
    words: str
    tint: str = "muted"
    note: str = ""


class ThumbnailSource(Protocol):
    """What a tile needs of `ui.models.thumbnails.Thumbnails`."""

    def get(self, image: ImageFile, edge: int) -> QPixmap | None: ...
    def error(self, image: ImageFile) -> StudioError | None: ...


def no_badges(image: ImageFile) -> Sequence[Badge]:
    return ()


class ImageTile(QStyledItemDelegate):
    """Paints a row of an `ImageListModel`: a square for the image and `label_height` below it."""

    def __init__(self, model: ImageListModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.thumbnails: ThumbnailSource | None = None
        self.badges: Callable[[ImageFile], Sequence[Badge]] = no_badges
        self._model = model
        self._scaled: Bounded[tuple[int, int, int], QPixmap] = Bounded(_SCALED, size_of)
        self.restyle(QFont())

    def restyle(self, font: QFont) -> None:
        """Takes over ``font`` and the colours of the theme; to be called when they change."""
        self._metrics = QFontMetrics(font)
        self._line = self._metrics.lineSpacing() + 3  # Chinese characters are taller
        self._colors = {name: QColor(value) for name, value in vars(theme.colors()).items()}
        self._icon = lru_cache(maxsize=64)(_icon)
        self._elided = lru_cache(maxsize=2048)(self._metrics.elidedText)

    def label_height(self) -> int:
        """Pixels that the two lines of text and their distances take."""
        return 2 * self._line + PADDING

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        image = self._model.images[index.row()]
        state: QStyle.StateFlag = option.state
        tile: QRect = option.rect
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_frame(painter, tile, state)
        inside = tile.adjusted(PADDING, PADDING, -PADDING, -PADDING)
        square = QRect(inside.topLeft(), inside.topRight())
        square.setHeight(inside.width())
        broken = self._paint_image(painter, square, image)
        below = inside.adjusted(0, inside.width() + PADDING // 2, 0, 0)
        self._paint_text(painter, below, image, broken, bool(state & _SELECTED))

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        """The model's tool tip and what the badges mean."""
        if event.type() != QEvent.Type.ToolTip or not index.isValid():
            return super().helpEvent(event, view, option, index)
        image = self._model.images[index.row()]
        words = [badge.words for badge in self.badges(image)]
        text = str(index.data(Qt.ItemDataRole.ToolTipRole))
        QToolTip.showText(
            event.globalPos(), "\n".join([text, *words]), view, view.visualRect(index)
        )
        return True

    def _paint_frame(self, painter: QPainter, tile: QRect, state: QStyle.StateFlag) -> None:
        """Background and frame: hovered, selected, and the ring of the one that has the focus."""
        frame = QRectF(tile).adjusted(3, 3, -3, -3)
        if state & _SELECTED:
            painter.setPen(QPen(self._colors["accent"], 2))
            painter.setBrush(self._colors["selected"])
            painter.drawRoundedRect(frame, theme.RADIUS, theme.RADIUS)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._colors["hover"])
            painter.drawRoundedRect(frame, theme.RADIUS, theme.RADIUS)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(self._colors["text"], 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            ring, radius = QRectF(tile).adjusted(0.75, 0.75, -0.75, -0.75), theme.RADIUS + 2
            painter.drawRoundedRect(ring, radius, radius)

    def _paint_image(self, painter: QPainter, square: QRect, image: ImageFile) -> bool:
        """The thumbnail or what stands for it; whether the image cannot be shown."""
        ratio = painter.device().devicePixelRatio()
        edge = round(square.width() * ratio)
        thumbnail = self.thumbnails.get(image, edge) if self.thumbnails else None
        if thumbnail is not None:
            scaled = self._round(thumbnail, edge, ratio)
            place = QRectF(scaled.rect()).toRect()
            place.setSize((scaled.deviceIndependentSize()).toSize())
            place.moveCenter(square.center())
            painter.drawPixmap(place.topLeft(), scaled)
            return False
        failed = self.thumbnails.error(image) if self.thumbnails else None
        broken = bool(failed or image.problem)
        painter.setPen(QPen(self._colors["border"], 1) if broken else Qt.PenStyle.NoPen)
        painter.setBrush(self._colors["raised"])
        painter.drawRoundedRect(_fitted(image.size, square), theme.RADIUS, theme.RADIUS)
        if broken:
            icon = self._icon("broken", "muted", square.width() // 3, ratio)
            place = QRect(0, 0, square.width() // 3, square.width() // 3)
            place.moveCenter(square.center())
            painter.drawPixmap(place, icon)
        return broken

    def _round(self, thumbnail: QPixmap, edge: int, ratio: float) -> QPixmap:
        """``thumbnail`` with ``edge`` device pixels on its longer side and round corners, kept."""
        key = thumbnail.cacheKey(), edge, round(ratio * 100)
        kept = self._scaled.get(key)
        if kept is not None:
            return kept
        smooth = Qt.TransformationMode.SmoothTransformation
        scaled = thumbnail
        if max(thumbnail.width(), thumbnail.height()) > edge:
            scaled = thumbnail.scaled(edge, edge, Qt.AspectRatioMode.KeepAspectRatio, smooth)
        rounded = QPixmap(scaled.size())
        rounded.fill(Qt.GlobalColor.transparent)
        painter = QPainter(rounded)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QBrush(scaled))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(rounded.rect(), theme.RADIUS * ratio, theme.RADIUS * ratio)
        painter.end()
        rounded.setDevicePixelRatio(ratio)
        self._scaled.put(key, rounded)
        return rounded

    def _paint_text(
        self, painter: QPainter, place: QRect, image: ImageFile, broken: bool, selected: bool
    ) -> None:
        first = QRect(place.left(), place.top(), place.width(), self._line)
        self._write(painter, first, short_name(image), "text", Qt.TextElideMode.ElideMiddle)
        second = first.translated(0, self._line)
        badges = self.badges(image)
        for badge in reversed(badges):
            self._paint_icon(painter, second, badge)
            second.setRight(second.right() - _ICON - 3)
        words, tint = self._second_line(image, badges, broken)
        tint = "text" if selected and tint == "muted" else tint
        self._write(painter, second, words, tint, Qt.TextElideMode.ElideRight)

    def _second_line(
        self, image: ImageFile, badges: Sequence[Badge], broken: bool
    ) -> tuple[str, str]:
        if broken:
            return self.tr("cannot be read"), "error"
        for badge in badges:
            if badge.note:
                return badge.note, badge.tint
        return self._model.caption_words(image), "muted" if image.caption.tags else "warning"

    def _write(
        self, painter: QPainter, place: QRect, text: str, tint: str, elide: Qt.TextElideMode
    ) -> None:
        painter.setPen(self._colors[tint])
        shown = self._elided(text, elide, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)

    def _paint_icon(self, painter: QPainter, line: QRect, badge: Badge) -> None:
        ratio = painter.device().devicePixelRatio()
        top = line.top() + (line.height() - _ICON) // 2
        icon = self._icon(badge.icon, badge.tint, _ICON, ratio)
        painter.drawPixmap(line.right() - _ICON + 1, top, icon)


_SELECTED = QStyle.StateFlag.State_Selected


def _icon(name: str, tint: str, side: int, ratio: float) -> QPixmap:
    return theme.icon(name, tint).pixmap(QRect(0, 0, side, side).size(), ratio)


def _fitted(size: tuple[int, int] | None, square: QRect) -> QRect:
    """The part of ``square`` that an image of ``size`` takes up."""
    width, height = size or (1, 1)
    longer = max(width, height)
    side = square.width()
    place = QRect(0, 0, max(1, side * width // longer), max(1, side * height // longer))
    place.moveCenter(square.center())
    return place
