"""Rename, add or remove an argument of calls, or have it passed by keyword only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autotransform.author.recipes import argument_cases as cases
from autotransform.author.recipes.aliases import find_mentions
from autotransform.author.recipes.callees import Callee, find_callee
from autotransform.author.recipes.calls import Calls
from autotransform.author.recipes.forms import Form, Parsed, check_identifier
from autotransform.author.recipes.recipe import Plan, Recipe
from autotransform.author.recipes.values import read_value
from autotransform.errors import ModelError

if TYPE_CHECKING:
    from autotransform.author.recipes.ground import Ground


def plan_rename(parsed: Parsed, ground: Ground) -> Plan:
    """Plan to rename an argument, in calls and in the definition."""
    callee = find_callee(parsed["callee"], kind=parsed.kind, ground=ground)
    old, new = parsed["argument"], parsed["new"]
    check_identifier(new, what="the name of an argument")
    if old == new:
        raise ModelError(f"The argument is called `{new}` already.", hint="Give it another name.")
    _require_keyword(callee, old)
    if callee.parameter(new) and callee.definitions and not parsed.has("calls"):
        raise ModelError(
            f"`{callee.meaning.name}` has an argument `{new}` already.",
            hint=f"Choose another name, or change the calls alone: rename argument {old} in calls of "
            f"{callee.meaning.name} to {new}",
        )
    if not callee.parameter(new):
        callee.require(old)
    is_defined = not parsed.has("calls") and callee.parameter(old) is not None
    return Plan(
        template="rename_argument.py.jinja",
        values={
            **describe_argument(callee, ground, argument=old, is_defined=is_defined),
            "new": new,
            "cases": cases.of_rename(Calls(callee=callee), old, new=new, is_defined=is_defined),
        },
        notes=callee.meaning.notes,
    )


def plan_add(parsed: Parsed, ground: Ground) -> Plan:
    """Plan to add an argument to calls that do not pass it yet."""
    name, _, text = (part.strip() for part in parsed["argument"].partition("="))
    check_identifier(name, what="the name of an argument")
    callee = find_callee(parsed["callee"], kind=parsed.kind, ground=ground)
    value = read_value(text, ground=ground)
    notes = [*callee.meaning.notes, *value.notes]
    is_defined = False
    if callee.parameter(name) is None and not callee.takes_anything:
        if not callee.definitions:
            callee.require(name)
        is_defined = value.is_literal and not parsed.has("calls")
        if not is_defined:
            notes.append(f"Add the parameter `{name}` to the definition of `{callee.meaning.name}` yourself.")
    if callee.parameters is None:
        notes.append(
            f"The signature of `{callee.meaning.text}` is not known here: calls that pass `{name}` by position get it "
            "again, by keyword."
        )
    position = callee.position(name)
    calls = Calls(callee=callee, added=value.imports)
    return Plan(
        template="add_argument.py.jinja",
        values={
            **describe_argument(callee, ground, argument=name, is_defined=is_defined),
            "value": value,
            "position": position,
            "cases": cases.of_add(calls, name, value=value.text, position=position, is_defined=is_defined),
        },
        notes=tuple(notes),
    )


def plan_remove(parsed: Parsed, ground: Ground) -> Plan:
    """Plan to remove an argument, from calls and from the definition."""
    callee = find_callee(parsed["callee"], kind=parsed.kind, ground=ground)
    name = parsed["argument"]
    if callee.definitions:
        callee.require(name)
    is_defined = not parsed.has("calls") and callee.parameter(name) is not None
    if is_defined:
        _require_unused(callee, name)
    position = find_position(parsed, callee, name)
    is_known = position is not None or _is_keyword_only(callee, name)
    return Plan(
        template="remove_argument.py.jinja",
        values={
            **describe_argument(callee, ground, argument=name, is_defined=is_defined),
            "position": position,
            "cases": cases.of_remove(Calls(callee=callee), name, position=position, is_defined=is_defined),
        },
        notes=(*callee.meaning.notes, *(() if is_known else (_only_keyword(callee, name),))),
    )


def plan_keyword_only(parsed: Parsed, ground: Ground) -> Plan:
    """Plan to have an argument passed by keyword only."""
    callee = find_callee(parsed["callee"], kind=parsed.kind, ground=ground)
    name = parsed["argument"]
    callee.require(name)
    _require_keyword(callee, name)
    if callee.definitions and _is_keyword_only(callee, name) and not parsed.has("position"):
        raise ModelError(
            f"`{name}` of `{callee.meaning.name}` is keyword-only already.",
            hint=f"If calls are behind, say which argument it was, counted from 1: {ground.request} (position 2)",
        )
    position = find_position(parsed, callee, name)
    if position is None:
        raise ModelError(
            f"It is not known here at which position `{callee.meaning.name}` takes `{name}`.",
            hint=f"Say which argument of a call it is, counted from 1: {ground.request} (position 2)",
        )
    names = callee.positional[position:] if name in callee.positional else (name,)
    is_defined = not parsed.has("calls") and callee.position(name) is not None
    return Plan(
        template="keyword_only_argument.py.jinja",
        values={
            **describe_argument(callee, ground, argument=name, is_defined=is_defined),
            "position": position,
            "names": names,
            "title": f"Make the argument ``{name}`` of ``{callee.meaning.text}`` keyword-only",
            "cases": cases.of_keyword_only(Calls(callee=callee), names, position=position, is_defined=is_defined),
        },
        notes=callee.meaning.notes,
    )


def describe_argument(callee: Callee, ground: Ground, *, argument: str, is_defined: bool) -> dict[str, object]:
    """Give what a template says of an argument: whose it is, and the words to find its files by."""
    return {
        "callee": callee,
        "argument": argument,
        "mentions": find_mentions(callee.meaning, callee.called, ground),
        "definitions": [each.name for each in callee.definitions] if is_defined else [],
    }


def _require_keyword(callee: Callee, name: str) -> None:
    parameter = callee.parameter(name)
    if parameter and parameter.kind == "positional-only":
        raise ModelError(
            f"`{name}` of `{callee.meaning.name}` is positional-only: no call passes it by keyword.",
            hint="Take the `/` out of its signature first.",
        )


def _require_unused(callee: Callee, name: str) -> None:
    for definition in callee.definitions:
        if any(each.name == name and each.is_used for each in definition.parameters):
            raise ModelError(
                f"`{definition.name}` still uses its argument `{name}` ({definition.path}:{definition.line}).",
                hint="Take its uses out of the body first, or change the calls alone: "
                f"remove argument {name} from calls of {callee.meaning.name}",
            )


def _is_keyword_only(callee: Callee, name: str) -> bool:
    parameter = callee.parameter(name)
    return parameter is not None and parameter.kind == "keyword-only"


def find_position(parsed: Parsed, callee: Callee, name: str) -> int | None:
    """Give the position of an argument in calls, from 0: as the request says, or as the signature does."""
    if parsed.has("position"):
        return max(0, int(parsed["position"]) - 1)
    return callee.position(name)


def _only_keyword(callee: Callee, name: str) -> str:
    what = f"`{callee.meaning.name}`, as it is installed here, takes no `{name}`"
    if callee.parameters is None:
        what = f"The signature of `{callee.meaning.name}` is not known here"
    return (
        f"{what}: it is removed where it is passed by keyword. If it can be passed by position too, ask again with "
        "(position N), counted from 1."
    )


_THE_ARGUMENT = "[the] [keyword] (argument|parameter|option|keyword) <argument:identifier>"
#: How requests name what is called.
CALLEE = "[<calls:calls>] [the] [<kind>] <callee>"
_POSITION = "[at] [position <position:number>]"

RENAME = Recipe(
    name="rename an argument",
    forms=(
        Form(
            pattern=f"rename {_THE_ARGUMENT} (of|in|for|from) {CALLEE} (to|into|as) <new:identifier>",
            example="rename argument code of app.io.load to source",
        ),
        Form(
            pattern="pass [the] [argument|parameter|keyword] <new:identifier> (instead of|rather than)"
            f" <argument:identifier> to {CALLEE}",
            example="pass source instead of code to app.io.load",
        ),
    ),
    plan=plan_rename,
)

ADD = Recipe(
    name="add an argument",
    forms=(
        Form(
            pattern="(add|pass) [the|an|a] [keyword] [argument|parameter|option|keyword] <argument:binding>"
            f" (to|in) {CALLEE}",
            example="add argument timeout=10 to requests.get",
        ),
        Form(
            pattern="call [the] [<kind>] <callee> with <argument:binding>",
            example="call subprocess.run with check=True",
        ),
    ),
    plan=plan_add,
)

REMOVE = Recipe(
    name="remove an argument",
    forms=(
        Form(
            pattern=f"(remove|drop|delete) {_THE_ARGUMENT} (of|from|in) {CALLEE} {_POSITION}",
            example="remove argument verbose of app.io.load",
        ),
        Form(
            pattern=f"stop passing [the] [argument] <argument:identifier> to {CALLEE} {_POSITION}",
            example="stop passing loop to asyncio.sleep",
        ),
    ),
    plan=plan_remove,
)

KEYWORD_ONLY = Recipe(
    name="make an argument keyword-only",
    forms=(
        Form(
            pattern=f"make {_THE_ARGUMENT} (of|in|for) {CALLEE} (keyword-only|keyword only|kwonly) {_POSITION}",
            example="make argument strict of app.io.load keyword-only",
        ),
        Form(
            pattern=f"pass [the] [argument] <argument:identifier> (of|to) {CALLEE}"
            f" (by keyword|as a keyword|as keyword) [only] {_POSITION}",
            example="pass strict to app.io.load by keyword",
        ),
    ),
    plan=plan_keyword_only,
)
