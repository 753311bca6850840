"""The log of what was said to models: one file for each authoring, and the answers by what was asked.

It lies in git's own folder, readable by its user alone, and holds no secret that we know to be one. Its files are data:
what is broken, or was never ours, is passed over with a note.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from autotransform import __version__
from autotransform.author.answers import KeptAnswers, digest_of_text, is_own_folder, make_folder
from autotransform.author.logged import LoggedSession, read_session
from autotransform.author.redaction import redact
from autotransform.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from autotransform.author.messages import Completion, Message
    from autotransform.author.spending import Counted

FORMAT = 1

_ENDING = ".jsonl"

#: A shorter one is no secret, but what people write where any key will do; and it stands in many a word.
_SHORTEST_SECRET = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """The log of one repository. ``None`` as its folder: nothing is kept."""

    folder: Path | None

    @contextlib.contextmanager
    def open(
        self,
        *,
        command: str,
        request: str,
        name: str = "",
        model: str = "",
        host: str = "",
        base: str = "",
        prompts: str = "",
    ) -> Iterator[LedgerSession]:
        """Start the log of one authoring; what it holds is there, wherever the authoring ends.

        Args:
            command: What the person started: ``new``, ``edit``.
            request: In the person's words.
            name: Of the script, where the person gave one.
            model: As the endpoint calls it.
            host: Of the endpoint, without user and password.
            base: The commit that the excerpts are from.
            prompts: Version of the prompts.
        """
        facts = {
            "command": command,
            "request": request,
            "name": name,
            "model": model,
            "host": host,
            "base": base,
            "prompts": prompts,
        }
        session = LedgerSession(self, facts)
        try:
            yield session
        finally:
            session.close()

    def sessions(self, *, limit: int | None = None) -> Iterator[LoggedSession]:
        """Read what was logged, newest first."""
        if self.folder is None or not is_own_folder(self.folder):
            return
        try:
            names = [each.name for each in self.folder.iterdir() if each.name.endswith(_ENDING)]
        except OSError:
            return
        files = sorted(names, reverse=True)
        for name in files[:limit]:
            if (session := read_session(self.folder / name)) is not None:
                yield session

    def find(self, name_or_id: str) -> LoggedSession:
        """Find a session by its id, by how its id begins, or the newest that made a script of that name.

        Raises:
            UsageError: There is none.
        """
        for session in self.sessions():
            if name_or_id in {session.id, session.script_name} or (
                len(name_or_id) >= 8 and session.id.startswith(name_or_id)  # noqa: PLR2004 - a whole day
            ):
                return session
        raise UsageError(
            f"The log holds no session {name_or_id!r}, and none that made a script of that name.",
            hint="`autotransform log` lists what there is.",
        )

    @property
    def answers(self) -> KeptAnswers | None:
        """The answers that are at hand; `None` where nothing is kept."""
        return None if self.folder is None else KeptAnswers(folder=self.folder / "answers")

    def answer(self, key: str) -> Completion | None:
        """Give the answer to what was asked before; `None` where it was not, or what is kept is broken."""
        return self.answers.find(key) if self.answers is not None else None


class LedgerSession:
    """One authoring on its way; what cannot be logged does not stop it."""

    def __init__(self, ledger: Ledger, facts: dict[str, str]) -> None:
        now = datetime.now(UTC)
        self.ledger = ledger
        #: Sorts by time; the random part keeps apart what starts in the same moment.
        self.id = f"{now:%Y%m%dT%H%M%S%f}-{secrets.token_hex(3)}"
        self.time = f"{now:%Y-%m-%dT%H:%M:%SZ}"
        #: What a person should know of the log.
        self.notes: list[str] = []
        self._facts = facts
        self._secrets: tuple[str, ...] = ()
        self._descriptor: int | None = None
        self._is_off = ledger.folder is None

    def hide(self, secret: str) -> None:
        """Keep a text out of everything that is logged from here on."""
        if len(secret) >= _SHORTEST_SECRET:
            self._secrets = (*self._secrets, secret)

    def exchange(
        self,
        *,
        purpose: str,
        key: str,
        messages: Sequence[Message],
        heard: Completion,
        error: str = "",
        finish: str = "",
        counted: Counted | None = None,
    ) -> bool:
        """Log one question and its answer, and tell whether the answer could be logged as it is.

        Args:
            purpose: What was asked for.
            key: Of the answer.
            messages: What was said to the model.
            heard: What it said, or what came of it.
            error: Why that is no answer; empty where it is one.
            finish: Why the model stopped, in the endpoint's word.
            counted: What it used, where that is not what the endpoint says: nothing, for an answer that was at hand.
        """
        shown, hidden = self._redact(heard.text)
        turns = [{"role": each.role, "content": self._redact(each.content)[0]} for each in messages]
        record = {
            "record": "exchange",
            "purpose": purpose,
            "key": key,
            "prompt": digest_of(messages),
            "messages": turns,
            "is_answered": not error,
            "answer": shown,
            "redacted": hidden,
            "finish": finish,
            "prompt_tokens": heard.prompt_tokens,
            "completion_tokens": heard.completion_tokens,
            "sent": heard.prompt_tokens if counted is None else counted.sent,
            "received": heard.completion_tokens if counted is None else counted.received,
            "money": None if counted is None or counted.money is None else str(counted.money),
            "seconds": round(heard.seconds, 3),
            "is_cached": heard.is_cached,
            "error": self._redact(error)[0],
        }
        self._write(record)
        return not hidden

    def keep_answer(self, key: str, completion: Completion) -> None:
        """Keep an answer for the next time that the same is asked."""
        try:
            if self.ledger.answers is not None and not self._is_off:
                self.ledger.answers.keep(key, completion)
        except OSError as error:
            self.notes.append(f"The answer is not kept for the next time: {error.strerror or error}.")

    def decide(self, kind: str, data: Any) -> None:
        """Log what was decided on the way: JSON, whose texts are redacted."""
        self._write({"record": "decision", "kind": kind, "data": self._redact_all(data)})

    def end(self, *, outcome: str, path: str = "", digest: str = "", findings: Sequence[str] = ()) -> None:
        """Log what came of it.

        Args:
            outcome: One word or a few: ``written``, ``refused``.
            path: Of the script, from the root of the repository.
            digest: SHA-256 of the script.
            findings: What is still wrong with it.
        """
        found = [self._redact(each)[0] for each in findings]
        self._write({"record": "end", "outcome": outcome, "path": path, "digest": digest, "findings": found})

    def close(self) -> None:
        """Let go of the file."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _write(self, record: dict[str, Any]) -> None:
        if self._is_off:
            return
        try:
            if self._descriptor is None:
                self._descriptor = self._create()
                facts = {name: self._redact(value)[0] for name, value in self._facts.items()}
                start = {"record": "start", "format": FORMAT, "time": self.time, "version": __version__, **facts}
                _append(self._descriptor, start)
            _append(self._descriptor, record)
        except OSError as error:
            self._is_off = True
            self.notes.append(f"What is said to the model is not logged any further: {error.strerror or error}.")

    def _create(self) -> int:
        assert self.ledger.folder is not None
        make_folder(self.ledger.folder)
        path = self.ledger.folder / f"{self.id}{_ENDING}"
        return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL, 0o600)

    def _redact(self, text: str) -> tuple[str, int]:
        count = 0
        for secret in self._secrets:
            count += text.count(secret)
            text = text.replace(secret, "[the key]")
        redacted = redact(text)
        return redacted.text, count + redacted.count

    def _redact_all(self, data: Any) -> Any:
        if isinstance(data, str):
            return self._redact(data)[0]
        if isinstance(data, dict):
            return {self._redact(str(name))[0]: self._redact_all(value) for name, value in data.items()}
        if isinstance(data, list | tuple):
            return [self._redact_all(value) for value in data]
        return data if data is None or isinstance(data, bool | int | float) else self._redact(str(data))[0]


def digest_of(messages: Sequence[Message]) -> str:
    """Give the SHA-256 of a conversation, by which a replay knows whether it is the same."""
    return digest_of_text(json.dumps([[each.role, each.content] for each in messages]))


def _append(descriptor: int, record: dict[str, Any]) -> None:
    """Add one line. What breaks off in it is the last thing of the file, and is passed over when it is read."""
    line = memoryview(json.dumps(record).encode("ascii") + b"\n")
    while line:
        line = line[os.write(descriptor, line) :]
