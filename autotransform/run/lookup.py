"""Find a transform by what a person types: ``NAME``, ``FILE.py`` or ``FILE.py:Class``."""

from __future__ import annotations

import difflib
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

import autotransform
from autotransform.errors import ConfigError, RepositoryError, ScriptError
from autotransform.script import parse

if TYPE_CHECKING:
    from autotransform.config import Config
    from autotransform.repository import Repository
    from autotransform.script import Script

#: Where a script was found; the order in which is looked.
Origin: TypeAlias = Literal["path", "worktree", "base", "catalogue"]


#: Nobody reviews a script of more bytes, and some of a million take Python minutes to parse.
_LONGEST = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundScript:
    """A script, and where it was found."""

    script: Script
    origin: Origin
    #: Relative to the root with forward slashes where it stands below it; ``catalogue/NAME.py``; else absolute.
    path: str

    @property
    def name(self) -> str:
        """What the transform is called."""
        return self.script.name


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenScript:
    """A file that should be a script and cannot be read as one."""

    name: str
    origin: Origin
    path: str
    #: Its first problem.
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shelf:
    """One place that holds scripts by name: a folder on disk, or one of a commit."""

    origin: Origin
    #: What to call it in messages.
    label: str
    folder: Path | None = None
    #: What the folder's files must not lead out of; ``None``: they are ours.
    within: Path | None = None
    repository: Repository | None = None
    commit: str = ""
    #: In the commit, with a slash at its end; empty for the root.
    prefix: str = ""

    def names(self) -> list[str]:
        """List the names of the scripts on it; those that start with an underscore are not to be called."""
        if self.folder is not None:
            files = [file.name for file in self.folder.glob("*.py") if file.is_file()]
        elif self.repository is not None:
            entries = self.repository.tree(self.commit)
            paths = [entry.path for entry in entries if entry.mode.startswith("100")]
            files = [path.removeprefix(self.prefix) for path in paths if path.startswith(self.prefix)]
        else:
            files = []
        scripts = [file for file in sorted(files) if file.endswith(".py") and "/" not in file]
        return [file.removesuffix(".py") for file in scripts if not file.startswith("_")]

    def take(self, name: str) -> bytes | None:
        """Give the content of a script; ``None`` when there is none of that name.

        Raises:
            ScriptError: It cannot be read, is far too long, or stands elsewhere.
        """
        if self.folder is not None:
            file = self.folder / f"{name}.py"
            return _read(file, within=self.within) if file.is_file() else None
        if self.repository is not None:
            path = f"{self.prefix}{name}.py"
            content = self.repository.show_file(self.commit, path)
            return None if content is None else _bounded(content, path)
        return None

    def path_of(self, name: str, *, root: Path | None) -> str:
        """Give the path of a script as it is shown; in the catalogue, the same on every machine."""
        if self.origin == "catalogue":
            return f"catalogue/{name}.py"
        return f"{self.prefix}{name}.py" if self.folder is None else _shown(self.folder / f"{name}.py", root=root)


def find_script(
    name: str, *, start: Path, repository: Repository | None, base: str = "HEAD", config: Config
) -> FoundScript:
    """Find one transform and read it.

    What looks like a path (it ends in ``.py`` or holds a slash) is one, relative to ``start``. A name is looked for in
    the working tree, then in the base tree, then in the catalogue.

    Raises:
        ScriptError: There is none, or it is malformed.
        ConfigError: The folder for transforms leads out of the repository.
    """
    written, _, entry = name.rpartition(":") if _names_class(name) else (name, "", "")
    root = _root(start, repository=repository)
    if written.endswith(".py") or "/" in written or os.sep in written:
        return _read_path(written, entry=entry or None, start=start, root=root)
    shelves = _shelves(root=root, repository=repository, base=base, config=config)
    for shelf in shelves:
        content = shelf.take(written)
        if content is not None:
            script = parse(content, name=written, entry=entry or None)
            return FoundScript(script=script, origin=shelf.origin, path=shelf.path_of(written, root=root))
    names = [each.name for each in list_scripts(start=start, repository=repository, base=base, config=config)]
    near = difflib.get_close_matches(written, names, n=3)
    raise ScriptError(
        f"There is no transform called {written!r}.",
        details=("Looked in " + ", ".join(shelf.label for shelf in shelves) + ".",),
        hint=(f"Did you mean {' or '.join(near)}? " if near else "") + "`autotransform list` shows what there is.",
    )


def list_scripts(
    *, start: Path, repository: Repository | None, base: str = "HEAD", config: Config
) -> tuple[FoundScript | BrokenScript, ...]:
    """List every transform that can be called by name, sorted by name; the one that `find_script` would find."""
    root = _root(start, repository=repository)
    found: dict[str, FoundScript | BrokenScript] = {}
    for shelf in _shelves(root=root, repository=repository, base=base, config=config):
        for name in shelf.names():
            if name not in found and (each := _take_or_explain(shelf, name, path=shelf.path_of(name, root=root))):
                found[name] = each
    return tuple(found[name] for name in sorted(found))


def find_catalogue() -> Path | None:
    """Give the folder of the transforms that come with us: in the wheel, or beside the package in a checkout."""
    package = Path(autotransform.__file__).resolve().parent
    shipped = package / "catalogue"
    if shipped.is_dir():
        return shipped
    beside = package.parent / "transforms"
    return beside if beside.is_dir() and (package.parent / "pyproject.toml").is_file() else None


def _names_class(name: str) -> bool:
    head, colon, tail = name.rpartition(":")
    return bool(colon and head and tail.isidentifier())


def _root(start: Path, *, repository: Repository | None) -> Path | None:
    """Give the folder that holds the working tree; ``None`` when there is none."""
    return start.resolve() if repository is None else repository.root


def _shelves(*, root: Path | None, repository: Repository | None, base: str, config: Config) -> tuple[_Shelf, ...]:
    """Give the places to look in, in order."""
    shelves = []
    folder = os.path.normpath(config.transforms).replace(os.sep, "/")
    if root is not None:
        if not is_within(root / folder, root):
            raise ConfigError(
                f"The folder for transforms leads out of the repository: {config.transforms!r}.",
                hint="Set `transforms` in [tool.autotransform] to a folder below the root, which is no link out of it.",
            )
        shelves.append(_Shelf(origin="worktree", label=f"{folder}/", folder=root / folder, within=root))
    commit = _commit(repository, base)
    if commit is not None:
        prefix = "" if folder == "." else f"{folder}/"
        label = f"{folder}/ of {base or 'HEAD'}"
        shelves.append(_Shelf(origin="base", label=label, repository=repository, commit=commit, prefix=prefix))
    catalogue = find_catalogue()
    if catalogue is not None:
        shelves.append(_Shelf(origin="catalogue", label="the catalogue", folder=catalogue))
    return tuple(shelves)


def _commit(repository: Repository | None, base: str) -> str | None:
    """Give the base commit; ``None`` before the first one."""
    try:
        return repository.resolve(base or "HEAD") if repository is not None else None
    except RepositoryError:
        return None


def _shown(file: Path, *, root: Path | None) -> str:
    whole = Path(os.path.abspath(file))  # noqa: PTH100 - links stay as they are
    if root is not None and whole.is_relative_to(root):
        return whole.relative_to(root).as_posix()
    return str(whole)


def _read_path(written: str, *, entry: str | None, start: Path, root: Path | None) -> FoundScript:
    file = start / written
    if not file.is_file():
        cause = "it is a folder" if file.is_dir() else "there is no such file"
        raise ScriptError(f"Cannot read the transform {written}: {cause}.", hint="`autotransform list` shows names.")
    script = parse(_read(file), name=_name_of(file), entry=entry)
    return FoundScript(script=script, origin="path", path=_shown(start.resolve() / written, root=root))


def _read(file: Path, *, within: Path | None = None) -> bytes:
    if within is not None and not is_within(file, within):
        raise ScriptError(f"{file} is a link that leads out of the repository.", hint="Name what it leads to instead.")
    try:
        with file.open("rb") as stream:
            return _bounded(stream.read(_LONGEST + 1), str(file))
    except OSError as error:
        raise ScriptError(f"Cannot read the transform {file}: {error.strerror or error}.") from error


def _bounded(content: bytes, path: str) -> bytes:
    if len(content) > _LONGEST:
        raise ScriptError(f"{path} is no transform: it has more than {_LONGEST:,} bytes.")
    return content


def is_within(path: Path, root: Path) -> bool:
    """Whether a path, once links are followed, is a folder or below it; a link that leads in circles leads nowhere."""
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root))


def _name_of(file: Path) -> str:
    """Make a name of a file's: stock codemods are called as their authors liked."""
    name = re.sub(r"[^a-z0-9_]", "_", file.stem.lower(), flags=re.ASCII)
    return name if name[:1].isalpha() else f"t{name}"


def _take_or_explain(shelf: _Shelf, name: str, *, path: str) -> FoundScript | BrokenScript | None:
    try:
        content = shelf.take(name)
        if content is None:
            return None
        return FoundScript(script=parse(content, name=name), origin=shelf.origin, path=path)
    except (ScriptError, RepositoryError) as error:
        problem = error.details[0] if error.details else error.message
        return BrokenScript(name=name, origin=shelf.origin, path=path, problem=problem)
