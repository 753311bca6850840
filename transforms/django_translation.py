# /// script
# requires-python = ">=3.11"
# dependencies = ["libcst>=1.9"]
#
# [tool.autotransform]
# format = 1
# request = "use gettext instead of ugettext, and force_str instead of force_text"
# ///
"""Replace Django's names for text in Python 2 by those that Django 4 has: ``ugettext`` by ``gettext``.

- Of ``django.utils.translation``: ``ugettext``, ``ugettext_lazy``, ``ugettext_noop``, ``ungettext`` and
  ``ungettext_lazy`` become ``gettext``, ``gettext_lazy``, ``gettext_noop``, ``ngettext`` and ``ngettext_lazy``.
- Of ``django.utils.encoding``: ``force_text`` and ``smart_text`` become ``force_str`` and ``smart_str``.

On Python 3 each pair is one and the same since Django 2. Imports are changed in their place; an alias such as
``ugettext_lazy as _`` stays. Where the new name is imported from there already, the old import goes. Where the new name
is taken by something else, the import gives the old one: ``from django.utils.translation import gettext as ugettext``.
Listed are strings that name the functions, such as those given to ``mock.patch``, an alias that is bound to something
else too, and ``force_text`` imported from the module of translations, which does not define it.
Functions of other packages, such as the standard library's ``gettext``, and ``django.conf.urls.url`` are left alone.
"""

from __future__ import annotations

import libcst as cst

from autotransform.codemod import Transform

MENTIONS = ["ugettext", "ungettext", "force_text", "smart_text"]
TARGETS = [
    "django.utils.translation.ugettext",
    "django.utils.translation.ugettext_lazy",
    "django.utils.translation.ugettext_noop",
    "django.utils.translation.ungettext",
    "django.utils.translation.ungettext_lazy",
    "django.utils.encoding.force_text",
    "django.utils.encoding.smart_text",
]

NEW_NAMES = {
    "ugettext": ("django.utils.translation", "gettext"),
    "ugettext_lazy": ("django.utils.translation", "gettext_lazy"),
    "ugettext_noop": ("django.utils.translation", "gettext_noop"),
    "ungettext": ("django.utils.translation", "ngettext"),
    "ungettext_lazy": ("django.utils.translation", "ngettext_lazy"),
    "force_text": ("django.utils.encoding", "force_str"),
    "smart_text": ("django.utils.encoding", "smart_str"),
}
#: What the one module only imports from the other, in old versions.
ELSEWHERE = ("django.utils.translation.force_text", "django.utils.translation.smart_text")

CASES = [
    {
        "name": "under an alias",
        "before": """
            from django.utils.translation import ugettext_lazy as _, ungettext

            title = _("Title")
            count = ungettext("one", "many", 2)
        """,
        "after": """
            from django.utils.translation import gettext_lazy as _, ngettext

            title = _("Title")
            count = ngettext("one", "many", 2)
        """,
    },
    {
        "name": "a list in parentheses keeps its style and order",
        "before": """
            from django.utils.encoding import (
                force_bytes,
                force_text,  # text
                smart_text as text,
            )

            value = force_text(text(force_bytes(1)))
        """,
        "after": """
            from django.utils.encoding import (
                force_bytes,
                force_str,  # text
                smart_str as text,
            )

            value = force_str(text(force_bytes(1)))
        """,
    },
    {
        "name": "through the module",
        "before": """
            from django.utils import encoding, translation as t

            title = t.ugettext("Title")
            value = encoding.force_text(title)
        """,
        "after": """
            from django.utils import encoding, translation as t

            title = t.gettext("Title")
            value = encoding.force_str(title)
        """,
    },
    {
        "name": "both are imported already",
        "before": """
            from django.utils.encoding import force_str, force_text, smart_str, smart_text
            from django.utils.translation import gettext as _, ugettext as _, ugettext as u

            value = force_text(1) + force_str(2) + _("a") + u("b")
        """,
        "after": """
            from django.utils.encoding import force_str, smart_str
            from django.utils.translation import gettext as _, gettext as u

            value = force_str(1) + force_str(2) + _("a") + u("b")
        """,
    },
    {
        "name": "the new name is taken by something else",
        "before": """
            from gettext import gettext
            from django.utils.translation import ugettext

            title = gettext("a") + ugettext("b")
        """,
        "after": """
            from gettext import gettext
            from django.utils.translation import gettext as ugettext

            title = gettext("a") + ugettext("b")
        """,
    },
    {
        "name": "in a function, and handed on",
        "before": """
            def labels():
                from django.utils.encoding import force_text

                return map(force_text, [1])
        """,
        "after": """
            def labels():
                from django.utils.encoding import force_str

                return map(force_str, [1])
        """,
    },
    {
        "name": "the new names",
        "before": """
            from django.utils.encoding import force_str
            from django.utils.translation import gettext_lazy as _, ngettext

            title = _("Title") + ngettext("a", "b", 1) + force_str(1)  # not ugettext
        """,
        "skips": 0,
    },
    {
        "name": "functions of other packages",
        "before": """
            from mylib.translation import ugettext
            from mylib import force_text, translation

            title = ugettext("a") + force_text(1) + translation.ugettext("b")
        """,
        "skips": 0,
    },
    {
        "name": "methods of a translation",
        "before": """
            import gettext

            title = gettext.translation("app").ugettext("a") + self.ungettext("a", "b", 1)
        """,
        "skips": 0,
    },
    {
        "name": "parameters and variables with these names",
        "before": """
            def f(force_text=False, ugettext=None):
                smart_text = force_text
                return ugettext(smart_text)
        """,
        "skips": 0,
    },
    {
        "name": "a function of the file's own",
        "before": """
            def force_text(value):
                return str(value)

            value = force_text(1)
        """,
        "skips": 0,
    },
    {
        "name": "a string that names it",
        "before": """
            from unittest import mock

            with mock.patch("django.utils.translation.ugettext"):
                pass
        """,
        "skips": 1,
    },
    {
        "name": "imported from where it is not defined",
        "before": """
            from django.utils.translation import force_text

            value = force_text(1)
        """,
        "skips": 1,
    },
    {
        "name": "keywords",
        "before": """
            from django.utils import translation

            configure(force_text=True, ugettext=translation.gettext)
        """,
        "skips": 0,
    },
]


class DjangoTranslation(Transform):
    DESCRIPTION = "Replace Django's names for text in Python 2, such as ugettext, by those that Django 4 has."

    def visit_Module(self, node: cst.Module) -> None:
        found = DjangoImports()
        node.visit(found)
        #: Old names of which the new one is imported already.
        self.twice = {old for old, (_, new) in NEW_NAMES.items() if {old, new} <= found.names}

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.BaseExpression:
        old = original_node.attr.value
        if old not in NEW_NAMES:
            return updated_node
        module, new = NEW_NAMES[old]
        return self.rename(original_node, updated_node, f"{module}.{old}", to=new)

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        old = original_node.value
        if old not in NEW_NAMES:
            return updated_node
        module, new = NEW_NAMES[old]
        if old not in self.twice:
            return self.rename(original_node, updated_node, f"{module}.{old}", to=new)
        if not self.refers_to(original_node, f"{module}.{old}") or not self.names.scopes.is_variable(original_node):
            return updated_node
        self.drop_import(module, old)
        scopes = self.names.scopes
        other = scopes.find(new, scope=scopes.scope(original_node))
        is_there = other is not None and self.names.of_variable(other) == {f"{module}.{new}"}
        return updated_node.with_changes(value=new if is_there else self.need_import(module, new))

    def leave_ImportAlias(self, original_node: cst.ImportAlias, updated_node: cst.ImportAlias) -> cst.ImportAlias:
        old = original_node.evaluated_name
        if self.refers_to(original_node, *ELSEWHERE):
            self.skip(original_node, "it comes from another module now: django.utils.encoding")
        if old not in NEW_NAMES:
            return updated_node
        module, new = NEW_NAMES[old]
        if old in self.twice and original_node.asname is None and self.refers_to(original_node, f"{module}.{old}"):
            # It goes when its uses have the other name; where it has none, it would stay.
            return updated_node if self.is_used(original_node) else updated_node.with_changes(name=cst.Name(new))
        return self.rename(original_node, updated_node, f"{module}.{old}", to=new)

    def is_used(self, alias: cst.ImportAlias) -> bool:
        """Whether anything in the file uses what an import binds."""
        scopes = self.names.scopes
        variable = scopes.find(alias.evaluated_name, scope=scopes.scope(alias))
        return variable is not None and any(getattr(each, "references", ()) for each in variable.assignments)

    def leave_ImportFrom(self, original_node: cst.ImportFrom, updated_node: cst.ImportFrom) -> cst.ImportFrom:
        if isinstance(updated_node.names, cst.ImportStar) or updated_node.deep_equals(original_node):
            return updated_node
        return without_repetitions(updated_node, updated_node.names)

    def leave_SimpleString(self, original_node: cst.SimpleString, updated_node: cst.SimpleString) -> cst.BaseExpression:
        for old, (module, new) in NEW_NAMES.items():
            if old in original_node.value:
                updated_node = self.rename(original_node, updated_node, f"{module}.{old}", to=new)
        return updated_node


class DjangoImports(cst.CSTVisitor):
    """What a file imports from Django's two modules under its own name."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        return False  # only what is imported for the whole file

    def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:
        module = cst.Module(body=()).code_for_node(node.module) if node.module and not node.relative else ""
        is_ours = module in {"django.utils.translation", "django.utils.encoding"}
        for each in node.names if is_ours and not isinstance(node.names, cst.ImportStar) else ():
            if each.asname is None:
                self.names.add(each.evaluated_name)
        return False


def without_repetitions(statement: cst.ImportFrom, names: tuple[cst.ImportAlias, ...]) -> cst.ImportFrom:
    """Leave out what an updated import names already."""
    seen: set[tuple[str, str | None]] = set()
    kept = []
    for each in names:
        binding = (each.evaluated_name, each.evaluated_alias)
        if binding not in seen:
            kept.append(each)
        seen.add(binding)
    if len(kept) == len(names):
        return statement
    kept[-1] = kept[-1].with_changes(comma=names[-1].comma)
    return statement.with_changes(names=kept)
