"""The text on the page: kept through everything, written only over what it was made from, judged however half it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from autotransform.script import digest_of
from autotransform.studio.faults import PageError, describe_error, shorten_paths
from autotransform.studio.files import Draft, Drafts, ScriptFile
from autotransform.studio.values import Subject
from tests.studio.conftest import LOOPING, SCRIPT, descendants

if TYPE_CHECKING:
    from tests.studio.conftest import MakeRepo, OpenPage, Page

MINE = f"{SCRIPT}\n# mine\n"
THEIRS = f"{SCRIPT}\n# theirs\n"


def test_the_state_is_that_of_the_file(page: Page) -> None:
    state = page.state()

    assert (state["name"], state["path"], state["source"]) == ("count", "transforms/count.py", SCRIPT)
    assert (state["saved"], state["draft"], state["conflict"], state["has_model"]) == (True, False, False, False)
    assert (state["digest"], state["head"], state["branch"]) == (digest_of(SCRIPT), page.repo.head, "main")
    assert str(page.repo.path) not in page.client.get("/api/state").text


def test_a_killed_server_keeps_the_draft_which_overwrites_nobody(make_repo: MakeRepo, opened: OpenPage) -> None:
    repo = make_repo()
    first = opened(repo)
    kept = first.put("script", source=MINE, digest=digest_of(SCRIPT))
    below = descendants(first.process.pid)
    first.process.kill()
    first.process.communicate(timeout=60)
    again = opened(repo)
    state = again.state()

    assert kept.json() == {"draft": True, "digest": digest_of(SCRIPT)}
    assert below
    assert (state["source"], state["draft"], state["saved"], state["conflict"]) == (MINE, True, False, False)
    assert (repo.path / "transforms" / "count.py").read_text() == SCRIPT
    assert repo.git("status", "--porcelain") == ""

    _change_on_disk(again, draft=MINE)


def _change_on_disk(page: Page, *, draft: str) -> None:
    """Nothing of what somebody else wrote meanwhile is overwritten, and nothing of the draft is lost."""
    file = page.repo.write("transforms/count.py", THEIRS)
    kept = page.put("script", source=draft, digest=digest_of(SCRIPT))
    saved = page.post("save", source=draft, digest=digest_of(SCRIPT))
    applied = page.post("apply")
    state = page.state()

    for refused in (kept, saved, applied):
        assert refused.status_code == 409
        assert (refused.json()["source"], refused.json()["digest"]) == (THEIRS, digest_of(THEIRS))
    assert (state["source"], state["file"], state["conflict"]) == (draft, THEIRS, True)
    assert file.read_text() == THEIRS
    agreed = page.post("save", source=draft, digest=digest_of(THEIRS))
    assert agreed.json() == {"saved": True, "digest": digest_of(draft)}
    assert file.read_text() == draft
    assert page.state()["draft"] is False


@pytest.mark.long
def test_a_transform_of_the_catalogue_becomes_a_file_when_it_is_saved(make_repo: MakeRepo, opened: OpenPage) -> None:
    repo = make_repo()
    page = opened(repo, "pytz_utc")
    state = page.state()
    file = repo.path / "transforms" / "pytz_utc.py"

    assert (state["file"], state["digest"], state["path"]) == (None, "", "transforms/pytz_utc.py")
    assert not file.exists()
    assert page.post("save", source=state["source"], digest="").is_success
    assert file.read_text() == state["source"]


@pytest.mark.parametrize(
    ("source", "line", "said"),
    [
        ("def (", 1, "not valid Python"),
        (f"{SCRIPT}\n    def half(self", SCRIPT.count("\n") + 2, "not valid Python"),
        (SCRIPT.replace("import libcst", "import subprocess\nimport libcst"), 6, "subprocess"),
        ("", 0, "no transform"),
        ("x = '\0'", 0, "not valid Python"),
        ("(" * 100_000, 0, ""),
        ("-" * 100_000 + "1", 0, ""),
    ],
    ids=["half", "a method", "an import", "nothing", "NUL", "deep", "deep operators"],
)
def test_half_a_script_has_problems_at_its_lines(page: Page, source: str, line: int, said: str) -> None:
    answered = page.post("check", source=source)

    assert answered.status_code == 200
    problems = answered.json()["problems"]
    assert problems
    assert not line or line in {problem["line"] for problem in problems}
    assert said in " ".join(problem["message"] for problem in problems)


def test_a_sound_script_has_none(page: Page) -> None:
    sound = (Path(__file__).parents[2] / "transforms" / "pytz_utc.py").read_text()

    assert page.post("check", source=sound.replace("\n", "\r\n")).json()["problems"] == []


def test_cases_are_green_or_red_with_what_differs(page: Page) -> None:
    red = SCRIPT.replace('"after": "x = 2\\n"', '"after": "x = 9\\n"')
    green = page.post("cases", source=SCRIPT).json()["cases"]
    told = page.post("cases", source=red).json()["cases"]

    assert [case["ok"] for case in green] == [True, True]
    assert [(case["name"], case["ok"]) for case in told] == [("a number", False), ("another number", True)]
    assert (told[0]["expected"], told[0]["actual"], told[1]["expected"]) == ("x = 9\n", "x = 2\n", None)
    lines = [(line["kind"], line["text"]) for line in told[0]["hunks"][0]["lines"]]
    assert lines == [("removed", "x = 9"), ("added", "x = 2")]
    assert red.split("\n")[told[0]["line"] - 1].startswith('    {"name": "a number"')


def test_half_a_script_has_no_cases_but_problems(page: Page) -> None:
    answered = page.post("cases", source="def (")

    assert answered.status_code == 422
    assert answered.json()["problems"][0]["line"] == 1


def test_line_ends_and_mode_of_the_file_stay(tmp_path: Path) -> None:
    file = tmp_path / "count.py"
    file.write_bytes(b"\xef\xbb\xbfa = 1\r\nb = 2\r\n")
    file.chmod(0o751)
    held = ScriptFile(Subject(name="count", file=file, path="count.py"), root=tmp_path)
    digest = held.write("a = 3\nb = 2\n", digest=digest_of("a = 1\nb = 2\n"))

    assert file.read_bytes() == b"\xef\xbb\xbfa = 3\r\nb = 2\r\n"
    assert file.stat().st_mode & 0o777 == 0o751
    assert (held.read(), digest) == ("a = 3\nb = 2\n", digest_of("a = 3\nb = 2\n"))
    assert [*tmp_path.iterdir()] == [file]


def test_a_link_that_leads_out_is_neither_read_nor_written(tmp_path: Path) -> None:
    (tmp_path / "repo").mkdir()
    outside = tmp_path / "outside.py"
    outside.write_text("secret = 1\n")
    file = tmp_path / "repo" / "count.py"
    file.symlink_to(outside)
    held = ScriptFile(Subject(name="count", file=file, path="count.py"), root=tmp_path / "repo")

    for attempt in (held.read, lambda: held.write("x\n", digest="")):
        with pytest.raises(Exception, match="leads out"):
            attempt()
    assert outside.read_text() == "secret = 1\n"


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"format": 2}', '{"format": 1, "source": 1, "digest": ""}', "[" * 99_999]
)
def test_a_draft_that_is_not_ours_is_none(tmp_path: Path, content: str) -> None:
    drafts = Drafts(tmp_path / "studio", subject=Subject(name="a", file=tmp_path / "a.py", path="a.py"))
    drafts.keep(Draft(source=LOOPING, digest=""))
    (file,) = (tmp_path / "studio").iterdir()
    kept = drafts.read()
    file.write_text(content)

    assert kept == Draft(source=LOOPING, digest="")
    assert drafts.read() is None
    drafts.keep(Draft(source="", digest="1"))
    assert drafts.read() == Draft(source="", digest="1")
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("{root}/pkg/a.py is bad", "pkg/a.py is bad"),
        ("It is checked out in {root}.", "It is checked out in {name}."),
        ("It is checked out in {root}-b.", "It is checked out in …/{name}-b."),
        ("see /home/ada/secrets/key.pem", "see …/key.pem"),
        ("in '/usr/lib/python3/ast.py'", "in '…/ast.py'"),
        ("read https://example.org/a/b", "read https://example.org/a/b"),
        ("a/b/c and ~/x/y", "a/b/c and ~/x/y"),
        ("one\x1b[31m", "one<U+001B>[31m"),
    ],
)
def test_no_message_leads_out_of_the_repository(tmp_path: Path, said: str, shown: str) -> None:
    assert shorten_paths(said.format(root=tmp_path), root=tmp_path) == shown.format(name=tmp_path.name)


def test_what_nobody_expected_tells_nothing_of_itself(tmp_path: Path) -> None:
    told = describe_error(OSError(2, "no such file", "/home/ada/key"), root=tmp_path)

    assert "ada" not in str(told)
    assert describe_error(PageError("a", facts={"b": 1}), root=tmp_path)["b"] == 1


def test_a_script_that_is_removed_and_a_head_that_moves_meanwhile_lose_nothing(
    make_repo: MakeRepo, opened: OpenPage
) -> None:
    page = opened(make_repo())
    base = page.repo.head
    (page.repo.path / "transforms" / "count.py").unlink()
    state = page.state()
    page.repo.commit({"pkg/new.py": "x = 1\n"})
    applied = page.post("apply", source=SCRIPT).json()

    assert (state["source"], state["file"]) == (SCRIPT, None)
    assert applied["files"] == ["pkg/a.py", "pkg/b.py"]
    assert len(applied["notes"]) == 1
    assert f"HEAD moved since this page was opened; this is made of {base[:10]}" in applied["notes"][0]
