"""What a script does to the files of a repository: how far the trial gets, and whether that was what was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from autotransform.author.trial import Trial, try_on_files
from autotransform.config import Config
from autotransform.run import Limits, select
from autotransform.script import parse

if TYPE_CHECKING:
    from pathlib import Path

LIMITS = Limits(jobs=1, timeout=20.0)
#: Renames what it is told to: `MENTIONS` are the names.
SCRIPT = """
import libcst as cst
from autotransform.codemod import Transform

MENTIONS = {mentions!r}


class Do(Transform):
    DESCRIPTION = "Do it."

    def leave_Name(self, original_node, updated_node):
        return updated_node.with_changes(value=updated_node.value + "_new") if {test} else updated_node
"""


def tried(
    folder: Path,
    files: dict[str, str],
    *,
    test: str,
    mentions: tuple[str | list[str], ...] = ("old",),
    words: frozenset[str] = frozenset({"old"}),
    seconds: float = 60.0,
    named_in: tuple[str, ...] = ("a.py",),
) -> Trial:
    for path, text in files.items():
        (folder / path).write_text(text)
    selection = select(start=folder, repository=None, in_place=True, config=Config())
    script = parse(SCRIPT.format(mentions=list(mentions), test=test), name="do")
    return try_on_files(
        script,
        selection=selection,
        limits=LIMITS,
        named_in=named_in,
        words=words,
        on_progress=lambda _line: None,
        seconds=seconds,
    )


#: Files, what the script changes, and what of that nobody asked for; empty: nothing.
_EXPLAINED = {
    "the name itself": ({"a.py": "old = 1\n"}, 'updated_node.value == "old"', ""),
    "an alias of it": ({"a.py": "from x import old as o\n\nprint(o)\n"}, 'updated_node.value == "o"', ""),
    "from its module": ({"a.py": "from old.x import thing\n\nprint(thing)\n"}, 'updated_node.value == "thing"', ""),
    "in one statement with it": ({"a.py": "old(other)\n"}, 'updated_node.value == "other"', ""),
    "another case": ({"a.py": "x = OLD\n"}, 'updated_node.value == "OLD"', "MENTIONS"),
    "a longer word": ({"a.py": "old = 1\nolder = 2\n"}, 'updated_node.value == "older"', "1 of the 1 places"),
    "an import for it": ({"a.py": "import re\nold = 1\n"}, 'updated_node.value == "re"', ""),
    "something else": (
        {"a.py": "old = 1\nother = 2\n"},
        'updated_node.value == "other"',
        "1 of the 1 places that it changes hold nothing that the request or a rule names",
    ),
    "something else beside a comment": (
        {"a.py": "old = 1\nother = 2  # old\n"},
        'updated_node.value == "other"',
        "1 of the 1 places",
    ),
    "something else in a function": (
        {"a.py": "def old():\n    x = old\n    other = 2\n    return x\n"},
        'updated_node.value == "other"',
        "1 of the 1 places",
    ),
}


@pytest.mark.parametrize("name", _EXPLAINED)
def test_what_nobody_asked_for_is_found(name: str, tmp_path: Path) -> None:
    files, test, expected = _EXPLAINED[name]
    trial = tried(tmp_path, files, test=f"{test} and not updated_node.value.endswith('_new')")

    messages = [finding.message for finding in trial.findings if finding.kind in {"too-much", "no-effect"}]
    assert (expected in messages[0]) if expected else messages == []


def test_a_group_that_lets_no_file_through_is_told_as_one(tmp_path: Path) -> None:
    trial = tried(tmp_path, {"a.py": "old = 1\n"}, test="False", mentions=(["old", "pytz"], "older"))

    assert [finding.message for finding in trial.findings] == [
        "MENTIONS (old and pytz, older) lets no file through, though the names of the request stand in 1 file"
    ]


def test_a_file_that_holds_none_of_the_names(tmp_path: Path) -> None:
    files = {"a.py": "old = 1\n", "b.py": "other = 1\n"}
    trial = tried(tmp_path, files, test='updated_node.value in {"old", "other"}', mentions=("old", "other"))

    assert [finding.message for finding in trial.findings if finding.kind == "too-much"] == [
        "it changes 1 file that hold none of the names of the request"
    ]
    assert [finding.evidence for finding in trial.findings if finding.kind == "too-much"] == ["b.py"]


def test_a_request_without_names_explains_everything(tmp_path: Path) -> None:
    trial = tried(tmp_path, {"a.py": "old = 1\nother = 2\n"}, test='updated_node.value == "other"', words=frozenset())

    assert [finding.kind for finding in trial.findings] == []


def test_every_candidate_is_tried(tmp_path: Path) -> None:
    files = {f"m{number:03}.py": "old = 1\n" for number in range(130)} | {"other.py": "x = 1\n"}
    trial = tried(tmp_path, files, test='updated_node.value == "old"')

    assert trial.candidates == 130
    assert [outcome.path for outcome in trial.outcomes] == sorted(files)[:130]
    assert trial.notes == ("Tried on 130 files of this repository: 130 would change.",)


def test_what_there_is_no_time_for_is_told(tmp_path: Path) -> None:
    files = {f"m{number:03}.py": "old = 1\n" for number in range(40)}
    trial = tried(tmp_path, files, test='updated_node.value == "old"', seconds=0.0)

    assert len(trial.outcomes) == 1
    assert trial.notes == ("Tried on 1 file of 40, as many as there was time for, of this repository: 1 would change.",)


def test_files_that_hold_the_names_come_first_and_doing_nothing_is_told_once_they_were_seen(tmp_path: Path) -> None:
    files = {f"m{number:03}.py": "old = 1\n" for number in range(40)} | {"z.py": "old = 1\n"}
    one = tried(tmp_path, files, test="False", seconds=0.0, named_in=("z.py",))
    other = tried(tmp_path, files, test="False", seconds=0.0, named_in=("z.py", "m000.py"))

    assert [outcome.path for outcome in one.outcomes] == ["z.py"]
    assert [finding.kind for finding in one.findings] == ["no-effect"]
    assert other.findings == ()
