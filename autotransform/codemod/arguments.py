"""Arguments of calls: make, find, add and remove them in the style of the call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from autotransform.codemod.build import parsed
from autotransform.codemod.listing import with_part, without_part
from autotransform.errors import ScriptError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autotransform.codemod.build import Config
    from autotransform.codemod.listing import Space

_NONE = cst.SimpleWhitespace("")


def argument(value: cst.BaseExpression | str, *, keyword: str | None, like: cst.Call | None, config: Config) -> cst.Arg:
    """Make an argument, with no spaces around its ``=``.

    Raises:
        ScriptError: The call has an argument of that name already.
    """
    if keyword is None:
        return cst.Arg(value=parsed(value, config=config))
    if like is not None and find_argument(like, keyword=keyword) is not None:
        raise ScriptError(f"the call has an argument {keyword}= already", hint="look for it with find_argument first")
    tight = cst.AssignEqual(whitespace_before=cst.SimpleWhitespace(""), whitespace_after=cst.SimpleWhitespace(""))
    return cst.Arg(value=parsed(value, config=config), keyword=cst.Name(keyword), equal=tight)


def find_argument(call: cst.Call, *, keyword: str | None = None, position: int | None = None) -> cst.Arg | None:
    """Find an argument by keyword or by position, whichever the call uses."""
    for index, each in enumerate(call.args):
        if each.star == "*":
            position = None
        if each.keyword is not None and each.keyword.value == keyword:
            return each
        if index == position and each.keyword is None and not each.star:
            return each
    return None


def add_argument(call: cst.Call, argument: cst.Arg, *, position: int | None = None) -> cst.Call:
    """Put an argument into a call, where the language allows it.

    Raises:
        ScriptError: The call has an argument of that name already.
    """
    keyword = argument.keyword.value if argument.keyword else None
    if keyword is not None and find_argument(call, keyword=keyword) is not None:
        raise ScriptError(f"the call has an argument {keyword}= already", hint="look for it with find_argument first")
    index = _place(call, keyword=keyword) if position is None else min(position, len(call.args))
    if not call.args:
        return _with_first(call, argument)
    args = [_unwrapped(each, alone=len(call.args) == 1) for each in call.args]
    comma = _separator(call)
    spaces = with_part(_spaces(call), index, between=comma.whitespace_after)
    return _with(call, [*args[:index], argument.with_changes(comma=comma), *args[index:]], spaces)


def remove_argument(call: cst.Call, argument: cst.Arg) -> cst.Call:
    """Take an argument out of a call; the end of the call keeps its shape.

    Raises:
        ScriptError: The call has no such argument.
    """
    args = list(call.args)
    index = next((number for number, each in enumerate(args) if each is argument), None)
    if index is None:
        raise ScriptError("the argument to remove is not one of this call's", hint="find it in the same, updated call")
    del args[index]
    if not args:
        return call.with_changes(args=[], whitespace_before_args=_NONE)
    return _with(call, args, without_part(_spaces(call), index))


def _spaces(call: cst.Call) -> list[Space]:
    """List what stands before each argument, and before the end."""
    after = [each.comma.whitespace_after for each in call.args if isinstance(each.comma, cst.Comma)]
    if len(after) < len(call.args):
        after.append(call.args[-1].whitespace_after_arg)
    return [call.whitespace_before_args, *after]


def _with(call: cst.Call, args: Sequence[cst.Arg], spaces: Sequence[Space]) -> cst.Call:
    """Put arguments into a call, with the spaces around them; it ends with a comma if it did."""
    is_closed = isinstance(call.args[-1].comma, cst.Comma)
    new = [_with_comma(each, space, like=call.args[0]) for each, space in zip(args, spaces[1:], strict=True)]
    if not is_closed:
        new[-1] = args[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT, whitespace_after_arg=spaces[-1])
    return call.with_changes(args=new, whitespace_before_args=spaces[0])


def _with_comma(argument: cst.Arg, space: Space, *, like: cst.Arg) -> cst.Arg:
    if isinstance(argument.comma, cst.Comma):
        return argument.with_changes(comma=argument.comma.with_changes(whitespace_after=space))
    before = like.comma.whitespace_before if isinstance(like.comma, cst.Comma) else _NONE
    return argument.with_changes(
        comma=cst.Comma(whitespace_before=before, whitespace_after=space), whitespace_after_arg=_NONE
    )


def _with_first(call: cst.Call, argument: cst.Arg) -> cst.Call:
    """Put an argument into a call that has none, but perhaps comments."""
    space = call.whitespace_before_args
    if not isinstance(space, cst.ParenthesizedWhitespace) or not (space.empty_lines or space.first_line.comment):
        new = argument.with_changes(comma=cst.MaybeSentinel.DEFAULT)
        return call.with_changes(args=[new], whitespace_before_args=_NONE)
    inner = space.with_changes(last_line=cst.SimpleWhitespace(f"{space.last_line.value}    "))
    end = space.with_changes(first_line=cst.TrailingWhitespace(), empty_lines=[])
    return call.with_changes(
        args=[argument.with_changes(comma=cst.Comma(whitespace_after=end))], whitespace_before_args=inner
    )


def _place(call: cst.Call, *, keyword: str | None) -> int:
    stars = {"**"} if keyword is not None else {"**", "*"}
    for index, each in enumerate(call.args):
        if each.star in stars or (keyword is None and each.keyword is not None):
            return index
    return len(call.args)


def _separator(call: cst.Call) -> cst.Comma:
    """Take a comma of the call's, so that a call with an argument a line stays one."""
    for each in call.args[:-1]:
        if isinstance(each.comma, cst.Comma):
            return commented(each.comma, like=None).deep_clone()
    if isinstance(call.whitespace_before_args, cst.ParenthesizedWhitespace):
        space = call.whitespace_before_args
        return cst.Comma(whitespace_after=space.with_changes(first_line=cst.TrailingWhitespace(), empty_lines=[]))
    return cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))


def commented(comma: cst.Comma, *, like: object) -> cst.Comma:
    """Copy a comma with the line break after it, but with the comment that stands after another, or with none."""
    after = comma.whitespace_after
    if not isinstance(after, cst.ParenthesizedWhitespace):
        return comma
    own = like.whitespace_after if isinstance(like, cst.Comma) else None
    if isinstance(own, cst.ParenthesizedWhitespace):
        after = after.with_changes(first_line=own.first_line, empty_lines=own.empty_lines)
    else:
        after = after.with_changes(first_line=cst.TrailingWhitespace(), empty_lines=[])
    return comma.with_changes(whitespace_after=after)


def _unwrapped(argument: cst.Arg, *, alone: bool) -> cst.Arg:
    """Give a generator that is a call's only argument the parentheses it needs once it is not."""
    value = argument.value
    if not (alone and isinstance(value, cst.GeneratorExp)) or argument.keyword or argument.star:
        return argument
    return argument.with_changes(
        value=value if len(value.lpar) else value.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    )
