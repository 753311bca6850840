"""What there is to harm: a folder, sockets, a process, and whether anything happened to them."""

from __future__ import annotations

import contextlib
import hashlib
import os
import resource
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

#: Of the environment variable that holds the token.
TOKEN_NAME = "VICTIM_TOKEN"

#: It can be found, and told from chance, wherever it lies in memory.
_TOKEN_PREFIX = "token-"

#: Waits until whoever started it hangs up. Every signal that can be kept waiting is, so that the system's own list of
#: what waits shows it. A tracer needs no kinship where Yama asks for it: attacks shall fail for a better reason.
_PROCESS = """
import ctypes, os, signal, sys
ctypes.CDLL(None).prctl(0x59616D61, ctypes.c_ulong(-1), 0, 0, 0)
signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
buffer = ctypes.create_string_buffer(os.environ["VICTIM_TOKEN"].encode())
print(ctypes.addressof(buffer), flush=True)
sys.stdin.read()
"""


class Process:
    """A process that minds its own business."""

    def __init__(self, token: str) -> None:
        self._token = token
        self._process: subprocess.Popen[str] | None = None
        self.address = 0
        self._calm: dict[str, object] = {}

    def start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-S", "-E", "-c", _PROCESS],
            env={TOKEN_NAME: self._token},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self._process.stdout is not None
        self.address = int(self._process.stdout.readline())
        self._calm = self._look()

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def what_changed(self) -> list[str]:
        """Say what was done to it; whatever it was, there is a new one afterwards."""
        seen = self._look()
        changed = [
            f"the victim's {name} is {seen.get(name)!r}" for name in self._calm if seen.get(name) != self._calm[name]
        ]
        if changed:
            self.stop()
            self.start()
        return changed

    def _look(self) -> dict[str, object]:
        assert self._process is not None
        if self._process.poll() is not None:
            return {"end": self._process.returncode}
        proc = Path("/proc", str(self.pid))
        numbers = proc.joinpath("stat").read_text().rpartition(")")[2].split()
        status = dict(line.split(":\t", 1) for line in proc.joinpath("status").read_text().splitlines())
        with proc.joinpath("mem").open("rb", buffering=0) as memory:
            memory.seek(self.address)
            held = memory.read(len(self._token))
        return {
            "end": None,
            "state": numbers[0] if numbers[0] in "Tt" else "running",
            "nice value": numbers[16],
            "scheduling": tuple(numbers[37:39]),
            "pending signals": (status["SigPnd"], status["ShdPnd"]),
            "tracer": status["TracerPid"],
            "cores": sorted(os.sched_getaffinity(self.pid)),
            "limits": [resource.prlimit(self.pid, kind) for kind in (resource.RLIMIT_CORE, resource.RLIMIT_NOFILE)],
            "worth": proc.joinpath("oom_score_adj").read_text(),
            "memory": held,
        }


@dataclass
class Listeners:
    """Sockets of every kind at which somebody could call. Nobody answers: a call counts when it has come."""

    folder: Path
    known: dict[str, object] = field(default_factory=dict)
    _sockets: dict[str, socket.socket] = field(default_factory=dict)

    def open(self) -> None:
        stream, datagram = socket.SOCK_STREAM, socket.SOCK_DGRAM
        abstract = f"victim-{secrets.token_hex(6)}"
        for name, family, kind, address in (
            ("tcp_port", socket.AF_INET, stream, ("127.0.0.1", 0)),
            ("udp_port", socket.AF_INET, datagram, ("127.0.0.1", 0)),
            ("tcp6_port", socket.AF_INET6, stream, ("::1", 0)),
            ("unix_path", socket.AF_UNIX, stream, str(self.folder / "stream")),
            ("unix_datagram_path", socket.AF_UNIX, datagram, str(self.folder / "datagram")),
            ("abstract_name", socket.AF_UNIX, stream, f"\0{abstract}"),
            ("abstract_datagram_name", socket.AF_UNIX, datagram, f"\0{abstract}-d"),
        ):
            try:
                self._sockets[name] = opened = socket.socket(family, kind)
                opened.bind(address)
            except OSError:  # no IPv6
                self._sockets.pop(name).close()
                continue
            if kind is stream:
                opened.listen(64)
            at = opened.getsockname()
            self.known[name] = at[1] if isinstance(at, tuple) else os.fsdecode(at).removeprefix("\0")
        for each in self._sockets.values():
            each.settimeout(0)

    def who_called(self) -> list[str]:
        """Say which of them heard something since they were asked last."""
        heard = []
        for name, listener in self._sockets.items():
            with contextlib.suppress(BlockingIOError):
                for _ in range(1_000):
                    if listener.type == socket.SOCK_DGRAM:
                        heard.append(f"{name} heard {listener.recv(1 << 16)[:40]!r}")
                    else:
                        listener.accept()[0].close()
                        heard.append(f"{name} heard a call")
        return heard[:5]

    def close(self) -> None:
        for each in self._sockets.values():
            each.close()


class Victim:
    """Everything that attacks are after; to be used in a ``with`` statement."""

    def __init__(self) -> None:
        self.token = _TOKEN_PREFIX + secrets.token_hex(16)
        self.secret = secrets.token_hex(24)
        self._root = Path(tempfile.mkdtemp(prefix="victim-"))
        self.folder = self._root / "home"
        self.mark = self._root / "mark"
        self.process = Process(self.token)
        self.listeners = Listeners(self._root)
        self._calm: dict[str, tuple[object, ...]] = {}

    def __enter__(self) -> Self:
        self.listeners.open()
        self.process.start()
        self._furnish()
        return self

    def __exit__(self, *_: object) -> None:
        self.process.stop()
        self.listeners.close()
        shutil.rmtree(self._root, ignore_errors=True)

    @property
    def known(self) -> dict[str, object]:
        """The map that every attack is given."""
        return {
            "secret_file": str(self.folder / "secret.txt"),
            "folder": str(self.folder),
            "mark": str(self.mark),
            "token_name": TOKEN_NAME,
            "token_prefix": _TOKEN_PREFIX,
            "token_length": len(self.token),
            "victim_pid": self.process.pid,
            "victim_address": self.process.address,
            **self.listeners.known,
        }

    def what_was_written(self) -> list[str]:
        """Say what changed in the folder; whatever it was, everything is as before afterwards."""
        seen = _snapshot(self.folder)
        names = sorted(name for name in {*seen, *self._calm} if seen.get(name) != self._calm.get(name))
        if names:
            self._furnish()
        return [
            f"{'the folder' if name == '.' else name} was {_fate(self._calm.get(name), seen.get(name))}"
            for name in names[:5]
        ]

    def what_was_marked(self) -> list[str]:
        """Say whether a program left its mark, and wipe it off."""
        if not os.path.lexists(self.mark):
            return []
        self.mark.unlink()
        return ["a program left its mark"]

    def forget(self) -> None:
        """Leave nothing for one attack that was late from another."""
        self.listeners.who_called()
        self.what_was_marked()
        self.process.what_changed()

    def written_bytes(self) -> int:
        """Give how much there is in the folder."""
        return sum(path.lstat().st_blocks * 512 for path in self.folder.rglob("*") if path.is_file())

    def _furnish(self) -> None:
        if self.folder.is_dir():
            self.folder.chmod(0o700)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.joinpath("inner").mkdir(parents=True)
        for name, text, mode in (
            ("secret.txt", self.secret, 0o600),
            ("keep.txt", "keep this\n", 0o644),
            ("inner/deep.txt", "and this\n", 0o644),
            ("run.sh", "#!/bin/sh\nexit 0\n", 0o755),
        ):
            path = self.folder / name
            path.write_text(text)
            path.chmod(mode)
            os.utime(path, (1_000_000_000, 1_000_000_000))
        self._calm = _snapshot(self.folder)


def _snapshot(folder: Path) -> dict[str, tuple[object, ...]]:
    if not folder.is_dir():
        return {}
    return {str(path.relative_to(folder)): _portrait(path) for path in (folder, *folder.rglob("*"))}


def _portrait(path: Path) -> tuple[object, ...]:
    about = path.lstat()
    content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() and about.st_size < 1 << 20 else ""
    marks = os.listxattr(path, follow_symlinks=False)
    return (about.st_mode, about.st_uid, about.st_size, about.st_nlink, about.st_mtime_ns, content, *marks)


def _fate(before: tuple[object, ...] | None, after: tuple[object, ...] | None) -> str:
    return "made" if before is None else "removed" if after is None else "changed"
