"""What git lists is read late and searched fast; what no tree may hold is still found."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autotransform.repository import Repository
from autotransform.repository.objects import _IMPOSSIBLE, Listing, _suspicious_records

if TYPE_CHECKING:
    from tests.conftest import GitRepo

_PARTS = st.lists(
    st.sampled_from(
        [
            *(b"a", b"B.py", b".", b"..", b"/", b"\\", b"\t", b" ", b"", b"\xff", b"g", b"it"),
            *(b".git", b".GiT", b"git~1", b"GIT~1", b".git.", b".git ::$INDEX"),
            *(b"\xe2\x80\x8c", b"\xef\xbb\xbf", b"\xe2\x81\xaa"),
        ]
    ),
    max_size=6,
)


@given(paths=st.lists(_PARTS.map(b"".join), max_size=4))
@settings(max_examples=300, deadline=None)
def test_the_fast_search_passes_over_nothing_impossible(paths: list[bytes]) -> None:
    output = b"".join(b"100644 blob 0123\t" + path + b"\0" for path in paths)
    records = [record + b"\0" for record in output.split(b"\0")[:-1]]
    impossible = {record for record in records if _IMPOSSIBLE.search(record)}

    assert impossible <= set(_suspicious_records(output))


def test_only_regular_files_with_an_ending_are_found() -> None:
    listing = Listing(b"100644 blob a1\ta.py\x00120000 blob b2\tb.py\x00100755 blob c3\td\xff/c.pyi\x00", oid_field=2)

    assert listing.find_regular(".py", ".pyi") == [("a.py", "100644", "a1"), ("d\udcff/c.pyi", "100755", "c3")]
    assert [path for path, _, _ in listing.find_regular()] == ["a.py", "d\udcff/c.pyi"]
    assert listing.holds("b.py")
    assert listing.holds("d\udcff/c.pyi")
    assert not listing.holds("c.pyi")


def test_paths_come_in_the_order_of_their_bytes() -> None:
    names = [b"b.py", b"a.py", b"\xff.py", "\N{FULLWIDTH LATIN SMALL LETTER X}.py".encode(), b"a/x.py", b"a-b.py"]
    output = b"".join(b"100644 0123 0\t" + name + b"\0" for name in names)

    assert [os.fsencode(path) for path, _, _ in Listing(output, oid_field=1).find_regular()] == sorted(names)


@pytest.mark.parametrize("content", [b"", b"x = 1\n", b"\0" * 100_000])
def test_a_content_has_the_id_that_git_gives_it(git_repo: GitRepo, content: bytes) -> None:
    git_repo.commit({"a.py": content})

    assert Repository.open(git_repo.path).oid_of(content) == git_repo.git("rev-parse", "HEAD:a.py")


def test_the_id_goes_by_the_hash_of_the_repository(tmp_path_factory: pytest.TempPathFactory, git_repo: GitRepo) -> None:
    path = tmp_path_factory.mktemp("long")
    git_repo.git("init", "--quiet", "--object-format=sha256", os.fspath(path))

    assert Repository.open(path).oid_of(b"x\n") == hashlib.sha256(b"blob 2\0x\n").hexdigest()


@pytest.mark.parametrize("names", [["a.py"], ["Makefile", "a.py"], ["a.py", "b.pyi", "c.PY"], ["a.*"], ["d.e/f"]])
def test_what_differs_is_found_whatever_it_is_called(git_repo: GitRepo, names: list[str]) -> None:
    base = git_repo.commit(dict.fromkeys([*names, "same.py"], "1\n"))
    for name in names:
        git_repo.write(name, "2\n")

    assert Repository.open(git_repo.path).differing_paths([*names, "same.py"], base) == tuple(names)
