"""Where answers come from: an endpoint that somebody names, or recorded ones that a server on loopback gives."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.servers.model_server import KEY, ModelServer, Reply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.benchmarks.authoring.tasks import Task

FOLDER = Path(__file__).parent / "answers"

_BLOCK = re.compile(r"^```python[ \t]*\n(.*?)^```[ \t]*$", re.DOTALL | re.MULTILINE)
#: No more are served of one task: contract, script, repairs.
_MOST_ANSWERS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """What is asked."""

    model: str
    base_url: str
    api_key: str
    #: For a million tokens, sent and received.
    prices: tuple[float, float] | None = None
    #: Whether it says how many tokens it took; else they are estimated from characters.
    is_counting: bool = True


def has_recorded(task: Task) -> bool:
    """Whether answers to a task were recorded."""
    return (FOLDER / task.name / "1.md").exists()


def read_recorded(task: Task) -> tuple[str, ...]:
    """Read the answers in the order in which they are given."""
    files = [FOLDER / task.name / f"{number}.md" for number in range(1, _MOST_ANSWERS + 1)]
    return tuple(file.read_text(encoding="utf-8") for file in files if file.exists())


def read_one_shot(task: Task) -> str:
    """Read the answer to the plain prompt."""
    return (FOLDER / task.name / "oneshot.md").read_text(encoding="utf-8")


def find_block(text: str) -> str:
    """Find the last block of Python; empty where there is none."""
    blocks: list[str] = _BLOCK.findall(text.replace("\r\n", "\n"))
    return blocks[-1] if blocks else ""


@contextlib.contextmanager
def serve(*answers: str) -> Iterator[Endpoint]:
    """Serve recorded answers one after the other, over HTTP; nothing counts their tokens."""
    with ModelServer() as server:
        server.replies(*[Reply(text=text, counts=False, piece=2_000) for text in answers])
        yield Endpoint(model="recorded", base_url=server.base_url, api_key=KEY, is_counting=False)
