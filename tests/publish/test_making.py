"""The whole way from a run to branches: formatted, tested by the project, divided, committed, and done one day."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING, Any

import pytest

from autotransform.errors import NeedsAttention, RepositoryError, UsageError
from autotransform.publish import read_record
from autotransform.publish.branches.finishing import find_finished, finish_branch
from autotransform.publish.formatting.formatters import find_formatter
from autotransform.publish.making import Wishes, make_branches, make_change
from autotransform.publish.splitting.dividing import Division, read_division

if TYPE_CHECKING:
    from autotransform.publish.making import Change, Made
    from tests.publish.conftest import Scene

BRANCH = "autotransform/one_to_two"


def _change(scene: Scene, *paths: str, to: dict[str, bytes | None] | None = None, **wishes: Any) -> Change:
    selection = scene.select(*paths)
    run = scene.run(selection, **(to or {}))
    return make_change(run, selection, wishes=Wishes(config=scene.config, arguments=scene.arguments, **wishes))


def _make(scene: Scene, *paths: str, to: dict[str, bytes | None] | None = None, **wishes: Any) -> tuple[Made, ...]:
    return make_branches(scene.repository, _change(scene, *paths, to=to, **wishes))


def _fails_where(condition: str) -> str:
    return shlex.join([sys.executable, "-c", f"import pathlib, sys; sys.exit({condition})"])


def _inputs(scene: Scene, branch: str = BRANCH) -> dict[str, Any]:
    record = read_record(scene.repository.commits(None, branch, limit=1)[0])
    assert record is not None
    return dict(record.inputs)


class TestDivided:
    def test_each_part_is_a_branch_that_holds_its_files_and_the_script(self, scene: Scene) -> None:
        made = _make(scene, division=Division(by="directory"))

        assert [each.commit.branch for each in made] == [f"{BRANCH}--b", f"{BRANCH}--top-level"]
        assert [each.commit.paths for each in made] == [("b/c.py",), ("a.py",)]
        assert scene.repo.git("diff", "--name-only", "main", f"{BRANCH}--b").split() == [
            "b/c.py",
            "transforms/one_to_two.py",
        ]
        noted = _inputs(scene, f"{BRANCH}--b")["part"]
        assert noted == {"by": "directory", "name": "b", "minimum": 1, "maximum": 0}
        assert read_division(noted) == (Division(by="directory"), "b")
        assert "this is one part: b" in scene.repo.git("log", "-1", "--format=%B", f"{BRANCH}--b")
        assert scene.repository.branch_tip(BRANCH) is None

    def test_what_is_but_one_part_is_no_part(self, scene: Scene) -> None:
        (made,) = _make(scene, division=Division(by="directory", minimum=9))

        assert made.commit.branch == BRANCH
        assert _inputs(scene)["part"] is None

    def test_a_part_that_is_divided_otherwise_now(self, scene: Scene) -> None:
        scene.repo.commit({"b/__init__.py": ""})
        _make(scene, division=Division(by="directory"))

        with pytest.raises(RepositoryError, match="made for something else") as caught:
            _make(scene, division=Division(by="package"))

        assert caught.value.details == ("division then: directory; now: package",)

    @pytest.mark.parametrize(
        "noted",
        [
            {},
            "b",
            {"by": "owner", "name": "b", "minimum": 1, "maximum": 0},
            {"by": "count", "name": "b", "minimum": True},
        ],
    )
    def test_what_a_commit_says_of_its_part_is_not_believed(self, noted: object) -> None:
        with pytest.raises(UsageError, match="cannot be read"):
            read_division(noted)

    def test_by_shapes_owners_and_packages_of_the_base(self, scene: Scene) -> None:
        scene.repo.commit({"CODEOWNERS": "*.py @ada\n/b/ @ada @bob\n", "b/__init__.py": ""})

        by = {by: [part.branch.partition("--")[2] for part in _change(scene, division=Division(by=by)).parts]
              for by in ("codeowners", "package")}  # fmt: skip

        assert by == {"codeowners": ["ada", "ada-bob-" + by["codeowners"][1][-8:]], "package": ["b", "top-level"]}
        assert len(_change(scene, to={"a": b"x = f(1)\n"}, division=Division(by="shape")).parts) == 2


class TestTested:
    def test_what_the_tests_do_not_bear_stays_and_is_noted(self, scene: Scene) -> None:
        command = _fails_where("'2' in pathlib.Path('a.py').read_text()")

        change = _change(scene, verify=command)
        (made,) = make_branches(scene.repository, change)

        assert made.commit.paths == ("b/c.py",)
        assert _inputs(scene)["dropped"] == ["a.py"]
        assert "Left out: a.py" in scene.repo.git("log", "-1", "--format=%B", BRANCH)
        assert (change.is_whole, change.is_refused) == (False, False)
        assert [offence.path for offence in change.verification.dropped] == ["a.py"] if change.verification else False

    def test_where_they_bear_nothing_there_is_no_branch(self, scene: Scene) -> None:
        change = _change(scene, verify=_fails_where("any('2' in p.read_text() for p in pathlib.Path().rglob('?.py'))"))

        assert change.parts == ()
        assert change.is_refused
        assert make_branches(scene.repository, change) == ()

    def test_where_they_fail_already_that_is_told(self, scene: Scene) -> None:
        with pytest.raises(NeedsAttention, match="before any change"):
            _change(scene, verify=_fails_where("1"))


class TestFormatted:
    def test_what_formatted_it_is_noted(self, scene: Scene) -> None:
        formatter = find_formatter("ruff", folder=scene.start)

        _make(scene, to={"a": b"x = [2,3]\n"}, formatter=formatter)

        assert scene.repo.show(BRANCH, "a.py") == b"x = [2, 3]\n"
        assert _inputs(scene)["formatter"] == {"name": "ruff", "version": formatter.version}
        assert "--formatter ruff" in scene.repo.git("log", "-1", "--format=%B", BRANCH)

    def test_a_branch_that_was_formatted_is_not_replaced_by_one_that_is_not(self, scene: Scene) -> None:
        _make(scene, formatter=find_formatter("ruff", folder=scene.start))

        with pytest.raises(RepositoryError) as caught:
            _make(scene)

        assert caught.value.details == ("formatter then: ruff; now: none",)

    def test_another_version_of_the_formatter_is_the_same_purpose(self, scene: Scene) -> None:
        (made,) = _make(scene, formatter=find_formatter("ruff", folder=scene.start))
        inputs = {**made.record.inputs, "formatter": {"name": "ruff", "version": "0.0.1"}}

        assert made.record.differences(type(made.record)(**{**_fields(made.record), "inputs": inputs})) == ()


def _fields(record: Any) -> dict[str, Any]:
    return {name: getattr(record, name) for name in ("script_path", "digest", "base", "inputs")}


class TestDone:
    """Nothing is left to change: the loop closes."""

    def test_a_branch_that_nothing_is_left_for(self, scene: Scene) -> None:
        _make(scene)
        change = _change(scene, to={"a": None, "c": None})

        (done,) = find_finished(scene.repository, record=change.record, current=())

        assert (done.branch, done.can_go) == (BRANCH, True)
        assert finish_branch(scene.repository, done) == "deleted"
        assert scene.repository.branch_tip(BRANCH) is None

    def test_one_that_was_merged(self, scene: Scene) -> None:
        _make(scene)
        scene.repo.git("merge", "--quiet", "--no-ff", "--no-edit", BRANCH)
        change = _change(scene)

        assert not change.parts
        (done,) = find_finished(scene.repository, record=change.record, current=())
        assert (done.branch, done.can_go) == (BRANCH, True)

    def test_what_people_put_there_stays(self, scene: Scene) -> None:
        _make(scene)
        scene.repo.git("switch", "--quiet", BRANCH)
        mine = scene.repo.commit({"mine.py": ""})
        scene.repo.git("switch", "--quiet", "main")
        change = _change(scene, to={"a": None, "c": None})

        (done,) = find_finished(scene.repository, record=change.record, current=())

        assert (done.foreign, finish_branch(scene.repository, done)) == (1, "kept")
        assert scene.repo.git("rev-parse", BRANCH) == mine

    def test_what_is_checked_out_stays(self, scene: Scene) -> None:
        _make(scene)
        scene.repo.git("switch", "--quiet", BRANCH)
        selection = scene.select(base="main")
        run = scene.run(selection, a=None, c=None)
        change = make_change(run, selection, wishes=Wishes(config=scene.config))

        (done,) = find_finished(scene.repository, record=change.record, current=())

        assert (done.place, finish_branch(scene.repository, done)) == (str(scene.repo.path), "kept")

    def test_one_that_moves_meanwhile_stays(self, scene: Scene) -> None:
        _make(scene)
        change = _change(scene, to={"a": None, "c": None})
        (done,) = find_finished(scene.repository, record=change.record, current=())
        scene.repo.git("update-ref", f"refs/heads/{BRANCH}", "main")

        with pytest.raises(RepositoryError, match="could not be deleted"):
            finish_branch(scene.repository, done)

    def test_parts_that_are_no_more_and_no_others(self, scene: Scene) -> None:
        _make(scene, division=Division(by="directory"))
        scene.repo.git("branch", "autotransform/one_to_two--by-hand", "main")
        scene.repo.git("branch", "autotransform/another", f"{BRANCH}--b")
        change = _change(scene, to={"c": None}, division=Division(by="directory"))
        current = {part.branch for part in change.parts}

        assert current == {BRANCH}
        found = find_finished(scene.repository, record=change.record, current=current)
        assert [done.branch for done in found] == [f"{BRANCH}--b", f"{BRANCH}--top-level"]

    def test_a_branch_for_other_paths_is_not_done(self, scene: Scene) -> None:
        _make(scene)
        change = _change(scene, "d.py")

        assert find_finished(scene.repository, record=change.record, current=()) == ()
