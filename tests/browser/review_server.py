"""The real `autotransform review` in a process of its own, on a small repository, for the tests of its page."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import urllib.request
from dataclasses import dataclass
from textwrap import dedent
from typing import TYPE_CHECKING, Any

from tests.cli.terminal import command
from tests.conftest import GitRepo

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "fresh_names"
PATH = f"transforms/{NAME}.py"
BRANCH = f"autotransform/{NAME}"
SCRIPT = dedent('''\
    """Replace ``stale`` by ``fresh``.

    Every keyword ``stale`` is called ``fresh``.
    Every attribute ``brown`` is called ``green``.
    """

    import libcst as cst

    from autotransform.codemod import Transform

    MENTIONS = ["stale", "brown"]

    CASES = [
        {"name": "a keyword", "before": "keep(stale=1)\\n", "after": "keep(fresh=1)\\n"},
        {"name": "an attribute", "before": "item.brown\\n", "after": "item.green\\n"},
        {"name": "a longer name", "before": "keep(stalemate=brownie)\\n"},
    ]


    class FreshNames(Transform):
        DESCRIPTION = "Replace stale by fresh."

        def leave_Arg(self, original_node: cst.Arg, updated_node: cst.Arg) -> cst.Arg:
            if original_node.keyword is not None and original_node.keyword.value == "stale":
                return updated_node.with_changes(keyword=cst.Name("fresh"))
            return updated_node

        def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.Attribute:
            if original_node.attr.value == "brown":
                return updated_node.with_changes(attr=cst.Name("green"))
            return updated_node
    ''')
FILES: dict[str, str | bytes] = {
    PATH: SCRIPT,
    "shop/basket.py": "def check(item):\n    item.keep(stale=1)\n",
    "shop/shelf.py": "def look(stalemate):\n    return stalemate.brownie\n",
    "shop/till.py": "def check(item):\n    item.keep(stale=1)\n"
    + "    # far away\n" * 9
    + "\n\ndef show(item):\n    item.brown\n",
}


@dataclass(frozen=True, slots=True)
class ReviewServer:
    """A server that runs, and the repository that it is about."""

    repo: GitRepo
    address: str
    process: subprocess.Popen[bytes]

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Ask the server as the page does."""
        root, _, token = self.address.partition("/#token=")
        request = urllib.request.Request(
            root + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {token}"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def clear(self) -> None:
        """Put away what a test left: the draft, the decisions, the branch; and the script is as it was."""
        state = self.ask("GET", "/api/state")
        self.repo.write(PATH, SCRIPT)
        self.ask("PUT", "/api/script", {"source": SCRIPT, "digest": state["digest"]})
        decided = [*state["decisions"]["refused"].items(), *state["decisions"]["accepted"].items()]
        forgotten: dict[str, dict[str, None]] = {}
        for kind, ids in decided:
            forgotten.setdefault(kind, {}).update(dict.fromkeys(ids))
        self.ask("PUT", "/api/decisions", forgotten)
        if self.repo.git("branch", "--list", BRANCH):
            self.repo.git("branch", "-D", BRANCH)


def make_repository(path: Path, files: dict[str, str | bytes]) -> GitRepo:
    """Make a repository that holds the files."""
    path.mkdir()
    repo = GitRepo(path)
    repo.git("init", "--quiet", "--initial-branch=main")
    repo.git("config", "user.name", "Ada Lovelace")
    repo.git("config", "user.email", "ada@example.org")
    repo.commit(files)
    return repo


@contextlib.contextmanager
def serving(
    repo: GitRepo, name: str = NAME, *options: str, environment: dict[str, str] | None = None, lacking: str = ""
) -> Iterator[ReviewServer]:
    """Run the command until the block ends, maybe on a kernel that lacks something (see `tests.kernels`)."""
    with subprocess.Popen(
        command("review", name, "--no-browser", *options, lacking=lacking),
        cwd=repo.path,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        try:
            yield ReviewServer(repo=repo, address=_read_address(process), process=process)
        finally:
            process.terminate()
            process.communicate(timeout=30)


def _read_address(process: subprocess.Popen[bytes]) -> str:
    said = b""
    assert process.stdout is not None
    for line in process.stdout:
        said += line
        if found := re.search(rb"http://127\.0\.0\.1:\d+/#token=\S+", line):
            return found[0].decode()

    raise AssertionError(said.decode(errors="replace"))
