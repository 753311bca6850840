"""Pieces of Python source, cut from any text: also from lines out of the middle of a statement or a string.

Nothing here raises, and nothing depends on the version of Python that runs it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

TokenKind: TypeAlias = Literal["name", "number", "string", "comment", "op", "end"]

#: What it is, and its text. A name is a whole chain, ``a.b.c``; ``end`` ends a statement.
Token: TypeAlias = tuple[TokenKind, str]

#: Of Python 3.14; those that are names elsewhere (``match``, ``type``) are left out.
KEYWORDS = frozenset(
    {"False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del"}
    | {"elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda"}
    | {"nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield"}
)
OPENERS, CLOSERS = frozenset("([{"), frozenset(")]}")

# What is not ASCII counts as a letter: which of it Python takes for one depends on its version.
_WORD = r"[A-Za-z_\x80-\U0010ffff][A-Za-z0-9_\x80-\U0010ffff]*+"
#: The loops are possessive: whatever the text, each character is looked at a few times at the most.
_TOKEN = re.compile(
    rf"""
    (?: [ \t\f\r]++ | \\\r?\n )*+ (?:
    (?P<end> \n )
  | (?P<comment> \#[^\n]*+ )
  | (?P<string> [rRbBuUfFtT]{{0,2}} (?:
        \"\"\" (?: [^"\\] | \\. | "(?!"") )*+ (?:\"\"\")?
      | ''' (?: [^'\\] | \\. | '(?!'') )*+ (?:''')?
      | " (?: [^"\\\n] | \\. )*+ "?
      | ' (?: [^'\\\n] | \\. )*+ '?
    ) )
  | (?P<number> \.?[0-9] (?: [eE][+-] | [A-Za-z0-9_.] )*+ )
  | (?P<name> \.?{_WORD} (?: \.{_WORD} )*+ )
  | (?P<op> \*\*=? | //=? | >>=? | <<=? | -> | := | [-+*/%@&|^=<>!]= | . )
  | (?P<rest> \Z )
    )
    """,
    re.VERBOSE | re.DOTALL,
)
_IDENTIFIER = re.compile(_WORD)
_END: Token = ("end", "\n")
#: By the number of their group.
_KINDS = ("", *sorted(_TOKEN.groupindex, key=_TOKEN.groupindex.__getitem__))
#: What looks like a comma before a closing bracket, be it in a string.
_MAGIC_COMMA = re.compile(r",[\s\\]*+[)\]}]")
#: After and before what nothing is put between two tokens.
_TIGHT_AFTER = frozenset({*OPENERS, "\n", "~"})
_TIGHT_BEFORE = frozenset({*CLOSERS, ",", ":", ";", "\n"})
_CALLING, _CALLED = frozenset({"(", "["}), frozenset({")", "]"})
_UNARY = frozenset({"*", "**", "-", "@"})


def tokenise(text: str) -> list[Token]:
    """Cut a text into tokens; blanks, indentation and line ends within brackets are left out.

    An unclosed string ends with its line, or with the text where it has three quotes.
    """
    tokens: list[Token] = []
    depth = 0
    kind: Any
    for found in _TOKEN.finditer(text):
        group = found.lastindex or 0
        kind, piece = _KINDS[group], found[group]
        if kind == "op":
            if piece in OPENERS:
                depth += 1
            elif depth and piece in CLOSERS:
                depth -= 1
        elif kind == "rest" or (kind == "end" and (depth or not tokens or tokens[-1][0] == "end")):
            continue
        elif kind == "comment":
            piece = piece.rstrip()
        tokens.append((kind, piece))
    if tokens and tokens[-1][0] == "end":
        tokens.pop()
    return _without_magic_commas(tokens) if _MAGIC_COMMA.search(text) else tokens


def split_statements(tokens: Sequence[Token]) -> list[list[Token]]:
    """Split where a statement ends."""
    if _END not in tokens:
        return [list(tokens)] if tokens else []
    statements: list[list[Token]] = [[]]
    for token in tokens:
        if token[0] == "end":
            statements.append([])
        else:
            statements[-1].append(token)
    return [statement for statement in statements if statement]


def find_unclosed(tokens: Sequence[Token]) -> tuple[int, int]:
    """Count the brackets that are closed and not opened, and those that are opened and not closed."""
    closed = opened = 0
    for kind, text in tokens:
        if kind == "op" and text in OPENERS:
            opened += 1
        elif kind == "op" and text in CLOSERS:
            closed, opened = (closed, opened - 1) if opened else (closed + 1, 0)
    return closed, opened


def find_partners(tokens: Sequence[Token]) -> dict[int, int]:
    """Give for each bracket that is closed where it is."""
    stack, partners = [], {}
    for index, (kind, text) in enumerate(tokens):
        if kind == "op" and text in OPENERS:
            stack.append(index)
        elif kind == "op" and text in CLOSERS and stack:
            partners[stack.pop()] = index
    return partners


def is_word(token: Token) -> bool:
    """Tell whether a token is a name that is no keyword."""
    return token[0] == "name" and token[1] not in KEYWORDS


@lru_cache(maxsize=8_192)
def words_in(token: Token) -> tuple[str, ...]:
    """List the names that stand in a token: the parts of a chain, or what a string names."""
    kind, text = token
    if kind == "name":
        return () if text in KEYWORDS else tuple(text.lstrip(".").split("."))
    if kind != "string":
        return ()
    prefix, content = split_string(text)
    if "f" in prefix or "t" in prefix:
        return tuple(_IDENTIFIER.findall(content))
    return (content,) if _IDENTIFIER.fullmatch(content) else ()


def split_string(text: str) -> tuple[str, str]:
    """Split a string into its prefix, lower case and sorted, and what stands between the quotes."""
    content = text.lstrip("rRbBuUfFtT")
    prefix = "".join(sorted(text[: len(text) - len(content)].lower()))
    quote = content[:3] if content[:3] in {'"""', "'''"} else content[:1]
    return prefix, content.removeprefix(quote).removesuffix(quote)


def spell(tokens: Iterable[str], *, brackets: int = 0) -> str:
    """Write tokens as a person would, on as many lines as there are statements.

    Args:
        tokens: Their texts.
        brackets: In how many they stand.
    """
    pieces: list[str] = []
    last = ""
    for token in tokens:
        if token in OPENERS:
            brackets += 1
        elif token in CLOSERS:
            brackets -= 1
        is_tight = (
            not pieces
            or last in _TIGHT_AFTER
            or token in _TIGHT_BEFORE
            or (token in _CALLING and (last in _CALLED or _ends_word(last)))
            or (brackets > 0 and (token == "=" or last == "="))  # noqa: S105 - no password
            or (token[0] == "." and len(token) > 1)
            or (last in _UNARY and _is_unary("".join(pieces[-3:]), operator=last))
        )
        pieces.append(token if is_tight else f" {token}")
        last = token
    return "".join(pieces)


def _without_magic_commas(tokens: list[Token]) -> list[Token]:
    """Drop a comma before a closing bracket where it says nothing: a call that is wrapped is the same call."""
    if ("op", ",") not in tokens:
        return tokens
    kept: list[Token] = []
    #: Of each open bracket: whether it may hold one element without being a tuple.
    plain: list[bool] = []
    for token in tokens:
        if token[0] == "op":
            if token[1] in OPENERS:
                follows = bool(kept) and (is_word(kept[-1]) or kept[-1][1] in {")", "]"})
                plain.append(follows if token[1] == "(" else not follows)
            elif token[1] in CLOSERS and plain and plain.pop() and kept[-1] == ("op", ","):
                kept.pop()
        kept.append(token)
    return kept


def _ends_word(token: str) -> bool:
    return token not in KEYWORDS and (token[-1].isalnum() or token[-1] in "_\0")


def _is_unary(text: str, *, operator: str) -> bool:
    rest = text[: -len(operator)].rstrip(" ")
    return not rest or rest[-1] in "([{,=\n"
