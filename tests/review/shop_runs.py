"""Runs over a made-up shop of any size, by hand: what a report is written of, with no process started for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from autotransform.engine import Changed, Failed, Run, Site, Skipped, Unchanged, Word
from autotransform.review import FileChange
from autotransform.review.document import Json, describe_review
from autotransform.review.html import write_report
from autotransform.review.html.values import Facts
from autotransform.review.reasons.why import explain
from autotransform.script import Script, parse

if TYPE_CHECKING:
    from autotransform.engine import Outcome

SOURCE = '''\
# /// script
# requires-python = ">=3.11"
#
# [tool.autotransform]
# format = 1
# request = "use timezone.utc instead of pytz.UTC"
# model = "built-in"
# ///
"""Replace ``pytz.UTC`` by ``timezone.utc``.

- ``pytz.UTC`` becomes ``timezone.utc``.
- Names in strings are left alone.
"""

import libcst as cst

from autotransform.codemod import Transform

MENTIONS = ["pytz"]
TARGETS = ["pytz.UTC"]
CASES = [{"name": "an attribute", "before": "x = pytz.UTC\\n", "after": "x = timezone.utc\\n"}]


class PytzUtc(Transform):
    DESCRIPTION = "Replace pytz.UTC by timezone.utc."

    def leave_Attribute(self, original_node, updated_node):
        return self.replaced(original_node, updated_node)

    def leave_Call(self, original_node, updated_node):
        return updated_node
'''

_NAMES = ("order", "invoice", "customer", "session", "ledger", "payment", "window", "task")


def shop_script() -> Script:
    return parse(SOURCE, name="pytz_utc")


def shop_text(number: int) -> str:
    """Write a module of some eighty lines, four of which change."""
    lines = [f'"""Module {number} of the shop."""', "", "import datetime", "import logging", "", "import pytz", ""]
    for place in range(number % 3 + 3):
        name, other = _NAMES[(number + place) % 8], _NAMES[(number * 3 + place) % 8]
        lines += [
            f"class {name.title()}{number}Of{other.title()}{place}:",
            f'    """Keeps each {name} of a {other}."""',
            "",
            f"    def find_{name}(self, name, *, limit={number % 97}):",
            f"        # the last {name} wins, {number * 7919 % 1009} times of {place}",
            f"        for each in self.{other}s[:limit]:",
            f"            if each.{name}_{number} < datetime.datetime({1990 + number % 40}, 1, 1, tzinfo=pytz.UTC):",
            f'                logging.info("found %s of {other}", name)',
            "                return each",
            "        return None",
            "",
            f"    def count_{other}(self):",
            f"        return sum(1 for each in self.{other}s if each.{name})",
            "",
            "",
        ]
    if number % 5 == 0:
        lines += [f"NOW_{number} = datetime.datetime.now(pytz.UTC)"]
    if number % 100 == 1:
        lines += ["zones = clock(pytz.UTC, 1)"]
    return "\n".join(lines) + "\n"


def shop_after(text: str) -> str:
    text = text.replace("clock(pytz.UTC, 1)", "clock(timezone.utc, tick=1)").replace("pytz.UTC", "timezone.utc")
    return text.replace("import pytz\n", "from datetime import timezone\n")


def shop_run(count: int) -> tuple[Run, tuple[FileChange, ...]]:
    """Run over so many files that change, and a few that do not."""
    changes = sorted(
        (
            FileChange(
                path=f"shop/{_NAMES[number % 8]}/{('api/v1', 'core', 'tests')[number % 3]}/part_{number}.py",
                before=shop_text(number).encode(),
                after=shop_after(shop_text(number)).encode(),
            )
            for number in range(count)
        ),
        key=lambda change: change.path,
    )
    outcomes = [_changed(change) for change in changes]
    rest: list[Outcome] = [
        Failed(path="tools/broken.py", reason="compile", detail="line 9: keyword argument repeated: timeout"),
        Skipped(path="tools/old.py", reason="does not parse: line 1: invalid syntax"),
        Unchanged(path="tools/same.py"),
        Unchanged(
            path="tools/zones.py",
            sites=(Site(line=7, column=1, status="skipped", reason="a dynamic attribute", by="leave_Call"),),
            words=(Word(line=9, column=4, name="UTC", fate="unmatched", why="stands for `pytz.UTC` still"),),
        ),
    ]
    run = Run(script=shop_script(), base="1f" * 20, selected=count + 40, gated=36, outcomes=(*outcomes, *rest))
    return run, tuple(changes)


def _changed(change: FileChange) -> Changed:
    sites = [
        Site(line=number, column=line.index(b"pytz.UTC") + 1, status="changed", by="leave_Attribute", words=1)
        for number, line in enumerate(change.before.split(b"\n"), start=1)
        if b"pytz.UTC" in line
    ]
    sites += [
        Site(line=number, column=1, status="skipped", reason="what the clock gives", by="leave_Call")
        for number, line in enumerate(change.before.split(b"\n"), start=1)
        if line.startswith(b"zones = ")
    ]
    warnings = ("the clock may want a date",) if b"zones = " in change.before else ()
    return Changed(path=change.path, after=change.after, sites=tuple(sites), warnings=warnings)


def shop_report(count: int) -> bytes:
    return write(*shop_run(count))


def write(run: Run, changes: tuple[FileChange, ...]) -> bytes:
    explanation = explain(run, changes)
    document = describe_review(explanation, run, changes, script_path="transforms/pytz_utc.py")
    facts = Facts(asked_by="ann", command="autotransform apply pytz_utc", versions=(("LibCST", "1.9.0"),))
    return write_report(document, explanation, changes, facts=facts)


def described(run: Run, changes: tuple[FileChange, ...]) -> Json:
    return describe_review(explain(run, changes), run, changes, script_path="transforms/pytz_utc.py")


def with_one(run: Run, change: FileChange) -> tuple[Run, tuple[FileChange, ...]]:
    """The same script, and one file that changes."""
    return replace(run, outcomes=(Changed(path=change.path, after=change.after),)), (change,)
