"""``autotransform run``: the whole way in one command."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from autotransform.cli.options import author_options

if TYPE_CHECKING:
    from autotransform.cli.authoring import Choice
    from autotransform.cli.session import Session


@click.command("run")
@click.argument("request")
@author_options
@click.option(
    "--yes",
    "-y",
    is_flag=True,
    help="Ask nothing: neither whether the model understood, nor whether to make the branch.",
)
@click.pass_obj
def run_command(session: Session, *, request: str, choice: Choice) -> int:
    """Write a transform for REQUEST, test it, show what it would do, ask, and make the branch.

    Without a terminal to ask at, it stops before it makes the branch, unless --yes is given.
    """
    from autotransform.author import Request  # noqa: PLC0415
    from autotransform.cli.agreeing import read_given  # noqa: PLC0415
    from autotransform.cli.apply import make_branch  # noqa: PLC0415
    from autotransform.cli.authoring import write_transform  # noqa: PLC0415
    from autotransform.cli.preview import show  # noqa: PLC0415
    from autotransform.cli.workflow import Selector, carry_out, changes_of, prepare  # noqa: PLC0415
    from autotransform.errors import Aborted, NeedsAttention  # noqa: PLC0415

    session.require_repository().resolve("HEAD")
    asked = Request(text=request, name=choice.name, cases=read_given(choice.cases, root=session.start))
    path, code = write_transform(session, asked, choice=choice)
    if code:
        raise NeedsAttention(
            "The transform was written, and something is still wrong with it; nothing was applied.",
            hint=f"Mend it with `autotransform edit {path.stem}`, then `autotransform preview {path.stem}`.",
        )
    work = prepare(session, str(path), selector=Selector())
    done = carry_out(session, work)
    changes = changes_of(work, done)
    session.terminal.say()
    show(session, done, changes=changes)
    if not changes:
        session.terminal.result("Nothing to change; no branch was made.")
        return done.exit_code
    session.terminal.say()
    if not choice.yes:
        if not session.terminal.is_interactive:
            session.terminal.result(f"Not applied: nobody is there to ask. Go on with: autotransform apply {path.stem}")
            return done.exit_code
        if not click.confirm(f"Put this on the branch autotransform/{path.stem}?", default=False):
            raise Aborted("Not applied.", hint=f"The transform is kept; `autotransform edit {path.stem}` changes it.")
    return make_branch(session, work, done=done)
