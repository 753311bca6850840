"""The body of a pull request: what is foreign stays text, and it is never too long."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from autotransform.errors import ConfigError
from autotransform.publish.branches.record import make_record
from autotransform.publish.gate.offences import Offence
from autotransform.publish.gate.project_tests import Verification, leave_out
from autotransform.publish.pull_requests.body import (
    LONGEST_BODY,
    LONGEST_TITLE,
    marker_of,
    pull_request_body,
    pull_request_title,
    read_marker,
)
from autotransform.publish.pull_requests.markdown import code, docstring_prose, fence, plain, prose
from autotransform.publish.pull_requests.page import (
    GateResult,
    Page,
    Section,
    ShownShape,
    Sibling,
    gate_result,
    make_page,
)
from autotransform.publish.splitting.parts import split
from autotransform.review import FileChange
from autotransform.review.decisions import Decisions
from autotransform.review.reasons.rules import list_rules
from autotransform.review.shapes.finding import find_shapes
from autotransform.review.summary import Group

if TYPE_CHECKING:
    from markdown_it.token import Token

    from tests.publish.conftest import Scene

#: With what GitHub adds to CommonMark: tables, links without brackets, strikethrough.
MARKDOWN = MarkdownIt("gfm-like", {"linkify": False}).enable(["table", "strikethrough"])

DIGEST = "ab" * 32
COMMAND = "autotransform apply one_to_two --base 1234"

HOSTILE = [
    "@everyone look",
    "ping @org/team-a.",
    "Fixes #1",
    "closes: #12, resolves GH-3",
    "fixed octo/repo#7",
    "resolve https://github.com/o/r/issues/1",
    "see #123 and GH-1 and a/b#1",
    "![x](https://evil.example/x.png)",
    "[click](javascript:alert(1))",
    "[ref]: https://evil.example 'x'",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</details><h1>free</h1>",
    "<!-- autotransform: other - 00 -->",
    "--> <b>out</b> <!--",
    "<https://evil.example>",
    "https://evil.example/a?b=c",
    "www.evil.example",
    "mail a@b.example",
    "```\n# out of the fence\n```",
    "````````\nout\n````````",
    "~~~\nout\n~~~",
    "`code` and ``more`` and `",
    "`" * 500,
    "\\` \\` \\\\`",
    "# heading",
    "Setext\n======",
    "- list\n- list",
    "1. one\n2. two",
    "* * *",
    "+ plus",
    "12) twelve",
    "> quote",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "~~gone~~ **bold** _it_",
    "    indented",
    "\tindented",
    "a\u202egnp.exe\u2066",
    "zero\u200bwidth\ufeff",
    "bell\x07 esc\x1b[31m nul\x00 del\x7f",
    "line\u2028sep\u2029par\x85nel\x0bvt\x0cff",
    "\ud800 lone \udfff",
    "&lt;b&gt; &#64;all &commat;all",
    "$x^2$ $$y$$",
    "[x] [ ] :smile:",
    "{{ 7 * 7 }} {% for x in y %}",
    "Co-authored-by: A <a@b.example>",
    "\r\n\r\nfoo\rbar",
    "x" * 70_000,
    "😀" * 17_000,
    "@a " * 10_000,
    "<" * 10_000,
]


def make(text: str = "plain", **changes: object) -> Page:
    groups = (Group(reason=text, places=(text, "a.py:1:1")), Group(reason="z", places=("b.py",) * 50))
    shape = ShownShape(
        before=text,
        after=text,
        count=3,
        files=2,
        path=text,
        diff=(f"-{text}", f"+{text}", " keep"),
        varying=(("A1", (text, "x")),),
    )
    page = Page(
        name="one_to_two",
        part="src.pkg",
        part_title=text,
        digest=DIGEST,
        summary=text,
        request=f"{text}\n{text}",
        rules=(text, "- a rule"),
        command=COMMAND,
        verify="autotransform verify autotransform/one_to_two",
        base="1234",
        changed=2,
        selected=3,
        shapes=(shape, replace(shape, before="", count=1)),
        sections=(Section(title="Warnings", groups=groups),),
        gate=GateResult(command=text, state="passed-without", dropped=groups),
        siblings=(Sibling(number=12, title=text),),
        owners=(text, "@org/team"),
        asked_by=text,
        model=text,
        generated=text,
        is_edited=True,
        script_path=text,
        source=f"{text}\nimport x\n",
    )
    return replace(page, **changes)  # type: ignore[arg-type]


def tokens_of(body: str) -> list[Token]:
    return [inner for token in MARKDOWN.parse(body) for inner in [token, *(token.children or ())]]


def structure(body: str) -> list[tuple[str, str]]:
    """What the body is made of, without its text."""
    return [(token.type, token.tag) for token in MARKDOWN.parse(body) if token.type != "inline"]


def check(body: str) -> None:
    tokens = tokens_of(body)
    assert len(body.encode()) <= LONGEST_BODY
    assert not {token.type for token in tokens} & {
        "link_open",
        "image",
        "html_inline",
        "table_open",
        "s_open",
        "strong_close_",
    }
    spans = " ".join(token.content for token in tokens if token.type == "code_inline")
    assert re.findall(r"(?<![A-Za-z0-9])@[\w-]", spans) == []
    html = "".join(token.content for token in tokens if token.type == "html_block")
    assert re.sub(r"The script: \d+ lines?", "", html).split() == [
        *(["<details>", "<summary></summary>", "</details>"] if "<details>" in html else []),
        *marker_of(make()).split(),
    ]
    shown = " ".join(token.content for token in tokens if token.type == "text")
    assert re.findall(r"@[\w-]|GH-\d|\w://|www\.", shown) == []
    assert re.findall(r"\S*#\d+", shown) in (["#12"], [])
    closing = r"(?i)\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)\b[:\s]*(?:[\w.-]+/[\w.-]+)?(?:#\d|GH-\d|https?://)"
    assert re.findall(closing, body) == []
    assert all(char.isprintable() or char in "\n\t" for char in body)
    assert COMMAND in [token.content.strip() for token in tokens if token.type == "fence"]
    assert body.endswith(f"{marker_of(make())}\n")
    assert read_marker(body) == ("one_to_two", "src.pkg", DIGEST)


def test_there_are_enough_hostile_texts() -> None:
    assert len(HOSTILE) >= 40


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_stays_text(text: str) -> None:
    body = pull_request_body(make(text))

    check(body)
    if len(text) < 100:
        lines = len([line for line in text.splitlines() if line.strip()])
        plain_lines = "\n".join(["plain"] * lines)
        expected = structure(pull_request_body(replace(make(), request=f"{plain_lines}\n{plain_lines}")))
        assert structure(body) == expected


@given(st.text(max_size=200) | st.text(alphabet="`~<>!-[]()@#1:/\n &\\*_=+.|", max_size=60))
@settings(max_examples=60, deadline=None)
def test_any_text_stays_text(text: str) -> None:
    check(pull_request_body(make(text)))


@given(st.text(alphabet="`~<>![]()@#1: \n&\\*_a", max_size=30))
@settings(max_examples=200, deadline=None)
def test_code_spans_and_fences_hold_what_they_are_given(text: str) -> None:
    span = MARKDOWN.parseInline(f"a {code(text)} b")[0].children or []
    block = MARKDOWN.parse(f"- x\n\n{fence(text)}\n\nend")

    assert [token.type for token in span if token.type != "text"] in (["code_inline"], ["em_open", "em_close"])
    assert [token.type for token in block if token.level == 0] == [
        "bullet_list_open",
        "bullet_list_close",
        "fence",
        "paragraph_open",
        "paragraph_close",
    ]


def test_prose_reads_as_it_was_written() -> None:
    text = "Use `a` (not *b*), 3 < 4 & [c]; see www.x.y, 1. #2 @me GH-7"

    assert "".join(token.content for token in tokens_of(prose(text)) if token.type.startswith("text")) == (
        "Use `a` (not *b*), 3 < 4 & [c]; see www\uff0ex.y, 1. \uff032 \uff20me GH\u20117"
    )


def test_code_in_a_docstring_is_code_and_closes_nothing() -> None:
    text = "1. ``a.b`` and `c` of @me: `` ` ``, `open, <b>``x` ` ` fixes `#1`"
    shown = [(token.type, token.content) for token in tokens_of(docstring_prose(text)) if token.content]

    assert shown[1:] == [
        ("text", "1. "),
        ("code_inline", "a.b"),
        ("text", " and "),
        ("code_inline", "c"),
        ("text", " of \uff20me: "),
        ("code_inline", "`"),
        ("text", ", "),
        ("code_inline", "open, <b>``x"),
        ("text", " ` ` fixes "),
        ("code_inline", "\uff031"),
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("@bob/x.py", "\uff20bob/x.py"),
        ("a/@bob.py:1:1", "a/\uff20bob.py:1:1"),
        ("_@bob, é@bob", "_\uff20bob, é\uff20bob"),
        ("a@b.example and actions/checkout@v4, x @ y", "a@b.example and actions/checkout@v4, x @ y"),
    ],
)
def test_code_mentions_nobody_once_it_is_in_the_message_of_a_squashed_commit(text: str, shown: str) -> None:
    assert code(text) == f"`{shown}`"


def test_a_block_of_code_can_be_copied_and_closes_nothing() -> None:
    text = "+@property\n+# fixes #1, see @org/team\n"

    assert fence(text) == "```text\n+@property\n+# fixes \uff031, see @org/team\n```"


@given(st.text(alphabet="`~<>![]()@#1: \n&\\*_a-", max_size=30))
@settings(max_examples=200, deadline=None)
def test_any_docstring_is_one_paragraph_of_text_and_code(text: str) -> None:
    tokens = [token.type for token in tokens_of(f"{docstring_prose(f'{text}a')}\n\nend")]

    assert [token for token in tokens if token not in ("text", "text_special", "code_inline")] == (
        ["paragraph_open", "inline", "paragraph_close"] * 2
    )


def test_a_wrapped_rule_stays_one_rule() -> None:
    rules = (
        "Names become ``other``, however\nthey are called. Calls are left alone and\nlisted (see below.)\n"
        "Strings stay.\n\nA paragraph\n\nNotes:\n\n- an item\n  goes on. And\n  ends.\n  - below\n2) second\nnot of it"
    )

    assert list_rules(rules) == (
        "Names become ``other``, however they are called. Calls are left alone and listed (see below.)",
        "Strings stay.",
        "A paragraph",
        "Notes:",
        "- an item goes on. And ends.",
        "- below",
        "2) second",
        "not of it",
    )


def test_the_whole_page() -> None:
    body = pull_request_body(make("some text"))

    for said in (
        "**Asked for by `some text`:**\n\n> some text\n> some text\n",
        "2 of 3 files changed.",
        "### Rules\n\n- some text\n- a rule\n",
        f"```sh\n{COMMAND}\n```",
        "3 changes in 2 files: `some text` → `some text`, where `A1` is `some text`, `x`",
        "1 change in 2 files: _nothing_ → `some text`",
        "```diff\n-some text\n+some text\n keep\n```",
        "### Warnings: 52\n\n- 2 \u00d7 some text: `some text`, `a.py:1:1`\n- 50 \u00d7 z: ",
        " and 30 more\n",
        "They pass, once this was left out (`some text`)",
        "- #12 some text\n",
        "The model `some text` wrote the script on `some text`",
        "A person has edited it since.",
        "<summary>The script: 2 lines</summary>\n\n```python\nsome text\nimport x\n```\n\n</details>",
    ):
        assert said in body


def test_what_is_too_long_is_left_out_part_by_part_and_counted() -> None:
    big = make(source="x = 1\n" * 20_000)
    shape = replace(make().shapes[0], diff=("+" + "y" * 100,) * 50)
    wide = make(shapes=(shape,) * 300, rules=("a rule " * 20,) * 500, siblings=(Sibling(number=1, title="t"),) * 500)

    without_script, shortened = pull_request_body(big), pull_request_body(wide)

    assert "<details>" not in without_script
    assert "It has 20000 lines, too many for this page" in without_script
    assert re.search(r"… and \d+ more shapes with \d+ changes", shortened)
    assert re.search(r"- … and \d+ more\n", shortened)
    assert len(shortened) > 5_000
    check(without_script)


@given(st.integers(0, 90), st.integers(0, 1_200), st.sampled_from(["a", "`", "é", "😀", "<", "\x1b", "@a "]))
@settings(max_examples=10, deadline=None)
def test_it_is_never_too_long(count: int, length: int, letter: str) -> None:
    text = letter * length
    page = make(
        text,
        rules=(text,) * count,
        shapes=make(text).shapes * count,
        siblings=(Sibling(number=12, title=text),) * count,
    )
    sections = tuple(
        Section(title="Warnings", groups=(Group(reason=text, places=(text,) * 9),) * count) for _ in range(6)
    )

    body = pull_request_body(replace(page, sections=sections, command=COMMAND))

    assert len(body.encode()) <= LONGEST_BODY
    assert COMMAND in body
    assert body.endswith(f"{marker_of(page)}\n")


def test_a_command_that_fills_the_page_is_not_cut_in_two() -> None:
    body = pull_request_body(make(command="autotransform apply " + "x" * 70_000))

    assert "The command is too long for this page; it stands in the message of the commit." in body


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_title_is_one_short_line_that_closes_nothing(text: str) -> None:
    title = pull_request_title(make(text))

    assert title.isprintable()
    assert 0 < len(title) <= LONGEST_TITLE
    assert re.findall(r"@\w|#\d|GH-\d|\w://", title) == []


def test_a_title_names_its_part() -> None:
    assert pull_request_title(make("Use two.", part_title="src/pkg")) == "Use two (src/pkg)"
    assert pull_request_title(make("Use two.", part="", part_title="")) == "Use two"
    assert pull_request_title(make("", part="", part_title="")) == "Apply the transform one_to_two"


def test_the_last_marker_counts_and_nothing_else_is_one() -> None:
    forged = "<!-- autotransform: other - 00 -->"
    body = pull_request_body(make(source=f"x\n{forged}\n"))

    assert read_marker(f"{body}\nA word by a person.") == ("one_to_two", "src.pkg", DIGEST)
    assert read_marker("nothing\n<!-- autotransform: a -->") is None
    assert marker_of(make(name="a --> b", part="")) == f"<!-- autotransform: a_--__b - {DIGEST} -->"


def test_a_template_of_the_repository_is_used_and_keeps_what_must_stay() -> None:
    template = (
        "{# ours #}{% for shape in shapes %}{{ shape.count }} {{ shape.before | upper }} {% endfor %}by {{ asked_by }}"
    )

    body = pull_request_body(make("<b>@x"), template=template, origin="pr.md")

    assert body.startswith("3 `<B>\uff20X` 1 _NOTHING_ by `<b>\uff20x`")
    assert f"```sh\n{COMMAND}\n```" in body
    assert read_marker(body) == ("one_to_two", "src.pkg", DIGEST)


def test_a_template_that_tells_the_command_is_not_told_it_again() -> None:
    assert pull_request_body(make(), template="{{ command }}", origin="pr.md").count(COMMAND) == 1


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{{ ''.__class__.__mro__ }}", "unsafe|cannot be used"),
        ("{{ name.__init__.__globals__ }}", "unsafe|cannot be used|no attribute|undefined"),
        ("{{ cycler.__init__ }}", "undefined|cannot be used"),
        ("{% for a in range(99999) %}x{% endfor %}", "only a value"),
        ("{{ summary.upper() }}", "call cannot"),
        ("{{ [1, 2] }}", "list cannot"),
        ("{{ 'x' * 999999999 }}", "mul cannot"),
        ("{{ 2 ** 999999999 }}", "pow cannot"),
        ("{{ '%999999999d' % 1 }}", "mod cannot"),
        ("{{ name | center(999999999) }}", "filter 'center'"),
        ("{{ name | format }}", "filter 'format'"),
        ("{{ name | attr('x') }}", "filter 'attr'"),
        ("{% set x = name ~ name %}", "assign cannot"),
        ("{% with x = name %}{% endwith %}", "with cannot"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "cannot be used here"),
        ("{% include 'x' %}", "include cannot"),
        ("{% import 'x' as y %}", "import cannot"),
        ("{% extends 'x' %}", "extends cannot"),
        ("{% for a in shapes recursive %}{{ loop(shapes) }}{% endfor %}", "cannot be used here|2 deep"),
        ("{% for a in name %}{% for b in name %}{% for c in name %}x{% endfor %}{% endfor %}{% endfor %}", "2 deep"),
        ("{% for a in [1, 2] %}{% endfor %}", "only a value"),
        ("{% if %}", "line 1"),
        ("{{ nothing }}", "undefined"),
        ("{{ shapes.x.y }}", "no attribute|undefined"),
        ("{% for a in script %}{% for b in script %}{% endfor %}{% endfor %}", "cannot be gone through"),
        ("{% for a in script | upper %}x{% endfor %}", "only a value"),
        ("{{ script | upper | join(script) }}", "only a value"),
        ("{{ script | join(script) }}", "cannot be gone through"),
        ("{{ script ~ script }}", "concat cannot"),
        ("{{ changed | first }}", "cannot be used"),
        ("x" * 30_000, "more than 20000 characters"),
    ],
)
def test_a_template_that_does_what_it_must_not_is_told(template: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        pull_request_body(make(), template=template, origin="pr.md")

    assert caught.value.message.startswith("The template pr.md cannot be used: ")
    assert re.search(said, caught.value.message)


def test_a_template_that_makes_too_much_is_told() -> None:
    loops = "{% for a in rules %}{% for b in rules %}" + "x" * 9_000 + "{% endfor %}{% endfor %}"

    with pytest.raises(ConfigError, match="makes more than 400000 characters"):
        pull_request_body(make(rules=("r",) * 50), template=loops, origin="pr.md")
    with pytest.raises(ConfigError, match="makes more than the 65000 bytes"):
        pull_request_body(make(), template="\U0001f600" * 19_000, origin="pr.md")


def test_a_page_is_gathered_from_a_run(scene: Scene) -> None:
    selection = scene.select()
    run = scene.run(selection)
    record = make_record(scene.script, selection, script_path="transforms/one_to_two.py")
    shapes = find_shapes([FileChange(path="a.py", before=b"x = 1\n", after=b"x = 2\n")])
    part = split(run, by="directory")[-1]

    body = pull_request_body(make_page(run, record=record, shapes=shapes, part=part, asked_by="alice"))

    assert "**Asked for by `alice`:**\n\n> use two instead of one\n" in body
    assert f"autotransform apply one_to_two --base {scene.repo.head}" in body
    assert "1 change in 1 file: `N1` → `N2`, where `N1` is `1`; `N2` is `2`\n\nFor example in `a.py`:" in body
    assert "1 of 3 files changed." in body
    assert "- A built-in recipe made the script, without a model." in body
    assert read_marker(body) == ("one_to_two", part.name, scene.script.digest)


def test_what_was_refused_is_counted(scene: Scene) -> None:
    selection = scene.select()
    refused = Decisions(files=frozenset({"a.py"}), changes=frozenset({"0" * 12}))
    record = make_record(scene.script, selection, script_path="x.py", refused=refused)

    body = pull_request_body(make_page(scene.run(selection), record=record))

    assert "2 of 3 files changed. Refused in review, and left as it was: 1 file, 1 single change.\n" in body


def test_what_the_tests_do_not_bear_was_read(scene: Scene) -> None:
    selection = scene.select()
    said = Verification(
        command="pytest -q",
        state="passed-without",
        runs=3,
        dropped=(Offence(path="a.py", before=b"", after=b"", is_proven=True),),
    )
    run = leave_out(scene.run(selection), said)
    record = make_record(scene.script, selection, script_path="x.py")

    body = pull_request_body(make_page(run, record=record, gate=gate_result(said)))

    assert "could not be read" not in body
    assert "- the project's own tests fail with it: `a.py`\n" in body


def test_what_the_tests_say_is_told_with_what_was_left_out() -> None:
    offences = [
        Offence(path=path, before=b"", after=b"", is_proven=path != "c.py") for path in ("a.py", "b.py", "c.py")
    ]
    said = Verification(command="pytest -q", state="passed-without", runs=3, dropped=tuple(offences))

    body = pull_request_body(make(gate=gate_result(said)))

    assert "They pass, once this was left out (`pytest -q`)" in body
    assert "- the project's own tests fail with it: `a.py`, `b.py`\n- there was no time left" in body


def test_plain_text_is_one_line() -> None:
    assert plain(" a\n\tb \r c\u2028d ") == "a b c d"
