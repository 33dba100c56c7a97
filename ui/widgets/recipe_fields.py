"""How a picture is drawn: steps, guidance, size, sampler, and how many."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QWidget,
)

from studio.sampling.recipe import SAMPLERS, Recipe
from ui import theme
from ui.widgets.icon_button import IconButton
from ui.widgets.number_field import decimal_field, whole_field
from ui.widgets.wheel_guard import guard_wheel

Size = tuple[int, int]

# Width and height in sixteenths of the base model's resolution; SDXL keeps to its area.
_SHAPES = ((16, 16), (16, 20), (16, 24))
_SHAPES_LARGE = ((16, 16), (14, 18), (13, 19), (12, 21))
_LARGE = 1024
_NARROW = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
_STEPS, _GUIDANCE, _COUNT = (1, 150), (1.0, 30.0), (1, 16)
_NUMBER = 64  # pixels of a field for four digits
_LARGEST = 2048
_SMALLEST = 64
_TYPED = 9999  # a larger size can be typed, to be told that it is too large


class RecipeFields(QWidget):
    """Fields for a `Recipe`, and for how many pictures are drawn by it."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._step = 8
        self.hint = QLabel(wordWrap=True)
        self.hint.setProperty("muted", True)
        self.hint.hide()
        self._make_numbers()
        self._make_size()
        self.sampler = QComboBox()
        self.sampler.addItems(list(SAMPLERS))
        self.sampler.currentIndexChanged.connect(self.changed)
        self._lay_out()
        guard_wheel(self.sizes, self.sampler)
        self.set_base(512, 8)
        self.set_recipe(Recipe(512, 512))

    @property
    def count(self) -> int:
        """How many pictures are drawn, each with a seed of its own."""
        return self.number.value()

    def set_count(self, count: int) -> None:
        """Shows ``count``, without a signal."""
        with QSignalBlocker(self.number):
            self.number.setValue(count)

    def set_base(self, resolution: int, step: int) -> None:
        """Offers sizes for a base model trained at ``resolution``, in multiples of ``step``.

        Both in pixels. A size that was chosen stays, brought to a multiple; without a signal.
        """
        self._step = step
        size = self.size_in_pixels()
        for field in (self.width_field, self.height_field):
            with QSignalBlocker(field):
                field.setSingleStep(step)
        with QSignalBlocker(self.sizes):
            self.sizes.clear()
            for width, height in offered_sizes(resolution, step):
                self.sizes.addItem(_written(width, height), (width, height))
            self.sizes.addItem(self.tr("Other…"), None)
        self._show_size(size)

    def size_in_pixels(self) -> Size:
        """Width and height, in multiples of the base model's step."""
        return self._fitting(self.width_field.value()), self._fitting(self.height_field.value())

    def recipe(self, negative_prompt: str = "") -> Recipe:
        """What the fields say."""
        width, height = self.size_in_pixels()
        return Recipe(
            width,
            height,
            self.steps.value(),
            self.guidance.value(),
            self.sampler.currentText(),
            negative_prompt,
        )

    def set_recipe(self, recipe: Recipe) -> None:
        """Shows ``recipe``, without a signal."""
        with (
            QSignalBlocker(self.steps),
            QSignalBlocker(self.guidance),
            QSignalBlocker(self.sampler),
        ):
            self.steps.setValue(recipe.steps)
            self.guidance.setValue(recipe.guidance)
            self.sampler.setCurrentText(recipe.sampler)
        self._show_size((recipe.width, recipe.height))

    # parts

    def _make_numbers(self) -> None:
        self.steps, self.number = whole_field(*_STEPS), whole_field(*_COUNT)
        self.guidance = decimal_field(*_GUIDANCE, 0.5, 1)
        self.steps.setToolTip(self.tr("More steps draw finer and take longer; 20 to 30 are usual."))
        self.guidance.setToolTip(
            self.tr("How closely the prompt is followed (CFG); 7 is usual, 1 is off.")
        )
        self.number.setToolTip(self.tr("How many pictures, each with the next seed."))
        for field in (self.steps, self.guidance, self.number):
            field.valueChanged.connect(self.changed)

    def _make_size(self) -> None:
        self.sizes = QComboBox()
        self.sizes.setMinimumContentsLength(6)
        self.sizes.setSizeAdjustPolicy(_NARROW)
        self.sizes.currentIndexChanged.connect(self._choose_size)
        self.swap = IconButton("replace", self.tr("Swap width and height"))
        self.swap.clicked.connect(self._swap)
        self.width_field = whole_field(1, _TYPED)
        self.height_field = whole_field(1, _TYPED)
        self.width_field.setAccessibleName(self.tr("Width in pixels"))
        self.height_field.setAccessibleName(self.tr("Height in pixels"))
        for field in (self.width_field, self.height_field):
            field.valueChanged.connect(self._type_size)
            field.setMinimumWidth(_NUMBER)
            field.editingFinished.connect(self._round)
        self._custom = QWidget()
        row = QHBoxLayout(self._custom)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE // 2)
        row.addWidget(self.width_field, 1)
        row.addWidget(QLabel("×"))
        row.addWidget(self.height_field, 1)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(theme.SPACE)
        size = QHBoxLayout()
        size.setSpacing(theme.SPACE // 2)
        size.addWidget(self.sizes, 1)
        size.addWidget(self._custom, 2)
        size.addWidget(self.swap)
        grid.addWidget(_label(self.tr("S&ize"), self.sizes), 0, 0)
        grid.addLayout(size, 0, 1)
        grid.addWidget(self.hint, 1, 1)
        grid.addWidget(_label(self.tr("Sa&mpler"), self.sampler), 2, 0)
        grid.addWidget(self.sampler, 2, 1)
        numbers = QHBoxLayout()
        numbers.setSpacing(theme.SPACE)
        numbers.addWidget(self.steps, 1)
        for text, field in (
            (self.tr("G&uidance"), self.guidance),
            (self.tr("&Pictures"), self.number),
        ):
            numbers.addSpacing(theme.SPACE // 2)
            numbers.addWidget(_label(text, field))
            numbers.addWidget(field, 1)
        grid.addWidget(_label(self.tr("&Steps"), self.steps), 3, 0)
        grid.addLayout(numbers, 3, 1)
        grid.setColumnStretch(1, 1)

    # sizes

    def _choose_size(self) -> None:
        size = self.sizes.currentData()
        self._custom.setVisible(size is None)
        self.hint.hide()
        if size is None:
            self.width_field.setFocus()
        else:
            self._set_fields(size)
            self.changed.emit()

    def _swap(self) -> None:
        width, height = self.size_in_pixels()
        self._show_size((height, width))
        self.changed.emit()

    def _type_size(self) -> None:
        """Says what a size that is not possible will be brought to."""
        typed = self.width_field.value(), self.height_field.value()
        size = self.size_in_pixels()
        self.hint.setVisible(typed != size)
        if typed != size:
            text = self.tr("{0} is not possible; the nearest size, {1}, is used.")
            self.hint.setText(text.format(_written(*typed), _written(*size)))
            least, most = self._limits()
            tip = self.tr("Width and height are multiples of {0}, from {1} to {2}.")
            self.hint.setToolTip(tip.format(self._step, least, most))
        self.changed.emit()

    def _round(self) -> None:
        """Shows what a typed size was brought to."""
        self._set_fields(self.size_in_pixels())

    def _show_size(self, size: Size) -> None:
        self.hint.hide()
        size = self._fitting(size[0]), self._fitting(size[1])
        self._set_fields(size)
        offered = [self.sizes.itemData(row) for row in range(self.sizes.count())]
        with QSignalBlocker(self.sizes):
            self.sizes.setCurrentIndex(offered.index(size) if size in offered else len(offered) - 1)
        self._custom.setVisible(size not in offered)

    def _set_fields(self, size: Size) -> None:
        with QSignalBlocker(self.width_field), QSignalBlocker(self.height_field):
            self.width_field.setValue(size[0])
            self.height_field.setValue(size[1])

    def _fitting(self, pixels: int) -> int:
        least, most = self._limits()
        return min(max(round(pixels / self._step) * self._step, least), most)

    def _limits(self) -> Size:
        """The smallest and the largest side."""
        least = -(-min(_SMALLEST, self._step * 8) // self._step) * self._step
        return least, _LARGEST // self._step * self._step


def offered_sizes(resolution: int, step: int) -> list[Size]:
    """Sizes that suit a base model trained at ``resolution``: square, upright, lying."""
    shapes = _SHAPES_LARGE if resolution >= _LARGE else _SHAPES

    def pixels(share: int) -> int:
        return max(1, round(share * resolution / 16 / step)) * step

    upright = [(pixels(width), pixels(height)) for width, height in shapes]
    lying = [(height, width) for width, height in upright[1:]]
    return [*upright, *lying]


def _label(text: str, field: QWidget) -> QLabel:
    label = QLabel(text)
    label.setBuddy(field)
    return label


def _written(width: int, height: int) -> str:
    return f"{width} × {height}"
