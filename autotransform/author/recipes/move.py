"""Move a name to another module, or a module to another package: references are rewritten, files are moved by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autotransform.author.recipes import move_cases
from autotransform.author.recipes.forms import Form, Parsed, check_identifier
from autotransform.author.recipes.recipe import Plan, Recipe
from autotransform.errors import ModelError

if TYPE_CHECKING:
    from autotransform.author.recipes.ground import Ground
    from autotransform.author.recipes.meaning import Meaning

_KINDS = {"variable": "constant", "": "name"}


def plan_move(parsed: Parsed, ground: Ground) -> Plan:
    """Plan a move.

    Raises:
        ModelError: What is to be moved is unclear, in a class or built in, or the new place is taken.
    """
    meaning = ground.find(parsed["old"], kind=parsed.kind)
    target = parsed["new"]
    if meaning.kind == "module":
        is_package = ground.modules.get(target, "").endswith(("__init__.py", "__init__.pyi"))
        return plan_module_move(meaning, new=f"{target}.{meaning.last}" if is_package else target, ground=ground)
    if meaning.is_builtin or "." in meaning.inner:
        raise ModelError(
            f"`{meaning.name}` does not stand at the top of a module, so it cannot be moved to another.",
            hint="Move a function, a class, a constant or a module: move package.module.name to package.other",
        )
    is_whole = target not in ground.modules and target.rpartition(".")[2] == meaning.last
    module = target.rpartition(".")[0] if is_whole else target
    if module == meaning.module:
        raise ModelError(f"`{meaning.name}` is in `{module}` already.", hint="Name another module.")
    for part in module.split("."):
        check_identifier(part, what="part of a module's name")
    new = f"{module}.{meaning.last}"
    ground.require_free(new)
    values = {
        "old": meaning.name,
        "new": new,
        "last": meaning.last,
        "module": meaning.module,
        "new_module": module,
        "kind": _KINDS.get(meaning.kind, meaning.kind),
        "mentions": [meaning.last] if meaning.last.isascii() else [],
        "is_defined": meaning.definition is not None,
        "cases": move_cases.of_name(meaning, new_module=module),
    }
    return Plan(
        template="move_name.py.jinja", values=values, notes=(*meaning.notes, *_by_hand(meaning, module, ground))
    )


def plan_module_move(meaning: Meaning, *, new: str, ground: Ground) -> Plan:
    """Plan the move of a module to another package, under the same or another name.

    Raises:
        ModelError: The new name is taken, or is none.
    """
    for part in new.split("."):
        check_identifier(part, what="part of a module's name")
    ground.require_free(new)
    move = _command(meaning, new=new, ground=ground)
    values = {
        "old": meaning.name,
        "new": new,
        "last": meaning.last,
        "mentions": _mentions(meaning, ground=ground),
        "move": move,
        "cases": move_cases.of_module(meaning.name, new=new),
    }
    notes = (f"Only references are rewritten. Move the file on the same branch: {move}",) if move else ()
    return Plan(template="move_module.py.jinja", values=values, notes=(*meaning.notes, *notes))


def _by_hand(meaning: Meaning, module: str, ground: Ground) -> tuple[str, ...]:
    if meaning.definition is None:
        return (f"`{meaning.name}` is not defined in this repository: only its uses are rewritten.",)
    where = ground.modules.get(module) or f"{module.replace('.', '/')}.py (a new file)"
    start = f"{meaning.definition.path}:{meaning.definition.line}"
    return (
        f"Only references are rewritten. Move the definition itself, with what it imports, from {start} to {where}.",
        f"Where `{meaning.module}` still uses it, it has to import it from `{module}`; those places are listed.",
    )


def _command(meaning: Meaning, *, new: str, ground: Ground) -> str:
    """Write the command that moves the file or folder of a module; empty where it is not in the repository."""
    if meaning.definition is None:
        return ""
    path = meaning.definition.path
    is_package = path.endswith(("/__init__.py", "/__init__.pyi"))
    before = path.rpartition("/")[0] if is_package else path
    suffix = "" if is_package else "." + path.rpartition(".")[2]
    stem = before.removesuffix(suffix) if suffix else before
    root = stem.removesuffix(meaning.name.replace(".", "/"))
    parent = new.rpartition(".")[0]
    known = ground.modules.get(parent, "")
    folder = known.rpartition("/")[0] + "/" if known else root + (parent.replace(".", "/") + "/" if parent else "")
    return f"git mv {before} {folder}{new.rpartition('.')[2]}{suffix}"


def _mentions(meaning: Meaning, *, ground: Ground) -> list[str]:
    """Give the words that every file to be changed holds; none where a file that moves has relative imports alone."""
    if not meaning.last.isascii():
        return []
    word = meaning.last.encode()
    for path, content in ground.read_all():
        is_inside = f"{ground.contexts[path].module}.".startswith(f"{meaning.name}.")
        if is_inside and b"from ." in content and word not in content:
            return []
    return [meaning.last]


MOVE = Recipe(
    name="move",
    forms=(
        Form(
            pattern="move [the] [<kind>] <old> [over] (to|into) [the] [(module|package)] <new>",
            example="move the function package.module.name to package.other",
        ),
    ),
    plan=plan_move,
)
