"""Whether a branch is its script's work: real branches, real runs, and what somebody could slip in among them."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from autotransform.publish import apply_to_branch
from autotransform.publish.branches.branch import commit_run
from autotransform.publish.branches.record import make_record
from autotransform.publish.formatting.formatted import format_run
from autotransform.publish.formatting.formatters import find_formatter
from autotransform.publish.proof.proving import Proof, Terms, prove
from autotransform.publish.splitting.dividing import Division, divide, part_of
from autotransform.repository import Repository
from autotransform.run import Limits
from autotransform.script import Provenance, compose, parse
from tests.publish.one_to_two import BODY, BRANCH, SCRIPT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import GitRepo
    from tests.publish.conftest import Scene


class Stage:
    """A repository, a script that really does what the scene's runs say, and the proof of its branch."""

    def __init__(self, scene: Scene) -> None:
        scene.script = parse(compose(BODY, provenance=Provenance(request="two", model="built-in")), name="one_to_two")
        self.scene = scene
        self.repo: GitRepo = scene.repo
        #: As we wrote it; what is forged is made from it.
        self.message = ""

    def hold_script(self) -> str:
        """Commit the script where the branch goes, as if it had been reviewed."""
        return self.repo.commit({SCRIPT: self.scene.script.source})

    def go(self) -> None:
        """Check out the branch, which the scene's run makes."""
        self.scene.apply()
        self.repo.git("switch", "--quiet", BRANCH)

    def prove(
        self, tip: str = BRANCH, *, target: str | None = "main", formatter: str = "", repo: Path | None = None
    ) -> Proof:
        """Prove a branch against where it goes."""
        repository = Repository.open(repo or self.repo.path)
        terms = Terms(target=repository.resolve(target) if target else None, formatter=formatter)
        return prove(repository, repository.resolve(tip), terms=terms, limits=lambda _: Limits(jobs=1))

    def forge(
        self, change: Callable[[dict[str, Any]], object] = lambda _: None, *, inputs: str = "", more: str = ""
    ) -> None:
        """Give the branch's newest commit the message that somebody likes; its tree stays."""
        self.repo.git("switch", "--quiet", BRANCH)
        self.message = self.message or self.repo.git("log", "-1", "--format=%B")
        head, key, found = self.message.rpartition("AutoTransform-Inputs: ")
        noted = json.loads(found)
        change(noted)
        text = f"{head}{key}{inputs or json.dumps(noted)}{more}"
        self.repo.git("commit", "--quiet", "--amend", "--file=-", stdin=text.encode())


@pytest.fixture
def stage(scene: Scene) -> Stage:
    return Stage(scene)


def _departures(proof: Proof) -> list[tuple[str, str]]:
    return [(each.kind, each.path) for each in proof.departures]


class TestProved:
    def test_a_branch_as_it_was_made_and_nothing_here_moves(self, stage: Stage) -> None:
        stage.scene.apply()
        before = stage.repo.state()

        proof = stage.prove()

        assert (proof.state, proof.departures, proof.commits) == ("proved", (), ())
        assert (proof.expected, proof.changed) == (stage.repo.git("rev-parse", f"{BRANCH}^{{tree}}"), 2)
        assert proof.base == stage.repo.head
        assert stage.repo.state() == before

    def test_a_script_that_comes_with_the_branch_is_to_be_reviewed(self, stage: Stage) -> None:
        stage.scene.apply()

        proof = stage.prove()

        assert proof.origin == "new"
        assert proof.unreviewed == (f"{SCRIPT} is a new script, which comes with the branch: review it.",)

    def test_a_script_that_is_there_already_is_not(self, stage: Stage) -> None:
        stage.hold_script()
        stage.scene.apply()

        proof = stage.prove()

        assert (proof.state, proof.origin, proof.unreviewed) == ("proved", "reviewed", ())

    def test_another_version_of_a_script_that_is_there(self, stage: Stage) -> None:
        stage.repo.commit({SCRIPT: stage.scene.script.source + "\n# before\n"})
        stage.scene.apply()

        proof = stage.prove()

        assert (proof.state, proof.origin) == ("proved", "changed")
        assert "another version" in proof.unreviewed[0]

    def test_where_it_goes_has_moved_on(self, stage: Stage) -> None:
        base = stage.repo.head
        stage.scene.apply()
        stage.repo.commit({"a.py": "x = 11\n", "new.py": "x = 1\n"})

        proof = stage.prove()

        assert (proof.state, proof.base) == ("proved", base)

    def test_only_some_paths(self, stage: Stage) -> None:
        stage.scene.apply("b")

        proof = stage.prove()

        assert (proof.state, proof.notes) == ("proved", ("The script ran only on: b",))

    def test_one_part_of_it(self, stage: Stage) -> None:
        selection = stage.scene.select()
        run = stage.scene.run(selection)
        division = Division(by="directory")
        part = next(each for each in divide(run, selection, division=division) if each.paths == ("b/c.py",))
        commit = apply_to_branch(part_of(run, part), selection, config=stage.scene.config, part=part, division=division)

        assert commit is not None
        proof = stage.prove(commit.branch)
        assert (proof.state, proof.changed) == ("proved", 1)
        assert proof.notes == (f"It is one part, {part.name}, of a change that was divided by directory.",)
        stage.repo.git("switch", "--quiet", commit.branch)
        stage.repo.commit({"a.py": "x = 2\n"})
        assert _departures(stage.prove(commit.branch)) == [("extra", "a.py")]

    def test_without_what_the_tests_of_the_project_refused(self, stage: Stage) -> None:
        selection = stage.scene.select()
        run = stage.scene.run(selection, a=None)
        record = make_record(run.script, selection, script_path=SCRIPT, dropped=("a.py",))
        commit_run(stage.scene.repository, run, branch=BRANCH, record=record)

        proof = stage.prove()

        assert proof.state == "proved"
        assert proof.notes == ("Left out, because the project's own tests refuse it: a.py",)

    def test_commits_that_leave_nothing_behind(self, stage: Stage) -> None:
        stage.go()
        stage.repo.commit({"d.py": "x = 4\n"}, message="Try four")
        stage.repo.commit({"d.py": "x = 3\n"}, message="Back to three")

        proof = stage.prove()

        assert proof.state == "proved"
        assert [(each.subject, each.paths) for each in proof.commits] == [
            ("Try four", ("d.py",)),
            ("Back to three", ("d.py",)),
        ]


class TestDifferent:
    def test_one_byte_in_a_file_that_the_script_leaves_alone(self, stage: Stage) -> None:
        stage.go()
        stage.repo.commit({"d.py": "x = 4\n"}, message="Tweak")

        proof = stage.prove()

        assert (proof.state, _departures(proof)) == ("different", [("extra", "d.py")])
        assert [(each.author, each.subject, each.paths, each.says_ours) for each in proof.commits] == [
            ("Ada Lovelace <ada@example.org>", "Tweak", ("d.py",), False)
        ]

    def test_one_byte_in_a_file_that_the_script_changed(self, stage: Stage) -> None:
        stage.go()
        stage.repo.commit({"a.py": "x = 3\n"})

        proof = stage.prove()

        assert _departures(proof) == [("different", "a.py")]
        (hunk,) = proof.departures[0].hunks
        assert [(line.kind, line.content) for line in hunk.lines] == [("removed", b"x = 2\n"), ("added", b"x = 3\n")]

    def test_one_byte_within_the_commit_that_says_that_it_is_ours(self, stage: Stage) -> None:
        stage.go()
        stage.repo.write("README", "2\n")
        stage.repo.git("commit", "--quiet", "--all", "--amend", "--no-edit")

        proof = stage.prove()

        assert _departures(proof) == [("extra", "README")]
        assert proof.departures[0].what == "other content; the script did not run on it"
        assert [(each.says_ours, each.paths) for each in proof.commits] == [(True, ("README",))]

    def test_what_was_added_deleted_undone_linked_and_made_executable(self, stage: Stage) -> None:
        stage.repo.commit({"e.py": "x = 1\n", "f.py": "x = 1\n"})
        stage.go()
        stage.repo.write("a.py", "x = 1\n")
        (stage.repo.path / "d.py").unlink()
        (stage.repo.path / "README").unlink()
        (stage.repo.path / "README").symlink_to("a.py")
        (stage.repo.path / "b/c.py").chmod(0o755)
        stage.repo.write("e.py", "x = 22\n", mode=0o755)
        stage.repo.commit({"new.py": "x = 2\n"})

        proof = stage.prove()

        assert [(each.kind, each.path, each.what) for each in proof.departures] == [
            ("extra", "README", "became a link; the script did not run on it"),
            ("missing", "a.py", "other content"),
            ("different", "b/c.py", "mode 100755 instead of 100644"),
            ("extra", "d.py", "deleted"),
            ("different", "e.py", "mode 100755 instead of 100644 and other content"),
            ("extra", "new.py", "added; the script did not run on it"),
        ]

    def test_a_script_that_was_edited_afterwards(self, stage: Stage) -> None:
        stage.go()
        stage.repo.commit({SCRIPT: stage.scene.script.source + "# more\n"})

        assert _departures(stage.prove()) == [("different", SCRIPT)]

    def test_a_script_with_another_digest_is_not_run(self, stage: Stage) -> None:
        stage.go()
        stage.repo.write(SCRIPT, stage.scene.script.source + "# more\n")
        stage.repo.git("commit", "--quiet", "--all", "--amend", "--no-edit")

        proof = stage.prove()

        assert (proof.state, proof.expected, _departures(proof)) == ("different", "", [("different", SCRIPT)])
        assert "edited or removed the script" in proof.causes[0]

    def test_hand_made_commits_below_ours_that_the_record_calls_its_base(self, stage: Stage) -> None:
        main = stage.repo.head
        stage.repo.git("switch", "--quiet", "-c", "side")
        stage.repo.commit({"d.py": "x = 'evil'\n"}, message="Harmless")
        stage.scene.apply()

        proof = stage.prove()

        assert (proof.state, proof.base, _departures(proof)) == ("different", main, [("extra", "d.py")])
        assert [each.subject for each in proof.commits] == ["Harmless"]
        assert stage.prove(target="side").state == "proved"

    def test_an_edit_within_a_merge(self, stage: Stage) -> None:
        stage.go()
        stage.repo.git("switch", "--quiet", "main")
        stage.repo.commit({"new.py": "y = 1\n"})
        stage.repo.git("switch", "--quiet", BRANCH)
        stage.repo.git("merge", "--quiet", "--no-commit", "main")
        stage.repo.write("d.py", "x = 'evil'\n")
        stage.repo.commit(message="Merge main")

        proof = stage.prove()

        assert (proof.state, _departures(proof)) == ("different", [("extra", "d.py")])
        assert [(each.subject, each.paths) for each in proof.commits] == [("Merge main", ("d.py",))]

    def test_versions_that_made_it_are_named_as_a_cause(self, stage: Stage) -> None:
        stage.hold_script()
        stage.scene.apply()
        stage.forge(lambda inputs: inputs.update(libcst="0.1"))
        stage.repo.commit({"d.py": "x = 4\n"})

        (cause,) = stage.prove().causes

        assert cause.startswith("libcst was 0.1 then, and is ")


class TestHistories:
    def test_where_it_goes_was_merged_into_it(self, stage: Stage) -> None:
        stage.go()
        stage.repo.git("switch", "--quiet", "main")
        base = stage.repo.commit({"README": "2\n", "new.py": "y = 1\n"})
        stage.repo.git("switch", "--quiet", BRANCH)
        stage.repo.git("merge", "--quiet", "--no-edit", "main")

        proof = stage.prove()

        assert (proof.state, proof.base, proof.commits) == ("proved", base, ())

    def test_work_that_is_new_since_is_told_and_no_difference(self, stage: Stage) -> None:
        base = stage.repo.head
        stage.go()
        stage.repo.git("switch", "--quiet", "main")
        stage.repo.commit({"new.py": "x = 1\n"})
        stage.repo.git("switch", "--quiet", BRANCH)
        stage.repo.git("merge", "--quiet", "--no-edit", "main")

        proof = stage.prove()

        assert (proof.state, proof.base) == ("proved", base)
        assert "1 file that it would change by now, and did not then: new.py." in proof.notes[1]

    def test_a_file_that_the_script_changed_and_a_merge_took_back(self, stage: Stage) -> None:
        stage.go()
        stage.repo.git("switch", "--quiet", "main")
        stage.repo.commit({"new.py": "x = 1\n"})
        stage.repo.git("switch", "--quiet", BRANCH)
        stage.repo.git("merge", "--quiet", "--no-commit", "main")
        stage.repo.commit({"a.py": "x = 1\n"})

        assert _departures(stage.prove()) == [("missing", "a.py")]

    @pytest.mark.parametrize(
        "edited", ["", *(pytest.param(path, marks=pytest.mark.long) for path in ("d.py", "b/c.py"))]
    )
    def test_a_part_whose_others_were_merged_before_it(self, stage: Stage, edited: str) -> None:
        selection = stage.scene.select()
        run = stage.scene.run(selection)
        division = Division(by="directory")
        for part in divide(run, selection, division=division):
            config = stage.scene.config
            apply_to_branch(part_of(run, part), selection, config=config, part=part, division=division)
        stage.repo.git("merge", "--quiet", "--no-edit", f"{BRANCH}--top-level")
        stage.repo.commit({edited: "x = 1\nfixed = True\n"} if edited else {})
        stage.repo.git("switch", "--quiet", f"{BRANCH}--b")
        # Where both sides have changed a file, ours wins: what was mended meanwhile is lost.
        stage.repo.git("merge", "--quiet", "--no-edit", "--strategy=ours" if edited else "--strategy=ort", "main")
        if edited == "d.py":
            stage.repo.git("checkout", "--quiet", "main", "--", "a.py")
        elif edited:
            stage.repo.git("checkout", "--quiet", "main", "--", "a.py", "d.py")
        stage.repo.commit()

        proof = stage.prove(f"{BRANCH}--b")

        assert (proof.state, _departures(proof)) == (("different", [("extra", edited)]) if edited else ("proved", []))
        assert "has moved on to" in proof.notes[0]

    def test_a_merge_that_takes_back_what_was_mended_meanwhile(self, stage: Stage) -> None:
        stage.go()
        stage.repo.git("switch", "--quiet", "main")
        stage.repo.commit({"a.py": "x = 1\nfixed = True\n"})
        stage.repo.git("switch", "--quiet", BRANCH)
        stage.repo.git("merge", "--quiet", "--no-edit", "--strategy=ours", "main")

        assert _departures(stage.prove()) == [("different", "a.py")]

    def test_a_branch_that_was_rebased(self, stage: Stage) -> None:
        stage.go()
        stage.repo.git("switch", "--quiet", "main")
        stage.repo.git("commit", "--quiet", "--amend", "--message", "Another root of all")
        stage.repo.git("rebase", "--quiet", "--onto", "main", f"{BRANCH}~2", BRANCH)

        proof = stage.prove()

        assert (proof.state, proof.base) == ("proved", stage.repo.git("rev-parse", "main"))
        assert "put on another commit since" in proof.notes[0]

    @pytest.mark.parametrize(
        "message", ["{}", "Title (#1)\n\n* Add\n\n{}\n\n* Change\n\n{}\n\n---\n\nCo-authored-by: a"]
    )
    def test_a_squash_that_keeps_the_trailers(self, stage: Stage, message: str) -> None:
        stage.scene.apply()
        stage.repo.commit({"README": "2\n"})
        stage.repo.git("merge", "--quiet", "--squash", BRANCH)
        text = message.format(*2 * [stage.repo.git("log", "-1", "--format=%B", BRANCH)])
        stage.repo.git("commit", "--quiet", "--file=-", stdin=text.encode())

        proof = stage.prove("main")

        assert (proof.state, proof.origin) == ("proved", "new")
        assert proof.base == stage.repo.git("rev-parse", "main~1")

    def test_a_squash_with_an_edit(self, stage: Stage) -> None:
        stage.scene.apply()
        stage.repo.git("merge", "--quiet", "--squash", BRANCH)
        stage.repo.write("d.py", "x = 4\n")
        stage.repo.git("commit", "--quiet", "--all", "--file=-", stdin=stage.repo.git("log", "-1", BRANCH).encode())
        text = stage.repo.git("log", "-1", "--format=%B", BRANCH)
        stage.repo.git("commit", "--quiet", "--amend", "--file=-", stdin=text.encode())

        assert _departures(stage.prove("main")) == [("extra", "d.py")]

    def test_the_merge_that_brought_it(self, stage: Stage) -> None:
        stage.scene.apply()
        stage.repo.git("merge", "--quiet", "--no-ff", "--no-edit", BRANCH)
        tip = stage.repo.head
        stage.repo.commit({"a.py": "x = 5\n"})

        assert stage.prove(tip).state == "proved"

    def test_a_shallow_clone_says_what_to_fetch(self, stage: Stage, tmp_path: Path) -> None:
        stage.scene.apply()
        url = f"file://{stage.repo.path}"
        stage.repo.git("clone", "--quiet", "--depth=1", "--no-single-branch", url, str(tmp_path / "shallow"))

        proof = stage.prove(f"origin/{BRANCH}", target="origin/main", repo=tmp_path / "shallow")

        assert proof.state == "unprovable"
        assert "`fetch-depth: 0`" in proof.hint

    def test_nothing_says_where_it_goes(self, stage: Stage) -> None:
        stage.hold_script()
        stage.scene.apply()

        proof = stage.prove(target=None)

        assert proof.state == "proved"
        assert "say it with --base REF" in proof.unreviewed[0]


@pytest.mark.skipif(shutil.which("ruff") is None, reason="ruff is not on PATH")
class TestFormatter:
    @pytest.fixture
    def formatted(self, stage: Stage) -> Stage:
        """Give a script whose work is not formatted, on files that are."""
        body = BODY.replace('("1", "2")', '("1", "2").lower()')
        stage.scene.script = parse(compose(body, provenance=Provenance(request="two")), name="one_to_two")
        stage.repo.commit({"h.py": "x = 0x1A\n"})
        return stage

    def _apply(self, stage: Stage) -> None:
        selection = stage.scene.select()
        run = stage.scene.run(selection, h=b"x = 0x2a\n")
        done = format_run(run, selection, formatter=find_formatter("ruff", folder=stage.repo.path))
        apply_to_branch(done.run, selection, config=stage.scene.config, formatting=done)
        assert stage.repo.show(BRANCH, "h.py") == b"x = 0x2A\n"

    def test_one_that_nobody_else_names_does_not_run(self, formatted: Stage) -> None:
        self._apply(formatted)

        proof = formatted.prove()

        assert proof.state == "unprovable"
        assert "--formatter ruff" in proof.hint
        assert formatted.prove(formatter="ruff").state == "proved"
        assert formatted.prove(formatter="black").state == "unprovable"

    def test_one_that_the_configuration_names(self, formatted: Stage) -> None:
        formatted.repo.commit({"pyproject.toml": "[tool.autotransform]\nformatter = 'ruff'\n"})
        self._apply(formatted)

        assert formatted.prove().state == "proved"


def _set(key: str, value: object) -> Callable[[dict[str, Any]], object]:
    return lambda inputs: inputs.update({key: value})


#: What nobody but a forger writes into a record.
UNFIT: tuple[tuple[str, Any], ...] = (
    ("from the future", 1),
    ("refused", ["0123456789ab"]),
    ("paths", "a.py"),
    ("paths", ["../../etc"]),
    ("paths", ["/etc"]),
    ("paths", ["gone.py"]),
    ("paths", ["a.py"] * 2_001),
    ("paths", ["a" * 5_000]),
    ("paths", ["a\0b"]),
    ("paths", ["\ud800"]),
    ("paths", [f"{number:04}" * 1_000 for number in range(100)]),
    ("arguments", [["a", "\ud800"]]),
    ("exclude", ["*" + "a*" * 50]),
    ("exclude", ["**"]),
    ("arguments", [["--help"]]),
    ("arguments", {"a": "b"}),
    ("arguments", [["unknown", "1"]]),
    ("entry", "Missing"),
    ("entry", ["OneToTwo"]),
    ("strict", "yes"),
    ("gate", 0),
    ("formatter", "ruff"),
    ("formatter", {"command": "touch pwned", "version": ""}),
    ("formatter", {"name": "touch", "version": ""}),
    ("formatter", {"name": "ruff", "version": "1"}),
    ("dropped", {"a.py": 1}),
    ("part", {"by": "directory", "name": "nowhere", "minimum": 1, "maximum": 0}),
    ("part", {"by": "magic", "name": "a", "minimum": 1, "maximum": 0}),
    ("part", {"by": "count", "name": "a", "minimum": 5, "maximum": 1}),
)


class TestHostile:
    @pytest.fixture
    def made(self, stage: Stage) -> Stage:
        """Give a branch of one commit, whose message can be forged, of a script that was reviewed."""
        stage.hold_script()
        stage.scene.apply()
        return stage

    def test_inputs_that_cannot_be_carried_out(self, made: Stage) -> None:
        for key, value in UNFIT:
            made.forge(_set(key, value))

            proof = made.prove()

            assert (key, value, proof.state) == (key, value, "unprovable")
            assert len(proof.reason) + len(proof.hint) + sum(map(len, proof.details)) < 3_000
        assert not (made.repo.path / "pwned").exists()

    def test_a_class_that_there_is_not_is_no_fault_of_the_script(self, made: Stage) -> None:
        made.forge(_set("entry", "Missing"))

        proof = made.prove()

        assert any("holds no class Missing" in line for line in proof.details)
        assert proof.hint.endswith("Make the branch again: autotransform apply")

    def test_inputs_that_cannot_be_read_are_no_record(self, made: Stage) -> None:
        for inputs in ("{", "[]", "[" * 100_000, '{"paths": ' + "9" * 5_000 + "}"):
            made.forge(inputs=inputs)

            assert "No commit here says" in made.prove().reason

    def test_two_records_in_one_message(self, made: Stage) -> None:
        record = made.repo.git("log", "-1", "--format=%B", BRANCH).partition("AutoTransform-Script")
        made.forge(more=f"\n\n{record[1]}{record[2].replace('sha256:', 'sha256:0')}")

        proof = made.prove()

        assert proof.reason == "The commits here say 2 different things about how they were made."

    def test_a_second_commit_with_our_trailers_made_by_hand(self, made: Stage) -> None:
        made.repo.git("switch", "--quiet", BRANCH)
        message = made.repo.git("log", "-1", "--format=%B")
        made.repo.write("d.py", "x = 'evil'\n")
        made.repo.git("commit", "--quiet", "--all", "--file=-", stdin=message.encode())

        proof = made.prove()

        assert _departures(proof) == [("extra", "d.py")]
        assert [(each.says_ours, each.paths) for each in proof.commits] == [(True, ("d.py",))]

    def test_what_narrows_or_steers_the_script_is_shown_for_review(self, made: Stage) -> None:
        made.forge(lambda inputs: inputs.update(exclude=["d.py"], source_roots=["lib"]))

        proof = made.prove()

        assert proof.state == "proved"
        assert proof.unreviewed == (
            "exclude is not what the configuration says: d.py",
            "source-roots is not what the configuration says: lib",
        )

    def test_a_script_that_ran_beyond_its_mentions_is_shown_for_review(self, made: Stage) -> None:
        made.forge(lambda inputs: inputs.update(gate=False))

        proof = made.prove()

        assert (proof.state, proof.notes) == ("proved", ())
        assert proof.unreviewed == ("The script ran on every file, whatever its MENTIONS say.",)

    @pytest.mark.parametrize("path", ["conftest.py", "src/app.py", "transforms/../x.py", "transforms/a/x.py", "/x.py"])
    def test_a_script_where_it_is_more_than_a_script(self, stage: Stage, path: str) -> None:
        stage.hold_script()
        stage.scene.apply()
        record = stage.repo.git("log", "-1", "--format=%B", BRANCH)
        stage.repo.git("switch", "--quiet", BRANCH)
        if ".." not in path and not path.startswith("/"):
            stage.repo.write(path, stage.scene.script.source)
        stage.repo.git("add", "--all")
        stage.repo.git(
            "commit", "--quiet", "--amend", "--file=-", stdin=record.replace(f": {SCRIPT}", f": {path}").encode()
        )

        proof = stage.prove()

        assert proof.state == "unprovable"
        assert "outside of transforms/" in proof.reason

    def test_a_script_that_is_a_link(self, stage: Stage) -> None:
        stage.go()
        (stage.repo.path / SCRIPT).unlink()
        (stage.repo.path / SCRIPT).symlink_to("../d.py")
        stage.repo.git("add", "--all")
        stage.repo.git("commit", "--quiet", "--amend", "--no-edit")

        assert _departures(stage.prove()) == [("missing", SCRIPT)]

    def test_a_script_that_a_model_wrote_and_that_reaches_out_does_not_run(self, stage: Stage) -> None:
        body = BODY.replace("import libcst as cst\n", "import subprocess\n\nimport libcst as cst\n")
        stage.scene.script = parse(compose(body, provenance=Provenance(request="x", model="gpt")), name="one_to_two")
        stage.scene.apply()

        proof = stage.prove()

        assert proof.state == "unprovable"
        assert any("subprocess" in line for line in proof.details)

    def test_where_the_scripts_stand_is_not_for_the_branch_to_say(self, stage: Stage) -> None:
        stage.repo.git("switch", "--quiet", "-c", "side")
        stage.repo.commit({"pyproject.toml": "[tool.autotransform]\ntransforms = 'src'\n"})
        stage.scene.config = replace(stage.scene.config, transforms="src")
        stage.scene.apply()

        assert "outside of transforms/" in stage.prove().reason

    def test_a_tree_that_says_two_things_of_a_path(self, made: Stage) -> None:
        lines = made.repo.git_bytes("ls-tree", "-z", BRANCH).split(b"\0")[:-1]
        lines.append(made.repo.git_bytes("ls-tree", "-z", "main", "d.py").rstrip(b"\0"))
        raw = b""
        for mode, _, oid, name in (line.replace(b"\t", b" ").split(b" ", 3) for line in lines):
            raw += mode.lstrip(b"0") + b" " + name + b"\0" + bytes.fromhex(oid.decode())
        tree = made.repo.git("hash-object", "-t", "tree", "-w", "--stdin", "--literally", stdin=raw)
        message = made.repo.git("log", "-1", "--format=%B", BRANCH)
        tip = made.repo.git("commit-tree", tree, "-p", "main", "-F", "-", stdin=message.encode())

        assert "holds a path twice" in made.prove(tip).reason

    def test_a_history_without_end(self, made: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("autotransform.publish.proof.lineage.MOST_COMMITS", 2)
        made.repo.git("switch", "--quiet", BRANCH)
        for _ in range(2):
            made.repo.commit()

        assert "more than 2 commits of its own" in made.prove().reason

    def test_no_history_in_common(self, made: Stage) -> None:
        made.repo.git("switch", "--quiet", "--orphan", "other")
        made.repo.commit({"z": ""})

        assert "no history in common" in made.prove("other").reason

    def test_a_branch_of_people(self, made: Stage) -> None:
        made.repo.git("switch", "--quiet", "-c", "side", "main")
        made.repo.commit({"z": ""})

        assert "No commit here says" in made.prove("side").reason
