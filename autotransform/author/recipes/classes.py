"""Replace a base class, or the exception that is caught."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autotransform.author.recipes.forms import Form
from autotransform.author.recipes.names import plan_name, plan_replacement
from autotransform.author.recipes.recipe import Plan, Recipe

if TYPE_CHECKING:
    from autotransform.author.recipes.forms import Parsed
    from autotransform.author.recipes.ground import Ground


def plan_base(parsed: Parsed, ground: Ground) -> Plan:
    """Plan to replace a base class."""
    return plan_replacement(parsed, ground, template="replace_base.py.jinja")


def plan_catch(parsed: Parsed, ground: Ground) -> Plan:
    """Plan to catch another exception."""
    return plan_replacement(parsed, ground, template="catch.py.jinja")


BASE = Recipe(
    name="replace a base class",
    forms=(
        Form(
            pattern="(replace|swap|change) [the] (base class|base|superclass|parent class|base classes) <old>"
            " (by|with|to|for) [the] [base class|class] <new>",
            example="replace base class unittest.TestCase by app.testing.TestCase",
        ),
        Form(
            pattern="(inherit|derive|subclass) [from] <new> (instead of|rather than|in place of|not) [from] <old>",
            example="inherit from enum.StrEnum instead of enum.Enum",
        ),
        Form(
            pattern="use [the] (base class|superclass|parent class) <new> (instead of|rather than|in place of) <old>",
            example="use base class abc.ABC instead of object",
        ),
    ),
    plan=plan_base,
)

EXCEPTION = Recipe(
    name="replace an exception",
    forms=(
        Form(
            pattern="(replace|swap|change) [the] (exception|exception type|error) <old> (by|with|to|for)"
            " [the] [exception] <new>",
            example="replace exception IOError by OSError",
        ),
        Form(
            pattern="(raise and catch|catch and raise) <new> (instead of|rather than|in place of|not) <old>",
            example="raise and catch TimeoutError instead of socket.timeout",
        ),
        Form(
            pattern="use [the] (exception|error) <new> (instead of|rather than|in place of|not) [the]"
            " [exception|error] <old>",
            example="use the exception OSError instead of IOError",
        ),
    ),
    plan=plan_name,
)

CATCH = Recipe(
    name="catch another exception",
    forms=(
        Form(
            pattern="(catch|except|handle) <new> (instead of|rather than|in place of|not) <old>",
            example="catch TimeoutError instead of socket.timeout",
        ),
        Form(
            pattern="(replace|change) except <old> (by|with|to) [except] <new>",
            example="replace except IOError by except OSError",
        ),
    ),
    plan=plan_catch,
)
