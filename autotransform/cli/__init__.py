"""The command line: parse, call a few functions of the other rooms, draw, exit.

Nothing heavy is imported before a command runs, so that ``--help`` answers at once.
"""

from __future__ import annotations

import sys
from typing import NoReturn

__all__ = ["main"]


def main() -> NoReturn:
    """Run the command line; whoever interrupts it while it is still being loaded is told the same as later."""
    try:
        from autotransform.cli import app  # noqa: PLC0415 - what takes time, and can be interrupted
    except KeyboardInterrupt:
        sys.stderr.write("\nAborted; nothing was left half-written.\n")
        sys.exit(130)
    app.main()
