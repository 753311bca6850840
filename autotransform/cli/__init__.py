"""The command line: parse, call a few functions of the other rooms, draw, exit.

Nothing heavy is imported before a command runs, so that ``--help`` answers at once.
"""

from autotransform.cli.app import main

__all__ = ["main"]
