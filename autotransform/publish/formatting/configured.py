"""The formatter that a configuration names, for whoever only looks: what is shown is what `apply` commits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autotransform.errors import UsageError
from autotransform.publish.formatting.formatted import format_run
from autotransform.publish.formatting.formatters import find_formatter

if TYPE_CHECKING:
    from pathlib import Path

    from autotransform.config import Config
    from autotransform.engine.values import Run
    from autotransform.run import Selection


def format_as_configured(
    run: Run, selection: Selection, *, config: Config, folder: Path
) -> tuple[Run, tuple[str, ...]]:
    """Format what a run changed as `apply` would: of a commit, with the formatter of the configuration.

    Whoever only looks may lack the formatter. Then the run stays as it is, and a note says so.

    Args:
        run: What the script did.
        selection: What the run read; where that is no commit, `apply` formats nothing either.
        config: As of that commit.
        folder: From where the command was started.

    Returns:
        The run, and one sentence each for the person who looks; none where there is nothing to format.
    """
    if not (config.formatter and run.changed and selection.kind == "tree"):
        return run, ()
    try:
        formatter = find_formatter(config.formatter, folder=folder)
        formatted = format_run(run, selection, formatter=formatter, jobs=config.jobs)
    except UsageError as error:
        return run, (f"What is shown is not formatted, and `apply` will stop: {error.message}",)
    return formatted.run, formatted.notes
