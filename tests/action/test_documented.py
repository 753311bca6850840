"""The workflows of the pages, run as they stand there; only the interpreter is named, so that nothing is installed."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml  # type: ignore[import-untyped]

from tests.action.conftest import DOCUMENTED

if TYPE_CHECKING:
    from tests.action.conftest import Rig

PAGES = Path(__file__).parents[2] / "docs" / "how-to"
OLD = "import pytz\n\nx = pytz.UTC\n"


def documented(page: str) -> dict[str, Any]:
    """Give the workflow of a page."""
    [block] = re.findall(
        r"^```yaml\n(name:.*?)^```", (PAGES / page).read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE
    )
    workflow = yaml.safe_load(block)
    workflow["on"] = workflow.pop(True)  # YAML 1.1 reads `on` as true
    for job in workflow["jobs"].values():
        for step in job["steps"]:
            if step.get("uses") == DOCUMENTED:
                step["with"]["python"] = sys.executable
    return dict(workflow)


def test_from_a_request_to_a_draft_in_two_jobs(rig: Rig) -> None:
    rig.push({"a.py": OLD})
    workflow = documented("action-request.md")
    generate = next(step for step in workflow["jobs"]["generate"]["steps"] if step.get("id") == "generate")
    # A recipe writes it: no model is there to ask.
    generate["with"]["extra"] = ""
    payload = {"inputs": {"request": "use timezone.utc instead of pytz.UTC", "name": "to_utc"}}
    ran = rig.run_workflow(workflow, event="workflow_dispatch", payload=payload)
    script = (rig.folder / "artifacts" / "transform" / "to_utc.py").read_text(encoding="utf-8")

    assert ran.status == 0, ran.log
    assert script.strip() in ran.summary
    [pull] = rig.hosted.pulls
    assert (pull.head, pull.draft, pull.state) == ("autotransform/to_utc", True, "open")
    assert rig.hosted.git("show", "autotransform/to_utc:transforms/to_utc.py") == script.strip()
    assert "pytz" not in rig.hosted.git("show", "autotransform/to_utc:a.py")


@pytest.mark.long
def test_a_saved_transform_by_hand(rig: Rig) -> None:
    rig.push({"a.py": OLD})
    payload = {"inputs": {"transform": "pytz_utc"}}
    ran = rig.run_workflow(documented("action.md"), event="workflow_dispatch", payload=payload)

    assert ran.status == 0, ran.log
    assert [pull.labels for pull in rig.hosted.pulls] == [["refactoring"]]
    assert (rig.folder / "artifacts" / "report" / "autotransform.json").is_file()
