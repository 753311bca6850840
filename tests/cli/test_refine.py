"""``autotransform edit NAME "…"`` and learning from a change: a person's edits stay, and what changes is shown."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from autotransform.script import parse
from autotransform.script.amending import drop_cases
from autotransform.script.compose import body_of
from tests.author.shop import FILES, GOOD
from tests.cli.terminal import at_a_terminal, command
from tests.cli.test_new import STATED, environment, server
from tests.conftest import GitRepo
from tests.servers.model_server import KEY, ModelServer, Reply

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import RunCli

__all__ = ["environment", "server"]

REQUEST = "use `new_name` instead of shop.util.old_name"
MINE = "Other things of the same name are left alone, as ever."
WISH = "leave the definition alone"


def changed(body: str) -> str:
    """Give what a model makes of a script that is to leave definitions alone."""
    return body.replace(
        "    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:\n",
        """    def visit_FunctionDef_name(self, node: cst.FunctionDef) -> None:
        self.definition = node.name

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        if original_node is self.definition:
            return updated_node
""",
    ).replace(
        '    DESCRIPTION = "Use new_name."\n',
        '    DESCRIPTION = "Use new_name."\n    definition: cst.Name | None = None\n',
    )


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> GitRepo:
    """Have the model write a script once, and edit a line of it by hand."""
    repo = GitRepo(tmp_path_factory.mktemp("shop"))
    repo.git("init", "--quiet")
    repo.git("config", "user.name", "Somebody")
    repo.git("config", "user.email", "somebody@example.org")
    repo.commit(FILES)
    with ModelServer() as server:
        server.replies(Reply(text=STATED, piece=500), Reply(text=f"```python\n{GOOD}```\n", piece=500))
        done = subprocess.run(
            command("new", REQUEST, "--model", "test-model", "--name", "newer"),
            cwd=repo.path,
            env={**os.environ, "OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": server.base_url, "NO_PROXY": "*"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )

    assert done.returncode == 0, done.stderr
    path = repo.path / "transforms" / "newer.py"
    path.write_text(path.read_text().replace("Other things of the same name are left alone.", MINE))
    return repo


@pytest.fixture
def shop(template: GitRepo, tmp_path: Path) -> GitRepo:
    return GitRepo(shutil.copytree(template.path, tmp_path / "shop"))


@pytest.fixture
def made(shop: GitRepo) -> Path:
    return shop.path / "transforms" / "newer.py"


def test_edits_of_a_person_survive_a_new_version(
    made: Path, shop: GitRepo, run_cli: RunCli, server: ModelServer, environment: dict[str, str]
) -> None:
    former = made.read_text()
    forgetful = changed(body_of(former).replace(MINE, "Other things of the same name are left alone."))
    forgetful = drop_cases(forgetful, frozenset({"as in shop/util.py, line 1"}))  # what it shows is not wanted any more
    server.replies(Reply(text=f"```python\n{forgetful}```\n", piece=500))
    done = run_cli("edit", "newer", WISH, "--model", "test-model", cwd=shop.path, environment=environment)

    assert done.returncode == 0, done.stdout + done.stderr
    script = parse(made.read_bytes(), name="newer")
    assert MINE in script.source
    assert "visit_FunctionDef_name" in script.source
    assert script.is_edited
    assert script.request == f"{REQUEST}\nThen: {WISH}"
    told = str(server.requests[-1]["messages"][-1]["content"])
    assert WISH in told
    assert MINE in told
    assert "What it does otherwise than before:" in done.stdout
    assert "shop/util.py" in done.stdout
    (kept,) = (shop.path / ".git" / "autotransform" / "versions").iterdir()
    assert kept.read_text() == former


def test_what_excludes_each_other_overwrites_nothing(
    made: Path, shop: GitRepo, run_cli: RunCli, server: ModelServer, environment: dict[str, str]
) -> None:
    former = made.read_bytes()
    other = body_of(made.read_text()).replace(MINE, "Everything else is changed, too.")
    server.replies(*[Reply(text=f"```python\n{other}```\n", piece=500)] * 3)
    done = run_cli("edit", "newer", WISH, "--model", "test-model", cwd=shop.path, environment=environment)

    assert done.returncode == 1
    assert "nothing was overwritten" in done.stderr
    assert made.read_bytes() == former
    (kept,) = (shop.path / ".git" / "autotransform" / "versions").iterdir()
    assert MINE in kept.read_text()
    assert "Everything else is changed, too." in kept.read_text()
    assert "<<<<<<< yours" in kept.read_text()


@pytest.mark.long
def test_a_person_says_no_to_a_new_version(
    made: Path, shop: GitRepo, server: ModelServer, environment: dict[str, str]
) -> None:
    former = made.read_bytes()
    server.replies(Reply(text=f"```python\n{changed(body_of(made.read_text()))}```\n", piece=500))
    code, said = at_a_terminal(
        "edit",
        "newer",
        WISH,
        "--model",
        "test-model",
        cwd=shop.path,
        environment=environment,
        answers=[("Keep the new version?", "show\n"), ("Keep the new version?", "no\n")],
    )

    assert code == 130, said
    assert "visit_FunctionDef_name" in said
    assert made.read_bytes() == former


def test_a_script_is_mended_where_it_fails(
    made: Path, shop: GitRepo, run_cli: RunCli, server: ModelServer, environment: dict[str, str]
) -> None:
    fine = run_cli("edit", "newer", "--fix", "shop/cart.py", "--model", "test-model", cwd=shop.path)
    crash = '        if original_node.value == "total":\n            raise KeyError\n        return self.rename'
    made.write_text(made.read_text().replace("        return self.rename", crash, 1))
    server.replies(Reply(text=f"```python\n{GOOD}```\n", piece=500))
    fixed = run_cli(
        "edit", "newer", "--fix", "shop/cart.py", "--model", "test-model", cwd=shop.path, environment=environment
    )

    assert fine.returncode == 2
    assert "does not fail on shop/cart.py" in fine.stderr
    assert fixed.returncode == 0, fixed.stdout + fixed.stderr
    assert "raise KeyError" not in made.read_text()
    told = str(server.requests[-1]["messages"][-1]["content"])
    assert "On shop/cart.py it fails (crash)" in told
    assert "KeyError" in told


def commit_by_hand(shop: GitRepo) -> None:
    cart = str(FILES["shop/cart.py"])
    shop.write("shop/cart.py", cart.replace("old_name", "new_name"))
    shop.git("commit", "--quiet", "--message", "Use new_name", "shop/cart.py")


@pytest.mark.long
def test_a_change_made_by_hand_is_generalised(
    shop: GitRepo, run_cli: RunCli, server: ModelServer, environment: dict[str, str]
) -> None:
    commit_by_hand(shop)
    server.replies(Reply(text="## Rules\n- `old_name` becomes `new_name`.\n"), Reply(text=f"```python\n{GOOD}```\n"))
    done = run_cli(
        "new",
        "--from-commit",
        "HEAD",
        "--name",
        "again",
        "--model",
        "test-model",
        cwd=shop.path,
        environment=environment,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    told = str(server.requests[0]["messages"][-1]["content"])
    assert "+from shop.util import new_name" in told
    assert "Use new_name" in told
    script = parse((shop.path / "transforms/again.py").read_bytes(), name="again")
    assert any("shop/cart.py" in case.name for case in script.cases)
    assert "It would change more than that: shop/util.py" in done.stderr


def test_a_script_that_does_not_make_the_change_again_is_found(
    shop: GitRepo, run_cli: RunCli, server: ModelServer, environment: dict[str, str]
) -> None:
    commit_by_hand(shop)
    lazy = GOOD.replace("    def leave_ImportAlias", "    def leave_NoAlias")
    patch = subprocess.run(["git", "show", "HEAD"], cwd=shop.path, capture_output=True, check=True).stdout
    (shop.path / "hand.patch").write_bytes(patch)
    shop.git("reset", "-q", "--hard", "HEAD^")
    server.replies(
        Reply(text="## Rules\n- x\n"), *[Reply(text=f"```python\n{lazy}# {number}\n```\n") for number in range(3)]
    )
    done = run_cli(
        "new",
        "--from-diff",
        "hand.patch",
        "--name",
        "again",
        "--model",
        "test-model",
        cwd=shop.path,
        environment=environment,
    )

    assert done.returncode == 1
    assert "still wrong" in done.stderr
