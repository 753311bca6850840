from __future__ import annotations

import fcntl
import os
import shlex
import socket
import subprocess
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from autotransform.errors import AutoTransformError, GitHubError, RepositoryError
from autotransform.repository import Repository
from autotransform.repository.process import Git
from autotransform.repository.remote import PRIVATE_REFS, Connection, Credentials, RefUpdate
from autotransform.repository.remote_folder import hand_over
from autotransform.repository.remote_words import StaleError, clean, explain_failure, explain_rejections
from tests.conftest import GitRepo
from tests.servers.forge import words
from tests.servers.forge.server import TOKEN, Forge
from tests.servers.forge.storage import reading, writing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.servers.forge.storage import Hosted

OURS = "refs/heads/autotransform/six"


class Desk:
    """A clone of a repository on the forge: `main` is pushed, one commit more is not."""

    def __init__(self, repo: GitRepo, *, forge: Forge, hosted: Hosted) -> None:
        self.repo, self.forge, self.hosted = repo, forge, hosted
        self.credentials = Credentials(url=forge.web_url, token=TOKEN)
        repo.git("remote", "add", "origin", hosted.url)
        self.main = repo.commit({"a.py": "1\n", ".github/workflows/ci.yml": "on: push\n"})
        hosted.git("fetch", "--quiet", str(repo.path), "main:main")
        self.new = repo.commit({"a.py": "2\n"})

    def connect(self, name: str = "origin", *, credentials: Credentials | None = None) -> Connection:
        repository = Repository.open(self.repo.path)
        with repository.connect(name, credentials=credentials or self.credentials) as connection:
            return connection

    def push(self, *updates: RefUpdate, name: str = "origin", credentials: Credentials | None = None) -> object:
        repository = Repository.open(self.repo.path)
        with repository.connect(name, credentials=credentials or self.credentials) as connection:
            return connection.push(updates or [RefUpdate(ref=OURS, new=self.new, old=None)])

    def refused(self, *updates: RefUpdate, name: str = "origin") -> AutoTransformError:
        with pytest.raises(AutoTransformError) as caught:
            self.push(*updates, name=name)
        said = "\n".join((str(caught.value), *caught.value.details, caught.value.hint))

        assert TOKEN not in said
        assert self.hosted.sha(OURS) is None
        return caught.value

    def fetch(self, ref: str = OURS, *, into: str = f"{PRIVATE_REFS}x", depth: int | None = None) -> str | None:
        with Repository.open(self.repo.path).connect("origin", credentials=self.credentials) as connection:
            return connection.fetch(ref, into=into, depth=depth)

    def list_refs(self, *patterns: str) -> dict[str, str]:
        with Repository.open(self.repo.path).connect("origin", credentials=self.credentials) as connection:
            return connection.list_refs(*patterns)

    def clone(self, path: Path, *options: str) -> GitRepo:
        """Clone from the bare repository itself, so that no token is stored; the remote is then the forge's."""
        GitRepo(self.repo.path).git("clone", "--quiet", "--no-local", *options, f"file://{self.hosted.path}", str(path))
        clone = GitRepo(path)
        clone.git("remote", "set-url", "origin", self.hosted.url)
        clone.git("config", "user.name", "Ada Lovelace")
        clone.git("config", "user.email", "ada@example.org")
        return clone


@pytest.fixture
def desk(git_repo: GitRepo, tmp_path: Path) -> Iterator[Desk]:
    with Forge(tmp_path / "forge") as forge:
        yield Desk(git_repo, forge=forge, hosted=forge.create("alice/demo"))


# Leases


def test_a_new_branch_is_pushed_and_nothing_here_moves(desk: Desk) -> None:
    before, refs, config = (
        desk.repo.state(),
        desk.repo.git("for-each-ref"),
        (desk.repo.path / ".git/config").read_text(),
    )

    moved = desk.push()

    assert moved == (OURS,)
    assert desk.hosted.sha(OURS) == desk.new
    assert (desk.repo.state(), desk.repo.git("for-each-ref")) == (before, refs)
    assert (desk.repo.path / ".git/config").read_text() == config
    assert [*(desk.repo.path / ".git/autotransform").iterdir()] == []


def test_what_is_right_already_is_not_moved(desk: Desk) -> None:
    desk.push()

    assert desk.push(RefUpdate(ref=OURS, new=desk.new, old=desk.new)) == ()


def test_a_branch_that_is_there_when_it_must_not_be(desk: Desk) -> None:
    desk.hosted.git("update-ref", OURS, desk.main)

    with pytest.raises(StaleError, match="moved on origin by somebody else") as caught:
        desk.push()

    assert desk.hosted.sha(OURS) == desk.main
    assert "run the command again" in caught.value.hint


def test_a_branch_that_somebody_else_moved_is_not_overwritten(desk: Desk) -> None:
    desk.push()
    desk.hosted.git("update-ref", OURS, desk.main)

    with pytest.raises(StaleError):
        desk.push(RefUpdate(ref=OURS, new=desk.repo.commit({"a.py": "3\n"}), old=desk.new))

    assert desk.hosted.sha(OURS) == desk.main


def test_a_branch_moves_to_another_history_under_its_lease(desk: Desk) -> None:
    desk.push()
    desk.repo.git("checkout", "--quiet", "--detach", desk.main)
    other = desk.repo.commit({"a.py": "other\n"})

    desk.push(RefUpdate(ref=OURS, new=other, old=desk.new))

    assert desk.hosted.sha(OURS) == other


def test_of_several_branches_all_move_or_none(desk: Desk) -> None:
    desk.hosted.git("update-ref", f"{OURS}--b", desk.main)
    parts = [RefUpdate(ref=f"{OURS}--{part}", new=desk.new, old=None) for part in "abc"]

    with pytest.raises(StaleError, match="six--b was moved"):
        desk.push(*parts)

    assert desk.hosted.sha(f"{OURS}--a") is None
    assert desk.push(parts[0], parts[2]) == (parts[0].ref, parts[2].ref)


def test_a_branch_is_deleted_only_where_it_still_is_ours(desk: Desk) -> None:
    desk.push()
    with pytest.raises(StaleError):
        desk.push(RefUpdate(ref=OURS, new=None, old=desk.main))

    desk.push(RefUpdate(ref=OURS, new=None, old=desk.new))

    assert desk.hosted.sha(OURS) is None


# Asking and fetching


def test_a_branch_whose_name_only_ends_like_it_is_another_one(desk: Desk) -> None:
    for ref in (OURS, f"refs/heads/{OURS}", "refs/heads/autotransform/seven"):
        desk.hosted.git("update-ref", ref, desk.main)

    assert desk.list_refs(OURS) == {OURS: desk.main}
    assert [*desk.list_refs("refs/heads/autotransform/*")] == ["refs/heads/autotransform/seven", OURS]


def test_a_branch_is_fetched_to_where_nobody_looks(desk: Desk) -> None:
    desk.push()
    other = desk.clone(desk.repo.path.parent / "other")
    desk.repo = other
    before = other.state()

    fetched = desk.fetch()

    assert fetched == desk.new
    assert other.git("for-each-ref", "--format=%(refname)", "refs/autotransform") == "refs/autotransform/x"
    assert other.state() == before
    assert not (other.path / ".git/FETCH_HEAD").exists()


def test_a_branch_that_is_not_there_is_no_error(desk: Desk) -> None:
    assert desk.fetch() is None


def test_nothing_is_fetched_over_a_branch(desk: Desk) -> None:
    with pytest.raises(ValueError, match="refs/heads/main"):
        desk.fetch(into="refs/heads/main")


# Clones


def test_a_shallow_clone_pushes_and_fetches(desk: Desk) -> None:
    desk.hosted.git("fetch", "--quiet", str(desk.repo.path), "main:main")
    desk.repo = desk.clone(desk.repo.path.parent / "shallow", "--depth=1")
    new = desk.repo.commit({"a.py": "3\n"})

    desk.push(RefUpdate(ref=OURS, new=new, old=None))

    assert desk.hosted.git("log", "--format=%s", OURS).splitlines() == ["A commit"] * 3
    desk.hosted.git("update-ref", OURS, desk.main)
    assert desk.fetch(depth=1) == desk.main
    assert desk.repo.git("rev-parse", "--is-shallow-repository") == "true"
    desk.repo.git("fsck", "--full", "--strict")


def test_a_shallow_clone_that_is_given_the_rest_is_whole(desk: Desk) -> None:
    desk.hosted.git("fetch", "--quiet", str(desk.repo.path), "main:main")
    desk.repo = desk.clone(desk.repo.path.parent / "shallow", "--depth=1")

    desk.fetch("refs/heads/main", depth=100)

    assert desk.repo.git("rev-parse", "--is-shallow-repository") == "false"
    assert desk.repo.git("rev-list", "--count", "HEAD") == "2"
    desk.repo.git("fsck", "--full", "--strict")


@pytest.mark.parametrize("filtered", ["blob:none", "tree:0"])
def test_a_partial_clone_pushes_and_fetches(desk: Desk, filtered: str) -> None:
    desk.hosted.git("fetch", "--quiet", str(desk.repo.path), "main:main")
    desk.repo = desk.clone(desk.repo.path.parent / "partial", f"--filter={filtered}", "--no-checkout")
    desk.repo.git("remote", "set-url", "origin", f"file://{desk.hosted.path}")
    desk.repo.git("checkout", "--quiet", "main")
    desk.repo.git("remote", "set-url", "origin", desk.hosted.url)
    new = desk.repo.commit({"b.py": "3\n"})

    desk.push(RefUpdate(ref=OURS, new=new, old=None))

    assert desk.hosted.sha(OURS) == new
    assert desk.fetch() == new


def test_a_partial_clone_fetches_what_brings_old_content_back(desk: Desk) -> None:
    desk.hosted.git("fetch", "--quiet", str(desk.repo.path), "main:main")
    restored = desk.hosted.commit(OURS.removeprefix("refs/heads/"), "1\n", onto="main")
    # With a bitmap, as GitHub has it, the server knows that we could have that content, and does not send it.
    desk.hosted.git("repack", "-adb", "--quiet")
    desk.repo = desk.clone(desk.repo.path.parent / "partial", "--filter=blob:none", "--single-branch")

    assert desk.fetch() == restored


def test_a_linked_worktree_and_a_bare_repository_push(desk: Desk) -> None:
    linked = desk.repo.path.parent / "linked"
    desk.repo.git("worktree", "add", "--quiet", "--detach", str(linked))
    bare = desk.repo.path.parent / "bare.git"
    desk.repo.git("clone", "--quiet", "--bare", str(desk.repo.path), str(bare))
    GitRepo(bare).git("remote", "set-url", "origin", desk.hosted.url)

    for number, path in enumerate((linked, bare)):
        desk.repo = GitRepo(path)
        desk.push(RefUpdate(ref=f"{OURS}{number}", new=desk.new, old=None))

    assert [desk.hosted.sha(f"{OURS}{number}") for number in (0, 1)] == [desk.new] * 2


# The token


def test_the_token_goes_to_its_own_server_alone(desk: Desk) -> None:
    elsewhere = Credentials(url=desk.forge.web_url.replace("127.0.0.1", "localhost"), token=TOKEN)

    with pytest.raises(GitHubError):
        desk.push(credentials=elsewhere)

    assert {sent for _, _, sent in desk.forge.git_log} == {()}


@pytest.mark.parametrize("key", ["{origin}/", "{url}", "{origin}/alice/"])
def test_no_second_token_is_sent_beside_ours(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, key: str
) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    where = key.format(origin=desk.forge.web_url, url=desk.hosted.url)
    other = (f"http.{where}.extraheader", "AUTHORIZATION: basic eDp5")
    for scope in ("--local", "--global"):
        desk.repo.git("config", scope, *other)
    for name, value in {"COUNT": "1", "KEY_0": other[0], "VALUE_0": other[1]}.items():
        monkeypatch.setenv(f"GIT_CONFIG_{name}", value)

    desk.push()

    assert {len(sent) for _, _, sent in desk.forge.git_log} == {1}


def test_the_token_is_in_no_argument_trace_or_repr(desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for number, name in enumerate(("GIT_TRACE", "GIT_TRACE_CURL", "GIT_TRACE2_EVENT", "GIT_TRACE_SETUP")):
        monkeypatch.setenv(name, str(tmp_path / f"trace{number}"))
    monkeypatch.setenv("GIT_TRACE_REDACT", "0")
    monkeypatch.setenv("GIT_TRACE2_CONFIG_PARAMS", "*,http.*.extraheader")
    monkeypatch.setenv("GIT_TRACE2_ENV_VARS", "GIT_CONFIG_VALUE_0,GIT_CONFIG_VALUE_1,GIT_CONFIG_VALUE_2")
    desk.push()
    encoded = desk.forge.git_log[-1][2][0].rpartition(" ")[2]
    connection = desk.connect()

    traces = "".join(path.read_text() for path in tmp_path.glob("trace*"))
    with hand_over(connection._git, connection._hidden, overrides=connection._overrides) as git:
        shown = f"{traces}{connection!r}{git!r}{desk.credentials!r}"

    assert "git-receive-pack" in traces
    assert [secret for secret in (TOKEN, encoded) if secret in shown] == []


#: Keeps what stands in the environment of every process of git, which it asks for again and again until it is ended.
WATCHER = """
import glob, sys
seen = set()
print("ready", flush=True)
while True:
    for path in glob.glob("/proc/[0-9]*/environ"):
        try:
            found = open(path, "rb").read()
        except OSError:
            continue
        if sys.argv[1].encode() in found and found not in seen:
            seen.add(found)
            open(sys.argv[2], "ab").write(found)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it stands there")
def test_the_token_is_in_no_environment_of_git(desk: Desk, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    command = [sys.executable, "-I", "-S", "-c", WATCHER, str(tmp_path), str(seen)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as watcher:
        assert watcher.stdout is not None
        ready = watcher.stdout.readline()
        try:
            for number in range(3):
                desk.push(RefUpdate(ref=f"{OURS}{number}", new=desk.new, old=None))
        finally:
            watcher.kill()
    encoded = desk.forge.git_log[-1][2][0].rpartition(" ")[2]
    found = seen.read_bytes()

    assert ready == b"ready\n"
    assert b"include.path" in found
    assert [secret for secret in (TOKEN, encoded) if secret.encode() in found] == []


def test_without_memory_to_hand_over_the_token_still_arrives(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "memfd_create", raising=False)

    desk.push()

    assert desk.hosted.sha(OURS) == desk.new
    assert {len(sent) for _, _, sent in desk.forge.git_log} == {1}


def test_an_address_says_nothing_in_the_configuration(desk: Desk) -> None:
    settings = [('http.http://x/"]\\[core].extraheader', 'a"b\\c')]
    with hand_over(Git(directory=desk.repo.path), settings, overrides=()) as git:
        assert git.run("config", "--get", settings[0][0]) == b'a"b\\c\n'
    for url in (f"{desk.forge.web_url}/x\n[core]", f'{desk.forge.web_url}/x\\"]'):
        desk.repo.git("remote", "set-url", "origin", url)
        desk.refused()


def test_the_token_is_not_sent_on_to_where_a_renamed_repository_is(desk: Desk) -> None:
    desk.forge.rename("alice/demo", "acme/demo")

    error = desk.refused()

    assert "somewhere else by now" in str(error)
    assert "git remote set-url origin" in error.hint
    assert [path for _, path, _ in desk.forge.git_log if path.startswith("/acme")] == []


def test_a_token_in_the_address_is_neither_shown_nor_used(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    address = desk.hosted.url.replace("://", "://x-access-token:ghs_stored_in_the_address@")
    desk.repo.git("remote", "set-url", "origin", address)

    monkeypatch.setenv("GIT_TRACE", str(tmp_path / "trace"))

    connection = desk.connect()
    desk.push()
    with Repository.open(desk.repo.path).connect("origin") as without_token:
        shown = repr((connection, without_token))

    assert connection.push_url == desk.hosted.url
    assert "ghs_stored" not in shown + (tmp_path / "trace").read_text()
    assert {len(sent) for _, _, sent in desk.forge.git_log} == {1}


def test_with_tls_the_certificate_has_to_be_trusted(
    git_repo: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Forge(tmp_path / "forge", is_secure=True) as forge:
        desk = Desk(git_repo, forge=forge, hosted=forge.create("alice/demo"))

        error = desk.refused()
        monkeypatch.setenv("GIT_SSL_CAINFO", str(forge.certificate))
        desk.push()

    assert "is not one that this machine trusts" in str(error)


# Programs


def _plant(folder: Path, name: str = "program") -> tuple[Path, Path]:
    """Make a program that leaves a trace; the program, and the trace."""
    folder.mkdir(exist_ok=True)
    program, trace = folder / name, folder / "ran"
    program.write_text(f"#!/bin/sh\necho ran >> {shlex.quote(str(trace))}\nexit 1\n")
    program.chmod(0o755)
    return program, trace


def test_what_a_killed_process_left_is_taken_away(desk: Desk) -> None:
    state = desk.repo.path / ".git/autotransform"
    for name, age in (("remote-old", 100_000), ("remote-new", 0), ("remote-held", 100_000), ("remote-killed", 0)):
        (state / name).mkdir(parents=True)
        (state / name / "refs").symlink_to(desk.repo.path / ".git/refs")
        if name in {"remote-held", "remote-killed"}:
            (state / name / "in-use").touch()
        os.utime(state / name, (time.time() - age,) * 2)

    with (state / "remote-held/in-use").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        desk.connect()

    assert sorted(path.name for path in state.iterdir()) == ["remote-held", "remote-new"]
    assert desk.repo.head == desk.new


def test_a_connection_that_is_in_use_is_left_alone(desk: Desk) -> None:
    with Repository.open(desk.repo.path).connect("origin", credentials=desk.credentials) as connection:
        desk.connect()

        assert connection.push([RefUpdate(ref=OURS, new=desk.new, old=None)]) == (OURS,)


@pytest.mark.parametrize(
    "settings",
    [
        {
            "credential.helper": "!{program}",
            "core.askPass": "{program}",
            "core.sshCommand": "{program}",
            "core.hooksPath": "{folder}",
            "core.fsmonitor": "{program}",
            "core.alternateRefsCommand": "{program}",
            "core.gitProxy": "{program}",
            "push.gpgSign": "true",
            "gpg.program": "{program}",
        },
        {
            "http.proxy": "http://127.0.0.1:9",
            "http.sslVerify": "false",
            "http.extraHeader": "AUTHORIZATION: basic eDp5",
        },
        {"remote.origin.proxy": "http://127.0.0.1:9"},
        {"remote.origin.receivepack": "{program}", "remote.origin.push": "refs/heads/*:refs/heads/*"},
        {"remote.origin.vcs": "program"},
        {"remote.origin.mirror": "true", "push.recurseSubmodules": "on-demand", "push.followTags": "true"},
        {"remote.autotransform-there.url": "ext::{program}"},
        {"url.ext::{program}.insteadOf": "http"},
        {"url.http://localhost:9/.pushInsteadOf": "http://127.0.0.1"},
    ],
    ids=lambda settings: next(iter(settings)),
)
def test_the_configuration_of_the_repository_does_not_count(
    desk: Desk, tmp_path: Path, settings: dict[str, str]
) -> None:
    program, trace = _plant(tmp_path / "bin", "pre-push")
    named = {"program": str(program), "folder": str(program.parent)}
    for key, value in settings.items():
        desk.repo.git("config", key.format(**named), value.format(**named))

    desk.push()

    assert desk.hosted.git("for-each-ref", "--format=%(refname)").splitlines() == [OURS, "refs/heads/main"]
    assert desk.hosted.sha(OURS) == desk.new
    assert not trace.exists()
    assert {len(sent) for _, _, sent in desk.forge.git_log} == {1}


def test_hooks_of_the_repository_do_not_run(desk: Desk) -> None:
    hooks = desk.repo.path / ".git/hooks"
    traces = {_plant(hooks, name)[1] for name in ("pre-push", "reference-transaction", "pre-auto-gc")}
    desk.push()
    desk.fetch()

    assert [trace for trace in traces if trace.exists()] == []


def test_what_the_person_configured_holds(desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    desk.repo.git("remote", "set-url", "origin", "gh:alice/demo.git")
    # As people have it who work for two companies.
    desk.repo.git("config", "--global", f"includeIf.gitdir:{tmp_path}/.path", "work")
    desk.repo.git("config", "--file", str(tmp_path / "work"), f"url.{desk.forge.web_url}/.pushInsteadOf", "gh:")
    desk.repo.git("config", "--file", str(tmp_path / "work"), "url.https://github.com/.insteadOf", "gh:")

    desk.push()

    assert desk.connect().url == "https://github.com/alice/demo.git"
    assert desk.hosted.sha(OURS) == desk.new


def test_without_a_token_the_persons_own_helper_is_asked(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    helper = f"!echo username=x; echo password={TOKEN}; true"
    desk.repo.git("config", "--global", "credential.helper", helper)

    with Repository.open(desk.repo.path).connect("origin") as connection:
        connection.push([RefUpdate(ref=OURS, new=desk.new, old=None)])

    assert desk.hosted.sha(OURS) == desk.new


def test_a_token_that_is_refused_makes_git_forget_no_other(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    program, trace = _plant(tmp_path / "bin")
    for key in ("credential.helper", f"credential.{desk.forge.web_url}.helper"):
        desk.repo.git("config", "--global", key, f"!{program}")
    desk.forge.tokens.clear()

    error = desk.refused()

    assert "does not accept the token" in str(error)
    assert not trace.exists()


def test_nobody_is_asked_for_a_password(desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program, trace = _plant(tmp_path / "bin")
    monkeypatch.setenv("GIT_ASKPASS", str(program))
    monkeypatch.setenv("SSH_ASKPASS", str(program))
    with (
        Repository.open(desk.repo.path).connect("origin") as connection,
        pytest.raises(GitHubError, match="neither a token nor a credential helper"),
    ):
        connection.push([RefUpdate(ref=OURS, new=desk.new, old=None)])

    assert not trace.exists()


def test_a_path_as_remote_runs_none_of_its_programs(desk: Desk, tmp_path: Path) -> None:
    there = tmp_path / "there.git"
    desk.repo.git("clone", "--quiet", "--bare", str(desk.repo.path), str(there))
    program, trace = _plant(there / "hooks", "pre-receive")
    for name in ("update", "post-receive", "post-update", "reference-transaction"):
        _plant(there / "hooks", name)
    desk.repo.git(f"--git-dir={there}", "config", "core.alternateRefsCommand", str(program))
    desk.repo.git("remote", "add", "local", str(there))

    desk.push(name="local")

    assert desk.repo.git(f"--git-dir={there}", "rev-parse", OURS) == desk.new
    assert not trace.exists()


def test_ssh_is_the_persons_own_and_gets_no_token(desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "ssh"
    program.write_text(f'#!/bin/sh\nenv > {tmp_path}/env\nfor last; do :; done\nexec sh -c "$last"\n')
    program.chmod(0o755)
    monkeypatch.setenv("GIT_SSH_COMMAND", str(program))
    desk.repo.git("remote", "add", "work", f"git@work:{desk.hosted.path}")

    desk.push(name="work")

    assert desk.hosted.sha(OURS) == desk.new
    assert TOKEN not in (tmp_path / "env").read_text()


def test_ssh_asks_nobody(desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "ssh"
    said = 'echo "git@work: Permission denied (publickey)." >&2'
    program.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/arguments\n{said}\nexit 255\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    desk.repo.git("remote", "add", "work", "git@work:alice/demo.git")

    error = desk.refused(name="work")

    assert "BatchMode=yes" in (tmp_path / "arguments").read_text()
    assert "ssh-add" in error.hint


# Which remote


def test_a_remote_that_is_not_there(desk: Desk) -> None:
    error = desk.refused(name="upstream")

    assert str(error) == "There is no remote called upstream; there are: origin."


def test_a_remote_with_another_place_to_push_to(desk: Desk) -> None:
    desk.repo.git("remote", "rename", "origin", "hub")
    desk.repo.git("remote", "set-url", "hub", "https://example.org/alice/demo.git")
    desk.repo.git("remote", "set-url", "--push", "hub", desk.hosted.url)

    desk.push(name="hub")

    assert desk.connect("hub").url == "https://example.org/alice/demo.git"
    desk.repo.git("remote", "set-url", "--add", "--push", "hub", "https://example.org/x/y")
    with pytest.raises(RepositoryError, match="2 places at once"):
        desk.push(name="hub")


@pytest.mark.parametrize("address", ["ext::sh -c true", "git://127.0.0.1/x", "ftp://127.0.0.1/x", "fd::17"])
def test_an_address_that_we_do_not_go_to(desk: Desk, address: str) -> None:
    desk.repo.git("remote", "set-url", "origin", address)

    error = desk.refused()

    assert "is not one of file, http, https, ssh" in str(error)


# What a remote says


@pytest.mark.parametrize(
    ("rule", "message", "mend"),
    [
        (words.PROTECTED, "is a protected branch of origin (GH006)", "autotransform/**"),
        (words.UNSIGNED, "takes only signed commits", "commit.gpgsign true"),
        (words.SECRET, "found a secret", "Take the secret out"),
        (words.PushRule(reason="pre-receive hook declined", lines=("error: no Fridays",)), "hook declined", "rules"),
    ],
)
def test_a_rule_of_the_forge_refuses(desk: Desk, rule: words.PushRule, message: str, mend: str) -> None:
    desk.hosted.guard(rule)

    error = desk.refused()

    assert isinstance(error, GitHubError)
    assert message in str(error)
    assert mend in error.hint
    assert error.details == tuple(line.format(ref=OURS) for line in rule.lines if line) or "GH" in error.details[0]


def test_files_of_workflows_are_refused_for_an_app(desk: Desk) -> None:
    desk.hosted.guard(words.WORKFLOW)
    new = desk.repo.commit({".github/workflows/ci.yml": "on: pull_request\n"})

    error = desk.refused(RefUpdate(ref=OURS, new=new, old=None))

    assert "lets no GitHub App change files in .github/workflows" in str(error)
    assert "GITHUB_TOKEN can never do it" in error.hint
    desk.push()  # what changes none of them goes through


def test_a_rule_for_one_branch_stops_all_of_them(desk: Desk) -> None:
    desk.hosted.guard(words.PushRule(refs="*--b", reason=words.PROTECTED.reason))

    with pytest.raises(GitHubError, match="six--b is a protected branch"):
        desk.push(*(RefUpdate(ref=f"{OURS}--{part}", new=desk.new, old=None) for part in "abc"))

    assert desk.list_refs("refs/heads/autotransform/*") == {}


def test_a_token_that_may_only_read(desk: Desk) -> None:
    desk.forge.tokens[TOKEN] = reading()

    error = desk.refused()

    assert str(error) == "github-actions[bot] may not push to alice/demo."
    assert "contents: write" in error.hint


def test_a_token_that_is_none(desk: Desk) -> None:
    desk.forge.tokens.clear()

    error = desk.refused()

    assert "does not accept the token" in str(error)


def test_a_repository_that_the_token_does_not_reach(desk: Desk) -> None:
    desk.forge.tokens[TOKEN] = replace(writing(), repositories=frozenset({"alice/other"}))

    error = desk.refused()

    assert "has no repository at" in str(error)


def test_an_archived_repository(desk: Desk) -> None:
    desk.hosted.is_archived = True

    error = desk.refused()

    assert "archived" in str(error)


def test_a_server_that_is_not_there(desk: Desk) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        desk.repo.git("remote", "set-url", "origin", f"http://127.0.0.1:{closed.getsockname()[1]}/x/y.git")

        error = desk.refused()

    assert "cannot be reached" in str(error)


def test_a_path_where_nothing_is(desk: Desk, tmp_path: Path) -> None:
    desk.repo.git("remote", "set-url", "origin", str(tmp_path / "gone.git"))

    error = desk.refused()

    assert "There is no repository at" in str(error)


def test_what_a_hook_says_is_bounded_and_harmless(desk: Desk) -> None:
    lines = ("\x1b[31mred\x1b]0;title\x07", f"{TOKEN} https://ada:secret@example.org/", "x" * 5000, *["line"] * 100)
    desk.hosted.guard(words.PushRule(reason="hook declined", lines=lines))

    error = desk.refused()

    assert error.details[1] == "*** https://example.org/"
    assert len(error.details) <= 20
    assert max(map(len, error.details)) <= 301
    assert "\x1b" not in "".join(error.details)


HTTP_ERROR = "unable to access 'https://github.com/a/b.git/': The requested URL returned error: {}"
NO_SSH = "Could not read from remote repository.\nPlease make sure you have the correct access rights"


@pytest.mark.parametrize(
    ("said", "url", "message"),
    [
        (
            "remote: Write access to repository not granted.\n" + HTTP_ERROR.format(403),
            "https",
            "does not let this token",
        ),
        (
            "remote: The `acme' organization has enabled or enforced SAML SSO.\n" + HTTP_ERROR.format(403),
            "https",
            "single",
        ),
        (HTTP_ERROR.format(400), "https", "came with two tokens"),
        (HTTP_ERROR.format(301), "https", "somewhere else by now"),
        ("Authentication failed for 'https://github.com/a/b.git/'", "https", "does not accept the token"),
        ("unable to access 'x': Could not resolve host: github.com", "https", "cannot be reached"),
        ("transport 'file' not allowed", "https", "reached in another way"),
        ("something new", "https", "could not talk to origin: something new"),
        ("", "https", "could not talk to origin: it said nothing"),
        (NO_SSH, "https", "could not talk to origin: Could not read"),
        ("git@github.com: Permission denied (publickey).\n" + NO_SSH, "ssh", "ssh does not get into origin"),
        ("Host key verification failed.\n" + NO_SSH, "ssh", "ssh does not get into origin"),
        ("ERROR: Repository not found.\n" + NO_SSH, "ssh", "has no repository at"),
        ("ERROR: Permission to a/b.git denied to bob.\n" + NO_SSH, "ssh", "bob may not push to a/b"),
        ("ERROR: The key you are authenticating with has been marked as read only.\n" + NO_SSH, "ssh", "may only read"),
    ],
)
def test_what_git_says_of_a_remote(said: str, url: str, message: str) -> None:
    error = explain_failure(
        said, remote="origin", url=f"{url}://github.com/a/b.git", secrets=(), has_token=url == "https", is_push=True
    )

    assert message in str(error)


@pytest.mark.parametrize(
    ("reason", "said", "message"),
    [
        ("fetch first", "", "moved on origin by somebody else"),
        ("cannot lock ref 'refs/heads/x': is at 1 but expected 2", "", "moved on origin by somebody else"),
        ("shallow update not allowed", "", "from this shallow clone"),
        ("push declined due to repository rule violations", "remote: error: GH013: Rep", "A rule of origin does not"),
        ("branch is currently checked out", "", "not to be changed on origin"),
        ("push declined due to email privacy restrictions", "remote: error: GH007: Your push would", "keeps private"),
        (
            "refusing to allow an OAuth App to create or update workflow `x` without `workflow` scope",
            "",
            "no OAuth App",
        ),
    ],
)
def test_why_a_push_is_rejected(reason: str, said: str, message: str) -> None:
    error = explain_rejections({OURS: f"[remote rejected] ({reason})"}, said, remote="origin", secrets=())

    assert message in str(error)


def test_a_line_is_cleaned() -> None:
    assert clean("a\x1b[0m\tb\u202e  c token", secrets=["token", ""]) == "a [0m b c ***"
