"""Connections of the server: those that ask nothing take nobody's place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    import asyncio

#: Connections at a time beyond which one that waits for nothing has to go; a browser opens six.
_MOST_IDLE = 32


class Connection(H11Protocol):
    """One connection. Whoever opens many and sends no whole request, with a token or not, only loses them again."""

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self.arrival = self.loop.time()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Let it in, and end the one that has been idle since longest where there are too many."""
        super().connection_made(transport)
        open_ones = [each for each in self.connections if isinstance(each, Connection) and not each.is_ending]
        if len(open_ones) > _MOST_IDLE:
            idle = [each for each in open_ones if each.is_idle and each is not self]
            if idle:
                # Who has asked before, as the page has, goes last.
                min(idle, key=lambda each: (each.has_asked, each.arrival)).transport.abort()

    @property
    def is_ending(self) -> bool:
        """Whether it was ended, and is only not gone yet."""
        return self.transport.is_closing()

    @property
    def is_idle(self) -> bool:
        """Whether nothing was asked on it that is not answered."""
        return not self.has_asked or self.cycle.response_complete

    @property
    def has_asked(self) -> bool:
        """Whether a whole request came on it."""
        return bool(self.cycle)
