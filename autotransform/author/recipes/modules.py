"""Replace a module by another that has the same names, or take names from another module."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from autotransform.author.recipes import module_cases
from autotransform.author.recipes.forms import Form, Parsed, check_identifier
from autotransform.author.recipes.recipe import Plan, Recipe
from autotransform.errors import ModelError

if TYPE_CHECKING:
    from autotransform.author.recipes.ground import Ground
    from autotransform.author.recipes.meaning import Meaning


def plan_module(parsed: Parsed, ground: Ground) -> Plan:
    """Plan to import one module instead of another.

    Raises:
        ModelError: One of them is none, or one is a part of the other.
    """
    old = _old_module(parsed["old"], ground=ground)
    new = _new_module(parsed["new"], ground=ground)
    if f"{new}.".startswith(f"{old.name}.") or f"{old.name}.".startswith(f"{new}."):
        is_same = new == old.name
        raise ModelError(
            f"`{new}` is `{old.name}`." if is_same else f"Of `{old.name}` and `{new}`, one is a part of the other.",
            hint=f"Name another module, or ask name by name: replace {old.name}.name by {new}.name",
        )
    return plan_for(old, new=new, ground=ground)


def plan_for(old: Meaning, *, new: str, ground: Ground) -> Plan:
    """Plan to import ``new`` instead of a module.

    Raises:
        ModelError: It has nothing of what is used of the old one.
    """
    used = find_used(old.name, ground=ground)
    missing = tuple(name for name in used if ground.is_absent(f"{new}.{name}"))
    if missing and missing == used:
        raise ModelError(
            f"`{new}` has nothing of what is used of `{old.name}` here: {', '.join(used[:8])}.",
            hint=f"Ask name by name, for example: replace {old.name}.{used[0]} by {new}.name",
        )
    is_flat = "." not in old.name and "." not in new
    notes = [f"`{new}` is taken to have what is used of `{old.name}`, and to do the same."]
    if missing:
        shown = ", ".join(f"`{name}`" for name in missing[:8])
        notes = [f"`{new}` does not have {shown}: files that use one of these keep `{old.name}`."]
    if ground.is_absent(new) and new not in ground.modules:
        notes.append(f"`{new}` was found neither here nor among what is installed; it is taken as you wrote it.")
    return Plan(
        template="replace_module.py.jinja",
        values={
            "old": old.name,
            "new": new,
            "is_flat": is_flat,
            "missing": list(missing),
            "mentions": [old.last] if old.last.isascii() else [],
            "cases": module_cases.of_module(old.name, new=new, missing=missing),
        },
        notes=(*old.notes, *notes),
    )


def find_used(module: str, *, ground: Ground) -> tuple[str, ...]:
    """List, sorted, what the repository uses of a module, as far as a look at the text tells."""
    used: set[str] = set()
    for names in ground.names_with(module.rpartition(".")[2]):
        locals_ = {each.local for each in names.imports if each.target == module}
        locals_ |= {module} if any(each.source == module for each in names.imports) else set()
        used |= {each.target[len(module) + 1 :] for each in names.imports if each.source == module != each.target}
        content = ground.read(names.path).decode("utf-8", "replace")
        for local in sorted(locals_):
            used |= set(re.findall(rf"(?<![\w.]){re.escape(local)}\.([^\W\d]\w*)", content))
    return tuple(sorted(name for name in used if "." not in name))


def plan_names(parsed: Parsed, ground: Ground) -> Plan:
    """Plan to take names from another module than before."""
    from autotransform.author.recipes.names import plan_name  # noqa: PLC0415 - it hands modules on to us

    name = parsed["name"]
    values = {"old": f"{parsed['old']}.{name}", "new": f"{parsed['new']}.{name}"}
    return plan_name(Parsed(text=parsed.text, values=values), ground)


def _old_module(name: str, *, ground: Ground) -> Meaning:
    try:
        return ground.find(name, kind="module")
    except ModelError:
        found = ground.find(name)
        if found.kind != "module":
            raise
        return found


def _new_module(name: str, *, ground: Ground) -> str:
    for part in name.split("."):
        check_identifier(part, what="part of a module's name")
    found = ground.find_modules(name)
    if len(found) > 1:
        raise ModelError(
            f"`{name}` may be {len(found)} different modules in this repository.",
            details=found,
            hint="Name it in full.",
        )
    return found[0] if found else name


_INSTEAD = "(instead of|rather than|in place of|over|not)"

MODULE = Recipe(
    name="replace a module",
    forms=(
        Form(
            pattern="(replace|swap|substitute|change|exchange) [all] [imports of|uses of|usages of] [the]"
            " (module|package|library) <old:plain> (by|with|for|to) [the] [module|package|library] <new:plain>",
            example="replace module simplejson by json",
        ),
        Form(
            pattern=f"use [the] (module|package|library) <new:plain> {_INSTEAD} [the] [module|package|library]"
            f" <old:plain>",
            example="use the module tomllib instead of tomli",
        ),
        Form(
            pattern=f"import [the] [module|package|library] <new:plain> {_INSTEAD} [the] [module|package|"
            f"library] <old:plain>",
            example="import orjson instead of ujson",
        ),
        Form(
            pattern="(replace|swap|change) [all] [the] (imports|import) of <old:plain> (by|with|to) [imports of|"
            "import of|those of]"
            " <new:plain>",
            example="replace imports of simplejson by json",
        ),
        Form(
            pattern="(switch|migrate|change|move) from [the] (module|package|library) <old:plain> to [the]"
            " [module|package|library] <new:plain>",
            example="switch from the package toml to tomlkit",
        ),
    ),
    plan=plan_module,
)

NAMES = Recipe(
    name="take a name from another module",
    forms=(
        Form(
            pattern=f"import <name:identifier> from <new:plain> {_INSTEAD} [from] <old:plain>",
            example="import Mapping from collections.abc instead of collections",
        ),
        Form(
            pattern=f"(take|use|get) <name:identifier> from <new:plain> {_INSTEAD} [from] <old:plain>",
            example="take Protocol from typing rather than typing_extensions",
        ),
    ),
    plan=plan_names,
)
