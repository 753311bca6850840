"""One repository on GitHub: its pull requests, and what is needed to make, find, change and close them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Self, TypeVar
from urllib.parse import quote

from autotransform.errors import RefusedError
from autotransform.publish.branches.ownership import branch_of
from autotransform.publish.github.refusals import Attempt, ExistsError, UnknownNodeError, compare_url, explain
from autotransform.publish.github.remotes import web_url_of
from autotransform.publish.github.transport import LostError, Transport
from autotransform.publish.github.values import (
    Checks,
    HostedRepository,
    PullRequest,
    Review,
    parse_checks,
    parse_pull,
    parse_repository,
    parse_reviews,
    read_answer,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from autotransform.errors import GitHubError
    from autotransform.publish.github.transport import Answer

_T = TypeVar("_T")
_PAGE = 100
_NODE_TRIES = 3
_PULLS, _CONTENTS = "pull-requests: write", "contents: write"


class GitHub:
    """One repository, as one token sees it. Requests go out one after the other; close it, or use it in ``with``.

    Args:
        api_url: ``https://api.github.com``, or what GITHUB_API_URL says.
        token: Sent there and nowhere else; never shown.
        owner: Of the repository.
        name: Of the repository.
        web_url: Where people go; found from ``api_url`` when left out.
        wait: Waits for some seconds.
        patience: For how many seconds, in all, to wait for limits.
    """

    def __init__(
        self,
        api_url: str,
        token: str,
        *,
        owner: str,
        name: str,
        web_url: str = "",
        wait: Callable[[float], None] = time.sleep,
        patience: float = 600.0,
    ) -> None:
        self._web_url = web_url.rstrip("/") or web_url_of(api_url)
        self._wait = wait
        self._transport = Transport(api_url, token, wait=wait, patience=patience)
        self._call(owner, name)

    def _call(self, owner: str, name: str) -> None:
        self._owner, self._full_name = owner, f"{owner}/{name}"
        self._root = f"/repos/{quote(owner, safe='')}/{quote(name, safe='')}"

    def __repr__(self) -> str:
        return f"GitHub({self._web_url}/{self._full_name})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the connection."""
        self._transport.close()

    def compare_url(self, *, head: str, base: str) -> str:
        """Give the page on which a person opens a pull request for a branch."""
        return compare_url(self._web_url, self._full_name, head=head, base=base)

    def repository(self) -> HostedRepository:
        """Describe the repository; from then on it is called here what it is called there by now.

        Raises:
            GitHubError: As every method here: GitHub refuses, does not answer, or asks for too much patience.
        """
        answer = self._ask("GET", "", attempt=self._attempt("read the repository", "contents: read"))
        found = read_answer(answer, parse_repository)
        if "/" in found.full_name:
            self._call(*found.full_name.split("/", 1))
        return found

    # Pull requests

    def find_pull(self, *, head: str, base: str) -> PullRequest | None:
        """Find the open pull request of a branch of this repository."""
        query = {"state": "open", "head": f"{self._owner}:{head}", "base": base}
        for pull in self._list_pulls(query):
            # A server that does not know the filter would give us any.
            if (pull.head, pull.base, pull.head_repository.lower()) == (head, base, self._full_name.lower()):
                return pull
        return None

    def list_pulls(self, prefix: str) -> tuple[PullRequest, ...]:
        """List the open pull requests of branches here that begin so, by number; those of forks are not among them."""
        pulls = [
            pull
            for pull in self._list_pulls({"state": "open"})
            if pull.head.startswith(prefix) and pull.head_repository.lower() == self._full_name.lower()
        ]
        return tuple(sorted(pulls, key=lambda pull: pull.number))

    def create_pull(self, *, head: str, base: str, title: str, body: str, is_draft: bool = False) -> PullRequest:
        """Open a pull request; where somebody opened one meanwhile, that one gets title and body.

        Raises:
            NotPermittedError: Workflows may not, here; the hint has the page to open one by hand.
        """
        attempt = self._attempt("open a pull request", _PULLS, head=head, base=base)
        content = {"title": title, "head": head, "base": base, "body": body, "draft": is_draft}
        for is_last in (False, False, True):
            try:
                answer = self._ask("POST", "/pulls", attempt=attempt, body=content, is_repeatable=False)
                return read_answer(answer, parse_pull)
            except ExistsError:
                found = self.find_pull(head=head, base=base)
                if found is None:
                    raise
                return self.update_pull(found.number, title=title, body=body)
            except _UnknownOutcomeError as error:
                # It may have been made all the same.
                found = self.find_pull(head=head, base=base)
                if found is not None:
                    return found
                if is_last:
                    raise error.known from None
        raise AssertionError

    def update_pull(
        self, number: int, *, title: str | None = None, body: str | None = None, base: str | None = None
    ) -> PullRequest:
        """Change what is given of a pull request, and leave the rest."""
        given = {"title": title, "body": body, "base": base}
        return self._change(number, {key: value for key, value in given.items() if value is not None})

    def close_pull(self, number: int, *, comment: str) -> PullRequest:
        """Close a pull request, and say there why; said once, however often it is tried."""
        attempt = self._attempt("comment on a pull request", _PULLS)
        path = f"/issues/{number}/comments"
        for is_last in (False, False, True):
            listed = self._list(path, attempt=attempt)
            if any(str(each.get("body", "")).strip() == comment.strip() for each in listed):
                break
            try:
                self._ask("POST", path, attempt=attempt, body={"body": comment}, is_repeatable=False)
                break
            except _UnknownOutcomeError as error:
                if is_last:
                    raise error.known from None
        return self._change(number, {"state": "closed"})

    def add_labels(self, number: int, labels: Sequence[str]) -> tuple[str, ...]:
        """Add labels to a pull request, and make those that are not there yet; all that it has then."""
        attempt = self._attempt("label a pull request", _PULLS)
        answer = self._ask_patiently("POST", f"/issues/{number}/labels", attempt=attempt, body={"labels": [*labels]})
        return read_answer(answer, lambda value: tuple(str(label["name"]) for label in value))

    def request_reviewers(
        self, number: int, *, users: Sequence[str] = (), teams: Sequence[str] = ()
    ) -> tuple[str, ...]:
        """Ask people and teams for a review, one by one, for one who cannot be asked would fail them all.

        Args:
            number: Of the pull request.
            users: Their logins.
            teams: ``name`` or ``organisation/name``.

        Returns:
            One sentence for each that could not be asked.
        """
        notes = []
        slugs = [team.rpartition("/")[2] for team in teams]
        for kind, each in [*(("reviewers", user) for user in users), *(("team_reviewers", slug) for slug in slugs)]:
            attempt = self._attempt(f"ask {each} for a review", _PULLS)
            try:
                path = f"/pulls/{number}/requested_reviewers"
                self._ask_patiently("POST", path, attempt=attempt, body={kind: [each]})
            except RefusedError as error:
                notes.append(f"{each} was not asked for a review: {error.message} {error.hint}".strip())
        return tuple(notes)

    def add_assignees(self, number: int, logins: Sequence[str]) -> tuple[str, ...]:
        """Assign people to a pull request.

        Returns:
            One sentence for each that GitHub passed over; it does not say why.
        """
        attempt = self._attempt("assign somebody to a pull request", _PULLS)
        body = {"assignees": [*logins]}
        answer = self._ask_patiently("POST", f"/issues/{number}/assignees", attempt=attempt, body=body)
        assigned = read_answer(answer, lambda value: {str(user["login"]).lower() for user in value["assignees"]})
        return tuple(
            f"{login} was not assigned: only people with access to {self._full_name} can be."
            for login in logins
            if login.lower() not in assigned
        )

    # How they stand

    def checks(self, sha: str) -> Checks:
        """Say how the checks of a commit stand: check runs, and the statuses of older systems."""
        runs = self._list(
            f"/commits/{sha}/check-runs", attempt=self._attempt("read the checks", "checks: read"), within="check_runs"
        )
        statuses = self._list(
            f"/commits/{sha}/status", attempt=self._attempt("read the statuses", "statuses: read"), within="statuses"
        )
        return parse_checks(runs, statuses)

    def reviews(self, number: int) -> tuple[Review, ...]:
        """Say what people say of a pull request by now, by their names."""
        attempt = self._attempt("read the reviews", "pull-requests: read")
        return parse_reviews(self._list(f"/pulls/{number}/reviews", attempt=attempt))

    def delete_branch(self, branch: str) -> bool:
        """Delete a branch of ours; whether it was there.

        Raises:
            ValueError: It is not one of ours.
        """
        if not branch.startswith(branch_of("")):
            raise ValueError(branch)
        attempt = self._attempt("delete a branch", _CONTENTS, head=branch)
        path = f"/git/refs/heads/{quote(branch)}"
        answer = self._transport.send("DELETE", self._root + path)
        if answer.is_good:
            return True
        if b"Reference does not exist" in answer.content:
            return False
        raise self._refusal(answer, attempt)

    # Asking

    def read(self, path: str, parse: Callable[[Any], _T], *, query: Mapping[str, str | int] | None = None) -> _T:
        """Read what stands below the repository's address; of a list, one page."""
        answer = self._transport.send("GET", self._root + path, query=query)
        if not answer.is_good:
            raise self._refusal(answer, self._attempt("read pull requests", "pull-requests: read"))
        return read_answer(answer, parse)

    def _attempt(self, action: str, permission: str, *, head: str = "", base: str = "") -> Attempt:
        return Attempt(
            action=action,
            repository=self._full_name,
            web_url=self._web_url,
            permission=permission,
            head=head,
            base=base,
        )

    def _change(self, number: int, content: Mapping[str, Any]) -> PullRequest:
        attempt = self._attempt("change a pull request", _PULLS)
        return read_answer(self._ask("PATCH", f"/pulls/{number}", attempt=attempt, body=content), parse_pull)

    def _list_pulls(self, query: Mapping[str, str]) -> list[PullRequest]:
        attempt = self._attempt("list pull requests", "pull-requests: read")
        pulls = []
        for page in self._transport.pages(f"{self._root}/pulls", query={**query, "per_page": _PAGE}):
            if not page.is_good:
                raise self._refusal(page, attempt)
            pulls += read_answer(page, lambda value: [parse_pull(each) for each in value])
        return pulls

    def _list(self, path: str, *, attempt: Attempt, within: str = "") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for page in self._transport.pages(self._root + path, query={"per_page": _PAGE}):
            if not page.is_good:
                raise self._refusal(page, attempt)
            found += read_answer(page, lambda value: [dict(each) for each in (value[within] if within else value)])
        return found

    def _ask_patiently(self, method: str, path: str, *, attempt: Attempt, body: Mapping[str, Any]) -> Answer:
        """Ask again where GitHub does not know yet what it was asked to make a moment ago."""
        for seconds in range(1, _NODE_TRIES):
            try:
                return self._ask(method, path, attempt=attempt, body=body)
            except UnknownNodeError:
                self._wait(float(seconds))
        return self._ask(method, path, attempt=attempt, body=body)

    def _ask(
        self,
        method: str,
        path: str,
        *,
        attempt: Attempt,
        body: Mapping[str, Any] | None = None,
        is_repeatable: bool = True,
    ) -> Answer:
        try:
            answer = self._transport.send(method, self._root + path, body=body, is_repeatable=is_repeatable)
        except LostError as error:
            if is_repeatable:
                raise
            raise _UnknownOutcomeError(error) from None
        if answer.is_good:
            return answer
        refusal = self._refusal(answer, attempt)
        if answer.is_broken and not is_repeatable:
            raise _UnknownOutcomeError(refusal)
        raise refusal

    def _refusal(self, answer: Answer, attempt: Attempt) -> GitHubError:
        return explain(answer.status, answer.content, headers=answer.headers, attempt=attempt)


class _UnknownOutcomeError(Exception):
    """Nobody knows whether a request that may not be repeated was carried out."""

    def __init__(self, known: GitHubError) -> None:
        super().__init__(known.message)
        self.known = known
