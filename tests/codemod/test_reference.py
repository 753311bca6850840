"""``docs/reference/codemod.md`` is what docstrings say, with examples that run; ``--update-scenarios`` writes it."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import libcst as cst
import pytest
from libcst.codemod import CodemodContext, VisitorBasedCodemodCommand

from autotransform.codemod import Transform
from autotransform.codemod.reading import ReadingCommand

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "codemod.md"
EXAMPLES = Path(__file__).parent / "examples"
INTRODUCTION = """\
# What a transform can ask and do

This page is generated from the docstrings of `Transform`, the base class of the classes in [scripts](script-format.md);
its examples run as tests. What `Transform` knows of a node, it knows of nodes of the *original* tree: of
`original_node`, never of `updated_node`. In the examples, the text stands in `shop/here.py`.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A script and what it does, from a file of four parts; the last, of skipped places, may be missing."""

    script: str
    before: str
    after: str
    skipped: str

    @classmethod
    def read(cls, method: str) -> Example:
        text = (EXAMPLES / f"{method}.txt").read_text(encoding="utf-8")
        parts = dict.fromkeys(("before", "after", "skipped"), "")
        script, *rest = re.split(r"^--- (\w+)\n", text, flags=re.MULTILINE)
        parts |= {name: part.strip("\n") for name, part in zip(rest[::2], rest[1::2], strict=True)}
        return cls(script=script.strip("\n"), **parts)


def methods() -> Iterator[tuple[str, str, Callable[..., Any]]]:
    """Give the group, the name and the function of every method that a transform has of us, in their order."""
    for owner in (Transform, ReadingCommand):
        group = ""
        for heading, name in re.findall(r"^    # (.+)$|^    def (\w+)", inspect.getsource(owner), flags=re.MULTILINE):
            group = heading or group
            if name and name[0] != "_" and name in vars(owner) and not hasattr(VisitorBasedCodemodCommand, name):
                method = vars(owner)[name]
                if inspect.isfunction(method):
                    yield group, name, method


METHODS = list(methods())
NAMES = [name for _, name, _ in METHODS]


def rendered() -> str:
    parts, group = [INTRODUCTION], ""
    for heading, name, method in METHODS:
        if heading != group:
            parts.append(f"## {heading}\n")
            group = heading
        parts += [f"### {name}\n", fenced(signature(name, method)), prose(method), shown(Example.read(name))]
    return "\n".join(parts)


def signature(name: str, method: Callable[..., Any]) -> str:
    found = inspect.signature(method)
    own = found.replace(parameters=list(found.parameters.values())[1:])
    return f"{name}{own}".replace("'", "")


def prose(method: Callable[..., Any]) -> str:
    """Write a docstring as Markdown: its indented examples as code, its list of errors as a line each."""
    text = (inspect.getdoc(method) or "").replace("``", "`").replace("Example::\n\n", "")
    text = re.sub(r"^Raises:\n +(\w+): (.+)$", r"Raises `\1`: \2", text, flags=re.MULTILINE)
    indented = re.compile(r"(?:^ {4}.*\n?|^\n(?= {4}))+", flags=re.MULTILINE)
    text = indented.sub(lambda found: "\n" + fenced(inspect.cleandoc(found[0])), text)
    return re.sub(r"\n{3,}", "\n\n", text).rstrip("\n") + "\n"


def shown(example: Example) -> str:
    after = fenced(example.after) if example.after else "The text stays as it is.\n"
    skipped = f"\nListed as undecided:\n\n{fenced(example.skipped, language='text')}" if example.skipped else ""
    middle = "\nmakes of\n\n" if example.after else "\nreads\n\n"
    ending = "\nthis:\n\n" if example.after else "\n"
    return f"A script:\n\n{fenced(example.script)}{middle}{fenced(example.before)}{ending}{after}{skipped}"


def fenced(code: str, *, language: str = "python") -> str:
    return f"```{language}\n{code}\n```\n"


def test_the_page_is_what_the_docstrings_say(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update-scenarios"):
        PAGE.write_text(rendered(), encoding="utf-8")

    assert PAGE.read_text(encoding="utf-8") == rendered()


@pytest.mark.parametrize("name", NAMES)
def test_an_example_does_what_the_page_shows(name: str) -> None:
    example = Example.read(name)
    space: dict[str, Any] = {"cst": cst, "Transform": Transform}
    exec(compile(example.script, f"{name}.txt", "exec"), space)
    kinds = [each for each in space.values() if isinstance(each, type) and Transform in each.__bases__]
    context = CodemodContext(full_module_name="shop.here", full_package_name="shop")
    after = kinds[0](context).transform_module(cst.parse_module(f"{example.before}\n")).code

    assert len(kinds) == 1
    assert f"self.{name}(" in example.script
    assert after == f"{example.after or example.before}\n"
    assert "\n".join(context.warnings) == example.skipped


@pytest.mark.parametrize("name", NAMES)
def test_a_docstring_says_what_plain_libcst_gets_wrong(name: str) -> None:
    (method,) = (each for _, other, each in METHODS if other == name)

    assert "LibCST alone" in re.sub(r"\s+", " ", inspect.getdoc(method) or "")


def test_nothing_is_left_out_and_nothing_is_left_over() -> None:
    assert {path.stem for path in EXAMPLES.iterdir()} == set(NAMES)
    assert len(NAMES) == len(set(NAMES))
    assert all(group for group, _, _ in METHODS)


def test_a_method_that_is_not_shown_would_be_found() -> None:
    with pytest.raises(FileNotFoundError):
        Example.read("rename_everything")
