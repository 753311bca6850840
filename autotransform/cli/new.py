"""``autotransform new``: from words to a script."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from autotransform.cli.options import author_options
from autotransform.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from autotransform.author import Author, Draft
    from autotransform.cli.session import Session
    from autotransform.config import Config
    from autotransform.run import Selection

#: What a script's header can hold: the request stands in it.
_LONGEST_REQUEST = 10_000


@click.command("new")
@click.argument("request")
@author_options
@click.option(
    "--forms",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=lambda ctx, _, wanted: _print_forms(ctx) if wanted else None,
    help="List the requests that the built-in recipes understand.",
)
@click.pass_obj
def new_command(session: Session, *, request: str, name: str | None, model: str | None, built_in: bool) -> int:
    """Write a transform for REQUEST, a change in plain words.

    It becomes transforms/NAME.py in the repository, to be read, edited and tested. A language model writes it where one
    is configured or named; without one, the built-in recipes do, which understand the common kinds of change.
    """
    if model and built_in:
        raise click.UsageError("--model and --built-in exclude each other.")
    path, code = write_transform(session, request, name=name, model=model, built_in=built_in)
    session.terminal.say()
    session.terminal.say(f"Read it:      autotransform show {path.stem}", style="dim")
    session.terminal.say(f"Change it:    autotransform edit {path.stem}", style="dim")
    session.terminal.say(f"Try it:       autotransform preview {path.stem}", style="dim")
    return code


def _print_forms(ctx: click.Context) -> None:
    from autotransform.author.recipes import RECIPES, list_forms  # noqa: PLC0415

    click.echo("\n".join(list_forms(RECIPES)))
    ctx.exit()


def write_transform(
    session: Session, request: str, *, name: str | None, model: str | None, built_in: bool
) -> tuple[Path, int]:
    """Have a transform written, save it, run its cases; gives its path, and 1 if a case fails.

    Never overwrites a transform: a name that is taken is an error where it was given, and gets a number elsewhere.
    """
    from autotransform.author import Request  # noqa: PLC0415

    if len(request) > _LONGEST_REQUEST:
        raise UsageError(
            f"The request is too long: it has {len(request):,} characters, and {_LONGEST_REQUEST:,} are the most.",
            hint="Say in a few sentences what is to become what.",
        )
    config = session.config()
    folder = session.transforms_folder(config)
    if name is not None:
        _require_free(folder, name=name)
    author = choose_author(session, config, model=model, built_in=built_in)
    selection = select_for_author(session, config)
    with session.terminal.working("Writing the transform") as say:
        draft = author.draft(Request(text=request, name=name), selection, on_progress=say)
    path = _save(folder, draft, given=name)
    _note_trust(session, path, draft=draft, author=author)
    relative = path.relative_to(session.root).as_posix()
    session.terminal.result(f"Wrote {relative} ({draft.author}).", style="bold green")
    for rule in (line.replace("``", "`") for line in draft.rules):
        session.terminal.say(f"  {rule}" if rule.startswith("- ") else f"    {rule}")
    for note in draft.notes:
        session.terminal.note(note)
    if draft.problems:
        session.terminal.warning("The script is kept, and this is still wrong with it:")
        for problem in draft.problems:
            for line in str(problem).splitlines():
                session.terminal.warning(line)
        return path, 1
    return path, _test(session, path)


def _note_trust(session: Session, path: Path, *, draft: Draft, author: Author) -> None:
    """What our recipes wrote may run in this command; what a person approved on the way has a place now."""
    from autotransform.author import BuiltInAuthor  # noqa: PLC0415
    from autotransform.script import digest_of  # noqa: PLC0415

    digest = digest_of(draft.source)
    if isinstance(author, BuiltInAuthor):  # who wrote it, not what it says: a model writes what it likes
        session.trust.vouch(digest)
    if digest in session.approved:
        session.trust.approvals.add(digest, name=path.stem, path=str(path))


def choose_author(session: Session, config: Config, *, model: str | None, built_in: bool) -> Author:
    """Give the model where one is named or configured, else the built-in recipes."""
    name = "" if built_in else model or config.model.name
    if name == "built-in":
        raise UsageError(
            "A model cannot be called built-in: that is what scripts of the recipes say.", hint="Say --built-in."
        )
    if name:
        from autotransform.author import ModelAuthor  # noqa: PLC0415
        from autotransform.cli.approval import approve  # noqa: PLC0415
        from autotransform.cli.workflow import limits_of  # noqa: PLC0415

        limits = limits_of(session, config)
        return ModelAuthor(
            config, model=name, limits=limits, approve=lambda script, error: approve(session, script, error)
        )
    from autotransform.author import BuiltInAuthor  # noqa: PLC0415

    return BuiltInAuthor()


def select_for_author(session: Session, config: Config) -> Selection:
    """Select the files that an author may look at: the commit at HEAD; without one, what is on disk."""
    from autotransform.run import select  # noqa: PLC0415

    return select(start=session.root, repository=session.repository, in_place=not session.head, config=config)


def _require_free(folder: Path, *, name: str) -> None:
    if not (name.isascii() and name.isidentifier() and name == name.lower() and name[0] != "_"):
        raise UsageError(
            f"{name!r} cannot be the name of a transform.",
            hint="A name starts with a letter and holds small letters, digits and underscores: --name use_utc",
        )
    if os.path.lexists(folder / f"{name}.py"):  # a link to nothing is in the way, too
        raise UsageError(
            f"There is a transform {name!r} already, and `new` never overwrites one.",
            hint=f"Give another --name, or change it with `autotransform edit {name}`.",
        )


def _save(folder: Path, draft: Draft, *, given: str | None) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    number = 1
    while True:
        stem = given or (draft.name if number == 1 else f"{draft.name}_{number}")
        path = folder / f"{stem}.py"
        try:
            with path.open("x", encoding="utf-8", newline="\n") as file:
                file.write(draft.source)
        except FileExistsError:
            if given:
                _require_free(folder, name=given)
            number += 1
        else:
            return path


def _test(session: Session, path: Path) -> int:
    from autotransform.cli.test import run_tests  # noqa: PLC0415

    return run_tests(session, (str(path),))
