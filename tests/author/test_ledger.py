"""The log holds what came so far, wherever it ends; and whatever stands in its files, reading it does no harm."""

from __future__ import annotations

import json
import random
import stat
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from autotransform.author.ledger import Ledger
from autotransform.author.messages import Completion, Message
from autotransform.author.spending import Counted
from autotransform.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TURNS = (Message(role="user", content="Say hello."),)
KEY = "0" * 64
TOKEN = "ghp_" + "Ab3dEf6hIj9lMn2pQr5tUv8xYz1BcD4eFg7h"


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(folder=tmp_path / "git" / "autotransform" / "ledger")


def log_one(ledger: Ledger, *, path: str = "transforms/hello.py", answer: str = "Hello") -> str:
    with ledger.open(command="new", request="say hello", model="m", host="h:1", base="abc", prompts="7") as session:
        heard = Completion(text=answer, prompt_tokens=10, completion_tokens=2, seconds=1.5)
        session.exchange(
            purpose="contract",
            key=KEY,
            messages=TURNS,
            heard=heard,
            finish="stop",
            counted=Counted(sent=10, received=2, money=Decimal("0.01")),
        )
        session.decide("contract", {"accepted": True, "answers": ["yes", None, 3]})
        session.end(outcome="written", path=path, digest="f" * 64, findings=["none"])
    return session.id


def files(ledger: Ledger) -> list[Path]:
    assert ledger.folder is not None

    return sorted(ledger.folder.glob("*.jsonl"))


def test_what_was_logged_is_read_back(ledger: Ledger) -> None:
    log_one(ledger)

    (session,) = ledger.sessions()

    assert (session.command, session.request, session.model, session.host) == ("new", "say hello", "m", "h:1")
    assert (session.base, session.prompts, session.outcome, session.path) == (
        "abc",
        "7",
        "written",
        "transforms/hello.py",
    )
    assert (session.digest, session.findings, session.script_name) == ("f" * 64, ("none",), "hello")
    assert session.decisions == (("contract", {"accepted": True, "answers": ["yes", None, 3]}),)
    (exchange,) = session.exchanges
    assert (exchange.messages, exchange.completion.text, exchange.is_answered) == (TURNS, "Hello", True)
    assert str(session.spent) == "1 request; 10 tokens sent, 2 received; 0.0100 at the configured prices; 2 s"
    assert session.notes == ()


def test_nobody_else_can_read_it(ledger: Ledger) -> None:
    log_one(ledger)
    with ledger.open(command="new", request="say hello") as session:
        session.keep_answer(KEY, Completion(text="Hello"))

    assert ledger.folder is not None
    modes = {stat.S_IMODE(path.stat().st_mode) for path in ledger.folder.rglob("*") if path.is_file()}
    folders = {stat.S_IMODE(path.stat().st_mode) for path in (ledger.folder, ledger.folder / "answers")}
    assert (modes, folders) == ({0o600}, {0o700})


def test_a_session_that_ends_anywhere_leaves_what_came(ledger: Ledger) -> None:
    log_one(ledger)
    (file,) = files(ledger)
    whole = file.read_bytes()
    start, exchange = whole.splitlines(keepends=True)[:2]

    both = len(start) + len(exchange)
    for cut in (len(start), len(start) + 10, both - 1, both, len(whole) - 2):
        file.write_bytes(whole[:cut])
        (session,) = ledger.sessions()

        assert session.request == "say hello"
        # A last line that only lacks its newline is whole.
        assert len(session.exchanges) == (cut >= both - 1)
        assert session.outcome == ""


def test_nothing_said_leaves_nothing(ledger: Ledger) -> None:
    with ledger.open(command="new", request="say hello"):
        pass

    assert list(ledger.sessions()) == []


def test_secrets_are_taken_out_of_everything_written(ledger: Ledger) -> None:
    secret = "s3cret-of-mine"
    with ledger.open(command="new", request=f"use {TOKEN}, and {secret}") as session:
        session.hide(secret)
        turns = (Message(role="user", content=f"token {TOKEN} and {secret}"),)
        is_whole = session.exchange(
            purpose="script", key=KEY, messages=turns, heard=Completion(text=f"say {TOKEN} {secret}"), error=secret
        )
        session.decide("answers", {secret: [TOKEN, {"deep": secret}]})
        session.end(outcome="refused", findings=[f"found {TOKEN}", secret])

    (file,) = files(ledger)
    written = file.read_text(encoding="ascii")
    assert not is_whole
    assert (TOKEN in written, secret in written) == (False, False)
    assert next(ledger.sessions()).exchanges[0].redacted == 2


HOSTILE: dict[str, bytes] = {
    "no JSON": b"hello",
    "no record": b"[]",
    "null": b"null",
    "another kind": b'{"record": "surprise"}',
    "deep": b"[" * 100_000,
    "a number of thousands of digits": b'{"record": "end", "n": ' + b"9" * 10_000 + b"}",
    "no UTF-8": b'{"record": "\xff"}',
    "not a number": b'{"record":"exchange","purpose":"script","key":"","prompt":"","messages":[],"is_answered":true,'
    b'"answer":"","redacted":0,"finish":"","prompt_tokens":"1","completion_tokens":1,"sent":1,"received":1,"money":null,"seconds":0,'
    b'"is_cached":false,"error":""}',
    "money without end": b'{"record":"exchange","purpose":"script","key":"","prompt":"","messages":[],'
    b'"is_answered":true,"answer":"","redacted":0,"finish":"","prompt_tokens":1,"completion_tokens":1,"sent":1,"received":1,'
    b'"money":"1e999999","seconds":0,"is_cached":false,"error":""}',
    "a role that nobody has": b'{"record":"exchange","purpose":"script","key":"","prompt":"",'
    b'"messages":[{"role":"root","content":""}],"is_answered":true,"answer":"","redacted":0,"finish":"",'
    b'"prompt_tokens":1,"completion_tokens":1,"sent":1,"received":1,"money":null,"seconds":0,"is_cached":false,"error":""}',
    "no time at all": b'{"record":"exchange","purpose":"script","key":"","prompt":"","messages":[],"is_answered":true,'
    b'"answer":"","redacted":0,"finish":"","prompt_tokens":1,"completion_tokens":1,"sent":1,"received":1,"money":null,'
    b'"seconds":NaN,"is_cached":false,"error":""}',
    "findings that are none": b'{"record":"end","outcome":"","path":"","digest":"","findings":[1]}',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_broken_line_is_passed_over_with_a_note(ledger: Ledger, name: str) -> None:
    log_one(ledger)
    (file,) = files(ledger)
    lines = file.read_bytes().splitlines()
    file.write_bytes(b"\n".join([lines[0], HOSTILE[name], *lines[1:]]) + b"\n")

    (session,) = ledger.sessions()

    assert session.notes == ("1 of its lines cannot be read, and were passed over",)
    assert (len(session.exchanges), session.outcome) == (1, "written")


def test_no_damage_to_a_file_stops_anybody(ledger: Ledger) -> None:
    log_one(ledger)
    (file,) = files(ledger)
    whole = file.read_bytes()
    chance = random.Random(5)

    for _ in range(300):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            place = chance.randrange(len(damaged))
            damaged[place : place + chance.randint(0, 30)] = chance.choice(
                [b"", b"\xff", b'"', b"{", b"\n", b"null", b"1e999"]
            )
        file.write_bytes(damaged)
        for session in ledger.sessions():
            assert len(session.exchanges) <= 1
            assert str(session.spent)


def _plant_link(file: Path) -> None:
    target = file.with_suffix(".elsewhere")
    file.rename(target)
    file.symlink_to(target.name)


def _plant_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def _plant_hole(file: Path) -> None:
    with file.open("r+b") as stream:
        stream.truncate(65 << 20)


PLANTS: dict[str, Callable[[Path], Any]] = {
    "empty": lambda file: file.write_bytes(b""),
    "no start": lambda file: file.write_bytes(file.read_bytes().split(b"\n", 1)[1]),
    "too large": _plant_hole,
    "a link": _plant_link,
    "a folder": _plant_folder,
}


@pytest.mark.parametrize("name", PLANTS)
def test_a_file_that_is_none_of_ours_is_passed_over(ledger: Ledger, name: str) -> None:
    log_one(ledger)
    PLANTS[name](files(ledger)[0])
    kept = log_one(ledger)

    assert [session.id for session in ledger.sessions()] == [kept]


def test_a_folder_that_a_link_leads_to_is_neither_read_nor_written(ledger: Ledger) -> None:
    assert ledger.folder is not None
    log_one(ledger)
    elsewhere = ledger.folder.with_name("elsewhere")
    ledger.folder.rename(elsewhere)
    ledger.folder.symlink_to(elsewhere.name)
    before = sorted(elsewhere.rglob("*"))

    log_one(ledger)

    assert list(ledger.sessions()) == []
    assert sorted(elsewhere.rglob("*")) == before


def test_two_at_once_do_not_meet(ledger: Ledger) -> None:
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda number: log_one(ledger, answer=f"Hello {number}" * 10_000), range(16)))

    sessions = list(ledger.sessions())
    assert sorted(session.id for session in sessions) == sorted(ids)
    assert {len(session.exchanges) for session in sessions} == {1}
    assert len({session.exchanges[0].completion.text for session in sessions}) == 16


def test_a_session_is_found_by_name_and_by_id(ledger: Ledger) -> None:
    ids = [log_one(ledger), log_one(ledger, path="transforms/other.py"), log_one(ledger)]

    assert [session.id for session in ledger.sessions()] == sorted(ids, reverse=True)
    assert ledger.find("hello").id == ids[2]
    assert ledger.find("other").id == ids[1]
    assert ledger.find(ids[0]).id == ids[0]
    assert ledger.find(ids[0][:-2]).id == ids[0]
    for nothing in ("", "2", "nothing", "../hello"):
        with pytest.raises(UsageError, match="no session"):
            ledger.find(nothing)


def test_an_answer_comes_back_as_it_was(ledger: Ledger) -> None:
    text = "a\r\n\x0c\x00 \u2028 \ud800 \U0001f600 \\ud800 " + "x" * 100_000
    with ledger.open(command="new", request="") as session:
        session.keep_answer(KEY, Completion(text=text, prompt_tokens=3, completion_tokens=4))

    assert ledger.answer(KEY) == Completion(text=text, prompt_tokens=3, completion_tokens=4, is_cached=True)
    assert ledger.answer("1" * 64) is None


@pytest.mark.parametrize("change", ["", "[]", "{", "changed", "deep", "format"])
def test_a_broken_answer_is_none(ledger: Ledger, change: str) -> None:
    with ledger.open(command="new", request="") as session:
        session.keep_answer(KEY, Completion(text="Hello"))
    assert ledger.folder is not None
    file = ledger.folder / "answers" / f"{KEY}.json"
    told = json.loads(file.read_bytes())
    contents = {
        "changed": json.dumps({**told, "text": "Hello!"}),
        "format": json.dumps({**told, "format": 2}),
        "deep": "[" * 100_000,
    }
    file.write_text(contents.get(change, change), encoding="utf-8")

    assert ledger.answer(KEY) is None
