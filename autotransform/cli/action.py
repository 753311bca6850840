"""``autotransform action``: what ``action.yml`` runs; its inputs are in the environment, and no shell reads them."""

from __future__ import annotations

import base64
import os
import secrets
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autotransform.errors import UsageError

if TYPE_CHECKING:
    from autotransform.cli.session import Session
    from autotransform.errors import AutoTransformError
    from autotransform.publish.action.inputs import Inputs

#: Who commits where nobody is named: the account whose token a workflow has.
_NAME, _ADDRESS = "github-actions[bot]", "41898282+github-actions[bot]@users.noreply.github.com"
#: What the page is called that shows what changes.
_PAGE = "autotransform-report.html"
_TOKEN = "AUTOTRANSFORM_TOKEN"  # noqa: S105 - the variable that holds one


@click.command("action", hidden=True)
@click.pass_obj
def action_command(session: Session) -> int:
    """Do what the inputs of the GitHub Action say: publish, generate or check."""
    from autotransform.publish.action.inputs import read_inputs  # noqa: PLC0415
    from autotransform.publish.github.concealment import take_token  # noqa: PLC0415

    has_models_key = os.environ.get("AUTOTRANSFORM_INPUT_REQUEST", "").strip() != ""
    token = "" if has_models_key else take_token(_TOKEN, environment=os.environ)
    step = _Step(session, token=token)
    try:
        inputs = read_inputs(os.environ)
    except UsageError as error:
        step.fail(error)
        raise
    return {"apply": step.publish, "generate": step.generate, "check": step.check}[inputs.mode](inputs)


class _Step:
    """One step of a workflow: commands of ours, and what is told of them."""

    def __init__(self, session: Session, *, token: str) -> None:
        self._session = session
        self._token = token
        self._is_workflow = bool(os.environ.get("GITHUB_ACTIONS"))

    def check(self, inputs: Inputs) -> int:
        """Look for places that would change."""
        from autotransform.publish.action import report as action_report  # noqa: PLC0415
        from autotransform.publish.action.inputs import check_command  # noqa: PLC0415

        path = self._file("autotransform.sarif")
        page = path.with_name(_PAGE)
        code = self._run(check_command(inputs, sarif=str(path), html=str(page)), has_commands=True)
        sarif = action_report.read_report(path)
        paths = {"sarif": _if_there(path), "report-html": _if_there(page)}
        self._tell(action_report.outputs_of_check(sarif) | paths)
        self._summarise(action_report.summarise_check(sarif, name=inputs.transform))
        return code

    def generate(self, inputs: Inputs) -> int:
        """Have a script written."""
        from autotransform.publish.action import report as action_report  # noqa: PLC0415
        from autotransform.publish.action.inputs import generate_command  # noqa: PLC0415

        folder = self._session.transforms_folder(self._session.config())
        before = set(folder.glob("*.py"))
        code = self._run(generate_command(inputs))
        for path in sorted(set(folder.glob("*.py")) - before):
            relative = path.relative_to(self._session.root).as_posix()
            self._tell({"script": relative, "transform": path.stem})
            source = path.read_text(encoding="utf-8")
            self._summarise(action_report.summarise_generating(path=relative, source=source))
        return code

    def publish(self, inputs: Inputs) -> int:
        """Try the script on its cases, then run it and make pull requests; of a fork, only show what they would be."""
        from autotransform.publish.action import report as action_report  # noqa: PLC0415
        from autotransform.publish.action.inputs import publish_command, trial_command  # noqa: PLC0415
        from autotransform.publish.action.step import read_event  # noqa: PLC0415

        event = read_event(os.environ)
        notes = []
        if event.is_fork:
            notes.append("This comes from a fork, whose workflows can only read: nothing was sent.")
        self._name_committer()
        if code := self._run(trial_command(inputs)):
            return code
        path = self._file("autotransform.json")
        # In memory, where only this process sees it: what it was started with is all that others can read.
        if self._token and not event.is_fork:
            os.environ["GITHUB_TOKEN"] = self._token
            self._mask(self._token)
        try:
            code = self._run(publish_command(inputs, report=str(path), is_dry=event.is_fork))
        finally:
            os.environ.pop("GITHUB_TOKEN", None)
            report = action_report.read_report(path)
            self._tell(action_report.outputs_of_publishing(report) | {"report": _if_there(path)})
            self._summarise(action_report.summarise_publishing(report, name=inputs.transform, notes=notes))
        self._tell({"report-html": self._show(inputs, base=str(report.get("base", "")))})
        return code

    def _show(self, inputs: Inputs, *, base: str) -> str:
        """Write the page that shows what was run; its path, or nothing. No step fails for want of it."""
        from autotransform.publish.action.inputs import report_command  # noqa: PLC0415

        if not base:
            return ""
        page = self._file(_PAGE)
        self._run(report_command(inputs, base=base, html=str(page)), is_telling=False)
        return _if_there(page)

    def _run(self, arguments: tuple[str, ...], *, has_commands: bool = False, is_telling: bool = True) -> int:
        """Run one of our commands; whatever it prints is no command to the runner, unless it takes care itself."""
        from autotransform.cli.app import run_command  # noqa: PLC0415 - it imports this module
        from autotransform.review.annotations import resume_commands, stop_commands  # noqa: PLC0415

        failures: list[AutoTransformError] = []
        token = secrets.token_hex(16)
        if self._is_workflow and not has_commands:
            _print("\n" + stop_commands(token))
        try:
            code = run_command(["-C", str(self._session.start), *arguments], tell=failures.append)
        finally:
            if self._is_workflow and not has_commands:
                _print("\n" + resume_commands(token))
        for failure in failures if is_telling else ():
            self.fail(failure)
        return code

    def fail(self, error: AutoTransformError) -> None:
        """Show an error beside the step, and in the summary of the job."""
        from autotransform.publish.action.report import summarise_failure  # noqa: PLC0415
        from autotransform.review.annotations import annotation  # noqa: PLC0415

        if self._is_workflow:
            _print(annotation("error", f"{error.message} {error.hint}", title="AutoTransform"))
        home = os.environ.get("GITHUB_SERVER_URL", "https://github.com").rstrip("/")
        self._summarise(summarise_failure(error, home=home))

    def _file(self, name: str) -> Path:
        """Give the path of a file that outlives the step, and that no other step of ours writes to."""
        folder = os.environ.get("RUNNER_TEMP") or tempfile.gettempdir()
        return Path(tempfile.mkdtemp(prefix="autotransform-", dir=folder)) / name

    def _mask(self, token: str) -> None:
        """Have the runner hide the token in the form in which git sends it, too."""
        if self._is_workflow:
            _print(f"::add-mask::{base64.b64encode(f'x-access-token:{token}'.encode()).decode()}")

    def _name_committer(self) -> None:
        """Let commits be those of the workflow's account, unless git knows of another."""
        from autotransform.errors import RepositoryError  # noqa: PLC0415

        try:
            self._session.require_repository().require_identity()
        except RepositoryError:
            for role in ("AUTHOR", "COMMITTER"):
                os.environ.setdefault(f"GIT_{role}_NAME", _NAME)
                os.environ.setdefault(f"GIT_{role}_EMAIL", _ADDRESS)

    def _tell(self, values: dict[str, str]) -> None:
        from autotransform.publish.action.step import write_outputs  # noqa: PLC0415

        write_outputs(values, environment=os.environ)

    def _summarise(self, text: str) -> None:
        from autotransform.publish.action.step import write_summary  # noqa: PLC0415

        write_summary(text, environment=os.environ)


def _if_there(path: Path) -> str:
    return str(path) if path.is_file() else ""


def _print(line: str) -> None:
    # What is drawn on a terminal may stand before: a command has a line of its own.
    sys.stderr.flush()
    click.echo(line)
    sys.stdout.flush()
