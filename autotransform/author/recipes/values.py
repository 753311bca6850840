"""A value that a request gives, and what has to be imported for it."""

from __future__ import annotations

import ast
import builtins
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autotransform.errors import ModelError

if TYPE_CHECKING:
    from autotransform.author.recipes.ground import Ground
    from autotransform.author.recipes.meaning import Meaning


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """The value that is passed."""

    #: As calls write it.
    text: str
    #: What has to be imported for it; ``None``: nothing.
    meaning: Meaning | None = None

    @property
    def is_literal(self) -> bool:
        """Whether it can stand as the default in a definition."""
        return self.meaning is None

    @property
    def imports(self) -> tuple[str, ...]:
        """The lines that import it, as a case writes them."""
        if self.meaning is None:
            return ()
        if not self.meaning.first:
            return (f"import {self.meaning.module}",)
        return (f"from {self.meaning.module} import {self.meaning.first}",)

    @property
    def notes(self) -> tuple[str, ...]:
        """What the person should know about how the value was read."""
        return self.meaning.notes if self.meaning else ()


def read_value(text: str, *, ground: Ground) -> Value:
    """Read a value: a literal, something of builtins, or one dotted name that can be imported.

    Raises:
        ModelError: It is none of these.
    """
    try:
        node = ast.parse(text, mode="eval").body
    except SyntaxError as error:
        raise ModelError(
            f"The value `{text}` is not a Python expression.",
            hint="Write it as it is to stand in the calls: timeout=10",
        ) from error
    names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    if all(hasattr(builtins, each) for each in names):
        return Value(text=text)
    if not text.replace(".", "").isidentifier():
        raise ModelError(
            f"The value `{text}` is made of names that would have to be imported one by one.",
            hint="Give a literal or one dotted name (package.module.NAME), or edit the script afterwards.",
        )
    meaning = ground.find_replacement(text)
    if meaning.is_builtin:
        return Value(text=meaning.inner)
    return Value(text=meaning.inner or meaning.module, meaning=meaning)
