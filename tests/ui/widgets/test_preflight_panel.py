from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from studio.planning.preflight import Finding
from tests.ui.accessibility import unnamed_focusable
from ui.widgets.fit_bar import FitBar
from ui.widgets.preflight_panel import PreflightPanel
from ui.widgets.preflight_words import PreflightWords

MISSING = Finding("caption.missing", "warning", {"path": "/a/b.png", "count": 2}, "images")
IMAGES = Finding("images", "good", {"images": 42, "captioned": 40, "checking": False})
GB = 10**9


@pytest.fixture
def panel(qtbot: QtBot) -> PreflightPanel:
    panel = PreflightPanel()
    qtbot.addWidget(panel)
    panel.resize(320, 400)
    panel.show()
    return panel


def texts(panel: PreflightPanel) -> list[str]:
    return [label.text() for label in panel.findChildren(QLabel) if label.text()]


def memory(**params: object) -> Finding:
    given = {"need": 6 * GB, "memory": 8 * GB, "free": 0, "device": "cuda", "name": ""}
    given |= {"fits": True, **params}
    return Finding("memory", "good", given)


def test_each_finding_is_a_line(panel: PreflightPanel) -> None:
    panel.set_findings((IMAGES, MISSING))
    assert texts(panel) == ["42 image(s), 40 with captions", "2 image(s) have no caption"]


def test_a_button_tells_its_finding(qtbot: QtBot, panel: PreflightPanel) -> None:
    panel.set_findings((IMAGES, MISSING))
    (button,) = panel.findChildren(QPushButton)
    assert button.accessibleName() == "Show: 2 image(s) have no caption"
    with qtbot.waitSignal(panel.acted) as blocker:
        button.click()
    assert blocker.args == [MISSING]
    assert not unnamed_focusable(panel)


def test_the_same_findings_are_not_built_again(panel: PreflightPanel) -> None:
    panel.set_findings((IMAGES, MISSING))
    line = panel.findChildren(QPushButton)
    panel.set_findings([IMAGES, MISSING])
    assert panel.findChildren(QPushButton) == line


def test_errors_speak_in_the_engines_words(panel: PreflightPanel) -> None:
    error = Finding("dataset.no_folder", "error", {"path": "/gone"}, "images")
    assert panel.words.text(error).startswith("The dataset folder /gone is not there")
    disk = Finding("disk", "error", {"need": 2 * GB, "free": 10**8}, "save.keep")
    assert panel.words.text(disk) == "The disk has 100 MB left, and the run needs 2.0 GB"
    assert panel.words.remedy(disk) == "Change…"


@pytest.mark.parametrize(
    ("finding", "sentence"),
    [
        (memory(), "Graphics memory: about 6.0 GB of 8.0 GB: it fits"),
        (
            memory(need=9 * GB, fits=False),
            "Graphics memory: about 9.0 GB of 8.0 GB, which may not be enough",
        ),
        (
            Finding(
                "relief",
                "info",
                {"value": True, "need": 5 * GB, "fits": True},
                "memory.gradient_checkpointing",
            ),
            "Compute activations twice: a third slower; then about 5.0 GB, which fits",
        ),
        (
            memory(device="cpu", free=GB),
            "Memory: about 6.0 GB of 8.0 GB, and 1.0 GB are free now: close other programs",
        ),
        (
            Finding("time", "info", {"seconds": None}),
            "How long it takes is known after the first steps",
        ),
        (
            Finding("text_encoder", "info", {"trains": False}),
            "Words keep their meaning: only how pictures look is learned",
        ),
        (
            Finding("caption.trigger_added", "info", {"trigger": "zorg", "captions": 3}, "images"),
            "zorg is put in front of 3 caption(s)",
        ),
        (
            Finding("dataset.many_repeats", "warning", {"path": "/2024_a", "repeats": 2024}),
            "The name of /2024_a makes each of its images count 2024 times; rename the folder or "
            "set repeats if that is not meant.",
        ),
    ],
)
def test_figures_are_worded(qapp: object, finding: Finding, sentence: str) -> None:
    assert PreflightWords().text(finding) == sentence


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(3, "about 5 s"), (58, "about 60 s"), (1440, "about 24 min"), (9000, "2.5")],
)
def test_times_are_rounded(qapp: object, seconds: float, said: str) -> None:
    assert said in PreflightWords().duration(seconds).replace("\N{NO-BREAK SPACE}", " ")


def test_a_bar_shows_what_is_needed(panel: PreflightPanel) -> None:
    panel.set_findings((memory(need=9 * GB, fits=False), IMAGES))
    (bar,) = panel.findChildren(FitBar)
    assert (bar.need, bar.there) == (9 * GB, 8 * GB)
    assert not bar.grab().isNull()
    panel.set_findings((memory(memory=0, fits=None),))
    assert "Memory: about 6.0 GB" in texts(panel)
