"""What the REST API shows of the things that are kept, in the shape of GitHub's own examples."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.servers.forge.description import example

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.servers.forge.storage import Hosted, Json, Pull

_EXAMPLE = "https://api.github.com/repos/octocat/Hello-World"
_PASSED = frozenset({"success"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Shapes:
    """Shows what one repository holds, with links to where the request came to."""

    hosted: Hosted
    #: Without a slash at the end.
    base_url: str

    @property
    def _api_url(self) -> str:
        return f"{self.base_url}/api/v3/repos/{self.hosted.full_name}"

    def _here(self, value: Any) -> Any:
        text = json.dumps(value).replace(_EXAMPLE, self._api_url)
        return json.loads(text.replace("https://github.com/octocat/Hello-World", self._web_url))

    @property
    def _web_url(self) -> str:
        return f"{self.base_url}/{self.hosted.full_name}"

    def user(self, login: str) -> Json:
        shown: Json = example("pull-request")["user"]
        return {**shown, "login": login, "type": "Bot" if login.endswith("[bot]") else "User"}

    def repository(self, *, can_push: bool) -> Json:
        shown: Json = self._here(example("full-repository-default-response"))
        for key in ("parent", "source", "template_repository"):
            shown.pop(key, None)
        hosted = self.hosted
        permissions = {"admin": False, "maintain": False, "push": can_push, "triage": can_push, "pull": True}
        return {
            **shown,
            "id": hosted.number,
            "name": hosted.name,
            "full_name": hosted.full_name,
            "owner": self.user(hosted.owner),
            "html_url": self._web_url,
            "default_branch": "main",
            "language": "Python",
            "archived": hosted.is_archived,
            "fork": hosted.is_fork,
            "permissions": permissions,
        }

    def pull(self, pull: Pull) -> Json:
        shown: Json = self._here(example("pull-request"))
        shown = json.loads(json.dumps(shown).replace("/1347", f"/{pull.number}"))
        head, base = self.hosted.tip(pull.head), self.hosted.tip(pull.base)
        if pull.head_owner == self.hosted.owner and pull.state == "open":
            # GitHub closes a pull request whose branch is gone.
            pull.state, pull.head_sha = ("open", head) if head else ("closed", pull.head_sha)
        shown |= {
            "number": pull.number,
            "id": pull.number,
            "node_id": f"PR_{pull.number}",
            "state": pull.state,
            "title": pull.title,
            "body": pull.body,
            "draft": pull.draft,
            "user": self.user(pull.user),
            "labels": [self.label(name) for name in pull.labels],
            "requested_reviewers": [self.user(login) for login in pull.reviewers],
            "requested_teams": [],
            "assignees": [self.user(login) for login in pull.assignees],
            "assignee": None,
            "milestone": None,
            "merged": pull.merged,
            "merged_at": "2026-01-01T00:00:00Z" if pull.merged else None,
            "closed_at": None if pull.state == "open" else "2026-01-01T00:00:00Z",
        }
        shown["base"] |= {"label": f"{self.hosted.owner}:{pull.base}", "ref": pull.base, "sha": base or "0" * 40}
        shown["head"] |= {"label": f"{pull.head_owner}:{pull.head}", "ref": pull.head, "sha": pull.head_sha}
        for side, owner in (("base", self.hosted.owner), ("head", pull.head_owner)):
            self._settle(shown[side], owner=owner)
        return shown

    def _settle(self, side: Json, *, owner: str | None) -> None:
        if owner is None:
            side |= {"repo": None, "user": None}
            return
        name = self.hosted.name
        side["repo"] |= {"full_name": f"{owner}/{name}", "name": name, "fork": owner != self.hosted.owner}
        side["user"] = self.user(owner)

    def label(self, name: str) -> Json:
        shown = {"id": 1, "node_id": "LA_1", "url": f"{self._api_url}/labels/x", "name": name}
        return {**shown, "description": "", "color": "ededed", "default": False}

    def issue(self, pull: Pull) -> Json:
        shown: Json = self._here(example("issue"))
        kept = {"number": pull.number, "title": pull.title, "body": pull.body, "state": pull.state}
        return {**shown, **kept, "assignees": [self.user(login) for login in pull.assignees]}

    def comment(self, number: int, *, login: str, body: str) -> Json:
        return {**self._here(example("issue-comment")), "id": number, "body": body, "user": self.user(login)}

    def review(self, number: int, *, login: str, state: str) -> Json:
        shown: Json = self._here(example("pull-request-review-items")[0])
        return {**shown, "id": number, "user": self.user(login), "state": state, "body": ""}

    def check_runs(self, sha: str, runs: Sequence[tuple[str, str, str | None]]) -> Json:
        shown = example("check-run-paginated")["check_runs"][0]
        shown["pull_requests"] = []
        listed = [
            {**shown, "id": number, "head_sha": sha, "name": name, "status": status, "conclusion": conclusion}
            for number, (name, status, conclusion) in enumerate(runs, start=1)
        ]
        return {"total_count": len(listed), "check_runs": listed}

    def statuses(self, sha: str, statuses: Sequence[tuple[str, str]]) -> Json:
        shown: Json = self._here(example("combined-commit-status"))
        one = shown["statuses"][0]
        states = {state for _, state in statuses}
        whole = "failure" if states & {"failure", "error"} else "success" if states == _PASSED else "pending"
        listed = [{**one, "context": context, "state": state} for context, state in statuses]
        return {**shown, "sha": sha, "state": whole, "statuses": listed, "total_count": len(listed)}

    def ref(self, ref: str, *, sha: str) -> Json:
        commit = {"type": "commit", "sha": sha, "url": f"{self._api_url}/git/commits/{sha}"}
        return {"ref": ref, "node_id": "REF_1", "url": f"{self._api_url}/git/{ref}", "object": commit}

    def branch(self, branch: str, *, sha: str) -> Json:
        shown: Json = self._here(example("branch-get"))
        commit = {**shown["commit"], "sha": sha}
        return {**shown, "name": branch, "commit": commit, "protected": branch in self.hosted.protected}
