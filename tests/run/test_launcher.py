"""What a worker gets of the parent's world: its packages, and nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import autotransform
from autotransform.engine.values import FileContext, Job, Unchanged
from autotransform.run import Limits, map_jobs
from tests.run.conftest import UNFENCED

if TYPE_CHECKING:
    from collections.abc import Callable

    from autotransform.script import Script
    from tests.run.conftest import MapFiles

_LOOK = """
import hashlib, json, stat
links = {}
for number in range(64):
    with contextlib.suppress(OSError):
        links[number] = stat.filemode(os.fstat(number).st_mode)[0]
self.warn(json.dumps({
    "environment": dict(os.environ),
    "cwd": os.getcwd(),
    "path": sys.path,
    "arguments": sys.argv,
    "session": os.getsid(0) == os.getpgid(0) == os.getppid(),
    "hash": hash("seed"),
    "descriptors": links,
    "encoding": sys.getfilesystemencoding(),
}))
"""


@pytest.fixture
def look(probe: Callable[..., Script], map_files: MapFiles) -> Callable[[], dict[str, Any]]:
    """Tell what a script can see."""

    def tell() -> dict[str, Any]:
        (outcome,) = map_files(probe(_LOOK), {"a.py": b"boom\n"}, layers=UNFENCED)
        assert isinstance(outcome, Unchanged), outcome
        found: dict[str, Any] = json.loads(outcome.sites[0].reason)
        return found

    return tell


def test_no_secret_and_no_setting_of_the_parent_comes_along(
    look: Callable[[], dict[str, Any]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "libcst.py").write_text("raise SystemExit('the wrong one')\n")
    (tmp_path / "sitecustomize.py").write_text("raise SystemExit('not wanted')\n")
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    seen = look()

    assert seen["environment"] == {}
    assert seen["cwd"] == "/"
    assert not {"", ".", str(tmp_path)} & set(seen["path"])
    assert seen["arguments"] == ["-c"]
    assert seen["session"]
    assert seen["encoding"] == "utf-8"


def test_every_worker_hashes_alike(look: Callable[[], dict[str, Any]]) -> None:
    assert look()["hash"] == look()["hash"]


def test_a_worker_hashes_otherwise_when_it_is_told_to(probe: Callable[..., Script]) -> None:
    jobs = [Job(context=FileContext(path="a.py"), content=b"boom\n")]
    script = probe("self.warn(str(hash('seed')))")
    seen = {seed: list(map_jobs(script, jobs, limits=Limits(jobs=1), seed=seed)) for seed in (0, 1)}

    assert seen[0] != seen[1]


def test_no_descriptor_is_open_but_the_connection(look: Callable[[], dict[str, Any]], tmp_path: Path) -> None:
    with (tmp_path / "secret").open("w") as secret:
        os.set_inheritable(secret.fileno(), True)  # noqa: FBT003
        kinds = look()["descriptors"]

    assert kinds == {"3": "s"}


_PROGRAM = """
from autotransform.engine.values import FileContext, Job
from autotransform.run import Limits, map_jobs
from autotransform.script import parse

script = parse("import libcst.codemod as m\\nclass C(m.VisitorBasedCodemodCommand): ...", name="c")
(outcome,) = map_jobs(script, [Job(context=FileContext(path="a.py"), content=b"x")], limits=Limits(jobs=1))
print(type(outcome).__name__)
"""


def test_the_same_package_is_imported_from_wherever_it_is(tmp_path: Path) -> None:
    """A checkout that is not installed works, and a folder that one stands in is not taken for it."""
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    (checkout / "autotransform").symlink_to(Path(autotransform.__file__).parent)
    (tmp_path / "libcst").mkdir()
    environment = {**os.environ, "PYTHONPATH": str(checkout)}
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM], cwd=checkout, env=environment, capture_output=True, text=True, check=True
    )

    assert done.stdout == "Unchanged\n"
