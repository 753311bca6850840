"""``autotransform decisions``: what was answered about a transform's changes, and have it forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from autotransform.cli.options import name_argument, run_options

if TYPE_CHECKING:
    from autotransform.cli.session import Session
    from autotransform.publish.answers import Answers
    from autotransform.review import ExplainedShape


@click.command("decisions")
@name_argument()
@run_options
@click.option("--drop", is_flag=True, help="Forget all of it: the next run leaves nothing out.")
@click.pass_obj
def decisions_command(
    session: Session,
    *,
    name: str,
    arguments: tuple[tuple[str, str], ...],
    jobs: int | None,
    timeout: float | None,
    drop: bool,
) -> int:
    """Show which changes of the transform NAME were refused, or accepted and not made yet; or forget it.

    It is kept in git's own folder, for this clone alone. What was refused is left out by preview, apply and pr; a
    branch notes it, so that verify can prove it anywhere.
    """
    from autotransform.cli.workflow import Selector, carry_out, changes_of, prepare  # noqa: PLC0415
    from autotransform.publish.answers import drop_answers, load_answers  # noqa: PLC0415
    from autotransform.review import explain  # noqa: PLC0415

    repository = session.require_repository()
    if drop:
        is_known = drop_answers(repository, _plain_name(name))
        session.terminal.result("Forgotten." if is_known else f"Nothing was answered about {name}.")
        return 0
    answers = load_answers(repository, _plain_name(name))
    if not answers:
        session.terminal.result(f"Nothing was answered about {name}.")
        return 0
    work = prepare(session, name, selector=Selector(), arguments=arguments, jobs=jobs, timeout=timeout)
    done = carry_out(session, work)
    explanation = explain(done, changes_of(work, done))
    _show(session, answers, shapes=explanation.shapes)
    session.terminal.say()
    session.terminal.say(f"Forget it: autotransform decisions {name} --drop", style="dim")
    return 0


def _plain_name(name: str) -> str:
    """Give the name under which answers are kept: of FILE.py:Class, that of the file."""
    return name.partition(":")[0].rpartition("/")[2].removesuffix(".py")


def _show(session: Session, answers: Answers, *, shapes: tuple[ExplainedShape, ...]) -> None:
    from autotransform.review import show_path  # noqa: PLC0415
    from autotransform.review.decisions import count_refusals  # noqa: PLC0415

    terminal = session.terminal
    for what, decisions in (("refused", answers.refused), ("accepted, not made yet", answers.accepted)):
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
