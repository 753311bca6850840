"""Replace a decorator by another, or remove it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from autotransform.author.recipes.forms import Form
from autotransform.author.recipes.names import describe, plan_replacement
from autotransform.author.recipes.recipe import Plan, Recipe
from autotransform.errors import ModelError

if TYPE_CHECKING:
    from autotransform.author.recipes.forms import Parsed
    from autotransform.author.recipes.ground import Ground


def plan_replace(parsed: Parsed, ground: Ground) -> Plan:
    """Plan to replace a decorator; the new one is called where the request calls it."""
    call = parsed.values.get("call", "")
    if call:
        require_literals(call)
    return plan_replacement(parsed, ground, template="replace_decorator.py.jinja", call=call)


def plan_remove(parsed: Parsed, ground: Ground) -> Plan:
    """Plan to remove a decorator.

    Raises:
        ModelError: It is a module.
    """
    old = ground.find(parsed["old"])
    if not old.inner:
        raise ModelError(
            f"`{old.name}` is a module, and no module is a decorator.",
            hint=f"Give the full dotted name of the decorator, for example: drop the @package.{old.name} decorator",
        )
    return Plan(template="remove_decorator.py.jinja", values=describe(old, ground=ground), notes=old.notes)


def require_literals(call: str) -> None:
    """Refuse arguments that are more than literals: their names would have to be imported.

    Raises:
        ModelError: They are, or they are no arguments at all.
    """
    try:
        node = ast.parse(f"f{call}", mode="eval").body
        values = [*node.args, *(each.value for each in node.keywords)] if isinstance(node, ast.Call) else []
        for each in values:
            ast.literal_eval(each)
    except (SyntaxError, ValueError) as error:
        raise ModelError(
            f"The arguments of the new decorator, `{call}`, are not plain literals.",
            hint="Give numbers, strings, True, False or None, or ask without arguments and edit the script.",
        ) from error


REPLACE = Recipe(
    name="replace a decorator",
    forms=(
        Form(
            pattern="(replace|swap|change) [all|every] [the] (decorator|decorators) <old> (by|with|to|for)"
            " [the] [decorator] <new:decorator>",
            example="replace decorator @asyncio.coroutine by @types.coroutine",
        ),
        Form(
            pattern="use [the] decorator <new:decorator> (instead of|rather than|in place of|not) <old>",
            example="use decorator @functools.cache instead of @functools.lru_cache",
        ),
        Form(
            pattern="(replace|swap|change) [the] <old> decorator (by|with|to|for) [the] [decorator] <new:decorator>",
            example="replace the @pytest.yield_fixture decorator with @pytest.fixture",
        ),
    ),
    plan=plan_replace,
)

REMOVE = Recipe(
    name="remove a decorator",
    forms=(
        Form(
            pattern="(remove|drop|delete|strip) [all|every] [the] (decorator|decorators) <old> [everywhere]",
            example="remove decorator @typing.no_type_check",
        ),
        Form(
            pattern="(remove|drop|delete|strip) [all|every] [the] <old> (decorator|decorators) [everywhere]",
            example="drop the @functools.cache decorator",
        ),
    ),
    plan=plan_remove,
)
