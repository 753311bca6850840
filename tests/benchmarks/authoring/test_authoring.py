"""The benchmark judges rightly, and says whose answers it judges; how many are right, no test decides."""

from __future__ import annotations

import ast
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.benchmarks.authoring import __main__ as benchmark
from tests.benchmarks.authoring import answers_from, one_shot, references
from tests.benchmarks.authoring.judging import judge_nothing, judge_script
from tests.benchmarks.authoring.meaning import difference
from tests.benchmarks.authoring.references import read_reference
from tests.benchmarks.authoring.results import Cost, Result, Row, write_report
from tests.benchmarks.authoring.tasks import Hidden, read_tasks
from tests.servers.model_server import KEY, ModelServer, Reply

if TYPE_CHECKING:
    from pathlib import Path

TASKS = {task.name: task for task in read_tasks()}

_SAFE_LOAD = """
import libcst as cst
from autotransform.codemod import Transform

MENTIONS = ["yaml"]


class SafeLoad(Transform):
    DESCRIPTION = "Call yaml.safe_load."

    def leave_Name(self, original_node, updated_node):
        return self.rename(original_node, updated_node, "yaml.load", to="safe_load")

    def leave_Attribute(self, original_node, updated_node):
        return self.rename(original_node, updated_node, "yaml.load", to="safe_load")

    def leave_ImportAlias(self, original_node, updated_node):
        return self.rename(original_node, updated_node, "yaml.load", to="safe_load")
"""

_TIMEOUT = """
import libcst as cst
from autotransform.codemod import Transform


class Timeout(Transform):
    DESCRIPTION = "Add 1 to every timeout, for ever."

    def leave_Call(self, original_node, updated_node):
        if not self.refers_to(original_node.func, *(f"requests.{name}" for name in ("get", "post", "request"))):
            return updated_node
        if found := self.find_argument(updated_node, keyword="timeout"):
            longer = self.expression("{value} + 1", value=found.value)
            return updated_node.with_deep_changes(found, value=longer)
        return self.add_argument(updated_node, self.argument("1", keyword="timeout"))
"""


def test_there_are_enough_tasks_of_many_kinds() -> None:
    assert len(TASKS) >= 42
    assert len({task.kind for task in TASKS.values()}) >= 14
    assert len({task.request for task in TASKS.values()}) == len(TASKS)


@pytest.mark.parametrize("name", TASKS)
def test_a_task_is_well_formed(name: str) -> None:
    task = TASKS[name]
    negative = [case for case in task.cases if not case.after]
    texts = Counter(case.before for case in task.cases)

    assert task.reading
    assert 2 <= len(task.files) <= 5
    assert 6 <= len(task.cases) <= 12
    assert 2 * len(negative) >= len(task.cases)
    assert len({case.name for case in task.cases}) == len(task.cases) == len(texts)
    assert [text for text in texts if text in {content for _, content in task.files}] == []


@pytest.mark.parametrize("name", TASKS)
def test_every_text_is_python_and_every_change_is_one(name: str) -> None:
    task = TASKS[name]
    for path, content in task.files:
        compile(content, path, "exec", dont_inherit=True)
    for case in task.cases:
        ast.parse(case.before)

        assert [after for after in case.after if not _differs(case, after)] == []
        assert [after for after in case.after if difference(before="", expected=after, actual=after + "\n\n")] == []


def _differs(case: Hidden, after: str) -> bool:
    return bool(difference(before=case.before, expected=after, actual=case.before, package=case.package))


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ("from datetime import timezone\nx = timezone.utc\n", "import datetime\n\nx = datetime.timezone.utc\n"),
        ("from a import b, c\nb(c)\n", "from a import c\nfrom a import b\n\nb(c)\n"),
        ("import a.b\na.b.f()\n", "from a import b\nb.f()\n"),
        ("from app.text import f\nf()\n", "from .text import f\nf()\n"),
        ("f(1, timeout=ANYTHING)\n", "f(1, timeout=2.5)\n"),
        ("f('a')\n", 'f(\n    "a",\n)\n'),
        ("f(1, a=2, b=ANYTHING)\n", "f(1, b=3, a=2)\n"),
        ("def f():\n    from a import b\n    b()\n", "def f():\n    import a\n    a.b()\n"),
    ],
    ids=["module or name", "order", "a submodule", "relative", "anything", "layout", "keywords", "inside a function"],
)
def test_two_right_answers_are_the_same(expected: str, actual: str) -> None:
    assert difference(before="", expected=expected, actual=actual, package="app") == ""


@pytest.mark.parametrize(
    ("expected", "actual", "why"),
    [
        ("from a import b\nb()\n", "from c import b\nb()\n", "something else"),
        ("from a import b\nb()\n", "from a import b, c\nb()\n", "unused imports"),
        ("import a\n", "", "unused imports"),
        ("from a import b\ndef f(b): b()\n", "from a import b as c\ndef f(c): c()\n", "something else"),
        ("import a.b\na.b.f()\n", "import a\na.b.f()\n", "import of a.b is missing"),
        ("f()  # so\n", "f()\n", "comments differ"),
        ("x = 1\ny = 2\n", "x  =  1\ny = 2\n", "written anew"),
        ("f(timeout=ANYTHING)\n", "f(timeot=1)\n", "something else"),
        ("x = 1\n", "x = \n", "does not compile"),
        (
            "from typing import TYPE_CHECKING\nfrom a import b\nb()\n",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from a import b\nb()\n",
            "something else",
        ),
    ],
    ids=[
        "another module",
        "an import too many",
        "an import lost",
        "a parameter hides it",
        "a submodule that nothing imports",
        "a comment lost",
        "a line that had no reason to change",
        "another keyword",
        "no Python",
        "an import for type checkers alone",
    ],
)
def test_a_wrong_answer_is_another(expected: str, actual: str, why: str) -> None:
    before = "x = 1\ny = 1\n" if "anew" in why else ""

    assert why in difference(before=before, expected=expected, actual=actual)


def test_a_right_script_solves_a_task_and_a_wrong_one_does_not(tmp_path: Path) -> None:
    task = TASKS["yaml_load"]
    positive = [case.name for case in task.cases if case.after]
    wrong = _SAFE_LOAD.replace('"yaml.load", to', '"yaml.load", "json.load", to').replace('["yaml"]', '["load"]')

    def failing(source: str) -> list[str]:
        return [each.case.name for each in judge_script(source, task, folder=tmp_path) if each.failure]

    assert failing(_SAFE_LOAD) == []
    assert failing(_SAFE_LOAD.replace("yaml.load", "yaml.no")) == positive
    assert failing(wrong) == ["of json and others"]
    # What the gate keeps from being parsed does not change.
    assert failing(_SAFE_LOAD.replace('["yaml"]', '["nothing"]')) == positive
    assert len(failing("import os\n")) == len(task.cases)


def test_a_script_that_goes_on_changing_does_not_solve_a_task(tmp_path: Path) -> None:
    verdicts = judge_script(_TIMEOUT, TASKS["requests_timeout"], folder=tmp_path)
    failures = {each.case.name: each.failure for each in verdicts}

    assert failures["some functions"] == "a second pass changes more"
    assert failures["it has one"] == "it must not change, and it did"
    assert failures["a local variable"] == ""


def test_a_package_of_the_repository_may_have_other_names_for_what_changes(tmp_path: Path) -> None:
    source = _SAFE_LOAD.replace("yaml.load", "app.users.get_user").replace("safe_load", "fetch_user")
    source = source.replace('["yaml"]', '["get_user"]\nTARGETS = ["app.users.get_user"]')
    verdicts = judge_script(source, TASKS["rename_function"], folder=tmp_path)

    assert [each.case.name for each in verdicts if each.failure] == []


def test_every_task_has_a_script_that_is_to_solve_it() -> None:
    assert [name for name, task in TASKS.items() if not read_reference(task)] == []
    assert {path.stem for path in references.FOLDER.iterdir()} <= TASKS.keys()
    assert references.IN_CATALOGUE.keys() <= TASKS.keys()


@pytest.mark.long
@pytest.mark.parametrize("name", TASKS)
def test_every_task_can_be_solved(name: str, tmp_path: Path) -> None:
    verdicts = judge_script(read_reference(TASKS[name]), TASKS[name], folder=tmp_path)

    assert [(each.case.name, each.failure) for each in verdicts if each.failure] == []


def test_a_plain_prompt_holds_the_files_and_no_case() -> None:
    task = TASKS["requests_timeout"]
    prompt = one_shot.write_prompt(task)

    assert [path for path, content in task.files if content not in prompt or path not in prompt] == []
    assert [case.name for case in task.cases if case.before in prompt] == []
    assert (
        one_shot.find_script("Like this:\n```python\nTARGETS = 1\n```\nor\n```python\nCASES = 2\n```") == "_CASES = 2\n"
    )
    assert one_shot.find_script("I cannot.") == ""


def test_tasks_whose_answer_may_be_shown_as_an_example_are_summed_apart() -> None:
    tasks = [TASKS["yaml_load"], TASKS["bare_except"]]
    nothing = [Result(verdicts=judge_nothing(task, why="no script"), cost=Cost(), seconds=0.0) for task in tasks]
    rows = [Row(task=task, command=result, one_shot=result) for task, result in zip(tasks, nothing, strict=True)]
    apart = ", the 1 tasks that the catalogue has no transform for"

    assert f"| autotransform new{apart} | 0/1 | 0/8 |" in write_report(rows, answers="")
    assert f"| one plain prompt{apart} | 0/1 | 0/8 |" in write_report(rows, answers="")
    assert apart not in write_report(rows[1:], answers="")


def test_recorded_answers_go_with_a_task() -> None:
    recorded = {path.name: path for path in answers_from.FOLDER.iterdir()}

    assert recorded.keys() <= TASKS.keys()
    assert len(recorded) >= 12
    assert [name for name, path in recorded.items() if not {"1.md", "2.md", "oneshot.md"} <= _names(path)] == []


def _names(path: Path) -> set[str]:
    return {each.name for each in path.iterdir()}


@pytest.mark.long
def test_recorded_answers_are_said_to_be_recorded(capsys: pytest.CaptureFixture[str]) -> None:
    benchmark.main(["--recorded", "--task", "verify_false", "bare_except"])
    said = capsys.readouterr().out

    assert "RECORDED" in said
    assert "1 tasks have none and are left out" in said
    assert "| verify_false | security | yes | 8/8 | 1 | ~" in said
    assert "| one plain prompt | 0/1 | 5/8 | 1 | ~" in said


def test_the_recipes_are_said_to_be_built_in(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    told = tmp_path / "told.json"
    benchmark.main(["--built-in", "--task", "rename_class", "bare_except", "--jobs", "2", "--json", str(told)])
    said = capsys.readouterr().out

    assert "BUILT-IN" in said
    assert "| rename_class | rename | yes | 9/9 | - | - | - | - |" in said
    assert "| autotransform new | 1/2 | 9/17 | - | - | - | - |" in said
    assert '"solved": true' in told.read_text()


def test_answers_of_an_endpoint_are_said_to_be_live_and_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    with ModelServer(key=None) as server:
        server.replies(*[Reply(text="I cannot.", piece=1)] * 9)
        arguments = ["--model", "m", "--base-url", server.base_url, "--prices", "1", "1000000"]
        benchmark.main([*arguments, "--task", "bare_except"])
        said = capsys.readouterr().out

    assert f"LIVE ones of the model m at {server.base_url.split('/')[2]}" in said
    assert "| one plain prompt | 0/1 | 0/8 | 1 | 100 | 9 | 9.0001 |" in said
    assert "bare_except, one prompt: the answer holds no script" in said
    assert len(server.requests) > 2


def test_a_plain_prompt_reaches_an_endpoint_that_does_not_count_tokens(tmp_path: Path) -> None:
    with ModelServer() as server:
        endpoint = answers_from.Endpoint(model="m", base_url=server.base_url, api_key=KEY)
        server.replies(Reply(text="I cannot.", refuses=("stream_options",), counts=False), Reply(status=401, text="no"))
        answered, refused = (one_shot.solve_at_once(TASKS["bare_except"], endpoint, folder=tmp_path) for _ in range(2))

    assert (answered.note, answered.cost.is_estimated) == ("the answer holds no script", True)
    assert "401" in refused.note
    assert (answered.passed, refused.passed) == (0, 0)
