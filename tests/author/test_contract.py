"""What a model says that it understood, however it lays it out; and what becomes of it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from autotransform.author.contract import (
    Contract,
    Question,
    contract_as_json,
    contract_of,
    contract_of_json,
    read_contract,
    write_contract,
)
from autotransform.script import Case

GOOD = '''Here is how I understand it.

name: use_utc

## Summary
- Use `timezone.utc`.

## Rules
- `pytz.UTC` becomes `timezone.utc`,
  wherever it stands.
- An import of pytz that is not used any more goes.

## Leaves alone
- A local variable called `pytz`.

## Assumptions
- `pytz.utc` counts, too.

## Questions
- Is Python 2 supported? (assumed: no)
- Which module?

## Cases
```python
CASES = [
    {
        "name": "attribute",
        "before": """
            import pytz
            x = pytz.UTC
        """,
        "after": """
            from datetime import timezone
            x = timezone.utc
        """,
    },
    {"name": "local", "before": "pytz = 1\\n"},
]
```
'''
CONTRACT = Contract(
    name="use_utc",
    summary="Use `timezone.utc`.",
    rules=(
        "`pytz.UTC` becomes `timezone.utc`, wherever it stands.",
        "An import of pytz that is not used any more goes.",
    ),
    leaves=("A local variable called `pytz`.",),
    assumptions=("`pytz.utc` counts, too.",),
    questions=(Question(text="Is Python 2 supported?", assumed="no"), Question(text="Which module?")),
    cases=(
        Case(
            name="attribute",
            before="import pytz\nx = pytz.UTC\n",
            after="from datetime import timezone\nx = timezone.utc\n",
        ),
        Case(name="local", before="pytz = 1\n"),
    ),
)
LAYOUTS = {
    "as asked for": GOOD,
    "carriage returns": GOOD.replace("\n", "\r\n"),
    "thoughts in front": f"<think>\n## Rules\n- wrong\n</think>\n{GOOD}",
    "bold headings": GOOD.replace("## ", "**").replace("\n- Use", "\n\n- Use").replace("**Summary", "**Summary**"),
    "colons": GOOD.replace("## Summary", "Summary:").replace("## Rules", "Rules:").replace("## Cases", "Cases:"),
    "deeper headings": GOOD.replace("## ", "#### "),
    "stars and numbers": GOOD.replace("\n- `pytz.UTC`", "\n1. `pytz.UTC`").replace("- A local", "* A local"),
    "other words": GOOD.replace("Leaves alone", "Non-rules").replace("## Questions", "## Open questions"),
    "a bare list": GOOD.replace("CASES = [", "["),
    "an annotation": GOOD.replace("CASES = [", "CASES: list[dict] = ["),
    "tildes": GOOD.replace("```python", "~~~python").replace("```", "~~~"),
    "prose behind it": f"{GOOD}\nShall I write the script?\n",
    "another block in front": GOOD.replace("## Rules", "## Rules\n```python\nx = pytz.UTC\n```\n"),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_contract_is_read_however_it_is_laid_out(name: str) -> None:
    assert replace(read_contract(LAYOUTS[name]), notes=()) == CONTRACT


def test_json_cases() -> None:
    contract = read_contract('## Rules\n- a\n\n## Cases\n```json\n{"cases": [{"name": "n", "before": "x\\n"}]}\n```')

    assert contract.cases == (Case(name="n", before="x\n"),)


@pytest.mark.parametrize(
    "contract",
    [
        CONTRACT,
        Contract(),
        Contract(rules=("a",)),
        replace(CONTRACT, questions=(Question(text="Which?", assumed="this"),), name=""),
        Contract(cases=(Case(name="odd", before='x = \'"""\'\n\tif\\\n', after="\r\n", path="a/b.py", skips=2),)),
    ],
)
def test_what_is_written_is_read_again(contract: Contract) -> None:
    assert read_contract(write_contract(contract)) == contract


def test_one_bad_case_does_not_cost_the_others() -> None:
    text = GOOD.replace('{"name": "local"', '{"title": "odd", "before": 1},\n    {"name": "local"')
    contract = read_contract(text)

    assert [case.name for case in contract.cases] == ["attribute", "local"]
    assert len(contract.notes) == 3
    assert "a case has no key 'title'" in contract.notes[0]


def test_two_cases_of_one_name_are_two() -> None:
    contract = read_contract(GOOD.replace('"name": "local"', '"name": "attribute"'))

    assert [case.name for case in contract.cases] == ["attribute", "attribute (2)"]


@pytest.mark.parametrize(
    "text", ["", "I cannot help.", "```python\nprint(1)\n```", "## Rules\n- none\n", "```\n" * 500]
)
def test_no_contract(text: str) -> None:
    assert read_contract(text).is_empty


@pytest.mark.parametrize(
    "text",
    [
        "## Rules\n" + "- x\n" * 100_000,
        "## " + "a" * 200_000,
        "- " * 100_000,
        "## Rules\n- " + "(assumed: " * 20_000,
        "```python\nCASES = [" + "[" * 5_000 + "\n```",
        "**" * 50_000,
        "## Rules\n" + "  y\n" * 50_000,
    ],
    ids=["items", "heading", "dashes", "assumed", "deep", "stars", "continued"],
)
def test_no_answer_takes_long(text: str) -> None:
    contract = read_contract(text)  # what grows with the square of the text runs into the time-out

    assert len(contract.rules) <= 40


def test_given_cases_come_first_and_are_fixed() -> None:
    given = Case(name="attribute", before="pytz = 1\n", after="pytz = 2\n")
    contract = CONTRACT.with_cases([given])

    assert [case.name for case in contract.cases] == ["attribute", "attribute (2)"]
    assert contract.cases[0] == given
    assert contract.fixed == {"attribute"}


def test_answers_are_no_presumptions() -> None:
    contract = replace(CONTRACT, questions=(Question(text="Is it?", assumed="no", answer="yes"), *CONTRACT.questions))

    assert contract.presumptions == (
        "`pytz.utc` counts, too.",
        "Is Python 2 supported? (assumed: no)",
        "Which module?",
    )
    assert "Is it? (answer: yes)" in contract.agreement


def test_a_script_in_the_place_of_a_contract() -> None:
    body = (
        '"""Do it.\n\n- A rule.\n"""\n\nfrom autotransform.codemod import Transform\n\nCASES = [{"name": "a", '
        '"before": "x\\n"}]\n\n\nclass Do(Transform):\n    pass\n'
    )
    contract = contract_of(body)

    assert (contract.summary, contract.rules, len(contract.cases)) == ("Do it.", ("A rule.",), 1)
    assert contract_of("nothing").is_empty


ODD = replace(
    CONTRACT,
    questions=(Question(text="Which?", assumed="a (or b)", answer="no (it is public)"), Question(text="And (now)?")),
    fixed=frozenset({"local"}),
    notes=("x",),
)


@pytest.mark.parametrize("contract", [CONTRACT, ODD, Contract()])
def test_a_contract_is_kept_as_it_is(contract: Contract) -> None:
    assert contract_of_json(json.loads(json.dumps(contract_as_json(contract)))) == contract


@pytest.mark.parametrize("data", [None, 1, "x", [], {}, {"name": "x"}, {**contract_as_json(CONTRACT), "cases": [{}]}])
def test_what_is_no_contract_is_none(data: object) -> None:
    assert contract_of_json(data) is None


def test_an_answer_with_brackets_stays_an_answer() -> None:
    text = write_contract(replace(ODD, fixed=frozenset(), notes=()))

    assert read_contract(text).questions[0].answer == "no (it is public)"


def test_cases_that_cannot_be_read_are_told() -> None:
    contract = read_contract(GOOD.replace('"name": "local", ', '"name": "local" '))

    assert contract.cases == ()
    assert "The cases cannot be read: line" in contract.notes[0]
