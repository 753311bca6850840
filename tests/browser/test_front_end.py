"""The sources of both pages, and that what is committed is what they make."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import autotransform

FRONT_END = Path(autotransform.__file__).parent / "studio" / "frontend"
STATIC = [FRONT_END.parent / "static", FRONT_END.parent.parent / "review" / "static"]
#: Ways to make markup or code of a text.
_DANGEROUS = re.compile(
    r"\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|setHTMLUnsafe"
    r"|eval|Function)\b\s*[(=]|javascript:|\bset(Timeout|Interval)\(['\"]"
)

pytestmark = pytest.mark.skipif(not FRONT_END.is_dir(), reason="the sources of the pages are not installed")


def find_dangers(text: str) -> list[str]:
    return [match[0] for match in _DANGEROUS.finditer(text)]


def test_no_text_becomes_markup_or_code() -> None:
    sources = sorted((FRONT_END / "src").rglob("*.ts"))

    assert sources
    assert {path.name: found for path in sources if (found := find_dangers(path.read_text()))} == {}


@pytest.mark.parametrize("line", ["element.innerHTML = text", "eval(text)", 'x.insertAdjacentHTML("beforeend", text)'])
def test_what_would_is_found(line: str) -> None:
    assert find_dangers(line)


def test_versions_are_exact_and_come_from_no_one_place() -> None:
    package = json.loads((FRONT_END / "package.json").read_text())
    lock = json.loads((FRONT_END / "package-lock.json").read_text())
    wanted = {**package["dependencies"], **package["devDependencies"]}
    locked = {name.removeprefix("node_modules/"): entry for name, entry in lock["packages"].items() if name}

    assert [version for version in wanted.values() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
    assert wanted == {name: locked[name]["version"] for name in wanted}
    assert [name for name, entry in locked.items() if "resolved" in entry or "integrity" not in entry] == []


@pytest.mark.parametrize("folder", STATIC, ids=["page", "report"])
def test_every_bundled_package_has_its_licence_there(folder: Path) -> None:
    licences = (folder / "LICENSES.txt").read_text()
    parts = licences.split("-" * 78 + "\n")[1:]

    assert parts
    assert [part.split("\n")[0] for part in parts if "Permission is hereby granted" not in part] == []


@pytest.mark.long
def test_a_rebuild_gives_the_same_files(tmp_path: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("needs npm")
    package = tmp_path / "autotransform"
    shutil.copytree(FRONT_END, package / "studio" / "frontend", ignore=shutil.ignore_patterns("node_modules"))
    for folder in STATIC:
        shutil.copytree(folder, package / folder.relative_to(FRONT_END.parent.parent))
    frontend = package / "studio" / "frontend"
    for arguments in (["ci", "--no-audit", "--no-fund"], ["run", "check"]):
        done = subprocess.run([npm, *arguments], cwd=frontend, capture_output=True, check=False, text=True, timeout=280)

        assert done.returncode == 0, done.stdout + done.stderr
    (package / "studio" / "static" / "studio.css").write_text("body { color: red }")
    done = subprocess.run([npm, "run", "check"], cwd=frontend, capture_output=True, check=False, text=True, timeout=280)

    assert (done.returncode, "studio.css" in done.stderr) == (1, True)
