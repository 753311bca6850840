"""Proposals from a change, and how they are shown where nothing may be sent."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from autotransform.errors import UsageError
from autotransform.publish.pull_requests.proposals import Proposal, Result, Template, propose
from autotransform.publish.pull_requests.text import write_text
from autotransform.repository.objects import SYMLINK_MODE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autotransform.cli.publication import Errand, Order
    from autotransform.cli.session import Session
    from autotransform.cli.workflow import Work
    from autotransform.publish.making import Change, ChangePart
    from autotransform.publish.pull_requests.proposals import Terms

_LONGEST_TEMPLATE = 1 << 20


def propose_change(
    errand: Errand, work: Work, change: Change, *, tips: Mapping[str, str], template: Template | None
) -> tuple[Proposal, ...]:
    """Say what each pull request should be.

    Args:
        errand: What is asked for.
        work: What was run.
        change: What came of it.
        tips: Where the branches are; empty: they were not made.
        template: Of the body, instead of ours.
    """
    order = errand.order
    return propose(
        change,
        work.selection,
        tips=tips,
        heading=order.title or work.config.pull_request.title,
        template=template,
        asked_by=os.environ.get("GITHUB_ACTOR", ""),
    )


def find_template(session: Session, work: Work, order: Order) -> Template | None:
    """Find the template that the command line or the configuration names; before a run, which may take its time.

    Raises:
        UsageError: There is no such template.
    """
    if order.template is not None:
        try:
            with (session.start / order.template).open("rb") as file:
                content = file.read(_LONGEST_TEMPLATE)
        except OSError as error:
            raise UsageError(f"The template {order.template} cannot be read: {error.strerror}.") from error
        return Template(source=content.decode(errors="replace"), origin=str(order.template))
    path = work.config.pull_request.template
    if not path:
        return None
    held = session.require_repository().show_file(work.selection.base, path)
    if held is None:
        _refuse_link(session, path, commit=work.selection.base)
        raise UsageError(
            f"There is no template {path} at {work.selection.base[:10]}.",
            hint="Commit it, or change `template` in [tool.autotransform.pull-request].",
        )
    return Template(source=held.decode(errors="replace"), origin=path)


def _refuse_link(session: Session, path: str, *, commit: str) -> None:
    entries = session.require_repository().list_files(commit).entries
    link = next(
        (each.path for each in entries if each.mode == SYMLINK_MODE and f"{path}/".startswith(f"{each.path}/")), None
    )
    if link is not None:
        raise UsageError(
            f"The template {path} at {commit[:10]} is not read: {link} is a symbolic link, and links are not followed.",
            hint="Name the file that it leads to as `template` in [tool.autotransform.pull-request].",
        )


def show_plan(errand: Errand) -> int:
    """Run, and show what would be pushed and sent; nothing is, and no branch moves."""
    from autotransform.cli.publication import find_terms  # noqa: PLC0415

    work = errand.prepare(errand.find_base(None))
    asked = errand.order.target or work.config.pull_request.base
    target = asked or next(iter(errand.candidates(errand.remote() or "origin")), "")
    errand.report.target = target
    template = find_template(errand.session, work, errand.order)
    change = errand.change(work)
    terminal = errand.session.terminal
    proposals = propose_change(errand, work, change, tips={}, template=template)
    terms = find_terms(errand.order, work, target=target or "the default branch")
    if not proposals:
        terminal.result("Nothing to change; there would be no pull request, and open ones would be closed.")
    for proposal, part in zip(proposals, change.parts, strict=True):
        _show(errand, proposal, part, terms=terms)
    errand.report.parts = tuple(_planned(proposal) for proposal in proposals)
    terminal.note("Nothing was sent or pushed (dry run).")
    return 1 if change.is_refused else change.run.exit_code


def _planned(proposal: Proposal) -> dict[str, object]:
    return Result(
        part=proposal.part,
        title=proposal.title,
        operation="none",
        branch=proposal.branch,
        sha="",
        changed=proposal.page.changed,
    ).to_json()


def _show(errand: Errand, proposal: Proposal, part: ChangePart, *, terms: Terms) -> None:
    from autotransform.publish.branches.branch import plan  # noqa: PLC0415
    from autotransform.review.text import show_path  # noqa: PLC0415

    terminal = errand.session.terminal
    terminal.result(f"{proposal.branch} -> {terms.target}", style="bold")
    for step in plan(errand.repository, part.run, record=part.record, words=part.words):
        terminal.result("  commit")
        for line in step.message.rstrip("\n").split("\n"):
            terminal.result(f"    {line}" if line else "")
    terminal.result(f"  files: {len(part.run.changed)}")
    for outcome in part.run.changed:
        terminal.result(f"    {show_path(outcome.path)}")
    for what, names in (
        ("labels", terms.labels),
        ("reviewers", terms.reviewers),
        ("team reviewers", terms.team_reviewers),
        ("assignees", terms.assignees),
        ("draft", ("yes",) if terms.is_draft else ()),
    ):
        if names:
            terminal.result(f"  {what}: {', '.join(names)}")
    terminal.result(f"  title: {proposal.title}")
    terminal.result("  body:")
    body = write_text(proposal.body(), title=proposal.title, is_unfinished=terms.has_people)
    for line in body.rstrip("\n").split("\n"):
        terminal.result(f"    {line}" if line else "")
    terminal.result()
