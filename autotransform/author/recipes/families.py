"""Classes and what derives from them, across the files of a repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autotransform.author.recipes.definitions import Definition, ModuleNames
    from autotransform.author.recipes.ground import Ground


def find_family(name: str, *, ground: Ground) -> tuple[str, ...]:
    """Name a class and every class of the repository that derives from it, the class first, the others sorted."""
    family = {name}
    words: set[str] = set()
    while missing := {each.rpartition(".")[2] for each in family} - words:
        words |= missing
        for names in ground.names_with(*sorted(words)):
            size = 0
            while size != len(family):
                size = len(family)
                family |= {
                    each.name
                    for each in names.definitions
                    if each.kind == "class"
                    and any(_resolve(base, names=names, ground=ground) in family for base in each.bases)
                }
    return (name, *sorted(family - {name}))


def find_overridden(name: str, *, attribute: str, ground: Ground) -> Definition | None:
    """Find the method or attribute that a class overrides, in the nearest class above it that has it."""
    seen = {name}
    waiting = [name]
    while waiting:
        current = waiting.pop(0)
        definition = ground.look_up(current)
        if definition is None:
            continue
        if current != name and (found := ground.look_up(f"{definition.name}.{attribute}")):
            return found
        names = ground.names_in(definition.module)
        above = [_resolve(base, names=names, ground=ground) if names else base for base in definition.bases]
        waiting += [each for each in above if each not in seen]
        seen |= set(above)
    return None


def _resolve(base: str, *, names: ModuleNames, ground: Ground) -> str:
    """Give the qualified name of a base class as it is written in a module."""
    first, dot, rest = base.partition(".")
    bound = names.binding(first)
    full = f"{bound.target if bound else f'{names.module}.{first}'}{dot}{rest}"
    found = ground.look_up(full)
    return found.name if found else full
