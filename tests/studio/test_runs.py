"""The runs of the page are those of `preview` and `apply`; the newest ends the one before, and leaves no process."""

from __future__ import annotations

import json
import signal
import sys
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from autotransform.run.approvals import Approvals
from autotransform.run.trust import Trust
from autotransform.script import parse
from autotransform.studio.standing import Standing
from autotransform.studio.values import Subject
from tests.kernels import can_pretend
from tests.servers.model_server import KEY, ModelServer, Reply
from tests.studio.conftest import (
    FILES,
    LOOPING,
    SCRIPT,
    descendants,
    end_in_the_middle,
    run_command,
    wait_until,
    workers,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.studio.conftest import MakeRepo, OpenPage, Page


def _done(events: list[dict[str, Any]]) -> dict[str, Any]:
    assert events[-1]["event"] == "done", events[-1]
    review: dict[str, Any] = events[-1]["review"]
    return review


def test_a_run_tells_what_preview_tells(page: Page) -> None:
    events = page.stream("run", source=SCRIPT)
    review = _done(events)
    told = {event["file"]["path"]: event["file"] for event in events if event["event"] == "file"}

    assert events[0] == {"event": "start", "selected": 4}
    assert told == {file["path"]: file for file in review["files"]}
    assert {path: file["status"] for path, file in told.items()} == {
        "pkg/a.py": "changed",
        "pkg/b.py": "changed",
        "transforms/count.py": "unchanged",
    }
    assert [event["partial"] for event in events if event["event"] == "shapes"][-1] is False
    assert [shape["count"] for shape in review["shapes"]] == [2]
    assert review["base"] == page.repo.head
    assert {shape["methods"][0] for shape in review["shapes"]} == {"leave_Integer"}


def test_an_edit_changes_what_comes_and_nothing_on_disk(page: Page) -> None:
    state = page.repo.state()
    page.stream("run", source=SCRIPT.replace('value="2"', 'value="4"'))
    told = page.client.get("/api/hunks", params={"path": "pkg/a.py"}).json()

    assert [line["text"] for line in told["hunks"][0]["lines"]] == ["x = 1", "x = 4"]
    assert page.repo.state() == state


@pytest.mark.parametrize(
    ("paths", "selected"),
    [
        (["pkg/a.py"], 1),
        (["pkg"], 3),
        (["pkg/sub/"], 1),
        (["../../etc"], 0),
        (["/etc/passwd"], 0),
        (["pk"], 0),
        ([], 4),
    ],
)
def test_paths_narrow_down_and_lead_nowhere_else(page: Page, paths: list[str], selected: int) -> None:
    events = page.stream("run", source=SCRIPT, paths=paths)

    assert events[0]["selected"] == selected
    assert _done(events)["counts"]["selected"] == selected


def test_hunks_are_those_of_the_last_run(page: Page) -> None:
    page.stream("run", source=SCRIPT)
    told = page.client.get("/api/hunks", params={"path": "pkg/a.py"}).json()
    missing = page.client.get("/api/hunks", params={"path": "../../etc/passwd"})

    assert [line["text"] for line in told["hunks"][0]["lines"]] == ["x = 1", "x = 2"]
    assert told["hunks"][0]["changes"][0]["methods"] == ["leave_Integer"]
    assert missing.status_code == 404
    assert "passwd" not in missing.text


def test_half_a_script_is_not_run(page: Page) -> None:
    answered = page.post("run", source="class (")

    assert answered.status_code == 422
    assert answered.json()["problems"][0]["line"] == 1


def test_a_script_that_fails_to_load_is_told_of_once(page: Page) -> None:
    events = page.stream("run", source=SCRIPT.replace("\n\nclass", '\n\nraise ValueError("no")\n\n\nclass'))

    assert events[-1]["event"] == "error"
    assert "cannot be loaded" in events[-1]["error"]["message"]
    assert "no" in events[-1]["error"]["details"][0]


def test_what_a_model_wrote_is_checked_before_it_runs(page: Page, tmp_path: Path) -> None:
    mark = tmp_path / "it-ran"
    header = '# /// script\n# [tool.autotransform]\n# format = 1\n# model = "m"\n# ///\n'
    source = header + SCRIPT.replace("import libcst", f"import os\nos.mkdir({str(mark)!r})\nimport libcst")
    events = page.stream("run", source=source)

    assert events[-1]["event"] == "error"
    assert "static check refuses" in events[-1]["error"]["message"]
    assert not mark.exists()


def _workers(page: Page) -> dict[int, str]:
    return workers(page.process.pid)


@pytest.mark.skipif(sys.platform != "linux", reason="processes are counted in /proc")
def test_a_newer_run_ends_the_one_before_and_no_worker_is_left(page: Page) -> None:
    ended: list[dict[str, Any]] = []
    thread = threading.Thread(target=lambda: ended.extend(page.stream("run", source=LOOPING)))
    thread.start()
    wait_until(lambda: _workers(page))
    launchers = descendants(page.process.pid).keys() - _workers(page).keys()
    review = _done(page.stream("run", source=SCRIPT))
    thread.join()

    assert ended[-1] == {"event": "stopped"}
    assert review["counts"]["changed"] == 2
    wait_until(lambda: not _workers(page))
    assert descendants(page.process.pid).keys() <= launchers  # which wait for the next


@pytest.mark.skipif(sys.platform != "linux", reason="processes are counted in /proc")
def test_who_leaves_ends_the_run(page: Page) -> None:
    with page.client.stream("POST", "/api/run", json={"source": LOOPING}) as answered:
        lines = answered.iter_lines()  # held: what is dropped hangs up

        assert json.loads(next(lines))["event"] == "start"
        wait_until(lambda: _workers(page))

    wait_until(lambda: not _workers(page))
    assert page.state()["name"] == "count"


@pytest.mark.skipif(sys.platform != "linux", reason="processes are counted in /proc")
def test_newer_cases_end_those_that_loop(page: Page) -> None:
    ended: list[Any] = []
    thread = threading.Thread(target=lambda: ended.append(page.post("cases", source=LOOPING)))
    thread.start()
    wait_until(lambda: _workers(page))
    cases = page.post("cases", source=SCRIPT).json()["cases"]
    thread.join()

    assert [case["ok"] for case in cases] == [True, True]
    assert ended[0].status_code == 409


def test_many_at_once_end_each_other_and_the_last_one_stands(page: Page) -> None:
    ends: list[str] = []
    sources = [f"{SCRIPT}\n# {number}\n" for number in range(8)]
    threads = [
        threading.Thread(target=lambda source=source: ends.append(page.stream("run", source=source)[-1]["event"]))
        for source in sources
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(ends) <= {"done", "stopped"}
    assert "done" in ends


def test_the_whole_way_to_a_branch_that_is_proven_and_to_the_end(make_repo: MakeRepo, opened: OpenPage) -> None:
    repo = make_repo()
    page = opened(repo)
    early = page.post("case", key="000000000000")
    wider = SCRIPT.replace("import libcst", "# wider\nimport libcst")
    page.put("script", source=wider, digest=page.state()["digest"])
    page.stream("run", source=wider)
    change = page.client.get("/api/hunks", params={"path": "pkg/b.py"}).json()["hunks"][0]["changes"][0]
    left = page.post("case", key=change["key"], negative=True).json()
    shown = page.post("case", shape=change["shape"], negative=False).json()
    answers = page.put("decisions", changes={change["key"]: "no"}, files={"pkg/a.py": "yes"}, shapes={}).json()
    again = page.client.get("/api/hunks", params={"path": "pkg/b.py"}).json()["hunks"][0]["changes"][0]
    applied = page.post("apply", source=wider).json()
    wrong = page.put("decisions", shapes={"a": "maybe"})

    assert early.status_code == 409
    assert [case["ok"] for case in page.post("cases", source=left["source"]).json()["cases"]] == [False, True, True]
    assert [case["ok"] for case in page.post("cases", source=shown["source"]).json()["cases"]] == [True, True, True]
    assert (answers["refused"]["changes"], answers["accepted"]["files"]) == ([change["key"]], ["pkg/a.py"])
    assert (change["decision"], again["decision"]) == (None, "no")
    assert (applied["branch"], applied["files"]) == ("autotransform/count", ["pkg/a.py"])
    assert repo.show(applied["sha"], "pkg/a.py") == b"x = 2\n"
    assert repo.show(applied["sha"], "pkg/b.py").decode() == FILES["pkg/b.py"]
    assert (repo.path / "transforms" / "count.py").read_text() == wider
    assert repo.show(applied["sha"], "transforms/count.py").decode() == wider
    assert wrong.status_code == 400
    verified = run_command("verify", "autotransform/count", repo=repo)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert repo.git("rev-parse", "autotransform/count") == applied["sha"]
    page.put("decisions", changes={change["key"]: None})
    assert page.state()["decisions"]["refused"]["changes"] == []
    if sys.platform == "linux":
        end_in_the_middle(page, way=signal.SIGINT)


def test_without_a_model_nobody_is_asked(page: Page) -> None:
    answered = page.post("refine", wish="leave 3 alone")

    assert answered.status_code == 409
    assert "No language model" in answered.json()["error"]["message"]


CONFIGURED = {**FILES, "pyproject.toml": '[tool.autotransform.model]\nname = "test-model"\n'}


def _body() -> str:
    """Give what a model answers: the script with a rule more."""
    return SCRIPT.replace("becomes `2`.\n", "becomes `2`.\n- `3` is left alone.\n")


@pytest.fixture
def model() -> Iterator[ModelServer]:
    with ModelServer() as server:
        yield server


def _environment(server: ModelServer) -> dict[str, str]:
    return {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": server.base_url, "NO_PROXY": "*"}


@pytest.mark.long
def test_a_model_changes_the_text_and_nothing_is_written(
    make_repo: MakeRepo, opened: OpenPage, model: ModelServer
) -> None:
    repo = make_repo(CONFIGURED)
    page = opened(repo, environment=_environment(model))
    model.replies(Reply(text=f"```python\n{_body()}```\n", piece=500))
    events = page.stream("refine", wish="say that 3 is left alone")
    failed = page.stream("refine", wish="something else")
    code, printed = page.close()

    assert {event["event"] for event in events[:-1]} == {"progress"}
    assert events[-1]["event"] == "done", events[-1]
    assert "- `3` is left alone." in events[-1]["source"]
    assert 'model = "test-model"' in events[-1]["source"]
    assert failed[-1]["event"] == "error"
    assert (repo.path / "transforms" / "count.py").read_text() == SCRIPT
    assert (code, KEY in printed + json.dumps(events)) == (0, False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unfenced:
    """A page where nothing would hold a script, and what shows that one ran."""

    page: Page
    source: str
    mark: Path


@pytest.fixture
def unfenced(make_repo: MakeRepo, opened: OpenPage, tmp_path: Path, model: ModelServer) -> _Unfenced:
    if not can_pretend():
        pytest.skip("the kernel cannot be told to lack something")
    mark, home = tmp_path / "it-ran", tmp_path / "home"
    home.mkdir()
    ran = f'with __import__("contextlib").suppress(FileExistsError):\n    __import__("os").mkdir({str(mark)!r})\n'
    source = SCRIPT.replace("\n\nclass", f"\n\n{ran}\n\nclass")
    repo = make_repo({**CONFIGURED, "transforms/count.py": source})
    environment = {**_environment(model), "XDG_STATE_HOME": str(home)}
    page = opened(repo, lacking="landlock,seccomp", environment=environment)
    return _Unfenced(page=page, source=source, mark=mark)


def test_where_nothing_fences_it_in_a_script_waits_for_a_yes(unfenced: _Unfenced) -> None:
    page, source = unfenced.page, unfenced.source
    asked = page.stream("run", source=source)[-1]["error"]
    cases = page.post("cases", source=f"{source}\n# typed\n")
    ran_before = unfenced.mark.exists()
    approved = page.post("approve", source=source).json()
    # What a person types into what they approved is theirs.
    events = [page.stream("run", source=text)[-1]["event"] for text in (source, f"{source}\n# typed\n")]

    assert (asked["code"], cases.status_code, cases.json()["error"]["code"]) == ("approval", 403, "approval")
    assert (ran_before, unfenced.mark.exists()) == (False, True)
    assert approved == {"digest": asked["digest"]}
    assert events == ["done", "done"]


@pytest.mark.long
def test_what_somebody_else_wrote_waits_for_a_yes_too(unfenced: _Unfenced, opened: OpenPage) -> None:
    page, mine = unfenced.page, f"{unfenced.source}\n# mine\n"
    page.post("approve", source=unfenced.source)
    page.put("script", source=mine, digest=page.state()["digest"])
    environment = {"XDG_STATE_HOME": str(unfenced.mark.parent / "home")}
    again = opened(page.repo, lacking="landlock,seccomp", environment=environment)
    asked = [again.stream("run", source=again.state()["source"])[-1]]
    page.repo.write("transforms/count.py", f"{unfenced.source}\n# theirs\n")
    asked += [page.stream("run", source=page.state()["file"])[-1]]

    assert again.state()["source"] == mine
    assert [event["error"]["code"] for event in asked] == ["approval", "approval"]


@pytest.mark.long
def test_what_a_model_wrote_waits_for_a_yes_of_its_own(unfenced: _Unfenced, model: ModelServer) -> None:
    page = unfenced.page
    page.post("approve", source=unfenced.source)
    model.replies(Reply(text=f"```python\n{_body()}```\n", piece=500))
    written = page.stream("refine", wish="say that 3 is left alone", source=SCRIPT)[-1]
    texts = (written["source"], f"{written['source']}\n# typed\n")
    asked = [page.stream("run", source=text)[-1]["error"]["code"] for text in texts]
    page.post("approve", source=written["source"])

    assert asked == ["approval", "approval"]
    assert page.stream("run", source=written["source"])[-1]["event"] == "done"


def test_a_yes_holds_for_what_is_typed_and_not_for_what_a_model_writes(tmp_path: Path) -> None:
    approvals = Approvals(environment={"XDG_STATE_HOME": str(tmp_path)})
    standing = Standing(Trust(approvals), subject=Subject(name="count", file=tmp_path / "count.py", path="count.py"))
    first, typed = (parse(text, name="count") for text in (SCRIPT, f"{SCRIPT}\n# typed\n"))
    standing.open(first)
    told = [standing(first), standing(typed)]
    standing.approve(SCRIPT)
    told += [standing(first), standing(typed)]
    standing.note_model()
    told += [standing(first), standing(typed)]

    assert told == [False, False, True, True, True, False]
