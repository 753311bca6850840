"""``docs/reference/recipes.md`` lists what the recipes understand; ``--update-scenarios`` writes it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from autotransform.author.recipes import RECIPES

if TYPE_CHECKING:
    import pytest

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "recipes.md"
INTRODUCTION = """\
# What the built-in recipes understand

A request that a recipe reads needs no model, no key and no network: the recipe writes the script, with cases of its
own. This page is generated from the recipes; `autotransform new --forms` prints the same. Each example stands for a
form of which the names can be any. Other words for the same are read as well: *change*, *swap* or *convert* for
*replace*; *instead of*, *rather than* or *in place of*; *calls of* or *calls to*. Names are dotted, may carry `()`, and
may stand in backticks.

Where a request is of one of these forms and cannot be carried out safely, the answer says why, and what to type
instead.
"""


def write_page() -> str:
    """Write the page: a section for each recipe, with an example of each of its forms."""
    sections = []
    for recipe in sorted(RECIPES, key=lambda each: each.name):
        examples = "\n".join(f"    {form.example}" for form in recipe.forms)
        sections.append(f"## {recipe.name[0].upper()}{recipe.name[1:]}\n\n{examples}\n")
    return "\n".join([INTRODUCTION, *sections])


def test_page_lists_every_form_of_every_recipe(pytestconfig: pytest.Config) -> None:
    if pytestconfig.getoption("--update-scenarios"):
        PAGE.write_text(write_page(), encoding="utf-8")

    assert write_page() == PAGE.read_text(encoding="utf-8")
