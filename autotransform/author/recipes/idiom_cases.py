"""Cases for scripts that change idioms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autotransform.author.recipes.examples import Example, text, unchanged

if TYPE_CHECKING:
    from autotransform.author.recipes.meaning import Meaning


def of_none() -> list[Example]:
    """Write the cases of comparisons with ``None``."""
    return [
        Example(
            name="equal and not equal",
            before=text("if x == None or y.z != None:  # why", "    show(x==None, (f(x))!=None)"),
            after=text("if x is None or y.z is not None:  # why", "    show(x is None, (f(x)) is not None)"),
            skips=0,
        ),
        Example(
            name="the other way round, and on several lines",
            before=text("value = (None == f(x),", "    x  # one", "    == None)"),
            after=text("value = (f(x) is None,", "    x  # one", "    is None)"),
            skips=0,
        ),
        unchanged("by is already", "if x is None or y is not None or None is z: ..."),
        unchanged("something else", "show(x == none, x == 0, x <= None, x == [None], x == 'None')  # x == None"),
        unchanged("a chain of comparisons", "value = a == None == b", skips=1),
        unchanged("a query", "query.filter(User.name == None).where(and_(User.age != None))", skips=2),
        unchanged("an array", "frame[frame.age == None]", "mask = (frame.age == None) | (frame.name != None)", skips=3),
        unchanged("a dictionary and an assignment", "x = None", "f(x=None)", "d = {None: None}"),
    ]


def of_isinstance() -> list[Example]:
    """Write the cases of comparisons of types."""
    return [
        Example(
            name="equal and not equal",
            before=text("if type(x) == str:  # why", "    run = type(y.z) != a.B"),
            after=text("if isinstance(x, str):  # why", "    run = not isinstance(y.z, a.B)"),
            skips=0,
        ),
        Example(
            name="by is, the other way round, and one of several",
            before=text("show(type(x) is not str, dict is type(x), type(x) in (A, b.C), type(x) not in [A])"),
            after=text(
                "show(not isinstance(x, str), isinstance(x, dict), isinstance(x, (A, b.C)), not isinstance(x, (A,)))"
            ),
            skips=0,
        ),
        unchanged("exactly an int, or an object", "show(type(x) == int, type(x) is object)", skips=2),
        unchanged(
            "the types of two values, and no class",
            "show(type(a) == type(b), type(a) == 'A', type(a) in kinds)",
            skips=3,
        ),
        unchanged("a chain", "show(type(a) == B == c)", skips=1),
        unchanged(
            "a method that tells subclasses apart",
            "class A:\n    def __eq__(self, other):\n        return type(other) == A",
            skips=1,
        ),
        unchanged("a comment that would be lost", "show(type(x) == (  # why\n    str))", skips=1),
        unchanged("isinstance is something else here", "def run(x, isinstance):\n    return type(x) == str", skips=1),
        unchanged("a function of the file", "def type(x): ...", "", "show(type(x) == str)"),
        unchanged("a method, an attribute and a keyword", "show(x.type(y) == str, x.type == str, type=str)"),
        unchanged("other uses of type", "show(type(x), type(x).name == 'a', type('A', (), {}) == A)"),
    ]


def of_bare_except(new: Meaning) -> list[Example]:
    """Write the cases of an ``except`` that gets something to catch."""
    imports = [] if new.is_builtin else [f"from {new.module} import {new.first}", ""]
    start = ("try:", "    run()")
    is_all = new.inner == "BaseException"
    cases = [
        Example(
            name="bare",
            before=text(*start, "except:  # why", "    pass", "else:", "    show()"),
            after=text(*imports, *start, f"except {new.inner}:  # why", "    pass", "else:", "    show()"),
            skips=0,
        ),
        Example(
            name="after others, in one that names something",
            before=text(*start, "except KeyError:", "    try: run()", "    except: pass", "except:", "    pass"),
            after=text(
                *imports,
                *start,
                "except KeyError:",
                "    try: run()",
                f"    except {new.inner}: pass",
                f"except {new.inner}:",
                "    pass",
            ),
            skips=0,
        ),
        unchanged("it names something", *start, "except Exception:", "    pass"),
        unchanged("it names several", *start, "except (KeyError, ValueError) as error:", "    raise"),
        unchanged("no except at all", *start, "finally:", "    show()"),
        unchanged("a string and a comment", 'text = "except:"  # except:'),
    ]
    if not is_all:
        again = (*start, "except:", "    if late:", "        raise")
        cases.append(unchanged("it raises again what it caught", *again, skips=1))
    if new.is_builtin:
        own = (f"class {new.inner}:", "    pass", "", "")
        cases.append(unchanged("a class of the file that has the name", *own, *start, "except:", "    pass", skips=1))
    return cases
