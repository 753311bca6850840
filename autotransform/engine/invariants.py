"""What holds for every file that is changed, before a byte of it is written (DESIGN: invariants 1 to 3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from autotransform.engine.parsing import parse
from autotransform.engine.printing import Printer
from autotransform.engine.reparsing import reparsed
from autotransform.engine.respelling import NONE
from autotransform.engine.structure import find_misreading, parse_quietly

if TYPE_CHECKING:
    from autotransform.engine.respelling import Respellings
    from autotransform.engine.values import FailureReason

#: What stands in every text that LibCST does not write as it read it: returns, form feeds, byte order marks.
_ODD = (b"\r", b"\f", b"\xef\xbb\xbf")


class UnreadableInput(Exception):  # noqa: N818 - says what it is
    """The file cannot be taken on; the text says why."""


class InvariantBroken(Exception):  # noqa: N818 - says what it is
    """What the script made of the file must not be written."""

    def __init__(self, reason: FailureReason, *, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file as it was parsed, and what writes it and what comes of it."""

    content: bytes
    module: cst.Module
    printer: Printer

    @property
    def text(self) -> str:
        """What it says."""
        return self.printer.text(self.module)


def read_result(content: bytes, *, source: Source, tree: cst.Module, respellings: Respellings = NONE) -> Source:
    """Parse what came of a file, the statements that differ alone where that can be.

    LibCST has written it, so what it gives back is looked at only where that has ever been other.

    Args:
        content: The result.
        source: The file that it came of.
        tree: What the result was written from.
        respellings: What differs in it from the file in spelling alone.

    Raises:
        UnreadableInput: It does not parse, cannot be decoded or does not round-trip.
    """
    if tree.encoding != "utf-8" or any(each in content for each in _ODD):
        return read(content)
    module = reparsed(source.module, tree, respellings=respellings) or _parsed(content)
    return Source(content=content, module=module, printer=Printer(module))


def read(content: bytes) -> Source:
    """Parse a file; what LibCST read is what it would write, byte for byte (invariant 1).

    Raises:
        UnreadableInput: It does not parse, cannot be decoded or does not round-trip.
    """
    module = _parsed(content)
    source = Source(content=content, module=module, printer=Printer(module))
    if source.printer.content(module) != content:
        raise UnreadableInput("LibCST does not reproduce it byte for byte")
    return source


def _parsed(content: bytes) -> cst.Module:
    try:
        return parse(content)
    except cst.ParserSyntaxError as error:
        raise UnreadableInput(f"does not parse: {_why_unparsable(content, error)}") from None
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        raise UnreadableInput(f"cannot be decoded: {error}") from None


def require_meaning(
    after: bytes, *, tree: cst.Module, before: cst.Module | None = None, respellings: Respellings = NONE
) -> None:
    """Check that the output means what its tree says (invariant 3); where it does not parse there is nothing to say.

    Args:
        after: The output, as it would be written.
        tree: What the output is meant to say.
        before: Of the input, as it was parsed.
        respellings: What differs from that in spelling alone.

    Raises:
        InvariantBroken: Otherwise.
    """
    if misreading := find_misreading(after, tree=tree, before=before, respellings=respellings):
        raise InvariantBroken("structure", detail=misreading)


def require_untouched(guarded: list[cst.CSTNode], *, source: Source, after: str) -> None:
    """Check that every marked statement stands in the output as often as in the input.

    Raises:
        InvariantBroken: A script that works on the whole module has changed one all the same.
    """
    for node in guarded:
        text = source.module.code_for_node(node).strip()
        if after.count(text) < source.text.count(text):
            first = text.partition("\n")[0]
            detail = f"a statement marked `# autotransform: skip` would change: {first}"
            raise InvariantBroken("guarded", detail=detail)


def _why_unparsable(content: bytes, error: cst.ParserSyntaxError) -> str:
    try:
        parse_quietly(content)
    except SyntaxError as known:
        return f"line {known.lineno}: {known.msg}"
    except ValueError as known:
        return str(known)
    first = " ".join(error.message.split()).partition(": expected one of")[0]
    return f"line {error.raw_line}: Python reads it, LibCST does not ({first})"
