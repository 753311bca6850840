"""The table of insertions and deletions is the one that git draws."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from autotransform.review import FileChange, FileStat, stat, stat_lines, total_line

if TYPE_CHECKING:
    from typing import Any

    GitRepo = Any

NAMES = [
    "a.py",
    "pkg/mod.py",
    "pkg/with space.py",
    "日本.py",
    "é.py",
    "/".join(["a_rather_long_folder_name"] * 5) + "/mod.py",
    "one_very_long_file_name_without_any_folder_" * 3 + ".py",
]


def file(path: str, insertions: int, deletions: int) -> FileStat:
    return FileStat(path=path, insertions=insertions, deletions=deletions)


def test_lines_are_counted_on_both_sides() -> None:
    changes = [
        FileChange(path="a.py", before=b"1\n2\n3\n", after=b"1\nx\ny\n3\n"),
        FileChange(path="b.py", before=b"1\n", after=b"1"),
        FileChange(path="c.py", before=b"1\n", after=b"1\n"),
    ]

    assert stat(changes) == (file("a.py", 2, 1), file("b.py", 1, 1), file("c.py", 0, 0))


def test_no_files_draw_no_table() -> None:
    assert stat_lines(()) == ()


@pytest.mark.parametrize(
    ("insertions", "deletions", "line"),
    [
        (1, 1, " 1 file changed, 1 insertion(+), 1 deletion(-)"),
        (2, 0, " 1 file changed, 2 insertions(+)"),
        (0, 2, " 1 file changed, 2 deletions(-)"),
        (0, 0, " 1 file changed, 0 insertions(+), 0 deletions(-)"),
    ],
)
def test_totals_leave_out_what_is_nothing(insertions: int, deletions: int, line: str) -> None:
    assert total_line([file("a.py", insertions, deletions)]) == line


def test_a_name_cannot_draw_on_the_terminal() -> None:
    (line, _) = stat_lines([file("\x1b[2J\n.py", 1, 0)])

    assert line == ' "\\033[2J\\n.py" | 1 +'


def test_a_wide_name_is_cut_between_characters() -> None:
    """Git cuts such a name in the middle of a character, so it is no measure here."""
    (line, _) = stat_lines([file("日本語の長い名前" * 8 + ".py", 5, 5)], width=40)

    assert line == " ...前日本語の長い名前.py  | 10 +++----"


@pytest.mark.parametrize("width", [20, 40, 80, 132])
@pytest.mark.parametrize("most", [1, 8, 70, 3000])
def test_the_table_is_the_one_that_git_draws(git_repo: GitRepo, width: int, most: int) -> None:
    chosen = random.Random(width * most)
    changes = []
    for name in chosen.sample(NAMES, k=chosen.randint(1, len(NAMES))):
        old, new, kept = chosen.randint(0, most), chosen.randint(1, most), chosen.randint(0, 5)
        before = b"kept\n" * kept + b"".join(b"old %d\n" % number for number in range(old))
        after = b"kept\n" * kept + b"".join(b"new %d\n" % number for number in range(new))
        changes.append(FileChange(path=name, before=before, after=after))
    changes.sort(key=lambda change: change.path.encode())
    git_repo.commit({change.path: change.before for change in changes})
    for change in changes:
        git_repo.write(change.path, change.after)
    theirs = git_repo.git_bytes("-c", "core.quotePath=false", "diff", f"--stat={width}").decode()

    assert "\n".join([*stat_lines(stat(changes), width=width), ""]) == theirs
