"""Small idioms of Python that need no name of the repository: ``is None``, ``isinstance``, ``except Exception``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autotransform.author.recipes import answers, idiom_cases
from autotransform.author.recipes.forms import Form, Parsed
from autotransform.author.recipes.recipe import Plan, Recipe
from autotransform.errors import ModelError

if TYPE_CHECKING:
    from autotransform.author.recipes.ground import Ground


def plan_none(parsed: Parsed, ground: Ground) -> Plan:
    """Plan to compare with ``None`` by ``is``."""
    del parsed, ground
    return Plan(template="compare_none.py.jinja", values={"cases": idiom_cases.of_none()})


def plan_isinstance(parsed: Parsed, ground: Ground) -> Plan:
    """Plan to ask ``isinstance`` instead of comparing types."""
    del parsed, ground
    note = "`isinstance` is true of subclasses as well: read the diff with that in mind."
    return Plan(template="use_isinstance.py.jinja", values={"cases": idiom_cases.of_isinstance()}, notes=(note,))


def plan_bare_except(parsed: Parsed, ground: Ground) -> Plan:
    """Plan to name what a bare ``except`` catches.

    Raises:
        ModelError: It is a module, or several exceptions.
    """
    new = ground.find_replacement(parsed.values.get("new", "Exception"))
    if new.kind == "module":
        raise answers.is_module(new)
    if new.kind in {"function", "method", "variable"}:
        raise ModelError(f"`{new.name}` is a {new.kind}, not an exception.", hint="Name an exception, like Exception.")
    return Plan(
        template="bare_except.py.jinja",
        values={"new": new, "cases": idiom_cases.of_bare_except(new)},
        notes=new.notes,
    )


_INSTEAD = "(instead of|rather than|in place of|not)"
_OLD_NONE = "(==|== and !=|equality|equals|==/!=)"

NONE = Recipe(
    name="compare with None by is",
    forms=(
        Form(
            pattern=f"(use|write) (is None|is None and is not None|is None / is not None|is not None|is) {_INSTEAD}"
            " (== None|== None and != None|!= None|== None / != None)",
            example="use is None instead of == None",
        ),
        Form(
            pattern="(replace|change|turn|rewrite|convert) [all|every] (== None|x == None|== None and != None|"
            "comparisons with None)"
            " (by|with|into|to) (is None|x is None|is None and is not None|is|identity|identity checks)",
            example="replace == None by is None",
        ),
        Form(
            pattern=f"(compare|test|check) (with|to|against|for) None (by|with|using) (is|identity|`is`)"
            f" [{_INSTEAD} {_OLD_NONE}]",
            example="compare with None by is",
        ),
        Form(
            pattern="(do not|don't|never|stop) [comparing|compare] (to|with) None (by|with|using) (==|equality)",
            example="do not compare with None by ==",
        ),
    ),
    plan=plan_none,
)

_TYPES = (
    "(type\\(x\\) == T|type\\(x\\) is T|type\\(x\\)|type\\(\\) ==|type\\(\\)|type|type ==|type comparisons|"
    "comparing types|"
    "type\\(a\\) == B|type\\(...\\) ==|comparisons of types|type checks by ==|type equality)"
)

ISINSTANCE = Recipe(
    name="use isinstance",
    forms=(
        Form(
            pattern=f"(use|call|write) (isinstance|isinstance\\(\\)|isinstance\\(x, T\\)|isinstance checks)"
            f" {_INSTEAD} {_TYPES}",
            example="use isinstance instead of type(x) == T",
        ),
        Form(
            pattern=f"(replace|change|turn|rewrite|convert) [all|every|the] {_TYPES} (by|with|into|to)"
            " (isinstance|isinstance\\(\\)|isinstance\\(x, T\\)|isinstance checks|isinstance calls)",
            example="replace comparisons of types by isinstance",
        ),
        Form(
            pattern="(compare|check|test) types (by|with|using) (isinstance|isinstance\\(\\))",
            example="check types with isinstance",
        ),
    ),
    plan=plan_isinstance,
)

_BARE = "(bare except|bare excepts|bare except:|except:|bare except clauses|naked except|blanket except|empty except)"

BARE_EXCEPT = Recipe(
    name="name what a bare except catches",
    forms=(
        Form(
            pattern=f"(replace|change|turn|rewrite|convert) [all|every|each|the] {_BARE} (by|with|into|to)"
            f" [except] <new>",
            example="replace bare except by except Exception",
        ),
        Form(
            pattern=f"(use|write|catch) [except] <new> {_INSTEAD} [a] {_BARE}",
            example="use except Exception instead of a bare except",
        ),
        Form(
            pattern=f"(no|remove|avoid|fix|get rid of|drop) [all|every|the] {_BARE}",
            example="get rid of bare except",
        ),
    ),
    plan=plan_bare_except,
)
