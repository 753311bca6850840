# /// script
# requires-python = ">=3.11"
# dependencies = ["libcst>=1.9"]
#
# [tool.autotransform]
# format = 1
# request = "replace the deprecated datetime.utcnow() and utcfromtimestamp() without changing the value"
# ///
"""Replace ``datetime.utcnow()`` and ``datetime.utcfromtimestamp()`` by what gives the same value.

Both are deprecated since Python 3.12. They become ``datetime.now(timezone.utc).replace(tzinfo=None)`` and
``datetime.fromtimestamp(value, timezone.utc).replace(tzinfo=None)``: the value stays naive, so whatever compares it,
stores it or prints it goes on doing so.
Where a ``.replace(tzinfo=…)`` follows anyway, it is the only one: ``datetime.utcnow().replace(tzinfo=zone)`` becomes
``datetime.now(timezone.utc).replace(tzinfo=zone)``.
The style of the file is kept: ``datetime.datetime`` goes with ``datetime.timezone``, and where only the class is
imported, ``from datetime import timezone`` is added.
A method that is passed on without being called (``default=datetime.utcnow``) is left alone and listed: it needs a
function of its own, and where that should stand is for a person to say. So are calls with arguments that cannot be
seen, and names that may be something else. Strings that name one of the methods, as patches of tests do, are listed.
"""

from __future__ import annotations

import libcst as cst
from libcst.codemod import CodemodContext

from autotransform.codemod import Transform

MENTIONS = ["utcnow", "utcfromtimestamp"]
TARGETS = ["datetime.datetime.utcnow", "datetime.datetime.utcfromtimestamp"]

CASES = [
    {
        "name": "the class is imported",
        "before": """
            from datetime import datetime

            now = datetime.utcnow()
        """,
        "after": """
            from datetime import datetime, timezone

            now = datetime.now(timezone.utc).replace(tzinfo=None)
        """,
    },
    {
        "name": "the module is imported, under another name",
        "before": """
            import datetime as dt

            when = dt.datetime.utcfromtimestamp(seconds)  # noqa: DTZ004
        """,
        "after": """
            import datetime as dt

            when = dt.datetime.fromtimestamp(seconds, dt.timezone.utc).replace(tzinfo=None)  # noqa: DTZ004
        """,
    },
    {
        "name": "timezone is something else in this file",
        "before": """
            from datetime import datetime

            from django.utils import timezone

            now = datetime.utcnow(), timezone.now()
        """,
        "after": """
            from datetime import datetime, timezone as datetime_timezone

            from django.utils import timezone

            now = datetime.now(datetime_timezone.utc).replace(tzinfo=None), timezone.now()
        """,
    },
    {
        "name": "a time zone is put in right away",
        "before": """
            import datetime

            now = datetime.datetime.utcnow().replace(microsecond=0, tzinfo=zone)
        """,
        "after": """
            import datetime

            now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0, tzinfo=zone)
        """,
    },
    {
        "name": "a call over several lines, with comments",
        "before": """
            from datetime import datetime

            when = datetime.utcfromtimestamp(
                int(seconds),  # of the header
            ).replace(microsecond=0)
        """,
        "after": """
            from datetime import datetime, timezone

            when = datetime.fromtimestamp(
                int(seconds),  # of the header
                timezone.utc,
            ).replace(tzinfo=None).replace(microsecond=0)
        """,
    },
    {
        "name": "passed on without being called",
        "before": """
            from datetime import datetime

            created = Column(DateTime, default=datetime.utcnow)
        """,
        "skips": 1,
    },
    {
        "name": "arguments that cannot be seen",
        "before": """
            from datetime import datetime

            when = datetime.utcfromtimestamp(*values), datetime.utcnow(*values)
        """,
        "skips": 2,
    },
    {
        "name": "another class with such a method",
        "before": """
            from datetime import datetime
            from mylib import clock

            now = clock.utcnow(), datetime.now()
        """,
    },
    {
        "name": "the class may be another one",
        "before": """
            try:
                from fastdatetime import datetime
            except ImportError:
                from datetime import datetime

            now = datetime.utcnow()
        """,
        "skips": 1,
    },
    {
        "name": "a variable that is called datetime",
        "before": """
            def f(datetime):
                return datetime.utcnow()
        """,
    },
    {
        "name": "a patch that names it",
        "before": """
            @patch("datetime.datetime.utcnow")
            def test_it(utcnow):
                utcnow.return_value = EPOCH
        """,
        "skips": 1,
    },
    {
        "name": "what it is replaced by",
        "before": """
            from datetime import datetime, timezone

            now = datetime.now(timezone.utc).replace(tzinfo=None)
        """,
    },
]

UTCNOW = "datetime.datetime.utcnow"
UTCFROMTIMESTAMP = "datetime.datetime.utcfromtimestamp"


class Utcnow(Transform):
    DESCRIPTION = "Replace datetime.utcnow() and utcfromtimestamp() by what gives the same value."

    def __init__(self, context: CodemodContext) -> None:
        super().__init__(context)
        #: What calls call: everything else that stands for one of the methods passes it on.
        self.called: set[cst.BaseExpression] = set()
        #: Calls after which a time zone is put in anyway.
        self.replaced: set[cst.BaseExpression] = set()

    def visit_Call(self, node: cst.Call) -> None:
        self.called.add(node.func)
        puts_zone_in = self.find_argument(node, keyword="tzinfo") or self.find_argument(node, position=7)
        if isinstance(node.func, cst.Attribute) and node.func.attr.value == "replace" and puts_zone_in:
            self.replaced.add(node.func.value)

    def visit_SimpleString(self, node: cst.SimpleString) -> None:
        self.skip_mention(node, *TARGETS)

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.BaseExpression:
        is_passed_on = original_node.attr.value in MENTIONS and original_node not in self.called
        if is_passed_on and self.may_refer_to(original_node, *TARGETS):
            self.skip(original_node, "it is passed on without being called")
        return updated_node

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        if not (isinstance(original_node.func, cst.Attribute) and original_node.func.attr.value in MENTIONS):
            return updated_node
        if not self.refers_to(original_node.func, *TARGETS):
            if self.may_refer_to(original_node.func, *TARGETS):
                self.skip(original_node, "it may be the method of another class")
            return updated_node
        expected = 0 if self.refers_to(original_node.func, UTCNOW) else 1
        if len(original_node.args) != expected or any(each.star or each.keyword for each in original_node.args):
            self.skip(original_node, "the arguments are not the ones that it takes")
            return updated_node
        aware = self.aware(original_node, updated_node, name="fromtimestamp" if expected else "now")
        return aware if original_node in self.replaced else self.expression("{aware}.replace(tzinfo=None)", aware=aware)

    def aware(self, original_node: cst.Call, updated_node: cst.Call, *, name: str) -> cst.Call:
        """Give the call that makes the value with its time zone."""
        original, updated = original_node.func, updated_node.func
        if not (isinstance(original, cst.Attribute) and isinstance(updated, cst.Attribute)):
            return updated_node
        call = updated_node.with_changes(func=updated.with_changes(attr=cst.Name(name)))
        return self.add_argument(call, self.argument(self.utc(original.value)))

    def utc(self, owner: cst.BaseExpression) -> cst.BaseExpression:
        """Give what this file calls UTC: next to the class, where that is reached through its module."""
        if isinstance(owner, cst.Attribute) and self.refers_to(owner.value, "datetime"):
            return self.expression("{module}.timezone.utc", module=owner.value)
        timezone = self.need_import("datetime", "timezone")
        return self.expression(f"{timezone}.utc")
