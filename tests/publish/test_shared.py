"""Refusals in a file of the repository: read where a run reads, joined with this clone's, never guessed at."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from autotransform.config import Config
from autotransform.errors import ConfigError, UsageError
from autotransform.publish.decisions.answers import Answers, save_answers
from autotransform.publish.decisions.committed import find_on_disk, write_content
from autotransform.publish.decisions.deciding import decide
from autotransform.publish.decisions.shared import (
    SharedFile,
    comment_on,
    format_shared,
    load_refusals,
    load_shared,
    parse_shared,
)
from autotransform.repository import Repository
from autotransform.review import FileChange, explain
from autotransform.review.asking import begin
from autotransform.review.decisions import Decisions
from autotransform.run import Limits, run, select
from autotransform.script import parse

if TYPE_CHECKING:
    from autotransform.run import Selection
    from tests.conftest import GitRepo

NAME = "pytz_utc"
PATH = f".autotransform/decisions/{NAME}.json"
SOURCE = Path(__file__).parents[2] / "transforms" / f"{NAME}.py"
LIMITS = Limits(jobs=1)
NOTHING = Decisions()


def _file(*paths: str) -> bytes:
    return format_shared(SharedFile(refused=Decisions(files=frozenset(paths))), name=NAME)


def _select(repo: GitRepo, *, is_index: bool = False, is_in_place: bool = False) -> Selection:
    repository = Repository.open(repo.path)
    return select(
        start=repo.path,
        repository=repository,
        paths=(),
        base=None,
        index=is_index,
        in_place=is_in_place,
        config=Config(),
    )


def test_each_run_reads_the_file_where_it_reads_all_others(git_repo: GitRepo) -> None:
    git_repo.commit({"a.py": "x = 1\n", PATH: _file("tree.py")})
    git_repo.write(PATH, _file("index.py"))
    git_repo.git("add", PATH)
    git_repo.write(PATH, _file("disk.py"))
    read = [
        load_shared(_select(git_repo, **how), NAME).files for how in ({}, {"is_index": True}, {"is_in_place": True})
    ]

    assert read == [{"tree.py"}, {"index.py"}, {"disk.py"}]
    assert load_shared(_select(git_repo), "other") == load_shared(_select(git_repo), "../x") == NOTHING


def test_what_everybody_refuses_and_what_this_clone_refuses_are_joined_and_counted(git_repo: GitRepo) -> None:
    one = "import pytz\n\nx = pytz.UTC\n"
    git_repo.commit({"a.py": one, "b.py": one, "c.py": one, PATH: _file("a.py", "gone.py")})
    selection = _select(git_repo)
    repository = Repository.open(git_repo.path)
    save_answers(repository, NAME, Answers(refused=Decisions(files=frozenset({"b.py"}))))
    done = run(parse(SOURCE.read_bytes(), name=NAME), selection, limits=LIMITS)

    refusals = load_refusals(repository, selection, NAME)
    decided = decide(done, selection, decisions=refusals.all, shared=refusals.shared, limits=LIMITS)

    assert [change.path for change in decided.run.changed] == ["c.py"]
    assert decided.effective.files == {"a.py", "b.py"}
    assert (decided.count, decided.shared) == (6, 3)

    # What the file says of a shape can be read by people, and is the same each time.
    changes = tuple(FileChange(path=each.path, before=one.encode(), after=each.after) for each in done.changed)
    explanation = explain(done, changes)
    (shape,) = [each.shape for each in explanation.shapes if each.shape.before.startswith("pytz.")]
    shared = SharedFile(refused=Decisions(shapes=frozenset({shape.signature})), comments=comment_on(explanation))
    written = format_shared(shared, name=NAME)
    told = json.loads(written)
    assert told["comments"] == {shape.signature: {"before": shape.before, "after": shape.after}}
    assert parse_shared(written, name=NAME, origin="it").refused == shared.refused
    assert format_shared(parse_shared(written, name=NAME, origin="it"), name=NAME) == written

    # Nobody is asked about it, and it does not become an answer of this clone.
    first = begin(explanation, refused=NOTHING, accepted=NOTHING, given=shared.refused)
    assert all(each.family.shapes[0].shape.signature != shape.signature for each in first.pending)
    assert (len(first.pending), first.refused, first.accepted) == (0, NOTHING, NOTHING)
    assert len(begin(explanation, refused=NOTHING, accepted=NOTHING).pending) == 1


def test_paths_that_are_no_text_and_letters_that_hide_are_escapes() -> None:
    refused = Decisions(files=frozenset({"a b\udcff.py", "\u202e.py"}), changes=frozenset({"a" * 12}))
    comments = {"a" * 12: {"before": "\u202e" * 1000}, "b" * 12: {"before": "of nothing that is refused"}}

    written = format_shared(SharedFile(refused=refused, comments=comments), name=NAME)

    assert written.isascii()
    assert parse_shared(written, name=NAME, origin="it").refused == refused
    assert list(json.loads(written)["comments"]) == ["a" * 12]


SOUND = '{"schema": 1, "script": "pytz_utc", "refused": {"files": ["a.py"]}'


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "not what we write"),
        ("\xff", "not what we write"),
        ("[" * 100_000, "not what we write"),
        ("[]", "no JSON object"),
        ('{"script": "pytz_utc", "refused": []}', "`schema` is not 1"),
        (SOUND.replace("1", "2", 1) + "}", "`schema` is not 1"),
        (SOUND.replace("pytz_utc", "other") + "}", "`script` is not pytz_utc"),
        (SOUND.replace("files", "run") + "}", "not what we write"),
        (SOUND.replace("a.py", "\\ud800") + "}", "not what we write"),
        (SOUND.replace('["a.py"]', '"a.py"') + "}", "not what we write"),
        (SOUND + ', "accepted": []}', "something else than"),
        (SOUND + ', "comments": []}', "`comments` are no texts"),
        (SOUND + ', "comments": {"a": {"before": 1}}}', "`comments` are no texts"),
        ('{"schema": 1, "script": "pytz_utc"}', "not what we write"),
    ],
)
def test_what_we_did_not_write_stops_the_run(content: str, why: str) -> None:
    with pytest.raises(ConfigError, match=why) as caught:
        parse_shared(content.encode("latin-1"), name=NAME, origin=f"{PATH} at 0123456789")

    assert str(caught.value).startswith(f"{PATH} at 0123456789 says what is refused")
    assert parse_shared(f"{SOUND}}}".encode(), name=NAME, origin="it").refused.files == {"a.py"}


def test_a_link_in_its_place_is_not_as_if_nothing_was_refused(git_repo: GitRepo) -> None:
    """In git, in the index, and on disk, where it could lead anywhere."""
    git_repo.commit({"a.py": "x = 1\n", "elsewhere.json": _file("a.py")})
    (git_repo.path / PATH).parent.mkdir(parents=True)
    (git_repo.path / PATH).symlink_to(git_repo.path / "elsewhere.json")
    git_repo.git("add", PATH)
    git_repo.git("commit", "--quiet", "--message", "A link")

    for how in ({}, {"is_index": True}, {"is_in_place": True}):
        with pytest.raises(ConfigError, match="says what is refused, and cannot be"):
            load_shared(_select(git_repo, **how), NAME)


def test_one_that_is_far_too_large_is_not_read(git_repo: GitRepo) -> None:
    git_repo.commit({"a.py": "x = 1\n", PATH: _file("a.py") + b" " * 8_000_000})

    for how in ({}, {"is_in_place": True}):
        with pytest.raises(ConfigError, match="cannot be"):
            load_shared(_select(git_repo, **how), NAME)


def test_it_is_written_as_a_whole_and_through_no_link(tmp_path: Path) -> None:
    root, away = tmp_path / "root", tmp_path / "away"
    root.mkdir()
    away.mkdir()
    for content in (b"first", b"second"):
        write_content(root, NAME, content)
        assert find_on_disk(root, NAME) == content
    assert [file.name for file in (root / PATH).parent.iterdir()] == [f"{NAME}.json"]

    (root / ".autotransform").rename(tmp_path / "before")
    (root / ".autotransform").symlink_to(away)
    with pytest.raises(UsageError, match=r"\.autotransform is a link"):
        write_content(root, NAME, b"third")
    assert list(away.iterdir()) == []
    assert find_on_disk(root, NAME) is None
