"""``autotransform verify``: whether a branch is exactly what its script makes, shown and as JSON."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

import click

from autotransform.cli.encoding import encode_json
from autotransform.cli.options import trust_option
from autotransform.cli.token import take_github_token
from autotransform.errors import RepositoryError

if TYPE_CHECKING:
    from autotransform.cli.session import Session
    from autotransform.publish.proof.departures import Departure
    from autotransform.publish.proof.hand_edits import OtherCommit
    from autotransform.publish.proof.proving import Proof
    from autotransform.repository import Repository

#: Of the JSON: within one version keys are added, never renamed, removed or given another meaning.
_SCHEMA = 1
#: Without ``-v``: how many paths and commits are listed, and how many lines of diffs are shown.
_LISTED, _LINES = 20, 200
#: What a workflow for pull requests checks out: a merge that GitHub made.
_MERGE_REF = re.compile(r"refs/pull/[0-9]+/merge", re.ASCII)
_PARENTS_OF_MERGE = 2
_USUAL_NAMES = ("main", "master")
_USUAL = ("origin/HEAD", *(f"origin/{name}" for name in _USUAL_NAMES), *_USUAL_NAMES)
_ORIGINS = {
    "reviewed": "where it goes holds this very script",
    "catalogue": "the script is one that comes with AutoTransform",
}


@click.command("verify")
@click.argument("name", metavar="[BRANCH|SHA|PR]", required=False)
@click.option("--base", metavar="REF", help="Where the branch goes (default: the default branch).")
@click.option("--trusted-script", "trusted", metavar="REV", help="Whose scripts are reviewed (default: as --base).")
@click.option("--require-reviewed", is_flag=True, help="Exit with 1, too, where the script or its arguments are new.")
@click.option("--formatter", metavar="NAME|CMD", default="", help="Allow the formatter that the branch says it used.")
@click.option("--remote", metavar="NAME", help="Where the pull request is (default: origin).")
@click.option("--jobs", "-j", type=click.IntRange(min=1), help="Worker processes (default: one for each core).")
@click.option("--timeout", type=click.FloatRange(min=0, min_open=True), help="Seconds that one file may take.")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
@click.option("--paths-only", is_flag=True, help="Print nothing but the paths that are not the script's work.")
@trust_option
@click.pass_obj
def verify_command(
    session: Session,
    *,
    name: str | None,
    base: str | None,
    trusted: str | None,
    require_reviewed: bool,
    formatter: str,
    remote: str | None,
    jobs: int | None,
    timeout: float | None,
    as_json: bool,
    paths_only: bool,
) -> int:
    """Prove that a branch is exactly what its script makes, with no model and no key.

    The script that the branch holds runs again, fenced in, where the branch goes; what comes out must be what the
    branch has, byte for byte. BRANCH may be the name of a transform; a pull request is a number or an address, and is
    fetched. Without any it is what HEAD holds. Exits with 0 when it is proven, 1 when something is not the script's
    work, 5 when that cannot be told.
    """
    token = take_github_token()
    if as_json and paths_only:
        raise click.UsageError("--json and --paths-only exclude each other.")
    asked = _Asked(name=name, base=base, trusted=trusted, formatter=formatter, remote=remote, token=token)
    proof = _prove(session, asked, jobs=jobs, timeout=timeout)
    if as_json:
        session.terminal.write_bytes(encode_json(as_document(proof)))
    elif proof.state == "unprovable":
        raise _unprovable(proof)
    elif paths_only:
        _show_paths(session, proof)
    else:
        _show(session, proof, label=name or "HEAD")
    return _exit_code(proof, require_reviewed=require_reviewed)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What the command line says of the branch."""

    name: str | None
    base: str | None
    trusted: str | None
    formatter: str
    remote: str | None
    token: str = field(repr=False)


def _prove(session: Session, asked: _Asked, *, jobs: int | None, timeout: float | None) -> Proof:
    from autotransform.cli.workflow import limits_of  # noqa: PLC0415
    from autotransform.publish.proof.proving import Terms, prove  # noqa: PLC0415

    repository = session.require_repository()
    tip, merged_into = _find_tip(repository, asked)
    target = repository.resolve(asked.base) if asked.base else merged_into or _default_target(session, repository, tip)
    trusted = repository.resolve(asked.trusted) if asked.trusted else None
    with session.terminal.progress("verify") as move:
        return prove(
            repository,
            tip,
            terms=Terms(target=target, trusted=trusted, formatter=asked.formatter),
            limits=lambda config: limits_of(session, config, jobs=jobs, timeout=timeout),
            on_progress=move,
        )


def _unprovable(proof: Proof) -> RepositoryError:
    from autotransform.publish.proof.claims import UnprovableError  # noqa: PLC0415

    return UnprovableError(proof.reason, details=proof.details, hint=proof.hint)


def _exit_code(proof: Proof, *, require_reviewed: bool) -> int:
    if proof.state == "unprovable":
        return RepositoryError.exit_code
    return 1 if proof.state == "different" or (require_reviewed and proof.unreviewed) else 0


def _find_tip(repository: Repository, asked: _Asked) -> tuple[str, str | None]:
    """Find the commit that is meant and, where it is known from that, the one that it goes to."""
    from autotransform.publish.branches.ownership import branch_of  # noqa: PLC0415
    from autotransform.publish.proof.lineage import shallow_error  # noqa: PLC0415
    from autotransform.publish.pull_requests.refs import fetch_pull, read_pull_name  # noqa: PLC0415

    name = asked.name
    if name is None:
        head = repository.resolve("HEAD")
        parents = repository.parents(head)
        # Only the runner's word makes it such a merge: one that looks like it is made by whoever wrote the branch.
        is_merge_ref = os.environ.get("GITHUB_SHA") == head and _MERGE_REF.fullmatch(os.environ.get("GITHUB_REF", ""))
        if not is_merge_ref or len(parents) != _PARENTS_OF_MERGE:
            return head, None
        for parent in parents:
            if not repository.has_commit(parent):
                raise shallow_error(repository, parent)
        return parents[1], parents[0]
    for branch in (name, branch_of(name)):
        if tip := repository.branch_tip(branch):
            return tip, None
    if pull := read_pull_name(name):
        return fetch_pull(repository, pull, remote=asked.remote, token=asked.token, environment=os.environ), None
    return repository.resolve(name), None


def _default_target(session: Session, repository: Repository, tip: str) -> str | None:
    """Find where a branch goes when nobody says: to the default branch, or the one that its configuration names.

    Nothing counts that whoever wrote the branch could have made: other branches of theirs, a configuration at HEAD, and
    in a workflow, which may have checked them out, local branches at all.
    """
    bases = [f"origin/{name}" for name in [os.environ.get("GITHUB_BASE_REF", "")] if name]
    usual = {name: found for name in (*bases, *_USUAL) if (found := _find_branch(repository, name))}
    if not usual:
        return None
    default = next(iter(usual.values()))
    named = session.config(base=default).pull_request.base if not bases else ""
    remote = (_find_branch(repository, f"origin/{named}") if named else None) or default
    if os.environ.get("CI"):
        return remote
    # What was not pushed yet is known to the local branch only.
    names = [named] if named else [name for name in _USUAL_NAMES if usual.get(f"origin/{name}", remote) == remote]
    local = next((found for name in names if (found := _find_branch(repository, name))), remote)
    return min((remote, local), key=lambda commit: _count_own(repository, tip, commit))


def _find_branch(repository: Repository, name: str) -> str | None:
    full = f"refs/remotes/{name}" if name.startswith("origin/") else f"refs/heads/{name}"
    try:
        return repository.resolve(full)
    except RepositoryError:
        return None


def _count_own(repository: Repository, tip: str, commit: str) -> int:
    from autotransform.publish.proof.lineage import MOST_COMMITS  # noqa: PLC0415

    return len(repository.commits(commit, tip, limit=MOST_COMMITS))


def _show_paths(session: Session, proof: Proof) -> None:
    from autotransform.review import show_path  # noqa: PLC0415

    for departure in proof.departures:
        session.terminal.result(show_path(departure.path))


def _show(session: Session, proof: Proof, *, label: str) -> None:
    terminal = session.terminal
    if proof.state == "proved":
        files = "1 file" if proof.changed == 1 else f"{proof.changed} files"
        terminal.result(
            f"{label} is exactly what {proof.script_path} makes of {proof.base[:10]}: {files} changed.",
            style="bold green",
        )
    else:
        count = "1 path is" if len(proof.departures) == 1 else f"{len(proof.departures)} paths are"
        terminal.result(
            f"{label} is not what {proof.script_path} makes of {proof.base[:10]}: {count} not its work.",
            style="bold red",
        )
        _show_departures(session, proof.departures)
    _show_commits(session, proof.commits)
    for cause in proof.causes:
        terminal.say(f"A likely cause: {cause}")
    for note in proof.notes:
        terminal.note(note)
    if proof.unreviewed:
        terminal.result("To be reviewed:")
        for line in proof.unreviewed:
            terminal.result(f"  {line}")
    elif proof.state == "proved":
        terminal.result(f"Nothing of it needs a review: {_ORIGINS.get(proof.origin, '')}.")


def _show_departures(session: Session, departures: tuple[Departure, ...]) -> None:
    from autotransform.review import diff_lines, show_path  # noqa: PLC0415

    terminal = session.terminal
    most = len(departures) if session.verbosity > 0 else _LISTED
    for departure in departures[:most]:
        terminal.result(f"  {departure.kind:<9}  {show_path(departure.path)}: {departure.what}")
    if len(departures) > most:
        terminal.result(f"  and {len(departures) - most} more; -v lists them all")
    lines = (line for each in departures if each.change for line in diff_lines(each.change))
    if session.verbosity < 0 or not any(each.change for each in departures):
        return
    terminal.say("From what the script makes to what is there:")
    terminal.diff(lines if session.verbosity > 0 else islice(lines, _LINES))
    if session.verbosity == 0 and next(lines, None) is not None:
        terminal.say("… and more; -v shows it all", style="dim")


def _show_commits(session: Session, commits: tuple[OtherCommit, ...]) -> None:
    from autotransform.review import show_path  # noqa: PLC0415

    terminal = session.terminal
    if commits:
        terminal.say("Hand edits:")
    for commit in commits[:_LISTED]:
        claims = " (it says that AutoTransform made it)" if commit.says_ours else ""
        terminal.say(f"  {commit.sha[:10]} {commit.subject} ({commit.author}){claims}")
        shown = ", ".join(show_path(path) for path in commit.paths[:_LISTED])
        more = f" and {len(commit.paths) - _LISTED} more" if len(commit.paths) > _LISTED else ""
        terminal.say(f"    {shown or 'no path'}{more}", style="dim")
    if len(commits) > _LISTED:
        terminal.say(f"  and {len(commits) - _LISTED} more commits")


def as_document(proof: Proof) -> dict[str, Any]:
    """Describe a proof as plain values for ``json.dumps``."""
    from autotransform.review.text import portable_text  # noqa: PLC0415

    document = {
        "schema": _SCHEMA,
        "state": proof.state,
        "tip": proof.tip,
        "base": proof.base,
        "script": {"path": proof.script_path, "digest": proof.digest, "origin": proof.origin},
        "unreviewed": [*proof.unreviewed],
        "trees": {"expected": proof.expected, "found": proof.found},
        "changed": proof.changed,
        "departures": [_departure(each) for each in proof.departures],
        "hand_edits": [
            {
                "sha": each.sha,
                "author": each.author,
                "subject": each.subject,
                "paths": [*each.paths],
                "says_ours": each.says_ours,
            }
            for each in proof.commits
        ],
        "causes": [*proof.causes],
        "notes": [*proof.notes],
        "error": {"message": proof.reason, "details": [*proof.details], "hint": proof.hint} if proof.reason else None,
    }
    portable = _mapped(document, portable_text)
    assert isinstance(portable, dict)
    return portable


def _departure(departure: Departure) -> dict[str, Any]:
    hunks = [
        {
            "expected_start": hunk.before_start,
            "expected_count": hunk.before_count,
            "found_start": hunk.after_start,
            "found_count": hunk.after_count,
        }
        for hunk in departure.hunks
    ]
    return {"path": departure.path, "kind": departure.kind, "what": departure.what, "hunks": hunks}


def _mapped(value: Any, change: Any) -> Any:
    if isinstance(value, dict):
        return {key: _mapped(each, change) for key, each in value.items()}
    if isinstance(value, list):
        return [_mapped(each, change) for each in value]
    return change(value) if isinstance(value, str) else value
