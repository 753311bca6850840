"""The pages keep to what the code says, and lead somewhere."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from autotransform import errors
from autotransform.config import Config, ModelConfig, PullRequestConfig
from autotransform.engine import job_of, judge, transform
from autotransform.script import find_problems, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def page(name: str) -> str:
    return (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8")


def config_rows(kind: type[Config | ModelConfig | PullRequestConfig]) -> Iterator[str]:
    for field in dataclasses.fields(kind):
        default = getattr(kind(), field.name)
        if dataclasses.is_dataclass(default):
            continue
        shown = "unset" if default is None else f"`{json.dumps(default)}`"
        yield f"| `{field.name.replace('_', '-')}` | {shown} | {field.metadata['doc']} |"


@pytest.mark.parametrize("row", [row for kind in (Config, ModelConfig, PullRequestConfig) for row in config_rows(kind)])
def test_every_key_of_the_configuration_is_on_its_page(row: str) -> None:
    assert row in page("configuration.md")


def test_every_exit_code_is_on_its_page() -> None:
    base = errors.AutoTransformError
    classes = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, base)]
    listed = {int(code) for code in re.findall(r"^\| (\d+) \|", page("exit-codes.md"), flags=re.MULTILINE)}

    assert {each.exit_code for each in classes} | {0} == listed


def test_the_example_of_the_format_is_a_script_that_works() -> None:
    block, *_ = re.findall(r"```python\n(.*?)```", page("script-format.md"), flags=re.DOTALL)
    script = parse(block, name="clock_now")

    assert find_problems(script) == ()
    assert [case.after is None for case in script.cases] == [False, True]
    assert [judge(case, transform(script, job_of(case))).failure for case in script.cases] == ["", ""]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_to_something_that_is_there(path: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", path.read_text(encoding="utf-8"))
    lost = [link for link in links if "://" not in link and not (path.parent / link).exists()]

    assert lost == []


def test_every_page_can_be_reached_from_the_first() -> None:
    reached, todo = set(), [ROOT / "docs" / "index.md"]
    while todo:
        if (here := todo.pop().resolve()) not in reached:
            reached.add(here)
            links = re.findall(r"\]\(([^)#\s]+\.md)", here.read_text(encoding="utf-8"))
            todo += [here.parent / link for link in links if "://" not in link]

    assert {path.resolve() for path in PAGES if "docs" in path.relative_to(ROOT).parts} <= reached
