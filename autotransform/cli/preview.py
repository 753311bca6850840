"""``autotransform preview``: what a transform would do."""

from __future__ import annotations

import contextlib
import json
import shlex
from typing import TYPE_CHECKING

import click

from autotransform.cli.options import (
    gate_option,
    name_argument,
    paths_argument,
    run_options,
    selector_options,
    strict_option,
)
from autotransform.cli.viewing import view_options

if TYPE_CHECKING:
    from autotransform.cli.session import Session
    from autotransform.cli.viewing import View
    from autotransform.cli.workflow import Selector, Work
    from autotransform.engine import Run
    from autotransform.review import FileChange


@click.command("preview")
@name_argument()
@paths_argument
@selector_options
@run_options
@strict_option
@gate_option
@view_options
@click.pass_obj
def preview_command(
    session: Session,
    *,
    name: str,
    paths: tuple[str, ...],
    base: str | None,
    index: bool,
    in_place: bool,
    arguments: tuple[tuple[str, str], ...],
    jobs: int | None,
    timeout: float | None,
    strict: bool | None,
    view: View,
) -> int:
    """Show what the transform NAME would change, and change nothing.

    NAME is a transform of the repository, of the catalogue, or a file: FILE.py or FILE.py:Class. PATHS narrow down the
    files; none means the whole repository.
    """
    from autotransform.cli.workflow import Selector, carry_out, changes_of, prepare  # noqa: PLC0415

    form = view.form
    selector = Selector(paths=paths, base=base, index=index, in_place=in_place)
    work = prepare(session, name, selector=selector, arguments=arguments, jobs=jobs, timeout=timeout, strict=strict)
    done = carry_out(session, work)
    changes = changes_of(work, done)
    _write_files(session, work, done, changes=changes, view=view)
    if view.against is not None:
        from autotransform.cli.against import show_against  # noqa: PLC0415

        return show_against(session, work, done, rev=view.against, changes=changes, is_json=form == "json")
    with _marks(session, done, changes=changes, view=view):
        if form == "json":
            _print_json(session, work=work, done=done, changes=changes)
        elif form == "patch":
            _print_patch(session, changes)
        elif form != "sarif":
            show(session, done, changes=changes, stat_only=form == "stat")
            _say_what_next(session, name=name, selector=selector, changes=changes)
    return 1 if done.exit_code or (view.check and changes) else 0


def _write_files(session: Session, work: Work, done: Run, *, changes: tuple[FileChange, ...], view: View) -> None:
    """Write what was asked for beside what is shown."""
    if view.sarif is not None:
        from autotransform.cli.marking import write_sarif  # noqa: PLC0415

        write_sarif(session, done, changes=changes, target=view.sarif)
    if view.html is not None:
        from autotransform.cli.reporting import write_html  # noqa: PLC0415

        write_html(session, work, done, changes=changes, target=view.html)


def _marks(
    session: Session, done: Run, *, changes: tuple[FileChange, ...], view: View
) -> contextlib.AbstractContextManager[None]:
    if not view.annotate:
        return contextlib.nullcontext()
    from autotransform.cli.marking import annotating  # noqa: PLC0415

    return annotating(session, done, changes=changes, is_check=view.check)


def show(session: Session, done: Run, *, changes: tuple[FileChange, ...], stat_only: bool = False) -> None:
    """Print the diffs, or the table of files, and the summary."""
    from autotransform.review import diff_lines, stat, stat_lines, summary, summary_lines  # noqa: PLC0415

    terminal = session.terminal
    if stat_only:
        for line in stat_lines(stat(changes), width=terminal.width):
            terminal.result(line)
    else:
        for change in changes:
            terminal.diff(diff_lines(change))
    if changes:
        terminal.say()
    for line in summary_lines(summary(done), limit=None if session.verbosity > 0 else 10):
        terminal.say(line)


def _print_json(session: Session, *, work: Work, done: Run, changes: tuple[FileChange, ...]) -> None:
    from autotransform.review import to_json  # noqa: PLC0415

    document = to_json(done, changes=changes, script_path=work.found.path)
    text = json.dumps(document, indent=2, sort_keys=False, ensure_ascii=True)
    session.terminal.write_bytes(text.encode() + b"\n")


def _print_patch(session: Session, changes: tuple[FileChange, ...]) -> None:
    from autotransform.review import patch  # noqa: PLC0415

    session.terminal.write_bytes(patch(changes))


def _say_what_next(session: Session, *, name: str, selector: Selector, changes: tuple[FileChange, ...]) -> None:
    if not changes or selector.index:
        return
    flags = ["--in-place"] if selector.in_place else ["--base", selector.base] if selector.base else []
    session.terminal.say()
    session.terminal.say(f"To have it: autotransform apply {shlex.join([name, *selector.paths, *flags])}", style="dim")
