"""Parts: every file in one, bounds kept, names that stay."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autotransform.engine.values import Changed, Run, Unchanged
from autotransform.errors import UsageError
from autotransform.publish.splitting.codeowners import CodeOwners, parse_code_owners
from autotransform.publish.splitting.parts import Part, SplitBy, part_branch, split
from autotransform.review import FileChange
from autotransform.review.shapes.finding import find_shapes
from tests.publish.conftest import make_script

if TYPE_CHECKING:
    import random

KINDS: tuple[SplitBy, ...] = ("codeowners", "directory", "package", "count", "shape")
OWNERS = parse_code_owners(b"/a/ @a @Org/Team\n/b/ @b\n*.lock @a.b\n/c/x x@example.com\n/d/ @A @org/team\n")
NAMES = st.sampled_from(
    ["a", "b", "c", "A", "ä", "x.lock", "lock", "a b", "-", "..", "top-level", "@{", "\udcff", "x" * 50]
)
PATHS = st.lists(
    st.lists(NAMES, min_size=1, max_size=4).map(lambda names: "/".join([*names, "f.py"])), max_size=40, unique=True
)


def run_of(*paths: str) -> Run:
    outcomes = tuple(Changed(path=path, after=b"") for path in sorted(paths))
    return Run(script=make_script(), base="", selected=9, gated=0, outcomes=(*outcomes, Unchanged(path="zz/left.py")))


def parts_of(*paths: str, by: SplitBy, minimum: int = 1, maximum: int = 0) -> dict[str, list[str]]:
    parts = split(run_of(*paths), by=by, minimum=minimum, maximum=maximum, owners=OWNERS, tree=TREE)
    return {part.name: list(part.paths) for part in parts}


def many(count: int) -> list[str]:
    return [f"{'abcdefgh'[number % 8]}/{number % 5}/f{number}.py" for number in range(count)]


TREE = (
    "pyproject.toml",
    "src/pkg/__init__.py",
    "src/pkg/sub/__init__.py",
    "libs/one/pyproject.toml",
    "libs/one/src/one/__init__.py",
    "libs/two/setup.cfg",
)


def test_files_with_the_same_owners_are_one_part_whatever_their_case_and_order() -> None:
    parts = split(run_of("a/1.py", "b/1.py", "c/y.py", "d/1.py"), by="codeowners", owners=OWNERS)

    assert [(part.paths, part.owners, part.title) for part in parts] == [
        (("a/1.py", "d/1.py"), ("@A", "@Org/Team", "@a", "@org/team"), "@a, @org/team"),
        (("b/1.py",), ("@b",), "@b"),
        (("c/y.py",), (), "no owners"),
    ]
    assert [re.sub(r"[0-9a-f]{8}$", "…", part.name) for part in parts] == ["a-org-team-…", "b", "unowned"]


def test_by_directory_is_by_the_first_folder_and_small_ones_stay_above() -> None:
    paths = ("a/1.py", "a/x/2.py", "b/1.py", "b/2.py", "c/1.py", "top.py")

    assert parts_of(*paths, by="directory") == {
        "a": ["a/1.py", "a/x/2.py"],
        "b": ["b/1.py", "b/2.py"],
        "c": ["c/1.py"],
        "top-level": ["top.py"],
    }
    assert parts_of(*paths, by="directory", minimum=2)["top-level"] == ["c/1.py", "top.py"]


def test_a_folder_that_is_too_large_is_cut_at_folders_and_then_in_path_order() -> None:
    paths = [f"a/x/{number}.py" for number in range(5)] + [f"a/y/{number}.py" for number in range(3)] + ["a/1.py"]

    parts = parts_of(*paths, by="directory", maximum=4)

    assert {name: len(held) for name, held in parts.items() if name in {"a", "a.y"}} == {"a": 1, "a.y": 3}
    assert sorted(path for name, held in parts.items() if name.startswith("a.x") for path in held) == paths[:5]
    assert all(held == sorted(held) for held in parts.values())


def test_a_rest_that_is_too_small_goes_to_a_folder_that_can_take_it() -> None:
    assert parts_of("a/1.py", "a/2.py", "b/1.py", "b/2.py", "top.py", by="directory", minimum=2, maximum=4) == {
        "a": ["a/1.py", "a/2.py", "top.py"],
        "b": ["b/1.py", "b/2.py"],
    }


def test_a_rest_stays_where_every_folder_is_full() -> None:
    parts = parts_of("a/1.py", "a/2.py", "b/1.py", "b/2.py", "top.py", by="directory", minimum=2, maximum=2)

    assert parts == {"a": ["a/1.py", "a/2.py"], "b": ["b/1.py", "b/2.py"], "top-level": ["top.py"]}


def test_a_folder_that_is_called_like_the_rest_has_a_name_of_its_own() -> None:
    names = parts_of("top-level/1.py", "top.py", by="directory")

    assert len(names) == 2
    assert names["top-level"] == ["top.py"]


def test_by_package_is_by_distribution_and_else_by_the_topmost_package() -> None:
    paths = (
        "src/pkg/a.py",
        "src/pkg/sub/b.py",
        "libs/one/src/one/a.py",
        "libs/one/tests/t.py",
        "libs/two/x.py",
        "docs/c.py",
    )

    assert parts_of(*paths, by="package") == {
        "src.pkg": ["src/pkg/a.py", "src/pkg/sub/b.py"],
        "libs.one": ["libs/one/src/one/a.py", "libs/one/tests/t.py"],
        "libs.two": ["libs/two/x.py"],
        "top-level": ["docs/c.py"],
    }


def test_by_count_is_in_path_order() -> None:
    parts = list(parts_of(*many(100), by="count", maximum=30).values())

    assert sorted(path for part in parts for path in part) == sorted(many(100))
    assert all(7 <= len(part) <= 30 for part in parts)
    assert sorted(parts, key=lambda part: part[0]) == sorted(parts, key=lambda part: part[-1])


def test_by_shape_a_file_goes_to_the_rarest_of_its_shapes() -> None:
    usual, odd = (b"x = pytz.UTC\n", b"x = timezone.utc\n"), (b"y = old(1)\n", b"y = new(1)\n")
    keep = b"keep\n"
    changes = [FileChange(path=f"f{number}.py", before=usual[0], after=usual[1]) for number in range(3)]
    both = FileChange(path="g.py", before=usual[0] + keep + odd[0], after=usual[1] + keep + odd[1])
    shapes = find_shapes([*changes, both])

    parts = split(run_of("f0.py", "f1.py", "f2.py", "g.py"), by="shape", shapes=shapes)

    assert {part.title: part.paths for part in parts} == {
        "pytz.UTC → timezone.utc": ("f0.py", "f1.py", "f2.py"),
        "old → new": ("g.py",),
    }
    assert {part.name for part in parts} == {shape.signature for shape in shapes}


def test_small_parts_are_joined_with_their_neighbours() -> None:
    owners = parse_code_owners("\n".join(f"/{letter}/ @{letter}" for letter in "abcdefgh").encode())
    paths = ["a/1.py", "b/1.py", "c/1.py", *[f"d/{number}.py" for number in range(5)], "e/1.py", "f/1.py"]

    parts = split(run_of(*paths), by="codeowners", minimum=2, owners=owners)
    alone = split(run_of("a/1.py", *paths[3:8]), by="codeowners", minimum=2, owners=owners)
    full = split(run_of("a/1.py", *paths[3:8]), by="codeowners", minimum=2, maximum=5, owners=owners)

    assert all(len(part.paths) >= 2 for part in parts)
    assert "d" in {part.name for part in parts}
    assert [(part.name, len(part.paths)) for part in alone] == [("", 6)]
    assert [part.name for part in full] == ["a", "d"]


def test_one_part_has_no_suffix() -> None:
    (part,) = split(run_of("a/1.py", "a/2.py"), by="directory")

    assert (part.name, part_branch("one_to_two", part)) == ("", "autotransform/one_to_two")
    assert part_branch("one_to_two", Part(name="a.b", title="", paths=("x",))) == "autotransform/one_to_two--a.b"


@pytest.mark.parametrize("by", KINDS)
def test_nothing_changed_is_no_part(by: SplitBy) -> None:
    assert split(run_of(), by=by) == ()


def test_bounds_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(UsageError, match="at least 5 files and at most 4"):
        split(run_of("a.py"), by="count", minimum=5, maximum=4)


@given(PATHS, st.sampled_from(KINDS), st.integers(1, 6), st.integers(0, 9), st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_every_file_is_in_one_part_and_bounds_and_names_hold(
    paths: list[str], by: SplitBy, minimum: int, maximum: int, chance: random.Random
) -> None:
    maximum = maximum and max(minimum, maximum)
    changes = [FileChange(path=path, before=b"a.b", after=f"a.c{len(path) % 3}".encode()) for path in paths]
    shapes = find_shapes(changes)
    shuffled = paths.copy()
    chance.shuffle(shuffled)

    def parts(of: list[str]) -> tuple[Part, ...]:
        return split(run_of(*of), by=by, minimum=minimum, maximum=maximum, owners=OWNERS, tree=paths, shapes=shapes)

    found = parts(paths)

    assert parts(shuffled) == found
    assert sorted(path for part in found for path in part.paths) == sorted(paths)
    assert len({part.name for part in found}) == len(found)
    assert all(part.paths for part in found)
    assert not maximum or all(len(part.paths) <= maximum for part in found)
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,59}", part.name) for part in found if len(found) > 1)
    assert all(part.title.isprintable() for part in found)


def test_git_takes_every_name() -> None:
    paths = [
        f"{name}/f.py" for name in ("a", "lock", "x.lock", "a.", "..", "@{", "-", "~^:?*", "ä", "A", "a\\b", "\x1b")
    ]

    nested = parts_of("a/lock/1.py", "a/x.lock/1.py", "a/b/1.py", by="directory", maximum=1)
    for name in {**parts_of(*paths, by="directory"), **nested}:
        assert (
            subprocess.run(["git", "check-ref-format", f"refs/heads/autotransform/x--{name}"], check=False).returncode
            == 0
        )


@pytest.mark.parametrize("by", ["directory", "count", "codeowners"])
def test_a_file_that_joins_renames_few_parts_and_moves_few_files(by: SplitBy) -> None:
    paths = many(400)
    renamed = moved = 0
    before = {path: name for name, held in parts_of(*paths, by=by, minimum=5, maximum=20).items() for path in held}
    for number in range(30):
        joined = [*paths, f"{'abcdefgh'[number % 8]}/{number % 5}/new{number}.py"]
        after = {path: name for name, held in parts_of(*joined, by=by, minimum=5, maximum=20).items() for path in held}
        renamed += len(set(before.values()) - set(after.values()))
        moved += sum(after[path] != name for path, name in before.items())

    assert renamed <= 6
    assert moved <= 30 * 20


def test_names_are_told_apart_by_a_digest_of_what_they_are_about() -> None:
    alone = parts_of("src/A/1.py", "src/b/1.py", by="package")
    names = parts_of("A/1.py", "a/1.py", "b c/1.py", "b-c/1.py", "b.c/1.py", by="directory")

    assert alone == {"": ["src/A/1.py", "src/b/1.py"]}
    assert {"a", "b-c"} <= set(names)
    assert len(names) == 5
    assert parts_of("A/1.py", "z/1.py", by="directory").keys() - {"z"} <= names.keys()


def test_without_owners_all_files_are_one_part() -> None:
    (part,) = split(run_of("a/1.py", "b/1.py"), by="codeowners", owners=CodeOwners())

    assert (part.name, part.title) == ("", "no owners")


def test_folders_within_folders_within_folders_are_no_trap() -> None:
    deep = "a/" * 2_000

    parts = parts_of(*(f"{deep}{number}.py" for number in range(9)), by="directory", maximum=2)

    assert sorted(path for held in parts.values() for path in held) == [f"{deep}{number}.py" for number in range(9)]
