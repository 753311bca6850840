"""Ask a person whether a script may run where nothing fences it in."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeVar

from autotransform.errors import Aborted, UntrustedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from autotransform.cli.session import Session
    from autotransform.run import FoundScript
    from autotransform.script import Script

_Result = TypeVar("_Result")

_NOWHERE = "not in a file yet; answer `show` to read it"


def run_approved(
    session: Session, found: FoundScript, action: Callable[[], _Result], *, is_repeatable: bool = True
) -> _Result:
    """Do something that runs a script; where nobody approved it and somebody has to, ask, and do it again.

    Args:
        session: Where to ask.
        found: The script.
        action: Runs it; raises `UntrustedError` before anything of it has run.
        is_repeatable: Whether the command that was typed is the one to go on with; else that is `autotransform test`.

    Raises:
        UntrustedError: Nobody is there to ask.
        Aborted: The person said no.
    """
    try:
        return action()
    except UntrustedError as error:
        name, path = _name_of(session, found), os.path.abspath(session.root / found.path)  # noqa: PTH100 - keeps links
        if not session.terminal.can_ask:
            raise UntrustedError(
                error.message,
                digest=error.digest,
                details=_facts(session, found.script, where=found.path, path=path),
                hint=_how_to_go_on(name, is_repeatable=is_repeatable),
            ) from error
        if not approve(session, found.script, error, where=found.path, path=path):
            raise Aborted(
                f"{found.script.name} was not run.",
                hint=f"It stays as it is, in {found.path}; `autotransform show {name}` shows it.",
            ) from error
    return action()


def approve(session: Session, script: Script, error: UntrustedError, *, where: str = _NOWHERE, path: str = "") -> bool:
    """Ask about a script, unless nobody is there or it was asked already; a yes is remembered, for its very text."""
    terminal = session.terminal
    if script.digest in session.declined or not terminal.can_ask:
        return False
    with terminal.paused():
        terminal.warning(error.message)
        for line in _facts(session, script, where=where, path=path):
            terminal.aside(f"  {line}")
        terminal.aside("It could read, change and send whatever you can. `autotransform doctor` tells what is missing.")
        question = "Run it, now and whenever its text is the same?"
        while (answer := terminal.ask(question, answers=("no", "yes", "show"))) == "show":
            terminal.source(script.source, is_aside=True)
    if answer != "yes":
        session.declined.add(script.digest)
        return False
    session.trust.approvals.add(script.digest, name=script.name, path=path)
    session.approved.add(script.digest)
    return True


def _facts(session: Session, script: Script, *, where: str, path: str) -> tuple[str, ...]:
    from autotransform.cli.library import author_of  # noqa: PLC0415

    facts = [
        f"where       {where}",
        f"written by  {author_of(script)} (so says the script itself)",
        f"sha256      {script.digest}",
    ]
    earlier = session.trust.approvals.find_earlier(path)
    if earlier is not None:
        facts.append(f"changed     what stood there on {earlier.time[:10]} was approved: sha256 {earlier.digest}")
    return tuple(facts)


def _how_to_go_on(name: str, *, is_repeatable: bool) -> str:
    command = "the same command with --trust" if is_repeatable else f"`autotransform test {name} --trust`"
    return (
        f"Read it with `autotransform show {name}`, then run {command}; at a terminal you are asked instead, and your"
        " answer is remembered. `autotransform doctor` tells what is missing."
    )


def _name_of(session: Session, found: FoundScript) -> str:
    """Give what to type to name a script again."""
    if found.origin != "path":
        return found.name
    file = session.root / found.path
    if file.resolve() == (session.root / session.config().transforms / f"{found.name}.py").resolve():
        return found.name
    return os.path.relpath(file, session.start)
