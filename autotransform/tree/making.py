"""Let LibCST's parser make its nodes without what a class does to refuse and to freeze what others give it.

The parser is native code: it looks a class up in the module ``libcst`` and calls it with keywords. While it works, a
stand-in of that module gives a function for each class. A node is first made of a twin of its class, with the same
slots and nothing that guards them, since to set a field of a frozen class costs more than all else, and then becomes
one of the class itself.

No class changes by this. What Python has learned of a class, such as where its fields lie, it forgets whenever the
class or a base of it changes, and whoever changes one for each file pays for that all the time.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import sys
import types
from typing import TYPE_CHECKING, Any

import libcst as cst

from autotransform.tree.fields import NODES

if TYPE_CHECKING:
    from collections.abc import Iterator

_MISSING = dataclasses.MISSING


@contextlib.contextmanager
def fast_nodes() -> Iterator[None]:
    """Make what the parser makes fast until the end of the block, which is to hold nothing but a call of the parser.

    Nodes are equal to those that LibCST makes, of the very same classes.
    """
    plain = sys.modules.get("libcst", cst)
    sys.modules["libcst"] = _stand_in()
    try:
        yield
    finally:
        sys.modules["libcst"] = plain


@functools.cache
def _stand_in() -> types.ModuleType:
    known: dict[str, Any] = {"new": object.__new__, "become": object.__dict__["__class__"].__set__, "missing": _MISSING}
    kinds = [kind for kind in NODES if _is_plain(kind)]
    source = "\n".join(_source(kind, known) for kind in kinds)
    exec(compile(source, "<making>", "exec"), known)  # noqa: S102 - our own text
    made = types.ModuleType("libcst")
    vars(made).update(vars(cst))
    vars(made).update({kind.__name__: known[kind.__name__] for kind in kinds})
    return made


def _is_plain(kind: type[cst.CSTNode]) -> bool:
    """Whether a class only takes its fields in, and looks at them as every class does."""
    fields = {each.name for each in dataclasses.fields(kind) if each.init}
    return (
        bool(fields)
        and fields == set(vars(kind).get("__slots__", ()))
        and kind.__new__ is object.__new__
        and kind.__init__.__code__.co_filename == "<string>"  # written by `dataclass`
        and kind.__post_init__ is cst.CSTNode.__post_init__
    )


def _twin(kind: type[cst.CSTNode]) -> Any:
    """Give a class of the same layout, with Python's own way to set a field."""
    space = {"__slots__": vars(kind)["__slots__"], "__module__": __name__}
    usual = {"__setattr__": object.__setattr__, "__delattr__": object.__delattr__}
    metaclass: Any = type(kind)
    twin = metaclass(kind.__name__, (kind.__base__,), {**space, **usual})
    twin.__abstractmethods__ = frozenset()
    return twin


def _source(kind: type[cst.CSTNode], known: dict[str, Any]) -> str:
    """Write the function that makes nodes of a class, and note what it refers to."""
    name = kind.__name__
    known |= {f"class_{name}": kind, f"twin_{name}": _twin(kind)}
    parameters, lines = [], [f"node = new(twin_{name})"]
    for each in dataclasses.fields(kind):
        value, default = each.name, f"default_{name}_{each.name}"
        if each.default_factory is not _MISSING:
            known[default] = each.default_factory
            parameters.append(f"{each.name}=missing")
            value = f"{default}() if {each.name} is missing else {each.name}"
        elif each.default is not _MISSING:
            known[default] = each.default
            parameters.append(f"{each.name}={default}")
        else:
            parameters.append(each.name)
        lines.append(f"node.{each.name} = {value}")
    body = "\n    ".join([*lines, f"become(node, class_{name})", "return node"])
    return f"def {name}(*, {', '.join(parameters)}):\n    {body}\n"
