"""The format: what a script says of itself is read without running it, and everything wrong is told at once."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import given

from autotransform.errors import ScriptError
from autotransform.script import Case, Provenance, Script, compose, digest_of, parse

BODY = '''"""Use new instead of old.

Rules, in plain words.
"""
import libcst as cst
from autotransform.codemod import Transform

MENTIONS = ["old"]
TARGETS = ["pkg.old"]
CASES = [
    {"name": "a call", "before": """
        old()
        """, "after": """
        new()
        """},
    {"name": "another name", "before": "older()\\n", "path": "pkg/mod.py", "skips": 0},
]


class UseNew(Transform):
    DESCRIPTION = "Use new."
'''


def composed(**fields: object) -> str:
    return compose(BODY, provenance=Provenance(**{"request": "use new instead of old", **fields}))  # type: ignore[arg-type]


def problems_of(source: str | bytes, *, name: str = "use_new", entry: str | None = None) -> list[str]:
    with pytest.raises(ScriptError) as caught:
        parse(source, name=name, entry=entry)

    assert "autotransform edit" in caught.value.hint
    return list(caught.value.details)


def test_everything_a_script_says_is_read() -> None:
    script = parse(composed(model="some-model", generated="2026-11-21T10:00:00Z"), name="use_new")

    assert script.summary == "Use new instead of old."
    assert script.rules == "Rules, in plain words."
    assert (script.entry, script.mentions, script.targets) == ("UseNew", ("old",), ("pkg.old",))
    assert [(case.name, case.before, case.after, case.path, case.skips) for case in script.cases] == [
        ("a call", "old()\n", "new()\n", "example.py", None),
        ("another name", "older()\n", None, "pkg/mod.py", 0),
    ]
    assert script.provenance == Provenance(
        request="use new instead of old",
        model="some-model",
        generated="2026-11-21T10:00:00Z",
        source_sha256=digest_of(BODY),
    )
    assert script.is_model_written
    assert not script.is_edited


def test_parsing_executes_nothing() -> None:
    parse(BODY + "\nraise SystemExit('executed')\n", name="use_new")


@pytest.mark.parametrize("model", ["", "built-in"])
def test_what_no_model_wrote_is_not_model_written(model: str) -> None:
    assert not parse(composed(model=model), name="use_new").is_model_written


def test_an_edit_below_the_header_shows() -> None:
    source = composed()

    assert parse(source + "# a person was here\n", name="use_new").is_edited
    assert parse(source.replace("Use new.", "Use newer."), name="use_new").is_edited


def test_an_edit_of_the_header_alone_is_no_edit_of_the_source() -> None:
    assert not parse(composed().replace("request = ", "request = 'x' #"), name="use_new").is_edited


def test_windows_line_endings_and_a_bom_are_the_same_script() -> None:
    source = composed()
    windows = b"\xef\xbb\xbf" + source.replace("\n", "\r\n").encode()

    assert parse(windows, name="use_new") == parse(source, name="use_new")


def test_a_stock_codemod_needs_no_header_and_no_cases() -> None:
    source = """
from libcst.codemod import ContextAwareTransformer, VisitorBasedCodemodCommand
class Inner(ContextAwareTransformer): ...
class _Base(VisitorBasedCodemodCommand):
    DESCRIPTION = "Base."
class ConvertThings(_Base):
    DESCRIPTION: str = "typed"
    DESCRIPTION = "Convert things."
"""
    script = parse(source, name="convert")

    assert (script.entry, script.summary, script.mentions, script.cases, script.provenance) == (
        "ConvertThings",
        "Convert things.",
        None,
        (),
        None,
    )


def test_composing_replaces_a_header_and_keeps_the_body() -> None:
    once = composed(request="first")
    twice = compose(once, provenance=Provenance(request="second"))

    assert twice.count("# /// script") == 1
    assert twice.endswith(BODY)
    assert parse(twice, name="use_new").request == "second"


@given(st.text(), st.text(min_size=1))
def test_any_request_and_any_model_survive_the_header(request: str, model: str) -> None:
    script = parse(composed(request=request, model=model), name="use_new")

    assert script.provenance is not None
    assert (script.provenance.request, script.provenance.model, script.is_edited) == (request, model, False)


def test_every_problem_comes_at_once_in_the_order_of_lines() -> None:
    source = (
        composed()
        .replace("format = 1", "fromat = 1")
        .replace('["old"]', '["old-name", 3]')
        .replace('["pkg.old"]', '["pkg..old"]')
        .replace('"name": "another name"', '"nmae": "another name"')
        .replace("(Transform)", "")
    )

    assert problems_of(source, name="Use-New") == [
        "the name 'Use-New' is not of the form [a-z][a-z0-9_]*; rename the file [name]",
        "the file holds no transform: no class derives from autotransform.codemod.Transform [class]",
        "line 1: unknown key 'fromat'; did you mean 'format'? [header]",
        "line 1: the key 'format' is missing; write format = 1 [header]",
        "line 17: MENTIONS holds 'old-name', which is not a fragment of an ASCII identifier [mentions]",
        "line 17: MENTIONS holds 3, which is not a fragment of an ASCII identifier [mentions]",
        "line 18: TARGETS holds 'pkg..old', which is not a dotted name [targets]",
        "line 25: a case has no key 'nmae'; did you mean 'name'? [cases]",
        "line 25: a case lacks 'name' [cases]",
    ]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("format = 1", "format = 2", "format 2 is not known"),
        ("format = 1", "format = true", "format has the wrong type"),
        ("format = 1", "format = = 1", "not TOML"),
        ("# ///\n", "# //\n", "never closed"),
        ("CASES = [", "CASES = [*MORE, ", "a case must be a literal dictionary"),
        ("CASES = [", "CASES = list() + [", "CASES must be a literal list"),
        ('"skips": 0', '"skips": True', "'skips' of a case must be a literal number"),
        ('"path": "pkg/mod.py"', '"path": f()', "'path' of a case must be a literal string"),
        ('"another name"', '"a call"', "two cases are called 'a call'"),
        ("        new()", "        old()", "'after' equals 'before'"),
        ('MENTIONS = ["old"]', "MENTIONS = compute()", "MENTIONS must be a literal list"),
        ('MENTIONS = ["old"]', 'MENTIONS = ["é"]', "not a fragment of an ASCII identifier"),
        ("class UseNew", "class UseNew(:\nclass", "not valid Python"),
        ("class UseNew", "class Other(Transform): ...\nclass UseNew", "several transforms (Other, UseNew)"),
    ],
)
def test_each_fault_is_told(old: str, new: str, problem: str) -> None:
    source = composed()

    assert old in source
    assert any(problem in line for line in problems_of(source.replace(old, new, 1)))


def test_a_class_can_be_chosen() -> None:
    source = BODY + "class Other(Transform): ...\n"

    assert parse(source, name="use_new", entry="Other").entry == "Other"
    assert problems_of(source, entry="Gone") == ["the file holds no class Gone; it holds UseNew, Other [class]"]


def test_bytes_that_are_not_utf_8_are_a_problem_with_its_line() -> None:
    assert problems_of(BODY.encode() + b"x = '\xff'\n")[-1] == "line 22: the file is not UTF-8 [encoding]"


def test_a_script_is_a_plain_value() -> None:
    script = parse(BODY, name="use_new")

    assert script == parse(BODY, name="use_new")
    assert hash(script) == hash(parse(BODY, name="use_new"))
    assert isinstance(script, Script)
    assert isinstance(script.cases[0], Case)
