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

A node that is the same in both trees is taken to be as it was: of a script that may change nodes where they stand
(`freezing`) nothing is respelled. The tokens that were written are compared as well, those of before having been
written before the script ran.
"""

from __future__ import annotations
import __future__

import keyword
import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

import libcst as cst

from autotransform.tree.fields import SHAPES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from autotransform.engine.printing import Printer
    from autotransform.tree.fields import Shape
    from autotransform.tree.writing import Written

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
#: Of which a body may be looked into; what an `else` or the like belongs to is not worth it.
HOLDERS = (cst.ClassDef, cst.FunctionDef)
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
    """The statements of a module that are respelled, the outermost ones."""

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
    if any(each in printer.text(module) for each in _ODD for module in (before, after)):
        return NONE
    texts = {**printer.common(before, before), **printer.common(after, after)}
    found: dict[int, tuple[_Statement, _Statement]] = {}
    rest = 0
    pending = [*_replaced(before.body, after.body)]
    while pending:
        old, new = pending.pop()
        if _is_explained(texts.get(id(old)), texts.get(id(new)), changes=find_changes(old, new)):
            found[id(new)] = new, old
            continue
        rest += 1
        bodies = bodies_that_differ(old, new)
        pending += _replaced(*bodies) if bodies else ()
    is_all = not rest and len(before.body) == len(after.body)
    both = zip(before.body, after.body, strict=False)
    said = Respellings(_pairs=found)  # each must stand where it stood as well
    return Respellings(_pairs=found, is_all=is_all and all(old is new or said.holds(old, new) for old, new in both))


def _replaced(old: Sequence[_Statement], new: Sequence[_Statement]) -> Iterator[tuple[_Statement, _Statement]]:
    """Pair the statements between those that stayed, where there are as many of them as before."""
    places = {id(statement): place for place, statement in enumerate(old)}
    kept = [(places[id(each)], there) for there, each in enumerate(new) if id(each) in places]
    if any(one >= other for (one, _), (other, _) in pairwise(kept)):  # one stands twice, or they changed places
        return
    start, begin = 0, 0
    for here, there in [*kept, (len(old), len(new))]:
        if here - start == there - begin:
            yield from zip(old[start:here], new[begin:there], strict=True)
        start, begin = here + 1, there + 1


def bodies_that_differ(old: _Statement, new: _Statement) -> tuple[Sequence[_Statement], Sequence[_Statement]] | None:
    """Give the statements inside of two classes or functions that have all the rest in common."""
    if not isinstance(old, HOLDERS) or not isinstance(new, HOLDERS) or type(old) is not type(new):
        return None
    was, becomes = old.body, new.body
    if type(was) is not cst.IndentedBlock or type(becomes) is not cst.IndentedBlock:
        return None
    return (was.body, becomes.body) if _is_same_around(old, new) and _is_same_around(was, becomes) else None


def _is_same_around(old: cst.CSTNode, new: cst.CSTNode) -> bool:
    """Whether the fields of two nodes but their bodies hold the same nodes."""
    return all(getattr(old, name) is getattr(new, name) for name in _FIELDS[type(old)] if name != "body")


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


def _is_explained(before: Written | None, after: Written | None, *, changes: list[_Change] | None) -> bool:
    """Whether the tokens of two statements differ as their nodes do."""
    if before is None or after is None or changes is None:
        return False
    (_, _, tokens, start, end), (_, _, others, begin, behind) = before, after
    if end - start != behind - begin:
        return False
    pairs = zip(tokens[start:end], others[begin:behind], strict=True)
    return [pair for pair in pairs if pair[0] != pair[1]] == [change for change in changes if change[0] != change[1]]
