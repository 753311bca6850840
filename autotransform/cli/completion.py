"""``autotransform completion``: what a shell needs to complete commands and names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from autotransform.cli.session import Session


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_obj
def completion_command(session: Session, *, shell: str) -> int:
    """Print the completion script for SHELL.

    \b
    bash:  eval "$(autotransform completion bash)"            in ~/.bashrc
    zsh:   eval "$(autotransform completion zsh)"             in ~/.zshrc
    fish:  autotransform completion fish | source             in ~/.config/fish/config.fish
    """  # noqa: D301 - \b is click's
    from click.shell_completion import get_completion_class  # noqa: PLC0415 - only this command needs it

    from autotransform.cli.app import app  # noqa: PLC0415 - app imports this module

    kind = get_completion_class(shell)
    assert kind is not None
    script = kind(app, {}, "autotransform", "_AUTOTRANSFORM_COMPLETE").source()
    session.terminal.write_bytes(script.encode())
    return 0
