# /// script
# requires-python = ">=3.11"
# dependencies = ["libcst>=1.9"]
#
# [tool.autotransform]
# format = 1
# request = "pass a timeout to every call of requests"
# ///
"""Pass a timeout to the functions of ``requests``.

Without one, a request waits for ever when the server does not answer. ``requests.get``, ``options``, ``head``,
``post``, ``put``, ``patch``, ``delete`` and ``request`` get ``timeout=10`` as their last argument; for another number
of seconds, ``--arg timeout=30``. The time counts until the connection stands, and between two pieces of the answer.

A call that passes ``timeout``, be it ``None``, is left: somebody has decided. Listed are calls with ``**options``,
where a timeout may be among them, and functions that are handed on without a call: ``partial(requests.get, url)``.
Sessions are left alone: what mounts adapters to them may set a timeout of its own, and of most it is not known in one
file whether they are sessions. So are the copies of requests inside of other packages.
"""

from __future__ import annotations

from typing import Any

import libcst as cst
from libcst.codemod import CodemodContext

from autotransform.codemod import Transform

MENTIONS = ["requests"]
TARGETS = [
    "requests.get",
    "requests.options",
    "requests.head",
    "requests.post",
    "requests.put",
    "requests.patch",
    "requests.delete",
    "requests.request",
]

FUNCTIONS = frozenset(name.rpartition(".")[2] for name in TARGETS)
REAL_NAMES = (*TARGETS, *(f"requests.api.{name}" for name in sorted(FUNCTIONS)))

CASES = [
    {
        "name": "through the module",
        "before": """
            import requests

            answer = requests.get(url)
            requests.post(url, data={"a": 1}, verify=False)
            requests.request("GET", url)
        """,
        "after": """
            import requests

            answer = requests.get(url, timeout=10)
            requests.post(url, data={"a": 1}, verify=False, timeout=10)
            requests.request("GET", url, timeout=10)
        """,
    },
    {
        "name": "an argument a line, with comments and without a last comma",
        "before": """
            import requests as r

            answer = r.put(
                url,  # where
                json=data
            )
            answer = r.put(
                url,
                json=data,
            )
        """,
        "after": """
            import requests as r

            answer = r.put(
                url,  # where
                json=data,
                timeout=10
            )
            answer = r.put(
                url,
                json=data,
                timeout=10,
            )
        """,
    },
    {
        "name": "imported by name, under another name",
        "before": """
            from requests import get as fetch

            pages = [fetch(url).text for url in urls]
        """,
        "after": """
            from requests import get as fetch

            pages = [fetch(url, timeout=10).text for url in urls]
        """,
    },
    {
        "name": "positional arguments cannot hold a timeout",
        "before": """
            import requests.api

            requests.get(*request)
            requests.api.get(url, params)
        """,
        "after": """
            import requests.api

            requests.get(*request, timeout=10)
            requests.api.get(url, params, timeout=10)
        """,
    },
    {
        "name": "a timeout is there, be it none",
        "before": """
            import requests

            requests.get(url, timeout=5)
            requests.get(url, timeout=None)
            requests.get(
                url,
                timeout=(3, 27),
            )
        """,
        "skips": 0,
    },
    {
        "name": "a timeout may be among the options",
        "before": """
            import requests

            def fetch(url, **options):
                return requests.get(url, **options)
        """,
        "skips": 1,
    },
    {
        "name": "handed on without a call",
        "before": """
            import functools
            import requests

            fetch = functools.partial(requests.get, headers=HEADERS)
            verbs = {"get": requests.get}
        """,
        "skips": 2,
    },
    {
        "name": "replaced in a test",
        "before": """
            import requests

            requests.get = fake
            requests.get.assert_called_with(url)
        """,
        "skips": 0,
    },
    {
        "name": "a session",
        "before": """
            import requests

            session = requests.Session()
            session.get(url)
        """,
        "skips": 0,
    },
    {
        "name": "other things called requests or get",
        "before": """
            import requests
            from mylib import get

            def f(requests, d):
                requests.get(1)
                get(url)
                d.get("requests", requests.get(2))
        """,
        "skips": 0,
    },
    {
        "name": "a copy inside of another package",
        "before": """
            from pip._vendor import requests

            requests.get(url)
        """,
        "skips": 0,
    },
    {
        "name": "a call in an argument of a call, and a generator",
        "before": """
            import requests

            requests.post(requests.get(url).text)
            requests.post(url for url in urls)
        """,
        "after": """
            import requests

            requests.post(requests.get(url, timeout=10).text, timeout=10)
            requests.post((url for url in urls), timeout=10)
        """,
    },
    {
        "name": "exceptions and classes of requests",
        "before": """
            import requests

            try:
                raise requests.Timeout()
            except requests.exceptions.RequestException:
                requests.Request("GET", url)
        """,
        "skips": 0,
    },
]


class RequestsTimeout(Transform):
    DESCRIPTION = "Pass a timeout to the functions of requests."

    @staticmethod
    def add_args(arg_parser: Any) -> None:
        arg_parser.add_argument("--timeout", default="10", help="seconds to wait for an answer")

    def __init__(self, context: CodemodContext, timeout: str = "10") -> None:
        super().__init__(context)
        self.timeout = timeout

    def visit_Module(self, node: cst.Module) -> None:
        #: What the file calls the functions that it imports by name.
        self.local_names = set(FUNCTIONS)

    def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:
        for each in () if isinstance(node.names, cst.ImportStar) else node.names:
            if each.evaluated_name in FUNCTIONS:
                self.local_names.add(each.evaluated_alias or each.evaluated_name)
        return False

    def visit_Arg(self, node: cst.Arg) -> None:
        self.note_other_use(node.value)

    def visit_DictElement(self, node: cst.DictElement) -> None:
        self.note_other_use(node.value)

    def visit_Element(self, node: cst.Element) -> None:
        self.note_other_use(node.value)

    def visit_Assign(self, node: cst.Assign) -> None:
        self.note_other_use(node.value)

    def visit_Return(self, node: cst.Return) -> None:
        if node.value is not None:
            self.note_other_use(node.value)

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        if not self.may_request(original_node.func):
            return updated_node
        if not self.refers_to(original_node.func, *REAL_NAMES):
            if self.may_refer_to(original_node.func, *REAL_NAMES):
                self.skip(original_node, "this may be another function")
            return updated_node
        if self.find_argument(original_node, keyword="timeout") is not None:
            return updated_node
        if any(each.star == "**" for each in original_node.args):
            self.skip(original_node, "a timeout may be among the options")
            return updated_node
        return self.add_argument(updated_node, self.argument(self.timeout, keyword="timeout"))

    def note_other_use(self, node: cst.BaseExpression) -> None:
        if self.may_request(node) and self.refers_to(node, *REAL_NAMES):
            self.skip(node, "handed on without a call")

    def may_request(self, node: cst.BaseExpression) -> bool:
        """Whether it is worth asking what a node stands for: finding out takes time in a long file."""
        if isinstance(node, cst.Attribute):
            return node.attr.value in FUNCTIONS and not isinstance(node.value, cst.Call)
        return isinstance(node, cst.Name) and node.value in self.local_names
