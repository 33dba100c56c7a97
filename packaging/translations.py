"""Collects the texts of the window and compiles their translations.

    python packaging/translations.py           updates ui/i18n/*.ts from the source, and *.qm
    python packaging/translations.py --check   tells what is not up to date, translated or equal

Translate in the .ts files (by hand or with pyside6-linguist), then run it again. English needs
plurals only, which are filled in from the source ("%n image(s)" is "%n image" and "%n images");
verbs that change with the number are corrected by hand in en.ts, and stay.
"""

from __future__ import annotations

import filecmp
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml
from collections.abc import Iterator
from pathlib import Path

import PySide6

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "ui" / "i18n"
LANGUAGES = ("en", "zh_CN")
PLACEHOLDER = re.compile(r"\{[^}]*\}|%L?n|%\d")


def main(words: list[str]) -> int:
    if words != ["--check"]:
        build(FOLDER)
        return 0
    problems = [*differences(), *flaws()]
    print("\n".join(problems) or "Translations are complete and up to date.")
    return 1 if problems else 0


def build(folder: Path) -> None:
    """Brings the .ts files in ``folder`` up to date with the source, and compiles them."""
    with tempfile.TemporaryDirectory() as temporary:
        tables = Path(temporary) / "tables.py"
        tables.write_text(table_source(), encoding="utf-8")
        sources = [*sorted((ROOT / "ui").rglob("*.py")), tables]
        for language in LANGUAGES:
            file = folder / f"{language}.ts"
            options = ["-locations", "none", "-no-obsolete", "-source-language", "en"]
            options += ["-target-language", language]
            options += ["-pluralonly"] if language == "en" else []
            run("lupdate", *map(str, sources), "-ts", str(file), *options)
            if language == "en":
                write_english_plurals(file)
            run("lrelease", str(file), "-qm", str(file.with_suffix(".qm")))


def table_source() -> str:
    """The texts of tables that `lupdate` cannot see, as calls that it does."""
    sys.path.insert(0, str(ROOT))
    from studio.inspect.words import REASONS
    from studio.messages import PHASES, RELIEVED, SENTENCES
    from ui import messages, shortcuts
    from ui.models import setting_words

    known = shortcuts.SHORTCUTS.values()
    tables = {
        messages.CONTEXT: [
            text for table in (SENTENCES, RELIEVED, PHASES, REASONS) for text in table.values()
        ],
        setting_words.CONTEXT: [text for text in setting_words.sources() if text],
        shortcuts.CONTEXT: [*(s.group for s in known), *(s.source for s in known)],
    }
    return "".join(
        f"QCoreApplication.translate({context!r}, {text!r})\n"
        for context, texts in tables.items()
        for text in dict.fromkeys(texts)
    )


def run(tool: str, *words: str) -> None:
    program = shutil.which(tool, path=Path(PySide6.__file__).parent)
    assert program is not None, f"PySide6 comes without {tool}"
    done = subprocess.run([program, *words], capture_output=True, text=True, check=False)
    if done.returncode != 0 or "warning" in done.stderr.lower():
        raise SystemExit(done.stdout + done.stderr)


def write_english_plurals(file: Path) -> None:
    """Fills the two forms of each new message from its source; correct verbs by hand after it."""
    text = file.read_text(encoding="utf-8")
    for source in re.findall(r"<source>(.*)</source>", text):
        one, many = re.sub(r"\(\w+\)", "", source), re.sub(r"\((\w+)\)", r"\1", source)
        text = re.sub(
            rf'(<source>{re.escape(source)}</source>\s*<translation) type="unfinished">.*?</tr.*?>',
            lambda found, one=one, many=many: (
                f"{found[1]}>\n            <numerusform>{one}</numerusform>\n"
                f"            <numerusform>{many}</numerusform>\n        </translation>"
            ),
            text,
            flags=re.DOTALL,
        )
    file.write_text(text, encoding="utf-8", newline="\n")


def differences() -> Iterator[str]:
    """The files that `build` would change."""
    with tempfile.TemporaryDirectory() as temporary:
        fresh = Path(temporary)
        for file in FOLDER.glob("*.ts"):
            shutil.copy(file, fresh)
        build(fresh)
        for file in sorted(fresh.iterdir()):
            there = FOLDER / file.name
            if not there.exists() or not filecmp.cmp(file, there, shallow=False):
                yield f"{file.name} is not up to date: run packaging/translations.py"


def flaws() -> Iterator[str]:
    """What the .ts files lack: translations, or placeholders in them."""
    for language in LANGUAGES:
        for context in xml.parse(FOLDER / f"{language}.ts").iter("context"):
            for message in context.iter("message"):
                where = f"{language}.ts, {context.findtext('name')}: {message.findtext('source')!r}"
                yield from (f"{where} {flaw}" for flaw in flaws_of(message))


def flaws_of(message: xml.Element) -> Iterator[str]:
    """What is wrong with a ``message`` of a .ts file."""
    translation = message.find("translation")
    assert translation is not None
    if kind := translation.get("type"):
        yield f"is {kind}"
        return
    wanted = sorted(PLACEHOLDER.findall(message.findtext("source", "")))
    for form in translation.findall("numerusform") or [translation]:
        if sorted(PLACEHOLDER.findall(form.text or "")) != wanted:
            yield f"has other placeholders in its translation {form.text!r}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
