"""Which language the window takes, and what that changes."""

from __future__ import annotations

import locale
import logging
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, QTranslator
from PySide6.QtWidgets import QApplication, QWidget

from ui import language


@pytest.fixture
def app(qapp: QApplication) -> Iterator[QApplication]:
    before, font = QLocale(), qapp.font()
    known = set(qapp.findChildren(QTranslator))
    yield qapp
    for translator in set(qapp.findChildren(QTranslator)) - known:
        qapp.removeTranslator(translator)
        translator.deleteLater()
    QLocale.setDefault(before)
    qapp.setFont(font)


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        (["zh-Hans-CN", "zh-CN", "zh"], "zh_CN"),
        (["zh-CN"], "zh_CN"),
        (["zh"], "zh_CN"),
        (["zh-Hant-TW", "zh-TW"], "en"),
        (["de-DE", "de", "zh-CN"], "en"),
        (["en-US"], "en"),
        (["C"], "en"),
        ([], "en"),
    ],
)
def test_the_language_of_the_system_is_taken_where_there_is_a_translation(
    wanted: list[str], name: str
) -> None:
    assert language.of_system(wanted) == name


def test_qts_own_words_are_chinese_in_chinese(app: QApplication) -> None:
    language.install(app, "zh_CN")
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "取消"
    assert QLocale().language() is QLocale.Language.Chinese


def test_chinese_is_drawn_with_chinese_fonts_where_the_font_of_the_system_lacks_it(
    app: QApplication,
) -> None:
    systems = app.font().families()
    language.install(app, "en")
    assert app.font().families() == systems
    language.install(app, "zh_CN")
    families = app.font().families()
    assert families[: len(systems)] == systems
    assert {"Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC"} < set(families)
    assert "Noto Sans CJK SC" in QWidget().font().families()


def test_english_has_plurals(app: QApplication) -> None:
    language.install(app, "en")
    assert QLocale().language() is QLocale.Language.English
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Cancel"


def test_numbers_of_libraries_keep_the_decimal_point(app: QApplication) -> None:
    language.install(app, "zh_CN")
    assert locale.localeconv()["decimal_point"] == "."


@pytest.mark.parametrize("name", ["en", "zh_CN"])
def test_every_translation_loads(
    app: QApplication, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        language.install(app, name)
    assert not caplog.records


def test_a_translation_that_is_gone_is_logged(
    app: QApplication, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(language, "FOLDER", language.FOLDER / "gone")
    language.install(app, "en")
    assert "en.qm cannot be loaded" in caplog.text
