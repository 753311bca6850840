"""What one plain prompt achieves: the request, the files, one answer, no loop. Nothing of ours is used to ask."""

from __future__ import annotations

import json
import re
import time
import urllib.error
import urllib.request
from http.client import HTTPException
from typing import TYPE_CHECKING, Any

from autotransform.author.spending import estimate_tokens
from tests.benchmarks.authoring.answers_from import find_block
from tests.benchmarks.authoring.judging import judge_nothing, judge_script
from tests.benchmarks.authoring.results import Cost, Result

if TYPE_CHECKING:
    from pathlib import Path

    from tests.benchmarks.authoring.answers_from import Endpoint
    from tests.benchmarks.authoring.tasks import Task

_PROMPT = """\
{request}

Write one LibCST codemod script that makes this change: one Python file with one class that derives from
libcst.codemod.VisitorBasedCodemodCommand. It must work on any file of this repository, now and later, and change
nothing else: code that merely looks alike stays, comments stay, and imports that the change leaves without a use go.
It may import libcst and the standard library. Answer with the whole file in one block that starts with ```python.

These are the files of the repository:

{files}"""
#: Names that mean something in our format alone; a plain codemod may use them for what it likes.
_OUR_NAMES = re.compile(r"\b(CASES|MENTIONS|TARGETS)\b")
_MILLION = 1_000_000
#: How an endpoint says that it does not know an option.
_REFUSALS = frozenset({400, 422})
#: Seconds without a byte.
_TIMEOUT = 300


def solve_at_once(task: Task, endpoint: Endpoint, *, folder: Path) -> Result:
    """Have a task solved by one plain prompt."""
    begin, prompt = time.monotonic(), write_prompt(task)
    try:
        text, usage = _ask(endpoint, prompt)
    except (OSError, ValueError, AttributeError, HTTPException) as error:  # urllib's own are OSErrors
        verdicts = judge_nothing(task, why="there is no answer")
        return Result(verdicts=verdicts, cost=Cost(), seconds=time.monotonic() - begin, note=str(error))
    seconds = time.monotonic() - begin
    cost = _cost(usage, prompt, text, endpoint=endpoint)
    source = find_script(text)
    if not source:
        verdicts = judge_nothing(task, why="the answer holds no script")
        return Result(verdicts=verdicts, cost=cost, seconds=seconds, note="the answer holds no script")
    return Result(verdicts=judge_script(source, task, folder=folder), cost=cost, seconds=seconds)


def write_prompt(task: Task) -> str:
    """Write what is asked."""
    files = "\n".join(f"# {path}\n```python\n{content}```\n" for path, content in task.files)
    return _PROMPT.format(request=task.request, files=files)


def find_script(text: str) -> str:
    """Find the script of an answer that knows nothing of our format; empty where there is none."""
    return _OUR_NAMES.sub(r"_\1", find_block(text))


def _ask(endpoint: Endpoint, prompt: str) -> tuple[str, dict[str, Any]]:
    body = {"model": endpoint.model, "messages": [{"role": "user", "content": prompt}], "stream": True}
    try:
        return _read(endpoint, body | {"stream_options": {"include_usage": True}})
    except urllib.error.HTTPError as error:
        if error.code not in _REFUSALS:
            raise
        error.close()
    return _read(endpoint, body)  # some endpoints know of no such options


def _read(endpoint: Endpoint, body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    request = urllib.request.Request(
        f"{endpoint.base_url.rstrip('/')}/chat/completions",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {endpoint.api_key}"},
    )
    text: list[str] = []
    usage: dict[str, Any] = {}
    with urllib.request.urlopen(request, timeout=_TIMEOUT) as answer:
        for line in answer:
            data = line.removeprefix(b"data:").strip()
            if not line.startswith(b"data:") or data == b"[DONE]":
                continue
            event = json.loads(data)
            usage = event.get("usage") or usage
            text += [(choice.get("delta") or {}).get("content") or "" for choice in event.get("choices") or []]
    return "".join(text), usage


def _cost(usage: dict[str, Any], prompt: str, text: str, *, endpoint: Endpoint) -> Cost:
    is_estimated = not usage
    sent = usage.get("prompt_tokens") or estimate_tokens(prompt)
    received = usage.get("completion_tokens") or estimate_tokens(text)
    prices = endpoint.prices
    money = (sent * prices[0] + received * prices[1]) / _MILLION if prices else None
    return Cost(attempts=1, sent=sent, received=received, money=money, is_estimated=is_estimated)
