"""What a model is told: Jinja2 templates, the functions that fill them in, and what a project puts in their place."""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass, field
from importlib.resources import files
from typing import TYPE_CHECKING

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

from autotransform.author.api_sheet import describe_modules, describe_transform
from autotransform.author.redaction import redact
from autotransform.errors import ConfigError
from autotransform.run.disk import read_below

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

#: The folder, beside a project's transforms, that holds its own templates, and the longest that is read.
FOLDER = "prompts"
_LONGEST = 100_000


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
        return self._render("edit.j2", **_values(task), script=fence(script), wish=wish)

    def learn(self, request: str, *, change: str) -> str:
        """Put a change that was made by hand, as a unified diff, into the words of a request."""
        return self._render("learn.j2", request=request, change=fence(redact(change).text)).strip()

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
                "message": redact(finding.message).text,
                "code": lines[finding.line - 1].strip()[:_LINE] if 0 < finding.line <= len(lines) else "",
                "evidence": fence(_cut(redact(finding.evidence).text)) if finding.evidence else "",
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
    """Read the prompts that a project keeps in the folder ``prompts`` beside its transforms.

    They are filled in in a sandbox: no attribute that starts with an underscore, and nothing can be changed.

    Raises:
        ConfigError: One has no place among ours, cannot be read, or is too long.
    """
    folder = root / transforms / FOLDER
    if not folder.is_dir():
        return Prompts()
    known = sorted(each.name for each in files(__name__).iterdir() if each.name.endswith(".j2"))
    overrides = {}
    for path in sorted(folder.glob("*.j2")):
        relative = f"{transforms}/{FOLDER}/{path.name}"
        content = read_below(root, relative)
        if path.name not in known:
            raise ConfigError(f"No prompt is called {path.name}.", hint=f"The prompts are {', '.join(known)}.")
        if isinstance(content, OSError) or len(content) > _LONGEST:
            why = content.strerror or str(content) if isinstance(content, OSError) else "it is too long"
            raise ConfigError(f"The prompt {relative} cannot be read: {why}.", hint="Mend it, or remove it.")
        overrides[path.name] = content.decode("utf-8", "replace")
    return Prompts(overrides=overrides)


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


def _cut(text: str) -> str:
    return text if len(text) <= _EVIDENCE else f"{text[:_EVIDENCE]}\n[cut]"


@functools.cache
def _environment() -> jinja2.Environment:
    return _make_environment({})


def _make_environment(overrides: dict[str, str]) -> jinja2.Environment:
    ours = jinja2.PackageLoader("autotransform.author", "prompts")
    # A project's templates come with the repository: in the sandbox they can fill in values, and nothing else.
    return ImmutableSandboxedEnvironment(
        loader=jinja2.ChoiceLoader([jinja2.DictLoader(overrides), ours]),
        undefined=jinja2.StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
