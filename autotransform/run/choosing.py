"""Choose the files of a run: a commit, the index or the disk; paths; include and exclude."""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autotransform.errors import ConfigError, RepositoryError, UsageError
from autotransform.run.contexts import PROJECT_FILES, SUFFIXES
from autotransform.run.disk import on_disk, walk
from autotransform.run.paths import Wanted, resolve_paths
from autotransform.run.selection import Selection, SelectionInputs, SourceFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from pathspec import GitIgnoreSpec

    from autotransform.config import Config
    from autotransform.repository import Listing, Repository
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
    #: The Python files, in path order.
    sources: tuple[SourceFile, ...]
    #: Paths of the project files.
    project_files: tuple[str, ...]
    #: Gives every path, whatever it is, in path order; few runs ask for it.
    find_paths: Callable[[], tuple[str, ...]]
    #: What git lists; ``None`` outside git.
    listing: Listing | None = None


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
    if wanted.paths:
        wanted.require_in(tree.find_paths(), label=tree.label, root=None if bare else root)
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
        every = tuple(walk(root))

        def ending(*endings: str) -> Iterable[str]:
            return (path for path in every if path.endswith(endings or ("",)))

        return _tree_of_disk(root, repository=None, ending=ending, label=f"below {root}", listing=None)
    if in_place:
        if repository.is_bare:
            raise UsageError("A bare repository has no files on disk.", hint="Leave out --in-place.")
        listing = repository.list_files(None)

        def tracked(*endings: str) -> Iterable[str]:
            return (path for path, _, _ in listing.find_regular(*endings))

        label = "among the tracked files on disk"
        return _tree_of_disk(root, repository=repository, ending=tracked, label=label, listing=listing)
    if index:
        return _tree_of_git(root, repository=repository, base="", label="in the index")
    commit = repository.resolve(base or "HEAD")
    return _tree_of_git(root, repository=repository, base=commit, label=f"in {base or 'HEAD'} ({commit[:10]})")


def _tree_of_git(root: Path, *, repository: Repository, base: str, label: str) -> _Tree:
    listing = repository.list_files(base or None)
    return _Tree(
        root=root,
        repository=repository,
        kind="tree" if base else "index",
        base=base,
        label=label,
        sources=tuple(SourceFile(path=path, mode=mode, oid=oid) for path, mode, oid in listing.find_regular(*SUFFIXES)),
        project_files=_project_files(path for path, _, _ in listing.find_regular(*PROJECT_FILES)),
        find_paths=lambda: tuple(path for path, _, _ in listing.find_regular()),
        listing=listing,
    )


def _tree_of_disk(
    root: Path,
    *,
    repository: Repository | None,
    ending: Callable[..., Iterable[str]],
    label: str,
    listing: Listing | None,
) -> _Tree:
    modes = on_disk(root, ending(*SUFFIXES))
    return _Tree(
        root=root,
        repository=repository,
        kind="disk",
        base="",
        label=label,
        sources=tuple(SourceFile(path=path, mode=modes[path]) for path in sorted(modes, key=os.fsencode)),
        project_files=_project_files(on_disk(root, ending(*PROJECT_FILES))),
        find_paths=lambda: tuple(sorted(on_disk(root, ending()), key=os.fsencode)),
        listing=listing,
    )


def _project_files(paths: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted((path for path in paths if path.rpartition("/")[2] in PROJECT_FILES), key=os.fsencode))


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
        project_files=tree.project_files,
    )


def _choose(tree: _Tree, *, wanted: Wanted, config: Config) -> tuple[tuple[SourceFile, ...], tuple[str, ...]]:
    """Give the files, and the notes about those that were left out."""
    named = [file for file in tree.sources if wanted.covers(file.path)] if wanted.paths else [*tree.sources]
    if not named:
        raise _nothing_found(tree, wanted=wanted)
    kept = named
    notes: tuple[str, ...] = ()
    if config.exclude:
        exclude = _globs(config, "exclude")
        kept = [file for file in named if not exclude.match_file(file.path)]
        notes = wanted.notes_on_excluded({file.path for file in named} - {file.path for file in kept})
    if config.include:
        include = _globs(config, "include")
        kept = [file for file in kept if include.match_file(file.path) or wanted.names(file.path)]
    if not kept and not wanted.paths:
        raise ConfigError(
            f"None of the {len(named)} Python files {tree.label} is left by include and exclude.",
            hint="Look at [tool.autotransform] in pyproject.toml.",
        )
    generated = _generated(tree, kept)
    if generated:
        notes += (f"{_count(len(generated))} left out: marked linguist-generated in .gitattributes.",)
        kept = [file for file in kept if file.path not in generated]
    return tuple(kept), notes


def _globs(config: Config, key: str) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 - most repositories choose nothing, and it takes a while

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
    return tree.repository.generated_paths(tree.base or None, [file.path for file in files], listing=tree.listing)


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
