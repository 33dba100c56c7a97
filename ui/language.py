"""The language of the window: translations of our texts and of Qt's own."""

from __future__ import annotations

import locale
import logging
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

FOLDER = Path(__file__).parent / "i18n"

_CHINESE_FONTS = ("Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", "Source Han Sans SC")

log = logging.getLogger(__name__)


def install(app: QApplication, language: str = "") -> None:
    """Shows the app in ``language`` ("en", "zh_CN"; "" is the system's), for texts made later."""
    name = language or of_system(QLocale.system().uiLanguages())
    QLocale.setDefault(QLocale(name))
    _load(app, FOLDER / f"{name}.qm")
    if name != "en":  # Qt's own texts are English
        folder = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
        _load(app, folder / f"qtbase_{name}.qm")
    if name == "zh_CN":
        _prefer_chinese_fonts(app)
    # Qt sets the numbers of C libraries to the system's language; decimal commas break some.
    locale.setlocale(locale.LC_NUMERIC, "C")


def of_system(wanted: list[str]) -> str:
    """Our language for the most wanted of a system's, such as "zh-Hans-CN"; else English."""
    first = QLocale(wanted[0]) if wanted else QLocale.c()
    simplified = first.script() == QLocale.Script.SimplifiedChineseScript
    return "zh_CN" if simplified else "en"


def _prefer_chinese_fonts(app: QApplication) -> None:
    """Has Chinese drawn as in China; systems in other languages take Japanese fonts for it."""
    font = app.font()
    font.setFamilies([*font.families(), *_CHINESE_FONTS])
    app.setFont(font)


def _load(app: QCoreApplication, file: Path) -> None:
    translator = QTranslator(app)
    if translator.load(str(file)):
        app.installTranslator(translator)
    else:
        log.error("the translation %s cannot be loaded", file)
