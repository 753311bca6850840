"""Which statements differ from what they were in nothing but how single tokens are spelled.

Such a statement need not be parsed again, nor compared with what Python reads in it. The parsers of LibCST and of
Python read a stream of tokens and go by their kinds: a name, a number, a string, and each keyword, bracket and operator
as a kind of its own. So where a token gives way to one of the same kind, and no token begins or ends elsewhere for it,
the parser takes the same turns, and makes the same tree with another spelling in that leaf. What the text says is what
the tree says for the same reason: the text before was parsed into just that tree.

What a parser decides by a spelling is left out, old and new alike, and so is all of which that is not plain:

- Names: keywords, words that are keywords in some places (``match``, ``_``), names of future features, of which one
  changes an operator, statements of old, of which errors speak. No letters beyond ASCII, which Python reads otherwise
  than they are written.
- Strings: the same prefix; on one line; no triple quotes, no character that ends a line for anyone, no escape that may
  be wrong. Two strings without a blank between them must stay as they are: ``''"a"`` in other quotes is ``""`` and
  more. In an f-string nothing may differ: quotes and braces have their meaning there.
- Numbers: decimal integers that begin with no zero, which no letter behind them can turn into anything else.

A script can change a node of the tree before where it stands, which no look at the two trees shows. So the texts are
compared as well: the one before was written before the script ran.
"""

from __future__ import annotations
import __future__

import keyword
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import libcst as cst

from autotransform.tree.fields import SHAPES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from autotransform.engine.printing import Printer
    from autotransform.tree.fields import Shape

_Statement: TypeAlias = cst.BaseStatement
#: How a leaf was spelled, and how it is now.
_Change: TypeAlias = tuple[str, str]

#: With these in a text, lines are not what they seem.
_ODD = ("\r", "\f", "\ufeff")

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_INTEGER = re.compile(r"[1-9][0-9]{0,17}")
_PREFIX = re.compile(r"[A-Za-z]*")

#: In a string: no control character but the tab, no end of a line, no byte order mark, no half of a character.
_NOT_PLAIN = r"\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\\"
_ESCAPE = r"\\(?:[ -MO-TV-tv-wy-~]|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U000[0-9A-Fa-f]{5})"
_RAW_ESCAPE = r"\\[ -~]"


def _literal(prefix: str, *, escape: str) -> str:
    return "|".join(f"{prefix}{quote}(?:[^{_NOT_PLAIN}{quote}]|{escape})*{quote}" for quote in ("'", '"'))


_STRING = re.compile(f"{_literal('[bBuU]?', escape=_ESCAPE)}|{_literal('(?:[rR][bB]?|[bB][rR])', escape=_RAW_ESCAPE)}")

#: What a parser may take for something else than any name, or speak of in an error.
_SPECIAL = frozenset(
    {
        *keyword.kwlist,
        *keyword.softkwlist,
        *("_", "case", "lazy", "match", "type"),  # also where Python does not know them yet
        *("exec", "print"),
        *("__debug__", "__future__", *__future__.all_feature_names),
    }
)


def _is_free(name: str) -> bool:
    return name not in _SPECIAL and _NAME.fullmatch(name) is not None


def _are_names(old: str, new: str) -> bool:
    return _is_free(old) and _is_free(new)


def _are_integers(old: str, new: str) -> bool:
    return _INTEGER.fullmatch(old) is not None and _INTEGER.fullmatch(new) is not None


def _are_strings(old: str, new: str) -> bool:
    prefix = _prefix(old)
    return (
        prefix == _prefix(new)
        and _STRING.fullmatch(old) is not None
        and _STRING.fullmatch(new) is not None
        and (new.isascii() or "b" not in prefix.lower())
    )


def _prefix(literal: str) -> str:
    found = _PREFIX.match(literal)
    assert found is not None  # it may be empty
    return found.group()


#: Leaves that may differ in their ``value``, each with how.
_LEAVES: Mapping[type, Callable[[str, str], bool]] = {
    cst.Integer: _are_integers,
    cst.Name: _are_names,
    cst.SimpleString: _are_strings,
}
_VALUES = {("value", kind) for kind in _LEAVES}
_FIXED = (cst.FormattedString, cst.TemplatedString)
#: Of nodes inside of one another; where there are more, what Python can read is asked of Python.
_DEEPEST = 150


def _order(shape: Shape) -> tuple[str, ...]:
    """Name the fields of a class, those with children in the order in which they are written, and all backwards."""
    children = [each.name for each in shape.children]
    others = [name for name in shape.names if name not in children and (name, shape.node) not in _VALUES]
    return tuple(reversed([*others, *children]))


_FIELDS: Mapping[type, tuple[str, ...]] = {kind: _order(shape) for kind, shape in SHAPES.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Respellings:
    """The statements at the top of a module that are respelled."""

    #: Each as it is now and as it was, by the identity of the former.
    _pairs: Mapping[int, tuple[_Statement, _Statement]] = field(default_factory=dict)
    #: Nothing else differs in the whole module.
    is_all: bool = False

    @property
    def statements(self) -> list[_Statement]:
        """All of them, as they are now."""
        return [new for new, _ in self._pairs.values()]

    def holds(self, old: _Statement, new: _Statement) -> bool:
        """Whether one statement became the other by nothing else."""
        pair = self._pairs.get(id(new))
        return pair is not None and pair[1] is old


NONE = Respellings()


def find_respellings(before: cst.Module, after: cst.Module, *, printer: Printer) -> Respellings:
    """Find the statements that are respelled.

    Args:
        before: As it was parsed.
        after: What was made of it; what stayed the same is the same node.
        printer: Has written the one before a script had it, and the other at once after.
    """
    if type(after) is not cst.Module or before.encoding != "utf-8" or not _is_same_frame(before, after):
        return NONE
    old, new = printer.text(before), printer.text(after)
    if len(before.body) != len(after.body) or any(each in text for each in _ODD for text in (old, new)):
        return NONE
    pairs = {id(there): (there, here) for here, there in zip(before.body, after.body, strict=True) if here is not there}
    changes = find_changes(before.body, after.body)
    if changes is None or not is_explained(old, new, changes=changes):
        return NONE
    return Respellings(_pairs=pairs, is_all=True)


def _is_same_frame(before: cst.Module, after: cst.Module) -> bool:
    names = [name for name in _FIELDS[cst.Module] if name != "body"]
    return all(find_changes(getattr(before, name), getattr(after, name)) == [] for name in names)


def find_changes(old: object, new: object) -> list[_Change] | None:
    """Give the spellings that differ between two nodes, in order; ``None`` where anything else does."""
    found: list[_Change] = []
    pending: list[tuple[Any, Any, int, bool]] = [(old, new, 0, False)]
    while pending:
        one, other, depth, is_fixed = pending.pop()
        if one is other:
            continue
        kind = type(one)
        if kind is list or kind is tuple:
            if type(other) not in {list, tuple} or len(one) != len(other):
                return None
            pending += [(*pair, depth, is_fixed) for pair in zip(reversed(one), reversed(other), strict=True)]
        elif kind is not type(other) or depth > _DEEPEST:
            return None
        elif kind in _FIELDS:
            is_fixed, depth = is_fixed or _is_fixed(one), depth + 1
            if kind in _LEAVES and one.value is not other.value:
                change = one.value, other.value
                if not _is_respelled(kind, *change, is_fixed=is_fixed):
                    return None
                found.append(change)
            pending += [(getattr(one, name), getattr(other, name), depth, is_fixed) for name in _FIELDS[kind]]
        elif kind is not str or one != other:
            return None
    return found


def _is_respelled(kind: type, old: object, new: object, *, is_fixed: bool) -> bool:
    if type(old) is not str or type(new) is not str:
        return False
    return old == new or (not is_fixed and _LEAVES[kind](old, new))


def _is_fixed(node: cst.CSTNode) -> bool:
    """Whether nothing below a node may differ."""
    if isinstance(node, cst.ConcatenatedString):
        between = node.whitespace_between
        return isinstance(between, cst.SimpleWhitespace) and not between.value
    return isinstance(node, _FIXED)


def is_explained(before: str, after: str, *, changes: Sequence[_Change]) -> bool:
    """Whether a text becomes another one by some changes in this order, and stays the same between them."""
    here, there = 0, 0
    for old, new in changes:
        if old == new:
            continue
        # Tokens of one kind differ before either ends, or where the shorter one does: no letter can follow there.
        gap = _alike(before, after, here=here, there=there) - _alike(old, new)
        here, there = here + gap, there + gap
        if gap < 0 or not before.startswith(old, here) or not after.startswith(new, there):
            return False
        here, there = here + len(old), there + len(new)
    return before[here:] == after[there:]


def _alike(one: str, other: str, *, here: int = 0, there: int = 0) -> int:
    """Count the characters for which two texts are the same from two places on."""
    rest = min(len(one) - here, len(other) - there)

    def is_same(start: int, size: int) -> bool:
        return one[here + start : here + start + size] == other[there + start : there + start + size]

    known, size = 0, min(64, rest)
    while known < rest and is_same(known, size):
        known, size = known + size, min(2 * size, rest - known - size)
    while known < rest and size > 1:  # they differ within so many
        half = size // 2
        known, size = (known + half, size - half) if is_same(known, half) else (known, half)
    return known
