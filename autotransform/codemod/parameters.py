"""Parameters of functions: add, remove and move them, with commas and line breaks as the function has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import libcst as cst

from autotransform.codemod.arguments import commented
from autotransform.codemod.build import parsed
from autotransform.codemod.listing import with_part, without_part
from autotransform.errors import ScriptError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autotransform.codemod.build import Config
    from autotransform.codemod.listing import Space
    from autotransform.codemod.names import Names

_NONE = cst.SimpleWhitespace("")
#: Everything that stands between the parentheses, in order.
Item: TypeAlias = cst.Param | cst.ParamStar | cst.ParamSlash


def _is_named(item: Item, name: str) -> bool:
    """Whether a part of a parameter list is the parameter of that name."""
    return isinstance(item, cst.Param) and item.name.value == name


def has_parameter(function: cst.FunctionDef, name: str) -> bool:
    """Whether a function has a parameter of that name."""
    return any(_is_named(each, name) for each in _items(function.params))


def uses_parameter(function: cst.FunctionDef, name: str, *, names: Names) -> bool:
    """Whether the body of an original function uses a parameter."""
    scopes = (scope for scope in names.scopes.every if getattr(scope, "node", None) is function)
    return any(each.references for scope in scopes for each in scope.assignments[name])


def add_parameter(function: cst.FunctionDef, name: str, *, default: str, config: Config) -> cst.FunctionDef:
    """Add a parameter with a default, as the last that can be passed by keyword."""
    tight = cst.AssignEqual(whitespace_before=cst.SimpleWhitespace(""), whitespace_after=cst.SimpleWhitespace(""))
    parameter = cst.Param(name=cst.Name(name), default=parsed(default, config=config), equal=tight, star="")
    items = _items(function.params)
    if any(_is_named(each, name) for each in items):
        raise ScriptError(f"the function has a parameter {name} already", hint="ask has_parameter first")
    if not items:
        return _with_items(function, [parameter])
    end = len(items) - (isinstance(function.params.star_kwarg, cst.Param))
    between = _separator(items, gap=function.whitespace_before_params).whitespace_after
    spaces = with_part(_spaces(function, items), end, between=between)
    return _arranged(function, [*items[:end], parameter, *items[end:]], spaces)


def remove_parameter(function: cst.FunctionDef, name: str) -> cst.FunctionDef:
    """Remove a parameter, and a bare ``*`` or ``/`` that has nothing to part any more."""
    old = _items(function.params)
    spaces = _spaces(function, old)
    items = list(old)
    left = _without_idle_marks([each for each in items if not _is_named(each, name)])
    for each in old:
        if not any(each is other for other in left):
            index = next(number for number, other in enumerate(items) if other is each)
            del items[index]
            spaces = without_part(spaces, index)
    return _arranged(function, items, spaces) if items else _with_items(function, [])


def make_keyword_only(function: cst.FunctionDef, name: str) -> cst.FunctionDef:
    """Move a parameter behind the ``*``, which is put in where there is none."""
    if any(_is_named(each, name) for each in function.params.kwonly_params):
        return function
    items = _items(function.params)
    place = next((number for number, each in enumerate(items) if _is_named(each, name)), None)
    if place is None:
        raise ScriptError(f"the function has no parameter {name}", hint="ask has_parameter first")
    parameter = items.pop(place)
    items = _without_idle_marks(items)
    end = len(items) - (isinstance(function.params.star_kwarg, cst.Param))
    star = [] if any(_is_star(each) for each in items) else [cst.ParamStar()]
    return _with_items(function, [*items[:end], *star, parameter, *items[end:]])


def _items(parameters: cst.Parameters) -> list[Item]:
    slash = [parameters.posonly_ind] if isinstance(parameters.posonly_ind, cst.ParamSlash) else []
    star = [parameters.star_arg] if isinstance(parameters.star_arg, cst.Param | cst.ParamStar) else []
    last = [parameters.star_kwarg] if parameters.star_kwarg else []
    return [*parameters.posonly_params, *slash, *parameters.params, *star, *parameters.kwonly_params, *last]


def _is_star(item: Item) -> bool:
    return isinstance(item, cst.ParamStar) or (isinstance(item, cst.Param) and item.star == "*")


def _without_idle_marks(items: list[Item]) -> list[Item]:
    if items and isinstance(items[0], cst.ParamSlash):
        del items[0]
    for number, each in enumerate(items):
        after = items[number + 1] if number + 1 < len(items) else None
        if isinstance(each, cst.ParamStar) and (after is None or (isinstance(after, cst.Param) and after.star == "**")):
            del items[number]
            break
    return items


def _spaces(function: cst.FunctionDef, items: Sequence[Item]) -> list[Space]:
    """List what stands before each part, and before the end."""
    after = [each.comma.whitespace_after for each in items if isinstance(each.comma, cst.Comma)]
    if len(after) < len(items):
        last = items[-1]
        after.append(last.whitespace_after_param if isinstance(last, cst.Param) else _NONE)
    return [function.whitespace_before_params, *after]


def _arranged(function: cst.FunctionDef, items: Sequence[Item], spaces: Sequence[Space]) -> cst.FunctionDef:
    """Give a function its parameters with the spaces around them; the list ends with a comma if it did."""
    is_closed = isinstance(_items(function.params)[-1].comma, cst.Comma)
    new = [_with_comma(each, cst.Comma(whitespace_after=space)) for each, space in zip(items, spaces[1:], strict=True)]
    if not is_closed:
        last = items[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
        new[-1] = last.with_changes(whitespace_after_param=spaces[-1]) if isinstance(last, cst.Param) else last
    return _placed(function.with_changes(whitespace_before_params=spaces[0]), new)


def _with_items(function: cst.FunctionDef, items: Sequence[Item]) -> cst.FunctionDef:
    gap = function.whitespace_before_params if items else _NONE
    spaced = _spaced(items, old=_items(function.params), gap=function.whitespace_before_params)
    return _placed(function.with_changes(whitespace_before_params=gap), spaced)


def _placed(function: cst.FunctionDef, spaced: Sequence[Item]) -> cst.FunctionDef:
    """Sort the parts of a list into the fields that LibCST has for them."""
    slash = next((number for number, each in enumerate(spaced) if isinstance(each, cst.ParamSlash)), None)
    positional = spaced[: slash or 0]
    rest = spaced[slash + 1 if slash is not None else 0 :]
    star = next((number for number, each in enumerate(rest) if _is_star(each)), None)
    ends = bool(rest) and isinstance(rest[-1], cst.Param) and rest[-1].star == "**"
    keyword_only = rest[star + 1 : len(rest) - ends] if star is not None else []
    parameters = function.params.with_changes(
        posonly_params=positional,
        posonly_ind=spaced[slash] if slash is not None else cst.MaybeSentinel.DEFAULT,
        params=rest[: star if star is not None else len(rest) - ends],
        star_arg=rest[star] if star is not None else cst.MaybeSentinel.DEFAULT,
        kwonly_params=keyword_only,
        star_kwarg=rest[-1] if ends else None,
    )
    return function.with_changes(params=parameters)


def _separator(old: Sequence[Item], *, gap: Space) -> cst.Comma:
    """Take a comma of the list's, so that a list with a parameter a line stays one."""
    for each in old[:-1]:
        if isinstance(each.comma, cst.Comma):
            return commented(each.comma, like=None)
    after = gap if isinstance(gap, cst.ParenthesizedWhitespace) else cst.SimpleWhitespace(" ")
    return commented(cst.Comma(whitespace_after=after), like=None)


def _spaced(items: Sequence[Item], *, old: Sequence[Item], gap: cst.BaseParenthesizableWhitespace) -> list[Item]:
    """Give every part the comma and line break that its place asks for; a comment stays with its parameter."""
    closing = old[-1] if old else None
    between = _separator(old, gap=gap)
    spaced: list[Item] = []
    for number, each in enumerate(items):
        if number + 1 < len(items):
            spaced.append(_with_comma(each, commented(between, like=each.comma)))
        else:
            spaced.append(_as_last(each, closing=closing))
    return spaced


def _as_last(item: Item, *, closing: Item | None) -> Item:
    comma = closing.comma if closing is not None else cst.MaybeSentinel.DEFAULT
    if not isinstance(comma, cst.Comma):
        item = _with_comma(item, comma)
    else:
        item = _with_comma(item, commented(comma, like=item.comma))
    if isinstance(item, cst.Param) and isinstance(closing, cst.Param):
        return item.with_changes(whitespace_after_param=closing.whitespace_after_param)
    return item


def _with_comma(item: Item, comma: cst.Comma | cst.MaybeSentinel) -> Item:
    changed = item.with_changes(comma=comma)
    if isinstance(changed, cst.Param) and isinstance(comma, cst.Comma):
        return changed.with_changes(whitespace_after_param=cst.SimpleWhitespace(""))
    return changed
