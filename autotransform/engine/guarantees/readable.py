"""Invariant 2: what comes of a file compiles as far as the file did."""

from __future__ import annotations

import sys
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autotransform.engine.invariants import InvariantBroken
from autotransform.engine.structure import parse_quietly

if TYPE_CHECKING:
    import ast


def compiles(content: bytes) -> bool:
    """Whether a text compiles; no more is to be known of it."""
    try:
        _compile(content)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return False
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How an output reads."""

    #: What a person should see.
    warnings: tuple[str, ...] = ()
    #: What was parsed, if it compiles.
    tree: ast.Module | None = None
    #: Whether Python parses neither the input nor the output.
    is_foreign: bool = False


def require_readable(before: bytes, after: bytes) -> Reading:
    """Check that the output compiles as far as the input did.

    Args:
        before: The input.
        after: The output.

    Raises:
        InvariantBroken: Otherwise.
        RecursionError: It is nested too deeply.
    """
    try:
        tree = parse_quietly(after)
    except (SyntaxError, ValueError):
        if not _parses(before):
            return Reading(warnings=_warnings(), is_foreign=True)
    except (MemoryError, RecursionError):
        pass
    else:
        if _is_compiled(tree):
            return Reading(tree=tree)
    return Reading(warnings=_explained(before, after))


def _explained(before: bytes, after: bytes) -> tuple[str, ...]:
    """Tell what is wrong with an output, of which one reading failed; nothing if another one does not."""
    error = _compile_error(after)
    if error is None:
        return ()
    parses = _parses(after)
    if _compile_error(before) is None:
        raise InvariantBroken("compile" if parses else "syntax", detail=_located(error, after))
    if not parses and _parses(before):
        raise InvariantBroken("syntax", detail=_located(error, after))
    return _warnings()


def _warnings() -> tuple[str, ...]:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return (f"the file does not compile on Python {version}, before and after the change",)


def _compile(content: bytes | ast.Module) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        compile(content, "<output>", "exec", dont_inherit=True)


def _is_compiled(tree: ast.Module) -> bool:
    try:
        _compile(tree)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return False
    return True


def _compile_error(content: bytes) -> Exception | None:
    try:
        _compile(content)
    except (SyntaxError, ValueError) as error:
        return error
    except MemoryError:  # what CPython says of code that is nested too deeply for its compiler
        raise RecursionError from None
    return None


def _parses(content: bytes) -> bool:
    try:
        parse_quietly(content)
    except (SyntaxError, ValueError):
        return False
    return True


def _located(error: Exception, content: bytes) -> str:
    if not isinstance(error, SyntaxError) or not error.lineno:
        return str(error)
    lines = content.split(b"\n")
    line = lines[error.lineno - 1].strip().decode(errors="replace") if error.lineno <= len(lines) else ""
    return f"{error.msg}, line {error.lineno} of the output: {line}"
