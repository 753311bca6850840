"""``autotransform doctor``: what is there, what is missing, what to do about it."""

from __future__ import annotations

import functools
import os
import platform
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Literal

import click

from autotransform import __version__
from autotransform.errors import AutoTransformError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from autotransform.author.endpoint import Endpoint
    from autotransform.cli.session import Session
    from autotransform.config import ModelConfig

_PROBE = '''"""Does a worker answer?"""
import libcst as cst
from autotransform.codemod import Transform

CASES = [{"name": "a rename", "before": "old", "after": "new"}]

class Probe(Transform):
    DESCRIPTION = "Rename."

    def leave_Name(self, original_node, updated_node):
        return updated_node.with_changes(value="new")
'''
_STYLES = {"ok": "green", "note": "cyan", "missing": "bold red"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Finding:
    """One thing that was looked at."""

    status: Literal["ok", "note", "missing"]
    what: str
    #: What to do about it; empty where all is well.
    advice: str = ""


@click.command("doctor")
@click.option("--online", is_flag=True, help="Ask the model's endpoint whether it answers.")
@click.option("--profile", metavar="PROFILE", help="Look at the model of this profile of the configuration.")
@click.pass_obj
def doctor_command(session: Session, *, online: bool, profile: str | None) -> int:
    """Tell what is configured, what is missing and what to do about it; exits with 1 if something has to be done.

    Nothing is sent anywhere, but to a model on this machine; with --online, to any: never code.
    """
    missing = False
    for examine in (_examine_python, _examine_git, _examine_identity, _examine_config, _examine_transforms):
        missing |= _report(session, examine)
    missing |= _report(session, _examine_worker)
    missing |= _report(session, _examine_isolation)
    missing |= _report(session, functools.partial(_examine_model, profile=profile, is_online=online))
    return 1 if missing else 0


def _report(session: Session, examine: Callable[[Session], Iterator[_Finding]]) -> bool:
    missing = False
    for finding in examine(session):
        session.terminal.result(f"{finding.status:>7}  {finding.what}", style=_STYLES[finding.status])
        if finding.advice:
            session.terminal.result(f"         {finding.advice}", style="dim")
        missing |= finding.status == "missing"
    return missing


def _examine_python(session: Session) -> Iterator[_Finding]:
    del session
    packages = ", ".join(f"{name} {version(name)}" for name in ("libcst", "openai", "gitpython", "click", "jinja2"))
    yield _Finding(status="ok", what=f"autotransform {__version__} on Python {platform.python_version()}; {packages}")


def _examine_git(session: Session) -> Iterator[_Finding]:
    try:
        repository = session.repository
    except AutoTransformError as error:
        yield _Finding(status="missing", what=error.message, advice=error.hint)
        return
    if repository is None:
        advice = "Go to a repository, or use `preview --in-place` and `apply --in-place`."
        yield _Finding(status="note", what=f"{session.start} is not in a git repository", advice=advice)
        return
    where = f"bare repository {repository.git_dir}" if repository.is_bare else f"repository {repository.root}"
    if session.head:
        yield _Finding(status="ok", what=f"{where}, HEAD at {session.head[:10]}")
    else:
        yield _Finding(status="missing", what=f"{where} has no commit yet", advice="git add -A && git commit")


def _examine_identity(session: Session) -> Iterator[_Finding]:
    if session.repository is None:
        return
    try:
        session.repository.require_identity()
    except AutoTransformError as error:
        yield _Finding(status="missing", what=error.message, advice=error.hint)
    else:
        yield _Finding(status="ok", what="git knows who commits")


def _examine_config(session: Session) -> Iterator[_Finding]:
    try:
        config = session.config()
    except AutoTransformError as error:
        yield _Finding(status="missing", what="; ".join([error.message, *error.details]), advice=error.hint)
        return
    limits = f"{config.timeout:g} s a file, {config.memory} MB a worker"
    yield _Finding(status="ok", what=f"configuration reads; transforms in {config.transforms}/, {limits}")


def _examine_transforms(session: Session) -> Iterator[_Finding]:
    from autotransform.cli.workflow import list_found  # noqa: PLC0415
    from autotransform.run import BrokenScript  # noqa: PLC0415

    try:
        listed = list_found(session)
    except AutoTransformError:
        return  # the configuration was reported already
    own = [found for found in listed if found.origin != "catalogue"]
    counts = f"{len(own)} in the repository, {len(listed) - len(own)} in the catalogue"
    yield _Finding(status="ok", what=f"transforms: {counts}")
    for found in listed:
        if isinstance(found, BrokenScript):
            advice = f"autotransform edit {found.name}"
            yield _Finding(status="missing", what=f"{found.path} cannot be read: {found.problem}", advice=advice)


def _examine_worker(session: Session) -> Iterator[_Finding]:
    from autotransform.config import Config  # noqa: PLC0415
    from autotransform.run import Limits, run_cases  # noqa: PLC0415
    from autotransform.script import parse  # noqa: PLC0415

    del session
    defaults = Config()
    # It is ours, so it may run where nothing would hold it.
    limits = Limits(jobs=1, timeout=defaults.timeout, memory=defaults.memory, is_trusted=lambda _probe: True)
    try:
        (result,) = run_cases(parse(_PROBE, name="probe"), limits=limits)
    except AutoTransformError as error:
        yield _Finding(status="missing", what="; ".join([error.message, *error.details]), advice=error.hint)
        return
    if result.passed:
        yield _Finding(status="ok", what=f"workers start and answer; {Limits().workers} at once")
    else:
        yield _Finding(status="missing", what=f"a worker did not answer as it should: {result.failure}")


def _examine_isolation(session: Session) -> Iterator[_Finding]:
    from autotransform.cli.fences import find_fences  # noqa: PLC0415

    try:
        for fence in find_fences(session):
            yield _Finding(status="ok" if fence.stands else "note", what=fence.what, advice=fence.consequence)
    except AutoTransformError:
        return  # that no worker starts was reported already


def _examine_model(session: Session, *, profile: str | None, is_online: bool) -> Iterator[_Finding]:
    from autotransform.author.endpoint import find_endpoint  # noqa: PLC0415
    from autotransform.author.profiles import resolve_profile  # noqa: PLC0415

    try:
        config = session.config().model
    except AutoTransformError:
        return
    name = ""
    try:
        model = resolve_profile(config, profile, environment=os.environ)
        name = model.name
        endpoint = find_endpoint(model, environment=os.environ) if name else None
    except AutoTransformError as error:
        what = "; ".join([f"model {name}: {error.message}" if name else f"model: {error.message}", *error.details])
        yield _Finding(status="missing", what=what, advice=error.hint)
        return
    if endpoint is None:
        yield _Finding(
            status="note",
            what="no model is configured; the built-in recipes write transforms",
            advice="To have one: OPENAI_API_KEY, and `name` in [tool.autotransform.model] or --model MODEL.",
        )
        return
    yield _describe(endpoint)
    yield from _describe_budget(model)
    if is_online or endpoint.is_local:
        yield _probe(endpoint, model, is_needed=is_online)


def _describe(endpoint: Endpoint) -> _Finding:
    what = f"model {endpoint.model} at {endpoint.address}"
    if endpoint.has_key:
        verb = "gives one" if endpoint.key_source == "the key command" else "is set"
        return _Finding(status="ok", what=f"{what}; {endpoint.key_source} {verb}")
    if endpoint.is_local:
        return _Finding(status="ok", what=f"{what}, and no key, which a server on this machine mostly needs none of")
    return _Finding(
        status="missing",
        what=f"{what}, and no key",
        advice=f"export {endpoint.key_source}=… (any text will do for an endpoint without keys)",
    )


def _describe_budget(model: ModelConfig) -> Iterator[_Finding]:
    from autotransform.author.spending import Budget  # noqa: PLC0415

    try:
        budget = Budget.of(model)
    except AutoTransformError as error:
        yield _Finding(status="missing", what=error.message, advice=error.hint)
        return
    if str(budget):
        yield _Finding(status="ok", what=f"one authoring may use {budget}")


def _probe(endpoint: Endpoint, model: ModelConfig, *, is_needed: bool) -> _Finding:
    from autotransform.author.probing import probe  # noqa: PLC0415

    found = probe(endpoint, config=model)
    if found.error is None:
        return _Finding(status="ok", what=f"{endpoint.host} {found.what} ({found.seconds:.1f} s)")
    what = "; ".join([found.error.message, *found.error.details])
    # A server on this machine may well be started later.
    return _Finding(status="missing" if is_needed else "note", what=what, advice=found.error.hint)
