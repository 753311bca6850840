"""``autotransform cache``: what is kept of earlier runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from autotransform.cli.session import Session


@click.command("cache")
@click.option("--clear", is_flag=True, help="Drop it all.")
@click.pass_obj
def cache_command(session: Session, *, clear: bool) -> int:
    """Say what is kept of earlier runs, or drop it.

    A file on which a transform ran before, as it is now, is not run again: not after a preview, not after the script
    was edited back, not after a run that was interrupted. What is kept lies in git's own folder, is never pushed, and
    is dropped by itself where it grows past 256 MB. `--fresh` makes one run do without it.
    """
    from autotransform.run.cache import drop, take_stock  # noqa: PLC0415

    folder = session.require_repository().state_dir
    stock = take_stock(folder)
    if clear:
        drop(folder)
    results = f"{stock.outcomes:,} result" + ("" if stock.outcomes == 1 else "s")
    size = f"{stock.size / 1_000_000:.1f} MB"
    session.terminal.result(f"{results} dropped, {size}." if clear else f"{results} kept, {size}.")
    return 0
