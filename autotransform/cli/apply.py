"""``autotransform apply``: the change as a branch, or in the files on disk."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from autotransform.cli.options import (
    gate_option,
    making_options,
    name_argument,
    paths_argument,
    run_options,
    strict_option,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from autotransform.cli.interactive import Gone
    from autotransform.cli.making import Making
    from autotransform.cli.session import Session
    from autotransform.cli.workflow import Work
    from autotransform.engine import Run
    from autotransform.publish.making import Change, Made
    from autotransform.repository import Repository


@click.command("apply")
@name_argument()
@paths_argument
@click.option("--base", metavar="REV", help="Start the branch at this commit (default: HEAD).")
@click.option("--in-place", is_flag=True, help="Write the files on disk instead of a branch; works outside git.")
@click.option("--force", is_flag=True, help="With --in-place: write files with uncommitted changes too.")
@click.option("--interactive", "-i", is_flag=True, help="Ask about each shape of what changes; a no is remembered.")
@making_options
@click.option("--add-cases", is_flag=True, help="Add what --verify leaves out to the script, as cases that fail.")
@click.option("--delete-branch", is_flag=True, help="Delete branches of this transform that nothing is left for.")
@run_options
@strict_option
@gate_option
@click.pass_obj
def apply_command(
    session: Session,
    *,
    name: str,
    paths: tuple[str, ...],
    base: str | None,
    in_place: bool,
    force: bool,
    interactive: bool,
    arguments: tuple[tuple[str, str], ...],
    jobs: int | None,
    timeout: float | None,
    strict: bool | None,
    making: Making,
    add_cases: bool,
    delete_branch: bool,
) -> int:
    """Run the transform NAME and put what it changes on the branch autotransform/NAME.

    The branch is made from git objects: HEAD, the index and the working tree stay as they are, whatever state they are
    in. Running it again moves the branch along.
    """
    from autotransform.cli.making import NO_MAKING, require_makeable  # noqa: PLC0415
    from autotransform.cli.workflow import Selector, prepare  # noqa: PLC0415

    if add_cases and not making.verify:
        raise click.UsageError("--add-cases goes with --verify.")
    is_made = making != NO_MAKING or delete_branch
    _refuse_contradictions(in_place=in_place, force=force, base=base, is_made=is_made)
    selector = Selector(paths=paths, base=base, in_place=in_place)

    def look() -> Work:
        work = prepare(session, name, selector=selector, arguments=arguments, jobs=jobs, timeout=timeout, strict=strict)
        if interactive and not in_place:
            require_makeable(session, work, making=making)
        return work

    def make(work: Work, gone: Gone | None) -> int:
        if in_place:
            return _write_files(session, work, gone=gone, force=force)
        done = gone.run if gone else None
        return make_branch(session, work, making=making, done=done, is_deleting=delete_branch, is_adding=add_cases)

    return _ask_and_make(session, look, make) if interactive else make(look(), None)


def _refuse_contradictions(*, in_place: bool, force: bool, base: str | None, is_made: bool) -> None:
    if force and not in_place:
        raise click.UsageError("--force goes with --in-place; a branch never needs it.")
    if base is not None and in_place:
        raise click.UsageError("--base and --in-place exclude each other.")
    if in_place and is_made:
        raise click.UsageError("--in-place writes what the script makes: nothing is formatted, tested or divided.")


def _ask_and_make(session: Session, look: Callable[[], Work], make: Callable[[Work, Gone | None], int]) -> int:
    """Make what a person says yes to; nothing, with the exit code of what is aborted, where that person quits."""
    from autotransform.cli.interactive import finish, go_through  # noqa: PLC0415
    from autotransform.errors import Aborted  # noqa: PLC0415

    gone = go_through(session, look)
    if gone is None:
        return Aborted.exit_code
    code = make(gone.work, gone)
    finish(session, gone)
    return code


def make_branch(
    session: Session,
    work: Work,
    *,
    making: Making | None = None,
    done: Run | None = None,
    is_deleting: bool = False,
    is_adding: bool = False,
) -> int:
    """Put the change on its branch, or on one for each part, and say what to do with it; gives the exit code."""
    from autotransform.cli.making import NO_MAKING, prepare_change  # noqa: PLC0415
    from autotransform.cli.offending import tell_offences  # noqa: PLC0415
    from autotransform.publish.branches.branch import repository_of  # noqa: PLC0415
    from autotransform.publish.making import make_branches  # noqa: PLC0415

    change = prepare_change(session, work, making=making or NO_MAKING, done=done)
    repository = repository_of(work.selection)
    made = make_branches(repository, change)
    _summarise(session, change.run)
    if not made:
        why = "The project's own tests bear no part of the change" if change.is_refused else "Nothing to change"
        session.terminal.result(f"{why}; no branch was made.")
    tell_offences(session, work, change, is_adding=is_adding)
    for each in made:
        _tell_branch(session, each)
    if change.is_whole:
        _finish(session, repository, change, is_deleting=is_deleting)
    if made:
        _say_what_next(session, repository, change, made)
    return 1 if change.is_refused else change.run.exit_code


def _tell_branch(session: Session, made: Made) -> None:
    commit = made.commit
    files = f"{len(commit.paths)} file" + ("s" if len(commit.paths) > 1 else "")
    state = {"created": "made", "replaced": "moved", "unchanged": "already up to date"}[commit.state]
    session.terminal.result(f"Branch {commit.branch} {state}: {commit.sha[:10]}, {files} changed.", style="bold green")
    for note in made.notes:
        session.terminal.note(note)


def _finish(session: Session, repository: Repository, change: Change, *, is_deleting: bool) -> None:
    """Tell of the branches that nothing is left for, and delete them where that is wanted."""
    from autotransform.publish.branches.finishing import find_finished, finish_branch  # noqa: PLC0415

    why = "No part of the change goes there any more" if change.parts else "Nothing is left to change"
    current = {part.branch for part in change.parts}
    for finished in find_finished(repository, record=change.record, current=current):
        branch = finished.branch
        if finished.foreign:
            count = "a commit" if finished.foreign == 1 else f"{finished.foreign} commits"
            mend = f"it stays, for people put {count} there"
        elif finished.place:
            mend = f"it stays, for it is checked out in {finished.place}"
        elif is_deleting:
            finish_branch(repository, finished)
            mend = f"it was deleted (git branch {branch} {finished.tip[:10]} brings it back)"
        else:
            mend = f"delete it: git branch -D {branch}"
        session.terminal.result(f"Branch {branch} is done. {why}; {mend}.")


def _say_what_next(session: Session, repository: Repository, change: Change, made: tuple[Made, ...]) -> None:
    from autotransform.publish.pull_requests.command import find_pr_command  # noqa: PLC0415

    terminal, base = session.terminal, change.run.base
    # Of many, the first stands for all.
    branch = made[0].commit.branch
    terminal.say()
    terminal.say(f"Look at it:   git log --stat {base[:10]}..{branch}", style="dim")
    terminal.say(f"Go there:     git switch {branch}", style="dim")
    branches = " ".join(each.commit.branch for each in made)
    publish = find_pr_command(repository, change, environment=os.environ) or f"git push -u origin {branches}"
    terminal.say(f"Publish {'them:' if len(made) > 1 else 'it:  '} {publish}", style="dim")


def _write_files(session: Session, work: Work, *, gone: Gone | None, force: bool) -> int:
    from autotransform.cli.deciding import replay  # noqa: PLC0415
    from autotransform.cli.workflow import carry_out  # noqa: PLC0415
    from autotransform.publish import apply_in_place  # noqa: PLC0415

    done = gone.run if gone else carry_out(session, work)
    done = replay(session, work, done, answers=gone.answers if gone else None)
    written = apply_in_place(done, work.selection, force=force)
    _summarise(session, done)
    if not written:
        session.terminal.result("Nothing to change; no file was written.")
    for path in written:
        session.terminal.result(f"wrote {path}")
    return done.exit_code


def _summarise(session: Session, done: Run) -> None:
    from autotransform.review import summary, summary_lines  # noqa: PLC0415

    for line in summary_lines(summary(done), limit=None if session.verbosity > 0 else 10):
        session.terminal.say(line)
