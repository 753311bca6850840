"""What parent and worker say to each other: frames, and what stands in them.

A frame is a JSON header and a body of raw bytes, each with its length in front. The parent takes nothing in a reply on
trust: whatever is not exactly one of the four outcomes, for the file that was sent, is a `ProtocolError`.
"""

from __future__ import annotations

import functools
import hashlib
import json
import re
import struct
import unicodedata
from dataclasses import astuple, dataclass, field, fields
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_type_hints

from autotransform.engine.values import (
    Breach,
    Changed,
    Failed,
    FailureReason,
    FileContext,
    Job,
    Site,
    Skipped,
    Unchanged,
    Word,
)
from autotransform.script.model import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from autotransform.engine.values import Outcome
    from autotransform.script import Script

_Record = TypeVar("_Record", Site, Breach, Word)

_RECORDS: dict[str, type] = {kind.__name__: kind for kind in (Site, Breach, Word)}

_CONTEXT = tuple(each.name for each in fields(FileContext))

_LENGTHS = struct.Struct(">II")

#: A request for a child, which comes with its sockets: how many seconds it may go on, and whether its Python is to be
#: restricted, no script is ever to run in it, a file may be in an unusual encoding, and it is likely to match nodes.
REQUEST = struct.Struct(">d????")

#: How a child ended: its exit status, or the negative number of a signal.
STATUS = struct.Struct(">i")

#: The least that a reply may hold, and how much more than its file it may hold.
_LEAST_REPLY = 1 << 20
_REPLY_FACTOR = 100

#: JSON of so many bytes may take twenty times as many when it is read.
_LONGEST_HEADER = 16 << 20

#: How much of a text of the script's is worth showing, in characters, and what is short.
_LONGEST_TEXT, _SHORT = 10_000, 200


class ProtocolError(Exception):
    """The other side said something that is not an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One message."""

    header: dict[str, Any]
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What the static check found in a script, and whether files may share a process with it."""

    problems: tuple[Problem, ...] = ()
    #: Why what it does to one file may be seen in the next; empty when it cannot.
    carries_state: str = ""


def pack(frame: Frame) -> bytes:
    """Write a frame."""
    header = json.dumps(frame.header).encode("ascii")
    return b"".join((_LENGTHS.pack(len(header), len(frame.body)), header, frame.body))


def read_frame(receive: Callable[[int], bytes], *, limit: int | None = None) -> Frame:
    """Read one frame.

    Args:
        receive: Gives at most as many bytes as it is asked for, as ``recv`` does; none when there are no more.
        limit: How many bytes header and body may have together; a header may never have more than 16 MiB.

    Raises:
        ProtocolError: It is larger, or its header is no JSON object.
        EOFError: It is not there, or ends in the middle.
    """
    header_length, body_length = _LENGTHS.unpack(_exactly(receive, _LENGTHS.size))
    if limit is not None and header_length + body_length > limit:
        raise ProtocolError(f"the answer has {header_length + body_length} bytes; {limit} are allowed")
    if header_length > _LONGEST_HEADER:
        raise ProtocolError(f"the answer has a header of {header_length} bytes; {_LONGEST_HEADER} are allowed")
    try:
        header = json.loads(_exactly(receive, header_length))
    except (ValueError, RecursionError):
        raise ProtocolError("the answer is not JSON") from None
    if not isinstance(header, dict):
        raise ProtocolError("the answer is not a JSON object")
    return Frame(header=header, body=_exactly(receive, body_length))


def _exactly(receive: Callable[[int], bytes], size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        part = receive(min(size - len(parts), 1 << 20))
        if not part:
            raise EOFError
        parts += part
    return bytes(parts)


def is_too_large(reply: bytes, job: Job) -> bool:
    """Tell whether the parent would not take a packed frame as the answer to a job."""
    return len(reply) > reply_limit(job) or _LENGTHS.unpack_from(reply)[0] > _LONGEST_HEADER


def reply_limit(job: Job) -> int:
    """Give how many bytes the answer to a job may have."""
    return max(_LEAST_REPLY, _REPLY_FACTOR * len(job.content))


def script_frame(script: Script, *, arguments: tuple[tuple[str, str], ...]) -> Frame:
    """Put in a frame what the jobs that follow are to be done with; there is no answer to it."""
    header = {"script": script.name, "entry": script.entry, "source": script.source, "arguments": arguments}
    return Frame(header=header)


def check_frame(checked: Checked) -> Frame:
    """Put what was found in a script in a frame."""
    problems = [astuple(problem) for problem in checked.problems]
    return Frame(header={"problems": problems, "carries_state": checked.carries_state})


def read_check(frame: Frame) -> Checked:
    """Take what was found in a script out of its frame; no script has been in the process that says so."""
    found = [Problem(line=line, code=code, message=plain(message)) for line, code, message in frame.header["problems"]]
    return Checked(problems=tuple(found), carries_state=plain(frame.header["carries_state"]))


def job_frame(job: Job, *, number: int) -> Frame:
    """Put a job in a frame; the answer must give its number back."""
    context = {name: getattr(job.context, name) for name in _CONTEXT}
    return Frame(header={"number": number, "context": context}, body=job.content)


def read_job(frame: Frame) -> Job:
    """Take a job out of its frame."""
    context = dict(frame.header["context"])
    context["reexports"] = tuple((alias, target) for alias, target in context["reexports"])
    return Job(context=FileContext(**context), content=frame.body)


def outcome_frame(outcome: Outcome, *, number: int) -> Frame:
    """Put an outcome in a frame."""
    header: dict[str, Any] = {"number": number, "path": outcome.path, "kind": type(outcome).__name__.lower()}
    if isinstance(outcome, Changed | Unchanged):
        header["sites"] = [astuple(site) for site in outcome.sites]
        header["warnings"] = list(outcome.warnings)
        header["words"] = [astuple(word) for word in outcome.words]
        if isinstance(outcome, Changed):
            header["breaches"] = [astuple(breach) for breach in outcome.breaches]
    elif isinstance(outcome, Skipped):
        header["reason"] = outcome.reason
    else:
        header |= {"reason": outcome.reason, "detail": outcome.detail}
    return Frame(header=header, body=outcome.after if isinstance(outcome, Changed) else b"")


def read_outcome(frame: Frame, *, job: Job, number: int) -> Outcome:
    """Take an outcome out of a frame, believing nothing.

    Raises:
        ProtocolError: It is not an outcome of that job.
    """
    size = max(len(job.content), len(frame.body)) + 1
    answer = _Answer(frame.header, most=size)
    path = job.context.path
    if answer.take("number", int) != number or answer.take("path", str) != path:
        raise ProtocolError("the answer is about something else")
    kind = answer.take("kind", str)
    if frame.body and kind != "changed":
        raise ProtocolError("the answer has content that it must not have")
    outcome: Outcome
    if kind == "changed":
        outcome = Changed(
            path=path,
            after=frame.body,
            sites=answer.records("sites", Site),
            warnings=answer.warnings(),
            breaches=answer.records("breaches", Breach),
            words=answer.records("words", Word),
            before_sha256=hashlib.sha256(job.content).hexdigest(),
        )
    elif kind == "unchanged":
        outcome = Unchanged(
            path=path,
            sites=answer.records("sites", Site),
            warnings=answer.warnings(),
            words=answer.records("words", Word),
        )
    elif kind == "skipped":
        outcome = Skipped(path=path, reason=answer.text("reason"))
    elif kind == "failed":
        outcome = Failed(path=path, reason=answer.failure_reason(), detail=answer.text("detail", lines=True))
    else:
        raise ProtocolError("the answer is of no known kind")
    answer.require_end()
    if isinstance(outcome, Changed) and outcome.after == job.content:
        raise ProtocolError("the answer says that the file changes, and gives it unchanged")
    return outcome


def plain(text: str, *, lines: bool = False) -> str:
    """Make a text of a script's fit to be shown: bounded, and nothing in it that steers a terminal.

    Args:
        text: Anything.
        lines: Keep line breaks and tabs.
    """
    if text.isprintable() and len(text) <= _LONGEST_TEXT and text.lstrip()[:1] not in {":", "#"}:
        return text  # as nearly all are
    if len(text) > _LONGEST_TEXT:
        text = text[:_LONGEST_TEXT] + " […]"
    kept = "\n\t" if lines else ""
    shown = "".join(
        character
        if character in kept or unicodedata.category(character) not in _UNSHOWN
        else "\N{REPLACEMENT CHARACTER}"
        for character in text
    )
    return _LOG_COMMAND.sub(r"\1\2 \3", shown)


#: A line that the log of a GitHub workflow would take for a command, whatever blanks it starts with.
_LOG_COMMAND = re.compile(r"^([^\S\n]*)([:#])([:#])", re.MULTILINE)

#: Controls, invisible formatting (which can turn the direction of text around), surrogates, line separators.
_UNSHOWN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_plain_again = functools.lru_cache(maxsize=4096)(plain)  # of few texts there are thousands


class _Answer:
    """The header of a reply, taken apart key by key."""

    def __init__(self, header: dict[str, Any], *, most: int) -> None:
        self._left = dict(header)
        #: No line, column or count is larger.
        self._most = most

    def take(self, key: str, kind: type) -> Any:
        value = self._left.pop(key, None)
        if type(value) is not kind:  # `True` is an `int`, and no number of ours
            raise ProtocolError(f"the answer has no proper {key}")
        return value

    def text(self, key: str, *, lines: bool = False) -> str:
        return plain(self.take(key, str), lines=lines)

    def failure_reason(self) -> FailureReason:
        reason: FailureReason = self.take("reason", str)
        if reason not in get_args(FailureReason):
            raise ProtocolError("the answer has no proper reason")
        return reason

    def warnings(self) -> tuple[str, ...]:
        values = self.take("warnings", list)
        if not all(isinstance(value, str) for value in values):
            raise ProtocolError("the answer has no proper warnings")
        return tuple(plain(value) for value in values)

    def records(self, key: str, kind: type[_Record]) -> tuple[_Record, ...]:
        return tuple(_read_records(self.take(key, list), kind=kind, key=key, most=self._most))

    def require_end(self) -> None:
        if self._left:
            raise ProtocolError("the answer has more than it must have")


def _read_records(values: list[Any], *, kind: type[_Record], key: str, most: int) -> Iterator[_Record]:
    """Read the engine's flat values: numbers from 1 (counts from 0), known words, and texts. Field by field: of all."""
    form = _form(kind.__name__)
    is_right = set(map(type, values)) <= {list} and set(map(len, values)) <= {len(form.names)}
    columns: list[Any] = [*zip(*values, strict=True)] if is_right else []
    if values and not (
        [set(map(type, column)) for column in columns] == form.types  # `True` is no number, as above
        and all(least <= min(columns[at]) and max(columns[at]) <= most for at, least in form.numbers)
        and all(known.issuperset(columns[at]) for at, known in form.words)
    ):
        raise ProtocolError(f"the answer has no proper {key}")
    for at in form.texts if values else ():
        columns[at] = [(_plain_again if len(text) <= _SHORT else plain)(text) for text in columns[at]]
    return (kind(**dict(zip(form.names, row, strict=True))) for row in zip(*columns, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """How one of the engine's flat values must look."""

    names: tuple[str, ...]
    types: list[set[type]]
    #: Where they stand, and the least that each may be.
    numbers: tuple[tuple[int, int], ...]
    words: tuple[tuple[int, frozenset[str]], ...]
    texts: tuple[int, ...]


@functools.cache
def _form(kind: str) -> _Form:
    hints = [*get_type_hints(_RECORDS[kind]).items()]
    return _Form(
        names=tuple(name for name, _ in hints),
        types=[{int if hint is int else str} for _, hint in hints],
        numbers=tuple((at, int(name != "words")) for at, (name, hint) in enumerate(hints) if hint is int),
        words=tuple((at, frozenset(get_args(hint))) for at, (_, hint) in enumerate(hints) if get_args(hint)),
        texts=tuple(at for at, (_, hint) in enumerate(hints) if hint is not int),
    )
