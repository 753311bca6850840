"""What the steps of LibCST's work cost, and the same done our way: ``python -m tests.benchmarks.speed.steps FILE``.

In one process, on one file, in rounds that take turns. Each step gets a tree of its own, parsed beforehand and not
counted; Python's garbage collector is off while it runs, for both alike.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import libcst as cst
from libcst.codemod import CodemodContext, VisitorBasedCodemodCommand
from libcst.metadata import (
    MetadataWrapper,
    ParentNodeProvider,
    PositionProvider,
    QualifiedNameProvider,
    ScopeProvider,
)

from autotransform.tree.visiting import fast_visits, private_results
from autotransform.tree.walk import descendants
from autotransform.tree.wrapper import Wrapper

if TYPE_CHECKING:
    from collections.abc import Callable

    from libcst.metadata import ProviderT


class _Calls(VisitorBasedCodemodCommand):
    """One handler, which changes nothing."""

    DESCRIPTION = "Look at every call."

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:  # noqa: ARG002, N802
        return updated_node


class _Names(_Calls):
    """Two handlers, one of which is called for every name, and changes nothing."""

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:  # noqa: ARG002, N802
        return updated_node


class Step(NamedTuple):
    """One step, done in two ways to a tree of its own; ours is ``None`` where there is no other way."""

    name: str
    stock: Callable[[cst.Module], object]
    ours: Callable[[cst.Module], object] | None


def _visit(kind: type[VisitorBasedCodemodCommand]) -> Callable[[cst.Module], object]:
    return lambda module: module.visit(kind(CodemodContext()))


def _visit_fast(kind: type[VisitorBasedCodemodCommand]) -> Callable[[cst.Module], object]:
    def visit(module: cst.Module) -> object:
        with fast_visits():
            command = kind(CodemodContext())
            with private_results(command):
                return module.visit(command)

    return visit


def _resolve(provider: ProviderT) -> Callable[[cst.Module], object]:
    return lambda module: MetadataWrapper(module, unsafe_skip_copy=True).resolve(provider)


def _ask(provider: ProviderT, wanted: type[cst.CSTNode]) -> Callable[[cst.Module], object]:
    """Ask for every node of a kind: what is worked out on demand costs only then."""

    def ask(module: cst.Module) -> object:
        known = Wrapper(module).resolve(provider)
        for node in descendants(module):
            if isinstance(node, wanted):
                known.get(node)
        return known

    return ask


STEPS = (
    Step("the copy that keeps a tree from others", MetadataWrapper, Wrapper),
    Step("a visit for calls", _visit(_Calls), _visit_fast(_Calls)),
    Step("a visit for calls and names", _visit(_Names), _visit_fast(_Names)),
    Step("scopes, of all functions", _resolve(ScopeProvider), _ask(ScopeProvider, cst.FunctionDef)),
    Step("qualified names, of all calls", _resolve(QualifiedNameProvider), _ask(QualifiedNameProvider, cst.Call)),
    Step("qualified names, of all names", _resolve(QualifiedNameProvider), _ask(QualifiedNameProvider, cst.Name)),
    Step("parents, of all calls", _resolve(ParentNodeProvider), _ask(ParentNodeProvider, cst.Call)),
    Step("positions, of all calls", _resolve(PositionProvider), _ask(PositionProvider, cst.Call)),
)


def measure_step(work: Callable[[cst.Module], object], text: str) -> float:
    """Give the processor seconds of one way of a step."""
    module = cst.parse_module(text)
    gc.disable()
    begin = time.process_time()
    work(module)
    took = time.process_time() - begin
    gc.enable()
    return took


def write_steps(text: str, *, rounds: int) -> str:
    """Measure all steps, and write the table: medians in microseconds for each byte."""
    scale = 1e6 / len(text.encode())
    parse = Step("parse", lambda _: cst.parse_module(text), None)
    write = Step("code from a tree", lambda module: module.code, None)
    lines = ["| step | LibCST | ours |", "|---|---:|---:|"]
    for step in (parse, write, *STEPS):
        ways = [step.stock, *([step.ours] if step.ours else [])]
        for way in ways:
            measure_step(way, text)  # what is done once in the life of a process
        gc.collect()
        taken = [[measure_step(way, text) * scale for way in ways] for _ in range(rounds)]
        medians = [f"{statistics.median(times):.2f}" for times in zip(*taken, strict=True)]
        lines.append(f"| {step.name} | {medians[0]} | {medians[1] if step.ours else 'the same'} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.speed.steps", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--rounds", type=int, default=7)
    given = parser.parse_args()
    sys.stdout.write(write_steps(given.file.read_text(encoding="utf-8"), rounds=given.rounds))


if __name__ == "__main__":
    main()
