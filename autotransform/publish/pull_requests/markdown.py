"""Foreign text in GitHub's Markdown: it stays text, whatever it says.

GitHub looks for mentions, references and closing keywords in what has been rendered, so escaping alone does not stop
them. What would notify somebody or close an issue is therefore written with a look-alike: a full-width sign, or a
hyphen that does not break. A squashed commit may take title and body as they are, code and all. There a closing keyword
still counts, so even a block of code has none; a mention notifies nobody (on github.com since December 2025), so a
block keeps its signs: people copy from it.
"""

from __future__ import annotations

import re

from autotransform.review.text import portable_text, safe_text

_FULL_WIDTH_AT = "\N{FULLWIDTH COMMERCIAL AT}"
_MENTION = re.compile(r"@(?=[\w-])")
#: In a message, where a letter before it makes it something else: ``a@b.example``, ``checkout@v4``.
_MENTION_IN_CODE = re.compile(r"(?<![A-Za-z0-9])@(?=[\w-])")
_REFERENCE = re.compile(r"#(?=\d)")
_GH = re.compile(r"(GH)-(?=\d)", re.IGNORECASE)
_DOMAIN = re.compile(r"(?<=www)\.", re.IGNORECASE)
_ADDRESS = re.compile(r"(?<=\w):(?=//)")
_CLOSING = re.compile(
    r"\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)\b[\s:*_`~>-]{0,20}"
    r"(?:[\w.-]{1,100}/[\w.-]{1,100}#\d|#\d|GH-\d|https?://)",
    re.IGNORECASE,
)
#: What Markdown reads anywhere, and what it reads where a line begins.
_ANYWHERE = re.compile(r"[\\`*_\[\]<>&~|#$]")
_AT_START = re.compile(r"^(\d{0,9})([-+=:.)])")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_TICKS = re.compile("`+")
_BLANKS = re.compile(r"\s+")
#: What a docstring or Markdown writes as code.
_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")


def plain(text: str) -> str:
    """Make one line of text that notifies nobody, closes nothing and links to nothing, as for a title."""
    return _unlinked(_one_line(text))


def prose(text: str) -> str:
    """Write one line of text so that Markdown shows it as it is."""
    return _AT_START.sub(r"\1\\\2", _escape(_one_line(text)))


def docstring_prose(text: str) -> str:
    """Write one line of a docstring: what is code there is code here, all else is as with `prose`."""
    # As a whole first: what closes an issue may reach from the one into the other.
    line = _without_closing(_one_line(text))
    done, pieces = 0, []
    for found in _SPAN.finditer(line):
        if found[2].strip():
            pieces += [_escape(line[done : found.start()]), code(found[2])]
            done = found.end()
    return _AT_START.sub(r"\1\\\2", "".join([*pieces, _escape(line[done:])]))


def quiet(text: str) -> str:
    """Take out of a text what notifies somebody or closes an issue; references stay. For messages of commits."""
    return _MENTION_IN_CODE.sub(_FULL_WIDTH_AT, _without_closing(text))


def code(text: str) -> str:
    """Write a code span on one line, which notifies nobody and closes nothing; of nothing, ``nothing`` in italics."""
    line = quiet(_one_line(text))
    if not line:
        return "_nothing_"
    ticks = "`" * (_longest_ticks(line) + 1)
    pad = " " if line[0] == "`" or line[-1] == "`" else ""
    return f"{ticks}{pad}{line}{pad}{ticks}"


def fence(text: str, *, language: str = "text") -> str:
    """Write a block of code; whatever its lines say, they do not end it.

    Args:
        text: Any text; a line break at its end is dropped.
        language: One of ours: never foreign.
    """
    lines = [_without_closing(_safe(line)) for line in text.replace("\r\n", "\n").removesuffix("\n").split("\n")]
    ticks = "`" * max(3, _longest_ticks("\n".join(lines)) + 1)
    return "\n".join([ticks + language, *lines, ticks])


def size(text: str) -> int:
    """Measure a text as the strictest would: GitHub counts characters, others units of UTF-16 or bytes."""
    return len(text.encode("utf-8", "surrogatepass"))


def _one_line(text: str) -> str:
    return _safe(_BLANKS.sub(" ", text).strip())


def _safe(text: str) -> str:
    # In a fence, a tab is a tab.
    return portable_text(safe_text(text))


def _unlinked(text: str) -> str:
    text = _MENTION.sub(_FULL_WIDTH_AT, text)
    text = _REFERENCE.sub("\N{FULLWIDTH NUMBER SIGN}", text)
    text = _GH.sub("\\1\N{NON-BREAKING HYPHEN}", text)
    text = _DOMAIN.sub("\N{FULLWIDTH FULL STOP}", text)
    return _ADDRESS.sub("\N{FULLWIDTH COLON}", text)


def _without_closing(text: str) -> str:
    """Take the force out of ``Fixes #1``; all other code stays as it is."""
    return _CLOSING.sub(lambda found: _unlinked(found[0]), text)


def _escape(line: str) -> str:
    return _ANYWHERE.sub(_escaped, _unlinked(line))


def _escaped(found: re.Match[str]) -> str:
    return _ENTITIES.get(found[0], f"\\{found[0]}")


def _longest_ticks(text: str) -> int:
    return max(map(len, _TICKS.findall(text)), default=0)
