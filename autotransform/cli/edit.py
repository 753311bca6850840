"""``autotransform edit``: a transform in git's editor, then its check and its cases."""

from __future__ import annotations

import os
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from autotransform.cli.options import name_argument, refine_options
from autotransform.errors import ScriptError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from autotransform.cli.authoring import Choice
    from autotransform.cli.session import Session


@click.command("edit")
@name_argument()
@click.argument("wish", default="")
@refine_options
@click.option("--fix", metavar="PATH", help="Have it mended where it fails on the file PATH.")
@click.option("--yes", "-y", is_flag=True, help="Keep the new version without asking.")
@click.pass_obj
def edit_command(session: Session, *, name: str, wish: str, fix: str | None, choice: Choice) -> int:
    """Change the transform NAME: in the editor that git uses or, as WISH says in plain words, by the language model.

    Then it is checked and tested, and what the new version does otherwise than the old one, on the files of the
    repository, is shown. What you edited by hand stays as it is, whatever the model does. A transform of the
    catalogue, or one that only the commit at HEAD holds, is copied into the repository.
    """
    path = find_file(session, name)
    if wish.strip() or fix is not None or choice.cases:
        from autotransform.cli.refining import refine  # noqa: PLC0415

        return refine(session, path, wish=wish, fix=fix, choice=choice)
    from autotransform.cli.test import run_tests  # noqa: PLC0415

    before = path.read_bytes()
    open_editor(session, path)
    is_changed = path.read_bytes() != before
    if not is_changed:
        session.terminal.say("No change.")
    code = run_tests(session, (str(path),))
    if is_changed:
        _show_behaviour(session, path, before)
    if not code:
        session.terminal.say(f"Try it: autotransform preview {path.stem}", style="dim")
    return code


def _show_behaviour(session: Session, path: Path, before: bytes) -> None:
    """Show what the script does otherwise than before it was edited, on files of the repository."""
    from autotransform.cli.against import MOST_COMPARED, show_edit  # noqa: PLC0415
    from autotransform.cli.authoring import select_for_author  # noqa: PLC0415
    from autotransform.run import find_script  # noqa: PLC0415
    from autotransform.script import parse  # noqa: PLC0415

    config = session.config()
    after = find_script(str(path), start=session.start, repository=session.repository, base=session.head, config=config)
    try:
        former = replace(after, script=parse(before, name=after.name))
        selection = select_for_author(session, config)
        show_edit(session, former, after, selection=selection, config=config, most=MOST_COMPARED)
    except (ScriptError, UsageError) as error:
        session.terminal.note(f"What it does otherwise than before cannot be told: {error.message}")


def find_file(session: Session, name: str) -> Path:
    """Give the file of a transform, copied into the repository where it only stands elsewhere.

    A file that cannot be read as a transform is given all the same: it is there to be mended.
    """
    from autotransform.run import find_script  # noqa: PLC0415

    given = session.start / name
    if name.endswith(".py") and given.is_file():
        _require_within(given, session.root)
        return given
    config = session.config()
    path = session.transforms_folder(config) / f"{name}.py"
    _require_within(path, session.root)
    if path.is_file():
        return path
    found = find_script(name, start=session.start, repository=session.repository, base=session.head, config=config)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(found.script.source, encoding="utf-8", newline="\n")
    session.terminal.note(f"copied {found.script.name} from the {found.origin} to {path.relative_to(session.root)}")
    return path


def _require_within(path: Path, root: Path) -> None:
    """Refuse what only seems to be of the repository: an editor would change a file of somebody else's choice."""
    from autotransform.run.lookup import is_within  # noqa: PLC0415

    if path.absolute().is_relative_to(root) and not is_within(path, root):
        raise ScriptError(f"{path} is a link that leads out of the repository.", hint="Name what it leads to instead.")


def open_editor(session: Session, path: Path) -> None:
    """Open a file in the editor; it is started as git does: through a shell, since it may be `code --wait`.

    Raises:
        UsageError: It ended with an error.
    """
    outside_git = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    editor = session.repository.editor() if session.repository is not None else outside_git
    status = subprocess.run(["sh", "-c", f'{editor} "$@"', editor, str(path)], check=False).returncode
    if status:
        raise UsageError(
            f"The editor ended with status {status}: {editor}",
            hint="Choose another with `git config --global core.editor EDITOR`; the file is kept as it is.",
        )
