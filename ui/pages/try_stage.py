"""What is seen on the Try page: one picture, compared or not, or several on a board."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from studio.errors import StudioError
from ui import messages
from ui.engine import EngineThread
from ui.pages.try_face import TryFace
from ui.pages.try_session import TrySession
from ui.pages.wish import Picture, Wish
from ui.widgets.banner import Remedy
from ui.widgets.compare_view import SINGLE
from ui.widgets.image_loader import ImageLoader

_LARGEST = 4096  # pixels of a side


class TryStage(QObject):
    """Shows what the session draws; ``face`` has the widgets."""

    def __init__(self, face: TryFace, session: TrySession, engine: EngineThread) -> None:
        super().__init__(face)
        self.wish: Wish | None = None
        """What is seen, or shall be."""
        self.path: Path | None = None
        """The file of what is seen."""
        self._face = face
        self._session = session
        self._engine = engine
        self._batch: list[Wish] = []
        self._shown: tuple[Wish, Picture] | None = None
        self._loader = ImageLoader(_LARGEST, 2, self)
        self._loader.loaded.connect(self._show_loaded)
        self._loader.failed.connect(self._not_loaded)
        session.drawn.connect(self._take)
        session.progressed.connect(self._progress)
        session.changed.connect(self._say_state)
        engine.changed.connect(self._say_state)
        face.prompt.textChanged.connect(self._say_state)
        face.compare.mode_changed.connect(lambda _: self._show_again())
        face.compare.swapped.connect(lambda _: self._show_again())
        face.board.chosen.connect(self._choose)
        face.board.selected_changed.connect(self._select)

    def expect(self, wishes: Sequence[Wish]) -> None:
        """These are being drawn: one by itself, or several on the board."""
        self._batch = list(wishes)
        self.wish = wishes[0]
        recipe = self.wish.recipe
        if len(wishes) > 1:
            self._face.board.set_count(len(wishes), recipe.width, recipe.height)
            self._face.stage.setCurrentWidget(self._face.board)
        else:
            self._face.stage.setCurrentWidget(self._face.compare)
            if not self._shown:
                self._face.compare.set_empty(self.tr("Drawing…"), "", "clock")

    def follow(self, wish: Wish, found: Picture | None) -> None:
        """``wish`` shall be seen; ``found`` is its picture, if that is known already."""
        self.wish = wish
        self._batch = []
        if found:
            self._show(wish, found)
        elif self._face.stage.currentWidget() is not self._face.compare and self._session.busy:
            self._face.stage.setCurrentWidget(self._face.compare)

    def show_file(self, path: Path) -> None:
        """Shows a picture drawn before."""
        self.path = path
        self._loader.want([path])

    def fail(self, text: str, remedies: Sequence[Remedy] = ()) -> None:
        """Says why nothing was drawn: in place of the picture, or above the one there is.

        Where there are ``remedies``, always above.
        """
        self._face.compare.set_progress(0, 0)
        above = self._shown or self._face.stage.currentWidget() is self._face.board
        if above or remedies:
            ok = (self.tr("OK"), self._face.banner.clear)
            self._face.banner.show_message(text, [*remedies, ok])
        if not above:
            self._face.stage.setCurrentWidget(self._face.compare)
            title = self.tr("This could not be drawn")
            self._face.compare.set_error(title, "" if remedies else text)

    def forget(self, path: Path) -> None:
        """A picture went to the trash."""
        if path == self.path:
            self.path, self.wish, self._shown = None, None, None
            self._face.compare.set_pictures(None, None)

    # -- pictures that come

    def _take(self, wish: Wish, picture: Picture) -> None:
        if self.wish is None:
            return
        if self._face.stage.currentWidget() is self._face.board and wish in self._batch:
            self._face.board.set_picture(self._batch.index(wish), picture.image)
        elif wish.key == self.wish.key:
            self._show(self.wish, picture)
        elif wish.key == self.wish.without.key:
            self._show_again()
        elif _is_near(wish, self.wish) and not self._session.found(self.wish):
            self._show(wish, picture)

    def _show(self, wish: Wish, picture: Picture) -> None:
        compare = self._face.compare
        self._shown = wish, picture
        self.path = picture.path
        plain = self._session.found(wish.without)
        compare.set_labels(self.tr("Without"), self._label(wish))
        compare.set_pictures(plain.image if plain else None, picture.image, picture.draft)
        self._face.stage.setCurrentWidget(compare)
        self._face.history.select(picture.path)
        self._say_state()
        if not picture.draft and (compare.mode != SINGLE or compare.is_swapped):
            self._session.want_without(wish)

    def _show_again(self) -> None:
        if self._shown:
            self._show(*self._shown)

    def _show_loaded(self, path: Path, image: QImage) -> None:
        if path != self.path:
            return
        wish = self._session.kept_wishes.get(path)
        if wish:
            self.follow(wish, Picture(image, path))
            return
        self.wish, self._shown = None, None
        self._face.compare.set_labels(self.tr("Without"), self.tr("With"))
        self._face.compare.set_pictures(None, image)
        self._face.stage.setCurrentWidget(self._face.compare)
        self._say_state()

    def _not_loaded(self, path: Path, error: StudioError) -> None:
        if path == self.path:
            self.fail(messages.sentence(error.code, error.params))

    def _choose(self, number: int) -> None:
        """One of the board is to be seen by itself."""
        wish = self._batch[number]
        if found := self._session.found(wish):
            self._select(number)
            self.wish = wish
            self._show(wish, found)

    def _select(self, number: int) -> None:
        """What is drawn next goes on with the selected picture's seed."""
        if number < len(self._batch):
            self._face.seed.set_value(self._batch[number].seed)
            self.wish = self._batch[number]

    def _label(self, wish: Wish) -> str:
        acting = [strength for _, strength in wish.adapters if strength]
        if not acting:
            return self.tr("Without")
        if len(wish.adapters) > 1:
            return self.tr("With")
        return self.tr("Strength {0}").format(f"{acting[0]:.2f}".replace("-", "−"))

    # -- what is going on

    def _progress(self, phase: str, done: int, total: int) -> None:
        if phase == "open_base":
            self._face.status.setText(self.tr("Opening the base model…"))
        elif phase == "draft":
            self._face.status.setText(self.tr("Drawing a draft…"))
            self._face.compare.set_progress(0, 0)
        elif phase == "draw":
            self._face.status.setText(self.tr("Drawing, step {0} of {1}").format(done, total))
            if self._face.stage.currentWidget() is self._face.board and self._batch:
                steps = self._batch[0].recipe.steps
                number = min(done // steps, len(self._batch) - 1)
                self._face.board.set_progress(number, done - number * steps, steps)
            else:
                self._face.compare.set_progress(done, total)

    def _say_state(self) -> None:
        busy = self._session.busy
        self._face.stop.setVisible(busy)
        if not busy:
            self._face.compare.set_progress(0, 0)
            self._face.board.set_progress(0, 0, 0)
            self._face.status.setText(self._describe())
        elif self._session.waits:
            first = self._engine.tasks[0].name
            self._face.status.setText(self.tr("Waits until this is done: {0}").format(first))
        elif not self._face.status.text():
            self._face.status.setText(self.tr("Starting…"))

    def _describe(self) -> str:
        """What is seen, and what to mind before the next picture."""
        parts = []
        if self._shown:
            wish = self._shown[0]
            size = f"{wish.recipe.width} × {wish.recipe.height}"
            parts.append(self.tr("Seed {0} · {1}").format(wish.seed, size))
        if not self._face.prompt.toPlainText().strip():
            parts.append(self.tr("No prompt: the model draws freely"))
        return " · ".join(parts)


def _is_near(wish: Wish, other: Wish) -> bool:
    """Whether only checkpoints and strengths differ, as while a slider moves."""
    return (wish.prompt, wish.seed, wish.recipe) == (other.prompt, other.seed, other.recipe)
