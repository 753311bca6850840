"""From a request to a draft, against scripted answers: what is sent, what is tried, what is mended."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from autotransform.author import Author, Draft, ModelAuthor, Request
from autotransform.config import Config, ModelConfig
from autotransform.errors import ModelError
from autotransform.repository import Repository
from autotransform.run import select
from autotransform.script import Problem, parse
from tests.servers.model_server import KEY, ModelServer, Reply

if TYPE_CHECKING:
    from tests.conftest import GitRepo

CONFIG = Config(jobs=1, timeout=20.0, model=ModelConfig(name="test-model", timeout=5.0, attempts=3))
REQUEST = Request(text="use `new_name` instead of shop.util.old_name")

GOOD = '''"""Use ``new_name`` instead of ``shop.util.old_name``.

Every use of the function is renamed.
- Other things of the same name are left alone.
"""

from __future__ import annotations

import libcst as cst

from autotransform.codemod import Transform

MENTIONS = ["old_name"]

CASES = [
    {
        "name": "a call",
        "before": """
            from shop.util import old_name

            old_name(1)
        """,
        "after": """
            from shop.util import new_name

            new_name(1)
        """,
    },
    {"name": "another of the same name", "before": "old_name = 1\\n"},
]


class UseNewName(Transform):
    DESCRIPTION = "Use new_name."

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        return self.rename(original_node, updated_node, "shop.util.old_name", to="new_name")

    def leave_ImportAlias(self, original_node: cst.ImportAlias, updated_node: cst.ImportAlias) -> cst.ImportAlias:
        return self.rename(original_node, updated_node, "shop.util.old_name", to="new_name")
'''
FILES: dict[str, str | bytes] = {
    "shop/__init__.py": "",
    "shop/util.py": "def old_name(x):\n    return x\n",
    "shop/cart.py": "from shop.util import old_name\n\n\ndef total():\n    return old_name(1)\n",
    "shop/other.py": "price = 1\n",
}

#: Scripts with one thing wrong, what is found, and what the model must be told.
FAULTS: dict[str, tuple[str, str, str]] = {
    "syntax": (GOOD.replace("(Transform):", "(Transform:"), "syntax", "not valid Python"),
    "no class": (GOOD[: GOOD.index("\n\nclass UseNewName")], "format", "holds no transform"),
    "cases are computed": (GOOD.replace('"old_name = 1\\n"', '"old_name" + " = 1"'), "format", "literal string"),
    "no mentions": (GOOD.replace('MENTIONS = ["old_name"]\n', ""), "format", "no MENTIONS"),
    "no docstring": (GOOD[GOOD.index("from __future__") :], "format", "no docstring"),
    "no negative case": (
        GOOD.replace('    {"name": "another of the same name", "before": "old_name = 1\\n"},\n', ""),
        "format",
        "must not change",
    ),
    "a forbidden import": (GOOD.replace("import libcst as cst", "import os\nimport libcst as cst"), "forbidden", "os"),
    "a name that LibCST lacks": (
        GOOD.replace("        return self", "        cst.Nmae('x')\n        return self", 1),
        "forbidden",
        "did you mean Name",
    ),
    "it cannot be loaded": (
        GOOD.replace("DESCRIPTION =", "WRONG = 1 / 0\n    DESCRIPTION ="),
        "load",
        "ZeroDivisionError: division by zero",
    ),
    "it crashes": (
        GOOD.replace("        return self.rename", "        [][1]\n        return self.rename", 1),
        "crash",
        "in leave_Name: [][1]\nIndexError: list index out of range",
    ),
    "a case fails": (GOOD.replace('to="new_name"', 'to="newer_name"'), "case", "-from shop.util import new_name\n"),
    "it changes too much": (
        GOOD.replace(
            'return self.rename(original_node, updated_node, "shop.util.old_name", to="new_name")',
            'return updated_node.with_changes(value="new_name") if original_node.value == "old_name" else updated_node',
            1,
        ),
        "case",
        "-old_name = 1\n+new_name = 1",
    ),
    "it breaks code": (
        GOOD.replace(
            "        return self.rename",
            (
                '        if original_node.value == "x":\n            return cst.Name("cla" + "ss")\n'
                "        return self.rename"
            ),
            1,
        ),
        "invariant",
        "on shop/util.py: what it makes is not what its tree says",
    ),
    "it fails on a real file": (
        GOOD.replace(
            "        return self.rename",
            '        if original_node.value == "total":\n            raise KeyError()\n        return self.rename',
            1,
        ),
        "crash",
        "on shop/cart.py: the script raises an exception",
    ),
    "it does nothing here": (
        GOOD.replace('"shop.util.old_name", to', '"store.util.old_name", to').replace("from shop", "from store"),
        "no-effect",
        "changes none of the 2 files",
    ),
    "its mentions keep everything out": (
        GOOD.replace('MENTIONS = ["old_name"]', 'MENTIONS = ["oldname"]').replace(
            "            from shop", "            # oldname\n            from shop"
        ),
        "no-effect",
        "MENTIONS (oldname) lets no file through",
    ),
}

#: For tests of what comes before the script is tried: it costs no worker.
UNTRIED = FAULTS["a forbidden import"][0]
ONCE = replace(CONFIG, model=replace(CONFIG.model, attempts=1))

DraftWith = Callable[..., Draft]


@pytest.fixture
def lines() -> list[str]:
    """Collect the lines of progress."""
    return []


@pytest.fixture
def draft(git_repo: GitRepo, environment: dict[str, str], lines: list[str]) -> DraftWith:
    """Have something written for a small shop."""
    git_repo.commit(FILES)

    def run(request: Request = REQUEST, *, config: Config = CONFIG, model: str | None = None) -> Draft:
        repository = Repository.open(git_repo.path)
        selection = select(start=git_repo.path, repository=repository, config=config)
        author: Author = ModelAuthor(config, model=model, environment=environment)
        return author.draft(request, selection, on_progress=lines.append)

    return run


def answer(script: str) -> Reply:
    return Reply(text=f"name: use_new_name\n\n```python\n{script}```\n", piece=500)


def prompt(server: ModelServer, number: int) -> str:
    """Give the last thing that was said to the model in one of the requests."""
    return str(server.requests[number]["messages"][-1]["content"])


def test_a_good_answer_becomes_a_draft(server: ModelServer, draft: DraftWith, lines: list[str]) -> None:
    server.replies(answer(GOOD))

    written = draft()

    script = parse(written.source, name=written.name)
    assert (written.name, written.author) == ("use_new_name", "test-model")
    assert script.provenance is not None
    assert (script.provenance.request, script.provenance.model) == (REQUEST.text, "test-model")
    assert script.provenance.generated.endswith("Z")
    assert script.is_model_written
    assert not script.is_edited
    assert written.source.endswith(GOOD)
    assert written.rules == (
        "Every use of the function is renamed.",
        "- Other things of the same name are left alone.",
    )
    assert written.problems == ()
    assert written.notes[0] == "Tried on 2 files of this repository: 2 would change."
    assert written.notes[1].startswith("1 attempt; 100 tokens sent, ")
    assert [attempt.problems for attempt in written.attempts] == [()]
    assert [result.passed for result in written.attempts[0].case_results] == [True, True]
    assert lines[0] == "reading the repository"
    assert lines[1].startswith("attempt 1 of 3: waiting for test-model at 127.0.0.1")
    assert lines[-2:] == ["attempt 1 of 3: running its 2 cases", "attempt 1 of 3: trying it on 2 files"]


def test_what_is_sent(server: ModelServer, draft: DraftWith) -> None:
    server.replies(answer(UNTRIED))

    draft(config=ONCE)

    system, user = server.requests[0]["messages"]
    assert (system["role"], user["role"]) == ("system", "user")
    for part in ("self.refers_to(", "CASES", "libcst.matchers", "class PytzUtc(Transform)", "never an instruction"):
        assert part in system["content"]
    assert REQUEST.text in user["content"]
    assert "File shop/cart.py\n    1 | from shop.util import old_name\n" in user["content"]
    assert "price" not in user["content"]
    assert KEY not in str(server.requests)


def test_the_name_that_was_asked_for_wins(server: ModelServer, draft: DraftWith) -> None:
    server.replies(answer(UNTRIED))

    assert draft(replace(REQUEST, name="mine"), config=ONCE).name == "mine"
    assert "called `mine`" in prompt(server, 0)


def test_the_model_of_the_command_line_wins(server: ModelServer, draft: DraftWith) -> None:
    server.replies(answer(UNTRIED))

    assert draft(model="other-model", config=ONCE).author == "other-model"
    assert server.requests[0]["model"] == "other-model"


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_and_told(server: ModelServer, draft: DraftWith, name: str) -> None:
    script, kind, told = FAULTS[name]
    server.replies(answer(script), Reply(text="I give up."))

    written = draft(config=replace(CONFIG, model=replace(CONFIG.model, attempts=2)))

    assert {problem.code for problem in written.attempts[0].problems} == {kind}
    assert written.problems == written.attempts[0].problems
    assert written.source.endswith(script)
    roles = [message["role"] for message in server.requests[1]["messages"]]
    assert roles == ["system", "user", "assistant", "user"]
    assert server.requests[1]["messages"][:2] == server.requests[0]["messages"]
    assert server.requests[1]["messages"][2]["content"].strip("`") == f"python\n{script}"
    assert f"[{kind}]" in prompt(server, 1)
    assert told in prompt(server, 1)
    assert "/autotransform/" not in prompt(server, 1)  # no frames of ours


def test_a_faulty_script_is_mended(server: ModelServer, draft: DraftWith) -> None:
    server.replies(answer(FAULTS["syntax"][0]), answer(FAULTS["a case fails"][0]), answer(GOOD))

    written = draft()

    assert [[problem.code for problem in each.problems] for each in written.attempts] == [["syntax"], ["case"], []]
    assert written.problems == ()
    assert written.source.endswith(GOOD)
    assert written.notes[-1].startswith("3 attempts; 300 tokens sent, ")
    assert [len(request["messages"]) for request in server.requests] == [2, 4, 4]


def test_a_script_that_fails_the_check_never_runs(server: ModelServer, draft: DraftWith, git_repo: GitRepo) -> None:
    witness = git_repo.path / "witness"
    evil = GOOD.replace("import libcst as cst", f"import libcst as cst\nopen({str(witness)!r}, 'w').close()")
    server.replies(*[answer(evil + f"# {number}\n") for number in range(3)])

    written = draft()

    assert not witness.exists()
    assert {problem.code for problem in written.problems} == {"forbidden"}
    assert all(not attempt.case_results for attempt in written.attempts)


def test_a_header_of_the_models_own_does_not_pass_for_a_persons(server: ModelServer, draft: DraftWith) -> None:
    header = '# /// script\n# [tool.autotransform]\n# format = 1\n# model = "built-in"\n# ///\n'
    server.replies(answer(header + UNTRIED))

    written = draft(config=ONCE)

    assert parse(written.source, name="x").is_model_written
    assert "built-in" not in written.source


def test_prose_then_a_script(server: ModelServer, draft: DraftWith) -> None:
    server.replies(Reply(text="Should I also rename the definition?"), answer(GOOD))

    written = draft()

    assert written.problems == ()
    assert written.attempts[0].problems == (Problem(line=0, code="no-code", message="the answer held no script"),)
    assert "There was no script in your answer" in prompt(server, 1)


def test_nothing_but_prose(server: ModelServer, draft: DraftWith) -> None:
    server.replies(*[Reply(text=f"I am sorry, {number} times.") for number in range(3)])

    with pytest.raises(ModelError, match="wrote no script") as caught:
        draft()

    assert caught.value.details == ("It says: I am sorry, 2 times.",)
    assert len(server.requests) == 3


def test_two_blocks_are_told_of(server: ModelServer, draft: DraftWith) -> None:
    server.replies(Reply(text=f"```python\nold_name()\n```\nThe script:\n```python\n{UNTRIED}```\n"))

    assert draft(config=ONCE).notes[0] == "The answer held 2 blocks of code; the last whole script was taken."


def test_the_best_script_is_kept(server: ModelServer, draft: DraftWith) -> None:
    server.replies(*[answer(FAULTS[name][0]) for name in ("syntax", "a case fails", "a forbidden import")])

    written = draft()

    assert [attempt.problems[0].code for attempt in written.attempts] == ["syntax", "case", "forbidden"]
    assert [problem.code for problem in written.problems] == ["case"]
    assert written.source.endswith(FAULTS["a case fails"][0])
    assert len(server.requests) == 3


def test_the_same_answer_twice_ends_the_loop(server: ModelServer, draft: DraftWith) -> None:
    server.replies(answer(FAULTS["a case fails"][0]), answer(FAULTS["a case fails"][0]), answer(GOOD))

    written = draft()

    assert len(server.requests) == 2
    assert written.problems
    assert "The model answered the same once more, so it was not asked again." in written.notes


def test_a_model_that_insists_on_doing_nothing_is_believed_to_mean_it(server: ModelServer, draft: DraftWith) -> None:
    idle = FAULTS["it does nothing here"][0]
    server.replies(answer(idle), answer(idle + "# again\n"), answer(GOOD))

    written = draft()

    assert len(server.requests) == 2
    assert [problem.code for problem in written.problems] == ["no-effect"]


def test_nothing_to_do_here_is_no_fault(server: ModelServer, draft: DraftWith, git_repo: GitRepo) -> None:
    git_repo.git("rm", "-q", "shop/util.py", "shop/cart.py")
    git_repo.commit(message="Remove the shop")
    server.replies(answer(GOOD))

    written = draft()

    assert written.problems == ()
    assert written.notes[0] == "No file here holds what it is about: only its cases ran."
    assert "None of the names of the request was found" in prompt(server, 0)


def test_a_model_that_goes_away_costs_only_the_repair(server: ModelServer, draft: DraftWith) -> None:
    server.replies(answer(FAULTS["a case fails"][0]), Reply(status=400, text="enough"))

    written = draft()

    assert [problem.code for problem in written.problems] == ["case"]
    assert any(note.startswith("The model could not be asked to mend it: ") for note in written.notes)


def test_one_attempt_means_one(server: ModelServer, draft: DraftWith, lines: list[str]) -> None:
    server.replies(answer(FAULTS["syntax"][0]), answer(GOOD))

    written = draft(config=ONCE)

    assert written.problems
    assert len(server.requests) == 1
    assert not any("attempt" in line for line in lines)


def test_a_slow_script(server: ModelServer, draft: DraftWith) -> None:
    slow = GOOD.replace(
        "        return self.rename", "        while True:\n            pass\n        return self.rename"
    )
    server.replies(answer(slow))

    written = draft(config=replace(ONCE, timeout=0.5))

    assert [problem.code for problem in written.problems] == ["too-slow"]


@pytest.mark.parametrize("environment", [{}, {"OPENAI_BASE_URL": ""}])
def test_without_a_key_nothing_is_sent(server: ModelServer, draft: DraftWith, lines: list[str]) -> None:
    with pytest.raises(ModelError) as caught:
        draft()

    assert "neither OPENAI_API_KEY nor OPENAI_BASE_URL is set" in caught.value.message
    assert any("export OPENAI_API_KEY=" in detail for detail in caught.value.details)
    assert server.requests == []
    assert lines == []


def test_the_client_is_loaded_when_it_is_needed_and_no_sooner() -> None:
    code = "import sys, autotransform.author; print([name for name in ('openai', 'libcst') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)

    assert done.stdout == "[]\n"
