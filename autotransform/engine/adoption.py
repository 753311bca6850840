"""Take the place of what LibCST does around a command: copies of trees, and no look at what comes out."""

from __future__ import annotations

import contextlib
import types
from dataclasses import replace
from typing import TYPE_CHECKING

from libcst.codemod import CodemodCommand

from autotransform.engine.invariants import InvariantBroken
from autotransform.engine.shapes import find_wrong_types
from autotransform.tree.visiting import private_results
from autotransform.tree.wrapper import wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    import libcst as cst
    from libcst.codemod import Codemod

    from autotransform.tree.wrapper import Wrapper


def adopt(command: Codemod, *, wrapper: Wrapper) -> list[cst.Module]:
    """Make LibCST use our wrapper for the first pass, and check the types of what each pass made.

    Gives the list to which each pass adds its result. Imports are added and removed by LibCST afterwards, so this is
    the last moment at which the script's own nodes can be told from LibCST's.
    """
    results: list[cst.Module] = []
    transform_module_impl = command.transform_module_impl

    def checked(tree: cst.Module) -> cst.Module:
        result = transform_module_impl(tree)
        if result is not tree and (wrong := find_wrong_types(result, before=tree)):
            raise InvariantBroken("structure", detail=wrong)
        results.append(result)
        return result

    command.transform_module_impl = checked  # type: ignore[method-assign]
    _lend(command, wrapper=wrapper)
    if isinstance(command, CodemodCommand):
        command._instantiate_and_run = types.MethodType(_run_helper, command)  # type: ignore[method-assign]  # noqa: SLF001
    return results


def _run_helper(command: Codemod, helper: Callable[..., Codemod], tree: cst.Module) -> cst.Module:
    """Add or remove imports, as LibCST does."""
    made = helper(command.context)
    _lend(made)
    with private_results(made):
        return made.transform_module(tree)


def _lend(command: Codemod, *, wrapper: Wrapper | None = None) -> None:
    """Have a command look at a module without a copy of it; at one that has a wrapper, through that."""

    @contextlib.contextmanager
    def with_wrapper(self: Codemod, module: cst.Module) -> Iterator[cst.Module]:
        known = wrapper if wrapper is not None and module is wrapper.module else wrapped(module)
        before = self.context.wrapper
        with self.resolve(known):
            self.context = replace(self.context, wrapper=known)
            try:
                yield known.module
            finally:
                self.context = replace(self.context, wrapper=before)

    lent: Callable[[cst.Module], AbstractContextManager[cst.Module]] = types.MethodType(with_wrapper, command)
    command._handle_metadata_reference = lent  # type: ignore[method-assign,assignment]  # noqa: SLF001
