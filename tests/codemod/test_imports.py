# ruff: noqa: N802 - LibCST names its visitor methods
"""Imports that come and go: each row a place where LibCST alone gets it wrong, or a harmless lookalike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from autotransform.codemod import Transform

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeAlias

    import libcst as cst

    Apply: TypeAlias = Callable[..., Any]


class NeedTimezone(Transform):
    """Replaces every number by ``timezone.utc``."""

    def leave_Integer(self, original_node: cst.Integer, updated_node: cst.Integer) -> cst.BaseExpression:
        del original_node, updated_node
        return self.expression(f"{self.need_import('datetime', 'timezone')}.utc")


class NeedModule(Transform):
    """Replaces every number by ``os.path.sep``."""

    def leave_Integer(self, original_node: cst.Integer, updated_node: cst.Integer) -> cst.BaseExpression:
        del original_node, updated_node
        return self.expression(f"{self.need_import('os.path')}.sep")


class DropPytz(Transform):
    """Replaces ``pytz.UTC`` by a number."""

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.BaseExpression:
        return self._dropped(original_node, updated_node)

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        return self._dropped(original_node, updated_node)

    def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:
        del node
        return False

    def _dropped(self, original_node: cst.BaseExpression, updated_node: cst.BaseExpression) -> cst.BaseExpression:
        self.drop_import("pytz")
        self.drop_import("pytz", "UTC")
        return self.expression("0") if self.refers_to(original_node, "pytz.UTC") else updated_node


NEEDED = [
    ("nothing is there", "x = 1", "from datetime import timezone\n\nx = timezone.utc"),
    ("after the docstring", "'''Doc.'''\nx = 1", "'''Doc.'''\n\nfrom datetime import timezone\n\nx = timezone.utc"),
    (
        "after the future",
        "from __future__ import annotations\nx = 1",
        "from __future__ import annotations\n\nfrom datetime import timezone\n\nx = timezone.utc",
    ),
    ("it is there", "from datetime import timezone\nx = 1", "from datetime import timezone\nx = timezone.utc"),
    (
        "it is there under another name",
        "from datetime import timezone as tz\nx = 1",
        "from datetime import timezone as tz\nx = tz.utc",
    ),
    (
        "it may be missing",
        "try:\n    from datetime import timezone\nexcept E:\n    timezone = None\nx = 1",
        (
            "from datetime import timezone as datetime_timezone\n\n"
            "try:\n    from datetime import timezone\nexcept E:\n    timezone = None\nx = datetime_timezone.utc"
        ),
    ),
    (
        "it is there for type checkers only",
        "import typing\nif typing.TYPE_CHECKING:\n    from datetime import timezone\nx = 1",
        (
            "import typing\nfrom datetime import timezone\n\n"
            "if typing.TYPE_CHECKING:\n    from datetime import timezone\nx = timezone.utc"
        ),
    ),
    (
        "it is there in a function only",
        "def f():\n    from datetime import timezone\nx = 1",
        "from datetime import timezone\n\ndef f():\n    from datetime import timezone\nx = timezone.utc",
    ),
    (
        "the name is another import",
        "from django.utils import timezone\nx = 1",
        (
            "from datetime import timezone as datetime_timezone\n\nfrom django.utils import timezone\n"
            "x = datetime_timezone.utc"
        ),
    ),
    (
        "the name is a parameter",
        "def f(timezone): return 1",
        "from datetime import timezone as datetime_timezone\n\ndef f(timezone): return datetime_timezone.utc",
    ),
    (
        "its other name is hidden by a parameter",
        "from datetime import timezone as tz\ndef f(tz): return 1",
        "from datetime import timezone, timezone as tz\ndef f(tz): return timezone.utc",
    ),
    (
        "both names are taken",
        "timezone = datetime_timezone = 1",
        (
            "from datetime import timezone as datetime_timezone_2\n\n"
            "timezone = datetime_timezone = datetime_timezone_2.utc"
        ),
    ),
    (
        "after a shebang and a licence",
        "#!/usr/bin/env python\n# Licence\n\nx = 1\n",
        "#!/usr/bin/env python\n# Licence\n\nfrom datetime import timezone\n\nx = timezone.utc\n",
    ),
    (
        "a comment of the first statement stays with it",
        "# Licence\n\n# about x\nx = 1\n",
        "# Licence\n\nfrom datetime import timezone\n\n# about x\nx = timezone.utc\n",
    ),
    (
        "a comment that may be the header stays above",
        "# Licence\nx = 1\n",
        "# Licence\nfrom datetime import timezone\n\nx = timezone.utc\n",
    ),
    (
        "between the docstring and a comment",
        "'''Doc.'''\n\n# about x\nx = 1\n",
        "'''Doc.'''\n\nfrom datetime import timezone\n\n# about x\nx = timezone.utc\n",
    ),
    ("a docstring in two parts", "'a' 'b'\nx = 1\n", "'a' 'b'\n\nfrom datetime import timezone\n\nx = timezone.utc\n"),
    (
        "before a branch on the version",
        "import sys\nif sys.version_info < old:\n    import a\nimport b\nx = 1\n",
        (
            "import sys\nfrom datetime import timezone\n\nif sys.version_info < old:\n    import a\n"
            "import b\nx = timezone.utc\n"
        ),
    ),
    (
        "the file starts with a branch",
        "if q: pass\nimport b\nx = 1\n",
        "from datetime import timezone\n\nif q: pass\nimport b\nx = timezone.utc\n",
    ),
    (
        "carriage returns",
        "x = 1\r\ny = 2\r\n",
        "from datetime import timezone\r\n\r\nx = timezone.utc\r\ny = timezone.utc\r\n",
    ),
    (
        "a star import may not bring it",
        "from datetime import *\nx = 1\n",
        "from datetime import *\nfrom datetime import timezone\n\nx = timezone.utc\n",
    ),
    (
        "a star import may be what a name stands for",
        "from m import *\nx = timezone, 1\n",
        (
            "from m import *\n\nfrom datetime import timezone as datetime_timezone\n\n"
            "x = timezone, datetime_timezone.utc\n"
        ),
    ),
    (
        "it is imported later",
        "x = 1\nfrom datetime import timezone\n",
        "from datetime import timezone\n\nx = timezone.utc\nfrom datetime import timezone\n",
    ),
    (
        "it is imported later, and used in a function",
        "y = 'a'\nfrom datetime import timezone\ndef f(): return 1\n",
        "y = 'a'\nfrom datetime import timezone\ndef f(): return timezone.utc\n",
    ),
    (
        "it is imported in one branch",
        "if a:\n    from datetime import timezone\nx = 1\n",
        "from datetime import timezone\n\nif a:\n    from datetime import timezone\nx = timezone.utc\n",
    ),
    (
        "it is imported in each branch",
        "if a:\n    from datetime import timezone\nelif b:\n    from c import timezone\nelse:\n    raise E\nx = 1\n",
        (
            "if a:\n    from datetime import timezone\nelif b:\n    from c import timezone\nelse:\n"
            "    raise E\nx = timezone.utc\n"
        ),
    ),
    (
        "it is imported with another in its stead",
        "try:\n    from datetime import timezone\nexcept E:\n    from c import timezone\nx = 1\n",
        "try:\n    from datetime import timezone\nexcept E:\n    from c import timezone\nx = timezone.utc\n",
    ),
    (
        "it is imported or the file fails",
        "try:\n    from datetime import timezone\nexcept E:\n    raise F\nx = 1\n",
        "try:\n    from datetime import timezone\nexcept E:\n    raise F\nx = timezone.utc\n",
    ),
    (
        "its import may fail",
        "try:\n    from datetime import timezone\nexcept E:\n    pass\nx = 1\n",
        (
            "from datetime import timezone\n\ntry:\n    from datetime import timezone\nexcept E:\n"
            "    pass\nx = timezone.utc\n"
        ),
    ),
    (
        "it is imported in a loop",
        "for i in j:\n    from datetime import timezone\nx = 1\n",
        "from datetime import timezone\n\nfor i in j:\n    from datetime import timezone\nx = timezone.utc\n",
    ),
    (
        "a function imports it for the module",
        "def f():\n    global timezone\n    from datetime import timezone\nx = 1\n",
        (
            "from datetime import timezone\n\ndef f():\n    global timezone\n"
            "    from datetime import timezone\nx = timezone.utc\n"
        ),
    ),
    (
        "it is imported as itself",
        "from datetime import timezone as timezone\nx = 1\n",
        "from datetime import timezone as timezone\nx = timezone.utc\n",
    ),
    (
        "it is deleted",
        "from datetime import timezone\ndel timezone\nx = 1\n",
        "from datetime import timezone, timezone as datetime_timezone\ndel timezone\nx = datetime_timezone.utc\n",
    ),
    (
        "a list that is sorted",
        "from datetime import date, tzinfo\nx = 1\n",
        "from datetime import date, timezone, tzinfo\nx = timezone.utc\n",
    ),
    (
        "a list that is not sorted",
        "from datetime import tzinfo, date\nx = 1\n",
        "from datetime import tzinfo, date, timezone\nx = timezone.utc\n",
    ),
    (
        "a list with a name a line",
        "from datetime import (\n    date,\n    time,\n)\nx = 1\n",
        "from datetime import (\n    date,\n    time,\n    timezone,\n)\nx = timezone.utc\n",
    ),
    (
        "a list with a name a line, and comments",
        "from datetime import (\n    date,  # one\n    time  # two\n)\nx = 1\n",
        "from datetime import (\n    date,  # one\n    time,  # two\n    timezone\n)\nx = timezone.utc\n",
    ),
    (
        "a list with its own indent",
        "from datetime import (date,\n                      tzinfo)\nx = 1\n",
        (
            "from datetime import (date,\n                      timezone,\n"
            "                      tzinfo)\nx = timezone.utc\n"
        ),
    ),
    (
        "a list over two lines",
        "from datetime import date, \\\n    tzinfo\nx = 1\n",
        "from datetime import date, \\\n    timezone, \\\n    tzinfo\nx = timezone.utc\n",
    ),
    (
        "a list that is marked",
        "from datetime import date  # autotransform: skip\nx = 1\n",
        "from datetime import date  # autotransform: skip\nfrom datetime import timezone\n\nx = timezone.utc\n",
    ),
    (
        "a list of a relative module",
        "from .datetime import date\nx = 1\n",
        "from datetime import timezone\n\nfrom .datetime import date\nx = timezone.utc\n",
    ),
    (
        "before other sections",
        "'''Doc.'''\n\nimport requests\n\nfrom .a import b\n\nx = 1\n",
        "'''Doc.'''\n\nfrom datetime import timezone\n\nimport requests\n\nfrom .a import b\n\nx = timezone.utc\n",
    ),
    (
        "behind the future",
        "from __future__ import annotations\n\nimport requests\n\nx = 1\n",
        "from __future__ import annotations\n\nfrom datetime import timezone\n\nimport requests\n\nx = timezone.utc\n",
    ),
    (
        "sorted into its section",
        "import os\nfrom abc import ABC\nfrom typing import Any\n\nimport requests\n\nx = 1\n",
        (
            "import os\nfrom abc import ABC\nfrom datetime import timezone\nfrom typing import Any\n\n"
            "import requests\n\nx = timezone.utc\n"
        ),
    ),
    (
        "into a section that is not sorted",
        "from typing import Any\nimport os\n\nimport requests\n\nx = 1\n",
        "from typing import Any\nimport os\nfrom datetime import timezone\n\nimport requests\n\nx = timezone.utc\n",
    ),
    (
        "sections with headings",
        "# std\nimport os\n\n# third\nimport requests\n\nx = 1\n",
        "# std\nimport os\nfrom datetime import timezone\n\n# third\nimport requests\n\nx = timezone.utc\n",
    ),
    (
        "sections that nothing parts",
        "import os\nimport requests\nfrom .a import b\n\nx = 1\n",
        "import os\nfrom datetime import timezone\nimport requests\nfrom .a import b\n\nx = timezone.utc\n",
    ),
    (
        "no sections",
        "from .a import b\nimport os\nx = 1\n",
        "from .a import b\nimport os\nfrom datetime import timezone\n\nx = timezone.utc\n",
    ),
    (
        "another name of the line",
        "import os; from datetime import date\nx = 1\n",
        "import os; from datetime import date, timezone\nx = timezone.utc\n",
    ),
]

MODULES = [
    ("nothing is there", "x = 1", "import os.path\n\nx = os.path.sep"),
    ("its package is there", "import os\nx = 1", "import os\nimport os.path\n\nx = os.path.sep"),
    ("it is there under another name", "import os.path as p\nx = 1", "import os.path as p\nx = p.sep"),
    ("it is there from its package", "from os import path\nx = 1", "from os import path\nx = path.sep"),
    (
        "its first part is taken",
        "def f(os): return 1",
        "import os.path as path_module\n\ndef f(os): return path_module.sep",
    ),
]

DROPPED = [
    ("the module", "import pytz\nx = pytz.UTC", "x = 0"),
    ("the name", "from pytz import UTC, x\ny = UTC", "from pytz import x\ny = 0"),
    ("the name under another", "from pytz import UTC as u\ny = u", "y = 0"),
    ("it is still used", "import pytz\nx = pytz.UTC, pytz.x", "import pytz\nx = 0, pytz.x"),
    ("it was never used, so it has an effect", "import pytz\nx = 1", "import pytz\nx = 1"),
    (
        "a type comment uses it",
        "import pytz\nx = pytz.UTC  # type: pytz.tzinfo",
        "import pytz\nx = 0  # type: pytz.tzinfo",
    ),
    (
        "it is exported",
        "from pytz import UTC\n__all__ = ['UTC']\nx = UTC",
        "from pytz import UTC\n__all__ = ['UTC']\nx = 0",
    ),
    (
        "it stands in a try",
        "try:\n    import pytz\nexcept E: ...\nx = pytz.UTC",
        "try:\n    import pytz\nexcept E: ...\nx = 0",
    ),
    ("a submodule of the same package", "import pytz.reference\nx = pytz.UTC", "import pytz.reference\nx = 0"),
    ("another module of that name", "from my import pytz\nx = pytz.UTC", "from my import pytz\nx = pytz.UTC"),
]


@pytest.mark.parametrize(("before", "after"), [row[1:] for row in NEEDED], ids=[row[0] for row in NEEDED])
def test_a_name_is_needed(apply: Apply, before: str, after: str) -> None:
    assert apply(NeedTimezone, before).code == after


@pytest.mark.parametrize(("before", "after"), [row[1:] for row in MODULES], ids=[row[0] for row in MODULES])
def test_a_module_is_needed(apply: Apply, before: str, after: str) -> None:
    assert apply(NeedModule, before).code == after


@pytest.mark.parametrize(("before", "after"), [row[1:] for row in DROPPED], ids=[row[0] for row in DROPPED])
def test_an_import_goes_or_stays(apply: Apply, before: str, after: str) -> None:
    assert apply(DropPytz, before).code == after


def test_two_things_of_one_name_get_two_names(apply: Apply) -> None:
    class Both(Transform):
        def leave_Integer(self, original_node: cst.Integer, updated_node: cst.Integer) -> cst.BaseExpression:
            del original_node, updated_node
            return self.expression(f"{self.need_import('a', 'x')} + {self.need_import('b', 'x')}")

    assert apply(Both, "y = 1").code == "from a import x\nfrom b import x as b_x\n\ny = x + b_x"


def test_an_alias_of_ones_own(apply: Apply) -> None:
    class Own(Transform):
        def leave_Integer(self, original_node: cst.Integer, updated_node: cst.Integer) -> cst.BaseExpression:
            del original_node, updated_node
            return self.expression(self.need_import("numpy", alias="np"))

    assert apply(Own, "y = 1").code == "import numpy as np\n\ny = np"
    assert apply(Own, "import numpy\ny = 1").code == "import numpy\nimport numpy as np\n\ny = np"


def test_an_alias_that_was_asked_for_is_kept(apply: Apply) -> None:
    class Own(Transform):
        def leave_Integer(self, original_node: cst.Integer, updated_node: cst.Integer) -> cst.BaseExpression:
            del original_node, updated_node
            return self.expression(self.need_import("numpy", "array", alias="np_array"))

    assert apply(Own, "y = 1").code == "from numpy import array as np_array\n\ny = np_array"


def test_no_module_imports_itself(apply: Apply) -> None:
    assert apply(NeedTimezone, "y = 1", module="datetime").code == "y = timezone.utc"
