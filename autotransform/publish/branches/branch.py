"""Put what a run changed on a branch, made from git objects alone."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Literal

from autotransform.errors import ConfigError, RepositoryError, UsageError
from autotransform.publish.branches.message import NO_WORDS, TEMPLATE, Words, change_message, script_message
from autotransform.publish.branches.ownership import branch_of, refuse_branch
from autotransform.publish.branches.reapplication import (
    Carried,
    carry_over,
    is_script_edited,
    refuse_amended,
    refuse_edited_script,
)
from autotransform.publish.branches.record import Record, make_record, read_record
from autotransform.publish.splitting.parts import part_branch
from autotransform.run.disk import read_below
from autotransform.script import digest_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from autotransform.config import Config
    from autotransform.engine.values import Run
    from autotransform.publish.branches.ownership import Held
    from autotransform.publish.formatting.formatted import Formatted
    from autotransform.publish.gate.project_tests import Verification
    from autotransform.publish.splitting.dividing import Division
    from autotransform.publish.splitting.parts import Part
    from autotransform.repository import Repository
    from autotransform.run import Selection
    from autotransform.script import Script


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """What stands on the branch."""

    branch: str
    #: The tip of the branch.
    sha: str
    #: The changed files, in path order; the script is not one of them.
    paths: tuple[str, ...]
    #: ``unchanged``: the branch was exactly this already.
    state: Literal["created", "replaced", "unchanged"]
    #: Where the branch holds the script.
    script_path: str
    #: One sentence each, for the person who will use the branch.
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One commit that the branch should have."""

    tree: str
    message: str


def script_path(config: Config, name: str) -> str:
    """Give the path at which a branch holds a script.

    Raises:
        ConfigError: The folder for transforms is outside the repository.
    """
    folder = posixpath.normpath(config.transforms.replace("\\", "/"))
    if folder.startswith(("/", "../")) or folder == "..":  # one that was not parsed, but made
        raise ConfigError(
            f"The folder for transforms is outside the repository: {config.transforms!r}.",
            hint="Set `transforms` in [tool.autotransform] to a folder below the root.",
        )
    return posixpath.normpath(f"{folder}/{name}.py")


def check_branch(
    script: Script,
    selection: Selection,
    *,
    config: Config,
    arguments: tuple[tuple[str, str], ...] = (),
    formatter: Mapping[str, str] | None = None,
    is_divided: bool = False,
) -> None:
    """Find out before a run whether its result could become a branch; of parts, as far as that can be told.

    Raises:
        UsageError: What is read is not a commit.
        RepositoryError: Git knows no author, or the branch must not be moved; the hint says what helps.
    """
    repository = repository_of(selection)
    repository.require_identity()
    path = script_path(config, script.name)
    if is_divided:
        return
    record = make_record(
        script, selection, script_path=path, arguments=arguments, strict=config.strict, formatter=formatter
    )
    refuse_branch(repository, branch_of(script.name), record=record)


def apply_to_branch(
    run: Run,
    selection: Selection,
    *,
    config: Config,
    arguments: tuple[tuple[str, str], ...] = (),
    is_gated: bool = True,
    formatting: Formatted | None = None,
    verification: Verification | None = None,
    part: Part | None = None,
    division: Division | None = None,
    signoff: bool = False,
) -> Commit | None:
    """Make the branch of a script hold exactly what a run of it changed, on top of the commit that was read.

    Two commits: the script, unless the commit that was read holds it, and the changes. What we put on the branch
    before is replaced. HEAD, index and working tree stay as they are; a crash leaves the old branch or the new.

    ``run`` is formatted, without what the project's own tests did not bear, and of a part only holds that. What of the
    rest is given affects the messages and what the record says; see `make_change`.

    Returns:
        ``None`` when the run changes nothing; then no branch is made or moved.

    Raises:
        UsageError: What was read is not a commit.
        RepositoryError: The branch must not be moved, moved meanwhile, or cannot be written.
    """
    repository = repository_of(selection)
    if not run.changed:
        return None
    record = make_record(
        run.script,
        selection,
        script_path=script_path(config, run.script.name),
        arguments=arguments,
        strict=run.strict,
        is_gated=is_gated,
        formatter=formatting.record if formatting else None,
        dropped=verification.dropped_paths if verification else (),
        part=division.note(part) if division and part else None,
    )
    words = make_words(repository, base=run.base, verification=verification, part=part, signoff=signoff)
    branch = part_branch(run.script.name, part) if part else branch_of(run.script.name)
    return commit_run(repository, run, branch=branch, record=record, words=words)


def make_words(
    repository: Repository, *, base: str, verification: Verification | None, part: Part | None, signoff: bool
) -> Words:
    """Gather what the messages of a branch say besides what its run and its record say.

    Raises:
        RepositoryError: Somebody is to sign off, and git does not know who.
    """
    template = repository.show_file(base, TEMPLATE)
    return Words(
        signer=repository.rewriting.committer() if signoff else "",
        verdict=verification.sentence if verification else "",
        part=part.title if part and part.name else "",
        template=template.decode(errors="replace") if template else "",
    )


def commit_run(repository: Repository, run: Run, *, branch: str, record: Record, words: Words = NO_WORDS) -> Commit:
    """Make a branch hold exactly what a run changed; the rest as `apply_to_branch`."""
    path = record.script_path
    _refuse_to_rewrite(path, run=run)
    repository.require_identity()
    held = refuse_branch(repository, branch, record=record)
    steps = plan(repository, run, record=record, words=words)
    if held and _stands(repository, steps, held=held, base=record.base, signer=words.signer):
        sha, notes = held.tip, _notes_of_current(repository, branch, held=held, record=record)
    else:
        sha, notes = _move(repository, branch, held=held, steps=steps, record=record)
    return Commit(
        branch=branch,
        sha=sha,
        paths=tuple(outcome.path for outcome in run.changed),
        state="created" if held is None else "unchanged" if sha == held.tip else "replaced",
        script_path=path,
        notes=(*notes, *_notes(repository, run.script, branch=branch, path=path)),
    )


def _move(
    repository: Repository, branch: str, *, held: Held | None, steps: tuple[Step, ...], record: Record
) -> tuple[str, tuple[str, ...]]:
    """Put the steps on the base and what people committed on top, and the branch there; its tip, and what to say."""
    rebased: tuple[str, ...] = ()
    if held:
        refuse_edited_script(repository, branch, held=held, record=record)
        rebased = refuse_amended(repository, branch, held=held)
    sha = _commit(repository, steps, base=record.base)
    carried = carry_over(repository, branch, held=held, onto=sha, record=record) if held else Carried(sha=sha)
    name = PurePosixPath(record.script_path).stem
    old = held.tip if held else None
    repository.update_branch(branch, new=carried.sha, old=old, reason=f"autotransform: apply {name}")
    return carried.sha, (*carried.notes, *rebased)


def _notes_of_current(repository: Repository, branch: str, *, held: Held, record: Record) -> tuple[str, ...]:
    if not is_script_edited(repository, held=held, record=record):
        return ()
    take = f"git restore --source={branch} -- {record.script_path}"
    return (f"The script was edited on the branch, and another one ran; take it over with: {take}",)


def _refuse_to_rewrite(path: str, *, run: Run) -> None:
    if any(outcome.path == path for outcome in run.changed):
        raise RepositoryError(
            f"The transform would rewrite itself: {path}.",
            hint=f"Exclude it: exclude = [{path!r}] in [tool.autotransform] of pyproject.toml.",
        )


def repository_of(selection: Selection) -> Repository:
    """Give the repository of which a commit was read.

    Raises:
        UsageError: What was read is not a commit.
    """
    if selection.repository is None or selection.kind != "tree":
        raise UsageError(
            "Only what is read from a commit can become a branch.",
            hint="Leave out --index, or write the files where they are with --in-place.",
        )
    return selection.repository


def plan(repository: Repository, run: Run, *, record: Record, words: Words = NO_WORDS) -> tuple[Step, ...]:
    """Write the trees that the branch should go through, and say what each commit is; no branch moves.

    Args:
        repository: Where.
        run: Whose changed files the branch is to hold: of a part, only its own.
        record: How the run was made.
        words: What else the messages say.

    Raises:
        RepositoryError: A file cannot be written there.
    """
    base, path, source = record.base, record.script_path, run.script.source.encode()
    files = {outcome.path: outcome.after for outcome in run.changed}
    held = repository.show_file(base, path)
    change = change_message(run, record=record, words=words)
    # The digest reads CRLF as LF: a script stored either way is the same script.
    if held is not None and digest_of(held.decode(errors="replace")) == record.digest:
        return (Step(tree=repository.write_tree(base, files=files), message=change),)
    return (
        Step(
            tree=repository.write_tree(base, files={path: source}),
            message=script_message(run.script, record=record, is_update=held is not None, words=words),
        ),
        Step(tree=repository.write_tree(base, files={path: source, **files}), message=change),
    )


def _stands(repository: Repository, steps: tuple[Step, ...], *, held: Held, base: str, signer: str) -> bool:
    """Whether the branch is these trees, one commit each, on top of the base, and then nothing but people's commits."""
    ours, others = held.commits[: len(steps)], held.commits[len(steps) :]
    # A parent that is the commit before, down to the base: the same trees in another history are another branch.
    parents = [base, *(commit.sha for commit in held.commits)]
    return (
        [repository.tree_of(commit.sha) for commit in ours] == [step.tree for step in steps]
        and all(commit.parents == (parent,) for commit, parent in zip(held.commits, parents, strict=False))
        and not any(read_record(commit) for commit in others)
        and all(f"Signed-off-by: {signer}" in commit.message.splitlines() for commit in ours if signer)
    )


def _commit(repository: Repository, steps: tuple[Step, ...], *, base: str) -> str:
    sha = base
    for step in steps:
        sha = repository.commit_tree(step.tree, parent=sha, message=step.message)
    return sha


def _notes(repository: Repository, script: Script, *, branch: str, path: str) -> tuple[str, ...]:
    notes = []
    if hooks := repository.commit_hooks():
        notes.append(f"Git hooks did not run: {', '.join(hooks)}.")
    if repository.root is not None and repository.is_untracked(path):
        notes.append(_untracked_note(repository.root, script, branch=branch, path=path))
    return tuple(notes)


def _untracked_note(root: Path, script: Script, *, branch: str, path: str) -> str:
    content = read_below(root, path)
    if isinstance(content, bytes) and digest_of(content.decode(errors="replace")) == script.digest:
        return (
            f"Your {path} is not tracked, and `git switch {branch}` refuses to replace it. The branch holds the same"
            f" file: run `git add {path}` first."
        )
    return (
        f"Your {path} is not tracked, and `git switch {branch}` refuses to replace it. The branch holds another"
        f" version: move yours away first."
    )
