"""Commands to a workflow's runner, read back as its runner reads them: each line is the one command that was meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from autotransform.engine import Changed, Failed, Run, Site, Unchanged
from autotransform.review import FileChange
from autotransform.review.annotations import annotate, annotation, resume_commands, stop_commands

if TYPE_CHECKING:
    from autotransform.script import Script

HOSTILE = [
    "a\n::error::pwned",
    "a\r::set-output name=x::y",
    "a%0A::error::b",
    "x,line=99,title=y",
    "a::b",
    "##[error]pwned",
    "\u2028::error::x",
    "\x85::error::x",
    "\x1d::error::x",
    "\udcff.py",
    "\0",
]


def parse(line: str) -> tuple[str, dict[str, str], str]:
    """Read one line as the runner does: `::command key=value,key=value::data`, with its escapes undone."""
    assert len(line.splitlines()) == 1
    found = re.fullmatch(r"::([a-z-]+)(?: ([^:]*))?::(.*)", line)
    assert found
    pairs = [pair.partition("=") for pair in (found[2] or "").split(",") if pair]
    undone = [("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")]

    def plain(text: str) -> str:
        for code, char in undone:
            text = text.replace(code, char)
        return text

    return found[1], {key: plain(value) for key, _, value in pairs}, plain(found[3])


def shown(text: str) -> str:
    """What of a text arrives: no lone surrogate, and a blank for what could end a line."""
    return re.sub("[\0\x1d\x85\u2028]", " ", text.replace("\udcff", "\N{REPLACEMENT CHARACTER}"))


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_stays_in_its_field(hostile: str) -> None:
    level, properties, text = parse(annotation("notice", f"x{hostile}x", path=hostile, span=(3, 4), title=hostile))

    assert level == "notice"
    assert properties == {"file": shown(hostile), "line": "3", "endLine": "4", "title": shown(hostile)}
    assert text == f"x{shown(hostile)}x"


def test_without_a_file_there_are_no_properties() -> None:
    assert annotation("error", "It failed.") == "::error::It failed."


def test_a_long_text_is_cut() -> None:
    assert len(annotation("error", "x" * 10_000)) < 600


def test_a_run_with_one_of_everything(example_run: Run, example_changes: tuple[FileChange, ...]) -> None:
    found = [parse(line) for line in annotate(example_run, example_changes, level="error")]
    places = [(level, properties["file"], properties.get("line")) for level, properties, _ in found]

    assert places == [
        ("error", "pkg/names.py", None),
        ("error", "pkg/clock.py", "2"),
        ("error", "pkg/clock.py", "3"),
        ("notice", "pkg/clock.py", "4"),
        ("notice", "pkg/old.py", "1"),
        ("notice", "pkg/zones.py", "7"),
        ("notice", "tests/test_zones.py", "9"),
    ]
    assert found[1][2] == "Replace pytz.UTC by datetime.timezone.utc."
    assert found[1][1]["title"] == "pytz_utc"


def test_no_more_than_github_shows_and_the_rest_is_counted(script: Script) -> None:
    change = FileChange(path="a.py", before=b"a\n" * 30, after=b"b\n" * 30)
    run = Run(script=script, base="", selected=1, gated=0, outcomes=(Changed(path="a.py", after=change.after),))
    found = annotate(run, (change,))

    assert len(found) == 10
    assert parse(found[-1])[2] == "There are 21 more places like these."


def test_removed_lines_do_not_reach_into_the_next(script: Script) -> None:
    change = FileChange(path="a.py", before=b"a\ngone\nb\n", after=b"a\nb\n")
    run = Run(script=script, base="", selected=1, gated=0, outcomes=(Changed(path="a.py", after=change.after),))
    [line] = annotate(run, (change,))

    assert parse(line)[1]["endLine"] == "2"


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_a_script_says_of_a_place_is_no_command(script: Script, hostile: str) -> None:
    site = Site(line=1, column=1, status="skipped", reason=hostile, by="leave_Name")
    outcomes = (Unchanged(path=hostile, sites=(site,)), Failed(path=hostile, reason="crash", detail=hostile))
    lines = annotate(Run(script=script, base="", selected=1, gated=0, outcomes=outcomes), ())

    assert [parse(line)[0] for line in lines] == ["error", "notice"]


def test_the_token_that_stops_commands_cannot_be_guessed_or_broken_out_of() -> None:
    token = "0123456789abcdef"

    assert (stop_commands(token), resume_commands(token)) == (f"::stop-commands::{token}", f"::{token}::")
    for bad in ("", "short", "error", f"{token}\n::error::x", f"{token}::x"):
        with pytest.raises(ValueError, match="sixteen"):
            stop_commands(bad)
