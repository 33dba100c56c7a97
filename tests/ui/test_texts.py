"""Texts that the artist sees can be translated; the source is read, not run.

lupdate takes the first argument of tr() as it stands: of an f-string it would make a text that
never matches when the program runs.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import ui

FILES = sorted(Path(ui.__file__).parent.rglob("*.py"))

# What shows its argument as text, and where in the arguments that stands.
SHOWING = {
    "QAction": (0, 1),
    "QCheckBox": (0,),
    "QGroupBox": (0,),
    "QLabel": (0,),
    "QMenu": (0,),
    "QPushButton": (0, 1),
    "QRadioButton": (0,),
    "QToolButton": (0,),
    "about": (1, 2),
    "addAction": (0, 1),
    "addButton": (0,),
    "addItem": (0, 1),
    "addMenu": (0, 1),
    "addRow": (0,),
    "addTab": (1, 2),
    "critical": (1, 2),
    "getExistingDirectory": (1,),
    "getOpenFileName": (1, 3),
    "getSaveFileName": (1, 3),
    "information": (1, 2),
    "question": (1, 2),
    "setAccessibleDescription": (0,),
    "setAccessibleName": (0,),
    "setDetailedText": (0,),
    "setInformativeText": (0,),
    "setLabelText": (0,),
    "setPlaceholderText": (0,),
    "setPrefix": (0,),
    "setStatusTip": (0,),
    "setSuffix": (0,),
    "setTabText": (1,),
    "setText": (0,),
    "setTitle": (0,),
    "setToolTip": (0,),
    "setWhatsThis": (0,),
    "setWindowTitle": (0,),
    "showMessage": (0,),
    "warning": (1, 2),
}
TRANSLATING = {"tr": 0, "translate": 1}


def called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def texts(node: ast.expr) -> Iterator[ast.expr]:
    """The literals that an expression shows, those inside calls left out."""
    if isinstance(node, ast.IfExp):
        yield from texts(node.body)
        yield from texts(node.orelse)
    elif isinstance(node, ast.BinOp):
        yield from texts(node.left)
        yield from texts(node.right)
    elif isinstance(node, ast.JoinedStr):
        yield from node.values
    elif isinstance(node, ast.Call) and called(node) == "format":
        assert isinstance(node.func, ast.Attribute)
        yield from texts(node.func.value)
    else:
        yield node


def is_text(node: ast.expr) -> bool:
    value = node.value if isinstance(node, ast.Constant) else None
    return isinstance(value, str) and any(letter.isalpha() for letter in value)


def untranslated(source: str) -> list[str]:
    """Calls that show a literal with letters."""
    return [
        f"{call.lineno}: {ast.unparse(call)}"
        for call in ast.walk(ast.parse(source))
        if isinstance(call, ast.Call)
        for place in SHOWING.get(called(call), ())
        if place < len(call.args) and called(call) not in ("tr", "translate")
        if not (isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) == "log")
        if any(is_text(text) for text in texts(call.args[place]))
    ]


def untranslatable(source: str) -> list[str]:
    """Calls of tr() and translate() whose text is no literal, or is put together."""
    return [
        f"{call.lineno}: {ast.unparse(call)}"
        for call in ast.walk(ast.parse(source))
        if isinstance(call, ast.Call) and (place := TRANSLATING.get(called(call))) is not None
        if place < len(call.args) and not is_constant(call.args[place])
    ]


def is_constant(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_text_that_is_shown_is_translated(file: Path) -> None:
    assert not untranslated(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_translated_text_is_one_literal(file: Path) -> None:
    if file.name in ("messages.py", "setting_words.py", "shortcuts.py"):
        pytest.skip("translates a table, which packaging/translations.py collects")
    assert not untranslatable(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "line",
    [
        'label.setText("Images")',
        'QLabel("Images")',
        'label.setText(f"{count} images")',
        'label.setText("Images" if many else self.tr("Image"))',
        'label.setText("Images: " + name)',
        'label.setText("{0} images".format(count))',
        'menu.addAction(icon, "Open")',
        'QFileDialog.getOpenFileName(self, "Open", folder)',
    ],
)
def test_the_check_sees_texts_without_tr(line: str) -> None:
    assert untranslated(line)


@pytest.mark.parametrize(
    "line",
    [
        'self.tr(f"{count} images")',
        'self.tr("Images: " + name)',
        'self.tr("%d images" % count)',
        'self.tr("{0} images".format(count))',
        "self.tr(text)",
        'QCoreApplication.translate("Context", text)',
    ],
)
def test_the_check_sees_texts_that_lupdate_cannot(line: str) -> None:
    assert untranslatable(line)


@pytest.mark.parametrize(
    "line",
    [
        'label.setText(self.tr("Images"))',
        'label.setText(self.tr("{0} images").format(count))',
        'label.setText("")',
        'label.setText(f"{done} / {total}")',
        'label.setText("▸ " + name)',
        'log.warning("%s: %s", name, "cannot be read")',
        'QCoreApplication.translate("Context", "Images")',
    ],
)
def test_the_check_passes_what_is_right(line: str) -> None:
    assert not untranslated(line)
    assert not untranslatable(line)
