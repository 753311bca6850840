"""The parent's side of a child: talk to it, end it, hear how it ended."""

from __future__ import annotations

import contextlib
import select
import signal
import socket
import threading
import time
from typing import TYPE_CHECKING

from autotransform.run.wire import STATUS, pack, read_frame

if TYPE_CHECKING:
    from autotransform.run.wire import Frame

#: Exit statuses of a child that have a meaning of their own.
OUT_OF_MEMORY, NOT_FENCED = 77, 71

#: What the launcher tells of a child that the system did not give.
NOT_FORKED = 1 << 16

#: Seconds that a child whose connection ended is given to end by itself, so that its own status is seen.
_DYING = 2.0


#: Bytes that are received at once.
_MOST_AT_ONCE = 1 << 18

#: Seconds: the system takes no longer ones than fit a number of 32 bits, in milliseconds.
_LONGEST_WAIT = 3600.0


class WorkerGone(Exception):  # noqa: N818 - a fact about the worker; whose fault it was is for the caller to say
    """The worker died, hung up or was killed."""


class Worker:
    """A child at the other end of a connection, and the lifeline on which the launcher tells how it ended."""

    def __init__(self, *, connection: socket.socket, lifeline: socket.socket) -> None:
        self._connection = connection
        self._lifeline = lifeline
        self._lock = threading.Lock()
        self._is_buried = False
        self._unsent, self._received = bytearray(), bytearray()
        self._poll = select.poll()
        self._poll.register(connection)

    def post(self, *frames: Frame) -> None:
        """Have frames sent, as soon as the other side takes them: while an answer to one is awaited."""
        self._unsent += b"".join(map(pack, frames))

    def receive(self, *, limit: int, seconds: float) -> Frame:
        """Receive one frame of at most ``limit`` bytes, and send meanwhile whatever was posted.

        Raises:
            WorkerGone: There is none, and there will be none.
            TimeoutError: It is not complete in time.
            ProtocolError: It is not a frame.
        """
        deadline = time.monotonic() + seconds
        try:
            return read_frame(lambda size: self._receive(size, deadline=deadline), limit=limit)
        except TimeoutError:
            raise
        except (EOFError, OSError, ValueError) as error:  # `ValueError`: it was buried meanwhile
            raise WorkerGone from error

    def _receive(self, size: int, *, deadline: float) -> bytes:
        """Give what there is, at most ``size`` bytes."""
        if not self._received:
            self._received += self._wait(deadline=deadline)
        given = bytes(self._received[:size])
        del self._received[:size]
        return given

    def _wait(self, *, deadline: float) -> bytes:
        """Send, until something comes; neither side ever waits for the other to take something first."""
        while True:
            self._send()
            with contextlib.suppress(BlockingIOError):
                return self._connection.recv(_MOST_AT_ONCE, socket.MSG_DONTWAIT)
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self._poll.modify(self._connection, select.POLLIN | (select.POLLOUT if self._unsent else 0))
            self._poll.poll(min(left, _LONGEST_WAIT) * 1000)

    def _send(self) -> None:
        try:
            while self._unsent:
                del self._unsent[: self._connection.send(self._unsent, socket.MSG_DONTWAIT)]
        except BlockingIOError:
            pass
        except OSError:  # it is gone, and may have answered before
            self._unsent.clear()

    def hang_up(self) -> None:
        """Tell it that nothing more comes, so that it ends by itself."""
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_WR)

    def kill(self) -> None:
        """End it at once; from any thread, and more than once. Whoever talks to it meanwhile gets `WorkerGone`."""
        with self._lock:
            if not self._is_buried:
                for each in (self._lifeline, self._connection):
                    with contextlib.suppress(OSError):
                        each.shutdown(socket.SHUT_RDWR)

    def bury(self) -> None:
        """Kill it and give back everything that it took."""
        self.kill()
        with self._lock:
            self._is_buried = True
            self._connection.close()
            self._lifeline.close()

    def status(self) -> int | None:
        """Tell how one ended that is gone; `None`: its launcher is gone as well.

        Raises:
            TimeoutError: It has not ended.
        """
        try:
            self._lifeline.settimeout(_DYING)
            told = self._lifeline.recv(STATUS.size)
        except TimeoutError:
            raise
        except OSError:
            told = b""
        return int(STATUS.unpack(told)[0]) if len(told) == STATUS.size else None


def describe(status: int) -> str:
    """Say what the status of a child means."""
    known = {
        OUT_OF_MEMORY: "it ran out of memory",
        NOT_FENCED: "its fences could not be put up",
        -signal.SIGKILL: "it was killed by SIGKILL; most likely the system ran out of memory",
        -signal.SIGSYS: "it was ended at a system call that no transform needs: it tried more, or broke down (SIGSYS)",
        -signal.SIGALRM: "it took too long (SIGALRM)",
        -signal.SIGXCPU: "it took too long (SIGXCPU)",
    }
    if status in known:
        return known[status]
    if status >= 0:
        return f"it ended itself with status {status}"
    names = {number.value: number.name for number in signal.Signals}  # those of real time have none
    return f"it was killed by {names.get(-status, f'signal {-status}')}"
