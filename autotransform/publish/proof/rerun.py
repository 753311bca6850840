"""Run the script of a branch again, as its record says, on a commit: with no model, and fenced in as ever."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from autotransform.config.misfits import find_misfits
from autotransform.engine.values import Skipped
from autotransform.errors import ScriptError, UsageError
from autotransform.publish.branches.branch import plan, script_path
from autotransform.publish.branches.record import Record
from autotransform.publish.decisions.deciding import decide
from autotransform.publish.formatting.formatted import format_run
from autotransform.publish.formatting.formatters import find_formatter, read_formatter
from autotransform.publish.proof.claims import UnprovableError
from autotransform.publish.splitting.dividing import divide, part_of
from autotransform.run import run, select
from autotransform.run.checked import require_checked
from autotransform.script import digest_of, parse

if TYPE_CHECKING:
    from collections.abc import Callable

    from autotransform.config import Config
    from autotransform.engine.values import Run
    from autotransform.publish.formatting.formatters import Formatter
    from autotransform.publish.proof.claims import Claim
    from autotransform.repository import Repository
    from autotransform.run import Limits, Progress, Selection
    from autotransform.script import Script

#: Nobody reviews a longer one.
_LONGEST_SCRIPT = 200_000
#: Of what an error says that names what the record names.
_DETAILS, _LONGEST_MESSAGE = 10, 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Rerun:
    """What the script makes of a commit."""

    base: str
    run: Run
    #: The files that it ran on.
    selected: frozenset[str]
    #: The trees that a branch on this commit goes through; the last has everything.
    trees: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What it takes to run the script of a claim again."""

    repository: Repository
    claim: Claim
    script: Script
    #: Of where the branch goes: nothing of it is the branch's word.
    config: Config
    limits: Limits
    formatter: Formatter | None = None
    on_progress: Callable[[Progress], None] | None = None

    def rerun(self, base: str) -> Rerun:
        """Run the script on a commit.

        Raises:
            UnprovableError: The record cannot be carried out there.
            UntrustedError: Nothing here would hold the script, and nobody approved it.
        """
        try:
            selection = self._select(base)
            done = self._divide(self._format(self._decide(self._run(selection), selection), selection), selection)
        except UsageError as error:
            raise UnprovableError(
                f"The record cannot be carried out on {base[:12]}: {error.message[:_LONGEST_MESSAGE]}",
                details=error.details[:_DETAILS],
                hint=error.hint[:_LONGEST_MESSAGE],
            ) from None
        return Rerun(
            base=base,
            run=done,
            selected=frozenset(file.path for file in selection.files),
            trees=self.plan(done, base),
        )

    def plan(self, done: Run, base: str) -> tuple[str, ...]:
        """Give the trees that a branch on a commit goes through."""
        return tuple(step.tree for step in plan(self.repository, done, record=self._record(base)))

    def _select(self, base: str) -> Selection:
        claim = self.claim
        config = replace(self.config, include=claim.include, exclude=claim.exclude, source_roots=claim.source_roots)
        if misfits := find_misfits(config):
            raise UsageError("it names what no configuration may.", details=tuple(misfits[:_DETAILS]))
        root = self.repository.root or self.repository.git_dir
        try:
            return select(start=root, repository=self.repository, paths=claim.paths, base=base, config=config)
        except OSError as error:  # no name of a file is so long
            raise UsageError(f"a path cannot be looked for: {error.strerror}") from None

    def _run(self, selection: Selection) -> Run:
        claim = self.claim
        # No cache: what is proven is proven now.
        done = run(
            self.script,
            selection,
            arguments=claim.arguments,
            limits=self.limits,
            strict=claim.strict,
            is_gated=claim.is_gated,
            on_progress=self.on_progress,
        )
        reasons = {failed.detail for failed in done.failed if failed.reason == "load"}
        if reasons and all(failed.reason == "load" for failed in done.failed) and not done.changed:
            raise UnprovableError("The script cannot be loaded.", details=tuple(sorted(reasons))[:_DETAILS])
        return done

    def _decide(self, done: Run, selection: Selection) -> Run:
        return decide(done, selection, decisions=self.claim.refused, limits=self.limits).run

    def _format(self, done: Run, selection: Selection) -> Run:
        if self.formatter is not None:
            done = format_run(done, selection, formatter=self.formatter, jobs=self.limits.jobs).run
        dropped = {*self.claim.dropped}
        kept = tuple(
            Skipped(path=each.path, reason="left out, as the record says") if each.path in dropped else each
            for each in done.outcomes
        )
        return replace(done, outcomes=kept)

    def _divide(self, done: Run, selection: Selection) -> Run:
        if self.claim.division is None:
            return done
        division, name = self.claim.division
        parts = {part.name: part for part in divide(done, selection, division=division)}
        if name not in parts:
            raise UnprovableError(
                f"The change has no part called {name[:100]!r} on {selection.base[:12]}, when it is divided by"
                f" {division.by}.",
                details=tuple(f"a part: {each or '(all of it)'}" for each in [*parts][:_DETAILS]),
                hint="Make the branches again: autotransform apply",
            )
        return part_of(done, parts[name])

    def _record(self, base: str) -> Record:
        claim = self.claim
        inputs = {
            **claim.record.inputs,
            "paths": [*claim.paths],
            "arguments": [[*pair] for pair in claim.arguments],
            "strict": claim.strict,
            "formatter": claim.formatter,
            "dropped": [*claim.dropped],
        }
        return Record(script_path=claim.record.script_path, digest=self.script.digest, base=base, inputs=inputs)


def read_script(repository: Repository, claim: Claim, *, config: Config) -> tuple[Script, tuple[str, ...]] | None:
    """Read the script of a claim, out of the commit that makes it; with what a person should know of it.

    Returns:
        ``None`` where the commit does not hold the script that it names.

    Raises:
        UnprovableError: It stands where no script may, it is none, or the static check refuses it.
    """
    path = claim.record.script_path
    name = PurePosixPath(path).stem
    if not path.isprintable() or path != script_path(config, name):
        raise UnprovableError(
            f"The record names a script outside of {config.transforms}/: {ascii(path)[:200]}.",
            hint="There it would be more than a script. Where the folder was moved, make the branch again.",
        )
    content = repository.show_file(claim.commit.sha, path)
    if content is None or len(content) > _LONGEST_SCRIPT:
        return None
    if digest_of(content.decode(errors="replace")) != claim.record.digest:
        return None
    try:
        script = parse(content, name=name, entry=claim.entry or None)
        problems = require_checked(script)
    except ScriptError as error:
        hint = "What is mended here is not mended there. Make the branch again: autotransform apply"
        raise UnprovableError(error.message, details=error.details[:_DETAILS], hint=hint) from None
    return script, tuple(f"{path}: {problem}" for problem in problems)


def choose_formatter(claim: Claim, *, config: Config, given: str, repository: Repository) -> Formatter | None:
    """Find the formatter of a claim, if somebody other than the claim names it, too.

    Args:
        claim: Its word starts no program.
        config: Of where the branch goes.
        given: On the command line; empty: nothing was.
        repository: For a relative path of a program that was given.

    Raises:
        UnprovableError: Nobody names it, or it cannot be started.
    """
    noted = claim.formatter
    recorded = (noted.get("name") or noted.get("command") or "") if noted else ""
    if given and given != recorded:
        raise UnprovableError(
            f"The record says formatted by {ascii(recorded)[:200] if recorded else 'nothing'}, not {given[:200]!r}.",
            hint="Leave --formatter out, or give what the record says, if you trust it.",
        )
    if noted is None:
        return None
    try:
        if not given and (name := read_formatter(noted)) != config.formatter:
            raise UnprovableError(
                f"The record says formatted by {name}, which the configuration of where the branch goes does not.",
                hint=f"Set formatter = {name!r} in [tool.autotransform] there, or give it: --formatter {name}",
            )
        return find_formatter(given or recorded, folder=repository.root or repository.git_dir)
    except UsageError as error:
        raise UnprovableError(error.message, details=error.details, hint=error.hint) from None
