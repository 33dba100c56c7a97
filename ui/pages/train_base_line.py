"""The line under the chooser of the base model: what it is, or what is wrong, or what comes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QLocale, QObject

from studio.errors import StudioError
from studio.events import Failed
from studio.models.family import BaseLocation
from ui import messages
from ui.models.bases import KINDS, STARTER, Found
from ui.widgets.state_line import StateLine

Act = Callable[[], object]


class BaseLine(QObject):
    """Words for a ``line``; each ``act`` is what its button does."""

    def __init__(self, line: StateLine) -> None:
        super().__init__(line)
        self._line = line
        self._act: Act = lambda: None
        line.acted.connect(lambda: self._act())

    def say_base(self, found: Found | None, wanted: str, show: Act, download: Act) -> None:
        """The project's own; ``wanted`` is the prediction type that is set, or "auto".

        ``show`` leads to that setting.
        """
        if found is None:
            self._say("")
        elif isinstance(found, BaseLocation):
            self._say_kind(found, wanted, show)
        elif found.code == "hub.not_downloaded":
            self.say_absent(found, download)
        else:
            self._say(_sentence(found), "error")

    def say_absent(self, error: StudioError, act: Act) -> None:
        """A model of the hub that was not downloaded."""
        self._say(_sentence(error), "error", self.tr("Download"), act)

    def say_vae(self, error: StudioError, act: Act) -> None:
        """A VAE was chosen."""
        self._say(_sentence(error), "error", self.tr("Use it as VAE"), act)

    def say_refused(self, error: StudioError, act: Act) -> None:
        """Something was chosen that is no base model."""
        self._say(_sentence(error), "error", self.tr("OK"), act)

    def say_failed(self, failed: Failed, act: Act) -> None:
        """It could not be downloaded; another mirror may help."""
        text = messages.sentence(failed.code, failed.params)
        self._say(text, "error", self.tr("Try again…"), act)

    def say_download(self, model: str, done: int, total: int, before: str, act: Act) -> None:
        """So many bytes of it are there; ``before`` is what the engine does first."""
        if before:
            text = self.tr("{0} is downloaded after {1}.").format(model, before)
        elif total:
            text = self.tr("Downloading {0}: {1} of {2}").format(model, _size(done), _size(total))
        else:
            text = self.tr("Downloading {0}…").format(model)
        self._say(text, "download", self.tr("Cancel"), act)

    def _say_kind(self, found: BaseLocation, wanted: str, show: Act) -> None:
        if found.family == STARTER and wanted == "auto":
            self._say(self.tr("Small and quick, to learn the app with"))
            return
        predicted = found.prediction_type if wanted == "auto" else wanted
        is_v = predicted == "v_prediction"
        text = self.tr("{0} · predicts v") if is_v else self.tr("{0} · predicts noise")
        text = text.format(KINDS[found.family])
        if wanted != "auto":
            self._say(self.tr("{0}, as it was set").format(text), "", self.tr("Change…"), show)
        elif not found.certain:
            hint = self.tr("{0} (assumed; change it in All settings if pictures come out wrong)")
            self._say(hint.format(text), "", self.tr("Change…"), show)
        elif found.zero_terminal_snr:
            self._say(self.tr("{0}, to zero terminal SNR").format(text))
        else:
            self._say(text)

    def _say(self, text: str, icon: str = "", button: str = "", act: Act = lambda: None) -> None:
        self._act = act
        self._line.say(text, button, icon, "error" if icon == "error" else "muted")


def _sentence(error: StudioError) -> str:
    return messages.sentence(error.code, error.params)


def _size(count: int) -> str:
    return QLocale().formattedDataSize(count, 1, QLocale.DataSizeFormat.DataSizeSIFormat)
