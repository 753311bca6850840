"""Options that several commands share, declared once."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Literal, ParamSpec, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.shell_completion import CompletionItem

_Params = ParamSpec("_Params")
_Result = TypeVar("_Result")
_Command = TypeVar("_Command", bound="Callable[..., Any]")


def complete_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the name of a transform."""
    from click.shell_completion import CompletionItem  # noqa: PLC0415 - only a shell asks for it

    from autotransform.cli.session import Session  # noqa: PLC0415
    from autotransform.cli.workflow import list_found  # noqa: PLC0415

    del param
    session = ctx.find_object(Session)
    if session is None:
        return []
    return [
        CompletionItem(found.name, help=getattr(getattr(found, "script", None), "summary", ""))
        for found in list_found(session)
        if found.name.startswith(incomplete)
    ]


def name_argument(*, required: bool = True) -> Callable[[Callable[_Params, _Result]], Callable[_Params, _Result]]:
    """Declare the argument NAME."""
    return click.argument("name", required=required, shell_complete=complete_names)


paths_argument = click.argument("paths", nargs=-1, type=click.Path())


def selector_options(command: Callable[_Params, _Result]) -> Callable[_Params, _Result]:
    """Declare the options that say which files are looked at."""
    options = (
        click.option("--base", metavar="REV", help="Read the files of this commit (default: HEAD)."),
        click.option("--index", is_flag=True, help="Read the files as they are staged."),
        click.option("--in-place", is_flag=True, help="Read the files on disk; works outside git."),
    )
    return _declare(command, options)


def _session_flag(
    flag: str, *, attribute: Literal["is_trusting", "is_fresh", "is_gated"], to: bool, says: str
) -> Callable[[_Command], _Command]:
    """Declare a flag that the session keeps, since whatever runs a script asks there."""

    def keep(ctx: click.Context, param: click.Parameter, value: object) -> None:
        from autotransform.cli.session import Session  # noqa: PLC0415

        del param
        session = ctx.find_object(Session)
        if session is not None and value:
            setattr(session, attribute, to)

    return click.option(flag, is_flag=True, expose_value=False, callback=keep, help=says)


trust_option = _session_flag(
    "--trust",
    attribute="is_trusting",
    to=True,
    says="Run the script even where this system cannot fence it in and nobody has approved it.",
)

fresh_option = _session_flag(
    "--fresh",
    attribute="is_fresh",
    to=True,
    says="Run the script on every file again, whatever came of it in an earlier run.",
)

gate_option = _session_flag(
    "--no-gate",
    attribute="is_gated",
    to=False,
    says="Parse every file, whatever the script's MENTIONS say; slow, and it proves that they keep nothing out.",
)


def run_options(command: Callable[_Params, _Result]) -> Callable[_Params, _Result]:
    """Declare the options that say how a script runs."""
    options = (
        click.option(
            "--arg",
            "arguments",
            multiple=True,
            metavar="NAME=VALUE",
            callback=_split_arguments,
            help="An argument of the script's own; may be given several times.",
        ),
        click.option("--jobs", "-j", type=click.IntRange(min=1), help="Worker processes (default: one for each core)."),
        click.option(
            "--timeout",
            type=click.FloatRange(min=0, min_open=True),
            help="Seconds that one file may take (default: 60).",
        ),
        fresh_option,
        trust_option,
    )
    return _declare(command, options)


def strict_option(command: Callable[_Params, _Result]) -> Callable[_Params, _Result]:
    """Declare the option that turns warnings about guarantees into failures."""
    option = click.option(
        "--strict/--no-strict",
        default=None,
        help="Let a file fail that loses a comment, a docstring or a name, or that a second pass would change.",
    )
    return option(command)


def making_options(command: Callable[_Params, _Result]) -> Callable[_Params, _Result]:
    """Declare the options that say what becomes of a run as a branch; they arrive together, as ``making``."""
    options = (
        click.option(
            "--formatter",
            metavar="NAME|CMD",
            help="Format what changed, in files that were formatted before: autopep8, black, ruff or yapf; or a command"
            ' that formats standard input. "": not, whatever the configuration says.',
        ),
        click.option(
            "--verify",
            metavar="CMD",
            default="",
            help="Run the project's own tests, before and with the change, and leave out what they do not bear.",
        ),
        click.option(
            "--verify-timeout",
            type=click.FloatRange(min=0, min_open=True),
            metavar="SECONDS",
            help="How long all runs of --verify together may take (default: 1800).",
        ),
        click.option(
            "--split-by",
            type=click.Choice(["codeowners", "directory", "package", "count", "shape", "none"]),
            help="Make a branch of each part of the change: autotransform/NAME--PART.",
        ),
        click.option("--split-minimum", type=click.IntRange(min=0), help="Join parts of fewer files."),
        click.option("--split-maximum", type=click.IntRange(min=0), help="Divide parts of more files (0: none)."),
        click.option("--signoff/--no-signoff", default=None, help="Add Signed-off-by, with your name, to each commit."),
    )
    return _declare(_with_making(command), options)


#: Parameters that become one value.
_MAKINGS = ("formatter", "verify", "verify_timeout", "split_by", "split_minimum", "split_maximum", "signoff")


def _with_making(command: Callable[..., _Result]) -> Callable[..., _Result]:
    @functools.wraps(command)
    def gathered(*args: Any, **options: Any) -> _Result:
        from autotransform.cli.making import Making  # noqa: PLC0415 - `--help` needs nothing of it

        making = Making(**{name: options.pop(name) for name in _MAKINGS})
        return command(*args, **options, making=making)

    return gathered


def author_options(command: Callable[_Params, _Result]) -> Callable[_Params, _Result]:
    """Declare the options that say who writes a script and how; they arrive together, as ``choice``."""
    options = (
        click.option("--name", metavar="NAME", help="What to call the transform (default: from the request)."),
        *_model_options(),
        click.option("--ask", is_flag=True, help="Ask about each case that the model proposes, one by one."),
        click.option(
            "--built-in", is_flag=True, help="Have the built-in recipes write it, even where a model is configured."
        ),
        trust_option,
    )
    return _declare(_with_choice(command), options)


def refine_options(command: Callable[_Params, _Result]) -> Callable[_Params, _Result]:
    """Declare the options that say which model changes a script and how; they arrive together, as ``choice``."""
    return _declare(_with_choice(command), (*_model_options(), trust_option))


def _model_options() -> tuple[Callable[..., Any], ...]:
    return (
        click.option("--model", metavar="MODEL", help="Have this language model write it."),
        click.option("--profile", metavar="PROFILE", help="Use the model of this profile of the configuration."),
        click.option(
            "--case",
            "cases",
            nargs=2,
            multiple=True,
            metavar="BEFORE AFTER",
            help="A case that must hold: two texts, or @FILE for each; the same twice: it must not change.",
        ),
        click.option(
            "--cache/--no-cache", default=True, help="Use what the model answered when it was asked the same before."
        ),
    )


#: Parameters that become one value, which the command is handed in their place.
_CHOICES = ("name", "model", "profile", "built_in", "ask", "cache", "cases")


def _with_choice(command: Callable[..., _Result]) -> Callable[..., _Result]:
    @functools.wraps(command)
    def gathered(*args: Any, **options: Any) -> _Result:
        from autotransform.cli.authoring import Choice  # noqa: PLC0415 - `--help` needs nothing of it

        chosen = {name: options.pop(name) for name in _CHOICES if name in options}
        keep_name = {"name": chosen.pop("name")} if "wish" in options else {}
        yes = options.pop("yes", False) if "yes" in options else False
        return command(*args, **options, **keep_name, choice=Choice(**chosen, yes=yes))

    return gathered


def _declare(
    command: Callable[_Params, _Result], options: tuple[Callable[..., Any], ...]
) -> Callable[_Params, _Result]:
    return functools.reduce(lambda declared, option: option(declared), reversed(options), command)


def _split_arguments(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    pairs = []
    for argument in value:
        name, equals, text = argument.partition("=")
        if not equals or not name:
            raise click.BadParameter(f"{argument!r} is not of the form NAME=VALUE", ctx=ctx, param=param)
        pairs.append((name, text))
    return tuple(sorted(pairs))
