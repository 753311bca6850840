"""Execute a script and make one fresh instance of its transform."""

from __future__ import annotations

import argparse
import functools
import sys
import types
from typing import TYPE_CHECKING, NoReturn

from libcst.codemod import Codemod, CodemodCommand

if TYPE_CHECKING:
    from collections.abc import Mapping

    from libcst.codemod import CodemodContext

    from autotransform.script import Script


class LoadError(Exception):
    """The script cannot be executed, holds no codemod, or refuses its arguments."""


def file_name(script: Script) -> str:
    """Give the file name under which the script's frames stand in tracebacks."""
    return f"<script {script.name}>"


def instantiate(
    script: Script,
    *,
    context: CodemodContext,
    arguments: tuple[tuple[str, str], ...],
    builtins: Mapping[str, object] | None = None,
) -> Codemod:
    """Execute the script in a namespace of its own and make its transform.

    Each file gets a fresh namespace, so that what a script keeps in globals cannot travel from file to file.

    Args:
        script: The script.
        context: Of the file.
        arguments: Of the script's own ``add_args``.
        builtins: What the script has for builtins; ``None``: Python's own.

    Raises:
        LoadError: The class is no codemod, or the arguments are not its own.
        Exception: Whatever the script raises while it is executed.
    """
    name = f"autotransform_script_{script.name}"
    module = types.ModuleType(name)
    sys.modules[name] = module  # dataclasses look their module up while a class body runs
    if builtins is not None:
        module.__dict__["__builtins__"] = dict(builtins)
    exec(_compiled(script.source, file=file_name(script)), module.__dict__)  # noqa: S102 - workers exist for this
    found = module.__dict__.get(script.entry)
    if not (isinstance(found, type) and issubclass(found, Codemod)):
        raise LoadError(f"{script.entry} is not a LibCST codemod")
    return found(context, **_keywords(found, arguments=arguments))


@functools.lru_cache(maxsize=8)
def _compiled(source: str, *, file: str) -> types.CodeType:
    return compile(source, file, "exec", dont_inherit=True)


class _Parser(argparse.ArgumentParser):
    """A parser that raises where argparse would end the process."""

    def error(self, message: str) -> NoReturn:
        raise LoadError(f"the arguments do not fit: {message}")

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        raise LoadError(f"the arguments do not fit: {message or f'exit {status}'}")


def _keywords(command: type[Codemod], *, arguments: tuple[tuple[str, str], ...]) -> dict[str, object]:
    """Turn ``name=value`` pairs into what the command's own ``add_args`` makes of them."""
    takes_any = issubclass(command, CodemodCommand) and command.add_args is not CodemodCommand.add_args
    if not arguments and not takes_any:  # most take none, and a parser looks for translations on the disk
        return {}
    parser = _Parser(add_help=False)
    if issubclass(command, CodemodCommand):
        command.add_args(parser)
    actions = {name: action for action in parser._actions for name in _names_of(action)}  # noqa: SLF001
    options: list[str] = []
    positionals: dict[int, str] = {}
    for name, value in arguments:
        action = actions.get(name.replace("_", "-")) or actions.get(name.replace("-", "_"))
        if action is None:
            known = ", ".join(sorted({each.dest for each in actions.values()})) or "none"
            raise LoadError(f"there is no argument {name!r}; {command.__name__} takes: {known}")
        if not action.option_strings:
            positionals[parser._actions.index(action)] = value  # noqa: SLF001
        elif action.nargs == 0:
            options += [action.option_strings[-1]] if value.lower() in {"1", "true", "yes"} else []
        else:
            options += [action.option_strings[-1], value]
    ordered = [positionals[index] for index in sorted(positionals)]
    return vars(parser.parse_args([*options, "--", *ordered] if ordered else options))


def _names_of(action: argparse.Action) -> set[str]:
    return {action.dest, *(option.lstrip("-") for option in action.option_strings)}
