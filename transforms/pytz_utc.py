# /// script
# requires-python = ">=3.11"
# dependencies = ["libcst>=1.9"]
#
# [tool.autotransform]
# format = 1
# request = "use timezone.utc instead of pytz.UTC"
# ///
"""Replace ``pytz.UTC`` by ``datetime.timezone.utc``.

``pytz.UTC`` and ``pytz.utc`` become ``timezone.utc``, however they were imported and whatever the file calls them.
``from datetime import timezone`` is added where it is missing; imports of pytz that nothing uses any more go.
Calls of methods that only pytz's time zones have (``pytz.UTC.localize(…)``, ``.normalize(…)``) are left alone and
listed: what they should become depends on what is passed.
A local variable called ``pytz`` or ``UTC``, and names in strings, are left alone.
"""

from __future__ import annotations

import libcst as cst

from autotransform.codemod import Transform

MENTIONS = ["pytz"]
TARGETS = ["pytz.UTC", "pytz.utc"]

CASES = [
    {
        "name": "an attribute of the module",
        "before": """
            import pytz

            now = datetime.now(pytz.UTC)
        """,
        "after": """
            from datetime import timezone

            now = datetime.now(timezone.utc)
        """,
    },
    {
        "name": "imported by name, under another name",
        "before": """
            from pytz import utc as Z

            now = datetime.now(Z)
        """,
        "after": """
            from datetime import timezone

            now = datetime.now(timezone.utc)
        """,
    },
    {
        "name": "datetime is imported already, pytz still needed",
        "before": """
            from datetime import datetime, timezone
            import pytz

            now = datetime.now(pytz.utc).astimezone(pytz.timezone("Asia/Tokyo"))
        """,
        "after": """
            from datetime import datetime, timezone
            import pytz

            now = datetime.now(timezone.utc).astimezone(pytz.timezone("Asia/Tokyo"))
        """,
    },
    {
        "name": "a method that only pytz has",
        "before": """
            import pytz

            when = pytz.UTC.localize(datetime(2026, 1, 1))
        """,
        "skips": 1,
    },
    {
        "name": "a local variable called pytz",
        "before": """
            def f(pytz):
                return pytz.UTC
        """,
    },
    {
        "name": "another UTC",
        "before": """
            import pytz
            from mylib import UTC

            now = datetime.now(UTC, pytz.timezone("UTC"))
        """,
    },
    {
        "name": "an attribute of something else, and a string",
        "before": """
            import pytz as time_zones

            settings.pytz.UTC = "pytz.UTC", time_zones.all_timezones
        """,
    },
]


class PytzUtc(Transform):
    DESCRIPTION = "Replace pytz.UTC by datetime.timezone.utc."

    def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:
        return False  # imports are mended by need_import and drop_import

    def visit_Attribute(self, node: cst.Attribute) -> bool:
        if self.refers_to(node.value, *TARGETS) and node.attr.value in {"localize", "normalize"}:
            self.skip(node, "a method that only pytz has")
            return False
        return True

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.BaseExpression:
        return self.replaced(original_node, updated_node)

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        return self.replaced(original_node, updated_node)

    def replaced(self, original_node: cst.BaseExpression, updated_node: cst.BaseExpression) -> cst.BaseExpression:
        """Give what to write instead of a node that stands for UTC, and see to the imports."""
        if not self.refers_to(original_node, *TARGETS):
            return updated_node
        for name in ("UTC", "utc", None):
            self.drop_import("pytz", name)
        timezone = self.need_import("datetime", "timezone")
        return self.expression(f"{timezone}.utc")
