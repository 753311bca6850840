"""Cut GitHub's description of its API (13 MB) to the parts that tests use, with all that they refer to.

npm pack @octokit/openapi@23.0.2 && tar xzf octokit-openapi-23.0.2.tgz package/generated/api.github.com.json
python tests/servers/forge/cut_description.py package/generated/api.github.com.json tests/servers/forge/github.json.gz
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_REPO = "/repos/{owner}/{repo}"
USED = {
    _REPO: ["get"],
    f"{_REPO}/branches/{{branch}}": ["get"],
    f"{_REPO}/commits/{{ref}}/check-runs": ["get"],
    f"{_REPO}/commits/{{ref}}/status": ["get"],
    f"{_REPO}/git/matching-refs/{{ref}}": ["get"],
    f"{_REPO}/git/ref/{{ref}}": ["get"],
    f"{_REPO}/git/refs": ["post"],
    f"{_REPO}/git/refs/{{ref}}": ["patch", "delete"],
    f"{_REPO}/issues/{{issue_number}}": ["patch"],
    f"{_REPO}/issues/{{issue_number}}/assignees": ["post"],
    f"{_REPO}/issues/{{issue_number}}/comments": ["get", "post"],
    f"{_REPO}/issues/{{issue_number}}/labels": ["get", "post"],
    f"{_REPO}/labels": ["get", "post"],
    f"{_REPO}/pulls": ["get", "post"],
    f"{_REPO}/pulls/{{pull_number}}": ["get", "patch"],
    f"{_REPO}/pulls/{{pull_number}}/commits": ["get"],
    f"{_REPO}/pulls/{{pull_number}}/requested_reviewers": ["post"],
    f"{_REPO}/pulls/{{pull_number}}/reviews": ["get"],
    "/meta": ["get"],
    "/rate_limit": ["get"],
    "/user": ["get"],
}


def cut(whole: dict[str, Any]) -> dict[str, Any]:
    """Keep what is used, and what that refers to, however far."""
    kept = {key: whole[key] for key in whole if key not in {"paths", "components", "x-webhooks", "webhooks"}}
    kept["paths"] = {
        path: {method: whole["paths"][path][method] for method in methods} for path, methods in USED.items()
    }
    kept["components"] = {}
    waiting, seen = set(_references(kept)), set[str]()
    while waiting:
        reference = waiting.pop()
        seen.add(reference)
        _, top, section, name = reference.split("/", 3)
        name = name.replace("~1", "/").replace("~0", "~")
        found = whole[top][section][name]
        kept["components"].setdefault(section, {})[name] = found
        waiting |= set(_references(found)) - seen
    return kept


def _references(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _references(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "$ref" and isinstance(item, str):
                yield item
            else:
                yield from _references(item)


if __name__ == "__main__":
    source, target = map(Path, sys.argv[1:])
    described = json.dumps(cut(json.loads(source.read_bytes())), separators=(",", ":"), sort_keys=True)
    target.write_bytes(gzip.compress(described.encode(), compresslevel=9, mtime=0))
