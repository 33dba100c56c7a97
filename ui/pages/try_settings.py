"""What is set on the Try page, as a `Wish`: remembered per project, at first by the base model."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QSignalBlocker

from studio.config import Base
from studio.data.captions import has_word
from studio.errors import StudioError
from studio.jobs import Train
from studio.models.family import find_base
from studio.presets import preset
from studio.runs import RunFolder
from studio.sampling.picture_info import PictureInfo
from studio.sampling.recipe import SAMPLERS, Recipe
from ui.models.adapters import Adapters
from ui.pages.try_adapters import AdapterRows
from ui.pages.try_face import TryFace
from ui.pages.try_training import TrainingWatch
from ui.pages.wish import Wish
from ui.preferences import Preferences
from ui.widgets.compare_view import MODES
from ui.widgets.seed_field import LARGEST
from ui.workspace import Workspace

_SEED = 42
_GUIDANCE = 7.0


class TrySettings(QObject):
    """Reads the fields of ``face`` and fills them."""

    def __init__(
        self,
        face: TryFace,
        adapters: Adapters,
        watch: TrainingWatch,
        workspace: Workspace,
        preferences: Preferences,
    ) -> None:
        super().__init__(face)
        self._face = face
        self._adapters = adapters
        self._watch = watch
        self._workspace = workspace
        self._preferences = preferences
        self._key = f"try/{workspace.project.path.as_posix()}"
        self._base_of_run = cache(_base_of)
        self.rows = AdapterRows(face.adapters, adapters, preferences, self)
        self._touched = False
        self._restore()
        face.prompt.textChanged.connect(self._touch)

    def wish(self, seed: int | None = None) -> Wish:
        """What is set, with ``seed`` or the seed that is shown; raises ``base.*``."""
        face = self._face
        return Wish(
            self.base(),
            self.rows.pairs,
            face.prompt.toPlainText().strip(),
            face.seed.value() if seed is None else seed,
            face.recipe.recipe(face.negative.text().strip()),
            f"{self._watch.run} {self._watch.step}",
        )

    def wishes(self) -> list[Wish]:
        """As many as are wanted at once, seeds counting up from the next one."""
        seed = self._face.seed.next_seed()
        count = self._face.recipe.count
        return [self.wish((seed + number) % (LARGEST + 1)) for number in range(count)]

    def base(self) -> Base:
        """The base model to draw with, as the adapter's run had it; raises ``base.*``."""
        task = self._watch.task
        if self._watch.state == "paused" and task and isinstance(task.job, Train):
            return task.job.settings.base
        project = self._workspace.project
        plain = Base(model=find_base(project.settings.base, project.path).reference)
        for path, _ in self.rows.pairs:
            group = self._adapters.group(path)
            found = self._base_of_run(group.run) if group and group.run else None
            if found and found.model == plain.model:
                return found
        return plain

    def use(self, info: PictureInfo) -> None:
        """Sets everything as a picture says it was drawn."""
        face = self._face
        face.prompt.setPlainText(info.prompt)
        face.negative.setText(info.recipe.negative_prompt)
        face.seed.set_value(min(info.seed, LARGEST))
        face.seed.set_locked(True)
        if info.recipe.sampler in SAMPLERS:
            face.recipe.set_recipe(info.recipe)
        self.rows.set_strengths(info.loras)

    def offer_prompt(self) -> None:
        """Fills an empty prompt that nobody emptied with trigger word and first caption."""
        read = self._workspace.reader.complete
        if read and not self._touched and not self._face.prompt.toPlainText():
            with QSignalBlocker(self._face.prompt):
                self._face.prompt.setPlainText(self._first_prompt())

    def remember(self) -> None:
        """Keeps what is set."""
        face = self._face
        recipe = face.recipe.recipe()
        state = {
            "prompt": face.prompt.toPlainText(),
            "negative": face.negative.text(),
            "seed": face.seed.value(),
            "locked": face.seed.locked,
            "size": [recipe.width, recipe.height],
            "steps": recipe.steps,
            "guidance": recipe.guidance,
            "sampler": recipe.sampler,
            "count": face.recipe.count,
            "live": face.live.isChecked(),
            "mode": face.compare.mode,
            "base": self._workspace.project.settings.base,
            "adapters": self.rows.state(),
        }
        self._preferences.remember(self._key, state)

    def set_base(self) -> None:
        """Offers the sizes of the project's base model."""
        project = self._workspace.project
        self._face.recipe.set_base(self._defaults()[0], project.bucket_step())

    def _touch(self) -> None:
        self._touched = True

    # -- at the start

    def _restore(self) -> None:
        state: dict[str, Any] = self._preferences.remembered(self._key, {})
        face = self._face
        resolution, guidance = self._defaults()
        self.set_base()
        if state.get("base", "") != self._workspace.project.settings.base:
            for name in ("size", "guidance"):
                state.pop(name, None)
        width, height = state.get("size", (resolution, resolution))
        usual = Recipe(width, height)
        sampler = state.get("sampler", usual.sampler)
        face.recipe.set_recipe(
            Recipe(
                width,
                height,
                state.get("steps", usual.steps),
                state.get("guidance", guidance),
                sampler if sampler in SAMPLERS else usual.sampler,
            )
        )
        face.recipe.set_count(state.get("count", 1))
        face.prompt.setPlainText(state.get("prompt", ""))
        face.negative.setText(state.get("negative", ""))
        face.seed.set_value(state.get("seed", _SEED))
        face.seed.set_locked(state.get("locked", True))
        face.live.setChecked(state.get("live", True))
        mode = state.get("mode", MODES[0])
        face.compare.set_mode(mode if mode in MODES else MODES[0])
        face.modes.choose(face.compare.mode)
        self.rows.restore(state.get("adapters", []))
        if not face.adapters.rows:
            self.rows.put_newest()
        self.offer_prompt()

    def _defaults(self) -> tuple[int, float]:
        """Resolution and guidance of the base model; of the project where that is missing."""
        project = self._workspace.project
        try:
            tables = preset(find_base(project.settings.base, project.path).family)
        except StudioError:  # told as soon as something shall be drawn
            return project.settings.resolution, _GUIDANCE
        return tables["data"]["resolution"], tables.get("preview", {}).get("guidance", _GUIDANCE)

    def _first_prompt(self) -> str:
        images = self._workspace.collection.images
        captions = (image.caption.text for image in images if image.caption.text)
        caption = next(captions, "").split("\n")[0]
        trigger = self._workspace.trigger
        if not trigger or has_word(caption, trigger):
            return caption
        return f"{trigger}, {caption}" if caption else trigger


def _base_of(run: Path) -> Base | None:
    """The base model as ``run`` was trained on it; None if another version wrote its settings."""
    try:
        return RunFolder(run).settings().base
    except StudioError:
        return None
