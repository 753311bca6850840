"""``autotransform preview``: what a transform would do."""

from __future__ import annotations

import contextlib
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
from autotransform.cli.viewing import PLAIN, view_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autotransform.cli.session import Session
    from autotransform.cli.viewing import View
    from autotransform.cli.workflow import Selector, Work
    from autotransform.engine import Run
    from autotransform.review import ExplainedShape, Explanation, FileChange, Hunk

#: Places to name of which the same is said.
_MOST_PLACES = 3
#: Signatures to name where one is asked for that there is not.
_MOST_SHAPES = 12


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
    from autotransform.cli.paging import paged  # noqa: PLC0415
    from autotransform.cli.workflow import Selector, carry_out, changes_of, prepare  # noqa: PLC0415

    form = view.form
    selector = Selector(paths=paths, base=base, index=index, in_place=in_place)
    work = prepare(session, name, selector=selector, arguments=arguments, jobs=jobs, timeout=timeout, strict=strict)
    done = carry_out(session, work)
    if view.against is not None:
        return _show_against(session, work, done, view=view)
    done = _as_applied(session, work, done)
    changes = changes_of(work, done)
    _write_files(session, work, done, changes=changes, view=view)
    with _marks(session, done, changes=changes, view=view):
        if form == "json":
            _print_json(session, work=work, done=done, changes=changes)
        elif form == "patch":
            _print_patch(session, changes)
        elif form not in {"sarif", "html"}:
            with paged(session, is_wanted=not (view.no_pager or view.annotate)):
                show(session, done, changes=changes, view=view)
            say_what_next(
                session, name=name, selector=selector, changes=changes, flags=_flags(arguments, strict=strict)
            )
    return 1 if done.exit_code or (view.check and changes) else 0


def _as_applied(session: Session, work: Work, done: Run) -> Run:
    """Give what `apply` would make of a run: without what was refused, and formatted."""
    from autotransform.cli.deciding import replay  # noqa: PLC0415

    done = replay(session, work, done)
    if work.config.formatter:
        from autotransform.publish.formatting.configured import format_as_configured  # noqa: PLC0415

        done, notes = format_as_configured(done, work.selection, config=work.config, folder=session.start)
        for note in notes:
            session.terminal.note(note)
    return done


def _show_against(session: Session, work: Work, done: Run, *, view: View) -> int:
    from autotransform.cli.against import show_against  # noqa: PLC0415
    from autotransform.cli.workflow import changes_of  # noqa: PLC0415

    # As the script left it: so is what the other version makes.
    changes = changes_of(work, done)
    is_json = view.form == "json"
    return show_against(
        session, work, done, rev=view.against or "", changes=changes, is_json=is_json, is_check=view.check
    )


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


def show(session: Session, done: Run, *, changes: tuple[FileChange, ...], view: View = PLAIN) -> None:
    """Print the counts, the kinds of change, what else to look at, and the diffs; or the part that is asked for.

    Raises:
        UsageError: There is no such shape.
    """
    from autotransform.review import attention_lines, count_lines, explain, shape_lines, summary  # noqa: PLC0415

    terminal, told, is_all = session.terminal, summary(done), session.verbosity > 0
    if view.shape is not None:
        _show_shape(session, explain(done, changes), changes=changes, signature=view.shape)
        return
    for line in count_lines(told.counts, words=told.words):
        terminal.say(line)
    if changes and view.form != "stat" and (session.verbosity >= 0 or view.shapes_only):
        terminal.say()
        terminal.diff(shape_lines(explain(done, changes), width=terminal.width, is_all=is_all))
    for line in attention_lines(told, limit=None if is_all else _MOST_PLACES):
        terminal.say(line)
    if changes and not view.shapes_only:
        terminal.say()
        _show_files(session, changes, stat_only=view.stat_only)


def _show_files(session: Session, changes: tuple[FileChange, ...], *, stat_only: bool) -> None:
    from autotransform.review import diff_lines, stat, stat_lines  # noqa: PLC0415

    terminal = session.terminal
    if stat_only:
        for line in stat_lines(stat(changes), width=terminal.width):
            terminal.result(line)
        return
    for change in changes:
        terminal.diff(diff_lines(change, is_marked=terminal.has_colours))


def _show_shape(session: Session, explanation: Explanation, *, changes: tuple[FileChange, ...], signature: str) -> None:
    """Print what there is to say of one shape, and the diffs of its changes alone."""
    from dataclasses import replace  # noqa: PLC0415

    from autotransform.review import hunk_lines, shape_lines  # noqa: PLC0415

    found = _find_shapes(explanation, signature)
    terminal = session.terminal
    if session.verbosity >= 0:
        terminal.diff(shape_lines(replace(explanation, shapes=found), width=terminal.width))
        terminal.say()
    hunks: dict[str, dict[Hunk, None]] = {}
    for explained in (each for shape in found for each in shape.changes):
        hunks.setdefault(explained.change.path, {})[explained.change.hunk] = None
    for change in changes:
        terminal.diff(hunk_lines(change, [*hunks.get(change.path, ())], is_marked=terminal.has_colours))


def _find_shapes(explanation: Explanation, signature: str) -> tuple[ExplainedShape, ...]:
    """Find what is told under a signature, or under how it begins: one shape, or those that are told as one."""
    from autotransform.errors import UsageError  # noqa: PLC0415
    from autotransform.review.shapes.families import find_families  # noqa: PLC0415

    families = {family.shapes[0].shape.signature: family.shapes for family in find_families(explanation)}
    known = {each.shape.signature: (each,) for each in explanation.shapes} | families
    found = [each for each in known if each.startswith(signature)]
    if len(found) == 1:
        return known[found[0]]
    among = found or list(families)
    shown = ", ".join(among[:_MOST_SHAPES]) + (", …" if len(among) > _MOST_SHAPES else "")
    if found:
        raise UsageError(f"There are {len(found)} shapes that begin with {signature}.", hint=f"Name one: {shown}")
    hint = f"There are: {shown}" if among else "Nothing changes, so there is none."
    raise UsageError(f"No shape of this change is called {signature}.", hint=hint)


def _print_json(session: Session, *, work: Work, done: Run, changes: tuple[FileChange, ...]) -> None:
    from autotransform.cli.encoding import encode_json  # noqa: PLC0415
    from autotransform.review import to_json  # noqa: PLC0415

    document = to_json(done, changes=changes, script_path=work.found.path)
    session.terminal.write_bytes(encode_json(document))


def _print_patch(session: Session, changes: tuple[FileChange, ...]) -> None:
    from autotransform.review import patch  # noqa: PLC0415

    session.terminal.write_bytes(patch(changes))


def say_what_next(
    session: Session,
    *,
    name: str,
    selector: Selector,
    changes: tuple[FileChange, ...],
    flags: Sequence[str] = (),
) -> None:
    """Print the lines to copy for what a person may do now."""
    if not changes or selector.index:
        return
    where = ["--in-place"] if selector.in_place else ["--base", selector.base] if selector.base else []
    words = shlex.join([name, *selector.paths, *where, *flags])
    lines = [
        ("Apply it:", f"apply {words}"),
        ("Choose first:", f"apply {words} --interactive"),
        *([("In a browser:", f"review {words}")] if selector.reads_tree else []),
        ("As a file:", f"preview {words} --html review.html"),
    ]
    session.terminal.say()
    for what, command in lines:
        session.terminal.say(f"{what:<14} autotransform {command}", style="dim")


def _flags(arguments: Sequence[tuple[str, str]], *, strict: bool | None) -> list[str]:
    given = [part for name, value in arguments for part in ("--arg", f"{name}={value}")]
    return [*given, *({True: ["--strict"], False: ["--no-strict"], None: []}[strict])]
