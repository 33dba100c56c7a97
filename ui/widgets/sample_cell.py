"""How a cell of previews and the name of its row are painted."""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import (
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from ui import theme
from ui.bounded import Bounded, size_of
from ui.widgets.sample_model import SampleModel
from ui.widgets.sample_pictures import SamplePictures

Index = QModelIndex | QPersistentModelIndex

PADDING = theme.SPACE // 2
"""Pixels around a picture in its cell."""

_SCALED = 64 * 1024 * 1024
"""Bytes of pictures kept as they are painted: scaling takes ten times as long as drawing."""

_ICON = 18


class SampleCell(QStyledItemDelegate):
    """Paints the picture of a cell, fitted, with a frame if selected and a ring if current."""

    def __init__(self, pictures: SamplePictures, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self._scaled: Bounded[tuple[int, int, int], QPixmap] = Bounded(_SCALED, size_of)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        assert isinstance(model, SampleModel)
        rect: QRect = option.rect
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_frame(painter, QRectF(rect), option.state)
        inside = rect.adjusted(PADDING, PADDING, -PADDING, -PADDING)
        sample = model.sample(index.row(), index.column())
        if sample is None:
            return
        picture = self._pictures.get(sample.path)
        if picture is not None:
            self._paint_picture(painter, inside, picture)
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("raised"))
        painter.drawRoundedRect(inside, theme.RADIUS, theme.RADIUS)
        if self._pictures.error(sample.path):
            painter.setPen(theme.color("error"))
            words = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(inside, words, self.tr("cannot be read"))

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """The view sets all sizes."""
        return QSize(0, 0)

    def _paint_frame(self, painter: QPainter, rect: QRectF, state: QStyle.StateFlag) -> None:
        frame = rect.adjusted(1.5, 1.5, -1.5, -1.5)
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.setBrush(theme.color("selected"))
            painter.drawRoundedRect(frame, theme.RADIUS, theme.RADIUS)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("hover"))
            painter.drawRoundedRect(frame, theme.RADIUS, theme.RADIUS)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(theme.color("text"), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(frame, theme.RADIUS, theme.RADIUS)

    def _paint_picture(self, painter: QPainter, inside: QRect, picture: QPixmap) -> None:
        ratio = painter.device().devicePixelRatio()
        size = picture.size().scaled(inside.size() * ratio, Qt.AspectRatioMode.KeepAspectRatio)
        key = (picture.cacheKey(), size.width(), size.height())
        scaled = self._scaled.get(key)
        if scaled is None:
            keep = Qt.AspectRatioMode.IgnoreAspectRatio
            scaled = picture.scaled(size, keep, Qt.TransformationMode.SmoothTransformation)
            scaled.setDevicePixelRatio(ratio)
            self._scaled.put(key, scaled)
        place = QRect(QPoint(), (size / ratio))
        place.moveCenter(inside.center())
        painter.drawPixmap(place.topLeft(), scaled)


class StepHeader(QHeaderView):
    """The names of the rows, whether there is a checkpoint, and the star that is clicked."""

    starred = Signal(int)
    """The row whose star was clicked."""

    def __init__(self, model: SampleModel, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self._model = model
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setHighlightSections(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)

    def star_rect(self, row: int) -> QRect:
        """Where the star of a row can be clicked."""
        text = self._text_rect(row)
        return QRect(text.left(), text.bottom() + 2, theme.TARGET, theme.TARGET)

    def sizeHint(self) -> QSize:
        """As wide as the name of a late step."""
        width = self.fontMetrics().horizontalAdvance(self._model.name_of(100_000))
        return QSize(width + 2 * theme.SPACE, 0)

    def paintSection(self, painter: QPainter, rect: QRect, row: int) -> None:
        step = self._model.steps[row]
        painter.fillRect(rect, theme.color("window"))
        text = self._text_rect(row)
        painter.setPen(theme.color("text"))
        font = painter.font()
        font.setBold(step in self._model.favourites)
        painter.setFont(font)
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, self._model.step_name(row))
        if not step:
            return
        chosen = step in self._model.favourites
        star = theme.icon("favourite" if chosen else "star", "warning" if chosen else "muted")
        place = QRect(0, 0, _ICON, _ICON)
        place.moveCenter(self.star_rect(row).center())
        star.paint(painter, place)
        if step in self._model.checkpoints:
            theme.icon("checkpoint", "muted").paint(painter, self._checkpoint_rect(row))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self._star_at(event.position().toPoint())
        if row is not None and event.button() == Qt.MouseButton.LeftButton:
            self.starred.emit(row)
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        hand = self._star_at(event.position().toPoint()) is not None
        cursor = Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(cursor)

    def viewportEvent(self, event: QEvent) -> bool:
        """Tells what the icons mean."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            row = self.logicalIndexAt(event.pos())
            QToolTip.showText(event.globalPos(), self._words(row, event.pos()), self)
            return True
        return super().viewportEvent(event)

    def _words(self, row: int, point: QPoint) -> str:
        if self._star_at(point) is not None:
            return self.tr("Mark this step as a favourite (F)")
        if row >= 0 and self._model.steps[row] in self._model.checkpoints:
            return self.tr("There is a checkpoint of this step: it can be tried and exported")
        if row >= 0 and not self._model.steps[row]:
            return self.tr("Drawn without the adapter, to compare with")
        return ""

    def _star_at(self, point: QPoint) -> int | None:
        row = self.logicalIndexAt(point)
        clickable = row >= 0 and self._model.steps[row]
        return row if clickable and self.star_rect(row).contains(point) else None

    def _text_rect(self, row: int) -> QRect:
        height = self.fontMetrics().lineSpacing() + 4
        top = self.sectionViewportPosition(row) + theme.SPACE
        return QRect(theme.SPACE, top, self.width() - theme.SPACE, height)

    def _checkpoint_rect(self, row: int) -> QRect:
        star = self.star_rect(row)
        place = QRect(0, 0, _ICON, _ICON)
        place.moveCenter(star.center() + QPoint(theme.TARGET, 0))
        return place
