"""Other names of a script's targets: packages that import them from where they are defined.

``from pkg.mod import Name`` in ``pkg/__init__.py`` makes ``pkg.Name`` another name of ``pkg.mod.Name``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autotransform.run.bindings import ModuleNames, read_names
from autotransform.run.gate import Gate
from autotransform.run.imported_words import STAR, Unparsed, imports_in, wanted_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from autotransform.engine.values import FileContext
    from autotransform.run.bindings import Binding

#: How far before a dot the name is looked for that it follows.
_LONGEST_NAME = 80


def find_reexports(
    targets: tuple[str, ...],
    files: Callable[[], Iterable[tuple[FileContext, bytes]]],
    *,
    modules: Collection[str] = (),
) -> tuple[tuple[str, str], ...]:
    """Find every other qualified name under which the tree's modules hold a target.

    Read from the module level of each file, ``if`` and ``try`` included: ``from M import N as A``, ``from M import *``
    and ``import M as A``, through any number of modules. A target inside a class goes by the class's other names, too.
    A name that its module certainly binds to something else afterwards is none; files that do not parse are ignored.
    Only names are given that matter: those of packages, those in an ``__all__``, and those by which some file may speak
    of the target. That leaves out the many modules that merely use it.

    Args:
        targets: Qualified names.
        files: Gives every Python file of the tree, each time it is called anew.
        modules: Names of all modules of the tree; they tell where in a target the module ends.

    Returns:
        Pairs of other name and target, sorted. A target is never another's other name; one name may stand for two
        targets, where a module imports the one or the other.
    """
    if not targets:
        return ()
    search = Reexports(targets, modules=modules)
    for context, content in files():
        search.read(context, content)
    return search.finish(files)


class Reexports:
    """The search for the other names of targets; whoever reads all files anyway hands each of them over.

    Of the many files in which one of the words stands, only those are parsed that import something of that name.
    """

    def __init__(self, targets: tuple[str, ...], *, modules: Collection[str]) -> None:
        self._targets = targets
        self._modules = modules
        self._known = {(target, target) for target in targets}
        self._read: dict[str, ModuleNames] = {}
        self._unparsed: dict[str, Unparsed] = {}
        self._passed_over: set[str] = set()
        self._spoken: set[str] = set()
        self._searched = _Words()
        self._search = _Search(_words(self._known, modules=modules))
        self._homes = _prefixes_of(self._known)
        self._wanted = wanted_of({*self._homes, *(alias for alias, _ in self._known)})

    def concerns(self, content: bytes) -> bool:
        """Tell whether a file is worth handing over."""
        return self._search.may_concern(content)

    def read(self, context: FileContext, content: bytes) -> None:
        """Take in one file of the tree."""
        path = context.path
        held = self._unparsed.get(path)
        if not context.module or path in self._read or path in self._passed_over:
            return
        if held is None:
            if not self.concerns(content):
                return
            is_package = context.module == context.package
            held = Unparsed(module=context.module, is_package=is_package, imports=imports_in(content))
            self._unparsed[path] = held
            self._spoken |= self._search.spoken_in(content)
        if self._is_wanted(held):
            names = read_names(content, context=context)
            del self._unparsed[path]
            if names is None:
                self._passed_over.add(path)
            else:
                self._read[path] = names

    def finish(self, files: Callable[[], Iterable[tuple[FileContext, bytes]]]) -> tuple[tuple[str, str], ...]:
        """Give what `find_reexports` gives; where other names are found, the files are read again for those."""
        while self._follow():
            self._read_again(files)
        importers = self._importers()
        unsure = [alias for alias, target in self._known if alias != target]
        unsure = [alias for alias in unsure if not importers.may_use(alias, spoken=self._spoken)]
        # Who imports one of those by its module or its name? Nothing that is new to `close` is among them.
        self._wanted = wanted_of(name for alias in unsure for name in importers.ways(alias))
        if unsure and self._has_wanted():
            self._read_again(files)
            importers = self._importers()
        others = {
            pair for pair in self._known if pair[0] != pair[1] and importers.may_use(pair[0], spoken=self._spoken)
        }
        return tuple(sorted(others | {pair for each in others for pair in _owners(each, modules=self._modules)}))

    def _importers(self) -> _Importers:
        return _Importers(self._read.values(), modules=self._modules, unparsed=self._unparsed.values())

    def _follow(self) -> bool:
        """Follow what was read, and tell whether there is something new to look for.

        `from M import Name as Other` hides the target's word from whoever imports `Other`.
        """
        self._searched = self._searched | self._search.words
        self._known = self._importers().close(self._known, targets=self._targets)
        self._homes = _prefixes_of(self._known)
        self._wanted = wanted_of({*self._homes, *(alias for alias, _ in self._known)})
        new = _words(self._known, modules=self._modules) - self._searched
        self._search = _Search(new)
        return bool(new) or self._has_wanted()

    def _has_wanted(self) -> bool:
        return any(map(self._is_wanted, self._unparsed.values()))

    def _is_wanted(self, held: Unparsed) -> bool:
        # What a module lists decides what a star import takes out of it.
        return held.module in self._homes or held.may_import(self._wanted)

    def _read_again(self, files: Callable[[], Iterable[tuple[FileContext, bytes]]]) -> None:
        for context, content in files():
            self.read(context, content)


def _prefixes_of(known: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Give every module that one of the names may stand in."""
    split = [alias.split(".") for alias, _ in known]
    return frozenset(".".join(parts[:length]) for parts in split for length in range(1, len(parts)))


def _owners(pair: tuple[str, str], *, modules: Collection[str]) -> Iterator[tuple[str, str]]:
    """Give the same for the classes that a member stands in: `Client` of `Client.get` has the other name, too."""
    other, target = pair
    for _ in range(target.count(".") - _depth(target.split("."), modules=modules)):
        other, target = other.rpartition(".")[0], target.rpartition(".")[0]
        yield other, target


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """What a file must hold to import a target, its class or its module."""

    #: Parts of names, any of which may stand behind ``import``.
    imported: frozenset[str] = frozenset()
    #: First parts of names: with ``as`` behind them the whole module may be called something else.
    aliased: frozenset[str] = frozenset()

    def __sub__(self, other: _Words) -> _Words:
        return _Words(imported=self.imported - other.imported, aliased=self.aliased - other.aliased)

    def __bool__(self) -> bool:
        return bool(self.imported or self.aliased)

    def __or__(self, other: _Words) -> _Words:
        return _Words(imported=self.imported | other.imported, aliased=self.aliased | other.aliased)


class _Search:
    """Looks for words in one file after the other."""

    def __init__(self, words: _Words) -> None:
        self.words = words
        self._gate = Gate(tuple(sorted(words.imported))) if words.imported else None
        # Only at the start of a dotted name, where the first part stands: else the time would grow with the square.
        self._aliased = [
            (word.encode(), re.compile(rb"(?<![\w.])%s[\w.]*+[\s\\]++as\b" % re.escape(word.encode())))
            for word in sorted(words.aliased)
        ]
        self._spoken = [(word, re.compile(rb"\.\s*%s\b" % re.escape(word.encode()))) for word in sorted(words.imported)]

    def may_concern(self, content: bytes) -> bool:
        """Tell whether a file is worth reading."""
        if b"import" not in content and b"__all__" not in content and content.isascii():
            return False
        if (self._gate and self._gate.admits(content)) or (b"*" in content and STAR.search(content)):
            return True
        return any(word in content and pattern.search(content) for word, pattern in self._aliased)

    def spoken_in(self, content: bytes) -> set[str]:
        """Find every ``left.word``."""
        found = set()
        for word, pattern in self._spoken:
            for end in pattern.finditer(content):
                left = re.search(rb"(\w+)\s*$", content[max(0, end.start() - _LONGEST_NAME) : end.start()])
                if left:
                    found.add(f"{left[1].decode()}.{word}")
        return found


def _words(known: Iterable[tuple[str, str]], *, modules: Collection[str]) -> _Words:
    """Give what a file must hold to import one of the names.

    Of a target that is its own name and its module's; of its other names only what a ``from … import … as`` made of its
    own. The modules that merely import a target are many, and nobody imports them for it.
    """
    imported: set[str] = set()
    aliased: set[str] = set()
    for alias, target in known:
        parts, depth = alias.split("."), _depth(target.split("."), modules=modules)
        if alias == target:
            imported |= {*parts[max(0, depth - 1) : depth + 1]}
            aliased.add(parts[0])
        else:
            imported.add(parts[depth - target.count(".") - 1])
    return _Words(imported=frozenset(imported), aliased=frozenset(aliased))


def _depth(parts: list[str], *, modules: Collection[str]) -> int:
    """Count the parts of a target that name its module; all but the last where the tree does not hold it."""
    lengths = [length for length in range(1, len(parts)) if ".".join(parts[:length]) in modules]
    return lengths[-1] if lengths else max(0, len(parts) - 1)


class _Importers:
    """Who imports what, in all modules that were read."""

    def __init__(
        self, read: Iterable[ModuleNames], *, modules: Collection[str], unparsed: Iterable[Unparsed] = ()
    ) -> None:
        self._by_source: dict[str, list[tuple[str, Binding]]] = defaultdict(list)
        self._exported: dict[str, frozenset[str]] = {}
        self._read: set[str] = set()
        self._packages: set[str] = set()
        self._imported: set[str] = set()
        self._modules = modules
        for names in read:
            for binding in names.bindings:
                self._by_source[binding.source].append((names.module, binding))
            self._read.add(names.module)
            self._imported |= names.imported
            if names.is_package:
                self._packages.add(names.module)
            if names.exported is not None:
                self._exported[names.module] = names.exported
        for held in unparsed:
            self._read.add(held.module)
            if held.is_package:
                self._packages.add(held.module)

    def close(self, known: set[tuple[str, str]], *, targets: tuple[str, ...]) -> set[tuple[str, str]]:
        """Follow the imports from names to names until they lead to no new one."""
        found = set(known)
        fresh = set(known)
        while fresh:
            made = {(other, target) for alias, target in fresh for other in self._others(alias, target=target)}
            fresh = {(other, target) for other, target in made - found if other not in targets}
            found |= fresh
        return found

    def may_use(self, alias: str, *, spoken: set[str]) -> bool:
        """Tell whether somebody may call a target by this name; ``spoken`` is what stands in the texts with a dot."""
        module, last, name = self._split(alias)
        is_public = module in self._packages or name in self._exported.get(module, ())
        return is_public or not self.ways(alias).isdisjoint(self._imported) or f"{last}.{name}" in spoken

    def ways(self, alias: str) -> set[str]:
        """Give what somebody may import who uses that name."""
        module, _, name = self._split(alias)
        return {module, f"{module}.{name}", f"{module}.*"}

    def _split(self, alias: str) -> tuple[str, str, str]:
        """Give the module that holds a name, the last part of that, and the name there."""
        parts = alias.split(".")
        length = max(length for length in range(1, len(parts)) if ".".join(parts[:length]) in self._read)
        return ".".join(parts[:length]), parts[length - 1], parts[length]

    def _others(self, alias: str, *, target: str) -> Iterator[str]:
        """Give the names that a target gets where somebody imports what one of its names starts with."""
        parts = alias.split(".")
        for length in range(1, len(parts) + 1):
            source = ".".join(parts[:length])
            for module, binding in self._by_source.get(source, ()):
                imported = [binding.name] if not binding.is_star else parts[length : length + 1]
                rest = parts[length + 1 :] if binding.is_star else parts[length:]
                if not imported or (binding.is_star and not self._is_exported(imported[0], source=source)):
                    continue
                # What follows must be the target's own end: `import pkg` in a module of pkg would else make
                # `pkg.a.pkg.a.pkg.a…` without end.
                if target.split(".")[-len(rest) :] == rest or not rest:
                    other = ".".join([module, *imported, *rest])
                    if other != alias:
                        yield other

    def _is_exported(self, name: str, *, source: str) -> bool:
        """Tell whether ``from source import *`` takes a name along."""
        if source in self._exported:
            return name in self._exported[source]
        return not name.startswith("_") and f"{source}.{name}" not in self._modules
