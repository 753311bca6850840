"""Workers that a script kills, hangs, floods or lies through; order and number of workers."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from autotransform.engine.values import Changed, Failed, FileContext, Job, Skipped, Unchanged
from autotransform.errors import AutoTransformError, ScriptError
from autotransform.run import Limits, map_jobs
from autotransform.run.crew import Batch
from autotransform.run.pool import map_batches
from autotransform.script import Provenance, compose, parse
from tests.run.conftest import UNFENCED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from autotransform.engine.values import Outcome
    from autotransform.script import Script
    from tests.run.conftest import MapFiles

_FILES = {"a.py": b"x = 1\n", "b.py": b"boom = x\n", "c.py": b"x = 3\n"}

#: Bytes of a file after which every batch is full.
_FULL = 256 << 10

_FAULTS = {
    "ends the process": ("os._exit(3)", "died", "it ended itself with status 3"),
    "aborts": ("os.abort()", "died", "SIGABRT"),
    "reads through a null pointer": ("ctypes.string_at(0)", "died", "SIGSEGV"),
    "is killed by a signal of real time": ("os.kill(os.getpid(), 35); time.sleep(60)", "died", "signal 35"),
    "is killed by somebody": ("os.kill(os.getpid(), signal.SIGKILL); time.sleep(60)", "died", "SIGKILL"),
    "hangs up": ("os.closerange(3, 256)", "died", ""),
    "loops": ("while True: pass", "timeout", "more than 1 seconds"),
    "loops in native code": ("re.match(r'(a|a)*b', 'a' * 64)", "timeout", "more than 1 seconds"),
    "stops itself": ("os.kill(os.getpid(), signal.SIGSTOP); time.sleep(60)", "timeout", ""),
    "dies and leaves a child that holds the connection": (
        """
        if os.fork() == 0:
            os.setsid()
            time.sleep(3)
            os._exit(0)
        os._exit(3)
        """,
        "timeout",
        "",
    ),
    "writes garbage to every descriptor": (
        """
        for descriptor in range(256):
            with contextlib.suppress(OSError):
                os.write(descriptor, b"garbage, garbage, garbage")
        """,
        "protocol",
        "bytes",
    ),
    "floods every descriptor": (
        """
        while True:
            for descriptor in range(64):
                with contextlib.suppress(OSError):
                    os.write(descriptor, bytes(1 << 16))
        """,
        "protocol",
        "not JSON",
    ),
    "answers in its stead": (
        """
        header = b'{"number": 7, "path": "a.py", "kind": "unchanged", "sites": [], "warnings": []}'
        frame = len(header).to_bytes(4, "big") + bytes(4) + header
        for descriptor in range(3, 64):
            with contextlib.suppress(OSError):
                os.write(descriptor, frame)
        """,
        "protocol",
        "something else",
    ),
    "raises": ("raise ValueError('no')", "crash", "ValueError: no"),
    "asks to exit": ("sys.exit(4)", "crash", "SystemExit: 4"),
    "interrupts itself": ("raise KeyboardInterrupt", "crash", "KeyboardInterrupt"),
    "makes too much of a file": ("self.warn('w' * (1 << 21))", "protocol", "too large"),
}


@pytest.mark.parametrize(("fault", "reason", "detail"), _FAULTS.values(), ids=_FAULTS)
def test_costs_its_own_file_and_no_other(
    fault: str, reason: str, detail: str, probe: Callable[..., Script], map_files: MapFiles
) -> None:
    before, failed, after = map_files(
        probe(fault), _FILES, limits=Limits(jobs=1, timeout=1, memory=1024), layers=UNFENCED
    )

    assert isinstance(before, Changed)
    assert before.after == b"y = 1\n"
    assert isinstance(failed, Failed)
    assert (failed.path, failed.reason) == ("b.py", reason)
    assert detail in failed.detail
    assert isinstance(after, Changed)
    assert after.after == b"y = 3\n"


_HARMLESS = {
    "prints": "print('noise' * 100_000); sys.stderr.write('noise'); sys.stdout.flush()",
    "prints past Python's eyes": "sys.__stdout__.write('noise') if sys.__stdout__ else None",
    "reads its input": "assert sys.stdin.read() == ''",
    "closes its streams": "sys.stdout.close(); sys.stderr.close(); sys.stdin.close()",
}


@pytest.mark.parametrize("fault", _HARMLESS.values(), ids=_HARMLESS)
def test_what_a_script_does_to_the_standard_streams_changes_nothing(
    fault: str, probe: Callable[..., Script], map_files: MapFiles
) -> None:
    outcomes = map_files(probe(fault), _FILES)

    assert [outcome.after for outcome in outcomes if isinstance(outcome, Changed)] == [
        b"y = 1\n",
        b"boom = y\n",
        b"y = 3\n",
    ]


def test_too_much_memory_at_once_costs_its_file(probe: Callable[..., Script], map_files: MapFiles) -> None:
    _, outcome, after = map_files(probe("bytearray(8 << 30)"), _FILES, limits=Limits(jobs=1, memory=1024))

    assert isinstance(outcome, Failed)
    assert (outcome.reason, "MemoryError" in outcome.detail) == ("crash", True)
    assert isinstance(after, Changed)


def test_memory_that_grows_is_stopped(probe: Callable[..., Script], map_files: MapFiles) -> None:
    script = probe("hoard = []\nwhile True: hoard.append(bytearray(1 << 20))")
    _, outcome, after = map_files(script, _FILES, limits=Limits(jobs=1, timeout=60, memory=256))

    assert isinstance(outcome, Failed)
    assert outcome.reason in {"crash", "died"}
    assert "memory" in outcome.detail.lower()
    assert isinstance(after, Changed)


def test_a_script_that_recurses_without_end_costs_its_file(probe: Callable[..., Script], map_files: MapFiles) -> None:
    _, outcome, after = map_files(probe("def again(): again()\nagain()"), _FILES)

    assert isinstance(outcome, (Skipped, Failed))
    assert isinstance(after, Changed)


def test_code_nested_deeper_than_python_by_default_goes_is_transformed(
    probe: Callable[..., Script], map_files: MapFiles
) -> None:
    (outcome,) = map_files(probe(), {"deep.py": b"v = " + b" + ".join([b"x"] * 1_200) + b"\n"})

    assert isinstance(outcome, Changed)
    assert outcome.after.count(b"y") == 1_200


def test_code_that_takes_more_stack_than_a_thread_has_is_transformed(
    probe: Callable[..., Script], map_files: MapFiles
) -> None:
    (outcome,) = map_files(probe(), {"deep.py": b"v = " + b"(" * 2_000 + b"x" + b")" * 2_000 + b"\n"})

    assert isinstance(outcome, Changed)


def test_code_nested_without_reason_costs_itself(probe: Callable[..., Script], map_files: MapFiles) -> None:
    absurd = b"v = " + b"(" * 100_000 + b"x" + b")" * 100_000 + b"\n"
    outcome, after = map_files(probe(), {"absurd.py": absurd, "z.py": b"x = 1\n"})

    assert isinstance(outcome, (Skipped, Failed))
    assert isinstance(after, Changed)


def test_a_script_that_cannot_be_loaded_is_told_for_each_file(
    probe: Callable[..., Script], map_files: MapFiles
) -> None:
    outcomes = map_files(probe(top="import no_such_module"), {f"{n}.py": b"x = 1\n" for n in range(20)})

    assert {(type(outcome), getattr(outcome, "reason", "")) for outcome in outcomes} == {(Failed, "load")}
    assert len(outcomes) == 20


def test_a_script_that_ends_every_worker_is_given_up(probe: Callable[..., Script], map_files: MapFiles) -> None:
    files = {f"{n:03}.py": b"x = 1\n" for n in range(200)}
    outcomes = map_files(probe(top="os._exit(5)"), files, limits=Limits(jobs=2))

    assert [outcome.path for outcome in outcomes] == list(files)
    assert all(isinstance(outcome, Failed) and outcome.reason == "died" for outcome in outcomes)
    assert sum("not tried" in outcome.detail for outcome in outcomes if isinstance(outcome, Failed)) == 195


def test_giving_up_reads_no_more_than_is_asked_for(probe: Callable[..., Script]) -> None:
    taken = 0

    def jobs() -> Iterator[Job]:
        nonlocal taken
        for taken in range(5_000):
            yield _job(f"{taken}.py", b"x = 1\n")

    outcomes = map_jobs(probe(top="os._exit(5)"), jobs(), limits=Limits(jobs=1))
    told = [next(outcomes) for _ in range(8)]
    outcomes.close()

    assert "not tried" in getattr(told[-1], "detail", "")
    # Eight batches wait and one is made: four of 8 files, four of 16, and one of 32.
    assert taken < 4 * 8 + 4 * 16 + 32


def test_what_a_script_starts_ends_with_its_worker(
    probe: Callable[..., Script], map_files: MapFiles, tmp_path: Path, is_running: Callable[[int], bool]
) -> None:
    fault = f"""
    child = os.fork()
    if child == 0:
        time.sleep(60)
    open({str(tmp_path)!r} + f"/{{child}}", "w").close()
    re.match("(a|a)*b", "a" * 64)
    """
    _, outcome, _ = map_files(probe(fault), _FILES, limits=Limits(jobs=1, timeout=1), layers=UNFENCED)

    assert isinstance(outcome, Failed)
    assert outcome.reason == "timeout"
    (child,) = _await_pids(tmp_path, count=1)
    _await(lambda: not is_running(child))


def test_what_a_script_leaves_behind_costs_no_later_file(
    probe: Callable[..., Script], tmp_path: Path, is_running: Callable[[int], bool]
) -> None:
    def jobs() -> Iterator[Job]:
        yield _job("a.py", b"boom = x\n" + b"#" * _FULL)
        (pid,) = _await_pids(tmp_path, count=1)
        _await(lambda: not is_running(pid))
        yield _job("b.py", b"x = 1\n")

    fault = f"""
    open({str(tmp_path)!r} + f"/{{os.getpid()}}", "w").close()
    threading.Timer(0.5, os._exit, (3,)).start()
    """
    outcomes = list(map_jobs(probe(fault), jobs(), limits=Limits(jobs=1), layers=UNFENCED))

    assert [type(outcome) for outcome in outcomes] == [Changed, Changed]


def test_one_file_that_went_well_keeps_the_run_going(probe: Callable[..., Script], map_files: MapFiles) -> None:
    files = {"0.py": b"x = 1\n"} | {f"{n}.py": b"boom\n" for n in range(1, 7)} | {"9.py": b"x = 1\n"}
    outcomes = map_files(probe("os._exit(5)"), files)

    assert isinstance(outcomes[-1], Changed)


def _library() -> dict[str, bytes]:
    folder = Path(textwrap.__file__).parent
    files = sorted(path for path in folder.glob("*.py") if path.stat().st_size < 8_000)
    return {path.name: path.read_bytes() for path in files[:16]} | {"sick.py": b"boom\n"}


@pytest.fixture
def renaming(probe: Callable[..., Script]) -> Script:
    """Change real files: every ``self`` is called ``y``, and one file kills its worker."""
    return parse(probe("os._exit(3)").source.replace('== "x"', '== "self"'), name="probe")


def test_neither_workers_nor_order_change_anything(renaming: Script, map_files: MapFiles) -> None:
    files = _library()

    one = map_files(renaming, files, limits=Limits(jobs=1))
    four = map_files(renaming, dict(reversed(files.items())), limits=Limits(jobs=4))

    assert four[::-1] == one
    assert [outcome.path for outcome in one] == list(files)
    assert sum(isinstance(outcome, Changed) for outcome in one) > 5
    assert isinstance(one[-1], Failed)


def test_nothing_is_started_for_no_jobs(monkeypatch: pytest.MonkeyPatch, probe: Callable[..., Script]) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/python")

    assert list(map_jobs(probe(), [], limits=Limits())) == []
    with pytest.raises(AutoTransformError, match="cannot be started"):
        list(map_jobs(probe(), [Job(context=FileContext(path="a.py"), content=b"")], limits=Limits()))


def test_every_file_has_a_process_of_its_own(probe: Callable[..., Script], map_files: MapFiles) -> None:
    files = {f"{n}.py": b"boom\n" for n in range(12)}
    script = probe("os.seen = getattr(os, 'seen', '') + '.'; self.warn(f'{os.getpid()} {os.seen}')")
    outcomes = map_files(script, files, limits=Limits(jobs=4), layers=UNFENCED)
    told = {site.reason for outcome in outcomes if isinstance(outcome, Unchanged) for site in outcome.sites}

    assert len(told) == 12
    assert {each.split()[1] for each in told} == {"."}


def test_a_worker_that_cannot_start_is_an_error_of_ours(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, probe: Callable[..., Script], map_files: MapFiles
) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho no module named libcst >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(broken))
    with pytest.raises(AutoTransformError, match="does not start") as raised:
        map_files(probe(), _FILES, limits=Limits(jobs=2))

    assert raised.value.details == ("no module named libcst",)
    assert "doctor" in raised.value.hint


def test_jobs_are_read_as_they_are_needed(probe: Callable[..., Script]) -> None:
    taken = 0

    def endless() -> Iterator[Job]:
        nonlocal taken
        while True:
            taken += 1
            yield Job(context=FileContext(path=f"{taken:09}.py"), content=b"x = 1\n" + b"#" * _FULL)

    outcomes = map_jobs(probe(), endless(), limits=Limits(jobs=2))
    for _ in range(5):
        next(outcomes)
    outcomes.close()

    assert taken < 5 + 8 * 2 + 2


def test_closing_kills_every_worker(
    probe: Callable[..., Script], tmp_path: Path, is_running: Callable[[int], bool]
) -> None:
    script = probe(f"open({str(tmp_path)!r} + f'/{{os.getpid()}}', 'w').close()\nwhile True: pass")
    files = [("a", b"x = 1\n"), ("b", b"boom\n"), ("c", b"boom\n" + b"#" * 200_000), ("d", b"boom\n")]
    outcomes = map_jobs(script, [_job(*file) for file in files], limits=Limits(jobs=2), layers=UNFENCED)
    next(outcomes)
    pids = _await_pids(tmp_path, count=2)
    outcomes.close()

    assert not any(is_running(pid) for pid in pids)


_PARENT = """
    import sys
    from autotransform.engine.values import FileContext, Job
    from autotransform.run import Limits, map_jobs
    from autotransform.script import parse

    script = parse(open(sys.argv[1]).read(), name="probe")
    jobs = [Job(context=FileContext(path=f"{n}.py"), content=b"boom" + b"#" * 200_000) for n in range(9)]
    list(map_jobs(script, jobs, limits=Limits(jobs=2), layers=frozenset({"process"})))
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda number: number.name)
def test_a_signal_to_the_parent_leaves_no_orphan(
    number: signal.Signals, probe: Callable[..., Script], tmp_path: Path, is_running: Callable[[int], bool]
) -> None:
    pids_at = tmp_path / "pids"
    pids_at.mkdir()
    source = tmp_path / "probe.py"
    source.write_text(probe(f"open({str(pids_at)!r} + f'/{{os.getpid()}}', 'w').close()\nwhile True: pass").source)
    parent = subprocess.Popen([sys.executable, "-c", textwrap.dedent(_PARENT), source], stderr=subprocess.PIPE)
    with parent:
        pids = _await_pids(pids_at, count=2)
        parent.send_signal(number)
        _, errors = parent.communicate(timeout=20)

    assert parent.returncode == -number
    assert (b"KeyboardInterrupt" in errors) == (number == signal.SIGINT)
    _await(lambda: not any(is_running(pid) for pid in pids))


def _job(path: str, content: bytes) -> Job:
    return Job(context=FileContext(path=path), content=content)


def _await_pids(folder: Path, *, count: int) -> list[int]:
    _await(lambda: len([*folder.iterdir()]) >= count)
    return [int(file.name) for file in folder.iterdir()]


def _await(is_true: Callable[[], bool], *, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_nothing_that_a_model_wrote_runs_without_the_static_check(map_files: MapFiles, tmp_path: Path) -> None:
    proof = tmp_path / "it ran"
    body = f'"""Sly."""\nopen({str(proof)!r}, "w").close()\nclass Sly(VisitorBasedCodemodCommand): ...\n'
    by_model = parse(compose(body, provenance=Provenance(model="some-model")), name="sly")

    with pytest.raises(ScriptError, match="static check refuses"):
        map_files(by_model, _FILES)

    assert not proof.exists()
    map_files(parse(body, name="sly"), _FILES, layers=UNFENCED)  # a person's runs, with a warning elsewhere
    assert proof.exists()


def test_nothing_that_a_model_wrote_runs_before_the_static_check(
    probe: Callable[..., Script], map_files: MapFiles
) -> None:
    script = replace(probe(), provenance=Provenance(model="some-model"))
    with pytest.raises(ScriptError, match="static check refuses"):
        map_files(script, _FILES)


def _batch(script: Script, files: dict[str, bytes]) -> Batch:
    return Batch(script=script, jobs=tuple(_job(path, content) for path, content in files.items()))


def _gist(outcome: Outcome) -> object:
    if isinstance(outcome, Changed):
        return outcome.after
    return outcome.reason if isinstance(outcome, Failed) else type(outcome).__name__


def test_each_batch_has_a_process_of_its_own(probe: Callable[..., Script]) -> None:
    told = "self.warn(str(os.getpid()))"
    other = parse(probe(told).source.replace('value="y"', 'value="z"'), name="other")
    files = {"a.py": b"boom = x\n", "b.py": b"x = boom\n"}
    batches = [_batch(script, files) for script in (probe(told), other, probe(told))]
    done = list(map_batches(batches, limits=Limits(jobs=1), layers=UNFENCED))

    made = [[_gist(outcome) for outcome in outcomes] for outcomes in done]
    assert made == [[b"boom = y\n", b"y = boom\n"], [b"boom = z\n", b"z = boom\n"], [b"boom = y\n", b"y = boom\n"]]
    assert len({site.reason for (first, _) in done if isinstance(first, Changed) for site in first.sites[:1]}) == 3


def test_a_batch_that_loses_its_worker_costs_one_job_and_no_other_script(probe: Callable[..., Script]) -> None:
    batches = [_batch(probe("os._exit(3)"), _FILES), _batch(probe(), _FILES)]
    done = [[_gist(outcome) for outcome in outcomes] for outcomes in map_batches(batches, limits=Limits(jobs=1))]

    assert done == [[b"y = 1\n", "died", b"y = 3\n"], [b"y = 1\n", b"boom = y\n", b"y = 3\n"]]


def test_a_script_that_cannot_be_loaded_costs_its_batch(probe: Callable[..., Script]) -> None:
    batches = [_batch(probe(top="import no_such_module"), _FILES), _batch(probe(), {"a.py": b"x = 1\n"})]
    done = [[_gist(outcome) for outcome in outcomes] for outcomes in map_batches(batches, limits=Limits(jobs=1))]

    assert done == [["load"] * 3, [b"y = 1\n"]]


def test_a_batch_ends_when_it_is_enough(probe: Callable[..., Script], tmp_path: Path) -> None:
    batch = _batch(probe(f"open({str(tmp_path)!r} + '/tried', 'w').close()"), {"a.py": b"x = 1\n", "b.py": b"boom\n"})
    ended = replace(batch, is_enough=lambda job, outcome: job.content == b"x = 1\n" and isinstance(outcome, Changed))
    ((outcome,),) = map_batches([ended], limits=Limits(jobs=1), layers=UNFENCED)

    assert isinstance(outcome, Changed)
    assert not (tmp_path / "tried").exists()


def test_batches_that_all_end_their_worker_are_all_tried(probe: Callable[..., Script]) -> None:
    batches = [_batch(probe(top="os._exit(5)"), {"a.py": b"x = 1\n"}) for _ in range(7)]
    done = [_gist(outcome) for (outcome,) in map_batches(batches, limits=Limits(jobs=2))]

    assert done == ["died"] * 7


def test_no_batch_of_a_script_runs_that_the_static_check_refuses(probe: Callable[..., Script]) -> None:
    script = replace(probe(), provenance=Provenance(model="some-model"))

    with pytest.raises(ScriptError, match="static check refuses"):
        list(map_batches([_batch(probe(), _FILES), _batch(script, _FILES)], limits=Limits(jobs=1)))


def test_a_batch_that_may_be_refused_gives_nothing_then(probe: Callable[..., Script]) -> None:
    refused = replace(_batch(replace(probe(), provenance=Provenance(model="some-model")), _FILES), may_be_refused=True)
    done = [len(outcomes) for outcomes in map_batches([refused, _batch(probe(), _FILES)], limits=Limits(jobs=1))]

    assert done == [0, 3]
