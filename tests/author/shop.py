# ruff: noqa: E501 - a fault reads best on the line that it is on
"""A good script for a small shop, and scripts with one thing wrong each, as models really write them."""

from __future__ import annotations

GOOD = '''"""Use ``new_name`` instead of ``shop.util.old_name``.

Every use of the function is renamed.
- Other things of the same name are left alone.
"""

from __future__ import annotations

import libcst as cst

from autotransform.codemod import Transform

MENTIONS = ["old_name"]

CASES = [
    {
        "name": "a call",
        "before": """
            from shop.util import old_name

            old_name(1)
        """,
        "after": """
            from shop.util import new_name

            new_name(1)
        """,
    },
    {"name": "another of the same name", "before": "old_name = 1\\n"},
]


class UseNewName(Transform):
    DESCRIPTION = "Use new_name."

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        return self.rename(original_node, updated_node, "shop.util.old_name", to="new_name")

    def leave_ImportAlias(self, original_node: cst.ImportAlias, updated_node: cst.ImportAlias) -> cst.ImportAlias:
        return self.rename(original_node, updated_node, "shop.util.old_name", to="new_name")
'''
FILES: dict[str, str | bytes] = {
    "shop/__init__.py": "",
    "shop/util.py": "def old_name(x):\n    return x\n",
    "shop/cart.py": "from shop.util import old_name\n\nrate = 2\n\ndef total():  # the sum\n    return old_name(1)\n",
    "shop/other.py": "price = 1\n",
}

#: Scripts with one thing wrong, what is found, and what the model must be told.
FAULTS: dict[str, tuple[str, str, str]] = {
    "syntax": (GOOD.replace("(Transform):", "(Transform:"), "syntax", "not valid Python"),
    "no class": (GOOD[: GOOD.index("\n\nclass UseNewName")], "format", "holds no transform"),
    "cases are computed": (GOOD.replace('"old_name = 1\\n"', '"old_name" + " = 1"'), "format", "literal string"),
    "no mentions": (GOOD.replace('MENTIONS = ["old_name"]\n', ""), "format", "no MENTIONS"),
    "no docstring": (GOOD[GOOD.index("from __future__") :], "format", "no docstring"),
    "no negative case": (
        GOOD.replace('    {"name": "another of the same name", "before": "old_name = 1\\n"},\n', ""),
        "format",
        "must not change",
    ),
    "a forbidden import": (GOOD.replace("import libcst as cst", "import os\nimport libcst as cst"), "forbidden", "os"),
    "a name that LibCST lacks": (
        GOOD.replace("        return self", "        cst.Nmae('x')\n        return self", 1),
        "unknown-api",
        "did you mean Name",
    ),
    "it cannot be loaded": (
        GOOD.replace("DESCRIPTION =", "WRONG = 1 / 0\n    DESCRIPTION ="),
        "load",
        "ZeroDivisionError: division by zero",
    ),
    "it crashes": (
        GOOD.replace("        return self.rename", "        [][1]\n        return self.rename", 1),
        "crash",
        "in leave_Name: [][1]\nIndexError: list index out of range",
    ),
    "a case fails": (GOOD.replace('to="new_name"', 'to="newer_name"'), "case", "-from shop.util import new_name\n"),
    "it changes too much": (
        GOOD.replace(
            'return self.rename(original_node, updated_node, "shop.util.old_name", to="new_name")',
            'return updated_node.with_changes(value="new_name") if original_node.value == "old_name" else updated_node',
            1,
        ),
        "case",
        "-old_name = 1\n+new_name = 1",
    ),
    "it breaks code": (
        GOOD.replace(
            "        return self.rename",
            (
                '        if original_node.value == "x":\n            return cst.Name("cla" + "ss")\n'
                "        return self.rename"
            ),
            1,
        ),
        "invariant",
        "what it makes is not what its tree says",
    ),
    "it fails on a real file": (
        GOOD.replace(
            "        return self.rename",
            '        if original_node.value == "total":\n            raise KeyError()\n        return self.rename',
            1,
        ),
        "crash",
        "File shop/cart.py\n",
    ),
    "it does nothing here": (
        GOOD.replace('"shop.util.old_name", to', '"store.util.old_name", to').replace("from shop", "from store"),
        "no-effect",
        "changes none of the 2 files",
    ),
    "its mentions keep everything out": (
        GOOD.replace('MENTIONS = ["old_name"]', 'MENTIONS = ["oldname"]').replace(
            "            from shop", "            # oldname\n            from shop"
        ),
        "no-effect",
        "MENTIONS (oldname) lets no file through",
    ),
    "it walks into a trap": (
        GOOD.replace(
            "        return self.rename", "        updated_node.with_changes(value='x')\n        return self.rename", 1
        ),
        "trap",
        "with_changes",
    ),
    "it loses a comment": (
        GOOD.replace(
            "class UseNewName",
            """class _Tidy(cst.CSTTransformer):
    def leave_Comment(self, original_node: cst.Comment, updated_node: cst.Comment) -> cst.Comment:
        return updated_node.with_changes(value="#")


class UseNewName""",
        ).replace(
            "    def leave_Name",
            """    def leave_Module(self, original_node: cst.Module, updated_node: cst.Module) -> cst.Module:
        tidied = updated_node.visit(_Tidy())
        return tidied if isinstance(tidied, cst.Module) else updated_node

    def leave_Name""",
        ),
        "invariant",
        "File shop/cart.py\n",
    ),
    "it goes on and on": (
        GOOD.replace(
            "        return self.rename",
            (
                '        if original_node.value.startswith("total"):\n'
                '            return cst.Name(original_node.value + "_")\n        return self.rename'
            ),
            1,
        ),
        "not-idempotent",
        "second pass",
    ),
    "it changes what nobody asked about": (
        GOOD.replace(
            "        return self.rename",
            '        if original_node.value == "price":\n            return cst.Name("cost")\n        return self.rename',
            1,
        ).replace('MENTIONS = ["old_name"]', 'MENTIONS = ["old_name", "price"]'),
        "too-much",
        "1 file that hold none of the names of the request",
    ),
    "it changes places that nobody asked about": (
        GOOD.replace(
            "        return self.rename",
            '        if original_node.value == "rate":\n            return cst.Name("share")\n        return self.rename',
            1,
        ),
        "too-much",
        "1 of the 4 places that it changes hold nothing that the request or a rule names",
    ),
}
