"""Add a decorator or a base class where another stands, or to one definition, and remove a base class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autotransform.author.recipes import answers
from autotransform.author.recipes import attachment_cases as cases
from autotransform.author.recipes.aliases import find_mentions, find_names
from autotransform.author.recipes.decorators import require_literals
from autotransform.author.recipes.families import find_family
from autotransform.author.recipes.forms import Form, Parsed
from autotransform.author.recipes.names import describe
from autotransform.author.recipes.recipe import Plan, Recipe
from autotransform.errors import ModelError

if TYPE_CHECKING:
    from autotransform.author.recipes.ground import Ground
    from autotransform.author.recipes.meaning import Meaning


def plan_decorator(parsed: Parsed, ground: Ground) -> Plan:
    """Plan to add a decorator: beside another, to the classes that derive from one, or to one definition.

    Raises:
        ModelError: The decorator is a module, or is what it is to stand beside, or its arguments are not literals.
    """
    call = parsed.values.get("call", "")
    if call:
        require_literals(call)
    new = _new(parsed, ground)
    written = f"{new.inner}{call}"
    shared = {"call": call, "is_first": not parsed.has("below"), "marker": None, "base": None}
    if parsed.has("marker"):
        marker = ground.find(parsed["marker"])
        _require_apart(marker, new)
        what = f"what is decorated with ``@{marker.text}``"
        examples = cases.of_decorator(written, meaning=new, marker=marker, is_first=not parsed.has("below"))
        values = {**shared, "marker": marker, **_marks(marker, ground=ground)}
    else:
        target = _definition(parsed, ground)
        examples = cases.of_definition(target, decorator=written, meaning=new, base=False)
        what, values = f"``{target.name}``", {**shared, **_marks(target, ground=ground)}
        marker = target
    return Plan(
        template="add_decorator.py.jinja",
        values={**values, "new": new, "what": what, "cases": examples},
        notes=(*new.notes, *marker.notes),
    )


def plan_base(parsed: Parsed, ground: Ground) -> Plan:
    """Plan to add a base class: to the classes that derive from another, or to one class.

    Raises:
        ModelError: The class is a module, or the other class derives from it already.
    """
    new = _new(parsed, ground)
    base: Meaning | None = None
    if parsed.has("base"):
        base = ground.find(parsed["base"])
        _require_apart(base, new)
        if base.definition and base.name in find_family(new.name, ground=ground):
            raise ModelError(
                f"`{base.name}` derives from `{new.name}`, and so does whatever derives from it.",
                hint=f"Put it into one class: add base class {new.name} to class package.module.Thing",
            )
        what, examples, target = f"the classes that derive from ``{base.text}``", cases.of_base(new, base=base), base
    else:
        target = _definition(parsed, ground)
        if target.kind != "class":
            raise ModelError(f"`{target.name}` is a {target.kind}, not a class.", hint="Name a class.")
        what = f"``{target.name}``"
        examples = cases.of_definition(target, decorator=new.inner, meaning=new, base=True)
    return Plan(
        template="add_base.py.jinja",
        values={"new": new, "base": base, "what": what, "cases": examples, **_marks(target, ground=ground)},
        notes=(*new.notes, *target.notes),
    )


def plan_base_removal(parsed: Parsed, ground: Ground) -> Plan:
    """Plan to remove a base class."""
    old = ground.find(parsed["old"])
    if old.kind == "module":
        raise answers.is_module(old)
    is_object = old.name == "builtins.object"
    described = describe(old, ground=ground)
    targets = described.pop("names")
    loses = f"Classes lose what they have from `{old.name}`: check that nothing uses it."
    return Plan(
        template="remove_base.py.jinja",
        values={
            **described,
            "targets": targets,
            "is_object": is_object,
            "cases": cases.of_removed_base(old, is_object=is_object),
        },
        notes=(*old.notes, *(() if is_object else (loses,))),
    )


def _new(parsed: Parsed, ground: Ground) -> Meaning:
    new = ground.find_replacement(parsed["new"])
    if new.kind == "module":
        raise answers.is_module(new)
    return new


def _require_apart(mark: Meaning, new: Meaning) -> None:
    if mark.kind == "module":
        raise answers.is_module(mark)
    if mark.name == new.name:
        raise ModelError(f"`{new.name}` is where it is to be added.", hint="Name two different ones.")


def _definition(parsed: Parsed, ground: Ground) -> Meaning:
    """Find the one definition that gets something.

    Raises:
        ModelError: It is not a function, method or class of the repository.
    """
    found = ground.find(parsed["target"], kind=parsed.kind)
    if not found.definition or found.kind not in {"function", "class", "method"}:
        raise ModelError(
            f"`{found.name}` is not a function, method or class that this repository defines.",
            hint="To change all that is marked alike, ask: add decorator @package.new to functions decorated with "
            f"@{found.name}",
        )
    return found


def _marks(meaning: Meaning, *, ground: Ground) -> dict[str, object]:
    names = find_names(meaning, ground)
    return {"marks": list(names), "mentions": find_mentions(meaning, names, ground)}


_ADD = "(add|put) [the|a] (decorator|decorators) <new:decorator>"
_ALL = "[all|every|each] [the]"
_THINGS = "(functions|function|methods|method|classes|class|definitions|everything)"

DECORATOR = Recipe(
    name="add a decorator",
    forms=(
        Form(
            pattern=f"{_ADD} (to|on|above|over) {_ALL} {_THINGS} [that is|that are] (decorated with|decorated"
            f" by|marked with|with)"
            " [the] [decorator] <marker>",
            example="add decorator @app.traced to functions decorated with @app.task",
        ),
        Form(
            pattern=f"{_ADD} <below:below> {_ALL} [decorator] <marker> [decorator|decorators]",
            example="add decorator @app.traced below @app.task",
        ),
        Form(
            pattern=f"{_ADD} (above|over|before|wherever there is) {_ALL} [decorator] <marker> [decorator|decorators]",
            example="add decorator @app.traced above every @app.task",
        ),
        Form(
            pattern="decorate [all|every] [the] (functions|methods|classes) (decorated with|marked with|with)"
            " <marker> (also|too)"
            " with <new:decorator>",
            example="decorate functions marked with @app.task also with @app.traced",
        ),
        Form(
            pattern=f"{_ADD} (to|on) [the] (<kind:thing>) <target>",
            example="add decorator @functools.cache to function app.io.load",
        ),
        Form(
            pattern="decorate [the] (<kind:thing>) <target> with <new:decorator>",
            example="decorate the function app.io.load with @functools.cache",
        ),
    ),
    plan=plan_decorator,
)

BASE = Recipe(
    name="add a base class",
    forms=(
        Form(
            pattern="(add|put) [the|a] (base class|base|superclass|parent class|mixin) <new> (to|on|in) [all|"
            "every|each] [the]"
            " (subclasses|subclass|children|classes derived|classes that derive|classes that inherit|classes"
            " inheriting)"
            " (of|from) <base>",
            example="add base class app.Mixin to subclasses of app.Base",
        ),
        Form(
            pattern="(add|put) [the|a] (base class|base|superclass|parent class|mixin) <new> (to|on) [the]"
            " class <target>",
            example="add base class app.Mixin to class app.Thing",
        ),
        Form(
            pattern="(make|let) [all|every|each] [the] (subclasses|subclass|children) of <base> (derive|"
            "inherit) from <new> (too|also|as well)",
            example="make all subclasses of app.Base inherit from app.Mixin too",
        ),
        Form(
            pattern="(make|let) [the] class <target> (derive|inherit) from <new> [too|also|as well]",
            example="make class app.Thing inherit from app.Mixin",
        ),
    ),
    plan=plan_base,
)

REMOVE_BASE = Recipe(
    name="remove a base class",
    forms=(
        Form(
            pattern="(remove|drop|delete|strip) [all|every|the] [redundant|useless|unnecessary|superfluous]"
            " (base class|base classes|base|bases|superclass|parent class|mixin) <old:plain> [everywhere|from"
            " all classes]",
            example="remove base class object",
        ),
        Form(
            pattern="(remove|drop|delete) <old:plain> from [the|all|all the] (base classes|bases|superclasses|"
            "parent classes)"
            " [of all classes]",
            example="remove app.Mixin from all base classes",
        ),
        Form(
            pattern="(stop|no longer) (inheriting|inherit|deriving|derive|subclassing|subclass) [from] <old:plain>"
            " [everywhere]",
            example="stop inheriting from object",
        ),
    ),
    plan=plan_base_removal,
)
