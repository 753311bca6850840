"""Texts that want to be more than text, and a repository that holds every one of them wherever a text can stand."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from autotransform.engine import Breach, Changed, Failed, FileWords, Run, Site, Skipped, Word
from autotransform.review import FileChange, explain
from autotransform.review.document import describe_review
from autotransform.review.html import write_report
from autotransform.review.html.values import Facts
from autotransform.script import parse

if TYPE_CHECKING:
    from autotransform.engine import Outcome
    from tests.conftest import GitRepo

#: What a page would call if one of the texts became script: it marks the page, and reaches out.
RUN = "canary(1)"
#: Stands behind a line end of some kind: where it begins a line, a text broke out of its own.
BEGUN = "BEGUN"

HOSTILE = {
    # First, and so in every example that is shown.
    "at once": f"\x1b[31m\u202e\x9b0;x\u200b\u3164<img src=x onerror={RUN}>##[error]x[red]",
    "script": f"<script>{RUN}</script>",
    "script end": f"</script><script>{RUN}</script>",
    "script in capitals": f"</SCRIPT ><ScRiPt>{RUN}</ScRiPt>",
    "image": f"<img src=x onerror={RUN}>",
    "image, quoted out": f"\"'><img src=x onerror={RUN}>",
    "svg": f"<svg onload={RUN}><animate onbegin={RUN} attributeName=x dur=1s>",
    "iframe": f'<iframe srcdoc="<script>parent.{RUN}</script>"></iframe>',
    "details": f"<details open ontoggle={RUN}>",
    "autofocus": f"<input autofocus onfocus={RUN}>",
    "attribute": f'" autofocus onfocus="{RUN}" x="',
    "attribute, single": f"' onmouseover='{RUN}' x='",
    "attribute, bare": f"x onmouseover={RUN} style=position:fixed;inset:0",
    "style": "<style>*{background:url(http://canary.invalid/style)}</style>",
    "style attribute": '<p style="background:url(http://canary.invalid/attribute)">',
    "link": '<link rel=stylesheet href="http://canary.invalid/link">',
    "base": '<base href="http://canary.invalid/">',
    "meta refresh": '<meta http-equiv=refresh content="0;url=http://canary.invalid/">',
    "form": f'<form action="javascript:{RUN}"><button autofocus>x</button></form>',
    "javascript address": f"javascript:{RUN}",
    "javascript link": f'<a href="javascript:{RUN}" id=files>x</a>',
    "data address": f"data:text/html,<script>parent.{RUN}</script>",
    "comment": "<!-- all that follows is a comment",
    "comment end": f"--><script>{RUN}</script><!--",
    "comment in script": "<!--<script>",
    "cdata": f"<![CDATA[<img src=x onerror={RUN}>]]>",
    "entity": f"&lt;img src=x onerror={RUN}&gt;&#x3c;b&#62;",
    "textarea": f"</textarea></title></noscript></template><img src=x onerror={RUN}>",
    "foreign": f"<math><mi></mi><style><img src=x onerror={RUN}></style></math>",
    "braces": "{{constructor.constructor('" + RUN + "')()}}${" + RUN + "}#{7*7}<%= 7*7 %>",
    "jinja": "{{ 7 * 7 }}{% for x in range(3) %}{{ x }}{% endfor %}{# x #}{% raw %}",
    "format": "{0.__class__}%s%(x)s%n$HOME`id`$(id)",
    "colour": "\x1b[31mred\x1b[0m",
    "clear": "\x1b[2J\x1b[H\x1b[3J",
    "cursor": "\x1b[1A\x1b[2K\x1b[999D",
    "title": "\x1b]0;title\x07",
    "osc 8": "\x1b]8;;http://canary.invalid/\x1b\\click\x1b]8;;\x1b\\",
    "osc 52": "\x1b]52;c;Y2FuYXJ5\x07",
    "dcs": "\x1bP$qm\x1b\\\x1bP+q544e\x1b\\",
    "apc, pm, sos": "\x1b_x\x1b\\\x1b^x\x1b\\\x1bXx\x1b\\",
    "reports": "\x1b[6n\x1b[c\x1b[>q\x05",
    "c1": "\x9b31m\x9d0;title\x9c\x90x\x9c\x84\x8d",
    "bells": "\x07\x08\x08\x08\x7f\x0e\x0f\x00"[:-1],
    "backspace": "safe\b\b\b\bevil",
    "bidi override": "\u202eevil\u202c \u2066isolate\u2069 \u061c\u200f",
    "zero width": "o\u200bl\u200cd\u200d\u2060\ufeff\u00ad\u180e",
    "tags": "x\U000e0001\U000e0041\U000e007f\ufff9\ufffb",
    "blanks": "x\u00a0\u2003\u3000\u115f\u3164\u2800y",
    "marks": "e" + "\u0301" * 60,
    "line separator": f"x\u2028{BEGUN}\u2029{BEGUN}",
    "next line": f"x\x85{BEGUN}",
    "form feed": f"x\f{BEGUN}\v{BEGUN}\x1c{BEGUN}\x1d{BEGUN}\x1e{BEGUN}",
    "carriage return": f"x\r{BEGUN}",
    "line feed": f"x\n{BEGUN}\n::error::{BEGUN}",
    "nul": "x\0y",
    "surrogate": "x\ud800y\udfff",
    "bytes": "x\udcff\udcfe\udc9b31m",
    "workflow command": "::error file=x,line=1::pwned",
    "workflow command, indented": "  ::set-output name=x::pwned",
    "workflow command, old": "##[error]pwned",
    "workflow command, vso": "##vso[task.setvariable variable=x]pwned",
    "stop commands": "::stop-commands::pwned",
    "mask": "::add-mask::a%0A::error::pwned%0D%25",
    "rich markup": "[red]x[/red][link=http://canary.invalid/]y[/][/]",
    "rich markup, broken": "[/nothing][bold",
    "emoji code": ":boom: :warning:",
    "mention": "@octocat #1 GH-1 fixes #1",
    "markdown link": f"[x](javascript:{RUN}) ![x](http://canary.invalid/picture.png) <http://canary.invalid/>",
    "markdown reference": "[x]: http://canary.invalid/ 'x'\t[^1]",
    "fence": "```\n# heading\n~~~\n````",
    "fence, one line": "``` ~~~ ` `` # heading | a | b |",
    "json": '"},{"x":"\\u0022\\',
    "ndjson": '"}\n{"event":"done"}\n',
    "event stream": "x\n\ndata: pwned\nevent: done\n\n",
    "diff": "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-x\n+y",
    "csv formula": "=cmd|' /C calc'!A0",
    "path": "../../../../x",
    "option": "--output=/x",
    "percent": "%2e%2e%2f%00%3Cscript%3E",
    "fullwidth": "\uff1cscript\uff1e \u2039img\u203a",
    "long word": "x" * 2_000,
    "long line": "<b>x</b> " * 300,
}
#: Of a text in a file's name: bytes that every file system takes.
_LONGEST_NAME = 180

_SCRIPT = '''
from autotransform.codemod import Transform

MENTIONS = ["old", "leave_me", "raise_me"]
TARGETS = ["things.old"]
TEXTS = {texts}
CASES = {cases}


class NewForOld(Transform):
    DESCRIPTION = "Say new for old."

    def leave_Name(self, original_node, updated_node):
        is_old = self.refers_to(original_node, "things.old")
        return updated_node.with_changes(value="new") if is_old else updated_node

    def leave_Call(self, original_node, updated_node):
        """Do as the text says that stands at this place."""
        name = getattr(original_node.func, "value", "")
        if name not in {{"leave_me", "raise_me"}}:
            return updated_node
        text = TEXTS[int(original_node.args[0].value.value)]
        if name == "raise_me":
            raise ValueError(text)
        self.skip(original_node, text)
        return updated_node
'''


def literal(text: str) -> str:
    """Write a text as Python does: nothing but ASCII, on one line."""
    return ascii(text)


def write_script() -> str:
    """Write a script whose rules, cases, reasons, request and model are the texts, and its comments where they can."""
    texts = [*HOSTILE.values()]
    rules = "".join(f"- {text}\n" for text in texts)
    cases = [{"name": text, "before": "from things import old", "after": "from things import new"} for text in texts]
    shown = "".join(f"# {text}\n" for text in texts if is_code(text))
    request = toml("\n".join(text for text in texts if is_encodable(text)))
    model = toml(f"<b onclick={RUN}>[red]::error::\x1b[31m")
    header = f"# /// script\n# [tool.autotransform]\n# format = 1\n# request = {request}\n# model = {model}\n# ///\n"
    body = _SCRIPT.format(texts=literal_list(texts), cases=literal_list(cases))
    return f"{header}{literal('Say new for old.' + chr(10) * 2 + rules)}\n{body}\n{shown}"


def toml(text: str) -> str:
    """Write a text as TOML does."""
    plain = {char for char in text if " " <= char <= "~"} - {'"', "\\"}
    return '"' + "".join(char if char in plain else f"\\U{ord(char):08x}" for char in text) + '"'


def literal_list(values: list[object] | list[str] | list[dict[str, str]]) -> str:
    """Write a list with each value on its own line."""
    return "[\n" + "".join(f"    {value!a},\n" for value in values) + "]"


def is_encodable(text: str) -> bool:
    """Tell whether UTF-8 can say it."""
    return not any("\ud800" <= char <= "\udfff" for char in text)


def is_code(text: str) -> bool:
    """Tell whether it can stand in a comment, and on one line."""
    return is_encodable(text) and not {"\n", "\r", "\0"} & {*text}


def name_of(number: int, text: str) -> bytes:
    """Give the name of a file that holds as much of a text as a name can."""
    content = (
        os.fsencode(text.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape"))
        if (is_encodable(text) or "\ud800" not in text)
        else text.encode("utf-8", "replace")
    )
    return b"%02d-%s.py" % (number, content.replace(b"/", b"|").replace(b"\0", b"")[:_LONGEST_NAME])


def write_contents() -> dict[str, bytes]:
    """Put each text into the name of a file, and into its code and comments where it can stand there."""
    contents = {}
    for number, text in enumerate(HOSTILE.values()):
        shown = text if is_code(text) else literal(text)
        quoted = shown.replace("\\", "\\\\").replace('"', '\\"')
        lines = [
            f"from things import old  # {shown}",
            f"def {'f' * (number + 1)}():  # {shown}",
            f'    return old("{quoted}")  # {shown}',
            f"leave_me({number})",
            f"x = 1  # {shown}",
        ]
        contents[os.fsdecode(name_of(number, text))] = "\n".join(lines).encode() + b"\n"
    contents["latin.py"] = b"# coding: latin-1\nfrom things import old\nold('\x9b31m\x85\xad\x90')  # \x9d0;x\x9c\n"
    long = f"from things import old\nold()  # {HOSTILE['image']} " + "<b>x</b> " * 20_000
    return {**contents, "long.py": long.encode() + b"\n"}


def write_repository(repo: GitRepo) -> None:
    """Write the files, some on which the script fails, and the script."""
    for path, content in write_contents().items():
        repo.write(path, content)
    for number, text in enumerate(HOSTILE.values()):
        # What fails is tried again in every run, so only some do.
        if number % 5 == 0 or BEGUN in text:
            repo.write(f"failing/{number}.py", f"raise_me({number})\n")
    repo.write("broken.py", f"def old(:  # {HOSTILE['title']}\n")
    repo.write("transforms/evil.py", write_script())


def make_run() -> tuple[Run, tuple[FileChange, ...]]:
    """Make by hand what would come of it if no worker and no parent kept a text from saying what it likes."""
    changes = tuple(
        FileChange(path=path, before=content, after=content.replace(b"old", b"new"))
        for path, content in sorted(write_contents().items(), key=lambda item: os.fsencode(item[0]))
    )
    texts = [*HOSTILE.values(), "", ""]
    outcomes: list[Outcome] = [
        Changed(
            path=change.path,
            after=change.after,
            sites=(
                Site(line=1, column=1, status="changed", by="leave_Name", words=1),
                Site(line=3, column=1, status="changed", by=text),
                Site(line=4, column=1, status="skipped", by=text, reason=text),
            ),
            warnings=(text,),
            breaches=(Breach(line=1, kind="comment", message=text),),
            words=(Word(line=3, column=1, name=text, fate="unmatched", why=text),),
        )
        for change, text in zip(changes, texts, strict=True)
    ]
    for number, text in enumerate(HOSTILE.values()):
        outcomes.append(Failed(path=f"~failing/{number:02}.py", reason="crash", detail=text))
        outcomes.append(Skipped(path=f"~skipped/{number:02}.py", reason=text))
    run = Run(
        script=parse(write_script(), name="evil"),
        base="0" * 40,
        selected=len(outcomes),
        gated=0,
        outcomes=tuple(sorted(outcomes, key=lambda outcome: os.fsencode(outcome.path))),
        unread=(FileWords(path="~skipped/00.py", words=(Word(line=1, column=1, name="old", fate="unread", why="x"),)),),
    )
    return run, changes


def write_html() -> bytes:
    """Write the report of that run."""
    run, changes = make_run()
    explanation = explain(run, changes)
    document = describe_review(explanation, run, changes, script_path=HOSTILE["image"])
    facts = Facts(asked_by=HOSTILE["image"], command=HOSTILE["script end"], versions=((HOSTILE["svg"], "1"),))
    return write_report(document, explanation, changes, facts=facts)
