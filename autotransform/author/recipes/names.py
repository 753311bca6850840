"""Replace a name by another: everywhere, or only where it is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autotransform.author.recipes import answers
from autotransform.author.recipes.aliases import find_mentions, find_names
from autotransform.author.recipes.forms import Form, Parsed
from autotransform.author.recipes.modules import plan_module
from autotransform.author.recipes.recipe import Plan, Recipe

if TYPE_CHECKING:
    from autotransform.author.recipes.ground import Ground
    from autotransform.author.recipes.meaning import Meaning


#: Exceptions that cases name beside the ones that the request is about.
_BYSTANDERS = ("KeyError", "IndexError", "AttributeError")


def plan_name(parsed: Parsed, ground: Ground) -> Plan:
    """Plan to replace every use of a name."""
    return plan_replacement(parsed, ground, template="replace_name.py.jinja")


def plan_call(parsed: Parsed, ground: Ground) -> Plan:
    """Plan to replace what is called, and nothing else."""
    return plan_replacement(parsed, ground, template="replace_call.py.jinja")


def plan_replacement(parsed: Parsed, ground: Ground, *, template: str, **values: object) -> Plan:
    """Plan to replace ``old`` by ``new`` in the way of a template, which also gets some values of its own.

    Raises:
        ModelError: One of the two is a module, or a member of a class, or they are the same.
    """
    old = ground.find(parsed["old"], kind=parsed.kind)
    new = ground.find_replacement(parsed["new"], leaving=old.name)
    if template == "replace_name.py.jinja" and old.kind == new.kind == "module":
        return plan_module(Parsed(text=parsed.text, values={"old": old.name, "new": new.name}), ground)
    _require_replaceable(old, new=new, typed=parsed["old"])
    is_sibling = old.parent == new.parent and not old.is_builtin
    shared = {
        **describe(old, ground=ground),
        "new": new,
        "sibling": is_sibling,
        "is_exception": old.is_exception or parsed.values.get("kind", "").lower() == "exception",
        "bystander": next(each for each in _BYSTANDERS if each not in {old.first, new.first}),
        "definition_node": "ClassDef" if new.kind == "class" else "FunctionDef",
    }
    stays = [f"The definition of `{old.name}` stays, in {old.definition.path}."] if old.definition else []
    return Plan(template=template, values={**shared, **values}, notes=(*old.notes, *new.notes, *stays))


def describe(old: Meaning, *, ground: Ground) -> dict[str, object]:
    """Give what a template says of something that is looked for: its names, and the words to find its files by."""
    names = find_names(old, ground)
    tops = [name.rpartition(".") for name in names[1:] if "." not in old.inner]
    return {
        "old": old,
        "names": list(names),
        "others": [(module, last) for module, _, last in tops],
        "mentions": find_mentions(old, names, ground),
    }


def _require_replaceable(old: Meaning, *, new: Meaning, typed: str) -> None:
    if old.name == new.name:
        raise answers.same(typed, name=old.name)
    for each in (old, new):
        if each.kind == "module":
            raise answers.is_module(each)
    if old.definition and old.kind in {"method", "attribute"}:
        raise answers.is_member(old)


NAME = Recipe(
    name="replace a name",
    forms=(
        Form(
            pattern="use [the] [<kind:thing>] <new> (instead of|rather than|in place of|over|not) [the]"
            " [<kind2:thing>] <old>",
            example="use timezone.utc instead of pytz.UTC",
            alike=("old", "new"),
        ),
        Form(
            pattern="(replace|swap|substitute|change|exchange|migrate|convert) [all|every] [uses of|usages of|use of]"
            " [the] [<kind:thing>] <old> (by|with|to|for|into|through) [the] [<kind2:thing>] <new>",
            example="replace constant pytz.UTC by datetime.timezone.utc",
            alike=("old", "new"),
        ),
        Form(
            pattern="(switch|migrate|change|move) from <old> to <new>",
            example="switch from time.clock to time.perf_counter",
            alike=("old", "new"),
        ),
    ),
    plan=plan_name,
)

CALL = Recipe(
    name="replace a call",
    forms=(
        Form(
            pattern="(replace|change|swap|turn) [all|every|the] (call|calls|invocations) (of|to) [the] [<kind>] <old>"
            " (by|with|to|for|into) [calls of|calls to|a call of|a call to] [the] [<kind2:kind>] <new>",
            example="replace calls of os.getcwdb by os.getcwd",
            alike=("old", "new"),
        ),
        Form(
            pattern="call [the] [<kind>] <new> (instead of|rather than|in place of|not) [the] [<kind2:kind>] <old>",
            example="call logging.warning instead of logging.warn",
            alike=("old", "new"),
        ),
    ),
    plan=plan_call,
)
