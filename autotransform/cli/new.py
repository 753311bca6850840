"""``autotransform new``: from words, or from a change made by hand, to a script."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from autotransform.cli.options import author_options
from autotransform.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from autotransform.author import Request
    from autotransform.author.by_example import Change
    from autotransform.cli.authoring import Choice
    from autotransform.cli.session import Session


#: What is asked for where a change made by hand comes without a word.
_SAME = "make the same change wherever it applies"


@click.command("new")
@click.argument("request", default="")
@author_options
@click.option("--yes", "-y", is_flag=True, help="Take what the model understood as it is, without asking.")
@click.option("--from-commit", metavar="REV", help="Learn from a change that was made by hand and committed.")
@click.option("--from-diff", metavar="FILE", type=click.Path(), help="Learn from a patch.")
@click.option("--show-prompt", is_flag=True, help="Print exactly what would be sent to the model, and send nothing.")
@click.option("--replay", metavar="ID", help="Write a script of the log once more, byte for byte; asks no model.")
@click.option(
    "--forms",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=lambda ctx, _, wanted: _print_forms(ctx) if wanted else None,
    help="List the requests that the built-in recipes understand.",
)
@click.pass_obj
def new_command(
    session: Session,
    *,
    request: str,
    choice: Choice,
    from_commit: str | None,
    from_diff: str | None,
    show_prompt: bool,
    replay: str | None,
) -> int:
    """Write a transform for REQUEST, a change in plain words.

    It becomes transforms/NAME.py in the repository, to be read, edited and tested. Where a built-in recipe fits the
    request, that writes it; else the language model that is configured or named does: first it says what it
    understands, which is shown at a terminal and asked about, then it writes the script, which is tried and mended.
    """
    from autotransform.cli.authoring import write_transform  # noqa: PLC0415

    if replay is not None:
        return _replay(session, replay, choice=choice)
    example, base = _read_example(session, from_commit=from_commit, from_diff=from_diff)
    text = request or (example.request or _SAME if example is not None else "")
    if not text.strip():
        raise UsageError("Nothing was asked for.", hint='Say what is to change: autotransform new "use X instead of Y"')
    asked = _request(session, text, choice=choice, example=example)
    if show_prompt:
        return _show_prompt(session, asked, choice=choice, base=base)
    path, code = write_transform(session, asked, choice=choice, base=base)
    _say_next(session, path)
    return code


def _say_next(session: Session, path: Path) -> None:
    session.terminal.say()
    session.terminal.say(f"Read it:      autotransform show {path.stem}", style="dim")
    session.terminal.say(f"Change it:    autotransform edit {path.stem}", style="dim")
    session.terminal.say(f"Try it:       autotransform preview {path.stem}", style="dim")


def _print_forms(ctx: click.Context) -> None:
    from autotransform.author.recipes import RECIPES, list_forms  # noqa: PLC0415

    click.echo("\n".join(list_forms(RECIPES)))
    ctx.exit()


def _request(session: Session, text: str, *, choice: Choice, example: Change | None = None) -> Request:
    from autotransform.author import Request  # noqa: PLC0415
    from autotransform.cli.agreeing import read_given  # noqa: PLC0415

    cases = read_given(choice.cases, root=session.start)
    return Request(text=text, name=choice.name, cases=cases, example=example)


def _read_example(
    session: Session, *, from_commit: str | None, from_diff: str | None
) -> tuple[Change | None, str | None]:
    """Read the change that is to be learnt from, and the commit before it."""
    if from_commit is None and from_diff is None:
        return None, None
    if from_commit is not None and from_diff is not None:
        raise UsageError("--from-commit and --from-diff exclude each other.")
    from autotransform.author.by_example import read_commit, read_patch  # noqa: PLC0415

    if from_commit is not None:
        change = read_commit(session.require_repository(), from_commit)
    else:
        from autotransform.cli.authoring import select_for_author  # noqa: PLC0415

        try:
            content = (session.start / str(from_diff)).read_bytes()
        except OSError as error:
            raise UsageError(f"{from_diff} cannot be read: {error.strerror}.", hint="Name a patch.") from None
        change = read_patch(content, select_for_author(session, session.config()))
    for note in change.notes:
        session.terminal.note(note)
    return change, change.base or None


def _show_prompt(session: Session, request: Request, *, choice: Choice, base: str | None) -> int:
    from autotransform.cli.authoring import model_config, open_author, select_for_author  # noqa: PLC0415

    choice.check(session)
    config = model_config(session, choice)
    with open_author(session, config, choice=choice) as author:
        messages = author.opening(request, select_for_author(session, config, base=base))
    for message in messages:
        session.terminal.heading(f"--- {message.role} ---")
        for line in message.content.rstrip("\n").split("\n"):
            session.terminal.result(line)
    session.terminal.note(
        f"{sum(len(message.content) for message in messages):,} characters; nothing was sent. The script is asked for"
        " once the model has said what it understands, with that, these excerpts and a description of LibCST."
    )
    return 0


def _replay(session: Session, name: str, *, choice: Choice) -> int:
    """Write a script of the log once more, and compare it with what was written then."""
    from dataclasses import replace  # noqa: PLC0415

    from autotransform.author.contract import contract_of_json  # noqa: PLC0415
    from autotransform.cli.authoring import (  # noqa: PLC0415
        finish,
        ledger_of,
        model_config,
        open_author,
        require_free,
        select_for_author,
    )
    from autotransform.script import digest_of  # noqa: PLC0415

    logged = ledger_of(session).find(name)
    if logged.command != "new":
        raise UsageError(
            f"Session {logged.id} changed a transform (`{logged.command}`), and only what `new` wrote can be played.",
            hint=f"`autotransform log {logged.id} --full` holds what was said in it.",
        )
    config = model_config(session, choice)
    folder = session.transforms_folder(config)
    if choice.name is not None:
        require_free(folder, name=choice.name)
    given = [data for kind, data in logged.decisions if kind == "request" and isinstance(data, dict)]
    first = contract_of_json(given[0]) if given else None
    cases = first.cases if first is not None else ()
    asked = replace(_request(session, logged.request, choice=choice), name=logged.name or None, cases=cases)
    selection = select_for_author(session, config, base=logged.base or None)
    with open_author(session, config, choice=choice, replay=logged) as author:
        with session.terminal.working("Writing the transform once more") as say:
            draft = author.draft(asked, selection, on_progress=say)
        is_same = digest_of(draft.source) == logged.digest
        _, code = finish(session, author, draft, folder=folder, given=choice.name)
    if is_same:
        session.terminal.result(f"Byte for byte what session {logged.id} wrote.", style="green")
        return code
    session.terminal.warning(f"This is not what session {logged.id} wrote: see the notes for what is different now.")
    return 1
