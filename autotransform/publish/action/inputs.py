"""The inputs of the GitHub Action, and the command lines that they stand for. No shell reads any of them."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from autotransform.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

Mode: TypeAlias = Literal["apply", "generate", "check"]

#: How the step hands an input on: `split-by` as AUTOTRANSFORM_INPUT_SPLIT_BY.
PREFIX = "AUTOTRANSFORM_INPUT_"

_SWITCH = {"true": True, "false": False}
_LISTED = re.compile(r"[,\n]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What a workflow asks for; empty is what it leaves open."""

    mode: Mode
    transform: str = ""
    request: str = ""
    name: str = ""
    base: str = ""
    paths: tuple[str, ...] = ()
    #: NAME=VALUE.
    arguments: tuple[str, ...] = ()
    verify: str = ""
    formatter: str = ""
    split_by: str = ""
    labels: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    team_reviewers: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    draft: bool = False
    strict: bool | None = None
    #: Whether a check fails where something would change, or only shows it.
    fail_on_change: bool = True
    #: Further options of the command.
    extra: tuple[str, ...] = ()

    def target(self) -> tuple[str, ...]:
        """Give what the command works on, behind the mark that ends its options."""
        return ("--", self.transform, *self.paths)


def read_inputs(environment: Mapping[str, str]) -> Inputs:
    """Read the inputs.

    Raises:
        UsageError: One is wrong, or two do not go together.
    """

    def text(name: str) -> str:
        return environment.get(PREFIX + name.upper().replace("-", "_"), "").strip()

    transform, request = text("transform"), text("request")
    if bool(transform) == bool(request):
        raise UsageError(
            "The action needs either `transform` or `request`.",
            hint="`transform` names a saved one, or its file; `request` says what one is to be written for.",
        )
    return Inputs(
        mode=_read_mode(text("mode"), is_request=bool(request)),
        transform=transform,
        request=request,
        name=text("name"),
        base=text("base"),
        paths=_lines(text("paths")),
        arguments=_lines(text("arguments")),
        verify=text("verify"),
        formatter=text("formatter"),
        split_by=text("split-by"),
        labels=_listed(text("labels")),
        reviewers=_listed(text("reviewers")),
        team_reviewers=_listed(text("team-reviewers")),
        assignees=_listed(text("assignees")),
        draft=_read_switch("draft", text("draft")) or False,
        strict=_read_switch("strict", text("strict")),
        fail_on_change=_read_switch("fail-on-change", text("fail-on-change")) is not False,
        extra=_read_extra(text("extra")),
    )


def check_command(inputs: Inputs, *, sarif: str, html: str) -> tuple[str, ...]:
    """Write the command that looks for places to change, and changes nothing; what it finds goes to two files, too."""
    base = ("--base", inputs.base) if inputs.base else ()
    check = ("--check",) if inputs.fail_on_change else ()
    options = (*check, "--annotate", "--sarif", sarif, "--html", html, *base, *_run_options(inputs))
    return ("preview", *options, *inputs.extra, *inputs.target())


def report_command(inputs: Inputs, *, base: str, html: str) -> tuple[str, ...]:
    """Write the command that reports what a transform does to a commit as one page."""
    options = ("--stat", "--html", html, "--base", base, *_run_options(inputs))
    return ("--quiet", "preview", *options, *inputs.target())


def trial_command(inputs: Inputs) -> tuple[str, ...]:
    """Write the command that tries a script on its own cases."""
    return ("test", "--quick", *_run_options(inputs), "--", inputs.transform)


def publish_command(inputs: Inputs, *, report: str, is_dry: bool) -> tuple[str, ...]:
    """Write the command that makes branches and pull requests.

    Args:
        inputs: What the workflow asks for.
        report: The file for what it did.
        is_dry: Whether nothing may be sent.
    """
    single = (
        ("--base", inputs.base),
        ("--verify", inputs.verify),
        ("--formatter", inputs.formatter),
        ("--split-by", inputs.split_by),
    )
    many = (
        ("--label", inputs.labels),
        ("--reviewer", inputs.reviewers),
        ("--team-reviewer", inputs.team_reviewers),
        ("--assignee", inputs.assignees),
    )
    options = [part for option, value in single if value for part in (option, value)]
    options += [part for option, values in many for value in values for part in (option, value)]
    options += ["--draft"] * inputs.draft + ["--dry-run"] * is_dry
    return ("pr", "--json", report, *options, *_run_options(inputs), *inputs.extra, *inputs.target())


def generate_command(inputs: Inputs) -> tuple[str, ...]:
    """Write the command that has a script written."""
    name = ("--name", inputs.name) if inputs.name else ()
    return ("new", "--yes", *name, *inputs.extra, "--", inputs.request)


def _run_options(inputs: Inputs) -> tuple[str, ...]:
    strict = () if inputs.strict is None else ("--strict",) if inputs.strict else ("--no-strict",)
    return (*(part for argument in inputs.arguments for part in ("--arg", argument)), *strict)


def _read_mode(text: str, *, is_request: bool) -> Mode:
    mode = text or ("generate" if is_request else "apply")
    if mode == "generate" and is_request:
        return "generate"
    if not is_request:
        if mode == "apply":
            return "apply"
        if mode == "check":
            return "check"
    raise UsageError(
        f"The input `mode` is {mode[:40]!r}, which does not go with `{'request' if is_request else 'transform'}`.",
        hint="`generate` goes with `request`; `apply` and `check` go with `transform`.",
    )


def _read_switch(name: str, text: str) -> bool | None:
    if text and text.lower() not in _SWITCH:
        raise UsageError(f"The input `{name}` is {text[:40]!r}.", hint="It is true or false.")
    return _SWITCH.get(text.lower())


def _read_extra(text: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(text))
    except ValueError:
        raise UsageError("The input `extra` cannot be read: a quote is missing.", hint="extra: --jobs 4") from None


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.split("\n") if line.strip())


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in _LISTED.split(text) if part.strip())
