"""Where exports go: a folder, and further places that get copies; all remembered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog

from ui.background import Background
from ui.pages.export_face import ExportFace
from ui.preferences import Preferences
from ui.widgets.target_folders import Target

_FOLDER, _PLACES = "export_folder", "export_places"
_OWN = "exports"


class ExportPlaces(QObject):
    """Keeps the folder and the places that ``face`` shows, for the project in ``project``."""

    changed = Signal()

    def __init__(
        self, face: ExportFace, preferences: Preferences, project: Path, background: Background
    ) -> None:
        super().__init__(face)
        self._face = face
        self._preferences = preferences
        self._own = project / _OWN
        self._background = background
        self._targets: list[Target] = []
        face.choose.clicked.connect(self.choose_folder)
        face.targets.add_wanted.connect(self._add)
        face.targets.removed.connect(self._remove)
        face.targets.checked.connect(self._check)

    @property
    def folder(self) -> Path:
        """Where to: what was chosen last, or else ``exports`` in the project."""
        chosen = self._preferences.remembered(_FOLDER, "")
        return Path(chosen) if chosen else self._own

    def copies(self) -> list[Path]:
        """The places that get a copy: switched on, and there when they were last looked at."""
        return [target.path for target in self._targets if target.checked and target.there]

    def look(self) -> None:
        """Shows all, and looks again whether each is there, which may take long on a network."""
        self._face.folder.setText(str(self.folder))
        self._face.folder.setToolTip(str(self.folder))
        places = self._places()
        self._background.run(lambda: _look(places), self._show)

    def choose_folder(self) -> None:
        """Asks where to."""
        title = self.tr("Folder to export to")
        chosen = QFileDialog.getExistingDirectory(self._face, title, str(self.folder))
        if chosen:
            own = Path(chosen) == self._own
            self._preferences.remember(_FOLDER, "" if own else chosen)
            self.look()

    def _show(self, targets: list[Target]) -> None:
        self._targets = targets
        self._face.targets.set_targets(targets)
        self.changed.emit()

    def _add(self) -> None:
        title = self.tr("Folder that gets a copy, such as models/loras of ComfyUI")
        start = str(self._preferences.last_folder)
        if chosen := QFileDialog.getExistingDirectory(self._face, title, start):
            self._preferences.last_folder = Path(chosen)
            self._remember({**self._places(), str(Path(chosen)): True})

    def _check(self, folder: Path, on: bool) -> None:
        self._remember({**self._places(), str(folder): on})

    def _remove(self, folder: Path) -> None:
        self._remember({place: on for place, on in self._places().items() if place != str(folder)})

    def _places(self) -> dict[str, bool]:
        places: dict[str, bool] = self._preferences.remembered(_PLACES, {})
        return places

    def _remember(self, places: Mapping[str, bool]) -> None:
        self._preferences.remember(_PLACES, dict(places))
        self.look()


def _look(places: Mapping[str, bool]) -> Iterator[list[Target]]:
    yield [Target(Path(place), on, Path(place).is_dir()) for place, on in places.items()]
