"""What the log holds of one authoring, read back. The file is data: anything may stand in it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, cast

from autotransform.author.messages import Completion, Message
from autotransform.author.spending import Counted, Spending
from autotransform.run.disk import read_plain

if TYPE_CHECKING:
    from pathlib import Path

_LARGEST = 64 << 20
_MOST_RECORDS = 1_000
_ROLES = ("system", "user", "assistant")


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedExchange:
    """A question and its answer."""

    purpose: str
    key: str
    #: Digest of the messages as they were sent; those below are redacted.
    prompt: str
    messages: tuple[Message, ...]
    #: What the model said; where ``error`` is not empty, what came of it.
    completion: Completion
    is_answered: bool
    #: How many secrets were taken out of the answer: where there are any, it is not what the model said.
    redacted: int
    finish: str
    error: str
    #: What it used, in tokens and money, whether the endpoint counted that or not.
    counted: Counted


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedSession:
    """One authoring."""

    id: str
    #: RFC 3339.
    time: str = ""
    version: str = ""
    command: str = ""
    request: str = ""
    name: str = ""
    model: str = ""
    host: str = ""
    base: str = ""
    prompts: str = ""
    exchanges: tuple[LoggedExchange, ...] = ()
    #: Kind and JSON, in the order in which they were made.
    decisions: tuple[tuple[str, Any], ...] = ()
    #: Empty: it never came to its end.
    outcome: str = ""
    path: str = ""
    digest: str = ""
    findings: tuple[str, ...] = ()
    #: What of the file could not be read.
    notes: tuple[str, ...] = ()

    @property
    def script_name(self) -> str:
        """The name of the script that it made, or was to make."""
        return PurePosixPath(self.path).stem or self.name

    @property
    def state(self) -> str:
        """What came of it, in a word or two, where it never came to its end, too."""
        is_failed = bool(self.exchanges) and not self.exchanges[-1].is_answered
        return self.outcome or ("failed" if is_failed else "broken off")

    @property
    def spent(self) -> Spending:
        """The sum of its exchanges."""
        sent = [each for each in self.exchanges if not each.completion.is_cached]
        sums = [each.counted.money for each in sent if each.counted.money is not None]
        return Spending(
            requests=len(sent),
            cached=len(self.exchanges) - len(sent),
            prompt_tokens=sum(each.counted.sent for each in sent),
            completion_tokens=sum(each.counted.received for each in sent),
            money=sum(sums, Decimal(0)) if sums else None,
            seconds=sum((each.completion.seconds for each in sent), 0.0),
        )


def read_session(file: Path) -> LoggedSession | None:
    """Read one file of the log; `None` where it is none that can be read."""
    try:
        lines = read_plain(str(file), largest=_LARGEST).split(b"\n")
    except OSError:
        return None
    session = LoggedSession(id=file.name.removesuffix(file.suffix))
    broken = 0
    for line in lines[:_MOST_RECORDS]:
        if line.strip():
            try:
                session = _take(session, json.loads(line))
            except (ValueError, LookupError, TypeError, RecursionError, InvalidOperation):
                broken += 1
    if not session.time:
        return None
    broken += max(0, len(lines) - _MOST_RECORDS)
    notes = (f"{broken} of its lines cannot be read, and were passed over",) if broken else ()
    return replace(session, notes=notes)


def _take(session: LoggedSession, record: Any) -> LoggedSession:
    """Add a record to what was read before; a TypeError or another where it is none of ours."""
    kind = record["record"]
    told: dict[str, Any]
    if kind == "start" and not session.time:
        facts = ("time", "version", "command", "request", "name", "model", "host", "base", "prompts")
        told = {fact: _text(record.get(fact, "")) for fact in facts}
    elif kind == "exchange":
        told = {"exchanges": (*session.exchanges, _exchange(record))}
    elif kind == "decision":
        told = {"decisions": (*session.decisions, (_text(record["kind"]), record["data"]))}
    elif kind == "end":
        told = {name: _text(record[name]) for name in ("outcome", "path", "digest")}
        told["findings"] = tuple(_text(each) for each in record["findings"])
    else:
        raise ValueError(kind)
    return replace(session, **told)


def _exchange(record: dict[str, Any]) -> LoggedExchange:
    completion = Completion(
        text=_text(record["answer"]),
        prompt_tokens=_count(record["prompt_tokens"]),
        completion_tokens=_count(record["completion_tokens"]),
        is_cached=record["is_cached"] is True,
        seconds=_seconds(record["seconds"]),
    )
    money = record["money"]
    return LoggedExchange(
        purpose=_text(record["purpose"]),
        key=_text(record["key"]),
        prompt=_text(record["prompt"]),
        messages=tuple(_message(each) for each in record["messages"]),
        completion=completion,
        is_answered=record["is_answered"] is True,
        redacted=_count(record["redacted"]),
        finish=_text(record["finish"]),
        error=_text(record["error"]),
        counted=Counted(
            sent=_count(record["sent"]),
            received=_count(record["received"]),
            money=None if money is None else _money(_text(money)),
        ),
    )


def _message(told: Any) -> Message:
    role = told["role"]
    if role not in _ROLES:
        raise ValueError(role)
    return Message(role=cast("Any", role), content=_text(told["content"]))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _count(value: object) -> int:
    if not isinstance(value, int) or not 0 <= value < 1 << 53:
        raise TypeError(value)
    return int(value)


def _seconds(value: object) -> float:
    if not isinstance(value, int | float) or not 0 <= value < 1 << 53:  # which a NaN is not, either
        raise TypeError(value)
    return float(value)


def _money(text: str) -> Decimal:
    money = Decimal(text[:40])
    if not money.is_finite() or abs(money) > 1 << 53:
        raise ValueError(text)
    return money
