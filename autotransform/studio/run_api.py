"""What the page asks about runs: have one, look at its hunks, say yes and no to what it would change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from autotransform.review.document import describe_hunks
from autotransform.run import Stop
from autotransform.studio.choices import describe_answers, mark_changes
from autotransform.studio.faults import PageError
from autotransform.studio.judging import require_readable
from autotransform.studio.requests import answer, read_body, source_of, texts_of
from autotransform.studio.streaming import stream

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from autotransform.studio.desk import Desk
    from autotransform.studio.telling import Seen
    from autotransform.studio.values import Json


class RunApi:
    """Endpoints about the runs on one desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self, request: Request) -> Response:
        """``POST /api/run``: run a text, and stream what comes of it; a newer run ends this one."""
        body = await read_body(request)
        source, paths = source_of(body), texts_of(body, "paths")
        script = await run_in_threadpool(require_readable, source, self._desk.ground.subject)
        stop = Stop()

        def work(tell: Callable[[Json], None]) -> None:
            answers = self._desk.choices.read()
            self._desk.runner.run(script, paths=paths, answers=answers, stop=stop, tell=tell)

        return stream(work, stop=stop, root=self._desk.root)

    async def hunks(self, request: Request) -> Response:
        """``GET /api/hunks?path=``: what the last run changes in one file."""
        path = request.query_params.get("path", "")
        return answer({"hunks": await run_in_threadpool(self._describe, path)})

    async def decide(self, request: Request) -> Response:
        """``PUT /api/decisions``: yes, no, or neither, of shapes, files and single changes."""
        body = await read_body(request)
        return answer(describe_answers(await run_in_threadpool(self._desk.choices.merge, body)))

    def _describe(self, path: str) -> list[Json]:
        seen = require_seen(self._desk)
        change = seen.changes.get(path)
        if change is None:
            raise PageError("The last run changes no such file.", status=404)
        answers = self._desk.choices.read()
        hunks = describe_hunks(change, seen.explanation, decisions=answers.refused)
        mark_changes(hunks, accepted=answers.accepted)
        return hunks


def require_seen(desk: Desk) -> Seen:
    """Give the last run.

    Raises:
        PageError: 409, where there is none yet.
    """
    if desk.runner.seen is None:
        raise PageError("Nothing was run yet.", status=409, hint="Run the script first.")
    return desk.runner.seen
