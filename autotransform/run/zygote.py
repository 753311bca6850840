"""The launcher's process: LibCST loaded once, and fenced children forked from it.

It never executes a script and never sees a file. Over its control socket come requests for a child, each with two
sockets: the connection over which parent and child speak, handed on unread, and a lifeline, on which the parent is told
how the child ended, and whose end kills the child. A process of this shape is called a zygote.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import importlib
import json
import os
import pkgutil
import resource
import selectors
import signal
import socket
from typing import TYPE_CHECKING, NoReturn

from autotransform.engine import transform
from autotransform.engine.values import Changed, FileContext, Job
from autotransform.run import sharing, worker
from autotransform.run.child import NOT_FENCED, NOT_FORKED
from autotransform.run.isolation import LAYERS, fence, limits
from autotransform.run.wire import REQUEST, STATUS, Frame, pack, read_frame
from autotransform.script import parse
from autotransform.script.policy import MODULES
from autotransform.tree import deferring, rebuilding

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autotransform.run.isolation import Layer

#: Of the launcher: one lifeline for each child, and a few of its own.
_MOST_DESCRIPTORS = 4096

#: The one descriptor of a child.
_CONNECTION = 3

#: Seconds and megabytes that the survey may take: whether the layers stand does not hang on what a run is allowed.
_SURVEY_SECONDS, _SURVEY_MEMORY = 60.0, 2048

#: Children have no files, so whatever a script may import is imported before: what the policy allows, and what LibCST's
#: own commands and scripts that people write use besides.
_ALSO = """
    argparse base64 binascii bisect builtins contextlib copy ctypes decimal difflib fnmatch fractions hashlib heapq
    inspect io json linecache logging math os pathlib pprint queue random shlex shutil socket statistics subprocess
    sys tempfile threading time token tokenize traceback types unicodedata warnings weakref
""".split()  # noqa: SIM905 - shorter, and as easy to read

#: Of files whose first lines name none. The others are loaded for the first child that is said to need them.
_USUAL_CODECS = ("encodings.ascii", "encodings.latin_1", "encodings.utf_8", "encodings.utf_8_sig")

_COMMANDS = "libcst.codemod.commands"

#: With so many children and more, what each of them would compute for itself is computed here.
_MANY = 10

#: Holds a bit of everything, so that whatever LibCST and the engine compute once is there before the fork.
_WARM_FILE = '''\ufeff# -*- coding: utf-8 -*-
"""Text."""
from __future__ import annotations
import os, re as r
from typing import List

class C(Exception):
    """Text."""
    @property
    async def f(self, x: "List[int]", *a: int, y: int = 1, **k: str) -> None:  # noqa: E501
        global G
        G = [i for i in x if not i.b(*a)] + {1: (yield)}[0]
        async with x as z, await y:
            del z[1:2], x
        try:
            assert lambda q: f"{q!r:>{y}} ü" "b" if 1 < y else -y or (w := 3)
        except (C, os.error) as e:
            raise e from None
        finally:
            while True: break
'''
_WARM_SCRIPT = '''
import libcst as cst, libcst.matchers as m
from autotransform.codemod import Transform
from libcst.metadata import QualifiedNameProvider, ParentNodeProvider, PositionProvider, ScopeProvider

TARGETS = ["os.error"]

class Warm(Transform):
    """Change a bit of everything."""
    DESCRIPTION = "Warm."
    METADATA_DEPENDENCIES = (QualifiedNameProvider, ParentNodeProvider, PositionProvider, ScopeProvider)

    def __init__(self, context, word):
        super().__init__(context)

    @staticmethod
    def add_args(arg_parser):
        arg_parser.add_argument("--word", metavar="WORD", help="Loads what arguments take.", default="w")

    def leave_Attribute(self, original_node, updated_node):
        self.qualified(original_node)
        if self.matches(original_node, m.Attribute(attr=m.Name("error"))):
            self.need_import("builtins", "OSError")
            self.drop_import("os")
            return self.expression("OSError")
        return updated_node

    @m.leave(m.Name("w"))
    def _skip(self, original_node, updated_node):
        self.skip(original_node, "text")
        return updated_node
'''


#: Loads what every script needs, and proves that a transform works behind the fences.
_PLAIN_FILE = "x = 1\n"
_PLAIN_SCRIPT = """
import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand

class Plain(VisitorBasedCodemodCommand):
    DESCRIPTION = "Rename everything."

    def leave_Name(self, original_node, updated_node):
        return updated_node.with_changes(value="y")
"""


def main() -> NoReturn:
    """Serve the parent until it hangs up."""
    # A mask and ignored signals outlast an exec: the parent's are not for us.
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    # There are three; and closing all that there may be takes long where the system has no better way than one by one.
    limits.cap(resource.RLIMIT_NOFILE, _MOST_DESCRIPTORS)
    control = _take_connection()
    told = read_frame(control.recv).header
    _load()
    os.environ.clear()  # the interpreter has taken what it needs
    gc.freeze()  # what is there already need not be looked at, and so not copied, in any child
    report = _survey()
    control.sendall(pack(Frame(header={"layers": report})))
    # Until here whatever goes wrong is told on standard error.
    _point_to_nowhere(2)
    _Nursery(control, layers=[each for each in told["layers"] if not report[each]], memory=told["memory"]).serve()


def _take_connection() -> socket.socket:
    """Move the connection from standard input to a descriptor of its own."""
    connection = socket.socket(fileno=os.dup(0))
    _point_to_nowhere(0)
    return connection


def _point_to_nowhere(descriptor: int) -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)


@functools.cache
def _load() -> None:
    """Load whatever a child may import."""
    for name in [*MODULES, *_ALSO, *_USUAL_CODECS, *_modules_of(_COMMANDS)]:
        _import(name)
    sharing.stock_digests()
    _transform(_PLAIN_SCRIPT, _PLAIN_FILE)


@functools.cache
def _warm() -> None:
    """Compute what takes a child long that meets a bit of everything, and one that meets little need not have."""
    _load()
    deferring.execute_deferred(deferring.MATCHERS)
    rebuilding.prepare()
    _transform(_WARM_SCRIPT, _WARM_FILE)
    gc.freeze()


def _import(name: str) -> None:
    with contextlib.suppress(ImportError):  # codecs of other systems; commands with dependencies of their own
        importlib.import_module(name)


def _transform(source: str, text: str) -> None:
    job = Job(context=FileContext(path="a.py", module="a"), content=text.encode())
    # A class of the script's own: LibCST keeps the metadata dependencies of a class once it has visited, and a base
    # class would hand its own down to every script.
    outcome = transform(parse(source, name="warm"), job)
    if not isinstance(outcome, Changed):
        raise RuntimeError(f"the first transform fails: {outcome}")  # noqa: TRY004 - it is no matter of types


@functools.cache
def _load_all_codecs() -> None:
    for name in _modules_of("encodings"):
        _import(name)


def _modules_of(package: str) -> Iterable[str]:
    found = pkgutil.iter_modules(importlib.import_module(package).__path__, f"{package}.")
    return [each.name for each in found if not each.ispkg]


def _survey() -> dict[Layer, str]:
    """Let a child put up whatever there is and transform a file behind it; gives why each layer does not stand."""
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        try:
            os.dup2(theirs.fileno(), _CONNECTION)
            for told in fence.survey(descriptor=_CONNECTION, seconds=_SURVEY_SECONDS, memory=_SURVEY_MEMORY):
                worker.write(_CONNECTION, json.dumps(told).encode() + b"\n")
            _transform(_PLAIN_SCRIPT, _PLAIN_FILE)
            worker.write(_CONNECTION, b"done")
        finally:
            os._exit(0)
    theirs.close()
    with ours, ours.makefile("rb") as answer:
        *lines, last = answer.read().split(b"\n")
    os.waitpid(pid, 0)
    # What is not heard of ended the child; and a filter that lets no transform through is of no use.
    report = dict.fromkeys(LAYERS, "it ends the process") | dict(json.loads(line) for line in lines)
    if last != b"done" and not report["seccomp"]:
        report["seccomp"] = "no transform works behind it"
    return report


class _Nursery:
    """Forks children, and tells how they ended."""

    def __init__(self, control: socket.socket, *, layers: list[Layer], memory: int) -> None:
        self._control = control
        self._layers = layers
        self._memory = memory
        self._forks = 0
        self._lifelines: dict[int, socket.socket] = {}
        self._selector = selectors.DefaultSelector()

    def serve(self) -> NoReturn:
        """Serve the parent until it hangs up; then every child dies."""
        woken, wakes = os.pipe()
        os.set_blocking(woken, False)
        os.set_blocking(wakes, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wakes)
        self._selector.register(self._control, selectors.EVENT_READ, self._fork)
        self._selector.register(woken, selectors.EVENT_READ, lambda: self._reap(woken))
        while True:
            for key, _ in self._selector.select():
                key.data()

    def _fork(self) -> None:
        request, descriptors = b"", list[int]()
        with contextlib.suppress(OSError):
            request, descriptors, _, _ = socket.recv_fds(self._control, REQUEST.size, 2)
        if not request:
            self._end()
        if len(descriptors) != 2:  # noqa: PLR2004 - there are too many open already
            for each in descriptors:
                os.close(each)
            return
        connection, lifeline = (socket.socket(fileno=each) for each in descriptors)
        seconds, is_restricted, is_scriptless, needs_codecs, needs_matchers = REQUEST.unpack(request)
        self._forks += 1
        if needs_codecs:
            _load_all_codecs()
        if needs_matchers or self._forks >= _MANY:
            _warm()
        try:
            pid = os.fork()
        except OSError:  # no process or no memory is left; the children that there are live on
            with connection, lifeline:
                lifeline.send(STATUS.pack(NOT_FORKED))
            return
        if pid == 0:
            self._live(connection, seconds=seconds, is_restricted=is_restricted, is_scriptless=is_scriptless)
        connection.close()
        self._lifelines[pid] = lifeline
        self._selector.register(lifeline, selectors.EVENT_READ, lambda: self._kill(pid))

    def _live(self, connection: socket.socket, *, seconds: float, is_restricted: bool, is_scriptless: bool) -> NoReturn:
        """Be the child."""
        status = 70
        layers = [each for each in self._layers if is_restricted or each != "python"]
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.dup2(connection.fileno(), _CONNECTION)
            fence.put_up(layers, descriptor=_CONNECTION, seconds=seconds, memory=self._memory)
            if is_scriptless:
                status = worker.serve_without_script(_CONNECTION)
            else:
                status = worker.serve(_CONNECTION, is_restricted="python" in layers)
        except fence.FenceError:
            status = NOT_FENCED
        finally:
            os._exit(status)

    def _kill(self, pid: int) -> None:
        if pid in self._lifelines:  # nobody has waited for it yet, so the number cannot be another process's by now
            self._selector.unregister(self._lifelines[pid])
            os.kill(pid, signal.SIGKILL)

    def _reap(self, woken: int) -> None:
        with contextlib.suppress(BlockingIOError):
            os.read(woken, 1 << 16)
        while self._lifelines:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            lifeline = self._lifelines.pop(pid, None)
            if lifeline is None:
                continue  # a grandchild that nobody fenced in
            with contextlib.suppress(KeyError, ValueError):
                self._selector.unregister(lifeline)
            with contextlib.suppress(OSError):  # nobody asks any more
                lifeline.send(STATUS.pack(os.waitstatus_to_exitcode(status)))
            lifeline.close()

    def _end(self) -> NoReturn:
        for pid in self._lifelines:
            os.kill(pid, signal.SIGKILL)
        for pid in self._lifelines:
            os.waitpid(pid, 0)
        os._exit(0)
