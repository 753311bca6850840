"""Run attacks, column by column, and gather what there is to judge them by."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from autotransform.run.isolation import LAYERS
from autotransform.script import find_problems, parse
from tests.attacks.attack import BENIGN, after_benign, victim_file
from tests.attacks.goals import how_reached, is_noticed
from tests.attacks.host import Setting
from tests.attacks.victim import TOKEN_NAME, Victim
from tests.attacks.watch import Watch, calm, descendants, settle

if TYPE_CHECKING:
    from autotransform.run.isolation import Layer
    from autotransform.script import Script
    from tests.attacks.attack import Attack

_ROOT = Path(__file__).parents[2]

#: Goals whose scripts are judged by two runs that must not differ, and by one more elsewhere.
REPEATED = frozenset({"observe", "waver"})

#: Goals that are judged by what becomes of a file after it.
LATER = frozenset({"die", "poison", "forge", "other"})

#: Seconds and megabytes that a file may take. The system counts whole seconds, so a limit of it ends what is to be
#: exhausted after one; where nothing ends it, it need not be waited for as long.
_ALLOWED = (3.0, 512)
_ALLOWED_TO_EXHAUST = (0.6, 256)
_ALLOWED_WITHOUT_END = (0.25, 256)

#: Seconds in which a host must answer.
_STUCK = 120.0

#: How often a host may try its first file: on a busy machine that takes longer than some are allowed.
_WARMINGS = 4

#: Seconds that a host is given to end by itself.
_ENDING = 2.0


@dataclass(frozen=True, kw_only=True)
class Column:
    """One set of layers."""

    name: str
    layers: frozenset[Layer] = frozenset()
    #: As the product runs scripts, or in a bare process.
    is_pool: bool = False
    #: Whether the static check comes first, as for a script that a model wrote.
    is_checked: bool = False


_KERNEL: frozenset[Layer] = frozenset({"process", "limits", "landlock", "seccomp"})

COLUMNS = (
    Column(name="none"),
    Column(name="check", is_checked=True),
    *(Column(name=layer, layers=frozenset({layer}), is_pool=layer == "process") for layer in LAYERS),
    Column(name="kernel", layers=_KERNEL, is_pool=True),
    Column(name="all", layers=_KERNEL | {"python"}, is_pool=True, is_checked=True),
)


@dataclass(kw_only=True)
class Evidence:
    """What could be seen of one attack, from outside."""

    attack: Attack
    secret: str
    token: str
    #: Random words of the files, by path, and of a file what an honest run makes of it.
    words: dict[str, str]
    honest: dict[str, bytes]
    #: Of each run by path: what the parent took for the outcome. One run, or several that should not differ.
    runs: list[dict[str, dict[str, Any]]] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    #: Marks and processes left, and what was done to the process of the victim.
    stirred: list[str] = field(default_factory=list)
    allowed_seconds: float = 0.0
    seconds: float = 0.0
    allowed_megabytes: int = 0
    #: Memory and processes at the worst moment, and what the folder grew to.
    megabytes: float = 0.0
    processes: int = 0
    disk: int = 0
    is_flooded: bool = False
    #: What the parent could not cope with; that it is gone, say.
    trouble: str = ""


class Host:
    """A running program that runs scripts, and the connection to it."""

    def __init__(self, setting: Setting, *, victim: Victim) -> None:
        self.setting = setting
        self._connection, theirs = socket.socketpair()
        self._complaints = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed with the rest
        self._connection.settimeout(_STUCK)
        # A careless parent leaves one end of this open in the processes that run scripts.
        self._leak, leaked = socket.socketpair()
        self._leak.settimeout(0)
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.attacks.host"),
                *(str(theirs.fileno()), str(leaked.fileno()), json.dumps(asdict(setting))),
            ],
            cwd=_ROOT,
            env={**os.environ, TOKEN_NAME: victim.token, "PYTHONHASHSEED": str(setting.seed)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._complaints,
            pass_fds=(theirs.fileno(), leaked.fileno()),
            start_new_session=True,
        )
        theirs.close()
        leaked.close()
        self._lines = self._connection.makefile("r")
        #: The processes that it has while nothing goes on.
        self.calm: frozenset[int] = frozenset()

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, steps: list[dict[str, Any]]) -> dict[str, Any]:
        """Let it do one request; says so in ``trouble`` when it did not survive it."""
        try:
            self._connection.sendall(json.dumps(steps).encode() + b"\n")
            line = self._lines.readline()
            answer: dict[str, Any] = json.loads(line)
        except (OSError, ValueError):
            return {"answers": {}, "seconds": 0.0, "is_flooded": False, "trouble": "the parent is gone"}
        return answer

    @property
    def is_well(self) -> bool:
        return self._process.poll() is None

    def what_leaked(self) -> list[str]:
        """Say what came over the socket that was left open."""
        try:
            came = self._leak.recv(1 << 16)
        except BlockingIOError:
            return []
        return [f"the open socket heard {came[:40]!r}" if came else "the open socket was shut"]

    def complaints(self) -> str:
        """Give what it wrote on standard error, and what scripts wrote there."""
        self._complaints.seek(0)
        return self._complaints.read(10_000)

    def close(self) -> None:
        """End it and whatever it started."""
        below = descendants(self.pid)
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            self._connection.shutdown(socket.SHUT_RDWR)
            self._process.wait(_ENDING)
        for each in (self._lines, self._connection, self._complaints, self._leak):
            each.close()
        for pid in [self.pid, *below]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()


class Harness:
    """Runs attacks against one victim; to be used in a ``with`` statement."""

    def __init__(self) -> None:
        self._victim = Victim()
        self._hosts: dict[Setting, Host] = {}
        self._benign = parse(BENIGN, name="benign")
        #: What was seen of the attack that was run last.
        self.last: Evidence | None = None

    def __enter__(self) -> Self:
        self._victim.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        for host in self._hosts.values():
            host.close()
        self._victim.__exit__()

    def run(self, attack: Attack, column: Column) -> Evidence:
        """Run an attack with the layers of a column."""
        victim = self._victim
        victim.forget()
        contents, evidence = self._prepare(attack)
        self.last = evidence
        settings = _settings(attack, column)
        for setting in settings:
            paths = ["attacked.py"]
            if attack.goal == "other":
                paths.insert(0, "neighbour.py")
            if attack.goal == "observe" and setting == settings[-1]:
                paths.insert(0, "earlier.py")
            steps = [self._step(attack.script, paths, contents=contents)]
            if attack.goal in LATER:
                steps.append(self._step(self._benign, ["later.py"], contents=contents))
            self._run_once(steps, setting=setting, evidence=evidence)
        evidence.heard += victim.listeners.who_called()
        evidence.stirred += [*victim.what_was_marked(), *victim.process.what_changed()]
        evidence.disk = victim.written_bytes()
        evidence.written += victim.what_was_written()
        return evidence

    def _prepare(self, attack: Attack) -> tuple[dict[str, bytes], Evidence]:
        words = {name: secrets.token_hex(12) for name in ("earlier.py", "neighbour.py", "attacked.py", "later.py")}
        known = self._victim.known
        contents = {name: victim_file(known, name=name, word=word) for name, word in words.items()}
        honest = {name: after_benign(content) for name, content in contents.items()}
        victim = self._victim
        return contents, Evidence(attack=attack, secret=victim.secret, token=victim.token, words=words, honest=honest)

    def _step(self, script: Script, paths: list[str], *, contents: dict[str, bytes]) -> dict[str, Any]:
        files = [(path, contents[path].decode("latin-1")) for path in paths]
        return {"source": script.source, "name": script.name, "files": files}

    def _run_once(self, steps: list[dict[str, Any]], *, setting: Setting, evidence: Evidence) -> None:
        host = self._host(setting)
        with Watch(host.pid, is_close=evidence.attack.goal == "exhaust") as watch:
            answer = host.ask(steps)
        strays = settle(host.pid, calm=host.calm)
        if strays:
            evidence.stirred.append(f"{len(strays)} processes are left")
        if not host.is_well:
            answer["trouble"] = "the parent is gone"
        elif not host.calm <= {*descendants(host.pid)}:
            evidence.stirred.append("a process of the parent's is gone")
        for pid in strays:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        settle(host.pid, calm=host.calm)  # or the next attack is taken for theirs
        leaked = host.what_leaked()
        evidence.heard += leaked
        if not host.is_well or leaked or (evidence.stirred and setting.is_pool):
            self._hosts.pop(setting).close()
        evidence.runs.append(answer["answers"])
        evidence.allowed_seconds, evidence.allowed_megabytes = setting.timeout, setting.memory
        evidence.seconds = max(evidence.seconds, answer["seconds"])
        evidence.megabytes = max(evidence.megabytes, watch.megabytes)
        evidence.processes = max(evidence.processes, watch.processes - len(host.calm))
        evidence.is_flooded |= answer["is_flooded"]
        evidence.trouble = evidence.trouble or answer["trouble"]

    def _host(self, setting: Setting) -> Host:
        if setting not in self._hosts:
            self._hosts[setting] = host = Host(setting, victim=self._victim)
            # The product starts its processes when there is something to do; wait until it has.
            if not any(self._is_warm(host) for _ in range(_WARMINGS)):
                raise RuntimeError(f"With {setting} not even a benign script works: {host.complaints()}")
            host.calm = calm(host.pid)
        return self._hosts[setting]

    def _is_warm(self, host: Host) -> bool:
        """Tell whether a benign script works there."""
        content = b"flag = False\n"
        told = host.ask([self._step(self._benign, ["warm.py"], contents={"warm.py": content})])
        return bool(told["answers"].get("warm.py", {}).get("after") == after_benign(content).decode())


def _settings(attack: Attack, column: Column) -> list[Setting]:
    """Give how to run an attack: once, or twice as the product does and, where that is compared, once more."""
    timeout, memory = _ALLOWED
    if attack.goal == "exhaust":
        timeout, memory = _ALLOWED_TO_EXHAUST if column.layers else _ALLOWED_WITHOUT_END
    seeds = ((0, 1, 2) if column.is_pool else (0, 1)) if attack.goal in REPEATED else (0,)
    layers = tuple(layer for layer in LAYERS if layer in column.layers)
    return [Setting(is_pool=column.is_pool, layers=layers, timeout=timeout, memory=memory, seed=seed) for seed in seeds]


def attempt(attack: Attack, column: Column, *, harness: Harness) -> str:
    """Run an attack with the layers of a column; say how it reached its goal, or nothing when it did not."""
    if column.is_checked and find_problems(attack.script):
        return ""
    evidence = harness.run(attack, column)
    # The product runs a script that a model wrote twice, and does not take results that differ.
    if column.is_checked and column.is_pool and is_noticed(evidence):
        return ""
    return how_reached(evidence)
