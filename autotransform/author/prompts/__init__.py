"""What a model is told: Jinja2 templates, the functions that fill them in, and what a project puts in their place."""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

from autotransform.author.api_sheet import describe_modules, describe_transform
from autotransform.author.excerpts.values import visible
from autotransform.author.prompts.project import FOLDER, read_overrides
from autotransform.author.redaction import redact
from autotransform.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from autotransform.author.findings import Finding

#: Raised whenever our own templates come to say something else.
VERSION = 2

#: How many findings one repair prompt holds, and how much of the evidence of each.
_FINDINGS = 5
_EVIDENCE = 2_500
_LINE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What all prompts of one authoring have in common."""

    request: str
    #: ``None``: the model finds one.
    name: str | None = None
    #: How the named things stand in the repository; empty: nothing of it was found.
    excerpts: str = ""
    #: Cases that are agreed on, as they stand in a script.
    cases: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompts:
    """The prompts, some of them maybe a project's own."""

    #: File name and text of the templates that take the place of ours.
    overrides: Mapping[str, str] = field(default_factory=dict)

    @property
    def version(self) -> str:
        """Tell which prompts these are: our version, and a digest where a project has its own."""
        if not self.overrides:
            return str(VERSION)
        text = "\0".join(f"{name}\0{text}" for name, text in sorted(self.overrides.items()))
        return f"{VERSION}+{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:12]}"

    def contract_system(self) -> str:
        """Tell what a contract is, and how to answer."""
        return self._render("contract_system.j2")

    def contract(self, task: Task) -> str:
        """Tell what is wanted, and show where it stands in the repository."""
        return self._render("contract.j2", **_values(task))

    def script_system(self) -> str:
        """Tell what a script is, what it may use, and how to answer."""
        return self._render("script_system.j2", transform=describe_transform(), modules=describe_modules())

    def script(self, task: Task, *, contract: str, examples: Sequence[str]) -> str:
        """Tell what was agreed on, and ask for the script."""
        return self._render("script.j2", **_values(task), contract=contract, examples=list(examples))

    def edit(self, task: Task, *, script: str, wish: str) -> str:
        """Show a script and tell what is to be changed of it."""
        shown = "\n".join(visible(line) for line in script.split("\n"))
        values = {**_values(task), "request": fence(_shown(task.request)) if task.request else ""}
        return self._render("edit.j2", **values, script=fence(shown), wish=wish)

    def learn(self, request: str, *, change: str) -> str:
        """Put a change that was made by hand, as a unified diff, into the words of a request."""
        said = fence(_shown(request)) if request else ""
        return self._render("learn.j2", request=said, change=fence(redact(change).text)).strip()

    def repair(self, findings: Sequence[Finding], *, source: str) -> str:
        """Tell what is wrong with the last answer; no finding: there was no script in it.

        Args:
            findings: The worst first.
            source: The script that they are about: its lines are quoted, for the model has not seen their numbers.
        """
        lines = source.split("\n")
        shown = [
            {
                "kind": finding.kind,
                "message": visible(redact(finding.message).text),
                "code": visible(lines[finding.line - 1].strip()[:_LINE]) if 0 < finding.line <= len(lines) else "",
                "evidence": fence(_shown(finding.data)) if finding.data else "",
            }
            for finding in findings[:_FINDINGS]
        ]
        return self._render("repair.j2", findings=shown, more=len(findings) - len(shown))

    def _render(self, template: str, **values: object) -> str:
        environment = _environment() if not self.overrides else _make_environment(dict(self.overrides))
        try:
            return environment.get_template(template).render(values).strip() + "\n"
        except (jinja2.TemplateError, TypeError, ValueError, ArithmeticError, RecursionError) as error:
            if not self.overrides:
                raise
            raise ConfigError(
                f"A prompt of this project cannot be used: {template}: {type(error).__name__}: {error}",
                hint=f"Mend it in the folder {FOLDER!r} beside the transforms, or remove it there to use ours.",
            ) from None


def read_prompts(root: Path, *, transforms: str) -> Prompts:
    """Give the prompts, those in whose place a project has its own taken from there.

    Raises:
        ConfigError: One of the project's has no place among ours, cannot be read, or does more than fill in values.
    """
    return Prompts(overrides=read_overrides(root, transforms=transforms))


def fence(data: str) -> str:
    """Put text that is not ours between two lines that it cannot hold: they carry its own digest."""
    mark = hashlib.sha256(data.encode("utf-8", "replace")).hexdigest()[:16]
    return f"<<<DATA {mark}\n{data}\nDATA {mark}>>>"


def _values(task: Task) -> dict[str, object]:
    return {
        "request": task.request,
        "name": task.name,
        "data": fence(task.excerpts) if task.excerpts else "",
        "cases": fence(task.cases) if task.cases else "",
    }


def _shown(evidence: str) -> str:
    """Cut evidence to what a prompt may hold, without secrets, and with letters that nobody sees made visible."""
    text = evidence if len(evidence) <= _EVIDENCE else f"{evidence[:_EVIDENCE]}\n[cut]"
    return "\n".join(visible(line) for line in redact(text).text.split("\n"))


@functools.cache
def _environment() -> jinja2.Environment:
    return _make_environment({})


def _make_environment(overrides: dict[str, str]) -> jinja2.Environment:
    from autotransform.engine.cheat_sheet import describe_libcst  # noqa: PLC0415 - LibCST is loaded to be described

    ours = jinja2.PackageLoader("autotransform.author", "prompts")
    # A project's templates come with the repository: in the sandbox they can fill in values, and nothing else.
    environment = ImmutableSandboxedEnvironment(
        loader=jinja2.ChoiceLoader([jinja2.DictLoader(overrides), ours]),
        undefined=jinja2.StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals["cheat_sheet"] = describe_libcst()
    return environment
