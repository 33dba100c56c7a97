"""The base model of the project: chosen, downloaded, and one line that says what it is."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from huggingface_hub import constants
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog

from studio.errors import StudioError
from studio.events import Event, Failed, Phase
from studio.models.family import BaseLocation
from ui.dialogs.hub import HubDialog
from ui.engine import EngineThread, Task
from ui.models.bases import SHORT, STARTER, Bases, Found
from ui.models.draft import RunDraft
from ui.pages.train_base_line import BaseLine
from ui.pages.train_basics import Basics
from ui.preferences import Preferences
from ui.workspace import Workspace

_BASES = "base_models"  # what the preferences remember
_MOST = 8


class BaseChoice(QObject):
    """Fills the chooser and the line in ``basics``, and does what they ask for."""

    setting_wanted = Signal(str)
    """A setting that shall be shown."""

    def __init__(
        self,
        basics: Basics,
        workspace: Workspace,
        preferences: Preferences,
        draft: RunDraft,
        engine: EngineThread,
    ) -> None:
        super().__init__(basics)
        self._basics, self._workspace, self._preferences = basics, workspace, preferences
        self._draft, self._engine = draft, engine
        self._bases = Bases(workspace.project.path, self)
        self._line = BaseLine(basics.line)
        self._refused: tuple[str, StudioError] | None = None  # what was chosen, and is no base
        self._failed: tuple[str, Failed] | None = None  # what could not be downloaded
        self._task: Task | None = None  # of the download that goes on
        self._done = self._total = 0  # bytes of it
        self._connect()
        self._follow_download()

    def refresh(self) -> None:
        """Shows the project's base model as it is now."""
        base, recent = self._base, self._recent
        self._bases.look([base, *recent])
        names = {each: self._name(each) for each in (base, *recent)}
        self._basics.set_base(base, recent, {k: name for k, name in names.items() if name})
        self._show_line()

    def look_again(self) -> None:
        """Files may have come or gone."""
        self._bases.look([self._base, *self._recent], anew=True)

    def choose(self, reference: str) -> None:
        """Makes it the project's base model once it is looked at, or says what is wrong with it."""
        self._refused = self._failed = None
        self._bases.find(reference, partial(self._take, reference))

    def download(self) -> None:
        """Gets the project's base model, which is an id of the hub."""
        self._download(self._base)

    def stop(self) -> None:
        """Ends all work; a download goes on."""
        self._bases.stop()
        self._engine.changed.disconnect(self._show_line)
        self._leave_task()

    # -- what is chosen

    @property
    def _base(self) -> str:
        """The project's, which writes paths from its folder, as the chooser and others have it."""
        project = self._workspace.project
        path = project.path / project.settings.base
        is_path = project.settings.base != STARTER and path.exists()
        return str(path.resolve()) if is_path else project.settings.base

    @property
    def _recent(self) -> list[str]:
        return self._preferences.remembered(_BASES, [])

    def _name(self, reference: str) -> str:
        """What the chooser calls it, with its kind; "" while nobody knows it."""
        found = self._bases.known(reference)
        if not isinstance(found, BaseLocation) or found.family not in SHORT:
            return ""
        return f"{found.name} · {SHORT[found.family]}"

    def _take(self, reference: str, found: Found) -> None:
        if isinstance(found, StudioError):
            self._refused = reference, found
            self._show_line()
            return
        self._remember(found.reference)
        if found.reference == self._base:
            self._draft.refresh()  # it may have been downloaded just now
        else:
            self._workspace.set_field(self.tr("base model"), "base", found.reference)
        self.refresh()

    def _remember(self, reference: str) -> None:
        if reference != STARTER:
            recent = list(dict.fromkeys([reference, *self._recent]))
            self._preferences.remember(_BASES, recent[:_MOST])

    def _choose_file(self) -> None:
        title = self.tr("Choose a base model: a checkpoint file")
        kinds = self.tr("Checkpoints (*.safetensors *.ckpt *.pt)")
        start = str(self._preferences.last_folder)
        file, _ = QFileDialog.getOpenFileName(self._basics, title, start, kinds)
        if file:
            self._preferences.last_folder = Path(file).parent
            self.choose(file)

    def _choose_folder(self) -> None:
        title = self.tr("Choose a base model: a diffusers folder")
        start = str(self._preferences.last_folder)
        if folder := QFileDialog.getExistingDirectory(self._basics, title, start):
            self._preferences.last_folder = Path(folder)
            self.choose(folder)

    def _ask_hub(self, model: str = "") -> None:
        mirror = self._preferences.hub_mirror
        dialog = HubDialog(constants.HF_HUB_CACHE, mirror, model, self._basics.window())
        if dialog.exec() == HubDialog.DialogCode.Accepted:
            self._preferences.hub_mirror = dialog.mirror
            self._refused = self._failed = None
            self._bases.find(dialog.model, partial(self._take_or_get, dialog.model))
        dialog.deleteLater()

    def _take_or_get(self, model: str, found: Found) -> None:
        if isinstance(found, StudioError) and found.code == "hub.not_downloaded":
            self._download(model)
        else:
            self._take(model, found)

    # -- what is downloaded

    def _download(self, model: str) -> None:
        from studio.jobs import Download

        self._refused = self._failed = None
        if self._task is None:
            job = Download(model=model, mirror=self._preferences.hub_mirror)
            self._follow(self._engine.submit(job, self.tr("Download {0}").format(model)))
        self._show_line()

    def _follow_download(self) -> None:
        """One that was begun before the page came, if the project waits for it."""
        for task in self._engine.tasks:
            if task.job.kind == "download" and task.job.model == self._base:
                self._follow(task)

    def _follow(self, task: Task) -> None:
        self._task, self._done, self._total = task, 0, 0
        task.came.connect(self._came)
        task.ended.connect(self._ended)

    def _leave_task(self) -> None:
        if self._task:
            self._task.came.disconnect(self._came)
            self._task.ended.disconnect(self._ended)
            self._task = None

    def _came(self, event: Event) -> None:
        if isinstance(event, Phase) and event.name == "download":
            self._done, self._total = event.done, event.total
            self._show_line()

    def _ended(self) -> None:
        task = self._task
        assert task
        self._leave_task()
        if task.failed:
            self._failed = _model(task), task.failed
        elif not task.control.stopping:
            self.choose(_model(task))
        self._show_line()

    def _show_line(self) -> None:
        if task := self._task:
            before = self._engine.tasks[0].name if task.state == "queued" else ""
            stop = partial(self._engine.cancel, task)
            self._line.say_download(_model(task), self._done, self._total, before, stop)
        elif self._failed:
            model, failed = self._failed
            self._line.say_failed(failed, partial(self._ask_hub, model))
        elif self._refused:
            self._say_refused(*self._refused)
        else:
            wanted = str(self._draft.value("base", "prediction_type"))
            show = partial(self.setting_wanted.emit, "base.prediction_type")
            self._line.say_base(self._bases.known(self._base), wanted, show, self.download)

    def _say_refused(self, reference: str, error: StudioError) -> None:
        if error.code == "hub.not_downloaded":
            self._line.say_absent(error, partial(self._download, reference))
        elif error.code == "base.is_vae":
            self._line.say_vae(error, partial(self._use_vae, reference))
        else:
            self._line.say_refused(error, self._forget)

    def _use_vae(self, reference: str) -> None:
        self._draft.set("base", "vae", reference)
        self._forget()

    def _forget(self) -> None:
        self._refused = None
        self._show_line()

    def _connect(self) -> None:
        basics = self._basics
        basics.base_chosen.connect(self.choose)
        basics.file_wanted.connect(self._choose_file)
        basics.folder_wanted.connect(self._choose_folder)
        basics.hub_wanted.connect(lambda: self._ask_hub())
        self._bases.changed.connect(self.refresh)
        self._engine.changed.connect(self._show_line)


def _model(task: Task) -> str:
    assert task.job.kind == "download"
    return task.job.model
