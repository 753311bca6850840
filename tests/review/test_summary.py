"""What a run did, counted and grouped, in values and in lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autotransform.engine import Changed, Failed, Run, Site, Skipped, Unchanged
from autotransform.review import Group, count_lines, summary, summary_lines

if TYPE_CHECKING:
    from autotransform.script import Script

EVERYTHING = """\
120 files selected, 115 gated, 5 parsed: 1 changed, 2 unchanged, 1 skipped, 1 failed
1 place changed, 2 undecided

Failed, and left as they were: 1
  pkg/names.py (compile)
       line 9: keyword argument repeated: timeout

Skipped files: 1
    1  it does not parse
       pkg/old.py

Undecided places: 2
    2  a dynamic attribute
       pkg/clock.py:4:8
       pkg/zones.py:7:1

Warnings: 1
    1  a comment was lost at line 3
       pkg/clock.py"""


def declined(path: str, *reasons: str) -> Unchanged:
    sites = [Site(line=line, column=1, status="skipped", reason=reason) for line, reason in enumerate(reasons, 1)]
    return Unchanged(path=path, sites=tuple(sites))


def test_everything_that_a_run_did_is_said(example_run: Run) -> None:
    assert "\n".join(summary_lines(summary(example_run))) == EVERYTHING


def test_counts_add_up(example_run: Run) -> None:
    counts = summary(example_run).counts

    assert counts.selected == counts.gated + counts.parsed
    assert counts.parsed == counts.changed + counts.unchanged + counts.skipped + counts.failed


def test_a_run_without_files_says_so_and_no_more(script: Script) -> None:
    run = Run(script=script, base="", selected=0, gated=0, outcomes=())

    assert summary_lines(summary(run)) == ("0 files selected, 0 gated, 0 parsed: 0 changed, 0 unchanged",)


def test_a_run_that_changes_nothing_has_one_line(script: Script) -> None:
    run = Run(script=script, base="", selected=1, gated=0, outcomes=(Unchanged(path="a.py"),))

    assert summary_lines(summary(run)) == ("1 file selected, 0 gated, 1 parsed: 0 changed, 1 unchanged",)


def test_changed_places_are_not_undecided(script: Script) -> None:
    sites = (Site(line=1, column=1, status="changed"), Site(line=2, column=1, status="changed"))
    run = Run(script=script, base="", selected=1, gated=0, outcomes=(Changed(path="a.py", after=b"", sites=sites),))

    assert summary(run).undecided == ()
    assert count_lines(summary(run).counts)[1] == "2 places changed, 0 undecided"


def test_the_largest_group_stands_first_and_equals_by_their_reason(script: Script) -> None:
    outcomes = (declined("a.py", "b", "c", "a"), declined("b.py", "c"))
    run = Run(script=script, base="", selected=2, gated=0, outcomes=outcomes)

    assert summary(run).undecided == (
        Group(reason="c", places=("a.py:2:1", "b.py:1:1")),
        Group(reason="a", places=("a.py:3:1",)),
        Group(reason="b", places=("a.py:1:1",)),
    )


def test_long_groups_name_some_places_and_count_the_rest(script: Script) -> None:
    run = Run(script=script, base="", selected=1, gated=0, outcomes=(declined("a.py", *["why"] * 12),))
    lines = summary_lines(summary(run), limit=2)

    assert lines[-4:] == ("   12  why", "       a.py:1:1", "       a.py:2:1", "       … and 10 more")
    assert len(summary_lines(summary(run), limit=None)) == len(lines) + 9


def test_a_failure_without_a_detail_is_named_all_the_same(script: Script) -> None:
    run = Run(script=script, base="", selected=1, gated=0, outcomes=(Failed(path="a.py", reason="died"),))

    assert summary_lines(summary(run))[-1] == "  a.py (died)"


def test_nothing_that_a_script_says_reaches_the_terminal_raw(script: Script) -> None:
    planted = "\x1b[2J\r\n\u202e::error::"
    site = Site(line=1, column=1, status="skipped", reason=planted)
    outcomes = (
        Changed(path=planted, after=b"", sites=(site,), warnings=(planted,)),
        Failed(path=planted, reason="crash", detail=planted * 2),
        Skipped(path=planted, reason=planted),
    )
    run = Run(script=script, base="", selected=3, gated=0, outcomes=outcomes)

    assert all(line.isprintable() for line in summary_lines(summary(run)))
