"""What the page sends: JSON of a bounded size, with fields of the right kind; and what it is answered."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, TypeAlias

from starlette.requests import ClientDisconnect
from starlette.responses import Response

from autotransform.studio.faults import PageError, describe_error, status_of
from autotransform.studio.values import LONGEST_SCRIPT

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from starlette.requests import Request

    from autotransform.studio.values import Json

Endpoint: TypeAlias = "Callable[[Request], Awaitable[Response]]"

#: Bytes of a body; a script's characters may be written as six each, and there may be two of them.
LARGEST_BODY = 16 * LONGEST_SCRIPT
#: Seconds in which a body must be there.
_PATIENCE = 20.0
_MOST_ITEMS, _LONGEST_ITEM = 10_000, 4_096


async def read_body(request: Request) -> Json:
    """Read the object that a request holds; none is an empty one.

    Raises:
        PageError: It is too large (413), too slow (408) or no JSON object (400).
    """
    try:
        async with asyncio.timeout(_PATIENCE):
            content = await _read_bounded(request)
    except TimeoutError as error:
        raise PageError("The request did not come to its end.", status=408) from error
    if not content:
        return {}
    try:
        body = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise PageError("The request is not JSON.") from error
    if not isinstance(body, dict):
        raise PageError("The request is no JSON object.")
    return body


async def _read_bounded(request: Request) -> bytes:
    too_large = PageError(f"The request is too large: {LARGEST_BODY:,} bytes are the most.", status=413)
    length = request.headers.get("content-length", "0")
    if not length.isascii() or not length.isdigit() or int(length[:20]) > LARGEST_BODY:
        raise too_large
    content = bytearray()
    try:
        async for part in request.stream():
            content += part
            if len(content) > LARGEST_BODY:
                raise too_large
    except ClientDisconnect as error:
        raise PageError("The request did not come to its end.") from error
    return bytes(content)


def text_of(body: Json, name: str, *, longest: int = LONGEST_SCRIPT, default: str | None = None) -> str:
    """Give a text of a request.

    Raises:
        PageError: It is missing, no text, or too long.
    """
    text = body.get(name, default)
    if not isinstance(text, str):
        raise PageError(f"The request lacks the text {name!r}.")
    if len(text) > longest:
        raise PageError(f"{name!r} is too long: {longest:,} characters are the most.", status=413)
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise PageError(f"{name!r} holds what is no character.") from error
    return text


def source_of(body: Json) -> str:
    """Give the script of a request, with LF endings.

    Raises:
        PageError: As of `text_of`.
    """
    return text_of(body, "source").replace("\r\n", "\n")


def texts_of(body: Json, name: str) -> tuple[str, ...]:
    """Give a list of short texts of a request; none where it is missing.

    Raises:
        PageError: It is something else.
    """
    given = body.get(name, [])
    if not isinstance(given, list) or len(given) > _MOST_ITEMS or not all(isinstance(each, str) for each in given):
        raise PageError(f"{name!r} is no list of texts.")
    return tuple(each[:_LONGEST_ITEM] for each in given)


def answer(facts: Json, *, status: int = 200) -> Response:
    """Answer with JSON."""
    return Response(write_json(facts), status_code=status, media_type="application/json")


def write_json(facts: Json) -> bytes:
    """Write a line of JSON in ASCII: what is no character cannot break it."""
    return json.dumps(facts, ensure_ascii=True, separators=(",", ":")).encode("ascii") + b"\n"


def answering(endpoint: Endpoint, *, root: Path) -> Endpoint:
    """Let an endpoint tell what goes wrong in it as JSON, whatever that is."""

    async def answered(request: Request) -> Response:
        try:
            return await endpoint(request)
        except Exception as error:  # noqa: BLE001 - the last resort; a traceback belongs in no page
            return answer(describe_error(error, root=root), status=status_of(error))

    return answered
