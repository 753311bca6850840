"""Pull requests of a run, on a forge: real git over HTTP, every request held against GitHub's description."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest

from autotransform.errors import GitHubError, NotPermittedError, RepositoryError
from autotransform.publish import make_record, script_path
from autotransform.publish.github.client import GitHub
from autotransform.publish.making import Wishes, make_branches, make_change
from autotransform.publish.pull_requests.proposals import Terms, propose
from autotransform.publish.pull_requests.reconciliation import Ending, Place, Publisher
from autotransform.publish.pull_requests.remote_branches import list_family, take_over_branches
from autotransform.publish.pull_requests.text import read_text, write_text
from autotransform.publish.splitting.dividing import Division
from autotransform.repository.remote import Credentials
from autotransform.repository.remote_words import StaleError
from tests.conftest import GitRepo
from tests.servers.forge import words
from tests.servers.forge.server import TOKEN, Forge
from tests.servers.forge.storage import Pull, writing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from autotransform.publish.pull_requests.proposals import Proposal, Result
    from tests.publish.conftest import Scene
    from tests.servers.forge.storage import Hosted

BRANCH = "autotransform/one_to_two"
BY_FOLDER = Division(by="directory")
TERMS = Terms(target="main")


@dataclass(slots=True)
class Bench:
    """A clone of a repository on a forge, in which a script is run and published."""

    scene: Scene
    forge: Forge
    hosted: Hosted
    waited: list[float] = field(default_factory=list)
    log: int = 0

    def publish(
        self,
        *paths: str,
        terms: Terms = TERMS,
        division: Division | None = None,
        token: str = TOKEN,
        meanwhile: Callable[[], object] = lambda: None,
        is_whole: bool = True,
        results: list[Result] | None = None,
        **changes: bytes | None,
    ) -> tuple[Result, ...]:
        """Do all that `pr` does; gives what became of each pull request."""
        self.log = len(self.forge.log)
        scene, repository = self.scene, self.scene.repository
        credentials = Credentials(url=self.forge.web_url, token=token)
        github = GitHub(self.forge.api_url, token, owner="alice", name="demo", wait=self.waited.append)
        with github, repository.connect("origin", credentials=credentials) as connection:
            tips = list_family(connection, scene.script.name)
            selection = scene.select(*paths)
            take_over_branches(repository, connection, tips, base=selection.base)
            wishes = Wishes(config=scene.config, division=division)
            change = make_change(scene.run(selection, **changes), selection, wishes=wishes)
            made = {each.commit.branch: each.commit.sha for each in make_branches(repository, change)}
            proposals = propose(change, selection, tips=made)
            path = script_path(scene.config, scene.script.name)
            ending = Ending(reason="Done.", record=make_record(scene.script, selection, script_path=path))
            place = Place(repository=repository, connection=connection, github=github)
            publisher = Publisher(place, name=scene.script.name, terms=terms, tips=tips)
            meanwhile()
            try:
                publisher.publish(proposals, ending=ending if is_whole else None)
            finally:
                if results is not None:
                    results += publisher.results
        return publisher.results

    def move_base(self, files: dict[str, str | bytes]) -> None:
        """Put a commit on the base, here and there."""
        self.scene.repo.commit(files)
        self.scene.repo.git("push", "--quiet", str(self.hosted.path), "main")

    def commit_there(self, branch: str = BRANCH, *, text: str = "mine!") -> str:
        """Have somebody push a commit to a branch there."""
        lines = (
            f"commit refs/heads/{branch}",
            "committer Eve <eve@example.org> 1700000000 +0000",
            "data 15\nA touch by hand",
            f"from refs/heads/{branch}^0",
            f"M 100644 inline NOTES\ndata {len(text)}\n{text}\n",
        )
        command = ["git", f"--git-dir={self.hosted.path}", "fast-import", "--quiet"]
        subprocess.run(command, input="\n".join(lines).encode(), check=True, timeout=60)
        return str(self.hosted.tip(branch))

    def calls(self) -> list[str]:
        """List the requests of the last run that change something."""
        shown = [call.replace("/repos/alice/demo", "") for call in self.forge.calls(since=self.log)]
        return [call for call in shown if not call.startswith("GET")]

    def branches(self) -> list[str]:
        """List the branches there."""
        return self.hosted.git("for-each-ref", "--format=%(refname:short)", "refs/heads").split("\n")


@pytest.fixture
def bench(scene: Scene, tmp_path: Path) -> Iterator[Bench]:
    with Forge(tmp_path / "forge") as forge:
        hosted = forge.create("alice/demo")
        scene.repo.git("remote", "add", "origin", hosted.url)
        scene.repo.git("push", "--quiet", str(hosted.path), "main")
        yield Bench(scene=scene, forge=forge, hosted=hosted)


def operations(results: tuple[Result, ...]) -> list[tuple[str, str, int]]:
    return [(result.part, result.operation, result.number) for result in results]


# The way of one pull request


def test_the_first_run_opens_a_pull_request(bench: Bench) -> None:
    terms = Terms(
        target="main",
        labels=("codemod",),
        reviewers=("bob",),
        team_reviewers=("core",),
        assignees=("bob",),
        is_draft=True,
    )
    bench.hosted.teams.add("core")

    (result,) = bench.publish(terms=terms)
    pull = bench.hosted.pull(1)

    assert (result.operation, result.number, result.changed) == ("created", 1, 2)
    assert result.sha == bench.hosted.tip(BRANCH) == bench.scene.repo.git("rev-parse", BRANCH)
    assert (pull.title, pull.base, pull.draft) == ("Replace one by two", "main", True)
    assert (pull.labels, pull.reviewers, pull.teams, pull.assignees) == (["codemod"], ["bob"], ["core"], ["bob"])
    assert bench.calls()[-1] == "PATCH /pulls/1 200"


def test_the_second_run_sends_nothing(bench: Bench) -> None:
    terms = replace(TERMS, labels=("codemod",), reviewers=("bob",))
    bench.publish(terms=terms)
    tip = bench.hosted.tip(BRANCH)

    assert operations(bench.publish(terms=terms)) == [("", "none", 1)]
    assert bench.calls() == []
    assert bench.hosted.tip(BRANCH) == tip


def test_a_fresh_clone_pushes_nothing_that_is_there(bench: Bench) -> None:
    bench.publish()
    tip = bench.hosted.tip(BRANCH)
    bench.scene.repo.git("branch", "-D", BRANCH)

    assert operations(bench.publish()) == [("", "none", 1)]
    assert bench.hosted.tip(BRANCH) == tip


def test_a_base_that_moved_updates_branch_and_text(bench: Bench) -> None:
    bench.publish()
    before = bench.hosted.tip(BRANCH)
    bench.move_base({"e.py": "x = 1\n"})

    assert operations(bench.publish()) == [("", "updated", 1)]
    assert bench.hosted.tip(BRANCH) != before
    assert "3 of 4 files" in str(bench.hosted.pull(1).body)


def test_a_base_that_moved_is_no_riddle_to_a_shallow_clone(bench: Bench, tmp_path: Path) -> None:
    bench.publish()
    bench.move_base({"e.py": "x = 1\n"})
    shallow = GitRepo(tmp_path / "shallow")
    bench.scene.repo.git("clone", "--quiet", "--depth=1", f"file://{bench.hosted.path}", str(shallow.path))
    for key, value in (("user.name", "Ada"), ("user.email", "a@example.org"), ("remote.origin.url", bench.hosted.url)):
        shallow.git("config", key, value)
    bench.scene.start = shallow.path

    assert operations(bench.publish()) == [("", "updated", 1)]
    assert bench.hosted.git("show", f"{BRANCH}:e.py") == "x = 2"
    assert bench.hosted.counted("main", str(bench.hosted.tip(BRANCH))) == 2


def test_nothing_left_closes_it_with_the_reason_and_deletes_the_branch(bench: Bench) -> None:
    bench.publish()
    bench.move_base({"a.py": "x = 2\n", "b/c.py": "x = 2\n"})

    assert operations(bench.publish()) == [("", "closed", 1)]
    assert bench.hosted.pull(1).state == "closed"
    assert bench.hosted.pull(1).comments == [("github-actions[bot]", "Done.")]
    assert bench.branches() == ["main"]
    assert bench.publish() == ()


def test_nothing_to_change_from_the_start_opens_nothing(bench: Bench) -> None:
    assert bench.publish(a=None, c=None) == ()
    assert bench.hosted.pulls == []


def test_a_run_that_failed_closes_nothing(bench: Bench) -> None:
    bench.publish()

    assert bench.publish(is_whole=False, a=None, c=None) == ()
    assert bench.hosted.pull(1).state == "open"


def test_a_run_of_other_paths_closes_nothing(bench: Bench) -> None:
    bench.publish()

    (result,) = bench.publish("d.py")

    assert (result.operation, bench.hosted.pull(1).state) == ("none", "open")
    assert "made for something else (PATHS then: none; now: d.py)" in result.notes[0]


def test_one_that_goes_elsewhere_is_turned_to_the_target(bench: Bench) -> None:
    bench.publish()
    bench.hosted.git("branch", "next", "main")

    (result,) = bench.publish(terms=Terms(target="next"))

    assert (result.operation, bench.hosted.pull(1).base) == ("updated", "next")
    assert result.notes == ("#1 went to main, and goes to next now.",)


def test_one_that_goes_elsewhere_is_not_closed(bench: Bench) -> None:
    bench.publish()
    bench.hosted.git("branch", "next", "main")

    (result,) = bench.publish(terms=Terms(target="next"), a=None, c=None)

    assert (result.operation, bench.hosted.pull(1).state) == ("none", "open")
    assert "its pull request goes to main, not to next" in result.notes[0]


def test_a_label_that_is_wanted_later_is_added_and_nobody_is_asked_again(bench: Bench) -> None:
    bench.publish(terms=replace(TERMS, reviewers=("bob",)))
    bench.hosted.pull(1).reviewers.clear()

    bench.publish(terms=replace(TERMS, reviewers=("bob",), labels=("codemod",)))

    assert bench.calls() == ["POST /issues/1/labels 200"]
    assert bench.hosted.pull(1).reviewers == []


# What people did


def test_what_people_pushed_is_kept(bench: Bench) -> None:
    bench.publish()
    bench.commit_there()
    bench.scene.repo.git("branch", "-D", BRANCH)
    bench.move_base({"e.py": "x = 1\n"})

    bench.publish()

    assert bench.hosted.git("log", "-1", "--format=%s %an", BRANCH) == "A touch by hand Eve"
    assert bench.hosted.git("show", f"{BRANCH}:NOTES") == "mine!"
    assert bench.hosted.git("show", f"{BRANCH}:e.py") == "x = 2"


def test_more_of_people_there_is_taken_over_here(bench: Bench) -> None:
    bench.publish()
    bench.commit_there()
    bench.publish()
    bench.commit_there(text="more!")

    assert operations(bench.publish()) == [("", "none", 1)]
    assert bench.scene.repo.git("rev-parse", BRANCH) == bench.hosted.tip(BRANCH)


def test_what_another_clone_put_on_anew_is_known_for_the_same(bench: Bench) -> None:
    bench.publish()
    old = bench.commit_there()
    bench.publish()
    bench.move_base({"e.py": "x = 1\n"})
    bench.publish()
    bench.scene.repo.git("branch", "--force", BRANCH, old)

    assert operations(bench.publish()) == [("", "none", 1)]
    assert bench.scene.repo.git("rev-parse", BRANCH) == bench.hosted.tip(BRANCH) != old


def test_people_here_and_people_there_are_told_apart(bench: Bench) -> None:
    bench.publish()
    bench.scene.repo.git("switch", "--quiet", BRANCH)
    bench.scene.repo.commit({"a.py": "x = 4\n"}, message="By hand, here")
    bench.scene.repo.git("switch", "--quiet", "main")
    there = bench.commit_there()
    here = bench.scene.repo.git("rev-parse", BRANCH)

    with pytest.raises(RepositoryError, match="holds commits of people here, and others on origin") as caught:
        bench.publish()

    assert "A touch by hand (Eve <eve@example.org>)" in caught.value.details[0]
    assert bench.hosted.tip(BRANCH) == there
    assert bench.scene.repo.git("rev-parse", BRANCH) == here


@pytest.mark.parametrize(
    "files",
    [
        {"mine": "one\nthree\n"},
        pytest.param({"mine": "one\ntwo\n", "more": "\n"}, marks=pytest.mark.long),
        pytest.param({"mine": None}, marks=pytest.mark.long),
    ],
)
def test_a_commit_of_people_that_was_amended_here_is_not_taken_for_the_same(
    bench: Bench, files: dict[str, str | None]
) -> None:
    repo = bench.scene.repo
    bench.publish()
    repo.git("switch", "--quiet", BRANCH)
    repo.commit({"mine": "one\ntwo\n", "other": "\n"}, message="By hand")
    repo.git("switch", "--quiet", "main")
    bench.publish()
    there = bench.hosted.tip(BRANCH)
    here = amend(repo, files)

    with pytest.raises(RepositoryError, match="other versions of commits of people here than on origin") as caught:
        bench.publish()

    assert "By hand" in caught.value.details[0]
    assert (bench.hosted.tip(BRANCH), repo.git("rev-parse", BRANCH)) == (there, here)

    push, take = re.findall("git [^;]+", caught.value.hint.replace(" origin ", f" {bench.hosted.path} "))
    repo.git(*take.split()[1:])
    assert operations(bench.publish()) == [("", "none", 1)]
    repo.git("branch", "--force", BRANCH, here)
    repo.git(*push.split()[1:])
    assert operations(bench.publish()) == [("", "none", 1)]
    assert bench.hosted.tip(BRANCH) == here


def test_a_commit_of_ours_that_was_amended_here_is_not_taken_back(bench: Bench) -> None:
    bench.publish()
    here = amend(bench.scene.repo, {"a.py": "x = 'two'\n"})

    with pytest.raises(RepositoryError, match="commits of ours were amended"):
        bench.publish()

    assert bench.scene.repo.git("rev-parse", BRANCH) == here


def test_a_branch_whose_commits_people_amended_outlives_its_pull_request(bench: Bench) -> None:
    bench.publish()
    amended = amend(bench.scene.repo, {"a.py": "x = 'two'\n"})
    bench.scene.repo.git("push", "--quiet", "--force", str(bench.hosted.path), f"{amended}:refs/heads/{BRANCH}")
    bench.move_base({"a.py": "x = 2\n", "b/c.py": "x = 2\n"})

    (result,) = bench.publish()

    assert (result.operation, result.notes) == (
        "closed",
        (f"The branch {BRANCH} stays: it holds commits that people made.",),
    )
    assert BRANCH in bench.branches()


def amend(repo: GitRepo, files: dict[str, str | None]) -> str:
    """Amend the last commit of the branch, some time later; gives what it is then."""
    repo.git("switch", "--quiet", BRANCH)
    for path, content in files.items():
        if content is None:
            (repo.path / path).unlink()
        else:
            repo.write(path, content)
    repo.git("add", "--all")
    command = ["git", "commit", "--quiet", "--amend", "--no-edit"]
    date = {"GIT_COMMITTER_DATE": "@2000000000 +0000"}
    subprocess.run(command, cwd=repo.path, env={**os.environ, **date}, check=True, timeout=60)
    repo.git("switch", "--quiet", "main")
    return repo.git("rev-parse", BRANCH)


def test_a_branch_that_is_not_ours_is_not_touched(bench: Bench) -> None:
    theirs = bench.hosted.commit(BRANCH, "theirs\n", onto="main")

    with pytest.raises(RepositoryError, match="none that AutoTransform made") as caught:
        bench.publish()

    keep, gone = caught.value.hint.split("\n")
    assert keep.endswith(f"git push origin {theirs}:refs/heads/kept-one_to_two :{BRANCH}")
    assert gone.startswith("GitHub closes the pull request")
    assert bench.hosted.tip(BRANCH) == theirs
    assert bench.hosted.pulls == []

    bench.scene.repo.git("push", "--quiet", str(bench.hosted.path), *keep.split()[-2:])

    assert operations(bench.publish()) == [("", "created", 1)]
    assert bench.hosted.tip("kept-one_to_two") == theirs


def test_what_is_pushed_during_the_run_is_not_overwritten(bench: Bench) -> None:
    bench.publish()
    bench.move_base({"e.py": "x = 1\n"})
    pushed: list[str] = []

    with pytest.raises(StaleError):
        bench.publish(meanwhile=lambda: pushed.append(bench.commit_there()))

    assert bench.hosted.tip(BRANCH) == pushed[0]


def test_a_racing_run_that_pushed_the_same_is_no_fault(bench: Bench) -> None:
    def race() -> None:
        bench.scene.repo.git("push", "--quiet", str(bench.hosted.path), BRANCH)

    assert operations(bench.publish(meanwhile=race)) == [("", "created", 1)]


def test_a_racing_run_that_opened_one_makes_no_second(bench: Bench) -> None:
    bench.forge.refuse(replace(words.SERVER_ERROR, how="answer after"), on="POST */pulls")

    assert operations(bench.publish()) == [("", "created", 1)]
    assert len(bench.hosted.pulls) == 1


def test_a_branch_with_work_of_people_outlives_its_pull_request(bench: Bench) -> None:
    bench.publish()
    bench.commit_there()
    bench.move_base({"a.py": "x = 2\n", "b/c.py": "x = 2\n"})

    (result,) = bench.publish()

    assert (result.operation, bench.hosted.pull(1).state) == ("closed", "closed")
    assert "holds commits that people made" in result.notes[0]
    assert bench.branches() == [BRANCH, "main"]


def test_a_branch_that_was_brought_up_to_date_there_is_nobodys_work(bench: Bench) -> None:
    bench.publish()
    bench.move_base({"e.py": "x = 3\n"})
    repo = bench.scene.repo
    repo.git("switch", "--quiet", BRANCH)
    repo.git("merge", "--quiet", "--no-edit", "main")
    repo.git("push", "--quiet", str(bench.hosted.path), BRANCH)
    repo.git("switch", "--quiet", "main")
    bench.move_base({"a.py": "x = 2\n", "b/c.py": "x = 2\n"})

    assert operations(bench.publish()) == [("", "closed", 1)]
    assert bench.branches() == ["main"]


def test_what_people_write_around_our_text_stays(bench: Bench) -> None:
    bench.publish()
    pull = bench.hosted.pull(1)
    pull.body = f"Please look at a.py first.\r\n\r\n{pull.body}\n- [x] looked\n".replace("\n", "\r\n")
    bench.move_base({"e.py": "x = 1\n"})

    bench.publish()

    assert str(pull.body).startswith("Please look at a.py first.\n\n<!-- autotransform begins: ")
    assert str(pull.body).endswith("-->\n\n- [x] looked\n")
    assert "3 of 4 files" in str(pull.body)


@pytest.mark.parametrize("edit", [pytest.param("title", marks=pytest.mark.long), "body"])
def test_words_that_people_replaced_stay(bench: Bench, edit: str) -> None:
    bench.publish()
    setattr(bench.hosted.pull(1), edit, "Mine")
    bench.move_base({"e.py": "x = 1\n"})

    (result,) = bench.publish()

    assert getattr(bench.hosted.pull(1), edit) == "Mine"
    assert "people" in result.notes[0]
    assert result.operation == "updated"


def test_people_who_leave_no_room_lose_none_of_their_text(bench: Bench) -> None:
    bench.publish()
    pull = bench.hosted.pull(1)
    held = pull.body = "x" * 65_000 + f"\n{pull.body}"
    bench.move_base({"e.py": "x = 1\n"})

    (result,) = bench.publish()

    assert pull.body == held
    assert "leaves no room for our text" in result.notes[0]
    assert result.operation == "updated"


def test_one_that_was_opened_by_hand_without_text_is_given_ours_and_keeps_its_title(bench: Bench) -> None:
    bench.hosted.may_actions_open = False
    terms = replace(TERMS, reviewers=("bob",))
    with pytest.raises(NotPermittedError):
        bench.publish(terms=terms)
    sha = str(bench.hosted.tip(BRANCH))
    pull = Pull(number=1, title="Mine", base="main", head=BRANCH, head_sha=sha, user="alice", head_owner="alice")
    bench.hosted.pulls.append(pull)

    assert operations(bench.publish(terms=terms)) == [("", "updated", 1)]
    assert (pull.title, pull.reviewers) == ("Mine", ["bob"])
    assert "How to make it again" in str(pull.body)
    assert operations(bench.publish(terms=terms)) == [("", "none", 1)]


def test_a_pull_request_that_a_person_opened_by_hand_is_not_closed(bench: Bench) -> None:
    bench.publish()
    bench.hosted.pull(1).body = "I opened this from the compare page."
    bench.move_base({"a.py": "x = 2\n", "b/c.py": "x = 2\n"})

    (result,) = bench.publish()

    assert (result.operation, bench.hosted.pull(1).state) == ("none", "open")


def test_a_fork_s_branch_of_the_same_name_is_left_alone(bench: Bench) -> None:
    theirs = Pull(
        number=1, title="x", base="main", head=BRANCH, head_sha="0" * 40, user="mallory", head_owner="mallory"
    )
    bench.hosted.pulls.append(theirs)

    assert operations(bench.publish()) == [("", "created", 2)]
    assert (theirs.title, theirs.body) == ("x", None)


def test_another_transform_whose_name_begins_the_same_is_left_alone(bench: Bench) -> None:
    bench.publish()
    head = f"{BRANCH}_more"
    bench.hosted.git("branch", head, BRANCH)
    other = replace(bench.hosted.pull(1), number=2, head=head)
    bench.hosted.pulls.append(other)
    bench.move_base({"a.py": "x = 2\n", "b/c.py": "x = 2\n"})

    assert operations(bench.publish()) == [("", "closed", 1)]
    assert other.state == "open"


# Refusals


def test_workflows_that_may_open_none_leave_the_branch_and_a_link(bench: Bench) -> None:
    bench.hosted.may_actions_open = False
    results: list[Result] = []

    with pytest.raises(NotPermittedError) as caught:
        bench.publish(division=BY_FOLDER, results=results)

    page = f"{bench.forge.web_url}/alice/demo/compare/main...{BRANCH}--b?expand=1"
    assert caught.value.exit_code == 7
    assert page in caught.value.details
    assert [result.branch for result in results] == [f"{BRANCH}--b", f"{BRANCH}--top-level"]
    assert bench.branches() == [f"{BRANCH}--b", f"{BRANCH}--top-level", "main"]


@pytest.mark.parametrize(
    ("rule", "says"), [(words.PROTECTED, "is a protected branch of origin"), (words.UNSIGNED, "only signed commits")]
)
def test_a_push_that_rules_refuse_opens_nothing(bench: Bench, rule: words.PushRule, says: str) -> None:
    bench.hosted.guard(rule)

    with pytest.raises(GitHubError, match=says):
        bench.publish()

    assert bench.hosted.pulls == []


def test_a_token_that_may_not_write_contents_is_told_so(bench: Bench) -> None:
    bench.forge.tokens["ghs_reader"] = writing(contents="read")

    with pytest.raises(GitHubError, match="may not push"):
        bench.publish(token="ghs_reader")


def test_a_token_that_may_not_open_leaves_the_branch(bench: Bench) -> None:
    bench.forge.tokens["ghs_pusher"] = writing(pull_requests="read")

    with pytest.raises(GitHubError, match="may not open a pull request"):
        bench.publish(token="ghs_pusher")

    assert bench.branches() == [BRANCH, "main"]
    assert operations(bench.publish()) == [("", "created", 1)]


def test_a_label_just_after_creation_is_tried_again(bench: Bench) -> None:
    bench.forge.refuse(words.UNKNOWN_NODE, on="POST */labels")

    bench.publish(terms=replace(TERMS, labels=("codemod",)))

    assert bench.hosted.pull(1).labels == ["codemod"]


def test_reviewers_who_cannot_be_asked_are_a_warning(bench: Bench) -> None:
    (result,) = bench.publish(terms=replace(TERMS, reviewers=("mallory", "bob"), assignees=("mallory",)))

    assert bench.hosted.pull(1).reviewers == ["bob"]
    assert [note.partition(" was not ")[0] for note in result.notes] == ["mallory", "mallory"]
    assert result.operation == "created"


@pytest.mark.parametrize(
    "limit", [words.secondary_limited(), pytest.param(words.rate_limited(reset="1"), marks=pytest.mark.long)]
)
def test_limits_are_waited_for(bench: Bench, limit: words.Refusal) -> None:
    bench.forge.refuse(limit, on="POST */pulls")

    assert operations(bench.publish()) == [("", "created", 1)]
    assert bench.waited


def test_a_renamed_repository_is_told_and_the_token_stays_here(bench: Bench) -> None:
    bench.forge.rename("alice/demo", "alice/other")

    with pytest.raises(GitHubError, match="somewhere else by now") as caught:
        bench.publish()

    assert "git remote set-url origin" in caught.value.hint


def test_an_archived_repository_is_told(bench: Bench) -> None:
    bench.hosted.is_archived = True

    with pytest.raises(GitHubError, match="archived"):
        bench.publish()


# Interrupted


@pytest.mark.parametrize(
    ("refusal", "on"),
    [
        pytest.param(words.NOT_ACCESSIBLE, "GET */pulls", marks=pytest.mark.long),
        (words.NOT_ACCESSIBLE, "POST */pulls"),
        pytest.param(words.NOT_ACCESSIBLE, "POST */labels", marks=pytest.mark.long),
        pytest.param(words.SPAMMED, "POST */assignees", marks=pytest.mark.long),
        (words.NOT_ACCESSIBLE, "PATCH */pulls/1"),
    ],
)
def test_the_next_run_goes_on_where_one_was_interrupted(bench: Bench, refusal: words.Refusal, on: str) -> None:
    terms = replace(TERMS, labels=("codemod",), reviewers=("bob",), assignees=("alice",))
    bench.forge.refuse(refusal, on=on)
    with pytest.raises(GitHubError):
        bench.publish(terms=terms)

    bench.publish(terms=terms)
    pull = bench.hosted.pull(1)
    held = read_text(str(pull.body))

    assert len(bench.hosted.pulls) == 1
    assert (pull.labels, pull.reviewers, pull.assignees) == (["codemod"], ["bob"], ["alice"])
    assert held is not None
    assert not held.is_unfinished


@pytest.mark.parametrize(
    "on",
    [
        pytest.param("GET */comments", marks=pytest.mark.long),
        pytest.param("POST */comments", marks=pytest.mark.long),
        "PATCH */pulls/1",
    ],
)
def test_closing_goes_on_where_it_was_interrupted(bench: Bench, on: str) -> None:
    bench.publish()
    bench.move_base({"a.py": "x = 2\n", "b/c.py": "x = 2\n"})
    bench.forge.refuse(words.NOT_ACCESSIBLE, on=on)
    with pytest.raises(GitHubError):
        bench.publish()

    bench.publish()

    assert bench.hosted.pull(1).state == "closed"
    assert bench.hosted.pull(1).comments == [("github-actions[bot]", "Done.")]
    assert bench.branches() == ["main"]


def test_the_branch_of_one_that_was_closed_already_is_deleted(bench: Bench) -> None:
    bench.publish()
    bench.hosted.pull(1).state = "closed"
    bench.move_base({"a.py": "x = 2\n", "b/c.py": "x = 2\n"})

    bench.publish()

    assert bench.branches() == ["main"]


# Parts


def test_parts_are_opened_up_to_the_limit_and_then_the_rest(bench: Bench) -> None:
    bench.move_base({"e/f.py": "x = 1\n"})
    limited = replace(TERMS, open_limit=2)

    first = bench.publish(division=BY_FOLDER, terms=limited)
    again = bench.publish(division=BY_FOLDER, terms=limited)
    bench.hosted.merge(1)
    bench.scene.repo.git("fetch", "--quiet", str(bench.hosted.path), "main")
    bench.scene.repo.git("merge", "--quiet", "--ff-only", "FETCH_HEAD")
    rest = bench.publish(division=BY_FOLDER, terms=limited)

    assert operations(first) == [("b", "created", 1), ("e", "created", 2)]
    assert operations(again) == [("b", "none", 1), ("e", "none", 2)]
    assert ("top-level", "created", 3) in operations(rest)
    assert "#3" in str(bench.hosted.pull(2).body)
    assert "#2" in str(bench.hosted.pull(3).body)


def test_each_part_names_the_others(bench: Bench) -> None:
    bench.publish(division=BY_FOLDER)

    assert "#2" in str(bench.hosted.pull(1).body)
    assert "#1" in str(bench.hosted.pull(2).body)


def test_a_part_that_is_done_is_closed_and_the_others_stay(bench: Bench) -> None:
    bench.move_base({"e/f.py": "x = 1\n"})
    bench.publish(division=BY_FOLDER)
    bench.move_base({"b/c.py": "x = 2\n"})

    results = bench.publish(division=BY_FOLDER)

    assert operations(results)[-1] == ("b", "closed", 1)
    assert [pull.state for pull in bench.hosted.pulls] == ["closed", "open", "open"]
    assert f"{BRANCH}--b" not in bench.branches()


@pytest.mark.long
def test_dividing_later_takes_the_place_of_the_whole(bench: Bench) -> None:
    bench.publish()

    results = bench.publish(division=BY_FOLDER)

    assert operations(results) == [("b", "created", 2), ("top-level", "created", 3), ("", "closed", 1)]


@pytest.mark.parametrize("refused", ["opening", pytest.param("pushing", marks=pytest.mark.long)])
def test_what_cannot_be_put_in_its_place_leaves_the_whole_open(bench: Bench, refused: str) -> None:
    bench.publish()
    if refused == "opening":
        bench.forge.refuse(words.NOT_PERMITTED, on="POST */pulls")
    else:
        bench.hosted.guard(words.PROTECTED)
    results: list[Result] = []

    with pytest.raises(GitHubError):
        bench.publish(division=BY_FOLDER, terms=replace(TERMS, open_limit=2), results=results)

    assert bench.hosted.pull(1).state == "open"
    assert BRANCH in bench.branches()
    assert [result for result in results if result.operation == "closed"] == []


def test_those_that_will_be_closed_take_no_room(bench: Bench) -> None:
    bench.publish()

    results = bench.publish(division=BY_FOLDER, terms=replace(TERMS, open_limit=2))

    assert operations(results) == [("b", "created", 2), ("top-level", "created", 3), ("", "closed", 1)]
    assert "#1" not in str(bench.hosted.pull(2).body)


# Text


def test_the_text_is_ours_between_two_comments_whatever_the_script_holds(bench: Bench) -> None:
    (proposal,) = proposals(bench)
    body = write_text(proposal.body() + "\n", title="T")
    held = read_text(f"above\n<!-- autotransform: x -->\n{body}below")

    assert held is not None
    assert (held.above, held.below) == ("above\n<!-- autotransform: x -->", "below")
    assert write_text(proposal.body(), title="T", held=read_text(body)) == body


def test_a_text_without_our_last_comment_is_nobody_s_but_theirs() -> None:
    assert read_text("<!-- autotransform begins: 0123456789ab -->\nours, it seems\n") is None


def proposals(bench: Bench) -> tuple[Proposal, ...]:
    selection = bench.scene.select()
    change = make_change(bench.scene.run(selection), selection, wishes=Wishes(config=bench.scene.config))
    return propose(change, selection, tips={})
