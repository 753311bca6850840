"""The command ``autotransform``: its group, its global options, and how it ends."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from autotransform import __version__
from autotransform.cli.session import Session
from autotransform.errors import Aborted, AutoTransformError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

#: Command, and the module of this room that holds it, in the order in which help lists them.
_COMMANDS = {
    "new": "new",
    "run": "run",
    "edit": "edit",
    "test": "test",
    "preview": "preview",
    "review": "review",
    "apply": "apply",
    "decisions": "decisions",
    "pr": "pr",
    "status": "status",
    "verify": "verify",
    "list": "library",
    "show": "library",
    "log": "log",
    "cache": "cache",
    "init": "init",
    "doctor": "doctor",
    "demo": "demo",
    "completion": "completion",
}
#: What other programs run, and no help lists.
_HIDDEN = {"action": "action"}


class _Commands(click.Group):
    """A group that imports a command's module when somebody asks for the command."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        known = _COMMANDS | _HIDDEN
        if cmd_name not in known:
            return None
        module = importlib.import_module(f"autotransform.cli.{known[cmd_name]}")
        command = getattr(module, f"{cmd_name}_command")
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        import difflib  # noqa: PLC0415 - only where somebody mistyped

        if args and args[0] not in _COMMANDS | _HIDDEN and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], _COMMANDS, n=1)
            known = f"Did you mean {near[0]!r}?" if near else "`autotransform --help` lists the commands."
            if " " in args[0]:
                known = f"To have that change written, type: autotransform new {args[0]!r}"
            ctx.fail(f"There is no command {args[0]!r}. {known}")
        return super().resolve_command(ctx, args)


@click.command(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 done, 1 needs attention, 2 usage, 3 script, 4 model, 5 repository, "
    "6 GitHub, 7 no pull requests allowed, 130 aborted.",
)
@click.option(
    "-C",
    "directory",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    metavar="DIR",
    help="Work as if started in DIR.",
)
@click.option("-q", "--quiet", is_flag=True, help="Print results and errors only.")
@click.option("-v", "--verbose", count=True, help="Print more; twice: still more.")
@click.version_option(__version__, message="autotransform %(version)s")
@click.pass_context
def app(ctx: click.Context, directory: Path, *, quiet: bool, verbose: int) -> None:
    """Describe a refactor once, review one LibCST script, run it anywhere, the same way every time.

    \b
    autotransform new "use timezone.utc instead of pytz.UTC" --name utc    write the script
    autotransform preview utc                                              see what it would do
    autotransform apply utc                                                have it as a branch
    """  # noqa: D301 - \b is click's
    ctx.obj = Session(start=_resolve(directory), verbosity=-1 if quiet else verbose)


def _resolve(directory: Path) -> Path:
    try:
        return directory.resolve()
    except FileNotFoundError:
        raise UsageError(
            "The folder in which this was started is gone.", hint="Go to one that is there, or name it: -C DIR."
        ) from None


def main() -> NoReturn:
    """Run the command line and exit with the code of ``docs/reference/exit-codes.md``."""
    sys.exit(run_command())


def run_command(
    arguments: Sequence[str] | None = None, *, tell: Callable[[AutoTransformError], object] = lambda _: None
) -> int:
    """Run one command, by default that of the command line; gives the exit code.

    Args:
        arguments: What stands behind ``autotransform``.
        tell: Is handed the error that ended it, once that is printed.
    """
    try:
        code = app.main(arguments, standalone_mode=False, prog_name="autotransform")
    except click.exceptions.Exit as done:
        code = done.exit_code
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        sys.stderr.write("\nAborted; nothing was left half-written.\n")
        code = Aborted.exit_code
    except AutoTransformError as error:
        _show(error)
        tell(error)
        code = error.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception as error:  # noqa: BLE001 - the last resort; what was not expected is written down
        from autotransform.cli.crash import report_crash  # noqa: PLC0415 - imports nothing until it is needed

        code = report_crash(error)
    return code if isinstance(code, int) else 0


def _show(error: AutoTransformError) -> None:
    from autotransform.cli.terminal import Terminal  # noqa: PLC0415 - rich is imported when something is drawn

    Terminal(verbosity=0).error(error)
