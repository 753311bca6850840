"""Which nodes a visitor's handlers concern: what can be known of it before it visits anything."""

from __future__ import annotations

import dis
import functools
import sys
import types
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar

import libcst as cst
from libcst import matchers as m
from libcst._nodes.base import _ChildReplacementTransformer, _ChildWithChangesTransformer
from libcst.codemod import Codemod, CodemodCommand, ContextAwareTransformer
from libcst.matchers._matcher_base import _ExtractMatchingNode, _FindAllVisitor

from autotransform.tree.fields import SHAPES
from autotransform.tree.reach import BITS, BY_NAME, EVERY, bits
from autotransform.tree.stock import own_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Hook = TypeVar("Hook", bound="Callable[..., Any]")

Kind: TypeAlias = Literal["visitor", "transformer"]

_NODE_HOOKS = frozenset({"on_visit", "on_leave"})
_ATTRIBUTE_HOOKS = frozenset({"on_visit_attribute", "on_leave_attribute"})
_HOOKS = _NODE_HOOKS | _ATTRIBUTE_HOOKS
_SERVES = "_autotransform_serves"
#: The class of nodes that each handler is for.
_HANDLERS = {f"{kind}_{name}": node for name, node in BY_NAME.items() for kind in ("visit", "leave")}
_ATTRIBUTE_HANDLERS = {
    f"{kind}_{node.__name__}_{child.name}": node
    for node, shape in SHAPES.items()
    for child in shape.children
    for kind in ("visit", "leave")
}
#: With these a method may give a visitor handlers while it visits.
_CHANGES_ITSELF = frozenset({"setattr", "delattr", "__setattr__", "__dict__", "vars", "exec", "eval"})
_TRUSTED = frozenset({"autotransform", "libcst"})
_STORE, _BYTE = dis.opmap["STORE_ATTR"], 256
#: With these a class may have handlers that cannot be seen.
_OPAQUE = frozenset({"__getattr__", "__getattribute__", "visit"})
#: LibCST's own methods that hand on what a visit gives without a look at it.
_KEEPS_RESULTS = frozenset(
    {ContextAwareTransformer.transform_module_impl, Codemod.transform_module, CodemodCommand.transform_module}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a class does around its handlers, and for nodes without any does for nothing."""

    #: Name of the method that is called with the original node.
    before: str
    #: Name of the one that is called with original node, updated node and what the handler made of it.
    after: str = ""


_RESULTS = Around(before="")
#: The visitors of `findall`, `extractall`, `deep_replace`, `deep_remove` and `with_deep_changes`.
_SEARCHING = frozenset({_FindAllVisitor, _ChildReplacementTransformer, _ChildWithChangesTransformer})


def serves_handlers(*, before: str, after: str = "") -> Callable[[Hook], Hook]:
    """Declare that a generic hook does nothing that matters for a node that no handler concerns.

    Args:
        before: The method with which the hook begins; it gets the (original) node.
        after: For ``on_leave``: the method with which it ends; it gets the original node, the updated one, and what
            LibCST's own hook gave, if that is another.
    """

    def declare(hook: Hook) -> Hook:
        setattr(hook, _SERVES, Around(before=before, after=after))
        return hook

    return declare


def keeps_results(method: Hook) -> Hook:
    """Declare that a ``transform_module`` looks at nothing in the tree that a visit gave, but hands it on."""
    setattr(method, _SERVES, _RESULTS)
    return method


@dataclass(frozen=True, slots=True, kw_only=True)
class Interest:
    """What a visitor wants to be told of. Equal for visitors that want the same."""

    kind: Kind
    #: Names of its handlers.
    visits: frozenset[str] = frozenset()
    leaves: frozenset[str] = frozenset()
    #: Classes of which the generic hooks are to be called, for they do more than call a handler.
    generic: int = 0
    #: Those of which somebody gets to see the updated node.
    seen: int = 0
    #: Those of which it wants to know when a field is visited.
    attributes: int = 0
    around: Around | None = None

    @property
    def concerned(self) -> int:
        """Every class of which it wants anything."""
        found = self.generic | self.seen | self.attributes
        return found | bits(_HANDLERS[name] for name in self.visits | self.leaves)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a class says of its instances; ``None`` for the kind: nothing can be known."""

    kind: Kind | None
    handlers: frozenset[str] = frozenset()
    overrides: frozenset[str] = frozenset()
    around: Around | None = None
    #: Whether nobody but its caller sees what a visit of a whole module makes.
    is_private: bool = False


_NOTHING_KNOWN = Profile(kind=None)


def profile(visitor: type) -> Profile:
    """Look at a class: only at what is not LibCST's own."""
    if any(_changes_itself(each) for each in _functions_beside(visitor)):
        return _NOTHING_KNOWN
    kind = _kind(visitor)
    handlers, overrides, arounds = set(), set(), list[Around]()
    for name, value in own_names(visitor):
        if name in _OPAQUE or _changes_itself(value):
            return _NOTHING_KNOWN
        if name in _HANDLERS or name in _ATTRIBUTE_HANDLERS:
            resolved = getattr(visitor, name)
            if not isinstance(resolved, types.FunctionType | types.MethodType | None):
                return _NOTHING_KNOWN
            if resolved is not None and not getattr(resolved, "_is_no_op", False):
                handlers.add(name)
        elif name in _HOOKS:
            around = getattr(value, _SERVES, None)
            if isinstance(around, Around):
                arounds.append(around)
            else:
                overrides.add(name)
    return Profile(
        kind=kind,
        handlers=frozenset(handlers),
        overrides=frozenset(overrides if len({each.before for each in arounds}) <= 1 else _HOOKS),
        around=max(arounds, key=lambda each: each.after, default=None),
        is_private=_is_private(visitor),
    )


def _kind(visitor: type) -> Kind | None:
    # Not `issubclass`: an abstract class asks all of its subclasses, for each class that is new.
    is_visitor, is_transformer = (each in visitor.__mro__ for each in (cst.CSTVisitor, cst.CSTTransformer))
    if is_visitor == is_transformer:
        return None
    return "visitor" if is_visitor else "transformer"


def _is_private(visitor: type) -> bool:
    """Whether LibCST's own method, or one that says so, makes and takes what a visit of the module gives."""
    return issubclass(visitor, ContextAwareTransformer) and all(
        method in _KEEPS_RESULTS or getattr(method, _SERVES, None) is _RESULTS
        for method in (visitor.transform_module_impl, visitor.transform_module)
    )


def _functions_beside(visitor: type) -> Iterator[object]:
    """Give the functions and methods of the module that a visitor stands in: what it may call."""
    module = sys.modules.get(visitor.__module__)
    if module is None or hasattr(module, "__file__"):  # a script was executed, not imported
        return
    for value in [*vars(module).values()]:
        if getattr(value, "__module__", None) == visitor.__module__:
            yield from vars(value).values() if isinstance(value, type) else (value,)


def _changes_itself(value: object) -> bool:
    # Ours and LibCST's do not: there is nothing to find out of them.
    return (
        isinstance(value, types.FunctionType)
        and value.__module__.partition(".")[0] not in _TRUSTED
        and _stores_handlers(value.__code__)
    )


@functools.lru_cache(maxsize=4096)
def _stores_handlers(code: types.CodeType) -> bool:
    """Whether a function may give a visitor a handler that it has not when the visit begins."""
    if not _CHANGES_ITSELF.isdisjoint(code.co_names):
        return True
    numbers = {index for index, name in enumerate(code.co_names) if name in _HANDLERS or name in _ATTRIBUTE_HANDLERS}
    if numbers and any(
        operation == _STORE and (argument in numbers or len(code.co_names) > _BYTE)
        for operation, argument in zip(code.co_code[::2], code.co_code[1::2], strict=True)
    ):
        return True
    return any(isinstance(each, types.CodeType) and _stores_handlers(each) for each in code.co_consts)


def interest(visitor: Any, known: Profile) -> Interest | None:
    """Say what a visitor wants to be told of; ``None`` where that cannot be known."""
    if known.kind is None:
        return None
    names, overrides = set(known.handlers), set(known.overrides)
    for name, value in getattr(visitor, "__dict__", {}).items():
        if name in _HOOKS:
            overrides.add(name)
        elif name in _HANDLERS or name in _ATTRIBUTE_HANDLERS:
            (names.discard if value is None else names.add)(name)
    handled = bits(_HANDLERS[name] for name in names if name in _HANDLERS)
    if type(visitor) in _SEARCHING:
        return _searching(visitor)
    decorated, decorated_leaves, is_conditional = _decorated(visitor)
    generic = decorated | decorated_leaves | (handled if is_conditional else 0)
    seen = decorated_leaves | bits(_HANDLERS[name] for name in names if name in _HANDLERS and name[0] == "l")
    attributes = bits(_ATTRIBUTE_HANDLERS[name] for name in names if name in _ATTRIBUTE_HANDLERS)
    return Interest(
        kind=known.kind,
        visits=frozenset(name for name in names if name in _HANDLERS and name[0] == "v"),
        leaves=frozenset(name for name in names if name in _HANDLERS and name[0] == "l"),
        generic=generic if overrides.isdisjoint(_NODE_HOOKS) else EVERY,
        seen=seen if overrides.isdisjoint(_NODE_HOOKS) else EVERY,
        attributes=attributes if overrides.isdisjoint(_ATTRIBUTE_HOOKS) else EVERY,
        around=known.around,
    )


def _searching(visitor: Any) -> Interest:
    """Say what LibCST's own visitors look for, which hear of every node."""
    if isinstance(visitor, _FindAllVisitor):
        return Interest(kind="visitor", generic=_roots([visitor.matcher]))
    wanted = BITS.get(type(visitor.old_node), EVERY)
    return Interest(kind="transformer", generic=wanted, seen=wanted)


def _decorated(visitor: Any) -> tuple[int, int, bool]:
    """Give the classes with decorated functions to call, those of which such a function sees the updated node.

    And whether any handler is called in or outside of something only.
    """
    if not isinstance(visitor, m.MatcherDecoratableTransformer | m.MatcherDecoratableVisitor):
        return 0, 0, False
    try:
        conditions = visitor._matchers  # noqa: SLF001 - LibCST gathers them where nothing else does
        visits, leaves = visitor._extra_visit_funcs, visitor._extra_leave_funcs  # noqa: SLF001
    except AttributeError:  # of a visitor that did not initialise its base: LibCST says so at the first node
        return EVERY, EVERY, True
    return _roots([*conditions, *visits]), _roots(leaves), bool(conditions)


def _roots(matchers: Iterable[object]) -> int:
    """Give the classes of which a node may match: all where that cannot be told."""
    found = 0
    for matcher in matchers:
        if isinstance(matcher, (m.OneOf, m.AllOf, m.TypeOf)):
            found |= _roots(matcher.options)
        elif isinstance(matcher, _ExtractMatchingNode):
            found |= _roots([matcher.matcher])
        elif isinstance(matcher, m.BaseMatcherNode) and type(matcher).__name__ in BY_NAME:
            found |= BITS[BY_NAME[type(matcher).__name__]]
        else:
            return EVERY
    return found
