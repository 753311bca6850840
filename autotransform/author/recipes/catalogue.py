"""Every recipe there is, in the order in which they are tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autotransform.author.recipes import (
    arguments,
    attachments,
    classes,
    decorators,
    idioms,
    modules,
    move,
    names,
    rename,
    rewritings,
    settings,
    shelf,
    statements,
)

if TYPE_CHECKING:
    from autotransform.author.recipes.recipe import Recipe

#: What says its kind of thing goes before what takes any name.
RECIPES: tuple[Recipe, ...] = (
    shelf.CATALOGUE,
    idioms.NONE,
    idioms.ISINSTANCE,
    idioms.BARE_EXCEPT,
    modules.MODULE,
    modules.NAMES,
    statements.WRAP,
    statements.REMOVE,
    statements.AWAIT,
    statements.STOP_AWAITING,
    rewritings.REWRITE,
    rewritings.UNWRAP,
    rewritings.CALL_TO_VALUE,
    rewritings.NAME_TO_VALUE,
    settings.SET,
    settings.KEYWORDS,
    arguments.RENAME,
    arguments.ADD,
    arguments.REMOVE,
    arguments.KEYWORD_ONLY,
    rename.RENAME,
    move.MOVE,
    attachments.DECORATOR,
    attachments.BASE,
    attachments.REMOVE_BASE,
    decorators.REPLACE,
    decorators.REMOVE,
    classes.BASE,
    classes.EXCEPTION,
    classes.CATCH,
    names.CALL,
    names.NAME,
)
