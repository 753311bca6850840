from __future__ import annotations

import json
import platform
from dataclasses import replace
from importlib.metadata import version
from typing import TYPE_CHECKING

import pytest

from autotransform import __version__
from autotransform.config import Config
from autotransform.engine.values import Failed, Skipped
from autotransform.errors import ConfigError
from autotransform.publish import Record, apply_to_branch, make_record, read_record
from autotransform.publish.branches.message import TEMPLATE, Words, apply_command, change_message, script_message
from autotransform.repository import CommitInfo
from autotransform.run import SelectionInputs
from autotransform.script import parse
from autotransform.script.amending import ASSUMED, add_rules
from tests.publish.conftest import make_script

if TYPE_CHECKING:
    from tests.publish.conftest import Scene

SCRIPT = "transforms/one_to_two.py"


def _commit(**trailers: str) -> CommitInfo:
    found = {f"AutoTransform-{key}": tuple(value.split("|")) for key, value in trailers.items()}
    return CommitInfo(sha="1" * 40, parents=(), author="A <a@b>", message="x", trailers=found)


def _record(scene: Scene, *paths: str) -> Record:
    return make_record(scene.script, scene.select(*paths), script_path=SCRIPT, arguments=scene.arguments)


def test_the_message_of_the_changes(scene: Scene) -> None:
    from_run = scene.run(scene.select())
    base = scene.repo.head

    text = change_message(from_run, record=_record(scene))

    body, _, trailers = text.rpartition("\n\n")
    assert body == (
        "Replace one by two\n\n"
        "Asked for: use two instead of one\n\n"
        "2 of 3 files changed.\n\n"
        f"Made by {SCRIPT}, which this branch holds.\nTo make it again:\n\n"
        f"    autotransform apply one_to_two --base {base}"
    )
    assert [line.partition(":")[0] for line in trailers.splitlines()] == [
        "AutoTransform-Script",
        "AutoTransform-Base",
        "AutoTransform-Inputs",
    ]
    assert trailers.endswith("}\n")


def test_the_message_of_the_script(scene: Scene) -> None:
    record = _record(scene)

    text = script_message(scene.script, record=record, is_update=False)

    assert text == (
        "Add the transform one_to_two\n\n"
        "Replace one by two\n\n"
        "Asked for: use two instead of one\n\n"
        "The next commit holds what it changes.\n\n"
        f"{record}\n"
    )


def test_what_nobody_confirmed_stands_in_the_message(scene: Scene) -> None:
    said = ["A tuple is no list. " * 6, "AutoTransform-Base: forged", "x"]
    source = add_rules(scene.script.source, heading=ASSUMED, items=said)
    script = parse(source, name=scene.script.name)

    text = script_message(script, record=_record(scene), is_update=False)

    body, _, trailers = text.rpartition("\n\n")
    assert "\n\nAssumed, because the request does not say it:\n- A tuple is no list. A tuple" in body
    assert "- AutoTransform-Base: forged\n- x\n\nThe next commit" in body
    assert max(map(len, body.split("\n"))) <= 76
    assert trailers == f"{_record(scene)}\n"


def test_without_a_request_there_is_no_gap(scene: Scene) -> None:
    scene.script = replace(scene.script, provenance=None)

    text = script_message(scene.script, record=_record(scene), is_update=True)

    assert text.startswith("Update the transform one_to_two\n\nReplace one by two\n\nThe next commit")
    assert change_message(scene.run(scene.select()), record=_record(scene)).startswith("Replace one by two\n\n2 of 3")


def test_a_message_closes_nothing_and_mentions_nobody(scene: Scene) -> None:
    script = make_script(request="as @ada says in #7, which fixes #8; mail a@b.example")

    text = script_message(script, record=_record(scene), is_update=False)

    assert "Asked for: as \uff20ada says in #7, which fixes \uff038; mail a@b.example\n" in text


@pytest.mark.parametrize("summary", ["", "   ", "."])
def test_a_script_without_a_summary_is_called_by_its_name(scene: Scene, summary: str) -> None:
    scene.script = replace(scene.script, summary=summary)

    text = change_message(scene.run(scene.select()), record=_record(scene))

    assert text.startswith("Apply the transform one_to_two\n\n")


def test_skipped_and_failed_files_are_counted(scene: Scene) -> None:
    run = scene.run(scene.select())
    trouble = (Skipped(path="s.py", reason="it does not parse"), Failed(path="t.py", reason="crash", detail="boom"))

    text = change_message(replace(run, outcomes=(*run.outcomes, *trouble), selected=5), record=_record(scene))

    assert (
        "2 of 5 files changed.\n"
        "1 was skipped: generated, or no Python that can be read.\n"
        "1 failed, and stays as it was.\n\nMade by"
    ) in text


@pytest.mark.parametrize(
    "request_text",
    [
        "a\n\nAutoTransform-Base: " + "0" * 40,
        "Signed-off-by: nobody <n@example.org>",
        "---\ndiff --git a/x b/x",
        "# a comment?",
        "\x1b[31mred\x07\x00",
        "bytes \udce9 of no text",
        "word " * 200,
        "é " * 50,
    ],
)
def test_no_request_can_forge_or_break_a_message(scene: Scene, request_text: str) -> None:
    assert scene.script.provenance
    scene.script = replace(scene.script, provenance=replace(scene.script.provenance, request=request_text))
    base = scene.repo.head

    commit = scene.apply()

    assert commit
    made = scene.repository.commits(base, commit.sha)
    for each in made:
        record = read_record(each)
        assert record
        assert record.base == base
        assert set(each.trailers) == {"AutoTransform-Script", "AutoTransform-Base", "AutoTransform-Inputs"}
        assert "\x1b" not in each.message
        first, *others = each.message.partition("\n\nAutoTransform-Script")[0].splitlines()
        assert first in {"Replace one by two", "Add the transform one_to_two"}
        assert all(len(line) <= 72 or line.startswith("    ") for line in others)


def test_the_inputs_are_one_canonical_line(scene: Scene) -> None:
    scene.config = Config(include=("*.py",), exclude=("d.py", "é"), source_roots=("src",))
    scene.arguments = (("old", "a b"), ("new", "ü"))

    line = str(_record(scene, "b", "a.py")).splitlines()[2]

    key, _, text = line.partition(": ")
    assert key == "AutoTransform-Inputs"
    assert text.isascii()
    assert json.loads(text) == {
        "paths": ["a.py", "b"],
        "include": ["*.py"],
        "exclude": ["d.py", "é"],
        "source_roots": ["src"],
        "arguments": [["old", "a b"], ["new", "ü"]],
        "entry": "OneToTwo",
        "strict": False,
        "formatter": None,
        "dropped": [],
        "part": None,
        "refused": [],
        "autotransform": __version__,
        "libcst": version("libcst"),
        "python": platform.python_version(),
    }
    assert text == json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"))


def test_every_input_of_a_selection_is_noted(scene: Scene) -> None:
    # A new field of SelectionInputs affects bytes: it must not be forgotten here.
    assert set(SelectionInputs.__dataclass_fields__) <= set(_record(scene).inputs)


def test_a_record_is_read_back_as_it_was_written(scene: Scene) -> None:
    scene.arguments = (("old", "a: b"), ("new", "\udce9\n"))
    record = _record(scene, "b")
    script, base, inputs = (line.partition(": ")[2] for line in str(record).splitlines())

    assert read_record(_commit(Script=script, Base=base, Inputs=inputs)) == record


@pytest.mark.parametrize(
    "trailers",
    [
        {},
        {"Script": "a.py sha256:0", "Base": "0"},
        {"Script": "a.py", "Base": "0", "Inputs": "{}"},
        {"Script": "a.py sha256:0", "Base": "0", "Inputs": "{"},
        {"Script": "a.py sha256:0", "Base": "0", "Inputs": "[]"},
        {"Script": "a.py sha256:0", "Base": "0|1", "Inputs": "{}"},
    ],
)
def test_commits_that_are_not_ours(trailers: dict[str, str]) -> None:
    assert read_record(_commit(**trailers)) is None


def test_the_command_quotes_what_the_shell_would_read(scene: Scene) -> None:
    scene.repo.commit({"my dir/$x.py": "x = 1\n"})
    scene.arguments = (("new", "it's"),)
    scene.script = replace(scene.script, classes=("OneToTwo", "Other"))

    command = apply_command(scene.script, record=_record(scene, "my dir"))

    chosen = f"autotransform apply {SCRIPT}:OneToTwo --base {scene.repo.head}"
    assert command == f"""{chosen} --arg 'new=it'"'"'s' -- 'my dir'"""


class TestTemplate:
    """The repository's own words."""

    @staticmethod
    def _change(scene: Scene, template: str) -> str:
        run = scene.run(scene.select())
        return change_message(run, record=_record(scene), words=Words(template=template, signer="Ada <a@b>"))

    def test_ours_is_replaced_and_the_trailers_stay(self, scene: Scene) -> None:
        template = (
            "chore(codemod): {{ subject | lower }}\n\n\n\n{% if kind == 'change' %}{{ changed }} files{% endif %}\n"
        )

        text = self._change(scene, template)

        assert text == f"chore(codemod): replace one by two\n\n2 files\n\n{_record(scene)}\nSigned-off-by: Ada <a@b>\n"

    def test_trailers_of_its_own_stand_with_ours(self, scene: Scene) -> None:
        text = self._change(scene, "{{ subject }}\n\nRefs: ABC-1")

        assert text.endswith(f"\n\nRefs: ABC-1\n{_record(scene)}\nSigned-off-by: Ada <a@b>\n")

    @pytest.mark.parametrize("last", ["AutoTransform-Base: " + "0" * 40, "autotransform-inputs: {}", "{{ request }}"])
    def test_ours_cannot_be_forged(self, scene: Scene, last: str) -> None:
        scene.script = make_script(request="AutoTransform-Base: forged")
        text = self._change(scene, f"x\n\n{last}\n")
        sha = scene.repo.git("commit-tree", "HEAD^{tree}", stdin=text.encode())

        (commit,) = scene.repository.commits(None, sha)

        assert read_record(commit) == _record(scene)

    @pytest.mark.parametrize(
        ("template", "message"),
        [
            ("{{ nothing }}", "cannot be used"),
            ("{% if kind == 'script' %}x{% endif %}", "makes no text of the message for the change"),
            ("{{ subject.__class__ }}", "cannot be used"),
            ("{% for a in dropped %}{% endfor %}{{ 'x' * 9999999 }}", "cannot be used"),
            ("a" * 20_001, "cannot be used"),
        ],
    )
    def test_one_that_does_not_do(self, scene: Scene, template: str, message: str) -> None:
        with pytest.raises(ConfigError, match=message):
            self._change(scene, template)

    def test_it_is_read_from_the_base(self, scene: Scene) -> None:
        scene.repo.commit({TEMPLATE: "{{ kind }}: {{ name }}\n"})
        scene.repo.write(TEMPLATE, "not this\n")

        scene.apply()

        log = scene.repo.git("log", "--format=%s", "main..autotransform/one_to_two")
        assert log.splitlines() == ["change: one_to_two", "script: one_to_two"]


def test_who_signs_off_stands_with_our_trailers(scene: Scene) -> None:
    selection = scene.select()

    for _ in range(2):  # the second finds that the branch is right already
        apply_to_branch(scene.run(selection), selection, config=scene.config, signoff=True)

    told = scene.repo.git("log", "-2", "--format=%(trailers:key=Signed-off-by)", "autotransform/one_to_two")
    assert told.split("\n") == ["Signed-off-by: Ada Lovelace <ada@example.org>", ""] * 2
    assert read_record(scene.repository.commits(None, "autotransform/one_to_two", limit=1)[0]) is not None


def test_what_the_tests_said_and_which_part_it_is(scene: Scene) -> None:
    run = scene.run(scene.select())
    record = make_record(
        scene.script,
        scene.select(),
        script_path=SCRIPT,
        formatter={"command": "fmt -x", "version": ""},
        dropped=["b/c.py", *(f"{number:02}.py" for number in range(25))],
        part={"by": "directory", "name": "b", "minimum": 2, "maximum": 0},
    )
    text = change_message(run, record=record, words=Words(verdict="Tests pass: x", part="b\x1b"))

    assert "\nOf the whole change this is one part: b\\x1b.\nTests pass: x\nLeft out: 00.py\n" in text
    assert "\nLeft out: 19.py\nLeft out, too: 6 more.\n\nMade by" in text
    assert apply_command(scene.script, record=record).endswith(
        " --formatter 'fmt -x' --split-by directory --split-minimum 2"
    )
