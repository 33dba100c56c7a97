"""Looks at the next run in the background, again a moment after anything about it changed."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping

from PySide6.QtCore import QObject, QTimer, Signal

from studio.config import Settings
from studio.errors import StudioError
from studio.planning.machine import this_machine
from studio.planning.preflight import Finding, Outlook, Preflight, outlook
from ui.background import Background

_SETTLE = 150
"""Milliseconds that settings have to rest."""


class Checks(QObject):
    """Findings for "Before you start" and outlooks for the cards; `stop` it at the end."""

    found = Signal(object)
    """tuple[Finding, ...] of the settings asked for last."""
    expected = Signal(object)
    """dict of intents and what each needs, an `Outlook`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._preflight = Preflight()
        self._background = Background(self)
        self._wanted: Settings | None = None
        self._current = threading.Event()  # set once its answer is not wanted any more
        self._timer = QTimer(self, singleShot=True, interval=_SETTLE)
        self._timer.timeout.connect(self._run)

    def look_at(self, settings: Settings) -> None:
        """Asks for the findings of ``settings``; what was asked before is dropped."""
        self._current.set()
        self._wanted = settings
        self._timer.start()

    def drop(self) -> None:
        """Nothing shall be found, because there are no settings to look at."""
        self._current.set()
        self._timer.stop()

    def forget_images(self) -> None:
        """Images or captions are others now; `look_at` follows."""
        self._background.run(self._forget, lambda _: None)

    def expect(self, plans: Mapping[str, Settings]) -> None:
        """Asks what runs with the settings of each intent would need."""

        def work() -> Iterator[dict[str, Outlook]]:
            machine = this_machine()
            try:
                yield {intent: outlook(settings, machine) for intent, settings in plans.items()}
            except StudioError:  # the list "Before you start" tells it
                return

        self._background.run(work, self.expected.emit)

    def stop(self) -> None:
        """Ends all work."""
        self.drop()
        self._background.stop()

    def _run(self) -> None:
        settings, stopped = self._wanted, threading.Event()
        assert settings
        self._current = stopped

        def work() -> Iterator[tuple[Finding, ...]]:
            if not stopped.is_set():
                yield from self._preflight.findings(settings, stopped.is_set)

        def take(findings: tuple[Finding, ...]) -> None:
            if not stopped.is_set():
                self.found.emit(findings)

        self._background.run(work, take)

    def _forget(self) -> Iterator[None]:
        self._preflight.forget()
        yield
