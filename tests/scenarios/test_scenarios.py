"""Terminal transcripts: what a person types and sees. ``--update-scenarios`` writes them anew; review the difference.

A line that starts with ``$ `` is a command, ``> `` goes on with it; what follows is what it prints, with the machine
taken out (ROOT, SHA, DIGEST, VERSION). A line that starts with ``% `` is a remark.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from autotransform.run.isolation import landlock
from tests.kernels import can_pretend

if TYPE_CHECKING:
    from tests.scenarios.conftest import Stage

HERE = Path(__file__).parent


def commands_of(transcript: str) -> list[tuple[str, list[str]]]:
    """Split a transcript into (kind, lines): ``text`` as it stands, ``command`` with its continuation."""
    parts: list[tuple[str, list[str]]] = [("text", [])]
    for line in transcript.splitlines():
        if line.startswith("$ "):
            parts.append(("command", [line]))
        elif (line == ">" or line.startswith("> ")) and parts[-1][0] == "command":
            parts[-1][1].append(line)
        elif line.startswith("% "):
            parts.append(("text", [line]))
        elif parts[-1][0] == "command":
            parts.append(("output", [line]))
        else:
            parts[-1][1].append(line)
    return parts


def played(transcript: str, stage: Stage) -> str:
    """Run every command of a transcript, and write down what they print."""
    written: list[str] = []
    for kind, lines in commands_of(transcript):
        if kind == "text":
            if written and written[-1] and lines and lines[0]:
                written.append("")
            written += lines
        elif kind == "command":
            if written and written[-1] and not written[-1].startswith("% "):
                written.append("")
            written += lines
            command = "\n".join(line[2:] for line in lines)
            written += stage.play(command).splitlines()
    return "".join(f"{line}\n" for line in written)


def has_every_fence() -> bool:
    try:
        return can_pretend() and landlock.version() > 0
    except OSError:
        return False


@pytest.mark.parametrize("path", sorted(HERE.glob("*.txt")), ids=lambda path: path.stem)
def test_what_a_person_sees(path: Path, stage: Stage, request: pytest.FixtureRequest) -> None:
    expected = path.read_text(encoding="utf-8")
    if "$ without " in expected and not has_every_fence():
        pytest.skip("this system lacks something itself")

    actual = played(expected, stage)

    if request.config.getoption("--update-scenarios"):
        path.write_text(actual, encoding="utf-8")
    else:
        assert expected == actual


def test_a_wrong_transcript_fails(stage: Stage) -> None:
    transcript = "% planted\n$ echo right\nwrong\n"

    assert played(transcript, stage) == "% planted\n$ echo right\nright\n"
