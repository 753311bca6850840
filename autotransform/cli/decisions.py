"""``autotransform decisions``: what was answered about a transform's changes, and have it forgotten."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from autotransform.cli.options import name_argument, run_options

if TYPE_CHECKING:
    from autotransform.cli.session import Session
    from autotransform.publish.decisions.answers import Answers
    from autotransform.review import ExplainedShape, Explanation
    from autotransform.review.decisions import Decisions


@click.command("decisions")
@name_argument()
@run_options
@click.option("--write", is_flag=True, help="Write what is refused to a file of the repository, to be committed.")
@click.option("--drop", is_flag=True, help="Forget all of this clone: the next run leaves none of it out.")
@click.pass_obj
def decisions_command(
    session: Session,
    *,
    name: str,
    arguments: tuple[tuple[str, str], ...],
    jobs: int | None,
    timeout: float | None,
    write: bool,
    drop: bool,
) -> int:
    """Show which changes of the transform NAME were refused, or accepted and not made yet; or forget it.

    It is kept in git's own folder, for this clone alone. What was refused is left out by preview, apply and pr; a
    branch notes it, so that verify can prove it anywhere. Once --write has put it into
    .autotransform/decisions/NAME.json and that is committed, it holds in every clone and in CI.
    """
    from autotransform.cli.workflow import Selector, carry_out, changes_of, prepare  # noqa: PLC0415
    from autotransform.publish.decisions.answers import load_answers  # noqa: PLC0415
    from autotransform.publish.decisions.committed import is_committed  # noqa: PLC0415
    from autotransform.publish.decisions.shared import load_shared  # noqa: PLC0415
    from autotransform.review import explain  # noqa: PLC0415

    if write and drop:
        raise click.UsageError("--write and --drop exclude each other.")
    repository = session.require_repository()
    plain = _plain_name(name)
    if drop:
        return _drop(session, name)
    answers = load_answers(repository, plain)
    if write and not answers.refused:
        session.terminal.result(f"Nothing is refused of {name} in this clone; no file was written.")
        return 0
    if not answers and not is_committed(repository, plain, commit=session.head):
        session.terminal.result(f"Nothing was answered about {name}.")
        return 0
    work = prepare(session, name, selector=Selector(), arguments=arguments, jobs=jobs, timeout=timeout)
    done = carry_out(session, work)
    explanation = explain(done, changes_of(work, done))
    if write:
        return _write(session, plain, explanation, refused=answers.refused)
    _show(session, answers, shapes=explanation.shapes, shared=load_shared(work.selection, plain))
    if answers:
        session.terminal.say()
        session.terminal.say(f"Forget it: autotransform decisions {name} --drop", style="dim")
    return 0


def _drop(session: Session, name: str) -> int:
    """Forget what was answered in this clone, and say that the file of the repository is another thing."""
    from autotransform.publish.decisions.answers import drop_answers  # noqa: PLC0415
    from autotransform.publish.decisions.committed import is_committed, path_of  # noqa: PLC0415

    repository, plain = session.require_repository(), _plain_name(name)
    is_known = drop_answers(repository, plain)
    session.terminal.result("Forgotten." if is_known else f"Nothing was answered about {name}.")
    path = path_of(plain)
    if path and (os.path.lexists(session.root / path) or is_committed(repository, plain, commit=session.head)):
        session.terminal.note(f"{path} stays: every run leaves out what stands there, until it is taken out of it.")
    return 0


def _write(session: Session, name: str, explanation: Explanation, *, refused: Decisions) -> int:
    """Add what is refused to the file of the repository."""
    from autotransform.errors import UsageError  # noqa: PLC0415
    from autotransform.publish.decisions.committed import find_on_disk, path_of, write_content  # noqa: PLC0415
    from autotransform.publish.decisions.shared import SharedFile, comment_on, format_shared, parse_shared  # noqa: PLC0415
    from autotransform.review.decisions import count_refusals  # noqa: PLC0415

    path, repository = path_of(name), session.require_repository()
    if not path or repository.root is None:
        why = f"{name} is no name of a file of ours" if repository.root else "a bare repository has no files"
        raise UsageError(f"Nothing can be written: {why}.")
    content = find_on_disk(repository.root, name)
    before = SharedFile() if content is None else parse_shared(content, name=name, origin=path)
    comments = {**before.comments, **comment_on(explanation)}
    after = SharedFile(refused=before.refused | refused, comments=comments)
    written = format_shared(after, name=name)
    if written == content:
        session.terminal.result(f"{path} says all of it already.")
        return 0
    write_content(repository.root, name, written)
    session.terminal.result(f"Wrote {path}, which refuses {count_refusals(after.refused)}.")
    session.terminal.say()
    session.terminal.say(f"It holds for runs on a commit that has it: git add {path}", style="dim")
    return 0


def _plain_name(name: str) -> str:
    """Give the name under which answers are kept: of FILE.py:Class, that of the file."""
    return name.partition(":")[0].rpartition("/")[2].removesuffix(".py")


def _show(session: Session, answers: Answers, *, shapes: tuple[ExplainedShape, ...], shared: Decisions) -> None:
    from autotransform.review import show_path  # noqa: PLC0415
    from autotransform.review.decisions import count_refusals  # noqa: PLC0415

    terminal = session.terminal
    told = (
        ("refused for everybody, in the repository's own file", shared),
        ("refused", answers.refused),
        ("accepted, not made yet", answers.accepted),
    )
    for what, decisions in told:
        if not decisions:
            continue
        terminal.result(f"{what}: {count_refusals(decisions)}", style="bold")
        found: set[str] = set()
        for each in shapes:
            chosen = [one for one in each.changes if one.key in decisions.changes]
            is_whole = each.shape.signature in decisions.shapes
            if is_whole or chosen:
                count = each.shape.count if is_whole else len(chosen)
                before, after = (" ⏎ ".join(text.splitlines()) for text in (each.shape.before, each.shape.after))
                terminal.result(f"  {before or '(nothing)'} → {after or '(nothing)'}: {count} of {each.shape.count}")
                found |= {each.shape.signature, *(one.key for one in chosen)}
        for path in sorted(decisions.files):
            terminal.result(f"  {show_path(path)}: the whole file")
        if gone := len((decisions.shapes | decisions.changes) - found):
            terminal.result(f"  {gone} of them not in what it changes now", style="dim")
