"""Rewrite calls and names: by what else a call says, by a value, or by their argument."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from autotransform.author.recipes import answers, rewriting_cases
from autotransform.author.recipes.callees import Callee, find_called
from autotransform.author.recipes.calls import Calls
from autotransform.author.recipes.forms import Form, Parsed, check_identifier
from autotransform.author.recipes.names import describe, plan_call
from autotransform.author.recipes.recipe import Plan, Recipe
from autotransform.author.recipes.rewriting import Rewriting, read_rewriting, require_other
from autotransform.author.recipes.statements import describe_callee
from autotransform.errors import ModelError

if TYPE_CHECKING:
    from autotransform.author.recipes.ground import Ground


def plan_call_rewriting(parsed: Parsed, ground: Ground) -> Plan:
    """Plan to write calls in another way: ``f(x, y)`` as ``x.g(y)``.

    Raises:
        ModelError: The new text does not say where an argument goes, or holds the call itself.
    """
    name, _, inside = parsed["old"].rstrip(")").partition("(")
    parameters = [each.strip() for each in inside.split(",")]
    if len(set(parameters)) < len(parameters) or "self" in parameters:
        raise ModelError(
            f"`{parsed['old']}` names an argument twice, or `self`.", hint="Give each a name of its own: f(x, y)"
        )
    for each in parameters[: len(parameters) - ("..." in parameters)]:
        check_identifier(each, what="the name of an argument")
    has_rest = parameters[-1] == "..."
    new = parsed["new"]
    if has_rest:
        parameters.pop()
        new = _called(parsed)
    elif "..." in new:
        raise _without_rest(parsed)
    callee = find_called(name, kind="", ground=ground)
    rewriting = read_rewriting(new, parameters=parameters, ground=ground)
    return _plan(callee, rewriting, ground=ground, old=parsed["old"], new=parsed["new"], rest=has_rest)


def plan_unwrapping(parsed: Parsed, ground: Ground) -> Plan:
    """Plan to leave nothing of calls but their argument."""
    callee = find_called(parsed["callee"], kind=parsed.kind, ground=ground)
    rewriting = read_rewriting("value", parameters=["value"], ground=ground)
    return _plan(callee, rewriting, ground=ground, old=f"{callee.meaning.last}(value)", new="value")


def plan_call_to_value(parsed: Parsed, ground: Ground) -> Plan:
    """Plan to put a value in the place of calls without arguments."""
    callee = find_called(parsed["old"], kind=parsed.kind, ground=ground)
    rewriting = read_rewriting(parsed["new"], ground=ground)
    return _plan(callee, rewriting, ground=ground, old=f"{callee.meaning.last}()", new=parsed["new"])


def plan_name_to_value(parsed: Parsed, ground: Ground) -> Plan:
    """Plan to put a literal or a call in the place of a name.

    Raises:
        ModelError: It is a module or the member of a class, or the new text holds it.
    """
    old = ground.find(parsed["old"], kind=parsed.kind)
    if old.kind in {"function", "class"} and parsed["new"].endswith("()"):
        return plan_call(Parsed(text=parsed.text, values={**parsed.values, "new": parsed["new"][:-2]}), ground)
    if old.kind == "module":
        raise answers.is_module(old)
    if "." in old.inner and (old.definition or old.installed):
        raise answers.is_member(old)
    rewriting = read_rewriting(parsed["new"], ground=ground)
    described = describe(old, ground=ground)
    targets = described.pop("names")
    require_other(rewriting, names=[old.name], text=parsed["new"])
    is_quoted = any(each in rewriting.template for each in "'\"\\")
    stays = [f"The definition of `{old.name}` stays, in {old.definition.path}."] if old.definition else []
    return Plan(
        template="rewrite_name.py.jinja",
        values={
            **described,
            "targets": targets,
            "new": parsed["new"],
            "rewriting": rewriting,
            "has_quotes": is_quoted,
            "cases": rewriting_cases.of_name(old, rewriting, is_quoted=is_quoted),
        },
        notes=(*old.notes, *rewriting.notes, *stays),
    )


def _plan(callee: Callee, rewriting: Rewriting, *, ground: Ground, old: str, new: str, rest: bool = False) -> Plan:
    if callee.kind == "method" and not callee.classes:
        callee = replace(callee, kind="function")  # nothing is lost with the class that it is called on
    if callee.kind == "method":
        raise ModelError(
            f"`{callee.meaning.name}` is a method: what it is called on would have to go somewhere, too.",
            hint=f"To give it another name, ask: rename method {callee.meaning.name} to new_name",
        )
    require_other(rewriting, names=callee.called, text=new)
    calls = Calls(callee=callee, added=rewriting.imports, drops=not callee.meaning.is_builtin)
    known = callee.positional[: len(rewriting.parameters)]
    return Plan(
        template="rewrite_call.py.jinja",
        values={
            **describe_callee(callee, ground=ground),
            "old": old,
            "new": new,
            "rewriting": rewriting,
            "parameters": rewriting.parameters,
            "is_less": any(f"{{{name}}}" not in rewriting.template for name in rewriting.parameters) and not rest,
            "sources": _sources(rewriting, rest=rest),
            "keywords": known if len(known) == len(rewriting.parameters) and not rest else (),
            "rest": rest,
            "cases": rewriting_cases.of_call(calls, rewriting, rest=rest),
        },
        notes=(*callee.meaning.notes, *rewriting.notes),
    )


def _sources(rewriting: Rewriting, *, rest: bool) -> list[tuple[str, str]]:
    """Say where a script finds what is passed for each parameter that the new text names."""
    used = [name for name in rewriting.parameters if f"{{{name}}}" in rewriting.template]
    return [(name, f"{name}.value" if rest else f'values["{name}"]') for name in used]


def _called(parsed: Parsed) -> str:
    """Give what the new text calls, where all that it passes is ``...``."""
    tree = ast.parse(parsed["new"], mode="eval").body
    is_plain = isinstance(tree, ast.Call) and not tree.keywords and len(tree.args) == 1
    if not is_plain or not isinstance(tree, ast.Call) or ast.unparse(tree.args[0]) != "...":
        raise _without_rest(parsed)
    return ast.unparse(tree.func)


def _without_rest(parsed: Parsed) -> ModelError:
    return ModelError(
        f"`{parsed['old']}` and `{parsed['new']}` do not say where the other arguments go.",
        hint="Write `...` for them, last in both, and nothing beside it in the new call: "
        "turn app.load(x, ...) into x.load(...)",
    )


_CALLS = "[all|every|each|the] [(call|calls|uses) (of|to)] [the] [<kind>]"

REWRITE = Recipe(
    name="rewrite a call",
    forms=(
        Form(
            pattern="(turn|rewrite|replace|change|convert|swap) [all|every] [the] [(call|calls|uses) (of|to)]"
            " <old:application> (into|as|to|by|with|for) <new:code>",
            example="turn six.iteritems(d) into d.items()",
        ),
        Form(
            pattern="(use|write|call) <new:code> (instead of|rather than|in place of|not|for) <old:application>",
            example="use path.exists(...) instead of os.path.exists(path, ...)",
        ),
    ),
    plan=plan_call_rewriting,
)

UNWRAP = Recipe(
    name="unwrap a call",
    forms=(
        Form(pattern=f"unwrap {_CALLS} <callee> [calls] [everywhere]", example="unwrap calls of six.ensure_str"),
        Form(
            pattern="(remove|drop|strip|delete) [the] [wrapper|function|wrapping] [(call|calls) (of|to)] <callee>"
            " [but|and] (keep|keeping) (its|their|the) [first|only] (argument|arguments|value|values)",
            example="remove the wrapper six.ensure_str, keep its argument",
        ),
        Form(
            pattern="(replace|change) (call|calls) (of|to) [the] [<kind>] <callee> (by|with|to) (its|their|the)"
            " [first|only]"
            " (argument|arguments|value|values)",
            example="replace calls of six.ensure_str by their argument",
        ),
    ),
    plan=plan_unwrapping,
)

CALL_TO_VALUE = Recipe(
    name="replace a call by a value",
    forms=(
        Form(
            pattern="(replace|change|turn|swap) [all|every] [the] [(call|calls) (of|to)] <old:called> (by|with|"
            "into|to|for)"
            " [the] [constant|value|attribute|property|literal] <new:operand>",
            example="replace app.config.timeout() by app.config.TIMEOUT",
        ),
        Form(
            pattern="(replace|change|turn|swap) [all|every|the] (call|calls) (of|to) [the] [function] <old:plain>"
            " (by|with|into|to) [the] (constant|value|attribute|property|literal) <new:operand>",
            example="replace calls of app.config.timeout by the value 3",
        ),
        Form(
            pattern="(use|read) [the] [constant|value|attribute|property|literal] <new:operand>"
            " (instead of|rather than|in place of) [calling] <old:called>",
            example="use app.config.TIMEOUT instead of app.config.timeout()",
        ),
    ),
    plan=plan_call_to_value,
)

NAME_TO_VALUE = Recipe(
    name="replace a name by a value",
    forms=(
        Form(
            pattern="(use|call|write) <new:made> (instead of|rather than|in place of|not) [the] [<kind:thing>]"
            " <old:plain>",
            example="call app.clock.now() instead of app.clock.NOW",
        ),
        Form(
            pattern="(replace|change|swap|turn) [all|every] [uses of] [the] [<kind:thing>] <old:plain> (by|with|"
            "into|to|for)"
            " [a call of|a call to|calls of|the value] <new:made>",
            example="replace constant app.config.TIMEOUT by 30",
        ),
        Form(
            pattern="(inline|hard-code|hardcode) [the] [<kind:thing>] <old:plain> (as|with|by) <new:made>",
            example="inline app.config.TIMEOUT as 30",
        ),
    ),
    plan=plan_name_to_value,
)
