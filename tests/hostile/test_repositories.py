"""Whatever stands in a repository or in its ``.git``: nothing of it is run, and nothing outside of it is touched."""

from __future__ import annotations

import contextlib
import os
import re
import struct
import subprocess
import sys
from dataclasses import replace
from hashlib import sha1
from typing import TYPE_CHECKING

import pytest

from autotransform.errors import RepositoryError
from autotransform.repository import Repository

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import GitRepo
    from tests.hostile.conftest import Hostile

NAME = "new_for_old"

#: All that people do with a script, one after the other.
COMMANDS = (
    ("list",),
    ("show", NAME),
    ("test", NAME),
    ("doctor",),
    ("preview", NAME),
    ("preview", NAME, "--index"),
    ("preview", NAME, "--in-place"),
    ("preview", NAME, "--json"),
    ("new", "rename the function old_name to new_name", "--built-in", "--name", "another"),
    ("apply", NAME),
    ("apply", NAME),
    ("apply", NAME, "--in-place", "--force"),
)

HOOKS = re.findall(
    r"\S+",
    """
    applypatch-msg commit-msg fsmonitor-watchman post-applypatch post-checkout post-commit post-index-change post-merge
    post-receive post-rewrite post-update pre-applypatch pre-auto-gc pre-commit pre-merge-commit pre-push pre-rebase
    pre-receive prepare-commit-msg proc-receive push-to-checkout reference-transaction sendemail-validate update
    """,
)

#: Every key of git's configuration by which it runs a program, with ``PROGRAM`` for that.
PROGRAMS = re.findall(
    r"\S+",
    """
alias.cat-file=!PROGRAM alias.diff=!PROGRAM alias.ls-files=!PROGRAM alias.ls-tree=!PROGRAM alias.rev-parse=!PROGRAM
alias.config=!PROGRAM
browser.x.cmd=PROGRAM core.alternateRefsCommand=PROGRAM core.askPass=PROGRAM core.editor=PROGRAM
core.fsmonitor=PROGRAM core.gitProxy=PROGRAM core.pager=PROGRAM core.sshCommand=PROGRAM credential.helper=!PROGRAM
diff.external=PROGRAM diff.python.command=PROGRAM diff.python.textconv=PROGRAM diff.python.cachetextconv=true
difftool.x.cmd=PROGRAM filter.evil.clean=PROGRAM filter.evil.smudge=PROGRAM filter.evil.required=true
filter.endless.process=PROGRAM gc.recentObjectsHook=PROGRAM gpg.program=PROGRAM gpg.ssh.program=PROGRAM
gpg.ssh.defaultKeyCommand=PROGRAM gpg.x509.program=PROGRAM guitool.x.cmd=PROGRAM help.browser=x
hook.evil.command=PROGRAM hook.evil.event=reference-transaction interactive.diffFilter=PROGRAM log.showSignature=true
man.x.cmd=PROGRAM merge.x.driver=PROGRAM mergetool.x.cmd=PROGRAM pager.cat-file=PROGRAM pager.config=PROGRAM
pager.diff=PROGRAM pager.log=PROGRAM pager.ls-tree=PROGRAM pager.rev-list=PROGRAM
protocol.ext.allow=always protocol.allow=always receive.procReceiveRefs=refs remote.origin.proxy=PROGRAM
remote.origin.receivepack=PROGRAM remote.origin.uploadpack=PROGRAM remote.origin.vcs=PROGRAM
sendemail.smtpServer=PROGRAM sequence.editor=PROGRAM
submodule.x.update=!PROGRAM trailer.x.cmd=PROGRAM trailer.x.command=PROGRAM trailer.x.key=AutoTransform-Base
uploadpack.packObjectsHook=PROGRAM web.browser=x
""",
)


def _set(hostile: Hostile, setting: str) -> None:
    key, _, value = setting.partition("=")
    trap = hostile.trap(key.replace(".", "-")) if "PROGRAM" in value else ""
    hostile.repo.git("config", key, value.replace("PROGRAM", trap))


def _plant_everything(hostile: Hostile) -> None:
    """Set every trap that there is at once."""
    repo = hostile.repo
    attributes = "*.py filter=evil diff=python merge=x\n*.txt filter=endless\n*.pyi working-tree-encoding=UTF-16LE\n"
    repo.commit(
        {".gitattributes": attributes, "b.pyi": "old: int\n".encode("utf-16-le"), "c.txt": "old\n", "d.py": "old = 2\n"}
    )
    for name in HOOKS:
        trap = hostile.trap(f"hook-{name}")
        repo.write(f".git/hooks/{name}", f"#!/bin/sh\nexec {trap}\n", mode=0o755)
        repo.write(f"elsewhere/{name}", f"#!/bin/sh\nexec {trap}\n", mode=0o755)
    trap = hostile.trap("included")
    repo.write("elsewhere/config", f'[filter "evil"]\n\tclean = {trap}\n[core]\n\tsshCommand = {trap}\n')
    repo.git("config", "extensions.worktreeConfig", "true")
    repo.git("config", "--worktree", "filter.evil.clean", hostile.trap("worktree-filter"))
    for setting in PROGRAMS:
        _set(hostile, setting)
    repo.git("config", "include.path", str(hostile.path / "elsewhere/config"))
    repo.git("config", "core.hooksPath", str(hostile.path / "elsewhere"))
    # Git looks into a file again that is as long as it was and was written since: through its filter.
    repo.write("a.py", "old = 2\n")
    repo.write("c.txt", "new\n")


def test_no_program_that_the_repository_names_is_run(hostile: Hostile) -> None:
    _plant_everything(hostile)

    failed = [(answer.code, answer.err) for command in COMMANDS if (answer := hostile.run(*command)).code]

    assert (hostile.sprung(), failed) == ([], [])
    assert (hostile.path / "a.py").read_text() == "new = 2\n"


def test_the_traps_are_traps(hostile: Hostile) -> None:
    _plant_everything(hostile)

    # Some of it fails, as it should with such programs, and some waits for them.
    for words in ("diff HEAD", "commit --allow-empty -m x", "fetch ssh://x/x"):
        with contextlib.suppress(subprocess.TimeoutExpired):
            subprocess.run(
                ["git", *words.split()],
                cwd=hostile.path,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                timeout=3,
            )

    sprung = hostile.sprung()
    assert {"core-fsmonitor", "hook-pre-commit"} <= {*sprung}
    assert {"filter-evil-clean", "included", "worktree-filter"} & {*sprung}
    assert "core-sshCommand" in sprung or "included" in sprung


@pytest.mark.parametrize("key", ["gpg.program", "gpg.openpgp.program", "gpg.ssh.defaultKeyCommand"])
def test_no_program_of_the_repository_signs(hostile: Hostile, key: str) -> None:
    hostile.repo.git("config", "commit.gpgsign", "true")
    hostile.repo.git("config", key, hostile.trap("signer"))

    answer = hostile.run("apply", NAME)

    assert answer.code == 5
    assert "names the program that signs commits" in answer.err
    assert "git config --global gpg." in answer.err
    assert hostile.sprung() == []
    assert hostile.repo.git("branch", "--list", "autotransform/*") == ""
    assert hostile.run("preview", NAME).code == 0


def test_no_editor_of_the_repository_is_opened(hostile: Hostile) -> None:
    hostile.repo.git("config", "core.editor", hostile.trap("editor"))

    answer = hostile.run("edit", NAME)

    assert (answer.code, hostile.sprung()) == (5, [])
    assert "names the editor" in answer.err
    assert hostile.run("edit", NAME, GIT_EDITOR="true").code == 0


def test_a_filter_of_the_person_runs_where_the_repository_names_another(
    hostile: Hostile, monkeypatch: pytest.MonkeyPatch
) -> None:
    hostile.repo.commit({".gitattributes": "*.py filter=both\n", "plain.py": "old = 1\n"})
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "filter.both.clean")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", hostile.trap("own"))
    hostile.repo.git("config", "filter.both.clean", hostile.trap("foreign"))
    hostile.repo.write("plain.py", "old = 1\n")
    os.utime(hostile.path / "plain.py", (1, 1))

    assert Repository.open(hostile.path).differing_paths(["plain.py"], hostile.repo.head) == ()
    assert hostile.sprung() == ["own"]


@pytest.mark.parametrize("url", ["ext::PROGRAM %S", "ssh://evil.invalid/x", "file:///OUTSIDE"])
def test_a_partial_clone_fetches_nothing(hostile: Hostile, url: str) -> None:
    repo = hostile.repo
    settings = {
        "remote.origin.url": url.replace("PROGRAM", hostile.trap("helper")).replace("/OUTSIDE", str(hostile.outside)),
        "remote.origin.uploadpack": hostile.trap("upload-pack"),
        "remote.origin.promisor": "true",
        "remote.origin.partialCloneFilter": "blob:none",
        "core.repositoryFormatVersion": "1",
        "extensions.partialClone": "origin",
        "core.sshCommand": hostile.trap("ssh"),
        "protocol.ext.allow": "always",
        "protocol.allow": "always",
    }
    for key, value in settings.items():
        repo.git("config", key, value)
    oid = repo.git("rev-parse", "HEAD:a.py")
    (repo.path / ".git/objects" / oid[:2] / oid[2:]).unlink()
    (repo.path / "a.py").unlink()  # else it is read from the disk, where it has the id that is wanted

    answer = hostile.run("preview", NAME)

    assert (answer.code, hostile.sprung()) == (5, [])
    assert f"does not hold the object {oid}" in answer.err
    assert "git fetch --refetch" in answer.err


@pytest.mark.long
def test_submodules_are_left_alone(hostile: Hostile) -> None:
    repo = hostile.repo
    trap = hostile.trap("submodule")
    repo.write(
        ".gitmodules",
        f'[submodule "../../x"]\n\tpath = sub\n\turl = ext::{trap} %S\n\tupdate = !{trap}\n\tignore = none\n',
    )
    repo.git("add", ".gitmodules")
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{repo.head},sub")
    repo.git("commit", "--quiet", "--message", "x")
    repo.git("config", "submodule.../../x.url", f"ext::{trap} %S")
    repo.git("config", "submodule.../../x.update", f"!{trap}")
    # The working tree of the submodule, with a configuration of its own.
    inner = type(repo)(hostile.path / "sub")
    inner.path.mkdir()
    inner.git("init", "--quiet")
    inner.git("config", "core.fsmonitor", trap)
    inner.write("z.py", "old = 1\n")

    codes = [hostile.run(*command).code for command in COMMANDS]

    assert (codes, hostile.sprung()) == ([0] * len(codes), [])
    assert (inner.path / "z.py").read_text() == "old = 1\n"


def test_objects_that_are_kept_elsewhere_stay_as_they_are(hostile: Hostile, tmp_path: Path) -> None:
    store = tmp_path / "store"
    (hostile.path / ".git/objects").rename(store)
    (hostile.path / ".git/objects/info").mkdir(parents=True)
    (hostile.path / ".git/objects/info/alternates").write_text(f"{store}\n")
    before = sorted(store.rglob("*"))

    assert [hostile.run(*command).code for command in (("preview", NAME), ("apply", NAME))] == [0, 0]
    assert sorted(store.rglob("*")) == before
    assert hostile.repo.git("show", f"autotransform/{NAME}:a.py") == "new = 1"


def test_history_that_is_made_up_hides_no_commit(hostile: Hostile) -> None:
    assert hostile.run("apply", NAME).code == 0
    repo, branch = hostile.repo, f"autotransform/{NAME}"
    ours, base = repo.git("rev-parse", branch), repo.head
    tree = repo.git("rev-parse", f"{branch}^{{tree}}")
    theirs = repo.git("commit-tree", "-m", "a person's work", "-p", ours, tree)
    again = repo.git("log", "-1", "--format=%B", branch)
    top = repo.git("commit-tree", "-m", again, "-p", theirs, tree)
    repo.git("update-ref", f"refs/heads/{branch}", top)
    # Both say that the tip stands right on top of the base, and nothing is in between.
    repo.write(".git/info/grafts", f"{top} {base}\n")
    pretended = repo.git("commit-tree", "-m", again, "-p", base, tree)
    repo.git("update-ref", f"refs/replace/{top}", pretended)
    repo.commit({"b.py": "old = 2\n"})

    answer = hostile.run("apply", NAME)

    assert answer.code == 0
    assert "A commit that people put on" in answer.out + answer.err
    assert "a person's work" in repo.git("log", "--format=%s", f"{repo.head}..{branch}").splitlines()


class TestWayIn:
    """A ``.git`` that leads to files of somebody else's."""

    def test_a_repository_whose_files_are_those_around_it(self, hostile: Hostile, tmp_path: Path) -> None:
        (tmp_path / "mine.py").write_text("old = 1\n")
        hostile.repo.git("config", "core.worktree", str(tmp_path))
        os.spawnvp(os.P_WAIT, "git", ["git", "-C", str(hostile.path), "add", "../mine.py"])

        for command in (("list",), ("preview", NAME, "--in-place"), ("apply", NAME, "--in-place", "--force")):
            answer = hostile.run(*command)

            assert answer.code == 5
            assert "core.worktree" in answer.err
        assert (tmp_path / "mine.py").read_text() == "old = 1\n"

    def test_a_file_that_leads_to_a_repository_whose_files_are_elsewhere(
        self, hostile: Hostile, tmp_path: Path
    ) -> None:
        unpacked = tmp_path / "unpacked"
        unpacked.mkdir()
        (unpacked / ".git").write_text(f"gitdir: {hostile.path}/.git\n")
        hostile.repo.git("config", "core.worktree", str(hostile.path))

        answer = hostile.run("preview", NAME, "--in-place", cwd=unpacked)

        assert answer.code == 5
        assert "git's own folder" in answer.err

    @pytest.mark.parametrize("is_link", [False, True])
    def test_a_way_to_a_repository_of_ones_own(self, hostile: Hostile, tmp_path: Path, *, is_link: bool) -> None:
        unpacked = tmp_path / "unpacked"
        (unpacked / "transforms").mkdir(parents=True)
        (unpacked / "transforms/new_for_old.py").write_bytes((hostile.path / f"transforms/{NAME}.py").read_bytes())
        if is_link:
            (unpacked / ".git").symlink_to(hostile.path / ".git")
        else:
            (unpacked / ".git").write_text(f"gitdir: {hostile.path}/.git\n")

        answer = hostile.run("apply", NAME, cwd=unpacked)

        assert answer.code == 5
        assert "which is the folder of another working tree" in answer.err
        assert hostile.repo.git("branch", "--list", "autotransform/*") == ""

    def test_a_folder_of_git_that_stands_elsewhere_by_choice(self, hostile: Hostile, tmp_path: Path) -> None:
        hostile.repo.git("init", "--quiet", f"--separate-git-dir={tmp_path / 'kept'}")

        assert hostile.run("preview", NAME).code == 0

    @pytest.mark.parametrize("has_worktree", [False, True])
    def test_a_bare_repository_among_the_files(self, hostile: Hostile, *, has_worktree: bool) -> None:
        inner = hostile.path / "tests/data"
        hostile.repo.git("clone", "--quiet", "--bare", ".", str(inner))
        config = inner / "config"
        trap = hostile.trap("signer")
        config.write_text(
            f"[core]\n\trepositoryformatversion = 0\n\tbare = {'false' if has_worktree else 'true'}\n"
            + (f"\tworktree = .\n\tfsmonitor = {trap}\n" if has_worktree else "")
            + f"[user]\n\tname = A\n\temail = a@b\n[commit]\n\tgpgsign = true\n[gpg]\n\tprogram = {trap}\n"
        )
        hostile.repo.commit({"tests/data/refs/keep": ""})

        for command in (("list",), ("apply", NAME), ("edit", NAME)):
            answer = hostile.run(*command, cwd=inner)

            assert answer.code == 5
            assert "among the files of another one" in answer.err or "core.worktree" in answer.err
        assert hostile.sprung() == []

    def test_a_bare_repository_of_ones_own_is_none_of_that(self, hostile: Hostile) -> None:
        hostile.repo.write(".gitignore", "scratch/\n")
        hostile.repo.git("clone", "--quiet", "--bare", ".", str(hostile.path / "scratch/own.git"))

        assert hostile.run("preview", NAME, cwd=hostile.path / "scratch/own.git").code == 0

    def test_a_repository_of_somebody_else(self, hostile: Hostile) -> None:
        answer = hostile.run("list", GIT_TEST_ASSUME_DIFFERENT_OWNER="1")

        assert answer.code == 5
        assert "somebody else owns it" in answer.err


#: What no tree may hold; some only where a name has other spellings.
_IMPOSSIBLE = {
    "above": b"..",
    "itself": b".",
    "git": b".git",
    "GIT": b".GIT",
    "Git with a dot": b".Git.",
    "Git with a space": b".git ",
    "short name": b"GIT~1",
    "stream": b".git::$INDEX_ALLOCATION",
    "invisible letter": b".g\xe2\x80\x8cit",
    "mark of direction": b".\xe2\x80\xaegit",
    "backslash above": b"..\\..\\x.py",
    "backslash git": b"a\\.git\\x.py",
    "absolute": b"/tmp/x.py",
    "slash above": b"a/../../x.py",
    "slash git": b"sub/.git/hooks/x.py",
}


def _odd_tree(repo: GitRepo, name: bytes, *, is_folder: bool) -> str:
    """Commit a tree that git itself would never write: one entry of that name."""
    blob = repo.git("rev-parse", "HEAD:a.py")
    if is_folder:
        inner = b"100644 x.py\0" + bytes.fromhex(blob)
        blob = repo.git("hash-object", "-t", "tree", "-w", "--literally", "--stdin", stdin=inner)
    entries = [
        (b"transforms", "40000", repo.git("rev-parse", "HEAD:transforms")),
        (b"a.py", "100644", repo.git("rev-parse", "HEAD:a.py")),
    ]
    entries.append((name, "40000" if is_folder else "100644", blob))
    content = b"".join(mode.encode() + b" " + path + b"\0" + bytes.fromhex(oid) for path, mode, oid in sorted(entries))
    tree = repo.git("hash-object", "-t", "tree", "-w", "--literally", "--stdin", stdin=content)
    return repo.git("commit-tree", "-m", "odd", "-p", repo.head, tree)


@pytest.mark.parametrize("is_folder", [True, False], ids=["folder", "file"])
@pytest.mark.parametrize("name", _IMPOSSIBLE.values(), ids=_IMPOSSIBLE)
def test_a_tree_that_leads_out_of_itself_is_refused(hostile: Hostile, name: bytes, *, is_folder: bool) -> None:
    commit = _odd_tree(hostile.repo, name, is_folder=is_folder)
    before = hostile.repo.state()
    repository = Repository.open(hostile.path)

    with pytest.raises(RepositoryError, match="no working tree may have") as caught:
        repository.tree(commit)

    assert "git fsck" in caught.value.hint
    assert hostile.repo.state() == before


def test_a_tree_with_a_name_that_is_none_is_refused_by_git(hostile: Hostile) -> None:
    with pytest.raises(RepositoryError, match="empty filename in tree entry"):
        Repository.open(hostile.path).tree(_odd_tree(hostile.repo, b"", is_folder=False))


def test_the_command_says_so(hostile: Hostile) -> None:
    commit = _odd_tree(hostile.repo, b"..", is_folder=True)

    for command in ("preview", "apply"):
        answer = hostile.run(command, NAME, "--base", commit)

        assert answer.code == 5
        assert "holds a path that no working tree may have: '../x.py'" in answer.err
    assert hostile.repo.git("branch", "--list", "autotransform/*") == ""


@pytest.mark.parametrize(
    "name",
    [b"...", b"..a", b".github", b".gitignore", b"a.git", b"git~10", b".git-x", b"a\\b", b"\\\\x", b"a\t..", b"\t"],
)
def test_names_that_only_look_like_it_are_read(hostile: Hostile, name: bytes) -> None:
    commit = _odd_tree(hostile.repo, name + b".py", is_folder=False)

    assert os.fsdecode(name + b".py") in [entry.path for entry in Repository.open(hostile.path).tree(commit)]


@pytest.mark.parametrize("path", [b"../mine.py", b".git/hooks/x.py", b"sub/../../mine.py", b".GIT/x.py"])
def test_an_index_that_leads_out_of_the_working_tree_is_refused(hostile: Hostile, tmp_path: Path, path: bytes) -> None:
    (tmp_path / "mine.py").write_text("old = 1\n")
    hostile.repo.write(".git/hooks/x.py", "old = 1\n")
    (hostile.path / "sub").mkdir()
    oid = bytes.fromhex(hostile.repo.git("rev-parse", "HEAD:a.py"))
    entry = struct.pack(">10I", *[0] * 6, 0o100644, 0, 0, 8) + oid + struct.pack(">H", len(path)) + path
    content = b"DIRC" + struct.pack(">II", 2, 1) + entry + b"\0" * (8 - len(entry) % 8)
    (hostile.path / ".git/index").write_bytes(content + sha1(content).digest())
    hostile.repo.write("transforms/new_for_old.py", (hostile.path / "transforms/new_for_old.py").read_bytes())

    for command in (("preview", NAME, "--index"), ("preview", NAME, "--in-place"), ("apply", NAME, "--in-place")):
        answer = hostile.run(*command)

        assert answer.code == 5
        assert "The index holds a path that no working tree may have" in answer.err
    assert (tmp_path / "mine.py").read_text() == "old = 1\n"
    assert (hostile.path / ".git/hooks/x.py").read_text() == "old = 1\n"


#: Names that a file may have, and that a terminal, a shell or a log would take for something else.
_NAMES = (
    b"line\nfeed.py",
    b"carriage\rreturn.py",
    b"escape\x1b[2J\x1b]0;title\x07.py",
    b"c1\xc2\x9b31m.py",
    b"bidi\xe2\x80\xaeyp.exe.py",
    b"isolate\xe2\x81\xa6x\xe2\x81\xa9.py",
    b"nothing\xe2\x80\x8b\xef\xbb\xbf.py",
    b"latin\xe9.py",
    b"--option.py",
    b"-rf.py",
    b"$(touch sprung).py",
    b"`touch sprung`;&|.py",
    b"'\".py",
    b"back\\slash.py",
    b"::error file=x::.py",
    b"#[bold red]markup[/].py",
    b"{{ 7*7 }}{% x %}.py",
    b"tab\t.py",
    b" .py",
    ("x" * 240).encode() + b".py",
)


def test_names_of_every_kind_are_shown_and_written_as_what_they_are(hostile: Hostile) -> None:
    names = [name for name in _NAMES if sys.platform != "darwin" or name.isascii()]
    hostile.repo.commit({name.decode(errors="surrogateescape"): "old = 1\n" for name in names})

    answers = [
        hostile.run("preview", NAME),
        hostile.run("preview", NAME, "--stat"),
        hostile.run("preview", NAME, "--json"),
        hostile.run("-v", "apply", NAME),
        hostile.run("-v", "apply", NAME, "--in-place"),
    ]

    assert [(answer.code, answer.unprintable) for answer in answers] == [(0, set())] * len(answers)
    for name in names:
        assert (hostile.path / os.fsdecode(name)).read_text() == "new = 1\n"
        assert hostile.repo.show(f"autotransform/{NAME}", os.fsdecode(name)) == b"new = 1\n"
    assert not (hostile.path / "sprung").exists()


def test_a_patch_with_such_names_applies(hostile: Hostile) -> None:
    hostile.repo.commit({name.decode(errors="surrogateescape"): "old = 1\n" for name in _NAMES})
    patch = hostile.run("preview", NAME, "--patch").out.encode(errors="surrogateescape")

    hostile.repo.git("apply", "--index", stdin=patch)

    assert hostile.repo.git("diff", "--cached", "--name-only", "-z").count("\0") == len(_NAMES) + 1


@pytest.mark.parametrize("depth", [200, 1900])
def test_folders_in_folders(hostile: Hostile, depth: int) -> None:
    content = b"100644 a.py\0" + bytes.fromhex(hostile.repo.git("rev-parse", "HEAD:a.py"))
    for _ in range(depth):
        tree = hostile.repo.git("hash-object", "-t", "tree", "-w", "--stdin", stdin=content)
        content = b"40000 d\0" + bytes.fromhex(tree)
    content += b"40000 transforms\0" + bytes.fromhex(hostile.repo.git("rev-parse", "HEAD:transforms"))
    tree = hostile.repo.git("hash-object", "-t", "tree", "-w", "--stdin", stdin=content)
    commit = hostile.repo.git("commit-tree", "-m", "deep", "-p", hostile.repo.head, tree)

    answer = hostile.run("apply", NAME, "--base", commit)

    assert answer.code == 0
    assert hostile.repo.git("show", f"autotransform/{NAME}:{'d/' * depth}a.py") == "new = 1"


def test_folders_in_folders_on_disk(hostile: Hostile, tmp_path: Path) -> None:
    folder = tmp_path / "plain"
    folder.mkdir()
    deep = folder / "/".join("d" * 1200)
    os.spawnvp(os.P_WAIT, "mkdir", ["mkdir", "-p", str(deep)])
    (deep / "a.py").write_text("old = 1\n")

    answer = hostile.run("apply", str(hostile.path / "transforms/new_for_old.py"), "--in-place", cwd=folder)
    text = (deep / "a.py").read_text()
    # A later run of pytest clears old folders away, and recurses where Python 3.11 does.
    os.spawnvp(os.P_WAIT, "rm", ["rm", "-rf", str(folder)])

    assert (answer.code, text) == (0, "new = 1\n")


class TestVariables:
    """What the caller's environment says to git, for another repository or by mistake."""

    def test_none_sends_us_elsewhere_or_runs_a_program(self, hostile: Hostile, tmp_path: Path) -> None:
        other = type(hostile.repo)(tmp_path / "other")
        other.path.mkdir()
        other.git("init", "--quiet")
        trap = hostile.trap("variable")
        variables = {
            "GIT_DIR": str(other.path / ".git"),
            "GIT_WORK_TREE": str(other.path),
            "GIT_COMMON_DIR": str(other.path / ".git"),
            "GIT_INDEX_FILE": str(other.path / "index"),
            "GIT_OBJECT_DIRECTORY": str(other.path / "objects"),
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": str(tmp_path),
            "GIT_NAMESPACE": "x",
            "GIT_PREFIX": "x/",
            "GIT_GRAFT_FILE": str(tmp_path / "grafts"),
            "GIT_SHALLOW_FILE": str(tmp_path / "shallow"),
            "GIT_REPLACE_REF_BASE": "refs/heads",
            "GIT_ATTR_SOURCE": "HEAD",
            "GIT_LITERAL_PATHSPECS": "0",
            "GIT_ICASE_PATHSPECS": "1",
            "GIT_EXTERNAL_DIFF": trap,
            "GIT_PAGER": trap,
            "GIT_SSH_COMMAND": trap,
            "GIT_SSH": trap,
            "GIT_ASKPASS": trap,
            "GIT_PROXY_COMMAND": trap,
            "GIT_SEQUENCE_EDITOR": trap,
            "GIT_EDITOR": trap,
            "PAGER": trap,
        }

        elsewhere = replace(hostile, environment=variables)
        codes = [elsewhere.run(*command).code for command in COMMANDS]

        assert (codes, hostile.sprung()) == ([0] * len(codes), [])
        assert hostile.repo.git("show", f"autotransform/{NAME}:a.py") == "new = 1"
        assert not (other.path / "index").exists()
        assert not (other.path / "objects").exists()
