"""What a recipe is, and how one becomes the text of a script."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import jinja2

from autotransform.author.recipes.forms import Form, Parsed
from autotransform.author.recipes.ground import Ground
from autotransform.script import Provenance, compose

_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a recipe made of a request: a template and what goes into it, or a script that is there already."""

    #: File in ``templates/``; empty where ``source`` is given.
    template: str = ""
    #: A whole script, whose header is replaced.
    source: str = ""
    #: What the transform is called unless the person says; empty: the request gives its name.
    name: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    #: For the person who asked: what was assumed, and what is left to do by hand.
    notes: tuple[str, ...] = ()


#: Finds in the repository what the names of a request mean. Raises `ModelError` where it cannot.
Planner: TypeAlias = Callable[[Parsed, Ground], Plan]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A kind of change that we can write a script for without a model."""

    #: Short, for people: ``rename``, ``replace a decorator``.
    name: str
    #: In order of preference; the first example is the one that is shown.
    forms: tuple[Form, ...]
    plan: Planner

    def read(self, text: str) -> Parsed | None:
        """Read a request by the first form that fits; ``None`` when none does."""
        return next((parsed for form in self.forms if (parsed := form.read(text)) is not None), None)


#: Words of a request that say nothing in a name.
_FILLERS = frozenset({"the", "a", "an", "function", "method", "class", "module", "attribute", "constant"})
#: Words that a name cannot end in.
_DANGLING = frozenset({"to", "by", "of", "with", "from", "instead", "in", "and", "for", "as"})


def name_of(request: str) -> str:
    """Make an identifier out of a request: the transform's name.

    Of a long dotted name the last part is kept; articles, kinds and what is left dangling at the end are not.

    Example:
        ``Use `timezone.utc` instead of pytz.UTC.`` gives ``use_timezone_utc_instead_of_pytz_utc``, and ``rename the
        method pkg.mod.Thing.load to read`` gives ``rename_load_to_read``.
    """
    short = re.sub(r"\b(?:[^\W\d]\w*\.){2,}([^\W\d]\w*)", r"\1", request)
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", short)
    words = [word for word in re.findall(r"[a-z0-9]+", spaced.lower()) if word not in _FILLERS]
    while len("_".join(words)) > _LONGEST_NAME or (len(words) > 1 and words[-1] in _DANGLING):
        words = words[:-1] if len(words) > 1 else [words[0][:_LONGEST_NAME]]
    name = "_".join(words)
    return name if name[:1].isalpha() else f"transform_{name}".rstrip("_")


def write(plan: Plan, *, name: str, request: str) -> str:
    """Write the script of a plan: header, docstring, constants, cases, class.

    Beside the plan's own values the template sees ``request`` and ``class_name``. Filters: ``py`` writes a value as a
    Python literal; ``each(indent)`` writes a list one item a line.
    """
    provenance = Provenance(request=request, model="built-in")
    if plan.source:
        return compose(plan.source, provenance=provenance)
    class_name = "".join(word.capitalize() for word in name.split("_"))
    body = (
        _environment().get_template(plan.template).render({**plan.values, "request": request, "class_name": class_name})
    )
    return compose(f"{body.strip()}\n", provenance=provenance)


@functools.cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("autotransform.author.recipes"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - it writes Python, not HTML
    )
    environment.filters["py"] = _literal
    return environment


def _literal(value: object) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list | tuple):
        return f"[{', '.join(_literal(item) for item in value)}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{_literal(key)}: {_literal(item)}' for key, item in value.items())}}}"
    return repr(value)
