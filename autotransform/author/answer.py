"""Find the script in what a model said: strict about what a script is, tolerant of everything around it."""

from __future__ import annotations

import ast
import itertools
import keyword
import re
import textwrap
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autotransform.errors import ScriptError
from autotransform.script import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

#: A line that opens or closes a block of code, as CommonMark has it, but indented as deep as it likes.
#: Possessive, all of them: a model may repeat one character a million times.
_FENCE = re.compile(r"^(?P<indent>[ \t]*+)(?P<marks>`{3,}+|~{3,}+)[ \t]*+(?P<info>[^`\n]*+)$")
#: What reasoning models say to themselves when the endpoint does not take it out.
_THOUGHT = re.compile(r"\A\s*<(think|thinking|reasoning)>.*?(</\1>|\Z)", re.DOTALL)
_NAME_LINE = re.compile(r"(?im)^[#*_`\t ]*+name[*_`\t ]*+:[*_`\t ]*+(?P<name>[A-Za-z][A-Za-z0-9_-]*+)[*_`\t ]*+$")

#: How many fences are looked at: each opening one is tried with each closing one.
_MOST_FENCES = 60
_LONGEST_NAME = 50

#: A block of more characters is no script, and some of that size take Python minutes to parse. Nor is more parsed than
#: this of one answer, however many fences it has.
_LONGEST_BLOCK = 200_000
_MOST_PARSED = 1_000_000
#: What a block of Python may be labelled; one with another label counts when it holds a class.
_PYTHON = frozenset({"python", "py", "python3", ""})
#: From which `_Block.rank` on a block is a script.
_SCRIPT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a model's answer holds."""

    #: The script without a header, with LF line endings; empty when the answer holds no code.
    body: str
    #: What the model calls it, as an identifier; empty when it says nothing.
    name: str = ""
    #: What to tell the person about the choice.
    notes: tuple[str, ...] = ()
    #: Whether it is a transform, as far as can be told without checking it.
    is_script: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """One piece of code in an answer."""

    text: str
    #: First word behind the fence, in lower case.
    language: str = ""
    #: How much of a script it is: 0 not Python, 1 Python, 2 with a class, 3 a script, 4 a script with cases.
    rank: int = 0


def read_answer(text: str) -> Answer:
    """Find the script in an answer.

    Of several blocks of code the last whole script is taken: models amend what they said first. Never raises; a body
    that is no script is for `autotransform.script.parse` to complain of.
    """
    spoken = without_thoughts(text)
    blocks = list(_blocks(spoken)) or _bare(spoken)
    candidates = [block for block in blocks if block.rank > 1 or block.language in _PYTHON]
    if not candidates:
        return Answer(body="")
    best = max(block.rank for block in candidates)
    chosen = [block for block in candidates if block.rank == best][-1]
    return Answer(
        body=chosen.text,
        name=_find_name(spoken, body=chosen.text),
        notes=_notes(candidates, chosen=chosen),
        is_script=chosen.rank >= _SCRIPT,
    )


def without_thoughts(text: str) -> str:
    """Give what is said to others, with LF line endings: what a model says to itself in front of it is left out."""
    return _THOUGHT.sub("", text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff"), count=1)


def find_blocks(text: str) -> list[str]:
    """Give the text of each fenced block of code, in order."""
    return [block.text for block in _blocks(without_thoughts(text))]


def as_name(words: str) -> str:
    """Turn words or a class name into a name for a transform; empty when nothing is left."""
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", words[: 20 * _LONGEST_NAME])
    parts = re.sub(r"[^a-z0-9]+", "_", snake.lower(), flags=re.ASCII).strip("_").split("_")
    while len(parts) > 1 and len("_".join(parts)) > _LONGEST_NAME:
        parts.pop()
    name = "_".join(parts)[:_LONGEST_NAME].lstrip("0123456789_")
    return f"{name}_" if keyword.iskeyword(name) else name


def _blocks(text: str) -> Iterator[_Block]:
    """Give the fenced blocks in order; one that never closes goes to the end."""
    lines = text.split("\n")
    fences = [(number, found) for number, line in enumerate(lines) if (found := _FENCE.match(line))][:_MOST_FENCES]
    read = _Reader()
    index = 0
    while index < len(fences):
        number, opening = fences[index]
        language = (opening["info"].split() or [""])[0].lower().strip("{}.")
        closings = [later for later in range(index + 1, len(fences)) if _closes(fences[later][1], opening)]
        ends = [(later, fences[later][0]) for later in closings] or [(len(fences), len(lines))]
        # A script may hold such a line in a string: then the text up to it is no Python, and a later one closes.
        blocks = ((later, read.block(lines[number + 1 : end], language)) for later, end in ends)
        first = next(blocks)
        further = itertools.chain([first], blocks) if first[1] else ()
        closing, block = next((each for each in further if each[1] and each[1].rank), first)
        if block:
            yield block
        index = closing + 1


def _closes(fence: re.Match[str], opening: re.Match[str]) -> bool:
    return (
        not fence["info"].strip()
        and fence["marks"][0] == opening["marks"][0]
        and len(fence["marks"]) >= len(opening["marks"])
    )


class _Reader:
    """Makes blocks of lines, up to the length that may be parsed of one answer."""

    def __init__(self) -> None:
        self._left = _MOST_PARSED

    def block(self, lines: list[str], language: str) -> _Block | None:
        """Give a block; ``None`` when it is too long."""
        text = textwrap.dedent("\n".join(lines)).strip("\n") + "\n"
        if len(text) > min(_LONGEST_BLOCK, self._left):
            return None
        self._left -= len(text)
        return _Block(text=text, language=language, rank=_rank(text))


def _bare(text: str) -> list[_Block]:
    """Take the whole answer as code when it is code, and nothing else is."""
    block = _Reader().block(text.split("\n"), "")
    return [block] if block and block.rank > 1 else []


def _rank(text: str) -> int:
    tree = _parsed(text)
    if tree is None:
        return 0
    if not any(isinstance(statement, ast.ClassDef) for statement in tree.body):
        return 1 if tree.body else 0
    try:
        script = parse(text, name="draft")
    except (ScriptError, RecursionError):
        return 2
    return 4 if script.cases else 3


def _parsed(text: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _find_name(text: str, *, body: str) -> str:
    said = _NAME_LINE.search(text.partition("```")[0])
    if said:
        return as_name(said["name"])
    tree = _parsed(body)
    classes = [statement.name for statement in tree.body if isinstance(statement, ast.ClassDef)] if tree else []
    return as_name(classes[-1]) if classes else ""


def _notes(candidates: list[_Block], *, chosen: _Block) -> tuple[str, ...]:
    if len(candidates) == 1:
        return ()
    what = "the last whole script" if chosen.rank >= _SCRIPT else "the one most like a script"
    return (f"The answer held {len(candidates)} blocks of code; {what} was taken.",)
