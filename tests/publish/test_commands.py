"""Programs that a person named: bounded, and told nothing that is not theirs."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from autotransform.errors import UsageError
from autotransform.publish.commands import Finished, find_program, find_withheld, plain_environment, run_command

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
