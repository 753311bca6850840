"""What of a proven branch a person must look at all the same: the script itself, and what it was told."""

from __future__ import annotations

import platform
from importlib.metadata import version
from typing import TYPE_CHECKING, Literal, TypeAlias

from autotransform import __version__
from autotransform.review.decisions import count_refusals
from autotransform.review.text import safe_text, show_path
from autotransform.run.trust import catalogue_digests
from autotransform.script import digest_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autotransform.config import Config
    from autotransform.engine.values import Run
    from autotransform.publish.formatting.formatters import Formatter
    from autotransform.publish.proof.claims import Claim
    from autotransform.repository import Repository
    from autotransform.script import Script

#: ``reviewed``: where the branch goes holds this very script. ``catalogue``: it is one that comes with us, as installed
#: here. ``changed``: another version of it is there. ``new``: nobody but the branch has it.
ScriptOrigin: TypeAlias = Literal["reviewed", "catalogue", "changed", "new", "unknown"]

_SHOWN, _LONGEST = 10, 200


def find_origin(repository: Repository, claim: Claim, *, script: Script, trusted: str) -> ScriptOrigin:
    """Find out who but the branch holds a script.

    Args:
        repository: Holds the commit.
        claim: Where the script stands.
        script: The script.
        trusted: A commit whose scripts have been reviewed.
    """
    held = repository.show_file(trusted, claim.record.script_path)
    if held is not None and digest_of(held.decode(errors="replace")) == script.digest:
        return "reviewed"
    if script.digest in catalogue_digests():
        return "catalogue"
    return "new" if held is None else "changed"


def list_unreviewed(claim: Claim, *, script: Script, config: Config, origin: ScriptOrigin) -> tuple[str, ...]:
    """List what comes with the branch and decides what the script does; one sentence each.

    Args:
        claim: What the branch says.
        script: The script.
        config: Of where the branch goes.
        origin: Of the script.
    """
    path = show_path(claim.record.script_path)
    found = {
        "new": [f"{path} is a new script, which comes with the branch: review it."],
        "changed": [f"{path} is another version of the script than the one that was reviewed: review what changed."],
    }.get(origin, [])
    if claim.arguments:
        given = " ".join(f"{name}={text}" for name, text in claim.arguments)
        found.append(f"The script was given arguments: {_bounded(given)}")
    if len(script.classes) > 1:
        found.append(f"Of the {len(script.classes)} transforms in the script, {script.entry} was run.")
    for key, said, there in (
        ("include", claim.include, config.include),
        ("exclude", claim.exclude, config.exclude),
        ("source-roots", claim.source_roots, config.source_roots),
    ):
        if said != there:
            found.append(f"{key} is not what the configuration says: {_listed(said)}")
    # Unlike what is left out, this has the script reach more than what was reviewed.
    if not claim.is_gated:
        found.append("The script ran on every file, whatever its MENTIONS say.")
    if config.strict and not claim.strict:
        found.append("The script did not run strictly, as the configuration asks.")
    if claim.formatter and "command" in claim.formatter:
        found.append(f"It was formatted by a command of your own: {_bounded(claim.formatter['command'])}")
    return tuple(found)


def list_left_out(claim: Claim) -> tuple[str, ...]:
    """List what of the script's work the branch says that it leaves out; one sentence each."""
    found = []
    if claim.paths:
        found.append(f"The script ran only on: {_listed(claim.paths)}")
    if claim.dropped:
        found.append(f"Left out, because the project's own tests refuse it: {_listed(claim.dropped)}")
    if claim.refused:
        found.append(f"Left out, because a person refused it: {count_refusals(claim.refused)}.")
    if claim.division:
        division, name = claim.division
        found.append(f"It is one part, {_bounded(name)}, of a change that was divided by {division.by}.")
    return tuple(found)


def list_causes(claim: Claim, *, formatter: Formatter | None, run: Run) -> tuple[str, ...]:
    """List what else than a hand could have made a difference, where there is one."""
    now = {"autotransform": __version__, "libcst": version("libcst"), "python": platform.python_version()}
    pairs = [(name, then, now[name]) for name, then in claim.versions]
    if formatter:
        pairs.append(("the formatter", (claim.formatter or {}).get("version", ""), formatter.version))
    causes = [
        f"{name} was {_bounded(then) or 'of no known version'} then, and is {here} here"
        for name, then, here in pairs
        if then != here
    ]
    causes += [f"the script fails here on {show_path(failed.path)}: {failed.reason}" for failed in run.failed[:_SHOWN]]
    return tuple(causes)


def _listed(words: Sequence[str]) -> str:
    shown = ", ".join(show_path(word) or "." for word in words[:_SHOWN])
    more = f", and {len(words) - _SHOWN} more" if len(words) > _SHOWN else ""
    return f"{_bounded(shown)}{more}" if words else "nothing"


def _bounded(text: str) -> str:
    safe = safe_text(text)
    return safe if len(safe) <= _LONGEST else f"{safe[:_LONGEST]}…"
