"""Results of earlier runs: taken only where everything that decides them is the same, and only from ourselves."""

from __future__ import annotations

import contextlib
import random
import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from autotransform.engine.values import Breach, Changed, Failed, FileContext, Job, Site, Skipped, Unchanged, Word
from autotransform.run import cache as module
from autotransform.run.cache import Cache, drop, take_stock
from autotransform.script import parse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from autotransform.engine.values import Outcome

SCRIPT = parse(
    '"""Nothing."""\nfrom libcst.codemod import VisitorBasedCodemodCommand\n\n\n'
    'class Nothing(VisitorBasedCodemodCommand):\n    DESCRIPTION = "Nothing."\n',
    name="nothing",
)
JOB = Job(context=FileContext(path="a.py", module="a"), content=b"x = 1\n")
CHANGED = Changed(
    path="a.py",
    after=b"x = 2\n",
    sites=(Site(line=1, column=1, status="changed", by="leave_Integer", words=1),),
    warnings=("look",),
    breaches=(Breach(line=1, kind="comment", message="a comment is lost"),),
    words=(Word(line=1, column=1, name="x", fate="changed"),),
    before_sha256="1181ff8c7b5ea01b8c7f44ee92f5a9a5ddb0c3e1f0d3b0f6f3c6a1b9b1d1e4a1",
)


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user of one's own."""
    folder = tmp_path / "state"
    monkeypatch.setenv("XDG_STATE_HOME", str(folder))
    return folder


@contextlib.contextmanager
def opened(folder: Path, *, largest: int = module.LARGEST) -> Iterator[Cache]:
    cache = Cache(folder, largest=largest)
    try:
        yield cache
    finally:
        cache.close()


def key(cache: Cache, job: Job = JOB) -> bytes:
    return cache.key(SCRIPT, job, arguments=())


def kept(folder: Path, outcome: Outcome) -> None:
    with opened(folder) as cache:
        cache.keep(key(cache), outcome)


def found(folder: Path, job: Job = JOB) -> Outcome | None:
    with opened(folder) as cache:
        return cache.find(key(cache, job), job)


@pytest.mark.parametrize(
    "outcome",
    [CHANGED, Unchanged(path="a.py", warnings=("look",)), Skipped(path="a.py", reason="it does not parse")],
    ids=lambda outcome: type(outcome).__name__,
)
def test_what_was_kept_is_found_by_the_next_run(tmp_path: Path, outcome: Outcome) -> None:
    kept(tmp_path, outcome)

    again = found(tmp_path)
    if isinstance(again, Changed):
        again = replace(again, before_sha256=CHANGED.before_sha256)
    assert again == outcome


def test_the_digest_of_the_text_before_is_computed_and_not_believed(tmp_path: Path) -> None:
    kept(tmp_path, CHANGED)

    again = found(tmp_path)
    assert isinstance(again, Changed)
    assert again.before_sha256 != CHANGED.before_sha256


def test_a_failure_is_tried_again(tmp_path: Path) -> None:
    kept(tmp_path, Failed(path="a.py", reason="timeout"))

    assert found(tmp_path) is None


@pytest.mark.parametrize(
    "job",
    [
        replace(JOB, content=b"x = 3\n"),
        replace(JOB, context=replace(JOB.context, path="b.py")),
        replace(JOB, context=replace(JOB.context, module="pkg.a")),
        replace(JOB, context=replace(JOB.context, package="pkg")),
        replace(JOB, context=replace(JOB.context, reexports=(("pkg.x", "a.x"),))),
    ],
)
def test_another_job_is_not_known(tmp_path: Path, job: Job) -> None:
    kept(tmp_path, CHANGED)

    assert found(tmp_path, job) is None


def test_another_script_another_argument_and_another_version_have_other_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path) as cache:
        other = replace(SCRIPT, source=SCRIPT.source + "\n")
        keys = {
            cache.key(SCRIPT, JOB, arguments=()),
            cache.key(other, JOB, arguments=()),
            cache.key(replace(SCRIPT, name="other"), JOB, arguments=()),
            cache.key(SCRIPT, JOB, arguments=(("a", "1"),)),
        }
        monkeypatch.setattr(module, "fingerprint", lambda: "another")
        keys.add(cache.key(SCRIPT, JOB, arguments=()))

    assert len(keys) == 5


def test_results_that_come_along_with_a_repository_count_for_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "somebody"))
    kept(tmp_path / "git", CHANGED)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "me"))

    assert take_stock(tmp_path / "git").outcomes == 1
    assert found(tmp_path / "git") is None


def test_a_result_that_was_put_under_another_key_counts_for_nothing(tmp_path: Path) -> None:
    kept(tmp_path, CHANGED)
    other = replace(JOB, content=b"x = 3\n")
    with opened(tmp_path) as cache:
        target = key(cache, other)
    with contextlib.closing(sqlite3.connect(tmp_path / "results.sqlite3")) as connection, connection:
        connection.execute("UPDATE results SET key = ?", (target,))

    assert take_stock(tmp_path).outcomes == 1
    assert found(tmp_path, other) is None


@pytest.mark.parametrize("damage", [b"", b"nonsense" * 1000, None], ids=["empty", "nonsense", "cut"])
def test_a_damaged_file_is_made_anew(tmp_path: Path, damage: bytes | None) -> None:
    kept(tmp_path, CHANGED)
    file = tmp_path / "results.sqlite3"
    file.write_bytes(file.read_bytes()[:-5000] if damage is None else damage)
    kept(tmp_path, CHANGED)

    assert found(tmp_path) is not None


def test_a_file_with_other_tables_is_made_anew(tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / "results.sqlite3")) as connection, connection:
        connection.execute("CREATE TABLE results (key)")
        connection.execute("CREATE TRIGGER t AFTER INSERT ON results BEGIN DELETE FROM results; END")
    kept(tmp_path, CHANGED)

    assert found(tmp_path) is not None


def test_a_link_in_its_place_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "git").mkdir()
    (tmp_path / "mine").write_bytes(b"precious")
    (tmp_path / "git" / "results.sqlite3").symlink_to(tmp_path / "mine")
    kept(tmp_path / "git", CHANGED)

    assert (tmp_path / "mine").read_bytes() == b"precious"
    assert found(tmp_path / "git") is None


def test_a_place_where_nothing_can_be_written_costs_no_run(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    kept(tmp_path / "file" / "below", CHANGED)

    assert found(tmp_path / "file" / "below") is None


def test_without_a_home_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.delenv("HOME")
    kept(tmp_path, CHANGED)

    assert not (tmp_path / "results.sqlite3").exists()


def test_two_runs_write_at_once(tmp_path: Path) -> None:
    jobs = [replace(JOB, content=b"x = %d\n" % number) for number in range(300)]
    with opened(tmp_path) as one, opened(tmp_path) as other:
        for number, job in enumerate(jobs):
            cache = (one, other)[number % 2]
            cache.keep(key(cache, job), Unchanged(path="a.py"))
    with opened(tmp_path) as cache:
        known = [cache.find(key(cache, job), job) for job in jobs]

    assert known == [Unchanged(path="a.py")] * 300


def test_a_run_that_ends_in_the_middle_keeps_what_it_wrote(tmp_path: Path) -> None:
    jobs = [replace(JOB, content=b"x = %d\n" % number) for number in range(100)]
    cache = Cache(tmp_path)
    for job in jobs:
        cache.keep(key(cache, job), Unchanged(path="a.py"))
    with opened(tmp_path) as another:  # the first one never closed
        known = [another.find(key(another, job), job) for job in jobs]

    assert known.count(Unchanged(path="a.py")) == 64
    cache.close()


def test_the_results_of_the_runs_used_longest_ago_go_first(tmp_path: Path) -> None:
    jobs = [replace(JOB, content=b"x = %d\n" % number) for number in range(4)]
    for run, job in enumerate(jobs):
        with opened(tmp_path) as cache:
            cache.keep(key(cache, job), Changed(path="a.py", after=random.Random(run).randbytes(20_000)))
            if run == 3:
                cache.find(key(cache, jobs[0]), jobs[0])
    with opened(tmp_path, largest=60_000):
        pass
    with opened(tmp_path) as cache:
        known = [cache.find(key(cache, job), job) is not None for job in jobs]

    assert known == [True, False, False, True]
    assert take_stock(tmp_path).size < 60_000


def test_it_is_dropped_whole(tmp_path: Path) -> None:
    kept(tmp_path, CHANGED)
    drop(tmp_path)

    assert not list(tmp_path.glob("results*"))
    assert take_stock(tmp_path / "elsewhere").outcomes == 0
