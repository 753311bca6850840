"""``docs/reference/commands.md`` is the help of the command, word for word; ``--update-scenarios`` writes it anew."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from autotransform.cli.app import app

if TYPE_CHECKING:
    import pytest

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "commands.md"


def rendered() -> str:
    lines = ["# Commands", "", "This page is generated from the command's own help.", ""]
    # With the group's own settings: a command remembers the help option that it was first asked for.
    context = click.Context(app, info_name="autotransform", terminal_width=100, **app.context_settings)
    lines += ["```text", app.get_help(context), "```", ""]
    for name in app.list_commands(context):
        command = app.get_command(context, name)
        assert command is not None
        child = click.Context(command, info_name=name, parent=context, max_content_width=100, terminal_width=100)
        lines += [f"## {name}", "", "```text", command.get_help(child), "```", ""]
    return "\n".join(line.rstrip() for line in "\n".join(lines).splitlines()) + "\n"


def test_the_page_of_commands_is_what_help_says(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update-scenarios"):
        PAGE.write_text(rendered(), encoding="utf-8")

    assert PAGE.read_text(encoding="utf-8") == rendered()
