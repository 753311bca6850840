"""Programs that a person named: bounded, and told nothing that is not theirs."""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from autotransform.errors import UsageError
from autotransform.publish.programs.commands import (
    Finished,
    find_program,
    find_withheld,
    plain_environment,
    run_command,
)

if TYPE_CHECKING:
    from pathlib import Path


def run(source: str, folder: Path, **options: bool | bytes | int) -> Finished:
    settings = {"largest": 1 << 20, **options}
    words = [sys.executable, "-I", "-S", "-c", source]
    return run_command(words, folder=folder, environment={}, seconds=60.0, **settings)  # type: ignore[arg-type]


def test_what_it_is_fed_and_what_it_prints(tmp_path: Path) -> None:
    source = "import sys; text = sys.stdin.read(); print(text); print('no', file=sys.stderr); sys.exit(3)"
    feed = b"x" * 1_000_000

    assert run(source, tmp_path, feed=feed) == Finished(status=3, output=feed + b"\n", errors=b"no\n")


def test_of_a_merged_output_the_end_is_kept_in_order(tmp_path: Path) -> None:
    source = "import os; os.write(1, b'x' * 100_000); os.write(2, b'then'); os.write(1, b'last')"
    answer = run(source, tmp_path, is_merged=True)

    assert (len(answer.output), answer.output[-9:], answer.errors) == (1 << 16, b"xthenlast", b"")


def test_a_flood_of_complaints_is_bounded_too(tmp_path: Path) -> None:
    answer = run("import os\nwhile True: os.write(2, b'x' * 10_000)", tmp_path)

    assert (answer.status, answer.reason) == (None, "it printed more than 1,048,576 bytes")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets one process bound another")
def test_memory_is_bounded(tmp_path: Path) -> None:
    # It waits until it has been told.
    source = (
        "import resource\nwhile resource.getrlimit(resource.RLIMIT_AS)[0] < 0: pass\n"
        "try: bytearray(1 << 30)\nexcept MemoryError: print('none left')"
    )

    assert run(source, tmp_path, memory=1 << 29).output == b"none left\n"


def test_a_program_that_is_no_program(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("not a program")
    (tmp_path / "text").chmod(0o755)

    with pytest.raises(UsageError, match="cannot be started: Exec format error"):
        run_command([str(tmp_path / "text")], folder=tmp_path, environment={}, seconds=1.0, largest=1)


def test_a_path_counts_from_the_folder(tmp_path: Path) -> None:
    program = tmp_path / "bin" / "tool"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")

    with pytest.raises(UsageError, match="There is no program"):
        find_program("bin/tool", folder=tmp_path)
    program.chmod(0o755)
    assert find_program("bin/tool", folder=tmp_path) == str(program)


def test_what_is_withheld(monkeypatch: pytest.MonkeyPatch) -> None:
    withheld = ["GITHUB_TOKEN", "GH_TOKEN", "my_pat", "AWS_SECRET_ACCESS_KEY", "INPUT_TOKEN", "GITHUB_STEP_SUMMARY"]
    withheld += ["GIT_CONFIG_PARAMETERS", "GIT_CONFIG_KEY_12", "GIT_INDEX_FILE", "ANTHROPIC_API_KEY", "SSH_AUTH_SOCK"]
    kept = ["PATH", "HOME", "DJANGO_SECRET_KEY", "DATABASE_URL", "GITHUB_ACTIONS", "GIT_AUTHOR_NAME", "TOKENIZERS_X"]
    for name in [*os.environ]:
        monkeypatch.delenv(name)
    for name in [*withheld, *kept]:
        monkeypatch.setenv(name, "value")

    assert find_withheld() == tuple(sorted(withheld))
    assert sorted(plain_environment(MORE="x")) == sorted([*kept, "MORE"])


#: Leaves a program that holds a lock, in a session of its own and with no parent that we know.
LEAVE = """
import fcntl, os, sys, time
reading, writing = os.pipe()
if os.fork():
    os.close(writing)
    os.read(reading, 1)
    sys.exit()
os.setsid()
if os.fork():
    os._exit(0)
held = open({lock!r}, "w")
fcntl.flock(held, fcntl.LOCK_EX)
os.write(writing, b"x")
os.close(writing)
{then}
"""
ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nobody tells who it was")


def is_free(lock: Path) -> bool:
    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


@ON_LINUX
@pytest.mark.parametrize(
    "then",
    [
        "time.sleep(60)",
        "for _ in range(9999): time.sleep(0.001); os.fork() and os._exit(0)",
        "[os.fork() for _ in range(6)]; os.setpgid(0, 0); time.sleep(60)",
        "import signal; [signal.signal(n, signal.SIG_IGN) for n in (1, 2, 3, 13, 15)]; time.sleep(60)",
        "import ctypes; ctypes.CDLL(None).prctl(36, 1, 0, 0, 0); os.fork(); os.fork(); time.sleep(60)",
    ],
    ids=["sleeps", "flees", "many", "deaf", "reaper"],
)
def test_who_leaves_session_and_group_ends_too(tmp_path: Path, then: str) -> None:
    lock = tmp_path / "lock"

    assert run(LEAVE.format(lock=str(lock), then=then), tmp_path).passed
    assert is_free(lock)


@ON_LINUX
def test_who_is_left_ends_with_a_command_that_we_end(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    source = LEAVE.format(lock=str(lock), then="time.sleep(60)").replace("sys.exit()", "os.write(1, bytes(2 << 20))")

    assert run(source, tmp_path).reason == "it printed more than 1,048,576 bytes"
    assert is_free(lock)


@ON_LINUX
def test_what_we_started_ourselves_lives_on(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-S", "-c", "input()"], stdin=subprocess.PIPE) as ours:
        run("pass", tmp_path)
        still = ours.poll()
        ours.communicate(b"\n")

    assert (still, ours.returncode) == (None, 0)


@ON_LINUX
def test_several_at_once_do_not_end_each_other(tmp_path: Path) -> None:
    slow = "import os; os.fork() and os.wait(); print('end')"
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: run(slow, tmp_path), range(40)))

    assert {(each.status, each.output.count(b"end")) for each in answers} == {(0, 2)}


@ON_LINUX
def test_orphans_of_others_are_not_ours_afterwards(tmp_path: Path) -> None:
    def is_reaper() -> int:
        value = ctypes.c_int(7)
        ctypes.CDLL(None).prctl(37, ctypes.byref(value), 0, 0, 0)
        return value.value

    before = is_reaper()
    run("pass", tmp_path)
    with pytest.raises(UsageError):
        run_command([str(tmp_path / "none")], folder=tmp_path, environment={}, seconds=1.0, largest=1)

    assert (before, is_reaper()) == (0, 0)


@ON_LINUX
def test_who_cannot_be_ended_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # A signal that does nothing stands for a process that the kernel does not let go.
    monkeypatch.setattr("autotransform.publish.programs.custody._PATIENCE", 0.0)
    lock = tmp_path / "lock"
    source = LEAVE.format(lock=str(lock), then="time.sleep(60)")
    with monkeypatch.context() as patch:
        patch.setattr(signal, "SIGKILL", signal.SIGCONT)
        with pytest.raises(UsageError, match="left something running that does not end"):
            run(source, tmp_path)

    # The next command does not make it one of ours.
    assert not is_free(lock)
    monkeypatch.undo()
    assert run("pass", tmp_path).passed
    assert is_free(lock)
