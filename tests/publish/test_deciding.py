"""What a person refused stays out: of the files, of the branch, of its proof, and nothing breaks for it."""

from __future__ import annotations

import ast
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from autotransform.config import Config
from autotransform.engine.values import Changed, Skipped, Unchanged
from autotransform.errors import RepositoryError
from autotransform.publish.branches.record import read_record
from autotransform.publish.decisions.answers import Answers, carry_over, drop_answers, load_answers, save_answers
from autotransform.publish.decisions.deciding import Decided, decide
from autotransform.publish.decisions.negative import find_negative_case
from autotransform.publish.making import Wishes, make_branches, make_change
from autotransform.publish.proof.claims import UnprovableError, read_claim
from autotransform.publish.proof.proving import Proof, Terms, prove
from autotransform.repository import Repository
from autotransform.review import FileChange
from autotransform.review.decisions import Decisions, change_keys
from autotransform.review.shapes.finding import find_changes
from autotransform.run import Limits, run, run_cases, select
from autotransform.script import parse

if TYPE_CHECKING:
    from autotransform.engine.values import Outcome, Run
    from autotransform.run import Selection
    from tests.conftest import GitRepo

NAME, BRANCH = "pytz_utc", "autotransform/pytz_utc"
SOURCE = Path(__file__).parents[2] / "transforms" / f"{NAME}.py"
LIMITS = Limits(jobs=1)

TWO = b"import datetime\n\nimport pytz\n\n\ndef f():\n    return g(pytz.UTC)\n\n\ndef h():\n    return pytz.utc\n"
ONE = b"import pytz\r\n\r\n\r\ndef f():\r\n    return pytz.utc\r\n"
KEPT = (
    b"from datetime import datetime\n"
    b"from pytz import UTC, timezone as tz\n\nx = datetime.now(UTC)\ny = tz('x')\nz = [\n    UTC]"
)
BLANK = b"import pytz\n\nimport datetime\n\nx = pytz.UTC\n\ny = datetime.timezone, pytz.utc\n"
FILES = {"blank.py": BLANK, "kept.py": KEPT, "one.py": ONE, "two.py": TWO}


class Stage:
    """A repository, and what a real script made of it."""

    def __init__(self, repo: GitRepo) -> None:
        self.repo = repo
        repo.commit({**FILES})
        self.repository = Repository.open(repo.path)
        self.selection: Selection = select(
            start=repo.path, repository=self.repository, paths=(), base=None, config=Config()
        )
        self.run: Run = run(parse(SOURCE.read_bytes(), name=NAME), self.selection, limits=LIMITS)
        self.changes = {
            each.path: FileChange(path=each.path, before=FILES[each.path], after=each.after)
            for each in self.run.changed
        }

    def key(self, path: str, before: str) -> str:
        """Name the change of a file that takes something away."""
        found = list(find_changes([self.changes[path]]))
        (key,) = [key for each, key in zip(found, change_keys(found), strict=True) if each.normal.before == before]
        return key

    def decide(self, *keys: str, files: tuple[str, ...] = ()) -> Decided:
        """Refuse some changes."""
        decisions = Decisions(changes=frozenset(keys), files=frozenset(files))
        return decide(self.run, self.selection, decisions=decisions, limits=LIMITS)

    def make(self, decisions: Decisions) -> None:
        """Make the branch."""
        wishes = Wishes(config=Config(), decisions=decisions, limits=LIMITS)
        make_branches(self.repository, make_change(self.run, self.selection, wishes=wishes))

    def prove(self) -> Proof:
        """Prove the branch."""
        terms = Terms(target=self.repository.resolve("main"))
        return prove(self.repository, self.repository.resolve(BRANCH), terms=terms, limits=lambda _: LIMITS)


@pytest.fixture
def stage(git_repo: GitRepo) -> Stage:
    return Stage(git_repo)


def _of(decided: Decided, path: str) -> Outcome:
    (found,) = [each for each in decided.run.outcomes if each.path == path]
    return found


def _text(decided: Decided, path: str) -> str:
    found = _of(decided, path)
    assert isinstance(found, Changed)
    return found.after.decode()


def test_imports_go_with_what_needs_them(stage: Stage) -> None:
    """One run and many decisions: a run is what takes time."""
    whole = {each.path: each for each in stage.run.changed}

    # One of two uses stays: both imports are needed.
    decided = stage.decide(stage.key("two.py", "pytz.A1"))
    expected = "import datetime\nfrom datetime import timezone\n\nimport pytz\n\n\n"
    assert sorted(expected.split()) == sorted(_text(decided, "two.py").partition("def")[0].split())
    assert "return g(timezone.utc)" in _text(decided, "two.py")
    assert "return pytz.utc" in _text(decided, "two.py")
    assert (decided.count, decided.mended, decided.left_out) == (1, ("two.py",), ())
    assert "In 1 file an import stays, or goes, with what was refused: two.py" in decided.notes
    assert [_of(decided, path) for path in ("kept.py", "one.py")] == [whole["kept.py"], whole["one.py"]]

    # The only use stays: nothing of the file is left.
    decided = stage.decide(stage.key("one.py", "pytz.A1"))
    only = _of(decided, "one.py")
    assert isinstance(only, Unchanged)
    assert [(site.line, site.status, site.reason) for site in only.sites] == [(5, "skipped", "refused in review")]

    # Another name of the same import goes on being imported: one import, not two.
    decided = stage.decide(stage.key("kept.py", "UTC"))
    assert _text(decided, "kept.py") == KEPT.decode().replace(
        "import datetime\n", "import datetime, timezone\n"
    ).replace("    UTC]", "    timezone.utc]")

    # What went with an import comes back with it: the blank line below.
    decided = stage.decide(stage.key("blank.py", "pytz.UTC"), stage.key("blank.py", "pytz.A1"))
    assert isinstance(_of(decided, "blank.py"), Unchanged)

    # An import is refused that the rest needs: no part of the file holds by itself.
    decided = stage.decide(stage.key("one.py", "import pytz"))
    left = _of(decided, "one.py")
    assert isinstance(left, Skipped)
    assert left.reason.startswith("left out: without what was refused of it, ")
    assert decided.left_out == ("one.py",)
    assert decided.notes[0].startswith("one.py is left out: ")

    # A file, as a whole.
    decided = stage.decide(files=("two.py", "gone.py"))
    assert isinstance(_of(decided, "two.py"), Unchanged)
    assert decided.effective == Decisions(files=frozenset({"two.py"}))

    # What is there says what became of it.
    refused = _of(stage.decide(stage.key("two.py", "pytz.A1")), "two.py")
    assert isinstance(refused, Changed)
    assert [(site.line, site.status) for site in refused.sites if site.status == "skipped"] == [(11, "skipped")]
    assert [(word.line, word.fate, word.why) for word in refused.words if word.fate != "changed"] == [
        (11, "skipped", "refused in review")
    ]

    # Whatever is refused of a file, what is left of it is sound.
    for change in stage.changes.values():
        for key in change_keys(find_changes([change])):
            outcome = _of(stage.decide(key), change.path)
            if isinstance(outcome, Changed):
                ast.parse(outcome.after)
                assert outcome.breaches == whole[outcome.path].breaches
            else:
                assert isinstance(outcome, Unchanged | Skipped)


def test_a_branch_with_refusals_is_proved_and_one_edited_byte_is_caught(stage: Stage) -> None:
    key = stage.key("two.py", "pytz.A1")
    stage.make(Decisions(changes=frozenset({key, "0" * 12})))
    (commit,) = stage.repository.commits(None, BRANCH, limit=1)
    record = read_record(commit)
    assert record is not None
    assert record.inputs["refused"] == {"shapes": [], "files": [], "changes": [key]}
    assert "Refused in review, and left as it was: 1 single change." in stage.repo.git(
        "log", "-1", "--format=%B", BRANCH
    )
    assert b"return pytz.utc" in stage.repo.git("show", f"{BRANCH}:two.py").encode()

    proof = stage.prove()
    assert (proof.state, proof.departures) == ("proved", ())
    assert "Left out, because a person refused it: 1 single change." in proof.notes

    malformed: list[object] = [{"shapes": ["../../x"]}, {"more": []}, {"files": ["a\0b"]}, 7, None]
    for wrong in malformed:
        with pytest.raises(UnprovableError, match="'refused' is not what we write there"):
            read_claim(replace(record, inputs={**record.inputs, "refused": wrong}), commit)

    # What was refused is put in by hand: the record does not say so.
    stage.repo.git("switch", "--quiet", BRANCH)
    path = stage.repo.path / "two.py"
    path.write_bytes(path.read_bytes().replace(b"return pytz.utc", b"return timezone.utc"))
    stage.repo.git("commit", "--quiet", "--amend", "--no-edit", "two.py")
    proof = stage.prove()
    assert proof.state != "proved"
    assert [each.path for each in proof.departures] == ["two.py"]


def test_a_refusal_becomes_the_smallest_case_that_fails_now(stage: Stage) -> None:
    change, script = stage.changes["two.py"], stage.run.script

    case = find_negative_case(script, change, keys={stage.key("two.py", "pytz.A1")}, limits=LIMITS)

    assert case is not None
    assert (case.after, case.path) == (None, "two.py")
    assert case.name == "must stay as it is: two.py"
    assert "return pytz.utc" in case.before
    assert "pytz.UTC" not in case.before
    (result,) = run_cases(replace(script, cases=(case,)), limits=LIMITS)
    assert not result.passed


#: How many answers each of two processes gives, and how.
TIMES = 60
ANSWERING = f"""
import sys
from pathlib import Path
from autotransform.publish.decisions.answers import Answers, change_answers
from autotransform.repository import Repository
from autotransform.review.decisions import Decisions

repository = Repository.open(Path(sys.argv[1]))
print("!", end="", flush=True)
sys.stdin.readline()
for number in range({TIMES}):
    more = Answers(refused=Decisions(changes=frozenset({{f"{{sys.argv[2]}}{{number:011x}}"}})))
    change_answers(repository, "{NAME}", lambda kept: Answers(refused=kept.refused | more.refused))
"""


class TestAnswers:
    ANSWERS = Answers(
        refused=Decisions(shapes=frozenset({"0" * 12}), files=frozenset({"a b\udcff.py", "<b>\x1b.py"})),
        accepted=Decisions(changes=frozenset({"f" * 12})),
    )

    def test_what_is_saved_is_what_is_loaded_and_dropped(self, git_repo: GitRepo) -> None:
        repository = Repository.open(git_repo.path)
        assert load_answers(repository, NAME) == load_answers(None, NAME) == Answers()

        for name in (NAME, "Other Name/../x"):
            save_answers(repository, name, self.ANSWERS)
            assert load_answers(repository, name) == self.ANSWERS
        files = sorted((repository.common_dir / "autotransform" / "decisions").iterdir())
        assert [len(file.stem) for file in files] == [65, len(NAME)]
        assert drop_answers(repository, NAME)
        assert not drop_answers(repository, NAME)
        save_answers(repository, "Other Name/../x", Answers())
        assert list(files[0].parent.iterdir()) == []

    def test_two_processes_lose_no_answer_of_each_other(self, git_repo: GitRepo) -> None:
        """Each waits for the other to be there, and then answers as fast as it can."""
        running = [
            subprocess.Popen(
                [sys.executable, "-c", ANSWERING, str(git_repo.path), digit],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
            for digit in "ab"
        ]
        for process in running:
            assert process.stdout is not None
            assert process.stdout.read(1) == b"!"
        for process in running:
            assert process.stdin is not None
            process.stdin.write(b"\n")
            process.stdin.flush()
        for process in running:
            process.communicate()

        refused = load_answers(Repository.open(git_repo.path), NAME).refused.changes
        assert [process.returncode for process in running] == [0, 0]
        assert (2 * TIMES, {"a", "b"}) == (len(refused), {key[0] for key in refused})

    def test_the_last_word_about_a_thing_holds_and_nothing_is_said_of_others(self) -> None:
        def answers(refused: str, accepted: str) -> Answers:
            told = [Decisions(files=frozenset(paths)) for paths in (refused, accepted)]
            return Answers(refused=told[0], accepted=told[1])

        kept = carry_over(answers("abx", "cdy"), before=answers("a", "c"), after=answers("cd", "b"))

        assert kept == answers("xcd", "yb")

    def test_every_worktree_has_them(self, git_repo: GitRepo, tmp_path: Path) -> None:
        git_repo.commit({"a.py": "x = 1\n"})
        git_repo.git("worktree", "add", "--quiet", str(tmp_path / "other"))
        save_answers(Repository.open(git_repo.path), NAME, self.ANSWERS)

        assert load_answers(Repository.open(tmp_path / "other"), NAME) == self.ANSWERS

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"[]",
            b"{",
            b"\xff",
            b"[" * 100_000,
            b'{"schema": 2, "refused": [], "accepted": []}',
            b'{"schema": 1, "refused": []}',
            b'{"schema": 1, "accepted": [], "refused": {"shapes": ["zz"]}}',
            b'{"schema": 1, "accepted": [], "refused": {"files": ["../\\u0000"]}}',
            b'{"schema": 1, "accepted": [], "refused": {"files": ["\\ud800"]}}',
            b'{"schema": 1, "accepted": [], "refused": {"files": "a.py"}}',
            b'{"schema": 1, "accepted": [], "refused": {"run": "rm"}}',
            b'{"schema": 1, "accepted": [], "refused": []}' + b" " * (16 << 20),
        ],
    )
    def test_what_we_did_not_write_is_refused_and_can_be_dropped(self, git_repo: GitRepo, content: bytes) -> None:
        repository = Repository.open(git_repo.path)
        file = git_repo.write(f".git/autotransform/decisions/{NAME}.json", content)

        with pytest.raises(RepositoryError) as caught:
            load_answers(repository, NAME)

        assert f"autotransform decisions {NAME} --drop" in caught.value.hint
        assert drop_answers(repository, NAME)
        assert not file.exists()

    def test_a_link_is_not_followed(self, git_repo: GitRepo) -> None:
        repository = Repository.open(git_repo.path)
        save_answers(repository, "other", self.ANSWERS)
        folder = repository.common_dir / "autotransform" / "decisions"
        (folder / f"{NAME}.json").symlink_to(folder / "other.json")

        with pytest.raises(RepositoryError, match="cannot be read"):
            load_answers(repository, NAME)

        save_answers(repository, NAME, Answers(refused=Decisions(files=frozenset({"a.py"}))))
        assert load_answers(repository, "other") == self.ANSWERS
