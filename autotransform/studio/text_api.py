"""What the page asks about the script's text: what it is, what is wrong with it, whether its cases hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from autotransform.run import Stop
from autotransform.script import digest_of
from autotransform.studio.faults import PageError
from autotransform.studio.judging import check, describe_case, require_readable
from autotransform.studio.requests import answer, read_body, source_of, text_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from autotransform.studio.desk import Desk
    from autotransform.studio.values import Json

#: Of a SHA-256 in hex.
_DIGEST = 64


class TextApi:
    """Endpoints about the text on one desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def state(self, request: Request) -> Response:
        """``GET /api/state``: what is on the desk."""
        del request
        return answer(await run_in_threadpool(self._desk.state))

    async def keep(self, request: Request) -> Response:
        """``PUT /api/script``: keep a draft."""
        body = await read_body(request)
        source, digest = source_of(body), _digest_of(body)
        return answer(await run_in_threadpool(self._desk.keep, source, digest=digest))

    async def save(self, request: Request) -> Response:
        """``POST /api/save``: write the file."""
        body = await read_body(request)
        source, digest = source_of(body), _digest_of(body)
        return answer(await run_in_threadpool(self._desk.save, source, digest=digest))

    async def check(self, request: Request) -> Response:
        """``POST /api/check``: what is wrong with a text, however much of it is there."""
        source = source_of(await read_body(request))
        return answer({"problems": await run_in_threadpool(check, source, self._desk.ground.subject)})

    async def cases(self, request: Request) -> Response:
        """``POST /api/cases``: run a text on its own cases; newer ones end these."""
        source = source_of(await read_body(request))
        return answer(await run_in_threadpool(self._run_cases, source))

    async def approve(self, request: Request) -> Response:
        """``POST /api/approve``: the person read a text, and it may run where nothing fences it in."""
        source = source_of(await read_body(request))
        return answer({"digest": await run_in_threadpool(self._desk.standing.approve, source)})

    def _run_cases(self, source: str) -> Json:
        script = require_readable(source, self._desk.ground.subject)
        if not script.cases:
            return {"cases": [], "digest": script.digest}
        results = self._desk.runner.run_cases(script, script.cases, stop=Stop())
        return {"cases": [describe_case(result) for result in results], "digest": digest_of(source)}


def _digest_of(body: Json) -> str:
    digest = text_of(body, "digest", longest=_DIGEST, default="")
    if len(digest) not in {0, _DIGEST}:
        raise PageError("'digest' is no SHA-256.")
    return digest
