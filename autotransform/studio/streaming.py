"""Work in a thread whose events go to the page as they come, a line of JSON each; when the page goes, it is ended."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

from starlette.responses import StreamingResponse

from autotransform.errors import Aborted
from autotransform.studio.faults import describe_error
from autotransform.studio.requests import write_json

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from autotransform.run import Stop
    from autotransform.studio.values import Json


def stream(work: Callable[[Callable[[Json], None]], None], *, stop: Stop, root: Path) -> StreamingResponse:
    """Do something in a thread and stream what it tells.

    Args:
        work: Is handed the function that tells; an error of it becomes the last event.
        stop: Asked when nobody listens any more.
        root: Of the repository, for messages.
    """
    return StreamingResponse(_lines(work, stop=stop, root=root), media_type="application/x-ndjson")


async def _lines(work: Callable[[Callable[[Json], None]], None], *, stop: Stop, root: Path) -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[bytes | None] = asyncio.Queue()

    def put(line: bytes | None) -> None:
        try:
            loop.call_soon_threadsafe(lines.put_nowait, line)
        except RuntimeError:  # the server is gone, and with it whoever would read
            stop.ask()

    def do() -> None:
        try:
            work(lambda event: put(write_json(event)))
        except Aborted:
            put(write_json({"event": "stopped"}))
        except Exception as error:  # noqa: BLE001 - the last event says so
            put(write_json({"event": "error", **describe_error(error, root=root)}))
        finally:
            put(None)

    # A thread of its own: it may take minutes, for which neither another request nor the end of the server waits.
    thread = threading.Thread(target=do, name="autotransform-page", daemon=True)
    thread.start()
    try:
        while (line := await lines.get()) is not None:
            yield line
    finally:
        # The page has it all, or is gone: then this is cancelled, and what it would await might never begin.
        stop.ask()
