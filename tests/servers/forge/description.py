"""GitHub's own description of its REST API, cut to what is used here, and what it says of one request or answer.

`github.json.gz` is made by `cut_description.py` from the npm package `@octokit/openapi` (23.0.2), which is GitHub's;
its licence stands beside it.
"""

from __future__ import annotations

import copy
import gzip
import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from openapi_core import OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse

if TYPE_CHECKING:
    from collections.abc import Mapping

_HOST = "https://api.github.com"
#: These end in a name with slashes, which the description means as one part of the path.
_OPEN_ENDS = re.compile(r"(/git/refs?/|/git/matching-refs/|/branches/)(.+)")

#: The description says that these are never null; GitHub sends null for the repository of a fork that was deleted, and
#: for the conclusion of a check that still runs.
_UNTRUE = re.compile(r"(head/repo|head/user|/conclusion): None ")


@cache
def _load() -> tuple[OpenAPI, dict[str, Any]]:
    """Load it once: it takes more than half a second."""
    described = json.loads(gzip.decompress(Path(__file__).with_name("github.json.gz").read_bytes()))
    return OpenAPI.from_dict(described), described


def example(name: str) -> Any:
    """Give one of GitHub's own examples, to be changed as one likes."""
    return copy.deepcopy(_load()[1]["components"]["examples"][name]["value"])


def request_fault(method: str, path: str, *, query: Mapping[str, str], data: bytes) -> str:
    """Say what is wrong with a request; nothing where it is as described."""
    try:
        _load()[0].validate_request(_request(method, path, query=query, data=data))
    except OpenAPIError as error:
        return _told(error)
    return ""


def response_fault(method: str, path: str, *, status: int, body: bytes) -> str:
    """Say what is wrong with an answer; nothing where it is as described, or no such status is described."""
    api, described = _load()
    request = _request(method, path, query={}, data=b"")
    pattern = _pattern_of(path, described["paths"])
    if str(status) not in described["paths"].get(pattern, {}).get(method.lower(), {}).get("responses", {}):
        return "" if status >= 300 else f"{status} is no answer of {method} {pattern}"
    try:
        api.validate_response(request, MockResponse(body, status_code=status))
    except OpenAPIError as error:
        return _told(error)
    return ""


def _request(method: str, path: str, *, query: Mapping[str, str], data: bytes) -> MockRequest:
    whole = _OPEN_ENDS.sub(lambda found: found[1] + quote(unquote(found[2]), safe=""), path)
    return MockRequest(_HOST, method.lower(), whole, args=dict(query), data=data or None)


def _pattern_of(path: str, patterns: Mapping[str, object]) -> str:
    whole = _OPEN_ENDS.sub(r"\1x", path)
    for pattern in sorted(patterns, key=lambda name: name.count("{")):
        if re.fullmatch(re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(pattern)), whole):
            return pattern
    return ""


def _told(error: OpenAPIError) -> str:
    causes = getattr(error.__cause__, "schema_errors", ())
    faults = [f"{'/'.join(map(str, cause.absolute_path))}: {cause.message}" for cause in causes]
    if faults and all(_UNTRUE.search(fault) for fault in faults):
        return ""
    return f"{type(error).__name__}: {'; '.join(faults) or error.__cause__ or error}"[:2000]
