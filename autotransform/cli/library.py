"""``autotransform list`` and ``autotransform show``: the transforms that there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from autotransform.cli.options import name_argument

if TYPE_CHECKING:
    from autotransform.cli.session import Session
    from autotransform.script import Script

_ORIGINS = {
    "worktree": "In this repository",
    "base": "In the commit at HEAD, not in the working tree",
    "catalogue": "In the catalogue, for any repository",
}


@click.command("list")
@click.pass_obj
def list_command(session: Session) -> int:
    """List the transforms of the repository and of the catalogue."""
    from autotransform.cli.workflow import list_found  # noqa: PLC0415
    from autotransform.run import BrokenScript  # noqa: PLC0415

    listed = list_found(session)
    width = max((len(found.name) for found in listed), default=0)
    for origin, title in _ORIGINS.items():
        those = [found for found in listed if found.origin == origin]
        if those:
            session.terminal.heading(f"{title}:")
        for found in those:
            if isinstance(found, BrokenScript):
                session.terminal.result(f"  {found.name:{width}}  cannot be read: {found.problem}", style="red")
            else:
                marks = _marks(found.script)
                session.terminal.result(f"  {found.name:{width}}  {found.script.summary}{marks}")
    if not listed:
        session.terminal.result('None yet. Write one: autotransform new "describe the change"')
    return 0


@click.command("show")
@name_argument()
@click.option("--source", "source_only", is_flag=True, help="Print the script alone.")
@click.option("--prompt", "prompt_only", is_flag=True, help="Print what was said to the model so that it wrote it.")
@click.pass_obj
def show_command(session: Session, *, name: str, source_only: bool, prompt_only: bool) -> int:
    """Show the transform NAME: where it comes from, its rules, its script."""
    from autotransform.run import find_script  # noqa: PLC0415

    if source_only and prompt_only:
        raise click.UsageError("--source and --prompt exclude each other.")
    if prompt_only:
        from autotransform.cli.log import print_prompts  # noqa: PLC0415

        print_prompts(session, name)
        return 0
    found = find_script(
        name, start=session.start, repository=session.repository, base=session.head, config=session.config()
    )
    script, terminal = found.script, session.terminal
    if not source_only:
        terminal.heading(f"{script.name}: {script.summary}")
        for label, text in (
            ("where", f"{found.path} ({found.origin})"),
            ("request", script.request),
            ("written by", author_of(script)),
            ("sha256", script.digest),
            ("looks at", _gate(script)),
            ("targets", ", ".join(script.targets)),
            ("cases", str(len(script.cases))),
        ):
            if text:
                terminal.say(f"  {label:10}  {text}")
        terminal.say()
    terminal.source(script.source)
    return 0


def _marks(script: Script) -> str:
    marks = [mark for mark, there in (("edited", script.is_edited), ("no cases", not script.cases)) if there]
    return f" ({', '.join(marks)})" if marks else ""


def author_of(script: Script) -> str:
    """Say who wrote a script, as its header has it."""
    if script.provenance is None:
        return "a person; a stock LibCST codemod without our header"
    author = {"": "a person", "built-in": "the built-in recipes"}.get(script.provenance.model, script.provenance.model)
    when = f", {script.provenance.generated}" if script.provenance.generated else ""
    return author + when + (", edited since" if script.is_edited else "")


def _gate(script: Script) -> str:
    if not script.gate:
        return "every file"
    named = " or ".join(" and ".join(mention.split()) for mention in script.gate)
    return f"files that mention {named}" + (" (derived: it can change no other)" if script.derived else "")
