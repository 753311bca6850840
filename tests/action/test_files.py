"""`action.yml`, the workflows and the pages keep to each other, to GitHub's schemas, and to what is safe."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from packaging.requirements import Requirement
from packaging.version import Version

from autotransform.publish.action.inputs import PREFIX
from autotransform.publish.action.report import OUTPUTS
from tests.action.conftest import find_tool

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PAGES = [*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md"]


def load(text: str) -> dict[str, Any]:
    # YAML 1.1 reads the key `on` as true.
    found = yaml.safe_load(text)
    return {("on" if key is True else key): value for key, value in found.items()}


ACTION = load((ROOT / "action.yml").read_text(encoding="utf-8"))


def examples() -> list[tuple[str, dict[str, Any]]]:
    """Give our own workflows, and every whole workflow of the pages."""
    found = [(path.name, load(path.read_text(encoding="utf-8"))) for path in WORKFLOWS]
    for page in PAGES:
        blocks = re.findall(r"^```yaml\n(.*?)^```", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
        found += [(f"{page.name}-{number}", load(block)) for number, block in enumerate(blocks) if "jobs:" in block]
    return found


EXAMPLES = examples()
STEPS = [
    pytest.param(job, step, id=f"{name}-{job_name}-{number}")
    for name, workflow in EXAMPLES
    for job_name, job in workflow["jobs"].items()
    for number, step in enumerate(job["steps"])
]
OURS = re.compile(r"\./|[\w-]+/autotransform@.*")


def run(name: str, *arguments: str) -> None:
    done = subprocess.run(
        [find_tool(name), *arguments], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )

    assert done.returncode == 0, done.stdout + done.stderr


def write_examples(folder: Path) -> list[str]:
    """Write every workflow of the pages into a folder, as it would stand in a repository."""
    home = folder / ".github" / "workflows"
    home.mkdir(parents=True)
    for page in PAGES:
        blocks = re.findall(r"^```yaml\n(.*?)^```", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
        for number, block in enumerate(blocks):
            if "jobs:" in block:
                (home / f"{page.stem}-{number}.yml").write_text(block, encoding="utf-8")
    return [str(path) for path in sorted(home.iterdir())]


@pytest.mark.parametrize(("job", "step"), STEPS)
def test_what_a_workflow_says_to_the_action_is_an_input(job: dict[str, Any], step: dict[str, Any]) -> None:
    if OURS.fullmatch(str(step.get("uses", ""))):
        assert step.get("with", {}).keys() <= ACTION["inputs"].keys()
        outputs = re.findall(rf"steps\.{step.get('id', '-')}\.outputs\.([\w-]+)", str(job))
        assert {*outputs} <= ACTION["outputs"].keys()


@pytest.mark.parametrize("workflow", [workflow for _, workflow in EXAMPLES], ids=[name for name, _ in EXAMPLES])
def test_what_others_made_is_pinned(workflow: dict[str, Any]) -> None:
    for uses in (str(step["uses"]) for job in workflow["jobs"].values() for step in job["steps"] if "uses" in step):
        assert OURS.fullmatch(uses) or re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", uses)


@pytest.mark.parametrize("path", [*WORKFLOWS, *PAGES, ROOT / "action.yml"], ids=lambda path: path.name)
def test_one_action_is_pinned_to_one_commit_everywhere(path: Path) -> None:
    pins = re.findall(r"uses: ([\w./-]+)@([0-9a-f]{40}) # (v[\d.]+)", path.read_text(encoding="utf-8"))
    ours = re.findall(r"uses: ([\w./-]+)@([0-9a-f]{40}) # (v[\d.]+)", "".join(each.read_text() for each in WORKFLOWS))

    assert {*pins} <= {*ours}
    assert len({action for action, *_ in ours}) == len({*ours})


@pytest.mark.parametrize("workflow", [workflow for _, workflow in EXAMPLES], ids=[name for name, _ in EXAMPLES])
def test_a_workflow_gives_what_is_needed_and_ends(workflow: dict[str, Any]) -> None:
    assert workflow["permissions"] == {}
    assert "concurrency" in workflow
    for job in workflow["jobs"].values():
        assert job["timeout-minutes"] <= 180
        assert "permissions" in job
        uses = [step for step in job["steps"] if "actions/checkout" in str(step.get("uses"))]
        assert all(step["with"]["persist-credentials"] is False for step in uses)


@pytest.mark.parametrize("workflow", [workflow for _, workflow in EXAMPLES], ids=[name for name, _ in EXAMPLES])
def test_who_has_the_models_key_can_write_nothing(workflow: dict[str, Any]) -> None:
    assert "secrets." not in str(workflow.get("env"))
    for job in workflow["jobs"].values():
        assert not ("_API_KEY" in str(job) and "write" in job["permissions"].values())


def test_inputs_reach_the_shell_through_the_environment_alone() -> None:
    steps = ACTION["runs"]["steps"]
    variables = {name.removeprefix(PREFIX).lower().replace("_", "-") for name in steps[1]["env"] if PREFIX in name}

    assert all("${{" not in step["run"] for step in steps)
    assert {*ACTION["inputs"]} == {*variables, "token", "python"}
    assert all(value == f"${{{{ steps.run.outputs.{name} }}}}" for name, value in outputs().items())
    assert {*outputs()} == {*OUTPUTS}


def outputs() -> dict[str, str]:
    return {name: output["value"] for name, output in ACTION["outputs"].items()}


def test_the_token_is_there_only_where_something_is_published() -> None:
    install, step = ACTION["runs"]["steps"]

    assert "token" not in str(install).lower()
    assert step["env"]["AUTOTRANSFORM_TOKEN"].startswith("${{ (inputs.mode == 'apply' || (inputs.mode == '' &&")
    assert step["run"].startswith("exec ")


# What the action installs


def pins() -> dict[str, Version]:
    text = (ROOT / ".github" / "requirements" / "action.txt").read_text(encoding="utf-8")
    return {name: Version(version) for name, version in re.findall(r"^([\w.-]+)==(\S+)", text, flags=re.MULTILINE)}


def test_what_the_action_installs_is_what_we_depend_on() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    build = (ROOT / ".github" / "requirements" / "action.in").read_text(encoding="utf-8").splitlines()[1:]
    wanted = [Requirement(line) for line in project["project"]["dependencies"] + project["build-system"]["requires"]]
    lacking = [str(each) for each in wanted if each.name not in pins() or pins()[each.name] not in each.specifier]

    assert lacking == []
    assert build == project["build-system"]["requires"]


def test_every_requirement_has_a_hash_and_no_host() -> None:
    text = (ROOT / ".github" / "requirements" / "action.txt").read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", "\n".join(line for line in text.splitlines() if not line.startswith("#")))

    assert all(re.match(r"[\w.-]+==[\w.]+", entry) and "--hash=sha256:" in entry for entry in entries)
    assert "://" not in text
    assert "--index" not in text.partition("\n")[2].replace("--universal", "")


# What others find in them


def test_they_keep_to_the_schemas(tmp_path: Path) -> None:
    run("check-jsonschema", "--builtin-schema", "vendor.github-actions", "action.yml")
    run(
        "check-jsonschema",
        "--builtin-schema",
        "vendor.github-workflows",
        *map(str, WORKFLOWS),
        *write_examples(tmp_path),
    )


def test_a_reader_for_faults_of_security_finds_none(tmp_path: Path) -> None:
    config = str(ROOT / ".github" / "zizmor.yml")
    run(
        "zizmor",
        "--offline",
        "--quiet",
        "--config",
        config,
        "action.yml",
        *map(str, WORKFLOWS),
        *write_examples(tmp_path),
    )


def test_the_key_of_the_model_is_in_an_environment_of_its_own(tmp_path: Path) -> None:
    """No other reader asks for it: a secret of the repository is for every workflow on every branch."""
    config = str(ROOT / ".github" / "zizmor.yml")
    pages = [path for path in write_examples(tmp_path) if "action-request" in path]

    assert len(pages) == 1
    options = ["--offline", "--quiet", "--persona", "auditor", "--min-severity", "low", "--config", config]
    run("zizmor", *options, *map(str, WORKFLOWS), *pages)


def test_what_runs_workflows_reads_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    write_examples(tmp_path)
    for folder in (ROOT, tmp_path):
        run("act", "--validate", "--strict", "--directory", str(folder))
