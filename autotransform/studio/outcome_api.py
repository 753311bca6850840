"""What the page asks for in the end: a case from a hunk, a refinement, the branch, and to be closed."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from autotransform.review.text import portable_text
from autotransform.run import Stop
from autotransform.studio.casting import add_case
from autotransform.studio.faults import PageError, shorten_paths
from autotransform.studio.judging import require_readable
from autotransform.studio.refinement import LONGEST_WISH, refine, require_model
from autotransform.studio.requests import answer, read_body, source_of, text_of
from autotransform.studio.run_api import require_seen
from autotransform.studio.streaming import stream

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from autotransform.studio.desk import Desk
    from autotransform.studio.values import Json, Published

_LONGEST_NAME = 64


class OutcomeApi:
    """Endpoints that make something of what was looked at.

    Args:
        desk: What was looked at.
        quit_server: Ends the server.
    """

    def __init__(self, desk: Desk, *, quit_server: Callable[[], None]) -> None:
        self._desk = desk
        self._quit = quit_server
        self._applying = threading.Lock()

    async def add_case(self, request: Request) -> Response:
        """``POST /api/case``: give the text with a case made of a change; nothing is kept."""
        body = await read_body(request)
        return answer(await run_in_threadpool(self._add_case, body))

    async def refine(self, request: Request) -> Response:
        """``POST /api/refine``: have the model change the text, and stream how that goes; nothing is kept."""
        body = await read_body(request)
        wish = text_of(body, "wish", longest=LONGEST_WISH).strip()
        if not wish:
            raise PageError("Say in words what is to be different.")
        config = await run_in_threadpool(require_model, self._desk)
        source = source_of(body) if "source" in body else await run_in_threadpool(self._desk.source)
        script = await run_in_threadpool(require_readable, source, self._desk.ground.subject)
        stop = Stop()
        return stream(
            lambda tell: refine(self._desk, script, wish, config=config, stop=stop, tell=tell),
            stop=stop,
            root=self._desk.root,
        )

    async def apply(self, request: Request) -> Response:
        """``POST /api/apply``: save, and put what is not refused on the branch."""
        body = await read_body(request)
        source = source_of(body) if "source" in body else None
        return answer(await run_in_threadpool(self._apply, source))

    async def quit(self, request: Request) -> Response:
        """``POST /api/quit``: end the server once this is answered."""
        del request
        self._quit()
        return answer({"quit": True})

    def _add_case(self, body: Json) -> Json:
        desk = self._desk
        source = source_of(body) if "source" in body else desk.source()
        key = text_of(body, "key", longest=_LONGEST_NAME, default="")
        shape = text_of(body, "shape", longest=_LONGEST_NAME, default="")
        script = require_readable(source, desk.ground.subject)
        text, case = add_case(
            source,
            require_seen(desk),
            script=script,
            key=key,
            shape=shape,
            is_negative=bool(body.get("negative")),
            try_cases=lambda cases: desk.runner.run_cases(script, cases, stop=Stop()),
        )
        return {"source": text, "name": portable_text(case.name)}

    def _apply(self, source: str | None) -> Json:
        desk = self._desk
        if not self._applying.acquire(blocking=False):
            raise PageError("It is being applied already.", status=409, hint="Wait until that is done.")
        try:
            saved = desk.save_draft()
            if source is not None and source != saved:
                raise PageError("What is to be applied is not what is saved.", status=409, hint="Save it first.")
            script = require_readable(saved, desk.ground.subject)
            seen = desk.runner.seen
            if seen is None or not seen.is_whole or seen.run.script != script:
                seen = desk.runner.run(script, answers=desk.choices.read(), stop=Stop())
            return self._describe(desk.ground.publish(script, seen.run), moved=desk.describe_move())
        finally:
            self._applying.release()

    def _describe(self, published: tuple[Published, ...], *, moved: str) -> Json:
        if not published:
            raise PageError(
                "Nothing is left to change, so no branch was made.", status=409, hint="Accept some of the changes."
            )
        first = published[0]
        return {
            "branch": first.branch,
            "sha": first.sha,
            "files": [portable_text(path) for path in first.files],
            "notes": [
                *([moved] if moved else []),
                *(shorten_paths(note, root=self._desk.root) for each in published for note in each.notes),
            ],
            "branches": [{"branch": each.branch, "sha": each.sha, "files": len(each.files)} for each in published],
        }
