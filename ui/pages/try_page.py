"""The Try page: draw with an adapter, move its strength, compare, keep what is good.

The page connects `try_face` to those who do something: `TrySettings` knows what is set,
`TrySession` has it drawn, `TryStage` shows what comes, `History` what came, `GridPanel` grids.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QPoint
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog

from studio.errors import StudioError
from studio.events import Failed, Warned
from studio.jobs import LIVE
from studio.sampling.picture_info import PictureInfo
from ui import messages, shortcuts
from ui.dialogs.grid import GridDialog, first_choice
from ui.dropped import is_base_model
from ui.engine import EngineThread
from ui.models.adapters import Adapters
from ui.pages.try_face import TryFace
from ui.pages.try_grid import GridPanel
from ui.pages.try_history import History
from ui.pages.try_session import TrySession
from ui.pages.try_settings import TrySettings
from ui.pages.try_stage import TryStage
from ui.pages.try_training import TrainingWatch
from ui.pages.wish import Wish
from ui.preferences import Preferences
from ui.widgets.toast import Notice
from ui.workspace import Workspace

T = TypeVar("T")


class TryPage(TryFace):
    """Draws with the adapters of ``workspace`` on ``engine``."""

    def __init__(
        self, workspace: Workspace, preferences: Preferences, engine: EngineThread
    ) -> None:
        super().__init__()
        project = workspace.project
        self._workspace = workspace
        self._files = Adapters(project.runs, self)
        self._watch = TrainingWatch(engine, project, self)
        self._session = TrySession(engine, project, self)
        self._settings = TrySettings(self, self._files, self._watch, workspace, preferences)
        self._stage = TryStage(self, self._session, engine)
        self._history = History(
            self.history, self._session.pictures, self._session.drafts, preferences, self
        )
        self._grid = GridPanel(self._session)
        self._wants_live = False
        self.stage.addWidget(self._grid)
        self._connect()
        self._make_actions()
        self._training_changed()
        self._show_empty()

    def show_adapter(self, path: str, name: str) -> None:
        """Puts the adapter ``path`` in, or with `LIVE` the one in training, called ``name``.

        Of a run that left no file ``path``, the newest checkpoint.
        """
        del name  # the rows know it
        self._files.refresh()
        if path == LIVE and self._watch.state != "paused":
            self._pause_training()
            return
        if path != LIVE and not Path(path).is_file():
            found = [group for group in self._files.groups if group.run == Path(path).parent]
            path = found[0].paths[0] if found else path
        self._settings.rows.put(str(path))
        self._settings.remember()
        self._show_empty()

    def offer(self, files: Sequence[Path]) -> str:
        """LoRA files are put in."""
        return self.tr("Add %n adapter(s)", "", len(files)) if _are_loras(files) else ""

    def take(self, files: Sequence[Path]) -> None:
        """Puts LoRA files in."""
        self._settings.rows.add_files(files)

    def leave(self) -> None:
        """Gives up what is being drawn."""
        self._cancel()

    def showEvent(self, event: QShowEvent) -> None:
        """Looks for adapters that came meanwhile."""
        super().showEvent(event)
        self._files.refresh()

    # -- what the artist does

    def _generate(self) -> None:
        if wishes := self._try(self._settings.wishes):
            self._stage.expect(wishes)
            self._session.generate(wishes)
            self._settings.remember()

    def _draw_live(self, settled: bool = False) -> None:
        """An adapter or its strength is another."""
        self._settings.remember()
        if not self.isVisible():
            return
        wish = self._try(self._settings.wish)
        if wish is None:
            return
        found = self._session.found(wish)
        if self.live.isChecked():
            found = self._session.live(wish, settled)
        if found or self.live.isChecked():
            self._stage.follow(wish, found)

    def _cancel(self) -> None:
        self._session.cancel()
        self._grid.cancel()

    def _use(self, info: PictureInfo) -> None:
        self._settings.use(info)
        self._settings.remember()
        self.noticed.emit(Notice(self.tr("These settings are used now."), "good"))

    def _choose_grid(self) -> None:
        """Asks for a grid and draws it; one that is there is shown."""
        if self._grid.busy:
            self.stage.setCurrentWidget(self._grid)
            return
        wish = self._try(self._settings.wish)
        if wish is None:
            return
        row = self.adapters.rows[0] if self.adapters.rows else None
        group = self._files.group(row.path) if row else None
        paths = self._files.distinct()
        own = [path for path in paths if path in group.paths] if group else paths
        seconds = self._session.pace * wish.recipe.steps * wish.recipe.width * wish.recipe.height
        dialog = GridDialog(
            [(self._files.label(path), path) for path in paths],
            first_choice(own, row.path if row else ""),
            wish.prompt,
            seconds,
            self,
        )
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self._session.cancel()
            self.stage.setCurrentWidget(self._grid)
            self._grid.start(dialog.plan, wish)
        dialog.deleteLater()

    def _choose_cell(self, wish: Wish) -> None:
        """A cell of the grid is to be seen alone: with its adapter put in."""
        acting = next((pair for pair in wish.adapters if pair[1]), wish.adapters[0])
        self._settings.rows.put(*acting)
        self.prompt.setPlainText(wish.prompt)
        self._settings.remember()
        if mine := self._try(self._settings.wish):
            self._stage.follow(mine, self._session.live(mine, settled=True))

    # -- what happens

    def _failed(self, event: Failed | Warned) -> None:
        text = messages.sentence(event.code, event.params)
        path = str(event.params.get("path", ""))
        if isinstance(event, Warned):
            self.noticed.emit(Notice(text, "warning"))
        elif any(row.path == path for row in self.adapters.rows if path):
            remove = (self.tr("Remove it"), lambda: self._remove(path))
            self._stage.fail(text, [remove])
        else:
            self._stage.fail(text)

    def _remove(self, path: str) -> None:
        """A file that cannot be drawn with goes."""
        self.banner.clear()
        self._settings.rows.remove(path)

    def _refuse(self, error: StudioError) -> None:
        text = messages.sentence(error.code, error.params)
        self.banner.show_message(text, [(self.tr("OK"), self.banner.clear)])

    def _base_failed(self, error: StudioError) -> None:
        text = messages.sentence(error.code, error.params)
        go = (self.tr("Go to Train"), lambda: self.page_wanted.emit("train"))
        self.banner.show_message(text, [go, (self.tr("OK"), self.banner.clear)])

    def _training_changed(self) -> None:
        """The engine's run began, holds, goes on or ended."""
        watch, strip = self._watch, self.training
        paused = watch.state == "paused"
        self._files.set_live(watch.run if paused else None, watch.step)
        self._session.set_run(watch.task if paused else None)
        if paused and self._wants_live:
            self._wants_live = False
            self._settings.rows.put(LIVE)
        if watch.state == "none":
            strip.clear()
        elif watch.state == "elsewhere":
            text = self.tr("Another project is training; pictures wait for that.")
            strip.show_message(text, icon="train")
        elif watch.state == "running":
            pause = (self.tr("Pause training and try"), self._pause_training)
            text = self.tr("Training is running; pictures wait for it.")
            strip.show_message(text, [pause], "train")
        elif watch.state == "pausing":
            strip.show_message(self.tr("Training pauses after this step…"), icon="pause")
        else:
            text = self.tr("Training is paused at step {0}. You can try the adapter as it is now.")
            go_on = (self.tr("Go on training"), watch.resume)
            strip.show_message(text.format(watch.step), [go_on], "pause")

    def _pause_training(self) -> None:
        self._wants_live = True
        self._watch.pause()

    def _show_empty(self) -> None:
        """Without any adapter, and before the first picture, says where adapters come from."""
        nothing = not self.adapters.rows
        seen = self.stage.currentWidget()
        if nothing and seen is self.compare and self._stage.wish is None:
            self.stage.setCurrentWidget(self.empty)
        elif not nothing and seen is self.empty:
            self.stage.setCurrentWidget(self.compare)
        self.grid_button.setEnabled(bool(self._files.groups))

    def _grid_closed(self) -> None:
        self.stage.setCurrentWidget(self.compare)
        self._show_empty()

    def _stage_changed(self) -> None:
        """What compares two pictures is of use only where there are two."""
        seen = self.stage.currentWidget()
        self.modes.setVisible(seen is self.compare)
        self.swap.setVisible(seen is self.compare)
        self.back.setVisible(self._grid.filled)
        self.tools.setVisible(seen in (self.compare, self.board))

    def _try(self, act: Callable[[], T]) -> T | None:
        self.banner.clear()
        try:
            return act()
        except StudioError as error:
            self._base_failed(error)
            return None

    # -- connections

    def _connect(self) -> None:
        session, settings = self._session, self._settings
        settings.rows.refused.connect(self._refuse)
        self.generate.clicked.connect(self._generate)
        self.stop.clicked.connect(self._cancel)
        self.adapters.changed.connect(self._draw_live)
        self.adapters.settled.connect(lambda: self._draw_live(settled=True))
        self.adapters.changed.connect(self._show_empty)
        self._files.changed.connect(self._show_empty)
        self.live.toggled.connect(settings.remember)
        for field in (self.seed, self.recipe):
            field.changed.connect(settings.remember)
        self.prompt.textChanged.connect(settings.remember)
        self.negative.textChanged.connect(settings.remember)
        self.modes.chosen.connect(self.compare.set_mode)
        self.compare.mode_changed.connect(self.modes.choose)
        self.compare.mode_changed.connect(lambda _: settings.remember())
        self.compare.menu_wanted.connect(self._menu)
        self.swap.clicked.connect(self.compare.swap)
        self.stage.currentChanged.connect(lambda _: self._stage_changed())
        self.back.clicked.connect(lambda: self.stage.setCurrentWidget(self._grid))
        self.empty.activated.connect(lambda: self.page_wanted.emit("train"))
        self.grid_button.clicked.connect(self._choose_grid)
        self.history.chosen.connect(self._stage.show_file)
        self._history.use_wanted.connect(self._use)
        self._history.noticed.connect(self.noticed)
        self._history.removed.connect(self._stage.forget)
        session.kept.connect(self._history.add)
        session.failed.connect(self._failed)
        self._grid.failed.connect(self._failed)
        self._grid.saved.connect(self._history.add)
        self._grid.save_wanted.connect(self._history.save_as)
        self._grid.chosen.connect(self._choose_cell)
        self._grid.closed.connect(self._grid_closed)
        self._watch.changed.connect(self._training_changed)
        self._workspace.settings_changed.connect(settings.set_base)
        self._workspace.reader.finished.connect(settings.offer_prompt)
        self._stage_changed()

    def _menu(self, at: QPoint) -> None:
        if self._stage.path:
            self._history.menu(self._stage.path, at)

    def _make_actions(self) -> None:
        slots: dict[str, Callable[[], object]] = {
            "try.generate": self._generate,
            "try.mode": self.compare.next_mode,
            "try.swap": self.compare.swap,
            "try.cancel": self._cancel,
        }
        for id, slot in slots.items():
            shortcuts.action(id, self, slot)


def _are_loras(files: Sequence[Path]) -> bool:
    named = bool(files) and all(file.suffix.lower() == ".safetensors" for file in files)
    return named and not is_base_model(files)
