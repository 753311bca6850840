"""Arguments of calls: make, find, add and remove them in the style of the call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from autotransform.codemod.build import parsed
from autotransform.errors import ScriptError

if TYPE_CHECKING:
    from autotransform.codemod.build import Config

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
    new = call.with_changes(args=[_unwrapped(each, alone=len(call.args) == 1) for each in call.args])
    args = list(new.args)
    if not args:
        return new.with_changes(args=[argument.with_changes(comma=cst.MaybeSentinel.DEFAULT)])
    between = _separator(call)
    if index == len(args):
        last = args[-1]
        closing, after = last.comma, last.whitespace_after_arg
        like = closing
        if isinstance(after, cst.ParenthesizedWhitespace):
            # The comment behind the last argument stands before the closing parenthesis: it stays behind that one.
            like = cst.Comma(whitespace_after=after)
            after = after.with_changes(first_line=cst.TrailingWhitespace(), empty_lines=[])
        args[-1] = last.with_changes(comma=commented(between, like=like), whitespace_after_arg=_NONE)
        closing = commented(closing, like=None) if isinstance(closing, cst.Comma) else closing
        args.append(argument.with_changes(comma=closing, whitespace_after_arg=after))
    else:
        args.insert(index, argument.with_changes(comma=between))
    return new.with_changes(args=args)


def remove_argument(call: cst.Call, argument: cst.Arg) -> cst.Call:
    """Take an argument out of a call; the end of the call keeps its shape.

    Raises:
        ScriptError: The call has no such argument.
    """
    args = list(call.args)
    index = next((number for number, each in enumerate(args) if each is argument), None)
    if index is None:
        raise ScriptError("the argument to remove is not one of this call's", hint="find it in the same, updated call")
    removed = args.pop(index)
    if args and index == len(args):
        comma, own = removed.comma, args[-1].comma
        comma = commented(comma, like=own) if isinstance(comma, cst.Comma) else comma
        args[-1] = args[-1].with_changes(comma=comma, whitespace_after_arg=removed.whitespace_after_arg)
    if not args:
        return call.with_changes(args=[], whitespace_before_args=cst.SimpleWhitespace(""))
    return call.with_changes(args=args)


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
            return commented(each.comma, like=None)
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
