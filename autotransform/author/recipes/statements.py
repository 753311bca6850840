"""Wrap calls, remove them where they stand as statements, await them, or stop awaiting them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autotransform.author.recipes import answers
from autotransform.author.recipes import statement_cases as cases
from autotransform.author.recipes.aliases import find_mentions
from autotransform.author.recipes.callees import Callee, find_called
from autotransform.author.recipes.calls import Calls
from autotransform.author.recipes.forms import Form, Parsed
from autotransform.author.recipes.recipe import Plan, Recipe
from autotransform.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autotransform.author.recipes.examples import Example
    from autotransform.author.recipes.ground import Ground
    from autotransform.author.recipes.meaning import Meaning


def plan_wrap(parsed: Parsed, ground: Ground) -> Plan:
    """Plan to put a call of something around the calls of something else.

    Raises:
        ModelError: Both are the same, or the new one is a module.
    """
    callee = find_called(parsed["callee"], kind=parsed.kind, ground=ground)
    new = ground.find_replacement(parsed["new"])
    if new.kind == "module":
        raise answers.is_module(new)
    if new.name == callee.meaning.name:
        raise ModelError(f"`{new.text}` cannot be wrapped in itself.", hint="Name another function to wrap it in.")
    added = () if new.is_builtin else (f"from {new.module} import {new.first}",)
    calls = Calls(callee=callee, added=added)
    return _plan("wrap_calls", callee, ground=ground, cases=cases.of_wrap(calls, new), notes=new.notes, new=new)


def plan_removal(parsed: Parsed, ground: Ground) -> Plan:
    """Plan to remove the calls that stand as statements."""
    callee = find_called(parsed["callee"], kind=parsed.kind, ground=ground)
    drops = callee.kind == "function"
    return _plan("remove_calls", callee, ground=ground, cases=cases.of_removal(Calls(callee=callee, drops=drops)))


def plan_await(parsed: Parsed, ground: Ground) -> Plan:
    """Plan to await calls in async functions."""
    callee = find_called(parsed["callee"], kind=parsed.kind, ground=ground)
    note = [f"Make the definition of `{each.name}` async yourself, if it is not." for each in callee.definitions[:1]]
    return _plan("await_calls", callee, ground=ground, cases=cases.of_await(Calls(callee=callee)), notes=note)


def plan_no_await(parsed: Parsed, ground: Ground) -> Plan:
    """Plan to take the await off calls."""
    callee = find_called(parsed["callee"], kind=parsed.kind, ground=ground)
    note = [f"Take the `async` off the definition of `{each.name}` yourself." for each in callee.definitions[:1]]
    return _plan("stop_awaiting", callee, ground=ground, cases=cases.of_no_await(Calls(callee=callee)), notes=note)


def _plan(
    template: str,
    callee: Callee,
    *,
    ground: Ground,
    cases: Sequence[Example],
    notes: Sequence[str] = (),
    new: Meaning | None = None,
) -> Plan:
    drops = callee.kind == "function" and not callee.meaning.is_builtin
    return Plan(
        template=f"{template}.py.jinja",
        values={**describe_callee(callee, ground=ground), "cases": cases, "new": new, "drops": drops},
        notes=(*callee.meaning.notes, *notes),
    )


def describe_callee(callee: Callee, *, ground: Ground) -> dict[str, object]:
    """Give what a template says of something that is called, and the words to find its files by."""
    tops = [name.rpartition(".") for name in callee.called[1:] if "." not in callee.meaning.inner]
    return {
        "callee": callee,
        "others": [(module, last) for module, _, last in tops],
        "mentions": find_mentions(callee.meaning, callee.called, ground),
    }


_CALLS = "[all|every|each|the|any] [the] (call|calls|invocations|uses) (of|to) [the] [<kind>]"

WRAP = Recipe(
    name="wrap calls",
    forms=(
        Form(
            pattern=f"(wrap|enclose|surround) {_CALLS} <callee> (in|into|with|by) [a call of|a call to|calls of|"
            f"calls to] <new>",
            example="wrap calls of time.time in int",
        ),
        Form(
            pattern="(wrap|enclose) [all|every] [the] [<kind>] <callee> [calls|call] (in|into|with|by) <new>",
            example="wrap os.getcwd() in pathlib.Path()",
        ),
        Form(
            pattern=f"(put|add) [a] [call of|call to] <new> (around|round) {_CALLS} <callee>",
            example="put str() around all calls of uuid.uuid4",
        ),
    ),
    plan=plan_wrap,
)

REMOVE = Recipe(
    name="remove calls",
    forms=(
        Form(
            pattern=f"(remove|delete|drop|strip) {_CALLS} <callee> [everywhere]",
            example="remove all calls of logging.debug",
        ),
        Form(
            pattern="(remove|delete|drop|strip) [all|every|each|the|any] <callee>"
            " (call|calls|statement|statements|invocations) [everywhere]",
            example="delete print calls",
        ),
        Form(
            pattern="(stop calling|do not call|don't call|never call) [the] [<kind>] <callee>",
            example="stop calling gc.collect",
        ),
    ),
    plan=plan_removal,
)

AWAIT = Recipe(
    name="await calls",
    forms=(
        Form(pattern=f"await {_CALLS} <callee>", example="await calls of app.io.load"),
        Form(pattern="await [all|every|the] [<kind>] <callee> [calls]", example="await app.io.load()"),
        Form(
            pattern=f"(add|put) [the|an] [missing] await (to|before|on|in front of) {_CALLS} <callee>",
            example="add await to all calls of app.io.load",
        ),
    ),
    plan=plan_await,
)

STOP_AWAITING = Recipe(
    name="stop awaiting calls",
    forms=(
        Form(
            pattern=f"(stop awaiting|do not await|don't await|no longer await) [{_CALLS}] [the] [<kind2:kind>]"
            f" <callee>",
            example="stop awaiting app.io.load",
        ),
        Form(
            pattern=f"(remove|drop|delete|strip) [the] await (from|of|before|on|in front of) [{_CALLS}] [the]"
            f" [<kind2:kind>] <callee>",
            example="remove await from calls of app.io.load",
        ),
    ),
    plan=plan_no_await,
)
