"""Every recipe there is, in the order in which they are tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autotransform.author.recipes import arguments, classes, decorators, move, names, rename

if TYPE_CHECKING:
    from autotransform.author.recipes.recipe import Recipe

#: What says its kind of thing goes before what takes any name.
RECIPES: tuple[Recipe, ...] = (
    arguments.RENAME,
    arguments.ADD,
    arguments.REMOVE,
    arguments.KEYWORD_ONLY,
    rename.RENAME,
    move.MOVE,
    decorators.REPLACE,
    decorators.REMOVE,
    classes.BASE,
    classes.EXCEPTION,
    classes.CATCH,
    names.CALL,
    names.NAME,
)
