"""What the names of a request mean in the repository at hand."""

from __future__ import annotations

import builtins
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from autotransform.author.recipes import answers
from autotransform.author.recipes.definitions import Definition, ModuleNames, read_module
from autotransform.author.recipes.installed import Presence, is_module, look_up
from autotransform.author.recipes.meaning import Meaning, guess_module
from autotransform.run import find_contexts
from autotransform.run.gate import is_transform

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from autotransform.engine import FileContext
    from autotransform.run import Selection

#: How often a re-export is followed before we call it a circle.
_DEPTH = 12
#: A name of no more letters is found in most files.
_SHORT = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """The repository's Python files, and the request that is asked of them."""

    request: str
    contexts: Mapping[str, FileContext]
    read: Callable[[str], bytes]
    read_all: Callable[[], Iterable[tuple[str, bytes]]]
    _known: dict[str, ModuleNames | None] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, selection: Selection, *, request: str) -> Ground:
        """Stand on every Python file of a selection's tree, selected or not, but for transforms."""
        files = {file.path: file for file in selection.sources}
        return cls(
            request=request,
            contexts=find_contexts((), selection),
            read=lambda path: selection.read(files[path]),
            read_all=lambda: (
                (file.path, content) for file, content in selection.read_sources() if not is_transform(content)
            ),
        )

    @property
    def modules(self) -> dict[str, str]:
        """Map every module of the repository to its path; a ``.py`` goes before its ``.pyi``."""
        paths = sorted(self.contexts, key=lambda path: (path.endswith(".py"), path))
        return {self.contexts[path].module: path for path in paths if self.contexts[path].module}

    def names_in(self, module: str) -> ModuleNames | None:
        """Read what a module of the repository defines and imports; ``None`` when there is none."""
        path = self.modules.get(module)
        return self._read(path, self.read(path)) if path else None

    def names_with(self, *words: str) -> Iterator[ModuleNames]:
        """Read every file that holds one of some words, in path order."""
        pattern = re.compile(rb"|".join(rb"(?<![A-Za-z0-9_])%s(?![A-Za-z0-9_])" % word.encode() for word in words))
        for path, content in self.read_all():
            if pattern.search(content) and (names := self._read(path, content)):
                yield names

    def _read(self, path: str, content: bytes) -> ModuleNames | None:
        if path not in self._known:
            context = self.contexts[path]
            self._known[path] = read_module(content, module=context.module, package=context.package, path=path)
        return self._known[path]

    def find(self, name: str, *, kind: str = "") -> Meaning:
        """Find what a name stands for: something defined here, imported here, built in, or well known.

        Args:
            name: Bare or dotted: ``load``, ``core.load``, ``Loader.load``, ``timezone.utc``.
            kind: What the person said it is; empty when they did not say.

        Raises:
            ModelError: It may be several things, or nothing here has that name.
        """
        candidates = self._candidates(name, kind=kind)
        if len(candidates) == 1:
            return candidates[0].read_from(name)
        if candidates:
            raise answers.ambiguous(name, candidates=candidates, request=self.request)
        others = self._candidates(name, kind="") if kind else []
        raise answers.unknown(name, kind=kind, others=others, searched=len(self.contexts))

    def find_replacement(self, name: str, *, leaving: str = "") -> Meaning:
        """Find what the new name of a replacement stands for; it need not be in use here yet.

        Args:
            name: As the request has it.
            leaving: What it takes the place of. A short name is not looked for in that one's own package, which is to
                go, unless it is known to be there: ``timezone.utc`` in the place of ``pytz.UTC`` is none of pytz,
                though files here import a ``timezone`` from it.

        Raises:
            ModelError: It may be several things, or it is a bare name that nothing here explains.
        """
        left = leaving.partition(".")[0]
        candidates = [
            each
            for each in self._candidates(name, kind="")
            if each.definition or name.partition(".")[0] == left or each.name.partition(".")[0] != left
        ] or self._well_known(name, kind="")
        if len(candidates) > 1:
            raise answers.ambiguous(name, candidates=candidates, request=self.request)
        if candidates:
            return candidates[0].read_from(name)
        if "." not in name:
            raise answers.bare(name, request=self.request)
        note = f"`{name}` was found neither here nor among what is installed; it is taken as you wrote it."
        return Meaning(name=name, module=self._module_of(name, sources=frozenset()), notes=(note,))

    def find_modules(self, name: str) -> tuple[str, ...]:
        """Name the modules that a name may be; where one has just that name, it alone."""
        modules = sorted(self.modules)
        if name in modules or is_module(name):
            return (name,)
        return tuple(module for module in modules if module.endswith(f".{name}"))

    def look_up(self, name: str) -> Definition | None:
        """Find the definition of a qualified name, through re-exports: here, or else in what is installed."""
        return self._follow(name) or look_up(name)[1]

    def mentions(self, meaning: Meaning) -> tuple[str, ...]:
        """Choose the word that any file with a use of something must hold.

        Its last name; where that is short and common, the name of its module, unless other modules pass it on. None
        where it is not ASCII.
        """
        top = meaning.module.rpartition(".")[2]
        if not meaning.last.isascii():
            return ()
        if len(meaning.last) > _SHORT or meaning.definition or meaning.is_builtin or not top:
            return (meaning.last,)
        imports = [(names.module, each) for names in self.names_with(meaning.last) for each in names.imports]
        passed_on = {f"{module}.{each.local}" for module, each in imports if each.target == meaning.name}
        return (meaning.last,) if passed_on & {each.target for _, each in imports} else (top,)

    def require_free(self, name: str) -> None:
        """Refuse a new qualified name that the repository already uses.

        Raises:
            ModelError: Something is defined or imported under that name.
        """
        taken = self._follow(name)
        if taken:
            raise answers.taken(name, by=taken)

    def _candidates(self, name: str, *, kind: str) -> list[Meaning]:
        """Give everything a name may stand for, likeliest first; one entry where it is clear."""
        first, last = name.split(".", maxsplit=1)[0], name.rpartition(".")[2]
        files = list(self.names_with(first, last))
        defined = self._defined(name, files=files)
        exact = [found for found in defined if found.name == name]
        if chosen := _of_kind(exact, kind=kind):
            return chosen[:1]
        if followed := self._follow(name):
            return _of_kind([_meaning_of(followed)], kind=kind)
        sources = frozenset(bound.source for names in files for bound in names.imports)
        imported = self._imported(name, files=files, sources=sources)
        if kind != "" or "." in name:
            return _of_kind(_distinct([*defined, *imported]), kind=kind) or self._well_known(name, kind=kind)
        top = [found for found in defined if found.kind in {"function", "class", "variable"}]
        built_in = [each for each in self._well_known(name, kind=kind) if each.is_builtin]
        module = [Meaning(name=name, kind="module", module=name)] if is_module(name) else []
        tiers = (_distinct([*top, *imported, *built_in]), self._well_known(name, kind=kind), defined, module)
        return next((tier for tier in tiers if tier), [])

    def _defined(self, name: str, *, files: Iterable[ModuleNames]) -> list[Meaning]:
        found = [
            _meaning_of(definition)
            for names in files
            for definition in names.definitions
            if definition.name == name or definition.name.endswith(f".{name}")
        ]
        found += [
            Meaning(name=module, kind="module", module=module, definition=_module(module, path=path))
            for module, path in self.modules.items()
            if module == name or module.endswith(f".{name}")
        ]
        return _distinct(found)

    def _imported(self, name: str, *, files: Iterable[ModuleNames], sources: frozenset[str]) -> list[Meaning]:
        """Read a name as the files that import its first part do; the name as it stands goes first."""
        first, _, rest = name.partition(".")
        bound = [each for names in files for each in names.imports]
        targets = [each.target for each in bound if each.local == first]
        targets = targets or [each.target for each in bound if each.target.rpartition(".")[2] == first]
        roots = {source.partition(".")[0] for source in sources}
        as_typed = [name] if rest and (first in roots or is_module(first)) else []
        counted = dict.fromkeys([*as_typed, *(f"{target}.{rest}" if rest else target for target in targets)])
        found: list[tuple[Presence, Meaning]] = []
        for full in counted:
            if definition := self._follow(full):
                found.append(("present", _meaning_of(definition)))
            elif full.partition(".")[0] not in self._roots():
                presence, definition = look_up(full)
                meaning = self._external(full, definition=definition, sources=sources, typed=name)
                found.append((presence if full in as_typed or targets else "absent", meaning))
        present = _distinct([meaning for presence, meaning in found if presence == "present"])
        possible = _distinct([meaning for presence, meaning in found if presence != "absent"])
        chosen = present or possible
        return [meaning for meaning in chosen if meaning.name in as_typed][:1] or chosen

    def _external(self, name: str, *, definition: Definition | None, sources: frozenset[str], typed: str) -> Meaning:
        module = self._module_of(name, sources=sources)
        note = () if typed == name else (f"`{typed}` is read as `{name}`, as files here import it.",)
        kind = "module" if module == name else definition.kind if definition else ""
        return Meaning(name=name, kind=kind, module=module, installed=definition, notes=note)

    def _well_known(self, name: str, *, kind: str) -> list[Meaning]:
        if kind not in {"", "class", "function", "variable"}:
            return []
        if "." not in name and hasattr(builtins, name):
            return [Meaning(name=f"builtins.{name}", module="builtins")]
        first, _, rest = name.partition(".")
        if first not in answers.WELL_KNOWN:
            return []
        full = f"{answers.WELL_KNOWN[first]}.{rest}" if rest else answers.WELL_KNOWN[first]
        note = f"`{name}` is read as `{full}`, of the standard library."
        return [Meaning(name=full, module=answers.WELL_KNOWN[first].rpartition(".")[0], notes=(note,))]

    def _roots(self) -> frozenset[str]:
        return frozenset(module.partition(".")[0] for module in self.modules)

    def _follow(self, name: str, *, depth: int = 0) -> Definition | None:
        """Find the definition in the repository of a qualified name, through the imports of its modules."""
        if depth > _DEPTH:
            return None
        modules = self.modules
        if name in modules:
            return _module(name, path=modules[name])
        parts = name.split(".")
        for size in range(len(parts) - 1, 0, -1):
            module = ".".join(parts[:size])
            if module in modules and (names := self.names_in(module)):
                if found := names.definition(name):
                    return found
                bound = names.binding(parts[size])
                targets = [bound.target] if bound else [f"{star}.{parts[size]}" for star in names.stars]
                followed = (self._follow(".".join([t, *parts[size + 1 :]]), depth=depth + 1) for t in targets)
                return next((found for found in followed if found), None)
        return None

    def _module_of(self, name: str, *, sources: frozenset[str]) -> str:
        known = self.modules
        return guess_module(
            name,
            is_module=lambda prefix: prefix in known or prefix in sources or is_module(prefix),
            is_absent=self.is_absent,
        )

    def is_absent(self, name: str) -> bool:
        """Tell whether a module of the repository, or one that is installed, certainly holds no such name."""
        if name.partition(".")[0] in self._roots():
            return self._follow(name) is None
        return look_up(name)[0] == "absent"


def _meaning_of(definition: Definition) -> Meaning:
    return Meaning(name=definition.name, kind=definition.kind, module=definition.module, definition=definition)


def _module(name: str, *, path: str) -> Definition:
    return Definition(name=name, kind="module", module=name, path=path)


def _distinct(meanings: Iterable[Meaning]) -> list[Meaning]:
    found: dict[str, Meaning] = {}
    for meaning in meanings:
        found.setdefault(meaning.name, meaning)
    return list(found.values())


def _of_kind(meanings: Iterable[Meaning], *, kind: str) -> list[Meaning]:
    return [meaning for meaning in meanings if meaning.may_be(kind)]
