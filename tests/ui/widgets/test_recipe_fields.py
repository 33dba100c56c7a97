"""The fields say a recipe, with sizes that the base model can draw."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.sampling.recipe import SAMPLERS, Recipe
from tests.ui.accessibility import too_small, unnamed_focusable
from ui import theme
from ui.widgets.recipe_fields import RecipeFields, offered_sizes


@pytest.fixture
def fields(qtbot: QtBot) -> RecipeFields:
    fields = RecipeFields()
    qtbot.addWidget(fields)
    fields.resize(380, 120)
    fields.show()
    return fields


@pytest.fixture
def told(fields: RecipeFields) -> list[Recipe]:
    told: list[Recipe] = []
    fields.changed.connect(lambda: told.append(fields.recipe()))
    return told


@pytest.mark.parametrize(
    ("resolution", "some"),
    [(128, (128, 160)), (512, (512, 768)), (768, (960, 768)), (1024, (832, 1216))],
)
def test_sizes_are_those_that_the_base_model_knows(resolution: int, some: tuple[int, int]) -> None:
    sizes = offered_sizes(resolution, 8)
    assert sizes[0] == (resolution, resolution)
    assert some in sizes
    assert all(width % 8 == height % 8 == 0 for width, height in sizes)
    assert len(set(sizes)) == len(sizes)


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_a_recipe_comes_back_as_it_was_given(
    fields: RecipeFields, told: list[Recipe], sampler: str
) -> None:
    recipe = Recipe(512, 768, 33, 4.5, sampler, "blurry")
    fields.set_recipe(recipe)
    assert fields.recipe("blurry") == recipe
    assert told == []


def test_a_size_that_is_not_offered_is_shown_in_numbers(fields: RecipeFields) -> None:
    assert not fields.width_field.isVisible()
    fields.set_recipe(Recipe(1000, 744))
    assert fields.width_field.isVisible()
    assert fields.size_in_pixels() == (1000, 744)


def test_a_typed_size_becomes_a_multiple(
    fields: RecipeFields, told: list[Recipe], qtbot: QtBot
) -> None:
    fields.sizes.setCurrentIndex(fields.sizes.count() - 1)
    fields.width_field.selectAll()
    qtbot.keyClicks(fields.width_field, "701")
    qtbot.keyClick(fields.width_field, Qt.Key.Key_Return)
    assert fields.width_field.value() == 704
    assert {recipe.width for recipe in told} == {704}
    assert fields.hint.text().startswith("701 × ")
    assert fields.hint.isVisible()
    fields.height_field.setValue(5000)
    assert fields.hint.text().endswith("704 × 2048, is used.")
    assert fields.recipe().height == 2048
    fields.height_field.setValue(512)
    assert not fields.hint.isVisible()


def test_choosing_and_swapping_sizes(fields: RecipeFields, told: list[Recipe]) -> None:
    fields.sizes.setCurrentIndex(fields.sizes.findText("512 × 768"))
    fields.swap.click()
    assert [(recipe.width, recipe.height) for recipe in told] == [(512, 768), (768, 512)]
    assert fields.sizes.currentText() == "768 × 512"


def test_another_base_offers_other_sizes_and_keeps_the_chosen_one(
    fields: RecipeFields, told: list[Recipe]
) -> None:
    fields.set_recipe(Recipe(512, 768))
    fields.set_base(1024, 16)
    assert fields.size_in_pixels() == (512, 768)
    assert fields.sizes.itemText(0) == "1024 × 1024"
    assert told == []


def test_the_count_is_no_part_of_the_recipe(fields: RecipeFields, told: list[Recipe]) -> None:
    fields.set_count(4)
    assert (fields.count, told) == (4, [])
    fields.number.setValue(2)
    assert len(told) == 1


def test_every_part_has_a_name_and_can_be_hit(fields: RecipeFields, qapp: QApplication) -> None:
    theme.apply(qapp, theme.Theme.LIGHT)
    fields.set_recipe(Recipe(1000, 744))
    assert unnamed_focusable(fields) == []
    assert too_small(fields) == []
