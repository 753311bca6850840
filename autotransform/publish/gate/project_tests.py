"""The project's own tests as the gate: what they do not bear is left out, and the rest passes as a whole.

A command runs in a temporary working tree of the commit that was read: first as it is, then with the change. It runs
with the PATH of whoever calls it, without keys and tokens, and without what is not committed: no files that git
ignores, no submodules. No shell reads it.

One trap is seen to: a project that is installed so that its packages are imported from the folder that it is developed
in ("editable") would be tested as it stands there, unchanged. So the folders that the working tree imports from come
first on PYTHONPATH. What does not heed that, a program in another environment (tox, nox) say, must install by itself.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from autotransform.engine.values import Skipped
from autotransform.errors import UsageError
from autotransform.publish.gate.bisection import Sifted, sift_parts
from autotransform.publish.gate.offences import Offence
from autotransform.publish.gate.trials import Budget, Trials
from autotransform.publish.programs.commands import find_program, plain_environment, split_command

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from autotransform.engine.values import Run
    from autotransform.repository import Repository
    from autotransform.repository.worktrees import Worktree
    from autotransform.run import Selection

#: ``passed-without``: once some files are left out; ``failed``: with every part of the change.
State: TypeAlias = Literal["passed", "passed-without", "failed"]

_MOST_ROOTS = 50

LEFT_OUT = "the project's own tests fail with it"
NOT_TRIED = "there was no time left to see whether the project's own tests pass with it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What the project's own tests say of a change."""

    #: As it was given.
    command: str
    state: State
    #: How often the command ran.
    runs: int
    #: What is left out, in path order.
    dropped: tuple[Offence, ...] = ()
    #: One sentence each, for the person who runs it.
    notes: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """The outcome in one sentence, for the commit and the pull request."""
        if self.state == "passed":
            return f"The project's own tests pass: {self.command}"
        if self.state == "failed" and not any(offence.is_proven for offence in self.dropped):
            return f"There was no time to run the project's own tests with the change: {self.command}"
        if self.state == "failed":
            return f"The project's own tests fail with any part of the change: {self.command}"
        count = "a file" if len(self.dropped) == 1 else f"{len(self.dropped)} files"
        return f"The project's own tests pass without {count} that they do not pass with: {self.command}"

    @property
    def dropped_paths(self) -> tuple[str, ...]:
        """The paths of what is left out, for the record."""
        return tuple(offence.path for offence in self.dropped)


def verify_run(
    run: Run,
    selection: Selection,
    *,
    command: str,
    groups: Iterable[Iterable[str]] = (),
    also: Mapping[str, bytes] | None = None,
    budget: Budget | None = None,
    on_run: Callable[[str], None] = lambda _: None,
) -> Verification:
    """Find out which of the changed files the project's own tests pass with.

    Args:
        run: What the script did, to the files of a commit.
        selection: What the run read.
        command: What passes or fails by its exit status; the path of a program leads to the commit's, if it has one.
        groups: Paths that are likely to stand or fall together, such as those of one shape; the rest is added.
        also: Other files that go with the change whatever becomes of it: the script's own.
        budget: How long all runs together may take, and how many there may be.
        on_run: Told after each run how it went.

    Raises:
        UsageError: The command cannot be run, or has no end; or what was read is not a commit.
        NeedsAttention: It fails before any change; the details have the end of what it printed.
        RepositoryError: There can be no working tree.
    """
    repository = _repository_of(selection)
    words = find_words(command, repository, base=run.base)
    with repository.temporary_worktree(run.base) as worktree:
        trials = Trials(
            repository=repository,
            worktree=worktree,
            base=run.base,
            after={change.path: change.after for change in run.changed},
            also=also or {},
            words=words,
            environment=_environment(selection, repository, worktree),
            budget=budget or Budget(),
            on_run=on_run,
        )
        trials.require_baseline(command)
        sifted = _sift(trials, groups)
    dropped = _find_offences(trials, sifted, selection)
    state: State = "passed" if not dropped else "passed-without" if sifted.kept else "failed"
    return Verification(command=command, state=state, runs=trials.runs, dropped=dropped, notes=_notes(trials, dropped))


def _repository_of(selection: Selection) -> Repository:
    if selection.repository is None or selection.kind != "tree":
        raise UsageError("Only a change to a commit can be tested.", hint="Leave out --in-place and --index.")
    return selection.repository


def _sift(trials: Trials, groups: Iterable[Iterable[str]]) -> Sifted:
    known = [[path for path in group if path in trials.after] for group in groups]
    sifted = sift_parts([*known, list(trials.after)], trials.passes)
    if not sifted.kept:
        trials.try_without_change()
    return sifted


def _find_offences(trials: Trials, sifted: Sifted, selection: Selection) -> tuple[Offence, ...]:
    files = {file.path: file for file in selection.files}
    dropped = [path for path in trials.after if path not in sifted.kept]
    contents = selection.read_these(files[path] for path in dropped)
    return tuple(
        Offence(
            path=path,
            before=content,
            after=trials.after[path],
            output=trials.outputs.get(sifted.harmful.get(path, frozenset()), ""),
            is_proven=path in sifted.harmful,
        )
        for path, content in zip(dropped, contents, strict=True)
    )


def leave_out(run: Run, verification: Verification) -> Run:
    """Give a run without the changes that the tests do not bear: those files count as skipped, with the reason."""
    reasons = {offence.path: LEFT_OUT if offence.is_proven else NOT_TRIED for offence in verification.dropped}
    outcomes = tuple(
        Skipped(path=outcome.path, reason=reasons[outcome.path]) if outcome.path in reasons else outcome
        for outcome in run.outcomes
    )
    return replace(run, outcomes=outcomes)


def _notes(trials: Trials, offences: tuple[Offence, ...]) -> tuple[str, ...]:
    notes = []
    if trials.is_hopeless:
        notes.append(f"The tests fail with nothing but {', '.join(sorted(trials.also))} added.")
    if trials.is_flaky:
        notes.append("The tests failed before any change, and then passed: they do not always say the same.")
    if any(not offence.is_proven for offence in offences):
        notes.append("Not every file could be tried in the time there was: see --verify-timeout.")
    return tuple(notes)


def find_words(command: str, repository: Repository, *, base: str) -> tuple[str, ...]:
    """Split a command; a program that the commit holds is the one of the working tree that is to come.

    Raises:
        UsageError: There is no such program, or it cannot be read as a command.
    """
    program, *rest = split_command(command, option="--verify")
    if "/" in program and not program.startswith("/") and repository.show_file(base, os.path.normpath(program)):
        return (os.path.join(".", program), *rest)  # noqa: PTH118 - `Path` would take the dot away
    return (find_program(program, folder=repository.root or Path.cwd()), *rest)


def _environment(selection: Selection, repository: Repository, worktree: Worktree) -> dict[str, str]:
    given = os.environ.get("PYTHONPATH", "")
    before = [_moved(Path(entry), repository.root, worktree) for entry in given.split(os.pathsep) if entry]
    roots = [os.fspath(worktree.path / root) for root in find_import_roots(selection)]
    paths = os.pathsep.join(dict.fromkeys([*roots, *before]))
    return plain_environment(PYTHONPATH=paths, PWD=os.fspath(worktree.path), NO_COLOR="1")


def _moved(entry: Path, root: Path | None, worktree: Worktree) -> str:
    """Give the folder of the temporary working tree that stands for one of the real."""
    absolute = Path.cwd() / entry
    is_inside = root is not None and absolute.is_relative_to(root)
    return os.fspath(worktree.path / absolute.relative_to(root) if root is not None and is_inside else entry)


def find_import_roots(selection: Selection) -> tuple[str, ...]:
    """Find the folders that the packages of a tree are imported from, in order.

    Those that are configured; else beside each project file ``src``, or else its own folder if packages stand in it.
    """
    if selection.inputs.source_roots:
        return tuple(sorted({root.strip("/") for root in selection.inputs.source_roots}))[:_MOST_ROOTS]
    paths = [file.path for file in selection.sources]
    inner = {path.partition("/src/")[0] for path in paths if "/src/" in path}
    inner |= {""} if any(path.startswith("src/") for path in paths) else set()
    holders = {path.rpartition("/")[0].rpartition("/")[0] for path in paths if path.endswith("/__init__.py")}
    roots = set()
    for folder in {"", *(path.rpartition("/")[0] for path in selection.project_files)}:
        if folder in inner:
            roots.add(f"{folder}/src".lstrip("/"))
        elif folder in holders:
            roots.add(folder)
    return tuple(sorted(roots))[:_MOST_ROOTS]
