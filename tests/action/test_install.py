"""The action as it stands in a repository: it installs itself and what it needs from where packages come from."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.action.conftest import Rig

ROOT = Path(__file__).parents[2]
#: What of the repository the installation reads.
READ = ("autotransform", "transforms", ".github", "pyproject.toml", "README.md", "LICENSE")

pytestmark = pytest.mark.long


@pytest.fixture
def whole(rig: Rig) -> Rig:
    for name in READ:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, rig.action / name)
    # Packages come from a host that the forge's certificate says nothing of.
    del rig.variables["SSL_CERT_FILE"]
    return rig


def test_it_installs_itself_and_what_it_needs_at_the_versions_with_hashes(whole: Rig) -> None:
    # A package of the same name in the repository is not imported in place of the real one.
    whole.push(
        {"a.py": "import pytz\n\nx = pytz.UTC\n", "pip.py": "raise SystemExit(9)\n", "venv.py": "raise SystemExit(9)\n"}
    )
    ran = whole.run({"mode": "check", "transform": "pytz_utc", "python": ""})

    assert ran.status == 1, ran.log
    assert ran.outputs["changed"] == "1"


def test_a_requirement_that_was_changed_is_not_installed(whole: Rig) -> None:
    file = whole.action / ".github" / "requirements" / "action.txt"
    text = file.read_text(encoding="utf-8")
    # Those of the first package: its wheel, and its source.
    file.write_text(re.sub("sha256:[0-9a-f]{64}", f"sha256:{'0' * 64}", text, count=2), encoding="utf-8")
    whole.push({"a.py": "x = 1\n"})
    ran = whole.run({"mode": "check", "transform": "pytz_utc", "python": ""})

    assert ran.status == 1
    assert "DO NOT MATCH THE HASHES" in ran.log
    assert ran.outputs["changed"] == ""
