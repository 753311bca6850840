"""``autotransform review``: the page on which a transform is edited, run, judged and applied."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from autotransform.cli.options import gate_option, name_argument, paths_argument, run_options, strict_option

if TYPE_CHECKING:
    from autotransform.cli.session import Session
    from autotransform.cli.workflow import Selector, Work
    from autotransform.config import Config
    from autotransform.engine import Run
    from autotransform.script import Script
    from autotransform.studio.opening import Opener
    from autotransform.studio.values import Ground, Published, Subject


@click.command("review")
@name_argument()
@paths_argument
@click.option("--port", type=click.IntRange(min=1, max=65535), help="Listen on this port (default: a free one).")
@click.option("--no-browser", is_flag=True, help="Print the address and open nothing.")
@click.option("--base", metavar="REV", help="Read the files of this commit (default: HEAD).")
@run_options
@strict_option
@gate_option
@click.pass_obj
def review_command(
    session: Session,
    *,
    name: str,
    paths: tuple[str, ...],
    port: int | None,
    no_browser: bool,
    base: str | None,
    arguments: tuple[tuple[str, str], ...],
    jobs: int | None,
    timeout: float | None,
    strict: bool | None,
) -> int:
    """Open a page on which the transform NAME is edited, run, judged and applied.

    The page is served by this very command, to this machine alone, until you close it there or press Ctrl-C. What you
    type is kept from one time to the next; the files of the repository are never written.
    """
    from autotransform.cli.workflow import Selector  # noqa: PLC0415
    from autotransform.studio.opening import opening  # noqa: PLC0415
    from autotransform.studio.server import serve  # noqa: PLC0415

    selector = Selector(paths=paths, base=base)
    ground = _prepare(session, name, selector=selector, arguments=arguments, jobs=jobs, timeout=timeout, strict=strict)
    with opening(ground.repository.state_dir / "studio") as opener:
        serve(ground, port=port or 0, on_ready=lambda address: _tell(session, address, None if no_browser else opener))
    session.terminal.say("The review page is closed. What you typed and did not save is there the next time.")
    return 0


def _prepare(
    session: Session,
    name: str,
    *,
    selector: Selector,
    arguments: tuple[tuple[str, str], ...],
    jobs: int | None,
    timeout: float | None,
    strict: bool | None,
) -> Ground:
    """Find the file that is edited and select the files that it runs on, as `preview` does."""
    from autotransform.cli.workflow import base_of, limits_of  # noqa: PLC0415
    from autotransform.run import select  # noqa: PLC0415
    from autotransform.studio.values import Ground  # noqa: PLC0415

    repository = session.require_repository()
    stem = os.path.basename(name).partition(".py")[0]  # noqa: PTH119 - it may name a class behind a colon
    commit = base_of(session, selector, name=stem)
    config = _config(session, base=commit, strict=strict)
    selection = select(
        start=session.start,
        repository=repository,
        paths=selector.paths,
        base=commit if commit != session.head else None,
        config=config,
    )
    for note in selection.notes:
        session.terminal.note(note)
    ground = Ground(
        subject=_find_subject(session, name, config=config, base=commit),
        repository=repository,
        selection=selection,
        config=config,
        limits=limits_of(session, config, jobs=jobs, timeout=timeout),
        arguments=arguments,
        is_gated=session.is_gated,
        open_cache=lambda: session.cache,
        trust=session.trust,
        publish=lambda script, done: _publish(session, ground, script, done),
    )
    return ground


def _config(session: Session, *, base: str, strict: bool | None) -> Config:
    """Read the configuration of the commit that is read; of models, that of the working tree, as `edit` does."""
    from autotransform.author.profiles import resolve_profile  # noqa: PLC0415

    config = session.config(base=base)
    model = resolve_profile(session.config().model, None, environment=os.environ)
    return replace(config, model=model, strict=config.strict if strict is None else strict)


def _find_subject(session: Session, name: str, *, config: Config, base: str) -> Subject:
    """Find the file that is edited; it need not be there, nor hold more than half a script."""
    from autotransform.run import find_script  # noqa: PLC0415
    from autotransform.studio.values import Subject  # noqa: PLC0415

    head, colon, tail = name.rpartition(":")
    written, entry = (head, tail) if colon and tail.isidentifier() else (name, "")
    folder = session.transforms_folder(session.config())
    given = session.start / written
    is_path = written.endswith(".py") and given.is_file()
    file = given.resolve() if is_path else folder / f"{written}.py"
    shown = file.relative_to(session.root).as_posix() if file.is_relative_to(session.root) else str(file)
    if file.is_file() and file.stem.isidentifier():
        return Subject(name=file.stem, entry=entry or None, file=file, path=shown)
    found = find_script(name, start=session.start, repository=session.repository, base=base, config=config)
    if is_path:  # a stock codemod, called as its author liked
        return Subject(name=found.name, entry=entry or None, file=file, path=shown)
    source = found.script.source
    return Subject(name=found.name, entry=entry or None, file=folder / f"{found.name}.py", path=shown, source=source)


def _publish(session: Session, ground: Ground, script: Script, done: Run) -> tuple[Published, ...]:
    """Make branches of a run as `apply` does, with the same record."""
    from autotransform.cli.making import read_wishes  # noqa: PLC0415
    from autotransform.publish.branches.branch import repository_of  # noqa: PLC0415
    from autotransform.publish.making import make_branches, make_change  # noqa: PLC0415
    from autotransform.studio.values import Published  # noqa: PLC0415

    wishes = read_wishes(session, _work_of(ground, script))
    change = make_change(done, ground.selection, wishes=wishes)
    notes = (*change.notes, *(change.decided.notes if change.decided else ()))
    return tuple(
        Published(
            branch=each.commit.branch,
            sha=each.commit.sha,
            files=each.commit.paths,
            notes=(*(notes if number == 0 else ()), *each.notes),
        )
        for number, each in enumerate(make_branches(repository_of(ground.selection), change))
    )


def _work_of(ground: Ground, script: Script) -> Work:
    from autotransform.cli.workflow import Work  # noqa: PLC0415
    from autotransform.run import FoundScript  # noqa: PLC0415

    return Work(
        found=FoundScript(script=script, origin="worktree", path=ground.subject.path),
        selection=ground.selection,
        config=ground.config,
        limits=ground.limits,
        arguments=ground.arguments,
    )


def _tell(session: Session, address: str, opener: Opener | None) -> None:
    """Print the address, and open it."""
    session.terminal.result(f"Review page: {address}")
    session.terminal.say("Ctrl-C closes it. Who has this address can do there what you can: keep it to yourself.")
    if opener is not None and not opener.open(address):
        session.terminal.note("No browser was asked to open it: open the whole address yourself.")
