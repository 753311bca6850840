"""The logical lines of a text and its comments, and which of them stand in another text."""

from __future__ import annotations

import io
import keyword
import tokenize
from dataclasses import dataclass, field

from autotransform.engine.alignment import compared, opcodes

#: Tokens that say nothing about the code.
_LAYOUT = frozenset({tokenize.ENCODING, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER})
#: Texts with more logical lines than this are compared with difflib's own heuristic, which is linear.
_MANY = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """One comment."""

    text: str
    #: 1-based.
    line: int
    #: Counted from 0.
    column: int
    #: Whether no code stands before it on its line.
    is_alone: bool


@dataclass(slots=True, kw_only=True)
class LogicalLine:
    """A statement, or the header of a compound one: its tokens, each with its physical line."""

    column: int
    tokens: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)

    @property
    def is_import(self) -> bool:
        """Whether it is an import."""
        return self.tokens[0] in {"import", "from"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """A text as Python's tokenizer reads it."""

    logical: list[LogicalLine]
    comments: list[Comment]


def read_lines(content: bytes) -> Lines:
    """Read a text.

    Raises:
        SyntaxError, TokenError: The tokenizer refuses it.
    """
    logical: list[LogicalLine] = []
    comments: list[Comment] = []
    current: LogicalLine | None = None
    last_line = 0
    for token in tokenize.tokenize(io.BytesIO(content).readline):
        line, column = token.start
        if token.type == tokenize.COMMENT:
            alone = line != last_line
            comments.append(Comment(text=token.string.rstrip(), line=line, column=column, is_alone=alone))
        elif token.type == tokenize.NEWLINE:
            current = None
        elif token.type not in _LAYOUT:
            if current is None:
                current = LogicalLine(column=column)
                logical.append(current)
            current.tokens.append(token.string)
            current.lines.append(line)
            last_line = token.end[0]
    return Lines(logical=logical, comments=comments)


class Comparison:
    """Which code of a text stands in the text that came of it."""

    def __init__(self, old: Lines, new: Lines) -> None:
        self._old = old
        #: The physical lines of the old text of which some code stands.
        self._standing: set[int] = set()
        self._compare(new)

    def is_gone(self, comment: Comment) -> bool:
        """Whether the code that a comment belongs to is gone."""
        owner = self._owner(comment)
        return owner is not None and owner not in self._standing

    def _owner(self, comment: Comment) -> int | None:
        """Find the physical line that a comment belongs to; none for one at the top of the file."""
        if not comment.is_alone:
            return max(line for each in self._old.logical for line in each.lines if line <= comment.line)
        inside = next((each for each in self._old.logical if each.lines[0] < comment.line < each.lines[-1]), None)
        if inside is not None:
            return next(line for line in inside.lines if line > comment.line)
        above = [each for each in self._old.logical if each.lines[-1] < comment.line]
        below = next((each for each in self._old.logical if each.lines[0] > comment.line), None)
        if not above:
            return None
        if below is None or below.column < comment.column:  # the last words of a block
            return above[-1].lines[0]
        return below.lines[0]

    def _compare(self, new: Lines) -> None:
        old_keys = [tuple(each.tokens) for each in self._old.logical]
        new_keys = [tuple(each.tokens) for each in new.logical]
        for kind, first, last, new_first, new_last in opcodes(old_keys, new_keys, many=_MANY):
            old_lines = self._old.logical[first:last]
            if kind == "equal":
                self._standing.update(line for each in old_lines for line in each.lines)
            elif kind == "replace":
                self._replace(old_lines, new.logical[new_first:new_last])

    def _replace(self, old: list[LogicalLine], new: list[LogicalLine]) -> None:
        """Decide which lines of some were replaced by others, and which are gone."""
        old_tokens = [(token, line) for each in old for token, line in zip(each.tokens, each.lines, strict=True)]
        new_tokens = [token for each in new for token in each.tokens]
        same = compared([token for token, _ in old_tokens], new_tokens, is_long=len(old_tokens) > _MANY)
        kept = [each for kind, first, last, *_ in same if kind == "equal" for each in old_tokens[first:last]]
        telling = {line for token, line in old_tokens if _says_something(token)}
        evidence = {line for token, line in kept if _says_something(token) or line not in telling}
        self._standing |= evidence
        statements = [each for each in old if not each.is_import]
        if len(statements) <= sum(not each.is_import for each in new):
            for each in statements:
                self._standing |= {each.lines[0], each.lines[-1]}
        for each in old:
            if evidence & set(each.lines):
                self._standing |= {each.lines[0], each.lines[-1]}


def _says_something(token: str) -> bool:
    """Whether a token that two lines share tells that one came of the other."""
    if not token:  # between two fields of a string
        return False
    return (token.isidentifier() and not keyword.iskeyword(token)) or token[0].isdigit() or token[-1] in {"'", '"'}
