"""The translations are complete and up to date; packaging/translations.py tells otherwise."""

from __future__ import annotations

import importlib.util
import sys
import xml.etree.ElementTree as xml
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def translations() -> ModuleType:
    file = Path(__file__).resolve().parents[2] / "packaging" / "translations.py"
    spec = importlib.util.spec_from_file_location("translations", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_they_are_complete_and_up_to_date(
    translations: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    assert translations.main(["--check"]) == 0, capsys.readouterr().out


MESSAGE = """<message><source>{source}</source>{translation}</message>"""


@pytest.mark.parametrize(
    ("source", "translation", "flaw"),
    [
        ("{0} of {1}", "<translation>{1} 之 {0}</translation>", ""),
        ("{0} of {1}", "<translation>{0} 之 {0}</translation>", "placeholders"),
        ("Cut", '<translation type="unfinished">x</translation>', "is unfinished"),
        ("Cut", '<translation type="vanished">x</translation>', "is vanished"),
        ("Cut", '<translation type="obsolete">x</translation>', "is obsolete"),
        (
            "%n image(s)",
            "<translation><numerusform>%n 张图片</numerusform></translation>",
            "",
        ),
        (
            "%n image(s)",
            "<translation><numerusform>%n a</numerusform><numerusform/></translation>",
            "placeholders",
        ),
        ("{name} fails", "<translation>{nam} 失败</translation>", "placeholders"),
    ],
)
def test_a_flaw_of_a_translation_is_seen(
    translations: ModuleType, source: str, translation: str, flaw: str
) -> None:
    message = xml.fromstring(MESSAGE.format(source=source, translation=translation))
    found = " ".join(translations.flaws_of(message))
    assert flaw in found
    assert bool(found) == bool(flaw)


def test_english_plurals_follow_from_the_source(translations: ModuleType, tmp_path: Path) -> None:
    file = tmp_path / "en.ts"
    file.write_text(
        "<TS><message numerus='yes'><source>%n image(s) &amp; batch(es)</source>\n"
        '<translation type="unfinished"><numerusform></numerusform></translation>'
        "</message></TS>",
        encoding="utf-8",
    )
    translations.write_english_plurals(file)
    translation = xml.parse(file).find("message/translation")
    assert translation is not None
    assert translation.get("type") is None
    assert [form.text for form in translation] == ["%n image & batch", "%n images & batches"]


def test_texts_of_tables_are_collected(translations: ModuleType) -> None:
    source = translations.table_source()
    assert "translate('messages', 'The image {path} cannot be read ({reason}); " in source
    assert "translate('shortcuts', 'Undo')" in source
