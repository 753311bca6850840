"""Cases and sentences are put into scripts, and nothing else of them changes."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from autotransform.author.cutting import write_case
from autotransform.script import Case, parse
from autotransform.script.amending import add_cases, add_rules, drop_cases, insert_cases
from autotransform.script.compose import body_of

CATALOGUE = sorted((Path(__file__).parents[2] / "transforms").glob("*.py"))
SCRIPT = '''"""Do it.

- A rule.
"""

import libcst as cst
from autotransform.codemod import Transform

MENTIONS = ["x"]
{cases}

class Do(Transform):
    DESCRIPTION = "Do it."
'''
NEW = Case(name="new", before="é = x\n", after="é = y\n")
ONE = '{"name": "one", "before": "x\\n"}'
LISTS = {
    "empty": "CASES = []",
    "empty over lines": "CASES = [\n]",
    "annotated": "CASES: list[dict[str, str]] = []",
    "one on the line": f"CASES = [{ONE}]",
    "one behind something wide": f'CASES = [{{"name": "é", "before": "x\\n"}}, {ONE}]',
    "one on its own line": f"CASES = [\n    {ONE},\n]",
    "none": "",
}


def script(name: str) -> str:
    return SCRIPT.format(cases=LISTS[name])


@pytest.mark.parametrize("name", LISTS)
def test_a_case_is_put_in_front(name: str) -> None:
    before = script(name)
    after = add_cases(before, [write_case(NEW)])

    cases = parse(after, name="do").cases
    assert [case.name for case in cases] == ["new", *(case.name for case in parse(before, name="do").cases)]
    assert (cases[0].before, cases[0].after) == (NEW.before, NEW.after)
    others = [line for line in after.split("\n") if line in before.split("\n")]
    assert set(before.split("\n")) - set(others) <= set(LISTS[name].split("\n"))


@pytest.mark.parametrize("name", LISTS)
def test_what_was_put_in_is_taken_out_again(name: str) -> None:
    before = script(name)
    after = drop_cases(add_cases(before, [write_case(NEW)]), frozenset({"new"}))

    assert texts(after) == texts(before)


def texts(source: str) -> list[tuple[str, str, str | None]]:
    return [(case.name, case.before, case.after) for case in parse(source, name="do").cases]


@pytest.mark.parametrize("path", CATALOGUE, ids=lambda path: path.stem)
def test_real_scripts_keep_everything_else(path: Path) -> None:
    before = body_of(path.read_text())
    after = add_cases(before, [write_case(NEW)])
    texts = [(case.name, case.before, case.after) for case in parse(before, name="x").cases]

    assert [(case.name, case.before, case.after) for case in parse(after, name="x").cases][1:] == texts
    assert drop_cases(before, frozenset({"no such case"})) == before
    kept = parse(drop_cases(after, frozenset({"new"})), name="x")
    assert [(case.name, case.before, case.after) for case in kept.cases] == texts


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_line_ends_of_a_file_stay(end: str) -> None:
    before = f"x = 1{end}CASES = []{end}"

    after = insert_cases(before.encode(), [write_case(NEW)])

    assert after.decode() == add_cases(before.replace(end, "\n"), [write_case(NEW)]).replace("\n", end)
    assert b"new" in after


def test_all_cases_can_be_dropped() -> None:
    assert parse(drop_cases(script("one on its own line"), frozenset({"one"})), name="do").cases == ()


@pytest.mark.parametrize("text", ["def f(:\n", "\0", "(" * 1000], ids=["syntax", "null", "deep"])
def test_what_is_not_python_stays(text: str) -> None:
    assert add_cases(text, [write_case(NEW)]) == text
    assert drop_cases(text, frozenset({"x"})) == text
    assert add_rules(text, heading="Assumed:", items=["a"]) == text


def test_assumptions_end_the_docstring() -> None:
    long = "word " * 60
    after = add_rules(script("empty"), heading="Assumed:", items=["A rule.", "Tuples count.", long.strip()])
    docstring = ast.get_docstring(ast.parse(after)) or ""

    assert docstring.startswith("Do it.\n\n- A rule.\n\nAssumed:\n\n- Tuples count.\n- word")
    assert docstring.count("A rule.") == 1
    assert max(map(len, after.split("\n"))) <= 120
    assert add_rules(after, heading="Assumed:", items=["Tuples count."]) == after


@pytest.mark.parametrize(
    "item", ['ends in """', 'a """ in it', "a \\ in it \\", "control \x1b[31m it", "ends in '", 'ends in "']
)
def test_no_assumption_gets_out_of_the_docstring(item: str) -> None:
    before = script("empty")
    after = add_rules(before, heading="Assumed:", items=[item + '"""\nimport os\n'])
    added = [type(node).__name__ for node in ast.parse(after).body]

    assert added == [type(node).__name__ for node in ast.parse(before).body]
    assert "\x1b" not in after


@pytest.mark.parametrize("docstring", ["'one line'", "'''One.'''", 'r"""Raw."""', '"""One."""  # note', ""])
def test_unusual_docstrings(docstring: str) -> None:
    before = f"{docstring}\nx = 1\n"
    after = add_rules(before, heading="Assumed:", items=["It is so."])

    ast.parse(after)
    assert ("It is so." in (ast.get_docstring(ast.parse(after)) or "")) == ('"""' in docstring or "'''" in docstring)
    assert ("# note" in after) == ("# note" in before)
