"""From a request to a draft, against scripted answers: what is sent, what is tried, what is mended."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from autotransform.author import Draft, ModelAuthor, Request
from autotransform.config import Config, ModelConfig
from autotransform.errors import ModelError
from autotransform.repository import Repository
from autotransform.run import select
from autotransform.script import Problem, parse
from tests.author.shop import FAULTS, FILES, GOOD
from tests.servers.model_server import KEY, ModelServer, Reply

if TYPE_CHECKING:
    from tests.conftest import GitRepo

CONFIG = Config(jobs=1, timeout=20.0, model=ModelConfig(name="test-model", timeout=5.0, attempts=3))
REQUEST = Request(text="use `new_name` instead of shop.util.old_name")

#: For tests of what comes before the script is tried: it costs no worker.
UNTRIED = FAULTS["a forbidden import"][0]

#: What the model is asked for first; it holds no cases, so that the scripts of these tests stay as they are written.
STATED = "name: use_new_name\n\n## Rules\n- `old_name` of shop.util becomes `new_name`.\n"
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
        chosen = replace(config, model=replace(config.model, name=model or config.model.name))
        with ModelAuthor(chosen, environment=environment) as author:
            return author.draft(request, selection, on_progress=lines.append)

    return run


def answer(script: str) -> Reply:
    return Reply(text=f"name: use_new_name\n\n```python\n{script}```\n", piece=500)


def answers(server: ModelServer, *replies: Reply) -> None:
    """Have the model say what it understands, then this."""
    server.replies(Reply(text=STATED, piece=500), *replies)


def prompt(server: ModelServer, number: int) -> str:
    """Give the last thing that was said to the model in one of the requests."""
    return str(server.requests[number]["messages"][-1]["content"])


def test_a_good_answer_becomes_a_draft(server: ModelServer, draft: DraftWith, lines: list[str]) -> None:
    answers(server, answer(GOOD))

    written = draft()

    script = parse(written.source, name=written.name)
    assert (written.name, written.author) == ("use_new_name", "test-model")
    assert script.provenance is not None
    assert (script.provenance.request, script.provenance.model) == (REQUEST.text, "test-model")
    assert script.provenance.generated.endswith("Z")
    assert script.is_model_written
    assert not script.is_edited
    assert GOOD[GOOD.index("class UseNewName") :] in written.source
    assert written.rules == (
        "Every use of the function is renamed.",
        "- Other things of the same name are left alone.",
    )
    assert written.problems == ()
    assert written.notes[0] == "Tried on 2 files of this repository: 2 would change."
    assert script.provenance.attempts == 1
    assert script.provenance.tokens == sum(server.tokens)
    assert [attempt.problems for attempt in written.attempts] == [()]
    assert [result.passed for result in written.attempts[0].case_results] == [True, True]
    assert lines[0] == "reading the repository"
    assert lines[1].startswith("what is meant: sending about ")
    assert lines[2].startswith("what is meant: waiting for test-model at 127.0.0.1")
    assert lines[-3:] == [
        "attempt 1 of 3: running its 2 cases",
        "attempt 1 of 3: trying it on 2 files",
        "taking cases from this repository",
    ]


def test_what_is_sent(server: ModelServer, draft: DraftWith) -> None:
    answers(server, answer(UNTRIED))

    draft(config=ONCE)

    for number, parts in enumerate([("## Rules", "CASES"), ("self.refers_to(", "CASES", "libcst.matchers")]):
        system, user = server.requests[number]["messages"]
        assert (system["role"], user["role"]) == ("system", "user")
        assert [part for part in (*parts, "never an instruction") if part not in system["content"]] == []
        assert REQUEST.text in user["content"]
        assert "shop/cart.py\n    1 | from shop.util import old_name\n" in user["content"]
        assert "price" not in user["content"]
    assert "`old_name` of shop.util becomes `new_name`" in prompt(server, 1)
    assert "(Transform)" in prompt(server, 1)
    assert KEY not in str(server.requests)


def test_the_name_that_was_asked_for_wins(server: ModelServer, draft: DraftWith) -> None:
    answers(server, answer(UNTRIED))

    assert draft(replace(REQUEST, name="mine"), config=ONCE).name == "mine"
    assert all("called `mine`" in prompt(server, number) for number in range(2))


def test_the_model_of_the_command_line_wins(server: ModelServer, draft: DraftWith) -> None:
    answers(server, answer(UNTRIED))

    assert draft(model="other-model", config=ONCE).author == "other-model"
    assert server.requests[0]["model"] == "other-model"


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_and_told(server: ModelServer, draft: DraftWith, name: str) -> None:
    script, kind, told = FAULTS[name]
    answers(server, answer(script), answer(GOOD))

    written = draft(config=replace(CONFIG, model=replace(CONFIG.model, attempts=2)))

    assert {problem.code for problem in written.attempts[0].problems} == {kind}
    roles = [message["role"] for message in server.requests[2]["messages"]]
    assert roles == ["system", "user", "assistant", "user"]
    assert server.requests[2]["messages"][:2] == server.requests[1]["messages"]
    assert server.requests[2]["messages"][2]["content"].strip("`") == f"python\n{script}"
    assert f"[{kind}]" in prompt(server, 2)
    assert told in prompt(server, 2)
    assert "/autotransform/" not in prompt(server, 2)  # no frames of ours
    assert written.problems == ()
    assert GOOD[GOOD.index("class UseNewName") :] in written.source


def test_what_is_not_mended_is_kept_and_told(server: ModelServer, draft: DraftWith) -> None:
    script, _, _ = FAULTS["a case fails"]
    answers(server, answer(script), Reply(text="I give up."))

    written = draft(config=replace(CONFIG, model=replace(CONFIG.model, attempts=2)))

    assert written.problems == written.attempts[0].problems
    assert [problem.code for problem in written.problems] == ["case"]
    assert written.source.endswith(script)


def test_a_faulty_script_is_mended(server: ModelServer, draft: DraftWith) -> None:
    answers(server, answer(FAULTS["syntax"][0]), answer(FAULTS["a case fails"][0]), answer(GOOD))

    written = draft()

    assert [[problem.code for problem in each.problems] for each in written.attempts] == [["syntax"], ["case"], []]
    assert written.problems == ()
    assert parse(written.source, name="x").provenance.attempts == 3  # type: ignore[union-attr]
    assert [len(request["messages"]) for request in server.requests] == [2, 2, 4, 4]


def test_a_script_that_fails_the_check_never_runs(server: ModelServer, draft: DraftWith, git_repo: GitRepo) -> None:
    witness = git_repo.path / "witness"
    evil = GOOD.replace("import libcst as cst", f"import libcst as cst\nopen({str(witness)!r}, 'w').close()")
    answers(server, *[answer(evil + f"# {number}\n") for number in range(3)])

    written = draft()

    assert not witness.exists()
    assert {problem.code for problem in written.problems} == {"forbidden"}
    assert all(not attempt.case_results for attempt in written.attempts)


def test_a_header_of_the_models_own_does_not_pass_for_a_persons(server: ModelServer, draft: DraftWith) -> None:
    header = '# /// script\n# [tool.autotransform]\n# format = 1\n# model = "built-in"\n# ///\n'
    answers(server, answer(header + UNTRIED))

    written = draft(config=ONCE)

    assert parse(written.source, name="x").is_model_written
    assert "built-in" not in written.source


def test_prose_then_a_script(server: ModelServer, draft: DraftWith) -> None:
    answers(server, Reply(text="Should I also rename the definition?"), answer(GOOD))

    written = draft()

    assert written.problems == ()
    assert written.attempts[0].problems == (Problem(line=0, code="no-code", message="the answer held no script"),)
    assert "There was no script in your answer" in prompt(server, 2)


def test_nothing_but_prose(server: ModelServer, draft: DraftWith) -> None:
    answers(server, *[Reply(text=f"I am sorry, {number} times.") for number in range(3)])

    with pytest.raises(ModelError, match="wrote no script") as caught:
        draft()

    assert caught.value.details == ("It says: I am sorry, 2 times.",)
    assert len(server.requests) == 4


def test_two_blocks_are_told_of(server: ModelServer, draft: DraftWith) -> None:
    answers(server, Reply(text=f"```python\nold_name()\n```\nThe script:\n```python\n{UNTRIED}```\n"))

    assert draft(config=ONCE).notes[0] == "The answer held 2 blocks of code; the last whole script was taken."


def test_the_best_script_is_kept(server: ModelServer, draft: DraftWith) -> None:
    answers(server, *[answer(FAULTS[name][0]) for name in ("syntax", "a case fails", "a forbidden import")])

    written = draft()

    assert [attempt.problems[0].code for attempt in written.attempts] == ["syntax", "case", "forbidden"]
    assert [problem.code for problem in written.problems] == ["case"]
    assert written.source.endswith(FAULTS["a case fails"][0])
    assert len(server.requests) == 4


def test_the_same_answer_twice_ends_the_loop(server: ModelServer, draft: DraftWith) -> None:
    answers(server, answer(FAULTS["a case fails"][0]), answer(FAULTS["a case fails"][0]), answer(GOOD))

    written = draft()

    assert len(server.requests) == 3
    assert written.problems
    assert "The model answered the same once more, so it was not asked again." in written.notes


def test_a_model_that_insists_on_doing_nothing_is_believed_to_mean_it(server: ModelServer, draft: DraftWith) -> None:
    idle = FAULTS["it does nothing here"][0]
    answers(server, answer(idle), answer(idle + "# again\n"), answer(GOOD))

    written = draft()

    assert len(server.requests) == 3
    assert [problem.code for problem in written.attempts[-1].problems] == ["no-effect"]
    assert written.problems == ()
    assert "The model was told of this and stays with its script: see whether it is right." in written.notes
    assert any("changes none of the 2 files" in note for note in written.notes)


def test_nothing_to_do_here_is_no_fault(server: ModelServer, draft: DraftWith, git_repo: GitRepo) -> None:
    git_repo.git("rm", "-q", "shop/util.py", "shop/cart.py")
    git_repo.commit(message="Remove the shop")
    answers(server, answer(GOOD))

    written = draft()

    assert written.problems == ()
    assert written.notes[0] == "No file here holds what it is about: only its cases ran."
    assert all("None of the names of the request was found" in prompt(server, number) for number in range(2))


def test_a_model_that_goes_away_costs_only_the_repair(server: ModelServer, draft: DraftWith) -> None:
    answers(server, answer(FAULTS["a case fails"][0]), Reply(status=400, text="enough"))

    written = draft()

    assert [problem.code for problem in written.problems] == ["case"]
    assert any(note.startswith("The model could not be asked to mend it: ") for note in written.notes)


def test_one_attempt_means_one(server: ModelServer, draft: DraftWith, lines: list[str]) -> None:
    answers(server, answer(FAULTS["syntax"][0]), answer(GOOD))

    written = draft(config=ONCE)

    assert written.problems
    assert len(server.requests) == 2
    assert not any("attempt" in line for line in lines)


def test_a_slow_script(server: ModelServer, draft: DraftWith) -> None:
    slow = GOOD.replace(
        "        return self.rename", "        while True:\n            pass\n        return self.rename"
    )
    answers(server, answer(slow))

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


def test_answers_that_are_no_better_end_the_loop(server: ModelServer, draft: DraftWith) -> None:
    failing = FAULTS["a case fails"][0]
    answers(server, *[answer(f"{failing}# {number}\n") for number in range(6)])

    written = draft(config=replace(CONFIG, model=replace(CONFIG.model, attempts=6)))

    assert len(server.requests) == 1 + 3
    assert "The last 2 answers were no better than what came before, so it was not asked again." in written.notes


def test_progress_keeps_the_loop_going(server: ModelServer, draft: DraftWith) -> None:
    ladder = ("syntax", "a forbidden import", "a name that LibCST lacks", "it cannot be loaded", "a case fails")
    answers(server, *[answer(FAULTS[name][0]) for name in ladder], answer(GOOD))

    written = draft(config=replace(CONFIG, model=replace(CONFIG.model, attempts=6)))

    assert [each.problems[0].code for each in written.attempts[:-1]] == [FAULTS[name][1] for name in ladder]
    assert written.problems == ()


def test_the_budget_ends_the_loop_and_the_best_is_kept(server: ModelServer, draft: DraftWith) -> None:
    uncounted = [replace(answer(script), counts=False) for script in (FAULTS["a case fails"][0], GOOD)]
    answers(server, *uncounted)

    written = draft(config=replace(CONFIG, model=replace(CONFIG.model, budget_tokens=16_000, max_tokens=8_000)))

    assert [problem.code for problem in written.problems] == ["case"]
    assert len(server.requests) == 2
    assert any("budget" in note for note in written.notes)


def test_a_script_in_the_place_of_a_contract_saves_a_request(server: ModelServer, draft: DraftWith) -> None:
    server.replies(answer(GOOD))

    written = draft()

    assert len(server.requests) == 1
    assert written.problems == ()
    assert written.contract is not None
    assert written.contract.rules == (
        "Every use of the function is renamed.",
        "Other things of the same name are left alone.",
    )


def test_neither_a_contract_nor_a_script(server: ModelServer, draft: DraftWith) -> None:
    server.replies(Reply(text="Sure, I can do that."), answer(GOOD))

    assert draft().problems == ()
    assert len(server.requests) == 2
