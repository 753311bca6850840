"""Every name that one thing goes by, and the words by which files that use it are found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autotransform.run.reexports import find_reexports

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autotransform.author.recipes.ground import Ground
    from autotransform.author.recipes.meaning import Meaning


def find_names(meaning: Meaning, ground: Ground) -> tuple[str, ...]:
    """Give every qualified name of something: where it is defined first, then where modules pass it on."""
    installed = meaning.installed.name if meaning.installed else meaning.name
    is_inside = installed.partition(".")[0] == meaning.name.partition(".")[0]
    found = find_reexports(
        (meaning.name,),
        lambda: ((ground.contexts[path], content) for path, content in ground.read_all()),
        modules=ground.modules,
    )
    passed_on = [other for other, _ in found if _is_used(other, meaning=meaning, ground=ground)]
    return tuple(dict.fromkeys([meaning.name, *([installed] if is_inside else []), *passed_on]))


def _is_used(name: str, *, meaning: Meaning, ground: Ground) -> bool:
    """Tell whether people use a name: a package of ours offers it, or a file imports it from there.

    Every module that imports something has a name for it; most of these nobody would think of using.
    """
    inner = meaning.inner.count(".")
    parts = name.split(".")
    module, top = ".".join(parts[: len(parts) - 1 - inner]), ".".join(parts[: len(parts) - inner])
    path = ground.modules.get(module, "")
    if meaning.definition and path.endswith(("__init__.py", "__init__.pyi")):
        return True
    word = top.rpartition(".")[2]
    return any(each.target == top for names in ground.names_with(word) for each in names.imports)


def find_mentions(meaning: Meaning, names: Iterable[str], ground: Ground) -> tuple[str, ...]:
    """Choose the words of which every file that uses something, under one of its names, holds one.

    None where a name is not ASCII.
    """
    mentions = ground.mentions(meaning)
    lasts = {name.rpartition(".")[2] for name in names} - {meaning.last}
    if not mentions or not all(each.isascii() for each in lasts):
        return ()
    return (*mentions, *sorted(lasts - set(mentions)))
