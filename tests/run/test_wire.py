"""Frames: what goes in comes out, and what a worker must not say is refused."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autotransform.engine.values import Changed, Failed, FileContext, Job, Outcome, Site, Skipped, Unchanged
from autotransform.run.wire import (
    Frame,
    ProtocolError,
    job_frame,
    outcome_frame,
    pack,
    plain,
    read_frame,
    read_job,
    read_outcome,
    reply_limit,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_PATH = "pkg/mod.py"
_JOB = Job(
    context=FileContext(path=_PATH, module="pkg.mod", package="pkg", reexports=(("pkg.A", "pkg.mod.A"),)),
    content=b"before\n",
)
_SITES = (
    Site(line=1, column=2, status="changed", by="leave_Name"),
    Site(line=3, column=4, status="skipped", reason="no"),
)

_OUTCOMES: list[Outcome] = [
    Changed(path=_PATH, after=b"after\xff\x00\r\n", sites=_SITES, warnings=("careful",)),
    Changed(path=_PATH, after=b""),
    Unchanged(path=_PATH, sites=_SITES, warnings=("careful",)),
    Unchanged(path=_PATH),
    Skipped(path=_PATH, reason="does not parse"),
    Failed(path=_PATH, reason="crash", detail="line 1\n\tline 2"),
]


def _reader(content: bytes) -> Callable[[int], bytes]:
    rest = memoryview(content)

    def read(size: int) -> bytes:
        nonlocal rest
        part, rest = rest[:size], rest[size:]
        if len(part) < size:
            raise EOFError
        return bytes(part)

    return read


def _over_the_wire(frame: Frame) -> Frame:
    return read_frame(_reader(pack(frame)))


@pytest.mark.parametrize("outcome", _OUTCOMES, ids=lambda outcome: type(outcome).__name__)
def test_an_outcome_arrives_as_it_was_sent(outcome: Outcome) -> None:
    frame = _over_the_wire(outcome_frame(outcome, number=7))
    arrived = read_outcome(frame, job=_JOB, number=7)

    if isinstance(arrived, Changed):
        assert len(arrived.before_sha256) == 64
        arrived = replace(arrived, before_sha256="")
    assert arrived == outcome


def test_what_was_transformed_is_noted_by_the_parent_not_the_worker() -> None:
    outcome = Changed(path=_PATH, after=b"after", before_sha256="0" * 64)
    arrived = read_outcome(_over_the_wire(outcome_frame(outcome, number=1)), job=_JOB, number=1)

    assert isinstance(arrived, Changed)
    assert arrived.before_sha256 == hashlib.sha256(b"before\n").hexdigest()


@given(path=st.text(), content=st.binary(), names=st.lists(st.tuples(st.text(), st.text())))
def test_any_job_arrives_as_it_was_sent(path: str, content: bytes, names: list[tuple[str, str]]) -> None:
    job = Job(context=FileContext(path=path, module="m", package="", reexports=tuple(names)), content=content)

    assert read_job(_over_the_wire(job_frame(job, number=1))) == job


def test_a_path_that_is_not_unicode_arrives() -> None:
    job = Job(context=FileContext(path="caf\udce9.py"), content=b"")

    assert read_job(_over_the_wire(job_frame(job, number=1))) == job


_EMPTY: dict[str, Any] = {"sites": [], "warnings": [], "words": [], "breaches": []}
_CHANGED: dict[str, Any] = {"number": 1, "path": _PATH, "kind": "changed", **_EMPTY}
_FAILED: dict[str, Any] = {"number": 1, "path": _PATH, "kind": "failed", "reason": "crash", "detail": "no"}

_LIES: dict[str, tuple[dict[str, Any], bytes]] = {
    "another file": (_CHANGED | {"path": "../../etc/passwd"}, b"x"),
    "another job": (_CHANGED | {"number": 2}, b"x"),
    "true is not one": (_CHANGED | {"number": True}, b"x"),
    "no kind": ({key: value for key, value in _CHANGED.items() if key != "kind"}, b"x"),
    "an unknown kind": (_CHANGED | {"kind": "approved"}, b"x"),
    "a kind that is no text": (_CHANGED | {"kind": ["changed"]}, b"x"),
    "content where there must be none": (_CHANGED | {"kind": "unchanged"}, b"x"),
    "a failure with content": (_FAILED, b"x"),
    "changed to what it was": (_CHANGED, b"before\n"),
    "a key too many": (_CHANGED | {"also": 1}, b"x"),
    "its own digest": (_CHANGED | {"before_sha256": "0" * 64}, b"x"),
    "sites that are none": (_CHANGED | {"sites": [1]}, b"x"),
    "a site without end": (_CHANGED | {"sites": [[1, 1, "changed", "", "", 0, ""]]}, b"x"),
    "a site at line 0": (_CHANGED | {"sites": [[0, 1, "changed", "", "", 0]]}, b"x"),
    "a site past every end": (_CHANGED | {"sites": [[10**30, 1, "changed", "", "", 0]]}, b"x"),
    "more words than there is text": (_CHANGED | {"sites": [[1, 1, "changed", "", "", 10**20]]}, b"x"),
    "a site at line true": (_CHANGED | {"sites": [[True, 1, "changed", "", "", 0]]}, b"x"),
    "a site at half a line": (_CHANGED | {"sites": [[1.5, 1, "changed", "", "", 0]]}, b"x"),
    "a site of unknown status": (_CHANGED | {"sites": [[1, 1, "approved", "", "", 0]]}, b"x"),
    "a count of words below nothing": (_CHANGED | {"sites": [[1, 1, "changed", "", "", -1]]}, b"x"),
    "a count of words that is a truth": (_CHANGED | {"sites": [[1, 1, "changed", "", "", True]]}, b"x"),
    "a word with no known fate": (_CHANGED | {"words": [[1, 1, "UTC", "lost", ""]]}, b"x"),
    "a word without a place": (_CHANGED | {"words": [["UTC", "changed", ""]]}, b"x"),
    "a breach of no known kind": (_CHANGED | {"breaches": [[1, "style", ""]]}, b"x"),
    "a reason that is no text": (_CHANGED | {"sites": [[1, 1, "changed", None, "", 0]]}, b"x"),
    "warnings that are none": (_CHANGED | {"warnings": [1]}, b"x"),
    "warnings that are a text": (_CHANGED | {"warnings": "w"}, b"x"),
    "an unknown reason": (_FAILED | {"reason": "bored"}, b""),
    "a reason that cannot be looked up": (_FAILED | {"reason": []}, b""),
    "no detail": ({key: value for key, value in _FAILED.items() if key != "detail"}, b""),
}


@pytest.mark.parametrize("bad", [header["sites"][0] for header, _ in _LIES.values() if header.get("sites")])
@pytest.mark.parametrize("place", range(3))
def test_one_that_is_wrong_among_others_is_refused(bad: object, place: int) -> None:
    sites: list[object] = [[1, 2, "changed", "", "leave_Name", 0], [2, 1, "skipped", "no", "", 1]]
    sites.insert(place, bad)

    with pytest.raises(ProtocolError, match="no proper sites"):
        read_outcome(Frame(header=_CHANGED | {"sites": sites}, body=b"x"), job=_JOB, number=1)


@pytest.mark.parametrize(("header", "body"), _LIES.values(), ids=_LIES)
def test_a_lie_is_refused(header: dict[str, Any], body: bytes) -> None:
    with pytest.raises(ProtocolError):
        read_outcome(Frame(header=header, body=body), job=_JOB, number=1)


@pytest.mark.parametrize(
    "header", [b"", b"{", b"[]", b"1", b"null", b"\xff\xfe", b"[" * 100_000, b'{"a": ' * 10_000], ids=range(8)
)
def test_what_is_no_json_object_is_refused(header: bytes) -> None:
    content = len(header).to_bytes(4, "big") + bytes(4) + header

    with pytest.raises(ProtocolError):
        read_frame(_reader(content), limit=1 << 20)


def test_what_is_too_large_is_refused_before_it_is_read() -> None:
    with pytest.raises(ProtocolError, match="8589934590 bytes"):
        read_frame(_reader(b"\xff" * 8), limit=1 << 20)


@given(st.binary(max_size=200))
def test_noise_is_refused_or_ends(content: bytes) -> None:
    with pytest.raises((ProtocolError, EOFError)):
        read_outcome(read_frame(_reader(content[:8].ljust(8, b"\0") + content), limit=1000), job=_JOB, number=1)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=3)))
def test_a_header_of_any_shape_is_refused(value: object) -> None:
    for key in _CHANGED:
        header = _CHANGED | {key: value}
        try:
            outcome = read_outcome(Frame(header=json.loads(json.dumps(header)), body=b"x"), job=_JOB, number=1)
        except ProtocolError:
            continue
        assert isinstance(outcome, Changed)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text, äöü, 漢字, 🎉", "plain text, äöü, 漢字, 🎉"),
        ("\x1b[2J\x1b]0;title\x07", "�[2J�]0;title�"),
        ("a\r::set-output name=x::y", "a�::set-output name=x::y"),
        ("one\ntwo", "one�two"),
        ("\u202egnp.exe\u2066", "�gnp.exe�"),
        ("\udcff\u2028\x9b", "���"),
    ],
)
def test_a_text_cannot_steer_a_terminal(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_a_detail_keeps_its_lines_and_nothing_else() -> None:
    assert plain("one\n\ttwo\r\x1b", lines=True) == "one\n\ttwo��"


def test_a_text_is_bounded() -> None:
    assert len(plain("x" * 1_000_000)) < 11_000


def test_texts_of_every_kind_of_outcome_are_cleaned() -> None:
    bad = "\x1b[31m"
    outcomes: list[Outcome] = [
        Changed(path=_PATH, after=b"x", sites=(Site(line=1, column=1, status="skipped", reason=bad, by=bad),)),
        Unchanged(path=_PATH, warnings=(bad,)),
        Skipped(path=_PATH, reason=bad),
        Failed(path=_PATH, reason="crash", detail=bad),
    ]
    for outcome in outcomes:
        arrived = read_outcome(_over_the_wire(outcome_frame(outcome, number=1)), job=_JOB, number=1)

        assert "\x1b" not in repr(arrived).encode().decode("unicode_escape")


def test_a_reply_may_be_larger_than_its_file_but_not_without_bound() -> None:
    assert reply_limit(replace(_JOB, content=b"")) == 1 << 20
    assert reply_limit(replace(_JOB, content=bytes(1 << 20))) == 100 << 20


@pytest.mark.parametrize("text", ["::add-mask::x", "one\n  ::stop-commands::x", "\t##[error]x", "a\n\n::x"])
def test_no_text_of_a_script_is_a_command_to_the_log_of_a_workflow(text: str) -> None:
    shown = plain(text, lines=True)

    assert not any(line.lstrip().startswith(("::", "##[")) for line in shown.splitlines())
    assert shown.replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize("text", ["a[::2]", "x :: y", "C::m", "# comment", ":", "a\n: b"])
def test_other_colons_stay(text: str) -> None:
    assert plain(text, lines=True) == text


def test_a_header_that_would_fill_the_memory_is_not_read() -> None:
    lengths = ((20 << 20).to_bytes(4, "big"), (0).to_bytes(4, "big"))

    with pytest.raises(ProtocolError, match="a header of 20971520 bytes"):
        read_frame(_reader(b"".join(lengths)), limit=1 << 30)


def test_texts_that_thousands_of_places_have_are_held_once() -> None:
    job = Job(context=FileContext(path="a.py"), content=b"x = 1\n" * 20)
    sites = tuple(Site(line=line, column=1, status="changed", by="leave_Name") for line in range(1, 9))
    outcome = Unchanged(path="a.py", sites=sites, warnings=())
    frame = read_frame(io.BytesIO(pack(outcome_frame(outcome, number=1))).read)
    found = read_outcome(frame, job=job, number=1)

    assert found == outcome
    assert isinstance(found, Unchanged)
    assert len({id(site.by) for site in found.sites}) == 1
    assert len({id(site.status) for site in found.sites}) == 1
