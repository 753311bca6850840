"""Every recipe there is, in the order in which they are tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autotransform.author.recipes.recipe import Recipe

RECIPES: tuple[Recipe, ...] = ()
