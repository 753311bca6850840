"""Rename a function, class, method, attribute, constant or module."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from autotransform.author.recipes import rename_cases, rename_member_cases
from autotransform.author.recipes.families import find_family, find_overridden
from autotransform.author.recipes.forms import Form, Parsed, check_identifier
from autotransform.author.recipes.move import plan_module_move
from autotransform.author.recipes.recipe import Plan, Recipe
from autotransform.errors import ModelError
from autotransform.run.reexports import find_reexports

if TYPE_CHECKING:
    from autotransform.author.recipes.ground import Ground
    from autotransform.author.recipes.meaning import Meaning
    from autotransform.engine import FileContext

_KINDS = {"variable": "constant", "": "name"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Renaming:
    """What is renamed to what."""

    #: The qualified name, where it is defined.
    old: str
    #: The last part of the new name.
    new: str
    #: In words: ``function``, ``class``, ``constant``.
    kind: str
    module: str
    #: Of the file that defines it, as a case names it; empty where it is not in the repository.
    path: str = ""
    #: Other names of the same thing, in packages that re-export it.
    others: tuple[str, ...] = ()

    @property
    def last(self) -> str:
        """The last part of the old name."""
        return self.old.rpartition(".")[2]

    @property
    def owner(self) -> str:
        """The module or class that it belongs to."""
        return self.old.rpartition(".")[0]


def plan_rename(parsed: Parsed, ground: Ground) -> Plan:
    """Plan a renaming.

    Raises:
        ModelError: What is to be renamed is unclear or built in, or the new name is taken.
    """
    meaning = ground.find(parsed["old"], kind=parsed.kind)
    if meaning.is_builtin:
        raise ModelError(
            f"`{meaning.last}` is built into Python and cannot be renamed.",
            hint=f"To have something else called instead, ask: replace {meaning.last} with package.module.name",
        )
    owner, _, new = parsed["new"].rpartition(".")
    check_identifier(new, what="the new name")
    if meaning.kind == "module" and owner not in {"", meaning.name.rpartition(".")[0]}:
        return plan_module_move(meaning, new=parsed["new"], ground=ground)
    _require_same_owner(meaning, owner=owner, new=parsed["new"])
    if new == meaning.last:
        raise ModelError(f"`{meaning.name}` is called `{new}` already.", hint="Give it another name.")
    renaming = Renaming(
        old=meaning.name,
        new=new,
        kind=_KINDS.get(meaning.kind, meaning.kind),
        module=meaning.module,
        path=_path(meaning),
    )
    ground.require_free(".".join(part for part in (renaming.owner, new) if part))
    if meaning.kind == "module":
        return _plan_module(renaming, meaning=meaning)
    return _plan_member(renaming, meaning, ground) if "." in meaning.inner else _plan_name(renaming, meaning, ground)


def _require_same_owner(meaning: Meaning, *, owner: str, new: str) -> None:
    expected = meaning.name.rpartition(".")[0]
    if owner and owner != expected and not expected.endswith(f".{owner}"):
        raise ModelError(
            f"`{new}` stands in `{owner}`, and `{meaning.name}` in `{expected}`: that is a move, not a renaming.",
            hint=f"Do one after the other: rename {meaning.name} to {new.rpartition('.')[2]}, then: "
            f"move {expected}.{new.rpartition('.')[2]} to {owner}",
        )


def _plan_name(renaming: Renaming, meaning: Meaning, ground: Ground) -> Plan:
    """Plan for what stands at the top of a module."""
    found = find_reexports((renaming.old,), lambda: _files(ground), modules=ground.modules)
    others = tuple(other for other, _ in found if other.rpartition(".")[2] == renaming.last)
    packages = {
        ground.contexts[path].module for path in ground.contexts if path.endswith(("__init__.py", "__init__.pyi"))
    }
    for other in others:
        if other.rpartition(".")[0] in packages:
            ground.require_free(f"{other.rpartition('.')[0]}.{renaming.new}")
    renaming = replace(renaming, others=tuple(each for each in others if each.rpartition(".")[0] in packages))
    values = {
        **_values(renaming),
        "targets": [renaming.old, *renaming.others],
        "cases": rename_cases.of_name(renaming),
        "reexports": [each.rpartition(".")[0] for each in renaming.others],
        "is_defined": meaning.definition is not None,
    }
    notes = () if meaning.definition else (_elsewhere(renaming),)
    return Plan(template="rename_name.py.jinja", values=values, notes=(*meaning.notes, *notes))


def _plan_member(renaming: Renaming, meaning: Meaning, ground: Ground) -> Plan:
    """Plan for what stands in a class."""
    overridden = find_overridden(renaming.owner, attribute=renaming.last, ground=ground)
    if overridden and overridden.path:
        raise ModelError(
            f"`{renaming.old}` overrides `{overridden.name}` ({overridden.path}:{overridden.line}); renamed alone, it "
            "would no longer be called in its place.",
            hint=f"Rename the one that it overrides, and all that override it follow: rename the {renaming.kind} "
            f"{overridden.name} to {renaming.new}",
        )
    family = find_family(renaming.owner, ground=ground)
    for each in family:
        ground.require_free(f"{each}.{renaming.new}")
    values = {
        **_values(renaming),
        "targets": [f"{each}.{renaming.last}" for each in family],
        "subclasses": list(family[1:]),
        "cases": rename_member_cases.of_member(renaming, class_inner=renaming.owner[len(renaming.module) + 1 :]),
    }
    notes = list(meaning.notes)
    if overridden:
        notes.append(
            f"`{renaming.old}` overrides `{overridden.name}`, which is not in this repository: check who calls it."
        )
    if meaning.definition is None:
        notes.append(_elsewhere(renaming))
    return Plan(template="rename_member.py.jinja", values=values, notes=tuple(notes))


def _plan_module(renaming: Renaming, *, meaning: Meaning) -> Plan:
    renaming = replace(renaming, path="")
    values = {**_values(renaming), "targets": [renaming.old], "cases": rename_cases.of_module(renaming)}
    notes = meaning.notes
    if meaning.definition is None:
        return Plan(
            template="rename_module.py.jinja", values={**values, "move": ""}, notes=(*notes, _elsewhere(renaming))
        )
    path = meaning.definition.path
    is_package = path.endswith(("/__init__.py", "/__init__.pyi"))
    before = path.rpartition("/")[0] if is_package else path
    folder, _, leaf = before.rpartition("/")
    suffix = leaf[len(renaming.last) :] if leaf.startswith(renaming.last) else ""
    after = f"{folder}/{renaming.new}{suffix}".lstrip("/")
    move = f"git mv {before} {after}"
    return Plan(
        template="rename_module.py.jinja",
        values={**values, "move": move},
        notes=(*notes, f"Only references are rewritten. Move the file on the same branch: {move}"),
    )


def _values(renaming: Renaming) -> dict[str, object]:
    return {
        "old": renaming.old,
        "last": renaming.last,
        "new": renaming.new,
        "kind": renaming.kind,
        "owner": renaming.owner,
        "mentions": [renaming.last] if renaming.last.isascii() else [],
    }


def _files(ground: Ground) -> list[tuple[FileContext, bytes]]:
    return [(ground.contexts[path], content) for path, content in ground.read_all()]


def _path(meaning: Meaning) -> str:
    if meaning.definition is None or meaning.kind == "module":
        return ""
    path = meaning.module.replace(".", "/")
    return f"{path}/__init__.py" if meaning.definition.path.endswith(("__init__.py", "__init__.pyi")) else f"{path}.py"


def _elsewhere(renaming: Renaming) -> str:
    return f"`{renaming.old}` is not defined in this repository: only its uses are renamed."


RENAME = Recipe(
    name="rename",
    forms=(
        Form(
            pattern="rename [the] [<kind>] <old> (to|into|as) <new>",
            example="rename the function package.module.old to new",
        ),
        Form(
            pattern="call [the] [<kind>] <old> <new> from now on", example="call the class package.Old New from now on"
        ),
    ),
    plan=plan_rename,
)
