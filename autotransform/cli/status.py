"""``autotransform status``: how the pull requests of a transform stand."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from autotransform.cli.encoding import encode_json
from autotransform.cli.options import name_argument
from autotransform.cli.token import take_github_token

if TYPE_CHECKING:
    from autotransform.cli.session import Session
    from autotransform.cli.terminal import Terminal
    from autotransform.publish.pull_requests.standing import Standing

#: Of the JSON: within one version keys are added, never renamed, removed or given another meaning.
_SCHEMA = 1
#: How many closed ones are listed, and how much of a title.
_CLOSED, _COLUMNS = 5, 60


@click.command("status")
@name_argument(required=False)
@click.option("--remote", metavar="NAME", help="The remote that they are on (default: origin, or the only one).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def status_command(session: Session, *, name: str | None, remote: str | None, as_json: bool) -> int:
    """List the pull requests of the transform NAME, or of all, with their checks and reviews.

    Open ones come first, then the last that were closed or merged.
    """
    token = take_github_token()
    from autotransform.publish.github.client import GitHub  # noqa: PLC0415 - the HTTP client takes its time
    from autotransform.publish.github.remotes import find_home, find_token  # noqa: PLC0415
    from autotransform.publish.pull_requests.standing import find_standings  # noqa: PLC0415

    token = find_token({"GITHUB_TOKEN": token})
    home = find_home(session.require_repository(), remote=remote, environment=os.environ)
    with GitHub(home.api_url, token, owner=home.owner, name=home.name, web_url=home.web_url) as github:
        github.repository()
        standings = find_standings(github, name=name or "", has_closed=True)
    is_open = [each for each in standings if each.pull.state == "open"]
    shown = (*is_open, *[each for each in standings if each.pull.state != "open"][:_CLOSED])
    if as_json:
        told = {"schema": _SCHEMA, "pull_requests": [each.to_json() for each in shown]}
        session.terminal.write_bytes(encode_json(told))
    else:
        _print_table(session.terminal, shown)
    return 0


def _print_table(terminal: Terminal, standings: tuple[Standing, ...]) -> None:
    from autotransform.cli.terminal import shown  # noqa: PLC0415

    if not standings:
        terminal.result("There is no pull request of ours here.")
        return
    # Foreign text is made harmless before it is measured: what is shown is what is counted.
    rows = [tuple(map(shown, _cells(each))) for each in standings]
    header = ("", "transform", "part", "state", "checks", "reviews", "merge", "")
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    for number, row in enumerate((header, *rows)):
        cells = [cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=False)]
        terminal.result("  ".join((*cells, row[-1])).rstrip(), style="" if number else "bold")


def _cells(standing: Standing) -> tuple[str, ...]:
    pull = standing.pull
    return (
        f"#{pull.number}",
        standing.name,
        standing.part,
        "draft" if pull.is_draft and pull.state == "open" else pull.state,
        _tell_checks(standing) if pull.state == "open" else "",
        _tell_reviews(standing) if pull.state == "open" else "",
        standing.merge if pull.state == "open" else "",
        f"{pull.url}  {' '.join(pull.title.split())[:_COLUMNS]}",
    )


def _tell_checks(standing: Standing) -> str:
    checks = standing.checks
    if checks is None:
        return "not readable"
    counted = (("failed", checks.failed), ("pending", checks.pending), ("passed", checks.passed))
    return ", ".join(f"{len(names)} {word}" for word, names in counted if names) or "none"


def _tell_reviews(standing: Standing) -> str:
    if standing.reviews is None:
        return "not readable"
    states = [review.state for review in standing.reviews]
    words = ("changes requested", "approved")
    return ", ".join(f"{states.count(word)} {word}" for word in words if word in states) or "none"
