"""``autotransform pr``: the change as branches, pushed, and a pull request for each."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import click

from autotransform.cli.options import (
    gate_option,
    making_options,
    name_argument,
    paths_argument,
    run_options,
    strict_option,
)
from autotransform.cli.token import take_github_token

if TYPE_CHECKING:
    from collections.abc import Callable

    from autotransform.cli.making import Making
    from autotransform.cli.publication import Errand
    from autotransform.cli.session import Session
    from autotransform.cli.workflow import Work

_Params = ParamSpec("_Params")
_Result = TypeVar("_Result")


def _publishing_options(command: Callable[_Params, _Result]) -> Callable[_Params, _Result]:
    options = (
        click.option("--base", metavar="REV", help="Start the branches at this commit (default: HEAD)."),
        click.option("--remote", metavar="NAME", help="The remote to push to (default: origin, or the only one)."),
        click.option(
            "--target",
            metavar="BRANCH",
            help="Where the pull requests go (default: the branch of --base or HEAD, if the remote has it, or else the"
            " remote's default branch).",
        ),
        click.option("--title", default="", metavar="TEXT", help="Title (default: what the script says that it does)."),
        click.option(
            "--body-template",
            "template",
            type=click.Path(dir_okay=False, path_type=Path),
            metavar="FILE",
            help="A Jinja2 template of the body.",
        ),
        click.option("--label", "labels", multiple=True, metavar="LABEL", help="Add a label; several times."),
        click.option(
            "--reviewer", "reviewers", multiple=True, metavar="LOGIN", help="Ask for a review; several times."
        ),
        click.option(
            "--team-reviewer", "team_reviewers", multiple=True, metavar="TEAM", help="Ask a team; several times."
        ),
        click.option("--assignee", "assignees", multiple=True, metavar="LOGIN", help="Assign; several times."),
        click.option("--draft/--no-draft", default=None, help="Open the pull requests as drafts."),
        click.option(
            "--move-back",
            "is_moving_back",
            is_flag=True,
            help="Start at a commit older than what the branches on the remote were made from.",
        ),
        click.option("--dry-run", "is_dry", is_flag=True, help="Show all that would be, send and push nothing."),
        click.option(
            "--json",
            "report_path",
            type=click.Path(dir_okay=False, path_type=Path),
            metavar="FILE",
            help="Write to FILE what came of it, as JSON.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command("pr")
@name_argument()
@paths_argument
@_publishing_options
@making_options
@run_options
@strict_option
@gate_option
@click.pass_obj
def pr_command(
    session: Session,
    /,
    *,
    name: str,
    paths: tuple[str, ...],
    making: Making,
    arguments: tuple[tuple[str, str], ...],
    jobs: int | None,
    timeout: float | None,
    strict: bool | None,
    is_dry: bool,
    report_path: Path | None,
    **asked: Any,
) -> int:
    """Run the transform NAME, push what it changes, and open or update the pull request for it.

    Run it again whenever the code has moved on: the same pull request is brought up to date, and closed once nothing
    is left to change. The token comes from AUTOTRANSFORM_GITHUB_TOKEN, GITHUB_TOKEN or GH_TOKEN.
    """
    token = take_github_token()
    from autotransform.cli.making import prepare_change  # noqa: PLC0415
    from autotransform.cli.publication import Errand, Order, Report  # noqa: PLC0415
    from autotransform.cli.workflow import Selector, prepare  # noqa: PLC0415
    from autotransform.publish.action.step import read_event  # noqa: PLC0415

    def find(base: str | None) -> Work:
        selector = Selector(paths=paths, base=base)
        return prepare(session, name, selector=selector, arguments=arguments, jobs=jobs, timeout=timeout, strict=strict)

    event = read_event(os.environ)
    report = Report(is_dry=is_dry or event.is_fork)
    errand = Errand(
        session=session,
        repository=session.require_repository(),
        order=Order(**asked),
        report=report,
        event=event,
        prepare=find,
        make=lambda work: prepare_change(session, work, making=making),
    )
    return _run(errand, token=token, is_dry=is_dry, report_path=report_path)


def _run(errand: Errand, *, token: str, is_dry: bool, report_path: Path | None) -> int:
    from autotransform.cli.proposing import show_plan  # noqa: PLC0415
    from autotransform.errors import AutoTransformError  # noqa: PLC0415
    from autotransform.publish.github.remotes import find_token  # noqa: PLC0415

    try:
        if errand.report.is_dry:
            if not is_dry:
                errand.session.terminal.note("A fork's pull request started this: its token can only read.")
            return show_plan(errand)
        return errand.publish(find_token({"GITHUB_TOKEN": token}))
    except AutoTransformError as error:
        errand.report.error = error
        raise
    finally:
        if report_path is not None:
            errand.report.write(errand.session.start / report_path)
