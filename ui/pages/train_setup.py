"""The setup of the next run: what is taught, in three sliders or all settings, and what to expect.

Left the settings, right the list "Before you start" with the button that starts.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from studio.errors import StudioError
from studio.planning.preflight import Finding
from ui import messages, shortcuts
from ui.engine import EngineThread
from ui.models import setting_words
from ui.models.draft import RunDraft
from ui.models.setting_words import LABELS, translate
from ui.pages.train_base import BaseChoice
from ui.pages.train_checks import Checks
from ui.pages.train_setup_face import SetupFace
from ui.preferences import Preferences
from ui.widgets.toast import Notice
from ui.workspace import Workspace

_TIER = "train_tier"  # what the preferences remember
_UNMARKED = {
    ("run", "name"),
    ("preview", "prompts"),
    ("preview", "negative_prompt"),
    ("preview", "seed"),
}
"""Settings that make no card "(changed)": every project has its own."""

_FILTERS = {
    "caption.missing": "is:uncaptioned",
    "caption.empty": "is:uncaptioned",
    "caption.too_long": "is:long",
    "caption.trigger_added": "is:untriggered",
    "trigger": "is:untriggered",
    "image.upscaled": "is:small",
    "image.duplicate": "is:duplicate",
    "image.unreadable": "is:unreadable",
}
"""What shows the images that a finding is about."""


class SetupView(SetupFace):
    """Edits ``draft``; the page starts what it asks for."""

    start_wanted = Signal(object, bool)
    """The `Settings` of a run, and whether it shall wait its turn."""
    noticed = Signal(object)
    images_wanted = Signal(str)
    """The Images page with this filter."""

    def __init__(
        self,
        workspace: Workspace,
        preferences: Preferences,
        draft: RunDraft,
        engine: EngineThread,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(draft, preferences, parent)
        self._workspace, self._preferences, self.draft = workspace, preferences, draft
        self.checks = Checks(self)
        self.base = BaseChoice(self.basics, workspace, preferences, draft, engine)
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self.refresh)
        self._family = ""
        self._stale = True
        self._connect()
        self.show_tier(preferences.remembered(_TIER, "simple"))
        self._read_presets()
        self._images_changed()
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Looks at what may have changed meanwhile."""
        super().showEvent(event)
        self.base.look_again()
        self._later.start()

    def set_busy(self, busy: bool) -> None:
        """Whether the engine is at work, so that a run would have to wait."""
        self.queue.setVisible(busy)
        self.start.setVisible(not busy)

    def stop(self) -> None:
        """Saves the draft and ends all work."""
        self._later.stop()
        self.checks.stop()
        self.base.stop()
        self.draft.save()

    def refresh(self) -> None:
        """Shows the draft and the project as they are now, and looks at what they would do."""
        draft, project = self.draft, self._workspace.project.settings
        changed = bool(set(draft.changed_keys()) - _UNMARKED)
        self.cards.set_choice(draft.intent, changed)
        self.reset.setVisible(changed)
        problems = draft.problems()
        wrong = problems.get("run.name")
        why = setting_words.problem(*wrong) if wrong else ""
        self.basics.set_name(str(draft.value("run", "name")), why)
        self.base.refresh()
        self.basics.set_resolution(project.resolution)
        self.sliders.refresh()
        self.prompts.refresh()
        self.problem.set_text("")
        self._look()
        if self._family != draft.family:
            self._expect()

    def try_start(self, queue: bool = False) -> None:
        """Asks for the run to start, or says what keeps it from that and goes there."""
        self._workspace.autosave.flush()
        self._workspace.save_project()
        self.draft.save()
        problems = self.draft.problems()
        blocking = [self._wrong(key, problem) for key, problem in problems.items()]
        blocking += [finding for finding in self.panel.findings if finding.level == "error"]
        if blocking:
            self.problem.set_text(self.panel.words.text(blocking[0]))
            self._remedy(blocking[0])
            return
        try:
            settings = self.draft.settings()
        except StudioError as error:
            self.problem.set_text(messages.sentence(error.code, error.params))
            return
        self.start_wanted.emit(settings, queue)

    # -- what is found

    def _look(self) -> None:
        """Only while it is seen and nothing is being read: every image is decoded for it."""
        if not self.isVisible() or not self._workspace.reader.complete:
            return
        if self._stale:
            self._stale = False
            self.checks.forget_images()
        try:
            settings = self.draft.settings()
        except StudioError as error:
            self.checks.drop()
            wrong = [self._wrong(key, problem) for key, problem in self.draft.problems().items()]
            self._take(tuple(wrong) or (Finding(error.code, "error", error.params, "images"),))
        else:
            self.checks.look_at(settings)

    def _wrong(self, key: str, problem: tuple[str, dict[str, Any]]) -> Finding:
        """What the list says of a setting that is wrong."""
        if problem[0] == "hub.not_downloaded":
            return Finding(problem[0], "error", problem[1], key)
        text = setting_words.problem(*problem)
        if problem[0] == "config.invalid":
            text = self.tr("{0}: {1}").format(translate(LABELS[key]), text)
        return Finding("setting", "error", {"text": text}, key)

    def _take(self, findings: tuple[Finding, ...]) -> None:
        self.panel.set_findings(findings)
        self.sliders.set_findings(findings)

    def _expect(self) -> None:
        """Has the figures of the cards computed for the base model."""
        self._family = self.draft.family
        self.cards.set_outlook(self._family, {})
        try:
            self.checks.expect(self.files.plans())
        except StudioError:  # the list "Before you start" tells it
            return

    def _images_changed(self) -> None:
        self._stale = True
        self.prompts.suggest(self._workspace.collection.images, self._workspace.trigger)
        self._later.start()

    def _project_changed(self) -> None:
        self.draft.refresh()
        self._images_changed()

    def _remedy(self, finding: Finding) -> None:
        """Does something about a finding, or goes to where it can be done."""
        if finding.place == "images":
            self.images_wanted.emit(_FILTERS.get(finding.code, ""))
        elif finding.code == "relief":
            self._relieve(finding)
        elif finding.code == "hub.not_downloaded":
            self.base.download()
        elif finding.place == "run.name":
            self.basics.name.setFocus(Qt.FocusReason.OtherFocusReason)
        elif finding.place == "base.model":
            self.basics.base.setFocus(Qt.FocusReason.OtherFocusReason)
        elif finding.place:
            self._show_setting(finding.place)

    def _relieve(self, finding: Finding) -> None:
        """Sets what saves memory."""
        section, name = finding.place.split(".")
        if finding.place == "data.resolution":
            self.set_resolution(finding.params["value"])
        else:
            self.draft.set(section, name, finding.params["value"])
        self.noticed.emit(Notice(self.panel.words.text(finding)))

    def _show_setting(self, key: str) -> None:
        self._choose_tier("all")
        self.all.show_errors()
        self.form.show_setting(key)

    # -- what the artist does

    def _start_or_queue(self) -> None:
        self.try_start(queue=not self.queue.isHidden())

    def _choose_intent(self, intent: str) -> None:
        try:
            self.draft.set_intent(intent)
        except StudioError as error:
            self._fail(error)
        self._later.start()

    def set_resolution(self, pixels: int) -> None:
        """Sets the training size of the project, as one step of undo."""
        self._workspace.set_field(self.tr("training size"), "resolution", pixels)

    def _choose_tier(self, tier: str) -> None:
        self.show_tier(tier)
        self._preferences.remember(_TIER, tier)

    def _read_presets(self) -> None:
        self.cards.set_presets(self.files.presets())
        self._later.start()

    def _fail(self, error: StudioError) -> None:
        self.noticed.emit(Notice(messages.sentence(error.code, error.params), "error"))

    def _connect(self) -> None:
        workspace, draft = self._workspace, self.draft
        draft.changed.connect(self._later.start)
        draft.failed.connect(self._fail)
        workspace.settings_changed.connect(self._project_changed)
        workspace.listed.connect(self._images_changed)
        workspace.changed.connect(self._images_changed)
        workspace.problems_changed.connect(self._later.start)
        self.checks.found.connect(self._take)
        self.checks.expected.connect(lambda found: self.cards.set_outlook(self._family, found))
        self.cards.chosen.connect(self._choose_intent)
        self.cards.save_wanted.connect(self.files.save_preset)
        self.files.presets_changed.connect(self._read_presets)
        self.files.noticed.connect(self.noticed)
        self.base.setting_wanted.connect(self._show_setting)
        self.basics.named.connect(lambda name: draft.set("run", "name", name))
        self.basics.resolution_chosen.connect(self.set_resolution)
        self.tiers.chosen.connect(self._choose_tier)
        self.reset.clicked.connect(draft.reset_all)
        self.panel.acted.connect(self._remedy)
        shortcuts.action("train.toggle", self, self._start_or_queue)
        self.start.setToolTip(shortcuts.tooltip("train.toggle", self.start.text()))
        self.queue.setToolTip(shortcuts.tooltip("train.toggle", self.queue.text()))
        self.start.clicked.connect(lambda: self.try_start())
        self.queue.clicked.connect(lambda: self.try_start(queue=True))
