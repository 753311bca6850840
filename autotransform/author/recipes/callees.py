"""What a request about an argument is about: a function, a class or a method, and the parameters it takes."""

from __future__ import annotations

import builtins
import inspect
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from autotransform.author.recipes.aliases import find_names
from autotransform.author.recipes.definitions import Parameter
from autotransform.author.recipes.families import find_family
from autotransform.errors import ModelError

if TYPE_CHECKING:
    from autotransform.author.recipes.definitions import Definition, ParameterKind
    from autotransform.author.recipes.ground import Ground
    from autotransform.author.recipes.meaning import Meaning


_KINDS: dict[inspect._ParameterKind, ParameterKind] = {
    inspect.Parameter.POSITIONAL_ONLY: "positional-only",
    inspect.Parameter.POSITIONAL_OR_KEYWORD: "positional",
    inspect.Parameter.VAR_POSITIONAL: "var-positional",
    inspect.Parameter.KEYWORD_ONLY: "keyword-only",
    inspect.Parameter.VAR_KEYWORD: "var-keyword",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Callee:
    """What is called."""

    meaning: Meaning
    kind: Literal["function", "class", "method"]
    #: Qualified names under which it is called: of the function, of the class, or of the method in each class.
    called: tuple[str, ...]
    #: Classes through which it is called with the instance first.
    classes: tuple[str, ...] = ()
    #: Definitions in the repository, by their qualified names.
    definitions: tuple[Definition, ...] = ()
    #: What a call passes, without ``self``; ``None``: not known.
    parameters: tuple[Parameter, ...] | None = None

    @property
    def constructors(self) -> tuple[str, ...]:
        """Of a class, what ``super().__init__(…)`` in a class that derives from it calls."""
        return tuple(f"{name}.__init__" for name in self.called) if self.kind == "class" else ()

    @property
    def text(self) -> str:
        """The call as a case writes it, without its arguments."""
        return (
            f"{self.meaning.inner.rpartition('.')[0]}().{self.meaning.last}"
            if self.kind == "method"
            else self.meaning.inner
        )

    @property
    def positional(self) -> tuple[str, ...]:
        """Names of what can be passed by position, in order, as far as that is known."""
        known = self.parameters or ()
        return tuple(each.name for each in known if each.kind in {"positional", "positional-only"})

    @property
    def takes_anything(self) -> bool:
        """Whether it takes keywords that its signature does not name, or its signature is not known."""
        return self.parameters is None or any(each.kind == "var-keyword" for each in self.parameters)

    def parameter(self, name: str) -> Parameter | None:
        """Look up a parameter; ``None`` where it has none of that name, or that is not known."""
        named = (each for each in self.parameters or () if not each.kind.startswith("var-"))
        return next((each for each in named if each.name == name), None)

    def position(self, name: str) -> int | None:
        """Tell at which position of a call a parameter is passed; ``None``: by keyword only, or not known."""
        return self.positional.index(name) if name in self.positional else None

    def require(self, name: str) -> None:
        """Refuse an argument that the signature does not have.

        Raises:
            ModelError: It does not have it.
        """
        if self.parameter(name) is None and not self.takes_anything:
            names = ", ".join(each.name for each in self.parameters or ()) or "none"
            raise ModelError(
                f"`{self.meaning.name}` has no argument `{name}`.",
                details=(f"Its arguments: {names}",),
                hint="Name one of these, or another function.",
            )


def find_callee(name: str, *, kind: str, ground: Ground) -> Callee:
    """Find what is called under a name.

    Raises:
        ModelError: Nothing has that name, or it may be several things, or it cannot be called.
    """
    meaning = ground.find(name, kind=kind)
    definition = meaning.definition or meaning.installed
    if meaning.kind in {"module", "attribute"} or (meaning.kind == "variable" and meaning.definition):
        raise ModelError(
            f"`{meaning.name}` is a {meaning.kind}: what it takes when it is called is not known.",
            hint="Name a function, a class or a method.",
        )
    if meaning.kind == "class":
        return _of_class(meaning, ground)
    if meaning.kind == "method" and definition:
        return _of_method(meaning, definition, ground)
    parameters = definition.parameters if definition and definition.kind == "function" else None
    return Callee(
        meaning=meaning,
        kind="function",
        called=find_names(meaning, ground),
        definitions=(meaning.definition,) if meaning.definition else (),
        parameters=_of_builtin(meaning.inner) if meaning.is_builtin else parameters,
    )


def find_called(name: str, *, kind: str, ground: Ground) -> Callee:
    """Find what is called under a name; of a class only its own calls, by its own names.

    Raises:
        ModelError: As `find_callee`.
    """
    callee = find_callee(name, kind=kind, ground=ground)
    return replace(callee, kind="function", called=callee.classes) if callee.kind == "class" else callee


def _of_builtin(name: str) -> tuple[Parameter, ...] | None:
    """Give the parameters of a builtin, where Python itself knows them."""
    try:
        signature = inspect.signature(getattr(builtins, name))
    except (ValueError, TypeError):
        return None
    parameters = signature.parameters.values()
    return tuple(
        Parameter(name=each.name, kind=_KINDS[each.kind], has_default=each.default is not each.empty)
        for each in parameters
    )


def _of_class(meaning: Meaning, ground: Ground) -> Callee:
    # Who derives from it and has no `__init__` is made with the same arguments.
    made_alike = [meaning.name]
    if meaning.definition:
        for each in find_family(meaning.name, ground=ground)[1:]:
            derived = ground.look_up(each)
            lasts = {base.rpartition(".")[2] for base in derived.bases} if derived else set()
            is_alike = lasts & {alike.rpartition(".")[2] for alike in made_alike}
            if is_alike and not ground.look_up(f"{each}.__init__"):
                made_alike.append(each)
    owner = meaning.definition or meaning.installed
    found = ground.look_up(f"{owner.name}.__init__") if owner else None
    return Callee(
        meaning=meaning,
        kind="class",
        called=tuple(dict.fromkeys([*find_names(meaning, ground), *made_alike])),
        classes=find_names(meaning, ground),
        definitions=(found,) if found and found.path else (),
        parameters=found.parameters[1:] if found else None,
    )


def _of_method(meaning: Meaning, definition: Definition, ground: Ground) -> Callee:
    owner = definition.name.rpartition(".")[0]
    family = find_family(owner, ground=ground) if meaning.definition else (owner,)
    names = find_names(meaning, ground)
    called = tuple(dict.fromkeys([*names, *(f"{each}.{meaning.last}" for each in family)]))
    overrides = [found for each in family if (found := ground.look_up(f"{each}.{meaning.last}")) and found.path]
    is_static = "staticmethod" in definition.decorators
    has_instance = not is_static and "classmethod" not in definition.decorators
    return Callee(
        meaning=meaning,
        kind="method",
        called=called,
        classes=tuple(dict.fromkeys(name.rpartition(".")[0] for name in called)) if has_instance else (),
        definitions=tuple(overrides),
        parameters=definition.parameters[0 if is_static else 1 :],
    )
