"""What else stands in repositories: left alone or handled, and never damaged."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from autotransform.errors import RepositoryError

if TYPE_CHECKING:
    from pathlib import Path

    from autotransform.publish import Commit
    from tests.conftest import GitRepo
    from tests.publish.conftest import Scene

BRANCH = "autotransform/one_to_two"
SCRIPT = "transforms/one_to_two.py"


def _applied(scene: Scene) -> Commit:
    before = scene.repo.state()

    commit = scene.apply()

    assert commit is not None
    assert scene.repo.state() == before
    assert scene.repo.git("fsck", "--strict", "--no-dangling") == ""
    return commit


def _unchanged(scene: Scene, *but: str) -> bool:
    """Whether the branch has every entry of main but some as main has it."""
    trees = [scene.repo.git_bytes("ls-tree", "-r", "-z", "--full-tree", each).split(b"\0") for each in ("main", BRANCH)]
    names = {SCRIPT.encode(), *(name.encode() for name in but)}
    main, ours = ([entry for entry in tree if entry.partition(b"\t")[2] not in names] for tree in trees)
    return main == ours


def test_a_submodule(scene: Scene, tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    scene.repo.git("clone", "--quiet", ".", str(inner))
    scene.repo.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner), "vendor")
    scene.repo.git("commit", "--quiet", "--message", "Add a submodule")
    before = scene.repo.git("-C", str(scene.repo.path / "vendor"), "status", "--porcelain=v2", "--branch")

    assert _applied(scene).paths == ("a.py", "b/c.py")
    assert _unchanged(scene, "a.py", "b/c.py")
    assert scene.repo.git("-C", str(scene.repo.path / "vendor"), "status", "--porcelain=v2", "--branch") == before


def test_links_to_files_to_folders_and_to_nowhere(scene: Scene) -> None:
    for name, target in (("link.py", "a.py"), ("folder", "b"), ("out.py", "/etc/passwd"), ("gone.py", "nowhere")):
        (scene.repo.path / name).symlink_to(target)
    scene.repo.git("add", "--all")
    scene.repo.commit()

    assert _applied(scene).paths == ("a.py", "b/c.py")
    assert _unchanged(scene, "a.py", "b/c.py")


def test_a_pointer_of_lfs_and_the_filter_behind_it(scene: Scene) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "1" * 64 + "\nsize 1\n"
    scene.repo.commit({"big.py": pointer, "code.py": "x = 1\n"})
    scene.repo.commit({".gitattributes": "big.py filter=lfs diff=lfs merge=lfs -text\n*.py filter=lfs\n"})
    for key in ("clean", "smudge", "process"):
        scene.repo.git("config", f"filter.lfs.{key}", "touch ran; false")
    scene.repo.git("config", "filter.lfs.required", "true")

    commit = scene.apply(big=None)

    assert commit is not None
    assert _unchanged(scene, "a.py", "b/c.py", "code.py")
    assert scene.repo.show(BRANCH, "code.py") == b"x = 2\n"
    assert not list(scene.repo.path.rglob("ran"))


@pytest.mark.parametrize("mode", ["--cone", "--no-cone"])
def test_a_sparse_working_tree(scene: Scene, mode: str) -> None:
    scene.repo.git("sparse-checkout", "set", mode, "b")

    assert _applied(scene).paths == ("a.py", "b/c.py")
    assert _unchanged(scene, "a.py", "b/c.py")
    assert scene.repo.git("sparse-checkout", "list").strip("/") == "b"


def _clone(scene: Scene, path: Path, *options: str) -> GitRepo:
    scene.repo.git("config", "uploadpack.allowFilter", "true")
    scene.repo.git("clone", "--quiet", "--no-checkout", *options, f"file://{scene.repo.path}", str(path))
    for key, value in (("user.name", "Ada"), ("user.email", "ada@example.org")):
        scene.repo.git("-C", str(path), "config", key, value)
    scene.start = path
    scene.repo = replace(scene.repo, path=path)
    return scene.repo


def test_a_partial_clone_that_lacks_what_is_not_looked_at(scene: Scene, tmp_path: Path) -> None:
    scene.repo.commit({"data/big.bin": "1" * 1000})
    clone = _clone(scene, tmp_path / "partial", "--filter=blob:limit=500")
    lacking = clone.git("rev-list", "--objects", "--missing=print", "main").count("?")

    commit = scene.apply()

    assert commit is not None
    assert _unchanged(scene, "a.py", "b/c.py")
    assert lacking == clone.git("rev-list", "--objects", "--missing=print", "main").count("?") == 1


def test_a_partial_clone_that_lacks_what_is_looked_at(scene: Scene, tmp_path: Path) -> None:
    _clone(scene, tmp_path / "partial", "--filter=blob:none", "--no-checkout")

    with pytest.raises(RepositoryError, match="partial clone, and it lacks") as caught:
        scene.apply()

    assert caught.value.hint.endswith("git fetch --refetch --no-filter")
    assert scene.repository.branch_tip(BRANCH) is None


def test_files_that_differ_only_in_case(scene: Scene) -> None:
    oid = scene.repo.git("hash-object", "-w", "--stdin", stdin=b"x = 1  # upper\n")
    scene.repo.git("update-index", "--add", "--cacheinfo", f"100644,{oid},A.py")
    scene.repo.git("commit", "--quiet", "--message", "Both")
    scene.repo.git("config", "core.ignoreCase", "true")

    assert _applied(scene).paths == ("A.py", "a.py", "b/c.py")
    assert scene.repo.show(BRANCH, "A.py") == b"x = 2  # upper\n"
    assert scene.repo.show(BRANCH, "a.py") == b"x = 2\n"
    assert _unchanged(scene, "A.py", "a.py", "b/c.py")


def test_executable_files_stay_so_and_others_do_not_become_it(scene: Scene) -> None:
    scene.repo.write("run.py", "x = 1\n", mode=0o755)
    scene.repo.git("add", "run.py")
    scene.repo.commit()
    scene.repo.git("config", "core.fileMode", "false")
    (scene.repo.path / "a.py").chmod(0o755)

    _applied(scene)

    assert scene.repo.git("diff", "--summary", "main", BRANCH) == f" create mode 100644 {SCRIPT}"
    assert scene.repo.git("ls-tree", BRANCH, "run.py").startswith("100755 ")


def test_a_path_in_another_encoding(scene: Scene) -> None:
    scene.repo.write(b"caf\xe9/\xe9.py", "x = 1\n")
    scene.repo.git("add", "--all")
    scene.repo.commit()

    commit = _applied(scene)

    assert commit.paths == ("a.py", "b/c.py", "caf\udce9/\udce9.py")
    assert scene.repo.git_bytes("cat-file", "blob", f"{BRANCH}:caf".encode() + b"\xe9/\xe9.py") == b"x = 2\n"


def test_endings_of_lines_and_encodings_that_git_would_change(scene: Scene) -> None:
    scene.repo.commit({".gitattributes": "*.py text eol=crlf working-tree-encoding=UTF-16LE ident\n"})
    scene.repo.git("config", "core.autocrlf", "true")
    for name, content in (("crlf.py", b"x = 1\r\n"), ("latin.py", b"# coding: latin-1\nx = '\xe9'  # 1 $Id$\n")):
        oid = scene.repo.git("hash-object", "-w", "--no-filters", "--stdin", stdin=content)
        scene.repo.git("update-index", "--add", "--cacheinfo", f"100644,{oid},{name}")
    scene.repo.git("commit", "--quiet", "--message", "As stored")

    scene.apply()

    assert scene.repo.show(BRANCH, "crlf.py") == b"x = 2\r\n"
    assert scene.repo.show(BRANCH, "latin.py") == b"# coding: latin-2\nx = '\xe9'  # 2 $Id$\n"


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="needs ssh-keygen")
def test_commits_are_signed_by_a_key_of_ssh(scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    signers = tmp_path / "signers"
    signers.write_text(f"ada@example.org {key.with_suffix('.pub').read_text()}")
    settings = {
        "commit.gpgsign": "true",
        "gpg.format": "ssh",
        "user.signingkey": str(key),
        "gpg.ssh.allowedSignersFile": str(signers),
    }
    for number, (name, value) in enumerate(settings.items()):
        monkeypatch.setenv(f"GIT_CONFIG_KEY_{number}", name)
        monkeypatch.setenv(f"GIT_CONFIG_VALUE_{number}", value)
    monkeypatch.setenv("GIT_CONFIG_COUNT", str(len(settings)))
    scene.apply()
    scene.repo.git("switch", "--quiet", BRANCH)
    scene.repo.git("-c", "commit.gpgsign=false", "commit", "--quiet", "--allow-empty", "--message", "Mine")
    scene.repo.git("switch", "--quiet", "main")
    scene.repo.commit({"e.py": "x = 1\n"})

    commit = scene.apply()

    # Ours, and what was put on top again: whoever makes a commit signs it.
    assert commit is not None
    log = scene.repo.git("log", "--format=%G? %GS %s", f"main..{BRANCH}").splitlines()
    assert [line[:17] for line in log] == ["G ada@example.org"] * 3
