"""Export: a checkpoint becomes one checked file, here and where other programs look for it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QLocale, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication, QShowEvent
from PySide6.QtWidgets import QFileDialog

from studio.export.privacy import HASHES, embedded
from studio.jobs import Export
from studio.project import file_name
from ui import shortcuts
from ui.background import Background
from ui.dialogs.replacing import may_replace
from ui.engine import EngineThread
from ui.models.favourites import Favourites
from ui.pages.export_face import ENDING, ExportFace
from ui.pages.export_places import ExportPlaces
from ui.pages.export_runs import Details, TrainedRun, read_details, read_runs
from ui.pages.export_task import ExportTask
from ui.preferences import Preferences
from ui.widgets.checkpoint_list import CheckpointRow
from ui.widgets.toast import Notice
from ui.workspace import Workspace

_CHOICES = "export_choices"


class ExportPage(ExportFace):
    """Shows what the project trained, and exports what is chosen of it."""

    def __init__(
        self, workspace: Workspace, preferences: Preferences, engine: EngineThread
    ) -> None:
        super().__init__()
        self._project = workspace.project
        self._preferences = preferences
        self._engine = engine
        self._background = Background(self)
        self._places = ExportPlaces(self, preferences, self._project.path, self._background)
        self._task = ExportTask(self.outcome, engine, self._background, self)
        self._found: list[TrainedRun] = []
        self._run: TrainedRun | None = None
        self._step = 0
        self._wanted: tuple[Path, int | None] | None = None
        self._details: Details | None = None
        self._picture: Path | None = None
        self._added: list[Path] = []  # pictures from elsewhere
        self._named = ""  # the name that was proposed last
        self.set_choices(preferences.remembered(_CHOICES, {}))
        self._connect()
        self._update()

    def show_run(self, run: Path, step: int | None = None) -> None:
        """Turns to a run's checkpoint, the newest if ``step`` is None."""
        self._wanted = (run, step)
        self.refresh()

    def refresh(self) -> None:
        """Looks for runs and checkpoints again, and at the folders."""
        found: list[TrainedRun] = []
        folder = self._project.runs
        self._background.run(lambda: read_runs(folder), found.append, lambda: self._show(found))
        self._places.look()

    def leave(self) -> None:
        self._background.stop()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    # -- what

    def _show(self, found: list[TrainedRun]) -> None:
        self._found = found
        self.stack.setCurrentWidget(self.work if found else self.empty)
        self.setFocusProxy(self.checkpoints if found else self.empty)
        checkpoints = sum(len(run.steps) for run in found)
        self.status_changed.emit(self.tr("%n checkpoint(s)", "", checkpoints) if found else "")
        if not found:
            return
        self.runs.blockSignals(True)
        self.runs.clear()
        for run in found:
            self.runs.addItem(run.title, run.path)
        self.runs.blockSignals(False)
        wanted, step = self._wanted or (self._run.path if self._run else None, self._step)
        self._wanted = None
        run = next((run for run in found if run.path == wanted), found[0])
        self.runs.setCurrentIndex(found.index(run))
        self.runs.setToolTip(self.runs.currentText())
        self._choose_run(run, step)

    def _choose_run(self, run: TrainedRun, step: int | None) -> None:
        """Turns to ``run``: to its ``step``, or the newest if there is none of that."""
        if self._run is None or run.path != self._run.path:
            self._added.clear()
        self._run = run
        chosen = step if step in run.steps else run.steps[0]
        starred = Favourites(self._preferences).of(run.path)
        rows = [
            CheckpointRow(
                one,
                next(iter(run.pictures(one)), None),
                self.tr("newest") if one == run.steps[0] else "",
                one in starred,
            )
            for one in run.steps
        ]
        self.checkpoints.set_rows(rows, chosen)
        self._choose_step(chosen)

    def _choose_step(self, step: int) -> None:
        assert self._run
        self._step = step
        self._details = None
        self._propose_name()
        self._show_pictures()
        work = partial(read_details, self._run.path, step)
        self._background.run(work, self._take_details)
        self._update()

    def _take_details(self, details: Details) -> None:
        self._details = details
        self.show_programs(details.programs)
        self._update()

    # -- how

    def _propose_name(self) -> None:
        """A name for the file, unless the artist has typed one."""
        assert self._run
        newest = self._step == self._run.steps[0]
        name = file_name(self._run.name if newest else f"{self._run.name}-{self._step}")
        if self.name.text() == self._named:
            self.name.setText(name.replace(" ", "_"))
            self._named = self.name.text()

    def _show_pictures(self) -> None:
        assert self._run
        pictures = [*self._run.pictures(self._step), *self._added]
        if self._picture not in pictures:
            self._picture = pictures[0] if pictures else None
        self.pictures.set_pictures(pictures, self._picture)
        self._update()

    def _choose_picture(self, path: Path) -> None:
        self._picture = path
        self.preview.setChecked(True)
        self._show_pictures()

    def _add_picture(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(
            self,
            self.tr("Preview image"),
            str(self._preferences.last_folder),
            self.tr("Images (*.png *.jpg *.jpeg *.webp)"),
        )
        if chosen:
            self._preferences.last_folder = Path(chosen).parent
            self._added.append(Path(chosen))
            self._choose_picture(Path(chosen))

    # -- what it comes to

    def _update(self) -> None:
        """Shows what the choices come to: size, problem, what is embedded, what is written."""
        if self._run is None:
            self.start.setEnabled(False)
            return
        has_picture = self._picture is not None
        self.preview.setEnabled(has_picture)
        self.pictures.setVisible(has_picture)
        problem = self._problem()
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        self.name.setProperty("invalid", bool(problem))
        self.name.style().polish(self.name)
        self.start.setEnabled(not problem and self._details is not None and not self._task.task)
        self.summary.setText("" if problem else self._summary())
        self._show_told()

    def _problem(self) -> str:
        name = self.name.text().strip()
        if not name:
            return self.tr("Give the file a name.")
        if file_name(name) != name:
            return self.tr("A file cannot be called that; “{0}” would do.").format(file_name(name))
        return ""

    def _summary(self) -> str:
        """What is written, in one line."""
        names = ", ".join(file.name for file in self._files(self._places.folder))
        copies = len(self._places.copies())
        if not copies:
            return self.tr("Writes {0}").format(names)
        return self.tr("Writes {0}, and copies to %n place(s)", "", copies).format(names)

    def _show_told(self) -> None:
        details = self._details
        if details is None:
            self.file_size.clear()
            return
        size = details.size(self.choices()["dtype"])
        text = QLocale().formattedDataSize(size, 1, QLocale.DataSizeFormat.DataSizeSIFormat)
        self.file_size.setText(self.tr("about {0}").format(text))
        rows = self._embedded(details)
        self.metadata.set_rows(sorted(rows.items()))
        self.count.setText(self.tr("%n entry(s), never a path on this computer", "", len(rows)))

    def _embedded(self, details: Details) -> dict[str, str]:
        """All that will be embedded; what is only known later is told in words."""
        later = self.tr("(worked out when the file is written)")
        rows = embedded(
            details.metadata,
            self.name.text().strip(),
            settings=self.settings.isChecked(),
            captions=self.captions.isChecked(),
            thumbnail=self.tr("(the preview image, small)") if self._preview() else "",
        ) | dict.fromkeys(HASHES, later)
        if self.choices()["format"] == "diffusers":
            rows |= {"format": "pt", "lora_adapter_metadata": self.tr("(rank and alpha of layers)")}
        return rows

    def _preview(self) -> Path | None:
        return self._picture if self.preview.isChecked() else None

    def _files(self, folder: Path) -> list[Path]:
        """What will be written into ``folder``."""
        path = folder / (self.name.text().strip() + ENDING)
        endings = [ENDING, *([".png"] if self._preview() else [])]
        endings += [".md"] if self.card.isChecked() else []
        return [path.with_suffix(ending) for ending in endings]

    # -- exporting

    def _export(self) -> None:
        if not self.start.isEnabled() or self._run is None:
            return
        folders = [self._places.folder, *self._places.copies()]
        there = [file for folder in folders for file in self._files(folder) if file.exists()]
        if there and not may_replace(there, self):
            return
        job = self._job(folders[0], folders[1:])
        name = self.tr("Export {0}").format(self.name.text().strip())
        self._task.follow(self._engine.submit(job, name))
        self._update()

    def _job(self, folder: Path, copies: Sequence[Path]) -> Export:
        assert self._run
        choices = self.choices()
        return Export(
            run=str(self._run.path),
            step=self._step,
            format=choices["format"],
            dtype=choices["dtype"],
            path=str(self._files(folder)[0]),
            preview=str(self._preview() or ""),
            card=choices["card"],
            settings_in_file=choices["settings"],
            captions_in_file=choices["captions"],
            copies=tuple(map(str, copies)),
        )

    def _show_in_folder(self) -> None:
        if self._task.written is None:
            return
        folder = self._task.written.parent
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            text = self.tr("No program shows folders here; the file is in {0}").format(folder)
            self.noticed.emit(Notice(text, "warning"))

    def _copy_path(self) -> None:
        QGuiApplication.clipboard().setText(str(self._task.written))
        self.noticed.emit(Notice(self.tr("Copied")))

    # -- wiring

    def _remember(self) -> None:
        self._preferences.remember(_CHOICES, self.choices())
        self._update()

    def _connect(self) -> None:
        self.empty.activated.connect(lambda: self.page_wanted.emit("train"))
        self.runs.activated.connect(lambda n: self._choose_run(self._found[n], None))
        self.checkpoints.chosen.connect(self._choose_step)
        self.name.textChanged.connect(self._update)
        for button in (*self.dtypes.values(), *self.formats.values()):
            button.clicked.connect(self._remember)
        for box in (self.preview, self.card, self.settings, self.captions):
            box.toggled.connect(self._remember)
        self.pictures.chosen.connect(self._choose_picture)
        self.other.clicked.connect(self._add_picture)
        self._places.changed.connect(self._update)
        self.start.clicked.connect(self._export)
        self.addAction(shortcuts.action("export.start", self, self._export))
        self.outcome.folder_wanted.connect(self._show_in_folder)
        self.outcome.other_folder_wanted.connect(self._places.choose_folder)
        self.outcome.copy_wanted.connect(self._copy_path)
        self._task.ended.connect(self._update)
