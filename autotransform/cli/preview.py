"""``autotransform preview``: what a transform would do."""

from __future__ import annotations

import contextlib
import json
import shlex
from typing import TYPE_CHECKING, Literal, TypeAlias

import click

from autotransform.cli.options import (
    gate_option,
    name_argument,
    paths_argument,
    run_options,
    selector_options,
    strict_option,
)

if TYPE_CHECKING:
    from autotransform.cli.session import Session
    from autotransform.cli.workflow import Selector, Work
    from autotransform.engine import Run
    from autotransform.review import FileChange

_Form: TypeAlias = Literal["diff", "stat", "json", "patch", "sarif"]


@click.command("preview")
@name_argument()
@paths_argument
@selector_options
@run_options
@strict_option
@gate_option
@click.option("--stat", "stat_only", is_flag=True, help="Show how much each file changes instead of the diff.")
@click.option("--json", "as_json", is_flag=True, help="Print the run as JSON (docs/reference/json.md).")
@click.option("--patch", "as_patch", is_flag=True, help="Print a patch that `git apply` takes.")
@click.option("--sarif", metavar="FILE", help="Write what would change as SARIF to this file (-: print it).")
@click.option("--annotate", is_flag=True, help="Print commands that show it beside the lines in a GitHub workflow.")
@click.option("--check", is_flag=True, help="Exit with 1 if anything would change.")
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
    stat_only: bool,
    as_json: bool,
    as_patch: bool,
    sarif: str | None,
    annotate: bool,
    check: bool,
) -> int:
    """Show what the transform NAME would change, and change nothing.

    NAME is a transform of the repository, of the catalogue, or a file: FILE.py or FILE.py:Class. PATHS narrow down the
    files; none means the whole repository.
    """
    from autotransform.cli.marking import annotating, write_sarif  # noqa: PLC0415
    from autotransform.cli.workflow import Selector, carry_out, changes_of, prepare  # noqa: PLC0415

    form = _form(stat_only=stat_only, as_json=as_json, as_patch=as_patch, sarif=sarif, annotate=annotate)
    selector = Selector(paths=paths, base=base, index=index, in_place=in_place)
    work = prepare(session, name, selector=selector, arguments=arguments, jobs=jobs, timeout=timeout, strict=strict)
    done = carry_out(session, work)
    changes = changes_of(work, done)
    if sarif is not None:
        write_sarif(session, done, changes=changes, target=sarif)
    marks = annotating(session, done, changes=changes, is_check=check) if annotate else contextlib.nullcontext()
    with marks:
        if form == "json":
            _print_json(session, work=work, done=done, changes=changes)
        elif form == "patch":
            _print_patch(session, changes)
        elif form != "sarif":
            show(session, done, changes=changes, stat_only=form == "stat")
            _say_what_next(session, name=name, selector=selector, changes=changes)
    return 1 if done.exit_code or (check and changes) else 0


def _form(*, stat_only: bool, as_json: bool, as_patch: bool, sarif: str | None, annotate: bool) -> _Form:
    """Say what standard output is to hold."""
    asked: dict[_Form, bool] = {"stat": stat_only, "json": as_json, "patch": as_patch, "sarif": sarif == "-"}
    chosen = [form for form, is_asked in asked.items() if is_asked]
    if len(chosen) > 1:
        raise click.UsageError("--stat, --json, --patch and --sarif - exclude each other.")
    form = chosen[0] if chosen else "diff"
    if annotate and form not in {"diff", "stat"}:
        raise click.UsageError("--annotate prints beside the diff or --stat, not in what another program reads.")
    return form


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
