"""Read a change made by hand, from a commit or from a unified diff."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from autotransform.author.by_example.patches import apply_patch, read_patches, subject_of
from autotransform.author.by_example.values import Change, ChangedFile
from autotransform.errors import RepositoryError, UsageError
from autotransform.run.gate import is_generated, is_transform

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from autotransform.author.by_example.patches import FilePatch
    from autotransform.repository import Repository
    from autotransform.repository.comparison import PathChange
    from autotransform.run import Selection
    from autotransform.run.selection import SourceFile

#: More than a person makes by hand; the bytes are those of all files together, before and after.
_MOST_FILES, _MOST_BYTES = 500, 50_000_000
#: Of a patch: each applies to its whole file anew.
_MOST_PARTS = 2_000
_LONGEST_REQUEST = 300
_NAMED_IN_NOTE = 3
#: What git and other programs put before a path: before and after, index and work tree, commit and object.
_PREFIXES = frozenset("abiwco")


def read_commit(repository: Repository, revision: str) -> Change:
    """Read what a commit changed in Python files that are there before and after it.

    Raises:
        RepositoryError: There is no such commit, or its parent is not here.
        UsageError: It is a merge or the first commit, or it changes nothing that can be learned from, or too much.
    """
    commit = repository.resolve(revision)
    parent = _only_parent(repository, commit)
    left: dict[str, list[str]] = defaultdict(list)
    kept = []
    for change in repository.changes(parent, commit):
        if reason := _why_left(change):
            left[reason].append(change.path)
        else:
            kept.append(change)
    if len(kept) > _MOST_FILES:
        raise _too_large(f"The commit {commit[:10]} changes {len(kept)} Python files")
    generated = repository.generated_paths(commit, [change.path for change in kept])
    contents = repository.read_many([oid for change in kept for oid in (change.old_oid, change.new_oid)])
    files = []
    for change, before, after in zip(kept, contents, contents, strict=False):
        reason = "marked generated" if change.path in generated else _why_unread(before, after)
        if reason or isinstance(before, OSError) or isinstance(after, OSError):
            left[reason].append(change.path)
        else:
            files.append(ChangedFile(path=change.path, before=before, after=after))
            _require_size(files)
    (info,) = repository.commits(None, commit, limit=1)
    request = " ".join(info.subject.split())[:_LONGEST_REQUEST]
    return _change(f"The commit {commit[:10]}", files, left, request=request, base=parent)


def read_patch(text: bytes, selection: Selection) -> Change:
    """Read what a unified diff changes in the selected files; it must fit them exactly. Nothing is written.

    Args:
        text: As ``git diff``, ``git format-patch`` or ``diff -u`` writes it.
        selection: The files that it was made against.

    Raises:
        UsageError: It is no patch or damaged, leads out of the repository, names a file that is not there, does not
            fit, or changes nothing that can be learned from.
    """
    patches = read_patches(text)
    if not patches:
        raise UsageError("There is no change in it: this is no unified diff.", hint="Write one with: git diff > FILE")
    if len(patches) > _MOST_PARTS:
        raise _too_large(f"The patch has {len(patches)} parts")
    sources = {source.path: source for source in selection.sources}
    selected = frozenset(file.path for file in selection.files)
    left: dict[str, list[str]] = defaultdict(list)
    befores: dict[str, bytes] = {}
    afters: dict[str, bytes] = {}
    for patch in patches:
        path = _path_of(patch, sources)
        reason = _why_patch_left(patch, path, sources=sources, selected=selected)
        if not reason:
            content = afters[path] if path in afters else selection.read(sources[path])
            after = apply_patch(patch, content, path=path)
            reason = _why_unread(content, after)
            if not reason:
                befores.setdefault(path, content)
                afters[path] = after
        if reason:
            left[reason].append(path)
    files = [
        ChangedFile(path=source.path, before=befores[source.path], after=afters[source.path])
        for source in selection.sources
        if befores.get(source.path) != afters.get(source.path)
    ]
    _require_size(files)
    return _change("The patch", files, left, request=subject_of(text)[:_LONGEST_REQUEST], base=selection.base)


def _only_parent(repository: Repository, commit: str) -> str:
    short = commit[:10]
    parents = repository.parents(commit)
    if not parents:
        raise UsageError(
            f"{short} is the first commit: there is nothing before it that it could have changed.",
            hint="Name a later commit: git log --oneline --no-merges",
        )
    if len(parents) > 1:
        raise UsageError(
            f"{short} is a merge: it holds the changes of many commits.",
            hint=f"Name one of those that it brought (git log --oneline --no-merges {short}^1..{short}), or take all of"
            f" them: git diff {short}^1 {short} > merge.diff, then --from-diff merge.diff",
        )
    if not repository.has_commit(parents[0]):
        raise RepositoryError(
            f"The parent of {short} is not here: this clone is shallow.",
            hint="Fetch what came before: git fetch --deepen=1, or all of it: git fetch --unshallow",
        )
    return parents[0]


def _why_left(change: PathChange) -> str:
    """Say why nothing is learned from one path of a commit; empty where something is."""
    if not _is_python(change.path):
        return "no Python file"
    if change.kind != "modified":
        return change.kind
    if not (change.old_mode.startswith("100") and change.new_mode.startswith("100")):
        return "a symbolic link or a submodule"
    return "only the mode changed" if change.old_oid == change.new_oid else ""


def _why_unread(before: bytes | OSError, after: bytes | OSError) -> str:
    contents = [before, after]
    if any(isinstance(each, OSError) for each in contents):
        return "too large"
    for content in contents:
        if isinstance(content, OSError):
            continue
        if b"\0" in content:
            return "no text"
        if is_generated(content):
            return "marked generated"
        if is_transform(content):
            return "a transform of ours"
    return ""


def _why_patch_left(patch: FilePatch, path: str, *, sources: Mapping[str, SourceFile], selected: frozenset[str]) -> str:
    """Say why nothing is learned from one part of a patch; empty where something is.

    Raises:
        UsageError: There is no such file.
    """
    if not _is_python(path):
        return "no Python file"
    if patch.special in {"GIT binary patch", "Binary files"}:
        return "no text"
    if patch.new is None or patch.special == "deleted file mode":
        return "deleted"
    if patch.old is None or patch.special in {"new file mode", "copy from"}:
        return "added"
    if patch.special == "rename from":
        return "renamed"
    if path not in sources:
        raise UsageError(
            f"The patch changes {path}, and there is no such file in what is read.",
            hint="Make it from the top of the repository: git diff > FILE",
        )
    return "" if path in selected else "not among the selected files"


def _is_python(path: str) -> bool:
    return path.endswith((".py", ".pyi"))


def _path_of(patch: FilePatch, sources: Mapping[str, SourceFile]) -> str:
    """Find the file that a patch speaks of, with or without what programs put before its path.

    Raises:
        UsageError: It leads out of the repository.
    """
    names = [name for name in (patch.new, patch.old) if name]
    for name in names:
        if name.startswith(("/", "~")) or ".." in name.split("/") or "\\" in name:
            raise UsageError(
                f"The patch names a path that leads out of the repository: {name}",
                hint="Make it from the top of the repository: git diff > FILE",
            )
    plain = ["/".join(part for part in name.split("/") if part not in {"", "."}) for name in names]
    bare = [name.partition("/")[2] if name.partition("/")[0] in _PREFIXES else name for name in plain]
    known = [] if patch.special else [name for name in (*bare, *plain) if name in sources]
    return (known or bare or [""])[0]


def _change(what: str, files: list[ChangedFile], left: Mapping[str, list[str]], *, request: str, base: str) -> Change:
    notes = tuple(_note(reason, paths) for reason, paths in sorted(left.items()))
    if not files:
        raise UsageError(
            f"{what} changes no Python file that something could be learned from.",
            details=notes,
            hint="Only files that are there before and after it count: .py and .pyi, written by people.",
        )
    return Change(request=request, files=tuple(files), notes=notes, base=base)


def _note(reason: str, paths: list[str]) -> str:
    named = ", ".join(paths[:_NAMED_IN_NOTE]) + (", …" if len(paths) > _NAMED_IN_NOTE else "")
    return f"{len(paths)} file{'' if len(paths) == 1 else 's'} left out ({reason}): {named}"


def _require_size(files: Sequence[ChangedFile]) -> None:
    if len(files) > _MOST_FILES or sum(len(file.before) + len(file.after) for file in files) > _MOST_BYTES:
        raise _too_large("The change is very large")


def _too_large(what: str) -> UsageError:
    return UsageError(
        f"{what}, and no more than {_MOST_FILES} files and {_MOST_BYTES:,} bytes are learned from.",
        hint="Learn from a part of it, in a patch: git diff BEFORE AFTER -- PATH > part.diff",
    )
