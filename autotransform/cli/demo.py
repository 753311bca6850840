"""``autotransform demo``: the whole way, on real code, without a model, a key or a network."""

from __future__ import annotations

import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autotransform.errors import UsageError

if TYPE_CHECKING:
    from autotransform.cli.session import Session

_REQUEST = "rename the function jinja2.utils.pass_context to with_context"
_NAME = "with_context"
_PACKAGE = "jinja2"


@click.command("demo")
@click.option(
    "--keep-in",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Where to make the repository (default: a new temporary folder).",
)
@click.pass_obj
def demo_command(session: Session, *, folder: Path | None) -> int:
    """Go the whole way on a copy of the installed jinja2: words, script, cases, diff, branch.

    Needs no model, no key, no network and no git identity; leaves nothing behind but the folder that it names.
    """
    from autotransform.cli.fences import survey  # noqa: PLC0415
    from autotransform.run.trust import is_fenced  # noqa: PLC0415

    terminal = session.terminal
    root = _make_folder(folder)
    terminal.heading(f"The code: a copy of the installed {_PACKAGE}, committed to a new repository in {root}")
    _make_repository(root)
    for title, arguments in find_steps(is_fenced=is_fenced(survey())):
        _step(session, root, title, *arguments)
    _show_branch(session, root)
    _say_what_next(session, root)
    return 0


def find_steps(*, is_fenced: bool) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Give the commands, each with its title.

    None needs a person's approval, since the recipes write the script. But where nothing fences it in, who types the
    commands has to say so.
    """
    trust = () if is_fenced else ("--trust",)
    return (
        (
            "1. Describe the change. A script is written, and its cases are run.",
            ("new", _REQUEST, "--name", _NAME),
        ),
        ("2. Read the script. It is all there is to review, and it is yours to edit.", ("show", _NAME)),
        ("3. Its cases say what it changes, and what it must leave alone.", ("-v", "test", _NAME, *trust)),
        ("4. See what it would do. Nothing is touched.", ("preview", _NAME, *trust)),
        ("5. Have it as a branch. HEAD, index and working tree stay as they are.", ("apply", _NAME, *trust)),
    )


def _make_folder(folder: Path | None) -> Path:
    if folder is None:
        return Path(tempfile.mkdtemp(prefix="autotransform-demo-")).resolve()
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(f"{folder} is not empty.", hint="Name a folder that does not exist yet.")
    folder.mkdir(parents=True, exist_ok=True)
    return folder.resolve()


def _make_repository(root: Path) -> None:
    spec = importlib.util.find_spec(_PACKAGE)
    assert spec is not None
    assert spec.origin is not None
    source = Path(spec.origin).parent
    shutil.copytree(source, root / "src" / _PACKAGE, ignore=shutil.ignore_patterns("__pycache__"))
    _git(root, "init", "--quiet", "--initial-branch=main")
    # The identity stands in this one repository; the person's own configuration is neither needed nor changed.
    _git(root, "config", "user.name", "AutoTransform demo")
    _git(root, "config", "user.email", "demo@autotransform.invalid")
    _git(root, "config", "commit.gpgsign", "false")
    _git(root, "add", "--all")
    _git(root, "commit", "--quiet", "--no-verify", "--message", f"The installed {_PACKAGE}")


def _git(root: Path, *arguments: str) -> None:
    done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, check=False)
    if done.returncode:
        raise UsageError(
            f"git {arguments[0]} failed in the demo's folder: {done.stderr.decode(errors='replace').strip()}",
            hint="The demo needs git 2.39 or later; `git --version` tells.",
        )


def _step(session: Session, root: Path, title: str, *arguments: str) -> None:
    """Show a command as a person would type it, and run it."""
    terminal = session.terminal
    terminal.say()
    terminal.heading(title)
    terminal.say(f"$ autotransform {shlex.join(arguments)}", style="bold cyan")
    sys.stdout.flush()
    command = [sys.executable, "-m", "autotransform", "-C", str(root), *arguments]
    # What is kept for the person who runs this is kept in the demo's folder, too.
    done = subprocess.run(command, env={**os.environ, "XDG_STATE_HOME": str(root / ".git" / "state")}, check=False)
    if done.returncode:
        raise UsageError(
            f"The demo stopped at: autotransform {shlex.join(arguments)} (exit code {done.returncode}).",
            hint=f"Everything up to there stands in {root}. Please open an issue with what is printed above.",
        )


def _show_branch(session: Session, root: Path) -> None:
    terminal = session.terminal
    branch = f"autotransform/{_NAME}"
    terminal.say()
    terminal.heading("The branch: one commit with the script, one with what it did.")
    terminal.say(f"$ git log --stat main..{branch}", style="bold cyan")
    sys.stdout.flush()
    subprocess.run(["git", "-C", str(root), "--no-pager", "log", "--stat", f"main..{branch}"], check=False)


def _say_what_next(session: Session, root: Path) -> None:
    terminal = session.terminal
    terminal.say()
    terminal.heading(f"All of it is in {root}; delete that folder, and nothing is left.")
    terminal.say()
    terminal.heading("Next, in your own repository")
    for command, purpose in (
        ("cd path/to/your/repository", ""),
        ('autotransform run "rename the function pkg.module.old to new"', "the built-in recipes: no model, no key"),
        ("autotransform new --forms", "what else they understand"),
        ("", ""),
        ("export OPENAI_API_KEY=…", "with a model: any change you can describe"),
        ('autotransform run --model MODEL "use timezone.utc instead of pytz.UTC"', ""),
    ):
        terminal.say(f"  {command:72}{f'# {purpose}' if purpose else ''}".rstrip())
