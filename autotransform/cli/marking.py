"""What a run would change, for programs that show it beside the lines: SARIF, and commands to a workflow's runner."""

from __future__ import annotations

import contextlib
import secrets
from typing import TYPE_CHECKING

from autotransform.cli.encoding import encode_json
from autotransform.cli.output import write_output

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autotransform.cli.session import Session
    from autotransform.engine import Run
    from autotransform.review import FileChange


def write_sarif(session: Session, done: Run, *, changes: tuple[FileChange, ...], target: str) -> None:
    """Write SARIF to a file, or to standard output where the target is ``-``.

    Raises:
        UsageError: The file cannot be written.
    """
    from autotransform.review.sarif import to_sarif  # noqa: PLC0415

    write_output(session, encode_json(to_sarif(done, changes), indent=1), target=target, option="--sarif")


@contextlib.contextmanager
def annotating(session: Session, done: Run, *, changes: tuple[FileChange, ...], is_check: bool) -> Iterator[None]:
    """Let the runner take nothing of what is printed meanwhile for a command; afterwards print those that are meant.

    Args:
        session: Where to print.
        done: What to tell of.
        changes: The changed files with their contents.
        is_check: Whether what would change is an error.
    """
    from autotransform.review.annotations import annotate, resume_commands, stop_commands  # noqa: PLC0415

    token = secrets.token_hex(16)
    # On a line of its own: where there is a terminal, what is drawn on it may stand before.
    _print(session, "\n" + stop_commands(token))
    try:
        yield
    finally:
        _print(session, "\n" + resume_commands(token))
    for line in annotate(done, changes, level="error" if is_check else "warning"):
        _print(session, line)


def _print(session: Session, line: str) -> None:
    # As it is: what is shown to people is kept from being a command.
    session.terminal.write_bytes(line.encode() + b"\n")
