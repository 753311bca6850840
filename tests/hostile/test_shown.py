"""Texts that want to be more than text, through everything that shows a run to a person or to another program."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from autotransform.cli.encoding import encode_json
from autotransform.engine import Failed
from autotransform.review import to_json
from autotransform.review.annotations import annotation
from autotransform.review.behaviour import compare, describe
from autotransform.review.html import page as report_page
from autotransform.review.sarif import to_sarif
from tests.cli.terminal import at_a_terminal
from tests.cli.test_preview_marks import commands
from tests.conftest import GitRepo
from tests.hostile.conftest import run_python
from tests.hostile.shown import BEGUN, HOSTILE, RUN, make_run, name_of, write_html, write_repository
from tests.review.test_report import SCHEMA, faults

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.hostile.conftest import Answer

#: All that a terminal may be given besides text: colours, where they were asked for.
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_INDENT = " " * 7
#: Letters, as far as Python and Unicode say, that nobody sees.
_BLANK = frozenset("\u115f\u3164\u2800")
_LEVELS = {"error", "warning", "notice"}
_ANNOTATION = re.compile("::(error|warning|notice) (?:file=[^:,]*,)?(?:line=[0-9]+,endLine=[0-9]+,)?title=evil::")

_ELEMENTS = {
    *("html", "head", "meta", "title", "style", "script", "noscript", "body", "header", "nav", "main", "section"),
    *("h1", "h2", "h3", "p", "b", "i", "a", "ul", "ol", "li", "dl", "dt", "dd", "div", "span", "code", "blockquote"),
    *("details", "summary", "figure", "figcaption", "table", "tbody", "tr", "td", "mark", "del", "ins", "svg", "rect"),
}
_ATTRIBUTES = {
    *("class", "id", "href", "lang", "charset", "name", "content", "http-equiv", "type", "title", "role", "tabindex"),
    *("open", "hidden", "colspan", "height", "width", "x", "y", "rx"),
    *("aria-label", "aria-labelledby", "aria-hidden"),
    *("data-file", "data-leaf", "data-shape", "data-method", "data-example"),
    "data-before",
}
#: What these may hold beside nothing.
_VALUES = {"http-equiv": r"Content-Security-Policy", "data-before": r"\d+", "href": r"#.*"}


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> GitRepo:
    """Make the repository; nothing of it is changed by a test."""
    made = GitRepo(tmp_path_factory.mktemp("shown"))
    made.git("init", "--quiet")
    made.git("config", "user.name", "Ada Lovelace")
    made.git("config", "user.email", "ada@example.org")
    write_repository(made)
    made.commit(message="<b>::error::\x1b[31m")
    return made


def run(repo: GitRepo, *arguments: str, **environment: str) -> Answer:
    return run_python("-m", "autotransform", *arguments, cwd=repo.path, timeout=100, **environment)


@pytest.fixture(scope="module")
def preview(repo: GitRepo) -> Answer:
    """Run it once for people, in a workflow."""
    return run(repo, "preview", "evil", "--no-pager", GITHUB_ACTIONS="true")


def find_steering(said: str) -> list[str]:
    """Find what is no text to a terminal, and where a text began a line that was not its own.

    What an exception says may have several lines; they are indented.
    """
    return [
        line
        for line in said.split("\n")
        if not line.replace("\t", "").isprintable()
        or _BLANK.intersection(line)
        or (line.lstrip(" +->").startswith(BEGUN) and not line.startswith(_INDENT))
    ]


def test_there_are_enough_of_them() -> None:
    assert len(HOSTILE) >= 40
    assert len({name_of(number, text) for number, text in enumerate(HOSTILE.values())}) == len(HOSTILE)


def test_nothing_steers_a_terminal_or_a_workflow(preview: Answer) -> None:
    assert preview.code == 1, preview.err
    assert find_steering(preview.said) == []
    assert commands(preview.out) == commands(preview.err) == []


@pytest.mark.parametrize("text", [*HOSTILE.values()], ids=[*HOSTILE])
def test_a_command_to_a_workflow_is_one_whatever_it_tells(text: str) -> None:
    line = annotation("error", text, path=text, title=text, span=(1, 2))

    assert commands(line) == [line]
    assert find_steering(line) == []
    assert line.partition("::error ")[2].partition("::")[0].count(",") == 3


def test_texts_are_shown_as_they_are_or_made_visible(preview: Answer) -> None:
    for shown in (
        "[red]x[/red]",
        ":boom:",
        "{{ 7 * 7 }}",
        "<U+001B>]52;c;Y2FuYXJ5<U+0007>",
        "<U+202E>evil",
        "@octocat",
    ):
        assert shown in preview.out


def test_colours_are_all_that_a_terminal_is_given_and_marks_a_workflow(repo: GitRepo) -> None:
    wanted = {"FORCE_COLOR": "1", "TERM": "xterm-256color", "GITHUB_ACTIONS": "true"}
    shown = run(repo, "preview", "evil", "--shapes", "--annotate", "--no-pager", **wanted)
    found = commands(shown.said)

    assert _COLOUR.search(shown.out)
    assert find_steering(_COLOUR.sub("", shown.out)) == []
    assert {match[1] for line in found if (match := _ANNOTATION.match(line))} == _LEVELS
    assert [line for line in found if not _ANNOTATION.match(line)] == []


def test_questions_at_a_terminal_steer_nothing(repo: GitRepo) -> None:
    asked = [("Make this change?", "n\n"), ("Make this change?", "f\n"), ("Make this change?", "q\n")]
    _, said = at_a_terminal("apply", "evil", "--interactive", cwd=repo.path, answers=asked)
    told = _COLOUR.sub("", said[said.index(" shapes in ") :]).replace("\r\n", "\n")

    assert "<U+001B>[31m" in told
    assert find_steering(told) == []


def test_what_an_edit_did_steers_nothing() -> None:
    run, changes = make_run()
    contents = {change.path: change.before for change in changes}
    unlike = [replace(each, after=each.after + b"\x1b[31m\n") for each in run.changed[:40]]
    others = [each for each in run.outcomes if not isinstance(each, Failed)][45:]
    for before, after in ((run, replace(run, outcomes=())), (run, replace(run, outcomes=(*unlike, *others)))):
        for pair in ((before, after), (after, before)):
            behaviour = compare(*pair, contents=contents)
            lines = describe(behaviour, contents=contents, limit=None)

            assert len(lines) > 100
            assert find_steering("\n".join(lines)) == []


def test_json_holds_every_text_and_no_command(repo: GitRepo) -> None:
    answer = run(repo, "preview", "evil", "--json", GITHUB_ACTIONS="true")
    report = json.loads(answer.out)
    reasons = {site["reason"] for file in report["files"] for site in file["sites"]}
    names = {case for shape in report["shapes"] for case in shape["cases"]}

    assert answer.out.isascii()
    assert faults(report, SCHEMA) == []
    assert commands(answer.out) == []
    assert {HOSTILE[each] for each in ("ndjson", "osc 52", "fence", "line separator")} <= names
    assert {HOSTILE[each] for each in ("image", "jinja", "path")} <= reasons
    assert report["script"]["model"].startswith(f"<b onclick={RUN}>")
    json.dumps(report, ensure_ascii=False).encode()


def test_sarif_holds_no_markup_and_no_command() -> None:
    content = encode_json(to_sarif(*make_run()))
    [told] = json.loads(content)["runs"]
    rule = told["tool"]["driver"]["rules"][0]["help"]["markdown"]
    messages = [each["message"]["text"] for each in told["results"]]

    assert b"##[" not in content
    assert find_markup(rule) == []
    assert all(not re.search(r"(?<!\\)\[|(?<!\{)\{(?!\{)", message) for message in messages)
    assert all(re.fullmatch(r"[A-Za-z0-9_.~/%-]+", uri) for uri in find_values(told, "uri"))


def find_markup(markdown: str) -> list[str]:
    """Find links, pictures and elements outside of code."""
    plain = re.sub(r"\\.", "", markdown)
    return re.findall(r"\]\(|<[a-z/!]", "" if "`" in plain and "](" not in plain else plain)


def find_values(value: Any, key: str) -> Iterator[str]:
    """Give every text that stands under a key, however deep."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if isinstance(value, dict) and isinstance(value.get(key), str):
        yield value[key]
    for part in parts:
        yield from find_values(part, key)


class _Reader(HTMLParser):
    """Finds what no report of ours holds."""

    def __init__(self) -> None:
        super().__init__()
        self.foreign: list[str] = []
        self.texts: list[str] = []
        self.scripts: list[str] = []
        self._open = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open = tag
        if tag not in _ELEMENTS:
            self.foreign.append(tag)
        if tag == "script":
            self.scripts.append("")
        for name, value in attrs:
            if name not in _ATTRIBUTES or not re.fullmatch(_VALUES.get(name, r"(?s).*"), value or ""):
                self.foreign.append(f"{tag} {name}={value}")

    def handle_endtag(self, tag: str) -> None:
        del tag
        self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open == "script":
            self.scripts[-1] += data
        elif self._open != "style":
            self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        self.foreign.append(f"<!--{data}")

    def handle_pi(self, data: str) -> None:
        self.foreign.append(f"<?{data}")

    def unknown_decl(self, data: str) -> None:
        self.foreign.append(f"<![{data}")


def read_report(content: str) -> _Reader:
    reader = _Reader()
    reader.feed(content)
    reader.close()
    return reader


@pytest.mark.long
def test_commit_messages_steer_nothing_on_the_way_out_or_in(repo: GitRepo) -> None:
    branch = "autotransform/evil"
    made = run(repo, "apply", "evil", "latin.py", GITHUB_ACTIONS="true")
    message = repo.git("log", "-1", "--format=%B", branch)
    tree, tip = repo.git("rev-parse", f"{branch}^{{tree}}"), repo.git("rev-parse", branch)
    for text in HOSTILE.values():
        subject = text.encode("utf-8", "surrogatepass").replace(b"\0", b"")
        tip = repo.git("commit-tree", tree, "-p", tip, stdin=subject)
    repo.git("update-ref", f"refs/heads/{branch}", tip)
    shown = run(repo, "verify", branch, GITHUB_ACTIONS="true")
    told = run(repo, "verify", branch, "--json", GITHUB_ACTIONS="true")

    assert (made.code, message.replace("\n", "").isprintable()) == (0, True)
    assert HOSTILE["image"] in shown.out
    assert find_steering(shown.said + made.said) == []
    assert commands(shown.said + told.said + made.said) == []
    assert told.out.isascii()
    assert len(json.loads(told.out)["hand_edits"]) >= 40


def test_json_can_be_read_by_strict_readers_whatever_a_worker_says() -> None:
    report = to_json(*make_run())

    json.dumps(report, ensure_ascii=False).encode()
    assert faults(json.loads(encode_json(report)), SCHEMA) == []


def test_no_element_or_attribute_of_the_report_comes_from_a_text() -> None:
    read = read_report(write_html().decode("utf-8"))
    text = "".join(read.texts)
    program = (Path(report_page.__file__).parents[1] / "static" / "report.js").read_text(encoding="utf-8")

    assert read.foreign == []
    assert all(line.replace("\t", "").isprintable() for line in text.split("\n"))
    for shown in (HOSTILE["image"], HOSTILE["script end"], HOSTILE["comment end"], "<U+202E>evil"):
        assert shown in text
    # Nothing but the index, its parts, and the script that ships with us.
    assert read.scripts[-1].strip() == program.strip()
    assert all(re.fullmatch(r"[A-Za-z0-9+/=\s]*", part) for part in read.scripts[1:-1])
    assert json.loads(read.scripts[0])["files"]


@pytest.mark.parametrize(
    "planted",
    [
        HOSTILE["image"],
        HOSTILE["script"],
        HOSTILE["comment"] + "-->",
        HOSTILE["cdata"],
        HOSTILE["base"],
        HOSTILE["javascript link"],
        '<p title="x" onclick="x">',
        '<a href="http://canary.invalid/">',
    ],
)
def test_the_reader_finds_what_is_planted(planted: str) -> None:
    read = read_report(f"<p>{planted}</p>")

    assert read.foreign or read.scripts


@pytest.mark.parametrize("said", ["a\x1b[31m", "\x9b", "\u202e", f"x\n{BEGUN}", f"+{BEGUN}", "a\rb", "\u2028", "a\fb"])
def test_the_look_for_what_steers_finds_what_is_planted(said: str) -> None:
    assert find_steering(f"fine\n{said}\n") != []
