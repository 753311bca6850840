"""Measure speed against other tools, side by side: ``python -m tests.benchmarks.speed --help``."""

from __future__ import annotations

import argparse
import compileall
import json
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import autotransform
from tests.benchmarks.speed.contest import hold, say_on_stderr
from tests.benchmarks.speed.goals import check_goals
from tests.benchmarks.speed.pages import write_page
from tests.benchmarks.speed.report import as_json, write_tables
from tests.benchmarks.speed.rivals import install
from tests.benchmarks.speed.sources import default_cache
from tests.benchmarks.speed.tokens import count_tokens
from tests.benchmarks.speed.works import WORKS, Place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.benchmarks.speed.values import Result


def main(arguments: Sequence[str] | None = None) -> None:
    """Do the works and print the tables."""
    given = _parse(arguments)
    names = _choose(given.only, is_small=given.small)
    # An installed program has its bytecode; a checkout that was just edited has not.
    compileall.compile_dir(autotransform.__path__[0], quiet=2)
    with tempfile.TemporaryDirectory(prefix="autotransform-speed-") as folder:
        tools = install(given.cache, may_fetch=not given.small)
        place = Place(
            cache=given.cache,
            scratch=Path(folder),
            sources=given.sources,
            tools=tools,
            is_small=given.small,
            is_full=given.full,
        )
        results = [_do(name, place, rounds=given.rounds) for name in names]
    # A repository of a few files says nothing about what is aimed at.
    goals, tokens = () if given.small else check_goals(results), count_tokens(results)
    tables = write_tables(results, goals=goals, tokens=tokens, prices=given.prices and tuple(given.prices))
    sys.stdout.write(tables)
    if given.json:
        told = json.dumps(as_json(results, goals=goals, tokens=tokens, rounds=given.rounds), indent=2)
        given.json.write_text(told + "\n", encoding="utf-8")
    if given.write_docs:
        write_page(tables, results)


def _choose(only: list[str], *, is_small: bool) -> list[str]:
    """Choose the works by their names, or by their letters."""
    if only:
        return [name for name in WORKS if name in only or name.partition(".")[0] in only]
    # On the generated repository both renames are the same.
    return [name for name in WORKS if not (is_small and name == "a.django")]


def _do(name: str, place: Place, *, rounds: int) -> Result:
    begin = time.perf_counter()
    result = hold(WORKS[name](place), rounds=rounds, scratch=place.scratch / "copies", say=say_on_stderr)
    say_on_stderr(f"{name}: done in {time.perf_counter() - begin:.0f} s, with what it takes to set it up")
    return result


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.speed", description=__doc__)
    parser.add_argument(
        "--only", type=lambda text: text.split(","), default=[], metavar="A,B", help="these works alone"
    )
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="how often (slow tools: once)")
    parser.add_argument("--small", action="store_true", help="a small generated repository; fetches nothing")
    parser.add_argument("--full", action="store_true", help="give LibCST's runner all of Home Assistant: very slow")
    parser.add_argument("--cache", type=Path, default=default_cache(), metavar="FOLDER", help="keeps what is fetched")
    parser.add_argument("--sources", type=Path, metavar="FOLDER", help="has the sources already, as NAME-VERSION")
    parser.add_argument("--prices", nargs=2, type=float, metavar=("IN", "OUT"), help="of a million tokens")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything there, too")
    parser.add_argument("--write-docs", action="store_true", help="put tables and plot into docs/explanation")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that folders and processes are cleared away
    main()
