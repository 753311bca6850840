"""Choose the files of a run: a commit, the index or the disk; paths; include and exclude."""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pathspec import GitIgnoreSpec

from autotransform.errors import ConfigError, RepositoryError, UsageError
from autotransform.run.contexts import PROJECT_FILES, is_python
from autotransform.run.disk import on_disk, walk
from autotransform.run.paths import Wanted, resolve_paths
from autotransform.run.selection import Selection, SelectionInputs, SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from autotransform.config import Config
    from autotransform.repository import Entry, Repository
    from autotransform.run.selection import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tree:
    """Everything that could be read, before any choice."""

    root: Path
    repository: Repository | None
    kind: Kind
    base: str
    #: For messages: ``HEAD``, ``the index``, …
    label: str
    #: Every path, whatever it is, in path order.
    paths: tuple[str, ...]
    #: The Python files among them.
    sources: tuple[SourceFile, ...]


def select(
    *,
    start: Path,
    repository: Repository | None,
    paths: tuple[str, ...] = (),
    base: str | None = None,
    index: bool = False,
    in_place: bool = False,
    config: Config,
) -> Selection:
    """Choose the files of a run.

    Args:
        start: The folder that ``paths`` are relative to; outside git also the root.
        repository: Where git's files are; ``None`` outside git, where only ``in_place`` works.
        paths: Files and folders; none means everything.
        base: The revision to read; ``None``: HEAD.
        index: Read what is staged.
        in_place: Read the disk: the tracked files, or outside git every file.
        config: For include, exclude and source roots.

    Raises:
        UsageError: The options exclude each other, or nothing matches.
        RepositoryError: There is no repository, or no such revision.
    """
    if (base is not None) + index + in_place > 1:
        raise UsageError("Only one of --base, --index and --in-place can be given: each names what is read.")
    root = _root(start, repository=repository)
    bare = repository is not None and repository.is_bare
    wanted = resolve_paths(paths, start=root if bare else start, root=root)
    tree = _read_tree(root, repository=repository, base=base, index=index, in_place=in_place)
    wanted.require_in(tree.paths, label=tree.label, root=None if bare else root)
    files, notes = _choose(tree, wanted=wanted, config=config)
    if tree.kind == "tree" and base in {None, "HEAD"} and not bare:
        notes += _note_on_differences(tree, files=files)
    inputs = SelectionInputs(
        paths=wanted.paths, include=config.include, exclude=config.exclude, source_roots=config.source_roots
    )
    return _selection(tree, files=files, notes=notes, inputs=inputs)


def _root(start: Path, *, repository: Repository | None) -> Path:
    if repository is None:
        return start.resolve()
    return repository.root or repository.git_dir


def _read_tree(root: Path, *, repository: Repository | None, base: str | None, index: bool, in_place: bool) -> _Tree:
    if repository is None:
        if not in_place:
            raise RepositoryError(
                f"{root} is not in a git repository, so there is no commit and no index to read.",
                hint="Read the files on disk with --in-place, or run `git init` and commit them.",
            )
        return _tree_of_disk(root, repository=None, paths=walk(root), label=f"below {root}")
    if in_place:
        if repository.is_bare:
            raise UsageError("A bare repository has no files on disk.", hint="Leave out --in-place.")
        tracked = (entry.path for entry in repository.index() if entry.mode.startswith("100"))
        return _tree_of_disk(root, repository=repository, paths=tracked, label="among the tracked files on disk")
    if index:
        return _tree_of_git(root, repository=repository, base="", entries=repository.index(), label="in the index")
    commit = repository.resolve(base or "HEAD")
    label = f"in {base or 'HEAD'} ({commit[:10]})"
    return _tree_of_git(root, repository=repository, base=commit, entries=repository.tree(commit), label=label)


def _tree_of_git(root: Path, *, repository: Repository, base: str, entries: tuple[Entry, ...], label: str) -> _Tree:
    regular = sorted(
        (entry for entry in entries if entry.mode.startswith("100")), key=lambda entry: os.fsencode(entry.path)
    )
    return _Tree(
        root=root,
        repository=repository,
        kind="tree" if base else "index",
        base=base,
        label=label,
        paths=tuple(entry.path for entry in regular),
        sources=tuple(
            SourceFile(path=entry.path, mode=entry.mode, oid=entry.oid) for entry in regular if is_python(entry.path)
        ),
    )


def _tree_of_disk(root: Path, *, repository: Repository | None, paths: Iterable[str], label: str) -> _Tree:
    modes = on_disk(root, paths)
    ordered = sorted(modes, key=os.fsencode)
    sources = tuple(SourceFile(path=path, mode=modes[path]) for path in ordered if is_python(path))
    return _Tree(
        root=root, repository=repository, kind="disk", base="", label=label, paths=tuple(ordered), sources=sources
    )


def _selection(
    tree: _Tree, *, files: tuple[SourceFile, ...], notes: tuple[str, ...], inputs: SelectionInputs
) -> Selection:
    return Selection(
        root=tree.root,
        repository=tree.repository,
        kind=tree.kind,
        base=tree.base,
        files=files,
        notes=notes,
        inputs=inputs,
        sources=tree.sources,
        project_files=tuple(path for path in tree.paths if path.rpartition("/")[2] in PROJECT_FILES),
    )


def _choose(tree: _Tree, *, wanted: Wanted, config: Config) -> tuple[tuple[SourceFile, ...], tuple[str, ...]]:
    """Give the files, and the notes about those that were left out."""
    named = [file for file in tree.sources if wanted.covers(file.path)]
    if not named:
        raise _nothing_found(tree, wanted=wanted)
    include, exclude = (_globs(config, key) for key in ("include", "exclude"))
    kept = [file for file in named if not exclude.match_file(file.path)]
    lost = {file.path for file in named} - {file.path for file in kept}
    notes = wanted.notes_on_excluded(lost)
    if config.include:
        kept = [file for file in kept if include.match_file(file.path) or wanted.names(file.path)]
    if not kept and not wanted.paths:
        raise ConfigError(
            f"None of the {len(named)} Python files {tree.label} is left by include and exclude.",
            hint="Look at [tool.autotransform] in pyproject.toml.",
        )
    generated = _generated(tree, kept)
    if generated:
        notes += (f"{_count(len(generated))} left out: marked linguist-generated in .gitattributes.",)
    return tuple(file for file in kept if file.path not in generated), notes


def _globs(config: Config, key: str) -> GitIgnoreSpec:
    patterns: tuple[str, ...] = getattr(config, key)
    try:
        with warnings.catch_warnings():  # of what Python's own patterns may mean one day
            warnings.simplefilter("ignore")
            return GitIgnoreSpec.from_lines(patterns)
    except ValueError as error:
        raise ConfigError(f"{key} in [tool.autotransform] holds a pattern that cannot be read: {error}") from error


def _generated(tree: _Tree, files: list[SourceFile]) -> frozenset[str]:
    if tree.repository is None:
        return frozenset()
    return tree.repository.generated_paths(tree.base or None, [file.path for file in files])


def _nothing_found(tree: _Tree, *, wanted: Wanted) -> UsageError:
    where = f"in {', '.join(wanted.given)} " if wanted.given else ""
    if tree.repository is not None and tree.kind != "tree":
        hint = "Only tracked files are read: `git add` them first."
    elif tree.kind == "tree":
        hint = "Only what is committed is read: commit the files, or read the disk with --in-place."
    else:
        hint = "Only files whose names end in .py or .pyi are read."
    return UsageError(f"There is no Python file {where}{tree.label}.", hint=hint)


def _note_on_differences(tree: _Tree, *, files: tuple[SourceFile, ...]) -> tuple[str, ...]:
    if tree.repository is None:
        return ()
    differing = tree.repository.differing_paths([file.path for file in files], tree.base)
    if not differing:
        return ()
    verb = "differ" if len(differing) > 1 else "differs"
    return (f"{_count(len(differing))} {verb} from HEAD; HEAD is read, and your changes are not touched.",)


def _count(number: int) -> str:
    return f"{number} selected file" + ("s" if number > 1 else "")
