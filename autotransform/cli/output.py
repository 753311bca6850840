"""A file that somebody asked for by an option."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autotransform.errors import UsageError

if TYPE_CHECKING:
    from autotransform.cli.session import Session


def write_output(session: Session, content: bytes, *, target: str, option: str) -> None:
    """Write a file, or to standard output where the target is ``-``.

    Raises:
        UsageError: The file cannot be written; the hint names the option.
    """
    if target == "-":
        session.terminal.write_bytes(content)
        return
    try:
        (session.start / target).write_bytes(content)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise UsageError(f"{target} cannot be written: {why}.", hint=f"Name another file with {option}.") from None
