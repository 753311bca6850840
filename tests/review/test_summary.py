"""What a run did, counted and grouped, in values and in lines."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, get_args

from autotransform.engine import Breach, Changed, Failed, FileWords, Run, Site, Skipped, Unchanged, Word
from autotransform.engine.values import BreachKind
from autotransform.review import Group, count_lines, summary, summary_lines

if TYPE_CHECKING:
    from autotransform.script import Script

EVERYTHING = """\
120 files selected, 115 gated, 5 parsed: 1 changed, 2 unchanged, 1 skipped, 1 failed
1 place changed, 2 undecided
6 words of TARGETS (UTC, utc): 1 changed, 1 skipped, 4 left over

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
    1  line 3: the clock may want a date
       pkg/clock.py

Broken guarantees: 1 (with --strict these files fail)
    1  a comment is lost
       pkg/clock.py:2: # noqa

Left over: 4 (-v lists all)
    1  stands for `pytz.utc` still
       tests/test_zones.py:9:4
    1  in strings and comments
    1  the same name for something else
    1  the file was skipped"""

LEFT_OVER = """\
Left over: 4
    1  stands for `pytz.utc` still
       tests/test_zones.py:9:4
    1  in a comment
       pkg/zones.py:2:9
    1  stands for `datetime.timezone.utc`
       tests/test_zones.py:4:7
    1  the file was skipped: it does not parse
       pkg/old.py:1:3"""


def declined(path: str, *reasons: str) -> Unchanged:
    sites = [Site(line=line, column=1, status="skipped", reason=reason) for line, reason in enumerate(reasons, 1)]
    return Unchanged(path=path, sites=tuple(sites))


def test_everything_that_a_run_did_is_said(example_run: Run) -> None:
    assert "\n".join(summary_lines(summary(example_run))) == EVERYTHING


def test_without_a_limit_every_word_that_is_left_is_listed(example_run: Run) -> None:
    assert "\n".join(summary_lines(summary(example_run), limit=None)).endswith(LEFT_OVER)


def test_counts_add_up(example_run: Run) -> None:
    counts = summary(example_run).counts
    left = counts.words_unmatched + counts.words_elsewhere + counts.words_text + counts.words_unread

    assert counts.selected == counts.gated + counts.parsed
    assert counts.parsed == counts.changed + counts.unchanged + counts.skipped + counts.failed
    assert counts.words == counts.words_changed + counts.words_skipped + left == 6
    assert counts.words_left + counts.words_skipped == sum(len(file.words) for file in example_run.leftovers)


def test_changes_without_a_word_are_counted_apart(script: Script) -> None:
    sites = (Site(line=1, column=1, status="changed"), Site(line=2, column=1, status="changed", words=2))
    words = (Word(line=2, column=1, name="UTC", fate="changed"), Word(line=2, column=9, name="UTC", fate="changed"))
    outcome = Changed(path="a.py", after=b"", sites=sites, words=words)
    run = Run(script=script, base="", selected=1, gated=0, outcomes=(outcome,))

    assert summary_lines(summary(run))[1:] == (
        "2 places changed, 0 undecided",
        "2 words of TARGETS (UTC, utc): 2 changed, 0 skipped, 0 left over",
        "1 changed place without such a word (an added import, say)",
    )


def test_what_is_a_target_for_certain_stands_first_among_what_is_left(script: Script) -> None:
    whys = ["unknown", "unknown", "stands for `pytz.UTC` still"]
    words = tuple(Word(line=at, column=1, name="UTC", fate="unmatched", why=why) for at, why in enumerate(whys, 1))
    run = Run(script=script, base="", selected=1, gated=0, outcomes=(Unchanged(path="a.py", words=words),))

    assert summary_lines(summary(run), limit=1)[2:] == (
        "",
        "Left over: 3",
        "    1  stands for `pytz.UTC` still",
        "       a.py:3:1",
        "    2  unknown",
        "       a.py:1:1",
        "       … and 1 more",
    )


def test_files_that_were_not_read_are_counted_by_why(script: Script) -> None:
    whys = ["the file was skipped: a", "the file holds none of MENTIONS", "the file was skipped: b"]
    unread = [
        FileWords(path=f"{why}.py", words=(Word(line=1, column=1, name="UTC", fate="unread", why=why),)) for why in whys
    ]
    run = Run(script=script, base="", selected=3, gated=3, outcomes=(), unread=tuple(unread))

    assert summary_lines(summary(run))[2:] == (
        "",
        "Left over: 3 (-v lists all)",
        "    2  the file was skipped",
        "    1  the file holds none of MENTIONS",
    )


def test_many_targets_are_not_all_named(script: Script) -> None:
    many = replace(script, targets=tuple(f"pkg.{name}" for name in "gfedcba"))
    words = (Word(line=1, column=1, name="a", fate="text"),)
    run = Run(script=many, base="", selected=1, gated=0, outcomes=(Unchanged(path="a.py", words=words),))

    assert "1 word of TARGETS (a, b, c, d, e, …): 0 changed" in summary_lines(summary(run))[1]


def test_every_kind_of_a_broken_guarantee_has_its_words(script: Script) -> None:
    breaches = tuple(Breach(line=1, kind=kind, message="m") for kind in get_args(BreachKind))
    run = Run(
        script=script, base="", selected=1, gated=0, outcomes=(Changed(path="a.py", after=b"", breaches=breaches),)
    )

    assert len(summary(run).breaches) == len(breaches) == summary(run).counts.breaches


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
        Changed(
            path=planted,
            after=b"",
            sites=(site,),
            warnings=(planted,),
            breaches=(Breach(line=1, kind="comment", message=planted),),
            words=(Word(line=1, column=1, name=planted, fate="unmatched", why=planted),),
        ),
        Failed(path=planted, reason="crash", detail=planted * 2),
        Skipped(path=planted, reason=planted),
    )
    odd = replace(script, targets=(planted,))
    run = Run(script=odd, base="", selected=3, gated=0, outcomes=outcomes)

    assert all(line.isprintable() for line in summary_lines(summary(run)))


def test_the_line_of_the_words_fits_on_a_screen(example_run: Run) -> None:
    counts = summary(example_run).counts
    names = ["binary_type", "integer_types", "iteritems", "iterkeys", "itervalues"]
    (line,) = [line for line in count_lines(counts, words=names) if "TARGETS" in line]

    assert "(binary_type, …)" in line
    assert len(line) <= 80
