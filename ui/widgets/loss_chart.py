"""The loss of a run, step by step: smoothed over faint raw, with the learning rate below it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio.training.progress import Steps
from ui import theme
from ui.widgets.loss_canvas import LossCanvas


class LossChart(QWidget):
    """The chart under its title, with a line below that explains, or tells of the step in view."""

    log_changed = Signal(bool)
    """The artist switched the logarithmic scale."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas = LossCanvas()
        self.title = QLabel()
        self.title.setStyleSheet("font-weight: 600;")
        self.log = QToolButton()
        self.log.setText(self.tr("Log scale"))
        self.log.setToolTip(self.tr("Show small losses larger"))
        self.log.setCheckable(True)
        self.log.setProperty("flat", True)
        self.log.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.note = QLabel(wordWrap=True)
        self.note.setProperty("muted", True)
        self.note.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.canvas.setToolTip(
            self.tr(
                "Thick line: smoothed loss. Faint line: loss of each step. Dashed line: learning "
                "rate. Diamonds: checkpoints. Circles: previews. Arrow keys read single steps."
            )
        )
        self.legend = QLabel(self.tr("┄ learning rate   ◆ checkpoint   ○ previews"))
        self.legend.setProperty("muted", True)
        self.legend.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.canvas.moved.connect(self._describe)
        self.log.toggled.connect(self.set_log)
        self.log.clicked.connect(self.log_changed)
        self._lay_out()
        self.set_steps(Steps(), 0)

    def set_steps(self, steps: Steps, total: int) -> None:
        """Shows ``steps`` of a run of ``total``; `refresh` when there are more."""
        self.canvas.set_steps(steps, total)
        self._describe()

    def refresh(self) -> None:
        """Takes over what came to the steps."""
        self.canvas.refresh()
        self._describe()

    def set_marks(self, checkpoints: Sequence[int], samples: Sequence[int]) -> None:
        """Steps at which there is a checkpoint, and previews."""
        self.canvas.set_marks(checkpoints, samples)
        self._describe()

    def set_log(self, log: bool) -> None:
        """Whether losses are shown on a logarithmic scale."""
        self.log.setChecked(log)
        self.canvas.set_log(log)

    def _describe(self) -> None:
        curve, place = self.canvas.curve, self.canvas.place
        last = len(curve.smoothed) - 1
        self.title.setText(
            self.tr("Loss (smoothed) {0}").format(f"{curve.smoothed[last]:.4f}")
            if curve.smoothed
            else self.tr("Loss")
        )
        said = self._words(last if place is None else place) if curve.smoothed else ""
        self.canvas.setAccessibleDescription(said)
        hint = self.tr("Noisy is normal; the thick line should fall, then level off.")
        self.note.setText(hint if place is None else said)

    def _words(self, place: int) -> str:
        curve, canvas = self.canvas.curve, self.canvas
        step = curve.steps.numbers[place]
        words = self.tr("Step {0} · loss {1} · smoothed {2} · learning rate {3}").format(
            step,
            f"{curve.steps.losses[place]:.4f}",
            f"{curve.smoothed[place]:.4f}",
            rate_text(curve.steps.unet_lr[place]),
        )
        if step in canvas.checkpoints:
            words = self.tr("{0} · checkpoint").format(words)
        if step in canvas.samples:
            words = self.tr("{0} · previews").format(words)
        return words

    def _lay_out(self) -> None:
        self.canvas.setAccessibleName(self.tr("Loss of each step"))
        self.note.setFixedHeight(2 * self.note.fontMetrics().lineSpacing() + theme.SPACE // 2)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.log)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE // 2)
        column.addLayout(head)
        column.addWidget(self.canvas, 1)
        column.addWidget(self.legend)
        column.addWidget(self.note)

    def minimumSizeHint(self) -> QSize:
        """Small, so that the previews get the room."""
        return QSize(200, 190)


def rate_text(rate: float) -> str:
    """A learning rate as artists write it: 8.1e-5."""
    return f"{rate:.2g}".replace("e-0", "e-")
