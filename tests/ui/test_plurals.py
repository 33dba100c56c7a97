"""Plurals are translated in objects of derived classes, too."""

from __future__ import annotations

import ast
from pathlib import Path

import ui


def test_no_base_class_leaves_plurals_to_tr() -> None:
    """PySide's tr takes "3 image(s)" in the derived class's context for a translation."""
    bases: set[str] = set()
    plurals: dict[str, int] = {}
    for file in Path(ui.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                bases |= {base.id for base in node.bases if isinstance(base, ast.Name)}
                plurals[node.name] = sum(map(_is_plural, ast.walk(node)))
    assert plurals["ExportPage"]  # they are found
    assert not [name for name in bases if plurals.get(name)]


def _is_plural(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "tr"
        and len(node.args) == 3
    )
