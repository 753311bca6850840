"""What the forge keeps: bare repositories, and what GitHub keeps beside them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.servers.forge.words import PushRule

_HOOK = Path(__file__).with_name("push_rules.py")


@dataclass(slots=True, kw_only=True)
class Pull:
    """A pull request."""

    number: int
    title: str
    head: str
    base: str
    head_sha: str
    user: str
    #: Who has the branch: somebody else where it comes from a fork; ``None``: the fork is gone.
    head_owner: str | None
    body: str | None = None
    draft: bool = False
    state: str = "open"
    merged: bool = False
    labels: list[str] = field(default_factory=list)
    reviewers: list[str] = field(default_factory=list)
    teams: list[str] = field(default_factory=list)
    assignees: list[str] = field(default_factory=list)
    comments: list[tuple[str, str]] = field(default_factory=list)
    #: Who, and ``APPROVED``, ``CHANGES_REQUESTED``, ``COMMENTED`` or ``DISMISSED``, in order.
    reviews: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Hosted:
    """One repository on the forge."""

    owner: str
    name: str
    number: int
    path: Path
    #: What `git clone` takes.
    url: str
    pulls: list[Pull] = field(default_factory=list)
    #: Whether Actions may open pull requests (a switch in the settings, off by default in an organisation).
    may_actions_open: bool = True
    has_drafts: bool = True
    is_archived: bool = False
    is_fork: bool = False
    collaborators: set[str] = field(default_factory=lambda: {"alice", "bob"})
    teams: set[str] = field(default_factory=set)
    protected: set[str] = field(default_factory=set)
    #: By commit: name, status and conclusion.
    check_runs: dict[str, list[tuple[str, str, str | None]]] = field(default_factory=dict)
    #: By commit: context and state.
    statuses: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    @property
    def full_name(self) -> str:
        return f"{self.owner}/{self.name}"

    def git(self, *arguments: str, check: bool = True) -> str:
        """Run one git command in the bare repository; what it prints, without the last newline."""
        command = ["git", f"--git-dir={self.path}", *arguments]
        done = subprocess.run(command, capture_output=True, check=False, timeout=60)
        if check:
            assert done.returncode == 0, done.stderr.decode(errors="replace")
        return os.fsdecode(done.stdout).removesuffix("\n")

    def sha(self, ref: str) -> str | None:
        """Give the commit that a ref points to."""
        return self.git("rev-parse", "--quiet", "--verify", f"{ref}^{{commit}}", check=False) or None

    def tip(self, branch: str) -> str | None:
        """Give the commit that a branch points to."""
        return self.sha(f"refs/heads/{branch}")

    def counted(self, base: str, tip: str) -> int:
        """Count the commits of one that another does not have."""
        return int(self.git("rev-list", "--count", f"{base}..{tip}"))

    def commit(self, branch: str, content: str, *, onto: str | None = None) -> str:
        """Make a commit with one file, `a.py`, on a branch; the commit's id."""
        parent = f"refs/heads/{onto}^0" if onto else self.tip(branch)
        lines = [
            f"commit refs/heads/{branch}",
            "committer Ada Lovelace <ada@example.org> 1700000000 +0000",
            f"data {len(content)}\n{content}",
            f"from {parent}" if parent else "",
            f"M 100644 inline a.py\ndata {len(content)}\n{content}",
        ]
        command = ["git", f"--git-dir={self.path}", "fast-import", "--quiet", "--force"]
        script = "\n".join(filter(None, lines)) + "\n"
        subprocess.run(command, input=script.encode(), check=True, timeout=60)
        return str(self.tip(branch))

    def guard(self, *rules: PushRule) -> None:
        """Refuse pushes from now on as the rules say; a protected branch is shown as one."""
        (self.path / "rules.json").write_text(json.dumps([asdict(rule) for rule in rules]), encoding="utf-8")
        hook = self.path / "hooks" / "proc-receive"
        hook.write_text(f"#!{sys.executable} -IS\n" + _HOOK.read_text(encoding="utf-8"), encoding="utf-8")
        hook.chmod(0o755)
        self.git("config", "receive.procReceiveRefs", "refs/heads")

    def pull(self, number: int) -> Pull:
        """Give one pull request.

        Raises:
            KeyError: There is none.
        """
        for pull in self.pulls:
            if pull.number == number:
                return pull
        raise KeyError(number)

    def merge(self, number: int) -> None:
        """Merge a pull request with a merge commit, and delete its branch."""
        pull = self.pull(number)
        base = self.tip(pull.base)
        tree = self.git("merge-tree", "--write-tree", f"refs/heads/{pull.base}", f"refs/heads/{pull.head}")
        who = ["-c", "user.name=Bob", "-c", "user.email=bob@example.org"]
        parents = ["-p", str(base), "-p", pull.head_sha]
        merged = self.git(*who, "commit-tree", tree, *parents, "-m", f"Merge pull request #{number}")
        self.git("update-ref", f"refs/heads/{pull.base}", merged)
        self.git("update-ref", "-d", f"refs/heads/{pull.head}")
        pull.state, pull.merged = "closed", True


_CONFIG = """\
[core]
\trepositoryformatversion = 0
\tfilemode = true
\tbare = true
[http]
\treceivepack = true
[uploadpack]
\tallowReachableSHA1InWant = true
\tallowFilter = true
"""


def make_repository(path: Path) -> None:
    """Make a bare repository that takes pushes over HTTP, filters and single commits; sooner than `git init` does."""
    for folder in ("objects/info", "objects/pack", "refs/heads", "refs/tags", "hooks", "info"):
        (path / folder).mkdir(parents=True)
    (path / "HEAD").write_text("ref: refs/heads/main\n", encoding="ascii")
    (path / "config").write_text(_CONFIG, encoding="ascii")


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What a token stands for."""

    login: str
    #: ``read`` or ``write``, by name.
    permissions: dict[str, str]
    #: Only these repositories; ``None``: all.
    repositories: frozenset[str] | None = None

    @property
    def is_app(self) -> bool:
        """Whether it is an installation's: of GitHub Actions, or of another App."""
        return self.login.endswith("[bot]")

    def may(self, area: str, *, write: bool) -> bool:
        """Tell whether one area is open to it."""
        return self.permissions.get(area) in ({"write"} if write else {"read", "write"})

    def reaches(self, repository: Hosted) -> bool:
        """Tell whether it sees a repository at all."""
        return self.repositories is None or repository.full_name in self.repositories


_AREAS = ("contents", "pull_requests", "issues", "checks", "statuses")
ACTIONS = "github-actions[bot]"


def writing(login: str = ACTIONS, **changes: str) -> Token:
    """Give a token that may write where a workflow says so; of ``workflows`` it never may."""
    return Token(login=login, permissions={**dict.fromkeys(_AREAS, "write"), **changes})


def reading(login: str = ACTIONS) -> Token:
    """Give the token that a workflow has by default, and every workflow that a fork's pull request starts."""
    return Token(login=login, permissions=dict.fromkeys(_AREAS, "read"))


Json = dict[str, Any]
