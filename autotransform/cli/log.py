"""``autotransform log``: what was said to models, and what they said."""

from __future__ import annotations

import dataclasses
import itertools
import json
from typing import TYPE_CHECKING, Any

import click

from autotransform.cli.encoding import encode_json

if TYPE_CHECKING:
    from autotransform.author.ledger import Ledger
    from autotransform.author.logged import LoggedExchange, LoggedSession
    from autotransform.author.messages import Message
    from autotransform.cli.session import Session
    from autotransform.cli.terminal import Terminal

#: Of the JSON: within one version keys are added, never renamed, removed or given another meaning.
_SCHEMA = 1

#: How many sessions are listed where nobody asks for all.
_LISTED = 20
#: How much of a text is shown where nobody asks for all of it, in lines and in columns.
_LINES, _COLUMNS = 6, 100


@click.command("log")
@click.argument("name", required=False)
@click.option("--full", is_flag=True, help="Print every message and every answer as a whole.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--all", "every", is_flag=True, help=f"List all sessions, not the newest {_LISTED}.")
@click.pass_obj
def log_command(session: Session, *, name: str | None, full: bool, as_json: bool, every: bool) -> int:
    """List what models were asked and said here, or show it for the transform NAME.

    NAME may also be the id of one authoring. The log lies in git's own folder, holds no key, and is never pushed.
    """
    ledger = open_ledger(session)
    terminal = session.terminal
    if name is not None:
        logged = ledger.find(name)
        if as_json:
            terminal.write_bytes(encode_json(_as_json(logged)))
        else:
            _print_session(terminal, logged, is_full=full)
        return 0
    sessions = list(ledger.sessions(limit=None if every else _LISTED))
    if as_json:
        terminal.write_bytes(encode_json([_as_json(each, is_whole=full) for each in sessions]))
    elif not sessions:
        terminal.result("Nothing was said to a model here yet.")
    for each in [] if as_json else sessions:
        _print_line(terminal, each)
    return 0


def open_ledger(session: Session) -> Ledger:
    """Give the log of the repository.

    Raises:
        RepositoryError: The directory is in none.
    """
    from autotransform.author.ledger import Ledger  # noqa: PLC0415

    return Ledger(folder=session.require_repository().state_dir / "ledger")


def print_prompts(session: Session, name: str) -> None:
    """Print what was said to the model so that it wrote a transform.

    Raises:
        UsageError: The log does not hold it.
    """
    logged = open_ledger(session).find(name)
    session.terminal.say(f"Session {logged.id}, {logged.time}, {logged.model}", style="bold")
    before: tuple[Message, ...] = ()
    for number, exchange in enumerate(logged.exchanges, start=1):
        # What stood in the prompt before is not repeated: a repair starts with all of the first prompt.
        pairs = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(before, exchange.messages, strict=False))
        for message in exchange.messages[len(list(pairs)) :]:
            session.terminal.say(f"--- {number}. {exchange.purpose}: {message.role}", style="bold cyan")
            _print_text(session.terminal, message.content, is_full=True)
        before = exchange.messages


def _print_line(terminal: Terminal, logged: LoggedSession) -> None:
    spent = logged.spent
    cells = (
        logged.time,
        logged.id,
        f"{logged.command:4}",
        f"{logged.state:10}",
        f"{spent.tokens:>8,} tokens",
        *([] if spent.money is None else [f"{spent.money:.4f}"]),
        logged.model,
        _shortened(logged.request),
    )
    terminal.result("  ".join(cells))


def _print_session(terminal: Terminal, logged: LoggedSession, *, is_full: bool) -> None:
    terminal.result(f"{logged.command}: {logged.request if is_full else _shortened(logged.request)}", style="bold")
    at = f" at {logged.host}" if logged.host else ""
    for label, text in (
        ("session", f"{logged.id}, {logged.time}"),
        ("model", f"{logged.model}{at}"),
        ("commit", logged.base),
        ("versions", f"autotransform {logged.version}" + (f", prompts {logged.prompts}" if logged.prompts else "")),
        ("spent", str(logged.spent)),
        ("outcome", logged.state),
        ("script", logged.path),
        ("sha256", logged.digest),
    ):
        if text:
            terminal.result(f"  {label:8}  {text}")
    for finding in logged.findings:
        terminal.result(f"  {'wrong':8}  {finding if is_full else _shortened(finding)}")
    for number, exchange in enumerate(logged.exchanges, start=1):
        _print_exchange(terminal, exchange, number=number, is_full=is_full)
    for kind, data in logged.decisions:
        told = json.dumps(data, ensure_ascii=False, indent=2 if is_full else None)
        terminal.result(f"{kind}:", style="bold cyan")
        _print_text(terminal, told, is_full=is_full)
    for note in logged.notes:
        terminal.note(f"{logged.id}: {note}")


def _print_exchange(terminal: Terminal, exchange: LoggedExchange, *, number: int, is_full: bool) -> None:
    completion = exchange.completion
    cost = (
        "from the log"
        if completion.is_cached
        else (
            f"{exchange.counted.sent:,} tokens sent, {exchange.counted.received:,} received"
            + ("" if exchange.counted.money is None else f", {exchange.counted.money:.4f}")
            + f", {completion.seconds:.1f} s"
        )
    )
    terminal.result(f"{number}. {exchange.purpose}: {cost}", style="bold cyan")
    for message in exchange.messages if is_full else exchange.messages[-1:]:
        terminal.result(f"  {message.role}:", style="cyan")
        _print_text(terminal, message.content, is_full=is_full)
    ended = f" (ended with {exchange.finish!r})" if exchange.finish not in {"", "stop"} else ""
    if completion.text or exchange.is_answered:
        terminal.result(f"  answer{ended}:", style="cyan")
        _print_text(terminal, completion.text, is_full=is_full)
    if exchange.error:
        terminal.result(f"  no answer that can be used: {exchange.error}", style="red")
    if exchange.redacted:
        terminal.note(f"{exchange.redacted} secrets were taken out of this answer.")


def _print_text(terminal: Terminal, text: str, *, is_full: bool) -> None:
    lines = text.rstrip("\n").split("\n")
    if is_full:
        shown = lines
    else:
        shown = [line if len(line) <= _COLUMNS else f"{line[:_COLUMNS]}…" for line in lines[:_LINES]]
        if len(lines) == _LINES + 1:
            shown.append(lines[-1][:_COLUMNS])
        elif len(lines) > _LINES:
            shown.append(f"… {len(lines) - _LINES} more lines; --full has them")
    for line in shown:
        terminal.result(f"    {line}" if line else "")


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _COLUMNS else f"{line[:_COLUMNS]}…"


def _as_json(logged: LoggedSession, *, is_whole: bool = True) -> dict[str, Any]:
    told = {"schema": _SCHEMA, **dataclasses.asdict(logged)}
    told["spent"] = dataclasses.asdict(logged.spent)
    if not is_whole:
        told["exchanges"] = len(logged.exchanges)
        del told["decisions"]
    return told
