"""Set the value of an argument, in every call or where it has another, and have all arguments passed by keyword."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from autotransform.author.recipes import argument_cases as cases
from autotransform.author.recipes.aliases import find_mentions, find_names
from autotransform.author.recipes.arguments import CALLEE, describe_argument, find_position
from autotransform.author.recipes.callees import Callee, find_callee
from autotransform.author.recipes.calls import Calls
from autotransform.author.recipes.forms import Form, Parsed, check_identifier
from autotransform.author.recipes.recipe import Plan, Recipe
from autotransform.author.recipes.rewriting import Rewriting, read_rewriting
from autotransform.errors import ModelError

if TYPE_CHECKING:
    from autotransform.author.recipes.ground import Ground


def plan_setting(parsed: Parsed, ground: Ground) -> Plan:
    """Plan to set the value of an argument.

    Raises:
        ModelError: It has no such argument, or a value is not one that recipes write or compare.
    """
    name, new = _binding(parsed, "new")
    old_name, old = _binding(parsed, "old")
    if old and old_name != name:
        raise ModelError(
            f"`{old_name}` and `{name}` are two arguments.",
            hint=f"To give one another name, ask: rename argument {old_name} of {parsed['callee']} to {name}",
        )
    check_identifier(name, what="the name of an argument")
    callee = find_callee(parsed["callee"], kind=parsed.kind, ground=ground)
    callee.require(name)
    rewriting = _read(new, ground=ground)
    was = _read(old, ground=ground) if old else None
    if was and was == rewriting:
        raise ModelError(f"`{old}` and `{new}` are the same.", hint="Give another value.")
    position = find_position(parsed, callee, name)
    values = {
        **describe_argument(callee, ground, argument=name, is_defined=False),
        "title": _title(name, callee, old=old, new=new),
        "position": position,
        "rewriting": rewriting,
        **_describe_old(was, text=old, ground=ground),
        "cases": cases.of_setting(
            Calls(callee=callee, added=rewriting.imports, removed=was.imports if was else ()),
            name,
            old=was.text({}) if was else None,
            new=rewriting.text({}),
            position=position,
        ),
    }
    notes = [] if callee.parameters is not None else [_unknown_signature(callee, name)]
    return Plan(
        template="set_argument.py.jinja",
        values=values,
        notes=(*callee.meaning.notes, *rewriting.notes, *(was.notes if was else ()), *notes),
    )


def plan_keywords(parsed: Parsed, ground: Ground) -> Plan:
    """Plan to have everything passed by keyword.

    Raises:
        ModelError: The signature is not known, or it takes nothing by keyword.
    """
    callee = find_callee(parsed["callee"], kind=parsed.kind, ground=ground)
    known = [each for each in callee.parameters or () if each.kind in {"positional", "positional-only"}]
    only = len([each for each in known if each.kind == "positional-only"])
    names = [each.name for each in known[only:]]
    if not names:
        raise ModelError(
            f"`{callee.meaning.name}` takes nothing that could be passed by position and by keyword"
            + (", as far as is known here." if callee.parameters is None else "."),
            hint="Name a function whose definition is in the repository or installed, or one argument and its"
            " position: "
            f"pass timeout to {callee.meaning.name} by keyword (position 2)",
        )
    return Plan(
        template="keyword_only_argument.py.jinja",
        values={
            "callee": callee,
            "argument": "",
            "mentions": find_mentions(callee.meaning, callee.called, ground),
            "definitions": [],
            "title": f"Pass all arguments of ``{callee.meaning.text}`` by keyword",
            "position": only,
            "names": names,
            "cases": cases.of_keyword_only(Calls(callee=callee), names, position=only, is_defined=False),
        },
        notes=callee.meaning.notes,
    )


def _binding(parsed: Parsed, key: str) -> tuple[str, str]:
    """Give the name of the argument and a value, however the request puts them."""
    if parsed.has(f"{key}_binding"):
        name, _, value = parsed[f"{key}_binding"].partition("=")
        return name.strip(), value.strip()
    return parsed.values.get("argument", ""), parsed.values.get(key, "")


def _read(text: str, *, ground: Ground) -> Rewriting:
    try:
        ast.parse(text, mode="eval")
    except SyntaxError as error:
        raise ModelError(
            f"The value `{text}` is not a Python expression.",
            hint="Write it as it is to stand in the calls: set timeout=10 in calls of requests.get",
        ) from error
    return read_rewriting(text, ground=ground)


def _describe_old(was: Rewriting | None, *, text: str, ground: Ground) -> dict[str, object]:
    """Say how a script finds the old value: a literal by its value, a name by what it stands for.

    Raises:
        ModelError: It is neither.
    """
    names: list[str] = []
    is_literal = was is not None and not was.imported and not was.builtins
    if was and not is_literal:
        if len(was.imported) != 1 or was.template != f"{{{was.imported[0].field}}}":
            raise ModelError(
                f"Whether a value is `{text}` cannot be told: it is neither a literal nor one name.",
                hint="Leave the old value out, to set the argument in every call: set timeout=10 in calls of"
                " requests.get",
            )
        names = list(find_names(was.imported[0].meaning, ground))
    if was and is_literal:
        try:
            ast.literal_eval(text)
        except (ValueError, SyntaxError) as error:
            raise ModelError(
                f"`{text}` is not a plain literal, so no value can be compared with it.",
                hint="Leave the old value out, to set the argument in every call.",
            ) from error
    return {"was": was, "was_text": text, "was_literal": is_literal, "was_names": names}


def _title(name: str, callee: Callee, *, old: str, new: str) -> str:
    if old:
        return f"Pass ``{name}={new}`` instead of ``{name}={old}`` to ``{callee.meaning.text}``"
    return f"Pass ``{name}={new}`` to ``{callee.meaning.text}`` in every call"


def _unknown_signature(callee: Callee, name: str) -> str:
    return (
        f"The signature of `{callee.meaning.text}` is not known here: `{name}` is changed where it is passed by"
        f" keyword. "
        "If it can be passed by position too, ask again with (position N), counted from 1."
    )


_ARGUMENT = "[the] [value of] [the] [keyword] [argument|parameter|option|keyword]"
_POSITION = "[at] [position <position:number>]"

SET = Recipe(
    name="set an argument",
    forms=(
        Form(
            pattern=f"(set|change) {_ARGUMENT} <new_binding:binding> (in|for|of|on|to) {CALLEE} {_POSITION}",
            example="set timeout=10 in calls of requests.get",
        ),
        Form(
            pattern=f"(set|change) {_ARGUMENT} <argument:identifier> (of|in|for) {CALLEE} [from <old:code>] to"
            f" <new:code>"
            f" {_POSITION}",
            example="change timeout of requests.get from 5 to 10",
        ),
        Form(
            pattern=f"(set|change) {_ARGUMENT} <argument:identifier> to <new:code> (of|in|for) {CALLEE} {_POSITION}",
            example="set timeout to 10 in calls of requests.get",
        ),
        Form(
            pattern="(replace|change|swap) <old_binding:binding> (by|with|to) <new_binding:binding> (in|for|of) "
            f"{CALLEE} {_POSITION}",
            example="replace verify=False by verify=True in calls of requests.get",
        ),
        Form(
            pattern="(call|pass) [the] [<kind>] <callee> with <new_binding:binding> (instead of|rather than)"
            " <old_binding:binding>",
            example="call subprocess.run with check=True instead of check=False",
        ),
    ),
    plan=plan_setting,
)

KEYWORDS = Recipe(
    name="pass all arguments by keyword",
    forms=(
        Form(
            pattern=f"pass (all|every) [the] (argument|arguments|parameters) (of|to|in) {CALLEE}"
            " (by keyword|as keywords|as keyword arguments|by name) [only]",
            example="pass all arguments of app.io.load by keyword",
        ),
        Form(
            pattern=f"use (keyword arguments|keywords|named arguments) [only] (in|for|to) {CALLEE}",
            example="use keyword arguments in calls of app.io.load",
        ),
        Form(
            pattern="call [the] [<kind>] <callee> with (keyword arguments|keywords|named arguments) [only]",
            example="call app.io.load with keyword arguments only",
        ),
    ),
    plan=plan_keywords,
)
